package race

import (
	"math"
	"time"
)

// arrival is a car's known or planned time at the end of a mini-sector.
type arrival struct {
	at  time.Duration
	car int
}

const keep = 6 // arrivals remembered at each place

// amongOthers fits a planned arrival behind or before the cars that are ahead in the same mini-sector,
// and remembers it.
func (m *Model) amongOthers(car int, at time.Duration) time.Duration {
	c := &m.cars[car]
	list := m.recent[c.Seg]
	n := len(list)
	if n > 0 && !c.unlap {
		last := list[n-1]
		room := m.headway(c)
		if at < last.at+room && last.car != car {
			if t, ok := m.tryPass(car, at, list); ok {
				at = t
			} else {
				at = last.at + room
			}
		}
	}
	m.remember(c.Seg, arrival{ms(at), car})
	return ms(at)
}

func (m *Model) remember(mini int, a arrival) {
	list := m.recent[mini]
	if len(list) == keep {
		copy(list, list[1:])
		list = list[:keep-1]
	}
	list = append(list, a)
	for i := len(list) - 1; i > 0 && list[i].at < list[i-1].at; i-- {
		list[i], list[i-1] = list[i-1], list[i]
	}
	m.recent[mini] = list
}

// headway is the least distance in time between two cars that follow each other.
func (m *Model) headway(c *Car) time.Duration {
	if c.Seg == m.n-1 && (m.sc.standing && m.sc.ending || m.now < m.gridUntil && c.gridLap == c.Lap+1) {
		return seconds(.12 + .12*m.rngPace.Float64()) // off the grid, over the line
	}
	if m.sc.on || m.red {
		return seconds(.55 + .7*m.rngPace.Float64())
	}
	return seconds(.28 + .22*m.rngPace.Float64())
}

// tryPass decides whether a car gets past the one ahead in this mini-sector and when it then arrives.
func (m *Model) tryPass(car int, at time.Duration, list []arrival) (time.Duration, bool) {
	const clear = 130 * time.Millisecond
	last := list[len(list)-1]
	c, o := &m.cars[car], &m.cars[last.car]
	if last.at <= m.now+2*clear || m.sc.on || m.vsc || m.red {
		return 0, false
	}
	if m.sector[m.c.MarshalOf(c.Seg)].flag != FlagClear {
		return 0, false
	}
	floor := m.now + clear
	if n := len(list); n > 1 {
		floor = max(floor, list[n-2].at+clear)
	}
	to := max(min(at, last.at-clear-seconds(.25*m.rngPass.Float64())), floor)
	if to > last.at-clear {
		return 0, false
	}
	ahead := o.Progress - c.Progress
	switch {
	case ahead < -1: // a lapped car makes room
		o.yield += seconds(.35 + .5*m.rngPass.Float64())
		if m.now-o.blueAt > 4*time.Second {
			o.blueAt = m.now
			m.emit(Event{Kind: EvBlue, Car: last.car, Other: car, Lap: o.Lap})
		}
		return to, true
	case ahead > 1: // it is the one that was lapped
		return to, m.lapPace(o)-m.lapPace(c) > 1.2 && m.rngPass.Float64() < .3*float64(m.c.track.pass[c.Seg])
	}
	if m.rngPass.Float64() >= m.passChance(c, o) {
		return 0, false
	}
	o.yield += seconds(.15 + .3*m.rngPass.Float64())
	m.emit(Event{Kind: EvPass, Car: car, Other: last.car, Lap: c.Lap, Seg: c.Seg})
	if m.cfg.Session.IsRace() && !m.cfg.Calm && m.rngRisk.Float64() < .045 {
		m.contact(car, last.car)
	}
	return to, true
}

// passChance is the chance that c passes o in this mini-sector: it takes a pace advantage, a place to
// pass, and the hands to do it.
func (m *Model) passChance(c, o *Car) float64 {
	adv := m.lapPace(o) - m.lapPace(c)
	if m.drs {
		adv += .35
	}
	place := float64(m.c.track.pass[c.Seg])
	if c.Lap == c.gridLap && c.Seg == 0 {
		return .55 // who gets away better goes by: the road to the first corner is wide
	}
	start := c.Lap == c.gridLap && c.Seg < m.n/2
	if start {
		place = math.Max(place, .5)
		adv += .8
	}
	need := 1.25 - .8*m.c.PassEase
	ease := .06 + .38*m.c.PassEase
	if m.sky.wet > .2 {
		need -= .3
	}
	p := place * ease / (1 + math.Exp(-(adv-need)/.3))
	return p * (1 + .8*(c.Entry.Skill-o.Entry.Skill))
}

// dirtyAir is what following closely costs in the mini-sector that begins.
func (m *Model) dirtyAir(car int) time.Duration {
	c := &m.cars[car]
	list := m.recent[(c.Seg+m.n-1)%m.n]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].car == car || list[i].at > m.now {
			continue
		}
		gap := (m.now - list[i].at).Seconds()
		if gap < 1.6 {
			return seconds(.0035 * (1.6 - gap) / 1.6 * m.base * float64(m.c.track.share[c.Seg]))
		}
		break
	}
	return 0
}
