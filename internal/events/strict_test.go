package events_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// strict are the detectors of which every proof must fail when the event or its evidence is changed.
var strict = []string{"start", "battle", "train", "closing", "lapping", "undercut", "rulewarning", "championship"}

// TestProofsAreStrict changes what is told and what is cited: a proof that holds for another car, with another
// value, or whatever is left out, proves nothing.
func TestProofsAreStrict(t *testing.T) {
	type told struct {
		e   f1.Event
		all []feed.Message
	}
	var list []told
	var kinds []f1.EventKind
	for _, name := range strict {
		kinds = append(kinds, events.KindsOf(name)...)
		for _, s := range readScript(t, filepath.Join("testdata", name+".txt")) {
			d, state := events.Start(events.Defaults()), timing.New()
			for i := range s.feed {
				s.feed[i].Offset = uint64(i + 1)
				d.Step(state, &s.feed[i], state.Apply(&s.feed[i]))
			}
			for _, e := range d.Journal() {
				list = append(list, told{e, s.feed})
			}
		}
	}
	r := simulate(t, sim.Config{Session: f1.Race, Circuit: "baku", Laps: 20, Seed: 7, Season: 2025, Before: time.Minute})
	for _, e := range r.events {
		list = append(list, told{e, r.messages})
	}
	judged := map[f1.EventKind]int{}
	for _, x := range list {
		if !slices.Contains(kinds, x.e.Kind) {
			continue
		}
		judged[x.e.Kind]++
		change := func(what string, f func(*f1.Event)) {
			e := x.e
			f(&e)
			if prove(&e, x.all) == nil {
				t.Errorf("%s is proved with %s", describe(&x.e), what)
			}
		}
		if x.e.Car.Known && len(x.e.Cars) == 0 {
			change("a car that is not there", func(e *f1.Event) { e.Car.Value = 99 })
		}
		if x.e.Other.Known {
			change("another car that is not there", func(e *f1.Event) { e.Other.Value = 98 })
		}
		if len(x.e.Cars) > 0 {
			change("a car less", func(e *f1.Event) { e.Cars = e.Cars[1:] })
		}
		if x.e.Value.Known && x.e.Status != f1.Retracted && x.e.Kind != events.BattleStarted && x.e.Kind != events.TrainFormed && x.e.Kind != events.ChampionshipSwing {
			change("another value", func(e *f1.Event) { e.Value.Value += 7 })
		}
		needed := 0
		for i := range x.e.Evidence {
			e := x.e
			e.Evidence = slices.Delete(slices.Clone(e.Evidence), i, i+1)
			if len(e.Evidence) == 0 || prove(&e, x.all) != nil {
				needed++
			}
		}
		if needed == 0 {
			t.Errorf("%s is proved whichever of its %d messages is left out", describe(&x.e), len(x.e.Evidence))
		}
	}
	for _, k := range kinds {
		if judged[k] == 0 {
			t.Errorf("%s was never told", k)
		}
	}
	t.Logf("%v", judged)
}
