package strategy_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
)

var lights = time.Date(2025, 5, 4, 20, 0, 0, 0, time.UTC)

// made is a race put together lap by lap.
type made struct {
	strategy.Race
	ends map[int]time.Time
}

func newRace(total int) *made {
	m := &made{ends: map[int]time.Time{}}
	m.Session = f1.SessionRow{SessionKey: "1", Season: f1.Some(2025), CircuitID: "here", Type: f1.Race, TotalLaps: f1.Some(total)}
	m.Out = map[int]bool{}
	return m
}

// drive adds laps of a car: the first of the race begins with its gap to the lights. Times lists each lap.
func (m *made) drive(car int, gap time.Duration, compound string, times ...time.Duration) {
	for k, d := range times {
		start, ok := m.ends[car]
		if !ok {
			start = lights.Add(gap)
		}
		end := start.Add(d)
		m.ends[car] = end
		m.Laps = append(m.Laps, f1.LapRow{DriverNumber: car, LapNumber: k + 1, DateStart: f1.Some(start), DateEnd: f1.Some(end), LapTime: f1.Some(d),
			StintNumber: f1.Some(1), Compound: compound, TyreAge: f1.Some(k + 1), TrackStatus: "1"})
		if end.After(m.Now) {
			m.Now = end
		}
	}
}

// stop makes the car's lap an in-lap, the next an out-lap, with a lane time of 20 s half-way over the line.
func (m *made) stop(car, lap int, compound string) {
	stop := f1.PitStopRow{DriverNumber: car, LapNumber: lap, Under: strategy.Green, CompoundTo: compound}
	for i := range m.Laps {
		l := &m.Laps[i]
		switch {
		case l.DriverNumber != car || l.LapNumber < lap:
		case l.LapNumber == lap:
			l.PitIn = f1.Some(l.DateEnd.Value.Add(-10 * time.Second))
			stop.PitIn = l.PitIn
		case l.LapNumber == lap+1:
			l.PitOut, l.InPitAtStart = f1.Some(l.DateStart.Value.Add(10*time.Second)), true
			stop.PitOut = l.PitOut
			fallthrough
		default:
			l.Compound, l.StintNumber, l.TyreAge = compound, f1.Some(l.StintNumber.Value+1), f1.Some(l.LapNumber-lap)
		}
	}
	m.Stops = append(m.Stops, stop)
}

func steady(n int, d time.Duration) []time.Duration {
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = d
	}
	return out
}

// known are priors in which a stop costs 20 s, between 19 and 21 s in eight of ten.
func known() *strategy.Priors {
	loss := map[string]strategy.Loss{}
	between := map[string]int{}
	for _, under := range []string{strategy.Green, strategy.VSC, strategy.SC} {
		loss[under] = strategy.Loss{MedianMS: 20_000, LowMS: 19_000, HighMS: 21_000, Stops: 50}
		between[under] = 390 // half the deviation of stops: four of them weigh as much as the prior
	}
	tyre := func(wear, life float64) strategy.Tyre {
		return strategy.Tyre{Wear: strategy.Share{Median: wear, Spread: .0001}, Offset: strategy.Share{Spread: .0005}, Life: life}
	}
	return &strategy.Priors{Circuits: map[string]map[string]strategy.Loss{"here": loss}, All: loss, Between: between, Elsewhere: between,
		Tyres: map[string]strategy.Tyre{"SOFT": tyre(.001, .3), "MEDIUM": tyre(.0006, .5), "HARD": tyre(.0004, .7), "": tyre(.0006, .5)},
		Fuel:  strategy.Share{Median: 7e-6, Spread: 1e-6}, Following: strategy.Share{Median: .003, Spread: .002}}
}

func carOf(t *testing.T, p *strategy.Picture, number int) strategy.Car {
	t.Helper()
	for _, c := range p.Cars {
		if c.Number == number {
			return c
		}
	}
	t.Fatalf("no car %d", number)
	return strategy.Car{}
}

