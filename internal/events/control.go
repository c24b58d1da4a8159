package events

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// telling makes the event that one message of race control is by itself, false when it is none of the
// detector's. Time, lap and ID are filled in by eventOf.
type telling func(row *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool)

// eventOf makes the event of a message. Its ID is made of what the message says and when race control said
// it: the same message sent again, under whatever index, is the same event.
func (w *World) eventOf(t telling, row *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	e, ok := t(row, m)
	if !ok {
		return f1.Event{}, false
	}
	e.Time, e.Lap = row.Time, row.LapNumber
	about := []string{row.Time.UTC().Format(time.RFC3339), e.Detail}
	for _, n := range append([]int{e.Car.Or(-1), e.Other.Or(-1)}, e.Cars...) {
		about = append(about, strconv.Itoa(n))
	}
	if e.Value.Known {
		about = append(about, strconv.FormatFloat(e.Value.Value, 'f', -1, 64))
	}
	e.ID = w.ID(e.Kind, about...)
	return e, true
}

// announce tells the events of the newest messages of race control, one each, and takes back what was told of
// a message that was corrected or is gone.
func (w *World) announce(t telling) {
	for i := range w.Control {
		c := &w.Control[i]
		old, had := f1.Event{}, false
		if c.Change || c.Gone {
			old, had = w.eventOf(t, &c.Was, &c.Said)
		}
		now, has := f1.Event{}, false
		if !c.Gone {
			now, has = w.eventOf(t, &c.Row, &c.Says)
		}
		if had && (!has || now.ID != old.ID) {
			w.Retract(old.ID, c.corrected(), c.By)
			now.Supersedes = old.ID
		}
		if has {
			w.Tell(now, c.By, c.WasBy)
		}
	}
}

// corrected says why what was told of the message before does not hold.
func (c *Control) corrected() string {
	if c.Gone {
		return "race control no longer has it"
	}
	return "corrected"
}

var errControl = errors.New("the cited messages do not hold what race control is said to have said")

// controlHolds checks an event that is one message of race control: the newest cited state has it; one that
// was taken back was there before and is not any more.
func controlHolds(t telling) func(e *f1.Event, p *Proof) error {
	return func(e *f1.Event, p *Proof) error {
		said := func(s *timing.Session) bool { return saidBy(s, e, t) >= 0 }
		if !p.Some(said) || said(p.Last()) == (e.Status == f1.Retracted) {
			return errControl
		}
		return nil
	}
}

// saidBy finds the message of race control that an event tells, -1 when none of the state's does.
func saidBy(s *timing.Session, e *f1.Event, t telling) int {
	for i := range s.RaceControl {
		row := &s.RaceControl[i]
		if !row.Time.Equal(e.Time) {
			continue
		}
		m := racecontrol.Parse(row)
		x, ok := t(row, &m)
		if ok && x.Kind == e.Kind && x.Car == e.Car && x.Other == e.Other && x.Value == e.Value &&
			slices.Equal(x.Cars, e.Cars) && row.LapNumber == e.Lap && begins(e.Detail, x.Detail) {
			return i
		}
	}
	return -1
}

// begins reports whether a detail is the said one, with or without words added to it.
func begins(detail, said string) bool {
	rest, ok := strings.CutPrefix(detail, said)
	return ok && (rest == "" || said == "" || strings.HasPrefix(rest, "; "))
}

// about puts the cars of a message into an event: one is its subject, two are subject and other, more a list.
func about(e *f1.Event, cars []int) {
	if len(cars) > 0 {
		e.Car = f1.Some(cars[0])
	}
	if len(cars) > 1 {
		e.Other = f1.Some(cars[1])
	}
	if len(cars) > 2 {
		e.Cars = cars
	}
}

// snapshots reports whether a cited message is a snapshot.
func (p *Proof) snapshots() bool {
	for _, step := range p.Steps {
		if step.Message.Snapshot {
			return true
		}
	}
	return false
}

// at reports whether a cited message has the time.
func (p *Proof) at(t time.Time) bool {
	for _, step := range p.Steps {
		if step.Message.Time.Equal(t) {
			return true
		}
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }
