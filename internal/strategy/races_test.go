package strategy_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
)

// simulate plays a whole simulated session into a timing session.
func simulate(t testing.TB, cfg sim.Config) (*sim.Sim, *timing.Session) {
	t.Helper()
	cfg.Without = []string{feed.TopicCarData, feed.TopicPosition}
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ts := timing.New()
	for {
		var m feed.Message
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return s, ts
		}
		if err != nil {
			t.Fatal(err)
		}
		ts.Apply(&m)
	}
}

// sums checks that the parts of each pair add up.
func sums(t *testing.T, ledger []strategy.Undercut) {
	t.Helper()
	for _, u := range ledger {
		if off := u.Stop + u.InLap + u.OutLap + u.TyrePace + u.Traffic - (u.After - u.Before); off.Abs() > 100*time.Millisecond {
			t.Errorf("%+v: the parts are %s off", u, off)
		}
		if u.Worked == ((u.Before > 0) == (u.After > 0)) {
			t.Errorf("%+v: worked or not?", u)
		}
	}
}

// TestLedgerOnRecordings adds up the parts of every pair, and holds the gaps to those the feed showed at
// the line, which come by another way.
func TestLedgerOnRecordings(t *testing.T) {
	for _, path := range []string{azerbaijan(t), miami(t), australia(t)} {
		s := play(t, path)
		ledger := strategy.Of(s, strategy.Config{}).Ledger
		sums(t, ledger)
		gap := map[[2]int]time.Duration{}
		for _, r := range s.Laps() {
			if r.GapToLeader.Known && r.LapsDown.Or(1) == 0 {
				gap[[2]int{r.DriverNumber, r.LapNumber}] = r.GapToLeader.Value
			}
		}
		checked, beyond := 0, 0
		check := func(u *strategy.Undercut, lap int, ours time.Duration) {
			a, okA := gap[[2]int{u.First, lap}]
			b, okB := gap[[2]int{u.Second, lap}]
			if !okA || !okB {
				return
			}
			checked++
			if off := (ours - (a - b)).Abs(); off > 100*time.Millisecond {
				beyond++
				t.Logf("%s lap %d: cars %d and %d are %s apart, the feed showed %s", s.Info.Meeting, lap, u.First, u.Second, ours, a-b)
			}
		}
		for i := range ledger {
			u := &ledger[i]
			check(u, u.FirstLap-1, u.Before)
			check(u, u.SecondLap+1, u.After)
		}
		t.Logf("%s: %d pairs, %d gaps compared with the feed's, %d more than 0.1 s apart", s.Info.Meeting, len(ledger), checked, beyond)
		// One is: on lap 11 of 2018 the feed showed car 2's gap of another moment; by the lap times ours holds.
		if len(ledger) == 0 || checked == 0 || beyond > 1 {
			t.Errorf("%s: the gaps are not the feed's", s.Info.Meeting)
		}
	}
}

// TestLedgerOnSimulations does so where the truth is known: the change of the gap is what the true lap times
// of both add up to.
func TestLedgerOnSimulations(t *testing.T) {
	pairs, untimed := 0, 0
	for seed := range uint64(12) {
		circuits := race.Circuits()
		s, ts := simulate(t, sim.Config{Session: f1.Race, Circuit: circuits[seed%uint64(len(circuits))].ID, Seed: seed, Season: 2025})
		times := map[[2]int]time.Duration{}
		for _, r := range s.Truth().Laps {
			if r.LapTime.Known {
				times[[2]int{r.DriverNumber, r.LapNumber}] = r.LapTime.Value
			}
		}
		ledger := strategy.Of(ts, strategy.Config{}).Ledger
		sums(t, ledger)
		for _, u := range ledger {
			truth, whole := time.Duration(0), true
			for lap := u.FirstLap; lap <= u.SecondLap+1; lap++ {
				a, okA := times[[2]int{u.First, lap}]
				b, okB := times[[2]int{u.Second, lap}]
				whole = whole && okA && okB
				truth += a - b
			}
			if !whole {
				untimed++
				continue
			}
			pairs++
			if off := (u.After - u.Before - truth).Abs(); off > 100*time.Millisecond {
				t.Errorf("seed %d: %+v: the gap really changed by %s", seed, u, truth)
			}
		}
	}
	t.Logf("%d pairs, %d more with a lap that was not timed", pairs, untimed)
	if pairs < 50 {
		t.Error("too few pairs to tell")
	}
}

