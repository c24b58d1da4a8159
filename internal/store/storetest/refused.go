package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// What is wrong in itself is refused and leaves no trace.
func refused(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	mustWrite(t, s, lapBatch("w", 0, 1))
	was, err := s.Find(ctx, "w")
	if err != nil {
		t.Fatal(err)
	}
	positions := describe("positions")
	place := make(tables.Row, len(positions.Columns))
	place[0] = tables.Cell{Known: true, S: "w"}
	keyless := lap("w", 1, 1, time.Second)
	keyless[1] = tables.Cell{}
	for what, damage := range map[string]func(*store.Batch){
		"no key":               func(b *store.Batch) { b.Session.SessionKey = "" },
		"backwards":            func(b *store.Batch) { b.From, b.Offset = 9, 8 },
		"replace, not whole":   func(b *store.Batch) { b.Replace = true },
		"unknown table":        func(b *store.Batch) { b.Changes[0].Table = "lap" },
		"hostile table":        func(b *store.Batch) { b.Changes[0].Table = "laps; DROP TABLE laps" },
		"samples as rows":      func(b *store.Batch) { b.Changes[0].Table = "telemetry" },
		"short row":            func(b *store.Batch) { b.Changes[0].Rows[0] = b.Changes[0].Rows[0][:3] },
		"row of another":       func(b *store.Batch) { b.Changes[0].Rows = []tables.Row{lap("x", 1, 1, 0)} },
		"row without key":      func(b *store.Batch) { b.Changes[0].Rows = []tables.Row{keyless} },
		"gone of another":      func(b *store.Batch) { b.Changes[0].Gone = []tables.Row{lap("x", 1, 1, 0)} },
		"telemetry of another": func(b *store.Batch) { b.Telemetry = []f1.TelemetryRow{{SessionKey: "x", Time: start}} },
		"locations of another": func(b *store.Batch) { b.Locations = []f1.LocationRow{{SessionKey: "x", Time: start}} },
		"no places": func(b *store.Batch) {
			b.Changes[0] = store.Change{Table: "positions", Rows: []tables.Row{place}, Len: 1}
		},
		"a place twice": func(b *store.Batch) {
			b.Changes[0] = store.Change{Table: "positions", Rows: []tables.Row{place, place}, At: []int{0, 0}, Len: 2}
		},
		"a place beyond": func(b *store.Batch) {
			b.Changes[0] = store.Change{Table: "positions", Rows: []tables.Row{place}, At: []int{1}, Len: 1}
		},
		"a negative place": func(b *store.Batch) {
			b.Changes[0] = store.Change{Table: "positions", Rows: []tables.Row{place}, At: []int{-1}, Len: 1}
		},
		"a hole": func(b *store.Batch) {
			b.Changes = append(b.Changes, store.Change{Table: "positions", Rows: []tables.Row{place}, At: []int{3}, Len: 4})
		},
	} {
		b := lapBatch("w", 1, 2)
		damage(b)
		if err := s.Write(ctx, b); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if now, err := s.Find(ctx, "w"); err != nil || now != was {
		t.Fatalf("%+v, %v; it was %+v", now, err, was)
	}
	holds(t, s, "w", "laps", []tables.Row{lap("w", 44, 1, 90*time.Second)})

	one := []tables.Cell{{Known: true, N: 1}}
	for what, q := range map[string]store.Query{
		"no session":     {Table: "laps"},
		"unknown table":  {Session: "w", Table: "lap"},
		"negative limit": {Session: "w", Table: "laps", Limit: -1},
		"unknown column": {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap", Values: one}}},
		"hostile column": {Session: "w", Table: "laps", Where: []store.Condition{{Column: `lap_number" OR 1=1 --`, Values: one}}},
		"no value":       {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap_number"}}},
		"unknown value":  {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap_number", Values: make([]tables.Cell, 1)}}},
		"two values":     {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap_number", Op: store.Below, Values: slices.Concat(one, one)}}},
		"many values":    {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap_number", Values: slices.Repeat(one, 1000)}}},
		"many":           {Session: "w", Table: "laps", Where: slices.Repeat([]store.Condition{{Column: "lap_number", Values: one}}, 100)},
		"prefix":         {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap_number", Op: store.Prefix, Values: one}}},
		"operator":       {Session: "w", Table: "laps", Where: []store.Condition{{Column: "lap_number", Op: 99, Values: one}}},
		"cursor":         {Session: "w", Table: "laps", After: "nobody's"},
		"short cursor":   {Session: "w", Table: "laps", After: "WzFd"},
	} {
		if rows, err := read(s, q); !errors.Is(err, store.ErrInvalid) || len(rows) > 0 {
			t.Errorf("%s: %v, %v", what, rows, err)
		}
	}
	if _, err := s.Search(ctx, "x", -1); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("negative limit: %v", err)
	}
	for what, v := range map[string]store.Results{
		"no session": {Known: start, Status: store.ResultFinal},
		"no moment":  {Session: "w", Status: store.ResultFinal},
		"no status":  {Session: "w", Known: start},
		"row":        {Session: "w", Known: start, Status: store.ResultFinal, Rows: classified("x", 1)},
		"driver":     {Session: "w", Known: start, Status: store.ResultFinal, Drivers: []f1.DriverRow{{SessionKey: "x"}}},
	} {
		if err := s.PutResults(ctx, &v); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("results, %s: %v", what, err)
		}
	}
}

// Who gives up gets his context's error; nothing is half done, and the store goes on.
func cancelled(t *testing.T, open Open) {
	s := open(t)
	mustWrite(t, s, lapBatch("w", 0, 1))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Write(ctx, lapBatch("w", 1, 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	for row, err := range s.Rows(ctx, &store.Query{Session: "w", Table: "laps"}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("rows: %v, %v", row, err)
		}
	}
	if _, err := s.Find(ctx, "w"); !errors.Is(err, context.Canceled) {
		t.Errorf("find: %v", err)
	}
	if _, err := s.Search(ctx, "w", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("search: %v", err)
	}
	// A reader that stops in the middle gets no more and holds nothing up, however often it does.
	for range 100 {
		n := 0
		for _, err := range s.Rows(context.Background(), &store.Query{Session: "w", Table: "laps"}) {
			if n++; err != nil {
				t.Fatal(err)
			}
			break
		}
		if n != 1 {
			t.Fatalf("%d rows", n)
		}
	}
	mustWrite(t, s, lapBatch("w", 1, 2))
	holds(t, s, "w", "laps", []tables.Row{lap("w", 44, 1, 90*time.Second), lap("w", 44, 2, 90*time.Second)})
}

// A store says what it is.
func health(t *testing.T, open Open) {
	s := open(t)
	mustWrite(t, s, lapBatch("w", 0, 1))
	h, err := s.Check(context.Background())
	if err != nil || h.Engine == "" || h.Schema < 1 || h.Bytes <= 0 || h.Sessions != 1 || h.Details["series"] == "" {
		t.Fatalf("%+v, %v", h, err)
	}
}
