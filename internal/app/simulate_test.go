package app

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What simulate says the tables are is what export makes of the session it wrote: the same files, but for
// columns of which the feed does not have every cell (package sim compares these, and many more sessions).
func TestSimulateTables(t *testing.T) {
	may := []string{"laps.gap_to_leader_ms", "laps.speed_i1_kmh", "laps.speed_st_kmh", "pit_stops.pit_lane_ms", "pit_stops.stationary_ms", "results.time_ms"}
	for _, session := range []string{"race", "sprint", "qualifying", "sprint_qualifying", "practice"} {
		t.Run(session, func(t *testing.T) {
			dir := t.TempDir()
			for _, args := range [][]string{
				{"simulate", "--session", session, "--circuit", "baku", "--laps", "12", "--seed", "1010", "--out", "session", "--truth", "truth"},
				{"export", "session", "--table", "all", "--out", "tables"},
			} {
				if out, err := pitwallProcess(t, dir, args...).CombinedOutput(); err != nil {
					t.Fatalf("%v: %v\n%s", args, err, out)
				}
			}
			files, err := filepath.Glob(filepath.Join(dir, "truth", "*.csv"))
			if err != nil || len(files) < 11 {
				t.Fatalf("%v, %v", files, err)
			}
			for _, f := range files {
				name := filepath.Base(f)
				if name == "events.csv" {
					continue // the truth has the passes only: internal/events judges by them what it tells
				}
				want, got := readCSV(t, f), readCSV(t, filepath.Join(dir, "tables", name))
				if len(want) < 2 || len(want) != len(got) {
					t.Errorf("%s: %d lines, want %d", name, len(got), len(want))
					continue
				}
				for i := range want {
					for k, w := range want[i] {
						column := name[:len(name)-len("csv")] + want[0][k]
						if got[i][k] != w && (i == 0 || !slices.Contains(may, column)) {
							t.Fatalf("%s is %q, want %q, in line %d: %v", column, got[i][k], w, i+1, want[i])
						}
					}
				}
			}
		})
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
