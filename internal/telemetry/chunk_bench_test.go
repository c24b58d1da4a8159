package telemetry

import (
	"errors"
	"io"
	"slices"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
)

// simulatedRace is the telemetry of a race of the given laps.
func simulatedRace(tb testing.TB, laps int) *Store {
	tb.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Laps: laps, Seed: 3})
	if err != nil {
		tb.Fatal(err)
	}
	store := &Store{SessionKey: "9999"}
	var z feed.Inflater
	var d Decoder
	var cars []CarSample
	var places []PositionSample
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return store
		} else if err != nil {
			tb.Fatal(err)
		}
		if m.Topic != feed.TopicCarData && m.Topic != feed.TopicPosition {
			continue
		}
		plain, err := z.Inflate(m.Payload)
		if err != nil {
			tb.Fatal(err)
		}
		if m.Topic == feed.TopicCarData {
			cars, err = d.Car(cars[:0], plain)
			store.AddCar(cars)
		} else {
			places, err = d.Position(places[:0], plain)
			store.AddPosition(places)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func encodeAllCars(rows []f1.TelemetryRow) (chunks [][]byte, size int) {
	for run := range CarChunks(rows) {
		chunks = append(chunks, EncodeCar(nil, run))
		size += len(chunks[len(chunks)-1])
	}
	return chunks, size
}

func encodeAllLocations(rows []f1.LocationRow) (chunks [][]byte, size int) {
	for run := range LocationChunks(rows) {
		chunks = append(chunks, EncodeLocations(nil, run))
		size += len(chunks[len(chunks)-1])
	}
	return chunks, size
}

// checkSession puts a session into chunks and out again, and holds what a million samples take to 18 MB.
func checkSession(t *testing.T, store *Store) {
	t.Helper()
	cars := slices.Collect(store.Telemetry())
	chunks, size := encodeAllCars(cars)
	var err error
	var back []f1.TelemetryRow
	for _, c := range chunks {
		if back, err = DecodeCar(back, c); err != nil {
			t.Fatal(err)
		}
	}
	places := slices.Collect(store.Locations())
	placeChunks, placeSize := encodeAllLocations(places)
	var placesBack []f1.LocationRow
	for _, c := range placeChunks {
		if placesBack, err = DecodeLocations(placesBack, c); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(back, cars) || !slices.EqualFunc(placesBack, places, sameLocation) {
		t.Error("the rows came back changed")
	}
	car, place := float64(size)/float64(len(cars)), float64(placeSize)/float64(len(places))
	if car > 18 || place > 18 || len(cars) < 1000 || len(places) < 1000 {
		t.Errorf("%.2f and %.2f bytes a sample of %d and %d", car, place, len(cars), len(places))
	}
	driven := slices.DeleteFunc(cars, func(r f1.TelemetryRow) bool { return !r.Speed.Known || r.Speed.Value < 50 })
	_, drivenSize := encodeAllCars(driven)
	if perSample := float64(drivenSize) / float64(len(driven)); perSample > 18 || len(driven) < 1000 {
		t.Errorf("%.2f bytes a sample of %d on the move", perSample, len(driven))
	} else {
		t.Logf("of %d on the move: %.2f MB a million", len(driven), perSample)
	}
	t.Logf("MB a million samples: %.2f car channels (of %d), %.2f locations (of %d)", car, len(cars), place, len(places))
}

func TestChunksOfQualifying(t *testing.T) {
	_, _, store := decodeAll(t, mexicoQualifying(t, feed.TopicCarData), mexicoQualifying(t, feed.TopicPosition))
	checkSession(t, store)
}

func TestChunksOfSimulatedRace(t *testing.T) {
	checkSession(t, simulatedRace(t, 5))
}

// benchmarkChunks reports samples a second both ways and what a million take.
func benchmarkChunks(b *testing.B, store *Store) {
	cars, places := slices.Collect(store.Telemetry()), slices.Collect(store.Locations())
	chunks, size := encodeAllCars(cars)
	placeChunks, placeSize := encodeAllLocations(places)
	var buf []byte
	var rows []f1.TelemetryRow
	var placeRows []f1.LocationRow
	f := func(name string, samples, size int, work func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				work()
			}
			b.ReportMetric(float64(samples)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
			b.ReportMetric(float64(size)/float64(samples), "MB/million")
		})
	}
	f("cars/encode", len(cars), size, func() {
		for run := range CarChunks(cars) {
			buf = EncodeCar(buf[:0], run)
		}
	})
	f("cars/decode", len(cars), size, func() {
		for _, c := range chunks {
			var err error
			if rows, err = DecodeCar(rows[:0], c); err != nil {
				b.Fatal(err)
			}
		}
	})
	f("locations/encode", len(places), placeSize, func() {
		for run := range LocationChunks(places) {
			buf = EncodeLocations(buf[:0], run)
		}
	})
	f("locations/decode", len(places), placeSize, func() {
		for _, c := range placeChunks {
			var err error
			if placeRows, err = DecodeLocations(placeRows[:0], c); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkChunksQualifying(b *testing.B) {
	_, _, store := decodeAll(b, mexicoQualifying(b, feed.TopicCarData), mexicoQualifying(b, feed.TopicPosition))
	benchmarkChunks(b, store)
}

func BenchmarkChunksSimulatedRace(b *testing.B) {
	benchmarkChunks(b, simulatedRace(b, 5))
}
