package events

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/rules"
	"pitwall.live/internal/timing"
)

// What the rule book demands and is not done yet.
const (
	TwoCompoundWarning = f1.EventKind("two_compound.warning")
	ThreeHourWarning   = f1.EventKind("three_hour.warning")
	Warning107         = f1.EventKind("107.warning")
)

// RuleParams are the thresholds of warnings by the rule book.
type RuleParams struct {
	TyreLaps int     `json:"tyre_laps"`      // who has not done his duty with the tyres is told of with so many laps to go
	LastLaps int     `json:"tyre_last_laps"` // ... and again with so many
	Clock    Seconds `json:"clock_s"`        // a race is told of that has no more than this before a limit of time ends it
}

var defaultRule = RuleParams{TyreLaps: 15, LastLaps: 5, Clock: 600}

var ruleDetector = detector{
	name: "rulewarning",
	kinds: []definition{
		{TwoCompoundWarning, f1.P2, "{rulewarning.tyre_laps} laps or fewer are left and the car has not used the tyres that it must in this race (two dry compounds unless it ran on wet ones; at some races a number of sets). The value is the laps left; it is told again at {rulewarning.tyre_last_laps}. A compound that the feed corrects takes it back."},
		{ThreeHourWarning, f1.P1, "At most {rulewarning.clock_s} s are left until the running time of the race, or its window with suspensions, is over, and the laps to go take longer. The value is the minutes left. A clock that is corrected takes it back."},
		{Warning107, f1.P2, "The first part of qualifying is over and the best time of the car is outside the limit, 107 % of the fastest one, on a track that was not declared wet. Confirmed when the second part begins, taken back when the car or its limit improves."},
	},
	on:    NewsStatus | NewsTrack | NewsPart | NewsBest | NewsControl | NewsLapCount | NewsStint | NewsClock | NewsSecond,
	start: func(w *World) func() { return (&warnings{w: w}).step },
	holds: warningHolds,
}

// warnings knows what has been done so far.
type warnings struct {
	w         *World
	stints    map[*Car][]uint64 // the messages that said something of a car's stints
	tyres     map[*Car]tyreWarning
	limit     rules.Clock     // how long the race may last
	begun     Fact[time.Time] // the start of the race
	suspended time.Duration   // how long it stood still, until now or the newest suspension
	since     time.Time       // of the newest suspension, zero when it runs
	stops     []uint64        // messages of suspensions and restarts
	clocks    []uint64        // newest messages of the clock
	late      string          // ID of the warning about time
	wet       bool
	slow      map[*Car]string // IDs of warnings about 107 %
}

// tyreWarning is a warning told of a car.
type tyreWarning struct {
	id   string
	sets int // fitted then
}

func (d *warnings) step() {
	w := d.w
	if w.News&NewsStint != 0 {
		d.fitted()
	}
	if w.Session.Info.Type.IsQualifying() {
		if w.News&(NewsStatus|NewsPart|NewsBest|NewsControl) != 0 {
			d.qualifying()
		}
		return
	}
	if w.Session.Info.Type != f1.Race && w.Session.Info.Type != f1.Sprint {
		return
	}
	if w.News&(NewsLapCount|NewsStint) != 0 && w.Status.Is == f1.StatusStarted {
		d.duties()
	}
	if w.News&NewsClock != 0 {
		d.clocks = append(d.clocks[max(0, len(d.clocks)-3):], w.Clock)
	}
	if w.News&(NewsStatus|NewsSecond|NewsTrack) != 0 {
		d.clock()
	}
}

// ruleBook is the rule book of the season.
func ruleBook(s *timing.Session) rules.Book {
	b, _ := rules.Of(s.Info.Start.Year()) // of another season than it knows it is the nearest: a guess is better than silence
	return b
}

// fitted notes the messages of stints.
func (d *warnings) fitted() {
	if d.stints == nil {
		d.stints, d.tyres = map[*Car][]uint64{}, map[*Car]tyreWarning{}
	}
	for _, c := range d.w.Touched {
		if c.News&NewsStint != 0 {
			d.stints[c] = append(d.stints[c], d.w.Message.Offset)
		}
	}
}

// obligation is what a car still has to do with its tyres.
func obligation(s *timing.Session, c *timing.Car) rules.Obligation {
	var used rules.Used
	for i := range c.Stints {
		used.Compounds = append(used.Compounds, c.Stints[i].Compound)
	}
	return ruleBook(s).TyreDuty(s.Info.Type, s.Info.Circuit).Left(used)
}

// lapsToGo is how many laps the leader still has to complete, 0 when that is not known.
func lapsToGo(s *timing.Session) int {
	if s.Lap.Total == 0 || s.Lap.Current == 0 {
		return 0
	}
	return max(s.Lap.Total-s.Lap.Current+1, 0)
}

