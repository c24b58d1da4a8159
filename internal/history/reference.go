package history

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// Reference is what is known of the sport beside the laps. The zero Reference knows nothing.
type Reference struct {
	Circuits     []Circuit
	Drivers      []Driver
	Constructors []Constructor
	Races        []Race // by season and round

	results   map[sessionAt][]result
	people    map[string]int // Drivers by f1db's name
	teams     map[string]int // Constructors by f1db's name
	countries map[string]country
	prix      map[string]string // event by id
	official  map[string]official
}

// Circuit is one circuit.
type Circuit struct {
	ID      string // as sessions name it, "monte_carlo"
	F1DB    string // as f1db names it, "monaco"
	Name    string
	Country string
	Length  f1.Opt[int] // metres, of the present layout
}

// Driver is one person.
type Driver struct {
	F1DB        string // "max-verstappen", unique
	Code        string // "VER", not unique over the decades, "" unknown
	FirstName   string
	LastName    string
	Name        string
	Nationality string // "Dutch"
	CountryCode string // "NED"
	Number      f1.Opt[int]
	LastSeason  int // of the last result, 0 none: of two bearers of a code the later one holds it
}

// Constructor is one constructor.
type Constructor struct {
	F1DB        string
	Name        string
	Nationality string
	CountryCode string
}

// Race is one weekend of the calendar.
type Race struct {
	ID            string // "monaco_2024"
	Season, Round int
	Event         string // "Monaco Grand Prix"
	CircuitID     string
	Date          string      // of the race, "2018-04-29"
	Laps          f1.Opt[int] // raced
	Scheduled     f1.Opt[int] // laps; the same where nothing was cut short
	SprintDate    string
	SprintLaps    f1.Opt[int]

	start, sprintStart f1.Opt[time.Time]
}

// result is a car's line of an official classification.
type result struct {
	car          int
	driver, team string // ids of f1db
	position     f1.Opt[int]
	word         string // DNF, DNS, DSQ, NC where there is no position
	laps, grid   f1.Opt[int]
	time, gap    f1.Opt[time.Duration]
	lapsDown     f1.Opt[int]
	penalty      time.Duration
	points       f1.Opt[float64]
	retired      bool // did not see the flag, with a place or without
	line         int
}

type sessionAt struct {
	season, round int
	kind          f1.SessionType
}

type country struct{ code, demonym, name string }

// official is what the season index or a table tells of a session.
type official struct {
	key    string
	start  f1.Opt[time.Time] // scheduled
	offset f1.Opt[time.Duration]
	seen   f1.Opt[time.Time] // close to the start of the first lap
}

// slugs are our circuits by f1db's name where the two differ.
var slugs = map[string]string{
	"bahrain": "sakhir", "monaco": "monte_carlo", "marina-bay": "singapore", "hockenheimring": "hockenheim", "yas-marina": "yas_marina_circuit",
	"portimao": "algarve_international_circuit",
}

func circuitOf(f1db, event string) string {
	if event == "Sakhir Grand Prix" {
		return "sakhir_outer" // held on another layout of the same place
	}
	if s, ok := slugs[f1db]; ok {
		return s
	}
	return f1.Slug(f1db)
}

// events are the circuits by the event held there, for tables without a calendar beside them.
var events = map[string]string{
	"Australian": "melbourne", "Bahrain": "sakhir", "Chinese": "shanghai", "Azerbaijan": "baku", "Spanish": "catalunya",
	"Monaco": "monte_carlo", "Canadian": "montreal", "French": "paul_ricard", "Austrian": "spielberg", "Styrian": "spielberg",
	"British": "silverstone", "70th Anniversary": "silverstone", "German": "hockenheim", "Hungarian": "hungaroring",
	"Belgian": "spa_francorchamps", "Italian": "monza", "Singapore": "singapore", "Russian": "sochi", "Japanese": "suzuka",
	"United States": "austin", "Mexican": "mexico_city", "Mexico City": "mexico_city", "Brazilian": "interlagos", "São Paulo": "interlagos",
	"Abu Dhabi": "yas_marina_circuit", "Tuscan": "mugello", "Eifel": "nurburgring", "Portuguese": "algarve_international_circuit",
	"Emilia Romagna": "imola", "Turkish": "istanbul", "Sakhir": "sakhir_outer", "Dutch": "zandvoort", "Qatar": "lusail",
	"Saudi Arabian": "jeddah", "Miami": "miami", "Las Vegas": "las_vegas",
}

// CircuitOfEvent is the circuit of a Grand Prix since 2018, "" unknown.
func CircuitOfEvent(event string) string { return events[strings.TrimSuffix(event, " Grand Prix")] }

