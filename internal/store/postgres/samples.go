package postgres

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

const (
	telemetryColumns = "time, session_id, driver_id, driver_number, speed, rpm, gear, throttle, brake, drs"
	locationColumns  = "time, session_id, driver_id, driver_number, x_m, y_m, z_m, on_track"
)

// sample is the place of a sample in a batch, with what names it.
type sample struct {
	car  int
	ms   int64
	from int
}

// sorted orders samples by car and time and drops all but the first of a car at a millisecond.
func sorted(n int, of func(i int) (car int, t time.Time)) ([]sample, error) {
	all := make([]sample, n)
	inOrder := true
	for i := range all {
		car, t := of(i)
		all[i] = sample{car, t.UnixMilli(), i}
		if car < 0 || car > math.MaxInt32 {
			return nil, fmt.Errorf("%w: car %d", store.ErrInvalid, car)
		}
		if err := checkTime("sample", all[i].ms); err != nil {
			return nil, err
		}
		inOrder = inOrder && (i == 0 || compareSamples(all[i-1], all[i]) < 0)
	}
	if inOrder {
		return all, nil
	}
	slices.SortFunc(all, func(a, b sample) int { return cmp.Or(compareSamples(a, b), a.from-b.from) })
	return slices.CompactFunc(all, func(a, b sample) bool { return compareSamples(a, b) == 0 }), nil
}

func compareSamples(a, b sample) int {
	return cmp.Or(cmp.Compare(a.car, b.car), cmp.Compare(a.ms, b.ms))
}

func (w *writing) telemetry(ctx context.Context) error {
	rows := w.b.Telemetry
	if len(rows) == 0 {
		return nil
	}
	order, err := sorted(len(rows), func(i int) (int, time.Time) { return rows[i].DriverNumber, rows[i].Time })
	if err != nil {
		return err
	}
	w.samples = true
	return w.samplesIn(ctx, "telemetry", telemetryColumns, order, func(buf *rowBuffer, i int) {
		r := &rows[i]
		for _, v := range [...]f1.Opt[int16]{r.Speed, r.RPM, r.Gear, r.Throttle, r.Brake, r.DRS} {
			if v.Known {
				buf.int16(v.Value)
			} else {
				buf.null()
			}
		}
	})
}

func (w *writing) locations(ctx context.Context) error {
	rows := w.b.Locations
	if len(rows) == 0 {
		return nil
	}
	order, err := sorted(len(rows), func(i int) (int, time.Time) { return rows[i].DriverNumber, rows[i].Time })
	if err != nil {
		return err
	}
	return w.samplesIn(ctx, "locations", locationColumns, order, func(buf *rowBuffer, i int) {
		r := &rows[i]
		for _, v := range [...]float64{r.X, r.Y, r.Z} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				buf.null() // as the table has it
			} else {
				buf.float(v)
			}
		}
		if r.OnTrack.Known {
			buf.bool(r.OnTrack.Value)
		} else {
			buf.null()
		}
	})
}

// samplesIn copies samples into their table. Where the session may have some of them already they go by a table beside,
// and those that are there stay.
func (w *writing) samplesIn(ctx context.Context, table, columns string, order []sample, rest func(*rowBuffer, int)) error {
	fresh, err := w.areNew(ctx, table, order)
	if err != nil {
		return err
	}
	into := table
	if !fresh {
		into = "new_" + table
		_, err = w.tx.Exec(ctx, "CREATE TEMP TABLE "+into+" (LIKE "+table+" INCLUDING DEFAULTS) ON COMMIT DROP")
		if err != nil {
			return err
		}
	}
	fields, i, car, driver := 8, 0, -1, ""
	if table == "telemetry" {
		fields = 10
	}
	err = copyIn(ctx, w.tx, into, columns, func(buf *rowBuffer) (bool, error) {
		if i == len(order) {
			return false, nil
		}
		o := order[i]
		i++
		if o.car != car {
			car, driver = o.car, w.driver(o.car)
		}
		w.low, w.high = min(w.low, o.ms), max(w.high, o.ms)
		buf.begin(fields)
		buf.time(o.ms)
		buf.text(w.id)
		buf.text(driver)
		buf.int32(int32(car))
		rest(buf, o.from)
		return true, nil
	})
	if err != nil || fresh {
		return err
	}
	_, err = w.tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s ON CONFLICT DO NOTHING", table, columns, columns, into))
	return err
}

