package sim

import (
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/race"
)

// tellSector is the end of a timing sector; the third comes with the lap.
func (s *Sim) tellSector(e *race.Event) {
	c := s.cars[e.Car]
	flags := 0
	if e.Value > 0 {
		flags = s.rollSector(c, e.N, e.Value)
	}
	s.truth.sector(c, e)
	which := [...]int{spI1, spI2, spFL}[e.N]
	kmh := 0
	if e.N < 2 || e.Value > 0 && !c.inPit {
		kmh = s.speedAt(c, which)
		s.truth.speed(c, which, kmh)
	}
	if e.N == 2 {
		c.s3, c.s3Flags, c.speedFL = e.Value, flags, kmh
		return
	}
	lo, hi := 60*time.Millisecond, 420*time.Millisecond
	if e.Value > 0 && s.chance(.012) {
		s.traps["late sector value"]++
		lo, hi = 1500*time.Millisecond, 4500*time.Millisecond
	}
	s.after(lo, hi, action{do: (*Sim).saySector, car: c.i, a: e.N, b: flags, d: e.Value, e: time.Duration(kmh)})
}

func (s *Sim) rollSector(c *car, k int, d time.Duration) (flags int) {
	t := &s.tower
	if c.bestSector[k] != 0 && d >= c.bestSector[k] {
		return 0
	}
	c.bestSector[k] = d
	flags = flagPB
	if t.bestSector[k] == 0 || d < t.bestSector[k] {
		flags |= flagOverall
		if by := t.sectorBy[k]; by >= 0 && by != c.i {
			s.after(time.Second, 7*time.Second, action{do: (*Sim).sayUnflag, car: by, a: 0, b: k})
		}
		t.bestSector[k], t.sectorBy[k] = d, c.i
	}
	s.statSector(c, k, d)
	return flags
}

// saySector publishes a sector time with the speed at its end. The first sector of a lap blanks what is
// left of the lap before.
func (s *Sim) saySector(a *action) {
	c := s.cars[a.car]
	s.begin()
	s.onLine(c)
	if a.a == 0 && c.pitOut {
		c.pitOut = false
		s.setFlags(c)
	}
	s.b.in("Sectors")
	if a.d > 0 {
		s.b.setValue(strconv.Itoa(a.a), sectorText(a.d), a.b, &c.pub.sectors[a.a])
	}
	for k := 1; k < 3 && a.a == 0 && a.d > 0; k++ {
		if c.pub.sectors[k].text != "" {
			s.traps["value blanked"]++
		}
		s.b.setValue(strconv.Itoa(k), "", 0, &c.pub.sectors[k])
	}
	s.b.out()
	s.b.in("Speeds")
	which := spI1 + a.a
	kmh := int(a.e)
	s.b.setValue(speedNames[which], strconv.Itoa(kmh), s.rollSpeed(c, which, kmh), &c.pub.speeds[which])
	if a.a == 0 {
		for _, k := range [...]int{spI2, spFL, spST} {
			if k != spST || s.tower.trapMini >= s.c.Minis[0] {
				s.b.setValue(speedNames[k], "", 0, &c.pub.speeds[k])
			}
		}
	}
	s.b.out()
	s.offLine()
	s.sendTiming()
	if a.d > 0 {
		s.previousLater(c, a.a)
	}
}

func (s *Sim) buildSector(c *car, k int, d time.Duration, flags int) {
	if d == 0 {
		return
	}
	s.b.in("Sectors")
	s.b.setValue(strconv.Itoa(k), sectorText(d), flags, &c.pub.sectors[k])
	s.b.out()
}

// previousLater repeats a sector time as the value to compare with, a moment later.
func (s *Sim) previousLater(c *car, k int) {
	s.after(40*time.Millisecond, 4*time.Second, action{do: (*Sim).sayPrevious, car: c.i, a: k})
}

