package sim_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// play reads a whole simulated session into a timing session.
func play(t *testing.T, cfg sim.Config) (*sim.Sim, *timing.Session) {
	t.Helper()
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ts := timing.New()
	var m feed.Message
	for {
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return s, ts
		}
		if err != nil {
			t.Fatal(err)
		}
		ts.Apply(&m)
	}
}

// sessions are the kinds a seed is tried on: all on short distances, so that fifty seeds take seconds.
func sessions(seed uint64) []sim.Config {
	circuits := []string{"silverstone", "mexico_city", "monaco", "spa", "interlagos", "jeddah", "monza", "madring"}
	c := circuits[seed%uint64(len(circuits))]
	quiet := []string{feed.TopicCarData, feed.TopicPosition}
	season := 2025 + int(seed%2)
	kinds := []sim.Config{
		{Session: f1.Race, Laps: 14},
		{Session: f1.Sprint, Laps: 9},
		{Session: f1.Qualifying},
		{Session: f1.Practice2, Length: 25 * time.Minute},
	}
	if seed%10 == 0 {
		kinds[0].Laps = 0
		kinds = append(kinds, sim.Config{Session: f1.SprintQualifying})
	}
	for i := range kinds {
		kinds[i].Circuit, kinds[i].Seed, kinds[i].Without, kinds[i].Season = c, seed, quiet, season
	}
	return kinds
}

// TestTablesEqualTruth: what package timing makes of the feed is what happened.
func TestTablesEqualTruth(t *testing.T) {
	seeds := uint64(50)
	if testing.Short() {
		seeds = 6
	}
	for seed := range seeds {
		for _, cfg := range sessions(seed) {
			t.Run(fmt.Sprintf("%d/%s", seed, cfg.Session), func(t *testing.T) {
				t.Parallel()
				s, ts := play(t, cfg)
				if ts.SkippedTotal > 0 {
					t.Errorf("%d messages could not be used, first %+v", ts.SkippedTotal, ts.Skipped[0])
				}
				truth := s.Truth()
				compareLaps(t, truth, ts.Laps())
				compareStints(t, truth.Stints, ts.Stints())
				compareStops(t, truth, ts.PitStops(), cfg.Session.IsRace())
				compareResults(t, truth.Results, ts.Results(), cfg.Session.IsRace())
				compareLogs(t, truth, ts)
			})
		}
	}
}

