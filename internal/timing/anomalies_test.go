package timing_test

import (
	"fmt"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Numbers come as texts, flags as texts, and what is not known as an empty text.
func TestLenientScalars(t *testing.T) {
	a := told(t, nil, `TimingData {"Lines":{"44":{"Line":3,"Position":"3","InPit":true,"NumberOfLaps":5,"NumberOfPitStops":1}}}`)
	b := told(t, nil, `TimingData {"Lines":{"44":{"Line":"3","Position":3,"InPit":"true","NumberOfLaps":"5","NumberOfPitStops":"1"}}}`)
	for _, s := range []*timing.Session{a, b} {
		if c := s.Cars[44]; c.Line != 3 || c.Position != 3 || !c.InPit || c.Laps != 5 || c.PitStops != 1 || s.SkippedTotal != 0 {
			t.Errorf("%+v, skipped %v", c, s.Skipped)
		}
	}
	s := told(t, b, `TimingData {"Lines":{"44":{"Position":"","NumberOfLaps":"","LastLapTime":{"Value":""},"GapToLeader":""}}}`)
	if c := s.Cars[44]; c.Laps != 5 || c.LastLap.Time.Known || c.GapToLeader.Time.Known {
		t.Errorf("%+v", c)
	}
}

// A car of which the list of drivers knows nothing is a car all the same; a name that comes later is its name. Between
// keys that are numbers may stand others.
func TestCarWithoutADriver(t *testing.T) {
	s := told(t, nil, `TimingData {"Lines":{"_kf":true,"98":{"Line":1,"Position":"1","NumberOfLaps":2},"_deleted":["7"]}}`)
	if c := s.Cars[98]; len(s.Cars) != 1 || c == nil || c.TLA != "" || c.Position != 1 {
		t.Fatalf("%d cars, %+v", len(s.Cars), c)
	}
	told(t, s, `DriverList {"98":{"Tla":"TST","LastName":"Tester"}}`)
	if c := s.Cars[98]; c.TLA != "TST" || c.Laps != 2 {
		t.Errorf("%+v", c)
	}
}

// Whatever order the states of a session come in, the newest holds.
func TestStatusesInAnyOrder(t *testing.T) {
	all := []string{"Inactive", "Started", "Aborted", "Finished", "Finalised", "Ends", "Suspended"}
	for _, from := range all {
		for _, to := range all {
			s := told(t, nil, `SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`, fmt.Sprintf(`SessionStatus {"Status":%q}`, from), fmt.Sprintf(`SessionStatus {"Status":%q}`, to))
			if want := told(t, nil, fmt.Sprintf(`SessionStatus {"Status":%q}`, to)).Status; s.Status != want || s.SkippedTotal != 0 {
				t.Errorf("%s after %s is %s", to, from, s.Status)
			}
		}
	}
	s := told(t, nil, `SessionStatus {"Status":"Started"}`, `SessionStatus {"Status":"Aborted"}`, `SessionStatus {"Status":"Finalised"}`)
	if s.Status != f1.StatusFinalised {
		t.Errorf("a race that ends under the red flag is %s", s.Status)
	}
}

// A message of race control that comes an hour late has its own time, and its place in the feed's order.
func TestLateRaceControl(t *testing.T) {
	s := told(t, nil, `RaceControlMessages {"Messages":[{"Utc":"2026-03-15T07:00:00","Category":"Other","Message":"FIRST"}]}`, "+3788",
		`RaceControlMessages {"Messages":{"1":{"Utc":"2026-03-15T07:00:05","Category":"Other","Message":"LATE"}}}`)
	rows := s.RaceControlRows()
	if len(rows) != 2 || rows[1].Message != "LATE" || !rows[1].Time.Equal(time.Date(2026, 3, 15, 7, 0, 5, 0, time.UTC)) {
		t.Errorf("%+v", rows)
	}
}

// TRACK CLEAR clears every marshal sector, CLEAR one.
func TestTrackClearClearsSectors(t *testing.T) {
	flag := func(n int, body string) string {
		return fmt.Sprintf(`RaceControlMessages {"Messages":{"%d":{"Utc":"2026-03-15T07:00:0%d","Category":"Flag",%s}}}`, n, n, body)
	}
	s := told(t, nil, flag(0, `"Flag":"YELLOW","Scope":"Sector","Sector":4,"Message":"YELLOW IN TRACK SECTOR 4"`),
		flag(1, `"Flag":"DOUBLE YELLOW","Scope":"Sector","Sector":5,"Message":"DOUBLE YELLOW IN TRACK SECTOR 5"`),
		flag(2, `"Flag":"YELLOW","Scope":"Sector","Sector":6,"Message":"YELLOW IN TRACK SECTOR 6"`),
		flag(3, `"Flag":"CLEAR","Scope":"Sector","Sector":4,"Message":"CLEAR IN TRACK SECTOR 4"`))
	if len(s.Track.Sectors) != 2 || s.Track.Sectors[5] != "double_yellow" {
		t.Errorf("%v", s.Track.Sectors)
	}
	if told(t, s, flag(4, `"Flag":"CLEAR","Scope":"Track","Message":"TRACK CLEAR"`)); len(s.Track.Sectors) != 0 {
		t.Errorf("%v", s.Track.Sectors)
	}
}

// No lap is shorter than its parts. A lap time that is, by more than is rounded away, is dropped: the row keeps the
// sectors, which were said, is not accurate, and is nobody's best; nothing is put in its place.
func TestLapShorterThanItsSectors(t *testing.T) {
	lap := func(n int, s1, s2, s3, time string) []string {
		said := func(i int, v string) string {
			if v == "" {
				return `TimingData {"Lines":{"44":{}}}`
			}
			return fmt.Sprintf(`TimingData {"Lines":{"44":{"Sectors":{"%d":{"Value":%q}}}}}`, i, v)
		}
		return []string{"+30", said(0, s1), `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":""},"2":{"Value":""}}}}}`, "+30", said(1, s2), "+28",
			said(2, s3), fmt.Sprintf(`TimingData {"Lines":{"44":{"NumberOfLaps":%d,"LastLapTime":{"Value":%q,"PersonalFastest":true}}}}`, n, time)}
	}
	script := []string{"+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`}
	script = append(script, lap(2, "30.000", "30.500", "29.500", "1:30.000")...)
	script = append(script, lap(3, "30.100", "30.600", "29.600", "1:19.300")...) // a second too much is said: 10 s lost somewhere
	script = append(script, lap(4, "30.101", "30.601", "29.601", "1:30.300")...) // 3 ms are rounding
	script = append(script, lap(5, "30.102", "30.602", "29.602", "1:30.302")...) // 4 ms are not
	script = append(script, lap(6, "50.000", "45.000", "", "1:30.000")...)       // two of the three are too long already
	s := race(t, script...)
	wantTimes(t, lapOf(t, s, 2), 90000, 30000, 30500, 29500)
	wantTimes(t, lapOf(t, s, 3), 0, 30100, 30600, 29600)
	wantTimes(t, lapOf(t, s, 4), 90300, 30101, 30601, 29601)
	wantTimes(t, lapOf(t, s, 5), 0, 30102, 30602, 29602)
	wantTimes(t, lapOf(t, s, 6), 0, 50000, 45000, 0)
	for n, want := range map[int]bool{2: true, 3: false, 4: true, 5: false, 6: false} {
		if r := lapOf(t, s, n); r.Accurate != want || r.PersonalBest != (n == 2) {
			t.Errorf("lap %d: accurate %v, best %v", n, r.Accurate, r.PersonalBest)
		}
	}
}

// TestLapsShorterThanTheirSectors counts in the real sessions how many laps the rule touches: none of those that FastF1
// has read, and none of the others.
