package persist

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// diff remembers what was written of a table, as one hash a row, and finds what has changed since.
type diff struct {
	table   tables.Description
	keys    []int // of a sorted table: the columns of its key
	hashes  []uint64
	kept    map[string]*keptRow
	round   uint32
	scratch []byte
}

// keptRow is what is remembered of a row of a sorted table.
type keptRow struct {
	hash  uint64
	round uint32 // when it was last there
	key   []tables.Cell
}

func newDiff(d tables.Description) *diff {
	f := &diff{table: d}
	if d.Sorted {
		f.kept = map[string]*keptRow{}
		for i, c := range d.Columns {
			if c.Key {
				f.keys = append(f.keys, i)
			}
		}
	}
	return f
}

// step compares the rows with what was written and takes them for written. ok is false when nothing has changed. With
// all, every row is given as new, and of a table that is not sorted nothing else is then left.
func (f *diff) step(rows iter.Seq[tables.Row], all bool) (c store.Change, ok bool) {
	c.Table = f.table.Name
	if f.table.Sorted {
		f.byKey(rows, &c, all)
	} else {
		f.byPlace(rows, &c, all)
	}
	return c, all || len(c.Rows) > 0 || len(c.Gone) > 0 || c.Len >= 0 && !f.table.Sorted
}

func (f *diff) byPlace(rows iter.Seq[tables.Row], c *store.Change, all bool) {
	n := 0
	for row := range rows {
		h := f.hash(row)
		switch {
		case n == len(f.hashes):
			f.hashes = append(f.hashes, h)
		case f.hashes[n] == h && !all:
			n++
			continue
		default:
			f.hashes[n] = h
		}
		c.Rows, c.At = append(c.Rows, slices.Clone(row)), append(c.At, n)
		n++
	}
	shorter := n < len(f.hashes)
	f.hashes = f.hashes[:n]
	if c.Len = n; !shorter && len(c.Rows) == 0 {
		c.Len = -1 // nothing to tell
	}
}

func (f *diff) byKey(rows iter.Seq[tables.Row], c *store.Change, all bool) {
	f.round++
	there := 0
	for row := range rows {
		h := f.hash(row)
		f.scratch = f.scratch[:0]
		for _, i := range f.keys {
			f.scratch = appendCell(f.scratch, &row[i])
		}
		old := f.kept[string(f.scratch)]
		if old == nil {
			old = &keptRow{hash: ^h}
			for _, i := range f.keys {
				old.key = append(old.key, row[i])
			}
			f.kept[string(f.scratch)] = old
		}
		if old.round != f.round {
			there++
		}
		old.round = f.round
		if old.hash != h || all {
			old.hash = h
			c.Rows = append(c.Rows, slices.Clone(row))
		}
	}
	if there == len(f.kept) {
		return
	}
	for k, old := range f.kept {
		if old.round == f.round {
			continue
		}
		gone := make(tables.Row, len(f.table.Columns))
		for i, col := range f.keys {
			gone[col] = old.key[i]
		}
		c.Gone = append(c.Gone, gone)
		delete(f.kept, k)
	}
}

func (f *diff) hash(row tables.Row) uint64 {
	f.scratch = f.scratch[:0]
	for i := range row {
		f.scratch = appendCell(f.scratch, &row[i])
	}
	return xxhash.Sum64(f.scratch)
}

// appendCell writes a cell so that no two values are written alike.
func appendCell(b []byte, c *tables.Cell) []byte {
	if !c.Known {
		return append(b, 0)
	}
	b = append(b, 1)
	b = binary.LittleEndian.AppendUint64(b, uint64(c.N))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.F))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(c.S)))
	return append(b, c.S...)
}
