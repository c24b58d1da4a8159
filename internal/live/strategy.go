package live

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// planEvery is how often the strategy picture is made anew while it is watched: it costs some milliseconds, and
// nobody reads faster.
const planEvery = time.Second

// planOf is the strategy picture of a state, with the tyre duty of the season's rules.
func planOf(s *timing.Session) wire.Strategy {
	book, known := rules.Of(s.Info.Start.Year())
	var c strategy.Config
	if known {
		duty := book.TyreDuty(s.Info.Type, s.SessionRow().CircuitID)
		c.Duty = func(compounds []string) bool { return !duty.Left(rules.Used{Compounds: compounds}).Done() }
	}
	p := strategy.Of(s, c)
	return strategyOf(&p)
}

// publishPlan sends what has changed of the strategy picture, at most once in planEvery, and says when it wants to
// be called again.
func (p *player) publishPlan(now, next time.Time) (time.Time, error) {
	if !p.plan.wanted || p.planned == p.state.offset {
		return next, nil
	}
	if due := p.planTime.Add(planEvery); now.Before(due) {
		if next.IsZero() || due.Before(next) {
			next = due
		}
		return next, nil
	}
	picture := planOf(p.state.timing)
	patch, err := wire.Patch(&p.picture, &picture)
	if err != nil {
		return next, fmt.Errorf("live: strategy of %s: %w", p.session.about.Key, err)
	}
	p.picture, p.planned, p.planTime = picture, p.state.offset, now
	delete(p.snapshots, p.plan.channel)
	delete(p.snapshots, "envelope "+p.plan.channel)
	if patch == nil {
		return next, nil
	}
	return next, p.plan.publish("delta", now, p.state.timing.Now, patch)
}

// plannedNow is the picture that a new viewer gets: what deltas to come are made against.
func (p *player) plannedNow() wire.Strategy {
	if !p.plan.wanted || p.planned == 0 {
		p.picture, p.planned = planOf(p.state.timing), p.state.offset
	}
	return p.picture
}

// Strategy is a session's strategy picture at a time, at the start of a race lap, at a clock, or (all zero) at the
// process's own clock.
func (s *Service) Strategy(session string, at time.Time, lap int, clock string) (wire.Strategy, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Strategy{}, err
	}
	offset, err := s.offsetAt(held, at, lap, clock)
	if err != nil {
		return wire.Strategy{}, err
	}
	state, err := held.stateAt(offset)
	if err != nil {
		return wire.Strategy{}, err
	}
	return planOf(state.timing), nil
}

// strategyOf is a strategy picture as it leaves the program.
func strategyOf(p *strategy.Picture) wire.Strategy {
	w := wire.Strategy{SessionKey: p.SessionKey, Lap: positive(p.Lap), TotalLaps: intOf(p.TotalLaps), Fuel: estimateOf(p.Fuel),
		Following: estimateOf(p.Following), PitLoss: map[string]wire.StrategyPitLoss{}, Degradation: map[string]wire.StrategyWear{},
		Cars: make(map[string]wire.StrategyCar, len(p.Cars)), Undercuts: make(map[string]wire.StrategyUndercut, len(p.Ledger)),
		Ideal: make(map[string]wire.StrategyIdeal, len(p.Ideal)), Consistency: make(map[string]wire.StrategyEvenness, len(p.Consistency))}
	for _, l := range p.PitLoss {
		w.PitLoss[l.Under] = wire.StrategyPitLoss{MedianMS: l.Median.Milliseconds(), LowMS: l.Low.Milliseconds(), HighMS: l.High.Milliseconds(),
			Stops: l.Stops, PriorStops: l.Prior}
	}
	for _, d := range p.Degradation {
		w.Degradation[d.Compound] = wire.StrategyWear{Wear: estimate(d.Wear), Offset: estimate(d.Offset), Laps: d.Laps, Oldest: d.Oldest}
	}
	for i := range p.Cars {
		w.Cars[strconv.Itoa(p.Cars[i].Number)] = strategyCarOf(&p.Cars[i])
	}
	for i := range p.Ledger {
		u := &p.Ledger[i]
		w.Undercuts[fmt.Sprintf("%d-%d-%d-%d", u.First, u.FirstLap, u.Second, u.SecondLap)] = undercutOf(u)
	}
	for _, id := range p.Ideal {
		key := strconv.Itoa(id.Number)
		if id.Part > 0 {
			key += "-" + strconv.Itoa(id.Part)
		}
		w.Ideal[key] = wire.StrategyIdeal{Number: id.Number, Part: positive(id.Part), IdealMS: id.Ideal.Milliseconds(), BestMS: ms(id.Best),
			SectorsMS: []int64{id.Sectors[0].Milliseconds(), id.Sectors[1].Milliseconds(), id.Sectors[2].Milliseconds()}}
	}
	for _, c := range p.Consistency {
		w.Consistency[strconv.Itoa(c.Number)] = wire.StrategyEvenness{Laps: c.Laps, SpreadMS: c.Spread.Round(time.Millisecond).Milliseconds()}
	}
	return w
}

