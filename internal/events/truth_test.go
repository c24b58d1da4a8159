package events_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/strategy"
)

// simulatedRace is a race of the simulator with what really happened in it.
type simulatedRace struct {
	messages []feed.Message
	truth    *sim.Truth
	journal  []f1.Event
	events   []f1.Event // newest versions, retracted ones apart
	laps     map[[2]int]*f1.LapRow
	grid     map[int]int
	total    int // laps of the race
}

func simulate(t *testing.T, cfg sim.Config) *simulatedRace {
	t.Helper()
	r := &simulatedRace{laps: map[[2]int]*f1.LapRow{}, grid: map[int]int{}, total: cfg.Laps}
	r.messages, r.truth = simulated(t, cfg)
	for i := range r.truth.Laps {
		l := &r.truth.Laps[i]
		r.laps[[2]int{l.DriverNumber, l.LapNumber}] = l
	}
	for _, row := range r.truth.Results {
		r.grid[row.DriverNumber] = row.Grid.Value
	}
	d, _ := detect(r.messages)
	r.journal = d.Journal()
	for _, e := range events.Newest(r.journal) {
		if e.Status != f1.Retracted {
			r.events = append(r.events, e)
		}
	}
	return r
}

// truthRaces are the races the detectors are judged on: short ones on circuits with many and with few passes.
func truthRaces(t *testing.T, judge func(t *testing.T, r *simulatedRace)) {
	t.Helper()
	for circuit, laps := range map[string]int{"silverstone": 26, "baku": 26, "monza": 26, "monaco": 60} {
		for seed := range uint64(3) {
			cfg := sim.Config{Session: f1.Race, Circuit: circuit, Laps: laps, Seed: 100 + seed, Season: 2024, Before: time.Minute}
			t.Run(fmt.Sprintf("%s %d", circuit, cfg.Seed), func(t *testing.T) { judge(t, simulate(t, cfg)) })
		}
	}
}

// score counts what was told and what was so.
type score struct{ told, right, were, found int }

func (s *score) judge(t *testing.T, what string, precision, recall int) {
	t.Helper()
	t.Logf("%s: %d of %d told were so, %d of %d were told", what, s.right, s.told, s.found, s.were)
	if s.told == 0 || s.were == 0 || s.right*100 < precision*s.told || s.found*100 < recall*s.were {
		t.Errorf("%s: that is less than %d and %d of a hundred", what, precision, recall)
	}
}

// TestAgainstTruth compares what the detectors say of simulated races with what really happened in them.
func TestAgainstTruth(t *testing.T) {
	var start, battle, stops, lapped score
	values := 0
	truthRaces(t, func(t *testing.T, r *simulatedRace) {
		proveAll(t, r.journal, r.messages)
		r.starts(t, &start)
		r.battles(t, &battle)
		values += r.undercuts(t, &stops)
		r.lapped(t, &lapped)
	})
	start.judge(t, "start", 100, 100)
	battle.judge(t, "battles", 99, 100)
	stops.judge(t, "undercuts and overcuts", 100, 100)
	lapped.judge(t, "laps lost", 100, 100)
	if values > 0 {
		t.Errorf("%d values of undercuts and overcuts differ from the truth by more than 0.1 s", values)
	}
}

// under reports whether one of the track statuses held at a moment between two.
func (r *simulatedRace) under(from, to time.Time, statuses ...f1.TrackStatus) bool {
	rows := r.truth.TrackStatus
	for i, row := range rows {
		begun := !row.Time.After(to)
		over := i+1 < len(rows) && !rows[i+1].Time.After(from)
		if begun && !over && slices.Contains(statuses, row.Status) {
			return true
		}
	}
	return false
}

// starts judges the places won and lost on the first lap.
func (r *simulatedRace) starts(t *testing.T, s *score) {
	told := map[int]f1.Event{}
	for _, e := range held(r.events, events.StartGain, events.StartLoss) {
		told[e.Car.Value] = e
	}
	first, last := time.Time{}, time.Time{}
	for car := range r.grid {
		if l := r.laps[[2]int{car, 1}]; l != nil && l.DateEnd.Value.After(last) {
			first, last = l.DateStart.Value, l.DateEnd.Value
		}
	}
	if r.under(first, last, f1.TrackRed) {
		s.told += len(told) // stopped on the first lap: there is nothing to tell
		return
	}
	absent := func(grid int) (n int) {
		for car, g := range r.grid {
			if g < grid && r.laps[[2]int{car, 1}] == nil && r.status(car) == "not_started" {
				n++
			}
		}
		return n
	}
	for car, grid := range r.grid {
		l := r.laps[[2]int{car, 1}]
		if l == nil {
			continue
		}
		e, known := told[car]
		gained := grid - absent(grid) - l.Position.Value
		if known {
			s.told++
		}
		if gained != 0 {
			s.were++
		}
		switch {
		case known && int(e.Value.Value) == max(gained, -gained) && (e.Kind == events.StartGain) == (gained > 0) && e.To.Value == l.Position.Value:
			s.right, s.found = s.right+1, s.found+1
		case known || gained != 0:
			t.Logf("start of car %d: grid %d, then %d, told %v", car, grid, l.Position.Value, describe(&e))
		}
	}
}

