package race

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// lapKind is what a lap of a practice or qualifying session is for.
type lapKind uint8

const (
	lapOut lapKind = iota
	lapPush
	lapCool
	lapLong
	lapIn
)

// outing is one run of a car: an out-lap, what it came for, and an in-lap.
type outing struct {
	kinds  [28]lapKind
	n, k   int
	effort float64 // share of the lap time this lap loses or gains
	left   int     // outings still to come
	flag   bool    // took the flag of the part
	long   bool
}

// counted is a lap time that counts for the order unless it is deleted.
type counted struct {
	lap  int
	time time.Duration
	gone bool
}

// timed is the state of a practice or qualifying session.
type timed struct {
	part    int // 1-3 in qualifying, 1 in practice
	lengths []time.Duration
	entries []int // cars taking part in each part
	end     time.Duration
	remain  time.Duration // while suspended
	field   int           // cars still in
}

func (o *outing) kind() lapKind { return o.kinds[min(o.k, len(o.kinds)-1)] }

// startTimed opens the first part.
func (m *Model) startTimed() {
	t := &m.session
	n := len(m.cars)
	m.running = n
	switch m.cfg.Session {
	case f1.Qualifying, f1.SprintQualifying:
		second := 10 + (n-10)/2
		if n <= 10 {
			second = n
		}
		t.entries = []int{n, second, min(10, n)}
		t.lengths = []time.Duration{18 * time.Minute, 15 * time.Minute, 12 * time.Minute}
		if m.cfg.Season >= 2026 {
			t.lengths[2] = 13 * time.Minute
		}
		if m.cfg.Session == f1.SprintQualifying {
			t.lengths = []time.Duration{12 * time.Minute, 10 * time.Minute, 8 * time.Minute}
		}
	default:
		t.entries, t.lengths = []int{n}, []time.Duration{m.cfg.Length}
	}
	for i := range m.cars {
		m.cars[i].where = inGarage
	}
	m.emit(Event{Kind: EvWeather, Car: -1, Other: -1})
	m.emit(Event{Kind: EvTrack, Car: -1, Other: -1, N: 1})
	m.plan(time.Minute, doWeather, -1, 0, 0)
	t.part = 1
	t.field = n
	m.emit(Event{Kind: EvPart, Car: -1, Other: -1, N: 1, Value: t.lengths[0]})
	m.partStep(stepGreen)
}

// Entries returns how many cars take part in each part of a qualifying session, nil elsewhere.
func (m *Model) Entries() []int {
	if !m.cfg.Session.IsQualifying() {
		return nil
	}
	return m.session.entries
}

// steps of a part.
const (
	stepGreen = iota
	stepFlag
	stepNext
	stepInactive
	stepFinalised
	stepEnds
	stepRedInactive
	stepRestart
	stepNotResumed
	stepOverUnderRed
)

func (m *Model) partStep(step int) {
	t := &m.session
	switch step {
	case stepGreen:
		m.status, m.flagged = Started, false
		t.end = m.now + t.lengths[t.part-1]
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Started)})
		m.emit(Event{Kind: EvClock, Car: -1, Other: -1, Value: t.lengths[t.part-1], N: 1})
		for _, i := range m.order[:t.field] {
			m.firstRun(i)
		}
		m.plan(t.end, doPart, -1, stepFlag, 0)
	case stepFlag:
		if m.red || m.flagged || m.now < t.end {
			return // suspended in between: planned again by the restart, or over
		}
		m.flagged, m.status = true, Finished
		m.emit(Event{Kind: EvClock, Car: -1, Other: -1, Value: 0})
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Finished)})
		m.emit(Event{Kind: EvChequered, Car: -1, Other: -1})
		m.plan(m.now+5*time.Minute+seconds(45*m.rngRace.Float64()), doPart, -1, stepNext, 0)
	case stepNext:
		m.nextPart()
	case stepInactive:
		m.status = Inactive
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Inactive)})
	case stepFinalised:
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Finalised)})
		m.plan(m.now, doPart, -1, stepEnds, 0)
	case stepEnds:
		m.status = Ends
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Ends)})
	case stepRedInactive:
		m.status = Inactive
		m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Inactive)})
	case stepRestart:
		m.timedRestart()
	case stepNotResumed:
		m.notResumed()
	case stepOverUnderRed:
		m.overUnderRed()
	}
}

