package sim

import (
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// radio is the state of TeamRadio.
type radio struct {
	count int
	about int // the car something last happened to, -1 none
}

// notice remembers whose race has just become worth a word.
func (s *Sim) notice(e *race.Event) {
	switch e.Kind {
	case race.EvPitOut, race.EvPass, race.EvStopped, race.EvDeleted, race.EvReinstated, race.EvPenalty, race.EvIncident, race.EvCarFlag:
		s.radio.about = e.Car
	}
}

// openRadio begins the captures: a few on the way to the grid, then one every few minutes.
func (s *Sim) openRadio(t0 time.Duration) {
	s.radio.about = -1
	s.at(t0+s.cfg.Before/4+s.aside(0, s.cfg.Before/8), action{do: (*Sim).sayRadio})
}

// sayRadio publishes a capture, and with a set the first list, which has two. The file's name holds the
// local time at which the words were spoken, some of a minute before.
func (s *Sim) sayRadio(*action) {
	if s.session.over {
		return
	}
	b := &s.root
	s.b = b
	b.reset()
	if n := s.radio.count; n == 0 {
		b.raw("Captures", "["+s.capture(s.speaker())+","+s.capture(s.speaker())+"]")
	} else {
		b.in("Captures")
		b.raw(strconv.Itoa(n), s.capture(s.speaker()))
		b.out()
	}
	s.send(feed.TopicTeamRadio, b.done(), 0)
	mean := 11 * time.Minute
	if s.cfg.Session.IsRace() {
		mean = 13 * time.Minute
		if s.now > 0 {
			mean = 4 * time.Minute
		}
	}
	s.at(s.now+time.Duration(float64(mean)*(.25+1.5*s.rngMore.Float64())), action{do: (*Sim).sayRadio})
}

func (s *Sim) speaker() *car {
	if i := s.radio.about; i >= 0 {
		s.radio.about = -1
		return s.cars[i]
	}
	return s.cars[s.order[s.rngMore.IntN(len(s.order))]]
}

func (s *Sim) capture(c *car) string {
	s.radio.count++
	spoken := s.zero.Add(s.now - s.aside(10*time.Second, 40*time.Second))
	path := "TeamRadio/" + reference(c.e) + "_" + c.num + "_" + s.local(spoken, "20060102_150405") + ".mp3"
	at := s.moment(s.now)
	s.truth.Radio = append(s.truth.Radio, f1.TeamRadioRow{SessionKey: s.sessionKey(), DriverNumber: c.e.Number, Time: at, Path: path})
	return `{"Utc":"` + s.utc(s.now) + `","RacingNumber":"` + c.num + `","Path":"` + path + `"}`
}