func strategyCarOf(c *strategy.Car) wire.StrategyCar {
	w := wire.StrategyCar{Number: c.Number, Lap: c.Lap, Running: c.Running, Threats: make([]wire.StrategyThreat, 0, len(c.Threats)),
		Stints: make([]wire.StrategyStint, 0, len(c.Stints)), Owes: boolOf(c.Owes)}
	if c.Rejoin.Known {
		j := &c.Rejoin.Value
		w.Rejoin = &wire.StrategyRejoin{OutLap: j.Lap, InPit: j.InPit, Under: j.Under, PitLossMS: j.Loss.Milliseconds(), Position: j.Position,
			Low: j.Low, High: j.High, Ahead: positive(j.Ahead), GapAheadMS: ms(j.GapAhead), Behind: positive(j.Behind), GapBehindMS: ms(j.GapBehind),
			Traffic: append([]int{}, j.Traffic...)}
	}
	if c.Window.Known {
		v := c.Window.Value
		w.Window = &wire.StrategyWindow{Earliest: v.Earliest, Latest: v.Latest, Stops: v.Stops, Next: wire.Text(v.Next)}
	}
	for _, t := range c.Threats {
		w.Threats = append(w.Threats, wire.StrategyThreat{Number: t.Number, GapMS: t.Gap.Milliseconds(), GainMS: t.Gain.Milliseconds(),
			SpreadMS: t.Spread.Milliseconds()})
	}
	for _, s := range c.Stints {
		w.Stints = append(w.Stints, wire.StrategyStint{Compound: wire.Text(s.Compound), LapStart: s.LapStart, LapEnd: s.LapEnd, Age: intOf(s.Age),
			CleanLaps: s.Clean, MedianMS: ms(s.Median), CorrectedMS: ms(s.Corrected), SpreadMS: ms(s.Spread), Wear: estimateOf(s.Wear)})
	}
	return w
}

func undercutOf(u *strategy.Undercut) wire.StrategyUndercut {
	w := wire.StrategyUndercut{Kind: u.Kind, First: u.First, FirstLap: u.FirstLap, Second: u.Second, SecondLap: u.SecondLap, Under: u.Under,
		BeforeMS: u.Before.Milliseconds(), AfterMS: u.After.Milliseconds(), ForecastMS: ms(u.Forecast), Worked: u.Worked}
	if p := u.Parts.Value; u.Parts.Known {
		w.StopMS, w.InLapMS, w.OutLapMS = ms(f1.Some(p.Stop)), ms(f1.Some(p.InLap)), ms(f1.Some(p.OutLap))
		w.TyrePaceMS, w.TrafficMS = ms(f1.Some(p.TyrePace)), ms(f1.Some(p.Traffic))
	}
	if u.Forecast.Known {
		w.SpreadMS = ms(f1.Some(u.ForecastSpread))
	}
	return w
}

func estimateOf(v f1.Opt[strategy.Value]) *wire.Estimate {
	if !v.Known {
		return nil
	}
	e := estimate(v.Value)
	return &e
}

// estimate gives a figure to the thousandth: patches need not tell of less.
func estimate(v strategy.Value) wire.Estimate {
	return wire.Estimate{Seconds: math.Round(v.Seconds*1000) / 1000, Spread: math.Round(v.Spread*1000) / 1000}
}
