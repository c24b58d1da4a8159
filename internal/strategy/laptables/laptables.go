// Package laptables reads the lap tables of past seasons, one CSV file a season with a row a car and lap, into the
// races that package strategy learns from and is measured on. Only the generator of the priors and tests
// call it; the program does not.
package laptables

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/history"
	"pitwall.live/internal/strategy"
)

// Seasons are those of which there are tables of races; of sprints there are from 2021 on.
var Seasons = []int{2018, 2019, 2020, 2021, 2022, 2023, 2025}

// faulty are races whose session times do not belong together: 2018 round 4 has four cars shifted by up to
// twelve seconds.
var faulty = map[[2]int]bool{{2018, 4}: true}

// Read returns the races and sprints of a season from the folder of the tables, in order of round.
func Read(dir string, season int) ([]*strategy.Race, error) {
	races, err := read(filepath.Join(dir, fmt.Sprintf("gp_laps_transformed_%d.csv.gz", season)), season, f1.Race)
	if err != nil {
		return nil, err
	}
	sprints, err := read(filepath.Join(dir, fmt.Sprintf("sprint_laps_transformed_%d.csv.gz", season)), season, f1.Sprint)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return append(races, sprints...), err
}

// ReadAll returns the races of all seasons.
func ReadAll(dir string) ([]*strategy.Race, error) {
	var all []*strategy.Race
	for _, season := range Seasons {
		races, err := Read(dir, season)
		if err != nil {
			return nil, err
		}
		all = append(all, races...)
	}
	return all, nil
}

func read(path string, season int, kind f1.SessionType) (races []*strategy.Race, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("laptables: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	races, err = Decode(f, season, kind)
	if err != nil {
		return nil, fmt.Errorf("laptables: %s: %w", path, err)
	}
	return races, nil
}

// Decode reads one table of a season's races or sprints. A row that can not be read is an error, unlike in an import:
// figures that the program trusts are learned of it. Only the rows of cars that did not complete a first lap, which
// some tables number 0, are passed over.
func Decode(from io.Reader, season int, kind f1.SessionType) ([]*strategy.Race, error) {
	var races []*strategy.Race
	for s, err := range history.DecodeLaps(from, "lap table") {
		if err != nil {
			return nil, err
		}
		for _, d := range s.Defects {
			if d.Kind == history.FieldUnreadable || d.Kind == history.RowUnreadable && !strings.Contains(d.Detail, `lap "0`) {
				return nil, errors.New(d.String())
			}
		}
		if faulty[[2]int{season, s.Round.Value}] {
			continue
		}
		s.Season, s.Type = f1.Some(season), kind
		s.SessionKey = fmt.Sprintf("%d-%02d-%s", season, s.Round.Value, kind)
		if s.CircuitID = history.CircuitOfEvent(s.Event); s.CircuitID == "" {
			return nil, fmt.Errorf("no circuit is known of %q", s.Event)
		}
		race := &strategy.Race{Session: s.SessionRow, Laps: s.Laps}
		for _, stop := range s.PitStops {
			if stop.PitLane.Known {
				race.Stops = append(race.Stops, stop)
			}
		}
		races = append(races, race)
	}
	slices.SortFunc(races, func(a, b *strategy.Race) int { return a.Session.Round.Value - b.Session.Round.Value })
	return races, nil
}
