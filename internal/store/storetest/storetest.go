// Package storetest holds a store to what package store promises: the same rows as a plain model after any
// sequence of batches, the same answers to any query, the same errors. Every store's tests call [Run], so that all
// stores answer alike.
package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Open makes a new and empty store and closes it when the test ends.
type Open func(testing.TB) store.Store

// Run holds the stores that open makes to everything that is promised. It needs the real recordings for one of
// its tests, which is skipped without them.
func Run(t *testing.T, open func(testing.TB) store.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"Tables", everyTable},
		{"Batches", batches},
		{"Joins", joins},
		{"Samples", samples},
		{"Queries", queries},
		{"Pages", pages},
		{"SampleQueries", sampleQueries},
		{"Find", find},
		{"Sessions", sessions},
		{"Remove", remove},
		{"Retain", retain},
		{"Results", results},
		{"SeasonResults", seasonResults},
		{"Reference", referenceData},
		{"Almanac", almanacPages},
		{"Settings", settings},
		{"Users", users},
		{"RowsWithin", rowsWithin},
		{"Search", search},
		{"SearchFollows", searchFollows},
		{"Refused", refused},
		{"Cancelled", cancelled},
		{"Readers", readers},
		{"Health", health},
		{"Recordings", recordings},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(string, ...any)
}

// read gives all rows that a query gives, copied.
func read(s store.Reader, q store.Query) ([]store.Row, error) {
	var out []store.Row
	for row, err := range s.Rows(context.Background(), &q) {
		if err != nil {
			return out, err
		}
		row.Cells = slices.Clone(row.Cells)
		out = append(out, row)
	}
	return out, nil
}

func mustRead(t tester, s store.Reader, q store.Query) []store.Row {
	t.Helper()
	rows, err := read(s, q)
	if err != nil {
		t.Fatalf("read %+v: %v", q, err)
	}
	return rows
}

// holds compares a whole table of a session with the rows that it must have.
func holds(t tester, s store.Reader, session, table string, want []tables.Row) {
	t.Helper()
	same(t, table+" of "+session, mustRead(t, s, store.Query{Session: session, Table: table}), numbered(table, want))
}

// numbered gives rows their places.
func numbered(table string, rows []tables.Row) []store.Row {
	d := describe(table)
	out := make([]store.Row, len(rows))
	for i, row := range rows {
		out[i].Cells = row
		if !d.Sorted {
			out[i].N = i
		}
	}
	return out
}

func same(t tester, what string, got, want []store.Row) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i].N != want[i].N || !equal(got[i].Cells, want[i].Cells) {
			t.Fatalf("%s: row %d\n got %+v\nwant %+v", what, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
}

// equal compares rows; what lies under an unknown cell does not matter.
func equal(a, b tables.Row) bool {
	return slices.EqualFunc(a, b, func(a, b tables.Cell) bool { return a.Known == b.Known && (!a.Known || a == b) })
}

func describe(table string) tables.Description {
	d, err := tables.Find(table)
	if err != nil {
		panic(err) // the tests name tables that are there
	}
	return d
}

// rowTables are the tables that batches change by rows.
func rowTables() []tables.Description {
	return slices.DeleteFunc(tables.All(), func(d tables.Description) bool {
		return d.Name == "sessions" || d.Name == "telemetry" || d.Name == "locations"
	})
}

// someTables are a fourth of the tables, others for each number: a property of every table is drawn for some at a
// time, or testing it would take minutes.
func someTables(number int, all []tables.Description) []tables.Description {
	var out []tables.Description
	for i := number % 4; i < len(all); i += 4 {
		out = append(out, all[i])
	}
	return out
}

func mustWrite(t tester, s store.Writer, b *store.Batch) {
	t.Helper()
	if err := s.Write(context.Background(), b); err != nil {
		t.Fatalf("write %s: %v", told(b), err)
	}
}

// told says what a batch is in a line.
func told(b *store.Batch) string {
	return fmt.Sprintf("%s of log %q from %d to %d whole=%v replace=%v ended=%v", b.Session.SessionKey, b.Log, b.From, b.Offset, b.Whole, b.Replace, b.Ended)
}
