package strategy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// What makes a pair of stops, here and in the events that tell of it: how near two cars are on the lap before the
// first one stops; how many laps later the second one stops at the most, and how long before neither has; and the
// most that the gap may change by. New tyres gain at most three seconds a lap: what is more is an excursion, a repair
// or a safety car that parted the two.
const (
	LedgerGap  = 5 * time.Second
	LedgerLaps = 5
	LedgerMost = 15 * time.Second
)

// Undercut is a pair of stops of two cars near each other: First came in at least a lap before Second. Where
// the one that was behind stopped first it is an undercut, where it stopped second an overcut. Gaps are those
// of First to Second, negative when First is ahead; so a negative part is what First gained.
//
// Before is the gap at the end of the lap before First's in-lap, After that at the end of Second's out-lap.
// What lies in between is split, see [Parts], where all of it was driven under green and the times in the lane are
// known: behind a safety car nobody drives at his pace, and the parts would be arithmetic.
type Undercut struct {
	Kind                string // undercut, overcut
	First, Second       int    // cars
	FirstLap, SecondLap int    // their in-laps
	Under               string // green, or what slowed the laps between
	Before, After       time.Duration
	Parts               f1.Opt[Parts]
	Forecast            f1.Opt[time.Duration] // After, as expected before First came in, were Second to answer a lap later
	ForecastSpread      time.Duration         // one standard deviation
	Worked              bool                  // the car that was behind is ahead
}

// Parts are what After - Before is made of. Stop, InLap and OutLap are measured, Traffic is an estimate by the pace
// model, and TyrePace is what remains: that the five add up is so by construction, and says only that no lap is
// missing or in two of them. What the model misses of traffic is in TyrePace, with the other sign.
type Parts struct {
	Stop, InLap, OutLap time.Duration // in the pit lane; from the line to the lane; from the lane to the line, without traffic
	Traffic             time.Duration // what laps and out-laps that ended close behind another car were slower than expected alone
	TyrePace            time.Duration // the remainder: laps on new tyres against laps on old ones
}

// Sum is After - Before.
func (p Parts) Sum() time.Duration { return p.Stop + p.InLap + p.OutLap + p.Traffic + p.TyrePace }

// The kinds.
const (
	KindUndercut = "undercut"
	KindOvercut  = "overcut"
)

// half is one car's side of a pair: laps from and to are the same for both.
type half struct {
	c                                     *entry
	s                                     *stop
	total, lane, in, out, traffic, others time.Duration
}

