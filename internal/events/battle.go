package events

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Two cars that fight for a place.
const (
	BattleStarted = f1.EventKind("battle.started")
	BattleEnded   = f1.EventKind("battle.ended")
)

// BattleParams are the thresholds of battles.
type BattleParams struct {
	Enter   Seconds `json:"enter_s"`   // an interval up to it is close
	Leave   Seconds `json:"leave_s"`   // above it the battle may end
	Laps    int     `json:"laps"`      // so many lap ends in a row must be close
	For     Seconds `json:"for_s"`     // ... or all the time so long
	Wide    Seconds `json:"wide_s"`    // it ends when the interval has been above leave_s so long
	Regroup Seconds `json:"regroup_s"` // the end is taken back when they are close again within it
}

var defaultBattle = BattleParams{Enter: 1, Leave: 1.2, Laps: 3, For: 90, Wide: 20, Regroup: 60}

var battleDetector = detector{
	name: "battle",
	kinds: []definition{
		{BattleStarted, f1.P2, "The first car was at most {battle.enter_s} s behind the second, one place ahead, at the end of {battle.laps} laps in a row or all the time for {battle.for_s} s; both race and are on the same lap. When they change places the battle goes on with the roles changed."},
		{BattleEnded, f1.P3, "The two of a battle are apart by more than {battle.leave_s} s for {battle.wide_s} s, or one of them stops, is out or takes the flag, or another car is between them, or the race is neutralised. It is taken back when they are close again within {battle.regroup_s} s."},
	},
	on:    NewsStatus | NewsTrack | NewsInterval | NewsLaps | NewsPosition | NewsPit | NewsStopped | NewsRetired | NewsChequered | NewsSecond,
	start: func(w *World) func() { return (&battles{w: w}).step },
	holds: battleHolds,
}

// battles follows every car that is close to the one ahead.
type battles struct {
	w      *World
	chases []chase // by the follower's Index
	open   []*fight
}

// chase is a car close to the one ahead, before it is a battle.
type chase struct {
	ahead   *Car
	laps    []lapCite // lap ends in a row
	since   time.Time // close all the time since
	lap     int       // that it was on then
	sampled time.Time
	samples []uint64
}

// lapCite is a moment of a lap, its end as a rule, with the messages that tell of it.
type lapCite struct {
	lap   int
	at    time.Time
	cites []uint64
}

// fight is a battle.
type fight struct {
	a, b     *Car // ahead, behind
	id       string
	began    time.Time
	cites    []uint64
	close    []uint64  // the newest messages that show them close
	wide     time.Time // too far apart since
	wideBy   []uint64
	apart    time.Time // not one behind the other since
	apartBy  []uint64
	passed   bool // the roles changed, and they were not close since
	swaps    []string
	end      string // ID of the end told, "" as long as it goes on
	endSince time.Time
}

func (d *battles) step() {
	w := d.w
	if !w.Session.IsRace() {
		return
	}
	if w.News&(NewsInterval|NewsLaps) != 0 && w.Racing() {
		d.followers()
	}
	if w.News&(NewsTrack|NewsStatus) != 0 && !w.Racing() {
		clear(d.chases)
	}
	d.open = slices.DeleteFunc(d.open, func(f *fight) bool { return !d.watch(f) })
}

// followers takes the intervals and lap ends of the newest message.
func (d *battles) followers() {
	w := d.w
	for len(d.chases) < len(w.Cars) {
		d.chases = append(d.chases, chase{})
	}
	for _, c := range w.Touched {
		if c.News&NewsInterval != 0 {
			d.interval(c)
		}
	}
	if w.News&NewsLaps != 0 {
		w.lapEnds(d.lapEnd)
	}
}

// of is the chase of b after a; another one that b was in is over.
func (d *battles) of(a, b *Car) *chase {
	c := &d.chases[b.Index]
	if c.ahead != a {
		*c = chase{ahead: a}
	}
	return c
}

