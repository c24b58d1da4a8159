package rules_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pitwall.live/internal/rules"
)

type roundKey struct {
	season, round int
	sprint        bool
}

func key(r row, sprint bool) roundKey { return roundKey{r.int("year"), r.int("round"), sprint} }

func inOrder(events map[roundKey]*event) []*event {
	return slices.SortedFunc(maps.Values(events), func(a, b *event) int {
		first := func(sprint bool) int {
			if sprint {
				return 0
			}
			return 1
		}
		return cmp.Or(a.season-b.season, a.Round-b.Round, first(a.Sprint)-first(b.Sprint))
	})
}

// fromF1DB reads the seasons of the book from f1db.
func fromF1DB(t *testing.T) []*event {
	events := map[roundKey]*event{}
	for name, sprint := range map[string]bool{"race-results": false, "race-sprint-race-results": true} {
		for _, r := range table(t, "f1db", name) {
			if r.int("year") < rules.First {
				continue
			}
			e := events[key(r, sprint)]
			if e == nil {
				e = &event{season: r.int("year"), tables: map[rules.Title][]rules.Standing{}}
				e.Round, e.Sprint = r.int("round"), sprint
				events[key(r, sprint)] = e
			}
			e.Results = append(e.Results, rules.Result{Driver: r["driverId"], Team: r["constructorId"], Place: r.place("position")})
			e.points = append(e.points, r.float(t, "points"))
			e.covered, e.status = append(e.covered, r.int("laps")), append(e.status, r["position"])
			if r["position"] == "1" {
				e.laps = r.int("laps")
			}
		}
	}
	schedule(t, events)
	for _, r := range table(t, "f1db", "race-fastest-laps") {
		if e := events[key(r, false)]; e != nil && r["position"] == "1" {
			e.FastestLap = r["driverId"]
		}
	}
	for title, name := range map[rules.Title]string{rules.Drivers: "race-driver-standings", rules.Teams: "race-constructor-standings"} {
		id := map[rules.Title]string{rules.Drivers: "driverId", rules.Teams: "constructorId"}[title]
		for _, r := range table(t, "f1db", name) {
			if e := events[key(r, false)]; e != nil {
				e.tables[title] = append(e.tables[title], rules.Standing{ID: r[id], Position: r.int("position"), Points: r.float(t, "points")})
			}
		}
	}
	return inOrder(events)
}

// schedule sets how many laps each race should have had.
func schedule(t *testing.T, events map[roundKey]*event) {
	for _, r := range table(t, "f1db", "races") {
		if e := events[key(r, false)]; e != nil {
			e.scheduled = cmp.Or(r.int("scheduledLaps"), r.int("laps"))
		}
		if e := events[key(r, true)]; e != nil {
			e.scheduled = cmp.Or(r.int("sprintRaceScheduledLaps"), r.int("sprintRaceLaps"))
		}
	}
}

