package sim_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/timing"
)

// play reads a whole simulated session into a timing session.
func play(t *testing.T, cfg sim.Config) (*sim.Sim, *timing.Session) {
	t.Helper()
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ts := timing.New()
	var m feed.Message
	for {
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return s, ts
		}
		if err != nil {
			t.Fatal(err)
		}
		ts.Apply(&m)
	}
}

// sessions are the kinds a seed is tried on: all on short distances, so that fifty seeds take seconds.
func sessions(seed uint64) []sim.Config {
	circuits := race.Circuits()
	c := circuits[seed%uint64(len(circuits))].ID
	quiet := []string{feed.TopicCarData, feed.TopicPosition}
	season := 2025 + int(seed%2)
	kinds := []sim.Config{
		{Session: f1.Race, Laps: 14},
		{Session: f1.Sprint, Laps: 9},
		{Session: f1.Qualifying},
		{Session: []f1.SessionType{f1.Practice1, f1.Practice2, f1.Practice3}[seed%3], Length: 25 * time.Minute},
	}
	if seed%10 == 0 {
		kinds[0].Laps = 0
	}
	if seed%5 == 0 {
		kinds = append(kinds, sim.Config{Session: f1.SprintQualifying})
	}
	for i := range kinds {
		kinds[i].Circuit, kinds[i].Seed, kinds[i].Without, kinds[i].Season = c, seed, quiet, season
	}
	return kinds
}

// unequal are the columns that can not always be what really happened, where, and by how much they may
// differ. An empty cell is counted; a wrong one is an error.
var unequal = map[string]struct {
	why    string
	within float64 // milliseconds; 0 allows the empty cell only
	where  string  // column that is neither empty nor 0 there
}{
	"laps.gap_to_leader_ms":   {"of lapped cars the feed has laps; the table adds the interval to the gap of the car ahead, perhaps to the leader before", 20000, "laps_down"},
	"laps.speed_i1_kmh":       {"sector and speed of the lap before came again to the digit, so that the feed says neither", 0, ""},
	"laps.speed_st_kmh":       {"equal to that of the lap before, whose late first sector then blanked it", 0, ""},
	"pit_stops.pit_lane_ms":   {"where the feed leaves the time in the lane empty, the table has what lies between its messages", 500, ""},
	"pit_stops.stationary_ms": {"the feed tells it from 2025 on and of nine stops in ten", 0, ""},
	"results.time_ms":         {"the feed never says a race time", 0, "grid"},
}

// TestTablesEqualTruth: what package timing makes of the feed is what happened, row by row and column by
// column of the exported tables.
func TestTablesEqualTruth(t *testing.T) {
	seeds := uint64(50)
	if testing.Short() {
		seeds = 6
	}
	seen := newFound()
	t.Cleanup(func() { seen.report(t) })
	for seed := range seeds {
		for _, cfg := range sessions(seed) {
			t.Run(fmt.Sprintf("%d/%s", seed, cfg.Session), func(t *testing.T) {
				t.Parallel()
				s, ts := play(t, cfg)
				if ts.SkippedTotal > 0 {
					t.Errorf("%d messages could not be used, first %+v", ts.SkippedTotal, ts.Skipped[0])
				}
				compareTables(t, seen, s, ts)
			})
		}
	}
}

// found counts the cells of the columns that may be unequal.
type found struct {
	sync.Mutex
	rows, cells, empty map[string]int       // by table, by column
	far                map[string][]float64 // how far apart
}

func newFound() *found {
	return &found{rows: map[string]int{}, cells: map[string]int{}, empty: map[string]int{}, far: map[string][]float64{}}
}

func (f *found) report(t *testing.T) {
	for _, name := range both {
		t.Logf("%s: %d rows", name, f.rows[name])
	}
	for _, c := range slices.Sorted(maps.Keys(unequal)) {
		far, apart := f.far[c], ""
		if n := len(far); n > 0 {
			slices.Sort(far)
			apart = fmt.Sprintf(", %d apart by %.0f ms in the middle, %.0f in nine of ten, %.0f at most", n, far[n/2], far[n*9/10], far[n-1])
		}
		t.Logf("%s: of %d cells %d empty%s: %s", c, f.cells[c], f.empty[c], apart, unequal[c].why)
	}
}

