package strategy

import (
	"math"
	"slices"

	"pitwall.live/internal/f1"
)

// model is the pace of a field, fitted to its clean laps:
//
//	time = car + fuel·(laps to go) + following + compound + wear(compound)·(age of the set)
//
// so that a car's own figure is its pace on new mediums with the fuel of the last lap. Fuel and wear grow
// against each other on one car; they are told apart by cars that stop on different laps, and by what past
// seasons say of both: each coefficient but the cars' has a prior, and a session moves it as far as it can
// tell. The fit is by least squares with weights 1/(1+(r/2s)²), repeated, so that a slow lap counts little.
//
// What the track itself gains lap by lap is in the fuel's figure; what it gains while drying is in the wear of
// the wet tyres, which may be negative.
type model struct {
	f         *field
	priors    *Priors
	total     int            // laps of the race, or driven so far
	car       map[*entry]int // column of each car
	compounds []string       // columns of compounds follow the cars', fuel and following: offset, wear of each
	laps      []int          // clean laps by compound
	x, sd     []float64      // coefficients and their standard deviations
	sigma     float64        // of a clean lap, seconds
	points    []point
}

// point is a clean lap in the fit.
type point struct {
	car      *entry
	lap      int
	row      [6]term
	n        int
	seconds  float64
	residual float64
	own      float64 // how much the lap tells of its own car
}

type term struct {
	at    int
	value float64
}

const rounds = 8

// held is what a lap behind another car counts: it shows the pace of the car ahead more than wear of its own.
const held = .15

// carry widens what the residuals say of the coefficients: laps of one stint are not independent.
const carry = 4.

func (f *field) fit(p *Priors) *model {
	m := &model{f: f, priors: p, total: max(f.race.Session.TotalLaps.Or(0), f.leaderLap()), car: map[*entry]int{}}
	for _, c := range f.cars {
		m.car[c] = len(m.car)
		for k := range c.laps {
			if l := &c.laps[k]; l.clean && !slices.Contains(m.compounds, l.row.Compound) {
				m.compounds = append(m.compounds, l.row.Compound)
			}
		}
	}
	slices.Sort(m.compounds)
	m.laps = make([]int, len(m.compounds))
	for _, c := range f.cars {
		for k := range c.laps {
			if l := &c.laps[k]; l.clean && l.row.TyreAge.Known {
				m.laps[slices.Index(m.compounds, l.row.Compound)]++
				m.points = append(m.points, m.point(c, k))
			}
		}
	}
	mean, precision := m.start(p)
	m.sigma = .005 * f.median.Seconds()
	m.x = slices.Clone(mean)
	weights := make([]float64, len(m.points))
	for i := range weights {
		weights[i] = m.points[i].own
	}
	for range rounds {
		m.solve(weights, mean, precision)
		far := make([]float64, len(m.points))
		for i := range m.points {
			m.points[i].residual = m.points[i].seconds - m.points[i].value(m.x)
			far[i] = math.Abs(m.points[i].residual)
		}
		slices.Sort(far)
		if n := len(far); n > 2*fewest {
			m.sigma = max(.02, 1.4826*far[n/2])
		}
		for i := range weights {
			r := m.points[i].residual / (2 * m.sigma)
			weights[i] = m.points[i].own / (1 + r*r)
		}
	}
	return m
}

func (m *model) fuel() int           { return len(m.car) }
func (m *model) offset(comp int) int { return len(m.car) + 2 + 2*comp }

// start gives the priors' means and precisions as coefficients here.
func (m *model) start(p *Priors) (mean, precision []float64) {
	n, lap := len(m.car)+2+2*len(m.compounds), m.f.median.Seconds()
	mean, precision = make([]float64, n), make([]float64, n)
	set := func(i int, s Share, unit float64) {
		mean[i] = s.Median * unit
		if sd := s.Spread * unit; sd > 0 {
			precision[i] = 1 / (sd * sd)
		}
	}
	for i := range len(m.car) {
		mean[i], precision[i] = lap, 1e-4 // a hundred seconds either way: nothing
	}
	set(m.fuel(), p.Fuel, lap*lap)
	set(m.fuel()+1, p.Following, lap)
	for i, c := range m.compounds {
		t := p.tyre(c, m.f.race)
		set(m.offset(i), t.Offset, lap)
		set(m.offset(i)+1, t.Wear, lap)
	}
	return mean, precision
}

