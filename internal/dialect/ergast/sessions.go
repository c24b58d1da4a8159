package ergast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
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

// What is not in the almanac yet is told by the sessions of the house.

// held names a session of a round.
type held struct {
	almanac.Round
	kind f1.SessionType
}

// addCalendars adds the races of the reference data of seasons whose calendar the almanac does not have.
func (s *Shelf) addCalendars(ctx context.Context, b *almanac.Book) error {
	r, err := s.store.Reference(ctx)
	if err != nil {
		return err
	}
	names := map[string]store.Circuit{}
	for _, c := range r.Circuits {
		names[c.ID] = c
	}
	have := map[int]bool{}
	for i := range b.Races {
		have[b.Races[i].Season] = true
	}
	seasons, circuits := map[int]bool{}, map[string]bool{}
	for i := range b.Seasons {
		seasons[b.Seasons[i].Year] = true
	}
	for i := range b.Circuits {
		circuits[b.Circuits[i].ID] = true
	}
	for _, x := range r.Races {
		if have[x.Season] {
			continue
		}
		race := almanac.Race{Season: x.Season, Round: x.Round, Name: x.Name, Circuit: almanac.CircuitOf(x.CircuitID)}
		if !x.Date.IsZero() {
			race.Date = x.Date.Format(time.DateOnly)
		}
		b.Races = append(b.Races, race)
		if !seasons[x.Season] {
			seasons[x.Season] = true
			b.Seasons = append(b.Seasons, almanac.Season{Year: x.Season})
		}
		if c := names[x.CircuitID]; race.Circuit != "" && !circuits[race.Circuit] {
			circuits[race.Circuit] = true
			b.Circuits = append(b.Circuits, almanac.Circuit{ID: race.Circuit, Name: cmp.Or(c.Name, race.Circuit), Country: c.Country})
		}
	}
	b.Index()
	return nil
}

// addStored adds the classifications of stored sessions of which the almanac has none.
func (s *Shelf) addStored(ctx context.Context, b *almanac.Book) (map[held]string, error) {
	all, err := s.store.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		return nil, err
	}
	keys := map[held]string{}
	for i := range all {
		e := &all[i]
		if e.Simulated || e.Type != f1.Race && e.Type != f1.Sprint && e.Type != f1.Qualifying {
			continue
		}
		at, ok := roundOf(b, &e.SessionRow)
		if !ok {
			continue
		}
		k := held{at, e.Type}
		if keys[k] != "" {
			continue // the newest of two tells
		}
		keys[k] = e.SessionKey
		w := b.Weekends[at]
		has := w != nil && (e.Type == f1.Race && w.Results != nil || e.Type == f1.Sprint && w.Sprint != nil || e.Type == f1.Qualifying && w.Qualifying != nil)
		if has || e.Status != f1.StatusFinished && e.Status != f1.StatusFinalised && e.Status != f1.StatusEnds && !e.Whole {
			continue
		}
		t := teller{rows: func(table string) (iter.Seq[tables.Row], error) { return s.stored(ctx, e.SessionKey, table) }, book: b, at: at, kind: e.Type, row: &e.SessionRow}
		if err := t.tell(); err != nil {
			return nil, fmt.Errorf("session %s: %w", e.SessionKey, err)
		}
	}
	return keys, nil
}

// stored are the rows of a stored table.
func (s *Shelf) stored(ctx context.Context, key, table string) (iter.Seq[tables.Row], error) {
	var all []tables.Row
	for r, err := range s.store.Rows(ctx, &store.Query{Session: key, Table: table}) {
		if err != nil {
			return nil, err
		}
		all = append(all, slices.Clone(r.Cells))
	}
	return slices.Values(all), nil
}

// roundOf is the round of a session: by its number, else by its name in the calendar; false: it can not be told.
func roundOf(b *almanac.Book, e *f1.SessionRow) (almanac.Round, bool) {
	if !e.Season.Known {
		return almanac.Round{}, false
	}
	for _, r := range b.Calendar(e.Season.Value) {
		if f1.Slug(r.Name) == f1.Slug(e.Event) {
			return almanac.Round{Season: r.Season, Round: r.Round}, true
		}
	}
	return almanac.Round{Season: e.Season.Value, Round: e.Round.Value}, e.Round.Known
}

