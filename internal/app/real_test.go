package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/live"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// liveTiming is the folder of real recordings beside the checkout, or skips.
func liveTiming(t testing.TB) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", "live-timing"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("needs the reference data beside the checkout: %v", err)
	}
	return root
}

// recordings lists every recording and archive session.
func recordings(t testing.TB) (paths []string) {
	t.Helper()
	root := liveTiming(t)
	for _, pattern := range []string{"archive/*/*/*", "reconstructed/*", "recordings/*"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			if st, err := os.Stat(p); err == nil && st.IsDir() {
				paths = append(paths, p)
			}
		}
	}
	if len(paths) < 24 {
		t.Fatalf("%d recordings in %s, there are at least 24", len(paths), root)
	}
	return paths
}

// Every real recording is recognised and read whole, by the program itself; only the one that is damaged on
// purpose ends with exit code 3, each of its bad lines named.
func TestInspectReal(t *testing.T) {
	for _, path := range recordings(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var out, errs bytes.Buffer
			code := Main([]string{"inspect", path, "--json"}, nil, &out, &errs)
			var r struct {
				Format   string
				Messages int
			}
			if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Format == "" || r.Messages == 0 {
				t.Fatalf("%v: %.300s", err, out.String())
			}
			if strings.Contains(path, "with_errors") {
				unusable, badTimes := damagedLines(errs.String())
				if code != exitPartial || len(unusable) != 28 || !slices.Equal(badTimes, []int{27, 34, 40, 47}) {
					t.Errorf("exit code %d, unusable %v, bad times %v\n%s", code, unusable, badTimes, errs.String())
				}
				return
			}
			if code != exitDone || errs.Len() > 0 {
				t.Errorf("exit code %d: %.500s", code, errs.String())
			}
		})
	}
}

var notUsed = regexp.MustCompile(`(?m)^not used: \S+:(\d+): (.*)$`)

// damagedLines are the numbers of the lines that could not be used, and of those with a wrong time.
func damagedLines(said string) (unusable, badTimes []int) {
	for _, m := range notUsed.FindAllStringSubmatch(said, -1) {
		n, err := strconv.Atoi(m[1])
		switch {
		case err != nil:
			continue
		case strings.Contains(m[2], "not a time"):
			badTimes = append(badTimes, n)
		default:
			unusable = append(unusable, n)
		}
	}
	return unusable, badTimes
}

// Two runs on one recording write the same bytes, of every table in every format.
func TestSameBytesTwice(t *testing.T) {
	paths := recordings(t)
	if raceDetector && os.Getenv("PITWALL_FULL") == "" {
		paths = slices.DeleteFunc(paths, func(p string) bool { // the detector makes the largest take minutes
			return strings.Contains(p, "reconstructed") || strings.Contains(p, "2025-10-25_Qualifying")
		})
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			first, rows := hashTables(t, path)
			second, _ := hashTables(t, path)
			if rows == 0 && !strings.Contains(path, "snapshot") && !strings.Contains(path, "cardata") {
				t.Error("no rows at all")
			}
			for name, sum := range first {
				if second[name] != sum {
					t.Errorf("%s differs between two runs", name)
				}
			}
		})
	}
}

func hashTables(t *testing.T, path string) (sums map[string][32]byte, all int) {
	t.Helper()
	e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	d := &deriving{Wish: derive.Wish{Telemetry: true, Locations: true}}
	_, err := e.derive(path, d)
	if err != nil {
		t.Fatal(err)
	}
	sums = map[string][32]byte{}
	for _, name := range tables.Names() {
		for _, format := range tables.Formats() {
			h := sha256.New()
			n, err := d.write(h, name, format)
			if err != nil {
				t.Fatal(err)
			}
			sums[name+"."+string(format)] = [32]byte(h.Sum(nil))
			all += n
		}
	}
	return sums, all
}

// table is an exported table: its rows by column.
func table(t *testing.T, path, name string) (rows []map[string]string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main([]string{"export", path, "--table", name}, nil, &out, &errs); code != exitDone {
		t.Fatalf("export of %s: exit code %d: %s", name, code, errs.String())
	}
	records, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// newestAt is the newest row of each car at a moment. Times of one format compare as text.
func newestAt(rows []map[string]string, at string) map[string]map[string]string {
	newest := map[string]map[string]string{}
	for _, r := range rows {
		if car := r["driver_number"]; r["time"] <= at && (newest[car] == nil || newest[car]["time"] <= r["time"]) {
			newest[car] = r
		}
	}
	return newest
}

// number writes what the board has as the tables do.
func number[T int | int64](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// The board of the 2018 Azerbaijan race at three moments, as REST gives it, shows what the exported tables
// say of them: every car's position, laps, last lap, gap and interval.
func TestBoardEqualsTables(t *testing.T) {
	path := filepath.Join(liveTiming(t), "archive", "2018", "2018-04-29_Azerbaijan_Grand_Prix", "2018-04-29_Race")
	positions, intervals, laps := table(t, path, "positions"), table(t, path, "intervals"), table(t, path, "laps")
	r, err := recording.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := newStand(t, r.Next, &live.Replay{Speed: 1})
	line := get[wire.Timeline](s, "GET", "/api/v1/sessions/azerbaijan_2018_race/timeline", "")
	for _, lap := range []int{15, 30, 45} {
		begin, err := time.Parse(wire.TimeFormat, line.Laps[lap-1].Time)
		if err != nil || line.Laps[lap-1].Lap != lap {
			t.Fatalf("lap %d of the timeline is %+v, %v", lap, line.Laps[lap-1], err)
		}
		at := wire.Time(begin.Add(47 * time.Second)) // in the middle of the lap, the field spread out
		board := get[wire.Board](s, "GET", "/api/v1/sessions/latest/board?at="+at, "")
		position, interval := newestAt(positions, at), newestAt(intervals, at)
		compared := map[string]int{}
		for car, c := range board.Cars {
			same := func(what, got, want string) {
				t.Helper()
				if got != want {
					t.Errorf("lap %d, %s, car %s: %s is %q on the board, %q in the table", lap, at, car, what, got, want)
				}
				if got != "" {
					compared[what]++
				}
			}
			same("position", number(c.Position), position[car]["position"])
			if c.Stopped || c.Retired {
				continue // the tables end where the car does
			}
			if c.Interval.Laps == nil {
				same("interval", number(c.Interval.MS), interval[car]["interval_ms"])
			}
			if c.Gap.Laps == nil && number(c.Position) != "1" {
				same("gap", number(c.Gap.MS), interval[car]["gap_to_leader_ms"])
			}
			same("last lap", number(c.Last.MS), lapTime(laps, car, c.Laps))
		}
		for what, least := range map[string]int{"position": 20, "interval": 10, "gap": 10, "last lap": 12} {
			if compared[what] < least {
				t.Errorf("lap %d: %s was compared for %d cars only, %v", lap, what, compared[what], compared)
			}
		}
		t.Logf("lap %d, %s: compared %v", lap, at, compared)
	}
}

func lapTime(laps []map[string]string, car string, lap int) string {
	for _, l := range laps {
		if l["driver_number"] == car && l["lap_number"] == strconv.Itoa(lap) {
			return l["lap_time_ms"]
		}
	}
	return ""
}
