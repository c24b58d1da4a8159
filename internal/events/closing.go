package events

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
)

// A forecast that one car will catch the next.
const (
	GapClosing      = f1.EventKind("gap.closing")
	GapClosingEnded = f1.EventKind("gap.closing_ended")
)

// ClosingParams are the thresholds of the catch forecast.
type ClosingParams struct {
	Laps    int     `json:"laps"`      // clean laps that the slope is of
	Over    int     `json:"over_laps"` // ... which are among the last so many
	Rate    Seconds `json:"rate_s"`    // slower than so much a lap is no closing
	Caught  Seconds `json:"caught_s"`  // an interval up to it is a catch
	Least   Seconds `json:"least_s"`   // who is nearer already is not told of
	Horizon float64 `json:"horizon"`   // a catch further away, in laps, is not forecast
	Amend   float64 `json:"amend"`     // the forecast is amended when the lap of the catch moves by so many
}

// Of the forecasts that these make on the lap tables of 167 races from 2018 to 2025, three in five came true; with
// half the rate and a horizon of ten laps, and without the gain on every lap, less than one in two.
var defaultClosing = ClosingParams{Laps: 5, Over: 8, Rate: .2, Caught: 1, Least: 1.5, Horizon: 6, Amend: 2}

var closingDetector = detector{
	name: "closing",
	kinds: []definition{
		{GapClosing, f1.P2, "A car gains on the one ahead on each of its last {closing.laps} clean laps, by the median slope of the intervals at their ends at least {closing.rate_s} s a lap, and will be within {closing.caught_s} s in at most {closing.horizon} laps, before the race ends. The value is in how many laps. It is provisional until the car is there; a race that becomes shorter takes it back."},
		{GapClosingEnded, f1.P3, "What was forecast did not happen: one of them stopped or is out, somebody came between, the race was neutralised or ended, or the car does not gain any more."},
	},
	on:    NewsStatus | NewsTrack | NewsLaps | NewsPosition | NewsPit | NewsStopped | NewsRetired | NewsLapCount,
	start: func(w *World) func() { return (&closings{w: w}).step },
	holds: closingHolds,
}

// closings follows each car's distance to the one ahead from lap to lap.
type closings struct {
	w     *World
	cars  []pursuit // by the follower's Index
	open  int       // forecasts that hold
	dirty time.Time // when the track was last not clear
}

// pursuit is one car behind another.
type pursuit struct {
	me    *Car
	ahead *Car
	ends  []lapPoint // clean lap ends
	id    string     // of the forecast told, "" none
	begun time.Time
	catch float64 // the lap that it forecast
	cites []uint64
}

// lapPoint is the interval at the end of a lap.
type lapPoint struct {
	lapEnd
	cites []uint64
}

func (d *closings) step() {
	w := d.w
	if !w.Session.IsRace() {
		return
	}
	if w.News&(NewsStatus|NewsTrack) != 0 && w.Track.Is != f1.TrackClear && w.Track.Is != "" {
		d.dirty = w.Message.Time
	}
	if d.open > 0 {
		for i := range d.cars {
			if p := &d.cars[i]; p.id != "" {
				d.watch(p)
			}
		}
	}
	if w.News&(NewsStatus|NewsTrack) != 0 && !w.Racing() {
		clear(d.cars)
		d.open = 0
	}
	if w.News&NewsLaps != 0 {
		w.lapEnds(d.lapEnd)
	}
}

// watch ends a forecast that can not come true any more, or has.
func (d *closings) watch(p *pursuit) {
	w := d.w
	b, a := p.me, p.ahead
	switch {
	case !w.Racing():
		why := "neutralised, " + neutralWord(w)
		if w.flagged(b) {
			why = "flag"
		}
		d.end(p, b, why)
	case w.flagged(a) || w.flagged(b):
		d.end(p, b, "flag", append(w.flagCites(a), w.flagCites(b)...)...)
	case a.Pit.Is, a.Out():
		d.end(p, b, fmt.Sprintf("car %d is out of the way", a.Number))
	case b.Pit.Is, b.Out():
		d.end(p, b, fmt.Sprintf("car %d gives up", b.Number))
	case w.News&NewsPosition != 0 && b.Position.Is < a.Position.Is && b.Position.Is > 0:
		d.caught(p, b)
	case w.News&NewsPosition != 0 && b.Position.Is > a.Position.Is+1:
		d.end(p, b, "another car between")
	case w.News&NewsLapCount != 0 && p.catch > float64(w.Total.Is) && w.Total.Is > 0 && w.Total.Is < w.Total.Was && w.Total.By == w.Message.Offset:
		w.Retract(p.id, "the race is shorter", w.Total.By)
		d.drop(p)
	}
}