// f1dbTables are the tables of f1db that are read, in the order that resolves their references.
var f1dbTables = []struct {
	name    string
	columns []string
	without string // a column that tells it from another table
	take    func(*Reference, *sheet)
}{
	{"countries", []string{"id", "alpha3Code", "iocCode", "name", "demonym"}, "", (*Reference).takeCountry},
	{"grands prix", []string{"id", "fullName", "shortName", "abbreviation", "countryId"}, "", (*Reference).takePrix},
	{"circuits", []string{"id", "name", "placeName", "countryId", "length", "layouts"}, "", (*Reference).takeCircuit},
	{"drivers", []string{"id", "firstName", "lastName", "abbreviation", "permanentNumber", "nationalityCountryId"}, "", (*Reference).takeDriver},
	{"constructors", []string{"id", "name", "fullName", "countryId", "chronology"}, "", (*Reference).takeConstructor},
	{"races", []string{"year", "round", "date", "grandPrixId", "circuitId", "laps", "scheduledLaps"}, "", (*Reference).takeRace},
	{"results", []string{"year", "round", "position", "driverNumber", "driverId", "laps", "gap", "reasonRetired", "sharedCar"}, "",
		func(r *Reference, t *sheet) { r.takeResult(t, f1.Race) }},
	{"sprint results", []string{"year", "round", "position", "driverNumber", "driverId", "laps", "gap", "reasonRetired", "gridPosition"}, "sharedCar",
		func(r *Reference, t *sheet) { r.takeResult(t, f1.Sprint) }},
}

// f1dbTable recognises a table of f1db by its header, -1 none.
func f1dbTable(t *sheet) int {
	for i, table := range f1dbTables {
		if t.has(table.columns...) && (table.without == "" || !t.has(table.without)) {
			return i
		}
	}
	return -1
}

func newReference() *Reference {
	return &Reference{results: map[sessionAt][]result{}, people: map[string]int{}, teams: map[string]int{},
		countries: map[string]country{}, prix: map[string]string{}, official: map[string]official{}}
}

// read takes all rows of one table.
func (r *Reference) read(path, name string, table int, bad func(Defect)) (err error) {
	from, err := open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	t, err := newSheet(from, func(d Defect) {
		d.Source, d.Rows = Source{F1DB, name}, 1
		bad(d)
	})
	if err != nil {
		return fmt.Errorf("history: %s: %w", path, err)
	}
	for {
		if err := t.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("history: %s: after line %d: %w", path, t.line, err)
		}
		f1dbTables[table].take(r, t)
	}
}

func (r *Reference) takeCountry(t *sheet) {
	code := t.text("iocCode")
	if code == "" {
		code = t.text("alpha3Code")
	}
	r.countries[t.text("id")] = country{code, t.text("demonym"), t.text("name")}
}

func (r *Reference) takePrix(t *sheet) { r.prix[t.text("id")] = t.text("fullName") }

func (r *Reference) takeCircuit(t *sheet) {
	c := Circuit{F1DB: t.text("id"), Name: t.text("fullName"), Country: r.countries[t.cell("countryId")].name}
	if c.Name == "" {
		c.Name = t.text("name")
	}
	c.ID = circuitOf(c.F1DB, "")
	if km := t.decimal("length"); km.Known {
		c.Length = f1.Some(int(km.Value*1000 + .5))
	}
	r.Circuits = append(r.Circuits, c)
}

func (r *Reference) takeDriver(t *sheet) {
	of := r.countries[t.cell("nationalityCountryId")]
	r.people[t.text("id")] = len(r.Drivers)
	r.Drivers = append(r.Drivers, Driver{F1DB: t.text("id"), Code: t.text("abbreviation"), FirstName: t.text("firstName"), LastName: t.text("lastName"),
		Name: t.text("name"), Nationality: of.demonym, CountryCode: of.code, Number: t.integer("permanentNumber", 1, maxCar)})
}

func (r *Reference) takeConstructor(t *sheet) {
	of := r.countries[t.cell("countryId")]
	r.teams[t.text("id")] = len(r.Constructors)
	r.Constructors = append(r.Constructors, Constructor{F1DB: t.text("id"), Name: t.text("name"), Nationality: of.demonym, CountryCode: of.code})
}

