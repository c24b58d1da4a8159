package rules_test

import (
	"math"
	"slices"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

func book(t *testing.T, season int) rules.Book {
	t.Helper()
	b, known := rules.Of(season)
	if !known || b.Season != season {
		t.Fatalf("no book of %d but of %d", season, b.Season)
	}
	return b
}

func TestOf(t *testing.T) {
	for season := rules.First; season <= rules.Last; season++ {
		book(t, season)
	}
	for season, nearest := range map[int]int{1950: rules.First, 2017: rules.First, 2027: rules.Last} {
		if b, known := rules.Of(season); known || b.Season != nearest {
			t.Errorf("%d: %v, book of %d", season, known, b.Season)
		}
	}
}

// What the winner, the fifth and the tenth get by the distance. No race but Belgium 2021 was that short, so
// the results do not show it.
func TestShortRaces(t *testing.T) {
	stopped := func(laps int) rules.Distance { return rules.Distance{Laps: laps, Scheduled: 60, Stopped: true} }
	timed := func(laps int) rules.Distance { return rules.Distance{Laps: laps, Scheduled: 60} }
	f := func(season int, d rules.Distance, first, fifth, tenth float64) {
		t.Helper()
		b := book(t, season)
		if got := [3]float64{b.RacePoints(1, d), b.RacePoints(5, d), b.RacePoints(10, d)}; got != [3]float64{first, fifth, tenth} {
			t.Errorf("%d, %+v: %v", season, d, got)
		}
	}
	for _, season := range []int{2018, 2021} {
		f(season, stopped(2), 0, 0, 0)
		f(season, stopped(3), 12.5, 5, .5)
		f(season, stopped(44), 12.5, 5, .5)
		f(season, stopped(45), 25, 10, 1)
		f(season, timed(20), 25, 10, 1)
	}
	f(2022, stopped(1), 0, 0, 0)
	f(2022, stopped(2), 6, 1, 0)
	f(2022, stopped(14), 6, 1, 0)
	f(2022, stopped(15), 13, 5, 0)
	f(2022, stopped(29), 13, 5, 0)
	f(2022, stopped(30), 19, 8, 1)
	f(2022, stopped(45), 25, 10, 1)
	f(2022, timed(30), 25, 10, 1) // Japan
	f(2023, timed(30), 19, 8, 1)
	f(2026, timed(29), 13, 5, 0)
	f(2026, stopped(60), 25, 10, 1)
	f(2026, rules.Distance{}, 25, 10, 1)

	behindSafetyCar := rules.Distance{Laps: 50, Scheduled: 60, Green: f1.Some(1)}
	f(2021, behindSafetyCar, 25, 10, 1)
	f(2023, behindSafetyCar, 0, 0, 0)
	behindSafetyCar.Green = f1.Some(2)
	f(2023, behindSafetyCar, 25, 10, 1)
	f(2023, rules.Distance{Laps: 60, Scheduled: 60, Green: f1.Some(0)}, 25, 10, 1)

	if b := book(t, 2022); b.RacePoints(4, stopped(30)) != 9 || b.RacePoints(7, stopped(30)) != 5 {
		t.Error("2022, fourth and seventh below 75 %")
	}
	if b := book(t, 2025); b.RacePoints(4, timed(30)) != 10 || b.RacePoints(7, timed(30)) != 4 {
		t.Error("2025, fourth and seventh below 75 %")
	}
}

func TestSprintPoints(t *testing.T) {
	f := func(season int, d rules.Distance, want ...float64) {
		t.Helper()
		b := book(t, season)
		for i, points := range append(want, 0, 0) {
			if got := b.SprintPoints(i+1, d); got != points {
				t.Errorf("%d, %+v: place %d gets %v", season, d, i+1, got)
			}
		}
	}
	f(2020, rules.Distance{})
	f(2021, rules.Distance{}, 3, 2, 1)
	f(2021, rules.Distance{Laps: 10, Scheduled: 20, Stopped: true}, 1.5, 1, .5)
	f(2024, rules.Distance{}, 8, 7, 6, 5, 4, 3, 2, 1)
	f(2024, rules.Distance{Laps: 10, Scheduled: 20}, 8, 7, 6, 5, 4, 3, 2, 1)
	f(2024, rules.Distance{Laps: 9, Scheduled: 20})
	f(2022, rules.Distance{Laps: 9, Scheduled: 20}, 8, 7, 6, 5, 4, 3, 2, 1)
	f(2022, rules.Distance{Laps: 9, Scheduled: 20, Stopped: true})
}

func TestFastestLapPoint(t *testing.T) {
	f := func(season, place int, d rules.Distance, want float64) {
		t.Helper()
		if got := book(t, season).FastestLapPoint(place, d); got != want {
			t.Errorf("%d, place %d, %+v: %v", season, place, d, got)
		}
	}
	f(2018, 1, rules.Distance{}, 0)
	for season := 2019; season <= 2024; season++ {
		f(season, 1, rules.Distance{}, 1)
		f(season, 10, rules.Distance{}, 1)
		f(season, 11, rules.Distance{}, 0)
		f(season, 0, rules.Distance{}, 0)
	}
	f(2025, 1, rules.Distance{}, 0)
	f(2021, 1, rules.Distance{Laps: 20, Scheduled: 60, Stopped: true}, .5)
	f(2022, 1, rules.Distance{Laps: 29, Scheduled: 60}, 0)
	f(2022, 1, rules.Distance{Laps: 30, Scheduled: 60}, 1)
}

func TestDeadHeatAndDisqualified(t *testing.T) {
	line := func(driver string, place int) rules.Result {
		r := rules.Result{Driver: driver, Team: "t"}
		if place > 0 {
			r.Place = f1.Some(place)
		}
		return r
	}
	f := func(c rules.Classification, want ...float64) {
		t.Helper()
		if got := book(t, 2024).Points(c); !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
			t.Errorf("%v, not %v", got, want)
		}
	}
	f(rules.Classification{Results: []rules.Result{line("a", 1), line("b", 2), line("c", 2), line("d", 4)}}, 25, 16.5, 16.5, 12)
	f(rules.Classification{Results: []rules.Result{line("a", 10), line("b", 10)}}, .5, .5)
	f(rules.Classification{Sprint: true, Results: []rules.Result{line("a", 1), line("b", 1), line("c", 1)}}, 7, 7, 7)
	// Disqualified: no place, no points, no point for the fastest lap either, and others move up by their places.
	f(rules.Classification{FastestLap: "a", Results: []rules.Result{line("a", 0), line("b", 1)}}, 0, 25)
	f(rules.Classification{FastestLap: "b", Results: []rules.Result{line("a", 0), line("b", 10)}}, 0, 2)
	f(rules.Classification{FastestLap: "b", Results: []rules.Result{line("a", 1), line("b", 11)}}, 25, 0)
	f(rules.Classification{Sprint: true, FastestLap: "b", Results: []rules.Result{line("b", 1)}}, 8)
}