// compareTables compares every table that both have, as it is written.
func compareTables(t *testing.T, seen *found, s *sim.Sim, ts *timing.Session) {
	t.Helper()
	tr := s.Truth()
	want := tables.Rows{
		Sessions: slices.Values([]f1.SessionRow{tr.Session}), Drivers: slices.Values(tr.Drivers), Laps: slices.Values(tr.Laps),
		Stints: slices.Values(tr.Stints), PitStops: slices.Values(tr.PitStops), Positions: slices.Values(tr.Positions),
		RaceControl: slices.Values(tr.RaceControl), TrackStatus: slices.Values(tr.TrackStatus),
		Weather: slices.Values(tr.Weather), TeamRadio: slices.Values(tr.Radio), Results: slices.Values(tr.Results),
	}
	got := tables.Rows{
		Sessions: slices.Values([]f1.SessionRow{ts.SessionRow()}), Drivers: slices.Values(ts.DriverRows()), Laps: slices.Values(ts.Laps()),
		Stints: slices.Values(ts.Stints()), PitStops: slices.Values(ts.PitStops()), Positions: slices.Values(ts.Positions()),
		RaceControl: slices.Values(ts.RaceControlRows()), TrackStatus: slices.Values(ts.TrackStatuses()),
		Weather: slices.Values(ts.WeatherRows()), TeamRadio: slices.Values(ts.TeamRadio()), Results: slices.Values(ts.Results()),
	}
	for _, name := range both {
		seen.compare(t, name, written(t, want, name), written(t, got, name))
	}
}

// both are the tables that the truth has too: not the gaps at every moment and the telemetry.
var both = []string{"sessions", "drivers", "laps", "stints", "pit_stops", "positions", "race_control", "track_status", "weather", "team_radio", "results"}

func written(t *testing.T, rows tables.Rows, name string) [][]string {
	t.Helper()
	var b bytes.Buffer
	if _, err := rows.Write(&b, name, tables.CSV); err != nil {
		t.Fatal(err)
	}
	cells, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return cells
}

// compare compares two written tables. Few differences of a column are shown, all are counted.
func (f *found) compare(t *testing.T, table string, want, got [][]string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%s: %d rows, want %d", table, len(got)-1, len(want)-1)
	}
	f.Lock()
	defer f.Unlock()
	f.rows[table] += len(want) - 1
	wrong := map[string]int{}
	for i := 1; i < min(len(want), len(got)); i++ {
		for k, w := range want[i] {
			column, g := table+"."+want[0][k], got[i][k]
			if f.allowed(column, w, g, cell(want[0], want[i], unequal[column].where)) {
				continue
			}
			if wrong[column]++; wrong[column] <= 3 {
				t.Errorf("%s is %q, want %q, in %v", column, g, w, want[i])
			}
		}
	}
	for column, n := range wrong {
		t.Errorf("%s: %d of %d unequal", column, n, len(want)-1)
	}
}

// allowed reports whether a cell is equal, or of a column that may be empty or near.
func (f *found) allowed(column, want, got, where string) bool {
	rule, some := unequal[column]
	some = some && (rule.where == "" || where != "" && where != "0")
	if some && want != "" {
		f.cells[column]++
	}
	if want == got {
		return true
	}
	if some && got == "" && want != "" {
		f.empty[column]++
		return true
	}
	w, err := strconv.ParseFloat(want, 64)
	g, err2 := strconv.ParseFloat(got, 64)
	if !some || err != nil || err2 != nil || math.Abs(w-g) > rule.within {
		return false
	}
	f.far[column] = append(f.far[column], math.Abs(w-g))
	return true
}

func cell(head, row []string, column string) string {
	if k := slices.Index(head, column); k >= 0 {
		return row[k]
	}
	return ""
}

type lapKey struct{ car, lap int }
