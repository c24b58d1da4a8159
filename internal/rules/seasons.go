package rules

import (
	"time"

	"pitwall.live/internal/f1"
)

// Points of the first ten of a race, since 2010 (6.4), and what is left of them in short races (6.5). No race
// since 2022 was short enough for its tables: results do not prove them. The one below 75 % is that announced
// for 2022, and from 2023 on that of the printed regulations of 2025.
var (
	full = []float64{25, 18, 15, 12, 10, 8, 6, 4, 2, 1}
	half = []float64{12.5, 9, 7.5, 6, 5, 4, 3, 2, 1, .5} // until 2021

	quarter      = []float64{6, 4, 3, 2, 1}                    // below 25 %, since 2022
	twoQuarters  = []float64{13, 10, 8, 6, 5, 4, 3, 2, 1}      // below 50 %
	threeOf2022  = []float64{19, 14, 12, 9, 8, 6, 5, 3, 2, 1}  // below 75 %, as brought in
	threeQuarter = []float64{19, 14, 12, 10, 8, 6, 4, 3, 2, 1} // below 75 %, as the regulations have it later
	sprintThree  = []float64{3, 2, 1}                          // 2021
	sprintEight  = []float64{8, 7, 6, 5, 4, 3, 2, 1}           // since 2022
	sprintHalf   = []float64{1.5, 1, .5}                       // 2021
)

// books is the rule book, one season after the other. What changed is said where it begins.
var books = [...]Book{
	{
		Season: 2018,
		Rounds: 21,
		// More than two laps and less than 75 %: half points, if the race cannot be resumed (6.5 until 2021).
		Race:       Scale{Full: full, Short: halves(half)},
		CutOff:     107,
		Classified: 90,
		RaceClock:  Clock{Running: 2 * time.Hour, Window: 4 * time.Hour}, // 2018: 5.3
		Tyres:      twoCompounds,
		Weekend:    weekend,
		Rulings: []Ruling{{
			Round: 13, Teams: []string{"force_india", "racing_point_force_india", "sahara_force_india"}, Void: true,
			Reason: "Sahara Force India was sold and excluded before the Belgian GP; the new entry, Racing Point Force India, " +
				"began without points. Its drivers kept theirs.",
		}},
	},
	{
		Season: 2019,
		Rounds: 21,
		// New: a point for the fastest lap, to a driver among the first ten and to his team (2019: 6.4).
		Race:             Scale{Full: full, Short: halves(half)},
		FastestLap:       Scale{Full: []float64{1}, Short: halves([]float64{.5})},
		FastestLapWithin: 10,
		CutOff:           107,
		Classified:       90,
		RaceClock:        Clock{Running: 2 * time.Hour, Window: 4 * time.Hour},
		Tyres:            twoCompounds,
		Weekend:          weekend,
	},
	{
		Season:           2020,
		Rounds:           17,
		Race:             Scale{Full: full, Short: halves(half)},
		FastestLap:       Scale{Full: []float64{1}, Short: halves([]float64{.5})},
		FastestLapWithin: 10,
		CutOff:           107,
		Classified:       90,
		RaceClock:        Clock{Running: 2 * time.Hour, Window: 4 * time.Hour},
		Tyres:            twoCompounds,
		Weekend:          weekend,
		Rulings: []Ruling{{
			Round: 5, Teams: []string{"racing_point"}, Points: 15,
			Reason: "Brake ducts designed by another team: the stewards took 7.5 points a car from the constructor for the " +
				"Styrian GP. Its drivers kept theirs.",
		}},
	},
	{
		Season:  2021,
		Rounds:  22,
		Sprints: []int{10, 14, 19},
		// New: three sprints, called Sprint Qualifying, that set the grid of the race; the window of a race is
		// three hours instead of four (2021: 5.3 b); half points hold for sprints as well (2021: 6.5).
		Race:             Scale{Full: full, Short: halves(half)},
		Sprint:           Scale{Full: sprintThree, Short: halves(sprintHalf)},
		FastestLap:       Scale{Full: []float64{1}, Short: halves([]float64{.5})},
		FastestLapWithin: 10,
		CutOff:           107,
		Classified:       90,
		RaceClock:        threeHours,
		SprintClock:      sprintClock,
		Tyres:            twoCompounds,
		Weekend:          weekend,
		SprintWeekend:    sprintForGrid,
		SprintNames:      map[string]f1.SessionType{"sprint_qualifying": f1.Sprint, "sprint": f1.Sprint},
		Stoppages: []Stoppage{{
			Round: 12, Laps: 3,
			Reason: "Belgium: the leader had crossed the line three times behind the safety car when the race was stopped for " +
				"good, so half points; the classification is that of the first lap (2021: 51.14).",
		}},
	},
	{
		Season:  2022,
		Rounds:  22,
		Sprints: []int{4, 11, 21},
		// New: tables by the share of the distance, and two laps without safety car and VSC for any points, still
		// only if the race cannot be resumed: Japan, out of time after 28 of 53 laps, counted in full (2022:
		// 6.5). No point for the fastest lap below half of the distance. Sprints: eight score; below half of the
		// distance nobody does. The name is Sprint, now and then still Sprint Qualifying.
		Race:             Scale{Full: full, Short: graded(true, threeOf2022)},
		Sprint:           Scale{Full: sprintEight, Short: fromHalf(true)},
		FastestLap:       Scale{Full: []float64{1}, Short: fromHalf(false)},
		FastestLapWithin: 10,
		CutOff:           107,
		Classified:       90,
		RaceClock:        threeHours,
		SprintClock:      sprintClock,
		Tyres:            twoCompounds,
		Weekend:          weekend,
		SprintWeekend:    sprintForGrid,
		SprintNames:      map[string]f1.SessionType{"sprint_qualifying": f1.Sprint, "sprint": f1.Sprint},
	},
	{
		Season:  2023,
		Rounds:  22,
		Sprints: []int{4, 9, 12, 17, 18, 20},
		// New: the tables hold for every race that did not go over its distance, for whatever reason (6.5). The
		// sprint has a qualifying of its own, the Sprint Shootout, and no longer sets the grid of the race.
		Race:             Scale{Full: full, Short: graded(false, threeQuarter)},
		Sprint:           Scale{Full: sprintEight, Short: fromHalf(false)},
		FastestLap:       Scale{Full: []float64{1}, Short: fromHalf(false)},
		FastestLapWithin: 10,
		CutOff:           107,
		Classified:       90,
		RaceClock:        threeHours,
		SprintClock:      sprintClock,
		Tyres:            twoCompounds,
		TyresAt: map[string]Duty{
			// Decided on the day, after tyres were found damaged by the kerbs; used sets had two laps more, for those
			// in and out of the pits.
			"lusail": {Compounds: 2, MaxLaps: 18, UsedMaxLaps: 20},
		},
		Weekend:       weekend,
		SprintWeekend: []f1.SessionType{f1.Practice1, f1.Qualifying, f1.SprintQualifying, f1.Sprint, f1.Race},
		SprintNames:   map[string]f1.SessionType{"sprint_shootout": f1.SprintQualifying, "sprint": f1.Sprint},
	},
	{
		Season:  2024,
		Rounds:  24,
		Sprints: []int{5, 6, 11, 19, 21, 23},
		// New: the shootout is called Sprint Qualifying, and the sprint is over before the qualifying of the race.
		Race:             Scale{Full: full, Short: graded(false, threeQuarter)},
		Sprint:           Scale{Full: sprintEight, Short: fromHalf(false)},
		FastestLap:       Scale{Full: []float64{1}, Short: fromHalf(false)},
		FastestLapWithin: 10,
		CutOff:           107,
		Classified:       90,
		RaceClock:        threeHours,
		SprintClock:      sprintClock,
		Tyres:            twoCompounds,
		Weekend:          weekend,
		SprintWeekend:    sprintFirst,
		SprintNames:      map[string]f1.SessionType{"sprint_qualifying": f1.SprintQualifying, "sprint": f1.Sprint},
	},
	{
		Season:  2025,
		Rounds:  24,
		Sprints: []int{2, 6, 13, 19, 21, 23},
		// Gone: the point for the fastest lap. New: three sets of tyres in Monaco, in the wet as well (30.5 m).
		Race:        Scale{Full: full, Short: graded(false, threeQuarter)},
		Sprint:      Scale{Full: sprintEight, Short: fromHalf(false)},
		CutOff:      107,
		Classified:  90,
		RaceClock:   threeHours,
		SprintClock: sprintClock,
		Tyres:       twoCompounds,
		TyresAt: map[string]Duty{
			"monte_carlo": {Compounds: 2, Sets: 3},
			// A limit for safety by the supplier and the FIA; laps of all sessions count, those to the grid do not.
			"lusail": {Compounds: 2, MaxLaps: 25},
		},
		Weekend:       weekend,
		SprintWeekend: sprintFirst,
		SprintNames:   map[string]f1.SessionType{"sprint_qualifying": f1.SprintQualifying, "sprint": f1.Sprint},
	},
	{
		Season:  2026,
		Rounds:  23,
		Sprints: []int{2, 4, 5, 9, 12, 17},
		// 22 cars: six are out after each of the first two parts (2026: B2.4.2). Gone: Monaco's three sets.
		Race:          Scale{Full: full, Short: graded(false, threeQuarter)},
		Sprint:        Scale{Full: sprintEight, Short: fromHalf(false)},
		CutOff:        107,
		Classified:    90,
		RaceClock:     threeHours,
		SprintClock:   sprintClock,
		Tyres:         twoCompounds,
		Weekend:       weekend,
		SprintWeekend: sprintFirst,
		SprintNames:   map[string]f1.SessionType{"sprint_qualifying": f1.SprintQualifying, "sprint": f1.Sprint},
	},
}

