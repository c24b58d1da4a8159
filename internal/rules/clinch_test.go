package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

// A championship small enough to play every way it can end. Nothing below uses the package but to ask it.
type (
	have struct {
		points int
		places [4]int
	}
	world [4]have // by driver

	outcome struct {
		order   []int // the classified, the winner first
		fastest int   // who has the fastest lap, classified or not; -1: nobody
	}
)

type little struct {
	drivers, teams int // driver d drives for team d % teams
	race, sprint   []int
	lap, within    int
}

func name(i int) string { return fmt.Sprintf("d%d", i) }

func (l little) team(d int) string { return fmt.Sprintf("t%d", d%l.teams) }

func (l little) book() rules.Book {
	floats := func(in []int) []float64 {
		var out []float64
		for _, p := range in {
			out = append(out, float64(p))
		}
		return out
	}
	b := rules.Book{Race: rules.Scale{Full: floats(l.race)}, Sprint: rules.Scale{Full: floats(l.sprint)}}
	if l.lap > 0 {
		b.FastestLap, b.FastestLapWithin = rules.Scale{Full: []float64{float64(l.lap)}}, l.within
	}
	return b
}

// outcomes lists every way an event can end: any of the drivers classified, in any order.
func (l little) outcomes(sprint bool) []outcome {
	var all []outcome
	var extend func(order []int)
	extend = func(order []int) {
		all = append(all, outcome{slices.Clone(order), -1})
		if !sprint && l.lap > 0 {
			for d := range l.drivers {
				all = append(all, outcome{slices.Clone(order), d})
			}
		}
		for d := range l.drivers {
			if !slices.Contains(order, d) {
				extend(append(order, d))
			}
		}
	}
	extend(nil)
	return all
}

func (l little) after(w world, o outcome, sprint bool) world {
	table := l.race
	if sprint {
		table = l.sprint
	}
	for i, d := range o.order {
		if i < len(table) {
			w[d].points += table[i]
		}
		if !sprint {
			w[d].places[i]++
			if d == o.fastest && i < l.within {
				w[d].points += l.lap
			}
		}
	}
	return w
}

// futures is every state a world can come to.
func (l little) futures(w world, left rules.Remaining) map[world]bool {
	states := map[world]bool{w: true}
	step := func(sprint bool) {
		next, all := map[world]bool{}, l.outcomes(sprint)
		for s := range states {
			for _, o := range all {
				next[l.after(s, o, sprint)] = true
			}
		}
		states = next
	}
	for range left.Sprints {
		step(true)
	}
	for range left.Races {
		step(false)
	}
	return states
}

// of is what the drivers or the teams have in a world.
func (l little) of(w world, title rules.Title) map[string]have {
	all := map[string]have{}
	for d := range l.drivers {
		id := name(d)
		if title == rules.Teams {
			id = l.team(d)
		}
		sum := all[id]
		sum.points += w[d].points
		for i, n := range w[d].places {
			sum.places[i] += n
		}
		all[id] = sum
	}
	return all
}

func ahead(a, b have) bool {
	if a.points != b.points {
		return a.points > b.points
	}
	return slices.Compare(a.places[:], b.places[:]) > 0
}

type verdict struct {
	max, best       int
	champion, alive bool
}

// judge asks every future about everybody.
func (l little) judge(w world, title rules.Title, left rules.Remaining) map[string]verdict {
	verdicts := map[string]verdict{}
	for id := range l.of(w, title) {
		verdicts[id] = verdict{best: 99, champion: true}
	}
	for future := range l.futures(w, left) {
		all := l.of(future, title)
		for id, mine := range all {
			v, before := verdicts[id], 0
			for rival, theirs := range all {
				if rival == id {
					continue
				}
				if ahead(theirs, mine) {
					before++
				}
				if !ahead(mine, theirs) {
					v.champion = false
				}
			}
			v.max, v.best, v.alive = max(v.max, mine.points), min(v.best, before+1), v.alive || before == 0
			verdicts[id] = v
		}
	}
	return verdicts
}

func (l little) classification(o outcome, round int, sprint bool) rules.Classification {
	c := rules.Classification{Round: round, Sprint: sprint}
	if o.fastest >= 0 {
		c.FastestLap = name(o.fastest)
	}
	for d := range l.drivers {
		r := rules.Result{Driver: name(d), Team: l.team(d)}
		if i := slices.Index(o.order, d); i >= 0 {
			r.Place = f1.Some(i + 1)
		}
		c.Results = append(c.Results, r)
	}
	return c
}

func drawLittle(t *rapid.T) little {
	l := little{drivers: rapid.IntRange(2, 4).Draw(t, "drivers"), teams: 2}
	table := func(name string) []int {
		points := rapid.SliceOfN(rapid.IntRange(0, 4), 2, 4).Draw(t, name)
		slices.SortFunc(points, func(a, b int) int { return b - a })
		return points
	}
	l.race, l.sprint = table("race"), table("sprint")
	l.lap, l.within = rapid.IntRange(0, 1).Draw(t, "lap"), rapid.IntRange(1, 3).Draw(t, "within")
	return l
}

