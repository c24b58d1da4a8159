package ergast

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

func on(s string) f1.Opt[time.Time] {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return f1.Some(t.Add(13 * time.Hour))
}

// A session's round is that of the weekend with its name, its days or its circuit; else its own number, if that weekend is
// not another.
func TestRoundOf(t *testing.T) {
	b := &almanac.Book{Races: []almanac.Race{
		{Season: 2021, Round: 1, Name: "Bahrain Grand Prix", Circuit: "bahrain", Date: "2021-03-28"},
		{Season: 2021, Round: 2, Name: "Emilia Romagna Grand Prix", Circuit: "imola", Date: "2021-04-18"},
		{Season: 2021, Round: 3, Name: "Styrian Grand Prix", Circuit: "red_bull_ring", Date: "2021-06-27"},
		{Season: 2021, Round: 4, Name: "Austrian Grand Prix", Circuit: "red_bull_ring", Date: "2021-07-04"},
		{Season: 2021, Round: 5, Name: "Some Grand Prix", Circuit: "somewhere"},
	}}
	b.Index()
	season := f1.Some(2021)
	for name, c := range map[string]struct {
		row  f1.SessionRow
		want int // 0: nobody says it
	}{
		"name":                 {f1.SessionRow{Season: season, Event: "Styrian Grand Prix"}, 3},
		"days":                 {f1.SessionRow{Season: season, Event: "Gran Premio", DateStart: on("2021-04-16")}, 2},
		"the day itself":       {f1.SessionRow{Event: "Gran Premio", DateStart: on("2021-04-18")}, 2},
		"behind the date line": {f1.SessionRow{Season: season, DateStart: f1.Some(on("2021-04-18").Value.Add(11 * time.Hour))}, 2},
		"a week before":        {f1.SessionRow{Season: season, Event: "Gran Premio", DateStart: on("2021-04-11")}, 0},
		"circuit":              {f1.SessionRow{Season: season, CircuitID: "sakhir"}, 1},
		"circuit of two":       {f1.SessionRow{Season: season, CircuitID: "spielberg"}, 0},
		"number":               {f1.SessionRow{Season: season, Event: "Gran Premio", DateStart: on("2021-08-01"), Round: f1.Some(9)}, 9},
		"of an undated race":   {f1.SessionRow{Season: season, Event: "Gran Premio", DateStart: on("2021-08-01"), Round: f1.Some(5)}, 5},
		"another's number":     {f1.SessionRow{Season: season, Event: "Gran Premio", DateStart: on("2021-08-01"), Round: f1.Some(3)}, 0},
		"name before number":   {f1.SessionRow{Season: season, Event: "Austrian Grand Prix", Round: f1.Some(9)}, 4},
		"no season":            {f1.SessionRow{Event: "Austrian Grand Prix", Round: f1.Some(9)}, 0},
	} {
		at, ok := roundOf(b, &c.row)
		if ok != (c.want > 0) || ok && at != (almanac.Round{Season: 2021, Round: c.want}) {
			t.Errorf("%s: %+v %v, want %d", name, at, ok, c.want)
		}
	}
}

// What nobody numbers takes the next free round in order of date: that of the viewer's session behind those that are held
// with it, whatever their names; a simulated one takes no real one's.
func TestNextFree(t *testing.T) {
	b := &almanac.Book{Races: []almanac.Race{{Season: 2018, Round: 3, Name: "C", Date: "2018-04-15"}, {Season: 2018, Round: 6, Name: "F", Date: "2018-05-27"}}}
	b.Index()
	entry := func(event string, start f1.Opt[time.Time], simulated bool) wire.SessionEntry {
		return wire.SessionEntry{Session: wire.Session{Event: wire.Text(event), Start: wire.OptTime(start.Value), Simulated: simulated}}
	}
	list := []wire.SessionEntry{entry("E", on("2018-05-11"), false), entry("E", on("2018-05-12"), false), entry("D", on("2018-04-27"), false),
		entry("S", on("2018-04-20"), true), entry("C", on("2018-04-15"), false), entry("Pre-Season Testing", on("2018-04-20"), false), entry("G", on("2018-07-01"), false)}
	for _, c := range []struct {
		event string
		start f1.Opt[time.Time]
		sim   bool
		round f1.Opt[int]
		want  int
	}{
		{"D", on("2018-04-28"), false, f1.Opt[int]{}, 4},
		{"E", on("2018-05-12"), false, f1.Opt[int]{}, 5},
		{"G", on("2018-07-01"), false, f1.Opt[int]{}, 7},
		{"A", on("2018-03-01"), false, f1.Opt[int]{}, 1},
		{"S", on("2018-04-20"), true, f1.Some(2), 2},
		{"S", on("2018-04-20"), true, f1.Some(6), 4},
		{"C", on("2018-04-15"), true, f1.Some(3), 1}, // nothing is earlier
		{"Pre-Season Testing", on("2018-03-01"), false, f1.Some(1), 0},
	} {
		h := horizon{row: f1.SessionRow{Season: f1.Some(2018), Event: c.event, DateStart: c.start, Round: c.round}, simulated: c.sim}
		if h.settle(b, list); h.at.Round != c.want {
			t.Errorf("%s simulated %v: round %d, want %d", c.event, c.sim, h.at.Round, c.want)
		}
	}
}

