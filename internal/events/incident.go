package events

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
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
	Lost   Seconds `json:"lost_s"`   // in a race a car that goes on and has lost so much was in trouble
	Places int     `json:"places"`   // ... or so many places
	GoesOn int     `json:"goes_on"`  // zones that a car passes that has not merely rolled to a halt
	Crowd  int     `json:"crowd"`    // so many cars do not stall at one place at one time: it is blocked, or not measured
	Passes int     `json:"passes"`   // the newest passes of the field that are remembered for each zone
	Fewest int     `json:"fewest"`   // of fewer passes nobody knows what the field takes
}

var defaultIncident = IncidentParams{Stall: 3, Least: 8, Yellow: 15, Word: 120, Lost: 8, Places: 3, GoesOn: 3, Crowd: 3, Passes: 7, Fewest: 3}

var incidentDetector = detector{
	name: "incident",
	kinds: []definition{
		{IncidentCandidate, f1.P1, "While the session runs, a car that is not in the pits nor on its lap out, nor one of {incident.crowd} at one place, has not passed the next mini-sector, or sector where the feed has no mini-sectors, for {incident.stall} times what the field takes, by the median of its {incident.passes} newest passes, and {incident.least_s} s (the value), and a yellow flag went up within {incident.yellow_s} s of that. Where the yellow marshal sector is among the mini-sectors is not known."},
		{IncidentConfirmed, f1.P1, "Within {incident.word_s} s of a candidate, timing marks the car as stopped or race control names it in an incident, or the car stays where it is; or in a race it goes on, {incident.goes_on} places further, and has lost {incident.lost_s} s or {incident.places} places. It supersedes the candidate."},
		{IncidentCleared, f1.P2, "The car of a candidate goes on before anybody confirmed it, outside a race or without having been seen to lose time or places, or is in the pits after {incident.word_s} s; it supersedes the candidate, which is taken back."},
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
	since int           // zones passed since
	ref   time.Duration // what the field takes
	lost  time.Duration // by the first pass after it, 0 unknown
	next  uint64        // the message of that pass
	place int           // the car's when it stalled
	over  bool          // what was to say of this stall is said
}

// pass is what one car took for one zone.
type pass struct {
	took     time.Duration
	from, to uint64
}

// zonePasses are the newest passes of a zone, as a ring.
type zonePasses struct {
	newest []pass
	n      int
}

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
				x.confirm(x.cars[c.Number&0xff], "", c.Stopped.By, c.Retired.By)
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
		if z.newest == nil {
			z.newest = make([]pass, w.Params.Incident.Passes)
		}
		z.newest[z.n%len(z.newest)] = pass{took, p.by, w.Message.Offset}
		z.n++
	}
	if zone != p.zone && p.id != "" {
		if p.since++; p.since == 1 {
			p.next = w.Message.Offset
			if next {
				p.lost = w.Message.Time.Sub(p.at) - p.ref
			}
		}
		if p.since >= w.Params.Incident.GoesOn {
			x.settle(p)
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
				x.settle(p)
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
		ref, ok := x.zones[min(p.zone, maxZones-1)].median(par.Fewest)
		limit := time.Duration(float64(ref.took) * par.Stall)
		if !ok || silence <= max(limit, par.Least.D()) || x.yellow.Since.Sub(p.at.Add(limit)).Abs() > par.Yellow.D() {
			continue
		}
		if crowd := x.crowd(p.zone, ref.took); len(crowd) >= par.Crowd {
			for _, o := range crowd {
				o.over = true
			}
			continue
		}
		x.suspect(p, ref, silence)
	}
}

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
	p.since, p.ref, p.lost, p.next = 0, ref.took, 0, 0
	x.open++
	c := p.car
	p.place = c.Position.Is
	cites := []uint64{p.by, c.Position.By, x.yellow.By, x.yellow.WasBy, w.Status.By, w.Info, w.Message.Offset, c.Pit.By, c.PitOut.By, c.Stopped.By, c.Retired.By}
	for _, o := range x.zones[min(p.zone, maxZones-1)].kept() {
		cites = append(cites, o.from, o.to)
	}
	w.Tell(f1.Event{ID: p.id, Kind: IncidentCandidate, Status: f1.Provisional, Time: p.at.Add(ref.took), Lap: w.carLap(p.car), Car: f1.Some(p.car.Number),
		Value: f1.Some(seconds(silence)), Detail: stallWord(ref.took)}, cites...)
}

func stallWord(took time.Duration) string {
	return fmt.Sprintf("the field takes %.1f s", took.Seconds())
}

// median is the pass in the middle, false when too few are known.
func (z *zonePasses) median(fewest int) (pass, bool) {
	sorted := slices.Clone(z.kept())
	if len(sorted) < fewest {
		return pass{}, false
	}
	slices.SortFunc(sorted, func(a, b pass) int { return cmp.Compare(a.took, b.took) })
	return sorted[len(sorted)/2], true
}

// kept are the passes that are remembered.
func (z *zonePasses) kept() []pass { return z.newest[:min(z.n, len(z.newest))] }

// settle says what a candidate was that nobody has confirmed: by what it cost the car.
func (x *incident) settle(p *passage) {
	w, c, par := x.w, p.car, &x.w.Params.Incident
	switch {
	case p.since > 0 && p.lost >= par.Lost.D() && w.Session.IsRace():
		x.confirm(p, lostWord(p.lost), p.next)
	case p.since > 0 && p.place > 0 && c.Position.Is-p.place >= par.Places && w.Session.IsRace():
		x.confirm(p, placesWord(c.Position.Is-p.place), p.next, c.Position.By)
	case p.since > 0:
		x.clear(p, goesOn, p.next, w.Message.Offset)
	case c.Pit.Is:
		x.clear(p, inThePits, c.Pit.By, w.Message.Offset)
	case w.Status.Is != f1.StatusStarted || w.flagged(c):
		x.clear(p, notGoingOn, w.Status.By, c.Chequered.By, w.Message.Offset)
	default:
		x.confirm(p, stillThere, w.Message.Offset)
	}
}

// What is said of a candidate that neither timing nor race control has spoken of.
const (
	inThePits  = "it is in the pits"
	notGoingOn = "the session does not go on"
	stillThere = "it is still there"
)

func placesWord(n int) string { return fmt.Sprintf("lost %d places", n) }

func lostWord(lost time.Duration) string { return fmt.Sprintf("lost %.1f s", lost.Seconds()) }

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
				x.confirm(x.cars[car&0xff], "", c.By)
			}
		}
	}
}

// confirm tells that a candidate was right, with a word about why.
func (x *incident) confirm(p *passage, word string, cites ...uint64) {
	w := x.w
	if p == nil || p.id == "" {
		return
	}
	was, _ := w.Told(p.id)
	w.Confirm(p.id, cites...)
	e := was
	e.ID, e.Kind, e.Status, e.Supersedes, e.Priority, e.Version = w.ID(IncidentConfirmed, itoa(p.car.Number), p.at.UTC().Format(time.RFC3339Nano)), IncidentConfirmed, f1.Confirmed, p.id, 0, 0
	if word != "" {
		e.Detail = join(e.Detail, word)
	}
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
