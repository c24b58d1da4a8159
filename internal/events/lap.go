package events

import (
	"errors"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
)

// LapCompleted is a lap of a car that has ended.
const LapCompleted = f1.EventKind("lap.completed")

// LapParams are the thresholds of completed laps.
type LapParams struct {
	Late Seconds `json:"late_s"` // how long after the count a lap's time may come
}

var defaultLap = LapParams{Late: 12}

var lapDetector = detector{
	name: "lap",
	kinds: []definition{
		{LapCompleted, f1.P3, "In a race the car's count of laps has risen; elsewhere a lap has got its time. The value is the lap time in seconds; in a race it may come up to {lap.late_s} s after the count, and a lap may have none."},
	},
	on:    NewsLaps | NewsLapTime | NewsSector | NewsSecond | NewsStatus,
	start: func(w *World) func() { return (&laps{w: w, told: map[*Car]int{}}).step },
	holds: lapHolds,
}

// laps tells completed laps.
type laps struct {
	w    *World
	told map[*Car]int // the newest lap told of each car
	open []openLap    // without a time as yet
}

type openLap struct {
	car    *Car
	number int
	at     time.Time
}

func (l *laps) step() {
	w := l.w
	race := w.Session.IsRace()
	if w.News&(NewsLaps|NewsLapTime|NewsSector) != 0 {
		for _, c := range w.Touched {
			switch {
			case race && c.News&NewsLaps != 0:
				l.count(c)
			case !race && c.News&(NewsLapTime|NewsSector) != 0 && c.LapTime.Is.Number > 0:
				l.timed(c)
			}
			if c.News&NewsLapTime != 0 && race {
				l.late(c)
			}
		}
	}
	if w.News&NewsSecond != 0 && len(l.open) > 0 {
		l.expire()
	}
}

func lapID(w *World, c *Car, number int) string {
	return w.ID(LapCompleted, strconv.Itoa(c.Number), strconv.Itoa(number))
}

// count tells the laps by which a race count has risen, and takes back those by which a snapshot shows it lower.
func (l *laps) count(c *Car) {
	w := l.w
	n := c.Laps.Is
	if w.Message.Snapshot {
		for k := l.told[c]; k > n; k-- {
			w.Retract(lapID(w, c, k), "the count is "+strconv.Itoa(n), c.Laps.By)
		}
		l.told[c] = n
		return
	}
	if c.Laps.WasBy == 0 && c.Joined() || !w.begun() && w.Status.By != 0 || n <= l.told[c] {
		l.told[c] = max(l.told[c], n)
		return
	}
	for k := max(l.told[c], c.Laps.Was) + 1; k <= n; k++ {
		e := f1.Event{ID: lapID(w, c, k), Kind: LapCompleted, Car: f1.Some(c.Number), Lap: f1.Some(k), Status: f1.Provisional}
		timedBy, placedBy := uint64(0), uint64(0)
		if t := w.Session.TimedLap(c.Car, k).Time; t.Known {
			e.Value, e.Status = f1.Some(inSeconds(t.Value)), f1.Confirmed
			timedBy = c.LapTime.By
		} else {
			l.open = append(l.open, openLap{c, k, w.Message.Time})
		}
		if c.Position.Is > 0 {
			e.To = f1.Some(c.Position.Is)
			placedBy = c.Position.By
		}
		w.Tell(e, c.Laps.By, timedBy, placedBy)
	}
	l.told[c] = n
}

// late gives a lap told without one its time.
func (l *laps) late(c *Car) {
	w := l.w
	kept := l.open[:0]
	for _, o := range l.open {
		if o.car != c || c.LapTime.Is.Number != o.number {
			kept = append(kept, o)
			continue
		}
		t := w.Session.TimedLap(c.Car, o.number).Time
		e, told := w.Told(lapID(w, c, o.number))
		if !t.Known || !told {
			kept = append(kept, o)
			continue
		}
		e.Value, e.Status, e.Evidence = f1.Some(inSeconds(t.Value)), f1.Confirmed, append([]uint64(nil), e.Evidence...)
		w.Tell(e, c.LapTime.By)
	}
	l.open = kept
}

// expire confirms laps of which no time can come any more.
func (l *laps) expire() {
	w := l.w
	kept := l.open[:0]
	for _, o := range l.open {
		if w.Now().Sub(o.at) < w.Params.Lap.Late.D() {
			kept = append(kept, o)
			continue
		}
		w.Confirm(lapID(w, o.car, o.number))
	}
	l.open = kept
}

// timed tells a lap outside races.
func (l *laps) timed(c *Car) {
	w := l.w
	n := c.LapTime.Is.Number
	if n <= l.told[c] && c.LapTime.By != w.Message.Offset {
		return
	}
	t := w.Session.TimedLap(c.Car, n).Time
	if !t.Known || w.Message.Snapshot || c.LapTime.Found {
		return
	}
	l.told[c] = max(l.told[c], n)
	e := f1.Event{ID: lapID(w, c, n), Kind: LapCompleted, Car: f1.Some(c.Number), Lap: f1.Some(n), Value: f1.Some(inSeconds(t.Value)), Time: c.LapTime.Since}
	w.Tell(e, c.LapTime.By, c.Laps.By)
}

var errLap = errors.New("the cited messages do not show the lap")

// lapHolds checks the count of laps, where it was counted, and that the time was said.
func lapHolds(e *f1.Event, p *Proof) error {
	counted, said, placed := false, !e.Value.Known, !e.To.Known
	for _, m := range p.Steps {
		c := car(m.Session, e.Car)
		counted = counted || c.Laps >= e.Lap.Value
		said = said || isSeconds(c.LastLap.Time, e.Value.Value)
		placed = placed || c.Position == e.To.Value
	}
	if e.Status == f1.Retracted {
		counted = counted && car(p.Last(), e.Car).Laps < e.Lap.Value
	}
	if !said || !placed || !counted && (e.To.Known || !e.Value.Known || e.Status == f1.Retracted) {
		return errLap
	}
	return nil
}

// isSeconds reports whether a time is known and that of an event's value.
func isSeconds(t f1.Opt[time.Duration], seconds float64) bool {
	return t.Known && inSeconds(t.Value) == seconds
}
