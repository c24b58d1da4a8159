package events

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// Retirement is a car that takes no part in the race any more.
const Retirement = f1.EventKind("retirement")

// RetirementParams are the thresholds of retirements.
type RetirementParams struct {
	Still  Seconds `json:"still_s"`  // a car that stands so long has retired
	Sure   Seconds `json:"sure_s"`   // ... and for good after this
	Before Seconds `json:"before_s"` // so long before a retirement an incident may be its cause
	Apart  Seconds `json:"apart_s"`  // a car that was out by this longer had no part in it
	Laps   int     `json:"laps"`     // a car that stays in the pits while the leader runs so many laps has retired
}

var defaultRetirement = RetirementParams{Still: 60, Sure: 300, Before: 180, Apart: 60, Laps: 3}

// noCause is said where neither race control nor the feed says why.
const noCause = "cause unknown"

var retirementDetector = detector{
	name: "retirement",
	kinds: []definition{
		{Retirement, f1.P1, "In a race, before its own flag, timing marks the car as retired, or it has stood for {retirement.still_s} s, or it stays in the pits while the leader runs {retirement.laps} laps, at a restart as well, or race control says that it retired. It is confirmed after {retirement.sure_s} s or at the end of the session, and withdrawn when the car goes on or takes the flag. The cause is what race control says of the car: where it stopped, or an incident not earlier than {retirement.before_s} s before, of cars that were still running then."},
	},
	on: NewsStopped | NewsRetired | NewsControl | NewsSecond | NewsStatus | NewsChequered | NewsLaps | NewsLapCount | NewsPit,
	start: func(w *World) func() {
		return (&retirement{w: w, byCar: map[int]*out{}, inPit: map[int]Fact[int]{}}).step
	},
	holds: retirementHolds,
}

// retirement follows the cars that fall out.
type retirement struct {
	w     *World
	byCar map[int]*out
	list  []*out            // in the order in which they fell out
	inPit map[int]Fact[int] // the leader's lap when a car came into the pits, or the race went on with it there
}

// out is a car that seems to be out.
type out struct {
	car    int
	at     time.Time
	laps   int
	id     string // "" before it is told
	sure   bool
	cause  string
	place  racecontrol.Location // where race control says it stopped
	cites  []uint64
	spoken bool // by race control: nothing of timing takes it back
	told   time.Time
}

func (x *retirement) step() {
	w := x.w
	if !w.Session.IsRace() {
		return
	}
	const ofCars = NewsStopped | NewsRetired | NewsChequered | NewsLaps | NewsPit
	if w.News&ofCars != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if c.News&ofCars != 0 {
				x.look(c)
			}
		}
	}
	if w.News&(NewsLapCount|NewsStatus) != 0 {
		x.garage()
	}
	if w.News&NewsControl != 0 {
		for i := range w.Control {
			x.hear(&w.Control[i])
		}
	}
	over := w.News&NewsStatus != 0 && w.closed()
	if len(x.list) > 0 && (w.News&NewsSecond != 0 || over) {
		x.wait(over)
	}
}

// look takes in what timing says of a car.
func (x *retirement) look(c *Car) {
	w := x.w
	o := x.byCar[c.Number]
	switch gone := c.Stopped.Is || c.Retired.Is; {
	case o == nil && gone && w.begun() && (!w.flagged(c) || c.Retired.Is && !c.Chequered.Is && !w.closed()):
		o = &out{car: c.Number, at: w.Message.Time, laps: c.Laps.Is,
			cites: []uint64{c.Stopped.By, c.Stopped.WasBy, c.Retired.By, c.Retired.WasBy, c.Laps.By, w.Status.By}}
		x.byCar[c.Number] = o
		x.list = append(x.list, o)
		o.cause = noCause
		if c.Pit.Is {
			o.cause = join(noCause, "in the pits")
			o.cites = append(o.cites, c.Pit.By)
		}
		for i := range w.Session.RaceControl {
			row := &w.Session.RaceControl[i]
			if w.Now().Sub(row.Time) <= w.Params.Retirement.Before.D() {
				m := racecontrol.Parse(row)
				x.explain(o, row.Time, &m, w.ControlBy(row.MessageID))
			}
		}
		if c.Retired.Is {
			x.tell(o, c.Retired.By)
		}
	case o != nil && !o.spoken && (c.Chequered.Is || c.Laps.Is > o.laps && !gone || !gone && !c.Pit.Is):
		w.Retract(o.id, goesOn, c.Stopped.By, c.Retired.By, c.Laps.By, c.Chequered.By, c.Pit.By)
		delete(x.byCar, c.Number)
		x.list = slices.DeleteFunc(x.list, func(other *out) bool { return other == o })
	case o != nil && c.Retired.Is:
		x.tell(o, c.Retired.By)
	}
}

