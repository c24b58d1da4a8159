package events

import (
	"errors"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// Penalties and what becomes of them.
const (
	PenaltyIssued  = f1.EventKind("penalty.issued")
	PenaltyServed  = f1.EventKind("penalty.served")
	PenaltyApplied = f1.EventKind("penalty.applied")
)

// PenaltyParams are the thresholds of penalties.
type PenaltyParams struct {
	Exact  Seconds `json:"exact_s"`  // a gap that grows by a penalty does so to within this
	Settle Seconds `json:"settle_s"` // ... and the cars behind pass the line within this
}

var defaultPenalty = PenaltyParams{Exact: .2, Settle: 120}

var penaltyDetector = detector{
	name: "penalty",
	kinds: []definition{
		{PenaltyIssued, f1.P1, "Race control gives a car a penalty: seconds or grid places are the value, kind and reason the detail. One that is withdrawn or corrected is taken back."},
		{PenaltyServed, f1.P1, "Race control says that the penalty was served; it supersedes that it was given and is not added to the result."},
		{PenaltyApplied, f1.P1, "A car with a time penalty that was not served took the flag, and then its gap to the leader grew by the penalty at once, to within {penalty.exact_s} s: the timekeepers added it. Its place before, and the one {penalty.settle_s} s later at most, are from and to."},
	},
	on:    NewsControl | NewsGap | NewsPosition | NewsSecond,
	start: func(w *World) func() { return newPenalty(w).step },
	holds: penaltyHolds,
}

// penalty follows the penalties of the session.
type penalty struct {
	stewards
	open    []*openPenalty // of time, neither served nor withdrawn
	applied []*openPenalty // lately added to the result
}

// openPenalty is time that a car has to serve, or that will be added.
type openPenalty struct {
	car    int
	took   time.Duration
	issued string // ID
	id     string // as applied, "" before
	at     time.Time
	from   int
	gap    time.Duration // before it was added
	cites  []uint64
}

func newPenalty(w *World) *penalty {
	x := &penalty{stewards: newStewards(w)}
	x.withdrawn = func(key string, c *Control) {
		w.Retract(x.last[key], "withdrawn", c.By)
		x.settle()
	}
	return x
}

func (x *penalty) step() {
	w := x.w
	if w.News&NewsControl != 0 {
		x.next(penalised)
		x.settle()
		x.owed()
	}
	if len(x.open) > 0 && w.News&NewsGap != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if c.News&NewsGap != 0 && w.flagged(c) {
				x.grown(c)
			}
		}
	}
	if len(x.applied) > 0 {
		x.follow()
	}
}

// owed notes the time penalties that the newest messages gave and that are not served yet.
func (x *penalty) owed() {
	w := x.w
	for i := range w.Control {
		c := &w.Control[i]
		e, ok := w.eventOf(penalised, &c.Row, &c.Says)
		if !ok || c.Gone {
			continue
		}
		if e.Kind == PenaltyServed {
			x.serve(c)
			continue
		}
		told, known := w.Told(e.ID)
		if c.Says.Penalty != racecontrol.TimePenalty || !c.Says.Duration.Known || !known || told.Status == f1.Retracted {
			continue
		}
		for _, car := range c.Says.Cars {
			if !slices.ContainsFunc(x.open, func(p *openPenalty) bool { return p.issued == e.ID && p.car == car }) {
				x.open = append(x.open, &openPenalty{car: car, took: c.Says.Duration.Value, issued: e.ID, cites: []uint64{c.By, c.WasBy}})
			}
		}
	}
}

// serve strikes the oldest open penalty that the message can mean.
func (x *penalty) serve(c *Control) {
	for i, p := range x.open {
		if c.Says.About(p.car) && (!c.Says.Duration.Known || c.Says.Duration.Value == p.took) {
			x.open = slices.Delete(x.open, i, i+1)
			return
		}
	}
}

// settle strikes the open penalties that were taken back.
func (x *penalty) settle() {
	x.open = slices.DeleteFunc(x.open, func(p *openPenalty) bool {
		e, told := x.w.Told(p.issued)
		return !told || e.Status == f1.Retracted
	})
}

