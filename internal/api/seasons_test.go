package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/live"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// season2018 stores reference data and two invented rounds.
func (s *stand) season2018() {
	s.Helper()
	err := s.store.PutReference(s.Context(), &store.Reference{
		Circuits:     []store.Circuit{{ID: "baku", Name: "Baku City Circuit", Country: "Azerbaijan", Length: f1.Some(6003.0)}},
		Drivers:      []store.Driver{{ID: "HAM", Name: "Lewis Hamilton", Nationality: "British", Number: f1.Some(44)}},
		Constructors: []store.Constructor{{ID: "mercedes", Name: "Mercedes", Nationality: "German", Colour: "00D2BE"}},
		Races:        []store.Race{{ID: "azerbaijan_2018", Season: 2018, Round: 4, CircuitID: "baku", Name: "Azerbaijan Grand Prix", Date: time.Date(2018, 4, 29, 12, 10, 0, 0, time.UTC)}},
	})
	if err != nil {
		s.Fatal(err)
	}
	for round, order := range map[int][]string{3: {"RIC", "BOT", "HAM"}, 4: {"HAM", "RIC", "BOT"}} {
		s.putResult(fmt.Sprintf("round-%d", round), 2018, round, f1.Race, order, map[int]float64{0: 25, 1: 18, 2: 15})
	}
}

var teams = map[string]string{"HAM": "Mercedes", "BOT": "Mercedes", "RIC": "Red Bull", "PER": "Force India", "OCO": "Force India"}

// putResult stores a classification in an order; points by place, nil: not published.
func (s *stand) putResult(key string, season, round int, kind f1.SessionType, order []string, points map[int]float64) {
	s.Helper()
	v := &store.Results{Session: key, Season: season, Round: round, Type: kind, Known: time.Date(season, 1, round, 15, 0, 0, 0, time.UTC), Status: store.ResultFinal, Source: "f1db"}
	for i, tla := range order {
		row := f1.ResultRow{SessionKey: key, DriverNumber: i + 1, Position: f1.Some(i + 1), Classified: f1.Some(true), Status: "finished"}
		if points != nil {
			row.Points = f1.Some(points[i])
		}
		v.Rows = append(v.Rows, row)
		v.Drivers = append(v.Drivers, f1.DriverRow{SessionKey: key, DriverNumber: i + 1, TLA: tla, FirstName: "A", LastName: tla, Team: teams[tla]})
	}
	if err := s.store.PutResults(s.Context(), v); err != nil {
		s.Fatal(err)
	}
}

func standing(list []wire.Standing) string {
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, "%d %s %g; ", l.Position, l.ID, l.Points)
	}
	return b.String()
}

func TestStandings(t *testing.T) {
	s := newStand(t)
	s.season2018()
	f := func(query, drivers, constructors string) {
		t.Helper()
		got := decode[wire.Standings](t, s.get("/seasons/2018/standings"+query))
		if standing(got.Drivers) != drivers || standing(got.Constructors) != constructors {
			t.Errorf("%s: %s | %s, want %s | %s", query, standing(got.Drivers), standing(got.Constructors), drivers, constructors)
		}
	}
	// Equal points: more first places go before; places that are equal too are shared.
	f("", "1 RIC 43; 2 HAM 40; 3 BOT 33; ", "1 mercedes 73; 2 red_bull 43; ")
	f("?after_round=3", "1 RIC 25; 2 BOT 18; 3 HAM 15; ", "1 mercedes 33; 2 red_bull 25; ")
	// Not published: by the season's rules. In 2018 what Force India had before round 13 does not count for the team.
	s.putResult("round-12", 2018, 12, f1.Race, []string{"PER", "OCO", "HAM"}, nil)
	f("?after_round=12", "1 HAM 55; 2 RIC 43; 3 BOT 33; 4 PER 25; 5 OCO 18; ", "1 mercedes 88; 2 force_india 43; 2 red_bull 43; ")
	s.putResult("round-13", 2018, 13, f1.Race, []string{"BOT", "PER"}, nil)
	f("?after_round=13", "1 BOT 58; 2 HAM 55; 3 PER 43; 3 RIC 43; 5 OCO 18; ", "1 mercedes 113; 2 red_bull 43; 3 force_india 18; ")
	// A sprint brings points but no places.
	s.putResult("sprint", 2023, 4, f1.Sprint, []string{"HAM", "RIC"}, nil)
	s.putResult("race", 2023, 4, f1.Race, []string{"RIC", "BOT"}, nil)
	sprint := decode[wire.Standings](t, s.get("/seasons/2023/standings"))
	if standing(sprint.Drivers) != "1 RIC 32; 2 BOT 18; 3 HAM 8; " || len(sprint.Drivers[2].Places) != 0 || len(sprint.Sessions) != 2 {
		t.Errorf("%+v", sprint)
	}
	for path, status := range map[string]int{"/seasons/2017/standings": 404, "/seasons/x/standings": 422, "/seasons/1/races": 422, "/seasons/2017/races": 404, "/seasons/2018/standings?after_round=x": 422} {
		if resp, body := s.ask(path); resp.StatusCode != status {
			t.Errorf("%s: %s %s", path, resp.Status, body)
		}
	}
}

