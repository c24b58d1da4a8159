package sqlite

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
)

// bucketMillis is the stretch of time whose samples of a car lie together: some 185 of its channels and 225 of its
// places at the feed's rate, so that a chunk holds them. It is part of the stored form.
const bucketMillis = 50_000

// samples is what telemetry and locations have in common.
type samples[R any] struct {
	table  string
	of     func(*R) (driver int, at time.Time)
	set    func(*R, time.Time)
	encode func([]byte, []R) []byte
	decode func([]R, []byte) ([]R, error)
	cells  tables.Table[R]
}

var (
	carSamples = &samples[f1.TelemetryRow]{
		table:  "telemetry",
		of:     func(r *f1.TelemetryRow) (int, time.Time) { return r.DriverNumber, r.Time },
		set:    func(r *f1.TelemetryRow, at time.Time) { r.Time = at },
		encode: telemetry.EncodeCar,
		decode: telemetry.DecodeCar,
		cells:  tables.Telemetry,
	}
	locationSamples = &samples[f1.LocationRow]{
		table:  "locations",
		of:     func(r *f1.LocationRow) (int, time.Time) { return r.DriverNumber, r.Time },
		set:    func(r *f1.LocationRow, at time.Time) { r.Time = at },
		encode: telemetry.EncodeLocations,
		decode: telemetry.DecodeLocations,
		cells:  tables.Locations,
	}
)

func (s *samples[R]) findSQL() string {
	return "SELECT data FROM " + s.table + " WHERE session = ? AND driver_number = ? AND bucket = ? ORDER BY part"
}

func (s *samples[R]) putSQL() string {
	return "INSERT INTO " + s.table + " (session, driver_number, bucket, part, samples, data, log_offset) VALUES (?, ?, ?, ?, ?, ?, ?) " +
		"ON CONFLICT (session, driver_number, bucket, part) DO UPDATE SET samples = excluded.samples, data = excluded.data, log_offset = excluded.log_offset"
}

// bucketOf is the stretch that a moment in milliseconds lies in.
func bucketOf(ms int64) int64 {
	if ms < 0 {
		return (ms+1)/bucketMillis - 1
	}
	return ms / bucketMillis
}

// mergeChunks adds samples to the chunks of their cars. What is stored at a millisecond stays, of new ones the
// first: the chunks that come out depend on the samples alone, not on how they were cut into batches.
func mergeChunks[R any](w *batchWriter, s *samples[R], fresh []R) error {
	type place struct {
		driver int
		bucket int64
	}
	groups := map[place][]int{}
	var order []place
	for i := range fresh {
		driver, at := s.of(&fresh[i])
		p := place{driver, bucketOf(at.UnixMilli())}
		if groups[p] == nil {
			order = append(order, p)
		}
		groups[p] = append(groups[p], i)
	}
	slices.SortFunc(order, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.driver, b.driver), cmp.Compare(a.bucket, b.bucket))
	})
	find, put := s.findSQL(), s.putSQL()
	var rows []R
	var chunk []byte
	for _, p := range order {
		if err := w.live(); err != nil {
			return err
		}
		rows = rows[:0]
		parts := 0
		err := w.each(find, []any{w.session, p.driver, p.bucket}, func(r *sql.Rows) (err error) {
			if err = r.Scan(&chunk); err == nil {
				parts++
				rows, err = s.decode(rows, chunk)
			}
			return err
		})
		if err != nil {
			return err
		}
		before := len(rows)
		for _, i := range groups[p] {
			rows = append(rows, fresh[i])
		}
		if rows = s.merge(rows); len(rows) == before {
			continue // all of them are there already
		}
		part := 0
		for i := 0; i < len(rows); part++ {
			end := min(i+telemetry.MaxChunk, len(rows))
			chunk = s.encode(chunk[:0], rows[i:end])
			if err := w.run(put, w.session, p.driver, p.bucket, part, end-i, chunk, w.offset); err != nil {
				return err
			}
			i = end
		}
		if part < parts {
			return fmt.Errorf("car %d at %d: %d chunks of what were %d", p.driver, p.bucket, part, parts)
		}
	}
	return nil
}

