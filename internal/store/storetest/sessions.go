package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// race is a session with a name.
func race(key, event string, season int) f1.SessionRow {
	return f1.SessionRow{SessionKey: key, Event: event, Season: f1.Some(season), Type: f1.Race, Name: "Race"}
}

func only(session f1.SessionRow) *store.Batch {
	return &store.Batch{Session: session, Source: "log", Log: "log of " + session.SessionKey, Whole: true}
}

// Sessions are found by key and by id, and keep their ids.
func find(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	is := func(name, key, id string) {
		t.Helper()
		found, err := s.Find(ctx, name)
		if err != nil || found.SessionKey != key || found.ID != id {
			t.Fatalf("%s is %q %q, %v; want %q %q", name, found.SessionKey, found.ID, err, key, id)
		}
	}
	is404 := func(name string) {
		t.Helper()
		if found, err := s.Find(ctx, name); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("%s: %+v, %v", name, found, err)
		}
		if rows, err := read(s, store.Query{Session: name, Table: "laps"}); name != "" && !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("laps of %s: %v, %v", name, rows, err)
		}
	}
	is404("9574")
	before := time.Now().Truncate(time.Millisecond)
	b := only(race("9574", "Azerbaijan Grand Prix", 2018))
	b.Simulated, b.Offset, b.Ended = true, 1<<40, true
	mustWrite(t, s, b)
	is("9574", "9574", "azerbaijan_2018_race")
	is("azerbaijan_2018_race", "9574", "azerbaijan_2018_race")
	found, err := s.Find(ctx, "9574")
	if err != nil || !found.Simulated || found.Source != "log" || found.Log != "log of 9574" || found.Offset != 1<<40 || !found.Whole ||
		found.Changed.Before(before) || found.Changed.After(time.Now()) || found.SessionRow != b.Session {
		t.Fatalf("%+v, %v", found, err)
	}
	// The same name: the key goes behind it, and stays there when the first one goes.
	mustWrite(t, s, only(race("9999", "Azerbaijan Grand Prix", 2018)))
	is("azerbaijan_2018_race_9999", "9999", "azerbaijan_2018_race_9999")
	if err := s.Remove(ctx, "azerbaijan_2018_race"); err != nil {
		t.Fatal(err)
	}
	is404("9574")
	is404("azerbaijan_2018_race")
	mustWrite(t, s, only(race("9999", "Azerbaijan Grand Prix", 2018)))
	is("9999", "9999", "azerbaijan_2018_race_9999")
	mustWrite(t, s, only(race("9574", "Azerbaijan Grand Prix", 2018)))
	is("azerbaijan_2018_race", "9574", "azerbaijan_2018_race")
	// Nothing but a key at first.
	mustWrite(t, s, only(f1.SessionRow{SessionKey: "unknown"}))
	is("unknown", "unknown", "unknown")
	mustWrite(t, s, only(race("unknown", "São Paulo Grand Prix", 2024)))
	is("sao_paulo_2024_race", "unknown", "sao_paulo_2024_race")
	is("unknown", "unknown", "sao_paulo_2024_race")
	// A key that is another one's id: the key is asked first, the id is not given twice.
	mustWrite(t, s, only(f1.SessionRow{SessionKey: "sao_paulo_2024_race"}))
	is("sao_paulo_2024_race", "sao_paulo_2024_race", "sao_paulo_2024_race_sao_paulo_2024_race")
	is("unknown", "unknown", "sao_paulo_2024_race")
	for _, name := range []string{"", "AZERBAIJAN_2018_RACE", "%", "9574 ", "azerbaijan_2018_rac_", "' OR 1=1 --"} {
		is404(name)
	}
}

