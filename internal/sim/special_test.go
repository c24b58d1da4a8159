package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

var quiet = []string{feed.TopicCarData, feed.TopicPosition}

// until plays sessions of a kind, seed by seed, until f has seen enough of them.
func until(t *testing.T, cfg sim.Config, f func(*sim.Sim, *timing.Session) bool) {
	t.Helper()
	cfg.Without = quiet
	for ; cfg.Seed < 120; cfg.Seed++ {
		s, ts := play(t, cfg)
		compareTables(t, newFound(), s, ts)
		if f(s, ts) {
			return
		}
	}
	t.Errorf("not seen in %d seeds", cfg.Seed)
}

// TestReinstated: a lap that was deleted and given back is not deleted in the end, and the best again if it
// was the best.
func TestReinstated(t *testing.T) {
	for _, kind := range []f1.SessionType{f1.Race, f1.Qualifying, f1.Practice1} {
		given, best := 0, 0
		until(t, sim.Config{Session: kind, Circuit: "silverstone", Laps: 20, Length: 40 * time.Minute}, func(s *sim.Sim, ts *timing.Session) bool {
			laps := map[lapKey]f1.LapRow{}
			for _, l := range ts.Laps() {
				laps[lapKey{l.DriverNumber, l.LapNumber}] = l
			}
			for _, d := range s.Truth().Deletions {
				l := laps[lapKey{d.DriverNumber, d.LapNumber}]
				if l.Deleted == d.Reinstated {
					t.Errorf("%s seed %d: car %d lap %d: deleted %v, reinstated %v", kind, s.Model().Config().Seed, d.DriverNumber, d.LapNumber, l.Deleted, d.Reinstated)
				}
				if d.Reinstated {
					given++
					if ts.Cars[d.DriverNumber].BestLap.Time == f1.Some(d.LapTime) {
						best++
					}
				}
			}
			return given >= 3 && (best >= 1 || kind.IsRace())
		})
	}
}

// TestNonStarters: a car that stops on the formation lap is on the grid list, has no lap and did not start;
// one that starts from the lane begins its first lap in the pits, and made no stop by that.
func TestNonStarters(t *testing.T) {
	absent, lane := 0, 0
	until(t, sim.Config{Session: f1.Race, Circuit: "melbourne", Laps: 4}, func(s *sim.Sim, ts *timing.Session) bool {
		for _, r := range ts.Results() {
			if r.Status != timing.ResultNotStarted {
				continue
			}
			absent++
			if r.Classified.Value || r.LapsCompleted.Value != 0 || r.Grid.Value == 0 {
				t.Errorf("a car that did not start: %+v", r)
			}
			for _, l := range ts.Laps() {
				if l.DriverNumber == r.DriverNumber {
					t.Errorf("it has a lap: %+v", l)
				}
			}
		}
		for _, l := range ts.Laps() {
			if l.LapNumber != 1 || !l.InPitAtStart {
				continue
			}
			lane++
			if !l.PitOut.Known || l.PitOut.Value.Before(s.Zero()) {
				t.Errorf("seed %d: from the lane: %+v", s.Model().Config().Seed, l)
			}
			for _, stop := range ts.PitStops() {
				if stop.DriverNumber == l.DriverNumber && stop.PitIn.Value.Before(s.Zero().Add(time.Minute)) {
					t.Errorf("starting from the lane is a stop: %+v", stop)
				}
			}
		}
		return absent >= 2 && lane >= 2
	})
}

// TestEndedUnderRed: a red flag late in a part ends it: no restart and no chequered flag, and the next part
// begins with those who had times.
func TestEndedUnderRed(t *testing.T) {
	early, last := 0, 0
	until(t, sim.Config{Session: f1.SprintQualifying, Circuit: "jeddah", Season: 2025}, func(s *sim.Sim, ts *timing.Session) bool {
		flags := 0
		over := slices.ContainsFunc(ts.RaceControlRows(), func(r f1.RaceControlRow) bool { return strings.Contains(r.Message, "NOT BE RESUMED") })
		for _, r := range ts.RaceControlRows() {
			if r.Flag == "CHEQUERED" {
				flags++
			}
		}
		switch {
		case !over && flags != 3:
			t.Errorf("seed %d: %d chequered flags", s.Model().Config().Seed, flags)
		case over && flags == 3:
			t.Errorf("seed %d: every part had its flag, though one was not resumed", s.Model().Config().Seed)
		case over && ts.TrackStatuses()[len(ts.TrackStatuses())-1].Status == f1.TrackRed:
			last++
		case over:
			early++
		}
		if got, want := knockedOut(ts), 10; got != want {
			t.Errorf("seed %d: %d cars knocked out, want %d", s.Model().Config().Seed, got, want)
		}
		return early >= 1 && last >= 1
	})
}

// TestNoTime: a car without a time in the first part keeps the feed's Cutoff and is knocked out.
func TestNoTime(t *testing.T) {
	seen := 0
	until(t, sim.Config{Session: f1.Qualifying, Circuit: "monaco", Season: 2025}, func(s *sim.Sim, ts *timing.Session) bool {
		for _, c := range ts.Cars {
			if c.KnockedOut && c.PartBest[0].Time.Known == c.NoTimeYet {
				t.Errorf("seed %d, car %d: time %v, Cutoff %v", s.Model().Config().Seed, c.Number, c.PartBest[0].Time, c.NoTimeYet)
			}
			if c.NoTimeYet {
				seen++
				if !c.KnockedOut {
					t.Errorf("seed %d: car %d has no time and goes on", s.Model().Config().Seed, c.Number)
				}
			}
		}
		return seen >= 2
	})
}

func knockedOut(ts *timing.Session) (n int) {
	for _, c := range ts.Cars {
		if c.KnockedOut {
			n++
		}
	}
	return n
}

// TestStandingRestart: after a red flag in the dry the race goes on with a start: the whole field on the
// leader's lap crosses the line within seconds at the end of the lap behind the safety car.
func TestStandingRestart(t *testing.T) {
	until(t, sim.Config{Session: f1.Race, Circuit: "baku", Laps: 24, Rain: 1}, func(s *sim.Sim, ts *timing.Session) bool {
		seen := ""
		for _, r := range ts.RaceControlRows() {
			for _, w := range []string{"RED FLAG", "RACE WILL RESUME AT", "SAFETY CAR DEPLOYED", "SAFETY CAR WILL ENTER PITS: STANDING START", "TRACK CLEAR"} {
				if strings.HasPrefix(r.Message, w) && (seen != "" || w == "RED FLAG") {
					seen += w + "; "
				}
			}
		}
		if strings.Contains(seen, "STANDING") && !strings.HasPrefix(seen, "RED FLAG; RACE WILL RESUME AT; SAFETY CAR DEPLOYED; SAFETY CAR WILL ENTER PITS: STANDING START; TRACK CLEAR; ") {
			t.Errorf("seed %d: %s", s.Model().Config().Seed, seen)
		}
		for _, r := range ts.RaceControlRows() {
			if !strings.HasSuffix(r.Message, "STANDING START") {
				continue
			}
			for _, l := range ts.Laps() {
				if l.LapNumber == r.LapNumber.Value && l.LapsDown.Or(1) == 0 && l.GapToLeader.Or(0) > 8*time.Second {
					t.Errorf("seed %d: car %d is %v behind on the grid of lap %d", s.Model().Config().Seed, l.DriverNumber, l.GapToLeader, l.LapNumber)
				}
			}
		}
		return strings.Contains(seen, "STANDING")
	})
}
