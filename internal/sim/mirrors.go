package sim

import (
	"strconv"
	"time"

	"pitwall.live/internal/feed"
)

// newTopics reports whether the season's feed has the topics that came in 2025.
func (s *Sim) newTopics() bool { return s.conf.Season >= 2025 }

// aLittle is how long a topic takes to repeat another at least.
const aLittle = 30 * time.Millisecond

// openEchoes plans the first messages of the topics that repeat what others say, or add to them.
func (s *Sim) openEchoes(t0 time.Duration) {
	s.openRadio(t0)
	if !s.newTopics() {
		return
	}
	s.at(t0+5*time.Second, action{do: (*Sim).openTracker})
	s.at(t0+6*time.Second, action{do: (*Sim).openTyres})
	if s.cfg.Session.IsRace() {
		s.at(t0+9*time.Second, action{do: (*Sim).openLapSeries})
		s.at(t0+9*time.Second, action{do: (*Sim).openRaceInfo})
		s.at(t0+10*time.Second, action{do: (*Sim).openChampionship})
	}
}

// aside draws a duration for such a topic, from chances of its own: the other topics do not change when it
// is there.
func (s *Sim) aside(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(s.rngMore.Int64N(int64(hi-lo)))
}

// echo plans an action of such a topic between lo and hi from now.
func (s *Sim) echo(lo, hi time.Duration, a action) { s.at(s.now+s.aside(lo, hi), a) }

// mirrorControl repeats a race-control message as bare text, with the circuit's own time.
func (s *Sim) mirrorControl(text string) {
	if !s.newTopics() {
		return
	}
	s.echo(0, aLittle, action{do: (*Sim).sayTlaRcm, text: text})
}

func (s *Sim) sayTlaRcm(a *action) {
	b := &s.root
	s.b = b
	b.reset()
	b.str("Timestamp", s.local(s.zero.Add(s.now), "2006-01-02T15:04:05"))
	b.str("Message", a.text)
	s.send(feed.TopicTlaRcm, b.done(), 0)
}

// mirrorWeather files a weather report in the station's log.
func (s *Sim) mirrorWeather(report string) {
	if !s.newTopics() {
		return
	}
	item := `{"Timestamp":"` + s.utc(s.now) + `","Weather":` + report + `}`
	n := s.session.reports
	s.session.reports++
	b := &s.root
	s.b = b
	b.reset()
	if n == 0 {
		b.raw("Series", "["+item+"]")
	} else {
		b.in("Series")
		b.raw(strconv.Itoa(n), item)
		b.out()
	}
	s.send(feed.TopicWeatherDataSeries, b.done(), 0)
}
