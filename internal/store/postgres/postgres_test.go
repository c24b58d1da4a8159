package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/tables"
)

// lines are the rows of a statement as text.
func lines(t testing.TB, s *Store, statement string, args ...any) []string {
	t.Helper()
	rows, err := s.pool.Query(context.Background(), statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return all
}

// The migrations make exactly the storage that the program writes to. What is missing is printed as the statement
// that belongs into a new migration.
func TestSchemaFitsTables(t *testing.T) {
	s := open(t)
	const columns = `SELECT column_name || ' ' || data_type FROM information_schema.columns
		WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`
	for _, d := range tables.All() {
		st := s.tables[d.Name]
		if st != nil {
			var want []string
			for _, c := range st.Columns {
				want = append(want, c.Name+" "+c.Type)
			}
			if got := lines(t, s, columns, "public", st.Table); strings.Join(got, ", ") != strings.Join(want, ", ") {
				t.Errorf("%s is\n%s\nwant\n%s", st.Table, strings.Join(got, ", "), createTable(st)+createView(st))
			}
		}
		var want []string
		for _, c := range d.Columns {
			want = append(want, c.Name)
		}
		got := lines(t, s, columns, "api", d.Name)
		for i := range got {
			got[i], _, _ = strings.Cut(got[i], " ")
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("api.%s has %v, want %v", d.Name, got, want)
		}
	}
	for table, first := range map[string]string{
		"users": "id email preferences created_at", "drivers": "id name nationality number", "circuits": "id name country length",
		"races": "id season round circuit_id", "sessions": "id race_id type date", "constructors": "id name nationality color",
		"config": "key value version changed_by changed_at", "lap_times": "time session_id driver_id lap s1 s2 s3 compound",
		"telemetry": "time session_id driver_id speed throttle brake gear",
	} {
		got := lines(t, s, `SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`, table)
		if !strings.HasPrefix(strings.Join(got, " ")+" ", first+" ") {
			t.Errorf("%s begins with %v, want %s", table, got, first)
		}
	}
}

// The views of the contract give the rows that the program reads.
func TestViews(t *testing.T) {
	s, h := open(t), newHistory(4)
	h.writeAll(t, s)
	for _, d := range tables.All() {
		n := 0
		for _, err := range s.Rows(context.Background(), &store.Query{Session: h.key, Table: d.Name}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		var viewed int
		err := s.pool.QueryRow(context.Background(), "SELECT count(*) FROM api."+d.Name+" WHERE session_key = $1", h.key).Scan(&viewed)
		if err != nil || viewed != n {
			t.Errorf("api.%s has %d rows, %v; want %d", d.Name, viewed, err, n)
		}
	}
	got := lines(t, s, `SELECT concat_ws(' ', driver_id, driver_number, lap, time_from, to_char(time, 'HH24:MI:SS.MS'), date_start IS NULL) FROM lap_times
		WHERE driver_number <= 2 AND lap <= 2 ORDER BY driver_number, lap`)
	want := "D01 1 1 session 13:00:00.000 t, D01 1 2 date_start 13:01:15.731 f, D02 2 1 date_start 13:00:01.462 f, D02 2 2 date_start 13:01:16.462 f"
	if strings.Join(got, ", ") != want {
		t.Errorf("lap_times: %s\nwant %s", strings.Join(got, ", "), want)
	}
	for _, table := range []string{"lap_times", "telemetry", "locations", "positions"} {
		if got := lines(t, s, "SELECT DISTINCT driver_id FROM "+table+" ORDER BY 1"); len(got) != historyCars || got[0] != "D01" {
			t.Errorf("%s: drivers %v", table, got)
		}
	}
	if got := lines(t, s, "SELECT concat_ws(' ', id, type, date) FROM sessions"); got[0] != "monaco_2024_race race 2024-05-26" {
		t.Errorf("session %v", got)
	}
}

// Partitions are made when they are needed, by many writers at once, and retention drops whole months.
func TestPartitions(t *testing.T) {
	ctx := context.Background()
	s, h := open(t), newHistory(3)
	var writers sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		writers.Go(func() {
			other := *h
			other.key = fmt.Sprintf("%d", 100+i)
			for n := 1; n <= h.laps && errs[i] == nil; n++ {
				errs[i] = s.Write(ctx, other.batch(n))
			}
		})
	}
	writers.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	const parts = `SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r' AND relname NOT LIKE '%_early' AND relname NOT LIKE '%_late' ORDER BY 1`
	if got := strings.Join(lines(t, s, parts), " "); got != "lap_times_2024 locations_2024_05 positions_2024 telemetry_2024_05" {
		t.Errorf("partitions %s", got)
	}
	before, err := s.Find(ctx, "100")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ seasons, year, dropped int }{{2, 2025, 0}, {1, 2025, 2}} {
		r, err := s.Retain(ctx, c.seasons, time.Date(c.year, 3, 1, 0, 0, 0, 0, time.UTC))
		if err != nil || len(r.Dropped) != c.dropped {
			t.Errorf("retain %d seasons in %d: %+v, %v", c.seasons, c.year, r, err)
		}
	}
	if n := count(t, s, "telemetry"); n != 0 {
		t.Errorf("%d samples are left", n)
	}
	if after, err := s.Find(ctx, "100"); err != nil || after.Version <= before.Version {
		t.Errorf("version %d after %d, %v", after.Version, before.Version, err)
	}
	// What was given up can be written again.
	b := h.batch(1)
	b.Whole = true
	if err := s.Write(ctx, b); err != nil {
		t.Error(err)
	}
	if n := count(t, s, "telemetry"); n != 300*historyCars {
		t.Errorf("%d samples after writing them again", n)
	}
}

