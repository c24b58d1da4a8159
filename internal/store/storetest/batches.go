package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Every table gives back any rows it was given.
func everyTable(t *testing.T, open Open) {
	s := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		key := fmt.Sprintf("table-%d", n)
		b := &store.Batch{Session: f1.SessionRow{SessionKey: key}, Whole: true}
		want := map[string][]tables.Row{}
		for _, d := range someTables(n, rowTables()) {
			want[d.Name] = drawRows(t, &d, key, 12)
			b.Changes = append(b.Changes, whole(&d, want[d.Name]))
		}
		mustWrite(t, s, b)
		for table, rows := range want {
			holds(t, s, key, table, rows)
		}
	})
}

// history is a log as a writer sees it: the tables after each of its messages.
type history struct {
	key, log  string
	tables    []tables.Description // those that have rows
	sessions  []f1.SessionRow      // by offset
	states    []map[string][]tables.Row
	telemetry [][]f1.TelemetryRow // that came with each message
	locations [][]f1.LocationRow
}

func drawHistory(t *rapid.T, key, log string) *history {
	h := &history{key: key, log: log, sessions: []f1.SessionRow{{SessionKey: key}}, states: []map[string][]tables.Row{{}},
		telemetry: [][]f1.TelemetryRow{nil}, locations: [][]f1.LocationRow{nil}}
	all := rowTables()
	for range 3 {
		i := rapid.IntRange(0, len(all)-1).Draw(t, "table")
		h.tables = append(h.tables, all[i])
		all = append(all[:i], all[i+1:]...)
	}
	for offset := range rapid.IntRange(1, 8).Draw(t, "messages") {
		state := map[string][]tables.Row{}
		for _, d := range h.tables {
			state[d.Name] = evolve(t, &d, key, h.states[offset][d.Name])
		}
		h.states = append(h.states, state)
		h.sessions = append(h.sessions, drawSession(t, key))
		h.telemetry = append(h.telemetry, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) f1.TelemetryRow { return drawTelemetry(t, key) }), 0, 8).Draw(t, "telemetry"))
		h.locations = append(h.locations, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) f1.LocationRow { return drawLocation(t, key) }), 0, 8).Draw(t, "locations"))
	}
	return h
}

func drawSession(t *rapid.T, key string) f1.SessionRow {
	r := f1.SessionRow{SessionKey: key, Name: texts.Draw(t, "name"), Status: f1.StatusFinalised}
	if rapid.Bool().Draw(t, "known") {
		r.Event, r.Season, r.Type = "Azerbaijan Grand Prix", f1.Some(rapid.IntRange(1950, 2030).Draw(t, "season")), f1.Race
		r.Round, r.CircuitID, r.TotalLaps = f1.Some(4), "baku", f1.Some(51)
		r.DateStart = f1.Some(time.UnixMilli(rapid.Int64Range(0, lastMilli).Draw(t, "start")).UTC())
		r.DateEnd = f1.Some(r.DateStart.Value.Add(2 * time.Hour))
		r.UTCOffset = f1.Some(time.Duration(rapid.IntRange(-12*60, 14*60).Draw(t, "offset")) * time.Minute)
	}
	return r
}

// batch is what a writer that has sent everything up to from sends to get to an offset.
func (h *history) batch(from, to int) *store.Batch {
	b := &store.Batch{Session: h.sessions[to], Source: "log", Log: h.log, From: uint64(from), Offset: uint64(to)}
	for _, d := range h.tables {
		c := diff(&d, h.states[from][d.Name], h.states[to][d.Name])
		if len(c.Rows)+len(c.Gone) > 0 || c.Len != len(h.states[from][d.Name]) {
			b.Changes = append(b.Changes, c)
		}
	}
	for i := from + 1; i <= to; i++ {
		b.Telemetry = append(b.Telemetry, h.telemetry[i]...)
		b.Locations = append(b.Locations, h.locations[i]...)
	}
	return b
}

func (h *history) whole(to int) *store.Batch {
	b := h.batch(0, to)
	b.Whole = true
	return b
}