// write stores a session with one car.
func write(t *testing.T, s store.Store, row f1.SessionRow, car f1.DriverRow, over bool) {
	t.Helper()
	car.SessionKey = row.SessionKey
	rows := tables.Rows{Drivers: slices.Values([]f1.DriverRow{car}),
		Laps: slices.Values([]f1.LapRow{{SessionKey: row.SessionKey, DriverNumber: car.DriverNumber, LapNumber: 1, LapTime: f1.Some(100 * time.Second), Position: f1.Some(1)}})}
	row.Status = f1.StatusStarted
	if over {
		row.Status = f1.StatusFinalised
		rows.Results = slices.Values([]f1.ResultRow{{SessionKey: row.SessionKey, DriverNumber: car.DriverNumber, Position: f1.Some(1), Classified: f1.Some(true), Status: "finished"}})
	}
	b := persist.Whole(row, "log", rows)
	b.Ended = over
	if !over {
		b.Whole, b.Log, b.Offset, b.From = false, "l"+row.SessionKey, 1, 0
	}
	if err := s.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// A season of which nothing but sessions is stored is told by them: rounds in order of date, people, teams, circuits, paths
// put together; of a race that still runs who drives in it, and of a weekend with a qualifying nothing of its practice.
func TestSeasonOfSessionsAlone(t *testing.T) {
	s := opened(t)
	season := f1.Some(2018)
	hamilton := f1.DriverRow{DriverNumber: 44, TLA: "HAM", FirstName: "Lewis", LastName: "Hamilton", Team: "Mercedes"}
	vettel := f1.DriverRow{DriverNumber: 5, TLA: "VET", FirstName: "Sebastian", LastName: "Vettel", Team: "Ferrari"}
	norris := f1.DriverRow{DriverNumber: 47, TLA: "NOR", FirstName: "Lando", LastName: "Norris", Team: "McLaren"}
	write(t, s, f1.SessionRow{SessionKey: "30", Season: season, Event: "Azerbaijan Grand Prix", Type: f1.Race, CircuitID: "baku", DateStart: on("2018-04-29")}, hamilton, true)
	write(t, s, f1.SessionRow{SessionKey: "20", Season: season, Event: "Chinese Grand Prix", Type: f1.Practice1, CircuitID: "shanghai", DateStart: on("2018-04-13")}, norris, true)
	write(t, s, f1.SessionRow{SessionKey: "21", Season: season, Event: "Chinese Grand Prix", Type: f1.Qualifying, CircuitID: "shanghai", DateStart: on("2018-04-14")}, vettel, true)
	write(t, s, f1.SessionRow{SessionKey: "40", Season: season, Event: "Spanish Grand Prix", Type: f1.Race, CircuitID: "catalunya", DateStart: on("2018-05-13")}, vettel, false)
	write(t, s, f1.SessionRow{SessionKey: "50", Season: f1.Some(2019), Event: "Australian Grand Prix", Type: f1.Practice1, CircuitID: "melbourne", DateStart: on("2019-03-15")}, norris, true)
	if err := s.PutReference(t.Context(), &store.Reference{Circuits: []store.Circuit{{ID: "catalunya", Name: "Circuit de Barcelona", Country: "Spain"}}}); err != nil {
		t.Fatal(err)
	}
	at := serving(t, s, nil, season24).URL + "/ergast/f1/"
	total := map[string]string{"2018": "3", "2018/drivers": "2", "2018/constructors": "2", "2018/circuits": "3", "2018/1/drivers": "1", "2018/1/qualifying": "1", "2018/1/results": "0", "2018/2/results": "1",
		"2018/2/drivers/hamilton/results": "1", "2018/2/drivers/vettel/results": "0", "2018/2/constructors/mercedes/drivers": "1", "2018/2/circuits": "1", "2018/2/laps": "1", "2018/2/drivers/hamilton/laps": "1",
		"2018/3/drivers": "1", "2018/3/results": "0", "2018/3/laps": "1", "2018/3/constructors/ferrari/laps": "1", "2018/3/constructors/mercedes/laps": "0", "drivers/vettel/seasons": "1",
		"drivers/norris/races": "1", "2019/drivers": "1", "2019/circuits": "1", "2018/2/driverstandings": "1", "2018/last/results": "1", "2018/drivers/hamilton/circuits": "1", "seasons": "2"}
	for path, want := range total {
		if d := asked(t, at+path); d.Total != want {
			t.Errorf("%s: %s rows, want %s", path, d.Total, want)
		}
	}
	if d := asked(t, at+"2018/3"); d.Races.Races[0].Circuit.CircuitName != "Circuit de Barcelona" || d.Races.Races[0].Circuit.Location.Country != "Spain" || d.Races.Races[0].RaceName != "Spanish Grand Prix" {
		t.Errorf("%+v", d.Races)
	}
}

// simulated are the messages of a race of our simulator, which is of 2026.
func simulated(t *testing.T) []feed.Message {
	t.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Laps: 3, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		m.Payload, m.Received = bytes.Clone(m.Payload), m.Time
		all = append(all, m)
	}
}