// interval takes a new interval of b to the car ahead.
func (d *battles) interval(b *Car) {
	w, p := d.w, &d.w.Params.Battle
	if c := &d.chases[b.Index]; c.since.IsZero() && len(c.laps) == 0 && !b.within(p.Enter) {
		return // as most are: not close, and not lately
	}
	a := w.Ahead(b)
	if a == nil || !w.chasing(a, b) {
		d.of(nil, b)
		return
	}
	c, now := d.of(a, b), w.Message.Time
	if !b.within(p.Enter) {
		c.since, c.samples = time.Time{}, c.samples[:0]
		return
	}
	if c.since.IsZero() || now.Sub(c.sampled) > freshInterval {
		c.since, c.lap, c.sampled, c.samples = now, b.Laps.Is+1, now, append(c.samples[:0], pairCites(a, b)...)
	}
	if long := now.Sub(c.since) >= p.For.D(); long || now.Sub(c.sampled) >= 10*time.Second {
		c.sampled, c.samples = now, append(c.samples, pairCites(a, b)...)
		if long && !d.fighting(a, b) {
			d.begin(a, b, lapCite{c.lap, c.since, c.samples})
		}
	}
}

// lapEnd takes the end of a lap of b, which is behind a.
func (d *battles) lapEnd(a, b *Car) {
	w, p := d.w, &d.w.Params.Battle
	if !w.chasing(a, b) || !b.within(p.Enter) {
		d.of(a, b).laps = nil
		return
	}
	c := d.of(a, b)
	if n := len(c.laps); n > 0 && c.laps[n-1].lap != b.Laps.Is-1 {
		c.laps = nil
	}
	if len(c.laps) == p.Laps {
		c.laps = append(c.laps[:0], c.laps[1:]...)
	}
	c.laps = append(c.laps, lapCite{b.Laps.Is, w.Message.Time, append(pairCites(a, b), w.Message.Offset)})
	if len(c.laps) == p.Laps && !d.fighting(a, b) {
		var cites []uint64
		for _, l := range c.laps {
			cites = append(cites, l.cites...)
		}
		d.begin(a, b, lapCite{c.laps[0].lap, c.laps[0].at, cites})
	}
}

// fighting reports whether the two are in a battle already.
func (d *battles) fighting(a, b *Car) bool {
	return slices.ContainsFunc(d.open, func(f *fight) bool { return f.a == a && f.b == b || f.a == b && f.b == a })
}

// begin tells a battle that goes on since the lap and moment given, with the messages that show it.
func (d *battles) begin(a, b *Car, since lapCite) {
	w := d.w
	f := &fight{a: a, b: b, began: since.at, cites: append(w.freeCites(a, b), since.cites...), close: w.closeCites(nil, a, b)}
	f.id = w.ID(BattleStarted, f.who(), since.at.Format(time.RFC3339Nano))
	d.open = append(d.open, f)
	w.Tell(f1.Event{ID: f.id, Kind: BattleStarted, Time: since.at, Lap: f1.Some(since.lap), Car: f1.Some(b.Number), Other: f1.Some(a.Number),
		To: f1.Some(a.Position.Is), From: f1.Some(b.Position.Is), Value: f1.Some(b.Interval.Is.Time.Value.Seconds())}, f.cites...)
}

// who is the same whoever is ahead.
func (f *fight) who() string {
	return strconv.Itoa(min(f.a.Number, f.b.Number)) + " " + strconv.Itoa(max(f.a.Number, f.b.Number))
}

// watch looks at what has become of a battle; it reports false when nothing more can.
func (d *battles) watch(f *fight) bool {
	w, p := d.w, &d.w.Params.Battle
	if w.News&(NewsSecond|NewsTrack|NewsStatus) == 0 && f.a.by != w.Message.Offset && f.b.by != w.Message.Offset {
		return true
	}
	if f.end != "" {
		return d.again(f)
	}
	why, cites := d.over(f)
	if why == "" {
		why, cites = d.distance(f)
	}
	if why == "" {
		return true
	}
	e := f1.Event{Kind: BattleEnded, Lap: w.raceLap(f.b), Car: f1.Some(f.b.Number), Other: f1.Some(f.a.Number), Detail: why}
	f.end = w.ID(BattleEnded, f.who(), f.began.Format(time.RFC3339Nano), w.Message.Time.Format(time.RFC3339Nano))
	e.ID, f.endSince = f.end, w.Now()
	open := why == "gap" || why == "pass" || why == "another car between"
	if open {
		e.Status = f1.Provisional
	}
	w.Tell(e, slices.Concat(f.close, cites, w.freeCites(f.a, f.b))...)
	return open && p.Regroup > 0
}

