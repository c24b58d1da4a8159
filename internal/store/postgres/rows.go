package postgres

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// pageRows is how many rows are fetched at once. What is not more is one statement and holds no connection while the
// caller looks at it.
const pageRows = 4000

// Rows gives rows of a table, see [store.Reader].
func (s *Store) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		fail := func(err error) { yield(store.Row{}, failed("read "+q.Table+" of "+q.Session, err)) }
		d, after, err := q.Check()
		if err != nil {
			fail(err)
			return
		}
		session, err := s.find(ctx, q.Session)
		if err != nil {
			yield(store.Row{}, err)
			return
		}
		r := reading{s: s, d: &d, st: s.tables[d.Name], key: session.SessionKey}
		statement, args := r.statement(q, &session, after)
		// The limit is an argument, so that pages of any size are one prepared statement.
		bound := fmt.Sprintf(" LIMIT $%d::bigint", len(args)+1)
		room := rooms.Get().(*pageRoom)
		defer room.leave()
		page, more, err := r.page(ctx, s.pool, room, statement+bound, append(args, limited(q.Limit, pageRows+1)))
		if err != nil {
			fail(err)
			return
		}
		if !more {
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
			return
		}
		if q.Limit > 0 {
			statement, args = statement+bound, append(args, q.Limit)
		}
		stopped := false
		err = r.cursor(ctx, statement, args, func(row store.Row) bool {
			stopped = !yield(row, nil)
			return !stopped
		})
		if err != nil && !stopped {
			fail(err)
		}
	}
}

func limited(limit, most int) int {
	if limit > 0 && limit < most {
		return limit
	}
	return most
}

// reading is one question for rows.
type reading struct {
	s   *Store
	d   *tables.Description
	st  *stored // nil for sessions
	key string
}

// column is the storage's name of a column of the table.
func (r *reading) column(i int) string {
	if r.st == nil {
		return quote(r.d.Columns[i].Name)
	}
	if r.st.at[i] < 0 {
		return "session_key"
	}
	return quote(r.st.column(i))
}

// statement asks for the columns of the storage in the order of the table, without session_key; rows that have a
// number have it last.
func (r *reading) statement(q *store.Query, session *bounded, after []tables.Cell) (string, []any) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	columns, table := make([]string, 0, len(r.d.Columns)+1), "sessions"
	for i, c := range r.d.Columns {
		if c.Name != "session_key" {
			columns = append(columns, r.column(i))
		}
	}
	where := []string{"id = " + arg(session.ID)}
	if r.st != nil {
		table, where[0] = r.st.Table, "session_id = $1"
		if r.st.Series && session.from != nil && session.to != nil {
			where = append(where, "time BETWEEN "+arg(*session.from)+" AND "+arg(*session.to))
		}
	}
	order := "1"
	if r.st == nil && after != nil {
		where = append(where, "false") // a session is one row
	}
	if !r.d.Sorted {
		columns = append(columns, colPlace)
		order = colPlace
		if after != nil {
			where = append(where, colPlace+" > "+arg(after[0].N))
		}
	} else if r.st != nil {
		var names, values []string
		for i, c := range store.Order(r.d) {
			names = append(names, r.column(r.d.Index(c.Name)))
			if after != nil {
				values = append(values, arg(cellValue(c.Type, after[i])))
			}
		}
		order = strings.Join(names, ", ")
		if after != nil {
			where = append(where, "("+order+") > ("+strings.Join(values, ", ")+")")
		}
	}
	for _, c := range q.Where {
		where = append(where, r.condition(&c, session, arg))
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + table + " WHERE " + strings.Join(where, " AND ") +
		" ORDER BY " + order, args
}

// condition is a condition in SQL.
func (r *reading) condition(c *store.Condition, session *bounded, arg func(any) string) string {
	i := r.d.Index(c.Column)
	if r.st != nil && r.st.Series && c.Column == colTime { // an unknown time fulfils nothing
		nowhere := int64(unknownTime)
		if r.samples() {
			nowhere = zeroTime
		}
		return "time <> " + arg(time.UnixMilli(nowhere)) + " AND " + r.comparison(c, i, session, arg)
	}
	return r.comparison(c, i, session, arg)
}

