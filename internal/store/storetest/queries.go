package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Any conditions, cursor and limit give the rows that a plain filter gives.
func queries(t *testing.T, open Open) {
	s := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		for i, d := range someTables(n, append(rowTables(), describe("sessions"))) {
			key := fmt.Sprintf("query-%d-%d", n, i)
			b := &store.Batch{Session: drawSession(t, key), Whole: true}
			rows := []tables.Row{store.SessionCells(b.Session)}
			if d.Name != "sessions" {
				rows = drawRows(t, &d, key, 10)
				b.Changes = []store.Change{whole(&d, rows)}
			}
			mustWrite(t, s, b)
			for range 4 {
				ask(t, s, &d, key, rows)
			}
		}
	})
}

// ask draws a query of a table whose rows are known and checks the answer.
func ask(t *rapid.T, s store.Reader, d *tables.Description, key string, rows []tables.Row) {
	q := store.Query{Session: key, Table: d.Name, Limit: rapid.IntRange(0, 5).Draw(t, "limit")}
	for range rapid.IntRange(0, 3).Draw(t, "conditions") {
		q.Where = append(q.Where, drawCondition(t, d, rows))
	}
	want := numbered(d.Name, rows)
	if len(rows) > 0 && rapid.Bool().Draw(t, "cursor") {
		i := rapid.IntRange(0, len(rows)-1).Draw(t, "after")
		q.After = store.CursorOf(d, want[i])
		want = want[i+1:]
	}
	want = slices.DeleteFunc(slices.Clone(want), func(r store.Row) bool {
		return slices.ContainsFunc(q.Where, func(c store.Condition) bool { return !holdsFor(d, &c, r.Cells) })
	})
	if q.Limit > 0 {
		want = want[:min(q.Limit, len(want))]
	}
	same(t, fmt.Sprintf("%+v", q), mustRead(t, s, q), want)
}

// drawCondition makes a condition, mostly of a value that the table has.
func drawCondition(t *rapid.T, d *tables.Description, rows []tables.Row) store.Condition {
	i := rapid.IntRange(0, len(d.Columns)-1).Draw(t, "column")
	c := store.Condition{Column: d.Columns[i].Name, Op: rapid.SampledFrom([]store.Op{store.In, store.AtLeast, store.Below, store.Prefix}).Draw(t, "op")}
	if c.Op == store.Prefix && d.Columns[i].Type != tables.String {
		c.Op = store.In
	}
	count := 1
	if c.Op == store.In {
		count = rapid.IntRange(1, 5).Draw(t, "values")
	}
	for range count {
		v := drawCell(t, &d.Columns[i], true)
		if len(rows) > 0 && rapid.IntRange(0, 3).Draw(t, "one of them") > 0 {
			if known := rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")][i]; known.Known {
				v = known
			}
		}
		if c.Op == store.Prefix { // of whole characters
			_, size := utf8.DecodeRuneInString(v.S)
			v.S = v.S[:size]
		}
		c.Values = append(c.Values, v)
	}
	return c
}

// holdsFor says what a condition means.
func holdsFor(d *tables.Description, c *store.Condition, row tables.Row) bool {
	i := d.Index(c.Column)
	if !row[i].Known {
		return false
	}
	order := compareCells(d.Columns[i].Type, row[i], c.Values[0])
	switch c.Op {
	case store.AtLeast:
		return order >= 0
	case store.Below:
		return order < 0
	case store.Prefix:
		return strings.HasPrefix(row[i].S, c.Values[0].S)
	}
	return slices.ContainsFunc(c.Values, func(v tables.Cell) bool { return compareCells(d.Columns[i].Type, row[i], v) == 0 })
}

// Pages of any size give every row of every table once and in order, whether the session is named by key or id.
func pages(t *testing.T, open Open) {
	s := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		for i, d := range someTables(n, rowTables()) {
			key := fmt.Sprintf("page-%d-%d", n, i)
			rows := drawRows(t, &d, key, 12)
			mustWrite(t, s, &store.Batch{Session: f1.SessionRow{SessionKey: key}, Whole: true, Changes: []store.Change{whole(&d, rows)}})
			same(t, d.Name, paged(t, s, store.Query{Session: key, Table: d.Name, Limit: rapid.IntRange(1, 5).Draw(t, "limit")}), numbered(d.Name, rows))
		}
	})
}

// paged asks for page after page until one is not full.
func paged(t tester, s store.Reader, q store.Query) []store.Row {
	t.Helper()
	d := describe(q.Table)
	var all []store.Row
	for {
		page := mustRead(t, s, q)
		all = append(all, page...)
		if len(page) < q.Limit {
			return all
		}
		q.After = store.CursorOf(&d, page[len(page)-1])
	}
}

// Samples are found by car, time and anything else, page by page too.
func sampleQueries(t *testing.T, open Open) {
	s := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		key := fmt.Sprintf("sample-%d", n)
		b := &store.Batch{Session: f1.SessionRow{SessionKey: key}, Whole: true}
		for range rapid.IntRange(0, 40).Draw(t, "telemetry") {
			b.Telemetry = append(b.Telemetry, drawTelemetry(t, key))
		}
		for range rapid.IntRange(0, 40).Draw(t, "locations") {
			b.Locations = append(b.Locations, drawLocation(t, key))
		}
		if rapid.IntRange(0, 9).Draw(t, "burst") == 0 {
			for i := range 300 {
				b.Telemetry = append(b.Telemetry, f1.TelemetryRow{SessionKey: key, DriverNumber: 44, Time: start.Add(time.Duration(i) * time.Millisecond)})
			}
		}
		mustWrite(t, s, b)
		cars, places := kept(tables.Telemetry, b.Telemetry), kept(tables.Locations, b.Locations)
		telemetry, locations := describe("telemetry"), describe("locations")
		for range 4 {
			ask(t, s, &telemetry, key, cars)
			ask(t, s, &locations, key, places)
		}
		limit := rapid.IntRange(7, 100).Draw(t, "limit")
		same(t, "telemetry", paged(t, s, store.Query{Session: key, Table: "telemetry", Limit: limit}), numbered("telemetry", cars))
		same(t, "locations", paged(t, s, store.Query{Session: key, Table: "locations", Limit: limit}), numbered("locations", places))
	})
}