func (s *Sim) sayPrevious(a *action) {
	c := s.cars[a.car]
	v := c.pub.sectors[a.a].text
	if v == "" {
		return
	}
	s.begin()
	s.onLine(c)
	s.b.in("Sectors")
	s.b.in(strconv.Itoa(a.a))
	s.b.setStr("PreviousValue", v, &c.pub.previous[a.a])
	s.b.out()
	s.b.out()
	s.offLine()
	s.sendTiming()
}

// parts of a lap message.
const (
	sayNumber = 1 << iota
	sayTime
	saySector3
)

// tellLap is the end of a lap.
func (s *Sim) tellLap(e *race.Event) {
	c := s.cars[e.Car]
	counts := e.Value > 0
	if !s.cfg.Session.IsRace() && (c.afterPit || e.N == 1) {
		counts = false
	}
	flags := 0
	if counts {
		c.times = append(c.times, lapTime{lap: e.Lap, time: e.Value})
		flags = s.rollLap(c, e.Lap, e.Value)
	}
	s.truth.lap(s, c, e)
	if c.afterPit && e.N == 0 && !s.cfg.Session.IsRace() {
		s.showUp(c)
	}
	c.afterPit = false
	a := action{do: (*Sim).sayLap, car: c.i, a: sayNumber | sayTime | saySector3, b: flags, d: e.Value, e: time.Duration(e.Lap)}
	number := e.Lap
	if !s.cfg.Session.IsRace() {
		number = e.Lap + 1
		if e.N == 1 { // an in-lap's number rises only when the car leaves again
			a.a &^= sayNumber
			s.after(900*time.Millisecond, 2600*time.Millisecond, a)
			s.stintLap(c, e, flags)
			return
		}
	}
	a.text = strconv.Itoa(number)
	if c.outLap {
		c.outLap = false
		s.after(20*time.Millisecond, 80*time.Millisecond, action{do: (*Sim).sayFlags, car: c.i})
	}
	split := a
	switch x := s.rng.Float64(); {
	case s.cfg.Plain || x < .86:
		s.after(90*time.Millisecond, 260*time.Millisecond, a)
	case x < .885 && s.cfg.Session.IsRace() && e.Value > 0:
		s.traps["lap time before its number"]++
		split.a = sayTime
		s.after(70*time.Millisecond, 120*time.Millisecond, split)
		a.a &^= sayTime
		s.after(180*time.Millisecond, 700*time.Millisecond, a)
	case x < .94 && s.cfg.Session.IsRace() && e.Value > 0:
		s.traps["lap time after its number"]++
		split.a &^= sayTime
		s.after(90*time.Millisecond, 200*time.Millisecond, split)
		a.a = sayTime
		s.after(260*time.Millisecond, 2500*time.Millisecond, a)
	default:
		split.a &^= saySector3
		s.after(90*time.Millisecond, 220*time.Millisecond, split)
		a.a = saySector3
		late := 350 * time.Millisecond
		if s.chance(.3) {
			late = 3 * time.Second
			s.traps["late sector value"]++
		}
		s.after(230*time.Millisecond, 230*time.Millisecond+late, a)
	}
	s.stintLap(c, e, flags)
	s.tellLapSeries(c, e)
	if s.cfg.Session.IsRace() && s.m.Order()[0] == c.i {
		s.tellLeaderLap(e.Lap + 1)
	}
	if counts && s.chance(.03) && flags&flagPB != 0 {
		s.after(3*time.Second, 9*time.Second, action{do: (*Sim).sayBlink, car: c.i})
	}
}

// rollLap renews the bests and says whose they are.
func (s *Sim) rollLap(c *car, lap int, d time.Duration) (flags int) {
	t := &s.tower
	if c.best != 0 && d >= c.best {
		return 0
	}
	c.best = d
	flags = flagPB
	if t.bestLap == 0 || d < t.bestLap {
		flags |= flagOverall
		if by := t.bestLapBy; by >= 0 && by != c.i {
			s.after(time.Second, 7*time.Second, action{do: (*Sim).sayUnflag, car: by, a: 2})
		}
		t.bestLap, t.bestLapBy = d, c.i
	}
	s.statLap(c, lap, d)
	if !s.cfg.Session.IsRace() {
		s.sortTimed()
	}
	return flags
}

