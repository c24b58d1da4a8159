package rules_test

import (
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

func TestTyreDuty(t *testing.T) {
	f := func(season int, session f1.SessionType, circuit string, want rules.Duty) {
		t.Helper()
		if got := book(t, season).TyreDuty(session, circuit); got != want {
			t.Errorf("%d %s %s: %+v", season, session, circuit, got)
		}
	}
	two := rules.Duty{Compounds: 2}
	f(2018, f1.Race, "baku", two)
	f(2024, f1.Race, "Monte Carlo", two)
	f(2025, f1.Race, "monte_carlo", rules.Duty{Compounds: 2, Sets: 3})
	f(2025, f1.Race, "Monaco", rules.Duty{Compounds: 2, Sets: 3})
	f(2026, f1.Race, "monaco", two)
	f(2023, f1.Race, "lusail", rules.Duty{Compounds: 2, MaxLaps: 18})
	f(2025, f1.Race, "Losail", rules.Duty{Compounds: 2, MaxLaps: 25})
	f(2025, f1.Sprint, "lusail", rules.Duty{})
	f(2025, f1.Qualifying, "monza", rules.Duty{})
}

func TestTyresLeft(t *testing.T) {
	two, monaco := rules.Duty{Compounds: 2}, rules.Duty{Compounds: 2, Sets: 3}
	f := func(d rules.Duty, want rules.Obligation, sets ...string) {
		t.Helper()
		got := d.Left(rules.Used{Compounds: sets})
		if got != want || got.Done() != (want.Stops == 0) {
			t.Errorf("%+v %v: %+v", d, sets, got)
		}
	}
	done := rules.Obligation{}
	f(two, rules.Obligation{Compounds: 2, Stops: 1})
	f(two, rules.Obligation{Compounds: 1, Stops: 1}, "MEDIUM")
	f(two, rules.Obligation{Compounds: 1, Stops: 1}, "MEDIUM", "MEDIUM")
	f(two, done, "MEDIUM", "HARD")
	f(two, done, "ULTRASOFT", "SOFT")
	f(two, done, "INTERMEDIATE")
	f(two, done, "MEDIUM", "WET")
	f(two, rules.Obligation{Compounds: 1, Stops: 1, Unsure: true}, "MEDIUM", "UNKNOWN")
	f(two, rules.Obligation{Compounds: 2, Stops: 2, Unsure: true}, "")
	f(two, done, "MEDIUM", "", "HARD")
	f(monaco, rules.Obligation{Compounds: 2, Sets: 3, Stops: 2})
	f(monaco, rules.Obligation{Compounds: 1, Sets: 2, Stops: 2}, "HARD")
	f(monaco, rules.Obligation{Sets: 1, Stops: 1}, "HARD", "MEDIUM")
	f(monaco, rules.Obligation{Compounds: 1, Stops: 1}, "HARD", "HARD", "HARD")
	f(monaco, rules.Obligation{Sets: 2, Stops: 2}, "INTERMEDIATE")
	f(monaco, done, "INTERMEDIATE", "INTERMEDIATE", "INTERMEDIATE")
	f(rules.Duty{}, done, "SOFT")

	limited := rules.Duty{Compounds: 2, MaxLaps: 25}
	g := func(age, toGo, stops, onSet int, sets ...string) {
		t.Helper()
		got := limited.Left(rules.Used{Compounds: sets, Age: f1.Some(age), LapsToGo: f1.Some(toGo)})
		if got.Stops != stops || got.LapsOnSet != f1.Some(onSet) {
			t.Errorf("%d laps old, %d to go, %v: %+v", age, toGo, sets, got)
		}
	}
	g(0, 57, 2, 25, "MEDIUM")
	g(4, 57, 2, 21, "MEDIUM")
	g(10, 25, 1, 15, "MEDIUM", "HARD")
	g(10, 15, 0, 15, "MEDIUM", "HARD")
	g(10, 15, 1, 15, "MEDIUM", "MEDIUM")
	g(27, 10, 1, -2, "MEDIUM", "HARD")
}
