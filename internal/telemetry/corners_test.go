package telemetry

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

// minimaByDefinition are the samples that are slower than all others until it gets faster by prominence on either
// side: prominence as of a mountain, upside down. No two samples may be equally fast.
func minimaByDefinition(speed []float64, prominence float64) (at []int) {
	rises := func(i, step int) bool {
		for j := i + step; j >= 0 && j < len(speed) && speed[j] >= speed[i]; j += step {
			if speed[j]-speed[i] >= prominence {
				return true
			}
		}
		return false
	}
	for i := range speed {
		if rises(i, -1) && rises(i, 1) {
			at = append(at, i)
		}
	}
	return at
}

func TestFindCornersByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var trace Trace
		var known []float64
		var at []float64
		used := map[int]bool{}
		for i := range rapid.IntRange(0, 120).Draw(t, "samples") {
			v := rapid.IntRange(-20, 350).Draw(t, "speed")
			trace.Distance = append(trace.Distance, float64(i*10))
			if v < 0 || used[v] {
				trace.Speed = append(trace.Speed, math.NaN())
				continue
			}
			used[v] = true
			trace.Speed = append(trace.Speed, float64(v))
			known, at = append(known, float64(v)), append(at, float64(i*10))
		}
		prominence := float64(rapid.IntRange(1, 150).Draw(t, "prominence"))
		var want []float64
		for _, i := range minimaByDefinition(known, prominence) {
			want = append(want, at[i])
		}
		if got := trace.FindCorners(nil, prominence); !slices.Equal(got, want) {
			t.Fatalf("corners at %v, want %v, of %v", got, want, trace.Speed)
		}
	})
}

// drawnLap is a lap with a sample every 10 m: 300 km/h, but for a slow corner at 500 m, a double one at 900 and
// 980 m, a bend at 1300 m taken at 300, and a lift without brakes at 1700 m.
func drawnLap() *Trace {
	t := &Trace{LapTime: time.Minute, Length: 2000}
	for d := 0.0; d <= 2000; d += 10 {
		speed, throttle, brake := 300.0, 100.0, 0.0
		corner := func(at, slowest float64) { // 100 m of braking, 20 m coasting, acceleration over 150 m
			if v := slowest + math.Abs(d-at)*2; v < speed {
				speed = v
			}
			if d >= at-100 && d < at {
				throttle, brake = 0, 100
			}
			if d >= at && d <= at+20 {
				throttle, brake = 0, 0
			}
		}
		corner(500, 100)
		corner(900, 90)
		if d > 920 {
			corner(980, 120)
		}
		if d >= 1650 && d <= 1750 {
			speed = 250 + math.Abs(d-1700)
			if d < 1690 {
				throttle = 0
			}
		}
		t.Seconds = append(t.Seconds, d/50)
		t.Distance, t.Speed = append(t.Distance, d), append(t.Speed, speed)
		t.Throttle, t.Brake = append(t.Throttle, throttle), append(t.Brake, brake)
		t.drive = append(t.drive, speed/3.6)
	}
	return t
}

func TestCorners(t *testing.T) {
	lap := drawnLap()
	unknown := f1.Opt[float64]{}
	want := []Corner{
		{At: 490, Apex: 500, Slowest: f1.Some(100.), Dip: true, Brake: f1.Some(395.), Throttle: f1.Some(522.)},
		{At: 905, Apex: 900, Slowest: f1.Some(90.), Dip: true, Brake: f1.Some(795.), Throttle: unknown},
		{At: 985, Apex: 980, Slowest: f1.Some(120.), Dip: true, Brake: f1.Some(925.), Throttle: f1.Some(1002.)},
		{At: 1303, Apex: 1303, Slowest: f1.Some(300.)},
		{At: 1700, Apex: 1700, Slowest: f1.Some(250.), Dip: true, Brake: unknown, Throttle: f1.Some(1682.)},
	}
	got := lap.Corners(nil, []float64{490, 905, 985, 1303, 1700})
	for i := range max(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("corner %d: %+v\nwant %+v", i, got[i], want[i])
		}
	}
	straights := lap.Straights(nil, got)
	wantStraights := []Straight{
		{From: 0, To: 500, Fastest: f1.Some(300.), At: 0}, {From: 500, To: 900, Fastest: f1.Some(300.), At: 600},
		{From: 900, To: 980, Fastest: f1.Some(180.), At: 950}, {From: 980, To: 1700, Fastest: f1.Some(300.), At: 1070},
		{From: 1700, To: 2000, Fastest: f1.Some(300.), At: 1750},
	}
	if !slices.Equal(straights, wantStraights) {
		t.Errorf("straights %+v\nwant %+v", straights, wantStraights)
	}
	if found := lap.FindCorners(nil, 30); !slices.Equal(found, []float64{500, 900, 980, 1700}) {
		t.Errorf("found %v", found)
	}
	for i := range lap.Speed {
		lap.Speed[i], lap.Brake[i], lap.Throttle[i] = math.NaN(), math.NaN(), math.NaN()
	}
	if got := lap.Corners(nil, []float64{500}); got[0] != (Corner{At: 500, Apex: 500}) {
		t.Errorf("without speeds %+v", got[0])
	}
	if got := lap.Straights(nil, nil); !slices.Equal(got, []Straight{{To: 2000}}) {
		t.Errorf("without speeds %+v", got)
	}
}