// What is said to be possible is what some future holds, and what is said to be certain all of them hold.
func TestChancesAreExact(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		l := drawLittle(t)
		var w world
		s := l.book().Standings(0)
		for round := range rapid.IntRange(0, 4).Draw(t, "events so far") {
			sprint := rapid.Bool().Draw(t, "sprint")
			o := rapid.SampledFrom(l.outcomes(sprint)).Draw(t, "outcome")
			w = l.after(w, o, sprint)
			s.Add(l.classification(o, round+1, sprint))
		}
		if len(s.Table(rules.Drivers)) == 0 {
			return
		}
		left := rules.Remaining{Races: rapid.IntRange(0, 2).Draw(t, "races left"), Sprints: rapid.IntRange(0, 1).Draw(t, "sprints left")}
		if l.drivers == 4 && left.Races == 2 {
			left.Races, left.Sprints = 1, 1 // a world with all else would take minutes
		}
		titles := []rules.Title{rules.Drivers}
		if l.drivers == 4 { // two teams of two cars
			titles = append(titles, rules.Teams)
		}
		for _, title := range titles {
			want := l.judge(w, title, left)
			for _, c := range s.Chances(title, left) {
				v := verdict{max: int(c.MaxPoints), best: c.Best, champion: c.Champion, alive: c.Alive}
				if v != want[c.ID] {
					t.Fatalf("%s with %+v left: %s is said to be %+v, playing it all says %+v\n%+v", title, left, c.ID, v, want[c.ID], w)
				}
				seen[fmt.Sprintf("%s champion %v alive %v", title, c.Champion, c.Alive)]++
			}
			seen["can clinch"] += clinches(t, l, w, s, title)
		}
	})
	t.Log(seen)
	for _, title := range []rules.Title{rules.Drivers, rules.Teams} {
		for _, kind := range []string{"champion true alive true", "champion false alive true", "champion false alive false"} {
			if seen[fmt.Sprintf("%s %s", title, kind)] == 0 {
				t.Errorf("no case of %s %s was played", title, kind)
			}
		}
	}
	if seen["can clinch"] == 0 {
		t.Error("nobody could clinch in any case")
	}
}

// clinches checks who can make sure of the title in a race now with another one after it.
func clinches(t *rapid.T, l little, w world, s *rules.Standings, title rules.Title) int {
	after := rules.Remaining{Sprints: rapid.IntRange(0, 1).Draw(t, "sprints after")}
	if l.drivers < 4 && after.Sprints == 0 {
		after.Races = rapid.IntRange(0, 1).Draw(t, "races after")
	}
	want := map[string]bool{}
	open := true
	for _, v := range l.judge(w, title, rules.Remaining{Races: 1 + after.Races, Sprints: after.Sprints}) {
		open = open && !v.champion
	}
	for future := range l.futures(w, rules.Remaining{Races: 1}) {
		for id, v := range l.judge(future, title, after) {
			if v.champion && open {
				want[id] = true
			}
		}
	}
	got := s.CanClinch(title, false, after)
	for _, id := range got {
		if !want[id] {
			t.Fatalf("%s: %s is said to be able to clinch with %+v after, and is not\n%+v", title, id, after, w)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s with %+v after: %v can clinch, not only %v\n%+v", title, after, want, got, w)
	}
	return len(got)
}

// The titles of the book's seasons fell where they are known to have fallen, not an event earlier.
func TestTitlesFell(t *testing.T) {
	type decider struct {
		round  int
		sprint bool
	}
	events := fromF1DB(t)
	want := map[rules.Title]map[int]int{rules.Drivers: {}, rules.Teams: {}}
	for _, r := range table(t, "f1db", "races") {
		for title, column := range map[rules.Title]string{rules.Drivers: "driversChampionshipDecider", rules.Teams: "constructorsChampionshipDecider"} {
			if r.int("year") >= rules.First && (r[column] == "true" || r[column] == "True") {
				want[title][r.int("year")] = r.int("round")
			}
		}
	}
	for season := rules.First; season <= 2025; season++ {
		var of []*event
		for _, e := range events {
			if e.season == season {
				of = append(of, e)
			}
		}
		for title := range want {
			fell, left := decider{}, rules.Remaining{}
			for _, e := range of {
				if e.Sprint {
					left.Sprints++
				} else {
					left.Races++
				}
			}
			book, _ := rules.Of(season)
			s := book.Standings(0)
			who := ""
			for _, e := range of {
				e.Distance = book.Distance(e.Round, e.laps, e.scheduled)
				if e.Sprint {
					left.Sprints--
				} else {
					left.Races--
				}
				could := s.CanClinch(title, e.Sprint, left)
				s = s.If(e.Classification)
				champion := s.Champion(title, left)
				if champion != "" && who == "" {
					who, fell = champion, decider{e.Round, e.Sprint}
					if !slices.Contains(could, champion) {
						t.Errorf("%d %s: %s clinched in round %d, but was not among those who could: %v", season, title, champion, e.Round, could)
					}
				}
				if who != "" && champion != who {
					t.Errorf("%d %s: %s was champion for certain and after round %d it is %q", season, title, who, e.Round, champion)
				}
			}
			t.Logf("%d %s: %s in round %d (sprint %v)", season, title, who, fell.round, fell.sprint)
			if fell.round == 0 || fell.round != want[title][season] {
				t.Errorf("%d %s: fell in round %d, known is %d", season, title, fell.round, want[title][season])
			}
		}
	}
}
