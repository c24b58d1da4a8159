package events_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// qualifyings are the recordings of qualifying, with year and round.
var qualifyings = map[string][2]string{
	"archive/2019/2019-09-08_Italian_Grand_Prix/2019-09-07_Qualifying":     {"2019", "14"},
	"archive/2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying": {"2021", "18"},
	imola2024: {"2024", "7"},
	"archive/2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying":     {"2024", "10"},
	"archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying": {"2025", "20"},
}

func whole(s string) int {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return int(x)
}

// partOf is the part of qualifying that an event names, 0 none.
func partOf(e *f1.Event) int {
	if len(e.Detail) > 1 && e.Detail[0] == 'Q' {
		return int(e.Detail[1] - '0')
	}
	return 0
}

// bests are the fastest laps told, in milliseconds, by car and part; car 0 is the whole field.
func bests(journal []f1.Event) map[[2]int]int {
	best := map[[2]int]int{}
	for _, e := range held(journal, events.FastestOverall, events.FastestPersonal) {
		k, ms := [2]int{e.Car.Value, partOf(&e)}, int(math.Round(e.Value.Value*1000))
		if e.Kind == events.FastestOverall {
			k[0] = 0
		}
		if best[k] == 0 || ms < best[k] {
			best[k] = ms
		}
	}
	return best
}

func milliseconds(s string) int {
	d, ok := f1.ParseLapTime(s)
	if !ok {
		return 0
	}
	return int(d.Milliseconds())
}

// TestFastestLapsOfRaces: the fastest laps, of the race and of each driver, are the official ones.
func TestFastestLapsOfRaces(t *testing.T) {
	f := func(path, year, round string, joined int) {
		t.Helper()
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got := bests(d.Journal())
		want := map[[2]int]int{}
		for _, r := range officialRows(t, "race-fastest-laps.csv.gz", year, round) {
			if ms := milliseconds(r["time"]); ms > 0 && whole(r["lap"]) > joined { // before, nobody knows it for sure
				want[[2]int{whole(r["driverNumber"]), 0}] = ms
				if r["position"] == "1" {
					want[[2]int{0, 0}] = ms
				}
			}
		}
		if !maps.Equal(got, want) {
			for k, ms := range want {
				if got[k] != ms {
					t.Errorf("%s: car %d: fastest lap %d ms, official %d", path, k[0], got[k], ms)
				}
			}
			for k, ms := range got {
				if want[k] == 0 {
					t.Errorf("%s: car %d: fastest lap %d ms, none official", path, k[0], ms)
				}
			}
		}
		t.Logf("%s: %d fastest laps", path, len(got))
	}
	f(azerbaijan2018, "2018", "4", 0)
	f(australia2025, "2025", "1", 0)
	f(abuDhabi2025, "2025", "24", 47)
}

// TestFastestLapsOfQualifying: the best times of each driver in each part, and the best of each part, are the
// official ones.
func TestFastestLapsOfQualifying(t *testing.T) {
	for path, weekend := range qualifyings {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got := bests(d.Journal())
		compared := 0
		fastest := [4]int{}
		for _, r := range officialRows(t, "race-qualifying-results.csv.gz", weekend[0], weekend[1]) {
			for part, q := range []string{"", "q1", "q2", "q3"} {
				ms := milliseconds(r[q])
				if ms == 0 {
					continue
				}
				compared++
				if g := got[[2]int{whole(r["driverNumber"]), part}]; g != ms {
					t.Errorf("%s: car %s Q%d: %d ms, official %d", path, r["driverNumber"], part, g, ms)
				}
				if fastest[part] == 0 || ms < fastest[part] {
					fastest[part] = ms
				}
			}
		}
		for part := 1; part <= 3; part++ {
			if g := got[[2]int{0, part}]; g != fastest[part] {
				t.Errorf("%s: fastest of Q%d: %d ms, official %d", path, part, g, fastest[part])
			}
		}
		t.Logf("%s: %d best times", path, compared)
	}
}

