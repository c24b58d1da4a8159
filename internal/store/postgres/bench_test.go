package postgres

import (
	"context"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/tables"
)

// BenchmarkWrite is how fast a whole session goes in: 50 laps of ten cars, with telemetry and locations, on a server that
// syncs as production does.
func BenchmarkWrite(b *testing.B) {
	s := openAt(b, pgtest.New(b).URL("postgres"))
	ctx := context.Background()
	h := newHistory(50)
	samples := &store.Batch{Whole: true, Log: "log-1", Source: "log"}
	laps := &store.Batch{Whole: true, Log: "log-1", Source: "log"}
	var rows []tables.Row
	for n := 1; n <= h.laps; n++ {
		samples.Telemetry = append(samples.Telemetry, h.batch(n).Telemetry...)
	}
	for n := range 2000 {
		for car := range historyCars {
			rows = append(rows, cellsOf(tables.Laps, f1.LapRow{SessionKey: "laps", DriverNumber: car, LapNumber: n + 1, DateStart: f1.Some(historyStart), LapTime: f1.Some(75 * time.Second), Compound: "HARD"}))
		}
	}
	laps.Changes = []store.Change{{Table: "laps", Rows: rows}}
	samples.Session, laps.Session = h.session(), h.session()
	laps.Session.SessionKey = "laps"
	for _, c := range []struct {
		name  string
		batch *store.Batch
		rows  int
	}{{"telemetry", samples, len(samples.Telemetry)}, {"laps", laps, len(rows)}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if _, err := s.Find(ctx, c.batch.Session.SessionKey); err == nil {
					if err = s.Remove(ctx, c.batch.Session.SessionKey); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
				if err := s.Write(ctx, c.batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkLive is one batch a second of a session: 20 new rows, 76 samples of telemetry and of locations each.
func BenchmarkLive(b *testing.B) {
	s := openAt(b, pgtest.New(b).URL("postgres"))
	h := newHistory(1 << 30)
	n := 0
	for b.Loop() {
		n++
		batch := h.batch(n)
		batch.Telemetry, batch.Locations = batch.Telemetry[:76], batch.Locations[:76]
		if err := s.Write(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLap reads the telemetry of one lap of one car.
func BenchmarkLap(b *testing.B) {
	s, h := open(b), newHistory(50)
	h.writeAll(b, s)
	ctx := context.Background()
	var took []time.Duration
	i := 0
	for b.Loop() {
		i++
		from := historyStart.Add(time.Duration(i%50) * 75 * time.Second)
		q := &store.Query{Session: h.key, Table: "telemetry", Where: []store.Condition{
			{Column: "driver_number", Op: store.In, Values: []tables.Cell{{Known: true, N: int64(1 + i%historyCars)}}},
			{Column: "time", Op: store.AtLeast, Values: []tables.Cell{{Known: true, N: from.UnixMilli()}}},
			{Column: "time", Op: store.Below, Values: []tables.Cell{{Known: true, N: from.Add(75 * time.Second).UnixMilli()}}},
		}}
		start := time.Now()
		n := 0
		for _, err := range s.Rows(ctx, q) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if took = append(took, time.Since(start)); n != 300 {
			b.Fatalf("%d samples", n)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs/p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs/p99")
}
