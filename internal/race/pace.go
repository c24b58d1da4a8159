package race

import "time"

// lapPace returns the seconds a car would need for a lap alone on a clear track now.
func (m *Model) lapPace(c *Car) float64 {
	share := c.Entry.Pace + c.form + c.noise + c.Tyres.cost(m.sky.wet, m.scale, c.outLap)
	switch {
	case m.cfg.Session.IsRace():
		left := float64(max(0, m.laps-c.Lap+1)) / float64(m.c.Laps)
		share += .028 + .032*left
	default:
		share += c.run.effort
	}
	share += .11 * m.sky.wet // the puddles cost everybody
	return m.base * (1 + share)
}

// flagFactor slows a car for the flags. lead tells that nobody is ahead of it behind the safety car.
func (m *Model) flagFactor(c *Car, lead bool) float64 {
	switch {
	case c.finished:
		return 1.32
	case m.red:
		return 1.5
	case m.sc.on && c.unlap:
		return 1.12
	case m.sc.on && lead:
		return 1.44
	case m.sc.on:
		return 1.2
	case m.vsc:
		return 1.35
	}
	switch m.sector[m.c.MarshalOf(c.Seg)].flag {
	case FlagYellow:
		return 1.03
	case FlagDouble:
		return 1.1
	}
	return 1
}

// drift renews a car's slow noise once a lap.
func (m *Model) drift(c *Car) {
	c.noise = .55*c.noise + m.rngPace.NormFloat64()*c.Entry.Consistency*.7
}

// drive decides when a car ends the mini-sector it has just begun, and plans that.
func (m *Model) drive(car int) {
	c := &m.cars[car]
	c.where = onTrack
	if c.Seg == m.n-1 && c.wantPit {
		part := m.miniTime(c, car) / 2
		c.next = m.now + 2*part
		m.plan(m.now+part, doPitIn, car, 0, 0)
		return
	}
	dt := m.miniTime(c, car)
	switch {
	case !m.cfg.Session.IsRace():
	case c.Lap == 1 && c.Seg == 0 && c.Progress == 0 && c.gridLap == 1:
		dt += seconds(2.9 + .21*float64(c.Place-1) + .36*m.rngRace.NormFloat64())
	case c.Lap == c.gridLap && c.Seg == 0:
		dt += seconds(2.9 + .36*m.rngRace.NormFloat64())
	case m.sc.standing && m.sc.ending && c.Seg == m.n-1 && m.leads(car):
		dt += seconds(28 + 8*m.rngRace.Float64()) // until the last car stands in its slot
	}
	dt += c.yield
	c.yield = 0
	switch {
	case m.cfg.Calm || c.finished:
	case !m.cfg.Session.IsRace():
		if c.retire && c.Seg > 1 && m.rngRisk.Float64() < .2 {
			m.halt(car, dt, true)
			return
		}
	case m.trouble(car, dt):
		return
	}
	dt += c.lost
	c.lost = 0
	arrive := ms(m.now + dt)
	if m.cfg.Session.IsRace() && !c.finished {
		arrive = m.amongOthers(car, arrive)
	}
	c.next = arrive
	m.plan(arrive, doCross, car, 0, 0)
}

func (m *Model) miniTime(c *Car, car int) time.Duration {
	lead := m.sc.on && m.leads(car)
	s := m.lapPace(c) * float64(m.c.track.share[c.Seg]) * m.flagFactor(c, lead)
	s *= 1 + .0035*m.rngPace.NormFloat64()
	return seconds(max(.3, s))
}

// leads reports whether the car is first of those running on the track.
func (m *Model) leads(car int) bool {
	for _, o := range m.order {
		switch m.cars[o].where {
		case onTrack:
			return o == car
		}
	}
	return false
}
