package postgres

import (
	"context"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/store"
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
	const columns = "driver_number, lap_number, samples, speed_max_kmh, speed_min_kmh, speed_mean_kmh, rpm_max, full_throttle_pct, braking_pct, drs_open_pct"
	for _, when := range []string{"before", "after"} {
		var same, made, summed int
		err := s.pool.QueryRow(ctx, `WITH a AS (SELECT `+columns+` FROM api.lap_telemetry), b AS (SELECT `+columns+` FROM api.lap_summaries)
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