// TestFastestLapsOfPractice: every car's best is the official one: a lap into the pits does not count.
func TestFastestLapsOfPractice(t *testing.T) {
	f := func(path, file, year, round string) {
		t.Helper()
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		want := map[[2]int]int{}
		for _, r := range officialRows(t, file, year, round) {
			if ms := milliseconds(r["time"]); ms > 0 {
				want[[2]int{whole(r["driverNumber"]), 0}] = ms
				if r["position"] == "1" {
					want[[2]int{0, 0}] = ms
				}
			}
		}
		if got := bests(d.Journal()); !maps.Equal(got, want) {
			t.Errorf("%s: best laps\n%v, want\n%v", path, got, want)
		}
	}
	f("archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2", "race-free-practice-2-results.csv.gz", "2020", "5")
	f("archive/2022/2022-07-03_British_Grand_Prix/2022-07-01_Practice_1", "race-free-practice-1-results.csv.gz", "2022", "10")
	f("archive/2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1", "race-free-practice-1-results.csv.gz", "2024", "12")
}

// TestFastestLapsOfTheSprint: every car's best is the fastest of the laps that an independent reading of the messages
// has and race control did not delete.
func TestFastestLapsOfTheSprint(t *testing.T) {
	d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", miami2025)))
	deleted := map[[2]int]bool{}
	for _, l := range s.Laps() {
		deleted[[2]int{l.DriverNumber, l.LapNumber}] = l.Deleted
	}
	want := map[[2]int]int{}
	for _, r := range rowsOf(t, reference.Path(t, "oracle_fastf1/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint/laps.csv.gz"), func(map[string]string) bool { return true }) {
		ms := whole(r["LapTime"])
		if ms == 0 || deleted[[2]int{whole(r["Driver"]), whole(r["NumberOfLaps"])}] {
			continue
		}
		for _, k := range [][2]int{{whole(r["Driver"]), 0}, {0, 0}} {
			if want[k] == 0 || ms < want[k] {
				want[k] = ms
			}
		}
	}
	if got := bests(d.Journal()); !maps.Equal(got, want) {
		t.Errorf("best laps\n%v, want\n%v", got, want)
	}
}