// sortTimed orders the cars of the part by their best times as the feed has them.
func (s *Sim) sortTimed() {
	field := s.order[:s.session.field]
	slices.SortStableFunc(field, func(a, b int) int {
		x, y := s.cars[a].best, s.cars[b].best
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
}

func (s *Sim) sayLap(a *action) {
	c := s.cars[a.car]
	lap := int(a.e)
	s.begin()
	if !s.cfg.Session.IsRace() && a.a&sayTime != 0 && a.b&flagPB != 0 {
		c.cutoff, c.shown = false, true
		s.buildOrder()
		s.buildDiffs()
	}
	s.onLine(c)
	if a.a&sayTime != 0 && a.b&flagPB != 0 && !s.cfg.Session.IsRace() {
		s.setFlags(c)
	}
	if a.a&sayNumber != 0 {
		n, err := strconv.Atoi(a.text)
		if err == nil {
			s.b.setNum("NumberOfLaps", n, &c.pub.laps)
		}
	}
	if a.a&saySector3 != 0 {
		s.buildSector(c, 2, c.s3, c.s3Flags)
		if c.speedFL > 0 {
			s.b.in("Speeds")
			s.b.setValue("FL", strconv.Itoa(c.speedFL), s.rollSpeed(c, spFL, c.speedFL), &c.pub.speeds[spFL])
			s.b.out()
		}
	}
	if a.a&sayTime != 0 && a.d > 0 {
		if a.b&flagPB != 0 {
			s.buildBest(c, lapText(a.d), lap)
		}
		s.b.setValue("LastLapTime", lapText(a.d), a.b, &c.pub.last)
	}
	s.offLine()
	s.sendTiming()
	s.truth.said(s, c, lap, a.a&sayNumber != 0, a.a&saySector3 != 0 && c.s3 > 0 || a.a&sayTime != 0 && a.d > 0)
	if a.a&saySector3 != 0 && c.s3 > 0 {
		s.previousLater(c, 2)
	}
}

// buildBest writes the best lap; lap 0 leaves the number away, as after a deletion.
func (s *Sim) buildBest(c *car, text string, lap int) {
	if s.cfg.Session.IsQualifying() {
		k := max(0, s.session.part-1)
		s.b.in("BestLapTimes")
		s.b.in(strconv.Itoa(k))
		if c.pub.parts[k] != text {
			c.pub.parts[k] = text
			s.b.str("Value", text)
			if lap > 0 {
				s.b.num("Lap", lap)
			}
		}
		s.b.out()
		s.b.out()
	}
	if c.pub.best == text {
		return
	}
	s.b.in("BestLapTime")
	s.b.setStr("Value", text, &c.pub.best)
	switch {
	case lap > 0:
		c.pub.bestLap = lap
		s.b.num("Lap", lap)
	case c.pub.bestLap > 0:
		c.pub.bestLap = 0
		s.b.raw("_deleted", `["Lap"]`)
	}
	s.b.out()
}

// sayBlink takes a best time away for a tenth of a second; nothing was deleted.
func (s *Sim) sayBlink(a *action) {
	c := s.cars[a.car]
	if c.pub.best == "" {
		return
	}
	s.traps["best time blinks"]++
	text, lap := c.pub.best, c.pub.bestLap
	s.begin()
	s.onLine(c)
	s.b.in("BestLapTime")
	s.b.setStr("Value", "", &c.pub.best)
	s.b.out()
	s.offLine()
	s.sendTiming()
	s.at(s.now+100*time.Millisecond, action{do: (*Sim).sayUnblink, car: a.car, a: lap, text: text})
}

func (s *Sim) sayUnblink(a *action) {
	c := s.cars[a.car]
	if c.pub.best != "" {
		return // a better one came in between
	}
	s.begin()
	s.onLine(c)
	s.b.in("BestLapTime")
	s.b.setStr("Value", a.text, &c.pub.best)
	s.b.out()
	s.offLine()
	s.sendTiming()
}

// sayDeleted takes a deleted lap out of the timing, long after race control announced it.
func (s *Sim) sayDeleted(a *action) {
	c := s.cars[a.car]
	if s.cfg.Session.IsQualifying() && a.b != s.session.part {
		return
	}
	for i := range c.times {
		if c.times[i].lap == a.a {
			c.times[i].gone = true
		}
	}
	if c.best != a.d {
		return // it was not the best: timing says nothing
	}
	s.traps["deletion follows its message"]++
	c.best = 0
	for _, t := range c.times {
		if !t.gone && (c.best == 0 || t.time < c.best) {
			c.best = t.time
		}
	}
	if s.tower.bestLapBy == c.i && s.tower.bestLap == a.d {
		s.tower.bestLap, s.tower.bestLapBy = 0, -1
		for _, o := range s.cars {
			if o.best > 0 && (s.tower.bestLap == 0 || o.best < s.tower.bestLap) {
				s.tower.bestLap, s.tower.bestLapBy = o.best, o.i
			}
		}
	}
	text := ""
	if c.best > 0 {
		text = lapText(c.best)
	}
	s.begin()
	if !s.cfg.Session.IsRace() {
		s.sortTimed()
		s.buildOrder()
		if text == "" && s.session.part <= 1 && s.cfg.Session.IsQualifying() {
			c.cutoff, c.shown = true, false
		}
		s.buildDiffs()
	}
	s.onLine(c)
	s.setFlags(c)
	s.buildBest(c, text, 0)
	s.b.in("LastLapTime")
	s.b.setBool("PersonalFastest", false, &c.pub.last.pb)
	s.b.setBool("OverallFastest", false, &c.pub.last.overall)
	s.b.out()
	s.offLine()
	s.sendTiming()
}

// sayReinstated puts a lap that was deleted back into the timing, as a best when it is one again.
func (s *Sim) sayReinstated(a *action) {
	c := s.cars[a.car]
	if s.cfg.Session.IsQualifying() && a.b != s.session.part {
		return
	}
	for i := range c.times {
		if c.times[i].lap == a.a {
			c.times[i].gone = false
		}
	}
	if c.best != 0 && a.d >= c.best {
		return // a better one came in between: timing says nothing
	}
	s.rollLap(c, a.a, a.d)
	s.begin()
	if !s.cfg.Session.IsRace() {
		c.cutoff, c.shown = false, true
		s.buildOrder()
		s.buildDiffs()
	}
	s.onLine(c)
	s.setFlags(c)
	s.buildBest(c, lapText(a.d), a.a)
	s.offLine()
	s.sendTiming()
}

// buildDiffs writes the differences to the fastest and to the car ahead in practice and qualifying.
func (s *Sim) buildDiffs() {
	part := max(0, s.session.part-1)
	lead := s.cars[s.order[0]].best
	for k, i := range s.order[:s.session.field] {
		c := s.cars[i]
		diff, ahead := "", ""
		if c.best > 0 && k > 0 {
			diff, ahead = gapText(c.best-lead), gapText(c.best-s.cars[s.order[k-1]].best)
		}
		s.onLine(c)
		if s.cfg.Session.IsQualifying() {
			s.b.in("Stats")
			s.b.in(strconv.Itoa(part))
			s.b.setStr("TimeDiffToFastest", diff, &c.pub.diff[part])
			s.b.setStr("TimeDifftoPositionAhead", ahead, &c.pub.ahead[part])
			s.b.out()
			s.b.out()
		} else {
			s.b.setStr("TimeDiffToFastest", diff, &c.pub.diff[0])
			s.b.setStr("TimeDiffToPositionAhead", ahead, &c.pub.ahead[0])
		}
		s.offLine()
	}
	if s.cfg.Session == f1.Qualifying || s.cfg.Session == f1.SprintQualifying {
		if lead > 0 {
			s.b.setStr("CutOffTime", lapText((lead * 107 / 100).Truncate(time.Millisecond)), &s.tower.cutoff)
		}
	}
}
