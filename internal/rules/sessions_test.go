package rules_test

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

func TestSessionNames(t *testing.T) {
	f := func(season int, name string, want f1.SessionType) {
		t.Helper()
		if got, known := book(t, season).SessionType(name); got != want || known != (want != "") {
			t.Errorf("%d %q: %q, %v", season, name, got, known)
		}
	}
	f(2020, "Sprint Qualifying", "")
	f(2021, "Sprint Qualifying", f1.Sprint)
	f(2022, "Sprint Qualifying", f1.Sprint)
	f(2022, "Sprint", f1.Sprint)
	f(2023, "Sprint Shootout", f1.SprintQualifying)
	f(2023, "Sprint", f1.Sprint)
	f(2024, "Sprint Qualifying", f1.SprintQualifying)
	f(2026, "Sprint Qualifying", f1.SprintQualifying)
	f(2026, "Sprint", f1.Sprint)
	f(2026, "Race", f1.Race)
	f(2026, "Practice 2", f1.Practice2)
	f(2026, "Qualifying", f1.Qualifying)
	f(2021, "High Speed Track Test", "")
	for season, sets := range map[int]bool{2020: false, 2021: true, 2022: true, 2023: false, 2026: false} {
		if book(t, season).SprintSetsGrid() != sets {
			t.Errorf("%d: the sprint sets the grid: %v", season, !sets)
		}
	}
}

// Every weekend of the calendars has the sessions of the book, in its order and by its names.
func TestWeekends(t *testing.T) {
	weekends, sprints := 0, 0
	// Emilia Romagna 2020 was held on two days.
	odd := map[string]bool{"2020 Emilia Romagna Grand Prix": true}
	for season := rules.First; season <= rules.Last; season++ {
		b := book(t, season)
		var c map[string]map[string]any
		if err := json.NewDecoder(shared(t, "jolpica", "f1schedule", fmt.Sprintf("schedule_%d.json.gz", season))).Decode(&c); err != nil {
			t.Fatal(err)
		}
		rounds, held := 0, []int(nil)
		for i, format := range c["event_format"] {
			if format == "testing" {
				continue
			}
			rounds++
			var types []f1.SessionType
			for n := 1; n <= 5; n++ {
				name, _ := c[fmt.Sprintf("session%d", n)][i].(string)
				if name == "" || name == "None" {
					continue
				}
				session, known := b.SessionType(name)
				if !known {
					t.Errorf("%d: no session is called %q", season, name)
				}
				types = append(types, session)
			}
			sprint := strings.HasPrefix(format.(string), "sprint")
			id := fmt.Sprint(season, " ", c["event_name"][i])
			if same := slices.Equal(types, b.Sessions(sprint)); same == odd[id] {
				t.Errorf("%s: %v, the book has %v", id, types, b.Sessions(sprint))
			}
			weekends++
			if sprint {
				sprints++
				n, err := strconv.Atoi(fmt.Sprint(c["round_number"][i]))
				if err != nil {
					t.Fatal(err)
				}
				held = append(held, n)
			}
		}
		slices.Sort(held)
		if rounds != b.Rounds || !slices.Equal(held, b.Sprints) {
			t.Errorf("%d: %d rounds, sprints in %v, the book has %d and %v", season, rounds, held, b.Rounds, b.Sprints)
		}
	}
	t.Logf("%d weekends, %d of them with a sprint", weekends, sprints)
	if weekends < 190 || sprints < 30 {
		t.Errorf("only %d weekends, %d of them with a sprint", weekends, sprints)
	}
}

// The feed's own calendars call no session by a name that the book takes for another type.
func TestFeedNames(t *testing.T) {
	sessions := 0
	for _, season := range []int{2019, 2021, 2022} {
		var index struct {
			Meetings []struct{ Sessions []struct{ Type, Name string } }
		}
		data, err := io.ReadAll(shared(t, "live-timing", "archive", fmt.Sprint(season), "Index.json.gz"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(string(data), "\ufeff")), &index); err != nil {
			t.Fatal(err)
		}
		for _, m := range index.Meetings {
			for _, s := range m.Sessions {
				got, known := book(t, season).SessionType(s.Name)
				if !known {
					if s.Name != "High Speed Track Test" {
						t.Errorf("%d: %q is not known", season, s.Name)
					}
					continue
				}
				sessions++
				if want := map[string]bool{"Race": got.IsRace(), "Qualifying": got.IsQualifying(), "Practice": !got.IsRace() && !got.IsQualifying()}; !want[s.Type] {
					t.Errorf("%d: %q is of type %s, not %s", season, s.Name, s.Type, got)
				}
			}
		}
	}
	t.Logf("%d sessions of the feed", sessions)
	if sessions < 300 {
		t.Errorf("only %d sessions", sessions)
	}
}

func TestCutLines(t *testing.T) {
	for entries, want := range map[int][]int{18: {15, 10}, 19: {15, 10}, 20: {15, 10}, 21: {16, 10}, 22: {16, 10}, 24: {17, 10}, 26: {18, 10}} {
		if got := book(t, 2026).CutLines(entries); !slices.Equal(got, want) {
			t.Errorf("%d cars: %v", entries, got)
		}
	}
}