// comparison compares column i as the condition says.
func (r *reading) comparison(c *store.Condition, i int, session *bounded, arg func(any) string) string {
	kind, name := r.d.Columns[i].Type, r.column(i)
	if name == "session_key" {
		name = arg(session.SessionKey) + `::text COLLATE "C"`
	}
	value := func(v tables.Cell) string { return arg(cellValue(kind, v)) + "::" + argTypes[kind] }
	switch c.Op {
	case store.AtLeast:
		return name + " >= " + value(c.Values[0])
	case store.Below:
		return name + " < " + value(c.Values[0])
	case store.Prefix:
		return "starts_with(" + name + ", " + value(c.Values[0]) + ")"
	}
	if len(c.Values) == 1 {
		return name + " = " + value(c.Values[0])
	}
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = value(v)
	}
	return name + " IN (" + strings.Join(values, ", ") + ")"
}

// argTypes are the types in which values are compared. They are the widest of each kind: a column of fewer bits is
// compared without loss.
var argTypes = map[tables.Type]string{tables.String: "text", tables.Int: "bigint", tables.Float: "double precision",
	tables.Bool: "boolean", tables.Time: "timestamptz"}

// queryer is the pool or a transaction.
type queryer interface {
	Query(ctx context.Context, statement string, args ...any) (pgx.Rows, error)
}

// pageRoom is memory for a page of rows, used again for the next one: a page of laps takes 100 kB.
type pageRoom struct {
	rows  []store.Row
	cells []tables.Cell
}

var rooms = sync.Pool{New: func() any { return new(pageRoom) }}

// maxRoom is the most cells that wait for the next page; a larger page is rare.
const maxRoom = 16 << 10

// leave gives the room back, without the texts that its cells hold.
func (p *pageRoom) leave() {
	clear(p.cells)
	if p.rows, p.cells = p.rows[:0], p.cells[:0]; cap(p.cells) <= maxRoom {
		rooms.Put(p)
	}
}

// page reads the rows of a statement into the room, and says whether there are more than pageRows.
func (r *reading) page(ctx context.Context, from queryer, room *pageRoom, statement string, args []any) ([]store.Row, bool, error) {
	rows, err := from.Query(ctx, statement, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return nil, false, err
	}
	width := len(r.d.Columns)
	for rows.Next() {
		at := len(room.cells)
		room.cells = slices.Grow(room.cells, width)[:at+width]
		room.rows = append(room.rows, r.row(room.cells[at:], rows.RawValues()))
	}
	for i := range room.rows { // the cells may have moved while the page grew
		room.rows[i].Cells = room.cells[i*width : (i+1)*width : (i+1)*width]
	}
	return room.rows, len(room.rows) > pageRows, rows.Err()
}

// cursor reads more rows than should be held, from one snapshot.
func (r *reading) cursor(ctx context.Context, statement string, args []any, yield func(store.Row) bool) error {
	tx, err := r.s.pool.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it has only read
	if _, err = tx.Exec(ctx, "DECLARE page BINARY NO SCROLL CURSOR FOR "+statement, args...); err != nil {
		return err
	}
	cells := make([]tables.Cell, len(r.d.Columns))
	for {
		n := 0
		rows, err := tx.Query(ctx, fmt.Sprintf("FETCH %d FROM page", pageRows), pgx.QueryExecModeSimpleProtocol) // the cursor is binary
		if err != nil {
			return err
		}
		for rows.Next() {
			n++
			if !yield(r.row(cells, rows.RawValues())) {
				rows.Close()
				return nil
			}
		}
		if err = rows.Err(); err != nil || n < pageRows {
			return err
		}
	}
}

// row decodes a row into cells.
func (r *reading) row(cells tables.Row, raw [][]byte) store.Row {
	row := store.Row{Cells: cells}
	i := 0
	for k := range r.d.Columns {
		if r.d.Columns[k].Name == "session_key" {
			cells[k] = tables.Cell{Known: true, S: r.key}
			continue
		}
		cells[k] = decode(r.d.Columns[k].Type, raw[i])
		if cells[k].N == zeroTime && r.d.Columns[k].Type == tables.Time && r.samples() {
			cells[k].Known = false // a sample without a time
		}
		i++
	}
	if !r.d.Sorted {
		row.N = int(decode(tables.Int, raw[i]).N)
	}
	return row
}

// samples: the rows are samples, whose times are moments of Go.
func (r *reading) samples() bool { return r.d.Name == "telemetry" || r.d.Name == "locations" }