// TestDeletedLaps: the same laps are deleted as in FastF1's table, and in Imola's qualifying six of them, four of
// which had been their drivers' best.
func TestDeletedLaps(t *testing.T) {
	f := func(path, file, round string, more ...string) {
		t.Helper()
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		want := map[string]bool{}
		for _, r := range lapTable(t, file, round) {
			if r["Deleted"] == "True" {
				want[fmt.Sprintf("car %s lap %d", r["DriverNumber"], whole(r["LapNumber"]))] = true
			}
		}
		for _, m := range more {
			want[m] = true
		}
		got := map[string]bool{}
		for _, e := range held(d.Journal(), events.LapDeleted) {
			got[fmt.Sprintf("car %d lap %d", e.Car.Value, e.Lap.Value)] = true
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: deleted %v, want %v", path, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	}
	// FastF1 does not join deletions without a time, nor one of a lap whose time it has dropped.
	f(miami2025, "sprint_laps_full_2025.csv.gz", "6", "car 12 lap 13")
	f(australia2025, "gp_laps_full_2025.csv.gz", "1", "car 22 lap 47", "car 81 lap 44")

	d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", imola2024)))
	if n := len(held(d.Journal(), events.LapDeleted)); n != 6 {
		t.Errorf("Imola: %d laps deleted, want 6", n)
	}
	for _, e := range held(d.Journal(), events.FastestPersonal, events.FastestOverall) {
		if e.Car.Value == 2 && e.Value.Value == 77.188 {
			t.Errorf("Imola: the deleted 1:17.188 is still told: %s", describe(&e))
		}
	}
}

// TestRetractionsOfRecords counts both sides: the personal bests taken back are the laps that were their driver's
// best when they were set and were deleted after.
func TestRetractionsOfRecords(t *testing.T) {
	total := 0
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got := map[string]bool{}
		for _, e := range events.Newest(d.Journal()) {
			if e.Kind == events.FastestPersonal && e.Status == f1.Retracted {
				got[fmt.Sprintf("car %d lap %d", e.Car.Value, e.Lap.Value)] = true
			}
		}
		want := bestsDeleted(s)
		if !maps.Equal(got, want) {
			t.Errorf("%s: taken back %v, deleted bests %v", path, got, want)
		}
		total += len(got)
		if path == imola2024 && len(got) != 4 {
			t.Errorf("Imola: %d personal bests taken back, want 4: %v", len(got), got)
		}
	}
	t.Logf("%d personal bests taken back", total)
}

// bestsDeleted finds, from the table of laps and race control's messages alone, the deleted laps that had been the
// best of their car when they were set.
func bestsDeleted(s *timing.Session) map[string]bool {
	heard := map[[2]int]time.Time{}
	for _, v := range s.Rulings() {
		for _, r := range s.RaceControl {
			if k := [2]int{v.Car, v.Lap}; r.MessageID == v.Message && !v.Reinstated && heard[k].IsZero() {
				heard[k] = r.Time
			}
		}
	}
	out := map[string]bool{}
	laps := s.Laps()
	for i, l := range laps {
		gone := heard[[2]int{l.DriverNumber, l.LapNumber}]
		if !l.LapTime.Known || gone.IsZero() || s.Cars[l.DriverNumber].Joined() || gone.Before(l.DateEnd.Value) || intoPits(s, &l) {
			continue
		}
		best := true
		for _, o := range laps[:i] {
			before := heard[[2]int{o.DriverNumber, o.LapNumber}]
			same := s.PartAt(o.DateEnd.Value) == s.PartAt(l.DateEnd.Value)
			counted := before.IsZero() || before.After(l.DateEnd.Value)
			if o.DriverNumber == l.DriverNumber && o.LapTime.Known && same && counted && !intoPits(s, &o) && o.LapTime.Value <= l.LapTime.Value {
				best = false
			}
		}
		if best {
			out[fmt.Sprintf("car %d lap %d", l.DriverNumber, l.LapNumber)] = true
		}
	}
	return out
}

// intoPits reports whether a lap ended in the pit lane of a session in which that does not count.
func intoPits(s *timing.Session, l *f1.LapRow) bool {
	return !s.IsRace() && l.PitIn.Known && l.PitIn.Value.Before(l.DateStart.Value.Add(l.LapTime.Value))
}

// TestLapsCompleted: in races the laps told are those of the table, each once, with its time.
func TestLapsCompleted(t *testing.T) {
	for _, path := range []string{azerbaijan2018, australia2025, miami2025} {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got := map[string]int{}
		for _, e := range held(d.Journal(), events.LapCompleted) {
			got[fmt.Sprintf("car %d lap %d", e.Car.Value, e.Lap.Value)] = int(math.Round(e.Value.Value * 1000))
		}
		missing, other := 0, 0
		for _, l := range s.Laps() {
			k := fmt.Sprintf("car %d lap %d", l.DriverNumber, l.LapNumber)
			ms, told := got[k]
			switch {
			case !told && l.LapNumber <= s.Cars[l.DriverNumber].Laps:
				missing++
				t.Errorf("%s: %s is not told", path, k)
			case told && ms != 0 && ms != int(l.LapTime.Value.Milliseconds()):
				other++
				t.Errorf("%s: %s in %d ms, the table has %v", path, k, ms, l.LapTime)
			}
			delete(got, k)
		}
		for k := range got {
			t.Errorf("%s: %s is not in the table", path, k)
		}
	}
}

// TestSectorRecordsAreTheFeeds: where the feed keeps a table of best sectors and speeds, the newest records told are its.
func TestSectorRecordsAreTheFeeds(t *testing.T) {
	for _, path := range []string{imola2024, "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"} {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got := map[[2]int]float64{}
		fastest := map[string]float64{}
		for _, e := range held(d.Journal(), events.SectorPersonal, events.SpeedRecord) {
			if e.Kind == events.SpeedRecord {
				trap, _, _ := strings.Cut(e.Detail, ";")
				fastest[trap] = max(fastest[trap], e.Value.Value)
				continue
			}
			k := [2]int{e.Car.Value, whole(e.Detail[len("sector "):][:1])}
			if got[k] == 0 || e.Value.Value < got[k] {
				got[k] = e.Value.Value
			}
		}
		compared := 0
		top := map[string]float64{}
		for n, c := range s.Cars {
			for i, best := range c.Stats.BestSectors {
				if best.Time.Known {
					compared++
					if g := got[[2]int{n, i + 1}]; int64(math.Round(g*1000)) != best.Time.Value.Milliseconds() {
						t.Errorf("%s: car %d sector %d: %v s, the feed has %v", path, n, i+1, g, best.Time.Value)
					}
				}
			}
			for i, trap := range []string{"I1", "I2", "FL", "ST"} {
				top[trap] = max(top[trap], float64(c.Stats.BestSpeeds[i].KMH.Value))
			}
		}
		if !maps.Equal(fastest, top) {
			t.Errorf("%s: highest speeds %v, the feed has %v", path, fastest, top)
		}
		t.Logf("%s: %d best sectors", path, compared)
	}
}
