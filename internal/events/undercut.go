package events

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
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
	Laps   int     `json:"laps"`     // a rival that stops later is on another strategy
}

var defaultUndercut = UndercutParams{Window: 4, Laps: 8}

var undercutDetector = detector{
	name:   "undercut",
	counts: "lap",
	kinds: []definition{
		{UndercutAttempt, f1.P1, "A car at most {undercut.window_s} s behind another at the end of a lap stops on the next one, the other does not; the track is free for racing. It is confirmed when the other has ended the lap without a stop and taken back when it stops on the same lap."},
		{UndercutSuccess, f1.P1, "The car that stopped first is ahead when the other, which stopped at most {undercut.laps} laps later, has ended its lap out of the pits. The value is what it gained, in seconds."},
		{UndercutFail, f1.P2, "The car that stopped first is still behind when the other, which stopped at most {undercut.laps} laps later, has ended its lap out of the pits. The value is what it gained, in seconds."},
		{OvercutAttempt, f1.P2, "A car at most {undercut.window_s} s behind another stayed out when that one stopped, and stops now, one to {undercut.laps} laps later."},
		{OvercutSuccess, f1.P1, "The car that stopped later is ahead of the one it was behind when it has ended its lap out of the pits. The value is what it gained, in seconds."},
		{OvercutFail, f1.P3, "The car that stopped later is still behind when it has ended its lap out of the pits. The value is what it gained, in seconds."},
	},
	on:    NewsPit | NewsLaps | NewsStopped | NewsRetired | NewsTrack | NewsStatus,
	start: func(w *World) func() { return (&undercuts{w: w}).step },
	holds: undercutHolds,
}

// undercuts follows pairs of cars of which one has stopped.
type undercuts struct {
	w    *World
	open []*stops
}

// stops are the stops of two cars that were close.
type stops struct {
	first, second *Car
	under         bool   // first was behind: an undercut
	lap           int    // completed when first came in
	by            uint64 // the message that it came in with
	gap           time.Duration
	id            string // of the attempt told
	at            time.Time
	cites         []uint64
	in, out, home int    // laps that second had completed when it came in and left the pits, and its lap out; -1: not yet
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
	if w.News&NewsPit != 0 && w.Racing() {
		for _, c := range w.Touched {
			if c.News&NewsPit != 0 && c.Pit.Is && c.Laps.Is > 0 && !c.Out() && !w.flagged(c) {
				d.begin(c)
			}
		}
	}
}

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
		if r == c || !ok || gap == 0 || gap.Abs() > window || !w.free(r) {
			continue
		}
		s := d.pair(c, r, gap.Abs(), cites)
		if s.under = gap > 0; s.under {
			s.id = w.ID(UndercutAttempt, strconv.Itoa(c.Number), strconv.Itoa(r.Number), strconv.Itoa(s.lap+1))
			w.Tell(s.event(UndercutAttempt, f1.Provisional), s.cites...)
		}
	}
}