// TestGapsAreTheFeeds: the gaps by lap times are those the feed showed at the line.
func TestGapsAreTheFeeds(t *testing.T) {
	for _, path := range []string{azerbaijan(t), miami(t), australia(t)} {
		s := play(t, path)
		rows := map[[2]int]f1.GapRow{}
		for _, r := range strategy.RaceOf(s).Gaps() {
			rows[[2]int{r.DriverNumber, r.LapNumber}] = r
		}
		var off []time.Duration
		places, other := 0, 0
		for _, l := range s.Laps() {
			r := rows[[2]int{l.DriverNumber, l.LapNumber}]
			if l.GapToLeader.Known && r.GapToLeader.Known && l.LapsDown.Or(1) == 0 && !l.PitIn.Known { // in the lane the feed shows others

				off = append(off, (l.GapToLeader.Value - r.GapToLeader.Value).Abs())
			}
			if l.Position.Known && r.Position.Known {
				places++
				if l.Position != r.Position {
					other++
				}
			}
		}
		slices.Sort(off)
		n := len(off)
		t.Logf("%s: %d gaps, %s apart in the middle, %s in 95 of 100; %d of %d places differ", s.Info.Meeting, n, off[n/2], off[n*95/100], other, places)
		if off[n/2] > 50*time.Millisecond || off[n*95/100] > 100*time.Millisecond || other*100 > places {
			t.Error("the gaps are not the feed's")
		}
	}
}

// TestWearIsTheSimulators: from simulated races without incidents the wear of each compound comes out as the
// race model has it, of softs with their few and crowded laps less well: as the slope of the truth over the ages that were driven, the cliff at the end of a
// set's life included.
func TestWearIsTheSimulators(t *testing.T) {
	far := map[race.Compound][]float64{}
	inside, all := 0, 0
	fuelFar := []float64{}
	for seed := range uint64(12) {
		for _, id := range []string{"catalunya", "silverstone", "sakhir"} {
			circuit, err := race.FindCircuit(id)
			if err != nil {
				t.Fatal(err)
			}
			_, ts := simulate(t, sim.Config{Session: f1.Race, Circuit: id, Seed: seed, Season: 2025, Calm: true, Rain: race.RainNever})
			p := strategy.Of(ts, strategy.Config{})
			base := circuit.Pole.Seconds()
			for _, d := range p.Degradation {
				for _, c := range []race.Compound{race.Soft, race.Medium, race.Hard} {
					if d.Compound != c.String() || d.Laps < 60 {
						continue
					}
					off := d.Wear.Seconds - base*trueWear(ts, c)
					far[c] = append(far[c], math.Abs(off))
					all++
					if math.Abs(off) < 1.96*d.Wear.Spread {
						inside++
					}
				}
			}
			fuelFar = append(fuelFar, math.Abs(p.Fuel.Value.Seconds-.032*base/float64(circuit.Laps)))
		}
	}
	for c, v := range far {
		slices.Sort(v)
		t.Logf("%s: %d races, wear %.3f s a lap off in the middle, %.3f in nine of ten", c, len(v), v[len(v)/2], v[len(v)*9/10])
		within := map[race.Compound][2]float64{race.Soft: {.025, .05}, race.Medium: {.01, .02}, race.Hard: {.01, .02}}[c]
		if v[len(v)/2] > within[0] || v[len(v)*9/10] > within[1] {
			t.Errorf("%s: more than %.3f s a lap off in the middle, or %.3f in nine of ten", c, within[0], within[1])
		}
	}
	slices.Sort(fuelFar)
	t.Logf("fuel: %.4f s a lap off in the middle; %d of %d wears within two of their deviations", fuelFar[len(fuelFar)/2], inside, all)
	if len(far) != 3 || fuelFar[len(fuelFar)/2] > .005 || inside*10 < all*6 {
		t.Error("fuel more than 0.005 s a lap off, or spreads too small")
	}
}

