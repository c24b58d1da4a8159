package timing

import (
	"cmp"
	"slices"

	"pitwall.live/internal/f1"
)

// Rows of one car, or of the track, with one and the same time are one row: what the last of them says.
// Two messages may share a millisecond, and then only the later holds.

// Positions returns every change of a car's place, in the order of messages.
func (s *Session) Positions() []f1.PositionRow {
	rows, key := make([]f1.PositionRow, 0, len(s.positions)), s.Key()
	last := map[int16]int{} // newest row of each car
	for i := range s.positions {
		p := &s.positions[i]
		row := f1.PositionRow{SessionKey: key, DriverNumber: int(p.car), Time: fromNanos(p.at).Value, Position: int(p.position)}
		if k, ok := last[p.car]; ok && rows[k].Time.Equal(row.Time) {
			rows[k] = row
			continue
		}
		last[p.car] = len(rows)
		rows = append(rows, row)
	}
	return rows
}

// Intervals returns every change of a car's gap or interval in a race, in the order of messages.
func (s *Session) Intervals() []f1.IntervalRow {
	rows, key := make([]f1.IntervalRow, 0, len(s.intervals)), s.Key()
	last := map[int16]int{} // newest row of each car
	for i := range s.intervals {
		m := &s.intervals[i]
		row := f1.IntervalRow{SessionKey: key, DriverNumber: int(m.car), Time: fromNanos(m.at).Value,
			GapToLeader: m.gap.opt(), Interval: m.interval.opt()}
		if m.down >= 0 {
			row.LapsDown = f1.Some(int(m.down))
		}
		if k, ok := last[m.car]; ok && rows[k].Time.Equal(row.Time) {
			rows[k] = row
			continue
		}
		last[m.car] = len(rows)
		rows = append(rows, row)
	}
	return rows
}

// RaceControlRows returns race control's messages by the feed's index.
func (s *Session) RaceControlRows() []f1.RaceControlRow {
	rows, key := slices.Clone(s.RaceControl), s.Key()
	for i := range rows {
		rows[i].SessionKey = key
	}
	slices.SortStableFunc(rows, func(a, b f1.RaceControlRow) int { return cmp.Compare(a.MessageID, b.MessageID) })
	return rows
}

// TrackStatuses returns the changes of the track's state.
func (s *Session) TrackStatuses() []f1.TrackStatusRow {
	rows, key := make([]f1.TrackStatusRow, 0, len(s.track)), s.Key()
	for i := range s.track {
		t := &s.track[i]
		if n := len(rows); n > 0 && rows[n-1].Time.Equal(fromNanos(t.at).Value) {
			rows = rows[:n-1]
			if n > 1 && rows[n-2].Status == t.status && rows[n-2].Message == t.message {
				continue // back to what it was
			}
		}
		rows = append(rows, f1.TrackStatusRow{SessionKey: key, Time: fromNanos(t.at).Value, Status: t.status, Message: t.message})
	}
	return rows
}

// WeatherRows returns the reports of the weather station.
func (s *Session) WeatherRows() []f1.WeatherRow {
	rows, key := slices.Clone(s.weatherAt), s.Key()
	for i := range rows {
		rows[i].SessionKey = key
	}
	return rows
}

// TeamRadio returns the published radio messages.
func (s *Session) TeamRadio() []f1.TeamRadioRow {
	rows, key := slices.Clone(s.Radio), s.Key()
	for i := range rows {
		rows[i].SessionKey = key
	}
	return rows
}
