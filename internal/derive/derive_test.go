package derive_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/tables"
)

// session derives a recording of the real data.
func session(t *testing.T, path string) *derive.Session {
	t.Helper()
	s := derive.New("test", derive.All())
	for _, m := range reference.Messages(t, path) {
		if err := s.Take(&m); err != nil && filepath.Base(path) != "2021-03-28_bahrain_with_errors_pyrepr" {
			t.Errorf("%s: %v", path, err)
		}
	}
	return s
}

// Stores rely on it: a sorted table comes in rising order of its key, which is unique.
func TestSortedTables(t *testing.T) {
	root := reference.Path(t, "live-timing")
	checked := 0
	for _, pattern := range []string{"archive/*/*/*", "recordings/*", "reconstructed/*"} {
		paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			if st, err := os.Stat(path); err != nil || !st.IsDir() {
				continue
			}
			s := session(t, path)
			for _, d := range tables.All() {
				if d.Sorted {
					checked += sorted(t, path, &d, s)
				}
			}
		}
	}
	if checked < 50_000 {
		t.Errorf("only %d rows were looked at", checked)
	}
}

func sorted(t *testing.T, path string, d *tables.Description, s *derive.Session) (rows int) {
	t.Helper()
	var last []tables.Cell
	for row := range s.Rows().Cells(d.Name) {
		rows++
		var key []tables.Cell
		for i, c := range d.Columns {
			if c.Key && c.Name != "session_key" {
				key = append(key, row[i])
			}
		}
		if last != nil && compare(last, key) >= 0 {
			t.Fatalf("%s: %s: row %d with key %v comes after %v", path, d.Name, rows, key, last)
		}
		last = key
	}
	return rows
}

// compare compares keys of numbers and moments.
func compare(a, b []tables.Cell) int {
	for i := range a {
		if a[i].N != b[i].N {
			if a[i].N < b[i].N {
				return -1
			}
			return 1
		}
	}
	return 0
}

// What is summed up of a lap equals a look through all samples of the session for each lap.
func TestLapTelemetry(t *testing.T) {
	s := session(t, reference.Path(t, "live-timing", "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix", "2025-10-25_Qualifying"))
	rows := s.Rows()
	var samples []f1.TelemetryRow
	for r := range rows.Telemetry {
		samples = append(samples, r)
	}
	got := map[string]f1.LapTelemetryRow{}
	for r := range rows.LapTelemetry {
		got[strconv.Itoa(r.DriverNumber)+" "+strconv.Itoa(r.LapNumber)] = r
	}
	laps := 0
	for lap := range rows.Laps {
		if !lap.DateStart.Known || !lap.LapTime.Known {
			continue
		}
		end := lap.DateStart.Value.Add(lap.LapTime.Value)
		n, fastest, shifts, floored, pedals := 0, -1, 0, 0, 0
		gear := int16(-1)
		for _, r := range samples {
			if r.DriverNumber != lap.DriverNumber || r.Time.Before(lap.DateStart.Value) || !r.Time.Before(end) {
				continue
			}
			n++
			fastest = max(fastest, int(r.Speed.Or(-1)))
			if r.Throttle.Known {
				pedals++
				if r.Throttle.Value > 98 {
					floored++
				}
			}
			if r.Gear.Known && gear >= 0 && gear != r.Gear.Value {
				shifts++
			}
			gear = r.Gear.Or(gear)
		}
		if n == 0 {
			continue
		}
		laps++
		r, ok := got[strconv.Itoa(lap.DriverNumber)+" "+strconv.Itoa(lap.LapNumber)]
		if !ok || r.Samples != n || r.SpeedMax.Or(-1) != fastest || r.GearChanges.Or(0) != shifts {
			t.Errorf("car %d lap %d: %+v, want %d samples to %d km/h with %d changes of gear", lap.DriverNumber, lap.LapNumber, r, n, fastest, shifts)
		}
		if share := 100 * float64(floored) / float64(pedals); share-r.FullThrottle.Value > 0.01 || r.FullThrottle.Value-share > 0.01 {
			t.Errorf("car %d lap %d: %.2f %% floored, want %.2f", lap.DriverNumber, lap.LapNumber, r.FullThrottle.Value, share)
		}
	}
	if laps != len(got) || laps < 200 {
		t.Errorf("%d laps with samples, %d rows", laps, len(got))
	}
}
