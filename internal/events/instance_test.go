package events_test

import (
	"reflect"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// The session may go on in a copy of it: nothing that is told changes. The old instance is spoiled, so that
// whoever still looks at it is found out.
func TestAnotherInstance(t *testing.T) {
	f := func(messages []feed.Message, every int) {
		t.Helper()
		want, _ := detect(messages)
		if len(want.Journal()) < 20 {
			t.Fatalf("%d versions of events: the test proves nothing", len(want.Journal()))
		}
		d, s := events.Start(events.Defaults()), timing.New()
		s.AltKey = "1"
		for i := range messages {
			if i%every == every-1 {
				old := s
				s = s.Clone()
				for _, c := range old.Cars {
					*c = timing.Car{}
				}
			}
			d.Step(s, &messages[i], s.Apply(&messages[i]))
		}
		if !reflect.DeepEqual(d.Journal(), want.Journal()) {
			t.Errorf("a copy every %d messages gives another journal", every)
		}
	}
	messages, _ := simulated(t, sim.Config{Session: f1.Race, Circuit: "monza", Seed: 2, Laps: 12})
	f(messages, 1)
	f(messages, 97)
	f(messages, 1000)
	f(reference.Messages(t, reference.Path(t, "live-timing", azerbaijan2018)), 1009)
}