func (d *closings) drop(p *pursuit) {
	p.id, p.ends = "", nil
	d.open--
}

// caught confirms a forecast that came true.
func (d *closings) caught(p *pursuit, b *Car) {
	w := d.w
	if e, told := w.Told(p.id); told {
		e.Status, e.Detail = f1.Confirmed, join(e.Detail, fmt.Sprintf("caught on lap %d", b.Laps.Is))
		e.Evidence = slices.Clone(e.Evidence)
		w.Tell(e, pairCites(p.ahead, b)...)
	}
	p.id = ""
	d.open--
}

// end tells that a forecast did not come true.
func (d *closings) end(p *pursuit, b *Car, why string, cites ...uint64) {
	w, a := d.w, p.ahead
	cites = append(cites, p.cites...)
	cites = append(cites, w.closeCites(nil, a, b)...)
	w.Tell(f1.Event{ID: w.ID(GapClosingEnded, strconv.Itoa(b.Number), strconv.Itoa(a.Number), p.begun.Format(time.RFC3339Nano)), Kind: GapClosingEnded,
		Lap: w.raceLap(b), Car: f1.Some(b.Number), Other: f1.Some(a.Number), Detail: why, Supersedes: p.id}, append(cites, w.Message.Offset)...)
	d.drop(p)
}

// lapEnd takes the interval at the end of a lap.
func (d *closings) lapEnd(a, b *Car) {
	w, rule := d.w, &d.w.Params.Closing
	for len(d.cars) < len(w.Cars) {
		d.cars = append(d.cars, pursuit{})
	}
	p := &d.cars[b.Index]
	if p.ahead != a || !w.chasing(a, b) {
		if p.id != "" && w.chasing(a, b) {
			d.end(p, b, "another car between")
		}
		if p.id == "" {
			*p = pursuit{me: b, ahead: a}
		}
		if !w.chasing(a, b) {
			return
		}
	}
	gap := b.Interval.Is.Time.Value
	if p.id != "" && gap <= rule.Caught.D() {
		d.caught(p, b)
	}
	p.ends = slices.DeleteFunc(p.ends, func(l lapPoint) bool { return l.lap <= b.Laps.Is-rule.Over })
	if !b.Laps.Until.IsZero() && !d.dirty.Before(b.Laps.Until) || w.Track.Is != f1.TrackClear && w.Track.Is != "" {
		return // not a clean lap
	}
	if len(p.ends) == rule.Laps {
		p.ends = append(p.ends[:0], p.ends[1:]...)
	}
	p.ends = append(p.ends, lapPoint{lapEnd{b.Laps.Is, gap}, append(w.closeCites(nil, a, b), w.Message.Offset)})
	d.forecast(p, b)
}

// forecast tells when b will have caught the car ahead, or that it will not.
func (d *closings) forecast(p *pursuit, b *Car) {
	w, rule := d.w, &d.w.Params.Closing
	laps, slope, ok := rule.catch(p.points(), b.Laps.Is, w.Total.Is)
	if p.id != "" {
		switch {
		case len(p.ends) == rule.Laps && slope > -rule.Rate.D()/2:
			d.end(p, b, "it does not gain any more", p.endCites()...)
		case float64(b.Laps.Is) > p.catch+rule.Horizon/2:
			d.end(p, b, "not there in time")
		case ok && math.Abs(float64(b.Laps.Is)+laps-p.catch) >= rule.Amend:
			d.tell(p, b, laps, slope)
		}
		return
	}
	if ok && b.Interval.Is.Time.Value >= rule.Least.D() {
		p.begun = w.Message.Time
		p.id = w.ID(GapClosing, strconv.Itoa(b.Number), strconv.Itoa(p.ahead.Number), p.begun.Format(time.RFC3339Nano))
		d.open++
		d.tell(p, b, laps, slope)
	}
}

func (d *closings) tell(p *pursuit, b *Car, laps float64, slope time.Duration) {
	w := d.w
	p.catch, p.cites = float64(b.Laps.Is)+laps, append(p.endCites(), w.Total.By)
	w.Tell(f1.Event{ID: p.id, Kind: GapClosing, Status: f1.Provisional, Lap: f1.Some(b.Laps.Is), Time: p.begun, Car: f1.Some(b.Number), Other: f1.Some(p.ahead.Number),
		Value: f1.Some(laps), Detail: fmt.Sprintf("%.1f s, %.2f s a lap", b.Interval.Is.Time.Value.Seconds(), -slope.Seconds())}, p.cites...)
}