func (f *field) ledger(m *model, losses []StopLoss) []Undercut {
	out := []Undercut{}
	normal := f.normalOut()
	for _, a := range f.cars {
		for i := range a.stops {
			for _, b := range f.cars {
				if a == b {
					continue
				}
				for j := range b.stops {
					if u, ok := f.pair(a, &a.stops[i], b, &b.stops[j], m, normal); ok {
						m.forecast(&u, losses)
						out = append(out, u)
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Undercut) int {
		return cmp.Or(cmp.Compare(x.FirstLap, y.FirstLap), cmp.Compare(x.First, y.First), cmp.Compare(x.SecondLap, y.SecondLap))
	})
	return out
}

// pair makes the entry of two stops, false when they are none.
func (f *field) pair(a *entry, first *stop, b *entry, second *stop, m *model, normal time.Duration) (Undercut, bool) {
	u := Undercut{First: a.number, Second: b.number, FirstLap: first.in, SecondLap: second.in}
	from, to := first.in-1, second.out
	if second.in <= first.in || second.in-first.in > LedgerLaps || from < 1 ||
		a.at(from) == noTime || b.at(from) == noTime || a.at(to) == noTime || b.at(to) == noTime {
		return u, false
	}
	u.Before, u.After = a.at(from)-b.at(from), a.at(to)-b.at(to)
	if u.Before == 0 || u.Before.Abs() > LedgerGap || (u.After-u.Before).Abs() > LedgerMost || first.row.Under != Green ||
		a.stopsBetween(from-LedgerLaps, from) > 0 || b.stopsBetween(from-LedgerLaps, from) > 0 || a.crossover(first) || b.crossover(second) || a.stopsBetween(from, to) != 1 || b.stopsBetween(from, to) != 1 {
		return u, false
	}
	if u.Under = slowed(a, b, from, to); u.Under == "" {
		return u, false
	}
	x, y := half{c: a, s: first}, half{c: b, s: second}
	if u.Under == Green && f.split(&x, from, to, m, normal) && f.split(&y, from, to, m, normal) {
		u.Parts = f1.Some(Parts{Stop: x.lane - y.lane, InLap: x.in - y.in, OutLap: x.out - y.out, Traffic: x.traffic - y.traffic, TyrePace: x.others - y.others})
	}
	u.Kind, u.Worked = KindUndercut, u.After < 0
	if u.Before < 0 {
		u.Kind, u.Worked = KindOvercut, u.After > 0
	}
	return u, true
}

// crossover reports whether a stop was for the weather: from dry tyres to wet ones or back.
func (c *entry) crossover(s *stop) bool {
	before, after := c.laps[s.in].row, c.laps[s.out].row
	return before == nil || after == nil || isWet(before.Compound) != isWet(after.Compound)
}

func (c *entry) stopsBetween(from, to int) int {
	n := 0
	for i := range c.stops {
		if c.stops[i].in > from && c.stops[i].in <= to {
			n++
		}
	}
	return n
}

// slowed is the worst that held on the track on the laps of a pair; "" for a red flag or where nobody knows.
func slowed(a, b *entry, from, to int) string {
	flag := byte('1')
	for k := from + 1; k <= to; k++ {
		for _, c := range []*entry{a, b} {
			switch l := &c.laps[k]; l.flag {
			case 0, '5':
				return ""
			case '4':
				flag = '4'
			case '6':
				if flag == '1' {
					flag = '6'
				}
			}
		}
	}
	return map[byte]string{'1': Green, '4': SC, '6': VSC}[flag]
}

// split takes a car's laps of a pair apart.
func (f *field) split(h *half, from, to int, m *model, normal time.Duration) bool {
	c, s := h.c, h.s
	begun, done := c.at(s.in-1), c.at(s.out)
	if s.lane == 0 || s.drive <= 0 || begun == noTime || done == noTime {
		return false
	}
	h.total = c.at(to) - c.at(from)
	h.lane, h.in = s.lane, s.drive
	h.out = done - begun - s.lane - s.drive
	if h.out <= 0 {
		return false
	}
	held := f.heldUp(c, s, normal)
	if held > 0 {
		h.traffic, h.out = held, h.out-held
	}
	h.others = h.total - (done - begun)
	for k := from + 1; k <= to; k++ {
		l := &c.laps[k]
		if k == s.in || k == s.out || !l.following || l.flag != '1' || l.row == nil {
			continue
		}
		if alone, ok := m.expected(c, k, l.row.Compound, age(l.row)); ok && l.time > seconds(alone) {
			h.traffic += l.time - seconds(alone)
			h.others -= l.time - seconds(alone)
		}
	}
	return true
}

// outDrive is the way from the lane to the line of a stop's out-lap against the field's pace of that lap and
// the car's own distance to it; false when that is not known.
func (f *field) outDrive(c *entry, s *stop) (time.Duration, bool) {
	begun, done := c.at(s.in-1), c.at(s.out)
	without, ok := f.ownPace(c, s)
	if !ok || begun == noTime || done == noTime || s.lane == 0 || s.drive <= 0 || c.laps[s.out].flag != '1' {
		return 0, false
	}
	return done - begun - s.lane - s.drive - without/2, true
}

// normalOut is the middle of the out-laps that were held up by nobody.
func (f *field) normalOut() time.Duration {
	var free []time.Duration
	for _, c := range f.cars {
		for i := range c.stops {
			s := &c.stops[i]
			if s.out < len(c.laps) && !f.closeAt(c, s.out) {
				if d, ok := f.outDrive(c, s); ok {
					free = append(free, d)
				}
			}
		}
	}
	if len(free) < fewest {
		return noTime
	}
	return middle(free)
}

// heldUp is what an out-lap that ended close behind another car was slower than out-laps are here.
func (f *field) heldUp(c *entry, s *stop, normal time.Duration) time.Duration {
	if normal == noTime || !f.closeAt(c, s.out) {
		return 0
	}
	d, ok := f.outDrive(c, s)
	if !ok {
		return 0
	}
	return max(0, d-normal)
}

// closeAt reports whether a car crossed the line at the end of a lap within FollowWithin behind another.
func (f *field) closeAt(c *entry, lap int) bool {
	at := c.at(lap)
	if at == noTime {
		return false
	}
	i, _ := slices.BinarySearchFunc(f.lines, at, func(x crossing, at time.Duration) int { return cmp.Compare(x.at, at) })
	return i > 0 && at-f.lines[i-1].at < FollowWithin
}

// forecast is what was to be expected of a pair on the lap before, from the pace of both until then, what
// past seasons say of wear and compounds, and what stops here differ by.
func (m *model) forecast(u *Undercut, losses []StopLoss) {
	f, p := m.f, m.priors
	a, b := f.by[u.First], f.by[u.Second]
	from := u.FirstLap - 1
	mine, _ := a.recentPace(from)
	his, _ := b.recentPace(from)
	old, fresh := a.laps[from].row, a.laps[u.FirstLap+1].row
	if mine == 0 || his == 0 || old == nil || fresh == nil || old.Compound == "" || fresh.Compound == "" ||
		isWet(old.Compound) || isWet(fresh.Compound) || !old.TyreAge.Known || u.Under != Green {
		return
	}
	lap := f.median.Seconds()
	was, is := p.tyre(old.Compound, f.race), p.tyre(fresh.Compound, f.race)
	wear := m.worn([]*entry{a, b}, from)
	gain := lap*(was.Offset.Median-is.Offset.Median-is.Wear.Median) + wear*float64(old.TyreAge.Value)
	u.Forecast = f1.Some(u.Before + mine - his - seconds(gain))
	loss := p.inSession(f.race.Session.CircuitID, losses, a.at(from))[0]
	u.ForecastSpread = time.Duration(math.Sqrt2 * math.Hypot(float64(loss.Spread()), float64(paceNoise)))
}

// worn is the wear of the sets that cars are on, in seconds a lap, as known when a lap was over: what past
// seasons say, moved by the laps of their stints. Long stints are those of races with little wear, so that past
// seasons alone would promise much to whoever stops late.
func (m *model) worn(cars []*entry, lap int) float64 {
	p, scale := m.priors, m.f.median.Seconds()
	weight, sum := 0., 0.
	for _, c := range cars {
		prior := p.tyre(c.laps[lap].row.Compound, m.f.race).Wear
		sd := max(prior.Spread*scale, .001)
		weight, sum = weight+1/(sd*sd), sum+prior.Median*scale/(sd*sd)
		var laps [][2]float64
		for k := lap; k > 0 && c.laps[k].row != nil && c.laps[k].row.StintNumber == c.laps[lap].row.StintNumber; k-- {
			if l := &c.laps[k]; l.clean && l.row.TyreAge.Known {
				laps = append(laps, [2]float64{age(l.row), l.time.Seconds() - p.Fuel.Median*scale*scale*float64(m.total-k)})
			}
		}
		if len(laps) >= fewestWear {
			own := slope(laps)
			sd := math.Hypot(own.Spread*2, .01)
			weight, sum = weight+1/(sd*sd), sum+own.Seconds/(sd*sd)
		}
	}
	return sum / weight
}

// tyre is what is known of a compound under its name of the race's season.
func (p *Priors) tyre(compound string, r *Race) Tyre {
	if t, ok := p.Tyres[compound]; ok && r.Session.Season.Or(namesSince) >= namesSince {
		return t
	}
	return p.Tyres[""]
}
