package events

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// A car in trouble, before anybody says so.
const (
	IncidentCandidate = f1.EventKind("incident.candidate")
	IncidentConfirmed = f1.EventKind("incident.confirmed")
	IncidentCleared   = f1.EventKind("incident.cleared")
)

// IncidentParams are the thresholds of incidents.
type IncidentParams struct {
	Stall  float64 `json:"stall"`    // a car that takes so many times what the field takes has stalled
	Least  Seconds `json:"least_s"`  // ... but not less than this
	Yellow Seconds `json:"yellow_s"` // a yellow flag so near in time goes with it
	Word   Seconds `json:"word_s"`   // so long race control or the timing may take to confirm it
}

var defaultIncident = IncidentParams{Stall: 3, Least: 8, Yellow: 15, Word: 120}

var incidentDetector = detector{
	name: "incident",
	kinds: []definition{
		{IncidentCandidate, f1.P1, "While the session runs, a car that is not in the pits nor on its lap out, nor one of three at one place, has not passed the next mini-sector, or sector where the feed has no mini-sectors, for {incident.stall} times what the field takes and {incident.least_s} s (the value), and a yellow flag went up within {incident.yellow_s} s of that. Where the yellow marshal sector is among the mini-sectors is not known."},
		{IncidentConfirmed, f1.P1, "Within {incident.word_s} s of a candidate, timing marks the car as stopped or race control names it in an incident; it supersedes the candidate."},
		{IncidentCleared, f1.P2, "The car of a candidate goes on before anybody confirmed it, or nobody does in {incident.word_s} s; it supersedes the candidate, which is taken back."},
	},
	on:    NewsMini | NewsSector | NewsStopped | NewsRetired | NewsControl | NewsTrack | NewsSecond,
	start: func(w *World) func() { return (&incident{w: w}).step },
	holds: incidentHolds,
}

// passage is where a car passed last.
type passage struct {
	car   *Car
	zone  int // mini-sectors of the lap passed, or -1 - sectors
	at    time.Time
	by    uint64
	id    string // candidate that is open
	told  time.Time
	since int  // zones passed since
	over  bool // what was to say of this stall is said
}

// pass is what one car took for one zone.
type pass struct {
	took     time.Duration
	from, to uint64
}

// zonePasses are the newest passes of a zone, as a ring.
type zonePasses struct {
	newest [zoneMemory]pass
	n      int
}

// zoneMemory is how many passes of the field are remembered for each zone.
const zoneMemory = 7

// goingOn is how many zones a car passes that has not merely rolled to a halt.
const goingOn = 3

// maxZones bounds the zones of a lap.
const maxZones = 128

// incident watches how cars pass along the lap.
type incident struct {
	w      *World
	cars   [256]*passage // by car number
	list   []*passage
	zones  [maxZones]zonePasses
	yellow Fact[bool] // newest yellow flag
	open   int
}

func (x *incident) step() {
	w := x.w
	if w.News&NewsTrack != 0 {
		x.yellow.say(w.Track.Is == f1.TrackYellow, w)
	}
	if w.News&NewsControl != 0 {
		x.hear()
	}
	if w.News&(NewsMini|NewsSector|NewsStopped|NewsRetired) != 0 {
		for _, c := range w.Touched {
			if c.News&(NewsMini|NewsSector) != 0 {
				x.passed(c)
			}
			if c.News&(NewsStopped|NewsRetired) != 0 && (c.Stopped.Is || c.Retired.Is) {
				x.confirm(c.Number, c.Stopped.By, c.Retired.By)
			}
		}
	}
	if w.News&NewsSecond != 0 {
		x.second()
	}
}

// passed notes that a car has passed the end of a zone.
func (x *incident) passed(c *Car) {
	w := x.w
	zone := 0
	switch {
	case c.News&NewsMini != 0:
		zone = c.Mini.Is
	case c.Mini.By == 0 && c.sectorNow(w):
		zone = maxZones - 4
		for i := range c.Sector {
			if c.Sector[i].By == w.Message.Offset && c.Sector[i].Is.Known {
				zone = maxZones - 4 + (i+1)%3
			}
		}
	default:
		return
	}
	p := x.cars[c.Number&0xff]
	if p == nil {
		p = &passage{car: c, zone: -1}
		x.cars[c.Number&0xff], x.list = p, append(x.list, p)
	}
	p.car = c
	next := zone == p.zone+1 || zone == maxZones-4 && p.zone == maxZones-2
	if took := w.Message.Time.Sub(p.at); next && p.zone >= 0 && zone < maxZones && took > 0 && w.Track.Is == f1.TrackClear && !c.Pit.Is && !c.PitOut.Is {
		z := &x.zones[p.zone]
		z.newest[z.n%zoneMemory] = pass{took, p.by, w.Message.Offset}
		z.n++
	}
	if zone != p.zone && p.id != "" {
		if p.since++; p.since >= goingOn {
			x.clear(p, "it goes on", w.Message.Offset)
		}
	}
	p.zone, p.at, p.by, p.over = zone, w.Message.Time, w.Message.Offset, false
}

