package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

func (a *api) standings(ctx context.Context, r *http.Request, f *form) (wire.Standings, age, error) {
	year, err := season(r)
	if err != nil {
		return wire.Standings{}, private, err
	}
	after, clock := f.number("after_round", 0, 40, -1), f.moment().clock
	simulated := f.choice("simulated", "false", "true") == "true"
	if err := f.problem(); err != nil {
		return wire.Standings{}, private, err
	}
	if a.store == nil {
		return wire.Standings{}, private, noStore()
	}
	horizon, err := a.horizonOf(ctx, clock)
	if err != nil {
		return wire.Standings{}, private, err
	}
	all, err := a.store.SeasonResults(ctx, year, simulated)
	if err != nil {
		return wire.Standings{}, private, err
	}
	all = slices.DeleteFunc(all, func(c store.Results) bool { return after >= 0 && c.Round > after || horizon.hides(&c) })
	if len(all) == 0 && after != 0 {
		return wire.Standings{}, private, plain(http.StatusNotFound, "no classification of "+strconv.Itoa(year)+" is stored that counts")
	}
	kept := changing
	if horizon != nil {
		kept = private
	}
	return standingsOf(year, all), kept, nil
}

// championship counts classifications of a season as published.
type championship struct {
	book    rules.Book
	counted *rules.Standings
	names   map[rules.Title]map[string]string
	teams   map[string][]string // of a driver, the newest last
}

// standingsOf counts classifications in their order: points as they were given, with decisions on teams and the
// order of equal points by the season's rules.
func standingsOf(year int, all []store.Results) wire.Standings {
	book, _ := rules.Of(year) // for an unknown season the nearest rules order equal points all the same
	c := championship{
		book: book, counted: book.Standings(0), teams: map[string][]string{},
		names: map[rules.Title]map[string]string{rules.Drivers: {}, rules.Teams: {}},
	}
	s := wire.Standings{Season: year, Sessions: []wire.CountedRound{}}
	for i := range all {
		c.add(&all[i])
		counted := wire.CountedRound{SessionKey: all[i].Session, Type: string(all[i].Type), Status: string(all[i].Status)}
		if all[i].Round > 0 {
			counted.Round = &all[i].Round
		}
		s.Sessions = append(s.Sessions, counted)
		if counted.Round != nil && (s.AfterRound == nil || *s.AfterRound < *counted.Round) {
			s.AfterRound = counted.Round
		}
	}
	s.Drivers, s.Constructors = c.table(rules.Drivers), c.table(rules.Teams)
	return s
}

// tally is what somebody has so far.
type tally struct {
	points float64
	places []int
}

// add counts a classification. The rules' own standings get the new sums rather than the classification, since what
// was published has points that no rule gives: for a fastest lap, after a decision.
func (c *championship) add(r *store.Results) {
	c.counted.Add(rules.Classification{Round: r.Round, Sprint: r.Type == f1.Sprint}) // decisions that hold from here on
	sums := map[rules.Title]map[string]tally{}
	for _, title := range []rules.Title{rules.Drivers, rules.Teams} {
		sums[title] = map[string]tally{}
		for _, l := range c.counted.Table(title) {
			sums[title][l.ID] = tally{l.Points, l.Places}
		}
	}
	drivers := map[int]*f1.DriverRow{}
	for i := range r.Drivers {
		drivers[r.Drivers[i].DriverNumber] = &r.Drivers[i]
	}
	points := c.points(r)
	for i := range r.Rows {
		row := &r.Rows[i]
		d := drivers[row.DriverNumber]
		if d == nil {
			d = &f1.DriverRow{DriverNumber: row.DriverNumber}
		}
		id, team := d.TLA, f1.Slug(d.Team)
		if id == "" {
			id = strconv.Itoa(d.DriverNumber)
		}
		if name := d.FirstName + " " + d.LastName; len(name) > 1 {
			c.names[rules.Drivers][id] = name
		}
		place := 0
		if r.Type == f1.Race && row.Position.Known && row.Position.Value <= 99 && row.Classified.Value {
			place = row.Position.Value
		}
		sums[rules.Drivers][id] = sums[rules.Drivers][id].with(points[i], place)
		if team == "" {
			continue
		}
		c.names[rules.Teams][team] = d.Team
		c.teams[id] = append(slices.DeleteFunc(c.teams[id], func(t string) bool { return t == team }), team)
		sums[rules.Teams][team] = sums[rules.Teams][team].with(points[i], place)
	}
	for title, all := range sums {
		for id, t := range all {
			c.counted.Carry(title, id, t.points, append([]int{}, t.places...))
		}
	}
}

// points is what each line was given: as published, or by the rules where nothing is.
func (c *championship) points(r *store.Results) []float64 {
	given := make([]float64, len(r.Rows))
	known := false
	counted := rules.Classification{Round: r.Round, Sprint: r.Type == f1.Sprint}
	for i := range r.Rows {
		row := &r.Rows[i]
		known = known || row.Points.Known
		given[i] = row.Points.Value
		line := rules.Result{Place: row.Position}
		if !row.Classified.Value { // a car that still runs is not, nor is one of which it is not known
			line.Place = f1.Opt[int]{}
		}
		counted.Results = append(counted.Results, line)
	}
	if known {
		return given
	}
	return c.book.Points(counted)
}

func (t tally) with(points float64, place int) tally {
	t.points += points
	if place > 0 {
		t.places = append(t.places, make([]int, max(place-len(t.places), 0))...)
		t.places[place-1]++
	}
	return t
}

func (c *championship) table(title rules.Title) []wire.Standing {
	list := []wire.Standing{}
	for _, l := range c.counted.Table(title) {
		w := wire.Standing{Position: l.Position, ID: l.ID, Name: wire.Text(c.names[title][l.ID]), Points: l.Points, Places: append([]int{}, l.Places...), Teams: []string{}}
		if title == rules.Drivers {
			w.Teams = append(w.Teams, c.teams[l.ID]...)
		}
		list = append(list, w)
	}
	return list
}
