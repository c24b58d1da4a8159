package race

import "time"

type sectorFlag struct {
	flag Flag
}

// safety is the state of the safety car.
type safety struct {
	on      bool
	led     int // leader's crossings of the line behind it
	lead    int // how many there will be
	ending  bool
	restart bool // after a red flag
	// standing says that the cars form up on the grid at the end of the lap behind it; the race then goes on
	// with a start.
	standing bool
}

func (m *Model) setTrack(code int) {
	if m.track == code {
		return
	}
	m.track = code
	m.emit(Event{Kind: EvTrack, Car: -1, Other: -1, N: code})
}

// setFlag shows or withdraws a flag at a marshal sector.
func (m *Model) setFlag(sector int, f Flag) {
	if sector < 1 || sector >= len(m.sector) || m.sector[sector].flag == f {
		return
	}
	if m.ended || m.status == Ends {
		return
	}
	m.sector[sector].flag = f
	m.emit(Event{Kind: EvFlag, Car: -1, Other: -1, N: sector, Flag: f})
	m.trackFromFlags()
}

func (m *Model) trackFromFlags() {
	if m.sc.on || m.vsc || m.red || m.track == 7 {
		return
	}
	code := 1
	for _, s := range m.sector {
		if s.flag != FlagClear {
			code = 2
		}
	}
	m.setTrack(code)
}

// clearFlags withdraws every flag, as the sport does when the track goes green.
func (m *Model) clearFlags() {
	for i := range m.sector {
		if m.sector[i].flag != FlagClear {
			m.sector[i].flag = FlagClear
			m.emit(Event{Kind: EvFlag, Car: -1, Other: -1, N: i, Flag: FlagClear})
		}
	}
}

// deploy sends the safety car out.
func (m *Model) deploy() {
	if m.sc.on || m.red || m.flagged || m.running == 0 {
		return
	}
	m.vsc = false
	m.sc = safety{on: true, lead: 3 + m.rngRisk.IntN(3)}
	m.setTrack(4)
	m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(SCDeployed)})
	m.setDRS(false)
	m.safetyStops(.8)
}

// safetyLap counts the leader's laps behind the safety car and ends the period.
func (m *Model) safetyLap(c *Car) {
	if m.sc.ending {
		m.green(c)
		return
	}
	m.sc.led++
	if m.sc.led == m.sc.lead-1 && !m.sc.restart {
		lapped := false
		for i := range m.cars {
			o := &m.cars[i]
			if o.where == onTrack && !o.finished && c.Progress-o.Progress >= m.n {
				o.unlap = true
				lapped = true
			}
		}
		if lapped {
			m.emit(Event{Kind: EvLapped, Car: -1, Other: -1})
		}
	}
}

// safetyMidLap announces, half-way round the leader's last lap behind it, that the safety car comes in.
func (m *Model) safetyMidLap() {
	if m.sc.led >= m.sc.lead && !m.sc.ending {
		m.sc.ending = true
		m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(SCInThisLap)})
		if m.sc.standing {
			m.emit(Event{Kind: EvNote, Car: -1, Other: -1, Reason: StandingStart})
		}
	}
}

func (m *Model) green(c *Car) {
	if m.sc.standing {
		m.gridUntil = m.now + 40*time.Second
		for i := range m.cars {
			if o := &m.cars[i]; o.where == onTrack {
				o.gridLap = o.Lap
				if o != c {
					o.gridLap++ // it stands before the line
				}
			}
		}
	}
	m.sc = safety{}
	for i := range m.cars {
		m.cars[i].unlap = false
	}
	m.clearFlags()
	m.setTrack(1)
	m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(TrackClear)})
	m.drsAt = c.Lap
}

// Unlapping reports whether a car may unlap itself behind the safety car.
func (m *Model) Unlapping(car int) bool { return m.cars[car].unlap }

