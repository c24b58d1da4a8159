package sim

import (
	"bytes"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// tower is the state of the timing board beside its lines.
type tower struct {
	bestLap    time.Duration
	bestLapBy  int
	bestSector [3]time.Duration
	sectorBy   [3]int
	bestSpeed  [4]int
	speedBy    [4]int
	bestMini   []time.Duration
	miniBy     []int
	trapMini   int // mini-sector in which the speed trap stands
	cutoff     string
	leaderLap  int
}

// trapFree is the time before and after the line in which there is no speed trap: in real sessions the trap's
// value comes six seconds after a lap's number at least (Barcelona; Monza eight, Mexico City eleven), or seven
// before (Baku).
const trapFree = 6 * time.Second

func (s *Sim) newTower() {
	n := s.c.MiniCount()
	t := &s.tower
	t.bestLapBy = -1
	t.sectorBy, t.speedBy = [3]int{-1, -1, -1}, [4]int{-1, -1, -1, -1}
	t.bestMini, t.miniBy = make([]time.Duration, n), make([]int, n)
	top := float32(0)
	for i := range n {
		t.miniBy[i] = -1
		start, share := s.c.Track().Mini(i)
		if at := time.Duration(float64(start+share) * float64(s.c.Pole)); at < trapFree || at > s.c.Pole-trapFree {
			continue
		}
		if _, v := s.c.Track().At(start + share*.8); v > top {
			top, t.trapMini = v, i
		}
	}
}

// sendTiming sends what has been built as a TimingData message; now and then it comes twice. What
// completes a lap or a sector is never repeated: nine whole recordings have no such value that is sent again.
func (s *Sim) sendTiming() {
	p := s.payload()
	if p == nil {
		return
	}
	s.send(feed.TopicTimingData, p, 0)
	completes := bytes.Contains(p, []byte("NumberOfLaps")) || bytes.Contains(p, []byte("LastLapTime")) ||
		bytes.Contains(p, []byte(`"Sectors"`)) && bytes.Contains(p, []byte(`"Value"`))
	if !completes && s.chance(.004) {
		s.traps["duplicate delta"]++
		s.send(feed.TopicTimingData, p, 0)
	}
	s.afterTiming()
}

// tellPoint is a car at the end of a mini-sector.
func (s *Sim) tellPoint(e *race.Event) {
	c := s.cars[e.Car]
	s.moveOn(c, e)
	if e.Seg < 0 {
		return
	}
	t := &s.tower
	code := 2048
	switch {
	case e.N == 1 || c.inPit:
		code = 2064
	case e.Value > 0 && e.Lap > 0:
		if c.bestMini[e.Seg] == 0 || e.Value < c.bestMini[e.Seg] {
			c.bestMini[e.Seg] = e.Value
			code = 2049
			if t.bestMini[e.Seg] == 0 || e.Value < t.bestMini[e.Seg] {
				code = 2051
				if by := t.miniBy[e.Seg]; by >= 0 && by != c.i && !s.cfg.Plain {
					s.after(2*time.Second, 15*time.Second, action{do: (*Sim).sayRecolour, car: by, a: e.Seg})
				}
				t.bestMini[e.Seg], t.miniBy[e.Seg] = e.Value, c.i
			}
		}
	}
	s.after(70*time.Millisecond, 330*time.Millisecond, action{do: (*Sim).saySegment, car: c.i, a: e.Seg, b: code})
	if e.Seg == t.trapMini && e.N == 0 {
		kmh := s.speedAt(c, spST)
		s.truth.speed(c, spST, kmh)
		s.after(90*time.Millisecond, 500*time.Millisecond, action{do: (*Sim).saySpeed, car: c.i, a: spST, b: kmh})
	}
	if s.cfg.Session.IsRace() && (!c.flag || c.flagAt == s.now) {
		s.tellGap(c, e.Seg == s.c.MiniCount()-1)
	}
}

// saySegment colours a mini-sector; the first of a lap clears the lap before.
func (s *Sim) saySegment(a *action) {
	c := s.cars[a.car]
	s.begin()
	s.onLine(c)
	s.b.in("Sectors")
	k := 0
	for sec, n := range s.c.Minis {
		s.b.in(strconv.Itoa(sec))
		s.b.in("Segments")
		for i := range n {
			code := c.pub.segs[k]
			if a.a == 0 {
				code = 0
			}
			if k == a.a {
				code = a.b
			}
			if code != c.pub.segs[k] || k == a.a && a.a == 0 {
				c.pub.segs[k] = code
				s.b.in(strconv.Itoa(i))
				s.b.num("Status", code)
				s.b.out()
			}
			k++
		}
		s.b.out()
		s.b.out()
	}
	s.b.out()
	s.offLine()
	s.sendTiming()
}

// sayRecolour takes the purple from a mini-sector whose time has been beaten.
func (s *Sim) sayRecolour(a *action) {
	c := s.cars[a.car]
	if c.pub.segs[a.a] != 2051 {
		return
	}
	s.traps["segment re-coloured"]++
	s.sayCode(c, a.a, 2049)
}

func (s *Sim) sayCode(c *car, seg, code int) {
	c.pub.segs[seg] = code
	sec, i := s.c.SectorOf(seg)
	s.begin()
	s.onLine(c)
	s.b.in("Sectors")
	s.b.in(strconv.Itoa(sec))
	s.b.in("Segments")
	s.b.in(strconv.Itoa(i))
	s.b.num("Status", code)
	for range 4 {
		s.b.out()
	}
	s.offLine()
	s.sendTiming()
}

// speedAt is what a speed trap reads.
func (s *Sim) speedAt(c *car, which int) int {
	var share float32
	switch which {
	case spI1:
		share = float32(s.c.Sectors[0])
	case spI2:
		share = float32(s.c.Sectors[0] + s.c.Sectors[1])
	case spFL:
		share = .9995
	default:
		start, w := s.c.Track().Mini(s.tower.trapMini)
		share = start + w*.85
	}
	_, v := s.c.Track().At(share)
	r := c.motion.ratio
	if r == 0 {
		r = 1
	}
	kmh := int(float64(v)*min(1.02, float64(r)) + 4*s.rngCar.NormFloat64() + 3*s.rngCar.Float64())
	return max(30, min(372, kmh))
}

// rollSpeed keeps a trap's reading and says whose best it is.
func (s *Sim) rollSpeed(c *car, which, kmh int) (flags int) {
	t := &s.tower
	c.lastRoll[which] = kmh
	if kmh > c.bestSpeed[which] {
		c.bestSpeed[which] = kmh
		flags = flagPB
		if kmh > t.bestSpeed[which] {
			flags |= flagOverall
			if by := t.speedBy[which]; by >= 0 && by != c.i {
				s.after(time.Second, 7*time.Second, action{do: (*Sim).sayUnflag, car: by, a: 1, b: which})
			}
			t.bestSpeed[which], t.speedBy[which] = kmh, c.i
		}
		s.statSpeed(c, which, kmh)
	}
	return flags
}

func (s *Sim) saySpeed(a *action) {
	c := s.cars[a.car]
	flags := s.rollSpeed(c, a.a, a.b)
	s.begin()
	s.onLine(c)
	s.b.in("Speeds")
	s.b.setValue(speedNames[a.a], strconv.Itoa(a.b), flags, &c.pub.speeds[a.a])
	s.b.out()
	s.offLine()
	s.sendTiming()
}

// sayUnflag takes back an overall best that has been beaten: no new value comes with it.
func (s *Sim) sayUnflag(a *action) {
	c := s.cars[a.car]
	s.begin()
	s.onLine(c)
	switch a.a {
	case 0:
		s.b.in("Sectors")
		s.b.in(strconv.Itoa(a.b))
		s.b.setBool("OverallFastest", false, &c.pub.sectors[a.b].overall)
		s.b.out()
	case 1:
		s.b.in("Speeds")
		s.b.in(speedNames[a.b])
		s.b.setBool("OverallFastest", false, &c.pub.speeds[a.b].overall)
		s.b.out()
	default:
		s.b.in("LastLapTime")
		s.b.setBool("OverallFastest", false, &c.pub.last.overall)
	}
	s.b.out()
	if !s.b.empty() {
		s.traps["flag without a value"]++
	}
	s.offLine()
	s.sendTiming()
}

// tellGap measures the gaps where the car has just passed.
func (s *Sim) tellGap(c *car, atLine bool) {
	if c.stopped || c.out {
		return
	}
	place := s.m.Cars()[c.i].Place
	gap, interval := "", ""
	order := s.m.Order()
	if place == 1 {
		gap = "LAP " + strconv.Itoa(s.m.Cars()[c.i].Lap)
		interval = gap
	} else {
		gap = s.gapTo(c.i, order[0])
		interval = s.gapTo(c.i, order[place-2])
	}
	if !atLine && s.rng.Float64() < .1 {
		return
	}
	lo, hi := 40*time.Millisecond, 160*time.Millisecond
	if atLine { // there the gap comes before the lap
		lo, hi = 35*time.Millisecond, 60*time.Millisecond
	}
	s.after(lo, hi, action{do: (*Sim).sayGap, car: c.i, text: gap + "|" + interval})
}

func (s *Sim) gapTo(car, ahead int) string {
	d, laps, ok := s.m.Gap(car, ahead)
	switch {
	case !ok:
		return ""
	case laps > 0:
		return strconv.Itoa(laps) + " L"
	}
	return gapText(d)
}

func (s *Sim) sayGap(a *action) {
	c := s.cars[a.car]
	if c.stopped || c.out || c.flag && c.flagAt+100*time.Millisecond < s.now {
		return
	}
	var gap, interval string
	for i := range a.text {
		if a.text[i] == '|' {
			gap, interval = a.text[:i], a.text[i+1:]
		}
	}
	catching := c.pub.catching
	if len(interval) > 1 && interval[0] == '+' {
		now, _ := strconv.ParseFloat(interval[1:], 64)
		before, err := strconv.ParseFloat(trimPlus(c.pub.interval), 64)
		catching = err == nil && now < 1.2 && now < before || catching && now < 1.2
	} else {
		catching = false
	}
	s.begin()
	s.onLine(c)
	s.b.setStr("GapToLeader", gap, &c.pub.gap)
	s.b.in("IntervalToPositionAhead")
	s.b.setStr("Value", interval, &c.pub.interval)
	s.b.setBool("Catching", catching, &c.pub.catching)
	s.b.out()
	s.offLine()
	s.sendTiming()
}

func trimPlus(t string) string {
	if len(t) > 0 && t[0] == '+' {
		return t[1:]
	}
	return t
}

// tellOrder takes over the model's order in races. Practice and qualifying order follows from the times
// the feed has published.
func (s *Sim) tellOrder(e *race.Event) {
	if !s.cfg.Session.IsRace() {
		return
	}
	copy(s.order, s.m.Order())
	if e.Car < 0 {
		s.after(100*time.Millisecond, 900*time.Millisecond, action{do: (*Sim).sayFinalGaps})
		return
	}
	s.after(8*time.Millisecond, 30*time.Millisecond, action{do: (*Sim).sayOrder})
}

func (s *Sim) sayOrder(*action) {
	s.begin()
	s.buildOrder()
	s.sendTiming()
}

// buildOrder writes the places that changed, all cars in one message.
func (s *Sim) buildOrder() {
	changed := false
	for k, i := range s.order {
		c := s.cars[i]
		if c.pub.place == k+1 {
			continue
		}
		changed = true
		up := k+1 < c.pub.place
		s.tellMoved(c, up)
		s.onLine(c)
		s.b.setNum("Line", k+1, &c.pub.place)
		s.truth.moved(s, c, up)
		s.b.str("Position", strconv.Itoa(k+1))
		if s.cfg.Session.IsRace() && s.session.status == f1.StatusStarted {
			c.moved = bitLost
			if up {
				c.moved = bitGained
			}
			c.movedUntil = s.now + 5*time.Second
			s.b.setNum("Status", c.status(), &c.pub.status)
			s.at(c.movedUntil, action{do: (*Sim).sayMoveOver, car: i})
			if k > 0 && s.chance(.6) && c.pub.interval != "" {
				s.traps["value blanked"]++
				s.b.in("IntervalToPositionAhead")
				s.b.setStr("Value", "", &c.pub.interval)
				s.b.out()
			}
		}
		s.offLine()
	}
	if changed {
		s.after(0, 80*time.Millisecond, action{do: (*Sim).sayLines})
		if !s.cfg.Session.IsRace() {
			s.buildDiffs()
		}
	}
}

func (s *Sim) sayMoveOver(a *action) {
	c := s.cars[a.car]
	if c.movedUntil > s.now {
		return
	}
	c.moved = 0
	s.sayFlags(a)
}

// sayFlags sends the car's flags as they are now.
func (s *Sim) sayFlags(a *action) {
	c := s.cars[a.car]
	s.begin()
	s.onLine(c)
	s.setFlags(c)
	s.offLine()
	s.sendTiming()
}

// sayFinalGaps publishes the order with the penalties that were added after the flag.
func (s *Sim) sayFinalGaps(a *action) {
	s.begin()
	s.buildOrder()
	lead, _ := s.m.FinishTime(s.order[0])
	for k, i := range s.order {
		c := s.cars[i]
		at, home := s.m.FinishTime(i)
		if !home || k == 0 {
			continue
		}
		if s.m.Cars()[i].Lap == s.m.Cars()[s.order[0]].Lap {
			s.onLine(c)
			s.b.setStr("GapToLeader", gapText(at-lead), &c.pub.gap)
			if prev, ok := s.m.FinishTime(s.order[k-1]); ok {
				s.b.in("IntervalToPositionAhead")
				s.b.setStr("Value", gapText(at-prev), &c.pub.interval)
				s.b.out()
			}
			s.offLine()
		}
	}
	s.sendTiming()
}