func (r *Reference) takeRace(t *sheet) {
	season, round := t.integer("year", 1950, 2100), t.integer("round", 1, maxRound)
	if !season.Known || !round.Known {
		t.bad(Defect{Kind: RowUnreadable, Line: t.line, Detail: "no year or no round"})
		return
	}
	race := Race{Season: season.Value, Round: round.Value, Event: r.prix[t.cell("grandPrixId")], Date: t.text("date"), Laps: t.integer("laps", 1, 300),
		Scheduled: t.integer("scheduledLaps", 1, 300), SprintDate: t.text("sprintRaceDate"), SprintLaps: t.integer("sprintRaceLaps", 1, 300)}
	if race.Event == "Mexican Grand Prix" && race.Season >= 2021 {
		race.Event = "Mexico City Grand Prix" // f1db has one name for both
	}
	if !race.Scheduled.Known {
		race.Scheduled = race.Laps
	}
	race.ID = RaceID(race.Event, race.Season)
	race.CircuitID = circuitOf(t.cell("circuitId"), race.Event)
	race.start, race.sprintStart = t.start(race.Date, "time"), t.start(race.SprintDate, "sprintRaceTime")
	at, found := slices.BinarySearchFunc(r.Races, race, compareRaces)
	if found {
		t.bad(Defect{Kind: RowUnreadable, Line: t.line, Detail: fmt.Sprintf("season %d round %d is there already", race.Season, race.Round)})
		return
	}
	r.Races = slices.Insert(r.Races, at, race)
}

func compareRaces(a, b Race) int {
	if a.Season != b.Season {
		return a.Season - b.Season
	}
	return a.Round - b.Round
}

// start reads a time of day in UTC: "05:00", or minutes as the conversion of the source left them ("900" is 15:00).
func (t *sheet) start(date, column string) f1.Opt[time.Time] {
	s := t.cell(column)
	day, err := time.Parse(time.DateOnly, date)
	if s == "" || err != nil {
		return f1.Opt[time.Time]{}
	}
	if strings.Contains(s, ":") {
		clock, err := time.Parse("15:04", s)
		if err != nil {
			t.unreadable(column)
			return f1.Opt[time.Time]{}
		}
		return f1.Some(day.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute))
	}
	minutes := t.integer(column, 0, 24*60-1)
	return f1.Opt[time.Time]{Value: day.Add(time.Duration(minutes.Value) * time.Minute), Known: minutes.Known}
}

func (r *Reference) takeResult(t *sheet, kind f1.SessionType) {
	at := sessionAt{t.integer("year", 1950, 2100).Value, t.integer("round", 1, maxRound).Value, kind}
	car := t.integer("driverNumber", 0, maxCar)
	if at.season == 0 || at.round == 0 {
		t.bad(Defect{Kind: RowUnreadable, Line: t.line, Detail: "no year or no round"})
		return
	}
	res := result{car: car.Value, driver: t.text("driverId"), team: t.text("constructorId"), laps: t.integer("laps", 0, 300), line: t.line,
		points: t.decimal("points"), retired: t.cell("reasonRetired") != ""}
	if p := t.cell("position"); p != "" && strings.Trim(p, "0123456789") == "" {
		res.position = t.integer("position", 1, maxPosition)
	} else {
		res.word = strings.Clone(p)
	}
	if g := t.cell("gridPosition"); g != "PL" { // from the pit lane
		res.grid = t.integer("gridPosition", 1, maxPosition)
	}
	res.time = t.duration("time")
	if g := t.cell("gap"); g != "" {
		gap, ok := f1.ParseGap(strings.ToUpper(g))
		if !ok {
			t.unreadable("gap")
		}
		res.gap, res.lapsDown = gap.Time, gap.Laps
	}
	if p := strings.TrimPrefix(t.cell("timePenalty"), "+"); p != "" {
		d, ok := f1.ParseLapTime(p)
		if !ok {
			t.unreadable("timePenalty")
		}
		res.penalty = d
	}
	r.results[at] = append(r.results[at], res)
	if i, ok := r.people[res.driver]; ok {
		r.Drivers[i].LastSeason = max(r.Drivers[i].LastSeason, at.season)
	}
}

// Race is a race of the calendar.
func (r *Reference) Race(season, round int) (Race, bool) {
	at, ok := slices.BinarySearchFunc(r.Races, Race{Season: season, Round: round}, compareRaces)
	if !ok {
		return Race{}, false
	}
	return r.Races[at], true
}

// byEvent is a race of the calendar by its name.
func (r *Reference) byEvent(season int, event string) (Race, bool) {
	for _, race := range r.Races {
		if race.Season == season && f1.Slug(race.Event) == f1.Slug(event) {
			return race, true
		}
	}
	return Race{}, false
}

// driver is a person by f1db's name.
func (r *Reference) driver(id string) (Driver, bool) {
	i, ok := r.people[id]
	if !ok {
		return Driver{}, false
	}
	return r.Drivers[i], true
}
