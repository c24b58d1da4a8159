package ergast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// Source is the name under which pages of the service are kept.
const Source = "ergast"

// Reading is what was read of the service: pages without versions and states, which [Keep] gives them.
type Reading struct {
	Pages   []almanac.Page
	Missing []almanac.Name // nothing is published of these yet
	Defects []string       // what could not be read and is unknown
}

// How long replies are good without asking again.
const (
	listsAge   = 24 * time.Hour
	appealsAge = 24 * time.Hour      // of events of the last year: their classifications are corrected for months
	settledAge = 30 * 24 * time.Hour // of older ones
	appeals    = 366 * 24 * time.Hour
)

// age is how long a reply about an event is good.
func (c *Client) age(event time.Time) time.Duration {
	switch past := c.Now().Sub(event); {
	case event.IsZero() || past <= almanac.LongPast:
		return 0 // as long as the service says
	case past <= appeals:
		return appealsAge
	}
	return settledAge
}

// add adds a page of rows, or names it missing where there are none.
func add[T any](c *Client, r *Reading, n almanac.Name, rows []T) error {
	if len(rows) == 0 {
		r.Missing = append(r.Missing, n)
		return nil
	}
	body, err := almanac.Encode(rows)
	if err != nil {
		return err
	}
	r.Pages = append(r.Pages, almanac.Page{Name: n, Known: c.Now().UTC(), Source: Source, Body: body})
	return nil
}

// Lists reads what is of all seasons: seasons, circuits, constructors and drivers.
func (c *Client) Lists(ctx context.Context) (*Reading, error) {
	r, p := &Reading{}, &parser{}
	data, err := c.all(ctx, "/seasons", listsAge)
	if err != nil {
		return nil, err
	}
	if data.Seasons == nil {
		return nil, shapeless("seasons")
	}
	err = add(c, r, almanac.Name{Kind: almanac.Seasons}, rows(data.Seasons.Seasons, p.season))
	if data, err = c.next(ctx, err, "/circuits"); err != nil {
		return nil, err
	}
	if data.Circuits == nil {
		return nil, shapeless("circuits")
	}
	err = add(c, r, almanac.Name{Kind: almanac.Circuits}, rows(data.Circuits.Circuits, p.circuit))
	if data, err = c.next(ctx, err, "/constructors"); err != nil {
		return nil, err
	}
	if data.Makers == nil {
		return nil, shapeless("constructors")
	}
	err = add(c, r, almanac.Name{Kind: almanac.Constructors}, rows(data.Makers.Constructors, p.constructor))
	if data, err = c.next(ctx, err, "/drivers"); err != nil {
		return nil, err
	}
	if data.Drivers == nil {
		return nil, shapeless("drivers")
	}
	err = add(c, r, almanac.Name{Kind: almanac.Drivers}, rows(data.Drivers.Drivers, p.driver))
	r.Defects = p.defects
	return r, err
}

// next reads a list unless something failed before.
func (c *Client) next(ctx context.Context, before error, path string) (*mrData, error) {
	if before != nil {
		return nil, before
	}
	return c.all(ctx, path, listsAge)
}

func shapeless(what string) error { return fmt.Errorf("ergast: a reply without a table of %s", what) }

