package whereabouts

import (
	"errors"
	"math"
	"time"
)

// Course is how a quick lap covers the ground of one circuit: what turns a share of the lap time into
// metres. The feed says when a car passes a mini-sector's end but not where that end is, so the metres
// are those of a model lap: a point mass held back by grip, engine, air and brakes on the circuit's
// outline. It is never written to after NewCourse.
type Course struct {
	length  float64    // metres of a lap
	sectors [3]float64 // share of the lap time, a guess until a lap has been driven
	lap     time.Duration
	when    []float64 // share of the lap time at even distances from the timing line, one more than stations
	spread  []float64 // at even distances: how far the model cars are apart, as a share of the length
}

// Outline is what NewCourse has to know of a circuit.
type Outline struct {
	X, Y    []float64     // metres, closed, at even distances and in racing direction
	Length  float64       // metres of a lap
	Lap     time.Duration // of a quick dry lap
	Sectors [3]float64    // shares of it
	// Before is how many metres before the outline's first point the timing line lies: laps are not timed where
	// they are started on many circuits. LineDoubt is by how many metres that may be wrong, 60 at least.
	Before, LineDoubt float64
}

// model is a model car. Power, tyres and brakes are round figures of a modern one; the grip in corners is what
// makes the lap take its known time.
type model struct {
	straighten float64 // m: a corner is as tight as the bend between points so far apart
	downforce  float64 // 1/m: grip added per grip and speed squared
	power      float64 // W/kg
}

// likely is the car of the place. Its first two figures are fitted, to one lap each of the 2025 Australian
// and Chinese races. Where the others put the same moment of the lap says how sure the place is.
var (
	likely = model{60, .0003, 930}
	others = []model{{25, .0003, 930}, {110, .0003, 930}, {60, .0015, 930}, {60, .0001, 600}, {60, .0003, 1500}}
)

// Figures common to all model cars.
const (
	traction   = 13.  // m/s2
	topSpeed   = 96.  // m/s
	braking    = 15.  // m/s2 at rest
	airBraking = .004 // 1/m, added per speed squared
	slowest    = 12.  // m/s
	tightest   = 2.   // m/s2, the least grip that is tried
	stickiest  = 150. // m/s2, the most
)

// lineDoubt is how far the timing line may be from where the outline has it, in metres, when it is known.
const lineDoubt = 60.

// errOutline refuses an outline from which nothing can be computed.
var errOutline = errors.New("whereabouts: an outline wants 50 points, as many x as y, a length, a lap time and its sectors")

// NewCourse drives the model laps. It takes some ten milliseconds.
func NewCourse(o Outline) (*Course, error) {
	if len(o.X) < 50 || len(o.X) != len(o.Y) || !(o.Length > 0) || o.Lap <= 0 || !(min(o.Sectors[0], o.Sectors[1], o.Sectors[2]) > 0) {
		return nil, errOutline
	}
	c := &Course{length: o.Length, sectors: o.Sectors, lap: o.Lap, when: likely.lap(o)}
	c.spread = make([]float64, len(c.when))
	laps := make([][]float64, 0, len(others)+2)
	for _, m := range others {
		laps = append(laps, m.lap(o))
	}
	doubt := max(o.LineDoubt, lineDoubt)
	for _, off := range []float64{-doubt, doubt} {
		moved := o
		moved.Before += off
		laps = append(laps, likely.lap(moved))
	}
	for i := range c.spread {
		share := float64(i) / float64(len(c.spread)-1)
		at := secondsAt(c.when, share) // the lap time's share there
		for _, when := range laps {
			c.spread[i] = max(c.spread[i], math.Abs(find(when, at)-share))
		}
	}
	return c, nil
}

// lap is the share of the lap time at even distances from the timing line.
func (m model) lap(o Outline) []float64 {
	bends := m.curvature(o)
	lo, hi := tightest, stickiest
	for range 30 {
		if mid := (lo + hi) / 2; m.drive(bends, o.Length, mid)[len(bends)] > o.Lap.Seconds() {
			lo = mid
		} else {
			hi = mid
		}
	}
	return from(m.drive(bends, o.Length, hi), o.Before/o.Length)
}

