package live

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/wire"
)

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
		BeforeMS: u.Before.Milliseconds(), AfterMS: u.After.Milliseconds(), ForecastMS: ms(u.Forecast), StopMS: u.Stop.Milliseconds(),
		InLapMS: u.InLap.Milliseconds(), OutLapMS: u.OutLap.Milliseconds(), TyrePaceMS: u.TyrePace.Milliseconds(), TrafficMS: u.Traffic.Milliseconds(),
		Worked: u.Worked}
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
