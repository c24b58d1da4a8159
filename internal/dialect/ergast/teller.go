package ergast

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// teller tells the almanac of one session from its tables.
type teller struct {
	rows func(table string) (iter.Seq[tables.Row], error)
	book *almanac.Book
	at   almanac.Round
	kind f1.SessionType
	row  *f1.SessionRow
	// How the circuit is called and where it is, "" unknown.
	circuit store.Circuit

	people map[int]person
}

// person is who drove a car.
type person struct{ driver, constructor string }

// enter adds that the session takes place and who drives in it, where the book does not know them.
func (t *teller) enter() error {
	t.calendar()
	if err := t.cars(); err != nil {
		return err
	}
	w := t.book.Weekend(t.at)
	for _, car := range slices.Sorted(maps.Keys(t.people)) {
		e := almanac.Entry{Season: t.at.Season, Driver: t.people[car].driver, Constructor: t.people[car].constructor}
		if e.Driver != "" && !slices.Contains(w.Entered, e) {
			w.Entered = append(w.Entered, e)
		}
	}
	return nil
}

// tell adds the session's classification, and who and what it is about where the book does not know them.
func (t *teller) tell() error {
	if err := t.enter(); err != nil {
		return err
	}
	tell := t.results
	if t.kind == f1.Qualifying {
		tell = t.qualified
	}
	if err := tell(); err != nil {
		return err
	}
	t.book.Weekend(t.at).Settle()
	return nil
}

// calendar adds the weekend where the book does not have it.
func (t *teller) calendar() {
	if _, ok := t.book.Race(t.at); ok {
		return
	}
	circuit := almanac.CircuitOf(t.row.CircuitID)
	r := almanac.Race{Season: t.at.Season, Round: t.at.Round, Name: t.row.Event, Circuit: circuit}
	if start := t.row.DateStart; start.Known {
		r.Date, r.Time = start.Value.UTC().Format(time.DateOnly), start.Value.UTC().Format(time.TimeOnly)
	}
	t.book.Races = append(t.book.Races, r)
	if !slices.ContainsFunc(t.book.Seasons, func(s almanac.Season) bool { return s.Year == r.Season }) {
		t.book.Seasons = append(t.book.Seasons, almanac.Season{Year: r.Season})
	}
	if circuit != "" && !slices.ContainsFunc(t.book.Circuits, func(c almanac.Circuit) bool { return c.ID == circuit }) {
		name := cmp.Or(t.circuit.Name, strings.ReplaceAll(t.row.CircuitID, "_", " "))
		t.book.Circuits = append(t.book.Circuits, almanac.Circuit{ID: circuit, Name: name, Country: t.circuit.Country})
	}
	t.book.Index()
}

// cars finds out who drove which car.
func (t *teller) cars() error {
	rows, err := t.rows("drivers")
	if err != nil {
		return err
	}
	t.people = map[int]person{}
	d := tables.Drivers.Describe()
	number, tla, first, last, team := d.Index("driver_number"), d.Index("tla"), d.Index("first_name"), d.Index("last_name"), d.Index("team")
	for row := range rows {
		name := almanac.Driver{Code: row[tla].S, GivenName: row[first].S, FamilyName: row[last].S, Number: f1.Some(int(row[number].N))}
		t.people[int(row[number].N)] = person{t.book.Whoever(name), t.book.Team(row[team].S)}
	}
	return nil
}

// person is who drove a car; one that the drivers' table does not name goes by its number.
func (t *teller) person(car int) person {
	p := t.people[car]
	return person{cmp.Or(p.driver, "car_"+strconv.Itoa(car)), cmp.Or(p.constructor, "unknown")}
}

func whole(c tables.Cell) f1.Opt[int] { return f1.Opt[int]{Value: int(c.N), Known: c.Known} }

// spanOf is a duration out of a cell of milliseconds.
func spanOf(c tables.Cell) f1.Opt[time.Duration] {
	return f1.Opt[time.Duration]{Value: time.Duration(c.N) * time.Millisecond, Known: c.Known}
}

// words are how the record says what became of a car.
var words = map[string][2]string{ // and the text for its place, "" its number
	"finished": {"Finished", ""}, "lapped": {"Lapped", ""}, "retired": {"Retired", "R"}, "stopped": {"Retired", "R"},
	"not_started": {"Did not start", "W"}, "disqualified": {"Disqualified", "D"},
}

