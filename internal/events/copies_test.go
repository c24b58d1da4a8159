package events_test

import (
	"slices"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// TestCopiesOfTheState: the session may go on in a copy of the state; what these detectors tell is the same.
func TestCopiesOfTheState(t *testing.T) {
	tell := func(journal []f1.Event) (all []string) {
		for _, e := range journal {
			if slices.Contains(proofKinds, e.Kind) {
				all = append(all, e.ID+" "+describe(&e))
			}
		}
		return all
	}
	for _, path := range []string{miami2025, imola2024} {
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		want, _ := detect(messages)
		d, s := events.Start(events.Defaults()), timing.New()
		s.AltKey = "1"
		for i := range messages {
			if i%97 == 96 {
				s = s.Clone() // the old one stays as it is, for who still looks at it
			}
			d.Step(s, &messages[i], s.Apply(&messages[i]))
		}
		if !slices.Equal(tell(d.Journal()), tell(want.Journal())) {
			t.Errorf("%s: a copy of the state every 97 messages gives another journal", path)
		}
	}
}
