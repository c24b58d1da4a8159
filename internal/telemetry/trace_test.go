package telemetry

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// rowsOf are rows of (seconds after base, km/h); below 0 the speed is unknown.
func rowsOf(samples ...[2]float64) (rows []f1.TelemetryRow) {
	for _, s := range samples {
		rows = append(rows, f1.TelemetryRow{DriverNumber: 4, Time: base.Add(time.Duration(s[0] * 1e9)), Speed: opt(int(s[1]))})
	}
	return rows
}

// From a standstill at 10 m/s²: 5 t² metres, of which the root gives every moment back.
func TestTraceOfConstantAcceleration(t *testing.T) {
	var samples [][2]float64
	for i := range 41 {
		samples = append(samples, [2]float64{float64(i) / 4, float64(i) * 9})
	}
	var trace Trace
	const start, lapTime = 1.1, 7.3 // both between two samples
	lap := LapSpan{Start: base.Add(1100 * time.Millisecond), Time: 7300 * time.Millisecond}
	if err := trace.Fill(rowsOf(samples...), nil, lap); err != nil {
		t.Fatal(err)
	}
	way := func(s float64) float64 { return 5*(start+s)*(start+s) - 5*start*start }
	for i, s := range trace.Seconds {
		if !near(trace.Distance[i], way(s), 1e-9) || !near(trace.Speed[i], 36*(start+s), 1e-9) {
			t.Errorf("after %g s: %g m at %g km/h, want %g m", s, trace.Distance[i], trace.Speed[i], way(s))
		}
	}
	if last := len(trace.Seconds) - 1; trace.Seconds[last] != lapTime || trace.Length != trace.Measured || trace.Hole > 250*time.Millisecond {
		t.Errorf("%+v", trace)
	}
	var grid Grid
	if err := trace.Resample(&grid, 7, 0); err != nil {
		t.Fatal(err)
	}
	for i, d := range grid.Distance {
		if want := math.Sqrt(d/5+start*start) - start; !near(grid.Seconds[i], want, 1e-9) || !near(grid.Speed[i], 36*(start+want), 1e-7) {
			t.Errorf("at %g m: %g s, %g km/h; want %g s", d, grid.Seconds[i], grid.Speed[i], want)
		}
	}
}

// lapDraw is a lap and its samples.
type lapDraw struct {
	rows []f1.TelemetryRow
	lap  LapSpan
}

// drawLap draws a lap with samples before and after it. Speeds are unknown in up to two successive samples.
func drawLap(t *rapid.T, length float64) lapDraw {
	d := lapDraw{lap: LapSpan{Start: base, Time: time.Duration(rapid.IntRange(8_000, 20_000).Draw(t, "lap time")) * time.Millisecond, Length: length}}
	at := base.Add(-time.Duration(rapid.IntRange(250, 900).Draw(t, "first")) * time.Millisecond)
	for at.Before(base.Add(d.lap.Time + time.Second)) {
		inside := at.After(base.Add(time.Second)) && at.Before(base.Add(d.lap.Time-time.Second))
		any := rapid.Uint16().Draw(t, "channels")
		number := func(most uint16) f1.Opt[int16] { return opt(int(any % (most + 1))) }
		r := f1.TelemetryRow{Time: at, Speed: f1.Some(int16(rapid.IntRange(0, 350).Draw(t, "speed"))),
			RPM: number(12_000), Throttle: number(100), Gear: number(8), Brake: number(1), DRS: number(14)}
		if n := len(d.rows); inside && any%6 == 0 && d.rows[n-1].Speed.Known {
			r.Speed = f1.Opt[int16]{}
		}
		d.rows = append(d.rows, r)
		at = at.Add(time.Duration(rapid.IntRange(150, 700).Draw(t, "step")) * time.Millisecond)
	}
	return d
}

// wayTo is the way by speed from the lap's start to a moment: between every two known samples the part within,
// at the speed in its middle. It knows nothing of samples on the line.
func (d lapDraw) wayTo(seconds float64) (way float64) {
	var last *f1.TelemetryRow
	for i := range d.rows {
		r := &d.rows[i]
		if !r.Speed.Known {
			continue
		}
		if last != nil {
			a, b := last.Time.Sub(base).Seconds(), r.Time.Sub(base).Seconds()
			from, to := max(a, 0), min(b, seconds)
			if from < to {
				middle := ((from+to)/2 - a) / (b - a)
				way += (float64(last.Speed.Value)*(1-middle) + float64(r.Speed.Value)*middle) / 3.6 * (to - from)
			}
		}
		last = r
	}
	return way
}

