package events

import (
	"errors"
	"slices"
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
	a, b := car(moment, e.Car), car(moment, e.Other)
	lane := func(c *timing.Car) bool { return c.InPit || c.PitOut && c.Laps > 0 }
	switch e.Kind {
	case OvertakeOnTrack:
		if !mayPass(moment) || lane(a) || lane(b) || b.Stopped || b.Retired {
			return errors.New("a car was not racing")
		}
	case OrderPit:
		if !p.Some(func(s *timing.Session) bool {
			a, b := car(s, e.Car), car(s, e.Other)
			return a.InPit || b.InPit || a.PitOut || b.PitOut
		}) {
			return errors.New("no car was in the pits")
		}
	case OrderIncident:
		if out := func(s *timing.Session) bool { c := car(s, e.Other); return c.Stopped || c.Retired }; !p.Some(out) && !p.slow(e.Other.Value) && !p.fell(e) {
			return errors.New("the car that lost neither stopped nor was slow")
		}
	case OrderLapping:
		if !p.Some(func(s *timing.Session) bool {
			return car(s, e.Car).GapToLeader.Laps.Known != car(s, e.Other).GapToLeader.Laps.Known
		}) {
			return errors.New("the cars are on the same lap")
		}
	case OrderNeutral:
		if mayPass(moment) {
			return errors.New("the track was free")
		}
	case OrderPenalty:
		if !p.Some(func(s *timing.Session) bool { return flagFell(s, a.Number) || flagFell(s, b.Number) }) {
			return errors.New("no flag had fallen")
		}
	case OrderTiming:
		if flips < 2 {
			return errors.New("the change was not taken back")
		}
	case LeadChange:
		if a.Position != 1 {
			return errors.New("the car does not lead")
		}
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

// fell reports whether the gaps cited after the swap show the car that lost falling away.
func (p *Proof) fell(e *f1.Event) bool {
	for _, step := range p.Steps {
		a, b := car(step.Session, e.Car).GapToLeader, car(step.Session, e.Other).GapToLeader
		if b.Time.Known && (a.Time.Known || a.Leads) && fellAway(p.Params.Order, b.Time.Value-a.Time.Value, step.Message.Time.Sub(e.Time)) {
			return true
		}
	}
	return false
}

// slow reports whether a cited sector time of the car is longer than the cited ones of others allow.
func (p *Proof) slow(number int) bool {
	for sector := range 3 {
		var field []time.Duration
		var own time.Duration
		for _, step := range p.Steps {
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
