package telemetry

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// maxGrid is the most points of a grid: a lap of Spa every 11 cm.
const maxGrid = 1 << 16

// ErrGrid says that a grid cannot be made or that two do not match.
var ErrGrid = errors.New("telemetry: grid")

// Grid is one lap at even steps of distance, a column each, all of one length; unknown values are NaN. Laps on
// grids of one step and length lie point beside point. The zero Grid is ready for [Trace.Resample].
type Grid struct {
	Every    float64   // m between two points; the last step, to the line, may be shorter
	Length   float64   // m: the last point
	Distance []float64 // m along the lap
	Seconds  []float64 // s since the lap's start, when the car was there
	Speed    []float64 // km/h
	RPM      []float64
	Throttle []float64 // %
	Gear     []float64
	Brake    []float64 // 0 or 100
	DRS      []float64 // the feed's code

	LapTime time.Duration
}

// Resample fills g with the trace every so many metres from the line to length, which is the length common to
// the laps to be laid beside each other; 0 means the trace's own. A trace of another length is scaled to
// it. Between two samples the car's speed changes evenly, and with it engine speed and throttle; gear, brake
// and DRS are those of the sample nearest in time. Where samples are more than 2 s apart the channels are
// unknown. A car that stands on a point was there when it arrived.
//
// The error wraps ErrGrid: a step or length that is no positive number, or more points than 65,536.
func (t *Trace) Resample(g *Grid, every, length float64) error {
	if length == 0 {
		length = t.Length
	}
	if len(t.Distance) < 2 || !(every > 0) || !(length > 0) || !(length/every < maxGrid-1) {
		return fmt.Errorf("%w: every %g m of %g m", ErrGrid, every, length)
	}
	*g = Grid{
		Every: every, Length: length, LapTime: t.LapTime,
		Distance: g.Distance[:0], Seconds: g.Seconds[:0], Speed: g.Speed[:0], RPM: g.RPM[:0], Throttle: g.Throttle[:0],
		Gear: g.Gear[:0], Brake: g.Brake[:0], DRS: g.DRS[:0],
	}
	scale, last := t.Length/length, len(t.Distance)-1
	next := 1 // the sample at or after the point
	for k := 0; ; k++ {
		// A point nearer to the line than rounding can tell is the line.
		at := float64(k) * every
		if at >= length-every*1e-9 {
			break
		}
		for next < last && t.Distance[next] < at*scale {
			next++
		}
		g.point(t, at, next, t.shareAt(next, at*scale))
	}
	g.point(t, length, last, 1)
	return nil
}

// shareAt is how much of the time from the sample before next to next has passed when the car is at a
// distance between them: 0 to 1.
func (t *Trace) shareAt(next int, distance float64) float64 {
	a, b := t.Distance[next-1], t.Distance[next]
	if distance <= a {
		return 0
	}
	if distance >= b {
		if b > a {
			return 1
		}
		return 0
	}
	part := (distance - a) / (b - a)
	// With speed changing evenly from v to w the part of the way after the share u of the time is
	// (v·u + (w-v)·u²/2) / ((v+w)/2): solved for u in the form that loses nothing when v and w are close.
	v, w := t.drive[next-1], t.drive[next]
	if v+w <= 0 {
		return part
	}
	way := part * (v + w) / 2
	return min(2*way/(v+math.Sqrt(max(v*v+2*(w-v)*way, 0))), 1)
}

// point adds the point of a distance, a share of the way from the sample before next to next.
func (g *Grid) point(t *Trace, distance float64, next int, share float64) {
	g.Distance = append(g.Distance, distance)
	g.Seconds = append(g.Seconds, mix(t.Seconds[next-1], t.Seconds[next], share))
	hole := t.Seconds[next]-t.Seconds[next-1] > longestHole.Seconds()
	source, columns := t.linear(), [3]*[]float64{&g.Speed, &g.RPM, &g.Throttle}
	for i, column := range columns {
		a, b := (*source[i])[next-1], (*source[i])[next]
		value := mix(a, b, share)
		switch {
		case share == 0:
			value = a
		case share == 1:
			value = b
		case hole:
			value = math.NaN()
		}
		*column = append(*column, value)
	}
	source, columns = t.nearest(), [3]*[]float64{&g.Gear, &g.Brake, &g.DRS}
	for i, column := range columns {
		value := (*source[i])[next]
		if share <= .5 {
			value = (*source[i])[next-1]
		}
		if hole && share > 0 && share < 1 {
			value = math.NaN()
		}
		*column = append(*column, value)
	}
}

// Delta appends to dst by how many seconds lap b was behind lap a at each point of their common grid: below 0
// where b was ahead. It is 0 on the line at the start, and at the end exactly the difference of the lap
// times. The error wraps ErrGrid: the laps are not on one grid.
func Delta(dst []float64, a, b *Grid) ([]float64, error) {
	if len(a.Distance) == 0 || len(a.Distance) != len(b.Distance) || a.Every != b.Every || a.Length != b.Length {
		return dst, fmt.Errorf("%w: %d points every %g m of %g m, and %d every %g m of %g m", ErrGrid,
			len(a.Distance), a.Every, a.Length, len(b.Distance), b.Every, b.Length)
	}
	last := len(a.Distance) - 1
	for i := range last {
		dst = append(dst, b.Seconds[i]-a.Seconds[i])
	}
	return append(dst, (b.LapTime - a.LapTime).Seconds()), nil
}
