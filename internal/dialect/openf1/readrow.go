package openf1

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/valyala/fastjson"
)

// keyFields are the fields that tell the rows of a collection apart: the parts of what OpenF1 calls _key, but for
// drivers, whose key there is a place in a list.
var keyFields = map[string][]string{
	carData:             {"date", "driver_number"},
	locationOf:          {"date", "driver_number"},
	intervalsOf:         {"date", "driver_number"},
	positionOf:          {"date", "driver_number"},
	teamRadioOf:         {"date", "driver_number"},
	driversOf:           {"driver_number"},
	lapsOf:              {"driver_number", "lap_number"},
	stintsOf:            {"driver_number", "stint_number"},
	pitOf:               {"driver_number", "lap_number"},
	weatherOf:           {"date"},
	raceControlOf:       {"date", "driver_number", "lap_number", "category", "flag", "scope", "sector"},
	championshipDrivers: {"driver_number"},
	championshipTeams:   {"team_name"},
	sessionsOf:          {"session_key"},
	meetingsOf:          {"meeting_key"},
}

// get is the value of a field, null where the collection has none of that name.
func (d *document) get(name string) *value {
	if at := d.collection.index(name); at >= 0 {
		return &d.values[at]
	}
	return &value{}
}

// number is a whole number in a field.
func (d *document) number(name string) (int64, bool) {
	v := d.get(name)
	return v.n, v.shape == isInteger
}

// date is a moment in a field, zero where there is none.
func (d *document) date(name string) time.Time {
	v := d.get(name)
	if v.shape != isDate {
		return time.Time{}
	}
	return time.UnixMicro(v.n).UTC()
}

// lasts is a duration in seconds in a field.
func (d *document) lasts(name string) (time.Duration, bool) {
	f, ok := d.get(name).float()
	if !ok || f < 0 || f > maxLasts {
		return 0, false
	}
	return time.Duration(math.Round(f*1000)) * time.Millisecond, true
}

// maxLasts bounds what can be the duration of a lap or a stay in the pit lane, in seconds.
const maxLasts = 24 * 3600

// errRow is what a row is that can not be one.
var errRow = errors.New("is no row")

// readRow reads a row of an answer or a pushed document. All fields are optional but those of its key; what is of
// another type than the field is null, what is unknown is left out.
func readRow(c *collection, v *fastjson.Value) (*document, error) {
	if v.Type() != fastjson.TypeObject {
		return nil, fmt.Errorf("openf1: %s: %.80s %w", c.name, v.String(), errRow)
	}
	doc := newDocument(c)
	for i, f := range c.fields {
		doc.values[i] = readValue(f.kind, v.Get(f.name))
	}
	doc.id = v.GetInt64("_id")
	var key strings.Builder
	known := false
	for i, name := range keyFields[c.name] {
		part := doc.get(name)
		known = known || part.shape != null
		if part.shape == null && (name == "driver_number" || name == "date") && c.name != raceControlOf {
			return nil, fmt.Errorf("openf1: %s: a row without %s %w", c.name, name, errRow)
		}
		if i > 0 {
			key.WriteByte('_')
		}
		key.WriteString(keyPart(part))
	}
	if !known {
		return nil, fmt.Errorf("openf1: %s: a row without a key %w", c.name, errRow)
	}
	doc.key = key.String()
	return doc, nil
}

func readValue(k kind, v *fastjson.Value) value {
	if v == nil {
		return value{}
	}
	switch k {
	case integer:
		if f, err := v.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return integerOf(int64(f))
		}
	case number:
		if f, err := v.Float64(); err == nil {
			return numberOf(f)
		}
	case boolean:
		if b, err := v.Bool(); err == nil {
			return boolOf(b)
		}
	case text:
		return textOf(plain(v))
	case date:
		if at, _, ok := parseDate(plain(v)); ok && at.Year() > 1 {
			return dateOf(at)
		}
	case mixed, numbers:
		if f, err := v.Float64(); err == nil {
			return numberOf(f)
		}
		return textOf(string(v.GetStringBytes()))
	case integers:
		if v.Type() != fastjson.TypeArray {
			return value{}
		}
		var list []value
		for i, e := range v.GetArray() {
			if i >= maxSegments {
				break
			}
			list = append(list, readValue(integer, e))
		}
		return listOf(list)
	}
	return value{}
}
