package sim

import (
	"strconv"
	"time"

	"pitwall.live/internal/feed"
)

// topLine is what TopThree has said of one of its lines.
type topLine struct {
	car             int
	lap             string
	state           int
	ahead, lead     string
	shown, ov, best bool
}

// afterTiming lets the topics that follow TimingData catch up.
func (s *Sim) afterTiming() {
	for _, i := range s.touched {
		c := s.cars[i]
		s.raceInfoLater(c)
		if p := c.pub.place; p >= 1 && p <= 3 && !s.session.topPlanned && !s.without[feed.TopicTopThree] {
			s.session.topPlanned = true
			s.after(0, 50*time.Millisecond, action{do: (*Sim).sayTopThree})
		}
	}
	if s.session.tracker != nil && !s.session.trackerPlanned {
		s.session.trackerPlanned = true
		s.echo(0, 50*time.Millisecond, action{do: (*Sim).sayTracker})
	}
}

func (s *Sim) topLine(k int) topLine {
	for _, c := range s.cars {
		if c.pub.place != k+1 {
			continue
		}
		l := topLine{car: c.i, lap: c.pub.last.text, state: c.pub.status &^ (bitGained | bitLost), ahead: c.pub.interval, lead: c.pub.gap,
			shown: c.pub.shown, ov: c.pub.last.overall, best: c.pub.last.pb}
		if !s.cfg.Session.IsRace() {
			l.lap = c.pub.best
			part := max(0, s.session.part-1)
			l.ahead, l.lead = c.pub.ahead[part], c.pub.diff[part]
		}
		if l.best {
			l.state |= 1
		}
		if l.ov {
			l.state |= 2
		}
		return l
	}
	return topLine{car: -1}
}

func (s *Sim) sayTopThree(*action) {
	s.session.topPlanned = false
	s.sayPlaces(feed.TopicTopThree, s.session.top[:], true)
}

// placeLine is one whole line of a car's first appearance at a place.
func (s *Sim) placeLine(pub *topLine, k, i int, named bool) []byte {
	var l builder
	l.reset()
	c := s.cars[i]
	*pub = topLine{car: i, state: c.status(), shown: c.shown}
	l.str("Position", strconv.Itoa(k+1))
	l.bool("ShowPosition", c.shown)
	s.topName(&l, i, named)
	l.str("LapTime", "")
	l.num("LapState", c.status())
	l.str("DiffToAhead", "")
	l.str("DiffToLeader", "")
	l.bool("OverallFastest", false)
	l.bool("PersonalFastest", false)
	return l.done()
}

// sayPlaces publishes what changed at the places of a list.
func (s *Sim) sayPlaces(topic string, list []topLine, named bool) {
	b := &s.root
	s.b = b
	b.reset()
	b.in("Lines")
	for k := range list {
		now, pub := s.topLine(k), &list[k]
		if now.car < 0 || now == *pub {
			continue
		}
		b.in(strconv.Itoa(k))
		if now.car != pub.car {
			s.topName(b, now.car, named)
			pub.car = now.car
		}
		b.setBool("ShowPosition", now.shown, &pub.shown)
		b.setStr("LapTime", now.lap, &pub.lap)
		b.setNum("LapState", now.state, &pub.state)
		b.setStr("DiffToAhead", now.ahead, &pub.ahead)
		b.setStr("DiffToLeader", now.lead, &pub.lead)
		b.setBool("OverallFastest", now.ov, &pub.ov)
		b.setBool("PersonalFastest", now.best, &pub.best)
		b.out()
	}
	b.out()
	if !b.empty() {
		s.send(topic, b.done(), 0)
	}
}

func (s *Sim) topName(b *builder, i int, named bool) {
	e := s.cars[i].e
	b.str("RacingNumber", s.cars[i].num)
	if !named {
		return
	}
	b.str("Tla", e.Code)
	b.str("BroadcastName", broadcastName(e))
	b.str("FullName", fullName(e))
	b.str("FirstName", e.First)
	b.str("LastName", e.Last)
	b.str("Reference", reference(e))
	b.str("Team", e.Team)
	b.str("TeamColour", e.Colour)
}
