package timing

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// byLine returns the cars in the order of the tower; cars without a line come last, by number.
func (s *Session) byLine() []*Car {
	cars := make([]*Car, 0, len(s.Cars))
	for _, c := range s.Cars {
		cars = append(cars, c)
	}
	slices.SortFunc(cars, func(a, b *Car) int {
		if (a.Line == 0) != (b.Line == 0) {
			return b.Line - a.Line
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Number - b.Number
	})
	return cars
}

// leaderGaps computes every car's gap to the leader in seconds. The feed gives lapped cars a number of
// laps, but a normal interval to the car ahead: their gap is the sum of the intervals up the order.
func (s *Session) leaderGaps(reorder bool, ch *Change) {
	if reorder || s.scratch.order == nil || len(s.scratch.order) != len(s.Cars) {
		s.scratch.order = s.byLine()
	}
	var ahead f1.Opt[time.Duration]
	line := 0
	for _, c := range s.scratch.order {
		var gap f1.Opt[time.Duration]
		if c.Line != line+1 {
			ahead = gap // the place between is not known yet
		}
		line = c.Line
		switch {
		case c.Retired || c.Stopped && !c.Chequered: // what it still shows is stale
		case c.GapToLeader.Leads:
			gap = f1.Some(time.Duration(0))
		case c.GapToLeader.Time.Known:
			gap = c.GapToLeader.Time
		case c.GapToLeader.Laps.Known && ahead.Known && c.Interval.Time.Known:
			gap = f1.Some(ahead.Value + c.Interval.Time.Value)
		}
		ahead = gap
		if gap != c.LeaderGap {
			c.LeaderGap = gap
			ch.touch(c.Number)
		}
	}
}
