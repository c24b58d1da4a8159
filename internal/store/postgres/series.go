package postgres

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
)

// What the series have beside the rows of their tables: the driver's code and a time that is always there. Both are
// mended when more becomes known of the session.

// codes gives the driver's code for each car number.
func (w *writing) codes(ctx context.Context) (map[int]string, error) {
	rows, err := w.tx.Query(ctx, `SELECT driver_number, tla FROM session_drivers WHERE session_id = $1 AND tla IS NOT NULL`, w.id)
	if err != nil {
		return nil, err
	}
	codes := map[int]string{}
	var number int
	var tla string
	_, err = pgx.ForEachRow(rows, []any{&number, &tla}, func() error {
		codes[number] = tla
		return nil
	})
	return codes, err
}

// driver is drivers.id of a car: the code, where it is not known the number.
func (w *writing) driver(number int) string {
	if tla, ok := w.drivers[number]; ok {
		return tla
	}
	return strconv.Itoa(number)
}

// recode mends the rows of cars whose code has become known or another one.
func (w *writing) recode(ctx context.Context, before map[int]string) error {
	if w.b.Whole || maps.Equal(before, w.drivers) {
		return nil
	}
	var batch pgx.Batch
	for _, st := range w.s.tables {
		if !st.Series {
			continue
		}
		for number := range maps.Keys(mergedKeys(before, w.drivers)) {
			if before[number] == w.drivers[number] {
				continue
			}
			where, args := w.series(st)
			batch.Queue(fmt.Sprintf("UPDATE %s t SET driver_id = $%d WHERE %s AND driver_number = $%d::bigint", st.Table, len(args)+1, where, len(args)+2),
				append(args, w.driver(number), number)...)
		}
	}
	w.samples = true // summaries have the code too
	return w.tx.SendBatch(ctx, &batch).Close()
}

func mergedKeys(a, b map[int]string) map[int]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// seriesTime is the time that a row of a series is kept under, in ms, and for laps what it is: when the lap began; where
// that is not known when the car left the pits or entered them on it, the session's start, the season's, or none.
func seriesTime(table string, d *tables.Description, r tables.Row, session *f1.SessionRow) (int64, string) {
	names := []string{"time"}
	if table == "laps" {
		names = []string{"date_start", "pit_out_time", "pit_in_time"}
	}
	for _, name := range names {
		if v := r[d.Index(name)]; v.Known {
			return v.N, name
		}
	}
	if table != "laps" {
		return unknownTime, ""
	}
	return substitute(session)
}

// substitute is the time of laps that have none of their own.
func substitute(session *f1.SessionRow) (int64, string) {
	switch {
	case session.DateStart.Known && !session.DateStart.Value.IsZero():
		return session.DateStart.Value.UnixMilli(), "session"
	case session.Season.Known && session.Season.Value > 1900 && session.Season.Value < 3000:
		return time.Date(session.Season.Value, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), "season"
	}
	return unknownTime, "unknown"
}

// retime moves laps without a time of their own when the session's start has become known or another one.
func (w *writing) retime(ctx context.Context) error {
	was, _ := substitute(&w.old.SessionRow)
	is, from := substitute(&w.b.Session)
	if w.b.Whole || w.old.Version == 0 || was == is {
		return nil
	}
	st := w.s.tables["laps"]
	list := strings.NewReplacer(quote(colTimeFrom), "$3", quote(colTime), "$2::timestamptz").Replace(st.list)
	tag, err := w.tx.Exec(ctx, `WITH gone AS (DELETE FROM lap_times WHERE session_id = $1 AND time_from IN ('session', 'season', 'unknown')
		RETURNING *) INSERT INTO lap_times (`+st.list+`) SELECT `+list+` FROM gone`, w.id, time.UnixMilli(is), from)
	if tag.RowsAffected() > 0 { // what follows must find them there
		w.low, w.high = min(w.low, is), max(w.high, is)
		to := time.UnixMilli(is)
		if w.from == nil || to.Before(*w.from) {
			w.from = &to
		}
		if w.to == nil || to.After(*w.to) {
			w.to = &to
		}
	}
	return err
}