// grown looks at a car that took the flag and whose gap is another now.
func (x *penalty) grown(c *Car) {
	w := x.w
	was, is := c.Gap.Was.Time, c.Gap.Is.Time
	if !was.Known || !is.Known {
		return
	}
	for i, p := range x.open {
		if p.car != c.Number || (is.Value-was.Value-p.took).Abs() > w.Params.Penalty.Exact.D() {
			continue
		}
		p.id, p.at, p.gap, p.from = w.ID(PenaltyApplied, itoa(p.car), p.issued), w.Message.Time, was.Value, c.Position.Is
		p.cites = append(p.cites, c.Gap.By, c.Gap.WasBy, w.Status.By)
		p.cites = append(p.cites, w.flagCites(c)...)
		if c.Position.By == w.Message.Offset && c.Position.WasBy != 0 {
			p.from = c.Position.Was // it lost places with the same message
			p.cites = append(p.cites, c.Position.WasBy)
		}
		p.cites = append(p.cites, c.Position.By)
		x.open = slices.Delete(x.open, i, i+1)
		x.applied = append(x.applied, p)
		x.tell(p, c)
		return
	}
}

// tell tells, or amends, that a penalty was added.
func (x *penalty) tell(p *openPenalty, c *Car) {
	w := x.w
	e := f1.Event{ID: p.id, Kind: PenaltyApplied, Status: f1.Provisional, Time: p.at, Lap: f1.Some(c.Laps.Is), Car: f1.Some(p.car),
		Value: f1.Some(p.took.Seconds()), From: f1.Some(p.from), To: f1.Some(c.Position.Is), Supersedes: p.issued}
	w.Tell(e, append(slices.Clone(p.cites), c.Position.By, c.Laps.By)...)
}

// follow watches cars whose penalty was added: others may still come in ahead of them, or it is taken off again.
func (x *penalty) follow() {
	w := x.w
	x.applied = slices.DeleteFunc(x.applied, func(p *openPenalty) bool {
		c := w.Car(p.car)
		over := w.Now().Sub(p.at) > w.Params.Penalty.Settle.D()
		switch gap := c.Gap.Is.Time; {
		case gap.Known && c.Gap.By == w.Message.Offset && (gap.Value-p.gap).Abs() <= w.Params.Penalty.Exact.D():
			w.Retract(p.id, "taken off again", c.Gap.By)
			x.open = append(x.open, p)
			return true
		case over:
			w.Confirm(p.id)
		case c.Position.By == w.Message.Offset && w.News&NewsPosition != 0:
			x.tell(p, c)
		}
		return over && w.Status.Is == f1.StatusEnds
	})
}

// penalised makes the event of a message about a penalty.
func penalised(_ *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	var e f1.Event
	switch m.Kind {
	case racecontrol.PenaltyGiven:
		e.Kind = PenaltyIssued
	case racecontrol.PenaltyServed:
		e.Kind = PenaltyServed
	default:
		return e, false
	}
	about(&e, m.Cars)
	switch {
	case m.Duration.Known:
		e.Value = f1.Some(m.Duration.Value.Seconds())
	case m.Places.Known:
		e.Value = f1.Some(float64(m.Places.Value))
	}
	e.Detail = string(m.Penalty)
	if m.Reason != "" {
		e.Detail = join(e.Detail, m.Reason)
	}
	return e, true
}

var errPenalty = errors.New("the cited messages do not show a penalty that was added after the flag")

func penaltyHolds(e *f1.Event, p *Proof) error {
	if e.Kind != PenaltyApplied {
		return stewardsHold(penalised)(e, p)
	}
	given := false
	for i := range p.Last().RaceControl {
		m := racecontrol.Parse(&p.Last().RaceControl[i])
		given = given || m.Kind == racecontrol.PenaltyGiven && m.About(e.Car.Value) && m.Duration.Value.Seconds() == e.Value.Value
	}
	gap := func(s *timing.Session) f1.Opt[time.Duration] { return car(s, e.Car).GapToLeader.Time }
	was, grown, back := f1.Opt[time.Duration]{}, false, false
	for _, step := range p.Steps {
		is := gap(step.Session)
		if was.Known && is.Known && is != was {
			d := (is.Value - was.Value).Seconds()
			grown = grown || math.Abs(d-e.Value.Value) <= p.Params.Penalty.Exact.D().Seconds() && step.Message.Time.Equal(e.Time)
			back = back || grown && d < 0
		}
		was = is
	}
	from := p.Some(func(s *timing.Session) bool { return car(s, e.Car).Position == e.From.Value })
	flag := p.Some(func(s *timing.Session) bool { return car(s, e.Car).Chequered || s.Status == f1.StatusFinished })
	if !given || !grown || !from || !flag || back != (e.Status == f1.Retracted) || !back && car(p.Last(), e.Car).Position != e.To.Value {
		return errPenalty
	}
	return nil
}
