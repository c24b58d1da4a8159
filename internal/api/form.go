package api

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// form reads the parameters of a query and gathers what is wrong with them, so that a client is told all of it
// at once. A parameter that is absent or empty reads as the zero value.
type form struct {
	values url.Values
	wrongs []error
}

func (f *form) wrong(name, message string, value any) {
	if s, ok := value.(string); ok && len(s) > 100 {
		value = s[:100]
	}
	f.wrongs = append(f.wrongs, &huma.ErrorDetail{Location: "query." + name, Message: message, Value: value})
}

// problem is what is wrong, nil when nothing is.
func (f *form) problem() error {
	if len(f.wrongs) == 0 {
		return nil
	}
	status := http.StatusUnprocessableEntity
	p := plain(status, "")
	for _, w := range f.wrongs {
		p.Add(w)
	}
	p.Detail = p.Errors[0].Location + ": " + p.Errors[0].Message
	return p
}

// text is at most so many characters long.
func (f *form) text(name string, most int) string {
	s := f.values.Get(name)
	if utf8.RuneCountInString(s) > most {
		f.wrong(name, fmt.Sprintf("it is longer than %d characters", most), s)
		return ""
	}
	return s
}

// list are the values of a parameter that may come more than once and with commas; empty ones are left out.
func (f *form) list(name string, most int) []string {
	var all []string
	n := 0
	for _, v := range f.values[name] {
		for s := range strings.SplitSeq(v, ",") {
			if n++; n > most {
				f.wrong(name, fmt.Sprintf("it has more than %d values", most), nil)
				return nil
			}
			if s != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// number is a whole number within bounds; otherwise is what it is when absent.
func (f *form) number(name string, least, most, otherwise int) int {
	s := f.values.Get(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		f.wrong(name, fmt.Sprintf("it is no whole number from %d to %d", least, most), s)
		return otherwise
	}
	return n
}

// choice is one of some words, the first when absent.
func (f *form) choice(name string, words ...string) string {
	s := f.values.Get(name)
	if s == "" {
		return words[0]
	}
	for _, w := range words {
		if w == s {
			return s
		}
	}
	f.wrong(name, "it is none of "+strings.Join(words, ", "), s)
	return words[0]
}

// earliest is the beginning of time here: before it there is nothing, and no stored number of milliseconds is
// negative.
var earliest = time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC)

// time is a moment as RFC 3339 has it, not before the earliest one, the zero time when absent.
func (f *form) time(name string) time.Time {
	s := f.values.Get(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		f.wrong(name, "it is no time as RFC 3339 has it, like 2018-04-29T12:30:00Z", s)
		return time.Time{}
	}
	if t.Before(earliest) {
		return earliest
	}
	return t.UTC()
}

// when is a moment of a session: one of the three, or none.
type when struct {
	at    time.Time
	lap   int
	clock string
}

func (m when) given() bool { return m != when{} }

// maxClock is how long a clock's name may be.
const maxClock = 60

// moment reads at, at_lap and clock, of which there may be one.
func (f *form) moment() when {
	m := when{at: f.time("at"), lap: f.number("at_lap", 1, 200, 0), clock: f.text("clock", maxClock)}
	wishes := 0
	for _, set := range []bool{!m.at.IsZero(), m.lap != 0, m.clock != ""} {
		if set {
			wishes++
		}
	}
	if wishes > 1 {
		f.wrong("at", "give one of at, at_lap and clock", nil)
	}
	if m.clock == "default" || m.clock == "live" {
		m.clock = "" // the process's own, as without it
	}
	return m
}

// The parameters that many operations have.

// queryText is a text of at most so many characters, 0 without a bound.
func queryText(name, doc, example string, most int) *huma.Param {
	p := &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	if most > 0 {
		p.Schema.MaxLength = &most
	}
	if example != "" {
		p.Example = example
	}
	return p
}

func queryTime(name, doc, example string) *huma.Param {
	p := queryText(name, doc, example, 0)
	p.Schema.Format = "date-time"
	return p
}

func queryNumber(name, doc string, least, most int, example any) *huma.Param {
	low, high := float64(least), float64(most)
	return &huma.Param{
		Name: name, In: "query", Description: doc, Example: example,
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high},
	}
}

func queryChoice(name, doc string, words ...string) *huma.Param {
	s := &huma.Schema{Type: huma.TypeString, Default: words[0]}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return &huma.Param{Name: name, In: "query", Description: doc, Schema: s, Example: words[0]}
}

// queryList is a list with commas of at most so many values: name=1,44.
func queryList(name, doc, of string, most int, example any) *huma.Param {
	explode, items := false, &huma.Schema{Type: of}
	if of == huma.TypeInteger {
		low, high := float64(math.MinInt32), float64(math.MaxInt32)
		items.Minimum, items.Maximum = &low, &high
	}
	return &huma.Param{
		Name: name, In: "query", Description: doc, Style: "form", Explode: &explode, Example: example,
		Schema: &huma.Schema{Type: huma.TypeArray, Items: items, MaxItems: &most},
	}
}

func sessionParam() *huma.Param {
	most := 100
	return &huma.Param{
		Name: "session", In: "path", Required: true, Example: "latest",
		Description: "Session key, readable name (azerbaijan_2018_race) or latest", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
	}
}

// momentParams are at, at_lap and clock.
func momentParams() []*huma.Param {
	return []*huma.Param{
		queryTime("at", "As it stood at this session time; now when absent", "2018-04-29T12:30:00Z"),
		queryNumber("at_lap", "As it stood when the leader began this lap", 1, 200, 2),
		queryText("clock", "As it is known at a clock: live, live-30, default, c_...", "live", maxClock),
	}
}

// ofWords makes a list one of these words, each at most once. There is no empty word, so a list that is given has one.
func ofWords(list *huma.Param, words []any) {
	least := 1
	list.Schema.Items.Enum, list.Schema.UniqueItems, list.Schema.MinItems = words, true, &least
}
