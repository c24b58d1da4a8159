package rules

import "slices"

// Remaining is what of a season is still to come.
type Remaining struct {
	Races, Sprints int
}

// Left is what of the season is still to come after the race of a round, or after its sprint; it reports false
// for a round that the season does not have, and for a sprint in a round without one.
func (b *Book) Left(round int, sprint bool) (Remaining, bool) {
	if round < 1 || round > b.Rounds || sprint && !slices.Contains(b.Sprints, round) {
		return Remaining{}, false
	}
	left := Remaining{Races: b.Rounds - round}
	if sprint {
		left.Races++ // of its own weekend
	}
	for _, r := range b.Sprints {
		if r > round {
			left.Sprints++
		}
	}
	return left, true
}

// Chance is what a driver or team can still reach.
type Chance struct {
	ID        string
	MaxPoints float64
	Best      int  // the best final position that can still be reached
	Alive     bool // the title is possible, be it by a decision of the FIA after a complete tie
	Champion  bool // nobody else can win the title any more
}

// Chances says what is still possible, in the order of the table.
//
// It is exact, not an estimate, for the drivers or teams that are in the table. The best that can happen to
// one is to win everything that is left, with every fastest lap, while nobody else is classified; a team
// comes first and second. That outcome gives at once the most points, the most first places, and to all
// others the least, so comparing with it decides every question here, countback included. Races that are
// shortened or not held at all only make less possible. Dead heats for a place are left out.
func (s *Standings) Chances(title Title, left Remaining) []Chance {
	all, most, table := s.titles[title], s.atBest(title, left), s.Table(title)
	chances := make([]Chance, len(table))
	for i, line := range table {
		now, best := all[line.ID], most[line.ID]
		c := Chance{ID: line.ID, MaxPoints: float64(best.units) / unit, Best: 1, Champion: true}
		for id, rival := range all {
			if id == line.ID {
				continue
			}
			if compare(rival, best) > 0 {
				c.Best++
			}
			if compare(now, most[id]) <= 0 {
				c.Champion = false
			}
		}
		c.Alive = c.Best == 1
		chances[i] = c
	}
	return chances
}

// Champion is who has the title for certain, "" while it is open.
func (s *Standings) Champion(title Title, left Remaining) string {
	for _, c := range s.Chances(title, left) {
		if c.Champion {
			return c.ID
		}
	}
	return ""
}

// CanClinch is who can make sure of the title in the next race or sprint, in the order of the table; after
// is what is left when that is over. It is exact as Chances is. Nobody can who has it already.
func (s *Standings) CanClinch(title Title, sprint bool, after Remaining) []string {
	next := Remaining{Races: 1}
	if sprint {
		next = Remaining{Sprints: 1}
	}
	if s.Champion(title, Remaining{Races: after.Races + next.Races, Sprints: after.Sprints + next.Sprints}) != "" {
		return nil
	}
	mine, theirs := s.atBest(title, next), s.atBest(title, after)
	var can []string
	for _, line := range s.Table(title) {
		clinches := true
		for id, most := range theirs {
			clinches = clinches && (id == line.ID || compare(mine[line.ID], most) > 0)
		}
		if clinches {
			can = append(can, line.ID)
		}
	}
	return can
}

// atBest is what each has after the best that can happen to him.
func (s *Standings) atBest(title Title, left Remaining) map[string]tally {
	cars := 1
	if title == Teams {
		cars = 2
	}
	race, sprint := s.book.FastestLapPoint(1, Distance{}), 0.
	for place := 1; place <= cars; place++ {
		race += s.book.RacePoints(place, Distance{})
		sprint += s.book.SprintPoints(place, Distance{})
	}
	gain := int64(left.Races)*units(race) + int64(left.Sprints)*units(sprint)
	most := map[string]tally{}
	for id, t := range s.titles[title] {
		t.units += gain
		t.places = slices.Concat(t.places, make([]int, max(cars-len(t.places), 0)))
		for i := range cars {
			t.places[i] += left.Races
		}
		most[id] = t
	}
	return most
}