// areNew says whether all samples are newer than what is stored of their cars, as they are live.
func (w *writing) areNew(ctx context.Context, table string, order []sample) (bool, error) {
	if w.b.Whole || w.old.Version == 0 {
		return true, nil
	}
	var cars []int32
	var since []time.Time
	low := int64(math.MaxInt64)
	for i, o := range order {
		if i == 0 || o.car != order[i-1].car {
			cars, since = append(cars, int32(o.car)), append(since, time.UnixMilli(o.ms))
			low = min(low, o.ms)
		}
	}
	var some bool
	err := w.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM unnest($2::integer[], $3::timestamptz[]) AS c(car, since)
		JOIN `+table+` t ON t.session_id = $1 AND t.driver_number = c.car AND t.time >= c.since AND t.time >= $4)`,
		w.id, cars, since, time.UnixMilli(low)).Scan(&some)
	return !some, err
}

// partition is one that a batch needs, by a moment in it.
type partition struct {
	table string
	start time.Time
}

// partitionsOf are the partitions that a batch writes to; none with hypertables.
func (s *Store) partitionsOf(b *store.Batch) (map[partition]bool, error) {
	need := map[partition]bool{}
	if !s.native {
		return need, nil
	}
	add := func(table string, ms int64, monthly bool) {
		year, month, _ := time.UnixMilli(ms).UTC().Date()
		if !monthly {
			month = 1
		}
		need[partition{table, time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)}] = true
	}
	last := int64(math.MinInt64)
	sampled := func(table string, t time.Time) error {
		ms := t.UnixMilli()
		if err := checkTime(table, ms); err != nil {
			return err
		}
		if minute := t.Truncate(time.Minute).UnixMilli(); minute != last { // samples of a minute are in one month
			last = minute
			add(table, ms, true)
		}
		return nil
	}
	for i := range b.Telemetry {
		if err := sampled("telemetry", b.Telemetry[i].Time); err != nil {
			return nil, err
		}
	}
	last = math.MinInt64
	for i := range b.Locations {
		if err := sampled("locations", b.Locations[i].Time); err != nil {
			return nil, err
		}
	}
	ms, _ := substitute(&b.Session)
	add("lap_times", ms, false) // laps may move there
	for i := range b.Changes {
		st := s.tables[b.Changes[i].Table]
		if st == nil || !st.Series {
			continue
		}
		for _, r := range b.Changes[i].Rows {
			ms, _ := seriesTime(st.Name, &st.Description, r, &b.Session)
			if err := checkTime(st.Name, ms); err != nil {
				return nil, err
			}
			add(st.Table, ms, false)
		}
	}
	return need, nil
}

// ensure makes the partitions that are not known to be there, each in a transaction of its own: the lock on the
// parent must not wait for a batch.
func (s *Store) ensure(ctx context.Context, need map[partition]bool) error {
	var batch pgx.Batch
	var asked []partition
	for p := range need {
		if _, ok := s.partitions.Load(p); !ok {
			asked = append(asked, p)
		}
	}
	slices.SortFunc(asked, func(a, b partition) int { return cmp.Or(cmp.Compare(a.table, b.table), a.start.Compare(b.start)) })
	for _, p := range asked {
		batch.Queue(`SELECT ensure_partition($1, $2)`, p.table, p.start)
	}
	if len(asked) == 0 {
		return nil
	}
	if err := s.pool.SendBatch(ctx, &batch).Close(); err != nil {
		return err
	}
	for _, p := range asked {
		s.partitions.Store(p, true)
	}
	return nil
}
