package events_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// What leaves the program as a place is one that the car has held or could: of the kinds that count something else
// nothing stands in the columns of the places.
func TestPlacesAreNoCounts(t *testing.T) {
	counts := map[string]string{"pit": "stop", "tyre": "stint", "lapping": "laps_down", "tracklimits": "strike", "undercut": "lap", "championship": "championship_place"}
	of := map[f1.EventKind]string{}
	for _, name := range events.Detectors() {
		for _, k := range events.KindsOf(name) {
			of[k] = counts[name]
		}
	}
	d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", azerbaijan2018)))
	field, seen := len(s.Cars), map[string]bool{}
	for _, e := range events.Newest(d.Journal()) {
		r := events.Row(&e)
		placed, counted := r.PositionFrom.Known || r.PositionTo.Known, r.CountFrom.Known || r.CountTo.Known
		if placed && counted || (placed || counted) != (e.From.Known || e.To.Known) || counted != (r.CountOf != "") || counted && r.CountOf != of[e.Kind] || placed && of[e.Kind] != "" {
			t.Errorf("%s from %v to %v leaves as places %v to %v and %q %v to %v", e.Kind, e.From, e.To, r.PositionFrom, r.PositionTo, r.CountOf, r.CountFrom, r.CountTo)
		}
		for _, p := range []f1.Opt[int]{r.PositionFrom, r.PositionTo} {
			if p.Known && (p.Value < 1 || p.Value > field) {
				t.Errorf("%s: place %d among %d cars", e.Kind, p.Value, field)
			}
		}
		if counted {
			seen[r.CountOf] = true
		}
	}
	if got := strings.Join(slices.Sorted(maps.Keys(seen)), " "); got != "lap laps_down stint stop" {
		t.Errorf("counts seen: %s", got)
	}
}
