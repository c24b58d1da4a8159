// Package analyticstest holds engines to the questions of package analytics: the answers are compared with what
// plain loops over the rows come to. The rows are of real recordings, imported lap tables and simulated races.
// Only tests and benchmarks call it.
package analyticstest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/history"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Session is one session with the rows that questions are about.
type Session struct {
	f1.SessionRow
	Simulated    bool
	Source       string
	Drivers      []f1.DriverRow
	Laps         []f1.LapRow
	Stints       []f1.StintRow
	PitStops     []f1.PitStopRow
	Results      []f1.ResultRow
	LapTelemetry []f1.LapTelemetryRow
	Telemetry    []f1.TelemetryRow // by car and time
	Locations    []f1.LocationRow
}

// Recorded derives a recording of the real data, without its samples when they are not wanted.
func Recorded(t testing.TB, path string, samples bool) *Session {
	t.Helper()
	d := derive.New(path, derive.Wish{Telemetry: samples, Locations: samples})
	for _, m := range reference.Messages(t, reference.Path(t, "live-timing/"+path)) {
		take(t, d, &m)
	}
	return derived(d, false)
}

// Simulated derives a simulated session.
func Simulated(t testing.TB, c sim.Config) *Session {
	t.Helper()
	s, err := sim.New(c)
	if err != nil {
		t.Fatal(err)
	}
	d := derive.New("simulated", derive.Wish{Telemetry: true, Locations: true})
	for {
		var m feed.Message
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return derived(d, true)
		}
		if err != nil {
			t.Fatal(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		take(t, d, &m)
	}
}

func take(t testing.TB, d *derive.Session, m *feed.Message) {
	t.Helper()
	if err := d.Take(m); err != nil {
		t.Logf("%s: %v", d.Key(), err) // a damaged frame of a real recording
	}
}

func derived(d *derive.Session, simulated bool) *Session {
	rows := d.Rows()
	return &Session{
		SessionRow: d.State.SessionRow(), Simulated: simulated, Source: "log",
		Drivers: slices.Collect(rows.Drivers), Laps: slices.Collect(rows.Laps), Stints: slices.Collect(rows.Stints), PitStops: slices.Collect(rows.PitStops),
		Results: slices.Collect(rows.Results), LapTelemetry: slices.Collect(rows.LapTelemetry), Telemetry: slices.Collect(rows.Telemetry), Locations: slices.Collect(rows.Locations),
	}
}

// Imported reads the published lap tables: every session once, from its best table. With telemetry the folders of
// telemetry are read too.
func Imported(t testing.TB, telemetry bool) []*Session {
	t.Helper()
	paths := []string{reference.Path(t, "laps"), reference.Path(t, "results/f1db")}
	if telemetry {
		paths = append(paths, reference.Path(t, "telemetry"))
	}
	im, err := history.Open(paths...)
	if err != nil {
		t.Fatal(err)
	}
	var all []*Session
	for s, err := range im.Sessions() {
		if err != nil {
			t.Fatal(err)
		}
		if s.Preferred {
			all = append(all, &Session{SessionRow: s.SessionRow, Source: "fastf1", Drivers: s.Drivers, Laps: s.Laps, Stints: s.Stints, PitStops: s.PitStops, Results: s.Results})
		}
	}
	if telemetry {
		addTelemetry(t, im, all)
	}
	return all
}

func addTelemetry(t testing.TB, im *history.Import, all []*Session) {
	t.Helper()
	for lap, err := range im.Telemetry() {
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(s *Session) bool { return s.SessionKey == lap.SessionKey })
		if i < 0 {
			t.Fatalf("telemetry of %s, which has no laps", lap.ID)
		}
		all[i].Telemetry = append(all[i].Telemetry, lap.Telemetry...)
		all[i].Locations = append(all[i].Locations, lap.Locations...)
	}
	for _, s := range all {
		slices.SortStableFunc(s.Telemetry, func(a, b f1.TelemetryRow) int { return byCarAndTime(a.DriverNumber, b.DriverNumber, a.Time, b.Time) })
		slices.SortStableFunc(s.Locations, func(a, b f1.LocationRow) int { return byCarAndTime(a.DriverNumber, b.DriverNumber, a.Time, b.Time) })
		s.LapTelemetry = slices.Collect(derive.LapTelemetry(s.Laps, slices.Values(s.Telemetry)))
	}
}

// Put writes the session to a store, whole.
func (s *Session) Put(t testing.TB, to store.Writer) {
	t.Helper()
	b := store.Batch{
		Session: s.SessionRow, Simulated: s.Simulated, Source: s.Source, Offset: 1, Whole: true, Replace: true, Ended: true,
		Telemetry: s.Telemetry, Locations: s.Locations,
		Changes: []store.Change{
			change(tables.Drivers, s.Drivers), change(tables.Laps, s.Laps), change(tables.Stints, s.Stints),
			change(tables.PitStops, s.PitStops), change(tables.Results, s.Results), change(tables.LapTelemetry, s.LapTelemetry),
		},
	}
	if err := to.Write(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
}

func change[R any](table tables.Table[R], rows []R) store.Change {
	d := table.Describe()
	c := store.Change{Table: d.Name}
	for row := range table.Cells(slices.Values(rows)) {
		c.Rows = append(c.Rows, slices.Clone(row))
	}
	if !d.Sorted {
		c.Len = len(c.Rows)
		for i := range c.Rows {
			c.At = append(c.At, i)
		}
	}
	return c
}

// SimulatedSessions are three short ones with samples, of two seasons: a race, a sprint and a qualifying.
func SimulatedSessions(t testing.TB) []*Session {
	t.Helper()
	return []*Session{
		Simulated(t, sim.Config{Session: f1.Race, Circuit: "baku", Laps: 14, Seed: 11, Season: 2024}),
		Simulated(t, sim.Config{Session: f1.Sprint, Circuit: "monza", Laps: 8, Seed: 12}),
		Simulated(t, sim.Config{Session: f1.Qualifying, Circuit: "monza", Seed: 13}),
	}
}

// Corpus is what answers are compared over: the published lap tables, recordings with and without samples, and the
// simulated sessions. Of a session that is in several of them the recording is taken. The test is skipped
// without the real data.
func Corpus(t testing.TB) []*Session {
	t.Helper()
	all := []*Session{
		Recorded(t, "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race", true),
		Recorded(t, "archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint", true),
		Recorded(t, "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", true),
		Recorded(t, "archive/2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying", true),
		Recorded(t, "reconstructed/2025-03-16_Australian_Grand_Prix_Race", true),
	}
	for _, s := range slices.Concat(Imported(t, false), SimulatedSessions(t)) {
		if !slices.ContainsFunc(all, func(o *Session) bool { return o.SessionKey == s.SessionKey }) {
			all = append(all, s)
		}
	}
	return all
}

// Columns are the names of a table's columns.
func Columns(table string) []string {
	d, err := tables.Find(table)
	if err != nil {
		panic(err) // the tests name tables that are there
	}
	var names []string
	for _, c := range d.Columns {
		names = append(names, c.Name)
	}
	return names
}
