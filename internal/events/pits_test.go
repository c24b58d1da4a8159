package events_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// TestPitEventsAreTheTable: in every recording entries, exits and, in races, the three kinds of stay are timing's table of
// times in the pit lane: one each, with its lap, number and time.
func TestPitEventsAreTheTable(t *testing.T) {
	stays := 0
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		entries, exits, kinds := map[string]int{}, map[string]int{}, map[string]int{}
		for _, r := range s.PitStops() {
			entries[fmt.Sprintf("car %d lap %d", r.DriverNumber, r.LapNumber)]++
			if !r.PitOut.Known || !r.PitLane.Known {
				continue
			}
			exits[fmt.Sprintf("car %d lap %d %d ms", r.DriverNumber, r.LapNumber, r.PitLane.Value.Milliseconds())]++
			if s.IsRace() {
				kinds[fmt.Sprintf("car %d lap %d stop %d %d ms", r.DriverNumber, r.LapNumber, r.StopNumber, r.PitLane.Value.Milliseconds())]++
			}
			stays++
		}
		for _, e := range held(d.Journal(), events.PitEntry, events.PitExit, events.PitStop, events.PitDriveThrough, events.PitRedFlag) {
			ms := int(math.Round(e.Value.Value * 1000))
			switch e.Kind {
			case events.PitEntry:
				entries[fmt.Sprintf("car %d lap %d", e.Car.Value, e.Lap.Value)]--
			case events.PitExit:
				exits[fmt.Sprintf("car %d lap %d %d ms", e.Car.Value, e.Lap.Value, ms)]--
			default:
				kinds[fmt.Sprintf("car %d lap %d stop %d %d ms", e.Car.Value, e.Lap.Value, e.To.Value, ms)]--
			}
		}
		for what, m := range map[string]map[string]int{"entry": entries, "exit": exits, "kind of stay": kinds} {
			for k, n := range m {
				if n != 0 {
					t.Errorf("%s: %s: %s: %+d in the table", path, what, k, n)
				}
			}
		}
	}
	t.Logf("%d times in the pit lane", stays)
}

// TestOfficialPitStops: the stays in the pit lane of a race are the official list, by car, lap and number, and so are
// their times but for the distance of the loops.
func TestOfficialPitStops(t *testing.T) {
	f := func(path, year, round string, near float64) {
		t.Helper()
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got := map[string]float64{}
		for _, e := range held(d.Journal(), events.PitStop, events.PitDriveThrough, events.PitRedFlag) {
			got[fmt.Sprintf("car %d stop %d lap %d", e.Car.Value, e.To.Value, e.Lap.Value)] = e.Value.Value
		}
		rows := officialRows(t, "race-pit-stops.csv.gz", year, round)
		for _, r := range rows {
			k := fmt.Sprintf("car %s stop %s lap %s", r["driverNumber"], r["stop"], r["lap"])
			lane, told := got[k]
			if !told {
				t.Errorf("%s: not told: %s", path, k)
			} else if want := float64(milliseconds(r["time"])) / 1000; math.Abs(lane-want) > near {
				t.Errorf("%s: %s: %.3f s, official %.3f s", path, k, lane, want)
			}
			delete(got, k)
		}
		for k := range got {
			t.Errorf("%s: not official: %s", path, k)
		}
		t.Logf("%s: %d official stops", path, len(rows))
	}
	f(azerbaijan2018, "2018", "4", 2.5)
	f(australia2025, "2025", "1", 2.5)
}

// TestKindsOfStay: the drive-throughs told are those that are known: a penalty in Azerbaijan (car 9), one in Miami
// (car 12), and in Australia those who followed the safety car through the pit lane on laps 2, 3 and 4.
func TestKindsOfStay(t *testing.T) {
	f := func(path string, known func(e *f1.Event) bool, n int) {
		t.Helper()
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		through := held(d.Journal(), events.PitDriveThrough)
		for _, e := range through {
			if !known(&e) {
				t.Errorf("%s: no drive-through: %s", path, describe(&e))
			}
		}
		if len(through) != n {
			t.Errorf("%s: %d drive-throughs, want %d", path, len(through), n)
		}
		for _, e := range held(d.Journal(), events.PitStop) {
			if strings.Contains(e.Detail, "not known") || e.Status == f1.Provisional {
				t.Errorf("%s: left open: %s", path, describe(&e))
			}
		}
	}
	f(azerbaijan2018, func(e *f1.Event) bool { return e.Car.Value == 9 && e.Lap.Value == 39 }, 1)
	f(miami2025, func(e *f1.Event) bool { return e.Car.Value == 12 && e.Lap.Value == 12 }, 1)
	// 16 cars three times; the feed has new tyres for car 23 on lap 2, for 87 on laps 3 and 4, for 30 and 31 on lap 4.
	f(australia2025, func(e *f1.Event) bool { return e.Lap.Value >= 2 && e.Lap.Value <= 4 }, 46)
}