// duties warns of cars that have not used the tyres that they must.
func (d *warnings) duties() {
	w, p := d.w, &d.w.Params.Rule
	left := lapsToGo(w.Session)
	if left == 0 || left > p.TyreLaps {
		return
	}
	for _, c := range w.Order {
		told, known := d.tyres[c]
		if c.Out() || w.flagged(c) || len(c.Car.Stints) == 0 || w.News&NewsLapCount == 0 && (c.News&NewsStint == 0 || c.by != w.Message.Offset) {
			continue
		}
		o := obligation(w.Session, c.Car)
		cites := append([]uint64{w.Info, w.Lap.By, w.Total.By}, d.stints[c]...)
		switch {
		case o.Done() || o.Unsure:
			if known && c.Stints.Is == told.sets {
				w.Retract(told.id, "the tyres were others", cites...)
				delete(d.tyres, c)
			}
		case !known || left == p.LastLaps && w.News&NewsLapCount != 0:
			what := fmt.Sprintf("compounds to go: %d", o.Compounds)
			if o.Compounds == 0 {
				what = fmt.Sprintf("sets to go: %d", o.Sets)
			}
			id := w.ID(TwoCompoundWarning, strconv.Itoa(c.Number))
			d.tyres[c] = tyreWarning{id, c.Stints.Is}
			w.Tell(f1.Event{ID: id, Kind: TwoCompoundWarning, Car: f1.Some(c.Number), Lap: f1.Some(w.Lap.Is), Value: f1.Some(float64(left)), Detail: what}, cites...)
		}
	}
}

// clock warns of a race that time will end.
func (d *warnings) clock() {
	w := d.w
	if w.News&NewsStatus != 0 {
		d.limit = ruleBook(w.Session).Clock(w.Session.Info.Type)
		d.suspensions()
	}
	if d.begun.By == 0 || d.limit == (rules.Clock{}) || w.Status.Is != f1.StatusStarted && w.Status.Is != f1.StatusAborted {
		return
	}
	left, byWindow := d.left(d.limit)
	switch {
	case d.late == "" && left <= w.Params.Rule.Clock.D() && left > 0 && d.need() > left:
		d.late = w.ID(ThreeHourWarning)
		what := "running time"
		if byWindow {
			what = "window with suspensions"
		}
		lead := w.at(1)
		cites := append([]uint64{w.Info, w.Status.By, d.begun.By, w.Lap.By, w.Total.By, lead.Position.By, lead.LapTime.By, w.Message.Offset}, d.stops...)
		w.Tell(f1.Event{ID: d.late, Kind: ThreeHourWarning, Lap: f1.Some(w.Lap.Is), Value: f1.Some(math.Round(left.Minutes())), Detail: what}, append(cites, d.clocks...)...)
	case d.late != "" && w.Session.Clock.Known && left > w.Params.Rule.Clock.D()+time.Minute:
		w.Retract(d.late, "the clock was corrected", d.clocks...)
		d.late = ""
	}
}

// suspensions follows the start of the race and when it stood still.
func (d *warnings) suspensions() {
	w := d.w
	switch {
	case w.Status.Is == f1.StatusStarted && d.begun.By == 0:
		if w.Message.Snapshot {
			return // when it began is not known
		}
		d.begun.say(w.Message.Time, w)
	case w.Status.Is == f1.StatusAborted:
		d.since, d.stops = w.Message.Time, append(d.stops, w.Message.Offset)
	case w.Status.Is == f1.StatusStarted && !d.since.IsZero():
		d.suspended += w.Message.Time.Sub(d.since)
		d.since, d.stops = time.Time{}, append(d.stops, w.Message.Offset)
	}
}

// left is how much longer the race may go on: by the feed's clock, which stands still with the race, and by the window.
func (d *warnings) left(limit rules.Clock) (left time.Duration, byWindow bool) {
	s, now := d.w.Session, d.w.Now()
	suspended := d.suspended
	if !d.since.IsZero() {
		suspended += now.Sub(d.since)
	}
	return timeLeft(s, limit, now, d.begun.Is, suspended)
}

func timeLeft(s *timing.Session, limit rules.Clock, now, begun time.Time, suspended time.Duration) (left time.Duration, byWindow bool) {
	left, byWindow = limit.Left(now.Sub(begun), suspended)
	if s.Clock.Known && s.Clock.At.After(begun.Add(-time.Minute)) {
		window := max(limit.Window-now.Sub(begun), 0)
		left = min(s.Clock.RemainingAt(now), window)
		byWindow = left == window
	}
	return left, byWindow
}

// need is how long the laps to go take at the pace of the leader's newest one, 0 when that is not known.
func (d *warnings) need() time.Duration {
	lead := d.w.at(1)
	if lead == nil {
		return 0
	}
	return time.Duration(lapsToGo(d.w.Session)) * lead.LapTime.Is.Time
}