// momentOf is when the way was so long, by bisection.
func (d lapDraw) momentOf(way float64) float64 {
	low, high := 0.0, d.lap.Time.Seconds()
	for range 45 {
		if middle := (low + high) / 2; d.wayTo(middle) < way {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

func TestTraceByOtherFormulas(t *testing.T) {
	var trace Trace // filled again and again
	var grid Grid
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.SampledFrom([]float64{0, 1000, 3337}).Draw(t, "length")
		d := drawLap(t, length)
		if err := trace.Fill(d.rows, nil, d.lap); err != nil {
			t.Fatal(err)
		}
		whole := d.wayTo(d.lap.Time.Seconds())
		scale := 1.0
		if length > 0 {
			scale = length / whole
		}
		if !near(trace.Measured, whole, 1e-6) || !near(trace.Length, whole*scale, 1e-6) {
			t.Fatalf("%g m, scaled %g, want %g", trace.Measured, trace.Length, whole)
		}
		for i, s := range trace.Seconds {
			if want := d.wayTo(s) * scale; !near(trace.Distance[i], want, 1e-6) {
				t.Fatalf("after %g s %g m, want %g", s, trace.Distance[i], want)
			}
		}
		every := rapid.Float64Range(20, 200).Draw(t, "every")
		if err := trace.Resample(&grid, every, 0); err != nil {
			t.Fatal(err)
		}
		for i, at := range grid.Distance {
			want := d.momentOf(at / scale)
			// Where the car hardly moves a moment is not sharp.
			if !near(grid.Seconds[i], want, 1e-4) && !near(d.wayTo(grid.Seconds[i]), at/scale, 1e-5) {
				t.Fatalf("at %g m %g s, want %g", at, grid.Seconds[i], want)
			}
			d.checkPoint(t, &grid, i)
		}
		checkGrid(t, &grid, &trace, every)
	})
}

// checkPoint holds the channels of a point to the two rows around its moment.
func (d lapDraw) checkPoint(t *rapid.T, g *Grid, i int) {
	at := base.Add(time.Duration(g.Seconds[i] * 1e9))
	n := slices.IndexFunc(d.rows, func(r f1.TelemetryRow) bool { return r.Time.After(at) })
	a, b := d.rows[n-1], d.rows[n]
	share := float64(at.Sub(a.Time)) / float64(b.Time.Sub(a.Time))
	between := func(got float64, x, y f1.Opt[int16]) bool {
		if !x.Known || !y.Known {
			return math.IsNaN(got) || near(got, float64(x.Value), 1e-3) || near(got, float64(y.Value), 1e-3)
		}
		// A moment that is wrong by a microsecond is some rpm off.
		return near(got, float64(x.Value)*(1-share)+float64(y.Value)*share, .5)
	}
	// Beside the line the sample on it stands between, which has the values of the row nearest to the line.
	atLine := i == 0 || i == len(g.Distance)-1
	besideLine := !atLine && (a.Time.Before(base) || b.Time.After(base.Add(d.lap.Time)))
	closest := func(got float64, x, y f1.Opt[int16]) bool {
		if besideLine || near(share, .5, .01) {
			return got == float64(x.Value) || got == float64(y.Value)
		}
		return share < .5 && got == float64(x.Value) || share > .5 && got == float64(y.Value)
	}
	if !between(g.Speed[i], a.Speed, b.Speed) || !between(g.RPM[i], a.RPM, b.RPM) || !between(g.Throttle[i], a.Throttle, b.Throttle) ||
		!closest(g.Gear[i], a.Gear, b.Gear) || !closest(g.Brake[i], a.Brake, b.Brake) || !closest(g.DRS[i], a.DRS, b.DRS) {
		t.Fatalf("at %g s %g km/h %g rpm %g %% gear %g brake %g drs %g between\n%+v\n%+v", g.Seconds[i], g.Speed[i], g.RPM[i], g.Throttle[i],
			g.Gear[i], g.Brake[i], g.DRS[i], a, b)
	}
}

// checkGrid holds a grid to its shape: even steps from the line to the line, time rising to the lap time.
func checkGrid(t *rapid.T, g *Grid, trace *Trace, every float64) {
	last := len(g.Distance) - 1
	if g.Distance[last] != g.Length || g.Seconds[0] != 0 || g.Seconds[last] != trace.LapTime.Seconds() || last != int(math.Ceil(g.Length/every-1e-9)) {
		t.Fatalf("%d points to %g m, %g s", last, g.Distance[last], g.Seconds[last])
	}
	for i := range last {
		if g.Distance[i] != float64(i)*every || g.Seconds[i+1] < g.Seconds[i] {
			t.Fatalf("point %d: %g m, %g s, then %g s", i, g.Distance[i], g.Seconds[i], g.Seconds[i+1])
		}
	}
	for _, column := range [][]float64{g.Seconds, g.Speed, g.RPM, g.Throttle, g.Gear, g.Brake, g.DRS} {
		if len(column) != last+1 {
			t.Fatalf("a column of %d for %d points", len(column), last+1)
		}
	}
}

// What a lap lost to another one along the way: nothing at first, the lap times' difference in the end, the
// opposite the other way round, and the sum over a third lap.
func TestDelta(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const length = 2500
		var laps [3]lapDraw
		var grids [3]Grid
		for i := range laps {
			laps[i] = drawLap(t, rapid.SampledFrom([]float64{0, length}).Draw(t, "given length"))
			var trace Trace
			if err := trace.Fill(laps[i].rows, nil, laps[i].lap); err != nil {
				t.Fatal(err)
			}
			if err := trace.Resample(&grids[i], 30, length); err != nil {
				t.Fatal(err)
			}
		}
		delta := func(a, b int) []float64 {
			out, err := Delta(nil, &grids[a], &grids[b])
			if err != nil || len(out) != len(grids[a].Distance) {
				t.Fatal(err, len(out))
			}
			return out
		}
		ab, ba, bc, ac := delta(0, 1), delta(1, 0), delta(1, 2), delta(0, 2)
		last := len(ab) - 1
		if ab[0] != 0 || ab[last] != (laps[1].lap.Time-laps[0].lap.Time).Seconds() {
			t.Fatalf("from %g to %g", ab[0], ab[last])
		}
		for i, at := range grids[0].Distance {
			if ab[i] != -ba[i] || !near(ab[i]+bc[i], ac[i], 1e-9) {
				t.Fatalf("at %g m %g, %g; %g + %g = %g", at, ab[i], ba[i], ab[i], bc[i], ac[i])
			}
			part := func(d lapDraw) float64 { return d.momentOf(at / length * d.wayTo(d.lap.Time.Seconds())) }
			if want := part(laps[1]) - part(laps[0]); i%30 == 5 && !near(ab[i], want, 1e-3) {
				t.Fatalf("at %g m %g s, want %g", at, ab[i], want)
			}
		}
	})
}