// virtual deploys (0), announces the end of (1) and ends (2) a virtual safety car.
func (m *Model) virtual(step int) {
	if m.red || m.sc.on || m.flagged {
		if step != 0 {
			m.vsc = false
		}
		return
	}
	switch step {
	case 0:
		if m.vsc {
			return
		}
		m.vsc = true
		m.setTrack(6)
		m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(VSCDeployed)})
		m.setDRS(false)
		m.safetyStops(.35)
		end := m.now + seconds(60+90*m.rngRisk.Float64())
		m.plan(end, doVSC, -1, 1, 0)
		m.plan(end+seconds(9+6*m.rngRisk.Float64()), doVSC, -1, 2, 0)
	case 1:
		if m.vsc {
			m.setTrack(7)
			m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(VSCEnding)})
		}
	case 2:
		if !m.vsc {
			return
		}
		m.vsc = false
		m.clearFlags()
		m.track = 7
		m.setTrack(1)
		m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(TrackClear)})
		m.drsAt = m.cars[m.order[0]].Lap
	}
}

// redFlag suspends the session.
func (m *Model) redFlag() {
	if m.red || m.flagged || m.status != Started {
		return
	}
	m.red, m.vsc = true, false
	m.sc = safety{}
	m.status = Aborted
	m.setTrack(5)
	m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(RedFlag)})
	m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Aborted)})
	m.setDRS(false)
	if !m.cfg.Session.IsRace() {
		m.timedRed()
		return
	}
	m.redWait = m.now + seconds(700+700*m.rngRisk.Float64())
	// Everybody comes in on the leader's lap, so that nobody gains a lap by having just passed the entry.
	lead := &m.cars[m.order[0]]
	lap := lead.Lap
	if lead.where == onTrack && lead.Seg == m.n-1 {
		lap++
	}
	for i := range m.cars {
		c := &m.cars[i]
		c.unlap = false
		c.redLap = lap - (lead.Progress-c.Progress)/m.n
		if c.where == onTrack && !c.finished {
			c.wantPit = c.Lap >= c.redLap
		}
	}
}

// checkResume plans the restart once every running car waits in the lane.
func (m *Model) checkResume() {
	if !m.red || m.redWait == 0 {
		return
	}
	for i := range m.cars {
		c := &m.cars[i]
		if !c.finished && !c.out && (c.where == onTrack || c.where == inLane && !c.waiting) {
			return
		}
	}
	at := m.wholeMinute(max(m.redWait, m.now+3*time.Minute))
	m.redWait = 0
	m.emit(Event{Kind: EvResumeAt, Car: -1, Other: -1, Next: at})
	m.plan(at, doResume, -1, 0, 0)
}

// wholeMinute is the next full minute, which is how race control announces a restart.
func (m *Model) wholeMinute(at time.Duration) time.Duration {
	return (at + time.Minute - 1).Truncate(time.Minute)
}

// resume restarts a suspended race: the cars leave the lane in order behind the safety car, which leads
// them round to the grid, or in the wet on to a rolling start.
func (m *Model) resume() {
	m.red = false
	m.status = Started
	m.clearFlags()
	m.sc = safety{on: true, restart: true, standing: m.sky.wet < .2}
	if !m.sc.standing {
		m.sc.lead = 2 // it is wet: two laps more to look at the track
	}
	m.setTrack(4)
	m.emit(Event{Kind: EvSafetyCar, Car: -1, Other: -1, N: int(Resume)})
	m.emit(Event{Kind: EvStatus, Car: -1, Other: -1, N: int(Started)})
	at := m.now + 4*time.Second
	for i := range m.recent {
		m.recent[i] = m.recent[i][:0]
	}
	for _, i := range m.order {
		c := &m.cars[i]
		if !c.waiting {
			continue
		}
		c.waiting = false
		m.plan(at, doPitOut, i, 0, 0)
		at += seconds(1.6 + .6*m.rngRace.Float64())
	}
}
