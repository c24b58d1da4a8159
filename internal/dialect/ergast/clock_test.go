package ergast

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// asked is a reply that has to be good.
func asked(t *testing.T, url string) *mrData {
	t.Helper()
	code, _, body := get(t, url)
	var r reply
	if err := json.Unmarshal(body, &r); err != nil || code != http.StatusOK {
		t.Fatalf("%s: %d %v %.300s", url, code, err, body)
	}
	return &r.MRData
}

// A real race is answered for out of its log on the viewer's clock: on lap 20 its laps and stops so far and no result, at
// its end the classification; and nothing of later years at either.
func TestViewersClock(t *testing.T) {
	held := baku(t)
	server := serving(t, fixture(t), held, season24)
	lap, paused := 20, true
	about, known := held.Held("latest")
	if !known {
		t.Fatal("nothing is held")
	}
	key := about.Key
	clock, err := held.CreateClock(key, wire.ClockWish{Lap: &lap, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	at := server.URL + "/ergast/at/" + clock.ID + "/f1/"
	laps := asked(t, at+"2018/4/laps/17")
	if len(laps.Races.Races) != 1 || len(laps.Races.Races[0].Laps[0].Timings) < 15 || laps.Races.Races[0].Circuit.CircuitID != "BAK" && laps.Races.Races[0].Circuit.CircuitID != "baku" {
		t.Errorf("lap 17: %+v", laps.Races)
	}
	for _, n := range []int{21, 40} {
		if l := asked(t, at+"2018/4/laps/"+strconv.Itoa(n)); l.Total != "0" {
			t.Errorf("lap %d: %s rows", n, l.Total)
		}
	}
	stops := asked(t, at+"2018/4/pitstops?limit=100")
	if stops.Total == "0" {
		t.Error("no stop")
	}
	for _, stop := range stops.Races.Races[0].PitStops {
		if n, err := strconv.Atoi(stop.Lap); err != nil || n > 20 {
			t.Errorf("%+v", stop)
		}
	}
	for _, path := range []string{"2018/4/results", "2018/4/driverstandings", "2023/results", "2023/driverstandings", "2019/results", "2020/1/sprint", "status", "2020/qualifying"} {
		if path == "status" {
			path = "2020/status"
		}
		if d := asked(t, at+path); d.Total != "0" {
			t.Errorf("%s: %s rows behind the clock", path, d.Total)
		}
	}
	if d := asked(t, at+"current/next"); d.Races.Season != "2018" || d.Races.Round != "4" {
		t.Errorf("next: %s round %s", d.Races.Season, d.Races.Round)
	}
	// By the query too, where the address can not be another.
	if d := asked(t, server.URL+"/ergast/f1/2018/4/results?clock="+clock.ID); d.Total != "0" {
		t.Errorf("%s results", d.Total)
	}
	over := asked(t, server.URL+"/ergast/f1/2018/4/results?session="+key)
	if over.Total != "20" {
		t.Fatalf("%s results at the end", over.Total)
	}
	var first []string
	for _, r := range over.Races.Races[0].Results[:3] {
		first = append(first, r.Driver.DriverID+" "+r.Constructor.ConstructorID+" "+r.Position)
	}
	if got := strings.Join(first, ", "); got != "hamilton mercedes 1, raikkonen ferrari 2, perez force_india 3" {
		t.Errorf("first three: %s", got)
	}
	winner := over.Races.Races[0].Results[0]
	if winner.Points != "25" || winner.Grid != "2" || winner.Laps != "51" || winner.FastestLap == nil {
		t.Errorf("%+v", winner)
	}
	if d := asked(t, server.URL+"/ergast/f1/current/last/driverstandings?session="+key); d.Standings.Round != "4" || d.Standings.Lists[0].DriverStandings[0].Driver.DriverID != "hamilton" {
		t.Errorf("%+v", d.Standings)
	}
	// Without a clock the record is open.
	if d := asked(t, server.URL+"/ergast/f1/2023/results"); d.Total != "440" {
		t.Errorf("%s results of 2023", d.Total)
	}
	for _, path := range []string{"/ergast/at/c_nothing/f1/2018", "/ergast/f1/2018?session=7"} {
		if code, _, body := get(t, server.URL+path); code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
}

// Without a store and a calendar a session that is held is told all the same, as the first round of its season.
func TestNothingStored(t *testing.T) {
	server := serving(t, nil, baku(t), season24)
	d := asked(t, server.URL+"/ergast/f1/current/last/results.json")
	if d.Total != "20" || d.Races.Season != "2018" || d.Races.Round != "1" || d.Races.Races[0].RaceName != "Azerbaijan Grand Prix" || d.Races.Races[0].Results[0].Driver.Code != "HAM" {
		t.Errorf("%+v", d.Races)
	}
	if d := asked(t, server.URL+"/ergast/f1/current/last/laps/10"); d.Total == "0" || d.Races.Races[0].Date != "2018-04-29" {
		t.Errorf("%+v", d.Races)
	}
	for path, want := range map[string]string{"2018/drivers": "20", "2018/1/constructors": "10", "2018/circuits": "1", "2018/1/drivers/hamilton/results": "1", "2018/1/constructors/ferrari/drivers": "2",
		"current/last/driverstandings": "20", "2018/1/qualifying": "0", "2018/1/sprint": "0", "current/1/drivers/hamilton/laps/10": "1"} {
		if d := asked(t, server.URL+"/ergast/f1/"+path); d.Total != want {
			t.Errorf("%s: %s rows, want %s", path, d.Total, want)
		}
	}
}

// A session that is stored out of its log tells what the almanac has not been told, in the calendar of the reference data.
func TestStoredSession(t *testing.T) {
	s := opened(t)
	err := s.PutReference(t.Context(), &store.Reference{Circuits: []store.Circuit{{ID: "baku", Name: "Baku City Circuit", Country: "Azerbaijan"}},
		Races: []store.Race{{ID: "azerbaijan_2018", Season: 2018, Round: 4, CircuitID: "baku", Name: "Azerbaijan Grand Prix", Date: season24.AddDate(-6, 3, 19)}}})
	if err != nil {
		t.Fatal(err)
	}
	key := "9574"
	rows := tables.Rows{
		Drivers: slices.Values([]f1.DriverRow{{SessionKey: key, DriverNumber: 44, TLA: "HAM", FirstName: "Lewis", LastName: "Hamilton", Team: "Mercedes"}}),
		Laps:    slices.Values([]f1.LapRow{{SessionKey: key, DriverNumber: 44, LapNumber: 1, LapTime: f1.Some(100 * time.Second), Position: f1.Some(2)}, {SessionKey: key, DriverNumber: 44, LapNumber: 2, LapTime: f1.Some(99 * time.Second), Position: f1.Some(1)}}),
		Results: slices.Values([]f1.ResultRow{{SessionKey: key, DriverNumber: 44, Position: f1.Some(1), Classified: f1.Some(true), Status: "finished", Points: f1.Some(25.0), Time: f1.Some(199 * time.Second)}}),
	}
	b := persist.Whole(f1.SessionRow{SessionKey: key, Season: f1.Some(2018), Event: "Azerbaijan Grand Prix", Type: f1.Race, Name: "Race", Status: f1.StatusFinalised, CircuitID: "baku"}, "log", rows)
	if err := s.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	server := serving(t, s, nil, season24)
	d := asked(t, server.URL+"/ergast/f1/2018/drivers/hamilton/results")
	if d.Total != "1" || d.Races.Races[0].Round != "4" || d.Races.Races[0].Circuit.Location.Country != "Azerbaijan" {
		t.Fatalf("%+v", d.Races)
	}
	r := d.Races.Races[0].Results[0]
	if r.Points != "25" || r.Time == nil || r.Time.Time != "3:19.000" || r.FastestLap.Lap != "2" || r.FastestLap.Rank != "1" || r.FastestLap.Time.Time != "1:39.000" {
		t.Errorf("%+v %+v", r, r.FastestLap)
	}
	if d := asked(t, server.URL+"/ergast/f1/2018/4/laps"); d.Total != "2" || d.Races.Races[0].Laps[1].Timings[0].Position != "1" {
		t.Errorf("%+v", d.Races)
	}
}
