package events

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
)

// Places fought for with the moment of the stop.
const (
	UndercutAttempt = f1.EventKind("undercut.attempt")
	UndercutSuccess = f1.EventKind("undercut.success")
	UndercutFail    = f1.EventKind("undercut.fail")
	OvercutAttempt  = f1.EventKind("overcut.attempt")
	OvercutSuccess  = f1.EventKind("overcut.success")
	OvercutFail     = f1.EventKind("overcut.fail")
)

// UndercutParams are the thresholds of undercuts and overcuts.
type UndercutParams struct {
	Window Seconds `json:"window_s"` // who is further behind does not stop because of the one ahead
	Laps   int     `json:"laps"`     // a rival that stops later, or stopped less long ago, is on another strategy
	Most   Seconds `json:"most_s"`   // a gap that changes by more tells of trouble, not of strategy
}

// The ledger of the strategy picture has the same pairs.
var defaultUndercut = UndercutParams{Window: Seconds(strategy.LedgerGap.Seconds()), Laps: strategy.LedgerLaps, Most: Seconds(strategy.LedgerMost.Seconds())}

var undercutDetector = detector{
	name:   "undercut",
	counts: "lap",
	kinds: []definition{
		{UndercutAttempt, f1.P1, "A car at most {undercut.window_s} s behind another at the end of a lap stops on the next one, the other does not; the track is free for racing, and neither has stopped in the last {undercut.laps} laps. It is told when the feed has its new tyres, which are no change between dry and wet ones; confirmed by its outcome; and taken back when there is none: the other stops on the same lap or not within {undercut.laps}, one is out or stops once more, keeps its tyres or changes between dry and wet ones, the race is stopped or ends, or the gap changes by more than {undercut.most_s} s, which is trouble."},
		{UndercutSuccess, f1.P1, "The car that stopped first is ahead when the other, which stopped at most {undercut.laps} laps later, has ended its lap out of the pits. The value is what it gained, in seconds."},
		{UndercutFail, f1.P2, "The car that stopped first is still behind when the other, which stopped at most {undercut.laps} laps later, has ended its lap out of the pits. The value is what it gained, in seconds."},
		{OvercutAttempt, f1.P2, "A car at most {undercut.window_s} s behind another stayed out when that one stopped, and stops now, one to {undercut.laps} laps later. It is told, confirmed and taken back as an undercut is."},
		{OvercutSuccess, f1.P1, "The car that stopped later is ahead of the one it was behind when it has ended its lap out of the pits. The value is what it gained, in seconds."},
		{OvercutFail, f1.P3, "The car that stopped later is still behind when it has ended its lap out of the pits. The value is what it gained, in seconds."},
	},
	on:    NewsPit | NewsLaps | NewsStopped | NewsRetired | NewsTrack | NewsStatus | NewsStint | NewsChequered | NewsLapTime,
	start: func(w *World) func() { return (&undercuts{w: w}).step },
	holds: undercutHolds,
}

// undercuts follows pairs of cars of which one has stopped.
type undercuts struct {
	w    *World
	open []*stops
	came []int // by car: the lap on which it came in last, 0 not yet
}

// stops are the stops of two cars that were close.
type stops struct {
	first, second *Car
	under         bool   // first was behind: an undercut
	lap           int    // completed when first came in
	by            uint64 // the message that it came in with
	gap           time.Duration
	id            string  // of the attempt
	wet           [2]bool // the tyres that the two came in on
	at            time.Time
	cites         []uint64
	in, out, home int    // laps that second had completed when it came in and left the pits, and its lap out; -1: not yet
	answer        uint64 // the message that second came in with
	atLap         int    // of an overcut: on which second came in
	word          string // what was said of it then
	cheap         string // the track was not free for racing when second stopped
}

func (d *undercuts) step() {
	w := d.w
	if !w.Session.IsRace() || w.Message.Snapshot {
		return
	}
	if len(d.open) > 0 {
		d.open = slices.DeleteFunc(d.open, d.over)
	}
	if w.News&NewsPit == 0 {
		return
	}
	for _, c := range w.Touched {
		if c.News&NewsPit == 0 || !c.Pit.Is || c.Laps.Is == 0 {
			continue
		}
		if w.Racing() && !c.Out() && !w.flagged(c) && !d.stopping(c) {
			d.begin(c)
		}
		d.note(c)
	}
}

// note keeps the lap on which a car came in.
func (d *undercuts) note(c *Car) {
	for len(d.came) <= c.Index {
		d.came = append(d.came, 0)
	}
	d.came[c.Index] = c.Laps.Is + 1
}

