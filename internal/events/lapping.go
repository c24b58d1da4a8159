package events

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Laps lost to the leader and won back.
const (
	Lapped   = f1.EventKind("lapped")
	Unlapped = f1.EventKind("unlapped")
)

// LappingParams are the thresholds of lapping.
type LappingParams struct {
	Settled Seconds `json:"settled_s"` // where the car ends no lap within it the gap is believed as it is
}

var defaultLapping = LappingParams{Settled: 180}

var lappingDetector = detector{
	name:   "lapping",
	counts: "laps_down",
	kinds: []definition{
		{Lapped, f1.P3, "The gap of a car to the leader becomes a number of laps, or a larger one. It is confirmed when the car ends its lap so many behind the leader, or does not for {lapping.settled_s} s, and taken back when it does not. \"from\" and \"to\" are numbers of laps."},
		{Unlapped, f1.P3, "The gap of a car to the leader is fewer laps than before, or none. It is confirmed and taken back in the same way."},
	},
	on:    NewsGap | NewsLaps | NewsSecond,
	start: func(w *World) func() { return (&lapping{w: w}).step },
	holds: lappingHolds,
}

// lapping follows how many laps each car is down.
type lapping struct {
	w    *World
	down []int // laps down as told, -1 unknown, by the car's Index
	by   []uint64
	sure []bool // false for laps that a snapshot said, or the first gap heard: the feed may have lost sight of the car
	open []lapped
}

// lapped is a change that may not hold.
type lapped struct {
	car      *Car
	id       string
	from, to int
	fromBy   uint64
	at       time.Time
}

func (d *lapping) step() {
	w := d.w
	if !w.Session.IsRace() {
		return
	}
	if w.News&NewsGap != 0 {
		for _, c := range w.Touched {
			if c.News&NewsGap != 0 {
				d.gap(c)
			}
		}
	}
	if w.News&NewsLaps != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if lead := w.at(1); c.News&NewsLaps != 0 && lead != nil && c.Index < len(d.sure) && d.down[c.Index] > 0 && lead.Laps.Is-c.Laps.Is >= d.down[c.Index] {
				d.sure[c.Index] = true
			}
		}
	}
	if len(d.open) > 0 && w.News&(NewsSecond|NewsLaps) != 0 {
		kept := d.open[:0]
		for _, l := range d.open {
			if !d.settled(&l) {
				kept = append(kept, l)
			}
		}
		d.open = kept
	}
}

// settled looks whether the laps of the two say the same when the car has ended its lap.
func (d *lapping) settled(l *lapped) bool {
	w, c := d.w, l.car
	lead := w.at(1)
	switch {
	case c.Out():
		w.Retract(l.id, "it is out", c.Stopped.By, c.Retired.By)
	case c.News&NewsLaps != 0 && c.Laps.By == w.Message.Offset && lead != nil && lead != c && lead.Laps.Is > 0 && !w.Message.Snapshot:
		behind := lead.Laps.Is - c.Laps.Is
		if !lapsAgree(l.from, l.to, behind) {
			w.Retract(l.id, fmt.Sprintf("it ended the lap %d behind", behind), lead.Laps.By, c.Laps.By)
			d.down[c.Index], d.by[c.Index] = l.from, l.fromBy
			return true
		}
		w.Confirm(l.id, lead.Laps.By, c.Laps.By, lead.Position.By)
	case w.Now().Sub(l.at) >= w.Params.Lapping.Settled.D():
		w.Confirm(l.id, w.Message.Offset)
	default:
		return false
	}
	return true
}

// lapsAgree reports whether a car that ended a lap so many laps behind the leader has lost, or won back, what its
// gap said.
func lapsAgree(from, to, behind int) bool {
	return to > from && behind >= to || to < from && behind <= to
}

// lapsDown is how many laps a gap is, -1 when it does not say.
func lapsDown(g f1.Gap) int {
	switch {
	case g.Laps.Known:
		return g.Laps.Value
	case g.Leads, g.Time.Known:
		return 0
	}
	return -1
}

// gap takes a new gap of a car.
func (d *lapping) gap(c *Car) {
	w := d.w
	for len(d.down) < len(w.Cars) {
		d.down, d.by, d.sure = append(d.down, -1), append(d.by, 0), append(d.sure, false)
	}
	now, was, wasBy, sure := lapsDown(c.Gap.Is), d.down[c.Index], d.by[c.Index], d.sure[c.Index]
	if now < 0 {
		return
	}
	d.down[c.Index], d.by[c.Index] = now, c.Gap.By
	d.sure[c.Index] = now == 0 || sure && !w.Message.Snapshot
	if now == was || was < 0 || !sure || w.Message.Snapshot || !w.begun() || w.flagged(c) || c.Out() {
		return
	}
	for i := range d.open {
		if l := &d.open[i]; l.car == c {
			// It did not hold. Where it goes back to what it was, nothing has happened.
			w.Retract(l.id, fmt.Sprintf("%d again", now), c.Gap.By)
			was, wasBy = l.from, l.fromBy
			d.open = append(d.open[:i], d.open[i+1:]...)
			if was == now {
				return
			}
			break
		}
	}
	kind := Lapped
	if now < was {
		kind = Unlapped
	}
	detail := ""
	switch {
	case w.Track.Is == f1.TrackSC:
		detail = "behind the safety car"
	case !w.Racing():
		detail = neutralWord(w)
	case c.Pit.Is:
		detail = "in the pit lane"
	}
	l := lapped{car: c, from: was, to: now, fromBy: wasBy, at: w.Message.Time}
	l.id = w.ID(kind, strconv.Itoa(c.Number), strconv.Itoa(now), w.Message.Time.Format(time.RFC3339Nano))
	d.open = append(d.open, l)
	e := f1.Event{ID: l.id, Kind: kind, Status: f1.Provisional, Car: f1.Some(c.Number), Lap: w.raceLap(c), From: f1.Some(was), To: f1.Some(now), Detail: detail}
	cites := append(w.freeCites(c), wasBy, c.Gap.By, c.Laps.By)
	if lead := w.at(1); lead != nil && lead != c {
		e.Other = f1.Some(lead.Number)
		cites = append(cites, lead.Position.By)
	}
	w.Tell(e, cites...)
}

var errLapping = errors.New("the cited messages do not show the lap")

func lappingHolds(e *f1.Event, p *Proof) error {
	down := func(n int) func(*timing.Session) bool {
		return func(s *timing.Session) bool { return lapsDown(car(s, e.Car).GapToLeader) == n }
	}
	if !p.Then(down(e.From.Value), down(e.To.Value)) || (e.Kind == Lapped) != (e.To.Value > e.From.Value) {
		return errLapping
	}
	if e.Other.Known && !p.Some(func(s *timing.Session) bool { return car(s, e.Other).Position == 1 }) {
		return fmt.Errorf("%w: car %d does not lead", errLapping, e.Other.Value)
	}
	if e.Status == f1.Retracted {
		c, lead := car(p.Last(), e.Car), 0
		for _, o := range p.Last().Cars {
			lead = max(lead, o.Laps)
		}
		if down(e.To.Value)(p.Last()) && !c.Stopped && !c.Retired && lapsAgree(e.From.Value, e.To.Value, lead-c.Laps) {
			return fmt.Errorf("%w: it holds", errLapping)
		}
		return nil
	}
	if e.Status == f1.Provisional && !down(e.To.Value)(p.Last()) {
		return fmt.Errorf("%w: it does not hold", errLapping)
	}
	return nil
}