func (m *model) point(c *entry, k int) point {
	l := &c.laps[k]
	p := point{car: c, lap: k, seconds: l.time.Seconds(), own: 1}
	add := func(at int, v float64) {
		if v != 0 {
			p.row[p.n] = term{at, v}
			p.n++
		}
	}
	comp := m.offset(slices.Index(m.compounds, l.row.Compound))
	add(m.car[c], 1)
	add(m.fuel(), float64(m.total-k))
	if l.following {
		p.own = held
		add(m.fuel()+1, 1)
	}
	add(comp, 1)
	add(comp+1, age(l.row))
	return p
}

// age is the age of the set when the lap began.
func age(row *f1.LapRow) float64 { return float64(row.TyreAge.Or(1) - 1) }

func (p *point) value(x []float64) float64 {
	sum := 0.0
	for _, t := range p.row[:p.n] {
		sum += t.value * x[t.at]
	}
	return sum
}

// solve finds the coefficients for given weights, and their deviations.
func (m *model) solve(weights, mean, precision []float64) {
	n := len(mean)
	a, b := make([]float64, n*n), make([]float64, n)
	scale := 1 / (m.sigma * m.sigma * carry)
	for i := range n {
		a[i*n+i], b[i] = precision[i], precision[i]*mean[i]
	}
	for i := range m.points {
		p := &m.points[i]
		w := weights[i] * scale
		for _, s := range p.row[:p.n] {
			b[s.at] += w * s.value * p.seconds
			for _, t := range p.row[:p.n] {
				a[s.at*n+t.at] += w * s.value * t.value
			}
		}
	}
	m.x, m.sd = cholesky(a, b)
}

// cholesky solves a·x = b for a symmetric positive a, which it overwrites, and returns the square roots of
// the diagonal of a's inverse, too.
func cholesky(a, b []float64) (x, sd []float64) {
	n := len(b)
	for j := range n {
		for k := range j {
			for i := j; i < n; i++ {
				a[i*n+j] -= a[i*n+k] * a[j*n+k]
			}
		}
		d := math.Sqrt(max(a[j*n+j], 1e-12))
		for i := j; i < n; i++ {
			a[i*n+j] /= d
		}
	}
	x, sd = slices.Clone(b), make([]float64, n)
	forward := func(v []float64, from int) {
		for i := from; i < n; i++ {
			for k := from; k < i; k++ {
				v[i] -= a[i*n+k] * v[k]
			}
			v[i] /= a[i*n+i]
		}
	}
	forward(x, 0)
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= a[k*n+i] * x[k]
		}
		x[i] /= a[i*n+i]
	}
	e := make([]float64, n)
	for j := range n {
		clear(e)
		e[j] = 1
		forward(e, j)
		for _, v := range e[j:] {
			sd[j] += v * v
		}
		sd[j] = math.Sqrt(sd[j])
	}
	return x, sd
}

// expected is the time of a car's lap on a set of the given compound and age, alone on the road; false for
// a compound nobody has driven here.
func (m *model) expected(c *entry, lap int, compound string, age float64) (float64, bool) {
	comp := slices.Index(m.compounds, compound)
	if comp < 0 || len(m.points) == 0 || m.f.median == 0 {
		return 0, false
	}
	at := m.offset(comp)
	return m.x[m.car[c]] + m.x[m.fuel()]*float64(m.total-lap) + m.x[at] + m.x[at+1]*age, true
}

func (m *model) at(i int) f1.Opt[Value] {
	if len(m.points) < 2*fewest {
		return f1.Opt[Value]{}
	}
	return f1.Some(Value{m.x[i], m.sd[i]})
}

func (m *model) fuelValue() f1.Opt[Value]      { return m.at(m.fuel()) }
func (m *model) followingValue() f1.Opt[Value] { return m.at(m.fuel() + 1) }