// A car that loses 20 s falls behind those that are less than that behind it, and no others; a lapped car on
// the road is traffic but not ahead.
func TestRejoinCase(t *testing.T) {
	m := newRace(40)
	for i, gap := range []time.Duration{0, 8, 18, 26, 40} {
		m.drive(i+1, gap*time.Second, "MEDIUM", steady(10, 90*time.Second)...)
	}
	m.drive(6, 70*time.Second, "MEDIUM", steady(9, 92*time.Second)...) // 108 s behind after lap 10
	m.Now = lights.Add(10*90*time.Second + 100*time.Millisecond)
	p := m.Picture(strategy.Config{Priors: known()})
	r := carOf(t, &p, 1).Rejoin
	if !r.Known || r.Value.Position != 3 || r.Value.Ahead != 3 || r.Value.Behind != 4 || r.Value.Lap != 12 || r.Value.Under != strategy.Green {
		t.Fatalf("%+v", r)
	}
	if gap := r.Value.GapAhead.Value; (gap - 2*time.Second).Abs() > 300*time.Millisecond {
		t.Errorf("%s behind car 3, want 2 s", gap)
	}
	// Car 6, nearly lapped, is 20 s behind on the road.
	if len(r.Value.Traffic) == 0 || r.Value.Traffic[0] != 3 {
		t.Errorf("traffic %v, want car 3", r.Value.Traffic)
	}
	if r.Value.Low > 3 || r.Value.High < 3 || r.Value.High > 4 {
		t.Errorf("band %d to %d", r.Value.Low, r.Value.High)
	}
	last := carOf(t, &p, 5).Rejoin
	if !last.Known || last.Value.Position != 5 || last.Value.Behind != 6 {
		t.Errorf("car 5: %+v", last)
	}
}

func TestLappedTraffic(t *testing.T) {
	m := newRace(40)
	m.drive(1, 0, "MEDIUM", steady(10, 90*time.Second)...)
	m.drive(2, 60*time.Second, "MEDIUM", steady(10, 90*time.Second)...)
	m.drive(3, 70*time.Second, "MEDIUM", steady(9, 90*time.Second)...)
	m.drive(4, 108500*time.Millisecond, "MEDIUM", steady(9, 90*time.Second)...) // a lap and 18.5 s behind
	m.Now = lights.Add(10*90*time.Second + time.Second)
	p := m.Picture(strategy.Config{Priors: known()})
	r := carOf(t, &p, 1).Rejoin.Value
	if r.Position != 1 || r.Behind != 2 || len(r.Traffic) != 1 || r.Traffic[0] != 4 {
		t.Errorf("%+v: the lapped car 4 is 1.5 s ahead on the road", r)
	}
}

// worn are laps that get slower by wear and quicker by fuel.
func worn(n int, wear float64) []time.Duration {
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = time.Duration((90 + wear*float64(i) - .057*float64(i)) * float64(time.Second))
	}
	return out
}

func TestThreats(t *testing.T) {
	for _, c := range []struct {
		gap  time.Duration
		laps int
		want bool
	}{
		{1200 * time.Millisecond, 16, true}, // sixteen laps of wear of about 0.09 s: gain 1.4 s
		{2500 * time.Millisecond, 16, false},
		{1200 * time.Millisecond, 5, false}, // five laps: gain 0.4 s
	} {
		m := newRace(60)
		for i := range 6 {
			gap := time.Duration(i) * 12 * time.Second
			if i == 1 {
				gap = c.gap
			}
			m.drive(i+1, gap, "SOFT", worn(c.laps, .09)...)
		}
		m.Now = lights.Add(m.ends[1].Sub(lights) + 100*time.Millisecond + 5*12*time.Second)
		p := m.Picture(strategy.Config{Priors: known(), Duty: func(c []string) bool { return len(c) < 2 }})
		threats := carOf(t, &p, 1).Threats
		if (len(threats) == 1 && threats[0].Number == 2) != c.want {
			t.Errorf("%s behind after %d laps: %+v", c.gap, c.laps, threats)
		}
		if len(carOf(t, &p, 2).Threats) > 0 {
			t.Errorf("car 2, with nobody near, is threatened: %+v", carOf(t, &p, 2).Threats)
		}
	}
}

