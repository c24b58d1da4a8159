package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 8, day, hour, minute, 0, 0, time.UTC)
}

// A sprint weekend, a weekend of which only the days are known, and one whose race has no date.
func calendar() *Calendar {
	return New("almanac", OfRaces([]almanac.Race{
		{Season: 2026, Round: 14, Name: "Later Grand Prix", Circuit: "nowhere", Date: "2026-08-30"},
		{Season: 2026, Round: 13, Name: "Belgian Grand Prix", Circuit: "spa", Date: "2026-08-23", Time: "13:00:00", Slots: []almanac.Slot{
			{Type: f1.Practice1, Date: "2026-08-21", Time: "11:30:00"}, {Type: f1.SprintQualifying, Date: "2026-08-21", Time: "15:30:00"},
			{Type: f1.Sprint, Date: "2026-08-22", Time: "10:00:00"}, {Type: f1.Qualifying, Date: "2026-08-22", Time: "14:00:00"}}},
		{Season: 2026, Round: 15, Name: "Unknown Grand Prix", Circuit: "monza"},
	}))
}

func TestCalendar(t *testing.T) {
	c := calendar()
	var got []string
	for _, s := range c.Sessions {
		got = append(got, s.Name+" "+s.Start.Format("02 15:04")+"-"+s.End.Format("02 15:04"))
	}
	want := []string{"Practice 1 21 11:30-21 12:30", "Sprint Qualifying 21 15:30-21 16:30", "Sprint 22 10:00-22 11:00", "Qualifying 22 14:00-22 15:00", "Race 23 13:00-23 15:00", "Race 30 00:00-31 00:00"}
	if !slices.Equal(got, want) || !c.Sessions[5].DayOnly || c.Sessions[4].DayOnly {
		t.Errorf("%q", got)
	}
	for _, w := range []struct {
		at            time.Time
		current, next string
		due           bool
	}{
		{at(1, 0, 0), "", "Practice 1", false},
		{at(21, 10, 29), "", "Practice 1", false},
		{at(21, 10, 30), "", "Practice 1", true}, // an hour before
		{at(21, 11, 30), "Practice 1", "Sprint Qualifying", true},
		{at(21, 12, 30), "", "Sprint Qualifying", true},
		{at(21, 18, 29), "", "Sprint", true},
		{at(21, 18, 30), "", "Sprint", false}, // two hours after
		{at(23, 14, 59), "Race", "Race", true},
		{at(23, 17, 0), "", "Race", false},
		{at(30, 12, 0), "Race", "", true},
		{at(31, 2, 0), "", "", true}, // nobody knows of more
	} {
		current, next := c.Around(w.at)
		name := func(s *Session) string {
			if s == nil {
				return ""
			}
			return s.Name
		}
		if name(current) != w.current || name(next) != w.next || c.Due(w.at) != w.due {
			t.Errorf("%v: on %q, next %q, due %v, want %+v", w.at, name(current), name(next), c.Due(w.at), w)
		}
	}
	var none *Calendar
	if !none.Due(at(1, 0, 0)) || !New("almanac", nil).Due(at(1, 0, 0)) {
		t.Error("without a calendar nobody can say that no session is near")
	}
}

func TestMatch(t *testing.T) {
	c := calendar()
	f := func(told Told, want time.Time) {
		t.Helper()
		if s := c.Match(&told); s == nil && !want.IsZero() || s != nil && s.Start != want {
			t.Errorf("%+v is %+v, want %v", told, s, want)
		}
	}
	f(Told{Type: f1.Race, Start: at(23, 13, 0)}, at(23, 13, 0))
	f(Told{Type: f1.Race, Start: at(24, 9, 0)}, at(23, 13, 0)) // moved by rain
	f(Told{Type: f1.Race, Start: at(26, 9, 0)}, time.Time{})   // none that day
	f(Told{Type: f1.Qualifying, Start: at(23, 8, 0)}, at(22, 14, 0))
	f(Told{Type: f1.Practice2, Start: at(21, 11, 30)}, time.Time{})
	f(Told{Type: f1.Race}, time.Time{}) // says no start
	c = New("archive", []Session{{Key: "7", Type: f1.Race, Start: at(23, 13, 0)}, {Key: "8", Type: f1.Race, Start: at(22, 13, 0)}})
	f(Told{Key: "8", Type: f1.Race, Start: at(23, 13, 0)}, at(22, 13, 0)) // the key says which
	f(Told{Key: "9", Type: f1.Race, Start: at(23, 13, 0)}, time.Time{})   // and that it is none of them
	f(Told{Type: f1.Race, Start: at(23, 13, 0)}, at(23, 13, 0))
}

func TestCheck(t *testing.T) {
	c := calendar()
	race := c.Sessions[4]
	f := func(told Told, s *Session, want ...string) {
		t.Helper()
		if got := c.Check(&told, s); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(Told{Start: at(23, 13, 5), Offset: 2 * time.Hour}, &race)
	f(Told{Start: at(23, 12, 55), Offset: 2 * time.Hour}, &race)
	f(Told{Offset: 2 * time.Hour}, &race)
	f(Told{Start: at(23, 13, 6), Offset: 2 * time.Hour}, &race, "the session says that it starts at 2026-08-23 13:06 UTC, 6 min later, the almanac that it does at 2026-08-23 13:00 UTC")
	// Winter time in summer: both are told, neither is changed.
	f(Told{Start: at(23, 14, 0), Offset: time.Hour}, &race,
		"the session says that it starts at 2026-08-23 14:00 UTC, 60 min later, the almanac that it does at 2026-08-23 13:00 UTC",
		"the session's offset of +01:00 does not fit Europe/Brussels, where it is +02:00 then")
	f(Told{Start: at(23, 12, 0), Offset: -2 * time.Hour}, &race,
		"the session says that it starts at 2026-08-23 12:00 UTC, 60 min earlier, the almanac that it does at 2026-08-23 13:00 UTC",
		"the session's offset of -02:00 does not fit Europe/Brussels, where it is +02:00 then")
	f(Told{Start: at(30, 15, 0), Offset: time.Hour}, &c.Sessions[5]) // only the day is known, and no zone
	indexed := Session{Start: at(23, 13, 0), Circuit: "spa", Offset: f1.Some(-3*time.Hour - 30*time.Minute)}
	f(Told{Start: at(23, 13, 0), Offset: 2 * time.Hour}, &indexed, "the session's offset of +02:00 does not fit the index of the archive, where it is -03:30 then")
}

// Every zone is one, and knows the summer time of its place.
func TestZones(t *testing.T) {
	for circuit, name := range zones {
		if _, err := time.LoadLocation(name); err != nil || strings.ToLower(circuit) != circuit {
			t.Errorf("%s: %v", circuit, err)
		}
	}
	for circuit, want := range map[string][2]time.Duration{ // in January and in July
		"spa": {1, 2}, "silverstone": {0, 1}, "vegas": {-8, -7}, "albert_park": {11, 10}, "interlagos": {-3, -3}, "marina_bay": {8, 8},
	} {
		for i, month := range []time.Month{1, 7} {
			s := Session{Circuit: circuit, Start: time.Date(2026, month, 15, 12, 0, 0, 0, time.UTC)}
			if d, _, known := s.offset(); !known || d != want[i]*time.Hour {
				t.Errorf("%s in %v: %v", circuit, month, d)
			}
		}
	}
}
