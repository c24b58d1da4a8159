package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Rows gives rows of a table of one session. It holds one of the connections for readers until it ends, and with
// it the state of the database at its start.
func (s *Store) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		more := true
		err := s.rows(ctx, q, func(r store.Row) bool {
			more = yield(r, nil)
			return more
		})
		if err != nil && more {
			yield(store.Row{}, fmt.Errorf("store/sqlite: read %s of %s: %w", q.Table, q.Session, told(err)))
		}
	}
}

func (s *Store) rows(ctx context.Context, q *store.Query, yield func(store.Row) bool) (err error) {
	d, after, err := q.Check()
	if err != nil {
		return err
	}
	number, key, err := s.resolve(ctx, q.Session)
	if err != nil {
		return err
	}
	query, args := s.selectRows(q, &d, after, number)
	rows, err := s.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	switch q.Table {
	case "telemetry":
		return giveSamples(rows, carSamples, q, &d, after, yield)
	case "locations":
		return giveSamples(rows, locationSamples, q, &d, after, yield)
	}
	scan := scannerOf(&d, key)
	for rows.Next() {
		if err := rows.Scan(scan.into...); err != nil {
			return err
		}
		if !yield(scan.row) {
			return nil
		}
	}
	return rows.Err()
}

// resolve finds a session by its key, else by its id.
func (s *Store) resolve(ctx context.Context, name string) (number int64, key string, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT number, session_key FROM sessions WHERE session_key = ?1 OR id = ?1 ORDER BY session_key <> ?1", name).Scan(&number, &key)
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	return number, key, err
}

// selectRows is the statement that answers a query.
func (s *Store) selectRows(q *store.Query, d *tables.Description, after []tables.Cell, number int64) (string, []any) {
	var b strings.Builder
	args := []any{number}
	if asSamples(d.Name) {
		b.WriteString("SELECT data FROM " + d.Name + " WHERE session = ?")
		narrowed := spanOf(q, after)
		for _, w := range narrowed.where {
			b.WriteString(" AND " + w)
		}
		b.WriteString(" ORDER BY driver_number, bucket, part")
		return b.String(), append(args, narrowed.args...)
	}
	var place []tables.Column
	if l := s.layouts[d.Name]; l != nil {
		b.WriteString(l.selects)
		place = l.place
	} else { // sessions
		b.WriteString("SELECT " + strings.Join(sessionColumns()[1:], ", ") + " FROM sessions WHERE number = ?")
	}
	for _, c := range q.Where {
		what, more := conditionSQL(&c, d.Columns[d.Index(c.Column)].Type, c.Column == "session_key" && d.Name != "sessions")
		b.WriteString(" AND " + what)
		args = append(args, more...)
	}
	if len(place) > 0 {
		if after != nil {
			b.WriteString(" AND (" + columnList(place) + ") > " + marks(len(place)))
			for i, c := range place {
				args = append(args, value(c.Type, &after[i]))
			}
		}
		b.WriteString(" ORDER BY session, " + columnList(place))
	} else if after != nil {
		b.WriteString(" AND 0") // the one row of sessions was given
	}
	if q.Limit > 0 {
		b.WriteString(" LIMIT ?")
		args = append(args, q.Limit)
	}
	return b.String(), args
}

// conditionSQL is a condition as SQL. NULL fulfils none of them.
func conditionSQL(c *store.Condition, t tables.Type, elsewhere bool) (string, []any) {
	column := quote(c.Column)
	if elsewhere { // the key lies with the session
		column = "(SELECT s.session_key FROM sessions s WHERE s.number = session)"
	}
	args := make([]any, len(c.Values))
	for i := range c.Values {
		args[i] = value(t, &c.Values[i])
	}
	switch c.Op {
	case store.AtLeast:
		return column + " >= ?", args
	case store.Below:
		return column + " < ?", args
	case store.Prefix:
		return "substr(" + column + ", 1, length(?)) = ?", []any{args[0], args[0]}
	}
	return column + " IN " + marks(len(args)), args
}

// marks are n parameters in parentheses.
func marks(n int) string { return "(" + strings.Repeat(", ?", n)[2:] + ")" }

func numbers(cells []tables.Cell) []any {
	out := make([]any, len(cells))
	for i := range cells {
		out[i] = cells[i].N
	}
	return out
}

// scanner reads rows of one table into one row.
type scanner struct {
	row  store.Row
	into []any
}

func scannerOf(d *tables.Description, key string) *scanner {
	s := &scanner{row: store.Row{Cells: make(tables.Row, len(d.Columns))}}
	if !d.Sorted {
		s.into = append(s.into, &s.row.N)
	}
	for i, c := range d.Columns {
		if c.Name == "session_key" {
			s.row.Cells[i] = tables.Cell{Known: true, S: key}
			continue
		}
		s.into = append(s.into, &cellScanner{cell: &s.row.Cells[i], kind: c.Type})
	}
	return s
}

// cellScanner reads one column into a cell.
type cellScanner struct {
	cell *tables.Cell
	kind tables.Type
}

func (c *cellScanner) Scan(v any) error {
	*c.cell = tables.Cell{Known: v != nil}
	ok := true
	switch v := v.(type) {
	case nil:
	case string:
		c.cell.S, ok = v, c.kind == tables.String
	case float64:
		c.cell.F, ok = v, c.kind == tables.Float
	case int64:
		c.cell.N, ok = v, c.kind != tables.String && c.kind != tables.Float
	default:
		ok = false
	}
	if !ok {
		return fmt.Errorf("a cell of Go type %T in a column of type %d", v, c.kind)
	}
	return nil
}

// test is a condition with the place and type of its column.
type test struct {
	store.Condition
	index int
	kind  tables.Type
}

func testsOf(q *store.Query, d *tables.Description) []test {
	out := make([]test, len(q.Where))
	for i, c := range q.Where {
		j := d.Index(c.Column)
		out[i] = test{c, j, d.Columns[j].Type}
	}
	return out
}

// fulfils says whether a row that SQL did not see meets all conditions.
func fulfils(row tables.Row, tests []test) bool {
	for i := range tests {
		t := &tests[i]
		cell := &row[t.index]
		ok := false
		switch t.Op {
		case store.In:
			ok = slices.ContainsFunc(t.Values, func(v tables.Cell) bool { return compare(t.kind, cell, &v) == 0 })
		case store.AtLeast:
			ok = compare(t.kind, cell, &t.Values[0]) >= 0
		case store.Below:
			ok = compare(t.kind, cell, &t.Values[0]) < 0
		case store.Prefix:
			ok = strings.HasPrefix(cell.S, t.Values[0].S)
		}
		if !ok || !cell.Known {
			return false
		}
	}
	return true
}

func compare(t tables.Type, a, b *tables.Cell) int {
	switch t {
	case tables.String:
		return cmp.Compare(a.S, b.S)
	case tables.Float:
		return cmp.Compare(a.F, b.F)
	}
	return cmp.Compare(a.N, b.N)
}