// closed reports whether the result is final.
func (w *World) closed() bool {
	return w.Status.Is == f1.StatusFinalised || w.Status.Is == f1.StatusEnds
}

// garage looks at the cars in the pits when the leader begins a lap or the race goes on.
func (x *retirement) garage() {
	w := x.w
	resumed := w.News&NewsStatus != 0 && w.Status.Is == f1.StatusStarted
	for _, c := range w.Order {
		since, known := x.inPit[c.Number]
		switch {
		case !c.Pit.Is || w.flagged(c) || !w.begun() || w.Status.Is != f1.StatusStarted:
			delete(x.inPit, c.Number)
		case !known || resumed || since.Since.Before(c.Pit.Since):
			x.inPit[c.Number] = Fact[int]{Is: w.Lap.Is, By: w.Lap.By, Since: w.Now()}
		case w.Lap.Is-since.Is >= w.Params.Retirement.Laps && x.byCar[c.Number] == nil:
			o := &out{car: c.Number, at: c.Pit.Since, laps: c.Laps.Is, cause: join(noCause, "in the pits"),
				cites: []uint64{c.Pit.By, since.By, w.Lap.By, c.Laps.By, w.Status.By}}
			x.byCar[c.Number], x.list = o, append(x.list, o)
			x.tell(o)
		}
	}
}

// hear takes in what race control says of cars that are out.
func (x *retirement) hear(c *Control) {
	w := x.w
	if c.Gone {
		return
	}
	if c.Says.Kind == racecontrol.Retired && len(c.Says.Cars) == 1 {
		number := c.Says.Cars[0]
		o := x.byCar[number]
		if o == nil {
			o = &out{car: number, at: c.Row.Time, cause: noCause}
			if lap := c.Row.LapNumber; lap.Known {
				o.laps = lap.Value - 1
			}
			x.byCar[number], x.list = o, append(x.list, o)
		}
		o.spoken = true
		x.tell(o, c.By, c.WasBy)
	}
	for _, o := range x.list {
		before := o.cause
		x.explain(o, c.Row.Time, &c.Says, c.By)
		if o.id != "" && o.cause != before {
			w.Amend(o.id, func(e *f1.Event) { e.Detail = o.cause }, o.cites...)
		}
	}
}

// explain takes in a message that may say why a car is out. Where it stopped is known best; of incidents the
// first that fits counts.
func (x *retirement) explain(o *out, at time.Time, m *racecontrol.Message, by uint64) {
	p := &x.w.Params.Retirement
	if !m.About(o.car) || o.at.Sub(at) > p.Before.D() {
		return
	}
	switch m.Kind {
	case racecontrol.Stopped, racecontrol.Spun:
		if o.place != (racecontrol.Location{}) || at.Sub(o.at) > p.Before.D() {
			return
		}
		o.place = m.Location
		if !strings.HasPrefix(o.cause, noCause) {
			return
		}
	case racecontrol.IncidentNoted, racecontrol.UnderInvestigation, racecontrol.AfterSession, racecontrol.NoFurtherAction:
		elsewhere := o.place.Turn.Known && m.Location.Turn.Known && o.place.Turn != m.Location.Turn
		if elsewhere || strings.HasPrefix(o.cause, incidentWord) || len(m.Cars) < 2 || m.Lap.Known && m.Lap.Value != o.laps+1 || !x.together(o, m) || m.Reason != "" && !collision(m.Reason) {
			return
		}
	default:
		return
	}
	o.cause = causeWord(o.car, m)
	o.cites = append(o.cites, by)
}

