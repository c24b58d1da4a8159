package watch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
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

// EventLine is an event in one line: when it happened, lap, a mark, what happened. The mark is ? for what may still
// turn out otherwise, x for what was taken back.
func EventLine(e *wire.Event, colour bool) string { return eventLine(hour(e.Time), "", e, colour) }

// ToldLine is the same for a list in the order of what became known: it begins with when that was, and says at the
// end when the event happened if that was in another second.
func ToldLine(e *wire.Event, colour bool) string {
	known, happened := hour(e.Known), ""
	if at := hour(e.Time); at != known {
		happened = "(" + at + ")"
	}
	return eventLine(known, happened, e, colour)
}

func eventLine(when, end string, e *wire.Event, colour bool) string {
	mark, lap := " ", ""
	switch e.Status {
	case "provisional":
		mark = "?"
	case "retracted":
		mark, end = "x", strings.TrimSpace("retracted "+end)
	}
	if e.Lap != nil {
		lap = fmt.Sprintf("L%d", *e.Lap)
	}
	line := fmt.Sprintf("%s %-3s %s  %s", when, lap, mark, clean(e.Text))
	if end != "" {
		line += "  " + end
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

// ByKnown puts versions in the order in which they became known.
func ByKnown(versions []wire.Event) {
	slices.SortStableFunc(versions, func(a, b wire.Event) int {
		return cmp.Or(strings.Compare(a.Known, b.Known), cmp.Compare(a.Offset, b.Offset))
	})
}

// hour is the time of day of a moment as the wire has it, UTC.
func hour(at string) string {
	t, err := time.Parse(wire.TimeFormat, at)
	if err != nil {
		return at
	}
	return t.Format(time.TimeOnly)
}
