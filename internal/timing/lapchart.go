package timing

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// lineLate is how much later than the lap time allows a crossing may be told before the telling is late.
const lineLate = int64(1500 * time.Millisecond)

// sideBySide is the time within which two cars' crossings may be told in the wrong order.
const sideBySide = int64(time.Second)

// ends returns when each of the car's laps ended. In a race that is when the count rose; where the message
// came late (2018 Azerbaijan, car 55, lap 8: 36 s) the lap time, made up by its sectors, tells when it was.
func (c *Car) ends(race bool) []int64 {
	ends := make([]int64, len(c.laps))
	for k := range c.laps {
		l := &c.laps[k]
		ends[k] = l.end
		if !race || k == 0 || l.end == 0 || ends[k-1] == 0 || c.laps[k-1].number+1 != l.number || !l.madeUp() {
			continue
		}
		if at := ends[k-1] + int64(l.time)*int64(time.Millisecond); l.end-at > lineLate {
			ends[k] = at
		}
	}
	return ends
}

// crossing is one car at the end of one lap.
type crossing struct {
	car, lap int // lap is an index into the car's laps
	at       int64
	gap      gapMillis
	place    int16 // as the feed had it
}

// lapChart is the place of each car on each lap: the order in which the cars completed it. The feed's
// place is that of the moment, in which one change comes late and another (a penalty, after the flag)
// early. Laps of which not everybody was seen have no chart.
func (s *Session) lapChart(ends map[int][]int64) map[[2]int]int {
	laps, seen, gaps := map[int32][]crossing{}, int32(0), map[int32]bool{}
	for _, c := range s.cars() {
		seen = max(seen, c.joinLap)
		for k := range c.laps {
			l := &c.laps[k]
			switch {
			case !l.closed:
			case ends[c.Number][k] == 0:
				gaps[l.number] = true
			default:
				laps[l.number] = append(laps[l.number], crossing{c.Number, k, ends[c.Number][k], l.gap, l.position})
			}
		}
	}
	chart := map[[2]int]int{}
	for n, order := range laps {
		if n <= seen || gaps[n] {
			continue
		}
		slices.SortStableFunc(order, func(a, b crossing) int { return int(a.at - b.at) })
		for i := 1; i < len(order); i++ {
			for j := i; j > 0 && order[j].passed(&order[j-1]); j-- {
				order[j], order[j-1] = order[j-1], order[j]
			}
		}
		for i, x := range order {
			chart[[2]int{x.car, x.lap}] = i + 1
		}
	}
	return chart
}

// lappedGaps gives the lapped cars the gap at the end of each lap in seconds: the gap that the car before had
// at the end of the same lap, and the interval to it. What the tower shows of that car is of another moment, and
// perhaps of another leader. An interval that is not what lay between the two there is of another moment too: a
// car in the pit lane shows such.
func lappedGaps(rows []f1.LapRow) {
	type spot struct{ lap, place int }
	at := make(map[spot]*f1.LapRow, len(rows))
	places := 0
	for i := range rows {
		r := &rows[i]
		if r.Position.Known {
			at[spot{r.LapNumber, r.Position.Value}] = r
			places = max(places, r.Position.Value)
		}
	}
	for place := 2; place <= places; place++ {
		for i := range rows {
			r := &rows[i]
			if r.Position.Or(0) != place || r.LapsDown.Or(0) == 0 || !r.Interval.Known {
				continue
			}
			ahead := at[spot{r.LapNumber, place - 1}]
			if ahead == nil || !ahead.GapToLeader.Known || !r.DateEnd.Known || !ahead.DateEnd.Known {
				continue
			}
			if apart := r.DateEnd.Value.Sub(ahead.DateEnd.Value) - r.Interval.Value; apart.Abs() < time.Duration(lineLate) {
				r.GapToLeader = f1.Some(ahead.GapToLeader.Value + r.Interval.Value)
			}
		}
	}
}

// passed reports whether a crossing that was told just after another one was before it: gap and place of
// both say so.
func (x *crossing) passed(before *crossing) bool {
	return x.at-before.at < sideBySide && x.gap >= 0 && x.gap < before.gap && x.place > 0 && x.place < before.place
}
