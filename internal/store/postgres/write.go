package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// idLock is taken while a session gets or changes its readable name.
const idLock = 7410219834503

// Write moves a session on, see [store.Writer].
func (s *Store) Write(ctx context.Context, b *store.Batch) error {
	if err := b.Check(); err != nil {
		return fmt.Errorf("store/postgres: %w", err)
	}
	what := "write " + b.Session.SessionKey
	need, err := s.partitionsOf(b)
	if err != nil {
		return failed(what, err)
	}
	for try := 0; ; try++ {
		if err = s.ensure(ctx, need); err == nil {
			err = s.transaction(ctx, func(tx pgx.Tx) error {
				w := writing{s: s, tx: tx, b: b, low: math.MaxInt64, high: math.MinInt64}
				return w.run(ctx)
			})
		}
		switch c := code(err); {
		case try >= 3:
		case c == "23514": // a partition was dropped meanwhile
			s.partitions.Clear()
			continue
		case c == "40P01" || c == "40001": // somebody has to begin again
			continue
		}
		break
	}
	if err == nil && b.Ended {
		s.askRefresh()
	}
	return failed(what, err)
}

// writing is one batch on its way into the database.
type writing struct {
	s   *Store
	tx  pgx.Tx
	b   *store.Batch
	old store.Session // as it was; Version 0: it is new
	id  string

	from, to  *time.Time // what enclosed the times of the session's series before
	low, high int64      // of the times written, in ms
	samples   bool       // telemetry has changed
	drivers   map[int]string
}

func (w *writing) run(ctx context.Context) error {
	apply, err := w.begin(ctx)
	if err != nil || !apply {
		return err
	}
	if w.b.Whole && w.old.Version > 0 {
		if err = w.clear(ctx); err != nil {
			return err
		}
	}
	was := w.id
	if err = w.name(ctx); err != nil {
		return err
	}
	if was != w.id || w.old.SessionRow != w.b.Session {
		if err = w.indexSession(ctx); err != nil {
			return err
		}
	}
	if err = w.changes(ctx); err != nil {
		return err
	}
	if err = w.telemetry(ctx); err != nil {
		return err
	}
	if err = w.locations(ctx); err != nil {
		return err
	}
	return w.finish(ctx)
}

// begin locks the session's row, which it makes if need be, and says whether the batch is to be applied.
func (w *writing) begin(ctx context.Context) (bool, error) {
	key := w.b.Session.SessionKey
	err := w.lock(ctx, key)
	if errors.Is(err, pgx.ErrNoRows) {
		if _, err = store.Judge(w.b, false, "", 0); err != nil {
			return false, fmt.Errorf("nothing is stored: %w", err)
		}
		if _, err = w.tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(idLock)); err != nil {
			return false, err
		}
		_, err = w.tx.Exec(ctx, `INSERT INTO sessions (id, session_key, log) VALUES ($1, $2, $3)
			ON CONFLICT (session_key) DO NOTHING`, "\x01"+key, key, w.b.Log)
		if err == nil {
			err = w.lock(ctx, key)
		}
	}
	if err != nil || w.old.Version == 0 {
		return err == nil, err
	}
	what, err := store.Judge(w.b, true, w.old.Log, w.old.Offset)
	switch {
	case err != nil:
		return false, fmt.Errorf("stored up to %d of log %q: %w", w.old.Offset, w.old.Log, err)
	case what == store.End && !w.old.Whole:
		_, err = w.tx.Exec(ctx, `UPDATE sessions SET whole = true, version = nextval('session_versions'), changed = now() WHERE session_key = $1`, key)
	}
	return what == store.Apply, err
}

func (w *writing) lock(ctx context.Context, key string) error {
	rows, err := w.tx.Query(ctx, `SELECT `+sessionColumns+`, series_from, series_to FROM sessions WHERE session_key = $1 FOR UPDATE`, key)
	if err != nil {
		return err
	}
	_, err = pgx.CollectExactlyOneRow(rows, func(r pgx.CollectableRow) (struct{}, error) {
		return struct{}{}, scanSession(r, &w.old, &w.from, &w.to)
	})
	w.id = w.old.ID
	return err
}

// clear deletes all rows of the session.
func (w *writing) clear(ctx context.Context) error {
	var batch pgx.Batch
	for _, st := range w.s.tables {
		where, args := w.series(st)
		batch.Queue("DELETE FROM "+st.Table+" t WHERE "+where, args...)
	}
	batch.Queue("DELETE FROM search_entries WHERE session_key = $1 AND kind IN ($2, $3, $4)", w.old.SessionKey,
		store.HitDriver, store.HitEvent, store.HitRaceControl) // the session itself is still found
	batch.Queue("DELETE FROM lap_summaries_kept WHERE session_id = $1", w.id)
	if w.s.native {
		batch.Queue("DELETE FROM telemetry_10s_kept WHERE session_id = $1", w.id)
	}
	w.samples = true
	return w.tx.SendBatch(ctx, &batch).Close()
}