func compareLogs(t *testing.T, truth *sim.Truth, ts *timing.Session) {
	t.Helper()
	f := func(name string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	f("session", ts.SessionRow(), truth.Session)
	f("drivers", fmt.Sprint(ts.DriverRows()), fmt.Sprint(truth.Drivers))
	f("race control", fmt.Sprint(ts.RaceControlRows()), fmt.Sprint(truth.RaceControl))
	f("radio", fmt.Sprint(ts.TeamRadio()), fmt.Sprint(truth.Radio))
	f("weather reports", len(ts.WeatherRows()), len(truth.Weather))
	for i, r := range ts.TrackStatuses() {
		if i < len(truth.TrackStatus) {
			f("track status", r.Status, truth.TrackStatus[i].Status)
		}
	}
	f("track statuses", len(ts.TrackStatuses()), len(truth.TrackStatus))
}

type lapKey struct{ car, lap int }

func compareLaps(t *testing.T, truth *sim.Truth, got []f1.LapRow) {
	t.Helper()
	have := map[lapKey]*f1.LapRow{}
	for i := range got {
		have[lapKey{got[i].DriverNumber, got[i].LapNumber}] = &got[i]
	}
	if len(got) != len(truth.Laps) {
		t.Errorf("%d laps, want %d", len(got), len(truth.Laps))
	}
	bad := 0
	for i := range truth.Laps {
		w := &truth.Laps[i]
		g := have[lapKey{w.DriverNumber, w.LapNumber}]
		if g == nil {
			t.Errorf("car %d lap %d: missing", w.DriverNumber, w.LapNumber)
			bad++
			continue
		}
		wrong := ""
		differ := func(name string, want, got any) {
			if want != got {
				wrong += fmt.Sprintf(" %s %v, want %v;", name, got, want)
			}
		}
		differ("lap time", w.LapTime, g.LapTime)
		differ("sector 1", w.Sector1, g.Sector1)
		differ("sector 2", w.Sector2, g.Sector2)
		differ("sector 3", w.Sector3, g.Sector3)
		differ("stint", w.StintNumber, g.StintNumber)
		differ("compound", w.Compound, g.Compound)
		differ("age", w.TyreAge, g.TyreAge)
		differ("fresh", w.FreshTyre, g.FreshTyre)
		differ("deleted", w.Deleted, g.Deleted)
		differ("personal best", w.PersonalBest, g.PersonalBest)
		differ("pit in", w.PitIn.Known, g.PitIn.Known)
		differ("pit out", w.PitOut.Known, g.PitOut.Known)
		differ("in pit at start", w.InPitAtStart, g.InPitAtStart)
		if w.Position.Known {
			differ("position", w.Position, g.Position)
			differ("interval", w.Interval, g.Interval)
			differ("laps down", w.LapsDown, g.LapsDown)
			if w.LapsDown.Value == 0 {
				differ("gap", w.GapToLeader, g.GapToLeader)
			}
		}
		if wrong != "" {
			t.Errorf("car %d lap %d:%s", w.DriverNumber, w.LapNumber, wrong)
			bad++
		}
		if bad > 8 {
			t.Fatal("and more")
		}
	}
}

func compareStints(t *testing.T, want, got []f1.StintRow) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d stints, want %d", len(got), len(want))
	}
	for i := range min(len(want), len(got)) {
		w, g := want[i], got[i]
		w.SessionKey, g.SessionKey = "", ""
		if w != g {
			t.Errorf("stint %+v, want %+v", g, w)
			return
		}
	}
}

func compareStops(t *testing.T, truth *sim.Truth, got []f1.PitStopRow, race bool) {
	t.Helper()
	want := truth.PitStops
	// Messages of different topics overtake each other within half a second.
	turning := func(at time.Time) bool {
		for _, r := range truth.TrackStatus {
			if r.Time.Sub(at).Abs() < time.Second {
				return true
			}
		}
		return false
	}
	if len(want) != len(got) {
		t.Errorf("%d stops, want %d", len(got), len(want))
		return
	}
	byCar := map[[2]int]f1.PitStopRow{}
	for _, g := range got {
		byCar[[2]int{g.DriverNumber, g.StopNumber}] = g
	}
	for _, w := range want {
		g, ok := byCar[[2]int{w.DriverNumber, w.StopNumber}]
		switch {
		case !ok:
			t.Errorf("car %d stop %d: missing", w.DriverNumber, w.StopNumber)
		case g.LapNumber != w.LapNumber, g.CompoundFrom != w.CompoundFrom, g.CompoundTo != w.CompoundTo, g.Under != w.Under && !turning(w.PitIn.Value),
			g.PitOut.Known != w.PitOut.Known, (g.PitLane.Value - w.PitLane.Value).Abs() > 400*time.Millisecond:
			t.Errorf("stop %+v, want %+v", g, w)
		case race && g.Stationary.Known && (g.Stationary.Value-w.Stationary.Value).Abs() > 60*time.Millisecond:
			t.Errorf("car %d stop %d: stood %v, want %v", w.DriverNumber, w.StopNumber, g.Stationary, w.Stationary)
		}
	}
}

func compareResults(t *testing.T, want, got []f1.ResultRow, race bool) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d results, want %d", len(got), len(want))
		return
	}
	for i := range want {
		w, g := want[i], got[i]
		same := w.DriverNumber == g.DriverNumber && w.Position == g.Position && w.LapsCompleted == g.LapsCompleted
		if race {
			same = same && w.Status == g.Status && w.Grid == g.Grid && w.Classified == g.Classified
		}
		if !same {
			t.Errorf("result %+v, want %+v", g, w)
		}
	}
}