// A partition that is dropped between being seen and being written to is made again.
func TestPartitionDroppedMeanwhile(t *testing.T) {
	ctx := context.Background()
	s, h := open(t), newHistory(3)
	if err := s.Write(ctx, h.batch(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.pool.Exec(ctx, `DROP TABLE telemetry_2024_05`); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(ctx, h.batch(2)); err != nil {
		t.Error(err)
	}
}

// Samples of a wrong clock on both sides of 1970 are of two months: seconds are counted the other way before it.
func TestPartitionsAround1970(t *testing.T) {
	s, h := open(t), newHistory(3)
	b := h.batch(1)
	first := time.Date(1969, 12, 31, 23, 59, 59, 203e6, time.UTC)
	b.Telemetry, b.Locations = b.Telemetry[:2], nil
	b.Telemetry[0].Time, b.Telemetry[1].Time = first.Add(1265*time.Millisecond), first
	if err := s.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, "telemetry"); n != 2 {
		t.Errorf("%d samples were kept", n)
	}
}

// The summaries kept after a session has ended are those made before, and change with its telemetry.
func TestSummaries(t *testing.T) {
	ctx := context.Background()
	s, h := open(t), newHistory(4)
	h.laps = 5 // the session does not end yet
	for n := 1; n <= 4; n++ {
		if err := s.Write(ctx, h.batch(n)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Refresh(ctx); n != 0 || err != nil {
		t.Errorf("refreshed %d sessions before their end, %v", n, err)
	}
	if err := s.Write(ctx, h.batch(5)); err != nil {
		t.Fatal(err)
	}
	live := summaries(t, s)
	await(t, "the summaries to be kept", func() bool { return lines(t, s, `SELECT summed::text FROM sessions`)[0] == "true" })
	if n := count(t, s, "telemetry_10s_kept"); n == 0 {
		t.Error("nothing is kept")
	}
	if kept := summaries(t, s); strings.Join(kept, "\n") != strings.Join(live, "\n") || len(kept) < 40 {
		t.Errorf("kept\n%v\nlive\n%v", kept, live)
	}
	b := h.batch(1)
	b.Whole, b.Replace = true, true
	if err := s.Write(ctx, b); err != nil {
		t.Fatal(err)
	}
	if got := summaries(t, s); len(got) >= len(live) {
		t.Errorf("%d laps are summed up after the session was replaced", len(got))
	}
}

// await polls until something holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited for %s", what)
		}
	}
}

