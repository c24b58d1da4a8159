package timing

import "pitwall.live/internal/f1"

// stintRow is a derived stint with the laps it spans.
type stintRow struct {
	fitted
	number     int   // 0 unknown
	start, end int32 // laps; start 0 unknown, end 0 while it is the current one
}

// stintRows spans the car's stints over its laps. A visit from which the car did not come out, and one
// that ended before its first lap did, make no stint.
func (c *Car) stintRows() []stintRow {
	var rows []stintRow
	for _, f := range c.fitted {
		start := int32(1)
		if c.joinLap > 0 {
			start = c.stintStart
		}
		if f.visit >= 0 {
			if int(f.visit) >= len(c.visits) {
				continue
			}
			v := c.visits[f.visit]
			if v.out == 0 {
				continue
			}
			start = v.outLap
			if v.outLap == v.lap {
				start++ // in and out within one lap: the lap belongs to the old set
			}
		}
		if n := len(rows); n > 0 {
			if rows[n-1].start >= start && start > 0 {
				rows[n-1].fitted = f
				continue
			}
			rows[n-1].end = start - 1
		}
		rows = append(rows, stintRow{fitted: f, number: c.stintBase + len(rows) + 1, start: start})
	}
	if len(rows) == 0 {
		rows = []stintRow{{fitted: fitted{visit: -1, index: -1, startAge: -1}, number: c.stintBase + 1, start: 1}}
		if c.joinLap > 0 {
			rows[0].start = c.stintStart
		}
	}
	if c.stintsOpen {
		for i := range rows {
			rows[i].number = 0
		}
	}
	return rows
}

func onStint(row *f1.LapRow, stints []stintRow) {
	for i := len(stints) - 1; i >= 0; i-- {
		st := &stints[i]
		if int32(row.LapNumber) < st.start && i > 0 {
			continue
		}
		if st.number > 0 {
			row.StintNumber = f1.Some(st.number)
		}
		row.Compound = known(st.compound)
		row.FreshTyre = st.fresh
		if st.startAge >= 0 && st.start > 0 {
			row.TyreAge = f1.Some(int(st.startAge) + row.LapNumber - int(st.start) + 1)
		}
		return
	}
}

// known is a compound's name, or nothing while the feed does not know it.
func known(compound string) string {
	if compound == unknownCompound {
		return ""
	}
	return compound
}

// Stints returns every car's stints on which at least one lap was completed. LapEnd is the last one so
// far.
func (s *Session) Stints() []f1.StintRow {
	var rows []f1.StintRow
	key := s.Key()
	for _, c := range s.cars() {
		if !s.timingDataSeen {
			rows = append(rows, c.stintsAlone(key)...)
			continue
		}
		last := int32(0)
		for k := range c.laps {
			if c.laps[k].counts() {
				last = c.laps[k].number
			}
		}
		for _, st := range c.stintRows() {
			if st.start > last || last == 0 || st.number == 0 {
				continue
			}
			row := f1.StintRow{SessionKey: key, DriverNumber: c.Number, StintNumber: st.number,
				Compound: known(st.compound), FreshTyre: st.fresh, LapEnd: f1.Some(int(last))}
			if st.start > 0 {
				row.LapStart = f1.Some(int(st.start))
			}
			if st.end != 0 && st.end < last {
				row.LapEnd = f1.Some(int(st.end))
			}
			if st.startAge >= 0 {
				row.TyreAgeAtStart = f1.Some(int(st.startAge))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// stintsAlone makes the stints of the feed's list alone, where TimingData is missing: each is as long as
// its set has grown older.
func (c *Car) stintsAlone(key string) []f1.StintRow {
	var rows []f1.StintRow
	next := 1
	for i := range c.Stints {
		st := &c.Stints[i]
		laps := st.TotalLaps - st.StartLaps
		if laps <= 0 {
			continue // opened and given up, or never run
		}
		rows = append(rows, f1.StintRow{SessionKey: key, DriverNumber: c.Number, StintNumber: len(rows) + 1,
			Compound: known(st.Compound), FreshTyre: st.New, TyreAgeAtStart: f1.Some(st.StartLaps),
			LapStart: f1.Some(next), LapEnd: f1.Some(next + laps - 1)})
		next += laps
	}
	return rows
}
