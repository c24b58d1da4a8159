package strategy

import (
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// Degradation is how a compound has worn in this session.
type Degradation struct {
	Compound string
	Wear     Value // seconds a lap slower for each lap of age
	Offset   Value // seconds a new set is slower than a new medium
	Laps     int   // clean laps it rests on
	Oldest   int   // highest age of a set at the end of a lap
}

// Pace is one stint.
type Pace struct {
	Stint            int // from 1, 0 unknown
	Compound         string
	LapStart, LapEnd int
	Age              f1.Opt[int]           // of the set at the end
	Clean            int                   // clean laps
	Median           f1.Opt[time.Duration] // of them, as driven
	Corrected        f1.Opt[time.Duration] // of them on a new set with the fuel of the last lap, alone on the road
	Spread           f1.Opt[time.Duration] // robust standard deviation of the corrected times
	Wear             f1.Opt[Value]         // of this stint alone, fuel taken out
}

// fewestWear is how many clean laps a stint's own wear needs.
const fewestWear = 6

func (m *model) degradations() []Degradation {
	if len(m.points) < 2*fewest {
		return nil
	}
	var out []Degradation
	for i, compound := range m.compounds {
		if compound == "" || m.laps[i] == 0 {
			continue
		}
		at := m.offset(i)
		out = append(out, Degradation{Compound: compound, Wear: Value{m.x[at+1], m.sd[at+1]}, Offset: Value{m.x[at], m.sd[at]},
			Laps: m.laps[i], Oldest: m.f.oldest(compound)})
	}
	return out
}

func (f *field) oldest(compound string) int {
	most := 0
	for _, c := range f.cars {
		for k := range c.laps {
			if row := c.laps[k].row; row != nil && row.Compound == compound {
				most = max(most, row.TyreAge.Or(0))
			}
		}
	}
	return most
}

// stints are a car's stints in order.
func (m *model) stints(c *entry) []Pace {
	var out []Pace
	var laps []int
	end := func() {
		if len(laps) > 0 {
			out = append(out, m.stint(c, laps))
		}
		laps = laps[:0]
	}
	for k := range c.laps {
		row := c.laps[k].row
		if row == nil {
			continue
		}
		if n := len(laps); n > 0 && c.laps[laps[n-1]].row.StintNumber.Or(0) != row.StintNumber.Or(0) {
			end()
		}
		laps = append(laps, k)
	}
	end()
	return out
}

func (m *model) stint(c *entry, laps []int) Pace {
	last := c.laps[laps[len(laps)-1]].row
	p := Pace{Stint: last.StintNumber.Or(0), Compound: last.Compound, LapStart: laps[0], LapEnd: last.LapNumber, Age: last.TyreAge}
	comp := slices.Index(m.compounds, last.Compound)
	var raw, corrected []time.Duration
	var worn [][2]float64
	for _, k := range laps {
		l := &c.laps[k]
		if !l.clean || !l.row.TyreAge.Known || comp < 0 {
			continue
		}
		rest := l.time.Seconds() - m.x[m.fuel()]*float64(m.total-k)
		if l.following {
			rest -= m.x[m.fuel()+1]
		}
		raw = append(raw, l.time)
		corrected = append(corrected, seconds(rest-m.x[m.offset(comp)+1]*age(l.row)))
		worn = append(worn, [2]float64{age(l.row), rest})
	}
	p.Clean = len(raw)
	if p.Clean == 0 {
		return p
	}
	p.Median, p.Corrected = f1.Some(middle(raw)), f1.Some(middle(corrected))
	if p.Clean >= fewest {
		p.Spread = f1.Some(deviation(corrected, p.Corrected.Value))
	}
	if p.Clean >= fewestWear {
		p.Wear = f1.Some(slope(worn))
	}
	return p
}

// slope is the middle of the slopes between all pairs of points (Theil and Sen), and what the scatter around
// it leaves open.
func slope(v [][2]float64) Value {
	var slopes []float64
	mean := 0.0
	for i := range v {
		mean += v[i][0] / float64(len(v))
		for j := range i {
			if d := v[i][0] - v[j][0]; d != 0 {
				slopes = append(slopes, (v[i][1]-v[j][1])/d)
			}
		}
	}
	if len(slopes) == 0 {
		return Value{}
	}
	slices.Sort(slopes)
	out := Value{Seconds: slopes[len(slopes)/2]}
	rests := make([]float64, len(v))
	wide := 0.0
	for i := range v {
		rests[i] = v[i][1] - out.Seconds*v[i][0]
		wide += (v[i][0] - mean) * (v[i][0] - mean)
	}
	slices.Sort(rests)
	level := rests[len(rests)/2]
	for i := range rests {
		rests[i] = math.Abs(rests[i] - level)
	}
	slices.Sort(rests)
	out.Spread = 1.4826 * rests[len(rests)/2] / math.Sqrt(wide)
	return out
}

// Consistency is how evenly a car was driven: the robust standard deviation of its clean laps, in a race
// after fuel, tyres and traffic are taken out, elsewhere of its laps within 3 % of its own best.
type Consistency struct {
	Number int
	Laps   int
	Spread time.Duration
}

func (m *model) consistency() []Consistency {
	var out []Consistency
	for i := 0; i < len(m.points); {
		var rests []time.Duration
		car := m.points[i].car
		for ; i < len(m.points) && m.points[i].car == car; i++ {
			rests = append(rests, seconds(m.points[i].residual))
		}
		if len(rests) >= fewest {
			n := len(rests)
			out = append(out, Consistency{car.number, n, deviation(rests, middle(rests))})
		}
	}
	return out
}

// flying is how much slower than a car's best a lap of practice or qualifying may be to be meant.
const flying = 1.03

func flyingConsistency(laps []f1.LapRow) []Consistency {
	var out []Consistency
	for i := 0; i < len(laps); {
		var times []time.Duration
		number := laps[i].DriverNumber
		for ; i < len(laps) && laps[i].DriverNumber == number; i++ {
			if laps[i].Accurate {
				times = append(times, laps[i].LapTime.Value)
			}
		}
		if len(times) == 0 {
			continue
		}
		limit := time.Duration(float64(slices.Min(times)) * flying)
		times = slices.DeleteFunc(times, func(t time.Duration) bool { return t > limit })
		if n := len(times); n >= fewest {
			out = append(out, Consistency{number, n, deviation(times, middle(times))})
		}
	}
	return out
}