// notResumed is race control's word that nobody could complete a lap any more. The last part, and a
// practice, is then closed as it stands, without a chequered flag.
func (m *Model) notResumed() {
	m.flagged = true
	m.emit(Event{Kind: EvNote, Car: -1, Other: -1, Reason: NotResumed})
	if m.session.part == len(m.session.lengths) {
		m.plan(m.now+seconds(160+60*m.rngRisk.Float64()), doPart, -1, stepFinalised, 0)
		return
	}
	m.plan(m.now+seconds(50+40*m.rngRisk.Float64()), doPart, -1, stepOverUnderRed, 0)
}

// overUnderRed ends a part that was not resumed.
func (m *Model) overUnderRed() {
	m.red, m.status = false, Finished
	m.clearFlags()
	m.setTrack(1)
	m.emit(Event{Kind: EvClock, Car: -1, Other: -1, Value: 0})
	m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Finished)})
	m.plan(m.now+5*time.Minute+seconds(45*m.rngRace.Float64()), doPart, -1, stepNext, 0)
}

// nextPart knocks out the slowest and opens the next part, or ends the session.
func (m *Model) nextPart() {
	t := &m.session
	if t.part == len(t.lengths) {
		m.partStep(stepFinalised)
		return
	}
	t.field = t.entries[t.part]
	for _, i := range m.order[t.field:] {
		if !m.cars[i].knocked {
			m.cars[i].knocked = true
			m.emit(Event{Kind: EvKnockedOut, Car: i, Other: -1})
		}
	}
	t.part++
	for _, i := range m.order[:t.field] {
		m.cars[i].best = 0
		m.cars[i].times = m.cars[i].times[:0]
		m.cars[i].run.flag = false
	}
	m.emit(Event{Kind: EvPart, Car: -1, Other: -1, N: t.part, Value: t.lengths[t.part-1]})
	m.plan(m.now+6*time.Second, doPart, -1, stepInactive, 0)
	m.plan(m.now+2*time.Minute, doPart, -1, stepGreen, 0)
}

// firstRun plans when a car leaves for the first time in the part.
func (m *Model) firstRun(i int) {
	c := &m.cars[i]
	if c.out {
		return
	}
	r := m.rngStop
	length := m.session.lengths[m.session.part-1]
	c.run.left = 2
	if m.session.part == 1 && !m.cfg.Calm && m.rngRisk.Float64() < .008 {
		c.run.left = 0 // the car does not leave its garage
		return
	}
	if !m.cfg.Session.IsQualifying() {
		c.run.left = 3
		if r.Float64() < .2 {
			c.run.left = 4
		}
	}
	m.plan(m.now+seconds(6+.2*length.Seconds()*r.Float64()*r.Float64()), doLeave, i, 0, 0)
}

// leave sends a car out for its next outing.
func (m *Model) leave(i int) {
	c := &m.cars[i]
	t := &m.session
	if c.where != inGarage || c.knocked || c.out || c.run.left == 0 || m.flagged {
		return
	}
	if m.red {
		m.plan(m.now+seconds(40+50*m.rngStop.Float64()), doLeave, i, 0, 0)
		return
	}
	outLap := seconds(m.base * 1.45)
	if m.now+outLap > t.end {
		return
	}
	c.run.left--
	m.outing(c)
	m.pitOut(i)
}

