package sim

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/feed"
)

// statLine is what TimingStats has said of a car.
type statLine struct {
	lap     time.Duration
	sectors [3]time.Duration
	speeds  [4]int
	rank    [8]int // lap, three sectors, four speeds
	stops   int    // entries in PitStopSeries
}

func (s *Sim) statLap(c *car, lap int, d time.Duration) {
	if c.stats.lap != 0 && d >= c.stats.lap {
		return
	}
	s.after(60*time.Millisecond, 300*time.Millisecond, action{do: (*Sim).sayStat, car: c.i, a: 0, b: lap, d: d})
}

func (s *Sim) statSector(c *car, k int, d time.Duration) {
	s.after(80*time.Millisecond, 350*time.Millisecond, action{do: (*Sim).sayStat, car: c.i, a: 1 + k, d: d})
}

func (s *Sim) statSpeed(c *car, k, kmh int) {
	s.after(30*time.Millisecond, 200*time.Millisecond, action{do: (*Sim).sayStat, car: c.i, a: 4 + k, b: kmh})
}

// sayStat publishes a new best and the ranks it moves.
func (s *Sim) sayStat(a *action) {
	c := s.cars[a.car]
	switch {
	case a.a == 0:
		c.stats.lap = a.d
	case a.a < 4:
		if c.bestSector[a.a-1] != a.d {
			return // a better one is on its way
		}
		c.stats.sectors[a.a-1] = a.d
	default:
		if c.bestSpeed[a.a-4] != a.b {
			return
		}
		c.stats.speeds[a.a-4] = a.b
	}
	s.rankStat(a.a, c, a)
}

// rankStat writes the ranks of one figure; set is the car whose value is new, nil after a deletion.
func (s *Sim) rankStat(k int, set *car, a *action) {
	list := make([]*car, 0, len(s.cars))
	for _, c := range s.cars {
		if c.statValue(k) != 0 {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(x, y *car) int {
		if k >= 4 {
			return cmp.Compare(y.statValue(k), x.statValue(k))
		}
		return cmp.Compare(x.statValue(k), y.statValue(k))
	})
	rank := make(map[*car]int, len(list))
	for i, c := range list {
		rank[c] = i + 1
	}
	s.begin()
	for _, i := range s.byNum {
		c := s.cars[i]
		r := rank[c]
		if r == c.stats.rank[k] && c != set {
			continue
		}
		s.onLine(c)
		s.inStat(k)
		if c == set {
			if k == 0 {
				s.b.num("Lap", a.b)
			}
		}
		switch {
		case r == 0 && c.stats.rank[k] != 0:
			s.b.str("Value", "")
			s.b.raw("_deleted", `["Position"]`)
		case r != c.stats.rank[k]:
			s.b.num("Position", r)
		}
		c.stats.rank[k] = r
		if c == set {
			switch {
			case k == 0:
				s.b.str("Value", lapText(a.d))
			case k < 4:
				s.b.str("Value", sectorText(a.d))
			default:
				s.b.str("Value", strconv.Itoa(a.b))
			}
		}
		s.b.out()
		if k > 0 {
			s.b.out()
		}
		s.offLine()
	}
	if p := s.payload(); p != nil {
		s.send(feed.TopicTimingStats, p, s.lag())
	}
}

func (c *car) statValue(k int) int64 {
	switch {
	case k == 0:
		return int64(c.stats.lap)
	case k < 4:
		return int64(c.stats.sectors[k-1])
	}
	return int64(c.stats.speeds[k-4])
}

func (s *Sim) inStat(k int) {
	switch {
	case k == 0:
		s.b.in("PersonalBestLapTime")
	case k < 4:
		s.b.in("BestSectors")
		s.b.in(strconv.Itoa(k - 1))
	default:
		s.b.in("BestSpeeds")
		s.b.in(speedNames[k-4])
	}
}

// sayStatDeleted takes a deleted best out of the statistics.
func (s *Sim) sayStatDeleted(a *action) {
	c := s.cars[a.car]
	if c.stats.lap != a.d {
		return
	}
	c.stats.lap = 0
	var lap int
	for _, t := range c.times {
		if !t.gone && t.lap != a.a && (c.stats.lap == 0 || t.time < c.stats.lap) {
			c.stats.lap, lap = t.time, t.lap
		}
	}
	if c.stats.lap == 0 {
		s.rankStat(0, nil, a)
		return
	}
	s.rankStat(0, c, &action{b: lap, d: c.stats.lap})
}
