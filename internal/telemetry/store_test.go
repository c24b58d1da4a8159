package telemetry

import (
	"slices"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

var base = time.Date(2024, 7, 7, 13, 0, 0, 0, time.UTC)

func ms(n int) time.Time { return base.Add(time.Duration(n) * time.Millisecond) }

// What one record takes, in bytes.
const (
	carRecordSize   = 16
	placeRecordSize = 24
)

func TestRecordSizes(t *testing.T) {
	if unsafe.Sizeof(carRecord{}) != carRecordSize || unsafe.Sizeof(placeRecord{}) != placeRecordSize {
		t.Errorf("records take %d and %d bytes", unsafe.Sizeof(carRecord{}), unsafe.Sizeof(placeRecord{}))
	}
}

// size is the memory that the samples take, spare room included.
func (s *Store) size() int {
	n := 0
	for _, of := range s.cars {
		n += cap(of.records) * carRecordSize
	}
	for _, of := range s.places {
		n += cap(of.records) * placeRecordSize
	}
	return n
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
	if got := s.numbers(); !slices.Equal(got, []int{1, 44, 241}) {
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
				for range s.Telemetry() { // reading in between must not matter
				}
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
