// Package tables names the columns of the derived tables and writes them as CSV, JSON lines and Parquet.
// One definition of a table drives all encodings, and the description that stores and interfaces build
// on. It derives nothing itself: packages timing, telemetry and strategy make the rows of
// package f1.
//
// In every encoding an unknown value is absent: an empty cell, null. Times are UTC in ISO 8601 with
// milliseconds, durations integer milliseconds in columns that end in _ms. The same rows give the same
// bytes.
package tables

import (
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// Type is the type of a column.
type Type uint8

// The column types.
const (
	String Type = iota
	Int         // 64 bits; durations are in milliseconds
	Float
	Bool
	Time // UTC, to the millisecond
)

// Column describes one column.
type Column struct {
	Name string
	Type Type
	Key  bool // part of the table's key, with session_key
}

// Description describes one table. Its columns are shared: whoever wants other ones makes a slice of their own.
type Description struct {
	Name    string
	Columns []Column
	// Sorted tables come in rising order of their key, and keep it when a row is added. The others come in the
	// order in which their rows became known, in the order of the classification, or in one of their own: a row
	// of them is named by its number.
	Sorted bool
}

// Cell is one value. Which of the fields holds it follows from the column's type: N has Int, Bool (0, 1)
// and Time (milliseconds since 1970), F has Float, S has String. The zero Cell is unknown.
type Cell struct {
	Known bool
	N     int64
	F     float64
	S     string
}

// Row is one row of a table, a cell a column in the order of its [Description].
type Row []Cell

// Index returns the place of the named column, -1 when there is none.
func (d *Description) Index(column string) int {
	return slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == column })
}

// Table is a table made of rows of type R.
type Table[R any] struct {
	name    string
	columns []column[R]
}

// sorted are the tables whose rows come in order of their key.
var sorted = []string{"sessions", "drivers", "laps", "stints", "pit_stops", "race_control", "track_status", "weather",
	"telemetry", "locations", "gap_history", "lap_telemetry"}

// Describe returns the table's name and columns in order.
func (t Table[R]) Describe() Description {
	d := Description{Name: t.name, Sorted: slices.Contains(sorted, t.name), Columns: make([]Column, len(t.columns))}
	for i := range t.columns {
		d.Columns[i] = t.columns[i].Column
	}
	return d
}

type column[R any] struct {
	Column
	get func(*R) Cell
}

func (c column[R]) key() column[R] {
	c.Key = true
	return c
}

// Format is an encoding of a table.
type Format string

// The formats.
const (
	CSV     Format = "csv"     // RFC 4180 with a header
	JSONL   Format = "jsonl"   // one object a line
	Parquet Format = "parquet" // optional columns, zstd
)

// Formats lists them.
func Formats() []Format { return []Format{CSV, JSONL, Parquet} }

// ParseFormat reads a format's name.
func ParseFormat(s string) (Format, error) {
	for _, f := range Formats() {
		if string(f) == s {
			return f, nil
		}
	}
	return "", fmt.Errorf("tables: unknown format %q: csv, jsonl or parquet", s)
}

// MediaType is what HTTP calls the format.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case JSONL:
		return "application/x-ndjson"
	case Parquet:
		return "application/vnd.apache.parquet"
	}
	return ""
}

// Cells gives rows as cells. The row handed out is the same memory each time: whoever keeps it copies it.
// A nil rows is an empty table.
func (t Table[R]) Cells(rows iter.Seq[R]) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		if rows == nil {
			return
		}
		row := make(Row, len(t.columns))
		for r := range rows {
			for i := range t.columns {
				row[i] = t.columns[i].get(&r)
			}
			if !yield(row) {
				return
			}
		}
	}
}

// Write encodes rows to w as they come, without holding them, and returns how many there were. A nil
// rows is an empty table.
func (t Table[R]) Write(w io.Writer, f Format, rows iter.Seq[R]) (n int, err error) {
	d := t.Describe()
	return d.Write(w, f, t.Cells(rows))
}

