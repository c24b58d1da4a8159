package sim

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// tellPitIn is a car crossing the line of the pit entry.
func (s *Sim) tellPitIn(e *race.Event) {
	c := s.cars[e.Car]
	s.laneOn(c)
	c.inPit = true
	running := s.session.status == f1.StatusStarted || s.session.status == f1.StatusAborted
	s.truth.pitIn(s, c, e, running)
	n := 0 // outside races the feed also counts the visits after the flag
	if running || s.cfg.Session.IsRace() && !c.flag || !s.cfg.Session.IsRace() {
		n = 1
	}
	// A status that holds already is told first: it decides whether the visit counts.
	at := max(s.now+s.between(50*time.Millisecond, 280*time.Millisecond), s.planned[feed.TopicSessionStatus]+time.Millisecond)
	s.at(at, action{do: (*Sim).sayPitIn, car: c.i, a: n})
}

func (s *Sim) sayPitIn(a *action) {
	c := s.cars[a.car]
	s.begin()
	s.onLine(c)
	s.setFlags(c)
	s.b.setNum("NumberOfPitStops", c.pub.stops+a.a, &c.pub.stops)
	s.offLine()
	s.sendTiming()
}

// tellBox is a car standing at its box.
func (s *Sim) tellBox(e *race.Event) {
	c := s.cars[e.Car]
	c.motion.boxAt, c.motion.stand = e.At, e.Value
	s.truth.box(c, e.Value)
}

// showUp moves a car without a time up among those that have none either, as the feed does with cars that
// come out of the pits.
func (s *Sim) showUp(c *car) {
	if c.best > 0 || c.knocked {
		return
	}
	first := 0
	for first < s.session.field && s.cars[s.order[first]].best > 0 {
		first++
	}
	at := slices.Index(s.order, c.i)
	to := min(first+s.rng.IntN(3), at)
	copy(s.order[to+1:at+1], s.order[to:at])
	s.order[to] = c.i
	s.after(60*time.Millisecond, 300*time.Millisecond, action{do: (*Sim).sayOrder})
}

// tellPitOut is a car leaving the lane.
func (s *Sim) tellPitOut(e *race.Event) {
	c := s.cars[e.Car]
	c.inPit, c.pitOut, c.outLap = false, true, false
	c.afterPit = true
	s.moveOut(c, e)
	lane, stand := s.truth.pitOut(s, c, e)
	lap := 0
	if !s.cfg.Session.IsRace() {
		lap = e.Lap
	}
	s.after(50*time.Millisecond, 250*time.Millisecond, action{do: (*Sim).sayPitOut, car: c.i, a: lap})
	s.after(260*time.Millisecond, 400*time.Millisecond, action{do: (*Sim).sayOutLap, car: c.i})
	if !s.cfg.Session.IsRace() {
		s.showUp(c)
	}
	if lane > 0 {
		s.after(800*time.Millisecond, 5*time.Second, action{do: (*Sim).sayLaneTime, car: c.i, a: e.Lap, b: s.truth.cars[c.i].stop, d: lane, e: stand})
	}
}

func (s *Sim) sayPitOut(a *action) {
	c := s.cars[a.car]
	s.begin()
	s.onLine(c)
	s.setFlags(c)
	if a.a > 0 {
		s.b.setNum("NumberOfLaps", a.a, &c.pub.laps)
	}
	s.b.in("Sectors")
	for k := range 3 {
		s.b.setValue(strconv.Itoa(k), "", 0, &c.pub.sectors[k])
	}
	s.b.out()
	s.b.in("Speeds")
	for _, k := range [...]int{spI1, spI2, spST} {
		s.b.setValue(speedNames[k], "", 0, &c.pub.speeds[k])
	}
	s.b.out()
	s.offLine()
	s.sendTiming()
	if a.a > 0 {
		s.truth.said(s, c, a.a-1, true, false)
	}
}

func (s *Sim) sayOutLap(a *action) {
	c := s.cars[a.car]
	if c.inPit || !c.pitOut {
		return
	}
	c.outLap = true
	s.sayFlags(a)
}