// over says why a battle can not go on.
func (d *battles) over(f *fight) (why string, cites []uint64) {
	w := d.w
	for _, c := range []*Car{f.a, f.b} {
		switch {
		case w.flagged(c):
			return "flag", append(w.flagCites(f.a), w.flagCites(f.b)...)
		case c.Pit.Is:
			return fmt.Sprintf("pit, car %d", c.Number), nil
		case c.Out():
			return fmt.Sprintf("out, car %d", c.Number), nil
		}
	}
	if !w.Racing() {
		return "neutralised, " + neutralWord(w), nil
	}
	return "", nil
}

// distance says why two cars that race do not fight any more.
func (d *battles) distance(f *fight) (why string, cites []uint64) {
	w, p := d.w, &d.w.Params.Battle
	switch f.b.Position.Is - f.a.Position.Is {
	case 1:
		f.apart = time.Time{}
	case -1:
		f.apart = time.Time{}
		d.swapped(f)
	default:
		if f.apart.IsZero() {
			f.apart, f.apartBy = w.Message.Time, []uint64{f.a.Position.By, f.b.Position.By}
		}
		if w.Now().Sub(f.apart) >= p.Wide.D() {
			return "another car between", append(f.apartBy, f.a.Position.By, f.b.Position.By, w.Message.Offset)
		}
		return "", nil
	}
	if f.b.Interval.By != w.Message.Offset || !w.chasing(f.a, f.b) {
		return "", nil
	}
	if f.b.within(p.Leave) {
		f.wide, f.passed, f.close = time.Time{}, false, w.closeCites(f.close, f.a, f.b)
		return "", nil
	}
	if f.wide.IsZero() {
		f.wide, f.wideBy = w.Message.Time, pairCites(f.a, f.b)
	}
	if w.Now().Sub(f.wide) < p.Wide.D() {
		return "", nil
	}
	why = "gap"
	if f.passed {
		why = "pass"
	}
	return why, append(pairCites(f.a, f.b), f.wideBy...)
}

// swapped amends a battle in which the one behind got ahead.
func (d *battles) swapped(f *fight) {
	w := d.w
	f.a, f.b = f.b, f.a
	f.wide, f.passed = time.Time{}, true
	e, told := w.Told(f.id)
	if !told {
		return
	}
	f.cites = append(f.cites, f.a.Position.By, f.b.Position.By, f.a.Position.WasBy, f.b.Position.WasBy)
	f.swaps = append(f.swaps, fmt.Sprintf("%d ahead on lap %d", f.a.Number, f.a.Laps.Is+1))
	e.Car, e.Other, e.Evidence = f1.Some(f.b.Number), f1.Some(f.a.Number), nil
	e.From, e.To, e.Detail = f1.Some(f.b.Position.Is), f1.Some(f.a.Position.Is), strings.Join(f.swaps, ", ")
	w.Tell(e, f.cites...)
}

// again takes an end back when the two are close once more; it reports false when that is too late.
func (d *battles) again(f *fight) bool {
	w, p := d.w, &d.w.Params.Battle
	if w.Now().Sub(f.endSince) >= p.Regroup.D() {
		w.Confirm(f.end, w.Message.Offset)
		return false
	}
	if why, _ := d.over(f); why != "" {
		w.Confirm(f.end, w.Message.Offset)
		return false
	}
	if f.a.Position.Is == f.b.Position.Is+1 {
		d.swapped(f)
	}
	if f.b.Position.Is == f.a.Position.Is+1 && f.b.Interval.By == w.Message.Offset && w.chasing(f.a, f.b) && f.b.within(p.Enter) {
		w.Retract(f.end, "close again", pairCites(f.a, f.b)...)
		f.end, f.wide, f.apart, f.passed, f.close = "", time.Time{}, time.Time{}, false, w.closeCites(f.close, f.a, f.b)
	}
	return true
}

