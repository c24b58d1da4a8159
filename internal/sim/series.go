package sim

import (
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// openLapSeries begins the lap chart with the grid.
func (s *Sim) openLapSeries(*action) {
	b := &s.root
	s.b = b
	b.reset()
	for k, i := range s.order {
		c := s.cars[i]
		b.in(c.num)
		b.str("RacingNumber", c.num)
		b.raw("LapPosition", `["`+strconv.Itoa(k+1)+`"]`)
		b.out()
	}
	s.send(feed.TopicLapSeries, b.done(), 0)
}

// tellLapSeries notes the place of a car at the end of a lap.
func (s *Sim) tellLapSeries(c *car, e *race.Event) {
	if !s.newTopics() || !s.cfg.Session.IsRace() {
		return
	}
	s.echo(aLittle, 10*aLittle, action{do: (*Sim).sayLapSeries, car: c.i, a: e.Lap, b: s.m.Cars()[c.i].Place})
}

func (s *Sim) sayLapSeries(a *action) {
	b := &s.root
	s.b = b
	b.reset()
	b.in(s.cars[a.car].num)
	b.in("LapPosition")
	b.str(strconv.Itoa(a.a), strconv.Itoa(a.b))
	b.out()
	b.out()
	s.send(feed.TopicLapSeries, b.done(), 0)
}

// sayOvertake counts a place that was gained while the race ran, for whatever reason: it is the feed's own
// count, and no list of passes.
func (s *Sim) sayOvertake(a *action) {
	c := s.cars[a.car]
	c.gained++
	item := `{"Timestamp":"` + s.utc(s.now) + `","count":` + strconv.Itoa(c.gained) + `}`
	b := &s.root
	s.b = b
	b.reset()
	b.in("Overtakes")
	if c.gained == 1 {
		b.raw(c.num, "["+item+"]")
	} else {
		b.in(c.num)
		b.raw(strconv.Itoa(c.gained-1), item)
		b.out()
	}
	b.out()
	s.send(feed.TopicOvertakeSeries, b.done(), 0)
}

// tellMoved is a place that changed in the race.
func (s *Sim) tellMoved(c *car, up bool) {
	if !s.newTopics() || !s.cfg.Session.IsRace() {
		return
	}
	s.championshipLater()
	if up && s.tower.leaderLap > 1 && s.session.status == f1.StatusStarted {
		s.echo(aLittle, time.Second, action{do: (*Sim).sayOvertake, car: c.i})
	}
}
