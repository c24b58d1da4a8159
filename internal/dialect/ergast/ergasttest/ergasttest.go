// Package ergasttest reads the rows of the service's own tests, of a few seasons, as pages of the almanac. Only tests import it.
package ergasttest

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// fixture are the service's own rows: a dump of its reference tables, and entries, laps and stops.
type fixture struct {
	t      testing.TB
	tables map[string][]record
	byID   map[string]map[string]record
	pages  []almanac.Page
}

// record is a row by column; "" is unknown.
type record map[string]string

// Unzipped gives read what a file packed with gzip holds.
func Unzipped(t testing.TB, path string, read func(io.Reader)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	read(z)
}

// fixtureRead keeps the pages for all tests of a run.
var fixtureRead struct {
	sync.Mutex
	pages []almanac.Page
}

// Pages are the rows as pages of the almanac.
func Pages(t testing.TB) []almanac.Page {
	t.Helper()
	fixtureRead.Lock()
	defer fixtureRead.Unlock()
	if fixtureRead.pages == nil {
		fixtureRead.pages = readFixture(t)
	}
	return fixtureRead.pages
}

func readFixture(t testing.TB) []almanac.Page {
	f := &fixture{t: t, tables: map[string][]record{}, byID: map[string]map[string]record{}}
	dir := reference.Path(t, "jolpica", "ergast_fixture_db")
	Unzipped(t, dir+"/tables_data_only.sql.gz", f.dump)
	for _, name := range []string{"laps", "pitstops", "roundentrys", "sessionentrys"} {
		Unzipped(t, dir+"/"+name+".csv.gz", func(r io.Reader) { f.csv(name, r) })
	}
	f.reference()
	f.calendars()
	f.entries()
	f.rounds()
	return f.pages
}

func (f *fixture) add(table string, r record) {
	f.tables[table] = append(f.tables[table], r)
	if f.byID[table] == nil {
		f.byID[table] = map[string]record{}
	}
	f.byID[table][r["id"]] = r
}

