package postgres

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// history is a session as a writer sends it: a lap of ten cars a batch, with telemetry four times a second, and a change
// to the lap before.
type history struct {
	key  string
	laps int
}

func newHistory(laps int) *history { return &history{key: "9574", laps: laps} }

var historyStart = time.Date(2024, 5, 26, 13, 0, 0, 0, time.UTC)

const historyCars = 10

func (h *history) session() f1.SessionRow {
	return f1.SessionRow{SessionKey: h.key, Season: f1.Some(2024), Round: f1.Some(8), Event: "Monaco Grand Prix", CircuitID: "monte_carlo",
		Type: f1.Race, Name: "Race", DateStart: f1.Some(historyStart), UTCOffset: f1.Some(2 * time.Hour)}
}

func (h *history) lap(car, n int) f1.LapRow {
	r := f1.LapRow{SessionKey: h.key, DriverNumber: car, LapNumber: n, LapTime: f1.Some(time.Duration(74000+car*37+n) * time.Millisecond), Compound: "HARD"}
	if n > 1 || car%2 == 0 { // of some cars the start is not known
		r.DateStart = f1.Some(historyStart.Add(time.Duration(n-1)*75*time.Second + time.Duration(car)*731*time.Millisecond))
	}
	return r
}

// batch moves the session from lap n-1 to lap n; the messages of a lap are ten.
func (h *history) batch(n int) *store.Batch {
	b := &store.Batch{Session: h.session(), Source: "log", Log: "log-1", From: uint64(n-1) * 10, Offset: uint64(n) * 10, Ended: n == h.laps}
	var laps, positions []tables.Row
	var places []int
	for car := 1; car <= historyCars; car++ {
		lap := h.lap(car, n)
		laps = append(laps, cellsOf(tables.Laps, lap))
		if n > 1 { // the lap before is corrected
			before := h.lap(car, n-1)
			before.Deleted = true
			laps = append(laps, cellsOf(tables.Laps, before))
		}
		places = append(places, (n-1)*historyCars+car-1)
		positions = append(positions, cellsOf(tables.Positions, f1.PositionRow{SessionKey: h.key, DriverNumber: car, Time: historyStart.Add(time.Duration(n) * 75 * time.Second), Position: 1 + (car+n)%historyCars}))
		for i := range 300 {
			at := historyStart.Add(time.Duration(n-1)*75*time.Second + time.Duration(i)*250*time.Millisecond)
			b.Telemetry = append(b.Telemetry, f1.TelemetryRow{SessionKey: h.key, DriverNumber: car, Time: at, Speed: f1.Some(int16(80 + (i*7+car)%220)),
				RPM: f1.Some(int16(9000 + i)), Gear: f1.Some(int16(i % 8)), Throttle: f1.Some(int16(i % 101)), Brake: f1.Some(int16(i % 3 / 2 * 100))})
			b.Locations = append(b.Locations, f1.LocationRow{SessionKey: h.key, DriverNumber: car, Time: at, X: float64(i) / 10, Y: float64(n), OnTrack: f1.Some(true)})
		}
	}
	b.Changes = []store.Change{{Table: "laps", Rows: laps}, {Table: "positions", Rows: positions, At: places, Len: n * historyCars}}
	if n == 1 || n == 3 { // the codes of odd cars become known late
		var drivers []tables.Row
		for car := 1; car <= historyCars; car++ {
			if n == 3 || car%2 == 0 {
				drivers = append(drivers, cellsOf(tables.Drivers, f1.DriverRow{SessionKey: h.key, DriverNumber: car, TLA: fmt.Sprintf("D%02d", car), LastName: "Driver"}))
			}
		}
		b.Changes = append(b.Changes, store.Change{Table: "drivers", Rows: drivers})
	}
	return b
}

func cellsOf[R any](t tables.Table[R], r R) tables.Row {
	for row := range t.Cells(func(yield func(R) bool) { yield(r) }) {
		return row
	}
	panic("no row")
}

func (h *history) writeAll(t testing.TB, s *Store) {
	t.Helper()
	for n := 1; n <= h.laps; n++ {
		if err := s.Write(context.Background(), h.batch(n)); err != nil {
			t.Fatal(err)
		}
	}
}

// dump is every row of every table, as CSV hashed by table.
func dump(t testing.TB, s *Store) string {
	t.Helper()
	var all strings.Builder
	for _, d := range tables.All() {
		sum, n := sha256.New(), 0
		_, err := d.Write(sum, tables.CSV, func(yield func(tables.Row) bool) {
			for row, err := range s.Rows(context.Background(), &store.Query{Session: "monaco_2024_race", Table: d.Name}) {
				if err != nil {
					t.Fatal(err)
				}
				n++
				if !yield(row.Cells) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %d %x\n", d.Name, n, sum.Sum(nil)[:6])
	}
	return all.String()
}

// summaries are the laps as the database sums them up.
func summaries(t testing.TB, s *Store) []string {
	t.Helper()
	rows, err := s.pool.Query(context.Background(), `SELECT l::text FROM api.lap_summaries l ORDER BY session_key, driver_number, lap_number`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func count(t testing.TB, s *Store, table string) (n int) {
	t.Helper()
	if err := s.pool.QueryRow(context.Background(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
