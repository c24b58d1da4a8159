package rules_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

func race(round int, drivers ...string) rules.Classification {
	c := rules.Classification{Round: round}
	for i, d := range drivers {
		c.Results = append(c.Results, rules.Result{Driver: d, Team: "team " + d, Place: f1.Some(i + 1)})
	}
	return c
}

// What if changes nothing in what is.
func TestIfLeavesTheStandings(t *testing.T) {
	s := book(t, 2024).Standings(0)
	s.Add(race(1, "a", "b", "c"))
	before := s.Table(rules.Drivers)
	then := s.If(race(2, "c", "b", "a"))
	then.Add(race(3, "c", "d"))
	if after := s.Table(rules.Drivers); !reflect.DeepEqual(before, after) {
		t.Errorf("%+v became %+v", before, after)
	}
	if top := then.Table(rules.Drivers)[0]; top.ID != "c" || top.Points != 65 || !reflect.DeepEqual(top.Places, []int{2, 0, 1}) {
		t.Errorf("%+v", top)
	}
	// Two branches of the same standings do not meet.
	x, y := s.If(race(2, "a")), s.If(race(2, "b"))
	if x.Table(rules.Drivers)[0].Places[0] != 2 || y.Table(rules.Drivers)[0].Points != 43 || len(s.Table(rules.Drivers)) != 3 {
		t.Error("branches share their places")
	}
}

// Places that cannot be are worth nothing and take no memory.
func TestImpossiblePlaces(t *testing.T) {
	s := book(t, 2025).Standings(0)
	for _, place := range []int{-1, 0, 100, 1 << 60} {
		s.Add(rules.Classification{Round: 1, Results: []rules.Result{{Driver: "a", Team: "t", Place: f1.Some(place)}}})
	}
	if l := s.Table(rules.Drivers)[0]; l.Points != 0 || len(l.Places) != 0 {
		t.Errorf("%+v", l)
	}
}

func TestSwings(t *testing.T) {
	s := book(t, 2025).Standings(0)
	s.Add(race(1, "a", "b", "c"))
	got := s.Swings(rules.Drivers, race(2, "b", "d", "a"))
	want := []rules.Swing{{ID: "b", Was: 2, Is: 1, Points: 25}, {ID: "a", Was: 1, Is: 2, Points: 15}, {ID: "d", Was: 0, Is: 3, Points: 18}, {ID: "c", Was: 3, Is: 4}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if none := s.Swings(rules.Teams, race(2, "a", "b", "c")); len(none) != 0 {
		t.Errorf("%+v", none)
	}
}

// Where only points are known, a tie on points decides nothing.
func TestCarried(t *testing.T) {
	s := book(t, 2025).Standings(10)
	s.Carry(rules.Drivers, "a", 125, nil)
	s.Carry(rules.Drivers, "b", 100, nil)
	f := func(left rules.Remaining, champion string, alive bool) {
		t.Helper()
		chances := s.Chances(rules.Drivers, left)
		if s.Champion(rules.Drivers, left) != champion || chances[1].ID != "b" || chances[1].Alive != alive {
			t.Errorf("%+v: %+v", left, chances)
		}
	}
	f(rules.Remaining{Sprints: 3}, "a", false)
	f(rules.Remaining{Races: 1}, "", true)
	s.Carry(rules.Drivers, "a", 125, []int{4, 1})
	s.Carry(rules.Drivers, "b", 100, []int{2, 4})
	f(rules.Remaining{Races: 1}, "a", false) // equal points, four wins to three
	s.Carry(rules.Drivers, "b", 100, []int{3, 1, 1})
	f(rules.Remaining{Races: 1}, "", true)
	if s.If(race(11, "b")).Table(rules.Drivers)[0].ID != "b" {
		t.Error("four wins and a third place are more than four wins")
	}
}

// A ruling counts from its round on, once, whatever the team calls itself, and not on top of carried points.
func TestRulings(t *testing.T) {
	team := func(s *rules.Standings) float64 {
		for _, l := range s.Table(rules.Teams) {
			if l.ID == "Racing Point" {
				return l.Points
			}
		}
		return -1
	}
	result := func(round, place int) rules.Classification {
		return rules.Classification{Round: round, Results: []rules.Result{{Driver: "a", Team: "Racing Point", Place: f1.Some(place)}}}
	}
	s := book(t, 2020).Standings(0)
	for round, want := range []float64{18, 36, 54, 72, 75, 93} {
		s.Add(result(round+1, 2))
		if got := team(s); got != want {
			t.Errorf("after round %d: %v points", round+1, got)
		}
	}
	if d := s.Table(rules.Drivers)[0]; d.Points != 108 {
		t.Errorf("the driver has %v", d.Points)
	}
	// The team that began anew in 2018, under another name: the old one is no longer in the table.
	s = book(t, 2018).Standings(0)
	for round, name := range []string{"Force India", "Racing Point Force India"} {
		s.Add(rules.Classification{Round: 12 + round, Results: []rules.Result{{Driver: "a", Team: name, Place: f1.Some(5)}}})
	}
	if got := s.Table(rules.Teams); len(got) != 1 || got[0].ID != "Racing Point Force India" || got[0].Points != 10 {
		t.Errorf("%+v", got)
	}
	if got := s.Table(rules.Drivers); got[0].Points != 20 || got[0].Places[4] != 2 {
		t.Errorf("%+v", got)
	}
	s = book(t, 2020).Standings(7)
	s.Carry(rules.Teams, "Racing Point", 66, nil)
	s.Add(result(8, 2))
	if got := team(s); got != 84 {
		t.Errorf("carried: %v", got)
	}
}

// The table does not depend on the order in which a classification lists the cars, and equal lines share a
// position.
func TestTableIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drivers := []string{"a", "b", "c", "d", "e"}
		b, _ := rules.Of(rapid.IntRange(rules.First, rules.Last).Draw(t, "season"))
		x, y := b.Standings(0), b.Standings(0)
		for round := range rapid.IntRange(1, 5).Draw(t, "rounds") {
			order := rapid.Permutation(drivers).Draw(t, "order")
			c := race(round+1, order...)
			c.FastestLap = rapid.SampledFrom(drivers).Draw(t, "fastest")
			x.Add(c)
			c.Results = rapid.Permutation(c.Results).Draw(t, "listed")
			y.Add(c)
		}
		table := x.Table(rules.Drivers)
		if !reflect.DeepEqual(table, y.Table(rules.Drivers)) {
			t.Fatalf("%+v\n%+v", table, y.Table(rules.Drivers))
		}
		for i, l := range table[1:] {
			before := table[i]
			same := l.Points == before.Points && reflect.DeepEqual(l.Places, before.Places)
			if l.Points > before.Points || same != (l.Position == before.Position) || !same && l.Position != i+2 {
				t.Fatalf("%+v", table)
			}
		}
	})
}