// dump reads the COPY blocks of a data-only dump.
func (f *fixture) dump(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	var table string
	var columns []string
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "COPY public.formula_one_"):
			rest := strings.TrimPrefix(line, "COPY public.formula_one_")
			table, rest, _ = strings.Cut(rest, " (")
			rest, _, _ = strings.Cut(rest, ")")
			columns = strings.Split(strings.ReplaceAll(rest, `"`, ""), ", ")
		case line == `\.`:
			table = ""
		case table != "":
			row := record{}
			for i, cell := range strings.Split(line, "\t") {
				if cell != `\N` {
					row[columns[i]] = strings.NewReplacer(`\t`, "\t", `\\`, `\`).Replace(cell)
				}
			}
			f.add(table, row)
		}
	}
	if lines.Err() != nil {
		f.t.Fatal(lines.Err())
	}
}

func (f *fixture) csv(table string, r io.Reader) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		f.t.Fatal(err)
	}
	for _, cells := range rows[1:] {
		row := record{}
		for i, cell := range cells {
			row[rows[0][i]] = cell
		}
		f.add(table, row)
	}
}

func (f *fixture) page(kind almanac.Kind, season, round int, body []byte, err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
	f.pages = append(f.pages, almanac.Page{Name: almanac.Name{Kind: kind, Season: season, Round: round}, Known: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		Status: almanac.Final, Source: "fixture", Body: body})
}

func put[T any](f *fixture, kind almanac.Kind, season, round int, rows []T) {
	f.t.Helper()
	body, err := almanac.Encode(rows)
	f.page(kind, season, round, body, err)
}

func (f *fixture) int(s string) f1.Opt[int] {
	if s == "" {
		return f1.Opt[int]{}
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		f.t.Fatal(err)
	}
	return f1.Some(n)
}

func (f *fixture) float(s string) f1.Opt[float64] {
	if s == "" {
		return f1.Opt[float64]{}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		f.t.Fatal(err)
	}
	return f1.Some(v)
}

// span reads "02:19:33.7".
func (f *fixture) span(s string) f1.Opt[time.Duration] {
	if s == "" {
		return f1.Opt[time.Duration]{}
	}
	parts := strings.Split(s, ":")
	seconds := f.float(parts[2]).Value + 60*f.float(parts[1]).Value + 3600*f.float(parts[0]).Value
	return f1.Some(time.Duration(math.Round(seconds*1000)) * time.Millisecond)
}

func (f *fixture) reference() {
	var seasons []almanac.Season
	for _, r := range f.tables["season"] {
		seasons = append(seasons, almanac.Season{Year: f.int(r["year"]).Value, URL: r["wikipedia"]})
	}
	put(f, almanac.Seasons, 0, 0, seasons)
	var circuits []almanac.Circuit
	for _, r := range f.tables["circuit"] {
		circuits = append(circuits, almanac.Circuit{ID: r["reference"], Name: r["name"], Locality: r["locality"], Country: r["country"], URL: r["wikipedia"],
			Lat: f.float(r["latitude"]), Long: f.float(r["longitude"])})
	}
	put(f, almanac.Circuits, 0, 0, circuits)
	var drivers []almanac.Driver
	for _, r := range f.tables["driver"] {
		drivers = append(drivers, almanac.Driver{ID: r["reference"], Number: f.int(r["permanent_car_number"]), Code: r["abbreviation"], GivenName: r["forename"],
			FamilyName: r["surname"], DateOfBirth: r["date_of_birth"], Nationality: r["nationality"], URL: r["wikipedia"]})
	}
	put(f, almanac.Drivers, 0, 0, drivers)
	var teams []almanac.Constructor
	for _, r := range f.tables["team"] {
		teams = append(teams, almanac.Constructor{ID: r["reference"], Name: r["name"], Nationality: r["nationality"], URL: r["wikipedia"]})
	}
	put(f, almanac.Constructors, 0, 0, teams)
}

var fixtureTypes = map[string]f1.SessionType{"FP1": f1.Practice1, "FP2": f1.Practice2, "FP3": f1.Practice3, "Q1": f1.Qualifying, "SQ1": f1.SprintQualifying, "SR": f1.Sprint}

func (f *fixture) calendars() {
	slots, starts := map[string][]almanac.Slot{}, map[string]string{}
	for _, s := range f.tables["session"] {
		if s["timestamp"] == "" {
			continue
		}
		at, err := time.Parse("2006-01-02 15:04:05-07", s["timestamp"])
		if err != nil {
			f.t.Fatal(err)
		}
		date, clock := at.UTC().Format(time.DateOnly), at.UTC().Format(time.TimeOnly)
		if s["has_time_data"] != "t" {
			clock = ""
		}
		if s["type"] == "R" {
			starts[s["round_id"]] = clock
		} else if kind := fixtureTypes[s["type"]]; kind != "" {
			slots[s["round_id"]] = append(slots[s["round_id"]], almanac.Slot{Type: kind, Date: date, Time: clock})
		}
	}
	races := map[int][]almanac.Race{}
	for _, r := range f.tables["round"] {
		if r["is_cancelled"] == "t" {
			continue
		}
		year := f.year(r)
		races[year] = append(races[year], almanac.Race{Season: year, Round: f.int(r["number"]).Value, Name: r["name"], Circuit: f.byID["circuit"][r["circuit_id"]]["reference"],
			URL: r["wikipedia"], Date: r["date"], Time: starts[r["id"]], Slots: slots[r["id"]]})
	}
	for year, list := range races {
		put(f, almanac.Races, year, 0, list)
	}
}

func (f *fixture) year(round record) int {
	return f.int(f.byID["season"][round["season_id"]]["year"]).Value
}

func (f *fixture) entries() {
	all := map[int][]almanac.Entry{}
	for _, r := range f.tables["teamdriver"] {
		year := f.int(f.byID["season"][r["season_id"]]["year"]).Value
		all[year] = append(all[year], almanac.Entry{Season: year, Driver: f.byID["driver"][r["driver_id"]]["reference"], Constructor: f.byID["team"][r["team_id"]]["reference"]})
	}
	for year, list := range all {
		put(f, almanac.Entries, year, 0, list)
	}
}

// who is the car of a round's entry.
func (f *fixture) who(entry record) (number, driver, team string) {
	r := f.byID["roundentrys"][entry["round_entry_id"]]
	td := f.byID["teamdriver"][r["team_driver_id"]]
	return r["car_number"], f.byID["driver"][td["driver_id"]]["reference"], f.byID["team"][td["team_id"]]["reference"]
}

// outcomes are the texts for a place that is none, by the service's status.
var outcomes = map[string]string{"20": "D", "30": "W", "40": "F", "41": "F"}

func (f *fixture) rounds() {
	fastest, laps, stops := map[string]record{}, map[string][]record{}, map[string][]record{}
	for _, l := range f.tables["laps"] {
		if l["is_entry_fastest_lap"] == "t" {
			fastest[l["session_entry_id"]] = l
		}
		if l["number"] != "" {
			laps[l["session_entry_id"]] = append(laps[l["session_entry_id"]], l)
		}
	}
	for _, s := range f.tables["pitstops"] {
		stops[s["session_entry_id"]] = append(stops[s["session_entry_id"]], s)
	}
	weekends := map[almanac.Round]*almanac.Weekend{}
	charts, visits, qualified := map[almanac.Round][]almanac.Lap{}, map[almanac.Round][]almanac.PitStop{}, map[string]*almanac.Qualified{}
	entries := slices.Clone(f.tables["sessionentrys"])
	slices.SortStableFunc(entries, func(x, y record) int { // the parts of a qualifying in their order
		return strings.Compare(f.byID["session"][x["session_id"]]["timestamp"]+f.byID["session"][x["session_id"]]["type"], f.byID["session"][y["session_id"]]["timestamp"]+f.byID["session"][y["session_id"]]["type"])
	})
	for _, e := range entries {
		session := f.byID["session"][e["session_id"]]
		round := f.byID["round"][session["round_id"]]
		at := almanac.Round{Season: f.year(round), Round: f.int(round["number"]).Value}
		w := weekends[at]
		if w == nil {
			w = &almanac.Weekend{}
			weekends[at] = w
		}
		switch kind := session["type"]; {
		case kind == "SR":
			w.Sprint = append(w.Sprint, f.result(e, fastest[e["id"]]))
		case kind == "R":
			w.Results = append(w.Results, f.result(e, fastest[e["id"]]))
			_, driver, _ := f.who(e)
			for _, l := range laps[e["id"]] {
				if l["position"] != "" {
					charts[at] = append(charts[at], almanac.Lap{Driver: driver, Number: f.int(l["number"]).Value, Position: f.int(l["position"]), Time: f.span(l["time"])})
				}
			}
			for _, s := range stops[e["id"]] {
				visits[at] = append(visits[at], almanac.PitStop{Driver: driver, Lap: f.int(f.byID["laps"][s["lap_id"]]["number"]).Value, Stop: f.int(s["number"]).Value,
					Time: s["local_timestamp"], Duration: f.span(s["duration"])})
			}
		case strings.HasPrefix(kind, "Q"):
			q := qualified[e["round_entry_id"]]
			if q == nil {
				q = &almanac.Qualified{}
				q.Number, q.Driver, q.Constructor = f.who(e)
				qualified[e["round_entry_id"]] = q
			}
			f.part(q, kind, e, fastest[e["id"]])
		}
	}
	for id, q := range qualified {
		round := f.byID["round"][f.byID["roundentrys"][id]["round_id"]]
		w := weekends[almanac.Round{Season: f.year(round), Round: f.int(round["number"]).Value}]
		w.Qualifying = append(w.Qualifying, *q)
	}
	for at, w := range weekends {
		put(f, almanac.Results, at.Season, at.Round, w.Results)
		put(f, almanac.Sprint, at.Season, at.Round, w.Sprint)
		put(f, almanac.Qualifying, at.Season, at.Round, w.Qualifying)
		put(f, almanac.Laps, at.Season, at.Round, charts[at])
		put(f, almanac.PitStops, at.Season, at.Round, visits[at])
	}
}

func (f *fixture) part(q *almanac.Qualified, kind string, e, lap record) {
	p := &almanac.Part{Position: f.int(e["position"]), Time: f.span(lap["time"])}
	n := slices.Index([]string{"Q1", "Q2", "Q3"}, kind)
	if n < 0 { // a session of the old formats
		n = slices.Index(q.Parts[:], nil)
	}
	q.Parts[n] = p
	q.Position = p.Position
}

func (f *fixture) result(e, lap record) almanac.Result {
	r := almanac.Result{Position: f.int(e["position"]), Points: f.float(e["points"]), Grid: f.int(e["grid"]), Laps: f.int(e["laps_completed"]), Status: e["detail"],
		Time: f.span(e["time"]), PositionText: e["position"]}
	r.Number, r.Driver, r.Constructor = f.who(e)
	if e["is_classified"] != "t" {
		if r.PositionText = outcomes[e["status"]]; r.PositionText == "" {
			r.PositionText = "R"
		}
	}
	if lap != nil {
		r.Fastest = &almanac.FastestLap{Rank: f.int(e["fastest_lap_rank"]), Lap: f.int(lap["number"]), Time: f.span(lap["time"]), Speed: f.float(lap["average_speed"])}
	}
	return r
}
