package events_test

import (
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// remembered is something that happened in a recorded race, and must be told.
type remembered struct {
	kind       f1.EventKind
	car, other int // other 0: nobody
	from, to   int // laps, 0 any
	detail     string
}

// What the races are remembered for, and what their lap charts and documents have.
var knownRaces = []struct {
	race  int // of lapCharts
	told  []remembered
	count map[f1.EventKind]int // all that may be told of a kind
}{
	{race: 0, told: []remembered{ // Azerbaijan 2018
		{kind: events.StartGain, car: 10, from: 1, to: 1},                // 17th on the grid, 11th after the first lap
		{kind: events.StartLoss, car: 14, from: 1, to: 1},                // to the pits with two flat tyres
		{kind: events.BattleStarted, car: 3, other: 33, from: 8, to: 14}, // the first of the fights that ended in the wall
		{kind: events.BattleStarted, car: 3, other: 33, from: 26, to: 34},
		{kind: events.OvercutSuccess, car: 33, other: 3}, // ahead after the stops, and into the wall a lap later
		{kind: events.TwoCompoundWarning, car: 77},       // had not stopped when the safety car came
		{kind: events.TwoCompoundWarning, car: 3},
		{kind: events.TwoCompoundWarning, car: 33},
		{kind: events.Unlapped, car: 20, from: 40, to: 42, detail: "safety car"},
	}, count: map[f1.EventKind]int{events.TwoCompoundWarning: 3, events.Lapped: 6, events.UndercutAttempt: 1, events.OvercutAttempt: 2}},
	{race: 1, told: []remembered{ // Miami 2025, sprint: a standing start on lap 3, after laps behind the safety car
		{kind: events.StartGain, car: 81, from: 3, to: 3}, // from 2nd into the lead
		{kind: events.StartLoss, car: 12, from: 3, to: 3}, // pole, 4th after the first corner
		{kind: events.BattleStarted, car: 4, other: 81},
	}, count: map[f1.EventKind]int{events.TwoCompoundWarning: 0, events.Lapped: 0,
		events.UndercutAttempt: 0, events.OvercutAttempt: 0}}, // the stops were for dry tyres
	{race: 2, told: []remembered{ // Australia 2025
		{kind: events.StartGain, car: 1, from: 1, to: 1},
		{kind: events.StartLoss, car: 81, from: 1, to: 1},
		{kind: events.GapClosing, car: 81, other: 4, from: 22, to: 26}, // caught before the team told him to hold
		{kind: events.BattleStarted, car: 81, other: 4, from: 28, to: 33},
		{kind: events.Lapped, car: 87, from: 26, to: 30},
		{kind: events.Unlapped, car: 5, from: 38, to: 40, detail: "safety car"},
		{kind: events.Lapped, car: 81, from: 44, to: 46}, // off into the grass when the rain came
	}, count: map[f1.EventKind]int{events.TwoCompoundWarning: 0, events.ThreeHourWarning: 0, events.Lapped: 6, events.Unlapped: 6,
		events.UndercutAttempt: 0, events.OvercutAttempt: 0}}, // every stop was a change to wet tyres or back
}

// TestKnownRaces holds what was read in the journals of recorded races and is known of them from elsewhere.
func TestKnownRaces(t *testing.T) {
	for _, k := range knownRaces {
		path := lapCharts[k.race].recording
		t.Run(path, func(t *testing.T) {
			d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
			var list []f1.Event
			for _, e := range events.Newest(d.Journal()) {
				if e.Status != f1.Retracted {
					list = append(list, e)
				}
			}
			for _, w := range k.told {
				found := false
				for _, e := range list {
					found = found || e.Kind == w.kind && w.is(&e)
				}
				if !found {
					t.Errorf("%s of car %d and %d on laps %d to %d %q is not told", w.kind, w.car, w.other, w.from, w.to, w.detail)
				}
			}
			n := counts(d.Journal())
			for kind, want := range k.count {
				if n[kind] != want {
					t.Errorf("%s is told %d times, it happened %d times", kind, n[kind], want)
				}
			}
		})
	}
}

func (w *remembered) is(e *f1.Event) bool {
	pair := e.Car.Value == w.car && (w.other == 0 || e.Other.Value == w.other)
	if e.Kind == events.BattleStarted { // who is ahead may have changed
		pair = pair || e.Car.Value == w.other && e.Other.Value == w.car
	}
	return pair && (w.from == 0 || e.Lap.Value >= w.from && e.Lap.Value <= w.to) && strings.Contains(e.Detail, w.detail)
}
