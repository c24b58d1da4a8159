package strategy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// The conditions that a stop's cost is kept by, as pit_stops has them in its column under.
const (
	Green = "green"
	VSC   = "vsc"
	SC    = "sc"
)

// StopLoss is what one stop cost: how much longer in-lap and out-lap together were than the car would have
// needed without it. Under green that is its own pace of the laps before, with what the field's pace has
// changed since; behind a safety car, real or virtual, it is the time of the cars nearest to it that stayed
// out. The tyres' warm-up is in it, and the first lap of their grip.
type StopLoss struct {
	Number int // car
	Lap    int // on which it came in
	Under  string
	Loss   time.Duration
	Lane   f1.Opt[time.Duration]
	known  time.Duration // on the field's line: from when on this can be told
}

// PitLoss is what a stop costs in a condition: the middle, and what nine in ten are above and below. Stops is
// how many of this session are in it, Prior how many of past seasons; both 0 is a guess from other circuits.
type PitLoss struct {
	Under             string
	Median, Low, High time.Duration
	Stops, Prior      int
}

// Spread is one standard deviation, were the losses spread evenly around the middle.
func (p PitLoss) Spread() time.Duration {
	return time.Duration(float64(p.High-p.Low) / (2 * tenth))
}

// tenth is the distance from the middle, in standard deviations, that one in ten is beyond.
const tenth = 1.2816

// Losses are what the race's stops cost, in order of time. Stops of which that can not be told have none: the
// first two laps, a change between dry and wet tyres, a safety car that came or went in between, a red flag.
func (r *Race) Losses() []StopLoss { return newField(r).losses() }

func (f *field) losses() []StopLoss {
	var out []StopLoss
	for _, c := range f.cars {
		for i := range c.stops {
			if l, ok := f.loss(c, &c.stops[i]); ok {
				out = append(out, l)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b StopLoss) int { return cmp.Compare(a.known, b.known) })
	return out
}

func (f *field) loss(c *entry, s *stop) (StopLoss, bool) {
	out := StopLoss{Number: c.number, Lap: s.in, Under: s.row.Under}
	if s.in < 3 || s.out >= len(c.laps) || c.stopOn(s.out) != nil {
		return out, false
	}
	in, after := &c.laps[s.in], &c.laps[s.out]
	if in.time == 0 || after.time == 0 || after.end == noTime || in.row == nil || after.row == nil || isWet(in.row.Compound) != isWet(after.row.Compound) {
		return out, false
	}
	if s.lane > 0 {
		out.Lane = f1.Some(s.lane)
	}
	var without time.Duration
	ok := false
	switch flags := string([]byte{in.flag, after.flag}); {
	case s.row.Under == Green && flags == "11":
		without, ok = f.ownPace(c, s)
		out.known = after.end + f.median // when the others have driven that lap, too
	case s.row.Under == VSC && (flags == "66" || flags == "61" || flags == "16"), s.row.Under == SC && flags == "44":
		without, out.known, ok = f.nearby(c, s)
	}
	out.Loss = in.time + after.time - without
	return out, ok && out.known <= f.now && out.Loss > 0
}

func isWet(compound string) bool { return compound == "INTERMEDIATE" || compound == "WET" }

// recent is how many laps back the pace of now is looked for.
const recent = 8

// ownPace is what in-lap and out-lap would have taken by the car's pace before and the field's since.
func (f *field) ownPace(c *entry, s *stop) (time.Duration, bool) {
	var against []time.Duration
	for k := s.in - 1; k > 0 && k >= s.in-recent && len(against) < 5; k-- {
		if pace := f.paceOn(k); pace != 0 && c.laps[k].clean {
			against = append(against, c.laps[k].time-pace)
		}
	}
	in, out := f.paceOn(s.in), f.paceOn(s.out)
	if len(against) < 2 || in == 0 || out == 0 {
		return 0, false
	}
	return in + out + 2*middle(against), true
}

// nearby is what in-lap and out-lap took the cars that were nearest and stayed out, and when they had done so.
func (f *field) nearby(c *entry, s *stop) (without, known time.Duration, ok bool) {
	type neighbour struct{ apart, took, end time.Duration }
	var near []neighbour
	from := c.at(s.in - 1)
	for _, o := range f.cars {
		if o == c || s.out >= len(o.laps) || from == noTime || o.at(s.in-1) == noTime || o.at(s.out) == noTime || o.pits(s.in) || o.pits(s.out) {
			continue
		}
		near = append(near, neighbour{(o.at(s.in-1) - from).Abs(), o.at(s.out) - o.at(s.in-1), o.at(s.out)})
	}
	slices.SortFunc(near, func(a, b neighbour) int { return cmp.Compare(a.apart, b.apart) })
	near = near[:min(len(near), 6)]
	if len(near) < 3 {
		return 0, 0, false
	}
	took, known := make([]time.Duration, len(near)), c.at(s.out)
	for i, n := range near {
		took[i], known = n.took, max(known, n.end)
	}
	return middle(took), known, true
}

// pits reports whether the car was in the pit lane on lap k.
func (c *entry) pits(k int) bool {
	row := c.laps[k].row
	return row == nil || row.PitIn.Known || row.PitOut.Known || row.InPitAtStart
}

// inSession is what stops cost in a session at a moment: what was learned of the circuit, moved by the losses
// known by then. With prior median m0, n stops of median m and the ratio k of the variance of stops to that of
// a circuit's median between seasons, the median is (k·m0 + n·m)/(k+n): the first stops move it little, ten
// decide. The spread is weighted alike; what is still unknown of the median is added to it.
func (p *Priors) inSession(circuit string, losses []StopLoss, at time.Duration) []PitLoss {
	out := make([]PitLoss, 0, 3)
	var here []time.Duration
	for _, under := range []string{Green, VSC, SC} {
		here = here[:0]
		for i := range losses {
			if losses[i].Under == under && losses[i].known <= at {
				here = append(here, losses[i].Loss)
			}
		}
		prior, between := p.loss(circuit, under)
		out = append(out, prior.with(under, here, between))
	}
	return out
}

// with moves what was learned by losses seen here; between is the standard deviation of the median from
// season to season.
func (l Loss) with(under string, here []time.Duration, between time.Duration) PitLoss {
	n, sigma, tau := float64(len(here)), l.spread(), between.Seconds()
	k := sigma * sigma / (tau * tau)
	median, variance := l.median().Seconds(), sigma*sigma
	if n > 0 {
		m := middle(here)
		median = (k*median + n*m.Seconds()) / (k + n)
		if n >= fewest {
			s := deviation(here, m).Seconds()
			variance = (k*variance + n*s*s) / (k + n)
		}
	}
	wide := math.Sqrt(variance+tau*tau*k/(k+n)) / sigma
	shift := func(ms int) time.Duration { return seconds(median + float64(ms-l.MedianMS)/1000*wide) }
	return PitLoss{Under: under, Median: seconds(median), Low: shift(l.LowMS), High: shift(l.HighMS), Stops: len(here), Prior: l.Stops}
}

// deviation is a robust standard deviation around m: 1.4826 times the middle of the distances.
func deviation(v []time.Duration, m time.Duration) time.Duration {
	far := make([]time.Duration, len(v))
	for i := range v {
		far[i] = (v[i] - m).Abs()
	}
	return time.Duration(1.4826 * float64(middle(far)))
}

func seconds(s float64) time.Duration {
	return time.Duration(math.Round(s*1000)) * time.Millisecond
}
