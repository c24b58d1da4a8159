package whereabouts

import (
	"math/bits"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// car is what has been seen of one car.
type car struct {
	known bool      // its line has been looked at before
	lit   [3]uint64 // mini-sectors that have a colour, a bit each
	times [3]f1.Opt[time.Duration]
	laps  int
	inPit bool
	halt  time.Time // since when the feed has it stopped or retired; zero: it has not

	seen     bool // since it left the pits
	point    int  // passed last
	at       time.Time
	pace     pace
	steps    []float64 // seconds for each stretch as last driven, by the point at its end
	unbroken int       // how many stretches in a row have been timed, pits apart
}

// pitCode is the colour of a mini-sector passed in the pit lane.
const pitCode = 2064

// see compares a car's line with what it was.
func (e *Estimator) see(k *car, c *timing.Car, m *feed.Message) {
	var point int
	var passed bool
	if e.layout.plain {
		point, passed = k.sectors(c)
	} else {
		point, passed = k.furthest(e.layout, c)
	}
	first := !k.known
	k.known, k.laps, k.inPit = true, c.Laps, c.InPit
	switch {
	case !c.Stopped && !c.Retired:
		k.halt = time.Time{}
	case k.halt.IsZero():
		k.halt = m.Time
	}
	switch {
	case c.InPit:
		k.seen, k.unbroken = false, 0
	case !passed:
	case first || m.Snapshot:
		// It was passed, but not now: where the car is follows from the next point only.
		k.seen, k.unbroken = false, 0
	default:
		e.pass(k, point, m.Time, e.layout.code(c, point) == pitCode)
	}
}

// code is the colour of a point's mini-sector, 0 where there are none.
func (l layout) code(c *timing.Car, point int) int {
	if l.plain {
		return 0
	}
	for i, n := range l.minis {
		if point < n {
			if point < len(c.Sectors[i].Segments) {
				return c.Sectors[i].Segments[point]
			}
			return 0
		}
		point -= n
	}
	return 0
}

// furthest finds the last mini-sector of the lap that has a colour, and whether it has just been passed.
// Colours are rewritten when somebody is faster, and filled in late: only a point further on is news, or
// one that is left when a new lap has blanked those of the lap before. The first one is not said again when
// its colour is that of the lap before.
func (k *car) furthest(l layout, c *timing.Car) (point int, passed bool) {
	var lit [3]uint64
	for i := range lit {
		for j, code := range c.Sectors[i].Segments {
			if code != 0 && j < maxMinis {
				lit[i] |= 1 << j
			}
		}
	}
	if lit == k.lit && k.known {
		return -1, false
	}
	was, now := l.last(k.lit), l.last(lit)
	blanked := 0
	for i := range lit {
		blanked += bits.OnesCount64(k.lit[i] &^ lit[i])
	}
	k.lit = lit
	switch {
	case now < 0:
		return -1, false
	case now > was:
		return now, true
	case now < was && (blanked > 1 || now <= 1):
		return now, true
	}
	return -1, false
}

// last is the point of the furthest bit, -1 when there is none.
func (l layout) last(lit [3]uint64) int {
	off := l.points()
	for i := 2; i >= 0; i-- {
		off -= l.minis[i]
		if lit[i] != 0 {
			return off + bits.Len64(lit[i]) - 1
		}
	}
	return -1
}

// sectors finds the last sector whose time has just come. The lap count stands for the last one.
func (k *car) sectors(c *timing.Car) (point int, passed bool) {
	point = -1
	for i := range k.times {
		t := c.Sectors[i].Time
		if t.Known && t != k.times[i] {
			point = i
		}
		k.times[i] = t
	}
	if c.Laps > k.laps {
		point = 2
	}
	return point, point >= 0
}

// again is how long after a point's passing it can not be passed anew.
const again = 15 * time.Second

// pass notes that a car has passed a point, learns how long the stretch took, and how quick the lap is.
func (e *Estimator) pass(k *car, point int, at time.Time, lane bool) {
	n := e.layout.points()
	if k.seen && point == k.point && at.Sub(k.at) < again {
		return // the same thing told by another value
	}
	if len(k.steps) != n {
		k.steps = make([]float64, n)
	}
	if !k.seen {
		k.seen, k.point, k.at, k.unbroken, k.pace = true, point, at, 0, pace{}
		return
	}
	stretch := (point - k.point + n) % n
	if stretch == 0 {
		stretch = n
	}
	took := at.Sub(k.at).Seconds()
	if took > 0 && stretch <= 3 {
		k.pace.add(took, e.ref.between(k.point, point))
	} else {
		k.pace = pace{}
	}
	k.steps[point] = took
	k.unbroken++
	if stretch != 1 || took <= 0 || lane {
		k.unbroken = 0
	}
	k.point, k.at = point, at
	if point == n-1 && k.unbroken >= n {
		e.ref.learn(k.steps)
	}
}
