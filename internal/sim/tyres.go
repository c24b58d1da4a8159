package sim

import (
	"strconv"

	"pitwall.live/internal/feed"
)

// openTyres sends the empty lists of stints.
func (s *Sim) openTyres(*action) {
	b := &s.root
	s.b = b
	b.reset()
	b.in("Stints")
	for _, i := range s.byNum {
		b.raw(s.cars[i].num, "[]")
	}
	b.out()
	s.send(feed.TopicTyreStintSeries, b.done(), 0)
}

// agesTold repeats the ages that TimingAppData has just raised.
func (s *Sim) agesTold(cars []int) {
	if !s.newTopics() || len(cars) == 0 {
		return
	}
	b := &s.root
	s.b = b
	b.reset()
	b.in("Stints")
	for _, i := range cars {
		c := s.cars[i]
		k := len(c.stints) - 1
		b.in(c.num)
		b.in(strconv.Itoa(k))
		b.num("TotalLaps", c.stints[k].told)
		b.out()
		b.out()
	}
	b.out()
	s.send(feed.TopicTyreStintSeries, b.done(), 0)
}

// stintTold repeats what TimingAppData has just said of a stint.
func (s *Sim) stintTold(c *car, n int, st toldStint) {
	if !s.newTopics() {
		return
	}
	b := &s.root
	s.b = b
	b.reset()
	b.in("Stints")
	b.in(c.num)
	b.in(strconv.Itoa(n))
	b.str("Compound", st.compound)
	b.str("New", strconv.FormatBool(st.fresh))
	b.str("TyresNotChanged", st.same)
	b.num("TotalLaps", st.total)
	b.num("StartLaps", st.start)
	for range 3 {
		b.out()
	}
	s.send(feed.TopicTyreStintSeries, b.done(), 0)
	s.sayTyre(c, st)
}

// sayTyre says what is on the car now; here new is a boolean.
func (s *Sim) sayTyre(c *car, st toldStint) {
	b := &s.root
	s.b = b
	b.reset()
	b.in("Tyres")
	b.in(c.num)
	b.setStr("Compound", st.compound, &c.tyre.compound)
	if c.tyre.fresh != st.fresh || !c.tyre.told {
		c.tyre.fresh, c.tyre.told = st.fresh, true
		b.bool("New", st.fresh)
	}
	b.out()
	b.out()
	if !b.empty() {
		s.send(feed.TopicCurrentTyres, b.done(), 0)
	}
}

// toldStint is a stint in the feed's words.
type toldStint struct {
	compound     string
	fresh        bool
	same         string
	total, start int
}

// toldTyre is what CurrentTyres has said of a car.
type toldTyre struct {
	compound    string
	fresh, told bool
}