func (r *simulatedRace) status(car int) string {
	for _, row := range r.truth.Results {
		if row.DriverNumber == car {
			return row.Status
		}
	}
	return ""
}

// behind is how far b was behind a when it ended a lap on which both raced for the place, false when they did not.
func (r *simulatedRace) behind(a, b, lap int) (time.Duration, bool) {
	x, y := r.laps[[2]int{a, lap}], r.laps[[2]int{b, lap}]
	if x == nil || y == nil || y.Position.Value != x.Position.Value+1 || !x.DateEnd.Known || !y.DateEnd.Known {
		return 0, false
	}
	for _, l := range []*f1.LapRow{x, y} {
		if l.PitIn.Known || l.PitOut.Known {
			return 0, false
		}
	}
	return y.DateEnd.Value.Sub(x.DateEnd.Value), true
}

// battles judges the battles by the distance of the two at the end of their laps.
func (r *simulatedRace) battles(t *testing.T, s *score) {
	list := held(r.events, events.BattleStarted)
	pair := func(e *f1.Event, a, b int) bool {
		return e.Car.Value == a && e.Other.Value == b || e.Car.Value == b && e.Other.Value == a
	}
	for i := range list {
		e := &list[i]
		s.told++
		near := false
		for lap := e.Lap.Value - 1; lap < e.Lap.Value+6; lap++ {
			for _, p := range [][2]int{{e.Car.Value, e.Other.Value}, {e.Other.Value, e.Car.Value}} {
				x, y := r.laps[[2]int{p[0], lap}], r.laps[[2]int{p[1], lap}]
				if x != nil && y != nil && x.DateEnd.Known && y.DateEnd.Known && y.DateEnd.Value.Sub(x.DateEnd.Value).Abs() < 1300*time.Millisecond {
					near = true
				}
			}
		}
		if near {
			s.right++
		} else {
			t.Logf("a battle that was none: %s", describe(e))
		}
	}
	for b := range r.grid {
		for a := range r.grid {
			row := 0
			for lap := 2; lap <= r.total; lap++ {
				d, ok := r.behind(a, b, lap)
				l := r.laps[[2]int{b, lap}]
				if !ok || d > 900*time.Millisecond || r.under(l.DateEnd.Value.Add(-d-time.Second), l.DateEnd.Value, f1.TrackSC, f1.TrackVSC, f1.TrackVSCEnding, f1.TrackRed) || r.flagged(l.DateEnd.Value) {
					row = 0
					continue
				}
				if row++; row != 3 {
					continue
				}
				s.were++
				if slices.ContainsFunc(list, func(e f1.Event) bool { return pair(&e, a, b) && !e.Time.After(l.DateEnd.Value.Add(time.Second)) }) {
					s.found++
				} else {
					t.Logf("car %d was close to %d on laps %d to %d: no battle", b, a, lap-2, lap)
				}
			}
		}
	}
}

// flagged reports whether the race was over.
func (r *simulatedRace) flagged(at time.Time) bool {
	for _, l := range r.truth.Laps {
		if l.LapNumber == r.total && l.DateEnd.Known && !l.DateEnd.Value.After(at) {
			return true
		}
	}
	return false
}