func TestWindow(t *testing.T) {
	m := newRace(50)
	for i := range 5 {
		m.drive(i+1, time.Duration(i)*10*time.Second, "SOFT", steady(10, 90*time.Second)...)
	}
	duty := func(c []string) bool { return len(c) < 2 }
	p := m.Picture(strategy.Config{Priors: known(), Duty: duty})
	// Softs live .3 of 50 laps, hards .7: stop after lap 15 at the latest, and not before hards last to the flag.
	if w := carOf(t, &p, 1).Window; !w.Known || w.Value != (strategy.Window{Earliest: 15, Latest: 15, Stops: 1, Next: "HARD"}) {
		t.Errorf("softs: %+v", w)
	}
	if o := carOf(t, &p, 1).Owes; !o.Known || !o.Value {
		t.Errorf("owes %+v", o)
	}
	p = m.Picture(strategy.Config{Priors: known()})
	if o := carOf(t, &p, 1).Owes; o.Known {
		t.Error("without rules the duty is not known")
	}
	end := newRace(14)
	for i := range 5 {
		end.drive(i+1, time.Duration(i)*10*time.Second, "HARD", steady(6, 90*time.Second)...)
	}
	end.Session.TotalLaps = f1.Some(9)
	p = end.Picture(strategy.Config{Priors: known(), Duty: func([]string) bool { return false }})
	if w := carOf(t, &p, 1).Window; !w.Known || w.Value.Stops == 0 {
		t.Errorf("hards of six laps live 6 of 9 laps: %+v", w)
	}
	end.Session.Type = f1.Sprint // of a third of the distance: hards live 19 laps
	p = end.Picture(strategy.Config{Priors: known(), Duty: func([]string) bool { return false }})
	if w := carOf(t, &p, 1).Window; !w.Known || w.Value != (strategy.Window{}) {
		t.Errorf("no stop is needed in a sprint: %+v", w)
	}
}

// Session stops move the loss by the stated weights: four stops of 24 s weigh as much as a prior of 20 s.
func TestPitLossMoves(t *testing.T) {
	m := newRace(40)
	for i := range 10 {
		times := steady(20, 90*time.Second)
		if i < 4 {
			times[7], times[8] = 100*time.Second, 104*time.Second
		}
		m.drive(i+1, time.Duration(i)*10*time.Second, "MEDIUM", times...)
		if i < 4 {
			m.stop(i+1, 8, "HARD")
		}
	}
	p := m.Picture(strategy.Config{Priors: known()})
	if len(p.StopLosses) != 4 {
		t.Fatalf("%+v", p.StopLosses)
	}
	for _, l := range p.StopLosses {
		if l.Loss != 24*time.Second || l.Lane.Value != 20*time.Second {
			t.Errorf("%+v, want 24 s and 20 s in the lane", l)
		}
	}
	if g := p.PitLoss[0]; (g.Median-22*time.Second).Abs() > 50*time.Millisecond || g.Stops != 4 || g.Low >= g.Median || g.High <= g.Median {
		t.Errorf("%+v, want 22 s", g)
	}
	if sc := p.PitLoss[2]; sc.Median != 20*time.Second || sc.Stops != 0 {
		t.Errorf("%+v", sc)
	}
}

// A pair by hand: car 2, a second behind, stops a lap before car 1 and comes out ahead by its lap on new tyres.
func TestUndercutCase(t *testing.T) {
	m := newRace(40)
	first, second := steady(14, 90*time.Second), steady(14, 90*time.Second)
	second[9], second[10], second[11] = 100*time.Second, 100*time.Second, 88*time.Second
	first[10], first[11] = 100*time.Second, 100*time.Second
	m.drive(1, 0, "MEDIUM", first...)
	m.drive(2, time.Second, "MEDIUM", second...)
	for i := range 5 {
		m.drive(i+3, time.Duration(i+2)*15*time.Second, "MEDIUM", steady(14, 90*time.Second)...)
	}
	m.stop(2, 10, "HARD")
	m.stop(1, 11, "HARD")
	p := m.Picture(strategy.Config{Priors: known()})
	if len(p.Ledger) != 1 {
		t.Fatalf("%+v", p.Ledger)
	}
	u := p.Ledger[0]
	if u.Kind != strategy.KindUndercut || u.First != 2 || u.Second != 1 || !u.Worked || u.Before != time.Second || u.After != -time.Second || !u.Parts.Known || u.Parts.Value.Stop != 0 || u.Parts.Value.InLap != 0 {
		t.Errorf("%+v", u)
	}
	if u.Parts.Value.TyrePace+u.Parts.Value.Traffic+u.Parts.Value.OutLap != -2*time.Second {
		t.Errorf("two seconds were gained on the road: %+v", u)
	}
	sums(t, p.Ledger)
	if !u.Forecast.Known || u.Forecast.Value >= u.Before {
		t.Errorf("new tyres were to gain: %+v", u)
	}
}