// outing decides what the next laps are for and fits the tyres.
func (m *Model) outing(c *Car) {
	o, r := &c.run, m.rngStop
	o.n, o.k = 0, 0
	add := func(k lapKind, n int) {
		for range n {
			if o.n < len(o.kinds)-1 {
				o.kinds[o.n] = k
				o.n++
			}
		}
	}
	add(lapOut, 1)
	o.long = !m.cfg.Session.IsQualifying() && o.left == 0
	switch {
	case o.long:
		add(lapLong, 7+r.IntN(9))
	case m.cfg.Session.IsQualifying():
		add(lapPush, 1)
		if r.Float64() < .45 {
			add(lapCool, 1)
			add(lapPush, 1)
		}
	default:
		for range 1 + r.IntN(3) {
			add(lapPush, 1)
			add(lapCool, 1+r.IntN(2))
		}
	}
	add(lapIn, 1)
	reuse := c.Tyres.Age > 0 && r.Float64() < .22
	if !reuse {
		k := Soft
		if !m.cfg.Session.IsQualifying() {
			k = []Compound{Hard, Medium, Soft, Soft}[r.IntN(4)]
			if o.long {
				k = []Compound{Medium, Hard, Soft}[r.IntN(3)]
			}
		}
		set := Set{Compound: best(m.sky.wet, k)}
		if r.Float64() < .3 {
			set.Start, set.Age = 1+r.IntN(3), 0
			set.Age = set.Start
		}
		c.Tyres = set
	} else {
		c.Tyres.Start = c.Tyres.Age
	}
	n := 0
	if reuse {
		n = 1
	}
	c.Lap++
	c.laps++
	c.sectorTimed = false
	m.emit(Event{Kind: EvTyres, Car: m.index(c), Other: -1, N: int(c.Tyres.Compound), Lap: c.Tyres.Start, Seg: n})
	m.lapEffort(c)
}

func (m *Model) index(c *Car) int {
	for i := range m.cars {
		if &m.cars[i] == c {
			return i
		}
	}
	return -1
}

// lapEffort draws what the lap about to begin is worth.
func (m *Model) lapEffort(c *Car) {
	o, r := &c.run, m.rngPace
	switch o.kind() {
	case lapPush:
		done := 1 - float64(m.session.end-m.now)/float64(m.session.lengths[m.session.part-1])
		grip := .006*done + .004*float64(m.session.part)
		o.effort = .016 - grip + c.Entry.Consistency*1.2*r.NormFloat64()
		if r.Float64() < .06 {
			o.effort += .02 * r.Float64() // a mistake
		}
		if !m.cfg.Session.IsQualifying() {
			o.effort += .008
		}
	case lapLong:
		o.effort = .05 + c.Entry.Consistency*r.NormFloat64()
	case lapOut:
		o.effort = .3 + .1*r.Float64()
	case lapCool:
		o.effort = .28 + .25*r.Float64()
	case lapIn:
		o.effort = .22 + .15*r.Float64()
	}
	c.wantPit = o.kind() == lapIn
}

// timedLine ends a lap at the line in practice or qualifying.
func (m *Model) timedLine(i int, inLane bool) {
	c := &m.cars[i]
	o := &c.run
	e := Event{Kind: EvLap, Car: i, Other: -1, Lap: c.Lap}
	if c.lapTimed {
		e.Value = m.now - c.lapStart
	}
	if inLane {
		e.N = 1
	}
	kind := o.kind()
	c.lapStart, c.lapTimed = m.now, true
	c.Seg = 0
	c.outLap = false
	c.Tyres.Age++
	if kind != lapOut && !inLane && e.Value > 0 {
		c.times = append(c.times, counted{lap: c.Lap, time: e.Value})
		m.timedBest(i)
		m.timedLimits(i, kind, e.Value)
	}
	m.emit(e)
	if m.flagged && !o.flag {
		o.flag = true
		m.emit(Event{Kind: EvCarFlag, Car: i, Other: -1, Lap: e.Lap})
	}
	if inLane {
		return
	}
	c.Lap++
	c.laps++
	m.drift(c)
	o.k++
	if (m.flagged || m.red || o.k >= o.n) && o.k < len(o.kinds) {
		o.kinds[o.k] = lapIn
	}
	m.lapEffort(c)
	if o.kind() == lapPush && m.rngRisk.Float64() < .0035*m.c.Walls && !m.cfg.Calm && !m.red && !m.flagged {
		o.effort += .02 // it will not end well
		c.retire = true
	}
}

