package race

import (
	"math"
	"time"

	"pitwall.live/internal/f1"
)

// strategy plans a car's race: the first set and the sets to follow.
func (m *Model) strategy(c *Car) {
	r := m.rngStop
	dry := func(k Compound) Set {
		s := Set{Compound: k}
		if r.Float64() < .25 {
			s.Start, s.Age = 3, 3
		}
		return s
	}
	plans := [][]Compound{{Medium, Hard}, {Medium, Hard}, {Hard, Medium}, {Soft, Hard}, {Medium, Hard, Medium}, {Soft, Hard, Medium}, {Medium, Hard, Soft}}
	far := float64(m.laps) / float64(m.c.Laps)
	var p []Compound
	switch {
	case m.cfg.Session == "sprint":
		p = []Compound{[]Compound{Medium, Medium, Medium, Soft, Soft}[r.IntN(5)]}
	case far < .5:
		p = [][]Compound{{Medium, Soft}, {Soft, Medium}, {Medium, Hard}}[r.IntN(3)]
	default:
		p = plans[r.IntN(len(plans))]
	}
	c.stints = c.stints[:0]
	for _, k := range p {
		c.stints = append(c.stints, dry(k))
	}
	if m.sky.wet > .17 { // the plan waits for a dry line
		c.stints = append([]Set{{Compound: best(m.sky.wet, Medium)}}, c.stints[1:]...)
	}
	c.fit(c.stints[0])
	c.stints = c.stints[1:]
	m.nextStop(c)
}

// fit puts a set on the car.
func (c *Car) fit(s Set) {
	c.Tyres = s
	if s.Compound.Dry() {
		c.dry[s.Compound] = true
	} else {
		c.dry = [3]bool{true, true, true} // a wet race lifts the duty
	}
}

// nextStop decides after which lap the next planned stop is due.
func (m *Model) nextStop(c *Car) {
	c.changeAt = math.MaxInt
	left := m.laps - c.Lap + 1
	m.enough(c, left)
	if len(c.stints) == 0 {
		return
	}
	var want, have float64
	for i, s := range append([]Set{c.Tyres}, c.stints...) {
		life := rubber[s.Compound].life
		if i == 0 {
			have = life
		}
		want += life
	}
	n := float64(left) * have / want
	n *= 1 + .09*m.rngStop.NormFloat64()
	c.changeAt = c.Lap + max(1, int(n))
}

// enough plans another stop when the sets planned do not last: after a red flag early on everybody has
// new tyres, and most of a race before them.
func (m *Model) enough(c *Car, left int) {
	if !c.Tyres.Compound.Dry() || m.cfg.Session == f1.Sprint {
		return
	}
	life := rubber[c.Tyres.Compound].life
	for _, s := range c.stints {
		life += rubber[s.Compound].life
	}
	if life*m.scale < .88*float64(left) {
		c.stints = append(c.stints, Set{Compound: m.otherDry(c)})
	}
}

// callIn decides at the start of a lap whether the car comes in at its end.
func (m *Model) callIn(car int) {
	c := &m.cars[car]
	if m.red && c.Lap >= c.redLap {
		c.wantPit = true
	}
	if c.wantPit || c.retire || m.red || m.sc.standing || c.Lap >= m.laps {
		return
	}
	wrong := m.sky.wet > .2 && c.Tyres.Compound.Dry() || m.sky.wet < .14 && !c.Tyres.Compound.Dry()
	if c.Tyres.Compound == Intermediate && m.sky.wet > .9 || c.Tyres.Compound == Wet && m.sky.wet < .6 {
		wrong = true
	}
	switch {
	case wrong && m.laps-c.Lap > 1 && c.Tyres.Age-c.Tyres.Start >= 3 && m.rngStop.Float64() < .55:
		c.wantPit = true
	case c.Lap >= c.changeAt && len(c.stints) > 0 && c.Tyres.Compound.Dry() && m.sky.wet < .15:
		c.wantPit = true
	case c.driveThrough && m.rngStop.Float64() < .6:
		c.wantPit = true
	case m.dutyOpen(c) && c.Lap >= m.laps-1-c.Place%3:
		c.wantPit = true
	}
	if m.sc.on && !c.wantPit && len(c.stints) > 0 && c.changeAt-c.Lap < int(14*m.scale) && c.Lap > 3 && m.rngStop.Float64() < .45 {
		c.wantPit = true
	}
}