// Length is the lap's length in metres.
func (c *Course) Length() float64 { return c.length }

// curvature is the bend of the outline at each of its points, in 1/m.
func (m model) curvature(o Outline) []float64 {
	n := len(o.X)
	step := o.Length / float64(n)
	span := max(1, int(math.Round(m.straighten/step)))
	bends := make([]float64, n)
	for i := range bends {
		a, b := (i+n-span%n)%n, (i+span)%n
		x1, y1, x2, y2 := o.X[i]-o.X[a], o.Y[i]-o.Y[a], o.X[b]-o.X[i], o.Y[b]-o.Y[i]
		bends[i] = math.Abs(math.Atan2(x1*y2-y1*x2, x1*x2+y1*y2)) / (float64(span) * step)
	}
	return bends
}

// drive returns the seconds at which the model car with that grip is at each point, and of the lap.
func (m model) drive(bends []float64, length, grip float64) []float64 {
	n := len(bends)
	step := length / float64(n)
	v := make([]float64, n)
	for i, k := range bends {
		v[i] = topSpeed
		if k -= grip * m.downforce; k > 0 {
			v[i] = max(slowest, min(topSpeed, math.Sqrt(grip/k)))
		}
	}
	for i := range 2 * n { // twice around, so that the speed at the line is that of a flying lap
		i, next := i%n, (i+1)%n
		pull := max(.1, min(traction, m.power/v[i])-m.power/math.Pow(topSpeed, 3)*v[i]*v[i])
		v[next] = min(v[next], math.Sqrt(v[i]*v[i]+2*pull*step))
	}
	for i := range 2 * n {
		next := n - 1 - i%n
		i := (next + n - 1) % n
		v[i] = min(v[i], math.Sqrt(v[next]*v[next]+2*(braking+airBraking*v[next]*v[next])*step))
	}
	at := make([]float64, n+1)
	for i := range v {
		at[i+1] = at[i] + 2*step/(v[i]+v[(i+1)%n])
	}
	return at
}

// from turns the seconds of a lap into shares of a lap that begins a share of the length before it.
func from(at []float64, before float64) []float64 {
	n := len(at) - 1
	begin := secondsAt(at, -before)
	shares := make([]float64, n+1)
	for i := range shares {
		shares[i] = (secondsAt(at, float64(i)/float64(n)-before) - begin) / at[n]
	}
	return shares
}

// secondsAt is the seconds at a share of the length, which may lie outside of the lap.
func secondsAt(at []float64, share float64) float64 {
	n := len(at) - 1
	lap := math.Floor(share)
	place := (share - lap) * float64(n)
	i := min(int(place), n-1)
	return lap*at[n] + at[i] + (at[i+1]-at[i])*(place-float64(i))
}

// along is the share of the length at a share of the lap time, both from the timing line, 0 to 1. Without
// a course the two are taken to be the same.
func (c *Course) along(share float64) float64 {
	if c == nil {
		return share
	}
	return find(c.when, share)
}

// doubt is how far a car may be from a share of the length because the course is but a model.
func (c *Course) doubt(share float64) float64 {
	if c == nil {
		return blindDoubt
	}
	at := share * float64(len(c.spread)-1)
	i := max(0, min(int(at), len(c.spread)-2))
	spread := c.spread[i] + (c.spread[i+1]-c.spread[i])*(at-float64(i))
	return spreadShare * (spread + modelDoubt/c.length)
}

// find is the share of the length at a share of the lap time.
func find(when []float64, share float64) float64 {
	n := len(when) - 1
	lo, hi := 0, n
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; when[mid] <= share {
			lo = mid
		} else {
			hi = mid
		}
	}
	u := 0.
	if w := when[hi] - when[lo]; w > 0 {
		u = (share - when[lo]) / w
	}
	return (float64(lo) + u) / float64(n)
}
