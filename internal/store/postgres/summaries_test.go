package postgres

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/tables"
)

// What the database sums up of the laps of a real session is what the program sums up of them.
func TestSummariesOfRecording(t *testing.T) {
	messages := reference.Messages(t, reference.Path(t, "live-timing", "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix", "2025-10-25_Qualifying"))
	ctx := context.Background()
	s := open(t)
	d := derive.New("k", derive.All())
	for i := range messages {
		m := messages[i]
		if err := d.Take(&m); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Write(ctx, wholeOf(d)); err != nil {
		t.Fatal(err)
	}
	// What the program made is put aside, else it is what the database answers with.
	if _, err := s.pool.Exec(ctx, `CREATE TABLE made AS SELECT * FROM api.lap_telemetry; CREATE TABLE made_rows AS SELECT * FROM lap_telemetry; DELETE FROM lap_telemetry`); err != nil {
		t.Fatal(err)
	}
	const columns = "driver_number, lap_number, samples, speed_max_kmh, speed_min_kmh, speed_mean_kmh, rpm_max, full_throttle_pct, braking_pct, drs_open_pct"
	for _, when := range []string{"before", "after"} {
		var same, made, summed int
		err := s.pool.QueryRow(ctx, `WITH a AS (SELECT `+columns+` FROM made), b AS (SELECT `+columns+` FROM api.lap_summaries)
			SELECT (SELECT count(*) FROM (SELECT * FROM a INTERSECT SELECT * FROM b) x), (SELECT count(*) FROM a), (SELECT count(*) FROM b)`).Scan(&same, &made, &summed)
		if err != nil || same != made || same != summed || same < 200 {
			t.Errorf("%s the session's end: %d laps are the same of %d made by the program and %d by the database, %v", when, same, made, summed, err)
		}
		if _, err := s.pool.Exec(ctx, `UPDATE sessions SET whole = true`); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
	}
	// With the rows of the program and without, the same is said when the samples are gone.
	for _, rows := range []string{"", `INSERT INTO lap_telemetry SELECT * FROM made_rows`} {
		if _, err := s.pool.Exec(ctx, rows); err != nil {
			t.Fatal(err)
		}
		outlive(t, s, 2026)
	}
}

// outlive gives up the samples of the seasons before one and wants the summaries of laps as they were.
func outlive(t testing.TB, s *Store, season int) {
	t.Helper()
	ctx := context.Background()
	before := summaries(t, s)
	if _, err := s.Retain(ctx, 1, time.Date(season, 1, 2, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, "telemetry"); n != 0 {
		t.Errorf("%d samples are left", n)
	}
	if after := summaries(t, s); !slices.Equal(after, before) || len(after) < 40 {
		t.Errorf("%d laps are summed up without samples, %d with", len(after), len(before))
	}
	if _, err := s.pool.Exec(ctx, `UPDATE sessions SET summed = false, samples_version = samples_version + 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	if after := summaries(t, s); !slices.Equal(after, before) {
		t.Errorf("%d laps are summed up after a refresh, %d before the samples went", len(after), len(before))
	}
	if n := count(t, s, "telemetry_10s"); s.native && n == 0 {
		t.Error("the steps of ten seconds are gone")
	}
}

// What is said of laps outlives the samples, of a session that has ended and of one that has not.
func TestSummariesOutlive(t *testing.T) {
	ctx := context.Background()
	for name, s := range map[string]*Store{"native": open(t), "hypertables": openShim(t)} {
		t.Run(name, func(t *testing.T) {
			h := newHistory(4)
			h.writeAll(t, s)
			h.key, h.laps = "2", 9
			for n := range 4 {
				if err := s.Write(ctx, h.batch(n+1)); err != nil {
					t.Fatal(err)
				}
			}
			outlive(t, s, 2030)
		})
	}
}

// What a database of an earlier version keeps survives the migration.
func TestSummariesMigrated(t *testing.T) {
	ctx := context.Background()
	url := pgtest.Database(t)
	m := migrator{url: url, choose: chooseSeries}
	if err := m.run(ctx, keepMigration-1); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, `SELECT ensure_partition('telemetry', '2024-05-01'), ensure_partition('lap_times', '2024-05-01');
		INSERT INTO sessions (id, session_key, version, whole, series_from, series_to) VALUES ('monaco_2024_race', '1', 1, true, '2024-05-26', '2024-05-27');
		INSERT INTO lap_times (session_id, driver_number, driver_id, lap, time, time_from, date_start, lap_time_ms)
			VALUES ('monaco_2024_race', 4, 'NOR', 1, '2024-05-26 13:00:03', 'date_start', '2024-05-26 13:00:03', 80000);
		INSERT INTO telemetry (session_id, driver_number, driver_id, time, speed)
			SELECT 'monaco_2024_race', 4, 'NOR', timestamptz '2024-05-26 13:00' + n * interval '250 ms', 100 + n % 200 FROM generate_series(0, 500) n;`)
	if err == nil {
		_, err = conn.Exec(ctx, `SELECT refresh_summaries()`)
	}
	if err != nil {
		t.Fatal(err)
	}
	var before string
	const ask = `SELECT l::text FROM api.lap_summaries l`
	if err := conn.QueryRow(ctx, ask).Scan(&before); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, url)
	kept := count(t, s, "telemetry_10s_kept")
	if got := summaries(t, s); len(got) != 1 || got[0] != before || kept < 12 {
		t.Errorf("%v, before %s; %d steps are kept", got, before, kept)
	}
}

// wholeOf is a session in one batch.
func wholeOf(d *derive.Session) *store.Batch {
	rows := d.Rows()
	b := &store.Batch{Session: d.State.SessionRow(), Source: "log", Whole: true, Offset: d.Offset()}
	for _, table := range tables.All() {
		if table.Name == "telemetry" || table.Name == "locations" {
			continue
		}
		c := store.Change{Table: table.Name}
		for row := range rows.Cells(table.Name) {
			c.Rows = append(c.Rows, append(tables.Row(nil), row...))
			if !table.Sorted {
				c.At = append(c.At, c.Len)
			}
			c.Len++
		}
		b.Changes = append(b.Changes, c)
	}
	for r := range rows.Telemetry {
		b.Telemetry = append(b.Telemetry, r)
	}
	for r := range rows.Locations {
		b.Locations = append(b.Locations, r)
	}
	return b
}
