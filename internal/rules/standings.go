package rules

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"pitwall.live/internal/f1"
)

// Title is one of the two championships.
type Title string

// The championships.
const (
	Drivers Title = "drivers"
	Teams   Title = "teams" // constructors
)

// Standings is the championship of a season as far as classifications have been added. Use Book.Standings
// to begin one.
type Standings struct {
	book   Book
	round  int // the latest one that is counted
	titles map[Title]map[string]tally
}

// tally is what a driver or team has. Compare tallies with compare only.
type tally struct {
	units  int64 // points in units of 1/unit
	places []int // races finished first, second, ...; sprints do not count
	opaque bool  // the places are not known
}

// unit makes points whole numbers: halves, and halves shared in a dead heat of up to five cars.
const unit = 120

func units(points float64) int64 { return int64(math.Round(points * unit)) }

// Standings begins a championship after a round: 0 at the beginning of the season, or the last round that is
// in what Carry will set.
func (b Book) Standings(round int) *Standings {
	return &Standings{book: b, round: round, titles: map[Title]map[string]tally{Drivers: {}, Teams: {}}}
}

// Carry sets what a driver or team has where it is known from elsewhere and not from classifications, as
// with the tables of the feed (ChampionshipPrediction). places are the races finished first, second, and so on; nil
// means that they are not known, and then equal points stay a tie that is neither won nor lost.
func (s *Standings) Carry(title Title, id string, points float64, places []int) {
	s.titles[title][id] = tally{units: units(points), places: slices.Clone(places), opaque: places == nil}
}

// Add counts a classification. They come in the order of the rounds, a sprint before its race. A result
// that is corrected later needs new standings.
func (s *Standings) Add(c Classification) {
	s.rule(c.Round)
	s.round = max(s.round, c.Round)
	for i, points := range s.book.Points(c) {
		r := c.Results[i]
		s.count(Drivers, r.Driver, points, place(c, r))
		s.count(Teams, r.Team, points, place(c, r))
	}
}

// lastPlace is more than any field has had. Beyond it a place is an error, and not counted.
const lastPlace = 99

// place is the place that counts when points are equal, 0 for none: only those of races do (7.2).
func place(c Classification, r Result) int {
	if c.Sprint || r.Place.Value > lastPlace {
		return 0
	}
	return r.Place.Or(0)
}

func (s *Standings) count(title Title, id string, points float64, place int) {
	if id == "" {
		return
	}
	t := s.titles[title][id]
	t.units += units(points)
	if place > 0 {
		// A copy: standings made by If share what has not changed.
		t.places = slices.Concat(t.places, make([]int, max(place-len(t.places), 0)))
		t.places[place-1]++
	}
	s.titles[title][id] = t
}

// rule applies the rulings that hold from a round on and have not been applied.
func (s *Standings) rule(round int) {
	for _, r := range s.book.Rulings {
		if r.Round <= s.round || r.Round > round {
			continue
		}
		for id, t := range s.titles[Teams] {
			if !slices.Contains(r.Teams, f1.Slug(id)) {
				continue
			}
			if r.Void {
				delete(s.titles[Teams], id) // its successor enters with its first result
				continue
			}
			t.units -= units(r.Points)
			s.titles[Teams][id] = t
		}
	}
}

// If is the championship if a race or sprint ended like this. s is left as it is.
func (s *Standings) If(c Classification) *Standings {
	then := *s
	then.titles = map[Title]map[string]tally{}
	for title, all := range s.titles {
		then.titles[title] = maps.Clone(all)
	}
	then.Add(c)
	return &then
}

// Standing is one line of the championship.
type Standing struct {
	ID       string
	Position int // from 1; shared by those whom points and places do not separate
	Points   float64
	Places   []int // races finished first, second, ...; sprints do not count. Empty: none, or not known
}

// Table is the championship as it stands. Equal points are ordered by the most first places in races, then
// the most second ones, and so on (7.2); where that does not separate them either, the FIA would decide:
// they share the position and are listed by ID.
func (s *Standings) Table(title Title) []Standing {
	all := s.titles[title]
	ids := slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		// By points and place counts alone first: an order, also where some counts are not known.
		x, y := all[a], all[b]
		return cmp.Or(cmp.Compare(y.units, x.units), -countback(x.places, y.places), cmp.Compare(a, b))
	})
	table := make([]Standing, len(ids))
	for i, id := range ids {
		t := all[id]
		table[i] = Standing{ID: id, Position: i + 1, Points: float64(t.units) / unit, Places: slices.Clone(t.places)}
		if i > 0 && compare(all[ids[i-1]], t) == 0 {
			table[i].Position = table[i-1].Position
		}
	}
	return table
}

// compare is above 0 if a is ahead of b, and 0 if they are equal or it is not known.
func compare(a, b tally) int {
	if a.units != b.units {
		return cmp.Compare(a.units, b.units)
	}
	if a.opaque || b.opaque {
		return 0
	}
	return countback(a.places, b.places)
}

// countback is above 0 if a has more first places than b, or as many and more second ones, and so on.
func countback(a, b []int) int {
	for i := range max(len(a), len(b)) {
		if c := cmp.Compare(at(a, i), at(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

func at(places []int, i int) int {
	if i < len(places) {
		return places[i]
	}
	return 0
}

// Swing is what a classification changes for one driver or team.
type Swing struct {
	ID      string
	Was, Is int     // positions; Was is 0 for somebody new
	Points  float64 // gained
}

// Swings is who would change position in the championship if a race or sprint ended like this, in the order
// of the table it would leave.
func (s *Standings) Swings(title Title, c Classification) []Swing {
	was := map[string]Standing{}
	for _, l := range s.Table(title) {
		was[l.ID] = l
	}
	var swings []Swing
	for _, l := range s.If(c).Table(title) {
		if before := was[l.ID]; before.Position != l.Position {
			swings = append(swings, Swing{ID: l.ID, Was: before.Position, Is: l.Position, Points: l.Points - before.Points})
		}
	}
	return swings
}