func TestNothingYet(t *testing.T) {
	p := strategy.Of(timing.New(), strategy.Config{})
	if len(p.Cars) != 0 || p.Fuel.Known || len(p.Ledger) != 0 {
		t.Errorf("%+v", p)
	}
	m := newRace(50)
	m.drive(1, 0, "SOFT", 95*time.Second)
	p = m.Picture(strategy.Config{})
	if len(p.Cars) != 1 || p.Cars[0].Rejoin.Known {
		t.Errorf("after one lap: %+v", p.Cars)
	}
}

// TestAnyRace: whatever the rows say, nothing breaks, bands hold their place, and parts add up.
func TestAnyRace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newRace(rapid.IntRange(1, 30).Draw(t, "total"))
		cars := rapid.IntRange(1, 6).Draw(t, "cars")
		for c := 1; c <= cars; c++ {
			laps := rapid.IntRange(0, 20).Draw(t, "laps")
			times := make([]time.Duration, laps)
			for k := range times {
				times[k] = time.Duration(rapid.IntRange(60_000, 160_000).Draw(t, "time")) * time.Millisecond
			}
			m.drive(c, time.Duration(rapid.IntRange(0, 5000).Draw(t, "gap"))*time.Millisecond, rapid.SampledFrom([]string{"SOFT", "HARD", "", "WET"}).Draw(t, "compound"), times...)
			for lap := rapid.IntRange(1, 12).Draw(t, "stop"); lap < laps; lap += rapid.IntRange(1, 12).Draw(t, "next") {
				m.stop(c, lap, rapid.SampledFrom([]string{"MEDIUM", "HARD", "", "INTERMEDIATE"}).Draw(t, "to"))
			}
		}
		rows := m.Laps[:0]
		for _, l := range m.Laps {
			switch rapid.IntRange(0, 15).Draw(t, "damage") {
			case 0:
				continue
			case 1:
				l.LapTime = f1.Opt[time.Duration]{}
			case 2:
				l.DateEnd = f1.Opt[time.Time]{}
			case 3:
				l.TrackStatus = rapid.SampledFrom([]string{"", "4", "12", "67", "5", "124"}).Draw(t, "track")
			case 4:
				l.TyreAge, l.StintNumber = f1.Opt[int]{}, f1.Opt[int]{}
			}
			rows = append(rows, l)
		}
		m.Laps = rows
		p := m.Picture(strategy.Config{Duty: func(c []string) bool { return len(c) < 2 }})
		for _, u := range p.Ledger {
			if off := u.Parts.Value.Sum() - (u.After - u.Before); u.Parts.Known && off.Abs() > time.Millisecond {
				t.Fatalf("%+v is %s off", u, off)
			}
		}
		check := func(r strategy.Rejoin) {
			if r.Low < 1 || r.Low > r.Position || r.High < r.Position || r.High > cars || r.GapAhead.Value < 0 || r.GapBehind.Value < 0 {
				t.Fatalf("%+v", r)
			}
		}
		for _, c := range p.Cars {
			if c.Rejoin.Known {
				check(c.Rejoin.Value)
			}
			if w := c.Window; w.Known && w.Value.Stops > 0 && (w.Value.Earliest > w.Value.Latest || w.Value.Latest >= m.Session.TotalLaps.Value) {
				t.Fatalf("%+v", w)
			}
			for _, s := range c.Stints {
				if s.Wear.Known && math.IsNaN(s.Wear.Value.Seconds+s.Wear.Value.Spread) {
					t.Fatalf("%+v", s)
				}
			}
		}
		for _, r := range m.Rejoins(strategy.Config{}) {
			check(r.Rejoin)
		}
		for _, d := range p.Degradation {
			if math.IsNaN(d.Wear.Seconds + d.Offset.Seconds + d.Wear.Spread) {
				t.Fatalf("%+v", d)
			}
		}
		m.Gaps()
	})
}
