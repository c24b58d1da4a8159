package storetest

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// texts have every character that needs care somewhere: quotes, marks, other scripts, wildcards, line ends.
var texts = rapid.StringOfN(rapid.RuneFrom([]rune("aAzZ09éÉßøłЖ漢🏁\"'`\\%_*?,;\r\n\t -\x01\uFFFD")), 1, 12, -1)

// The years that moments come from: what ISO 8601 writes with four digits.
const (
	firstMilli = -62_135_596_800_000
	lastMilli  = 253_402_300_799_999
)

// drawCell makes any value that a column can have; key columns are mostly small, so that rows meet.
func drawCell(t *rapid.T, c *tables.Column, known bool) tables.Cell {
	if !known && rapid.IntRange(0, 3).Draw(t, c.Name+"?") == 0 {
		return tables.Cell{}
	}
	small := rapid.IntRange(0, 3).Draw(t, "small") > 0
	cell := tables.Cell{Known: true}
	switch c.Type {
	case tables.String:
		cell.S = texts.Draw(t, c.Name)
	case tables.Float:
		cell.F = rapid.OneOf(rapid.SampledFrom([]float64{0, 0.1, -1.5, 1e-300, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 60}),
			rapid.Float64()).Draw(t, c.Name) + 0 // a negative zero is no value of a table
	case tables.Bool:
		cell.N = int64(rapid.IntRange(0, 1).Draw(t, c.Name))
	case tables.Time:
		cell.N = rapid.Int64Range(firstMilli, lastMilli).Draw(t, c.Name)
		if small {
			cell.N = 1_524_917_400_000 + cell.N&15
		}
	case tables.Int:
		cell.N = rapid.Int64().Draw(t, c.Name)
		if small {
			cell.N &= 7
		}
	}
	return cell
}

// drawRow makes a row of a table for a session.
func drawRow(t *rapid.T, d *tables.Description, session string) tables.Row {
	row := make(tables.Row, len(d.Columns))
	for i := range d.Columns {
		c := &d.Columns[i]
		if c.Name == "session_key" {
			row[i] = tables.Cell{Known: true, S: session}
			continue
		}
		row[i] = drawCell(t, c, c.Key && d.Sorted)
	}
	return row
}

// drawRows makes a table: of a sorted one in order of its key, with each key once.
func drawRows(t *rapid.T, d *tables.Description, session string, most int) []tables.Row {
	var rows []tables.Row
	for range rapid.IntRange(0, most).Draw(t, "rows") {
		rows = append(rows, drawRow(t, d, session))
	}
	return inOrder(d, rows)
}

// inOrder puts rows of a sorted table in its order, of those with the same key the last.
func inOrder(d *tables.Description, rows []tables.Row) []tables.Row {
	if !d.Sorted {
		return rows
	}
	slices.Reverse(rows)
	slices.SortStableFunc(rows, func(a, b tables.Row) int { return byKey(d, a, b) })
	return slices.CompactFunc(rows, func(a, b tables.Row) bool { return byKey(d, a, b) == 0 })
}

// byKey compares rows of a sorted table.
func byKey(d *tables.Description, a, b tables.Row) int {
	for _, c := range store.Order(d) {
		i := d.Index(c.Name)
		if order := compareCells(c.Type, a[i], b[i]); order != 0 {
			return order
		}
	}
	return 0
}

func compareCells(t tables.Type, a, b tables.Cell) int {
	switch t {
	case tables.String:
		return cmp.Compare(a.S, b.S)
	case tables.Float:
		return cmp.Compare(a.F, b.F)
	}
	return cmp.Compare(a.N, b.N)
}

// evolve changes some rows of a table, adds some and takes some away.
func evolve(t *rapid.T, d *tables.Description, session string, rows []tables.Row) []tables.Row {
	out := slices.Clone(rows)
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		switch i := rapid.IntRange(0, max(len(out)-1, 0)).Draw(t, "row"); {
		case kind == 0 && len(out) > 0:
			out = slices.Delete(out, i, i+1)
		case kind == 1 && len(out) > 0:
			row := drawRow(t, d, session)
			for j, c := range d.Columns {
				if c.Key {
					row[j] = out[i][j]
				}
			}
			out[i] = row
		default:
			out = append(out, drawRow(t, d, session))
		}
	}
	return inOrder(d, out)
}

