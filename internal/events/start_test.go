package events_test

import (
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/reference"
)

// TestStartBehindTheSafetyCar holds the start of the 2025 Miami sprint, which stood on the grid after two laps behind
// the safety car, to its grid and its lap chart: from where to which place at the end of lap 3. Car 16, sixth on the
// grid, did not start.
func TestStartBehindTheSafetyCar(t *testing.T) {
	places := map[int][2]int{12: {1, 4}, 81: {2, 1}, 4: {3, 2}, 1: {4, 3}, 6: {9, 10}, 14: {10, 8}, 27: {11, 15}, 31: {12, 12}, 10: {13, 14}, 30: {14, 9}, 55: {15, 13},
		18: {16, 11}, 7: {17, 18}, 5: {18, 19}, 87: {19, 16}, 22: {20, 17}}
	same := map[int]bool{63: true, 44: true, 23: true} // 44 and 23 stood behind the empty slot
	d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", miami2025)))
	for _, e := range events.Newest(d.Journal()) {
		if e.Kind != events.StartGain && e.Kind != events.StartLoss {
			continue
		}
		n := e.Car.Value
		want, known := places[n]
		if same[n] || known && (e.From.Value != want[0] || e.To.Value != want[1]) || e.Lap.Value != 3 {
			t.Errorf("told %s, it was %v", describe(&e), want)
		}
		slot := e.From.Value
		if slot > 6 {
			slot--
		}
		gained := slot - e.To.Value
		if e.Kind == events.StartLoss {
			gained = -gained
		}
		if gained != int(e.Value.Value) {
			t.Errorf("%s: %d places", describe(&e), gained)
		}
		delete(places, n)
	}
	for n, want := range places {
		if slot := want[0]; slot > 6 && slot-1 == want[1] || slot == want[1] {
			continue
		}
		t.Errorf("nothing told of car %d, %v", n, want)
	}
}