// TestTyreEventsAreTheStints: a change of tyres is told for every stint after the first whose tyres were not kept, with the
// compound that the table has, at most one for each time in the pit lane.
func TestTyreEventsAreTheStints(t *testing.T) {
	changes := 0
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		want := map[string]bool{}
		for _, c := range s.Cars {
			for i, set := range c.Sets() {
				if i > 0 && !set.In.IsZero() && set.Compound != "" && set.Entry >= 0 && (!set.Kept || c.Sets()[i-1].Compound != "" && c.Sets()[i-1].Compound != set.Compound) {
					want[fmt.Sprintf("car %d stint %d %s", c.Number, set.Number, set.Compound)] = true
				}
			}
		}
		got := map[string]bool{}
		perVisit := map[string]int{}
		for _, e := range held(d.Journal(), events.TyreChanged) {
			words, _, _ := strings.Cut(e.Detail, ",")
			if _, to, both := strings.Cut(words, " to "); both {
				words = to
			}
			got[fmt.Sprintf("car %d stint %d %s", e.Car.Value, e.To.Value, words)] = true
			perVisit[fmt.Sprint(e.Car.Value, e.Time)]++
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: changes %v, want %v", path, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
		for k, n := range perVisit {
			if n > 1 {
				t.Errorf("%s: %d changes at once: %s", path, n, k)
			}
		}
		stops := map[string]bool{}
		for _, e := range held(d.Journal(), events.PitStop) {
			if strings.Contains(e.Detail, "kept") {
				continue
			}
			stops[fmt.Sprint(e.Car.Value, e.Time)] = true
		}
		if len(stops) > 0 && s.IsRace() {
			for k := range perVisit {
				if !stops[k] {
					t.Errorf("%s: tyres changed without a stop: %s", path, k)
				}
			}
		}
		changes += len(got)
	}
	t.Logf("%d changes of tyres", changes)
}

// TestTyresAgainstFastF1: on the laps after a change the car has the compound told, in a table made from the real feed.
func TestTyresAgainstFastF1(t *testing.T) {
	f := func(path, file, round string) {
		t.Helper()
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		on := map[[2]int]string{}
		for _, r := range lapTable(t, file, round) {
			on[[2]int{whole(r["DriverNumber"]), whole(r["LapNumber"])}] = r["Compound"]
		}
		compared := 0
		for _, e := range held(d.Journal(), events.TyreChanged) {
			words, _, _ := strings.Cut(e.Detail, ",")
			if _, to, both := strings.Cut(words, " to "); both {
				words = to
			}
			theirs, known := on[[2]int{e.Car.Value, e.Lap.Value}]
			if !known || theirs == "" {
				continue // the car did not complete the lap
			}
			if compared++; theirs != words {
				t.Errorf("%s: %s: they have %s", path, describe(&e), theirs)
			}
		}
		t.Logf("%s: %d changes compared", path, compared)
		if compared < 15 {
			t.Errorf("%s: only %d changes compared", path, compared)
		}
	}
	f(miami2025, "sprint_laps_full_2025.csv.gz", "6")
	f(australia2025, "gp_laps_full_2025.csv.gz", "1")
}

// TestKnockedOut: who goes on and who does not is the official result.
func TestKnockedOut(t *testing.T) {
	for path, weekend := range qualifyings {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		want := map[string]bool{}
		for _, r := range officialRows(t, "race-qualifying-results.csv.gz", weekend[0], weekend[1]) {
			// Places are by position even of a driver without a time, whom the table lists last.
			place := whole(r["position"])
			if place == 0 {
				place = 20
			}
			for part, cut := range []int{20, 15, 10} {
				switch {
				case part == 0 || place > []int{20, 20, 15}[part]:
				case place > cut:
					want[fmt.Sprintf("knocked_out car %s Q%d", r["driverNumber"], part)] = true
				default:
					want[fmt.Sprintf("advanced car %s Q%d", r["driverNumber"], part)] = true
				}
			}
		}
		got := map[string]bool{}
		for _, e := range held(d.Journal(), events.KnockedOut, events.Advanced) {
			got[fmt.Sprintf("%s car %d %s", e.Kind, e.Car.Value, e.Detail)] = true
			if e.Status != f1.Confirmed {
				t.Errorf("%s: not final: %s", path, describe(&e))
			}
		}
		for k := range want {
			if !got[k] {
				t.Errorf("%s: missing: %s", path, k)
			}
		}
		for k := range got {
			if !want[k] {
				t.Errorf("%s: not official: %s", path, k)
			}
		}
		if len(got) != 35 {
			t.Errorf("%s: %d, want 20 after Q1 and 15 after Q2", path, len(got))
		}
	}
}

// TestFirstToTheFlag: race control's word, and its correction, on who took the flag first.
func TestFirstToTheFlag(t *testing.T) {
	d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", imola2024)))
	var got []string
	for _, e := range events.Newest(d.Journal()) {
		if e.Kind == events.ChequeredLeader {
			got = append(got, fmt.Sprintf("%s car %d %s", e.Detail[:2], e.Car.Value, e.Status))
		}
	}
	want := []string{"Q1 car 11 confirmed", "Q1 car 16 retracted", "Q2 car 55 confirmed", "Q3 car 63 confirmed"}
	if !slices.Equal(got, want) {
		t.Errorf("Imola: %q, want %q", got, want)
	}
	for path, cars := range map[string][2]int{azerbaijan2018: {44, 13}, miami2025: {4, 0}, abuDhabi2025: {1, 20}, australia2025: {4, 0}} {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		first := held(d.Journal(), events.ChequeredLeader)
		if len(first) != 1 || first[0].Car.Value != cars[0] {
			t.Errorf("%s: first to the flag %v, want car %d", path, first, cars[0])
		}
		if n := len(held(d.Journal(), events.ChequeredCar)); cars[1] != 0 && n != cars[1] {
			t.Errorf("%s: %d cars took the flag, want %d", path, n, cars[1])
		}
	}
}