// Lists of sessions: every filter, newest first, page by page.
func sessions(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	drivers := describe("drivers")
	add := func(key string, season, round int, kind f1.SessionType, circuit string, day int, codes ...string) {
		row := f1.SessionRow{SessionKey: key, Type: kind, CircuitID: circuit, Event: circuit + " Grand Prix"}
		if season > 0 {
			row.Season = f1.Some(season)
		}
		if round > 0 {
			row.Round = f1.Some(round)
		}
		if day > 0 {
			row.DateStart = f1.Some(time.Date(2024, 1, day, 12, 0, 0, 0, time.UTC))
		}
		var rows []tables.Row
		for i, code := range codes {
			for row := range tables.Drivers.Cells(slices.Values([]f1.DriverRow{{SessionKey: key, DriverNumber: i + 1, TLA: code}})) {
				rows = append(rows, slices.Clone(row))
			}
		}
		b := only(row)
		b.Changes = []store.Change{whole(&drivers, rows)}
		mustWrite(t, s, b)
	}
	list := func(q store.SessionQuery, want ...string) {
		t.Helper()
		found, err := s.Sessions(ctx, q)
		var keys []string
		for _, f := range found {
			keys = append(keys, f.SessionKey)
		}
		if err != nil || !slices.Equal(keys, want) {
			t.Fatalf("%+v: %v, %v; want %v", q, keys, err, want)
		}
	}
	list(store.SessionQuery{})
	add("1", 2023, 1, f1.Race, "sakhir", 3, "HAM", "VER")
	add("2", 2024, 1, f1.Race, "sakhir", 9, "HAM", "BOT")
	add("3", 2024, 1, f1.Qualifying, "sakhir", 8, "VER")
	add("4", 2024, 2, f1.Race, "jeddah", 16)
	add("5", 0, 0, "", "", 0, "HAM")
	add("6", 2024, 2, f1.Qualifying, "jeddah", 16)
	add("7", 0, 0, "", "", 0)
	list(store.SessionQuery{}, "6", "4", "2", "3", "1", "7", "5")
	list(store.SessionQuery{Season: 2024}, "6", "4", "2", "3")
	list(store.SessionQuery{Season: 2024, Round: 1}, "2", "3")
	list(store.SessionQuery{Type: f1.Race}, "4", "2", "1")
	list(store.SessionQuery{Circuit: "sakhir", Type: f1.Race}, "2", "1")
	list(store.SessionQuery{Driver: "HAM"}, "2", "1", "5")
	list(store.SessionQuery{Driver: "VER", Season: 2024}, "3")
	list(store.SessionQuery{Driver: "ham"})
	list(store.SessionQuery{Season: 1950})
	list(store.SessionQuery{Circuit: "%' OR 1=1"})
	for limit := 1; limit <= 8; limit++ {
		var keys []string
		q := store.SessionQuery{Limit: limit}
		for {
			page, err := s.Sessions(ctx, q)
			if err != nil || len(page) > limit {
				t.Fatalf("%+v: %d, %v", q, len(page), err)
			}
			for _, f := range page {
				keys = append(keys, f.SessionKey)
				q.After = f.ID
			}
			if len(page) < limit {
				break
			}
		}
		if want := []string{"6", "4", "2", "3", "1", "7", "5"}; !slices.Equal(keys, want) {
			t.Fatalf("pages of %d: %v, want %v", limit, keys, want)
		}
	}
	for _, q := range []store.SessionQuery{{After: "nobody"}, {Limit: -1}} {
		if found, err := s.Sessions(ctx, q); !errors.Is(err, store.ErrInvalid) {
			t.Fatalf("%+v: %v, %v", q, found, err)
		}
	}
}