// stands compares everything stored with the history at an offset.
func (h *history) stands(t tester, s store.Store, offset int) {
	t.Helper()
	found, err := s.Find(context.Background(), h.key)
	if err != nil {
		t.Fatalf("find: %v", err)
	}
	if found.Offset != uint64(offset) || found.SessionRow != h.sessions[offset] || found.Log != h.log || found.Source != "log" {
		t.Fatalf("stored is %+v, want offset %d of log %s: %+v", found, offset, h.log, h.sessions[offset])
	}
	for _, d := range rowTables() {
		holds(t, s, h.key, d.Name, h.states[offset][d.Name])
	}
	holds(t, s, h.key, "sessions", []tables.Row{store.SessionCells(h.sessions[offset])})
	var cars []f1.TelemetryRow
	var places []f1.LocationRow
	for i := range offset + 1 {
		cars, places = append(cars, h.telemetry[i]...), append(places, h.locations[i]...)
	}
	holds(t, s, h.key, "telemetry", kept(tables.Telemetry, cars))
	holds(t, s, h.key, "locations", kept(tables.Locations, places))
}

// However two writers of a log come and go, repeat themselves and get into each other's way: what is stored is
// the state of the log at the offset that the store says.
func batches(t *testing.T, open Open) {
	s := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		p := &play{store: s, history: drawHistory(t, fmt.Sprintf("batch-%d", n), "a"), at: -1}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			p.step(t)
		}
		if p.at >= 0 {
			p.stands(t, s, p.at)
		}
	})
}

// play is two writers of one log and what the store has of it.
type play struct {
	*history
	store   store.Store
	at      int // what is stored, -1: nothing
	version int64
	ended   bool
	writers [2]int // what each has sent
	last    *store.Batch
}

func (p *play) step(t *rapid.T) {
	end := len(p.states) - 1
	w := &p.writers[rapid.IntRange(0, 1).Draw(t, "writer")]
	to := rapid.IntRange(0, end).Draw(t, "to")
	var b *store.Batch
	switch rapid.SampledFrom([]string{"on", "on", "on", "on", "whole", "replace", "repeat", "other log"}).Draw(t, "step") {
	case "on":
		b = p.batch(*w, max(*w, to))
		b.Ended = b.Offset == uint64(end)
	case "whole":
		b = p.whole(to)
	case "replace":
		b = p.whole(to)
		b.Replace = true
	case "repeat":
		if b = p.last; b == nil {
			return
		}
	case "other log":
		if p.at < 0 {
			return
		}
		b = p.whole(to)
		b.Log = "b"
	}
	p.last = b
	want, applied := p.expect(b)
	err := p.store.Write(context.Background(), b)
	if !errors.Is(err, want) || want == nil && err != nil {
		t.Fatalf("%s on %d: %v, want %v", told(b), p.at, err, want)
	}
	before := p.at
	if applied {
		p.at = int(b.Offset)
	}
	if err == nil {
		*w = int(b.Offset)
	} else if p.at >= 0 && errors.Is(err, store.ErrBehind) {
		*w = p.at // it looks where the store is, and its own state is the same there
	}
	p.check(t, b, applied, before)
}

// expect says what the store has to do with a batch.
func (p *play) expect(b *store.Batch) (err error, applied bool) {
	switch to := int(b.Offset); {
	case p.at < 0 && !b.Whole && b.From > 0:
		return store.ErrBehind, false
	case p.at < 0 || b.Replace:
		return nil, true
	case b.Log != p.log:
		return store.ErrOtherLog, false
	case to < p.at:
		return nil, false
	case b.Whole:
		return nil, true
	case to == p.at:
		return nil, false
	case int(b.From) != p.at:
		return store.ErrBehind, false
	}
	return nil, true
}

// check looks at the session itself after a batch, and at one of its tables.
func (p *play) check(t *rapid.T, b *store.Batch, applied bool, before int) {
	found, err := p.store.Find(context.Background(), p.key)
	if p.at < 0 {
		if !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("found what is not stored: %+v, %v", found, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("find: %v", err)
	}
	changed := applied
	switch {
	case applied: // whoever sends a log again that has ended does not take that back
		p.ended = b.Ended || p.ended && !b.Replace && before == p.at
	case b.Ended && int(b.Offset) == p.at && b.Log == p.log && !p.ended:
		p.ended, changed = true, true
	}
	if found.Offset != uint64(p.at) || found.Whole != p.ended {
		t.Fatalf("after %s: %+v, want offset %d, ended %v", told(b), found, p.at, p.ended)
	}
	if changed && found.Version <= p.version || !changed && found.Version != p.version {
		t.Fatalf("after %s: version %d after %d, changed %v", told(b), found.Version, p.version, changed)
	}
	p.version = found.Version
	d := rapid.SampledFrom(p.tables).Draw(t, "looked at")
	holds(t, p.store, p.key, d.Name, p.states[p.at][d.Name])
}
