package telemetry

import (
	"math"
	"slices"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

var base = time.Date(2024, 7, 7, 13, 0, 0, 0, time.UTC)

func ms(n int) time.Time { return base.Add(time.Duration(n) * time.Millisecond) }

func TestRecordSizes(t *testing.T) {
	if unsafe.Sizeof(carRecord{}) != carRecordSize || unsafe.Sizeof(placeRecord{}) != placeRecordSize {
		t.Errorf("records take %d and %d bytes", unsafe.Sizeof(carRecord{}), unsafe.Sizeof(placeRecord{}))
	}
}

func TestStore(t *testing.T) {
	s := &Store{SessionKey: "9574"}
	full := CarSample{Time: ms(0), Number: 44, RPM: opt(11_500), Speed: opt(312), Gear: opt(8), Throttle: opt(100), Brake: opt(0), DRS: opt(12)}
	s.AddCar([]CarSample{full, {Time: ms(0), Number: 1}})
	s.AddCar([]CarSample{{Time: ms(250), Number: 44, Speed: opt(0)}})
	s.AddPosition([]PositionSample{
		{Time: ms(100), Number: 44, Located: true, X: -6505, Y: 1, Z: 0, OnTrack: f1.Some(true)},
		{Time: ms(100), Number: 241, Located: true, X: 1, OnTrack: f1.Some(false)},
		{Time: ms(100), Number: 1, Located: false, OnTrack: f1.Some(true)},
	})
	if got := s.Cars(); !slices.Equal(got, []int{1, 44, 241}) {
		t.Errorf("cars %v", got)
	}
	rows := slices.Collect(s.Telemetry())
	want := []f1.TelemetryRow{
		{SessionKey: "9574", DriverNumber: 1, Time: ms(0)},
		{SessionKey: "9574", DriverNumber: 44, Time: ms(0), RPM: opt(11_500), Speed: opt(312), Gear: opt(8), Throttle: opt(100), Brake: opt(0), DRS: opt(12)},
		{SessionKey: "9574", DriverNumber: 44, Time: ms(250), Speed: opt(0)},
	}
	if !slices.Equal(rows, want) {
		t.Errorf("rows %+v\nwant %+v", rows, want)
	}
	places := slices.Collect(s.Locations())
	wantPlaces := []f1.LocationRow{
		{SessionKey: "9574", DriverNumber: 44, Time: ms(100), X: -650.5, Y: 0.1, OnTrack: f1.Some(true)},
		{SessionKey: "9574", DriverNumber: 241, Time: ms(100), X: 0.1, OnTrack: f1.Some(false)},
	}
	if !slices.Equal(places, wantPlaces) {
		t.Errorf("places %+v\nwant %+v", places, wantPlaces)
	}

	at := func(car int, when time.Time, speed int, ok bool) {
		t.Helper()
		got, gotOK := s.TelemetryAt(car, when)
		if gotOK != ok || got.Speed != opt(speed) {
			t.Errorf("car %d at %s: %+v, %v", car, when, got, gotOK)
		}
	}
	at(44, ms(-1), -1, false)
	at(44, time.Time{}, -1, false)
	at(44, ms(0), 312, true)
	at(44, ms(249), 312, true)
	at(44, ms(250), 0, true)
	at(44, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 0, true)
	at(7, ms(250), -1, false)
	if got, ok := s.LocationAt(44, ms(5000)); !ok || got != wantPlaces[0] {
		t.Errorf("place %+v, %v", got, ok)
	}

	between := func(from, to time.Time, n int) {
		t.Helper()
		if got := slices.Collect(s.TelemetryBetween(44, from, to)); len(got) != n {
			t.Errorf("%s to %s: %+v, want %d rows", from, to, got, n)
		}
	}
	between(ms(0), ms(250), 1)
	between(ms(0), ms(251), 2)
	between(ms(1), ms(250), 0)
	between(ms(250), ms(0), 0)
	between(time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 2)
	if got := slices.Collect(s.LocationsBetween(241, ms(100), ms(101))); len(got) != 1 || len(slices.Collect(s.LocationsBetween(7, ms(0), ms(9)))) != 0 {
		t.Errorf("places of car 241: %+v", got)
	}
}

// Whatever the order of arrival, rows come out in order of time, each moment once.
func TestStoreOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 60).Draw(t, "moments")
		var s Store
		distinct := map[int]bool{}
		for i, m := range order {
			s.AddCar([]CarSample{{Time: ms(m), Number: 4, Speed: opt(m)}})
			s.AddPosition([]PositionSample{{Time: ms(m), Number: 4, Located: true, X: int32(m + 1)}})
			distinct[m] = true
			if i%7 == 3 {
				s.TelemetryAt(4, ms(5)) // reading in between must not matter
			}
		}
		last := -1
		for row := range s.Telemetry() {
			m := int(row.Time.Sub(base).Milliseconds())
			if m <= last || int(row.Speed.Value) != m {
				t.Fatalf("row %+v after %d ms", row, last)
			}
			last = m
		}
		if n := len(slices.Collect(s.Locations())); n != len(distinct) || len(slices.Collect(s.Telemetry())) != n {
			t.Fatalf("%d places, want %d", n, len(distinct))
		}
	})
}