// What is removed is gone everywhere, and nothing else is.
func remove(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	if err := s.Remove(ctx, "r1"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("nothing to remove: %v", err)
	}
	full := func(key string) *store.Batch {
		b := only(race(key, "Azerbaijan Grand Prix "+key, 2018))
		b.Telemetry = []f1.TelemetryRow{{SessionKey: key, DriverNumber: 1, Time: start}}
		b.Locations = []f1.LocationRow{{SessionKey: key, DriverNumber: 1, Time: start}}
		b.Changes = []store.Change{{Table: "laps", Rows: []tables.Row{lap(key, 44, 1, time.Minute)}}}
		for row := range tables.RaceControl.Cells(slices.Values([]f1.RaceControlRow{{SessionKey: key, Time: start, Message: "removable of " + key}})) {
			b.Changes = append(b.Changes, store.Change{Table: "race_control", Rows: []tables.Row{slices.Clone(row)}})
		}
		return b
	}
	for _, key := range []string{"r1", "r2"} {
		mustWrite(t, s, full(key))
		if err := s.PutResults(ctx, &store.Results{Session: key, Season: 2018, Type: f1.Race, Known: start, Status: store.ResultFinal}); err != nil {
			t.Fatal(err)
		}
	}
	was, err := s.Find(ctx, "r1")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(ctx, "r1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(ctx, "r1"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("removed twice: %v", err)
	}
	if _, err := s.Results(ctx, "r1", time.Time{}); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("results of what was removed: %v", err)
	}
	if hits, err := s.Search(ctx, "removable", 0); err != nil || len(hits) != 1 || hits[0].Session != "r2" {
		t.Fatalf("found %+v, %v", hits, err)
	}
	if all, err := s.SeasonResults(ctx, 2018, false); err != nil || len(all) != 1 || all[0].Session != "r2" {
		t.Fatalf("results %+v, %v", all, err)
	}
	holds(t, s, "r2", "laps", []tables.Row{lap("r2", 44, 1, time.Minute)})
	// Stored again, it is new: nothing of before, and no version that was there before.
	b := only(race("r1", "Azerbaijan Grand Prix r1", 2018))
	mustWrite(t, s, b)
	for _, table := range tables.Names() {
		if rows := mustRead(t, s, store.Query{Session: "r1", Table: table}); table != "sessions" && len(rows) > 0 {
			t.Fatalf("%s of before: %v", table, rows)
		}
	}
	if found, err := s.Find(ctx, "r1"); err != nil || found.Version <= was.Version {
		t.Fatalf("%+v, %v; the version was %d", found, err, was.Version)
	}
}

// whatever writes at the same time, a reader sees a session between two batches and never inside one.
func readers(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	const batches = 40
	write := func(to int) error {
		b := &store.Batch{Session: f1.SessionRow{SessionKey: "c"}, Source: "log", Log: "a", From: uint64(max(to-1, 0)), Offset: uint64(to)}
		c := store.Change{Table: "laps"}
		for n := range 50 { // every row says the offset
			c.Rows = append(c.Rows, lap("c", n, 1, time.Duration(to)*time.Millisecond))
			b.Telemetry = append(b.Telemetry, f1.TelemetryRow{SessionKey: "c", DriverNumber: n, Time: start.Add(time.Duration(to) * time.Second), Speed: f1.Some(int16(to))})
		}
		b.Changes = []store.Change{c}
		return s.Write(ctx, b)
	}
	if err := write(0); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	failed := make(chan error, 9)
	for range 8 {
		go func() { failed <- readWhile(s, done) }()
	}
	go func() {
		defer close(done)
		for to := 1; to <= batches; to++ {
			if err := write(to); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	for range 9 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

// readWhile reads until done, and once more: all rows are of one offset, and no older than that of the read before.
func readWhile(s store.Store, done <-chan struct{}) error {
	ctx := context.Background()
	last, d := int64(-1), describe("laps")
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		rows, err := read(s, store.Query{Session: "c", Table: "laps"})
		if err != nil {
			return err
		}
		at := rows[0].Cells[d.Index("lap_time_ms")].N
		for _, row := range rows {
			if n := row.Cells[d.Index("lap_time_ms")].N; n != at || len(rows) != 50 || at < last {
				return fmt.Errorf("%d rows of offsets %d and %d, after %d", len(rows), at, n, last)
			}
		}
		last = at
		found, err := s.Find(ctx, "c")
		if err != nil || int64(found.Offset) < at {
			return fmt.Errorf("offset %d of rows at %d: %w", found.Offset, at, err)
		}
		samples, err := read(s, store.Query{Session: "c", Table: "telemetry"})
		if err != nil || len(samples)%50 != 0 || int64(len(samples)) < 50*(at+1) {
			return fmt.Errorf("%d samples at %d: %w", len(samples), at, err)
		}
		if _, err := s.Sessions(ctx, store.SessionQuery{}); err != nil {
			return err
		}
	}
	return nil
}