// second looks for cars that should have passed something by now.
func (x *incident) second() {
	w, par := x.w, &x.w.Params.Incident
	if x.open > 0 {
		for _, p := range x.list {
			if p.id != "" && w.Now().Sub(p.told) > par.Word.D() {
				x.clear(p, "nobody says so", w.Message.Offset)
			}
		}
	}
	if w.Status.Is != f1.StatusStarted || w.Track.Is != f1.TrackYellow || x.yellow.By == 0 {
		return
	}
	for _, p := range x.list {
		c := p.car
		silence := w.Now().Sub(p.at)
		if p.id != "" || p.over || p.zone < 0 || silence < par.Least.D() || c.Pit.Is || c.PitOut.Is || c.Out() || w.flagged(c) ||
			x.yellow.Since.Sub(p.at) < 0 || !w.Session.IsRace() && c.Laps.Is == 0 {
			continue
		}
		ref, ok := x.zones[min(p.zone, maxZones-1)].median()
		limit := time.Duration(float64(ref.took) * par.Stall)
		if !ok || silence <= max(limit, par.Least.D()) || x.yellow.Since.Sub(p.at.Add(limit)).Abs() > par.Yellow.D() {
			continue
		}
		if crowd := x.crowd(p.zone, ref.took); len(crowd) >= crowded {
			for _, o := range crowd {
				o.over = true
			}
			continue
		}
		x.suspect(p, ref, silence)
	}
}

// crowded is how many cars do not stall at one place at one time: then the place is blocked, or not measured.
const crowded = 3

// crowd are the cars that are overdue in a zone.
func (x *incident) crowd(zone int, took time.Duration) []*passage {
	var all []*passage
	for _, p := range x.list {
		if p.zone == zone && x.w.Now().Sub(p.at) > 2*took && !p.car.Out() && !p.car.Pit.Is {
			all = append(all, p)
		}
	}
	return all
}

// suspect tells a candidate.
func (x *incident) suspect(p *passage, ref pass, silence time.Duration) {
	w := x.w
	p.id, p.told = w.ID(IncidentCandidate, itoa(p.car.Number), p.at.UTC().Format(time.RFC3339Nano)), w.Now()
	p.since = 0
	x.open++
	w.Tell(f1.Event{ID: p.id, Kind: IncidentCandidate, Status: f1.Provisional, Time: p.at.Add(ref.took), Lap: w.carLap(p.car), Car: f1.Some(p.car.Number),
		Value: f1.Some(seconds(silence)), Detail: stallWord(ref.took)},
		p.by, ref.from, ref.to, x.yellow.By, x.yellow.WasBy, w.Status.By, w.Message.Offset)
}

func stallWord(took time.Duration) string {
	return fmt.Sprintf("the field takes %.1f s", took.Seconds())
}

// median is the pass in the middle, false when too few are known.
func (z *zonePasses) median() (pass, bool) {
	k := min(z.n, zoneMemory)
	if k < 3 {
		return pass{}, false
	}
	sorted := z.newest // a copy
	slices.SortFunc(sorted[:k], func(a, b pass) int { return cmp.Compare(a.took, b.took) })
	return sorted[k/2], true
}

// hear takes in race control's word about cars in trouble.
func (x *incident) hear() {
	if x.open == 0 {
		return
	}
	for i := range x.w.Control {
		c := &x.w.Control[i]
		switch c.Says.Kind {
		case racecontrol.IncidentNoted, racecontrol.UnderInvestigation, racecontrol.AfterSession, racecontrol.Stopped, racecontrol.Spun, racecontrol.Retired:
			for _, car := range c.Says.Cars {
				x.confirm(car, c.By)
			}
		}
	}
}

// confirm tells that a candidate was right.
func (x *incident) confirm(car int, cites ...uint64) {
	w, p := x.w, x.cars[car&0xff]
	if p == nil || p.id == "" {
		return
	}
	was, _ := w.Told(p.id)
	w.Confirm(p.id, cites...)
	e := was
	e.ID, e.Kind, e.Status, e.Supersedes, e.Priority, e.Version = w.ID(IncidentConfirmed, itoa(car), p.at.UTC().Format(time.RFC3339Nano)), IncidentConfirmed, f1.Confirmed, p.id, 0, 0
	e.Evidence = slices.Clone(was.Evidence)
	w.Tell(e, cites...)
	p.id, p.over = "", true
	x.open--
}

// clear tells that a candidate was nothing.
func (x *incident) clear(p *passage, why string, cites ...uint64) {
	w := x.w
	was, _ := w.Told(p.id)
	w.Retract(p.id, why, cites...)
	e := was
	e.ID, e.Kind, e.Status, e.Supersedes, e.Priority, e.Version = w.ID(IncidentCleared, itoa(p.car.Number), p.at.UTC().Format(time.RFC3339Nano)), IncidentCleared, f1.Confirmed, p.id, 0, 0
	e.Time, e.Detail = w.Message.Time, why
	e.Evidence = slices.Clone(was.Evidence)
	w.Tell(e, cites...)
	p.id, p.over = "", true
	x.open--
}

var errIncident = errors.New("the cited messages do not show the car stall under a yellow flag")

// incidentHolds measures how long the car was silent, what the field took, and looks for the yellow flag and
// for what confirmed or cleared it.
func incidentHolds(e *f1.Event, p *Proof) error {
	if e.Kind == IncidentCleared && !p.at(e.Time) {
		return errIncident
	}
	yellow := p.Some(func(s *timing.Session) bool { return s.Track.Status == f1.TrackYellow })
	stalled, field := false, e.Kind == IncidentCleared
	for i, a := range p.Steps {
		for _, b := range p.Steps[i+1:] {
			took := b.Message.Time.Sub(a.Message.Time)
			if begins(e.Detail, stallWord(took)) {
				field = field || p.at(e.Time.Add(-took))
			}
			stalled = stalled || car(a.Session, e.Car).Number != 0 && seconds(took) == e.Value.Value
		}
	}
	said := false
	for i := range p.Last().RaceControl {
		m := racecontrol.Parse(&p.Last().RaceControl[i])
		said = said || m.About(e.Car.Value)
	}
	c := car(p.Last(), e.Car)
	stopped := c.Stopped || c.Retired
	if !yellow || !stalled || !field || e.Kind == IncidentConfirmed && !said && !stopped || e.Kind == IncidentCleared && stopped {
		return errIncident
	}
	return nil
}
