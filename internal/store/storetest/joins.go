package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// lap is a row of table laps.
func lap(session string, driver, number int, timed time.Duration) tables.Row {
	for row := range tables.Laps.Cells(func(yield func(f1.LapRow) bool) {
		yield(f1.LapRow{SessionKey: session, DriverNumber: driver, LapNumber: number, LapTime: f1.Some(timed)})
	}) {
		return row
	}
	return nil
}

// lapBatch is a step of a session with one lap in it.
func lapBatch(session string, from, to uint64) *store.Batch {
	return &store.Batch{Session: f1.SessionRow{SessionKey: session}, Source: "log", Log: "a", From: from, Offset: to,
		Changes: []store.Change{{Table: "laps", Rows: []tables.Row{lap(session, 44, int(to), 90*time.Second)}}}}
}

// What joins on to what, case by case.
func joins(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	step := func(want error, laps int, b *store.Batch) {
		t.Helper()
		if err := s.Write(ctx, b); !errors.Is(err, want) || want == nil && err != nil {
			t.Fatalf("%s: %v, want %v", told(b), err, want)
		}
		if laps < 0 {
			return
		}
		if rows := mustRead(t, s, store.Query{Session: "j", Table: "laps"}); len(rows) != laps {
			t.Fatalf("%s: then %d laps, want %d", told(b), len(rows), laps)
		}
	}
	step(store.ErrBehind, -1, lapBatch("j", 3, 5)) // nothing is there to join on to
	step(nil, 1, lapBatch("j", 0, 5))
	step(nil, 1, lapBatch("j", 0, 5))             // twice
	step(nil, 1, lapBatch("j", 0, 4))             // older
	step(store.ErrBehind, 1, lapBatch("j", 0, 6)) // overlaps: what it leaves out may have changed and changed back
	step(store.ErrBehind, 1, lapBatch("j", 7, 9)) // a gap
	step(nil, 2, lapBatch("j", 5, 9))
	other := lapBatch("j", 9, 10)
	other.Log = "b"
	step(store.ErrOtherLog, 2, other)
	other.From, other.Whole = 0, true
	step(store.ErrOtherLog, 2, other)
	other.Replace = true
	step(nil, 1, other)
	shorter := lapBatch("j", 0, 3)
	shorter.Log, shorter.Whole = "b", true
	shorter.Changes[0].Rows = append(shorter.Changes[0].Rows, lap("j", 1, 1, time.Minute))
	step(nil, 1, shorter) // older, though it is whole
	shorter.Replace = true
	step(nil, 2, shorter)
	// A lap that is gone, and the last word of a batch: gone goes before new.
	gone := lapBatch("j", 3, 4)
	gone.Log = "b"
	gone.Changes[0].Gone = []tables.Row{lap("j", 1, 1, 0), lap("j", 44, 4, 0), lap("j", 99, 99, 0)}
	step(nil, 2, gone)
	holds(t, s, "j", "laps", []tables.Row{lap("j", 44, 3, 90*time.Second), lap("j", 44, 4, 90*time.Second)})
	// The last rows of a log come with its end, without a message; after that only the end itself is told again.
	last := lapBatch("j", 4, 4)
	last.Log, last.Ended = "b", true
	last.Changes[0].Rows = []tables.Row{lap("j", 44, 5, time.Minute)}
	step(nil, 3, last)
	if found, err := s.Find(ctx, "j"); err != nil || !found.Whole || found.Offset != 4 {
		t.Fatalf("%+v, %v", found, err)
	}
	last.Ended = false
	last.Changes[0].Rows = []tables.Row{lap("j", 44, 6, time.Minute)}
	step(nil, 3, last)
	// A hole in a table that goes by places.
	holed := lapBatch("j", 4, 5)
	holed.Log = "b"
	d := describe("positions")
	row := make(tables.Row, len(d.Columns))
	row[d.Index("session_key")] = tables.Cell{Known: true, S: "j"}
	holed.Changes = append(holed.Changes, store.Change{Table: "positions", Rows: []tables.Row{row}, At: []int{1}, Len: 2})
	step(store.ErrInvalid, 3, holed) // and nothing of the laps before it is kept
}

// However samples are cut into batches and mixed up, the same ones are kept, of a millisecond the first.
func samples(t *testing.T, open Open) {
	s := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		key := "samples-" + string(rune('a'+n%26)) + time.Duration(n).String()
		cars := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) f1.TelemetryRow { return drawTelemetry(t, key) }), 0, 60).Draw(t, "telemetry")
		places := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) f1.LocationRow { return drawLocation(t, key) }), 0, 60).Draw(t, "locations")
		// A burst is more than a chunk holds.
		if rapid.Bool().Draw(t, "burst") {
			for i := range 600 {
				cars = append(cars, f1.TelemetryRow{SessionKey: key, DriverNumber: 44, Time: start.Add(time.Duration(i*7%600) * 3 * time.Millisecond), Gear: f1.Some(int16(i))})
				places = append(places, f1.LocationRow{SessionKey: key, DriverNumber: 44, Time: start.Add(time.Duration(i*7%600) * 3 * time.Millisecond), X: float64(i)})
			}
		}
		sentCars, sentPlaces := 0, 0
		for offset := uint64(0); offset == 0 || sentCars < len(cars) || sentPlaces < len(places); offset++ {
			b := &store.Batch{Session: f1.SessionRow{SessionKey: key}, From: offset, Offset: offset + 1}
			to := rapid.IntRange(sentCars, len(cars)).Draw(t, "cut")
			b.Telemetry, sentCars = cars[sentCars:to], to
			to = rapid.IntRange(sentPlaces, len(places)).Draw(t, "cut")
			b.Locations, sentPlaces = places[sentPlaces:to], to
			if offset > 4 {
				b.Telemetry, b.Locations = append(b.Telemetry, cars[sentCars:]...), append(b.Locations, places[sentPlaces:]...)
				sentCars, sentPlaces = len(cars), len(places)
			}
			mustWrite(t, s, b)
			mustWrite(t, s, b)
		}
		holds(t, s, key, "telemetry", kept(tables.Telemetry, cars))
		holds(t, s, key, "locations", kept(tables.Locations, places))
	})
}