func (d *undercuts) pair(first, second *Car, gap time.Duration, cites []uint64) *stops {
	w := d.w
	s := &stops{first: first, second: second, lap: first.Laps.Is, by: w.Message.Offset, gap: gap, at: w.Message.Time, in: -1, out: -1, home: -1}
	s.cites = append(append(w.freeCites(first, second), first.Position.By, second.Position.By, first.Pit.WasBy), cites...)
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

// over looks at what has become of two cars; it reports whether there is nothing more to wait for.
func (d *undercuts) over(s *stops) bool {
	w, a, b := d.w, s.first, s.second
	switch {
	case a.Out() || b.Out() || w.flagged(a) || w.flagged(b) || w.Track.Is == f1.TrackRed || w.Status.Is != f1.StatusStarted:
		if s.under && a.Out() && b.Laps.Is <= s.lap+1 {
			w.Retract(s.id, "it is out", a.Stopped.By, a.Retired.By)
		}
		return true
	case a.News&NewsPit != 0 && a.Pit.By == w.Message.Offset && a.Pit.Is:
		return true // stops once more
	case s.in < 0:
		return d.waits(s)
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
		return true
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

// waits is for the stop of the second car.
func (d *undercuts) waits(s *stops) bool {
	w, b := d.w, s.second
	switch {
	case b.Pit.Is && b.Laps.Is <= s.lap:
		if s.under {
			w.Retract(s.id, "both stopped on the same lap", b.Pit.By, b.Laps.By)
		}
		return true
	case b.Laps.Is > s.lap+w.Params.Undercut.Laps:
		return true
	case b.Pit.Is:
		s.in, s.cites = b.Laps.Is, append(s.cites, b.Pit.By, b.Pit.WasBy, b.Laps.By)
		if !w.Racing() {
			s.cheap = fmt.Sprintf("cheap stop of %d: %s", b.Number, neutralWord(w))
		}
		if !s.under {
			s.id = w.ID(OvercutAttempt, strconv.Itoa(b.Number), strconv.Itoa(s.first.Number), strconv.Itoa(s.lap+1))
			e := s.event(OvercutAttempt, f1.Confirmed)
			e.Time, e.Lap, e.Detail = w.Message.Time, f1.Some(b.Laps.Is+1), s.cheap
			w.Tell(e, append(s.cites, w.Track.By, w.Status.By)...)
		}
	case s.under && b.Laps.Is > s.lap:
		w.Confirm(s.id, b.Laps.By)
	}
	return false
}

// outcome tells who is ahead once both have ended the lap on which the second one came out.
func (d *undercuts) outcome(s *stops) bool {
	w := d.w
	after, cites, ok := apart(s.first, s.second, s.home)
	if !ok {
		return s.second.Laps.Is > s.home || s.first.Laps.Is > s.home+1
	}
	if a := s.first; max(a.Stints.By, a.Compound.By, a.StintFresh.By) < s.by {
		if s.under {
			w.Retract(s.id, "it kept its tyres", a.Stints.By, w.Message.Offset)
		}
		return true
	}
	// after is how far the first is ahead now. It was s.gap behind in an undercut, and ahead in an overcut.
	kind, gained := UndercutFail, after+s.gap
	switch {
	case s.under && after > 0:
		kind = UndercutSuccess
	case !s.under && after < 0:
		kind, gained = OvercutSuccess, s.gap-after
	case !s.under:
		kind, gained = OvercutFail, s.gap-after
	}
	e := s.event(kind, f1.Confirmed)
	e.Time, e.Lap, e.Detail, e.Value = w.Message.Time, f1.Some(s.home), s.cheap, f1.Some(math.Round(gained.Seconds()*10)/10)
	e.ID = w.ID(kind, strconv.Itoa(s.first.Number), strconv.Itoa(s.second.Number), strconv.Itoa(s.lap+1))
	w.Tell(e, append(s.cites, cites...)...)
	return true
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
	if e.Kind == UndercutAttempt {
		same := other == e.From.Value || car(p.Last(), e.Car).Stopped || car(p.Last(), e.Car).Retired || e.Detail == "it kept its tyres"
		if same != (e.Status == f1.Retracted) {
			return fmt.Errorf("%w: stops on laps %d and %d", errUndercut, e.From.Value, other)
		}
		return nil
	}
	if other != e.To.Value || other <= e.From.Value || other > e.From.Value+p.Params.Undercut.Laps {
		return fmt.Errorf("%w: stops on laps %d and %d", errUndercut, e.From.Value, other)
	}
	if e.Kind == OvercutAttempt {
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
	success := e.Kind == UndercutSuccess || e.Kind == OvercutSuccess
	if success != (after > 0) || math.Abs((after+before).Seconds()-e.Value.Value) > .06 {
		return fmt.Errorf("%w: %v before, %v after", errUndercut, before, after)
	}
	return nil
}