// fromErgast reads the same from the Ergast tables, which end in October 2025 and do not have scheduled laps.
func fromErgast(t *testing.T) []*event {
	races, names := map[string]row{}, map[rules.Title]map[string]string{rules.Drivers: {}, rules.Teams: {}}
	for _, r := range table(t, "ergast_csv", "races") {
		races[r["raceId"]] = r
	}
	for _, r := range table(t, "ergast_csv", "drivers") {
		names[rules.Drivers][r["driverId"]] = r["driverRef"]
	}
	for _, r := range table(t, "ergast_csv", "constructors") {
		names[rules.Teams][r["constructorId"]] = r["constructorRef"]
	}
	events := map[roundKey]*event{}
	for name, sprint := range map[string]bool{"results": false, "sprint_results": true} {
		for _, r := range table(t, "ergast_csv", name) {
			race := races[r["raceId"]]
			if race.int("year") < rules.First {
				continue
			}
			e := events[key(race, sprint)]
			if e == nil {
				e = &event{season: race.int("year"), tables: map[rules.Title][]rules.Standing{}}
				e.Round, e.Sprint = race.int("round"), sprint
				events[key(race, sprint)] = e
			}
			e.Results = append(e.Results, rules.Result{
				Driver: names[rules.Drivers][r["driverId"]], Team: names[rules.Teams][r["constructorId"]], Place: r.place("positionText")})
			e.points = append(e.points, r.float(t, "points"))
			if r["positionText"] == "1" {
				e.laps = r.int("laps")
			}
			if r["rank"] == "1" && !sprint {
				e.FastestLap = names[rules.Drivers][r["driverId"]]
			}
		}
	}
	schedule(t, events)
	for title, name := range map[rules.Title]string{rules.Drivers: "driver_standings", rules.Teams: "constructor_standings"} {
		id := map[rules.Title]string{rules.Drivers: "driverId", rules.Teams: "constructorId"}[title]
		for _, r := range table(t, "ergast_csv", name) {
			if e := events[key(races[r["raceId"]], false)]; e != nil {
				e.tables[title] = append(e.tables[title], rules.Standing{ID: names[title][r[id]], Position: r.int("position"), Points: r.float(t, "points")})
			}
		}
	}
	// Ergast has no fastest laps of Monaco 2024.
	if monaco := events[roundKey{2024, 8, false}]; monaco != nil && monaco.FastestLap == "" {
		monaco.FastestLap = "hamilton"
	}
	for _, e := range events {
		for _, lines := range e.tables {
			slices.SortFunc(lines, func(a, b rules.Standing) int { return a.Position - b.Position })
		}
	}
	return inOrder(events)
}

// counts is what a source confirmed.
type counts struct{ races, sprints, results, tables, lines, ties int }

// misprints are the places where a source orders a table otherwise than 7.2, each with the proof that it is
// the source that errs.
var misprints = map[string]string{
	// Nobody had points; Latifi was 14th in this race and 15th before, Mazepin 14th and 17th. Ergast has them right.
	"f1db 2021 10 drivers 19": "nikita-mazepin before nicholas-latifi",
	// Ricciardo had been sixth, Tsunoda not better than seventh. Neither scored in the next race, after which the
	// both sources have them the other way round.
	"f1db 2022 6 drivers 11":       "yuki-tsunoda before daniel-ricciardo",
	"ergast_csv 2022 6 drivers 11": "tsunoda before ricciardo",
}

// Every race and sprint of the book's seasons: the points of every line, and both tables after every race.
func TestEveryResult(t *testing.T) {
	for _, source := range []struct {
		name string
		read func(*testing.T) []*event
		want map[int]counts // by season: races and sprints, so that none is missed
	}{
		{"f1db", fromF1DB, map[int]counts{
			2018: {races: 21}, 2019: {races: 21}, 2020: {races: 17}, 2021: {races: 22, sprints: 3}, 2022: {races: 22, sprints: 3},
			2023: {races: 22, sprints: 6}, 2024: {races: 24, sprints: 6}, 2025: {races: 24, sprints: 6}, 2026: {races: 11}}},
		{"ergast_csv", fromErgast, map[int]counts{
			2018: {races: 21}, 2019: {races: 21}, 2020: {races: 17}, 2021: {races: 22, sprints: 3}, 2022: {races: 22, sprints: 3},
			2023: {races: 22, sprints: 6}, 2024: {races: 24, sprints: 6}, 2025: {races: 18}}},
	} {
		t.Run(source.name, func(t *testing.T) {
			got, found := map[int]*counts{}, map[string]string{}
			var s *rules.Standings
			season := 0
			for _, e := range source.read(t) {
				book, known := rules.Of(e.season)
				if !known {
					t.Fatalf("no book of %d", e.season)
				}
				if e.season != season {
					season, s, got[e.season] = e.season, book.Standings(0), &counts{}
				}
				e.Distance = book.Distance(e.Round, e.laps, e.scheduled)
				if e.Sprint {
					e.Distance = rules.Distance{Laps: e.laps, Scheduled: e.scheduled}
				}
				checkPoints(t, book, e, got[e.season])
				s.Add(e.Classification)
				if !e.Sprint {
					for _, title := range []rules.Title{rules.Drivers, rules.Teams} {
						checkTable(t, s, title, e, got[e.season], func(line int, what string) {
							found[fmt.Sprintf("%s %d %d %s %d", source.name, e.season, e.Round, title, line)] = what
						})
					}
				}
			}
			for season, want := range source.want {
				c := got[season]
				if c == nil {
					t.Errorf("%d: nothing there", season)
					continue
				}
				t.Logf("%d: %d races and %d sprints, %d results with their points, %d tables of %d lines, %d complete ties",
					season, c.races, c.sprints, c.results, c.tables, c.lines, c.ties)
				if c.races < want.races || c.sprints < want.sprints || c.tables != 2*c.races {
					t.Errorf("%d: too few: %+v", season, *c)
				}
			}
			if want := ofSource(source.name); !maps.Equal(found, want) {
				t.Errorf("lines in another order than 7.2 has them: %v\nexpected: %v", found, want)
			}
		})
	}
}