// sayLaneTime publishes how long a visit to the lane took: the collection, whose entries vanish after half
// a minute, and for tyre stops in a race the series with the stationary time.
func (s *Sim) sayLaneTime(a *action) {
	c := s.cars[a.car]
	lap := a.a - 1
	text := tenths(a.d)
	if s.chance(.06) {
		text = ""
		s.traps["empty value"]++
	}
	s.b = &s.root
	s.b.reset()
	s.b.in("PitTimes")
	s.b.in(c.num)
	s.b.str("RacingNumber", c.num)
	s.b.str("Duration", text)
	s.b.str("Lap", strconv.Itoa(lap))
	s.b.out()
	s.b.out()
	s.send(feed.TopicPitLaneTimeCollection, s.b.done(), s.lag())
	if text != "" {
		s.truth.laneTime(a.b, a.d)
	}
	s.after(28*time.Second, 32*time.Second, action{do: (*Sim).sayLaneGone, car: c.i})
	if s.cfg.Session.IsRace() && a.e > 0 && !s.chance(.1) && s.newTopics() {
		s.sayStop(c, a, lap)
	}
}

// tenth is how finely a car's times in the lane and at its box are published.
const tenth = 100 * time.Millisecond

func tenths(d time.Duration) string { return fmt.Sprintf("%.1f", d.Round(tenth).Seconds()) }

func (s *Sim) sayLaneGone(a *action) {
	s.b = &s.root
	s.b.reset()
	s.b.in("PitTimes")
	s.b.raw("_deleted", `["`+s.cars[a.car].num+`"]`)
	s.b.out()
	s.send(feed.TopicPitLaneTimeCollection, s.b.done(), 0)
}

func (s *Sim) sayStop(c *car, a *action, lap int) {
	stop := fmt.Sprintf(`{"RacingNumber":"%s","PitStopTime":"%s","PitLaneTime":"%.3f","Lap":"%d"}`, c.num, tenths(a.e), a.d.Seconds(), lap)
	item := fmt.Sprintf(`{"Timestamp":"%s","PitStop":%s}`, s.utc(s.now), stop)
	s.b = &s.root
	s.b.reset()
	s.b.in("PitTimes")
	if c.stats.stops == 0 {
		s.b.raw(c.num, "["+item+"]")
	} else {
		s.b.in(c.num)
		s.b.raw(strconv.Itoa(c.stats.stops), item)
		s.b.out()
	}
	s.b.out()
	c.stats.stops++
	s.send(feed.TopicPitStopSeries, s.b.done(), 0)
	s.sayPitStop(toldStop{c.num, tenths(a.e), fmt.Sprintf("%.3f", a.d.Seconds()), strconv.Itoa(lap)})
}

// tellFate is a car stopping, retiring, taking the flag or being knocked out.
func (s *Sim) tellFate(e *race.Event) {
	c := s.cars[e.Car]
	switch e.Kind {
	case race.EvStopped:
		s.haltMotion(c, e)
		s.truth.stopped(c)
		s.truth.troubled(s, c.i)
		s.after(12*time.Second, 70*time.Second, action{do: (*Sim).sayStopped, car: c.i, a: e.Seg})
	case race.EvRetired:
		c.out = true
		s.truth.retired(c)
		if s.cfg.Session.IsRace() {
			c.shown = false
		}
		s.after(0, 2*time.Second, action{do: (*Sim).sayFlags, car: c.i})
	case race.EvParked:
		s.parkMotion(c)
		s.truth.parked(c)
	case race.EvCarFlag:
		c.flag, c.flagAt = true, s.now
		s.after(20*time.Millisecond, 80*time.Millisecond, action{do: (*Sim).sayFlags, car: c.i})
	case race.EvKnockedOut:
		c.knocked = true
	}
}

func (s *Sim) sayStopped(a *action) {
	c := s.cars[a.car]
	c.stopped = true
	sec, _ := s.c.SectorOf(a.a)
	s.begin()
	s.onLine(c)
	s.setFlags(c)
	if s.cfg.Session.IsRace() {
		s.b.setStr("GapToLeader", "", &c.pub.gap)
	}
	s.b.in("Sectors")
	s.b.in(strconv.Itoa(sec))
	s.b.setBool("Stopped", true, &c.pub.sectorStopped[sec])
	s.b.out()
	s.b.out()
	s.offLine()
	s.sendTiming()
}

// toldStop is a stop in the words of PitStop.
type toldStop struct{ num, stand, lane, lap string }

// sayPitStop tells of a stop as an event, without what was the same in the stop told before it.
func (s *Sim) sayPitStop(stop toldStop) {
	b, p := &s.root, &s.session.stop
	s.b = b
	b.reset()
	b.setStr("RacingNumber", stop.num, &p.num)
	b.setStr("PitStopTime", stop.stand, &p.stand)
	b.setStr("PitLaneTime", stop.lane, &p.lane)
	b.setStr("Lap", stop.lap, &p.lap)
	if !b.empty() {
		s.send(feed.TopicPitStop, b.done(), 0)
	}
}
