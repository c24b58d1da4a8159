package race

import "time"

// startRace puts the lights out.
func (m *Model) startRace() {
	m.status = Started
	m.emit(Event{Kind: EvWeather, Car: -1, Other: -1})
	m.emit(Event{Kind: EvTrack, Car: -1, Other: -1, N: 1})
	m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Started)})
	m.emit(Event{Kind: EvClock, Car: -1, Other: -1, Value: m.raceClock(), N: 1})
	m.running = len(m.cars)
	for i := range m.cars {
		c := &m.cars[i]
		m.strategy(c)
		c.Lap, c.where, c.gridLap = 1, onTrack, 1
		m.drift(c)
		m.emit(Event{Kind: EvTyres, Car: i, Other: -1, N: int(c.Tyres.Compound), Lap: c.Tyres.Start})
	}
	for i := range m.cars {
		switch c := &m.cars[i]; c.start {
		case noStart:
			c.where, c.out = stopped, true
			m.running--
			m.outCount++
			c.outTime = m.outCount
		case fromLane:
			c.where, c.gridLap = inLane, 0
			m.plan(seconds(14+6*m.rngGrid.Float64()), doPitOut, i, 0, 0)
		default:
			m.drive(i)
			m.emit(Event{Kind: EvPoint, Car: i, Other: -1, Lap: 1, Seg: -1, Next: c.next})
		}
	}
	m.plan(time.Minute, doWeather, -1, 0, 0)
}

func (m *Model) raceClock() time.Duration {
	if m.cfg.Session == "sprint" {
		return time.Hour
	}
	return 2 * time.Hour
}

// cross ends a mini-sector.
func (m *Model) cross(car int) {
	c := &m.cars[car]
	spent := m.now - c.at
	c.at = m.now
	seg, lap := c.Seg, c.Lap
	if !c.finished {
		c.passed[c.nextPoint()] = m.now
		c.Progress++
		if m.cfg.Session.IsRace() {
			m.reorder(car)
		}
	}
	m.sectorEnd(car, seg)
	if seg == m.n-1 {
		m.line(car, false)
	} else {
		c.Seg = seg + 1
	}
	if m.sc.on && seg == m.n/2 && m.leads(car) {
		m.safetyMidLap()
	}
	if c.where == gone {
		return
	}
	if m.cfg.Session.IsRace() && !c.finished {
		c.lost += m.dirtyAir(car)
	}
	m.drive(car)
	m.emit(Event{Kind: EvPoint, Car: car, Other: -1, Lap: lap, Seg: seg, Value: spent, Next: c.next})
}

// nextPoint is where the next passage is kept.
func (c *Car) nextPoint() int { return (c.Progress + 1) % len(c.passed) }

// sectorEnd reports the sector time when the mini-sector was the last of its sector.
func (m *Model) sectorEnd(car, seg int) {
	c := &m.cars[car]
	s, i := m.c.SectorOf(seg)
	if i != m.c.Minis[s]-1 {
		return
	}
	e := Event{Kind: EvSector, Car: car, Other: -1, Lap: c.Lap, N: s}
	if c.sectorTimed {
		e.Value = m.now - c.sectorStart
	}
	c.sectorStart, c.sectorTimed = m.now, true
	if !c.finished {
		m.emit(e)
	}
}

// line ends a lap at the finish line, on the track or in the pit lane.
func (m *Model) line(car int, inLane bool) {
	c := &m.cars[car]
	if c.finished {
		c.Seg = 0
		return
	}
	if !m.cfg.Session.IsRace() {
		m.timedLine(car, inLane)
		return
	}
	e := Event{Kind: EvLap, Car: car, Other: -1, Lap: c.Lap}
	if c.lapTimed {
		e.Value = m.now - c.lapStart
	}
	if inLane {
		e.N = 1
	}
	c.Tyres.Age++
	m.emit(e)
	m.limits(car, e.Value)
	c.laps++
	c.lapStart, c.lapTimed = m.now, true
	c.Lap++
	c.Seg = 0
	c.outLap = false
	m.drift(c)
	if m.order[0] == car {
		m.leaderLap(c)
	}
	if m.flagged {
		c.finished, c.flagAt, c.wantPit = true, m.now, true
		m.emit(Event{Kind: EvCarFlag, Car: car, Other: -1, Lap: e.Lap})
		m.running--
		m.checkFinish()
		return
	}
	if !inLane { // a car in the lane has its visit before it
		m.callIn(car)
	}
}

// leaderLap does what follows the leader's crossing of the line.
func (m *Model) leaderLap(c *Car) {
	if c.Lap > m.laps {
		m.flagged = true
		m.emit(Event{Kind: EvChequered, Car: -1, Other: -1, Lap: m.laps})
		m.status = Finished
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Finished)})
		if m.sc.on || m.vsc {
			m.sc, m.vsc = safety{}, false
			m.setTrack(1)
		}
		return
	}
	if m.sc.on {
		m.safetyLap(c)
	}
	if !m.drs && !m.sc.on && !m.vsc && !m.red && c.Lap > m.drsAt && m.sky.wet < .15 {
		m.setDRS(true)
	}
}

func (m *Model) setDRS(on bool) {
	if m.drs == on {
		return
	}
	m.drs = on
	n := 0
	if on {
		n = 1
	}
	m.emit(Event{Kind: EvDRS, Car: -1, Other: -1, N: n})
}

// checkFinish plans the end of the session once nobody is racing any more.
func (m *Model) checkFinish() {
	if m.flagged && m.running == 0 && m.status == Finished {
		m.status = Finalised
		m.plan(m.now+2*time.Minute+seconds(60*m.rngRace.Float64()), doFinal, -1, 0, 0)
	}
}

// final closes the session: penalties that were not served are added, then it is finalised.
func (m *Model) final(step int) {
	switch step {
	case 0:
		m.addPenalties()
		m.plan(m.now+time.Minute, doFinal, -1, 1, 0)
	case 1:
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Finalised)})
		m.plan(m.now+2*time.Minute, doFinal, -1, 2, 0)
	case 2:
		m.status = Ends
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Ends)})
	}
}

// FinishTime returns a car's race time with added penalties and whether it took the flag.
func (m *Model) FinishTime(car int) (time.Duration, bool) {
	c := &m.cars[car]
	return c.flagAt, c.finished
}

// addPenalties adds unserved time penalties to the race times and sorts the finishers again.
func (m *Model) addPenalties() {
	moved := false
	for i := range m.cars {
		c := &m.cars[i]
		if c.driveThrough {
			c.driveThrough, c.penalty = false, c.penalty+20*time.Second
		}
		if c.finished && c.penalty > 0 {
			c.flagAt += c.penalty
			m.emit(Event{Kind: EvServed, Car: i, Other: -1, Value: c.penalty, Reason: c.penaltyReason, N: 1})
			c.penalty = 0
			moved = true
		}
	}
	if !moved {
		return
	}
	for i := 1; i < len(m.order); i++ {
		for j := i; j > 0; j-- {
			a, b := &m.cars[m.order[j-1]], &m.cars[m.order[j]]
			if !a.finished || !b.finished || a.laps != b.laps || a.flagAt <= b.flagAt {
				break
			}
			m.order[j-1], m.order[j] = m.order[j], m.order[j-1]
			a.Place, b.Place = j+1, j
		}
	}
	m.emit(Event{Kind: EvOrder, Car: -1, Other: -1})
}