// dutyOpen reports that the car still has to use a second dry compound.
func (m *Model) dutyOpen(c *Car) bool {
	if m.cfg.Session == "sprint" {
		return false
	}
	used := 0
	for _, u := range c.dry {
		if u {
			used++
		}
	}
	return used < 2
}

// safetyStops lets the cars that are due anyway come in when the safety car comes out.
func (m *Model) safetyStops(chance float64) {
	for i := range m.cars {
		c := &m.cars[i]
		if c.where != onTrack || c.finished || c.wantPit || len(c.stints) == 0 || c.Lap >= m.laps {
			continue
		}
		if c.changeAt-c.Lap < int(18*m.scale) && c.Lap > 2 && c.Seg < m.n-1 && m.rngStop.Float64() < chance {
			c.wantPit = true
		}
	}
}

// pitIn brings a car into the lane and plans its way through it.
func (m *Model) pitIn(car int) {
	c := &m.cars[car]
	c.where = inLane
	e := Event{Kind: EvPitIn, Car: car, Other: -1, Lap: c.Lap}
	if c.finished || c.retire || !m.cfg.Session.IsRace() {
		e.N = 1
	}
	m.emit(e)
	c.wantPit = false
	lane := m.c.PitLane
	line, boxAt := lane*22/100, lane*55/100
	if !m.c.BoxPastLine {
		line, boxAt = lane*78/100, lane*45/100
	}
	switch {
	case c.finished:
		c.where = gone
		m.emit(Event{Kind: EvParked, Car: car, Other: -1})
		return
	case !m.cfg.Session.IsRace():
		m.toGarage(car, line, boxAt)
		return
	case c.retire:
		m.plan(m.now+boxAt, doRetireNow, car, 0, 0)
		return
	case m.red:
		m.plan(m.now+line, doPitLine, car, 0, 0)
		return
	}
	stand := m.service(car, m.now+boxAt)
	if stand > 0 {
		m.plan(m.now+boxAt, doBox, car, int(stand/time.Millisecond), 0)
	}
	if !m.c.BoxPastLine {
		line += stand
	}
	m.plan(m.now+line, doPitLine, car, 0, 0)
	m.plan(m.now+lane+stand, doPitOut, car, 0, 0)
}

// service returns how long the car will stand: waiting for its team mate, serving a penalty, and the work.
func (m *Model) service(car int, at time.Duration) time.Duration {
	c := &m.cars[car]
	if c.driveThrough {
		c.driveThrough = false
		m.emit(Event{Kind: EvServed, Car: car, Other: -1, Reason: c.penaltyReason})
		c.keepTyres = true
		return 0
	}
	work := 2.0 + .35*math.Abs(m.rngStop.NormFloat64()) + .25*m.rngStop.Float64()
	if m.rngStop.Float64() < .07 {
		work += 1 + 7*m.rngStop.Float64()
	}
	d := seconds(math.Round(work*10) / 10)
	if c.penalty > 0 {
		d += c.penalty
		m.emit(Event{Kind: EvServed, Car: car, Other: -1, Value: c.penalty, Reason: c.penaltyReason})
		c.penalty = 0
	}
	if free := m.boxFree[c.Entry.Team]; free > at {
		d += ms(free - at)
	}
	m.boxFree[c.Entry.Team] = at + d + seconds(1.5)
	if m.rngRisk.Float64() < .02 && !m.cfg.Calm {
		m.caseFor(car, -1, Speeding, 0)
	}
	return d
}

func (m *Model) box(car int, stand time.Duration) {
	m.emit(Event{Kind: EvBox, Car: car, Other: -1, Lap: m.cars[car].Lap, Value: stand})
}

