package events

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// What detectors of two cars one behind the other have in common.

// freshInterval is how old an interval may be to speak of now: the feed renews it every few seconds.
const freshInterval = 30 * time.Second

// free reports whether a car races: it is on the track, moves, and its flag has not fallen.
func (w *World) free(c *Car) bool {
	return !c.Pit.Is && !c.Out() && (!c.PitOut.Is || c.Laps.Is == 0) && !w.flagged(c)
}

// chasing reports whether b, one place behind a, races it for the place, and the interval tells how far away it is now.
func (w *World) chasing(a, b *Car) bool {
	return w.Racing() && w.free(a) && w.free(b) && b.Interval.Is.Time.Known && b.Interval.By >= a.Position.By && b.Interval.By >= b.Position.By &&
		w.Now().Sub(b.Interval.Since) <= freshInterval && max(a.Laps.Is-b.Laps.Is, b.Laps.Is-a.Laps.Is) <= 1
}

// within reports whether the interval to the car ahead is at most d.
func (c *Car) within(d Seconds) bool {
	return c.Interval.Is.Time.Known && c.Interval.Is.Time.Value <= d.D()
}

// freeCites are the messages that show that cars race.
func (w *World) freeCites(cars ...*Car) []uint64 {
	cites := []uint64{w.Info, w.Status.By, w.Track.By}
	for _, c := range cars {
		cites = append(cites, c.Pit.By, c.PitOut.By, c.Stopped.By, c.Retired.By)
	}
	return cites
}

// closeCites puts the messages that show two cars close, and that both race, in the place of what is in list.
func (w *World) closeCites(list []uint64, a, b *Car) []uint64 {
	list = slices.Grow(list[:0], 18) // one or two more are added as a rule
	return append(list, w.Info, w.Status.By, w.Track.By, a.Pit.By, a.PitOut.By, a.Stopped.By, a.Retired.By, b.Pit.By, b.PitOut.By, b.Stopped.By, b.Retired.By,
		a.Position.By, b.Position.By, b.Interval.By, a.Laps.By, b.Laps.By)
}

// pairCites are the messages that show b one place behind a, how far, and which laps they have completed.
func pairCites(a, b *Car) []uint64 {
	return []uint64{a.Position.By, b.Position.By, b.Interval.By, a.Laps.By, b.Laps.By}
}

// lapEnds calls f with each pair of cars, one behind the other and on the same lap, of which the second one has just
// ended a lap: when the later of the two crossings is told. It is for messages with NewsLaps.
func (w *World) lapEnds(f func(a, b *Car)) {
	if w.Message.Snapshot {
		return
	}
	for _, c := range w.Touched {
		if c.News&NewsLaps == 0 || c.Laps.Is < c.Laps.Was {
			continue
		}
		if a := w.Ahead(c); a != nil && a.Laps.Is == c.Laps.Is {
			f(a, c)
		}
		if b := w.Behind(c); b != nil && b.Laps.Is == c.Laps.Is && b.Laps.By != w.Message.Offset {
			f(c, b)
		}
	}
}

// freeCar is World.free by a state.
func freeCar(c *timing.Car) bool {
	return !c.InPit && !c.Stopped && !c.Retired && !c.Chequered && (!c.PitOut || c.Laps == 0)
}

// racingState is World.Racing by a state.
func racingState(s *timing.Session) bool {
	return s.Status == f1.StatusStarted && (s.Track.Status == f1.TrackClear || s.Track.Status == f1.TrackYellow || s.Track.Status == "")
}

// follows reports whether a state has b one place behind a, both racing.
func follows(s *timing.Session, a, b *timing.Car) bool {
	return racingState(s) && freeCar(a) && freeCar(b) && a.Position > 0 && b.Position == a.Position+1 && b.Interval.Time.Known
}

// lapEnd is the interval of a car to the one ahead at the end of a lap of both.
type lapEnd struct {
	lap      int
	interval time.Duration
}

// pairEnds are the ends of laps at which the cited messages show b one place behind a, both racing.
func (p *Proof) pairEnds(a, b int) (ends []lapEnd) {
	done := 0
	for i, m := range p.Steps {
		x, y := car(m.Session, f1.Some(a)), car(m.Session, f1.Some(b))
		if x.Laps != y.Laps || y.Laps <= done || !p.endsLap(i, a, b) {
			continue
		}
		done = y.Laps
		if follows(m.Session, x, y) {
			ends = append(ends, lapEnd{done, y.Interval.Time.Value})
		}
	}
	return ends
}

// endsLap reports whether the message of a step raised the number of laps of one of the cars.
func (p *Proof) endsLap(step int, cars ...int) bool {
	for _, n := range cars {
		was := 0
		if step > 0 {
			was = car(p.Steps[step-1].Session, f1.Some(n)).Laps
		}
		if car(p.Steps[step].Session, f1.Some(n)).Laps > was {
			return true
		}
	}
	return false
}
