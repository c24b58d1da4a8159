package ergast

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"pitwall.live/internal/almanac"
)

// line is a car's part in a round, of which some is known.
type line struct {
	race      *almanac.Race
	result    *almanac.Result // of the race; of a sprint where that is asked for; nil: unknown
	qualified *almanac.Qualified
}

// ofRace reports whether a weekend is asked for.
func (q *query) ofRace(r *almanac.Race) bool {
	return (q.season == "" || r.Season == q.at.season) && (q.round == "" || r.Round == q.at.round) && (q.circuit == "" || r.Circuit == q.circuit)
}

// ofEntry reports whether a driver and team are asked for.
func (q *query) ofEntry(driver, constructor string) bool {
	return (q.driver == "" || driver == q.driver) && (q.constructor == "" || constructor == q.constructor)
}

// byResult reports whether the path has filters that a classification answers.
func (q *query) byResult() bool {
	return q.grid.given || q.results.given || q.fastest.given && q.fastest.value != 0 || q.status.given
}

// ofResult reports whether a car's line of a classification is asked for.
func (q *query) ofResult(r *almanac.Result) bool {
	if !q.byResult() {
		return true
	}
	if r == nil || !q.grid.is(r.Grid.Value, r.Grid.Known) || !q.results.is(r.Position.Value, r.Classified()) {
		return false
	}
	if q.fastest.given && q.fastest.value != 0 && (r.Fastest == nil || !q.fastest.is(r.Fastest.Rank.Value, r.Fastest.Rank.Known)) {
		return false
	}
	return !q.status.given || r.Status != "" && r.Status == statusWords[q.status.value]
}

// weekends calls a function with the weekends that are asked for, in order.
func (v *View) weekends(q *query, do func(r *almanac.Race, w *almanac.Weekend)) {
	all := v.Book.Races
	if q.season != "" {
		all = v.Book.Calendar(q.at.season)
	}
	for i := range all {
		if q.ofRace(&all[i]) {
			do(&all[i], v.Book.Weekends[almanac.Round{Season: all[i].Season, Round: all[i].Round}])
		}
	}
}

// results are the lines of classifications that are asked for.
func (v *View) results(q *query) []line {
	var out []line
	v.weekends(q, func(r *almanac.Race, w *almanac.Weekend) {
		if w == nil {
			return
		}
		list := w.Results
		if q.endpoint == sprint {
			list = w.Sprint
		}
		for i := range list {
			if x := &list[i]; q.ofEntry(x.Driver, x.Constructor) && q.ofResult(x) {
				out = append(out, line{race: r, result: x})
			}
		}
	})
	return out
}

// qualified are the lines of qualifyings that are asked for. Pages are cut as the service does it: in the
// order of the best place in any part or, where the race is a filter, in that of the race.
func (v *View) qualified(q *query) []line {
	var out []line
	v.weekends(q, func(r *almanac.Race, w *almanac.Weekend) {
		if w == nil {
			return
		}
		for i := range w.Qualifying {
			x := &w.Qualifying[i]
			if raced := resultOf(w.Results, x); q.ofEntry(x.Driver, x.Constructor) && q.ofPart(x) && q.ofResult(raced) {
				out = append(out, line{race: r, qualified: x, result: raced})
			}
		}
	})
	slices.SortStableFunc(out, func(x, y line) int {
		if x.race != y.race {
			return cmp.Or(cmp.Compare(x.race.Season, y.race.Season), cmp.Compare(x.race.Round, y.race.Round))
		}
		if q.byResult() {
			return cmp.Compare(x.result.Position.Or(behind), y.result.Position.Or(behind))
		}
		return cmp.Compare(x.qualified.Best(), y.qualified.Best())
	})
	return out
}

// ofPart reports whether a car had the place that is asked for in any part of a qualifying: so the service counts.
func (q *query) ofPart(x *almanac.Qualified) bool {
	return !q.part.given || q.part.is(x.Position.Value, x.Position.Known) || slices.ContainsFunc(x.Parts[:], func(p *almanac.Part) bool {
		return p != nil && q.part.is(p.Position.Value, p.Position.Known)
	})
}