// trueWear is the slope of the model's wear over the ages of the laps driven on a compound.
func trueWear(s *timing.Session, c race.Compound) float64 {
	var n, sx, sy, sxx, sxy float64
	for _, l := range s.Laps() {
		if l.Compound == c.String() && l.Accurate && l.TyreAge.Known {
			x, y := float64(l.TyreAge.Value-1), c.Worn(l.TyreAge.Value-1, 1)
			n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
		}
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// TestNothingIsKnownBefore: the forecasts of a whole race are those that could be made at the time.
func TestNothingIsKnownBefore(t *testing.T) {
	messages := read(t, azerbaijan(t))
	whole := map[[2]int]strategy.RejoinAt{}
	end := timing.New()
	for i := range messages {
		end.Apply(&messages[i])
	}
	for _, r := range strategy.RaceOf(end).Rejoins(strategy.Config{}) {
		whole[[2]int{r.Number, r.At}] = r
	}
	s, laps := timing.New(), map[int]int{}
	same, near, all := 0, 0, 0
	for i := range messages {
		s.Apply(&messages[i])
		if i%40 != 0 {
			continue
		}
		for n, c := range s.Cars {
			if c.Laps > laps[n] && c.Laps%5 == 0 {
				var last strategy.RejoinAt
				for _, r := range strategy.RaceOf(s).Rejoins(strategy.Config{}) {
					if r.Number == n {
						last = r
					}
				}
				if w, ok := whole[[2]int{n, last.At}]; ok && last.At == c.Laps {
					all++
					if w.Position == last.Position {
						same++
					}
					if d := w.Position - last.Position; d >= -1 && d <= 1 {
						near++
					}
				}
			}
			laps[n] = c.Laps
		}
	}
	t.Logf("%d forecasts, %d the same at the time and afterwards, %d within a place", all, same, near)
	if all < 50 || same*100 < all*90 || near*100 < all*97 {
		t.Error("forecasts know what came later")
	}
}

// TestAzerbaijan holds the picture of the 2018 race to what is known of it.
func TestAzerbaijan(t *testing.T) {
	s := play(t, azerbaijan(t))
	p := strategy.Of(s, strategy.Config{})
	stops := map[string]bool{}
	for _, l := range p.StopLosses {
		stops[fmt.Sprintf("%d/%d/%s", l.Number, l.Lap, l.Under)] = true
	}
	// The leaders' stops under green: car 44 after a lock-up on lap 22, 5 on lap 30; 77 stopped behind the safety car.
	for _, want := range []string{"44/22/green", "5/30/green"} {
		if !stops[want] {
			t.Errorf("no loss of the stop %s: %v", want, stops)
		}
	}
	green := p.PitLoss[0]
	if green.Under != strategy.Green || green.Median < 20*time.Second || green.Median > 23*time.Second || green.Stops < 10 {
		t.Errorf("pit loss %+v", green)
	}
	if p.Lap != 51 || len(p.Cars) != 18 || p.TotalLaps.Value != 51 {
		t.Errorf("lap %d of %v, %d cars", p.Lap, p.TotalLaps, len(p.Cars))
	}
	for _, c := range p.Cars {
		if c.Running || c.Rejoin.Known {
			t.Errorf("car %d runs after the flag", c.Number)
		}
	}
}
