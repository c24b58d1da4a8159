package rules_test

import (
	"fmt"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

// The last race but one of a season, a few laps before its end.
func Example() {
	book, _ := rules.Of(2025)
	s := book.Standings(22)
	s.Carry(rules.Drivers, "ada", 390, []int{7, 8})
	s.Carry(rules.Drivers, "bob", 366, []int{7, 3})
	s.Carry(rules.Drivers, "cid", 366, []int{6, 5})
	after := rules.Remaining{Races: 1}

	fmt.Println("can clinch today:", s.CanClinch(rules.Drivers, false, after))

	asItStands := rules.Classification{Round: 23, Results: []rules.Result{
		{Driver: "cid", Place: f1.Some(1)}, {Driver: "bob", Place: f1.Some(2)}, {Driver: "ada", Place: f1.Some(4)},
	}}
	for _, swing := range s.Swings(rules.Drivers, asItStands) {
		fmt.Printf("%s from %d to %d with %v points\n", swing.ID, swing.Was, swing.Is, swing.Points)
	}
	for _, c := range s.If(asItStands).Chances(rules.Drivers, after) {
		fmt.Println(c.ID, c.MaxPoints, c.Alive, c.Champion)
	}
	// Output:
	// can clinch today: [ada]
	// cid from 3 to 2 with 25 points
	// bob from 2 to 3 with 18 points
	// ada 427 true false
	// cid 416 true false
	// bob 409 true false
}
