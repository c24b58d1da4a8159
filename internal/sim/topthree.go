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
	if s.session.topPlanned || s.without[feed.TopicTopThree] {
		return
	}
	for _, i := range s.touched {
		if p := s.cars[i].pub.place; p >= 1 && p <= 3 {
			s.session.topPlanned = true
			s.after(0, 50*time.Millisecond, action{do: (*Sim).sayTopThree})
			return
		}
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
	b := &s.root
	s.b = b
	b.reset()
	b.in("Lines")
	for k := range s.session.top {
		now, pub := s.topLine(k), &s.session.top[k]
		if now.car < 0 || now == *pub {
			continue
		}
		b.in(strconv.Itoa(k))
		if now.car != pub.car {
			s.topName(b, now.car)
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
		s.send(feed.TopicTopThree, b.done(), 0)
	}
}

func (s *Sim) topName(b *builder, i int) {
	e := s.cars[i].e
	b.str("RacingNumber", s.cars[i].num)
	b.str("Tla", e.Code)
	b.str("BroadcastName", broadcastName(e))
	b.str("FullName", fullName(e))
	b.str("FirstName", e.First)
	b.str("LastName", e.Last)
	b.str("Reference", reference(e))
	b.str("Team", e.Team)
	b.str("TeamColour", e.Colour)
}
