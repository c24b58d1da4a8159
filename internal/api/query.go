package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Bounds of a query for rows.
const (
	pageRows    = 1000   // rows of a JSON page when no limit is given
	maxPageRows = 10_000 // rows of any page
	maxValues   = 100    // values of one filter
	maxCursor   = 400    // characters of a cursor
)

// resource is a table as a resource of a session: what can be asked of it.
type resource struct {
	d       tables.Description
	filters []filter
	clock   string // the column that time_from and time_to are about, "" none
	lap     string // the column that lap_from and lap_to are about, "" none
}

// filter is a parameter that compares a column.
type filter struct {
	name   string
	column int
	prefix bool // the beginning of a text
	above  bool // priorities: this one and higher ones
}

// priorities of events, the highest first.
var priorities = []string{"P0", "P1", "P2", "P3"}

// prose are columns of sentences, lists and paths: nothing to compare with.
var prose = []string{"session_key", "message", "path", "deleted_reason", "evidence", "driver_numbers", "detail"}

// fromSamples reports whether a table's rows of a moment need all samples up to it.
func fromSamples(table string) bool { return samples(table) || table == "lap_telemetry" }

// samples reports whether a table is one of those with some hundred thousand rows a session.
func samples(table string) bool { return table == "telemetry" || table == "locations" }

// newResource finds out what can be asked of a table.
func newResource(d tables.Description) *resource {
	t := &resource{d: d}
	for _, name := range []string{"time", "date_start", "pit_in_time"} {
		if t.clock == "" && d.Index(name) >= 0 {
			t.clock = name
		}
	}
	if d.Index("lap_number") >= 0 {
		t.lap = "lap_number"
	}
	for i, c := range d.Columns {
		if samples(d.Name) && c.Name != "driver_number" || slices.Contains(prose, c.Name) || c.Type == tables.Float || c.Type == tables.Time || strings.HasSuffix(c.Name, "_ms") {
			continue
		}
		events := d.Name == "events"
		t.filters = append(t.filters, filter{name: c.Name, column: i, prefix: events && c.Name == "kind", above: events && c.Name == "priority"})
	}
	return t
}

// rowQuery is a question for rows, as it was read.
type rowQuery struct {
	*resource
	store.Query
	when
	fields []int              // columns of the answer in order; nil all
	out    tables.Description // of the answer
}

// read reads a question. The limit is that of the format: pages of JSON have one, the others are whole tables.
func (t *resource) read(f *form, format tables.Format) (*rowQuery, error) {
	q := &rowQuery{resource: t, out: t.d, when: f.moment()}
	q.Table = t.d.Name
	for i := range t.filters {
		t.filters[i].read(f, q)
	}
	if t.lap != "" {
		q.span(t.lap, int64(f.number("lap_from", 0, 1000, -1)), int64(f.number("lap_to", 0, 1000, -1))+1)
	}
	if t.clock != "" {
		from, to := f.time("time_from"), f.time("time_to")
		low, high := int64(-1), int64(0)
		if !from.IsZero() {
			low = from.UnixMilli()
		}
		if !to.IsZero() {
			high = to.UnixMilli()
		}
		q.span(t.clock, low, high)
	}
	q.readFields(f)
	otherwise := 0
	if format == jsonPage {
		otherwise = pageRows
	}
	q.Limit = f.number("limit", 1, maxPageRows, otherwise)
	q.After = f.text("cursor", maxCursor)
	if err := f.problem(); err != nil {
		return nil, err
	}
	q.Session = "?" // found later; the rest is checked now
	if _, _, err := q.Check(); err != nil {
		where := "query"
		if q.After != "" && strings.Contains(err.Error(), "cursor") {
			where = "query.cursor"
		}
		return nil, invalid(where, err.Error(), nil)
	}
	return q, nil
}

// span adds from ≤ column < to; a negative from and a to that is not above zero are none.
func (q *rowQuery) span(column string, from, to int64) {
	if from >= 0 {
		q.Where = append(q.Where, store.Condition{Column: column, Op: store.AtLeast, Values: []tables.Cell{{Known: true, N: from}}})
	}
	if to > 0 {
		q.Where = append(q.Where, store.Condition{Column: column, Op: store.Below, Values: []tables.Cell{{Known: true, N: to}}})
	}
}

