package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

func seasonParam() *huma.Param {
	low, high := 1950.0, 2100.0
	return &huma.Param{
		Name: "season", In: "path", Required: true, Example: 2018, Description: "Year",
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high},
	}
}

// seasonRoutes are what there is of seasons, and who and what takes part in them.
func (a *api) seasonRoutes() {
	document(a, operation{
		id: "get-standings", path: "/api/v1/seasons/{season}/standings", tag: "Seasons", summary: "The championships after a round",
		doc: "Counted from the newest classifications that are stored, with the season's rules: equal points are ordered by places. Points are as published where they are. " +
			"At a clock that is behind, neither its session nor later ones count.",
		params: []*huma.Param{
			seasonParam(), queryNumber("after_round", "With this round and those before; all when absent", 0, 40, 4),
			queryText("clock", "As it can be known at a clock: live-30, c_...", "live", maxClock),
			queryChoice("simulated", "Of the simulator's sessions alone; without, of the real ones", "false", "true"),
		},
		errors: []int{http.StatusNotFound},
	}, a.standings)
	document(a, operation{
		id: "list-races", path: "/api/v1/seasons/{season}/races", tag: "Seasons", summary: "Race weekends of a season",
		params: []*huma.Param{seasonParam()}, errors: []int{http.StatusNotFound},
	}, a.races)
	document(a, operation{id: "list-circuits", path: "/api/v1/circuits", tag: "Reference", summary: "Circuits", errors: []int{http.StatusNotFound}},
		func(ctx context.Context, _ *http.Request, _ *form) (list wire.Circuits, _ age, err error) {
			list.Circuits = []wire.CircuitInfo{}
			ref, err := a.reference(ctx)
			for _, c := range ref.Circuits {
				list.Circuits = append(list.Circuits, wire.CircuitInfo{ID: c.ID, Name: wire.Text(c.Name), Country: wire.Text(c.Country), LengthM: pointer(c.Length)})
			}
			return list, ageOf(len(list.Circuits)), err
		})
	document(a, operation{id: "list-all-drivers", path: "/api/v1/drivers", tag: "Reference", summary: "Drivers of all seasons", errors: []int{http.StatusNotFound}},
		func(ctx context.Context, _ *http.Request, _ *form) (list wire.DriverList, _ age, err error) {
			list.Drivers = []wire.DriverInfo{}
			ref, err := a.reference(ctx)
			for _, d := range ref.Drivers {
				list.Drivers = append(list.Drivers, wire.DriverInfo{ID: d.ID, Name: wire.Text(d.Name), Nationality: wire.Text(d.Nationality), Number: pointer(d.Number)})
			}
			return list, ageOf(len(list.Drivers)), err
		})
	document(a, operation{id: "list-constructors", path: "/api/v1/constructors", tag: "Reference", summary: "Teams of all seasons", errors: []int{http.StatusNotFound}},
		func(ctx context.Context, _ *http.Request, _ *form) (list wire.Constructors, _ age, err error) {
			list.Constructors = []wire.ConstructorInfo{}
			ref, err := a.reference(ctx)
			for _, c := range ref.Constructors {
				list.Constructors = append(list.Constructors, wire.ConstructorInfo{ID: c.ID, Name: wire.Text(c.Name), Nationality: wire.Text(c.Nationality), Colour: wire.Text(c.Colour)})
			}
			return list, ageOf(len(list.Constructors)), err
		})
}

// ageOf is the age of reference data: they hold for long once they are there, but for none only until some come.
func ageOf(entries int) age {
	if entries == 0 {
		return changing
	}
	return historical
}

func pointer[T any](v f1.Opt[T]) *T {
	if !v.Known {
		return nil
	}
	return &v.Value
}

func (a *api) reference(ctx context.Context) (store.Reference, error) {
	if a.store == nil {
		return store.Reference{}, noStore()
	}
	return a.store.Reference(ctx)
}

// season reads the year of a path.
func season(r *http.Request) (int, error) {
	n, err := strconv.Atoi(r.PathValue("season"))
	if err != nil || n < 1950 || n > 2100 {
		return 0, invalid("path.season", "it is no year from 1950 to 2100", r.PathValue("season"))
	}
	return n, nil
}

func (a *api) races(ctx context.Context, r *http.Request, _ *form) (wire.Races, age, error) {
	list := wire.Races{Races: []wire.Race{}}
	var err error
	if list.Season, err = season(r); err != nil {
		return list, private, err
	}
	ref, err := a.reference(ctx)
	if err != nil {
		return list, private, err
	}
	stored, err := a.store.Sessions(ctx, store.SessionQuery{Season: list.Season})
	if err != nil {
		return list, private, err
	}
	for _, race := range ref.Races {
		if race.Season != list.Season {
			continue
		}
		w := wire.Race{
			ID: race.ID, Season: race.Season, Round: race.Round, Circuit: wire.Text(race.CircuitID), Name: wire.Text(race.Name), Date: wire.OptTime(race.Date),
			Sessions: []string{},
		}
		for i := range slices.Backward(stored) { // newest first in the store
			if stored[i].Round == f1.Some(race.Round) {
				w.Sessions = append(w.Sessions, stored[i].ID)
			}
		}
		list.Races = append(list.Races, w)
	}
	if len(list.Races) == 0 {
		return list, private, plain(http.StatusNotFound, "no race of "+strconv.Itoa(list.Season)+" is stored")
	}
	return list, changing, nil
}
