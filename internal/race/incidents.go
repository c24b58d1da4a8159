package race

import (
	"math"
	"time"
)

// trouble decides whether something happens to a car in the mini-sector it begins. It returns true when
// the car does not reach its end.
func (m *Model) trouble(car int, dt time.Duration) bool {
	c := &m.cars[car]
	r := m.rngRisk
	x := r.Float64()
	if m.red || c.where == stopped {
		return false
	}
	share := float64(m.c.track.share[c.Seg])
	risk := share
	if m.sc.on || m.vsc {
		risk *= .1
	}
	wet := 1 + 2.5*m.sky.wet
	crash := .0009 * risk * m.c.Walls * wet
	mechanical := .0011 * risk
	spin := .0026 * risk * m.c.Walls * wet
	if c.Lap == c.gridLap && c.Seg < m.n/3 {
		crash += .0022
		spin += .003
	}
	switch { // enough is enough
	case m.running <= 8:
		crash, mechanical = 0, 0
	case m.outCount >= 4:
		crash, mechanical = crash*.3, mechanical*.3
	}
	switch {
	case x < crash:
		m.halt(car, dt, true)
		return true
	case x < crash+mechanical:
		if c.Seg < m.n-2 && r.Float64() < .55 && !c.wantPit {
			c.retire, c.wantPit = true, true
			c.form += .03
			return false
		}
		m.halt(car, dt, false)
		return true
	case x < crash+mechanical+spin:
		lost := seconds(5 + 14*r.Float64())
		c.lost += lost
		m.emit(Event{Kind: EvLost, Car: car, Other: -1, Lap: c.Lap, Seg: c.Seg, Value: lost})
		s := m.c.MarshalOf(c.Seg)
		m.plan(m.now+dt/2+seconds(1+2*r.Float64()), doFlag, -1, s, int(FlagYellow))
		m.plan(m.now+dt/2+lost+seconds(3+8*r.Float64()), doFlag, -1, s, int(FlagClear))
	}
	return false
}

// halt leaves a car on the track in the mini-sector it is in.
func (m *Model) halt(car int, dt time.Duration, crash bool) {
	c := &m.cars[car]
	at := m.now + time.Duration(float64(dt)*(.2+.6*m.rngRisk.Float64()))
	n := 0
	if crash {
		n = 1
	}
	c.next = m.now + dt
	m.plan(at, doStop, car, n, 0)
}

// stopCar brings the car to rest and decides what race control does.
func (m *Model) stopCar(car, crash int) {
	c := &m.cars[car]
	r := m.rngRisk
	c.where, c.out = stopped, true
	m.outCount++
	c.outTime = m.outCount
	m.running--
	m.emit(Event{Kind: EvStopped, Car: car, Other: -1, Lap: c.Lap, Seg: c.Seg, N: crash})
	m.plan(m.now+seconds(150+200*r.Float64()), doOut, car, 0, 0)
	s := m.c.MarshalOf(c.Seg)
	m.plan(m.now+seconds(1+2*r.Float64()), doFlag, -1, s, int(FlagYellow))
	m.plan(m.now+seconds(3.2+3*r.Float64()), doFlag, -1, s, int(FlagDouble))
	if !m.cfg.Session.IsRace() {
		m.plan(m.now+seconds(8+10*r.Float64()), doRed, -1, 0, 0)
		return
	}
	x := r.Float64()
	late := m.laps-m.cars[m.order[0]].Lap < 4
	react := m.now + seconds(10+15*r.Float64())
	switch {
	case m.sc.on || m.vsc:
		m.plan(m.now+seconds(90+60*r.Float64()), doFlag, -1, s, int(FlagClear))
	case crash == 1 && x < .12 && !late:
		m.plan(react, doRed, -1, 0, 0)
	case x < .5 && crash == 1 || x < .15:
		m.plan(react, doSC, -1, 0, 0)
	case x < .8:
		m.plan(react, doVSC, -1, 0, 0)
	default:
		m.plan(m.now+seconds(60+60*r.Float64()), doFlag, -1, s, int(FlagClear))
	}
	m.checkResume()
	m.checkFinish()
}

// contact is what may follow a pass that went wrong.
func (m *Model) contact(car, other int) {
	r := m.rngRisk
	reasons := []Reason{CausingCollision, GainingAdvantage, ForcingOff}
	m.caseFor(car, other, reasons[r.IntN(3)], 1+r.IntN(m.c.Turns))
	lost := seconds(.5 + 2*r.Float64())
	m.cars[other].lost += lost
	m.emit(Event{Kind: EvLost, Car: other, Other: car, Lap: m.cars[other].Lap, Value: lost})
}

// inquiry is something the stewards look at.
type inquiry struct {
	car, other int
	reason     Reason
	turn, lap  int
	step       int
}

