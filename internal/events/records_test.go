package events_test

import (
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// TestRecordsAtRacingPace: by timing's table of laps, no record of lap time that a race tells loudly was set behind a safety
// car or under a red flag to its end (one car in Australia beat everybody on a lap that began behind it), nor while everybody's first laps are records.
func TestRecordsAtRacingPace(t *testing.T) {
	compared := 0
	for _, path := range []string{azerbaijan2018, miami2025, australia2025} {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		under := map[[2]int]string{}
		for _, l := range s.Laps() {
			under[[2]int{l.DriverNumber, l.LapNumber}] = l.TrackStatus
		}
		for _, e := range held(d.Journal(), events.FastestOverall) {
			if e.Priority > f1.P2 {
				continue
			}
			compared++
			if u := under[[2]int{e.Car.Value, e.Lap.Value}]; u == "" || strings.ContainsAny(u, "4567") && !strings.HasSuffix(u, "1") || e.Lap.Value <= 5 {
				t.Errorf("%s: track status %q: %s", path, u, describe(&e))
			}
		}
	}
	if compared < 50 {
		t.Errorf("only %d records", compared)
	}
}
