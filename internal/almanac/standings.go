package almanac

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"pitwall.live/internal/f1"
)

// counting is how a championship of a season counts: the best results of the season or of each of its halves.
type counting struct {
	drivers, teams best
	bestCar        bool // of a team only its best car of a race counts
}

// best says which of the results count.
type best struct {
	halves int // 0: the season is one; front: the first half has the odd race; back: the second
	n      int // how many of each; all; butOne: all but one of each; none: there was no such championship
}

const (
	front = 1
	back  = 2

	none   = 0
	all    = -1
	butOne = -2
)

// countingOf is how a season counts.
func countingOf(season int) counting {
	switch {
	case season < 1954:
		return counting{drivers: best{n: 4}}
	case season < 1958:
		return counting{drivers: best{n: 5}}
	case season == 1958, season == 1960, season >= 1963 && season <= 1965:
		return counting{best{n: 6}, best{n: 6}, true}
	case season < 1967:
		return counting{best{n: 5}, best{n: 5}, true}
	case season < 1979:
		return counting{best{front, butOne}, best{front, butOne}, true}
	case season == 1979:
		return counting{best{back, 4}, best{n: all}, false}
	case season == 1980:
		return counting{best{back, 5}, best{n: all}, false}
	case season < 1991:
		return counting{best{n: 11}, best{n: all}, false}
	}
	return counting{best{n: all}, best{n: all}, false}
}

// ruling is a decision on somebody's place in a championship.
type ruling struct {
	season int
	id     string
	text   string  // instead of a position
	points float64 // taken away
}

// rulings are the decisions that no classification tells.
var rulings = []ruling{
	{season: 1997, id: "michael_schumacher", text: "D"},
	{season: 2007, id: "mclaren", text: "E"},
	{season: 2020, id: "racing_point", points: 15},
}

// StandingsAfter is the drivers' or the constructors' championship after a round, as published, else counted; nil when
// there is none, or nothing of the season is known up to there.
func (b *Book) StandingsAfter(at Round, teams bool) []Standing {
	if w := b.Weekends[at]; w != nil {
		if !teams && w.Drivers != nil {
			return w.Drivers
		}
		if teams && w.Teams != nil {
			return w.Teams
		}
	}
	c := countingOf(at.Season)
	t := tables{of: map[string]*tally{}, rule: c.drivers, rounds: len(b.Calendar(at.Season))}
	if teams {
		t.rule = c.teams
	}
	if t.rule.n == none {
		return nil
	}
	for round := 1; round <= at.Round; round++ {
		w := b.Weekends[Round{at.Season, round}]
		if w == nil {
			continue
		}
		t.take(round, w.Sprint, teams, c.bestCar, false)
		t.take(round, w.Results, teams, c.bestCar, true)
	}
	return t.standings(at.Season)
}

// tables are the tallies of a championship.
type tables struct {
	of     map[string]*tally
	rule   best
	rounds int
}

// tally is what somebody has.
type tally struct {
	id           string
	points       map[int]float64 // by round
	places       []int           // classified first, second, ...
	fell         []int           // listed so without a place
	sum          float64
	constructors []string
	ruling       string
}

// take counts a classification.
func (t *tables) take(round int, lines []Result, teams, bestCar, race bool) {
	most := map[string]float64{}
	for i := range lines {
		r := &lines[i]
		id := r.Driver
		if teams {
			id = r.Constructor
		}
		s := t.of[id]
		if s == nil {
			s = &tally{id: id, points: map[int]float64{}}
			t.of[id] = s
		}
		if !teams && !slices.Contains(s.constructors, r.Constructor) {
			s.constructors = append(s.constructors, r.Constructor)
		}
		points := r.Points.Or(0)
		if teams && bestCar {
			points, most[id] = max(points-most[id], 0), max(points, most[id])
		}
		s.points[round] += points
		if n := r.Position; race && n.Known && n.Value > 0 {
			list := &s.fell
			if r.Classified() {
				list = &s.places
			}
			*list = append(*list, make([]int, max(n.Value-len(*list), 0))...)
			(*list)[n.Value-1]++
		}
	}
}

// count is what somebody's rounds are worth.
func (t *tables) count(points map[int]float64) float64 {
	if t.rule.n == all {
		sum := 0.0
		for _, round := range slices.Sorted(maps.Keys(points)) {
			sum += points[round]
		}
		return sum
	}
	half := t.rounds
	switch t.rule.halves {
	case front:
		half = (t.rounds + 1) / 2
	case back:
		half = t.rounds / 2
	}
	var parts [2][]float64
	for round, p := range points {
		n := 0
		if round > half {
			n = 1
		}
		parts[n] = append(parts[n], p)
	}
	sum := 0.0
	for i, part := range parts {
		n := t.rule.n
		if n == butOne {
			n = half - 1
			if i == 1 {
				n = t.rounds - half - 1
			}
		}
		slices.SortFunc(part, func(x, y float64) int { return cmp.Compare(y, x) })
		for _, p := range part[:min(max(n, 0), len(part))] {
			sum += p
		}
	}
	return sum
}

// standings is the table: by points, then by places, the most first ones, then second ones, and so on.
func (t *tables) standings(season int) []Standing {
	var list []*tally
	for _, s := range t.of {
		s.sum = t.count(s.points)
		for _, r := range rulings {
			if r.season == season && r.id == s.id {
				s.ruling = r.text
				s.sum -= r.points
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(x, y *tally) int { return cmp.Or(order(x, y), cmp.Compare(x.id, y.id)) })
	out := make([]Standing, len(list))
	position, counted := 0, 0
	var before *tally
	for i, s := range list {
		out[i] = Standing{ID: s.id, Points: f1.Some(s.sum), Wins: f1.Some(0), Constructors: s.constructors, PositionText: "-"}
		if len(s.places) > 0 {
			out[i].Wins = f1.Some(s.places[0])
		}
		switch {
		case s.ruling != "":
			out[i].PositionText = s.ruling
			continue
		case len(s.places) == 0:
			continue
		}
		counted++
		if before == nil || order(before, s) != 0 {
			position = counted
		}
		before = s
		out[i].Position, out[i].PositionText = f1.Some(position), strconv.Itoa(position)
	}
	return out
}

// order is below 0 when x is ahead of y.
func order(x, y *tally) int {
	return cmp.Or(cmp.Compare(y.sum, x.sum), slices.Compare(y.places, x.places), slices.Compare(y.fell, x.fell))
}
