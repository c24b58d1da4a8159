package tables

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// ReadParquet gives the rows of a file that Write made as Parquet, also of an earlier program whose table had
// fewer columns: those are unknown. An error, also of a file of another table, is the last thing given; the row
// handed out is the same memory each time.
func (d *Description) ReadParquet(r io.ReaderAt, size int64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if err := d.readParquet(r, size, func(row Row) bool { return yield(row, nil) }); err != nil {
			yield(nil, fmt.Errorf("tables: %s from Parquet: %w", d.Name, err))
		}
	}
}

func (d *Description) readParquet(r io.ReaderAt, size int64, yield func(Row) bool) (err error) {
	inside := false // the library, which panics on some damaged pages
	defer func() {
		if p := recover(); p != nil {
			if !inside {
				panic(p)
			}
			err = fmt.Errorf("damaged: %v", p)
		}
	}()
	inside = true
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		return err
	}
	at := make([]int, 0, len(d.Columns)) // which column of the table each of the file is
	for _, field := range f.Schema().Fields() {
		i := d.Index(field.Name())
		if i < 0 {
			return fmt.Errorf("it has a column %q, which this program does not know", field.Name())
		}
		if !field.Leaf() || field.Type().Kind() != parquetNode(d.Columns[i].Type).Type().Kind() {
			return fmt.Errorf("its column %q is a %s", field.Name(), field.Type())
		}
		at = append(at, i)
	}
	inside = false
	row, cells := make(Row, len(d.Columns)), make([]parquet.Row, batch)
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		for {
			inside = true
			n, err := rows.ReadRows(cells)
			inside = false
			for _, c := range cells[:n] {
				clear(row)
				for _, v := range c {
					row[at[v.Column()]] = cellOf(d.Columns[at[v.Column()]].Type, v)
				}
				if !yield(row) {
					return rows.Close()
				}
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

func cellOf(t Type, v parquet.Value) Cell {
	if v.IsNull() {
		return Cell{}
	}
	c := Cell{Known: true}
	switch t {
	case Int, Time:
		c.N = v.Int64()
	case Float:
		c.F = v.Double()
	case Bool:
		if v.Boolean() {
			c.N = 1
		}
	default:
		c.S = string(v.ByteArray())
	}
	return c
}

// Clone is a copy of a row that its giver does not overwrite.
func (r Row) Clone() Row { return slices.Clone(r) }
