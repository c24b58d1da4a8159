package events_test

import (
	"maps"
	"slices"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// TestSimulated compares the events of simulated sessions with their truth: who fell out, the final order, race
// control one to one, no data missing; and proves every version.
func TestSimulated(t *testing.T) {
	out := 0
	for _, cfg := range []sim.Config{{Session: f1.Race, Seed: 2, Laps: 12}, {Session: f1.Race, Seed: 4, Laps: 12}, {Session: f1.Sprint, Seed: 4, Laps: 10},
		{Session: f1.Qualifying, Seed: 2}, {Session: f1.Practice1, Seed: 3}} {
		messages, truth := simulated(t, cfg)
		d, state := detect(messages)
		mine := slices.DeleteFunc(slices.Clone(d.Journal()), func(e f1.Event) bool {
			return !slices.ContainsFunc(ofRaceControl, func(name string) bool { return slices.Contains(events.KindsOf(name), e.Kind) })
		})
		proveAll(t, mine, messages)
		got := told(mine)
		maps.DeleteFunc(got, func(kind string, _ int) bool { return !ofControl(kind) })
		if want := spoken(state); !maps.Equal(got, want) {
			t.Errorf("%s seed %d: events by kind\n  %v\nmessages\n  %v", cfg.Session, cfg.Seed, got, want)
		}
		if gaps := held(d.Journal(), "data."); len(gaps) > 0 {
			t.Errorf("%s seed %d: %v", cfg.Session, cfg.Seed, words(gaps))
		}
		fellOut, want := map[int]bool{}, map[int]bool{}
		for _, e := range held(d.Journal(), "retirement") {
			fellOut[e.Car.Value] = true
		}
		var order []int
		for _, r := range truth.Results {
			if r.Position.Known {
				order = append(order, r.DriverNumber)
			}
			if cfg.Session.IsRace() && (r.Status == timing.ResultRetired || r.Status == timing.ResultStopped) {
				want[r.DriverNumber] = true
				out++
			}
		}
		if !maps.Equal(fellOut, want) {
			t.Errorf("%s seed %d: out %v, in truth %v", cfg.Session, cfg.Seed, fellOut, want)
		}
		if final := held(d.Journal(), "result.final"); len(final) != 1 || !slices.Equal(final[0].Cars[:len(order)], order) {
			t.Errorf("%s seed %d: final %v, in truth %v", cfg.Session, cfg.Seed, words(final), order)
		}
	}
	if out < 3 {
		t.Errorf("only %d cars fell out", out)
	}
}