// stopping reports whether a car has stopped so lately that it takes part in another fight, if in any.
func (d *undercuts) stopping(c *Car) bool {
	return c.Index < len(d.came) && d.came[c.Index] > 0 && c.Laps.Is+1-d.came[c.Index] <= d.w.Params.Undercut.Laps
}

func isWet(compound string) bool { return compound == "INTERMEDIATE" || compound == "WET" }

// crossedAt is when a car ended a lap, which must be its last one or the one before, and the message that told.
func (c *Car) crossedAt(lap int) (at time.Time, by uint64) {
	switch {
	case c.Laps.By != 0 && c.Laps.Is == lap:
		return c.Laps.Since, c.Laps.By
	case c.Laps.WasBy != 0 && c.Laps.Was == lap:
		return c.Laps.Until, c.Laps.WasBy
	}
	return time.Time{}, 0
}

// apart is how long after a a car b ended a lap, with the messages; it reports false when that is not known.
func apart(a, b *Car, lap int) (gap time.Duration, cites []uint64, ok bool) {
	x, xBy := a.crossedAt(lap)
	y, yBy := b.crossedAt(lap)
	return y.Sub(x), []uint64{xBy, yBy}, xBy != 0 && yBy != 0
}

// begin looks for the rivals of a car that comes in.
func (d *undercuts) begin(c *Car) {
	w := d.w
	window := w.Params.Undercut.Window.D()
	for _, r := range w.Order { // all of them: those that stop now have lost places, and say nothing of who was close
		gap, cites, ok := apart(r, c, c.Laps.Is)
		if r == c || !ok || gap == 0 || gap.Abs() > window || !w.free(r) || d.stopping(r) {
			continue
		}
		s := d.pair(c, r, gap.Abs(), cites)
		if s.under = gap > 0; s.under {
			s.id = w.ID(UndercutAttempt, strconv.Itoa(c.Number), strconv.Itoa(r.Number), strconv.Itoa(s.lap+1))
		}
	}
}

func (d *undercuts) pair(first, second *Car, gap time.Duration, cites []uint64) *stops {
	w := d.w
	s := &stops{first: first, second: second, lap: first.Laps.Is, by: w.Message.Offset, gap: gap, at: w.Message.Time, in: -1, out: -1, home: -1,
		wet: [2]bool{isWet(first.Compound.Is), isWet(second.Compound.Is)}}
	s.cites = append(append(w.freeCites(first, second), first.Position.By, second.Position.By, first.Pit.WasBy,
		second.Laps.By, second.LapTime.By), cites...) // the one ahead may have ended its next lap before
	d.open = append(d.open, s)
	return s
}

// event is an event of the two: the subject is the one that was behind.
func (s *stops) event(kind f1.EventKind, status f1.EventStatus) f1.Event {
	e := f1.Event{ID: s.id, Kind: kind, Status: status, Time: s.at, Lap: f1.Some(s.lap + 1), From: f1.Some(s.lap + 1),
		Car: f1.Some(s.first.Number), Other: f1.Some(s.second.Number)}
	if !s.under {
		e.Car, e.Other = e.Other, e.Car
	}
	if s.in >= 0 {
		e.To = f1.Some(s.in + 1)
	}
	return e
}

// Why an attempt is taken back.
const (
	noneOut     = "one of them is out"
	noneStopped = "the race was stopped"
	noneEnded   = "the race ended"
	noneAgain   = "one of them came in once more"
	noneSame    = "both stopped on the same lap"
	noneAnswer  = "the other did not stop in time"
	noneKept    = "one of them kept its tyres"
	noneWeather = "dry and wet tyres"
	noneTrouble = "the gap tells of trouble"
	noneUnheard = "nobody heard who was ahead"
)

// none takes an attempt back.
func (d *undercuts) none(s *stops, why string, cites ...uint64) bool {
	d.w.Retract(s.id, why, append(cites, d.w.Message.Offset)...)
	return true
}

