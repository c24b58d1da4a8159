package rules_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
	f(2023, f1.Race, "lusail", rules.Duty{Compounds: 2, MaxLaps: 18, UsedMaxLaps: 20})
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

	lusail := book(t, 2023).TyreDuty(f1.Race, "lusail")
	for _, c := range []struct {
		fresh f1.Opt[bool]
		want  int
	}{{f1.Some(true), 8}, {f1.Some(false), 10}, {f1.Opt[bool]{}, 8}} {
		o := lusail.Left(rules.Used{Compounds: []string{"HARD", "MEDIUM"}, Age: f1.Some(10), Fresh: c.fresh, LapsToGo: f1.Some(57)})
		if o.LapsOnSet != f1.Some(c.want) || o.Stops != 3 {
			t.Errorf("fresh %+v: %+v", c.fresh, o)
		}
	}
}

// stints is what one driver fitted in one race.
type stints struct {
	sets   []string
	stint  int
	laps   int
	oldest map[bool]int // laps on a set at most, of those fitted used and new
}

// Nobody is classified who has not done his duty: everybody who covered the distance in the lap tables had,
// as far as their compounds are known.
func TestDutyWasDone(t *testing.T) {
	circuits := map[string]string{"Monaco Grand Prix": "monaco", "Qatar Grand Prix": "lusail"}
	done, unsure, monaco, lusail := 0, 0, 0, 0
	failed := map[string]bool{}
	for _, season := range []int{2019, 2020, 2021, 2022, 2023, 2025} { // 2018 has its seven compounds folded into three
		b := book(t, season)
		races := tyreTable(t, season)
		for event, cars := range races {
			duty, winner := b.TyreDuty(f1.Race, circuits[event]), 0
			for _, c := range cars {
				winner = max(winner, c.laps)
			}
			for driver, c := range cars {
				if c.laps < b.MinLaps(winner) {
					continue
				}
				o := duty.Left(rules.Used{Compounds: c.sets, LapsToGo: f1.Some(0)})
				switch {
				case o.Unsure:
					unsure++
				case !o.Done() || duty.MaxLaps > 0 && (c.oldest[true] > duty.MaxLaps || c.oldest[false] > duty.UsedMaxLaps):
					failed[fmt.Sprint(season, " ", event, " ", driver)] = true
				default:
					done++
				}
				if duty.Sets > 0 {
					monaco++
				}
				if duty.MaxLaps > 0 {
					lusail++
				}
			}
		}
	}
	t.Logf("%d had done their duty, %d may have; %d of those in Monaco 2025, %d at Lusail 2023", done, unsure, monaco, lusail)
	if len(failed) > 0 {
		t.Errorf("not done: %v", slices.Sorted(maps.Keys(failed)))
	}
	if done < 1900 || unsure > 60 || monaco < 15 || lusail < 15 {
		t.Error("too few")
	}
}

func tyreTable(t *testing.T, season int) map[string]map[string]*stints {
	all, err := csv.NewReader(shared(t, "laps", "fastf1", fmt.Sprintf("gp_laps_transformed_%d.csv.gz", season))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(line []string, name string) string { return line[slices.Index(all[0], name)] }
	races := map[string]map[string]*stints{}
	for _, line := range all[1:] {
		event, driver := column(line, "EventName"), column(line, "Driver")
		if races[event] == nil {
			races[event] = map[string]*stints{}
		}
		c := races[event][driver]
		if c == nil {
			c = &stints{oldest: map[bool]int{}}
			races[event][driver] = c
		}
		// A number that is left out is a set the table has lost, as the first one of Monaco 2022.
		for stint, err := strconv.ParseFloat(column(line, "Stint"), 64); err == nil && c.stint < int(stint); c.stint++ {
			c.sets = append(c.sets, "")
		}
		if compound := column(line, "Compound"); compound != "" && len(c.sets) > 0 {
			c.sets[len(c.sets)-1] = compound
		}
		if age, err := strconv.ParseFloat(column(line, "TyreLife"), 64); err == nil {
			fresh := column(line, "FreshTyre") == "True"
			c.oldest[fresh] = max(c.oldest[fresh], int(age))
		}
		c.laps++
	}
	return races
}