func TestGridRefuses(t *testing.T) {
	var trace Trace
	var grid Grid
	if err := trace.Resample(&grid, 10, 1000); !errors.Is(err, ErrGrid) {
		t.Errorf("an empty trace: %v", err)
	}
	if err := trace.Fill(rowsOf([2]float64{0, 100}, [2]float64{1, 100}), nil, LapSpan{Start: base, Time: time.Second}); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]float64{{0, 0}, {-1, 0}, {math.NaN(), 0}, {1, -5}, {1, math.NaN()}, {1e-9, 0}, {1, math.Inf(1)}} {
		if err := trace.Resample(&grid, c[0], c[1]); !errors.Is(err, ErrGrid) {
			t.Errorf("every %g m of %g: %v", c[0], c[1], err)
		}
	}
	if err := trace.Resample(&grid, 1e6, 0); err != nil || len(grid.Distance) != 2 {
		t.Errorf("a step beyond the lap: %v, %v", grid.Distance, err)
	}
	other := grid
	other.Every = 5
	if out, err := Delta([]float64{1}, &grid, &other); !errors.Is(err, ErrGrid) || len(out) != 1 {
		t.Errorf("delta of two grids: %v, %v", out, err)
	}
	if _, err := Delta(nil, &Grid{}, &Grid{}); !errors.Is(err, ErrGrid) {
		t.Errorf("delta of nothing: %v", err)
	}
}

// What cannot be told is not told: no samples, none with a speed, a car that stood, no lap.
func TestNoTrace(t *testing.T) {
	f := func(what string, lap time.Duration, rows []f1.TelemetryRow) {
		t.Helper()
		var trace Trace
		if err := trace.Fill(rows, nil, LapSpan{Start: base, Time: lap, Length: 5000}); !errors.Is(err, ErrNoTrace) || len(trace.Seconds) != 0 {
			t.Errorf("%s: %v, %+v", what, err, trace)
		}
	}
	f("no samples", time.Minute, nil)
	f("no speed", time.Minute, rowsOf([2]float64{1, -1}, [2]float64{2, -1}))
	f("standing", time.Minute, rowsOf([2]float64{1, 0}, [2]float64{2, 0}))
	f("no lap", 0, rowsOf([2]float64{1, 100}, [2]float64{2, 100}))
	f("a lap backwards", -time.Second, rowsOf([2]float64{1, 100}, [2]float64{2, 100}))
	f("samples of another hour", time.Minute, rowsOf([2]float64{3600, 100}, [2]float64{3601, 100}))
}