// collision reports whether a reason tells of contact, which can put a car out; an infringement can not.
func collision(reason string) bool {
	return strings.Contains(reason, "COLLISION") || strings.Contains(reason, "OFF THE TRACK")
}

// together reports whether all cars of an incident were still running shortly before a car fell out.
func (x *retirement) together(o *out, m *racecontrol.Message) bool {
	for _, car := range m.Cars {
		if other := x.byCar[car]; other != nil && o.at.Sub(other.at) > x.w.Params.Retirement.Apart.D() {
			return false
		}
	}
	return true
}

// incidentWord begins a cause that is an incident.
const incidentWord = "incident with "

// causeWord says what a message says of a car that is out.
func causeWord(car int, m *racecontrol.Message) string {
	word := string(m.Kind)
	if m.Kind != racecontrol.Stopped && m.Kind != racecontrol.Spun {
		var others []string
		for _, c := range m.Cars {
			if c != car {
				others = append(others, itoa(c))
			}
		}
		word = incidentWord + strings.Join(others, ", ")
	}
	if m.Location.Turn.Known {
		word = fmt.Sprintf("%s at turn %d", word, m.Location.Turn.Value)
	}
	return word
}

// wait tells who has stood for long enough, and confirms what can not be otherwise any more.
func (x *retirement) wait(over bool) {
	w, p := x.w, &x.w.Params.Retirement
	for _, o := range x.list {
		if o.sure {
			continue
		}
		age := w.Now().Sub(o.at)
		if c := w.Car(o.car); o.id == "" && c != nil && (c.Stopped.Is || c.Retired.Is) && (age >= p.Still.D() || over) {
			x.tell(o)
		}
		if o.id != "" && (w.Now().Sub(o.told) >= p.Sure.D() || over) {
			o.sure = true
			w.Confirm(o.id)
		}
	}
}

func (x *retirement) tell(o *out, cites ...uint64) {
	w := x.w
	if o.id != "" {
		w.Amend(o.id, func(*f1.Event) {}, cites...)
		return
	}
	o.told = w.Now()
	o.id = w.ID(Retirement, itoa(o.car), o.at.UTC().Format(time.RFC3339Nano))
	w.Tell(f1.Event{ID: o.id, Kind: Retirement, Status: f1.Provisional, Time: o.at, Lap: f1.Some(o.laps + 1), Car: f1.Some(o.car), Detail: o.cause},
		append(slices.Clone(o.cites), cites...)...)
}

var errRetirement = errors.New("the cited messages do not show that the car is out")

// retirementHolds checks timing's marks or race control's word, and the message that gives the cause.
func retirementHolds(e *f1.Event, p *Proof) error {
	gone := func(s *timing.Session) bool { return car(s, e.Car).Stopped || car(s, e.Car).Retired }
	marked := false
	for _, step := range p.Steps {
		marked = marked || gone(step.Session) && step.Message.Time.Equal(e.Time) && car(step.Session, e.Car).Laps == e.Lap.Value-1
	}
	spoken, cause := false, false
	for i := range p.Last().RaceControl {
		m := racecontrol.Parse(&p.Last().RaceControl[i])
		if m.About(e.Car.Value) {
			spoken = spoken || m.Kind == racecontrol.Retired
			cause = cause || begins(e.Detail, causeWord(e.Car.Value, &m))
		}
	}
	c := car(p.Last(), e.Car)
	goesOn := !gone(p.Last()) && !c.InPit || c.Chequered || c.Laps >= e.Lap.Value
	first := 0 // the leader's lap that is cited first
	for _, step := range p.Steps {
		if lap := step.Session.Lap.Current; first == 0 {
			first = lap
		}
		marked = marked || car(step.Session, e.Car).InPit && step.Session.Lap.Current > first
	}
	switch {
	case !marked && !spoken,
		!cause && !begins(e.Detail, noCause),
		e.Status == f1.Retracted && !goesOn,
		e.Status != f1.Retracted && goesOn && !spoken:
		return errRetirement
	}
	return nil
}