// resultOf is what a qualified car came to in the race, nil unknown.
func resultOf(list []almanac.Result, x *almanac.Qualified) *almanac.Result {
	for i := range list {
		if r := &list[i]; r.Driver == x.Driver && r.Constructor == x.Constructor && (r.Number == x.Number || r.Number == "" || x.Number == "") {
			return r
		}
	}
	return nil
}

// entries calls a function with every driver and team that took part in a round that is asked for, and that match; a
// pair may come more than once.
func (v *View) entries(q *query, do func(r *almanac.Race, driver, constructor string)) {
	v.weekends(q, func(r *almanac.Race, w *almanac.Weekend) {
		if w == nil {
			return
		}
		for _, list := range [][]almanac.Result{w.Results, w.Sprint} {
			for i := range list {
				if x := &list[i]; q.ofEntry(x.Driver, x.Constructor) {
					do(r, x.Driver, x.Constructor)
				}
			}
		}
		for i := range w.Qualifying {
			if x := &w.Qualifying[i]; q.ofEntry(x.Driver, x.Constructor) {
				do(r, x.Driver, x.Constructor)
			}
		}
		for i := range w.Entered {
			if x := &w.Entered[i]; q.ofEntry(x.Driver, x.Constructor) {
				do(r, x.Driver, x.Constructor)
			}
		}
	})
}

// matched is what the filters leave of the whole record, for endpoints that list what it is about.
type matched struct {
	seasons, races       map[almanac.Round]bool // seasons have round 0
	circuits             map[string]bool
	drivers, constructor map[string]bool
}

