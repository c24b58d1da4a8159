package tables

import (
	"io"
	"iter"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroup is how many rows a row group has: it bounds what is held while a long table is written.
const rowGroup = 100_000

// batch is how many rows are handed over at once.
const batch = 256

// orderedGroup is a group whose columns keep their order; parquet.Group sorts them by name.
type orderedGroup struct {
	parquet.Group
	order []string
}

// Fields returns the columns in the order of the table.
func (g orderedGroup) Fields() []parquet.Field {
	byName := make(map[string]parquet.Field, len(g.order))
	for _, f := range g.Group.Fields() {
		byName[f.Name()] = f
	}
	out := make([]parquet.Field, len(g.order))
	for i, name := range g.order {
		out[i] = byName[name]
	}
	return out
}

// parquetNode is a column's type in a file. Every column is optional, so that files of different
// sessions have one schema whatever is known in them.
func parquetNode(t Type) parquet.Node {
	var n parquet.Node
	switch t {
	case Int:
		n = parquet.Encoded(parquet.Int(64), &parquet.DeltaBinaryPacked)
	case Float:
		n = parquet.Leaf(parquet.DoubleType)
	case Bool:
		n = parquet.Leaf(parquet.BooleanType)
	case Time:
		n = parquet.Encoded(parquet.Timestamp(parquet.Millisecond), &parquet.DeltaBinaryPacked)
	default:
		n = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	}
	return parquet.Optional(n)
}

// parquetSchema is the table's schema, its columns in order.
func (d *Description) parquetSchema() *parquet.Schema {
	g := orderedGroup{Group: parquet.Group{}}
	for _, c := range d.Columns {
		g.Group[c.Name] = parquetNode(c.Type)
		g.order = append(g.order, c.Name)
	}
	return parquet.NewSchema(d.Name, g)
}

func (d *Description) writeParquet(w io.Writer, rows iter.Seq[Row]) (n int, err error) {
	pw := parquet.NewWriter(w, d.parquetSchema(), parquet.Compression(&zstd.Codec{}),
		parquet.MaxRowsPerRowGroup(rowGroup), parquet.CreatedBy("PitWall Live", "1", "tables"))
	width := len(d.Columns)
	cells := make([]parquet.Value, batch*width)
	pending := make([]parquet.Row, 0, batch)
	for r := range rows {
		row := cells[len(pending)*width:][:width:width]
		for i := range d.Columns {
			row[i] = parquetValue(d.Columns[i].Type, &r[i], i)
		}
		pending = append(pending, row)
		n++
		if len(pending) == batch {
			if _, err := pw.WriteRows(pending); err != nil {
				return n, err
			}
			pending = pending[:0]
		}
	}
	if _, err := pw.WriteRows(pending); err != nil {
		return n, err
	}
	return n, pw.Close()
}

func parquetValue(t Type, v *Cell, column int) parquet.Value {
	if !v.Known {
		return parquet.NullValue().Level(0, 0, column)
	}
	var p parquet.Value
	switch t {
	case Int, Time:
		p = parquet.Int64Value(v.N)
	case Float:
		p = parquet.DoubleValue(v.F)
	case Bool:
		p = parquet.BooleanValue(v.N == 1)
	default:
		p = parquet.ByteArrayValue([]byte(strings.ToValidUTF8(v.S, "\ufffd")))
	}
	return p.Level(0, 1, column)
}
