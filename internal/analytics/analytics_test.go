package analytics

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/tables"
)

// told is an engine that gives the same rows whatever it is asked, and keeps the question.
type told struct {
	rows [][]any
	err  error
	sql  string
	args map[string]any
	read int
}

func (e *told) Dialect() Dialect {
	return Dialect{
		Name: "told", Session: "number",
		Argument: func(name, kind string) string { return "<" + name + ":" + kind + ">" },
		Quantile: func(x string, p float64) string { return fmt.Sprintf("q%g(%s)", p, x) },
		Millis:   func(x string) string { return x },
		Table:    func(name string) string { return "t_" + name },
	}
}

func (e *told) Query(_ context.Context, sql string, args map[string]any) iter.Seq2[[]any, error] {
	e.sql, e.args = sql, args
	return func(yield func([]any, error) bool) {
		for _, r := range e.rows {
			if e.read++; !yield(r, nil) {
				return
			}
		}
		if e.err != nil {
			yield(nil, e.err)
		}
	}
}

// Every question says what it is, and its SQL expands.
func TestQuestionsAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, q := range All() {
		if names[q.Name] || q.Title == "" || len(q.Doc) < 20 || len(q.Columns) == 0 || len(q.Params) == 0 || (q.sql == "") == (q.run == nil) {
			t.Errorf("%s is twice or not whole", q.Name)
		}
		names[q.Name] = true
		seen := map[string]bool{}
		for _, c := range q.Columns {
			if seen[c.Name] {
				t.Errorf("%s: column %s is twice", q.Name, c.Name)
			}
			seen[c.Name] = true
		}
		for _, p := range q.Params {
			if p.Doc == "" {
				t.Errorf("%s: nothing is said of %s", q.Name, p.Name)
			}
			if _, err := p.read(p.Example); err != nil {
				t.Errorf("%s: the example of %s can not be read: %v", q.Name, p.Name, err)
			}
		}
		text, err := expand(q.sql, (&told{}).Dialect())
		if err != nil || strings.Contains(text, "{{") || strings.Contains(text, ";") {
			t.Errorf("%s: %v in %s", q.Name, err, text)
		}
		for _, p := range q.Params {
			if q.run == nil && !strings.Contains(text, "<"+p.Name+":") {
				t.Errorf("%s: argument %s changes nothing", q.Name, p.Name)
			}
		}
	}
	if _, err := Find("nothing"); !errors.Is(err, ErrUnknown) {
		t.Errorf("a question that there is not: %v", err)
	}
}

func ask(t *testing.T, e *told, name string, args map[string]string) (rows []tables.Row, err error) {
	t.Helper()
	q, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := q.Ask(t.Context(), e, args)
	if err != nil {
		return nil, err
	}
	for row, err := range answer {
		if err != nil {
			return rows, err
		}
		rows = append(rows, slices.Clone(row))
	}
	return rows, nil
}

// Arguments are read to their types; what is none is refused before the engine is asked.
func TestArguments(t *testing.T) {
	e := &told{}
	if _, err := ask(t, e, "degradation", map[string]string{"season_from": "2021", "circuit_id": "' OR 1"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"season_from": int64(2021), "season_to": int64(0), "circuit_id": "' OR 1", "fuel_ms": 60.0, "simulated": int64(0)}
	if fmt.Sprint(e.args) != fmt.Sprint(want) || strings.Contains(e.sql, "OR 1") {
		t.Errorf("the engine got %v in %s", e.args, e.sql)
	}
	for _, wrong := range []map[string]string{
		{"season_from": "x"}, {"season_from": "99999999999"}, {"season_from": "1.5"}, {"fuel_ms": "Inf"}, {"fuel_ms": "NaN"}, {"fuel_ms": "x"},
		{"circuit_id": strings.Repeat("x", 101)}, {"nothing": "1"},
	} {
		e := &told{}
		if _, err := ask(t, e, "degradation", wrong); !errors.Is(err, ErrInvalid) || e.sql != "" {
			t.Errorf("%v: %v, asked %q", wrong, err, e.sql)
		}
	}
}

// Cells come with the types of their columns; what has none of them is an error and not a cell.
func TestCells(t *testing.T) {
	good := []any{"baku", "SOFT", int64(3), 200.0, int64(22), 1.23456}
	e := &told{rows: [][]any{good, {nil, "", nil, nil, nil, math.NaN()}}}
	rows, err := ask(t, e, "degradation", nil)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if r := rows[0]; r[0].S != "baku" || r[2].N != 3 || r[3].N != 200 || r[5].F != 1.235 {
		t.Errorf("cells %v", r)
	}
	for i, c := range rows[1] {
		if c.Known {
			t.Errorf("cell %d of what is unknown is %v", i, c)
		}
	}
	for _, wrong := range [][]any{
		good[:5], append(slices.Clone(good), "more"), {int64(1), "SOFT", int64(3), int64(1), int64(1), 1.0}, {"baku", "SOFT", "3", int64(1), int64(1), 1.0},
		{"baku", "SOFT", true, int64(1), int64(1), 1.0}, {"baku", "SOFT", int64(1), int64(1), int64(1), "x"}, {[]byte("baku"), "SOFT", int64(1), int64(1), int64(1), 1.0},
	} {
		if rows, err := ask(t, &told{rows: [][]any{good, wrong, good}}, "degradation", nil); err == nil || len(rows) != 1 {
			t.Errorf("%v: %d rows, %v", wrong, len(rows), err)
		}
	}
	broken := errors.New("broken")
	if rows, err := ask(t, &told{rows: [][]any{good}, err: broken}, "degradation", nil); !errors.Is(err, broken) || len(rows) != 1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// Who stops reading stops the engine.
func TestStop(t *testing.T) {
	good := []any{"baku", "SOFT", int64(3), int64(200), int64(22), 1.5}
	e := &told{rows: [][]any{good, good, good}}
	q, err := Find("degradation")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := q.Ask(t.Context(), e, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range answer {
		break
	}
	if e.read != 1 {
		t.Errorf("%d rows were read for one", e.read)
	}
}

// An engine without samples says so.
func TestNoSampler(t *testing.T) {
	e := &told{rows: [][]any{{int64(2024), "baku", "9", "HAM", "Mercedes", int64(44), int64(3), int64(0), int64(100_000), "SOFT"}}}
	if _, err := ask(t, e, "corner_speeds", nil); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "no samples") {
		t.Error(err)
	}
}
