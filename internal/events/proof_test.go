package events_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// lies are changes of an event that make it false. One that does not apply changes nothing.
var lies = map[string]func(*f1.Event){
	"time":  func(e *f1.Event) { e.Time = e.Time.Add(-time.Hour) },
	"car":   func(e *f1.Event) { e.Car.Value = other(e.Car) },
	"value": func(e *f1.Event) { e.Value.Value += 3.5 },
	"cars": func(e *f1.Event) {
		if len(e.Cars) > 1 {
			e.Cars = slices.Clone(e.Cars)
			e.Cars[0], e.Cars[1] = e.Cars[1], e.Cars[0]
		}
	},
	"detail": func(e *f1.Event) {
		if e.Detail != "" {
			e.Detail = "never said"
		}
	},
}

// subject is what an event is about: its kind, when, and the two cars.
func subject(e *f1.Event) string {
	return fmt.Sprint(e.Kind, e.Time, e.Car, e.Other, e.Detail)
}

func other(n f1.Opt[int]) int {
	if !n.Known {
		return 0
	}
	return n.Value%90 + 1
}

// ofRaceControl are the detectors of the session, of race control and of the data.
var ofRaceControl = []string{"session", "part", "procedure", "flag", "safetycar", "blueflag", "overtakemode", "weather", "investigation",
	"penalty", "stopped", "retirement", "incident", "datagap", "result"}

// TestLies changes what events say and takes messages from what they cite: the definition must not hold any more.
func TestLies(t *testing.T) {
	kinds := map[f1.EventKind]bool{}
	for _, name := range append(slices.Clone(ofRaceControl), "order") {
		for _, k := range events.KindsOf(name) {
			kinds[k] = true
		}
	}
	tried, survived := map[f1.EventKind]int{}, map[string]int{}
	for _, path := range []string{azerbaijan2018, miami2025, "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying",
		"archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2", "archive/2020/2020-08-30_Belgian_Grand_Prix/2020-08-30_Race"} {
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		d, _ := detect(messages)
		so := map[string]bool{} // what is told is no lie, though of another event
		for _, e := range d.Journal() {
			if strings.HasPrefix(string(e.Kind), "order.") {
				so[subject(&e)] = true
			}
		}
		for _, e := range d.Journal() {
			if !kinds[e.Kind] {
				continue
			}
			tried[e.Kind]++
			for name, change := range lies {
				lie := e
				if change == nil {
					continue
				}
				change(&lie)
				if describe(&lie) == describe(&e) || subject(&lie) != subject(&e) && so[subject(&lie)] {
					continue
				}
				if prove(&lie, messages) == nil {
					if survived[name+" of "+string(e.Kind)]++; survived[name+" of "+string(e.Kind)] == 1 {
						t.Errorf("%s passes as %s", describe(&e), describe(&lie))
					}
				}
			}
			needed := false // SessionInfo of 2025 says the status as well: then only both are
			for i := range e.Evidence {
				for k := range e.Evidence[i:] {
					lie := e
					lie.Evidence = slices.Delete(slices.Clone(e.Evidence), i, i+k+1)
					needed = needed || k < 2 && prove(&lie, messages) != nil
				}
			}
			if !needed {
				t.Errorf("%s holds without any one of %v", describe(&e), e.Evidence)
			}
		}
	}
	t.Logf("%v tried", tried)
	for what, n := range survived {
		t.Errorf("%d times a changed %s still holds", n, what)
	}
}
