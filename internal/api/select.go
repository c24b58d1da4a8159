package api

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// selected answers a query from rows that are at hand, as a store does from its own: conditions, cursor, limit.
// The row handed out is the same memory each time.
func selected(q *store.Query, rows iter.Seq[tables.Row]) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		d, after, err := q.Check()
		if err != nil {
			yield(store.Row{}, err)
			return
		}
		columns := make([]int, len(q.Where))
		for i := range q.Where {
			columns[i] = d.Index(q.Where[i].Column)
		}
		order := make([]int, 0, len(after))
		for _, c := range store.Order(&d) {
			order = append(order, d.Index(c.Name))
		}
		given, n := 0, 0
		for row := range rows {
			r := store.Row{N: n, Cells: row}
			n++
			if after != nil && !behind(&d, order, &r, after) {
				continue
			}
			if !fulfils(&d, q.Where, columns, row) {
				continue
			}
			if q.Limit > 0 && given == q.Limit {
				return
			}
			given++
			if !yield(r, nil) {
				return
			}
		}
	}
}

// behind reports whether a row comes after the place of a cursor.
func behind(d *tables.Description, order []int, r *store.Row, after []tables.Cell) bool {
	if !d.Sorted {
		return int64(r.N) > after[0].N
	}
	for i, column := range order {
		if c := compare(d.Columns[column].Type, r.Cells[column], after[i]); c != 0 {
			return c > 0
		}
	}
	return false
}

func compare(t tables.Type, a, b tables.Cell) int {
	switch t {
	case tables.String:
		return strings.Compare(a.S, b.S)
	case tables.Float:
		return cmp.Compare(a.F, b.F)
	}
	return cmp.Compare(a.N, b.N)
}

// fulfils reports whether a row holds all conditions; an unknown cell holds none.
func fulfils(d *tables.Description, where []store.Condition, columns []int, row tables.Row) bool {
	for i := range where {
		w, v := &where[i], row[columns[i]]
		if !v.Known {
			return false
		}
		t := d.Columns[columns[i]].Type
		ok := false
		switch w.Op {
		case store.In:
			ok = slices.ContainsFunc(w.Values, func(x tables.Cell) bool { return compare(t, v, x) == 0 })
		case store.AtLeast:
			ok = compare(t, v, w.Values[0]) >= 0
		case store.Below:
			ok = compare(t, v, w.Values[0]) < 0
		case store.Prefix:
			ok = strings.HasPrefix(v.S, w.Values[0].S)
		}
		if !ok {
			return false
		}
	}
	return true
}
