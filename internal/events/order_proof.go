package events

import (
	"errors"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// orderHolds checks a change of order: the two cars behind one another and then the other way round, and at
// that moment the guard that the kind names.
func orderHolds(e *f1.Event, p *Proof) error {
	ahead := func(s *timing.Session, x, y f1.Opt[int]) bool {
		a, b := car(s, x).Position, car(s, y).Position
		return a > 0 && b > 0 && a < b
	}
	var moment *timing.Session // when the swap stood
	flips, front := 0, f1.Opt[int]{}
	for _, step := range p.Steps {
		now := e.Other
		if ahead(step.Session, e.Car, e.Other) {
			now = e.Car
		} else if !ahead(step.Session, e.Other, e.Car) {
			continue
		}
		if front.Known && now != front {
			flips++
			if now == e.Car && step.Message.Time.Equal(e.Time) {
				moment = step.Session
			}
		}
		front = now
	}
	if moment == nil {
		return errors.New("the cited messages do not show the change of order")
	}
	kind, detail := e.Kind, e.Detail
	if e.Status == f1.Retracted { // what it turned out to be is told, and proved, as an event of its own
		detail, _, _ = strings.Cut(detail, itWas)
		detail = strings.TrimSuffix(detail, "; ")
	}
	if kind == LeadChange {
		if car(moment, e.Car).Position != 1 {
			return errors.New("the car does not lead")
		}
		kind, detail = f1.EventKind(e.Detail), "" // the detail is the kind of the change, and that has to hold
	}
	return p.guard(e, kind, detail, moment, flips)
}

// guard checks what a kind of change takes, and what its detail says of it. A lead change tells the kind alone.
func (p *Proof) guard(e *f1.Event, kind f1.EventKind, detail string, moment *timing.Session, flips int) error {
	a, b := car(moment, e.Car), car(moment, e.Other)
	lane := func(c *timing.Car) bool { return c.InPit || c.PitOut && c.Laps > 0 }
	says := func(words ...string) bool { return e.Kind == LeadChange || slices.Contains(words, detail) }
	switch kind {
	case OvertakeOnTrack:
		switch {
		case !mayPass(moment) || lane(a) || lane(b) || b.Stopped || b.Retired:
			return errors.New("a car was not racing")
		case flagFell(moment, b.Number) && !flagFell(moment, a.Number) && b.Chequered:
			return errors.New("the car that lost had finished")
		case !says("", "start", "restart", "regain") || detail == "start" && a.Laps != 0 && !p.Some(startSaid) || detail == "regain" && flips < 2 || detail == "restart" && !p.Some(neutralised):
			return errors.New("it is not what the detail says")
		}
	case OrderPit:
		if !says("", "on the way into the pits") || !p.Some(func(s *timing.Session) bool {
			a, b := car(s, e.Car), car(s, e.Other)
			return b.InPit || detail == "" && (a.InPit || a.PitOut || b.PitOut)
		}) {
			return errors.New("no car was in the pits")
		}
	case OrderIncident:
		return p.trouble(e, detail)
	case OrderLapping:
		if !says("", unseenCrossing) || !p.Some(func(s *timing.Session) bool {
			return car(s, e.Car).GapToLeader.Laps.Known != car(s, e.Other).GapToLeader.Laps.Known
		}) {
			return errors.New("the cars are on the same lap")
		}
	case OrderNeutral:
		if mayPass(moment) || !says(string(moment.Status), string(moment.Track.Status)) {
			return errors.New("the track was free")
		}
	case OrderPenalty:
		if !says("after the flag") || !p.Some(func(s *timing.Session) bool { return flagFell(s, a.Number) || flagFell(s, b.Number) }) {
			return errors.New("no flag had fallen")
		}
	case OrderTiming:
		if !says("taken back") || flips < 2 {
			return errors.New("the change was not taken back")
		}
	case OrderOther:
		if !says(severalPlaces) || e.From.Value-e.To.Value < p.Params.Order.Block {
			return errors.New("the car did not gain several places at once")
		}
	default:
		return errors.New("it is no kind of change of order")
	}
	return nil
}

// neutralised reports whether a state has the track under a safety car or a red flag.
func neutralised(s *timing.Session) bool {
	switch s.Track.Status {
	case f1.TrackSC, f1.TrackVSC, f1.TrackVSCEnding, f1.TrackRed:
		return true
	}
	return s.Status == f1.StatusAborted
}

// trouble checks that the car that lost was in the trouble that the detail names.
func (p *Proof) trouble(e *f1.Event, detail string) error {
	n := e.Other.Value
	stopped := p.Some(func(s *timing.Session) bool { c := car(s, e.Other); return c.Stopped || c.Retired })
	held := false
	switch {
	case strings.HasPrefix(detail, "stopped"):
		held = stopped
	case strings.HasPrefix(detail, "fell "):
		held = p.fell(n)
	case strings.HasPrefix(detail, "sector "):
		held = p.slow(n)
	case strings.HasPrefix(detail, "nothing heard"):
		held = p.still(n)
	case e.Kind == LeadChange, strings.HasPrefix(detail, "with what it lost"), detail == "still in trouble":
		held = stopped || p.fell(n) || p.slow(n) || p.still(n)
	}
	if !held {
		return errors.New("the car that lost neither stopped nor was slow")
	}
	return nil
}

// mayPass reports whether a state lets cars that have not finished race for places.
func mayPass(s *timing.Session) bool {
	return mayPassAt(s.Status, s.Track.Status)
}

func mayPassAt(session f1.SessionStatus, track f1.TrackStatus) bool {
	return (session == f1.StatusStarted || session == f1.StatusFinished) && (track == "" || track == f1.TrackClear || track == f1.TrackYellow)
}

// flagFell reports whether the chequered flag has fallen, for everybody or for a car.
func flagFell(s *timing.Session, number int) bool {
	c := car(s, f1.Some(number))
	return !s.Flag.IsZero() || c.Chequered || s.Lap.Total > 0 && c.Laps >= s.Lap.Total
}

// fell reports whether the cited messages show another car getting ahead of this one and, by the gaps of both after
// it, leaving it behind as no racing car is left.
func (p *Proof) fell(number int) bool {
	passed := map[int]time.Time{} // when a car got ahead
	behind := map[int]bool{}
	for _, step := range p.Steps {
		b := car(step.Session, f1.Some(number))
		for n, a := range step.Session.Cars {
			if n == number || a.Position == 0 || b.Position == 0 {
				continue
			}
			if a.Position > b.Position {
				behind[n] = true
				delete(passed, n)
				continue
			}
			if at, known := passed[n]; known {
				if ag, bg := a.GapToLeader, b.GapToLeader; bg.Time.Known && (ag.Time.Known || ag.Leads) && fellAway(p.Params.Order, bg.Time.Value-ag.Time.Value, step.Message.Time.Sub(at)) {
					return true
				}
			} else if behind[n] {
				passed[n] = step.Message.Time
			}
		}
	}
	return false
}

// still reports whether the newest cited message is so long after the newest one that shows the car moving.
func (p *Proof) still(number int) bool {
	var seen time.Time
	for i, step := range p.Steps {
		c := car(step.Session, f1.Some(number))
		was := &timing.Car{}
		if i > 0 {
			was = car(p.Steps[i-1].Session, f1.Some(number))
		}
		if moved(was, c) {
			seen = step.Message.Time
		}
	}
	return p.Steps[len(p.Steps)-1].Message.Time.Sub(seen) >= p.Params.Order.Still.D()
}

// moved reports whether one state has the car at another timing point than the other.
func moved(was, is *timing.Car) bool {
	if was.Laps != is.Laps || was.GapToLeader != is.GapToLeader && (is.GapToLeader.Time.Known || is.GapToLeader.Leads) {
		return true
	}
	for i := range is.Sectors {
		if was.Sectors[i].Time != is.Sectors[i].Time || !slices.Equal(was.Sectors[i].Segments, is.Sectors[i].Segments) {
			return true
		}
	}
	return was.SpeedI1.KMH != is.SpeedI1.KMH || was.SpeedI2.KMH != is.SpeedI2.KMH || was.SpeedFL.KMH != is.SpeedFL.KMH || was.SpeedST.KMH != is.SpeedST.KMH
}

// slow reports whether a cited sector time of the car is longer than the cited ones of others allow.
func (p *Proof) slow(number int) bool {
	for sector := range 3 {
		var field []time.Duration
		var own time.Duration
		for _, step := range p.Steps {
			if step.Message.Snapshot {
				continue
			}
			for _, c := range step.Session.Cars {
				t := c.Sectors[sector].Time
				if !t.Known || !step.said(c.Number, sector) {
					continue
				}
				if c.Number == number {
					own = max(own, t.Value)
				} else {
					field = append(field, t.Value)
				}
			}
		}
		if len(field) < 3 {
			continue
		}
		slices.Sort(field)
		if float64(own) > float64(field[len(field)/2])*(1+p.Params.Order.Slow) {
			return true
		}
	}
	return false
}