// pitLine ends the lap in the lane.
func (m *Model) pitLine(car int) {
	c := &m.cars[car]
	spent := m.now - c.at
	c.at = m.now
	lap := c.Lap
	c.passed[c.nextPoint()] = m.now
	c.Progress++
	if m.cfg.Session.IsRace() {
		m.reorder(car)
	}
	m.sectorEnd(car, m.n-1)
	m.line(car, true)
	m.emit(Event{Kind: EvPoint, Car: car, Other: -1, Lap: lap, Seg: m.n - 1, Value: spent, N: 1})
	if !m.cfg.Session.IsRace() {
		c.where = inGarage
		return
	}
	switch {
	case c.finished:
		c.where = gone
		c.wantPit = false
		m.emit(Event{Kind: EvParked, Car: car, Other: -1})
	case m.red:
		c.waiting = true
		m.checkResume()
	}
}

// pitOut sends a car back to the track.
func (m *Model) pitOut(car int) {
	c := &m.cars[car]
	if c.where != inLane && c.where != inGarage {
		return
	}
	if m.cfg.Session.IsRace() {
		if m.red || c.finished {
			if m.red {
				c.waiting = true
				m.checkResume()
			}
			return
		}
		if c.start == fromLane { // the first time out is no stop
			c.start = fromGrid
		} else {
			m.change(car)
		}
	}
	c.where = onTrack
	c.outLap = true
	c.Seg = 0
	dt := seconds(m.lapPace(c) * float64(m.c.track.share[0]) * .3 * m.flagFactor(c, false))
	c.next = m.now + dt
	if m.cfg.Session.IsRace() {
		c.next = m.amongOthers(car, c.next)
	}
	m.plan(c.next, doCross, car, 0, 0)
	m.emit(Event{Kind: EvPitOut, Car: car, Other: -1, Lap: c.Lap, Next: c.next})
}

// change fits the next set; a drive-through keeps the tyres.
func (m *Model) change(car int) {
	c := &m.cars[car]
	if c.keepTyres {
		c.keepTyres = false
		m.emit(Event{Kind: EvTyres, Car: car, Other: -1, N: int(c.Tyres.Compound), Lap: c.Tyres.Age, Seg: 1})
		return
	}
	c.stops++
	var s Set
	k := best(m.sky.wet, Medium)
	if !c.Tyres.Compound.Dry() && m.sky.wet < .15 {
		k = Medium // the line is drying
	}
	switch {
	case !k.Dry():
		s = Set{Compound: k}
	case len(c.stints) > 0 && c.stints[0].Compound.Dry():
		s = c.stints[0]
		c.stints = c.stints[1:]
	default:
		s = Set{Compound: m.otherDry(c)}
	}
	if m.dutyOpen(c) && s.Compound.Dry() && c.dry[s.Compound] && len(c.stints) == 0 {
		s = Set{Compound: m.otherDry(c)}
	}
	c.fit(s)
	m.nextStop(c)
	m.emit(Event{Kind: EvTyres, Car: car, Other: -1, N: int(s.Compound), Lap: s.Start})
}

func (m *Model) otherDry(c *Car) Compound {
	left := float64(m.laps - c.Lap)
	for _, k := range []Compound{Soft, Medium, Hard} {
		if k != c.Tyres.Compound && !(m.dutyOpen(c) && c.dry[k]) && rubber[k].life*m.scale >= left*.8 {
			return k
		}
	}
	if c.Tyres.Compound == Hard {
		return Medium
	}
	return Hard
}

func (m *Model) retireInLane(car int) {
	c := &m.cars[car]
	c.where = gone
	m.outCount++
	c.outTime = m.outCount
	c.out = true
	m.running--
	m.emit(Event{Kind: EvParked, Car: car, Other: -1})
	m.plan(m.now+seconds(60+120*m.rngRisk.Float64()), doOut, car, 0, 0)
	m.checkResume()
	m.checkFinish()
}
