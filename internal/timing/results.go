package timing

import (
	"time"

	"pitwall.live/internal/f1"
)

// Statuses of a result.
const (
	ResultRunning    = "running"
	ResultFinished   = "finished"
	ResultLapped     = "lapped"
	ResultRetired    = "retired"
	ResultStopped    = "stopped"
	ResultNotStarted = "not_started"
)

// classifiedShare is the part of the winner's distance that a car must cover to be classified, in
// percent (the sporting regulations' 90 %, rounded down to whole laps).
const classifiedShare = 90

// Results returns the classification as timing has it now, by place. Penalties decided after the flag
// are in it once the feed applies them. In a race Time is unknown: the feed never says it. Elsewhere
// Time is the best lap and Gap the difference to the fastest.
func (s *Session) Results() []f1.ResultRow {
	cars := s.byLine()
	rows := make([]f1.ResultRow, 0, len(cars))
	race, key := s.IsRace(), s.Key()
	over := s.finishedAt != 0 || s.Status == f1.StatusFinished || s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds
	most := 0
	for _, c := range cars {
		most = max(most, c.completed(race))
	}
	for _, c := range cars {
		if c.Line == 0 && c.Position == 0 && len(c.laps) == 0 {
			continue // never on the tower: an entry that is only a name
		}
		row := f1.ResultRow{SessionKey: key, DriverNumber: c.Number}
		if p := c.place(); p > 0 {
			row.Position = f1.Some(p)
		}
		laps := c.completed(race)
		if s.timingDataSeen {
			row.LapsCompleted = f1.Some(laps)
		}
		if race && !s.timingDataSeen {
			if c.Grid > 0 {
				row.Grid = f1.Some(c.Grid)
			}
			rows = append(rows, row) // the order is all that is known
			continue
		}
		if race {
			if c.Grid > 0 {
				row.Grid = f1.Some(c.Grid)
			}
			row.Status = c.raceResult(over, s.startedAt != 0, most)
			if over {
				row.Classified = f1.Some(laps > 0 && laps*100 >= most*classifiedShare)
			}
			row.Gap = c.LeaderGap
			if down := c.lapsDown(); down >= 0 {
				row.LapsDown = f1.Some(int(down))
			}
			if row.Position.Or(0) == 1 && over {
				row.Gap, row.LapsDown = f1.Some(time.Duration(0)), f1.Some(0) // the cell is empty after the flag
			}
			if down := most - laps; over && down > 0 {
				row.LapsDown, row.Gap = f1.Some(down), f1.Opt[time.Duration]{}
			}
		} else {
			row.Status = c.timedResult(over)
			row.Time = c.bestTime()
			row.Gap = c.GapToLeader.Time
			if row.Position.Or(0) == 1 && row.Time.Known {
				row.Gap = f1.Some(time.Duration(0))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func (c *Car) place() int {
	if c.Position > 0 {
		return c.Position
	}
	return c.Line
}

// completed is the number of laps completed. Outside races the feed counts laps begun.
func (c *Car) completed(race bool) int {
	if race {
		return c.Laps
	}
	n := 0
	for k := range c.laps {
		if c.laps[k].counts() {
			n++
		}
	}
	return n
}

// raceResult says how a car's race stands. A stopped car may go on, until the race is over without it.
func (c *Car) raceResult(over, started bool, most int) string {
	switch {
	case started && c.Laps == 0 && c.absent && (c.Stopped || c.Retired):
		return ResultNotStarted
	case c.Retired:
		return ResultRetired
	case over && c.Chequered && c.Laps < most:
		return ResultLapped
	case over && c.Chequered:
		return ResultFinished
	case over && c.Stopped:
		return ResultRetired
	case c.Stopped:
		return ResultStopped
	}
	return ResultRunning
}

func (c *Car) timedResult(over bool) string {
	switch {
	case c.Retired:
		return ResultRetired
	case over:
		return ResultFinished
	case c.Stopped:
		return ResultStopped
	}
	return ResultRunning
}

// bestTime is the time that ranks a car outside races: that of the last qualifying part it has one in.
func (c *Car) bestTime() f1.Opt[time.Duration] {
	for p := len(c.PartBest) - 1; p >= 0; p-- {
		if c.PartBest[p].Time.Known {
			return c.PartBest[p].Time
		}
	}
	return c.BestLap.Time
}