// The reader reads and nothing else; the writer writes, makes and drops partitions, and makes no tables.
func TestRoles(t *testing.T) {
	ctx := context.Background()
	url := pgtest.Database(t)
	h := newHistory(2)
	owner := openAt(t, url)
	if got := lines(t, owner, `SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname IN ('public', 'api')`); strings.Join(got, " ") != roleMigrator {
		t.Errorf("tables belong to %v", got)
	}
	as := func(role string) *Store {
		cfg := Default()
		cfg.URL, cfg.Migrate = url+"&role="+role, false
		s, err := Open(ctx, cfg)
		if err != nil {
			t.Fatalf("%s: %v", role, err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	w, r := as(roleWriter), as(roleReader)
	h.writeAll(t, w)
	if err := w.Set(ctx, store.Setting{Key: "k", Value: "v", Version: 1, ChangedAt: time.Now()}); err != nil {
		t.Error(err)
	}
	if _, err := w.Refresh(ctx); err != nil {
		t.Error(err)
	}
	if got, want := dump(t, r), dump(t, w); got != want {
		t.Errorf("the reader reads\n%s\nwant\n%s", got, want)
	}
	if err := r.Write(ctx, h.batch(1)); code(err) != "42501" {
		t.Errorf("the reader writes: %v", err)
	}
	for _, statement := range []string{"DELETE FROM sessions", "UPDATE lap_times SET lap = 1", "INSERT INTO users (email) VALUES ('x')", "CREATE TABLE x (y int)",
		"SELECT ensure_partition('telemetry', now())", "SELECT drop_series_before(now())", "INSERT INTO api.laps (session_key) VALUES ('x')"} {
		if _, err := r.pool.Exec(ctx, statement); code(err) != "42501" && code(err) != "55000" {
			t.Errorf("the reader may %s: %v", statement, err)
		}
	}
	for _, statement := range []string{"CREATE TABLE x (y int)", "DROP TABLE lap_times", "ALTER TABLE sessions ADD x int", "DELETE FROM goose_db_version"} {
		if _, err := w.pool.Exec(ctx, statement); code(err) != "42501" {
			t.Errorf("the writer may %s: %v", statement, err)
		}
	}
	if got := lines(t, r, "SELECT session_key FROM api.sessions"); len(got) != 1 {
		t.Errorf("api.sessions: %v", got)
	}
	if _, err := w.Retain(ctx, 1, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Error(err)
	}
}

// Many processes may migrate at once, and each step keeps the rows that are there.
func TestMigrations(t *testing.T) {
	ctx := context.Background()
	cfg := Default()
	cfg.URL = pgtest.Database(t)
	old := migrator{url: cfg.URL, choose: chooseSeries}
	if err := old.run(ctx, 1); err != nil {
		t.Fatal(err)
	}
	early := Default()
	early.URL, early.Migrate = cfg.URL, false
	if _, err := Open(ctx, early); err == nil || !strings.Contains(err.Error(), "pitwall migrate") {
		t.Errorf("an old schema is opened: %v", err)
	}
	// Rows of version 1, over two years and one without a known time.
	conn, err := pgx.Connect(ctx, cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, `INSERT INTO sessions (id, session_key, version, series_from, series_to) VALUES ('monaco_2024_race', '1', 1, '1900-01-01', '2024-12-31');
		INSERT INTO lap_times (time, session_id, driver_id, lap, driver_number, time_from) VALUES ('2023-03-01', 'monaco_2024_race', 'HAM', 1, 44, 'date_start'),
			('2024-03-01', 'monaco_2024_race', 'HAM', 2, 44, 'date_start'), ('1900-01-01', 'monaco_2024_race', 'HAM', 3, 44, 'unknown');
		INSERT INTO telemetry (time, session_id, driver_id, driver_number, speed) VALUES ('2023-03-31 23:59:59.9+00', 'monaco_2024_race', 'HAM', 44, 300),
			('2023-04-01 00:00+00', 'monaco_2024_race', 'HAM', 44, 301)`)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	errs, done := make([]error, 5), make([]Migrated, 5)
	for i := range errs {
		all.Go(func() { done[i], errs[i] = Migrate(ctx, cfg) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	steps := 0
	for _, d := range done {
		steps += d.To - d.From
	}
	if steps != newestMigration-1 {
		t.Errorf("%d steps were done by all: %+v", steps, done)
	}
	s := openAt(t, cfg.URL)
	if laps, samples := count(t, s, "api.laps"), count(t, s, "api.telemetry"); laps != 3 || samples != 2 {
		t.Errorf("%d laps and %d samples have survived", laps, samples)
	}
	if got := lines(t, s, `SELECT tableoid::regclass::text FROM telemetry ORDER BY time`); strings.Join(got, " ") != "telemetry_2023_03 telemetry_2023_04" {
		t.Errorf("they are in %v", got)
	}
}

// Errors and logs do not tell the password, whatever is wrong.
func TestNoPasswords(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	const secret = "s3cr3t%21pw"
	for _, url := range []string{"postgres://u:" + secret + "@127.0.0.1:1/db", "postgres://u:" + secret + "@127.0.0.1:notaport/db",
		"postgres://u:" + secret + "@[::1/db", "mysql://u:" + secret + "@h/db", "postgres://u:" + secret + "%zz@h/db",
		"postgres://u:" + secret + "@h/db?sslmode=wrong", "postgres://u:" + secret + "@127.0.0.1:1/db?sslmode=verify-full&sslrootcert=/none"} {
		for _, migrate := range []bool{true, false} {
			cfg := Default()
			cfg.URL, cfg.Migrate = url, migrate
			_, err := Open(ctx, cfg)
			if err == nil {
				t.Errorf("%s is opened", url)
				continue
			}
			if strings.Contains(err.Error(), "s3cr3t") || strings.Contains(fmt.Sprintf("%+v", err), "s3cr3t") {
				t.Errorf("the error has the password: %v", err)
			}
		}
	}
}

// A long read comes from one snapshot and gives its connection back when the caller stops.
func TestLongReads(t *testing.T) {
	ctx := context.Background()
	s, h := open(t), newHistory(3)
	h.writeAll(t, s)
	q := &store.Query{Session: h.key, Table: "telemetry"}
	n := 0
	for row, err := range s.Rows(ctx, q) {
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 { // the rows go while they are read
			if err := s.Remove(ctx, h.key); err != nil {
				t.Fatal(err)
			}
		}
		if bytes.Equal(nil, []byte(row.Cells[0].S)) {
			t.Fatal("a row without a session")
		}
		n++
	}
	if n != 3*300*historyCars {
		t.Errorf("%d rows", n)
	}
	h.writeAll(t, s)
	for range 30 { // more often than there are connections
		for _, err := range s.Rows(ctx, q) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if held := s.pool.Stat().AcquiredConns(); held != 0 {
		t.Errorf("%d connections are held", held)
	}
}

// A session that the caller has found is not looked up again, unless nothing is there any more under what was found.
func TestRowsOfFoundSession(t *testing.T) {
	ctx := context.Background()
	s, h := open(t), newHistory(2)
	h.writeAll(t, s)
	found, err := s.Find(ctx, h.key)
	if err != nil {
		t.Fatal(err)
	}
	read := func(found *store.Session) (all []string, err error) {
		for row, err := range s.Rows(ctx, &store.Query{Session: h.key, Table: "laps", Found: found}) {
			if err != nil {
				return all, err
			}
			all = append(all, fmt.Sprint(row.Cells))
		}
		return all, nil
	}
	want, err := read(nil)
	if err != nil || len(want) != 2*historyCars {
		t.Fatalf("%d laps, %v", len(want), err)
	}
	renamed := found
	renamed.ID = "what_it_was_called_before"
	for _, f := range []*store.Session{&found, &renamed} {
		if got, err := read(f); err != nil || !slices.Equal(got, want) {
			t.Errorf("found as %s: %d laps, %v", f.ID, len(got), err)
		}
	}
	if err := s.Remove(ctx, h.key); err != nil {
		t.Fatal(err)
	}
	if got, err := read(&found); !errors.Is(err, store.ErrNotFound) || len(got) != 0 {
		t.Errorf("after it was removed: %d laps, %v", len(got), err)
	}
}
