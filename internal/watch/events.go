package watch

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/wire"
)

// Events keeps the events of a session from the messages of the channel "events:{key}".
type Events struct {
	all []wire.Event // in the order in which they first became known
	at  map[string]int
}

// Apply takes the next message of the channel and returns the versions in it that were not held.
func (e *Events) Apply(m Message) ([]wire.Event, error) {
	var list wire.Events
	var err error
	if m.Type == "snapshot" {
		err = json.Unmarshal(m.Data, &list)
	} else {
		list.Events = make([]wire.Event, 1)
		err = json.Unmarshal(m.Data, &list.Events[0])
	}
	if err != nil {
		return nil, fmt.Errorf("events message %d: %w", m.Seq, err)
	}
	was := *e
	if m.Type == "snapshot" || e.at == nil { // a whole state: what is not in it has not happened
		*e = Events{at: map[string]int{}}
	}
	var news []wire.Event
	for _, v := range list.Events {
		if old, held := was.at[v.ID]; !held || was.all[old].Version != v.Version {
			news = append(news, v)
		}
		if i, held := e.at[v.ID]; held {
			e.all[i] = v
			continue
		}
		e.at[v.ID] = len(e.all)
		e.all = append(e.all, v)
	}
	return news, nil
}

// Matters reports whether an event is shown: what is for the record only is not.
func Matters(e *wire.Event) bool { return e.Priority < "P3" }

// Newest are up to n events that matter, the newest first; all of them for n below 0.
func (e *Events) Newest(n int) []wire.Event {
	var newest []wire.Event
	for i := len(e.all) - 1; i >= 0 && len(newest) != n; i-- {
		if Matters(&e.all[i]) {
			newest = append(newest, e.all[i])
		}
	}
	return newest
}

// EventLine is an event in one line: time, lap, a mark, what happened to whom, places, the rest. The mark is ?
// for what may still turn out otherwise, x for what was taken back.
func EventLine(b *wire.Board, e *wire.Event, colour bool) string {
	mark, end := " ", ""
	switch e.Status {
	case "provisional":
		mark = "?"
	case "retracted":
		mark, end = "x", "retracted"
	}
	lap := ""
	if e.Lap != nil {
		lap = fmt.Sprintf("L%d", *e.Lap)
	}
	words := []string{fmt.Sprintf("%s %-3s %s", hour(e.Time), lap, mark), e.Title, subjects(b, e)}
	if e.From != nil && e.To != nil {
		words = append(words, fmt.Sprintf("%d to %d", *e.From, *e.To))
	}
	if e.Value != nil {
		words = append(words, strconv.FormatFloat(*e.Value, 'f', -1, 64))
	}
	words = append(words, clean(string(e.Detail)), end)
	line := words[0]
	for _, w := range words[1:] {
		if w != "" {
			line += "  " + w
		}
	}
	p := painter{colour: colour}
	switch {
	case e.Status == "retracted":
		return p.paint("2;9", line)
	case e.Priority == "P0":
		return p.paint("1", line)
	}
	return line
}

// subjects are the cars an event is about.
func subjects(b *wire.Board, e *wire.Event) string {
	numbers := e.Drivers
	if len(numbers) == 0 {
		for _, n := range []*int{e.Driver, e.Other} {
			if n != nil {
				numbers = append(numbers, *n)
			}
		}
	}
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = tla(b, n)
	}
	return strings.Join(names, " ")
}

// tla is how a car is called: by its driver's letters, by its number where they are not known.
func tla(b *wire.Board, number int) string {
	if c, known := b.Cars[strconv.Itoa(number)]; known && c.TLA != "" {
		return string(c.TLA)
	}
	return strconv.Itoa(number)
}

// hour is the time of day of a moment as the wire has it, UTC.
func hour(at string) string {
	t, err := time.Parse(wire.TimeFormat, at)
	if err != nil {
		return at
	}
	return t.Format(time.TimeOnly)
}
