package timing

import (
	"math"
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
	if len(c.laps) > 1 && race && c.joinLap > 0 && c.laps[0].end != 0 {
		// When the lap driven at the beginning of a recording began is not known. Its first sector and that of the
		// next one tell whether it was told late, but not to the millisecond when it ended.
		l, next := &c.laps[0], &c.laps[1]
		end := min(l.began()+int64(l.time)*int64(time.Millisecond), next.began())
		if l.end-end > lineLate {
			ends[0] = 0
		}
	}
	return ends
}

// began is when a lap began by its first sector and the moment that one came, far in the future when nobody knows.
func (l *lap) began() int64 {
	if l.sector1 == 0 || l.sectors[0] == 0 {
		return math.MaxInt64 / 2
	}
	return l.sector1 - int64(l.sectors[0])*int64(time.Millisecond)
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
// early. Laps of which not everybody was seen have no chart, unless a snapshot tells how many had completed
// them before; joined is the last lap that may have been driven when the recording began.
func (s *Session) lapChart(ends map[int][]int64) (chart map[[2]int]int, joined int32) {
	laps, seen, gaps := map[int32][]crossing{}, int32(0), map[int32]bool{}
	for _, c := range s.cars() {
		joined = max(joined, c.joinLap)
		if c.joinCount < 0 {
			seen = max(seen, c.joinLap)
		}
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
	chart = map[[2]int]int{}
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
		ahead := 1
		for _, c := range s.Cars {
			if c.joinCount >= n {
				ahead++
			}
		}
		for i, x := range order {
			chart[[2]int{x.car, x.lap}] = i + ahead
		}
	}
	return chart, joined
}

// lappedGaps gives the lapped cars the gap at the end of each lap in seconds: the gap that the car before had
// at the end of the same lap, and the interval to it. What the tower shows of that car is of another moment, and
// perhaps of another leader. An interval that is not what lay between the two there is of another moment too: a
// car in the pit lane shows such. Up to the lap that was being run when the recording was joined, the laps of cars
// ahead that are needed for it are not known, and so is the gap.
func lappedGaps(rows []f1.LapRow, joined int) {
	type spot struct{ lap, place int }
	at := make(map[spot]*f1.LapRow, len(rows))
	places := 0
	for i := range rows {
		r := &rows[i]
		if r.LapNumber <= joined && r.LapsDown.Or(0) > 0 {
			r.GapToLeader = f1.Opt[time.Duration]{}
		}
		if r.Position.Known {
			at[spot{r.LapNumber, r.Position.Value}] = r
			places = max(places, r.Position.Value)
		}
	}
	for place := 2; place <= places; place++ {
		for i := range rows {
			r := &rows[i]
			if r.Position.Or(0) != place || r.LapsDown.Or(0) == 0 {
				continue
			}
			ahead := at[spot{r.LapNumber, place - 1}]
			if ahead == nil || !ahead.GapToLeader.Known || !r.Interval.Known || !r.DateEnd.Known || !ahead.DateEnd.Known {
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