func ofSource(name string) map[string]string {
	of := map[string]string{}
	for k, v := range misprints {
		if k[:len(name)] == name {
			of[k] = v
		}
	}
	return of
}

func checkPoints(t *testing.T, book rules.Book, e *event, c *counts) {
	for i, points := range book.Points(e.Classification) {
		c.results++
		if points != e.points[i] {
			t.Errorf("%d round %d (sprint %v): %s: %v points, the source has %v", e.season, e.Round, e.Sprint, e.Results[i].Driver, points, e.points[i])
		}
	}
	if e.Sprint {
		c.sprints++
	} else {
		c.races++
	}
}

// checkTable compares a table with the source: points of all, and the order. Where all is equal, any order
// will do. Those the source leaves out may have no points.
func checkTable(t *testing.T, s *rules.Standings, title rules.Title, e *event, c *counts, odd func(int, string)) {
	c.tables++
	ours, left := map[string]rules.Standing{}, map[string]bool{}
	for _, l := range s.Table(title) {
		ours[l.ID], left[l.ID] = l, true
	}
	var last rules.Standing // of ours
	for i, want := range e.tables[title] {
		c.lines++
		l, ok := ours[want.ID]
		delete(left, want.ID)
		if !ok || l.Points != want.Points {
			t.Errorf("%d round %d %s: %s has %v points, the source has %v", e.season, e.Round, title, want.ID, l.Points, want.Points)
		}
		if want.Position == 0 {
			continue // the source does not place him
		}
		switch {
		case i > 0 && last.Position > l.Position:
			odd(i, last.ID+" before "+want.ID)
		case i > 0 && last.Position == l.Position:
			c.ties++
		case l.Position > want.Position && i > 0 && last.Position < l.Position && e.tables[title][i-1].Position == want.Position:
			t.Errorf("%d round %d %s: the source has %s and %s equal, we do not", e.season, e.Round, title, last.ID, want.ID)
		}
		last = l
	}
	for id := range left {
		if ours[id].Points != 0 {
			t.Errorf("%d round %d %s: %s has %v points and is not in the source", e.season, e.Round, title, id, ours[id].Points)
		}
	}
}

// Who is classified and who is not follows from the laps alone, in every race and sprint.
func TestClassified(t *testing.T) {
	classified, not := 0, 0
	for _, e := range fromF1DB(t) {
		book, _ := rules.Of(e.season)
		for i, r := range e.Results {
			enough := e.covered[i] >= book.MinLaps(e.laps)
			switch {
			case r.Place.Known && !enough:
				t.Errorf("%d round %d: %s is classified with %d of %d laps", e.season, e.Round, r.Driver, e.covered[i], e.laps)
			case r.Place.Known:
				classified++
			case (e.status[i] == "DNF" || e.status[i] == "NC") && enough:
				t.Errorf("%d round %d: %s is not classified with %d of %d laps", e.season, e.Round, r.Driver, e.covered[i], e.laps)
			case !enough:
				not++
			}
		}
	}
	if classified < 3500 || not < 400 {
		t.Errorf("only %d classified, %d not", classified, not)
	}
	t.Logf("%d classified cars had 90 %% of the winner's laps, %d others had not", classified, not)
}
