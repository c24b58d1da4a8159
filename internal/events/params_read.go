package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mostParam is beyond any threshold that makes sense, and keeps seconds within a time.Duration.
const mostParam = 1e9

// ReadParams reads parameters from JSON: groups of parameters, as Params is written. One that is absent has
// its default: a session kept before the parameter was there. One that there is not, or whose value can not be
// used, is an error that names it.
func ReadParams(text []byte) (Params, error) {
	var given map[string]map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		return Params{}, fmt.Errorf("events: parameters are written as {\"order\":{\"kept_s\":10}}: %w", err)
	}
	p := Defaults()
	known := p.groups()
	for _, group := range slices.Sorted(maps.Keys(given)) {
		if known[group] == nil {
			return Params{}, fmt.Errorf("events: there is no group of parameters %q; there are %s", group, names(known))
		}
		for _, name := range slices.Sorted(maps.Keys(given[group])) {
			if _, there := known[group][name]; !there {
				return Params{}, fmt.Errorf("events: there is no parameter %q; %s has %s", group+"."+name, group, names(known[group]))
			}
			if err := p.set(group, name, given[group][name]); err != nil {
				return Params{}, err
			}
		}
	}
	return p, p.Validate()
}

// set gives one parameter a value.
func (p *Params) set(group, name string, value json.RawMessage) error {
	name = group + "." + name
	var number float64
	var wrong *json.UnmarshalTypeError
	err := json.Unmarshal(value, &number)
	switch isNumber := err == nil; {
	case string(bytes.TrimSpace(value)) == "null":
		return fmt.Errorf("events: parameter %s has no value", name)
	case isNumber && (number < -1 || number > mostParam): // what -1 stands for is the validation's
		return fmt.Errorf("events: parameter %s is %g, it must be at most %g", name, number, float64(mostParam))
	}
	before, after, _ := strings.Cut(name, ".")
	one, err := json.Marshal(map[string]map[string]json.RawMessage{before: {after: value}})
	if err == nil {
		err = json.Unmarshal(one, p)
	}
	if errors.As(err, &wrong) {
		return fmt.Errorf("events: parameter %s can not be a %s", name, wrong.Value)
	}
	if err != nil {
		return fmt.Errorf("events: parameter %s: %w", name, err)
	}
	return nil
}

// groups are the parameters by their names in JSON.
func (p Params) groups() map[string]map[string]any {
	b, err := json.Marshal(p)
	if err != nil {
		return nil // numbers always encode
	}
	var groups map[string]map[string]any
	if json.Unmarshal(b, &groups) != nil {
		return nil // as above
	}
	return groups
}

func names[V any](of map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(of)), ", ")
}
