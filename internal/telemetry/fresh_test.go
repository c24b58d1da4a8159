package telemetry

import (
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

// Each sample is fresh once, also when it came out of order and the tables were asked for in between.
func TestFresh(t *testing.T) {
	var s Store
	start := time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)
	add := func(seconds ...int) {
		for _, n := range seconds {
			s.AddCar([]CarSample{{Time: start.Add(time.Duration(n) * time.Second), Number: 4, Speed: f1.Some(int16(n))}})
		}
	}
	fresh := func(want ...int) {
		t.Helper()
		cars, _ := s.Fresh()
		if len(cars) != len(want) {
			t.Fatalf("%d fresh samples, want %v", len(cars), want)
		}
		for i, n := range want {
			if int(cars[i].Speed.Value) != n {
				t.Errorf("sample %d is %d, want %d", i, cars[i].Speed.Value, n)
			}
		}
	}
	rows := func() (n int) {
		for range s.Telemetry() {
			n++
		}
		return n
	}
	fresh()
	add(1, 2, 5)
	fresh(1, 2, 5)
	fresh()
	add(4, 3)
	if n := rows(); n != 5 {
		t.Errorf("%d rows", n)
	}
	add(6)
	fresh(4, 3, 6)
	add(2, 7) // the first repeats one that was told
	fresh(2, 7)
	if n := rows(); n != 7 {
		t.Errorf("%d rows", n)
	}
	fresh()
}
