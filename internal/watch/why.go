package watch

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pitwall.live/internal/wire"
)

// payloadLines is how many lines of a message's payload are shown.
const payloadLines = 4

// paintWhy draws what justifies an event.
func (p painter) why(w *wire.Why, width int) []string {
	lines := []string{p.paint("1", "WHY") + "  " + EventLine(&w.Event, p.colour), ""}
	lines = append(lines, labelled("rule", w.Rule, width)...)
	holds := "yes, by the messages below alone"
	if !w.Holds {
		holds = "NO: " + string(w.Problem)
	}
	lines = append(lines, labelled("holds", holds, width)...)
	told := make([]string, len(w.Versions))
	for i, v := range w.Versions {
		told[i] = hour(v.Known) + " " + v.Status
	}
	lines = append(lines, labelled("told", strings.Join(told, ", "), width)...)
	lines = append(lines, "")
	for i := range w.Messages {
		m := &w.Messages[i]
		at := "no time     "
		if m.Time != "" {
			_, clock, _ := strings.Cut(string(m.Time), "T")
			at = strings.TrimSuffix(clock, "Z")
		}
		lines = append(lines, fmt.Sprintf("%s  %s  %s", at, m.Topic, p.dim(fmt.Sprintf("message %d", m.Offset))))
		text := wrap(decisive(&w.Event, m.Payload), max(width-4, 20))
		if len(text) > payloadLines {
			text = append(text[:payloadLines-1], text[payloadLines-1]+" …")
		}
		for _, l := range text {
			lines = append(lines, "    "+l)
		}
	}
	return lines
}

// labelled is a text behind a word, its further lines indented below it.
func labelled(label, text string, width int) []string {
	if width <= 0 {
		width = 1 << 20
	}
	lines := wrap(text, max(width-7, 20))
	for i := range lines {
		lines[i] = fmt.Sprintf("%-6s ", label) + lines[i]
		label = ""
	}
	return lines
}

// wrap breaks a text between words into lines of at most width characters; a longer word stays whole.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// decisive is the part of a cited payload that is about the event: of the lists of cars only its own cars, of race
// control only the messages that name one of them, or else the newest.
func decisive(e *wire.Event, payload json.RawMessage) string {
	var v any
	if err := json.Unmarshal(payload, &v); err != nil {
		return clean(string(payload))
	}
	cars := map[string]bool{}
	for _, n := range e.Drivers {
		cars[strconv.Itoa(n)] = true
	}
	for _, n := range []*int{e.Driver, e.Other} {
		if n != nil {
			cars[strconv.Itoa(*n)] = true
		}
	}
	var parts []string
	say("", prune("", v, cars), &parts)
	if len(parts) == 0 {
		return clean(string(payload)) // all blank: that is what it says
	}
	return clean(strings.Join(parts, "; "))
}

// clean keeps a text of the feed from steering the terminal.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// byCar are the members of the feed's payloads that hold one entry a car; "" is the payload itself.
var byCar = map[string]bool{"": true, "Lines": true, "PitTimes": true, "Series": true}

// prune leaves out what is of other cars, and what nobody reads: the mini-sectors, the feed's own marks, values
// that are blanked for the lap to come.
func prune(name string, v any, cars map[string]bool) any {
	if list, ok := v.([]any); ok {
		byIndex := make(map[string]any, len(list))
		for i, m := range list {
			byIndex[strconv.Itoa(i)] = m
		}
		v = byIndex
	}
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if name == "Messages" {
		object = control(object, cars)
	}
	known := byCar[name] && slices.ContainsFunc(slices.Collect(maps.Keys(object)), func(k string) bool { return cars[k] })
	kept := map[string]any{}
	for k, m := range object {
		if k == "_kf" || k == "Segments" || m == "" || known && !cars[k] {
			continue
		}
		kept[k] = prune(k, m, cars)
	}
	return kept
}

// control picks from a whole list of race control messages.
func control(messages map[string]any, cars map[string]bool) map[string]any {
	if len(messages) <= 1 {
		return messages
	}
	kept, newest := map[string]any{}, -1
	for k, m := range messages {
		if n, err := strconv.Atoi(k); err == nil {
			newest = max(newest, n)
		}
		fields, _ := m.(map[string]any)
		text, _ := fields["Message"].(string)
		words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' })
		if number, _ := fields["RacingNumber"].(string); cars[number] || slices.ContainsFunc(words, func(w string) bool { return cars[w] }) {
			kept[k] = m
		}
	}
	if k := strconv.Itoa(newest); len(kept) == 0 && messages[k] != nil {
		kept[k] = messages[k]
	}
	return kept
}

// say writes the values of an object behind its path, then what is below it.
func say(path string, v any, parts *[]string) {
	object, ok := v.(map[string]any)
	if !ok {
		if text, packed := v.(string); packed && path == "" {
			*parts = append(*parts, fmt.Sprintf("packed, %d characters", len(text)))
			return
		}
		*parts = append(*parts, fmt.Sprint(v))
		return
	}
	var values, below []string
	for _, k := range slices.SortedFunc(maps.Keys(object), byNumber) {
		switch m := object[k].(type) {
		case map[string]any:
			below = append(below, k)
		case string:
			values = append(values, k+" "+strconv.Quote(m))
		default:
			values = append(values, fmt.Sprintf("%s %v", k, m))
		}
	}
	if len(values) > 0 {
		head := ""
		if path != "" {
			head = path + ": "
		}
		*parts = append(*parts, head+strings.Join(values, ", "))
	}
	for _, k := range below {
		say(strings.TrimPrefix(path+"."+k, "."), object[k], parts)
	}
}

// byNumber sorts the feed's indexes as numbers, and all else as text.
func byNumber(a, b string) int {
	x, err1 := strconv.Atoi(a)
	y, err2 := strconv.Atoi(b)
	if err1 == nil && err2 == nil {
		return x - y
	}
	return strings.Compare(a, b)
}
