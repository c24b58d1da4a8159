package strategy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// Gaps are the gaps of every car at the end of every lap: to the first that completed it, and to the one
// before, by the places of the laps. Where one of the two is not known, as on the laps on which a recording was
// joined, the gap is not.
func (r *Race) Gaps() []f1.GapRow {
	if !r.Session.Type.IsRace() {
		return nil
	}
	f := newField(r)
	type spot struct{ lap, place int }
	at := map[spot]time.Duration{}
	for _, x := range f.lines {
		if row := x.car.laps[x.lap].row; row != nil && row.Position.Known {
			at[spot{x.lap, row.Position.Value}] = x.at
		}
	}
	gap := func(to time.Duration, lap, place int) f1.Opt[time.Duration] {
		if from, ok := at[spot{lap, place}]; ok && from <= to {
			return f1.Some(to - from)
		}
		return f1.Opt[time.Duration]{}
	}
	var rows []f1.GapRow
	for _, c := range f.cars {
		for k := 1; k < len(c.laps); k++ {
			l := &c.laps[k]
			if l.row == nil {
				continue
			}
			row := f1.GapRow{SessionKey: r.Session.SessionKey, DriverNumber: c.number, LapNumber: k, Position: l.row.Position, Clean: l.clean, InTraffic: l.following}
			if l.end != noTime {
				row.Time = f1.Some(f.zero.Add(l.end))
				if p := row.Position.Value; row.Position.Known {
					row.GapToLeader, row.Interval = gap(l.end, k, 1), gap(l.end, k, p-1)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// StintRows are the rows of stint_pace.
func (p *Picture) StintRows() []f1.StintPaceRow {
	var rows []f1.StintPaceRow
	for i := range p.Cars {
		for _, s := range p.Cars[i].Stints {
			row := f1.StintPaceRow{SessionKey: p.SessionKey, DriverNumber: p.Cars[i].Number, StintNumber: s.Stint, Compound: s.Compound, LapStart: s.LapStart,
				LapEnd: s.LapEnd, TyreAge: s.Age, CleanLaps: s.Clean, Median: s.Median, Corrected: s.Corrected, Spread: s.Spread}
			row.Wear, row.WearSpread = parts(s.Wear)
			rows = append(rows, row)
		}
	}
	return rows
}

// DegradationRows are the rows of degradation.
func (p *Picture) DegradationRows() []f1.DegradationRow {
	rows := make([]f1.DegradationRow, 0, len(p.Degradation))
	for _, d := range p.Degradation {
		row := f1.DegradationRow{SessionKey: p.SessionKey, Compound: d.Compound, Wear: thousandths(d.Wear.Seconds), WearSpread: thousandths(d.Wear.Spread),
			Offset: thousandths(d.Offset.Seconds), OffsetSpread: thousandths(d.Offset.Spread), Laps: d.Laps, Oldest: d.Oldest}
		row.Fuel, row.FuelSpread = parts(p.Fuel)
		rows = append(rows, row)
	}
	return rows
}

// PitLossRows are the rows of pit_loss.
func (p *Picture) PitLossRows() []f1.PitLossRow {
	rows := make([]f1.PitLossRow, 0, len(p.PitLoss))
	for _, l := range p.PitLoss {
		rows = append(rows, f1.PitLossRow{SessionKey: p.SessionKey, Under: l.Under, Median: l.Median, Low: l.Low, High: l.High, Stops: l.Stops, PriorStops: l.Prior})
	}
	return rows
}

// StopLossRows are the rows of stop_losses, by car and lap.
func (p *Picture) StopLossRows() []f1.StopLossRow {
	rows := make([]f1.StopLossRow, 0, len(p.StopLosses))
	for _, l := range p.StopLosses {
		rows = append(rows, f1.StopLossRow{SessionKey: p.SessionKey, DriverNumber: l.Number, LapNumber: l.Lap, Under: l.Under, Loss: l.Loss, PitLane: l.Lane})
	}
	slices.SortStableFunc(rows, func(a, b f1.StopLossRow) int {
		if a.DriverNumber != b.DriverNumber {
			return a.DriverNumber - b.DriverNumber
		}
		return a.LapNumber - b.LapNumber
	})
	return rows
}

// RejoinRows are the rows of rejoin: of every lap, not of this moment alone.
func (r *Race) RejoinRows(c Config) []f1.RejoinRow {
	all := r.Rejoins(c)
	rows := make([]f1.RejoinRow, 0, len(all))
	for i := range all {
		j := &all[i]
		row := f1.RejoinRow{SessionKey: r.Session.SessionKey, DriverNumber: j.Number, LapNumber: j.At, OutLap: j.Lap, Under: j.Under, PitLoss: j.Loss,
			Position: j.Position, PositionLow: j.Low, PositionHigh: j.High, GapAhead: j.GapAhead, GapBehind: j.GapBehind, Actual: j.Actual}
		if j.Ahead > 0 {
			row.Ahead = f1.Some(j.Ahead)
		}
		if j.Behind > 0 {
			row.Behind = f1.Some(j.Behind)
		}
		numbers := make([]string, len(j.Traffic))
		for k, n := range j.Traffic {
			numbers[k] = strconv.Itoa(n)
		}
		row.Traffic = strings.Join(numbers, " ")
		rows = append(rows, row)
	}
	return rows
}

// UndercutRows are the rows of undercuts.
func (p *Picture) UndercutRows() []f1.UndercutRow {
	rows := make([]f1.UndercutRow, 0, len(p.Ledger))
	for i := range p.Ledger {
		u := &p.Ledger[i]
		row := f1.UndercutRow{SessionKey: p.SessionKey, First: u.First, FirstLap: u.FirstLap, Second: u.Second, SecondLap: u.SecondLap, Kind: u.Kind,
			Under: u.Under, GapBefore: u.Before, GapAfter: u.After, Forecast: u.Forecast, Worked: u.Worked}
		if p := u.Parts.Value; u.Parts.Known {
			row.Stop, row.InLap, row.OutLap = f1.Some(p.Stop), f1.Some(p.InLap), f1.Some(p.OutLap)
			row.TyrePace, row.Traffic = f1.Some(p.TyrePace), f1.Some(p.Traffic)
		}
		if u.Forecast.Known {
			row.ForecastSpread = f1.Some(u.ForecastSpread)
		}
		rows = append(rows, row)
	}
	return rows
}

// IdealRows are the rows of ideal_laps.
func (p *Picture) IdealRows() []f1.IdealLapRow {
	rows := make([]f1.IdealLapRow, 0, len(p.Ideal))
	for _, i := range p.Ideal {
		rows = append(rows, f1.IdealLapRow{SessionKey: p.SessionKey, DriverNumber: i.Number, Part: i.Part, Sector1: i.Sectors[0], Sector2: i.Sectors[1],
			Sector3: i.Sectors[2], Ideal: i.Ideal, Best: i.Best, Laps: i.Laps})
	}
	return rows
}

// ConsistencyRows are the rows of consistency.
func (p *Picture) ConsistencyRows() []f1.ConsistencyRow {
	rows := make([]f1.ConsistencyRow, 0, len(p.Consistency))
	for _, c := range p.Consistency {
		rows = append(rows, f1.ConsistencyRow{SessionKey: p.SessionKey, DriverNumber: c.Number, Laps: c.Laps, Spread: c.Spread.Round(time.Millisecond)})
	}
	return rows
}

func parts(v f1.Opt[Value]) (estimate, spread f1.Opt[float64]) {
	if !v.Known {
		return estimate, spread
	}
	return f1.Some(thousandths(v.Value.Seconds)), f1.Some(thousandths(v.Value.Spread))
}

// thousandths is a figure in seconds as it is written: more digits would pretend.
func thousandths(v float64) float64 { return round(v, 3) }
