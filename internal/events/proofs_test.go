package events_test

import (
	"slices"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// proofKinds are the kinds whose proofs are tried below.
var proofKinds = []f1.EventKind{events.LapCompleted, events.FastestOverall, events.FastestPersonal, events.LapDeleted, events.LapReinstated,
	events.TrackLimitsStrike, events.PitEntry, events.PitExit, events.PitStop, events.PitDriveThrough, events.PitRedFlag, events.TyreChanged,
	events.SectorOverall, events.SectorPersonal, events.SpeedRecord, events.KnockedOut, events.Advanced, events.BubbleChange,
	events.ChequeredLeader, events.ChequeredCar}

// TestProofsCanFail: a proof that holds for everything is none. That of an event with another car, value or place
// must fail, and each event cites at least one message without which it is not proved.
func TestProofsCanFail(t *testing.T) {
	tried := map[f1.EventKind]int{}
	for _, path := range []string{azerbaijan2018, miami2025, imola2024} {
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		d, _ := detect(messages)
		for _, e := range d.Journal() {
			if !slices.Contains(proofKinds, e.Kind) || tried[e.Kind] > 200 {
				continue
			}
			tried[e.Kind]++
			other := func(what string, change func(*f1.Event)) {
				changed := e
				change(&changed)
				if prove(&changed, messages) == nil {
					t.Errorf("%s: proved with another %s: %s", path, what, describe(&changed))
				}
			}
			if e.Car.Known {
				other("car", func(e *f1.Event) { e.Car.Value = 98 })
			}
			if e.Value.Known {
				other("value", func(e *f1.Event) { e.Value.Value++ })
			}
			if e.Other.Known {
				other("other car", func(e *f1.Event) { e.Other.Value = 98 })
			}
			if e.To.Known && e.Kind != events.PitStop && e.Kind != events.PitDriveThrough && e.Kind != events.PitRedFlag && e.Kind != events.TyreChanged {
				other("place", func(e *f1.Event) { e.To.Value += 30 })
			}
			needed := false
			for i := range e.Evidence {
				for k := i; k < len(e.Evidence) && !needed; k++ { // of two witnesses either will do
					without := e
					without.Evidence = slices.Delete(slices.Clone(e.Evidence), k, k+1)
					if k > i {
						without.Evidence = slices.Delete(without.Evidence, i, i+1)
					}
					needed = prove(&without, messages) != nil
				}
			}
			if !needed {
				t.Errorf("%s: no cited message is needed for %s", path, describe(&e))
			}
		}
	}
	t.Logf("tried: %v", tried)
}
