package app

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
)

// BenchmarkDetect is the time that finding the events adds to BenchmarkDerive's work on the same recordings: both are
// done in turns, and the share is of processor time.
func BenchmarkDetect(b *testing.B) {
	for name, path := range map[string]string{
		"qualifying": "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying",
		"race":       "reconstructed/2025-03-16_Australian_Grand_Prix_Race",
		"timing":     "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race",
	} {
		b.Run(name, func(b *testing.B) {
			var plain, detecting time.Duration
			told := 0
			for b.Loop() {
				for _, on := range []bool{false, true} {
					start := processorTime(b)
					d := deriveAll(b, path, &deriving{Wish: derive.Wish{Telemetry: name != "timing", Locations: name != "timing", Events: on}})
					countRows(d)
					used := processorTime(b) - start
					if on {
						detecting, told = detecting+used, len(d.now.Journal())
					} else {
						plain += used
					}
				}
			}
			b.ReportMetric(100*(detecting.Seconds()/plain.Seconds()-1), "%-added")
			b.ReportMetric(float64(told), "versions")
		})
	}
}

// deriveAll reads a whole recording into d.
func deriveAll(b *testing.B, path string, d *deriving) *deriving {
	b.Helper()
	path = filepath.Join("..", "..", "..", "shared", "data", "live-timing", filepath.FromSlash(path))
	if _, err := os.Stat(path); err != nil {
		b.Skipf("real recordings are absent: %v", err)
	}
	r, err := recording.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := d.read(r, func(*feed.Message) error { return nil }); err != nil {
		b.Fatal(err)
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
	return d
}

// BenchmarkDerive reads a whole session from disk, decodes its telemetry and makes every row of every
// table, which is all that export does but for the encoding. The figure of interest is x-real-time:
// session seconds derived in a second of processor time, garbage collection included, which a busy
// neighbour disturbs less than it does the clock on the wall.
func BenchmarkDerive(b *testing.B) {
	f := func(name, path string, telemetry bool) {
		b.Run(name, func(b *testing.B) { benchmarkDerive(b, path, telemetry) })
	}
	f("qualifying", "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", true)
	f("race", "reconstructed/2025-03-16_Australian_Grand_Prix_Race", true)
	f("timing", "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race", false)
}

func benchmarkDerive(b *testing.B, path string, telemetry bool) {
	path = filepath.Join("..", "..", "..", "shared", "data", "live-timing", filepath.FromSlash(path))
	if _, err := os.Stat(path); err != nil {
		b.Skipf("real recordings are absent: %v", err)
	}
	b.ReportAllocs()
	var session time.Duration
	rows, messages := 0, 0
	var start time.Duration
	for b.Loop() {
		if start == 0 {
			start = processorTime(b)
		}
		r, err := recording.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		d := &deriving{Wish: derive.Wish{Telemetry: telemetry, Locations: telemetry}}
		var first, last time.Time
		messages = 0
		err = d.read(r, func(m *feed.Message) error {
			if first.IsZero() {
				first = m.Time
			}
			last = m.Time
			messages++
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		session, rows = last.Sub(first), countRows(d)
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		if len(d.damaged) > 0 {
			b.Fatal(d.damaged[0])
		}
	}
	if rows == 0 || session <= 0 {
		b.Fatalf("%d rows of %v", rows, session)
	}
	used := processorTime(b) - start
	b.ReportMetric(session.Seconds()*float64(b.N)/used.Seconds(), "x-real-time")
	b.ReportMetric(session.Seconds()*float64(b.N)/b.Elapsed().Seconds(), "x-real-time-wall")
	b.ReportMetric(session.Seconds(), "session-s")
	b.ReportMetric(float64(messages), "messages")
	b.ReportMetric(float64(rows), "rows")
}

// processorTime is what this process has used so far, in user and system mode.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// countRows makes every row of the tables of the outward contract.
func countRows(d *deriving) int {
	n := 0
	for _, s := range d.sessions {
		r := s.Rows()
		n += count(r.Sessions) + count(r.Drivers) + count(r.Laps) + count(r.Stints) + count(r.PitStops)
		n += count(r.Positions) + count(r.Intervals) + count(r.RaceControl) + count(r.TrackStatus) + count(r.Weather)
		n += count(r.Telemetry) + count(r.Locations) + count(r.TeamRadio) + count(r.Events) + count(r.Results)
	}
	return n
}

func count[T any](rows func(yield func(T) bool)) int {
	n := 0
	for range rows {
		n++
	}
	return n
}
