package telemetry

import (
	"errors"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// longestHole is the time between two samples up to which what lies between is taken from both. The feed
// sends some four a second; in what is longer the channels are unknown.
const longestHole = 2 * time.Second

// ErrNoTrace says that a lap has not the samples to tell where the car was.
var ErrNoTrace = errors.New("telemetry: no distance along the lap: too few samples with a speed")

// LapSpan says when a lap was driven and how long it is.
type LapSpan struct {
	Start  time.Time     // when the car crossed the line to begin it
	Time   time.Duration // the lap time
	Length float64       // of the circuit, m; 0: unknown, and distances are as measured
}

// Trace is one car's channels along one lap, a column each, all of one length; unknown values are NaN. The
// first sample is on the line at the lap's start and the last one at its end: both are taken from the samples
// on either side of it. The zero Trace is ready for [Trace.Fill]; filled again it uses its memory again.
type Trace struct {
	Seconds  []float64 // s since the lap's start, rising from 0 to the lap time
	Distance []float64 // m along the lap, never falling, from 0 to Length
	Speed    []float64 // km/h
	RPM      []float64
	Throttle []float64 // %
	Gear     []float64
	Brake    []float64 // 0 or 100
	DRS      []float64 // the feed's code

	LapTime  time.Duration
	Length   float64       // m: as given, or Measured
	Measured float64       // m: before distances were scaled to the given length
	Hole     time.Duration // the longest time within the lap without a speed: above some seconds do not trust the distances

	drive []float64 // speed in m/s with the unknown filled in
	knots []knot

	lows   []int // samples in which the speed is lowest
	apexes []int // one a corner asked for, -1 without a dip
}

// knot is a place and how far the car had come there.
type knot struct {
	seconds float64
	bySpeed float64 // m since the first sample, integrated from speed
	along   float64 // m since the first sample, along the places
}

// linear are the columns that change evenly between samples, nearest those that jump.
func (t *Trace) linear() [3]*[]float64  { return [3]*[]float64{&t.Speed, &t.RPM, &t.Throttle} }
func (t *Trace) nearest() [3]*[]float64 { return [3]*[]float64{&t.Gear, &t.Brake, &t.DRS} }

// Fill makes t the trace of a lap. rows are the car's samples in order of time: those of the lap and, for the
// speed at the line, one before and one after it; others do no harm. Rows of a moment that is not later than
// the one before are left out.
//
// The distance is the speed integrated over time (trapezoids). With places, the car's locations in order of
// time, it is the length of their path instead, and speed says only how it is spread between two of them;
// where they have a hole it is speed again. Either is scaled to the lap's length, when that is given, so
// that the laps of all cars are of one length.
//
// The error is ErrNoTrace, after which t is empty.
func (t *Trace) Fill(rows []f1.TelemetryRow, places []f1.LocationRow, lap LapSpan) error {
	t.reset()
	t.LapTime, t.Length = lap.Time, lap.Length
	if lap.Time > 0 {
		t.take(rows, lap)
	}
	if !t.driveSpeeds() {
		t.reset()
		return ErrNoTrace
	}
	t.Distance = append(t.Distance, 0)
	for i := 1; i < len(t.Seconds); i++ {
		t.Distance = append(t.Distance, t.Distance[i-1]+(t.drive[i-1]+t.drive[i])/2*(t.Seconds[i]-t.Seconds[i-1]))
	}
	if len(places) > 0 {
		t.follow(places, lap.Start)
	}
	last := len(t.Distance) - 1
	t.Measured = t.Distance[last]
	if !(t.Measured > 0) {
		t.reset()
		return ErrNoTrace
	}
	if !(t.Length > 0) {
		t.Length = t.Measured
	}
	scale := t.Length / t.Measured
	for i := range t.Distance {
		t.Distance[i] = min(t.Distance[i]*scale, t.Length)
	}
	t.Distance[last] = t.Length
	return nil
}

func (t *Trace) reset() {
	*t = Trace{
		Seconds: t.Seconds[:0], Distance: t.Distance[:0], Speed: t.Speed[:0], RPM: t.RPM[:0], Throttle: t.Throttle[:0],
		Gear: t.Gear[:0], Brake: t.Brake[:0], DRS: t.DRS[:0], drive: t.drive[:0], knots: t.knots[:0], lows: t.lows[:0], apexes: t.apexes[:0],
	}
}

// take fills the columns but for the distance.
func (t *Trace) take(rows []f1.TelemetryRow, lap LapSpan) {
	end := lap.Start.Add(lap.Time)
	first, _ := slices.BinarySearchFunc(rows, lap.Start, func(r f1.TelemetryRow, at time.Time) int { return r.Time.Compare(at) })
	if first < len(rows) && rows[first].Time.Equal(lap.Start) {
		first++
	}
	t.between(rows, first, 0, lap.Start)
	next := first
	for ; next < len(rows) && rows[next].Time.Before(end); next++ {
		seconds := rows[next].Time.Sub(lap.Start).Seconds()
		if seconds > t.Seconds[len(t.Seconds)-1] {
			t.sample(seconds, &rows[next])
		}
	}
	t.between(rows, next, lap.Time.Seconds(), end)
}

func (t *Trace) sample(seconds float64, r *f1.TelemetryRow) {
	t.Seconds = append(t.Seconds, seconds)
	linear := [3]f1.Opt[int16]{r.Speed, r.RPM, r.Throttle}
	for i, column := range t.linear() {
		*column = append(*column, orNaN(linear[i]))
	}
	nearest := [3]f1.Opt[int16]{r.Gear, r.Brake, r.DRS}
	for i, column := range t.nearest() {
		*column = append(*column, orNaN(nearest[i]))
	}
}

// between adds the sample of a moment that lies between the row before next and next. Where one of them is
// missing, or far away, the other one stands for both.
func (t *Trace) between(rows []f1.TelemetryRow, next int, seconds float64, at time.Time) {
	near := func(i int) *f1.TelemetryRow {
		if i < 0 || i >= len(rows) || rows[i].Time.Sub(at).Abs() > longestHole {
			return nil
		}
		return &rows[i]
	}
	a, b := near(next-1), near(next)
	switch {
	case a == nil && b == nil:
		t.sample(seconds, &f1.TelemetryRow{})
		return
	case a == nil:
		t.sample(seconds, b)
		return
	case b == nil:
		t.sample(seconds, a)
		return
	}
	share := 0.0 // of b
	if gap := b.Time.Sub(a.Time); gap > 0 {
		share = float64(at.Sub(a.Time)) / float64(gap)
	}
	closer := a
	if share > .5 {
		closer = b
	}
	t.sample(seconds, closer)
	last := len(t.Seconds) - 1
	t.Speed[last] = mix(orNaN(a.Speed), orNaN(b.Speed), share)
	t.RPM[last] = mix(orNaN(a.RPM), orNaN(b.RPM), share)
	t.Throttle[last] = mix(orNaN(a.Throttle), orNaN(b.Throttle), share)
}

// driveSpeeds fills drive: in holes the speed changes evenly, and before the first and after the last known
// one it stays. It says whether any is known.
func (t *Trace) driveSpeeds() bool {
	known := -1
	hole := 0.0
	for i, v := range t.Speed {
		t.drive = append(t.drive, v/3.6)
		if math.IsNaN(v) {
			continue
		}
		from := t.Seconds[0]
		if known >= 0 {
			from = t.Seconds[known]
		}
		hole = max(hole, t.Seconds[i]-from)
		for j := known + 1; j < i; j++ {
			if known < 0 {
				t.drive[j] = v / 3.6
			} else {
				t.drive[j] = mix(t.Speed[known], v, (t.Seconds[j]-from)/(t.Seconds[i]-from)) / 3.6
			}
		}
		known = i
	}
	if known < 0 {
		return false
	}
	for j := known + 1; j < len(t.drive); j++ {
		t.drive[j] = t.drive[known]
	}
	hole = max(hole, t.Seconds[len(t.Seconds)-1]-t.Seconds[known])
	t.Hole = time.Duration(hole * 1e9)
	return true
}

// follow replaces the distances, which are those by speed, by those along the path of places.
func (t *Trace) follow(places []f1.LocationRow, start time.Time) {
	last := len(t.Seconds) - 1
	t.knots = append(t.knots, knot{})
	var before *f1.LocationRow
	for i := range places {
		p := &places[i]
		if before != nil && !p.Time.After(before.Time) {
			continue
		}
		k := knot{seconds: p.Time.Sub(start).Seconds()}
		k.bySpeed = t.bySpeed(k.seconds)
		if before != nil && k.seconds > 0 {
			t.addKnot(k, before, p)
		}
		if before = p; k.seconds >= t.Seconds[last] {
			break
		}
	}
	// After the last place it is speed again.
	if end := t.knots[len(t.knots)-1]; end.seconds < t.Seconds[last] {
		by := t.Distance[last]
		t.knots = append(t.knots, knot{t.Seconds[last], by, end.along + by - end.bySpeed})
	}
	k := 0
	for i, seconds := range t.Seconds {
		for k+2 < len(t.knots) && t.knots[k+1].seconds <= seconds {
			k++
		}
		a, b := t.knots[k], t.knots[k+1]
		share := 0.0
		if b.bySpeed > a.bySpeed {
			share = (t.Distance[i] - a.bySpeed) / (b.bySpeed - a.bySpeed)
		}
		t.Distance[i] = a.along + share*(b.along-a.along)
	}
}

// addKnot adds place p, which comes after place before and ends within the lap or as the first one after it. A part
// of the step outside the lap is cut off by speed.
func (t *Trace) addKnot(k knot, before, p *f1.LocationRow) {
	last := &t.knots[len(t.knots)-1]
	from := k.seconds - p.Time.Sub(before.Time).Seconds()
	path := math.Sqrt((p.X-before.X)*(p.X-before.X) + (p.Y-before.Y)*(p.Y-before.Y) + (p.Z-before.Z)*(p.Z-before.Z))
	whole := k.bySpeed - t.bySpeed(from)
	if len(t.knots) == 1 && from > 0 { // before the first place of all it is speed
		t.knots = append(t.knots, knot{from, t.bySpeed(from), t.bySpeed(from)})
		last = &t.knots[len(t.knots)-1]
	}
	if end := t.Seconds[len(t.Seconds)-1]; k.seconds > end {
		k.seconds, k.bySpeed = end, t.bySpeed(end)
	}
	inside := k.bySpeed - last.bySpeed
	k.along = last.along + inside
	// A car that stands does not move by what its places tremble, and a chord across a hole is too short.
	if hole := p.Time.Sub(before.Time) > longestHole; !hole && whole > 0 {
		k.along = last.along + path*inside/whole
	}
	t.knots = append(t.knots, k)
}

// bySpeed is the distance at a moment, in m, while Distance is as speed has it. Beyond the lap it goes on at the speed
// at the line.
func (t *Trace) bySpeed(seconds float64) float64 {
	last := len(t.Seconds) - 1
	switch {
	case seconds <= 0:
		return seconds * t.drive[0]
	case seconds >= t.Seconds[last]:
		return t.Distance[last] + (seconds-t.Seconds[last])*t.drive[last]
	}
	i, _ := slices.BinarySearch(t.Seconds, seconds)
	h, into := t.Seconds[i]-t.Seconds[i-1], seconds-t.Seconds[i-1]
	return t.Distance[i-1] + into*(t.drive[i-1]+(t.drive[i]-t.drive[i-1])*into/h/2)
}

func orNaN(o f1.Opt[int16]) float64 {
	if !o.Known {
		return math.NaN()
	}
	return float64(o.Value)
}

// mix is between a and b, b by the share: at 1 exactly. In between it is unknown if either is.
func mix(a, b, share float64) float64 {
	if share == 1 {
		return b
	}
	return a + (b-a)*share
}