// A simulated race that is shown is answered for, beside the real record of its season and in no real race's place; it hides
// nothing, and what is next is the real season's.
func TestSimulatedRace(t *testing.T) {
	held := replaying(t, simulated(t), nil)
	empty := serving(t, opened(t), held, season24).URL + "/ergast/f1/"
	alone := asked(t, empty+"current/last/results")
	if alone.Total != "22" || alone.Races.Season != "2026" || !strings.HasSuffix(alone.Races.Races[0].RaceName, "(Simulation)") {
		t.Fatalf("%s results: %+v", alone.Total, alone.Races)
	}
	round := alone.Races.Round
	for path, want := range map[string]string{"2026/" + round + "/results": "22", "current/last/drivers": "22", "2026/constructors": "11", "2026/circuits": "1", "current/last/laps/3": "", "current/last/pitstops": "", "2026": "1"} {
		if d := asked(t, empty+path); want != "" && d.Total != want || want == "" && d.Races.Round != round {
			t.Errorf("%s: %s rows, round %+v", path, d.Total, d.Races)
		}
	}
	var pages []almanac.Page
	calendar := []almanac.Race{{Season: 2026, Round: 1, Name: "A", Circuit: "a", Date: "2026-03-08"}, {Season: 2026, Round: 2, Name: "B", Circuit: "b", Date: "2026-12-06"}}
	for n := 3; n < 30; n++ {
		calendar = append(calendar, almanac.Race{Season: 2026, Round: n, Name: "later", Circuit: "c", Date: "2026-12-13"})
	}
	pages = later(t, pages, almanac.Name{Kind: almanac.Races, Season: 2026}, calendar...)
	pages = later(t, pages, almanac.Name{Kind: almanac.Results, Season: 2026, Round: 1}, almanac.Result{Number: "1", Driver: "norris", Constructor: "mclaren", Position: f1.Some(1), PositionText: "1"})
	s := opened(t)
	if err := s.PutPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	at := serving(t, s, held, time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)).URL + "/ergast/f1/"
	for path, want := range map[string]string{"2026/1/results": "1", "2026/30/results": "22", "current/last/results": "22", "2026/results": "23", "2026": "30"} {
		if d := asked(t, at+path); d.Total != want {
			t.Errorf("%s: %s rows, want %s", path, d.Total, want)
		}
	}
	if d := asked(t, at+"current/next"); d.Races.Round != "2" {
		t.Errorf("next is round %s", d.Races.Round)
	}
}

// A race that is shown and not stored is answered for beside the record; what the record has of it is better.
func TestShownRace(t *testing.T) {
	held := baku(t)
	s := opened(t)
	at := serving(t, s, held, season24).URL + "/ergast/f1/"
	for path, want := range map[string]string{"current/last/results": "20", "2018/1/results": "20", "2018/1/drivers": "20", "2018/1/drivers/hamilton/results": "1", "2018/1/pitstops?limit=100": "30", "2018/circuits/baku/races": "1"} {
		if d := asked(t, at+path); d.Total != want && path != "2018/1/pitstops?limit=100" || d.Total == "0" {
			t.Errorf("%s: %s rows, want %s", path, d.Total, want)
		}
	}
	pages := later(t, nil, almanac.Name{Kind: almanac.Races, Season: 2018}, almanac.Race{Season: 2018, Round: 4, Name: "Azerbaijan Grand Prix", Circuit: "baku", Date: "2018-04-29"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Results, Season: 2018, Round: 4}, almanac.Result{Number: "44", Driver: "hamilton", Constructor: "mercedes", Position: f1.Some(1), PositionText: "1", Points: f1.Some(25.0)})
	published := opened(t)
	if err := published.PutPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	if d := asked(t, serving(t, published, held, season24).URL+"/ergast/f1/2018/4/results"); d.Total != "1" {
		t.Errorf("%s results, one is published", d.Total)
	}
}