// over looks at what has become of two cars; it reports whether there is nothing more to wait for.
func (d *undercuts) over(s *stops) bool {
	w, a, b := d.w, s.first, s.second
	for _, c := range [2]*Car{a, b} {
		if c.News&NewsLaps != 0 {
			s.cites = append(s.cites, c.Laps.By)
		}
		if c.News&NewsLapTime != 0 {
			s.cites = append(s.cites, c.LapTime.By)
		}
	}
	switch {
	case a.Out() || b.Out():
		return d.none(s, noneOut, a.Stopped.By, a.Retired.By, b.Stopped.By, b.Retired.By)
	case w.flagged(a) || w.flagged(b):
		return d.none(s, noneEnded, w.Status.By, a.Chequered.By, b.Chequered.By)
	case w.Track.Is == f1.TrackRed || w.Status.Is != f1.StatusStarted:
		return d.none(s, noneStopped, w.Track.By, w.Status.By)
	case a.News&NewsPit != 0 && a.Pit.By == w.Message.Offset && a.Pit.Is:
		return d.none(s, noneAgain, a.Pit.WasBy)
	case s.changed(a, 0, s.by) || s.in >= 0 && s.changed(b, 1, 0):
		return d.none(s, noneWeather, a.Compound.By, a.Compound.WasBy, b.Compound.By, b.Compound.WasBy)
	}
	if s.under && w.News&NewsStint != 0 {
		d.fitted(s, a, s.by)
	}
	if s.in < 0 {
		return d.waits(s)
	}
	if !s.under && w.News&NewsStint != 0 {
		d.fitted(s, b, s.answer)
	}
	if s.cheap == "" && !w.Racing() {
		s.cheap = fmt.Sprintf("cheap stop of %d: %s", b.Number, neutralWord(w))
		if s.out >= 0 {
			s.cheap = fmt.Sprintf("%s when %d had stopped", neutralWord(w), b.Number)
		}
	}
	switch {
	case s.out < 0:
		if !b.Pit.Is {
			s.out, s.cites = b.Laps.Is, append(s.cites, b.Pit.By)
		}
	case b.Pit.Is:
		return d.none(s, noneAgain, b.Pit.By, b.Pit.WasBy)
	case s.home < 0:
		if b.Laps.Is > s.out {
			s.home = b.Laps.Is
		}
	}
	if s.home >= 0 {
		return d.outcome(s)
	}
	return false
}

// fitted tells the attempt when a car's new tyres are known.
func (d *undercuts) fitted(s *stops, c *Car, since uint64) {
	if by := c.fittedBy(); by >= since && c.Compound.Is != "" {
		d.w.Tell(s.attempt(f1.Provisional), append(slices.Clone(s.cites), c.Stints.By, c.Compound.By, c.StintFresh.By)...)
	}
}

// fittedBy is the newest message that said anything of the tyres the car is on.
func (c *Car) fittedBy() uint64 { return max(c.Stints.By, c.Compound.By, c.StintFresh.By) }

// changed reports whether a car has gone from dry to wet tyres or back since a message.
func (s *stops) changed(c *Car, which int, since uint64) bool {
	return c.Compound.Is != "" && c.Compound.By > since && isWet(c.Compound.Is) != s.wet[which]
}

// waits is for the stop of the second car.
func (d *undercuts) waits(s *stops) bool {
	w, b := d.w, s.second
	switch {
	case b.Pit.Is && b.Laps.Is <= s.lap:
		return d.none(s, noneSame, b.Pit.By, b.Laps.By)
	case b.Laps.Is >= s.lap+1+w.Params.Undercut.Laps:
		return d.none(s, noneAnswer, b.Laps.By, b.Pit.By)
	case !b.Pit.Is:
		return false
	}
	s.in, s.cites = b.Laps.Is, append(s.cites, b.Pit.By, b.Pit.WasBy, b.Laps.By)
	s.answer = b.Pit.By
	if !w.Racing() {
		s.cheap = fmt.Sprintf("cheap stop of %d: %s", b.Number, neutralWord(w))
	}
	if !s.under {
		s.id = w.ID(OvercutAttempt, strconv.Itoa(b.Number), strconv.Itoa(s.first.Number), strconv.Itoa(s.lap+1))
		s.at, s.atLap, s.word = w.Message.Time, b.Laps.Is+1, s.cheap
		s.cites = append(s.cites, w.Track.By, w.Status.By)
	}
	return false
}

// attempt is the event that began it.
func (s *stops) attempt(status f1.EventStatus) f1.Event {
	if s.under {
		e := s.event(UndercutAttempt, status)
		e.To = f1.Opt[int]{}
		return e
	}
	e := s.event(OvercutAttempt, status)
	e.Lap, e.Detail = f1.Some(s.atLap), s.word
	return e
}

