package events

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Laps deleted and given back.
const (
	LapDeleted    = f1.EventKind("lap.deleted")
	LapReinstated = f1.EventKind("lap.reinstated")
)

var deletionDetector = detector{
	name: "deletion",
	kinds: []definition{
		{LapDeleted, f1.P2, "Race control deletes a lap. Which lap it was follows from the car, the time and the time of day of the offence; the number in the text counts differently. It is taken back when the lap is given back or the message corrected."},
		{LapReinstated, f1.P2, "Race control gives a deleted lap back."},
	},
	on:    NewsControl | NewsLapTime,
	start: func(w *World) func() { return (&deletions{w: w, told: map[int]string{}}).step },
	holds: deletionHolds,
}

// deletions tells what race control says of laps.
type deletions struct {
	w    *World
	told map[int]string // ID of what was told of each message
	open []int          // messages about a lap that is not found yet: its time is still to come
}

func (d *deletions) step() {
	w := d.w
	var rulings []timing.Ruling
	if w.News&NewsControl != 0 {
		for i := range w.Control {
			c := &w.Control[i]
			if id := d.told[c.Row.MessageID]; c.Change && id != "" {
				w.Retract(id, "the message was corrected", c.By)
				delete(d.told, c.Row.MessageID)
			}
			if !timing.Rules(&c.Says) || w.Message.Snapshot && !c.Change {
				continue // said before the recording began
			}
			if rulings == nil {
				rulings = w.Session.Rulings()
			}
			d.tell(rulings, c.Row.MessageID)
		}
	}
	if w.News&NewsLapTime != 0 && len(d.open) > 0 {
		rulings = w.Session.Rulings()
		open := d.open
		d.open = nil
		for _, id := range open {
			d.tell(rulings, id)
		}
	}
}

// tell tells what a message rules.
func (d *deletions) tell(rulings []timing.Ruling, message int) {
	w := d.w
	for i := range rulings {
		v := &rulings[i]
		if v.Message != message {
			continue
		}
		kind := LapDeleted
		if v.Reinstated {
			kind = LapReinstated
		}
		id := d.told[message]
		if id == "" {
			if twice := d.before(rulings[:i], v); twice != "" {
				d.told[message] = twice // deleted already, for another offence
				return
			}
			id = w.ID(kind, strconv.Itoa(v.Car), lapOf(v), clockOf(v))
		}
		e := f1.Event{ID: id, Kind: kind, Car: f1.Some(v.Car), Detail: v.Reason, Time: d.said(message)}
		if v.LapTime.Known {
			e.Value = f1.Some(inSeconds(v.LapTime.Value))
		}
		cites := []uint64{w.ControlBy(message)}
		if n := lapNumber(w, v); n > 0 {
			e.Lap = f1.Some(n)
		} else {
			d.open = append(d.open, message)
		}
		if v.Reinstated {
			e.Supersedes = d.revoke(rulings[:i], v, cites[0])
		}
		if old, told := w.Told(id); told && old.Status != f1.Retracted {
			e.Time, e.Supersedes = old.Time, old.Supersedes
		}
		d.told[message] = id
		w.Tell(e, cites...)
	}
}

// before is the ID of what was told of the same lap by an earlier message of the kind, unless it was given back since.
func (d *deletions) before(earlier []timing.Ruling, v *timing.Ruling) string {
	for i := len(earlier) - 1; i >= 0; i-- {
		o := &earlier[i]
		if o.Car != v.Car || !sameLap(o, v) || v.LapTime != o.LapTime {
			continue
		}
		if id := d.told[o.Message]; o.Reinstated == v.Reinstated && d.w.stands(id) {
			return id
		}
		return ""
	}
	return ""
}

// said is when race control said a message.
func (d *deletions) said(message int) (at time.Time) {
	rows := d.w.Session.RaceControl
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].MessageID == message {
			return rows[i].Time
		}
	}
	return at
}

// revoke takes back the deletion of a lap that is given back, and returns its ID.
func (d *deletions) revoke(earlier []timing.Ruling, v *timing.Ruling, by uint64) string {
	for i := len(earlier) - 1; i >= 0; i-- {
		o := &earlier[i]
		if o.Car == v.Car && !o.Reinstated && sameLap(o, v) {
			id := d.told[o.Message]
			d.w.Retract(id, "given back", by)
			return id
		}
	}
	return ""
}

// sameLap reports whether two messages rule on one lap of a car.
func sameLap(a, b *timing.Ruling) bool {
	if a.Lap > 0 && b.Lap > 0 {
		return a.Lap == b.Lap
	}
	return a.LapTime.Known && a.LapTime == b.LapTime || a.Clock.Known && a.Clock == b.Clock
}

// lapOf names the lap of a ruling by what does not change: its time, else the number in the text.
func lapOf(v *timing.Ruling) string {
	if v.LapTime.Known {
		return lapTimeWord(v.LapTime.Value)
	}
	return "lap " + strconv.Itoa(v.TextLap)
}

func clockOf(v *timing.Ruling) string {
	if v.Clock.Known {
		return v.Clock.Value.String()
	}
	return ""
}

var errDeletion = errors.New("the cited messages do not show the ruling")

// deletionHolds checks that race control said it, with this car and time and reason, and says something else when it
// was taken back.
func deletionHolds(e *f1.Event, p *Proof) error {
	says := func(s *timing.Session, kind f1.EventKind) bool {
		for i := range s.RaceControl {
			v, ok := timing.RulingOf(&s.RaceControl[i])
			if ok && v.Car == e.Car.Value && v.Reinstated == (kind == LapReinstated) && v.LapTime.Known == e.Value.Known &&
				(!e.Value.Known || isSeconds(v.LapTime, e.Value.Value)) && strings.HasPrefix(e.Detail, v.Reason) {
				return true
			}
		}
		return false
	}
	if !p.Some(func(s *timing.Session) bool { return says(s, e.Kind) }) {
		return errDeletion
	}
	if e.Status == f1.Retracted && says(p.Last(), e.Kind) {
		returned := e.Kind == LapDeleted && !e.Value.Known
		for i := range p.Last().RaceControl {
			v, ok := timing.RulingOf(&p.Last().RaceControl[i])
			returned = returned || ok && v.Reinstated && v.Car == e.Car.Value && e.Kind == LapDeleted
		}
		if !returned {
			return errDeletion
		}
	}
	return nil
}