// Write encodes rows of the table to w as they come, without holding them, and returns how many there were.
func (d *Description) Write(w io.Writer, f Format, rows iter.Seq[Row]) (n int, err error) {
	switch f {
	case CSV:
		n, err = d.writeCSV(w, rows)
	case JSONL:
		n, err = d.writeJSONL(w, rows)
	case Parquet:
		n, err = d.writeParquet(w, rows)
	default:
		return 0, fmt.Errorf("tables: %s: unknown format %q", d.Name, f)
	}
	if err != nil {
		return n, fmt.Errorf("tables: %s as %s after %d rows: %w", d.Name, f, n, err)
	}
	return n, nil
}

// The constructors of columns. An empty string is unknown, as is a zero time and a float that is no
// number.

func text[R any, S ~string](name string, get func(*R) S) column[R] {
	return column[R]{Column{Name: name, Type: String}, func(r *R) Cell {
		s := string(get(r))
		return Cell{Known: s != "", S: s}
	}}
}

func integer[R any](name string, get func(*R) int) column[R] {
	return column[R]{Column{Name: name, Type: Int}, func(r *R) Cell {
		return Cell{Known: true, N: int64(get(r))}
	}}
}

func optInt[R any, I int | int16](name string, get func(*R) f1.Opt[I]) column[R] {
	return column[R]{Column{Name: name, Type: Int}, func(r *R) Cell {
		o := get(r)
		return Cell{Known: o.Known, N: int64(o.Value)}
	}}
}

func boolean[R any](name string, get func(*R) bool) column[R] {
	return optBool(name, func(r *R) f1.Opt[bool] { return f1.Some(get(r)) })
}

func optBool[R any](name string, get func(*R) f1.Opt[bool]) column[R] {
	return column[R]{Column{Name: name, Type: Bool}, func(r *R) Cell {
		o := get(r)
		v := Cell{Known: o.Known}
		if o.Value {
			v.N = 1
		}
		return v
	}}
}

func float[R any](name string, get func(*R) float64) column[R] {
	return optFloat(name, func(r *R) f1.Opt[float64] { return f1.Some(get(r)) })
}

func optFloat[R any](name string, get func(*R) f1.Opt[float64]) column[R] {
	return column[R]{Column{Name: name, Type: Float}, func(r *R) Cell {
		o := get(r)
		if o.Value == 0 {
			o.Value = 0 // a negative zero says no more, and not every store can keep it
		}
		return Cell{Known: o.Known && !math.IsNaN(o.Value) && !math.IsInf(o.Value, 0), F: o.Value}
	}}
}

// millis is a duration in whole milliseconds, rounded to the nearest.
func millis[R any](name string, get func(*R) f1.Opt[time.Duration]) column[R] {
	return column[R]{Column{Name: name, Type: Int}, func(r *R) Cell {
		o := get(r)
		return Cell{Known: o.Known, N: int64(o.Value.Round(time.Millisecond) / time.Millisecond)}
	}}
}

func moment[R any](name string, get func(*R) time.Time) column[R] {
	return optMoment(name, func(r *R) f1.Opt[time.Time] { return f1.Some(get(r)) })
}

// optMoment is a moment cut to milliseconds: cutting keeps the order of moments and of what follows.
func optMoment[R any](name string, get func(*R) f1.Opt[time.Time]) column[R] {
	return column[R]{Column{Name: name, Type: Time}, func(r *R) Cell {
		o := get(r)
		return Cell{Known: o.Known && !o.Value.IsZero(), N: o.Value.UnixMilli()}
	}}
}

// offset is a distance from UTC as ISO 8601 writes it: "+04:00", "-06:00".
func offset[R any](name string, get func(*R) f1.Opt[time.Duration]) column[R] {
	return text(name, func(r *R) string {
		o := get(r)
		if !o.Known {
			return ""
		}
		d, sign := o.Value, '+'
		if d < 0 {
			d, sign = -d, '-'
		}
		return fmt.Sprintf("%c%02d:%02d", sign, d/time.Hour, d%time.Hour/time.Minute)
	})
}
