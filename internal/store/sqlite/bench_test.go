package sqlite

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

var lights = time.Date(2018, 4, 29, 12, 10, 0, 0, time.UTC)

// driven are samples of twenty cars from one second of a race to another, at the feed's rate of 3.7 a second and
// as smooth as driving is.
func driven(key string, from, to int) []f1.TelemetryRow {
	var out []f1.TelemetryRow
	for n := from * 37 / 10; n < to*37/10; n++ {
		for car := 1; car <= 20; car++ {
			phase := (n + car*11) % 333 // a lap of 90 seconds
			speed := int16(80 + (phase*7%230+phase%50*3)%240)
			out = append(out, f1.TelemetryRow{SessionKey: key, DriverNumber: car, Time: lights.Add(time.Duration(n) * 270 * time.Millisecond),
				Speed: f1.Some(speed), RPM: f1.Some(7000 + speed*17%5000), Gear: f1.Some(1 + speed/45), Throttle: f1.Some(int16(phase * 13 % 101)),
				Brake: f1.Some(int16(phase / 30 % 2 * 100)), DRS: f1.Some(int16(8 + phase/100*2))})
		}
	}
	return out
}

func session(key string) f1.SessionRow {
	return f1.SessionRow{SessionKey: key, Event: "Azerbaijan Grand Prix", Season: f1.Some(2018), Type: f1.Race, DateStart: f1.Some(lights)}
}

// A race's samples in one batch, as a session is stored again or imported.
func BenchmarkSamplesWhole(b *testing.B) {
	s := opened(b).(*Store)
	samples := driven("w", 0, 3600)
	for b.Loop() {
		mustWrite(b, s, &store.Batch{Session: session("w"), Whole: true, Telemetry: samples})
	}
	b.ReportMetric(float64(len(samples))*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
}

// The samples of ten seconds a batch, as a writer catches up.
func BenchmarkSamplesCatchUp(b *testing.B) { benchSteps(b, 10) }

// The samples of a second a batch, as a writer follows a race.
func BenchmarkSamplesLive(b *testing.B) { benchSteps(b, 1) }

func benchSteps(b *testing.B, seconds int) {
	s := opened(b).(*Store)
	var batches []*store.Batch
	total := 0
	for at := 0; at < 600; at += seconds {
		batch := &store.Batch{Session: session("l"), Telemetry: driven("l", at, at+seconds), From: uint64(at), Offset: uint64(at + seconds)}
		total += len(batch.Telemetry)
		batches = append(batches, batch)
	}
	for b.Loop() {
		for _, batch := range batches {
			mustWrite(b, s, batch)
		}
		b.StopTimer()
		if err := s.Remove(context.Background(), "l"); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(total)*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
}

func BenchmarkLapRows(b *testing.B) {
	s := opened(b).(*Store)
	laps := manyLaps(1200)
	for b.Loop() {
		mustWrite(b, s, &store.Batch{Session: session("9574"), Whole: true, Changes: []store.Change{{Table: "laps", Rows: laps}}})
	}
	b.ReportMetric(1200*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// percentiles reports how long the calls took.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// One lap of one car out of a race of two hours.
func BenchmarkLapTelemetry(b *testing.B) {
	s := opened(b).(*Store)
	mustWrite(b, s, &store.Batch{Session: session("r"), Whole: true, Telemetry: driven("r", 0, 7200)})
	var took []time.Duration
	n := 0
	for b.Loop() {
		n++
		from := lights.Add(time.Duration(n*37%70) * 90 * time.Second).UnixMilli()
		cell := func(n int64) []tables.Cell { return []tables.Cell{{Known: true, N: n}} }
		q := store.Query{Session: "r", Table: "telemetry", Where: []store.Condition{
			{Column: "driver_number", Values: cell(int64(n%20 + 1))},
			{Column: "time", Op: store.AtLeast, Values: cell(from)}, {Column: "time", Op: store.Below, Values: cell(from + 90_000)}}}
		began, rows := time.Now(), 0
		for _, err := range s.Rows(context.Background(), &q) {
			if rows++; err != nil {
				b.Fatal(err)
			}
		}
		took = append(took, time.Since(began))
		if rows < 330 || rows > 336 {
			b.Fatalf("%d samples", rows)
		}
	}
	percentiles(b, took)
}

// What the page of a session and the list of sessions ask, among a thousand sessions.
func BenchmarkSessionPage(b *testing.B) {
	s := opened(b).(*Store)
	for i := range 1000 {
		row := session(fmt.Sprint("s", i))
		row.DateStart = f1.Some(lights.AddDate(0, 0, i))
		row.Season = f1.Some(2018 + i/150)
		mustWrite(b, s, &store.Batch{Session: row, Whole: true})
	}
	mustWrite(b, s, &store.Batch{Session: session("9574"), Whole: true, Changes: []store.Change{{Table: "laps", Rows: manyLaps(1200)}}})
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if list, err := s.Sessions(context.Background(), store.SessionQuery{Season: 2020, Limit: 20}); err != nil || len(list) != 20 {
			b.Fatal(len(list), err)
		}
		if _, err := s.Find(context.Background(), "9574"); err != nil {
			b.Fatal(err)
		}
		rows := 0
		for _, err := range s.Rows(context.Background(), &store.Query{Session: "9574", Table: "laps", Limit: 100}) {
			if rows++; err != nil {
				b.Fatal(err)
			}
		}
		took = append(took, time.Since(began))
	}
	percentiles(b, took)
}

// A word that a hundred sessions' messages have.
func BenchmarkSearch(b *testing.B) {
	s := opened(b).(*Store)
	for i := range 100 {
		key := fmt.Sprint("s", i)
		c := store.Change{Table: "race_control"}
		for n := range 100 {
			for row := range tables.RaceControl.Cells(slices.Values([]f1.RaceControlRow{{SessionKey: key, MessageID: n, Time: lights, Message: fmt.Sprintf("CAR %d (HAM) TIME 1:4%d DELETED - TRACK LIMITS AT TURN %d", n%20, n, n%17)}})) {
				c.Rows = append(c.Rows, slices.Clone(row))
			}
		}
		mustWrite(b, s, &store.Batch{Session: session(key), Whole: true, Changes: []store.Change{c}})
	}
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if hits, err := s.Search(context.Background(), "track lim", 20); err != nil || len(hits) != 20 {
			b.Fatal(len(hits), err)
		}
		took = append(took, time.Since(began))
	}
	percentiles(b, took)
}