func (t *teller) results() error {
	rows, err := t.rows("results")
	if err != nil {
		return err
	}
	fastest, err := t.fastest()
	if err != nil {
		return err
	}
	d := tables.Results.Describe()
	at := d.Index
	var list []almanac.Result
	for row := range rows {
		car := int(row[at("driver_number")].N)
		p := t.person(car)
		r := almanac.Result{Number: strconv.Itoa(car), Driver: p.driver, Constructor: p.constructor, Position: whole(row[at("position")]),
			Grid: whole(row[at("grid")]), Laps: whole(row[at("laps_completed")]), Fastest: fastest[car]}
		if c := row[at("points")]; c.Known {
			r.Points = f1.Some(c.F)
		}
		said := words[row[at("status")].S]
		r.Status, r.PositionText = said[0], said[1]
		if r.PositionText == "" && r.Position.Known {
			r.PositionText = strconv.Itoa(r.Position.Value)
		}
		if row[at("status")].S == "finished" {
			r.Time = spanOf(row[at("time_ms")])
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		return nil
	}
	t.points(list)
	if w := t.book.Weekend(t.at); t.kind == f1.Sprint {
		w.Sprint = list
	} else {
		w.Results = list
	}
	return nil
}

// points counts what the places are worth where timing did not say it.
func (t *teller) points(list []almanac.Result) {
	if slices.ContainsFunc(list, func(r almanac.Result) bool { return r.Points.Known }) {
		return
	}
	book, _ := rules.Of(t.at.Season) // for an unknown season the nearest rules
	c := rules.Classification{Round: t.at.Round, Sprint: t.kind == f1.Sprint}
	var laps f1.Opt[int]
	for i := range list {
		r := &list[i]
		line := rules.Result{Driver: r.Driver, Team: r.Constructor}
		if r.Classified() {
			line.Place = r.Position
		}
		if line.Place == f1.Some(1) {
			laps = r.Laps
		}
		if r.Fastest != nil && r.Fastest.Rank == f1.Some(1) {
			c.FastestLap = r.Driver
		}
		c.Results = append(c.Results, line)
	}
	if laps.Known { // else it counts as a whole race
		c.Distance = book.Distance(t.at.Round, laps.Value, t.row.TotalLaps.Value)
	}
	for i, points := range book.Points(c) {
		list[i].Points = f1.Some(points)
	}
}

// fastest are the best laps of the cars.
func (t *teller) fastest() (map[int]*almanac.FastestLap, error) {
	rows, err := t.rows("laps")
	if err != nil {
		return nil, err
	}
	d := tables.Laps.Describe()
	number, lap, span, deleted := d.Index("driver_number"), d.Index("lap_number"), d.Index("lap_time_ms"), d.Index("deleted")
	best := map[int]*almanac.FastestLap{}
	for row := range rows {
		car, time := int(row[number].N), spanOf(row[span])
		if b := best[car]; time.Known && row[deleted].N == 0 && (b == nil || time.Value < b.Time.Value) {
			best[car] = &almanac.FastestLap{Lap: whole(row[lap]), Time: time}
		}
	}
	var order []*almanac.FastestLap
	for _, b := range best {
		order = append(order, b)
	}
	slices.SortFunc(order, func(x, y *almanac.FastestLap) int {
		return cmp.Or(cmp.Compare(x.Time.Value, y.Time.Value), cmp.Compare(x.Lap.Value, y.Lap.Value))
	})
	for i, b := range order {
		b.Rank = f1.Some(i + 1)
	}
	return best, nil
}

// qualified tells of a qualifying: places as classified, and the best lap of each part.
func (t *teller) qualified() error {
	best, err := t.parts()
	if err != nil {
		return err
	}
	rows, err := t.rows("results")
	if err != nil {
		return err
	}
	d := tables.Results.Describe()
	number, position := d.Index("driver_number"), d.Index("position")
	var list []almanac.Qualified
	for row := range rows {
		car := int(row[number].N)
		p := t.person(car)
		list = append(list, almanac.Qualified{Number: strconv.Itoa(car), Driver: p.driver, Constructor: p.constructor, Position: whole(row[position]), Parts: best[car]})
	}
	if len(list) > 0 {
		t.book.Weekend(t.at).Qualifying = list
	}
	return nil
}

// parts are the best laps of the cars in the parts of qualifying.
func (t *teller) parts() (map[int][3]*almanac.Part, error) {
	rows, err := t.rows("ideal_laps")
	if err != nil {
		return nil, err
	}
	d := tables.IdealLaps.Describe()
	number, part, span := d.Index("driver_number"), d.Index("part"), d.Index("best_ms")
	best := map[int][3]*almanac.Part{}
	for row := range rows {
		if n := int(row[part].N); n >= 1 && n <= 3 {
			p := best[int(row[number].N)]
			p[n-1] = &almanac.Part{Time: spanOf(row[span])}
			best[int(row[number].N)] = p
		}
	}
	return best, nil
}
