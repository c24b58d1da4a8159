package events_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
)

// simulated returns every message of a simulated session, without telemetry, and what really happened.
func simulated(t testing.TB, cfg sim.Config) ([]feed.Message, *sim.Truth) {
	t.Helper()
	cfg.Without = []string{feed.TopicCarData, feed.TopicPosition}
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for {
		var m feed.Message
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return all, s.Truth()
		}
		if err != nil {
			t.Fatal(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		m.Offset = uint64(len(all) + 1)
		all = append(all, m)
	}
}

// shown is how long after a pass the feed may show it: at the next timing point, which the other car may
// reach late.
const shown = 40 * time.Second

// TestSimulatedPasses: of the overtakes told, 98 % and more are passes of the simulator's truth, and of its passes as many
// are told.
func TestSimulatedPasses(t *testing.T) {
	circuits := []string{"zandvoort", "monza", "catalunya", "sakhir", "baku"}
	told, right, passes, found := 0, 0, 0, 0
	for seed := range uint64(50) {
		messages, truth := simulated(t, sim.Config{Session: f1.Race, Circuit: circuits[seed%5], Seed: seed, Laps: 20})
		d, _ := detect(messages)
		matched := make([]bool, len(truth.Passes))
		for _, e := range events.Newest(d.Journal()) {
			if e.Kind != events.OvertakeOnTrack || e.Status == f1.Retracted {
				continue
			}
			told++
			for i, p := range truth.Passes {
				after := e.Time.Sub(p.Time)
				if !matched[i] && p.Passer == e.Car.Value && p.Other == e.Other.Value && after >= -time.Second && after < shown {
					matched[i] = true
					if inTrouble(truth, p) || onPitLap(truth, p) {
						told-- // neither is wrong
					} else {
						right++
					}
					break
				}
			}
		}
		for i, p := range truth.Passes {
			switch {
			case inTrouble(truth, p) || onPitLap(truth, p): // left out on both sides
			case matched[i]:
				passes, found = passes+1, found+1
			case !undone(truth, p) && !neutralised(truth, p):
				passes++
			}
		}
	}
	precision, recall := float64(right)/float64(told), float64(found)/float64(passes)
	t.Logf("%d told, %.1f %% of them passes; %d passes, %.1f %% of them told", told, 100*precision, passes, 100*recall)
	if precision < .98 || recall < .98 {
		t.Errorf("precision %.3f and recall %.3f, both must be .98", precision, recall)
	}
}

// inTrouble reports whether the car that was passed had spun or been touched, or came to rest within the minute: by the
// catalogue's definition that is an incident, if the feed shows it.
func inTrouble(truth *sim.Truth, p sim.Pass) bool {
	return slices.ContainsFunc(truth.Troubles, func(q sim.Trouble) bool {
		after := q.Time.Sub(p.Time)
		return q.DriverNumber == p.Other && after > -30*time.Second && after < time.Minute
	})
}

// onPitLap reports whether one of the two cars was on its lap out of the pits or turning into them: then it is no overtake
// by the catalogue's definition.
func onPitLap(truth *sim.Truth, p sim.Pass) bool {
	return slices.ContainsFunc(truth.Laps, func(l f1.LapRow) bool {
		in := l.PitIn.Value.Sub(p.Time)
		return l.DriverNumber == p.Other && l.PitIn.Known && in > 0 && in < 8*time.Second ||
			(l.DriverNumber == p.Passer || l.DriverNumber == p.Other) && l.LapNumber > 1 && !p.Time.Before(l.DateStart.Value) && p.Time.Before(l.DateEnd.Value) && l.PitOut.Known
	})
}

// neutralised reports whether the track was not free any more when the next timing point could show the pass: then the
// feed has it as a change under the safety car.
func neutralised(truth *sim.Truth, p sim.Pass) bool {
	status := f1.TrackClear
	for _, r := range truth.TrackStatus {
		if !r.Time.After(p.Time.Add(4 * time.Second)) {
			status = r.Status
		}
	}
	return status != f1.TrackClear && status != f1.TrackYellow
}

// undone reports whether the other car was back in front before a timing point could show the pass.
func undone(truth *sim.Truth, p sim.Pass) bool {
	return slices.ContainsFunc(truth.Passes, func(q sim.Pass) bool {
		return q.Passer == p.Other && q.Other == p.Passer && q.Time.Sub(p.Time).Abs() < 5*time.Second
	})
}