// teller tells the almanac of one session from its tables.
type teller struct {
	rows func(table string) (iter.Seq[tables.Row], error)
	book *almanac.Book
	at   almanac.Round
	kind f1.SessionType
	row  *f1.SessionRow

	people map[int]person
}

// person is who drove a car.
type person struct{ driver, constructor string }

// tell adds the session's classification, and who and what it is about where the book does not know them.
func (t *teller) tell() error {
	t.calendar()
	if err := t.cars(); err != nil {
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
		t.book.Circuits = append(t.book.Circuits, almanac.Circuit{ID: circuit, Name: strings.ReplaceAll(t.row.CircuitID, "_", " ")})
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

// laps are the lap chart of a race: as published, else as timing has it up to where the viewer is.
func (s *Shelf) laps(ctx context.Context, v *View, h *horizon, keys map[held]string, at almanac.Round) ([]almanac.Lap, error) {
	if h.hides(at, f1.Race) {
		return nil, nil
	}
	own := h != nil && h.at == at && h.kind == f1.Race
	if !own {
		rows, ok, err := newest[almanac.Lap](ctx, s, almanac.Name{Kind: almanac.Laps, Season: at.Season, Round: at.Round})
		if ok || err != nil {
			return rows, err
		}
	}
	t, err := s.teller(ctx, v, h, keys, at, own)
	if t == nil || err != nil {
		return nil, err
	}
	rows, err := t.rows("laps")
	if err != nil {
		return nil, err
	}
	d := tables.Laps.Describe()
	number, lap, span, position := d.Index("driver_number"), d.Index("lap_number"), d.Index("lap_time_ms"), d.Index("position")
	var out []almanac.Lap
	for row := range rows {
		if row[span].Known {
			out = append(out, almanac.Lap{Driver: t.person(int(row[number].N)).driver, Number: int(row[lap].N), Position: whole(row[position]), Time: spanOf(row[span])})
		}
	}
	return out, nil
}

// pitStops are the stops of a race.
func (s *Shelf) pitStops(ctx context.Context, v *View, h *horizon, keys map[held]string, at almanac.Round) ([]almanac.PitStop, error) {
	if h.hides(at, f1.Race) {
		return nil, nil
	}
	own := h != nil && h.at == at && h.kind == f1.Race
	if !own {
		rows, ok, err := newest[almanac.PitStop](ctx, s, almanac.Name{Kind: almanac.PitStops, Season: at.Season, Round: at.Round})
		if ok || err != nil {
			return rows, err
		}
	}
	t, err := s.teller(ctx, v, h, keys, at, own)
	if t == nil || err != nil {
		return nil, err
	}
	rows, err := t.rows("pit_stops")
	if err != nil {
		return nil, err
	}
	d := tables.PitStops.Describe()
	number, lap, stop, in, lane := d.Index("driver_number"), d.Index("lap_number"), d.Index("stop_number"), d.Index("pit_in_time"), d.Index("pit_lane_ms")
	var out []almanac.PitStop
	for row := range rows {
		p := almanac.PitStop{Driver: t.person(int(row[number].N)).driver, Lap: int(row[lap].N), Stop: int(row[stop].N), Duration: spanOf(row[lane])}
		if row[in].Known {
			p.Time = time.UnixMilli(row[in].N).UTC().Add(t.row.UTCOffset.Or(0)).Format(time.TimeOnly)
		}
		out = append(out, p)
	}
	return out, nil
}

// teller tells of the race of a round: from the log up to where the viewer is in it, else from the store; nil: there is none.
func (s *Shelf) teller(ctx context.Context, v *View, h *horizon, keys map[held]string, at almanac.Round, own bool) (*teller, error) {
	t := &teller{book: v.people.Clone(), at: at, kind: f1.Race, row: &f1.SessionRow{}}
	switch key := keys[held{at, f1.Race}]; {
	case own:
		t.rows = func(table string) (iter.Seq[tables.Row], error) { return s.sessions.Rows(ctx, h.key, h.offset, table) }
		t.row = &h.row
	case key != "":
		e, err := s.store.Find(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		t.row = &e.SessionRow
		t.rows = func(table string) (iter.Seq[tables.Row], error) { return s.stored(ctx, key, table) }
	default:
		return nil, nil
	}
	return t, t.cars()
}
