package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"strconv"
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
		session := q.Found
		if session == nil {
			found, err := s.Find(ctx, q.Session)
			if err != nil {
				yield(store.Row{}, err)
				return
			}
			session = &found
		}
		r := s.reading(&d, session)
		room := rooms.Get().(*pageRoom)
		defer room.leave()
		more, err := r.first(ctx, room, q, after)
		if err == nil && room.rows == 0 && q.Found != nil {
			// It may have been removed or renamed since it was found.
			again := *q
			again.Found = nil
			s.Rows(ctx, &again)(yield)
			return
		}
		if err != nil {
			fail(err)
			return
		}
		if !more {
			r.each(room, func(row store.Row) bool { return yield(row, nil) })
			return
		}
		statement, args := r.statement(q, after)
		if q.Limit > 0 {
			statement, args = statement+bound(args), append(args, q.Limit)
		}
		stopped := false
		err = r.cursor(ctx, room, statement, args, func(row store.Row) bool {
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
	s       *Store
	d       *tables.Description
	st      *stored // nil for sessions
	session *store.Session
	ofKey   int // the column session_key, which is not read
}

func (s *Store) reading(d *tables.Description, session *store.Session) *reading {
	return &reading{s: s, d: d, st: s.tables[d.Name], session: session, ofKey: d.Index("session_key")}
}

// bound is the limit as one more argument, so that pages of any size are one prepared statement.
func bound(args []any) string { return " LIMIT $" + strconv.Itoa(len(args)+1) + "::bigint" }

// first reads as many rows as are fetched at once, and says whether there are more.
func (r *reading) first(ctx context.Context, room *pageRoom, q *store.Query, after []tables.Cell) (bool, error) {
	statement, args := r.statement(q, after)
	return r.page(ctx, r.s.pool, room, statement+bound(args), append(args, limited(q.Limit, pageRows+1)))
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
func (r *reading) statement(q *store.Query, after []tables.Cell) (string, []any) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	session := r.session
	columns, table := storedSessionColumns, "sessions"
	where := []string{"id = " + arg(session.ID)}
	if r.st != nil {
		columns, table, where[0] = r.st.read, r.st.Table, "session_id = $1"
		if r.st.Series && session.SeriesFrom.Known && session.SeriesTo.Known {
			where = append(where, "time BETWEEN "+arg(session.SeriesFrom.Value)+" AND "+arg(session.SeriesTo.Value))
		}
	}
	order := "1"
	if r.st == nil && after != nil {
		where = append(where, "false") // a session is one row
	}
	if !r.d.Sorted {
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
		where = append(where, r.condition(&c, arg))
	}
	return "SELECT " + columns + " FROM " + table + " WHERE " + strings.Join(where, " AND ") +
		" ORDER BY " + order, args
}

// condition is a condition in SQL.
func (r *reading) condition(c *store.Condition, arg func(any) string) string {
	i := r.d.Index(c.Column)
	if r.st != nil && r.st.Series && c.Column == colTime { // an unknown time fulfils nothing
		nowhere := int64(unknownTime)
		if r.samples() {
			nowhere = zeroTime
		}
		return "time <> " + arg(time.UnixMilli(nowhere)) + " AND " + r.comparison(c, i, arg)
	}
	return r.comparison(c, i, arg)
}

// comparison compares column i as the condition says.
func (r *reading) comparison(c *store.Condition, i int, arg func(any) string) string {
	kind, name := r.d.Columns[i].Type, r.column(i)
	if name == "session_key" {
		name = arg(r.session.SessionKey) + `::text COLLATE "C"`
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

// pageRoom is memory for a page of rows as PostgreSQL sends them, used again for the next page. They are decoded one
// by one when they are handed out: as cells a page of laps would be a megabyte of pointers for the collector to look
// at.
type pageRoom struct {
	rows int
	raw  []byte // of each column, its length in four bytes, -1 for null, and its bytes
}

var rooms = sync.Pool{New: func() any { return new(pageRoom) }}

// maxRoom is the most bytes that wait for the next page; a larger page is rare.
const maxRoom = 4 << 20

// leave gives the room back.
func (p *pageRoom) leave() {
	if p.rows, p.raw = 0, p.raw[:0]; cap(p.raw) <= maxRoom {
		rooms.Put(p)
	}
}

// add takes a row in.
func (p *pageRoom) add(columns [][]byte) {
	p.rows++
	for _, c := range columns {
		if c == nil {
			p.raw = append(p.raw, 0xff, 0xff, 0xff, 0xff)
			continue
		}
		p.raw = append(binary.BigEndian.AppendUint32(p.raw, uint32(len(c))), c...)
	}
}

// page reads the rows of a statement into the room, and says whether there are more than pageRows.
func (r *reading) page(ctx context.Context, from queryer, room *pageRoom, statement string, args []any) (bool, error) {
	rows, err := from.Query(ctx, statement, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return false, err
	}
	for rows.Next() {
		room.add(rows.RawValues())
	}
	return room.rows > pageRows, rows.Err()
}

// each hands out the rows of a room, and says whether all were wanted.
func (r *reading) each(room *pageRoom, yield func(store.Row) bool) bool {
	row := store.Row{Cells: make([]tables.Cell, len(r.d.Columns))}
	if r.ofKey >= 0 {
		row.Cells[r.ofKey] = tables.Cell{Known: true, S: r.session.SessionKey}
	}
	for raw := room.raw; len(raw) > 0; {
		raw = r.row(&row, raw)
		if !yield(row) {
			return false
		}
	}
	return true
}

// cursor reads more rows than should be held, from one snapshot, page by page into the room.
func (r *reading) cursor(ctx context.Context, room *pageRoom, statement string, args []any, yield func(store.Row) bool) error {
	tx, err := r.s.pool.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it has only read
	if _, err = tx.Exec(ctx, "DECLARE page BINARY NO SCROLL CURSOR FOR "+statement, args...); err != nil {
		return err
	}
	for {
		room.rows, room.raw = 0, room.raw[:0]
		rows, err := tx.Query(ctx, fmt.Sprintf("FETCH %d FROM page", pageRows), pgx.QueryExecModeSimpleProtocol) // the cursor is binary
		if err != nil {
			return err
		}
		for rows.Next() {
			room.add(rows.RawValues())
		}
		if err = rows.Err(); err != nil {
			return err
		}
		if !r.each(room, yield) || room.rows < pageRows {
			return nil
		}
	}
}

// row decodes the row at the beginning of raw, and gives what follows it. Texts that the row before had as well, which
// are most of them, are not made again.
func (r *reading) row(row *store.Row, raw []byte) []byte {
	samples := r.samples()
	var value []byte
	for k := range r.d.Columns {
		kind, c := r.d.Columns[k].Type, &row.Cells[k]
		if k == r.ofKey {
			continue // the same in all rows
		}
		value, raw = nextValue(raw)
		decode(c, kind, value)
		if samples && kind == tables.Time && c.N == zeroTime {
			c.Known = false // a sample without a time
		}
	}
	if !r.d.Sorted {
		var n tables.Cell
		value, raw = nextValue(raw)
		decode(&n, tables.Int, value)
		row.N = int(n.N)
	}
	return raw
}

// nextValue is the value at the beginning of what a room holds, nil for null, and what follows it.
func nextValue(raw []byte) (value, rest []byte) {
	n := int32(binary.BigEndian.Uint32(raw))
	if raw = raw[4:]; n < 0 {
		return nil, raw
	}
	return raw[:n:n], raw[n:]
}

// samples: the rows are samples, whose times are moments of Go.
func (r *reading) samples() bool { return r.d.Name == "telemetry" || r.d.Name == "locations" }