// A hole in the samples is bridged by the distance, which has to go on, and by no channel.
func TestTraceHole(t *testing.T) {
	var trace Trace
	rows := rowsOf([2]float64{0, 180}, [2]float64{1, 180}, [2]float64{6, 180}, [2]float64{7, -1}, [2]float64{8, 180}, [2]float64{9, 180}, [2]float64{9, 20}, [2]float64{8.5, 20}, [2]float64{10, 180})
	if err := trace.Fill(rows, nil, LapSpan{Start: base, Time: 10 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if !near(trace.Measured, 500, 1e-9) || trace.Hole != 5*time.Second || len(trace.Seconds) != 7 {
		t.Errorf("%g m, hole of %v, %v", trace.Measured, trace.Hole, trace.Seconds)
	}
	var grid Grid
	if err := trace.Resample(&grid, 25, 0); err != nil {
		t.Fatal(err)
	}
	for i, at := range grid.Distance {
		unknown := at > 50 && at < 300 || at > 300 && at < 400
		if math.IsNaN(grid.Speed[i]) != unknown || !near(grid.Seconds[i], at/50, 1e-9) {
			t.Errorf("at %g m: %g km/h after %g s", at, grid.Speed[i], grid.Seconds[i])
		}
	}
}

// With places the distance is that of their path, whatever the speed says: here 10 % too much. Speed spreads it
// between two places, and stands in where there are none.
func TestTraceAlongPlaces(t *testing.T) {
	var rows []f1.TelemetryRow
	var places []f1.LocationRow
	var path []float64
	const radius = 300.0
	angle := func(s float64) float64 { return s*.15 + math.Sin(s)*.02 } // some 45 m/s, uneven
	for i := range 130 {
		s := float64(i)*.25 - 1
		v := radius * (.15 + math.Cos(s)*.02) * 3.6 * 1.1
		rows = append(rows, rowsOf([2]float64{s, math.Round(v)})...)
		p := s + .1
		if i >= 60 && i < 80 {
			continue // a hole of 5.25 s
		}
		places = append(places, f1.LocationRow{Time: base.Add(time.Duration(p * 1e9)), X: radius * math.Cos(angle(p)), Y: radius * math.Sin(angle(p)), Z: 7})
		path = append(path, p)
	}
	var trace Trace
	lap := LapSpan{Start: base.Add(-500 * time.Millisecond), Time: 30 * time.Second}
	if err := trace.Fill(rows, places, lap); err != nil {
		t.Fatal(err)
	}
	// The arc itself; chords of 11 m are 6e-5 shorter. The hole counts 10 % more.
	hole := [2]float64{path[59], path[60]}
	for i, seconds := range trace.Seconds {
		s := seconds - .5
		want := radius * (angle(s) - angle(-.5))
		if s > hole[0] {
			want += radius * (angle(min(s, hole[1])) - angle(hole[0])) * .1
		}
		if !near(trace.Distance[i], want, .8) {
			t.Errorf("after %g s %.2f m, want %.2f", seconds, trace.Distance[i], want)
		}
	}
	// Without a place at either end.
	if err := trace.Fill(rows, places[20:40], lap); err != nil {
		t.Fatal(err)
	}
	inside := radius * (angle(path[39]) - angle(path[20]))
	outside := radius*(angle(29.5)-angle(-.5)) - inside
	if !near(trace.Measured, inside+outside*1.1, 2) {
		t.Errorf("%g m, want %g", trace.Measured, inside+outside*1.1)
	}
}

// A lap of 90 s at 4 samples a second, filled, put on a grid of 5 m and told from another one.
func BenchmarkLapByDistance(b *testing.B) {
	var rows []f1.TelemetryRow
	for i := range 368 {
		rows = append(rows, f1.TelemetryRow{Time: base.Add(time.Duration(i-4) * 250 * time.Millisecond), Speed: opt(200 + i*37%120),
			RPM: opt(11_000), Throttle: opt(100), Gear: opt(7), Brake: opt(0), DRS: opt(8)})
	}
	var trace Trace
	var grid Grid
	var delta []float64
	var corners []Corner
	at := []float64{500, 900, 1500, 2000, 3000, 4000}
	b.ReportAllocs()
	for b.Loop() {
		if err := trace.Fill(rows, nil, LapSpan{Start: base, Time: 90 * time.Second, Length: 5278}); err != nil {
			b.Fatal(err)
		}
		if err := trace.Resample(&grid, 5, 0); err != nil {
			b.Fatal(err)
		}
		var err error
		if delta, err = Delta(delta[:0], &grid, &grid); err != nil {
			b.Fatal(err)
		}
		corners = trace.Corners(corners[:0], at)
	}
}