var errBattle = errors.New("the cited messages do not show the battle")

func battleHolds(e *f1.Event, p *Proof) error {
	a, b := car(p.Last(), e.Other), car(p.Last(), e.Car)
	if e.Kind == BattleStarted {
		if !p.fought(e.Other.Value, e.Car.Value) && !p.fought(e.Car.Value, e.Other.Value) {
			return errBattle
		}
		if b.Position != a.Position+1 {
			return fmt.Errorf("%w: places %d and %d", errBattle, a.Position, b.Position)
		}
		return nil
	}
	if !p.Some(func(s *timing.Session) bool {
		x, y := car(s, e.Other), car(s, e.Car)
		return follows(s, x, y) && y.Interval.Time.Value <= p.Params.Battle.Leave.D() || follows(s, y, x) && x.Interval.Time.Value <= p.Params.Battle.Leave.D()
	}) {
		return errBattle
	}
	return battleOver(e, p, a, b)
}

// battleOver checks the reason that the end of a battle gives.
func battleOver(e *f1.Event, p *Proof, a, b *timing.Car) error {
	s, why := p.Last(), e.Detail
	if e.Status == f1.Retracted {
		if close := p.Params.Battle.Enter.D(); !(follows(s, a, b) && b.Interval.Time.Value <= close) && !(follows(s, b, a) && a.Interval.Time.Value <= close) {
			return fmt.Errorf("%w: not close again", errBattle)
		}
		return nil
	}
	ok := false
	switch {
	case why == "gap" || why == "pass":
		first, leave := time.Time{}, p.Params.Battle.Leave.D()
		for _, m := range p.Steps {
			x, y := car(m.Session, e.Other), car(m.Session, e.Car)
			switch {
			case !follows(m.Session, x, y): // half of what places them is cited later
			case y.Interval.Time.Value <= leave:
				first = time.Time{}
			case first.IsZero():
				first = m.Message.Time
			case m.Message.Time.Sub(first) >= p.Params.Battle.Wide.D():
				ok = true
			}
		}
	case why == "another car between":
		ok = max(a.Position-b.Position, b.Position-a.Position) > 1 || e.Status == f1.Confirmed
	case strings.HasPrefix(why, "pit"):
		ok = a.InPit || b.InPit
	case strings.HasPrefix(why, "out"):
		ok = a.Stopped || b.Stopped || a.Retired || b.Retired
	case why == "flag":
		ok = a.Chequered || b.Chequered || s.Status == f1.StatusFinished || s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds
	default:
		ok = !racingState(s)
	}
	if !ok {
		return fmt.Errorf("%w ending: %s", errBattle, why)
	}
	return nil
}

// fought reports whether b was close behind a at the end of enough laps in a row, or all the time long enough.
func (p *Proof) fought(a, b int) bool {
	rule := &p.Params.Battle
	row, last := 0, 0
	for _, l := range p.pairEnds(a, b) {
		if l.interval > rule.Enter.D() || l.lap != last+1 {
			row = 0
		}
		if last = l.lap; l.interval <= rule.Enter.D() {
			row++
		}
		if row >= rule.Laps {
			return true
		}
	}
	var first, before time.Time
	for _, m := range p.Steps {
		x, y := car(m.Session, f1.Some(a)), car(m.Session, f1.Some(b))
		at := m.Message.Time
		switch {
		case !racingState(m.Session) || !freeCar(x) || !freeCar(y):
			first = time.Time{}
		case !follows(m.Session, x, y):
			continue // both lose a place to a third: half of that is said
		case y.Interval.Time.Value > rule.Enter.D():
			first = time.Time{}
		case first.IsZero() || at.Sub(before) > freshInterval+10*time.Second:
			first = at
		case at.Sub(first) >= rule.For.D():
			return true
		}
		before = at
	}
	return false
}