// What several seasons have in common.
var (
	threeHours  = Clock{Running: 2 * time.Hour, Window: 3 * time.Hour}
	sprintClock = Clock{Running: time.Hour, Window: 90 * time.Minute}

	// Two different dry compounds, unless intermediates or wets were used.
	twoCompounds = Duty{Compounds: 2}

	weekend = []f1.SessionType{f1.Practice1, f1.Practice2, f1.Practice3, f1.Qualifying, f1.Race}
	// Qualifying sets the grid of the sprint, the sprint that of the race.
	sprintForGrid = []f1.SessionType{f1.Practice1, f1.Qualifying, f1.Practice2, f1.Sprint, f1.Race}
	sprintFirst   = []f1.SessionType{f1.Practice1, f1.SprintQualifying, f1.Sprint, f1.Qualifying, f1.Race}
)

// halves is the rule until 2021.
func halves(t []float64) Shortened {
	return Shortened{OnlyStopped: true, MinLaps: 3, Steps: []Step{{75, t}}}
}

// graded is the rule for races since 2022.
func graded(onlyStopped bool, below75 []float64) Shortened {
	return Shortened{OnlyStopped: onlyStopped, MinLaps: 2, GreenLaps: 2,
		Steps: []Step{{25, quarter}, {50, twoQuarters}, {75, below75}}}
}

// fromHalf is the rule for sprints and for the fastest lap since 2022: nothing below half of the distance.
func fromHalf(onlyStopped bool) Shortened {
	return Shortened{OnlyStopped: onlyStopped, MinLaps: 2, GreenLaps: 2, Steps: []Step{{50, nil}}}
}