// Calendar reads the races of a season.
func (c *Client) Calendar(ctx context.Context, season int) (*Reading, error) {
	data, err := c.all(ctx, "/"+strconv.Itoa(season)+"/races", c.age(time.Date(season+1, 1, 1, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		return nil, err
	}
	if data.Races == nil {
		return nil, shapeless("races")
	}
	r, p := &Reading{}, &parser{}
	list := rows(data.Races.Races, p.race)
	list = slices.DeleteFunc(list, func(x almanac.Race) bool {
		strange := x.Season != season || x.Round == 0
		if strange {
			p.bad("race of another season or no round", x.Name)
		}
		return strange
	})
	err = add(c, r, almanac.Name{Kind: almanac.Races, Season: season}, list)
	r.Defects = p.defects
	return r, err
}

// Round reads what a round came to: classifications, qualifying, lap chart, stops and championship tables. What is not
// published yet is missing. The race is that of the calendar.
func (c *Client) Round(ctx context.Context, race *almanac.Race) (*Reading, error) {
	at, age := "/"+strconv.Itoa(race.Season)+"/"+strconv.Itoa(race.Round), c.age(day(race))
	r, p := &Reading{}, &parser{}
	name := func(k almanac.Kind) almanac.Name {
		return almanac.Name{Kind: k, Season: race.Season, Round: race.Round}
	}
	one := func(path string) (*raceShape, error) { // of the race; what is of others is left
		data, err := c.all(ctx, at+path, age)
		if err != nil {
			return nil, err
		}
		if data.Races == nil {
			return nil, shapeless(path)
		}
		for i := range data.Races.Races {
			if x := &data.Races.Races[i]; x.Season == strconv.Itoa(race.Season) && x.Round == strconv.Itoa(race.Round) {
				return x, nil
			}
		}
		return &raceShape{}, nil
	}
	for _, step := range []struct {
		path string
		kind almanac.Kind
		take func(*raceShape) error
	}{
		{"/results", almanac.Results, func(x *raceShape) error { return add(c, r, name(almanac.Results), rows(x.Results, p.result)) }},
		{"/sprint", almanac.Sprint, func(x *raceShape) error { return add(c, r, name(almanac.Sprint), rows(x.SprintResults, p.result)) }},
		{"/qualifying", almanac.Qualifying, func(x *raceShape) error {
			return add(c, r, name(almanac.Qualifying), rows(x.QualifyingResults, p.qualified))
		}},
		{"/laps", almanac.Laps, func(x *raceShape) error { return add(c, r, name(almanac.Laps), p.laps(x.Laps)) }},
		{"/pitstops", almanac.PitStops, func(x *raceShape) error { return add(c, r, name(almanac.PitStops), rows(x.PitStops, p.stop)) }},
	} {
		if !published(race, step.kind) {
			continue
		}
		x, err := one(step.path)
		if err == nil {
			err = step.take(x)
		}
		if err != nil {
			return nil, err
		}
	}
	if slices.Contains(r.Missing, name(almanac.Results)) { // then the tables are those of the round before
		r.Missing = append(r.Missing, name(almanac.DriverStandings), name(almanac.ConstructorStandings))
		r.Defects = p.defects
		return r, nil
	}
	for _, kind := range []almanac.Kind{almanac.DriverStandings, almanac.ConstructorStandings} {
		if !published(race, kind) {
			continue
		}
		data, err := c.all(ctx, at+tablePaths[kind], age)
		if err != nil {
			return nil, err
		}
		if data.Standings == nil {
			return nil, shapeless("standings")
		}
		list := standingsShape{}
		if len(data.Standings.Lists) > 0 {
			list = data.Standings.Lists[0]
		}
		lines := list.DriverStandings
		if kind == almanac.ConstructorStandings {
			lines = list.ConstructorStandings
		}
		if err := add(c, r, name(kind), rows(lines, p.standing)); err != nil {
			return nil, err
		}
	}
	r.Defects = p.defects
	return r, nil
}

var tablePaths = map[almanac.Kind]string{almanac.DriverStandings: "/driverstandings", almanac.ConstructorStandings: "/constructorstandings"}

// published reports whether there is such a list of a race at all; of which seasons it is kept is the service's rule.
func published(r *almanac.Race, kind almanac.Kind) bool {
	switch kind {
	case almanac.Sprint:
		return slices.ContainsFunc(r.Slots, func(s almanac.Slot) bool { return s.Type == f1.Sprint })
	case almanac.Laps:
		return r.Season >= 1996
	case almanac.PitStops:
		return r.Season >= 2011
	case almanac.ConstructorStandings:
		return r.Season >= 1958
	}
	return true
}

// day is when the race was, at the end of its day where only that is known.
func day(r *almanac.Race) time.Time {
	if t := r.Start(); !t.IsZero() {
		return t
	}
	t, err := time.Parse(time.DateOnly, r.Date)
	if err != nil {
		return time.Time{} // not known
	}
	return t.Add(24 * time.Hour)
}

// Keeper keeps pages.
type Keeper interface {
	PutPages(ctx context.Context, pages []almanac.Page) error
	Pages(ctx context.Context, q store.PageQuery) ([]almanac.Page, error)
}

// Keep stores what was read, as versions: provisional until it was read twice alike a day apart or is long past, revised
// when it changes after that. It returns the pages that told something new. race is what the reading is of, nil for lists.
func Keep(ctx context.Context, s Keeper, r *Reading, race *almanac.Race) ([]almanac.Page, error) {
	var event time.Time
	if race != nil {
		event = day(race)
	}
	var news []almanac.Page
	for _, p := range r.Pages {
		have, err := s.Pages(ctx, store.PageQuery{Kinds: []almanac.Kind{p.Kind}, Season: p.Season, Round: p.Round})
		if err != nil {
			return nil, fmt.Errorf("ergast: keep %s: %w", p.Name, err)
		}
		var was *almanac.Page
		if len(have) > 0 {
			was = &have[0]
		}
		if almanac.Judge(was, &p, event) {
			news = append(news, p)
		}
	}
	if len(news) == 0 {
		return nil, nil
	}
	if err := s.PutPages(ctx, news); err != nil {
		return nil, fmt.Errorf("ergast: keep: %w", err)
	}
	return news, nil
}

// Season reads a season and keeps it as it goes, so that what was read stays read: its calendar, and every round that has
// begun by now. done is called after each round with what was new of it (nil: nobody listens). Rounds that can not be read
// do not keep others from it; their errors are joined.
func (c *Client) Season(ctx context.Context, s Keeper, season int, done func(race *almanac.Race, r *Reading, news []almanac.Page)) error {
	calendar, err := c.Calendar(ctx, season)
	if err != nil {
		return err
	}
	if _, err := Keep(ctx, s, calendar, nil); err != nil {
		return err
	}
	if len(calendar.Pages) == 0 {
		return nil
	}
	races, err := almanac.Decode[almanac.Race](&calendar.Pages[0])
	if err != nil {
		return err
	}
	slices.SortFunc(races, func(x, y almanac.Race) int { return cmp.Compare(x.Round, y.Round) })
	var failed error
	for i := range races {
		if !Begun(&races[i], c.Now()) {
			continue
		}
		r, err := c.Round(ctx, &races[i])
		var news []almanac.Page
		if err == nil {
			news, err = Keep(ctx, s, r, &races[i])
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%d round %d: %w", season, races[i].Round, err))
			if ctx.Err() != nil {
				return failed
			}
			continue
		}
		if done != nil {
			done(&races[i], r, news)
		}
	}
	return failed
}

// weekend is how long before a race its weekend begins.
const weekend = 72 * time.Hour

// Begun reports whether the weekend of a race had begun by then; what it came to is not published before. One without a date
// has not.
func Begun(race *almanac.Race, now time.Time) bool {
	at := day(race)
	return !at.IsZero() && !at.Add(-weekend).After(now)
}

// Over reports whether a race was over by then, with some hours for the service to learn of it.
func Over(race *almanac.Race, now time.Time) bool {
	at := day(race)
	return !at.IsZero() && at.Add(settling).Before(now)
}

// settling is how long after its start a race's classification is not missed.
const settling = 8 * time.Hour