func TestStoreClone(t *testing.T) {
	var s Store
	s.AddCar([]CarSample{{Time: ms(0), Number: 4, Speed: opt(1)}})
	s.AddPosition([]PositionSample{{Time: ms(0), Number: 4, Located: true, X: 1}})
	c := s.Clone()
	s.AddCar([]CarSample{{Time: ms(1), Number: 4, Speed: opt(2)}})
	c.AddCar([]CarSample{{Time: ms(2), Number: 4, Speed: opt(3)}, {Time: ms(-1), Number: 4, Speed: opt(4)}})
	speeds := func(s *Store) (out []int16) {
		for row := range s.Telemetry() {
			out = append(out, row.Speed.Value)
		}
		return out
	}
	if a, b := speeds(&s), speeds(c); !slices.Equal(a, []int16{1, 2}) || !slices.Equal(b, []int16{4, 1, 3}) {
		t.Errorf("%v and %v", a, b)
	}
}

func TestGrid(t *testing.T) {
	var s Store
	for i := range 11 { // 36 km/h more each second, 4 samples a second
		for j := range 4 {
			s.AddCar([]CarSample{{Time: ms(1000*i + 250*j), Number: 4, Speed: opt(36*i + 9*j), Gear: opt(i % 9)}})
		}
	}
	s.AddCar([]CarSample{{Time: ms(20_000), Number: 4, Speed: opt(100)}, {Time: ms(20_250), Number: 4, Speed: opt(100)}})
	s.AddPosition([]PositionSample{{Time: ms(0), Number: 4, Located: true, X: 0}, {Time: ms(2000), Number: 4, Located: true, X: 400, Y: -20}})

	for _, step := range []time.Duration{10 * time.Millisecond, 100 * time.Millisecond, time.Second} {
		grid := s.Grid(4, ms(0), ms(10_001), step)
		end := grid[len(grid)-1]
		// 10 s from rest at 10 m/s² is 500 m.
		if !end.Time.Equal(ms(10_000)) || math.Abs(end.Distance.Value-500) > 1e-6 || math.Abs(end.Speed.Value-360) > 1e-9 {
			t.Errorf("step %s: %+v", step, end)
		}
	}
	grid := s.Grid(4, ms(0), ms(21_000), 125*time.Millisecond)
	at := func(n int) GridPoint { return grid[n/125] }
	if p := at(1125); p.Speed.Value != 40.5 || p.Gear != opt(1) || p.RPM.Known || p.X.Value != 22.5 || p.Y.Value != -1.125 {
		t.Errorf("1.125 s: %+v", p)
	}
	if p := at(3000); p.X.Known || !p.Speed.Known || !p.Distance.Known {
		t.Errorf("3 s, after the last place: %+v", p)
	}
	if p := at(15_000); p.Speed.Known || p.Distance.Known || p.Gear.Known {
		t.Errorf("15 s, in the silence: %+v", p)
	}
	if p := at(20_125); p.Speed.Value != 100 || p.Distance.Known {
		t.Errorf("20.125 s, after the silence: %+v", p)
	}
	for _, none := range [][]GridPoint{s.Grid(4, ms(1), ms(1), time.Second), s.Grid(4, ms(0), ms(1), 0),
		s.Grid(4, ms(0), ms(math.MaxInt32), time.Nanosecond)} {
		if none != nil {
			t.Errorf("a grid of %d points", len(none))
		}
	}
	if grid := s.Grid(99, ms(0), ms(1000), 500*time.Millisecond); len(grid) != 2 || grid[0].Speed.Known || grid[0].Distance.Known {
		t.Errorf("a car without samples: %+v", grid)
	}
}
