package sim

import (
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// raceInfo is what DriverRaceInfo has said of a car.
type raceInfo struct {
	position, gap, interval   string
	stops, catching, overtake int
	out, told, planned        bool
}

// openRaceInfo sends every car's first line.
func (s *Sim) openRaceInfo(*action) {
	b := &s.root
	s.b = b
	b.reset()
	for _, i := range s.byNum {
		c := s.cars[i]
		b.in(c.num)
		b.str("RacingNumber", c.num)
		s.buildRaceInfo(c)
		b.out()
	}
	s.send(feed.TopicDriverRaceInfo, b.done(), 0)
}

// raceInfoLater lets DriverRaceInfo catch up with what TimingData has said of a car.
func (s *Sim) raceInfoLater(c *car) {
	if c.info.planned || !c.info.told {
		return
	}
	c.info.planned = true
	s.echo(aLittle, 10*aLittle, action{do: (*Sim).sayRaceInfo, car: c.i})
}

func (s *Sim) sayRaceInfo(a *action) {
	c := s.cars[a.car]
	c.info.planned = false
	b := &s.root
	s.b = b
	b.reset()
	b.in(c.num)
	s.buildRaceInfo(c)
	b.out()
	if !b.empty() {
		s.send(feed.TopicDriverRaceInfo, b.done(), 0)
	}
}

func (s *Sim) buildRaceInfo(c *car) {
	b, p := &s.root, &c.info
	overtake := 1
	switch c.moved {
	case bitLost:
		overtake = 0
	case bitGained:
		overtake = 2
	}
	catching := 1
	if c.pub.catching {
		catching = 2
	}
	b.setStr("Position", strconv.Itoa(c.pub.place), &p.position)
	b.setStr("Gap", infoGap(c.pub.gap), &p.gap)
	b.setStr("Interval", infoGap(c.pub.interval), &p.interval)
	if !p.told {
		p.told = true
		p.stops, p.catching, p.overtake, p.out = -1, -1, -1, !c.pub.out
	}
	b.setNum("PitStops", c.pub.stops, &p.stops)
	b.setNum("Catching", catching, &p.catching)
	b.setNum("OvertakeState", overtake, &p.overtake)
	b.setBool("IsOut", c.pub.out, &p.out)
}

// infoGap writes a gap of TimingData as this topic does: minutes above a minute, whole laps as words.
func infoGap(text string) string {
	if n, ok := strings.CutSuffix(text, " L"); ok {
		if n == "1" {
			return "+1 LAP"
		}
		return "+" + n + " LAPS"
	}
	sec, err := strconv.ParseFloat(trimPlus(text), 64)
	if err != nil || sec < 60 {
		return text
	}
	return "+" + lapText(time.Duration(sec*1000+.5)*time.Millisecond)
}
