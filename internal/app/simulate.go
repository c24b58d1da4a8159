package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/tables"
)

type simulateCmd struct {
	Session string `help:"race, qualifying, sprint, sprint_qualifying or practice." enum:"race,qualifying,sprint,sprint_qualifying,practice" default:"race"`
	Circuit string `help:"Circuit id, such as baku." default:"silverstone" placeholder:"ID"`
	Laps    int    `help:"Laps of a race or sprint; 0 is the usual distance." default:"0"`
	Seed    uint64 `help:"The same seed gives the same bytes." default:"1"`
	Out     string `help:"Archive folder to write." required:"" type:"path" placeholder:"DIR"`
	Truth   string `help:"Folder for the tables as they really were (CSV)." type:"path" placeholder:"DIR"`
	Season  int    `help:"Season whose field and rules are used; 0 is the newest." default:"0"`
}

func (simulateCmd) Help() string {
	return "Writes the session as the official archive keeps one: a page <Topic>.jsonStream for every topic, and Index.json.\n\nExample:\n  pitwall simulate --session race --circuit baku --laps 51 --seed 7 --out baku --truth baku-truth"
}

// Seasons whose feed the simulator speaks: the official live timing's archive begins with 2018.
const oldestSeason, newestSeason = 2018, 2026

var simSessions = map[string]f1.SessionType{
	"race": f1.Race, "qualifying": f1.Qualifying, "sprint": f1.Sprint, "sprint_qualifying": f1.SprintQualifying, "practice": f1.Practice1,
}

func (c simulateCmd) Run(e *env) error {
	if c.Season != 0 && (c.Season < oldestSeason || c.Season > newestSeason) {
		return usage("--season %d: fields and rules are known from %d to %d", c.Season, oldestSeason, newestSeason)
	}
	s, err := sim.New(sim.Config{Session: simSessions[c.Session], Circuit: c.Circuit, Laps: c.Laps, Seed: c.Seed, Season: c.Season})
	if err != nil {
		return usage("%w", err)
	}
	if entries, err := os.ReadDir(c.Out); err == nil && len(entries) > 0 {
		return fmt.Errorf("simulate: %s is not empty; nothing was written", c.Out)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	create := func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(c.Out, name)) }
	if err := sim.WriteArchive(s, create); err != nil {
		return err
	}
	fmt.Fprintf(e.err, "%s: %s at %s, seed %d; %s\n", c.Out, c.Session, c.Circuit, c.Seed, traps(s.Traps()))
	if c.Truth == "" {
		return nil
	}
	return writeTruth(s.Truth(), c.Truth)
}

func traps(counts map[string]int) string {
	words := make([]string, 0, len(counts))
	for name, n := range counts {
		words = append(words, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(words)
	return "traps: " + strings.Join(words, ", ")
}

// writeTruth writes the tables as they really were.
func writeTruth(t *sim.Truth, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	rows := tables.Rows{
		Sessions: slices.Values([]f1.SessionRow{t.Session}), Drivers: slices.Values(t.Drivers), Laps: slices.Values(t.Laps),
		Stints: slices.Values(t.Stints), PitStops: slices.Values(t.PitStops), Positions: slices.Values(t.Positions),
		RaceControl: slices.Values(t.RaceControl), TrackStatus: slices.Values(t.TrackStatus),
		Weather: slices.Values(t.Weather), TeamRadio: slices.Values(t.Radio), Results: slices.Values(t.Results),
		Events: slices.Values(events.Rows(truePasses(t))),
	}
	for _, name := range []string{"sessions", "drivers", "laps", "stints", "pit_stops", "positions", "race_control", "track_status", "weather", "team_radio", "events", "results"} {
		if err := writeFile(filepath.Join(dir, name+".csv"), func(w io.Writer) error {
			_, err := rows.Write(w, name, tables.CSV)
			return err
		}); err != nil {
			return fmt.Errorf("simulate: truth: %w", err)
		}
	}
	return nil
}

// truePasses are the passes on the track as events. What else the detectors tell has its truth in the other tables.
func truePasses(t *sim.Truth) []f1.Event {
	all := make([]f1.Event, len(t.Passes))
	for i, p := range t.Passes {
		all[i] = f1.Event{SessionKey: t.Session.SessionKey, ID: fmt.Sprintf("%d", i+1), Kind: events.OvertakeOnTrack, Priority: f1.P1, Status: f1.Confirmed,
			Time: p.Time, Lap: f1.Some(p.Lap), Car: f1.Some(p.Passer), Other: f1.Some(p.Other)}
	}
	return all
}

func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewWriter(f)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}
