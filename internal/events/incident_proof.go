package events

import (
	"errors"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

var errIncident = errors.New("the cited messages do not show the car stall under a yellow flag")

// place is where a message has a car: the mini-sector whose end it has passed; -1 at the beginning of the lap.
type place struct{ sector, mini int }

// ofSectors marks a place that is the end of a sector, where the feed has no mini-sectors.
const ofSectors = 100

// placeIn is where a message by itself has a car, false when it does not say.
func placeIn(m *Moment, number int) (place, bool) {
	alone := timing.New()
	alone.Apply(m.Message)
	c := car(alone, f1.Some(number))
	at, said := place{0, -1}, false
	for i := range c.Sectors {
		for k, s := range c.Sectors[i].Segments {
			if said = true; s != 0 {
				at = place{i, k}
			}
		}
	}
	if at.mini >= 0 {
		return at, true
	}
	for i := range c.Sectors {
		if c.Sectors[i].Time.Known {
			at, said = place{ofSectors, (i + 1) % 3}, true
		}
	}
	return at, said
}

// next reports whether a car that was at a has passed what comes then.
func (a place) next(b place) bool {
	if a.sector == ofSectors {
		return b.sector == ofSectors && b.mini == (a.mini+1)%3
	}
	return b == place{a.sector, a.mini + 1} || b == place{a.sector + 1, 0}
}

// stall is a car's silence as the cited messages have it.
type stall struct {
	from, to int // steps: where the car passed last, and when that had been too long ago
	at       place
	took     time.Duration // what the field takes
	after    int           // step of the car's next pass, -1 none
}

// stalls finds the silence that an incident tells of, false when the cited messages do not have it.
func (p *Proof) stalls(e *f1.Event) (stall, bool) {
	for i := range p.Steps {
		at, said := placeIn(&p.Steps[i], e.Car.Value)
		if !said {
			continue
		}
		s := stall{from: i, at: at, after: -1}
		for k := i + 1; k < len(p.Steps) && s.after < 0; k++ {
			if _, said := placeIn(&p.Steps[k], e.Car.Value); said {
				s.after = k
			} else if seconds(p.Steps[k].Message.Time.Sub(p.Steps[i].Message.Time)) == e.Value.Value && s.to == 0 {
				s.to = k
			}
		}
		if s.to > 0 && p.field(&s) && begins(e.Detail, stallWord(s.took)) == (e.Kind != IncidentCleared) && p.overdue(e, &s) {
			return s, true
		}
	}
	return stall{}, false
}

// field measures what the field took where a car stalled.
func (p *Proof) field(s *stall) bool {
	var all []time.Duration
	for number := range p.Steps[s.to].Session.Cars {
		from := -1
		for i := range p.Steps[:s.to] {
			at, said := placeIn(&p.Steps[i], number)
			if !said {
				continue
			}
			if from >= 0 && s.at.next(at) {
				all = append(all, p.Steps[i].Message.Time.Sub(p.Steps[from].Message.Time))
			}
			from = -1
			if at == s.at {
				from = i
			}
		}
	}
	if len(all) < p.Params.Incident.Fewest {
		return false
	}
	slices.Sort(all)
	s.took = all[len(all)/2]
	return true
}

// overdue reports whether a silence is as long as it must be, of a car that races, and a yellow flag went up near it.
func (p *Proof) overdue(e *f1.Event, s *stall) bool {
	par := &p.Params.Incident
	from, to := &p.Steps[s.from], &p.Steps[s.to]
	silence, limit := to.Message.Time.Sub(from.Message.Time), time.Duration(float64(s.took)*par.Stall)
	c := car(to.Session, e.Car)
	if silence <= limit || silence < par.Least.D() || to.Session.Status != f1.StatusStarted || c.InPit || c.PitOut || c.Stopped || c.Retired ||
		e.Kind != IncidentCleared && !e.Time.Equal(from.Message.Time.Add(s.took)) {
		return false
	}
	var yellow time.Time // since when it is shown
	for _, m := range p.Steps[:s.to+1] {
		switch m.Session.Track.Status {
		case f1.TrackYellow:
			if yellow.IsZero() {
				yellow = m.Message.Time
			}
		default:
			yellow = time.Time{}
		}
	}
	return !yellow.IsZero() && !yellow.Before(from.Message.Time) && yellow.Sub(from.Message.Time.Add(limit)).Abs() <= par.Yellow.D()
}

// incidentHolds measures how long the car was silent, what the field took, when the yellow flag went up, and looks for
// what confirmed or cleared it.
func incidentHolds(e *f1.Event, p *Proof) error {
	s, ok := p.stalls(e)
	if !ok {
		return errIncident
	}
	c, last := car(p.Last(), e.Car), p.Steps[len(p.Steps)-1].Message.Time
	out := c.Stopped || c.Retired
	silence := last.Sub(p.Steps[s.from].Message.Time)
	lost, near := time.Duration(0), false
	if s.after >= 0 {
		at, _ := placeIn(&p.Steps[s.after], e.Car.Value)
		near = s.at.next(at)
		lost = p.Steps[s.after].Message.Time.Sub(p.Steps[s.from].Message.Time) - s.took
	}
	places := c.Position - car(p.Steps[s.to].Session, e.Car).Position
	cost := near && lost >= p.Params.Incident.Lost.D() && p.Last().IsRace()
	switch {
	case e.Kind == IncidentCandidate:
		return nil
	case e.Kind == IncidentConfirmed && strings.Contains(e.Detail, "; lost "):
		field := stallWord(s.took)
		ok = cost && e.Detail == join(field, lostWord(lost)) ||
			places >= p.Params.Incident.Places && s.after >= 0 && p.Last().IsRace() && e.Detail == join(field, placesWord(places))
	case e.Kind == IncidentConfirmed && strings.HasSuffix(e.Detail, stillThere):
		ok = s.after < 0 && !c.InPit && silence > p.Params.Incident.Word.D()
	case e.Kind == IncidentConfirmed:
		ok = out || slices.ContainsFunc(p.Last().RaceControl, func(r f1.RaceControlRow) bool { m := racecontrol.Parse(&r); return m.About(e.Car.Value) })
	case e.Detail == goesOn:
		ok = s.after >= 0 && !cost && !out && p.at(e.Time)
	case e.Detail == inThePits:
		ok = c.InPit && !out && p.at(e.Time)
	default:
		ok = (p.Last().Status != f1.StatusStarted || c.Chequered) && !out && p.at(e.Time)
	}
	if !ok {
		return errIncident
	}
	return nil
}