// qualifying warns of times outside 107 % once the first part is over.
func (d *warnings) qualifying() {
	w := d.w
	for i := range w.Control {
		d.wet = d.wet || w.Control[i].Says.Kind == racecontrol.WetTrack
	}
	if w.News&NewsPart != 0 && w.Part.Is > 1 {
		for _, c := range w.Order {
			if id := d.slow[c]; id != "" {
				w.Confirm(id, w.Part.By)
				delete(d.slow, c)
			}
		}
	}
	if w.Part.Is != 1 || !w.Flag.Is || w.Message.Snapshot {
		return
	}
	if d.slow == nil {
		d.slow = map[*Car]string{}
	}
	fastest := w.fastestOfPart(0)
	if fastest == nil {
		return
	}
	limit := ruleBook(w.Session).CutOffTime(fastest.PartBest[0].Is.Value)
	for _, c := range w.Order {
		best, id := c.PartBest[0].Is, d.slow[c]
		cites := []uint64{w.Info, w.Part.By, w.Flag.By, w.Status.By, fastest.PartBest[0].By, c.PartBest[0].By}
		out := best.Known && best.Value > limit && !d.wet
		switch {
		case out && id == "":
			d.slow[c] = w.ID(Warning107, strconv.Itoa(c.Number), strconv.FormatInt(best.Value.Milliseconds(), 10))
			w.Tell(f1.Event{ID: d.slow[c], Kind: Warning107, Status: f1.Provisional, Car: f1.Some(c.Number), Other: f1.Some(fastest.Number),
				Value: f1.Some((best.Value - limit).Seconds()), Detail: fmt.Sprintf("limit %.3f s", limit.Seconds())}, cites...)
		case !out && id != "":
			w.Retract(id, "inside the limit", append(cites, w.Message.Offset)...)
			delete(d.slow, c)
		}
	}
}

// fastestOfPart is the car with the best time of a part, nil when nobody has one.
func (w *World) fastestOfPart(part int) *Car {
	var best *Car
	for _, c := range w.Order {
		if t := c.PartBest[part].Is; t.Known && (best == nil || t.Value < best.PartBest[part].Is.Value) {
			best = c
		}
	}
	return best
}

var errRule = errors.New("the cited messages do not show the breach")

func warningHolds(e *f1.Event, p *Proof) error {
	switch e.Kind {
	case Warning107:
		return slowHolds(e, p)
	case ThreeHourWarning:
		return lateHolds(e, p)
	}
	due := func(s *timing.Session) bool {
		c, left := car(s, e.Car), lapsToGo(s)
		o := obligation(s, c)
		return len(c.Stints) > 0 && !o.Done() && !o.Unsure && float64(left) == e.Value.Value && left <= p.Params.Rule.TyreLaps
	}
	if !p.Some(due) || due(p.Last()) == (e.Status == f1.Retracted) {
		return fmt.Errorf("%w: due at the end: %v", errRule, due(p.Last()))
	}
	return nil
}

// slowHolds compares the two times with the limit.
func slowHolds(e *f1.Event, p *Proof) error {
	slow := func(s *timing.Session) bool {
		best, fastest := car(s, e.Car).PartBest[0].Time, car(s, e.Other).PartBest[0].Time
		over := best.Value - ruleBook(s).CutOffTime(fastest.Value)
		return best.Known && fastest.Known && math.Abs(over.Seconds()-e.Value.Value) < .0005 && over > 0 && (!s.Flag.IsZero() || s.Part > 1)
	}
	if !p.Some(slow) || slow(p.Last()) == (e.Status == f1.Retracted) {
		return fmt.Errorf("%w: outside at the end: %v", errRule, slow(p.Last()))
	}
	return nil
}

// lateHolds works out the time left anew.
func lateHolds(e *f1.Event, p *Proof) error {
	s := p.Last()
	var begun, since time.Time
	suspended, status := time.Duration(0), f1.SessionStatus("")
	for _, m := range p.Steps {
		if m.Session.Status == status {
			continue
		}
		at := m.Message.Time
		switch status = m.Session.Status; {
		case status == f1.StatusStarted && begun.IsZero():
			begun = at
		case status == f1.StatusAborted:
			since = at
		case status == f1.StatusStarted && !since.IsZero():
			suspended, since = suspended+at.Sub(since), time.Time{}
		}
	}
	if !since.IsZero() {
		suspended += s.Now.Sub(since)
	}
	left, byWindow := timeLeft(s, ruleBook(s).Clock(s.Info.Type), s.Now, begun, suspended)
	short := !begun.IsZero() && left <= p.Params.Rule.Clock.D() && left > 0
	switch {
	case short == (e.Status == f1.Retracted):
		return fmt.Errorf("%w: %v left", errRule, left)
	case short && (math.Round(left.Minutes()) != e.Value.Value || byWindow != (e.Detail == "window with suspensions")):
		return fmt.Errorf("%w: %v left", errRule, left)
	}
	return nil
}
