package events

import (
	"fmt"
	"strings"

	"pitwall.live/internal/f1"
)

// Rule is the definition of a kind for people, with the parameters in force filled in; "" for a kind that
// there is not.
func Rule(kind f1.EventKind, p Params) string {
	def := definitions[kind]
	if def == nil {
		return ""
	}
	rest, b := def.rule, strings.Builder{}
	for {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		name, tail, closed := strings.Cut(after, "}")
		if !found || !closed {
			return b.String()
		}
		v, known := p.value(name)
		if !known {
			v = "{" + name + "}"
		}
		b.WriteString(v)
		rest = tail
	}
}

// value is a parameter by its name in JSON: "order.kept_s".
func (p Params) value(name string) (string, bool) {
	group, param, _ := strings.Cut(name, ".")
	v, known := p.groups()[group][param]
	return fmt.Sprint(v), known
}

// Title is a kind in words: "Overtake on track".
func Title(kind f1.EventKind) string {
	words := strings.Join(strings.FieldsFunc(string(kind), func(r rune) bool { return r == '.' || r == '_' }), " ")
	for _, short := range []string{"sc", "vsc", "107"} {
		if rest, ok := strings.CutPrefix(words, short+" "); ok {
			return strings.ToUpper(short) + " " + rest
		}
	}
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