// series is the condition for the session's rows of a table, with the bounds of their times, that no other partitions
// are touched.
func (w *writing) series(st *stored) (string, []any) {
	if st.Series && w.from != nil && w.to != nil {
		return "t.session_id = $1 AND t.time BETWEEN $2 AND $3", []any{w.id, *w.from, *w.to}
	}
	return "t.session_id = $1", []any{w.id}
}

// name gives the session its readable name, or the name that it has by now.
func (w *writing) name(ctx context.Context) error {
	key := w.b.Session.SessionKey
	if w.old.Version > 0 && !w.b.Rename && store.KeepsID(w.id, &w.b.Session) {
		return nil
	}
	if _, err := w.tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(idLock)); err != nil {
		return err
	}
	var id string
	for id = range store.CandidateIDs(&w.b.Session) {
		var taken bool
		err := w.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM sessions WHERE (id = $1 OR session_key = $1) AND session_key <> $2)`, id, key).Scan(&taken)
		if err != nil {
			return err
		}
		if !taken {
			break
		}
	}
	var batch pgx.Batch
	if w.old.Version > 0 && !w.b.Whole {
		for _, st := range w.s.tables {
			where, args := w.series(st)
			batch.Queue(fmt.Sprintf("UPDATE %s t SET session_id = $%d WHERE %s", st.Table, len(args)+1, where), append(args, id)...)
		}
	}
	batch.Queue(`UPDATE sessions SET id = $2 WHERE session_key = $1`, key, id)
	w.id = id
	return w.tx.SendBatch(ctx, &batch).Close()
}

// changes applies what is new in the tables other than samples.
func (w *writing) changes(ctx context.Context) error {
	before, err := w.codes(ctx)
	if err != nil {
		return err
	}
	for i := range w.b.Changes {
		if w.b.Changes[i].Table == "drivers" {
			if err = w.change(ctx, &w.b.Changes[i]); err != nil {
				return err
			}
		}
	}
	if w.drivers, err = w.codes(ctx); err != nil {
		return err
	}
	if err = w.recode(ctx, before); err != nil {
		return err
	}
	if err = w.retime(ctx); err != nil {
		return err
	}
	for i := range w.b.Changes {
		c := &w.b.Changes[i]
		if c.Table == "drivers" || c.Table == "sessions" {
			continue // the session's row comes with every batch
		}
		if err = w.change(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// change applies the change of one table: what changes goes, then all new rows are copied in.
func (w *writing) change(ctx context.Context, c *store.Change) error {
	st := w.s.tables[c.Table]
	forget := w.forgetPlaces
	if st.Sorted {
		forget = w.forgetKeys
	}
	if err := forget(ctx, st, c); err != nil {
		return err
	}
	if err := w.indexRows(ctx, st, c); err != nil {
		return err
	}
	if len(c.Rows) == 0 {
		return nil
	}
	i := 0
	return copyIn(ctx, w.tx, st.Table, st.list, func(buf *rowBuffer) (bool, error) {
		if i == len(c.Rows) {
			return false, nil
		}
		place := 0
		if !st.Sorted {
			place = c.At[i]
		}
		err := w.row(buf, st, c.Rows[i], place)
		i++
		return true, err
	})
}

// forgetPlaces deletes rows that have a number: those that are written anew, and those behind the new end.
func (w *writing) forgetPlaces(ctx context.Context, st *stored, c *store.Change) error {
	where, args := w.series(st)
	had := 0
	if !w.fresh() {
		err := w.tx.QueryRow(ctx, "SELECT coalesce(max(n) + 1, 0) FROM "+st.Table+" t WHERE "+where, args...).Scan(&had)
		if err != nil {
			return err
		}
	}
	at, added := make([]int32, len(c.At)), 0
	for i, n := range c.At {
		at[i] = int32(n)
		if n >= had {
			added++
		}
	}
	if had+added < c.Len {
		return fmt.Errorf("%w: %s: %d rows and %d more are not %d", store.ErrInvalid, st.Name, had, added, c.Len)
	}
	if had == 0 {
		return nil
	}
	_, err := w.tx.Exec(ctx, fmt.Sprintf("DELETE FROM %s t WHERE %s AND (n = ANY($%d) OR n >= $%d)", st.Table, where, len(args)+1, len(args)+2),
		append(args, at, c.Len)...)
	return err
}

// fresh: there are no rows of the session before the batch.
func (w *writing) fresh() bool { return w.b.Whole || w.old.Version == 0 }

// forgetKeys deletes rows of a sorted table by their keys.
func (w *writing) forgetKeys(ctx context.Context, st *stored, c *store.Change) error {
	if w.fresh() || len(c.Rows)+len(c.Gone) == 0 {
		return nil
	}
	where, args := w.series(st)
	var arrays, names, same []string
	for _, col := range st.Columns {
		if !col.Key || col.From < 0 {
			continue
		}
		name := quote(col.Name)
		args = append(args, keyArray(col, c.Rows, c.Gone))
		arrays = append(arrays, fmt.Sprintf("$%d::%s[]", len(args), col.Type))
		names = append(names, name)
		same = append(same, "t."+name+" = k."+name)
	}
	_, err := w.tx.Exec(ctx, fmt.Sprintf("DELETE FROM %s t USING unnest(%s) AS k(%s) WHERE %s AND %s", st.Table,
		strings.Join(arrays, ", "), strings.Join(names, ", "), where, strings.Join(same, " AND ")), args...)
	return err
}

// keyArray is a key column of all rows.
func keyArray(col storedColumn, lists ...[]tables.Row) any {
	var texts []string
	var numbers []int64
	var moments []time.Time
	for _, rows := range lists {
		for _, r := range rows {
			switch v := r[col.From]; col.Kind {
			case tables.String:
				texts = append(texts, store.Text(v.S))
			case tables.Time:
				moments = append(moments, time.UnixMilli(v.N))
			default:
				numbers = append(numbers, v.N)
			}
		}
	}
	switch col.Kind {
	case tables.String:
		return texts
	case tables.Time:
		return moments
	}
	return numbers
}

// row appends one row of a table that is no samples.
func (w *writing) row(buf *rowBuffer, st *stored, r tables.Row, place int) error {
	var moment int64
	var from string
	if st.Series {
		moment, from = seriesTime(st.Name, &st.Description, r, &w.b.Session)
		if err := checkTime(st.Name, moment); err != nil {
			return err
		}
		w.low, w.high = min(w.low, moment), max(w.high, moment)
	}
	buf.begin(len(st.Columns))
	for i := range st.Columns {
		c := &st.Columns[i]
		switch {
		case c.Name == colTime && st.Series:
			buf.time(moment)
		case c.From >= 0:
			v := &r[c.From]
			if c.Key && !v.Known {
				return fmt.Errorf("%w: %s: a row without %s", store.ErrInvalid, st.Name, c.Name)
			}
			if v.Known && c.Kind == tables.Time {
				if err := checkTime(st.Name+"."+c.Name, v.N); err != nil {
					return err
				}
			}
			buf.cell(c, v)
		case c.Name == colSession:
			buf.text(w.id)
		case c.Name == colDriver:
			driver := "" // of no car
			if v := r[st.number]; v.Known {
				driver = w.driver(int(v.N))
			}
			buf.text(driver)
		case c.Name == colTimeFrom:
			buf.text(from)
		case c.Name == colPlace:
			buf.int32(int32(place))
		}
	}
	return nil
}

// finish writes the session's row.
func (w *writing) finish(ctx context.Context) error {
	names, args := []string{}, []any{w.b.Session.SessionKey}
	set := func(name string, v any) {
		args = append(args, v)
		names = append(names, fmt.Sprintf("%s = $%d", name, len(args)))
	}
	d := tables.Sessions.Describe()
	row := store.SessionCells(w.b.Session)
	for i, c := range d.Columns[1:] {
		set(c.Name, cellValue(c.Type, row[i+1]))
	}
	s := &w.b.Session
	var date any
	if s.DateStart.Known {
		date = s.DateStart.Value.UTC().Add(s.UTCOffset.Value).Format(time.DateOnly)
	}
	args = append(args, date)
	names = append(names, fmt.Sprintf("date = $%d::text::date", len(args)))
	args = append(args, pointer(s.Season), pointer(s.Round))
	names = append(names, fmt.Sprintf("race_id = (SELECT min(r.id) FROM races r WHERE r.season = $%d AND r.round = $%d)", len(args)-1, len(args)))
	set("simulated", w.b.Simulated)
	set("source", store.Text(w.b.Source))
	set("log", store.Text(w.b.Log))
	set("log_offset", int64(w.b.Offset))
	set("whole", w.b.Ended || w.b.Whole && !w.b.Replace && w.old.Whole && w.b.Offset == w.old.Offset)
	names = append(names, "version = nextval('session_versions')", "changed = now()")
	if w.samples {
		names = append(names, "summed = false", "samples_version = samples_version + 1")
	}
	if w.low <= w.high {
		from, to := time.UnixMilli(w.low), time.UnixMilli(w.high)
		if w.from != nil && !w.b.Whole && w.from.Before(from) {
			from = *w.from
		}
		if w.to != nil && !w.b.Whole && w.to.After(to) {
			to = *w.to
		}
		set("series_from", from)
		set("series_to", to)
	}
	_, err := w.tx.Exec(ctx, "UPDATE sessions SET "+strings.Join(names, ", ")+" WHERE session_key = $1", args...)
	return err
}

// cellValue is a cell as an argument of a statement; nil is unknown.
func cellValue(kind tables.Type, v tables.Cell) any {
	if !v.Known {
		return nil
	}
	switch kind {
	case tables.String:
		return store.Text(v.S)
	case tables.Float:
		return v.F
	case tables.Bool:
		return v.N == 1
	case tables.Time:
		return time.UnixMilli(v.N).UTC()
	}
	return v.N
}
