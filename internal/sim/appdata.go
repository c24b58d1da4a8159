package sim

import (
	"strconv"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// stint is a set of tyres as the feed tells it.
type stint struct {
	set       race.Set
	laps      int // driven on it in this stint
	told      int // TotalLaps as published
	same      bool
	best      time.Duration
	bestLap   int
	bestFlags int
}

// tellTyres is a set being fitted; before the start it is the first one.
func (s *Sim) tellTyres(e *race.Event) {
	c := s.cars[e.Car]
	n := len(c.stints)
	c.stints = append(c.stints, stint{set: race.Set{Compound: race.Compound(e.N), Start: e.Lap}, told: e.Lap, same: e.Seg == 1})
	s.truth.tyres(c, race.Compound(e.N), e.Lap)
	if s.cfg.Session.IsRace() && e.At == 0 {
		return // told by the opening
	}
	a := action{do: (*Sim).sayStint, car: c.i, a: n}
	if s.chance(.16) {
		s.traps["stint unknown at first"]++
		a.b = 1
		s.at(s.tick(s.now+s.between(1500*time.Millisecond, 4*time.Second)), a)
		a.b = 2
		s.at(s.tick(s.now+s.between(10*time.Second, 44*time.Second)), a)
		return
	}
	s.traps["stint late"]++
	s.at(s.tick(s.now+s.between(500*time.Millisecond, 2*time.Second)), a)
}

// tick rounds up to the five-second grid on which the feed publishes tyres.
func (s *Sim) tick(t time.Duration) time.Duration {
	const grid = 5 * time.Second
	phase := time.Duration(s.cfg.Seed%5000) * time.Millisecond
	return ((t-phase+grid-1)/grid)*grid + phase + time.Duration(s.rng.IntN(40))*time.Millisecond
}

// sayStint publishes a stint: 0 as it is, 1 as a guess, 2 the correction of the guess.
func (s *Sim) sayStint(a *action) {
	c := s.cars[a.car]
	st := &c.stints[a.a]
	compound, fresh, same, total := st.set.Compound.String(), st.set.Fresh(), "0", st.set.Start
	if st.same {
		same = "1"
	}
	s.begin()
	s.onLine(c)
	s.b.in("Stints")
	s.b.in(strconv.Itoa(a.a))
	if a.b == 1 {
		s.b.num("LapFlags", 0)
		s.b.str("Compound", "UNKNOWN")
		s.b.str("New", "false")
		s.b.str("TyresNotChanged", "1")
		s.b.num("TotalLaps", 0)
		s.b.num("StartLaps", 0)
		s.traps["tyres not changed"]++
	} else {
		if a.b == 0 {
			s.b.num("LapFlags", 0)
		}
		s.b.str("Compound", compound)
		s.b.str("New", strconv.FormatBool(fresh))
		s.b.str("TyresNotChanged", same)
		if a.b == 2 {
			total += st.laps
		}
		s.b.num("TotalLaps", total)
		s.b.num("StartLaps", st.set.Start)
		st.told = total
	}
	s.b.out()
	s.b.out()
	s.offLine()
	s.sendApp()
	if a.b == 1 {
		s.stintTold(c, a.a, toldStint{compound: "UNKNOWN", same: "1"})
		return
	}
	s.stintTold(c, a.a, toldStint{compound: compound, fresh: fresh, same: same, total: total, start: st.set.Start})
}

// stintLap counts a lap on the current set.
func (s *Sim) stintLap(c *car, e *race.Event, flags int) {
	if len(c.stints) == 0 {
		return
	}
	st := &c.stints[len(c.stints)-1]
	st.laps++
	c.dirty = true
	s.planTick()
	if e.Value > 0 && (st.best == 0 || e.Value < st.best) {
		st.best, st.bestLap = e.Value, e.Lap
		n := flags & flagPB
		if flags&flagOverall != 0 {
			n = 3
		}
		s.after(250*time.Millisecond, 700*time.Millisecond, action{do: (*Sim).sayStintBest, car: c.i, a: len(c.stints) - 1, b: n, d: e.Value, e: time.Duration(e.Lap)})
	}
}

func (s *Sim) sayStintBest(a *action) {
	c := s.cars[a.car]
	st := &c.stints[a.a]
	s.begin()
	s.onLine(c)
	s.b.in("Stints")
	s.b.in(strconv.Itoa(a.a))
	s.b.str("LapTime", lapText(a.d))
	n := int(a.e)
	if !s.cfg.Session.IsRace() {
		n++ // there the feed counts started laps
	}
	s.b.num("LapNumber", n)
	if st.bestFlags != a.b {
		st.bestFlags = a.b
		s.b.num("LapFlags", a.b)
	}
	s.b.out()
	s.b.out()
	s.offLine()
	s.sendApp()
}

func (s *Sim) planTick() {
	if s.session.ticking {
		return
	}
	s.session.ticking = true
	s.at(s.tick(s.now+50*time.Millisecond), action{do: (*Sim).sayTick})
}

// sayTick publishes the ages that rose since the last tick; some wait for a later one.
func (s *Sim) sayTick(*action) {
	s.session.ticking = false
	s.begin()
	left := false
	var told []int
	for _, i := range s.byNum {
		c := s.cars[i]
		if !c.dirty {
			continue
		}
		if s.chance(.06) {
			s.traps["tyre age delayed"]++
			left = true
			continue
		}
		c.dirty = false
		k := len(c.stints) - 1
		st := &c.stints[k]
		if total := st.set.Start + st.laps; total != st.told {
			st.told = total
			s.onLine(c)
			s.b.in("Stints")
			s.b.in(strconv.Itoa(k))
			s.b.num("TotalLaps", total)
			s.b.out()
			s.b.out()
			s.offLine()
			told = append(told, i)
		}
	}
	s.sendApp()
	s.agesTold(told)
	if left {
		s.session.ticking = true
		s.at(s.now+5*time.Second, action{do: (*Sim).sayTick})
	}
}

func (s *Sim) sendApp() {
	if p := s.payload(); p != nil {
		s.send(feed.TopicTimingAppData, p, s.lag())
	}
}

// sayLines repeats the order on the topics that only carry the line.
func (s *Sim) sayLines(*action) {
	for _, topic := range [...]string{feed.TopicTimingAppData, feed.TopicDriverList} {
		s.begin()
		b := &s.root
		for k, i := range s.order {
			c := s.cars[i]
			pub := &c.appLine
			if topic == feed.TopicDriverList {
				pub = &c.drvLine
			}
			if *pub == k+1 {
				continue
			}
			if topic == feed.TopicDriverList {
				b.in(c.num)
				b.setNum("Line", k+1, pub)
				b.out()
				continue
			}
			s.onLine(c)
			s.b.setNum("Line", k+1, pub)
			s.offLine()
		}
		if p := s.payload(); p != nil {
			s.send(topic, p, 0)
		}
	}
}