// More cars than the cut lines never had a time in the second and third part, and in most sessions as many.
func TestCutLinesOfEveryQualifying(t *testing.T) {
	type parts struct{ second, third int }
	of := map[roundKey]*parts{}
	for _, r := range table(t, "f1db", "race-qualifying-results") {
		k := key(r, false)
		if k.season < rules.First {
			continue
		}
		if of[k] == nil {
			of[k] = &parts{}
		}
		if r["q2"] != "" {
			of[k].second++
		}
		if r["q3"] != "" {
			of[k].third++
		}
	}
	full := 0
	for k, p := range of {
		entries := 20
		if k.season >= 2026 {
			entries = 22
		}
		lines := book(t, k.season).CutLines(entries)
		if p.second > lines[0] || p.third > lines[1] {
			t.Errorf("%+v: %+v, the cut lines are %v", k, p, lines)
		}
		if p.second == lines[0] && p.third == lines[1] {
			full++
		}
	}
	t.Logf("%d qualifyings, %d with a time of everybody who advanced", len(of), full)
	if len(of) < 180 || full < 110 {
		t.Errorf("only %d qualifyings, %d full", len(of), full)
	}
}

// The feed's 107 % times are those of the best lap of the first part, to the millisecond.
func TestCutOffTime(t *testing.T) {
	if got := book(t, 2024).CutOffTime(75762 * time.Millisecond); got != 81065*time.Millisecond {
		t.Errorf("Imola 2024: %v", got)
	}
	best := map[roundKey]time.Duration{}
	for _, r := range table(t, "f1db", "race-qualifying-results") {
		if lap, ok := f1.ParseLapTime(r["q1"]); ok {
			k := key(r, false)
			if was := best[k]; was == 0 || lap < was {
				best[k] = lap
			}
		}
	}
	cell := regexp.MustCompile(`"CutOffTime": ?"([0-9:.]+)"`)
	for _, s := range []struct {
		season, round int
		path          string
	}{
		{2019, 14, "archive/2019/2019-09-08_Italian_Grand_Prix/2019-09-07_Qualifying/TimingData.jsonStream.gz"},
		{2021, 18, "archive/2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying/TimingData.jsonStream.gz"},
		{2024, 7, "recordings/2024-05-18_imola_qualifying_hubframes/live.jsonl.gz"},
		{2024, 10, "archive/2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying/TimingData.jsonStream.gz"},
		{2025, 20, "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying/TimingData.jsonStream.gz"},
	} {
		data, err := io.ReadAll(shared(t, append([]string{"live-timing"}, strings.Split(s.path, "/")...)...))
		if err != nil {
			t.Fatal(err)
		}
		all := cell.FindAllSubmatch(data, -1)
		if len(all) == 0 {
			t.Fatalf("%s: no cut-off time", s.path)
		}
		last, _ := f1.ParseLapTime(string(all[len(all)-1][1]))
		if got := book(t, s.season).CutOffTime(best[roundKey{s.season, s.round, false}]); got != last {
			t.Errorf("%s: %v, the feed has %v", s.path, got, last)
		}
	}
}

func TestClock(t *testing.T) {
	f := func(season int, session f1.SessionType, elapsed, suspended, want time.Duration, byWindow bool) {
		t.Helper()
		if left, window := book(t, season).Clock(session).Left(elapsed, suspended); left != want || window != byWindow {
			t.Errorf("%d %s %v with %v suspended: %v, window %v", season, session, elapsed, suspended, left, window)
		}
	}
	const m = time.Minute
	f(2026, f1.Race, 0, 0, 120*m, false)
	f(2026, f1.Race, 90*m, 0, 30*m, false)
	f(2026, f1.Race, 90*m, 40*m, 70*m, false)
	f(2026, f1.Race, 90*m, 60*m, 90*m, false)
	f(2026, f1.Race, 150*m, 90*m, 30*m, true)
	f(2026, f1.Race, 200*m, 90*m, 0, true)
	f(2020, f1.Race, 150*m, 90*m, 60*m, false)
	f(2020, f1.Race, 230*m, 150*m, 10*m, true)
	f(2025, f1.Sprint, 20*m, 0, 40*m, false)
	f(2025, f1.Sprint, 80*m, 50*m, 10*m, true)
	if (book(t, 2025).Clock(f1.Qualifying) != rules.Clock{}) {
		t.Error("qualifying has a clock")
	}
}

// What is left counts the race of a sprint's own weekend, and nothing of rounds that there are not.
func TestLeft(t *testing.T) {
	for _, c := range []struct {
		season, round int
		sprint        bool
		want          rules.Remaining
		known         bool
	}{
		{2025, 23, true, rules.Remaining{Races: 2}, true},
		{2025, 23, false, rules.Remaining{Races: 1}, true},
		{2025, 21, true, rules.Remaining{Races: 4, Sprints: 1}, true},
		{2025, 24, false, rules.Remaining{}, true},
		{2018, 1, false, rules.Remaining{Races: 20}, true},
		{2025, 24, true, rules.Remaining{}, false},
		{2025, 25, false, rules.Remaining{}, false},
		{2025, 0, false, rules.Remaining{}, false},
	} {
		b := book(t, c.season)
		if left, known := b.Left(c.round, c.sprint); left != c.want || known != c.known {
			t.Errorf("after round %d of %d (sprint %v): %+v, %v", c.round, c.season, c.sprint, left, known)
		}
	}
}
