package sqlite

import (
	"fmt"
	"strings"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// layout is how a table of package tables lies in the database, with the statements that work on it.
type layout struct {
	tables.Description
	table string          // its name here
	place []tables.Column // what names a row within its session: the key of a sorted table, else n
	cells []int           // columns that are stored: all but session_key

	upsert, gone, truncate, clear, length string
	selects                               string // SELECT place, cells FROM … WHERE session = ?1
}

// n is the column with the place of a row in a table that is not sorted.
var n = tables.Column{Name: "n", Type: tables.Int}

// storageName is what a table of the contract is called here: the names of DESIGN's reference tables are taken.
func storageName(table string) string {
	if table == "drivers" {
		return "session_drivers"
	}
	return table
}

// asSamples are the tables that are kept as chunks.
func asSamples(table string) bool { return table == "telemetry" || table == "locations" }

// layouts are the tables with rows of their own: all but sessions, telemetry and locations.
func layouts() map[string]*layout {
	out := map[string]*layout{}
	for _, d := range tables.All() {
		if d.Name != "sessions" && !asSamples(d.Name) {
			out[d.Name] = layoutOf(d)
		}
	}
	return out
}

func layoutOf(d tables.Description) *layout {
	l := &layout{Description: d, table: storageName(d.Name), place: store.Order(&d)}
	if !d.Sorted {
		l.place = []tables.Column{n}
	}
	var names, sets []string
	for i, c := range d.Columns {
		if c.Name == "session_key" {
			continue
		}
		l.cells = append(l.cells, i)
		names = append(names, quote(c.Name))
		sets = append(sets, fmt.Sprintf("%s = excluded.%s", quote(c.Name), quote(c.Name)))
	}
	sets = append(sets, "log_offset = excluded.log_offset")
	into := "session, "
	if !d.Sorted {
		into += "n, "
	}
	into += strings.Join(names, ", ") + ", log_offset"
	marks := strings.Repeat("?, ", strings.Count(into, ",")) + "?"
	l.upsert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (session, %s) DO UPDATE SET %s",
		l.table, into, marks, columnList(l.place), strings.Join(sets, ", "))
	l.gone = fmt.Sprintf("DELETE FROM %s WHERE session = ?", l.table)
	for _, c := range l.place {
		l.gone += fmt.Sprintf(" AND %s = ?", quote(c.Name))
	}
	l.truncate = fmt.Sprintf("DELETE FROM %s WHERE session = ? AND n >= ?", l.table)
	l.clear = fmt.Sprintf("DELETE FROM %s WHERE session = ?", l.table)
	l.length = fmt.Sprintf("SELECT coalesce(max(n) + 1, 0) FROM %s WHERE session = ?", l.table)
	l.selects = "SELECT "
	if !d.Sorted {
		l.selects += "n, "
	}
	l.selects += fmt.Sprintf("%s FROM %s WHERE session = ?", strings.Join(names, ", "), l.table)
	return l
}

// create is the statement that makes the table. Migrations hold its text, not the call: what a migration does
// never changes.
func (l *layout) create() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,\n", l.table)
	if !l.Sorted {
		b.WriteString("    n INTEGER NOT NULL,\n")
	}
	for _, i := range l.cells {
		b.WriteString("    " + columnOf(&l.Columns[i], l.Sorted && l.Columns[i].Key) + ",\n")
	}
	fmt.Fprintf(&b, "    log_offset INTEGER NOT NULL,\n    PRIMARY KEY (session, %s)\n) STRICT, WITHOUT ROWID;\n", columnList(l.place))
	return b.String()
}

// add is the statement that adds a column to the table, for the migration of a description that gained one.
// Rows of before have it unknown until their session is derived again.
func (l *layout) add(c *tables.Column) string {
	return fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s;\n", l.table, columnOf(c, false))
}

func columnOf(c *tables.Column, key bool) string {
	text := quote(c.Name) + " " + typeOf(c.Type)
	if key {
		text += " NOT NULL"
	}
	return text
}

// typeOf is how a column's type is stored: times in milliseconds since 1970, truth as 0 and 1.
func typeOf(t tables.Type) string {
	switch t {
	case tables.String:
		return "TEXT"
	case tables.Float:
		return "REAL"
	}
	return "INTEGER"
}

func columnList(columns []tables.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// quote writes a name so that no word of SQL is mistaken for it. Names are ours and hold no quotes.
func quote(name string) string { return `"` + name + `"` }

func insertInto(table string, columns []string) string {
	marks := strings.Repeat(", ?", len(columns))[2:]
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), marks)
}

func update(table string, columns []string) string {
	return fmt.Sprintf("UPDATE %s SET %s = ?", table, strings.Join(columns, " = ?, "))
}
