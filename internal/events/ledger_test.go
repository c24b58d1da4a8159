package events_test

import (
	"math"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
)

// stopPair is a pair of stops: cars and in-laps.
type stopPair struct{ first, second, from, to int }

// outcomes are the undercuts and overcuts told with an outcome, by the stops; it checks that every attempt came to an
// end, and that no outcome is without one.
func outcomes(t *testing.T, journal []f1.Event) map[stopPair]f1.Event {
	t.Helper()
	attempts, ends := map[[3]int]f1.Event{}, map[stopPair]f1.Event{}
	for _, e := range events.Newest(journal) {
		switch e.Kind {
		case events.UndercutAttempt, events.OvercutAttempt:
			if e.Status == f1.Provisional {
				t.Errorf("nobody says what became of it: %s", describe(&e))
			}
			if e.Status == f1.Confirmed {
				attempts[[3]int{e.Car.Value, e.Other.Value, e.From.Value}] = e
			}
		case events.UndercutSuccess, events.UndercutFail:
			ends[stopPair{e.Car.Value, e.Other.Value, e.From.Value, e.To.Value}] = e
		case events.OvercutSuccess, events.OvercutFail:
			ends[stopPair{e.Other.Value, e.Car.Value, e.From.Value, e.To.Value}] = e
		}
	}
	for _, e := range ends {
		k := [3]int{e.Car.Value, e.Other.Value, e.From.Value}
		if _, ok := attempts[k]; !ok {
			t.Errorf("nobody attempted it: %s", describe(&e))
		}
		delete(attempts, k)
	}
	for _, e := range attempts {
		t.Errorf("confirmed without an outcome: %s", describe(&e))
	}
	return ends
}

// TestOutcomesAreTheLedger holds the outcomes told as they happened to the rows of the ledger made from the laps
// afterwards, of recorded and of simulated races: the same pairs, the same sign, the same gain within 0.1 s.
func TestOutcomesAreTheLedger(t *testing.T) {
	pairs, wrong := 0, 0
	judge := func(path string, messages []feed.Message) {
		d, s := detect(messages)
		if !s.IsRace() {
			return
		}
		told := outcomes(t, d.Journal())
		for _, u := range strategy.Of(s, strategy.Config{}).Ledger {
			k := stopPair{u.First, u.Second, u.FirstLap, u.SecondLap}
			pairs++
			e, ok := told[k]
			if delete(told, k); !ok {
				wrong++
				t.Logf("%s: nothing told of %+v", path, u)
				continue
			}
			gained := u.Before - u.After // by the one that stopped first
			if u.Kind == strategy.KindOvercut {
				gained = -gained
			}
			most := .1
			if !allTimed(s, &u) {
				most = .3 // there is only when messages told of the crossings, tenths late
			}
			if off := gained - time.Duration(e.Value.Value*float64(time.Second)); math.Abs(off.Seconds()) > most ||
				u.Worked != (e.Kind == events.UndercutSuccess || e.Kind == events.OvercutSuccess) {
				wrong++
				t.Logf("%s: told %s, the ledger has %v of %+v", path, describe(&e), gained, u)
			}
		}
		for _, e := range told {
			wrong++
			t.Logf("%s: not in the ledger: %s", path, describe(&e))
		}
	}
	for _, path := range recordings(t) {
		judge(path, reference.Messages(t, reference.Path(t, "live-timing", path)))
	}
	recorded := pairs
	for seed, circuit := range []string{"silverstone", "baku", "monaco"} {
		messages, _ := simulated(t, sim.Config{Session: f1.Race, Circuit: circuit, Laps: 30, Seed: uint64(seed + 1), Season: 2025, Before: time.Minute})
		judge(circuit, messages)
	}
	t.Logf("%d pairs in recordings, %d in simulations, %d differ", recorded, pairs-recorded, wrong)
	if recorded < 3 || pairs < 60 || wrong > 0 {
		t.Error("what is told and what the ledger has are not the same")
	}
}

// allTimed reports whether both cars of a pair have the times of all its laps.
func allTimed(s *timing.Session, u *strategy.Undercut) bool {
	for lap := u.FirstLap; lap <= u.SecondLap+1; lap++ {
		if !s.TimedLap(s.Cars[u.First], lap).Time.Known || !s.TimedLap(s.Cars[u.Second], lap).Time.Known {
			return false
		}
	}
	return true
}
