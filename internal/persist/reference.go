package persist

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/history"
	"pitwall.live/internal/store"
	"pitwall.live/internal/timing"
)

// fillReference adds the drivers, constructors, circuit and race of a session to the reference data, as far as the session
// says who and what they are. It only adds what is not known: published tables know better. A simulated session brings
// nothing.
func fillReference(ctx context.Context, st Store, s *timing.Session, round f1.Opt[int]) error {
	if s.Info.Simulated {
		return nil
	}
	return FillReference(ctx, st, &store.Reference{Circuits: circuitsOf(s), Drivers: driversOf(s), Constructors: constructorsOf(s), Races: raceOf(s, round)})
}

// FillReference adds to the reference data what is not known: entries, and members of entries. What is known stays, so that it
// may be called again, with the same or with what somebody else says.
func FillReference(ctx context.Context, st Store, said *store.Reference) error {
	known, err := st.Reference(ctx)
	if err != nil {
		return fmt.Errorf("persist: reference data: %w", err)
	}
	fresh := store.Reference{
		Circuits: fill(known.Circuits, said.Circuits, func(c *store.Circuit) string { return c.ID }, func(has, said *store.Circuit) {
			has.Name, has.Country = either(has.Name, said.Name), either(has.Country, said.Country)
		}),
		Drivers: fill(known.Drivers, said.Drivers, func(d *store.Driver) string { return d.ID }, func(has, said *store.Driver) {
			// The code may be another person's: of two bearers the later one holds it.
			if has.Name = either(has.Name, said.Name); has.Name != said.Name {
				return
			}
			has.Nationality = either(has.Nationality, said.Nationality)
			if !has.Number.Known {
				has.Number = said.Number
			}
		}),
		Constructors: fill(known.Constructors, said.Constructors, func(c *store.Constructor) string { return c.ID }, func(has, said *store.Constructor) {
			has.Name, has.Colour, has.Nationality = either(has.Name, said.Name), either(has.Colour, said.Colour), either(has.Nationality, said.Nationality)
		}),
	}
	for _, race := range said.Races {
		other := func(r store.Race) bool { return r.Season == race.Season && r.Round == race.Round && r.ID != race.ID }
		if slices.ContainsFunc(known.Races, other) {
			continue // the weekend is there under another name
		}
		fresh.Races = append(fresh.Races, fill(known.Races, []store.Race{race}, func(r *store.Race) string { return r.ID }, func(has, said *store.Race) {
			has.Name, has.CircuitID = either(has.Name, said.Name), either(has.CircuitID, said.CircuitID)
			if has.Date.IsZero() {
				has.Date = said.Date
			}
		})...)
	}
	if len(fresh.Circuits)+len(fresh.Drivers)+len(fresh.Constructors)+len(fresh.Races) == 0 {
		return nil
	}
	if err := st.PutReference(ctx, &fresh); err != nil {
		return fmt.Errorf("persist: reference data: %w", err)
	}
	return nil
}

// fill gives what is new of said: entries that known lacks, and those of known that merge changes.
func fill[T comparable](known, said []T, id func(*T) string, merge func(has, said *T)) (fresh []T) {
	for i := range said {
		at := slices.IndexFunc(known, func(k T) bool { return id(&k) == id(&said[i]) })
		if at < 0 {
			fresh = append(fresh, said[i])
			continue
		}
		has := known[at]
		if merge(&has, &said[i]); has != known[at] {
			fresh = append(fresh, has)
		}
	}
	return fresh
}

// either is what is known, or else what is said.
func either(known, said string) string {
	if known != "" {
		return known
	}
	return said
}

func circuitsOf(s *timing.Session) []store.Circuit {
	id := f1.Slug(s.Info.Circuit)
	if id == "" {
		return nil
	}
	return []store.Circuit{{ID: id, Name: s.Info.Circuit, Country: s.Info.Country}}
}

// driversOf are those with a code and a name. A car with the number 1 is the champion's, who has a number of his own.
func driversOf(s *timing.Session) (all []store.Driver) {
	for _, row := range s.DriverRows() {
		name := strings.TrimSpace(row.FirstName + " " + row.LastName)
		if row.TLA == "" || name == "" || slices.ContainsFunc(all, func(d store.Driver) bool { return d.ID == row.TLA }) {
			continue
		}
		d := store.Driver{ID: row.TLA, Name: name}
		if row.DriverNumber > 1 {
			d.Number = f1.Some(row.DriverNumber)
		}
		all = append(all, d)
	}
	return all
}

func constructorsOf(s *timing.Session) (all []store.Constructor) {
	for _, row := range s.DriverRows() {
		id := ConstructorID(row.Team)
		if id == "" || slices.ContainsFunc(all, func(c store.Constructor) bool { return c.ID == id }) {
			continue
		}
		all = append(all, store.Constructor{ID: id, Name: row.Team, Colour: row.TeamColour})
	}
	return all
}

// ConstructorID is the id that f1db has for a team as the feed names it: "Red Bull Racing" is red-bull.
func ConstructorID(team string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(team, " F1 Team"), " Racing")
	return strings.ReplaceAll(f1.Slug(name), "_", "-")
}

// raceOf is the weekend of a session of a Grand Prix whose round is known, else nothing.
func raceOf(s *timing.Session, round f1.Opt[int]) []store.Race {
	row := s.SessionRow()
	if !row.Season.Known || !round.Known || !strings.Contains(row.Event, "Grand Prix") {
		return nil
	}
	race := store.Race{ID: history.RaceID(row.Event, row.Season.Value), Season: row.Season.Value, Round: round.Value, CircuitID: row.CircuitID, Name: row.Event}
	if row.Type == f1.Race {
		race.Date = row.DateStart.Value.UTC()
	}
	return []store.Race{race}
}