// read adds the filter's condition, if it is asked for.
func (l *filter) read(f *form, q *rowQuery) {
	texts := f.list(l.name, maxValues)
	if len(texts) == 0 {
		return
	}
	c := store.Condition{Column: l.name}
	switch {
	case l.prefix:
		c.Op = store.Prefix
		if len(texts) > 1 {
			f.wrong(l.name, "it is one beginning of a kind", nil)
			return
		}
	case l.above:
		n := slices.Index(priorities, texts[0])
		if n < 0 || len(texts) > 1 {
			f.wrong(l.name, "it is none of "+strings.Join(priorities, ", "), texts[0])
			return
		}
		texts = priorities[:n+1]
	}
	for _, text := range texts {
		cell, message := parseCell(q.d.Columns[l.column].Type, text)
		if message != "" {
			f.wrong(l.name, message, text)
			return
		}
		c.Values = append(c.Values, cell)
	}
	q.Where = append(q.Where, c)
}

// parseCell reads a value that a column is compared with.
func parseCell(t tables.Type, text string) (cell tables.Cell, message string) {
	cell.Known = true
	switch t {
	case tables.Int:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return cell, "it is no whole number"
		}
		cell.N = n
	case tables.Bool:
		switch text {
		case "true":
			cell.N = 1
		case "false":
		default:
			return cell, "it is neither true nor false"
		}
	default:
		cell.S = text
	}
	return cell, ""
}

// readFields reads which columns are wanted, in which order.
func (q *rowQuery) readFields(f *form) {
	names := f.list("fields", len(q.d.Columns))
	if len(names) == 0 {
		return
	}
	q.out.Columns = nil
	for i, name := range names {
		n := q.d.Index(name)
		switch {
		case n < 0:
			all := make([]string, len(q.d.Columns))
			for k, c := range q.d.Columns {
				all[k] = c.Name
			}
			f.wrong("fields", unknownName("column", name, all), name)
		case slices.Contains(names[:i], name):
			f.wrong("fields", "a column is given twice", name)
		default:
			q.fields, q.out.Columns = append(q.fields, n), append(q.out.Columns, q.d.Columns[n])
		}
	}
}

// params describes what can be asked.
func (t *resource) params() []*huma.Param {
	all := append([]*huma.Param{sessionParam()}, momentParams()...)
	for _, l := range t.filters {
		c := t.d.Columns[l.column]
		of := huma.TypeString
		switch c.Type {
		case tables.Int:
			of = huma.TypeInteger
		case tables.Bool:
			of = huma.TypeBoolean
		}
		switch {
		case l.prefix:
			all = append(all, queryText(l.name, "A kind, or the beginning of some", "overtake.", 60))
		case l.above:
			p := queryChoice(l.name, "This priority and above; P0 is the highest", "P3", "P0", "P1", "P2")
			p.Schema.Default = nil
			all = append(all, p)
		default:
			all = append(all, queryList(l.name, "Rows with one of these in "+c.Name, of, maxValues, exampleOf(c)))
		}
	}
	if t.lap != "" {
		all = append(all, queryNumber("lap_from", "From this lap on", 0, 1000, 10), queryNumber("lap_to", "To this lap, with it", 0, 1000, 20))
	}
	if t.clock != "" {
		all = append(all, queryTime("time_from", "Rows whose "+t.clock+" is not before it", "2018-04-29T12:30:00Z"),
			queryTime("time_to", "Rows whose "+t.clock+" is before it", "2018-04-29T12:40:00Z"))
	}
	columns := make([]any, len(t.d.Columns))
	for i, c := range t.d.Columns {
		columns[i] = c.Name
	}
	fields := queryList("fields", "Only these columns, in this order", huma.TypeString, len(columns), []string{t.d.Columns[len(t.d.Columns)-1].Name})
	ofWords(fields, columns)
	return append(all, fields, limitParam(), cursorParam())
}

func limitParam() *huma.Param {
	return queryNumber("limit", fmt.Sprintf("Rows of a page; without it a JSON page has %d and the other formats are the whole table", pageRows), 1, maxPageRows, 100)
}

func cursorParam() *huma.Param {
	return queryText("cursor", "next_cursor of the page before", "", maxCursor)
}