// Standings are of real sessions or of the simulator's.
func TestStandingsOfSimulated(t *testing.T) {
	s := newStand(t)
	row := f1.SessionRow{SessionKey: "sim", Season: f1.Some(2024), Event: "Italian Grand Prix", Type: f1.Race}
	if err := s.store.Write(t.Context(), &store.Batch{Session: row, Simulated: true, Source: "log", Log: "a", Whole: true, Ended: true}); err != nil {
		t.Fatal(err)
	}
	s.putResult("sim", 2024, 0, f1.Race, []string{"HAM"}, nil)
	if resp, body := s.ask("/seasons/2024/standings"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("%s %s", resp.Status, body)
	}
	if got := standing(decode[wire.Standings](t, s.get("/seasons/2024/standings?simulated=true")).Drivers); got != "1 HAM 25; " {
		t.Error(got)
	}
	hits := decode[wire.Hits](t, s.get("/search?q=italian"))
	if len(hits.Hits) != 1 || hits.Hits[0].Detail != "simulated" {
		t.Errorf("%+v", hits)
	}
}

// Cars that are not known to be classified have an order, but no points.
func TestRunningCarsHaveNoPoints(t *testing.T) {
	s := newStand(t)
	v := &store.Results{Session: "k", Season: 2018, Round: 4, Type: f1.Race, Known: time.Date(2018, 4, 29, 14, 0, 0, 0, time.UTC), Status: store.ResultProvisional, Source: "timing"}
	for i, classified := range []f1.Opt[bool]{f1.Some(true), {}, f1.Some(false)} {
		v.Rows = append(v.Rows, f1.ResultRow{SessionKey: "k", DriverNumber: i + 1, Position: f1.Some(i + 1), Classified: classified, Status: "running"})
	}
	if err := s.store.PutResults(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	if got := standing(decode[wire.Standings](t, s.get("/seasons/2018/standings")).Drivers); got != "1 1 25; 2 2 0; 2 3 0; " {
		t.Error(got)
	}
}

// A log that ends before its session is stored, but the session is not whole.
func TestWholeIsOver(t *testing.T) {
	s := newStand(t)
	for status, whole := range map[f1.SessionStatus]bool{f1.StatusStarted: false, f1.StatusFinalised: true, f1.StatusEnds: true} {
		row := f1.SessionRow{SessionKey: "k-" + string(status), Season: f1.Some(2018), Event: "Azerbaijan Grand Prix", Type: f1.Race, Status: status}
		if err := s.store.Write(t.Context(), &store.Batch{Session: row, Source: "log", Log: "a", Whole: true, Ended: true}); err != nil {
			t.Fatal(err)
		}
		if got := decode[wire.SessionDetail](t, s.get("/sessions/"+row.SessionKey)); got.Whole != whole {
			t.Errorf("%s: whole %t", status, got.Whole)
		}
	}
}

// Behind a clock the season ends before its session; what is found within the session is what is known there.
func TestSeasonsAndSearchBehindAClock(t *testing.T) {
	messages := simulated(t, 4, 3)
	d := derived(messages)
	s := newStand(t)
	s.keep(d)
	s.hold(messages, &live.Replay{From: live.Moment{Time: messages[len(messages)/2].Time}, Speed: 1e-6})
	row := d.State.SessionRow()
	season := row.Season.Value
	s.putResult("before", season-1, 1, f1.Race, []string{"HAM", "RIC"}, nil)
	s.putResult(d.Key(), season, 15, f1.Race, []string{"RIC", "HAM"}, nil)
	if resp, body := s.ask(fmt.Sprintf("/seasons/%d/standings", season)); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the race that is being replayed counts: %s %s", resp.Status, body)
	}
	s.get(fmt.Sprintf("/seasons/%d/standings", season-1))

	clock, err := s.live.CreateClock("latest", clockWish(messages[len(messages)-1].Time, true))
	if err != nil {
		t.Fatal(err)
	}
	own := decode[wire.Hits](t, s.get("/search?q=chequered&limit=200"))
	all := decode[wire.Hits](t, s.get("/search?q=chequered&limit=200&clock="+clock.ID))
	if len(all.Hits) == 0 || len(own.Hits) >= len(all.Hits) {
		t.Fatalf("%d hits at the clock of the process, %d at its end", len(own.Hits), len(all.Hits))
	}
	p, err := s.live.Place("latest", noTime, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range own.Hits {
		if string(h.Time) > wire.Time(p.Time) {
			t.Errorf("%+v is after %s", h, p.Time)
		}
	}
}

func TestListOfSessions(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 2, 3)
	d := derived(messages)
	s.keep(d)
	s.hold(messages, nil)
	for i := range 5 {
		row := f1.SessionRow{SessionKey: fmt.Sprint(i), Season: f1.Some(2018 + i%2), Round: f1.Some(1 + i), Event: fmt.Sprintf("Round %d Grand Prix", i), Type: f1.Race,
			CircuitID: "monza", DateStart: f1.Some(time.Date(2018+i%2, 3, 1+i, 12, 0, 0, 0, time.UTC))}
		if err := s.store.Write(t.Context(), &store.Batch{Session: row, Source: "fastf1", Whole: true, Ended: true}); err != nil {
			t.Fatal(err)
		}
	}
	keys := func(path string) (keys []string) {
		t.Helper()
		for path != "" {
			list := decode[wire.Sessions](t, s.get(path))
			for _, e := range list.Sessions {
				keys = append(keys, e.Session.Key)
				if e.Stored != (e.Session.Key != d.Key()) {
					t.Errorf("%s: %+v", path, e)
				}
			}
			before, _, _ := strings.Cut(path, "&cursor")
			if path = ""; list.Next != "" {
				path = before + "&cursor=" + string(list.Next)
			}
		}
		return keys
	}
	f := func(query string, want ...string) {
		t.Helper()
		if got := strings.Join(keys("/sessions?"+query), " "); got != strings.Join(want, " ") {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	f("limit=100", d.Key(), "3", "1", "4", "2", "0")
	f("limit=2", d.Key(), "3", "1", "4", "2", "0")
	f("season=2018&limit=2", "4", "2", "0")
	f("round=3", "2")
	f("circuit_id=baku", d.Key())
	f("circuit_id=monza&limit=1", "3", "1", "4", "2", "0")
	f("type=qualifying")
	f("driver=ham&limit=1", d.Key())
	f("driver=XXX")
	one := decode[wire.SessionDetail](t, s.get("/sessions/"+d.Key()))
	if !one.Watchable || !one.Stored || !one.Whole || one.Season == nil || len(one.Tables) < 20 {
		t.Errorf("%+v", one)
	}
	if imported := decode[wire.SessionDetail](t, s.get("/sessions/round_3_2019_race")); imported.Watchable || imported.Key != "3" || imported.Source != "fastf1" {
		t.Errorf("%+v", imported)
	}
}
