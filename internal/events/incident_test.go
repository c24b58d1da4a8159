package events_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// crashed are the official reasons of a retirement that begin with a car in trouble on the track.
var crashed = []string{"Accident", "Collision", "Spun off", "Collision damage"}

// hasMinis reports whether the feed has told mini-sectors of a car.
func hasMinis(s *timing.Session) bool {
	for _, c := range s.Cars {
		for i := range c.Sectors {
			if len(c.Sectors[i].Segments) > 0 {
				return true
			}
		}
	}
	return false
}

// TestIncidentRecall: of the cars that timing or race control saw stop, and of those that an accident put out by the
// official result, how many had an incident told of them. An incident needs a yellow flag for the whole track and a car
// that had passed something before: many have neither. The floor is what is found.
func TestIncidentRecall(t *testing.T) {
	results := map[string][3]string{
		azerbaijan2018: {"race-results.csv.gz", "2018", "4"}, australia2025: {"race-results.csv.gz", "2025", "1"},
		miami2025: {"race-sprint-race-results.csv.gz", "2025", "6"},
	}
	stops, seen, told := 0, 0, 0
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		if !hasMinis(s) {
			continue
		}
		at := map[string]time.Time{} // stops, by car and time; and cars that crashed out
		for _, e := range held(d.Journal(), events.CarStopped) {
			at[fmt.Sprintf("%d %s", e.Car.Value, e.Time.Format("15:04"))] = e.Time
		}
		if table, ok := results[path]; ok {
			for _, r := range officialRows(t, table[0], table[1], table[2]) {
				if slices.Contains(crashed, r["reasonRetired"]) {
					for _, e := range held(d.Journal(), events.Retirement) {
						if strconv.Itoa(e.Car.Value) == r["driverNumber"] {
							at[fmt.Sprintf("%d %s", e.Car.Value, e.Time.Format("15:04"))] = e.Time
						}
					}
				}
			}
		}
		incidents := held(d.Journal(), events.IncidentConfirmed)
		told += len(incidents)
		for k, when := range at {
			car, _, _ := strings.Cut(k, " ")
			stops++
			found := false
			for _, e := range incidents {
				found = found || strconv.Itoa(e.Car.Value) == car && when.Sub(e.Time) < 3*time.Minute && when.Sub(e.Time) > -time.Minute
			}
			if found {
				seen++
			}
			t.Logf("%s: car %s: incident %v", path, k, found)
		}
	}
	t.Logf("%d of %d stops and accidents have an incident; %d incidents told", seen, stops, told)
	if seen < 5 || stops < 10 {
		t.Errorf("%d of %d stops and accidents have an incident, it was 5 and more", seen, stops)
	}
}

// causeClass is what a cause says that put a car out, "" where it says no more than that or where it stopped.
func causeClass(cause string) string {
	switch {
	case strings.Contains(cause, "Collision"), strings.HasPrefix(cause, "incident with "):
		return "collision"
	case strings.Contains(cause, "Accident"), strings.Contains(cause, "Spun"), strings.HasPrefix(cause, "spun"):
		return "accident"
	case strings.HasPrefix(cause, "cause unknown"), strings.HasPrefix(cause, "stopped"):
		return ""
	}
	return "technical"
}

// TestRetirementCauses: what the events say put a car out is of the class that the official result has; where they do
// not say, it is a miss and no error.
func TestRetirementCauses(t *testing.T) {
	said, missed := 0, 0
	for path, table := range map[string][3]string{
		azerbaijan2018: {"race-results.csv.gz", "2018", "4"}, australia2025: {"race-results.csv.gz", "2025", "1"},
		miami2025: {"race-sprint-race-results.csv.gz", "2025", "6"},
	} {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		why := map[string]string{}
		for _, r := range officialRows(t, table[0], table[1], table[2]) {
			why[r["driverNumber"]] = r["reasonRetired"]
		}
		for _, e := range held(d.Journal(), events.Retirement) {
			theirs := why[strconv.Itoa(e.Car.Value)]
			switch mine := causeClass(e.Detail); {
			case mine == "":
				missed++
				t.Logf("%s: car %d: %q, official %q", path, e.Car.Value, e.Detail, theirs)
			case mine != causeClass(theirs):
				t.Errorf("%s: car %d: %q, official %q", path, e.Car.Value, e.Detail, theirs)
			default:
				said++
			}
		}
	}
	t.Logf("%d causes as in the results, %d not told", said, missed)
	if said < 4 {
		t.Errorf("only %d causes told", said)
	}
}

// TestIncidentProofNeedsItsMessages: without the yellow flag, without the car's last pass, or without the passes of the
// field, the messages cited do not prove a stall.
func TestIncidentProofNeedsItsMessages(t *testing.T) {
	for _, s := range readScript(t, "testdata/incident.txt") {
		d, state := events.Start(events.Defaults()), timing.New()
		for i := range s.feed {
			s.feed[i].Offset = uint64(i + 1)
			d.Step(state, &s.feed[i], state.Apply(&s.feed[i]))
		}
		for _, e := range held(d.Journal(), events.IncidentConfirmed, events.IncidentCleared) {
			needed := 0
			for k := range e.Evidence {
				less := e
				less.Evidence = slices.Concat(e.Evidence[:k], e.Evidence[k+1:])
				if prove(&less, s.feed) != nil {
					needed++
					continue
				}
				m := &s.feed[e.Evidence[k]-1]
				if m.Topic == "TrackStatus" && strings.Contains(string(m.Payload), "Yellow") || m.Topic == "SessionStatus" {
					t.Errorf("%s: proved without %s %s", s.title, m.Topic, m.Payload)
				}
			}
			if needed < 4 {
				t.Errorf("%s: %s: only %d of %d messages are needed", s.title, describe(&e), needed, len(e.Evidence))
			}
		}
	}
}