func (p *pursuit) points() []lapEnd {
	ends := make([]lapEnd, len(p.ends))
	for i := range p.ends {
		ends[i] = p.ends[i].lapEnd
	}
	return ends
}

func (p *pursuit) endCites() (cites []uint64) {
	for i := range p.ends {
		cites = append(cites, p.ends[i].cites...)
	}
	return cites
}

// catch is in how many laps, to a tenth, a car will have caught the one ahead, by the intervals at the end of its
// clean laps, and the slope of those; it reports false when that is no forecast to tell. total is 0 when it is unknown.
func (c *ClosingParams) catch(ends []lapEnd, lap, total int) (laps float64, slope time.Duration, ok bool) {
	if len(ends) < c.Laps {
		return 0, 0, false
	}
	slope = theilSen(ends)
	nearer := slices.IsSortedFunc(ends, func(a, b lapEnd) int { return int(b.interval - a.interval) })
	if slope > -c.Rate.D() || !nearer {
		return 0, slope, false
	}
	left := ends[len(ends)-1].interval - c.Caught.D()
	laps = math.Round(10*float64(left)/float64(-slope)) / 10
	return laps, slope, laps > 0 && laps <= c.Horizon && (total == 0 || float64(lap)+laps <= float64(total))
}

// theilSen is the median of the slopes between all pairs, per lap: one odd lap does not move it.
func theilSen(ends []lapEnd) time.Duration {
	var slopes []time.Duration
	for i := range ends {
		for _, l := range ends[i+1:] {
			slopes = append(slopes, (l.interval-ends[i].interval)/time.Duration(l.lap-ends[i].lap))
		}
	}
	slices.Sort(slopes)
	n := len(slopes)
	return (slopes[(n-1)/2] + slopes[n/2]) / 2
}

var errClosing = errors.New("the cited messages do not show the closing gap")

// closingHolds makes the forecast anew.
func closingHolds(e *f1.Event, p *Proof) error {
	rule, s := &p.Params.Closing, p.Last()
	ends := p.pairEnds(e.Other.Value, e.Car.Value)
	a, b := car(s, e.Other), car(s, e.Car)
	forecast := func(lap, total int) (float64, bool) {
		var upTo []lapEnd
		for _, l := range ends {
			if l.lap <= lap {
				upTo = append(upTo, l)
			}
		}
		laps, _, ok := rule.catch(upTo[max(0, len(upTo)-rule.Laps):], lap, total)
		return laps, ok
	}
	if e.Kind == GapClosing {
		total := s.Lap.Total
		if e.Status == f1.Retracted {
			total = 0 // it was longer when the forecast was made
		}
		laps, ok := forecast(e.Lap.Value, total)
		switch caught := b.Position < a.Position || b.Position == a.Position+1 && b.Interval.Time.Known && b.Interval.Time.Value <= rule.Caught.D(); {
		case !ok || laps != e.Value.Value:
			return fmt.Errorf("%w: %.1f laps", errClosing, laps)
		case e.Status == f1.Retracted && float64(e.Lap.Value)+e.Value.Value <= float64(s.Lap.Total):
			return fmt.Errorf("%w: the race is not too short", errClosing)
		case e.Status == f1.Confirmed && !caught:
			return fmt.Errorf("%w: not caught", errClosing)
		}
		return nil
	}
	return closingOver(e, p, ends)
}

// closingOver checks that there was a forecast and the reason why it ended.
func closingOver(e *f1.Event, p *Proof, ends []lapEnd) error {
	rule, s := &p.Params.Closing, p.Last()
	a, b := car(s, e.Other), car(s, e.Car)
	was, catch := false, 0.
	for k := rule.Laps; k <= len(ends); k++ {
		if laps, _, ok := rule.catch(ends[k-rule.Laps:k], ends[k-1].lap, 0); ok {
			was, catch = true, float64(ends[k-1].lap)+laps
		}
	}
	over := a.InPit || b.InPit || a.Stopped || b.Stopped || a.Retired || b.Retired || a.Chequered || b.Chequered || !racingState(s) || b.Position > a.Position+1
	lost := len(ends) >= rule.Laps && theilSen(ends[len(ends)-rule.Laps:]) > -rule.Rate.D()/2
	late := float64(b.Laps) > catch+rule.Horizon/2
	if !was || !over && !lost && !late {
		return fmt.Errorf("%w ending: %s", errClosing, e.Detail)
	}
	return nil
}