// outcome tells who is ahead once both have ended the lap on which the second one came out.
func (d *undercuts) outcome(s *stops) bool {
	w := d.w
	after, cites, ok := apart(s.first, s.second, s.home)
	if !ok {
		if s.second.Laps.Is > s.home || s.first.Laps.Is > s.home+1 {
			return d.none(s, noneUnheard, s.second.Laps.By, s.first.Laps.By)
		}
		return false
	}
	a, b := s.first, s.second
	if a.fittedBy() < s.by || b.fittedBy() < s.answer {
		return d.none(s, noneKept, append(cites, a.Stints.By, b.Stints.By)...)
	}
	// after is how far the first is ahead now. It was s.gap behind in an undercut, and ahead in an overcut.
	before := s.gap
	if s.under {
		before = -before
	}
	gained := after - before // by the first
	timed := min(a.LapTime.Is.Number, b.LapTime.Is.Number) >= s.home
	if exact, ok := driven(w.Session, a.Number, b.Number, [2]int{s.lap + 1, s.home}); ok && timed {
		gained = exact
	} else if !timed && b.Laps.Is == s.home && a.Laps.Is <= s.home+1 {
		return false // the time of the lap is on its way
	}
	kind := UndercutFail
	switch {
	case s.under && after > 0:
		kind = UndercutSuccess
	case !s.under && after < 0:
		kind, gained = OvercutSuccess, -gained
	case !s.under:
		kind, gained = OvercutFail, -gained
	}
	if gained.Abs() > w.Params.Undercut.Most.D() {
		return d.none(s, noneTrouble, append(append([]uint64{}, s.cites...), cites...)...)
	}
	w.Tell(s.attempt(f1.Confirmed), append(append([]uint64{}, s.cites...), cites...)...)
	e := s.event(kind, f1.Confirmed)
	e.Time, e.Lap, e.Detail, e.Value = w.Message.Time, f1.Some(s.home), s.cheap, f1.Some(math.Round(gained.Seconds()*10)/10)
	e.ID = w.ID(kind, strconv.Itoa(s.first.Number), strconv.Itoa(s.second.Number), strconv.Itoa(s.lap+1))
	w.Tell(e, append(s.cites, cites...)...)
	return true
}

// driven is how much less time car a took for the laps from one to another than car b, by their lap times: messages
// tell of a crossing some tenths late, each time differently.
func driven(s *timing.Session, a, b int, laps [2]int) (gained time.Duration, ok bool) {
	x, y := s.Cars[a], s.Cars[b]
	if x == nil || y == nil {
		return 0, false
	}
	for k := laps[0]; k <= laps[1]; k++ {
		p, q := s.TimedLap(x, k).Time, s.TimedLap(y, k).Time
		if !p.Known || !q.Known {
			return 0, false
		}
		gained += q.Value - p.Value
	}
	return gained, true
}

var errUndercut = errors.New("the cited messages do not show the stops")

// crossing is when the cited messages have a car end a lap, the zero time when they do not.
func (p *Proof) crossing(number, lap int) time.Time {
	was := -1
	for _, m := range p.Steps {
		now := car(m.Session, f1.Some(number)).Laps
		if now == lap && was != lap {
			return m.Message.Time
		}
		was = now
	}
	return time.Time{}
}

// stopOn is the lap on which the cited messages first have a car come in from the lap given on, 0 none.
func (p *Proof) stopOn(number, from int) int {
	for i, m := range p.Steps {
		c := car(m.Session, f1.Some(number))
		if c.InPit && c.Laps+1 >= from && (i == 0 || !car(p.Steps[i-1].Session, f1.Some(number)).InPit) {
			return c.Laps + 1
		}
	}
	return 0
}