// diff is what a writer sends for a table that was old and is new.
func diff(d *tables.Description, old, fresh []tables.Row) store.Change {
	c := store.Change{Table: d.Name, Len: len(fresh)}
	if !d.Sorted {
		for i, row := range fresh {
			if i >= len(old) || !equal(old[i], row) {
				c.Rows, c.At = append(c.Rows, row), append(c.At, i)
			}
		}
		return c
	}
	find := func(in []tables.Row, row tables.Row) (int, bool) {
		return slices.BinarySearchFunc(in, row, func(a, b tables.Row) int { return byKey(d, a, b) })
	}
	for _, row := range fresh {
		if i, there := find(old, row); !there || !equal(old[i], row) {
			c.Rows = append(c.Rows, row)
		}
	}
	for _, row := range old {
		if _, there := find(fresh, row); !there {
			c.Gone = append(c.Gone, row)
		}
	}
	return c
}

// whole is a change to a table of which nothing is stored.
func whole(d *tables.Description, rows []tables.Row) store.Change { return diff(d, nil, rows) }

// start is when the samples of the tests begin.
var start = time.Date(2018, 4, 29, 12, 10, 0, 0, time.UTC)

// drawTime makes a moment near the start, often one that was there, at times far away.
func drawTime(t *rapid.T) time.Time {
	at := start.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "at")) * 640 * time.Millisecond)
	at = at.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 400_000, 999_999, 1_000_000}).Draw(t, "ns")))
	if rapid.IntRange(0, 40).Draw(t, "far") == 0 {
		at = time.UnixMilli(rapid.Int64Range(firstMilli, lastMilli).Draw(t, "far away")).UTC()
	}
	return at
}

func drawChannel(t *rapid.T) f1.Opt[int16] {
	if rapid.IntRange(0, 3).Draw(t, "channel?") == 0 {
		return f1.Opt[int16]{}
	}
	return f1.Some(rapid.Int16().Draw(t, "channel"))
}

func drawTelemetry(t *rapid.T, session string) f1.TelemetryRow {
	return f1.TelemetryRow{SessionKey: session, DriverNumber: rapid.SampledFrom([]int{1, 2, 44, 241}).Draw(t, "car"), Time: drawTime(t),
		Speed: drawChannel(t), RPM: drawChannel(t), Gear: drawChannel(t), Throttle: drawChannel(t), Brake: drawChannel(t), DRS: drawChannel(t)}
}

func drawLocation(t *rapid.T, session string) f1.LocationRow {
	deci := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.Int32().Draw(t, "dm")) / 10 })
	place := rapid.OneOf(deci, deci, deci, rapid.Float64())
	draw := func(name string) float64 { return place.Draw(t, name) + 0 }
	r := f1.LocationRow{SessionKey: session, DriverNumber: rapid.SampledFrom([]int{1, 2, 44, 241}).Draw(t, "car"), Time: drawTime(t),
		X: draw("x"), Y: draw("y"), Z: draw("z")}
	if on := rapid.IntRange(-1, 1).Draw(t, "on track"); on >= 0 {
		r.OnTrack = f1.Some(on == 1)
	}
	return r
}

// kept is the rows that a store has of samples that came in this order: of a car's at the same millisecond the
// first, by car and time.
func kept[R any](table tables.Table[R], all []R) []tables.Row {
	d := table.Describe()
	driver, at := d.Index("driver_number"), d.Index("time")
	type place struct{ driver, at int64 }
	seen := map[place]bool{}
	var rows []tables.Row
	for row := range table.Cells(slices.Values(all)) {
		p := place{row[driver].N, row[at].N}
		if !seen[p] {
			seen[p] = true
			rows = append(rows, slices.Clone(row))
		}
	}
	slices.SortFunc(rows, func(a, b tables.Row) int { return byKey(&d, a, b) })
	return rows
}