// merge cuts times to milliseconds and puts rows in their order, of those at the same millisecond the first.
func (s *samples[R]) merge(rows []R) []R {
	sorted := true
	last := int64(0)
	for i := range rows {
		_, at := s.of(&rows[i])
		ms := at.UnixMilli()
		s.set(&rows[i], time.UnixMilli(ms).UTC())
		sorted = sorted && (i == 0 || ms > last)
		last = ms
	}
	if sorted {
		return rows
	}
	at := func(r *R) int64 {
		_, t := s.of(r)
		return t.UnixMilli()
	}
	slices.SortStableFunc(rows, func(a, b R) int { return cmp.Compare(at(&a), at(&b)) })
	return slices.CompactFunc(rows, func(a, b R) bool { return at(&a) == at(&b) })
}

// span is what the conditions of a query leave of cars and buckets.
type span struct {
	where []string
	args  []any
}

// spanOf narrows a query to the chunks that can fulfil it; its rows are held to it again.
func spanOf(q *store.Query, after []tables.Cell) span {
	var s span
	add := func(what string, args ...any) {
		s.where = append(s.where, what)
		s.args = append(s.args, args...)
	}
	for _, c := range q.Where {
		v := c.Values[0].N
		switch {
		case c.Column == "driver_number" && c.Op == store.In:
			add("driver_number IN "+marks(len(c.Values)), numbers(c.Values)...)
		case c.Column == "driver_number" && c.Op == store.AtLeast:
			add("driver_number >= ?", v)
		case c.Column == "driver_number" && c.Op == store.Below:
			add("driver_number < ?", v)
		case c.Column == "time" && c.Op == store.AtLeast:
			add("bucket >= ?", bucketOf(v))
		case c.Column == "time" && c.Op == store.Below:
			add("bucket <= ?", bucketOf(v))
		}
	}
	if after != nil {
		add("(driver_number, bucket) >= (?, ?)", after[0].N, bucketOf(after[1].N))
	}
	return s
}

// timesOf are the bounds in milliseconds that a query sets to time, the second one excluded.
func timesOf(q *store.Query) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	for _, c := range q.Where {
		switch {
		case c.Column == "time" && c.Op == store.AtLeast:
			from = max(from, c.Values[0].N)
		case c.Column == "time" && c.Op == store.Below:
			to = min(to, c.Values[0].N)
		}
	}
	return from, to
}

func (s *samples[R]) compareTime(r R, ms int64) int {
	_, at := s.of(&r)
	return cmp.Compare(at.UnixMilli(), ms)
}

// giveSamples hands out the rows of a query of telemetry or locations.
func giveSamples[R any](rows *sql.Rows, s *samples[R], q *store.Query, d *tables.Description, after []tables.Cell, yield func(store.Row) bool) error {
	var chunk sql.RawBytes
	var decoded []R
	driver, at := d.Index("driver_number"), d.Index("time")
	tests := testsOf(q, d)
	from, to := timesOf(q)
	given := 0
	for rows.Next() {
		err := rows.Scan(&chunk)
		if err == nil {
			decoded, err = s.decode(decoded[:0], chunk)
		}
		if err != nil {
			return err
		}
		// Most of a chunk at either end of a lap is not of the lap.
		i, _ := slices.BinarySearchFunc(decoded, from, s.compareTime)
		j, _ := slices.BinarySearchFunc(decoded, to, s.compareTime)
		for row := range s.cells.Cells(slices.Values(decoded[i:max(i, j)])) {
			if after != nil && (row[driver].N < after[0].N || row[driver].N == after[0].N && row[at].N <= after[1].N) {
				continue
			}
			if !fulfils(row, tests) {
				continue
			}
			if !yield(store.Row{Cells: row}) {
				return nil
			}
			if given++; given == q.Limit {
				return nil
			}
		}
	}
	return rows.Err()
}