// timedBest renews a car's best and the order.
func (m *Model) timedBest(i int) {
	c := &m.cars[i]
	best := time.Duration(0)
	for _, t := range c.times {
		if !t.gone && (best == 0 || t.time < best) {
			best = t.time
		}
	}
	if best == c.best {
		return
	}
	c.best = best
	field := m.order[:m.session.field]
	slices.SortStableFunc(field, func(a, b int) int {
		x, y := m.cars[a].best, m.cars[b].best
		switch {
		case x == y:
			return 0
		case x == 0:
			return 1
		case y == 0 || x < y:
			return -1
		}
		return 1
	})
	for k, o := range field {
		m.cars[o].Place = k + 1
	}
	m.emit(Event{Kind: EvOrder, Car: i, Other: -1, Value: best})
}

// timedLimits decides whether a lap will be deleted.
func (m *Model) timedLimits(i int, kind lapKind, lap time.Duration) {
	if m.cfg.Calm || kind != lapPush && kind != lapLong || m.rngRisk.Float64() >= .04 {
		return
	}
	m.pending = append(m.pending, pending{car: i, lap: m.cars[i].Lap, time: lap, turn: 1 + m.rngRisk.IntN(m.c.Turns),
		offence: m.now - time.Duration(float64(lap)*m.rngRisk.Float64()), part: m.session.part})
	m.plan(m.now+seconds(12+70*m.rngRisk.Float64()), doDeleted, i, len(m.pending)-1, 0)
}

// timedDeleted takes a lap out of the order, or gives it back.
func (m *Model) timedDeleted(p pending, gone bool) {
	c := &m.cars[p.car]
	if p.part != m.session.part {
		return
	}
	for k := range c.times {
		if c.times[k].lap == p.lap {
			c.times[k].gone = gone
		}
	}
	m.timedBest(p.car)
}

// toGarage brings a car from the lane entry to its garage and plans its next outing.
func (m *Model) toGarage(i int, line, box time.Duration) {
	c := &m.cars[i]
	if m.c.BoxPastLine {
		m.plan(m.now+line, doPitLine, i, 0, 0)
	} else {
		c.where = inGarage
		c.Seg = 0
	}
	if c.run.left == 0 {
		return
	}
	r := m.rngStop
	at := m.now + box + seconds(90+200*r.Float64())
	if m.cfg.Session.IsQualifying() { // the last run ends under the flag
		at = max(at, m.session.end-seconds(m.base*1.45)-seconds(15+130*r.Float64()))
	}
	m.plan(at, doLeave, i, 0, 0)
}

// timedRed suspends practice or qualifying: everybody comes in, the clock stands.
func (m *Model) timedRed() {
	t := &m.session
	t.remain = t.end - m.now
	m.emit(Event{Kind: EvClock, Car: -1, Other: -1, Value: t.remain})
	for i := range m.cars {
		c := &m.cars[i]
		if c.where == onTrack && c.run.k < len(c.run.kinds) {
			if c.run.kind() != lapIn && !c.retire {
				c.run.left++ // what it came for is still to be done
			}
			c.run.kinds[c.run.k] = lapIn
			c.run.effort = .3
			c.wantPit = true
		}
	}
	if t.remain < seconds(m.base*1.45+15) {
		m.plan(m.now+seconds(9+12*m.rngRisk.Float64()), doPart, -1, stepNotResumed, 0)
		return
	}
	m.plan(m.now+seconds(8+10*m.rngRisk.Float64()), doPart, -1, stepRedInactive, 0)
	at := m.wholeMinute(m.now + seconds(240+240*m.rngRisk.Float64()))
	m.emit(Event{Kind: EvResumeAt, Car: -1, Other: -1, Next: at})
	m.plan(at, doPart, -1, stepRestart, 0)
}

func (m *Model) timedRestart() {
	t := &m.session
	m.red, m.status = false, Started
	t.end = m.now + t.remain
	m.clearFlags()
	m.track = 5
	m.setTrack(1)
	m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(PitExitOpen)})
	m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Started)})
	m.emit(Event{Kind: EvClock, Car: -1, Other: -1, Value: t.remain, N: 1})
	m.plan(t.end, doPart, -1, stepFlag, 0)
}