// undercuts judges the stops of cars that were close by the lap ends before and after them; it counts the values that
// are not the truth's.
func (r *simulatedRace) undercuts(t *testing.T, s *score) (wrong int) {
	type key struct {
		first, second, lap int
	}
	told := map[key]f1.Event{}
	for _, e := range held(r.events, events.UndercutSuccess, events.UndercutFail) {
		told[key{e.Car.Value, e.Other.Value, e.From.Value}] = e
	}
	for _, e := range held(r.events, events.OvercutSuccess, events.OvercutFail) {
		told[key{e.Other.Value, e.Car.Value, e.From.Value}] = e
	}
	s.told += len(told)
	gap := func(a, b, lap int) (time.Duration, bool) { // of b behind a
		x, y := r.laps[[2]int{a, lap}], r.laps[[2]int{b, lap}]
		if x == nil || y == nil || !x.DateEnd.Known || !y.DateEnd.Known {
			return 0, false
		}
		return y.DateEnd.Value.Sub(x.DateEnd.Value), true
	}
	for _, p := range r.truth.PitStops {
		for _, q := range r.truth.PitStops {
			if p.DriverNumber == q.DriverNumber || q.LapNumber <= p.LapNumber || q.LapNumber > p.LapNumber+strategy.LedgerLaps || p.Under != "green" || !q.PitOut.Known || !p.PitOut.Known {
				continue
			}
			before, ok := gap(p.DriverNumber, q.DriverNumber, p.LapNumber-1)
			after, ok2 := gap(p.DriverNumber, q.DriverNumber, q.LapNumber+1)
			k := key{p.DriverNumber, q.DriverNumber, p.LapNumber}
			e, known := told[k]
			if !ok || !ok2 || before == 0 || before.Abs() > strategy.LedgerGap || (after-before).Abs() > strategy.LedgerMost || r.again(&p, &q) ||
				r.crossover(&p) || r.crossover(&q) {
				continue
			}
			delete(told, k)
			s.were++
			if !known {
				t.Logf("stops of %d on lap %d and %d on lap %d, %v and %v apart: nothing told", k.first, k.lap, k.second, q.LapNumber, before, after)
				continue
			}
			s.found++
			gained := time.Duration(0) // by the one that was behind, by the lap times: ends of laps are those of messages
			for lap := p.LapNumber; lap <= q.LapNumber+1; lap++ {
				gained += r.laps[[2]int{q.DriverNumber, lap}].LapTime.Value - r.laps[[2]int{p.DriverNumber, lap}].LapTime.Value
			}
			if before > 0 {
				gained = -gained
			}
			success := after > 0
			if before > 0 {
				success = after < 0
			}
			if success == (e.Kind == events.UndercutSuccess || e.Kind == events.OvercutSuccess) {
				s.right++
			} else {
				t.Logf("stops of %d on lap %d and %d on lap %d, %v and %v apart: told %s", k.first, k.lap, k.second, q.LapNumber, before, after, describe(&e))
			}
			if math.Abs(gained.Seconds()-e.Value.Value) > .1 {
				wrong++
				t.Logf("gained %v, told %s", gained, describe(&e))
			}
		}
	}
	for _, e := range told {
		t.Logf("told and not so: %s", describe(&e))
	}
	return wrong
}

// crossover reports whether a stop was for the weather.
func (r *simulatedRace) crossover(p *f1.PitStopRow) bool {
	wet := func(compound string) bool { return compound == "INTERMEDIATE" || compound == "WET" }
	return wet(p.CompoundFrom) != wet(p.CompoundTo)
}

// again reports whether one of the two had another stop, in the laps before too, or the race stood still, between the first one and the end of
// the lap out of the second.
func (r *simulatedRace) again(p, q *f1.PitStopRow) bool {
	end := r.laps[[2]int{q.DriverNumber, q.LapNumber + 1}].DateEnd.Value
	for _, o := range r.truth.PitStops {
		if (o.DriverNumber == p.DriverNumber || o.DriverNumber == q.DriverNumber) && o.LapNumber >= p.LapNumber-strategy.LedgerLaps && o.PitIn.Value.Before(end) && o.PitIn.Value != q.PitIn.Value && o.PitIn.Value != p.PitIn.Value {
			return true
		}
	}
	return r.under(p.PitIn.Value, end, f1.TrackRed) || r.flagged(end)
}

// lapped judges the laps lost to the leader by those that the car had completed less.
func (r *simulatedRace) lapped(t *testing.T, s *score) {
	told := map[[2]int]bool{}
	for _, e := range held(r.events, events.Lapped) {
		l := r.laps[[2]int{e.Car.Value, e.Lap.Value}]
		if s.told++; l != nil && l.LapsDown.Value >= e.To.Value {
			s.right++
		} else if l != nil {
			t.Logf("told and not so: %s, %d laps down at the end of it", describe(&e), l.LapsDown.Value)
		} else {
			s.told-- // it did not end that lap
		}
		told[[2]int{e.Car.Value, e.To.Value}] = true
	}
	most := map[int]int{}
	for _, l := range r.truth.Laps {
		if l.LapsDown.Value > most[l.DriverNumber] && l.LapNumber > 1 && !r.flagged(l.DateEnd.Value) {
			most[l.DriverNumber] = l.LapsDown.Value
			if s.were++; told[[2]int{l.DriverNumber, l.LapsDown.Value}] {
				s.found++
			} else {
				t.Logf("car %d was %d laps down on lap %d: not told", l.DriverNumber, l.LapsDown.Value, l.LapNumber)
			}
		}
	}
}