// caseFor opens a case.
func (m *Model) caseFor(car, other int, reason Reason, turn int) {
	m.inquiries = append(m.inquiries, inquiry{car: car, other: other, reason: reason, turn: turn, lap: m.cars[car].Lap})
	m.plan(m.now+seconds(25+90*m.rngRisk.Float64()), doStewards, car, len(m.inquiries)-1, 0)
}

// stewards moves a case on: noted, investigated, decided.
func (m *Model) stewards(i int) {
	k := &m.inquiries[i]
	r := m.rngRisk
	e := Event{Kind: EvIncident, Car: k.car, Other: k.other, N: k.turn, Reason: k.reason, Lap: k.lap}
	wait := seconds(40 + 200*r.Float64())
	step := k.step
	k.step++
	switch step {
	case 0:
		e.Seg = int(Noted)
		m.emit(e)
	case 1:
		if k.reason != Speeding && r.Float64() < .5 {
			e.Seg = int(NoFurther)
			m.emit(e)
			return
		}
		if m.flagged {
			e.Seg = int(AfterSession)
			m.emit(e)
			return
		}
		e.Seg = int(UnderInvestigation)
		m.emit(e)
	case 2:
		c := &m.cars[k.car]
		if k.reason != Speeding && r.Float64() < .3 || c.out || c.finished {
			e.Seg = int(NoFurther)
			m.emit(e)
			return
		}
		m.punish(k.car, k.reason)
		return
	}
	m.plan(m.now+wait, doStewards, k.car, i, 0)
}

// punish gives a penalty: five seconds, ten for a collision, at times a drive-through.
func (m *Model) punish(car int, reason Reason) {
	c := &m.cars[car]
	d := 5 * time.Second
	switch {
	case m.rngRisk.Float64() < .06 && m.laps-c.Lap > 4:
		d = 0
		c.driveThrough = true
	case reason == CausingCollision:
		d = 10 * time.Second
	}
	c.penalty += d
	c.penaltyReason = reason
	m.emit(Event{Kind: EvPenalty, Car: car, Other: -1, Value: d, Reason: reason})
}

// pending is a lap that will be deleted.
type pending struct {
	car, lap int
	time     time.Duration
	turn     int
	offence  time.Duration
	part     int // of qualifying
}

// limits decides whether the lap just driven broke the track limits.
func (m *Model) limits(car int, lap time.Duration) {
	c := &m.cars[car]
	chance := .015 * math.Pow(m.c.Walls, -1.5) // where there are walls nobody runs wide
	slow := lap.Seconds() > 1.2*m.base         // behind the safety car, through the pits or off the road
	if m.cfg.Calm || lap == 0 || slow || m.sc.on || m.vsc || m.red || m.rngRisk.Float64() >= chance {
		return
	}
	m.pending = append(m.pending, pending{car: car, lap: c.Lap, time: lap, turn: 1 + m.rngRisk.IntN(m.c.Turns),
		offence: m.now - time.Duration(float64(lap)*m.rngRisk.Float64())})
	m.plan(m.now+seconds(20+110*m.rngRisk.Float64()), doDeleted, car, len(m.pending)-1, 0)
}

// deleteLap announces a deletion and counts the strike.
func (m *Model) deleteLap(i int) {
	p := m.pending[i]
	c := &m.cars[p.car]
	m.emit(Event{Kind: EvDeleted, Car: p.car, Other: -1, Lap: p.lap, Value: p.time, N: p.turn, Reason: TrackLimits, Next: p.offence})
	if m.rngRisk.Float64() < .08 { // the team may show that a wheel was on the line
		m.plan(m.now+seconds(45+200*m.rngRisk.Float64()), doReinstated, p.car, i, 0)
	}
	if !m.cfg.Session.IsRace() {
		m.timedDeleted(p, true)
		return
	}
	c.strikes++
	switch c.strikes {
	case 3:
		m.emit(Event{Kind: EvBlackWhite, Car: p.car, Other: -1, Reason: TrackLimits})
	case 4:
		m.punish(p.car, TrackLimits)
	}
}

// reinstateLap gives a deleted lap back, unless it is too late: the part is over, or the strike has already
// cost something.
func (m *Model) reinstateLap(i int) {
	p := m.pending[i]
	c := &m.cars[p.car]
	switch {
	case m.status == Finalised || m.status == Ends:
		return
	case m.cfg.Session.IsRace():
		if c.strikes >= 3 {
			return
		}
		c.strikes--
	case p.part != m.session.part:
		return
	}
	m.emit(Event{Kind: EvReinstated, Car: p.car, Other: -1, Lap: p.lap, Value: p.time, N: p.turn, Reason: TrackLimits, Next: p.offence})
	if !m.cfg.Session.IsRace() {
		m.timedDeleted(p, false)
	}
}