// match applies the filters to the smallest rows that answer them all: calendars, entries, or classifications.
func (v *View) match(q *query) *matched {
	m := &matched{map[almanac.Round]bool{}, map[almanac.Round]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	race := func(r *almanac.Race) {
		m.seasons[almanac.Round{Season: r.Season}] = true
		m.races[almanac.Round{Season: r.Season, Round: r.Round}] = true
		m.circuits[r.Circuit] = true
	}
	entry := func(r *almanac.Race, driver, constructor string) {
		race(r)
		m.drivers[driver], m.constructor[constructor] = true, true
	}
	switch people := q.endpoint == drivers || q.endpoint == constructors; {
	case q.byResult():
		for _, l := range v.results(q) {
			entry(l.race, l.result.Driver, l.result.Constructor)
		}
	case q.driver != "" || q.constructor != "" || people:
		v.entries(q, entry)
		if q.round == "" && q.circuit == "" {
			v.entered(q, m)
		}
	default:
		v.weekends(q, func(r *almanac.Race, _ *almanac.Weekend) { race(r) })
	}
	return m
}

// entered adds those who were entered for a season, whether a classification tells of them or not.
func (v *View) entered(q *query, m *matched) {
	for i := range v.Book.Entries {
		if e := &v.Book.Entries[i]; (q.season == "" || e.Season == q.at.season) && q.ofEntry(e.Driver, e.Constructor) {
			m.seasons[almanac.Round{Season: e.Season}] = true
			m.drivers[e.Driver], m.constructor[e.Constructor] = true, true
		}
	}
}

// open reports whether the path has no filter but the endpoint's own id.
func (q *query) open(own string) bool {
	return q.season == "" && !q.byResult() && (own == circuits || q.circuit == "") && (own == drivers || q.driver == "") && (own == constructors || q.constructor == "")
}

// keep are the elements of a list that hold.
func keep[T any](list []T, holds func(*T) bool) []T {
	var out []T
	for i := range list {
		if holds(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

func (v *View) seasonRows(q *query) []almanac.Season {
	if q.open("") {
		return v.Book.Seasons
	}
	m := v.match(q)
	return keep(v.Book.Seasons, func(s *almanac.Season) bool { return m.seasons[almanac.Round{Season: s.Year}] })
}

func (v *View) circuitRows(q *query) []almanac.Circuit {
	m, open := v.match(q), q.open(circuits)
	return keep(v.Book.Circuits, func(c *almanac.Circuit) bool {
		return (q.circuit == "" || c.ID == q.circuit) && (open || m.circuits[c.ID])
	})
}

func (v *View) driverRows(q *query) []almanac.Driver {
	m, open := v.match(q), q.open(drivers)
	return keep(v.Book.Drivers, func(d *almanac.Driver) bool { return (q.driver == "" || d.ID == q.driver) && (open || m.drivers[d.ID]) })
}

func (v *View) constructorRows(q *query) []almanac.Constructor {
	m, open := v.match(q), q.open(constructors)
	return keep(v.Book.Constructors, func(c *almanac.Constructor) bool {
		return (q.constructor == "" || c.ID == q.constructor) && (open || m.constructor[c.ID])
	})
}

func (v *View) raceRows(q *query) []almanac.Race {
	m := v.match(q)
	return keep(v.Book.Races, func(r *almanac.Race) bool { return m.races[almanac.Round{Season: r.Season, Round: r.Round}] })
}

// statusRows counts how cars ended, the most frequent first.
func (v *View) statusRows(q *query) []statusShape {
	counts := map[string]int{}
	for _, l := range v.results(q) {
		if l.result.Status != "" {
			counts[l.result.Status]++
		}
	}
	var out []statusShape
	for word, n := range counts {
		out = append(out, statusShape{StatusID: statusID(word), Count: strconv.Itoa(n), Status: word})
	}
	slices.SortFunc(out, func(x, y statusShape) int {
		return cmp.Or(counts[y.Status]-counts[x.Status], strings.Compare(x.Status, y.Status))
	})
	return out
}

// ofDriver reports by driver whether lap charts and stops of a round are asked for.
func (v *View) ofDriver(q *query, w *almanac.Weekend) func(driver string) bool {
	if w == nil {
		return func(driver string) bool { return q.constructor == "" && !q.byResult() && q.ofEntry(driver, "") }
	}
	wanted := map[string]bool{}
	known := map[string]bool{}
	for i := range w.Results {
		x := &w.Results[i]
		known[x.Driver] = true
		if q.ofEntry(x.Driver, x.Constructor) && q.ofResult(x) {
			wanted[x.Driver] = true
		}
	}
	for _, x := range w.Entered { // of a race that is not over no classification tells it
		if !known[x.Driver] && !q.byResult() && q.ofEntry(x.Driver, x.Constructor) {
			wanted[x.Driver] = true
		}
	}
	return func(driver string) bool {
		return wanted[driver] || !known[driver] && q.constructor == "" && !q.byResult() && q.ofEntry(driver, "")
	}
}

// lapRows are the passages of a race that are asked for, lap by lap in the order on the road.
func lapRows(q *query, all []almanac.Lap, of func(string) bool) []almanac.Lap {
	out := keep(all, func(l *almanac.Lap) bool { return of(l.Driver) && q.lap.is(l.Number, true) })
	slices.SortStableFunc(out, func(x, y almanac.Lap) int {
		return cmp.Or(cmp.Compare(x.Number, y.Number), cmp.Compare(x.Position.Or(1000), y.Position.Or(1000)))
	})
	return out
}

// stopRows are the stops of a race that are asked for, by time of day.
func stopRows(q *query, all []almanac.PitStop, of func(string) bool) []almanac.PitStop {
	out := keep(all, func(s *almanac.PitStop) bool { return of(s.Driver) && q.lap.is(s.Lap, true) && q.stop.is(s.Stop, true) })
	slices.SortStableFunc(out, func(x, y almanac.PitStop) int { return strings.Compare(x.Time, y.Time) })
	return out
}

// standingRows are the lines of a championship that are asked for.
func (v *View) standingRows(q *query) []almanac.Standing {
	w := v.Book.Weekends[almanac.Round{Season: q.at.season, Round: q.at.round}]
	if w == nil || w.Results == nil && w.Sprint == nil && w.Drivers == nil && w.Teams == nil {
		return nil
	}
	teams, own := q.endpoint == teamTables, q.driver
	if teams {
		own = q.constructor
	}
	all := v.Book.StandingsAfter(almanac.Round{Season: q.at.season, Round: q.at.round}, teams)
	return keep(all, func(s *almanac.Standing) bool {
		return (own == "" || s.ID == own) && q.place.is(s.Position.Value, s.Position.Known)
	})
}