func undercutHolds(e *f1.Event, p *Proof) error {
	first, second := e.Car.Value, e.Other.Value // of an undercut
	under := e.Kind == UndercutAttempt || e.Kind == UndercutSuccess || e.Kind == UndercutFail
	if !under {
		first, second = second, first
	}
	lap := e.From.Value - 1
	x, y := p.crossing(first, lap), p.crossing(second, lap)
	before := y.Sub(x) // how far first was ahead
	if under {
		before = -before
	}
	switch {
	case x.IsZero() || y.IsZero() || before <= 0 || before > p.Params.Undercut.Window.D():
		return fmt.Errorf("%w: %v apart", errUndercut, before)
	case p.stopOn(first, e.From.Value) != e.From.Value:
		return fmt.Errorf("%w: car %d stopped on lap %d", errUndercut, first, p.stopOn(first, e.From.Value))
	case !p.Some(func(s *timing.Session) bool { return racingState(s) && s.Cars[first] != nil && s.Cars[first].InPit }):
		return fmt.Errorf("%w: not while racing", errUndercut)
	}
	other := p.stopOn(second, e.From.Value)
	if e.Status == f1.Retracted {
		return p.noUndercut(e, first, second, other)
	}
	if e.Kind == UndercutAttempt && e.Status == f1.Provisional {
		if other != 0 && other <= e.From.Value {
			return fmt.Errorf("%w: stops on laps %d and %d", errUndercut, e.From.Value, other)
		}
		return nil
	}
	if e.Kind != UndercutAttempt && other != e.To.Value || other <= e.From.Value || other > e.From.Value+p.Params.Undercut.Laps {
		return fmt.Errorf("%w: stops on laps %d and %d", errUndercut, e.From.Value, other)
	}
	if e.Kind == OvercutAttempt || e.Kind == UndercutAttempt {
		return nil
	}
	x, y = p.crossing(first, e.Lap.Value), p.crossing(second, e.Lap.Value)
	if x.IsZero() || y.IsZero() || car(p.Last(), f1.Some(second)).InPit {
		return fmt.Errorf("%w: the lap out is not over", errUndercut)
	}
	after := y.Sub(x)
	if !under {
		after = -after
	}
	success, gained := e.Kind == UndercutSuccess || e.Kind == OvercutSuccess, after+before
	if exact, ok := driven(p.Last(), e.Car.Value, e.Other.Value, [2]int{e.From.Value, e.Lap.Value}); ok {
		gained = exact
	}
	if success != (after > 0) || math.Abs(gained.Seconds()-e.Value.Value) > .06 {
		return fmt.Errorf("%w: %v before, %v after", errUndercut, before, after)
	}
	return nil
}

// noUndercut checks why an attempt was taken back.
func (p *Proof) noUndercut(e *f1.Event, first, second, other int) error {
	last := p.Last()
	a, b := car(last, f1.Some(first)), car(last, f1.Some(second))
	shown := false
	switch why := e.Detail[strings.LastIndex(e.Detail, "; ")+1:]; strings.TrimSpace(why) {
	case noneOut:
		shown = a.Stopped || a.Retired || a.KnockedOut || b.Stopped || b.Retired || b.KnockedOut
	case noneEnded:
		shown = a.Chequered || b.Chequered || last.Status != f1.StatusStarted
	case noneStopped:
		shown = last.Track.Status == f1.TrackRed || last.Status != f1.StatusStarted
	case noneAgain:
		shown = p.visits(first) > 1 || p.visits(second) > 1
	case noneSame:
		shown = other == e.From.Value
	case noneAnswer:
		shown = (other == 0 || other > e.From.Value+p.Params.Undercut.Laps) && b.Laps >= e.From.Value+p.Params.Undercut.Laps
	case noneKept:
		shown = b.Laps > e.From.Value && (len(a.Stints) < 2 || len(b.Stints) < 2 || other > e.From.Value)
	case noneWeather:
		shown = p.both(first) || p.both(second)
	case noneTrouble:
		for lap := e.From.Value + 1; lap <= b.Laps && !shown; lap++ {
			x, y := p.crossing(first, lap), p.crossing(second, lap)
			x0, y0 := p.crossing(first, e.From.Value-1), p.crossing(second, e.From.Value-1)
			shown = !x.IsZero() && !y.IsZero() && (y.Sub(x)-y0.Sub(x0)).Abs() > p.Params.Undercut.Most.D()
		}
	case noneUnheard:
		shown = b.Laps > e.From.Value
	}
	if !shown {
		return fmt.Errorf("%w: not shown that %s", errUndercut, e.Detail)
	}
	return nil
}

// visits counts how often the cited messages have a car come in.
func (p *Proof) visits(number int) (n int) {
	was := false
	for _, m := range p.Steps {
		now := car(m.Session, f1.Some(number)).InPit
		if now && !was {
			n++
		}
		was = now
	}
	return n
}

// both reports whether the cited messages have a car on dry and on wet tyres.
func (p *Proof) both(number int) bool {
	wet, dry := false, false
	for _, m := range p.Steps {
		if st := car(m.Session, f1.Some(number)).Stints; len(st) > 0 && st[len(st)-1].Compound != "" {
			wet, dry = wet || isWet(st[len(st)-1].Compound), dry || !isWet(st[len(st)-1].Compound)
		}
	}
	return wet && dry
}
