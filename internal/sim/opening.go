package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// opening plans what the feed says before the session starts: the snapshots of every topic, and in a race
// the laps to the grid.
func (s *Sim) opening() {
	t0 := -s.cfg.Before
	s.now = t0
	s.session.status, s.session.started = "inactive", "Inactive"
	s.session.part, s.session.field = 1, len(s.cars)
	for k := range s.session.top {
		s.session.top[k].car = -1
	}
	for _, c := range s.cars {
		c.inPit, c.shown = true, !s.cfg.Session.IsQualifying()
		c.cutoff = s.cfg.Session.IsQualifying()
	}
	steps := []struct {
		at time.Duration
		do func(*Sim, *action)
	}{
		{0, (*Sim).openInfo}, {3 * time.Second, (*Sim).openLists}, {4 * time.Second, (*Sim).openTower},
		{7 * time.Second, (*Sim).openSegments}, {8 * time.Second, (*Sim).openStatus}, {15 * time.Second, (*Sim).sayHeartbeat},
	}
	for _, st := range steps {
		s.at(t0+st.at, action{do: st.do})
	}
	w := s.m.Weather()
	for t := t0 + 18*time.Second; t < 0; t += time.Minute {
		s.at(t, sayWeather(w))
		w.Track += .1
	}
	s.at(t0+20*time.Second, action{do: (*Sim).sample})
	s.openEchoes(t0)
	if s.cfg.Session.IsRace() {
		s.lapsToGrid(t0)
		return
	}
	s.at(t0+30*time.Second, action{do: (*Sim).openApp})
}

func (s *Sim) openInfo(*action) {
	s.send(feed.TopicSessionInfo, s.info("Inactive"), 0)
	s.send(feed.TopicArchiveStatus, []byte(`{"Status":"Generating"}`), 0)
	s.openStreams()
	s.send(feed.TopicTrackStatus, []byte(`{"Status":"1","Message":"AllClear"}`), 0)
	s.truth.track(s, 1)
	s.send(feed.TopicSessionData, []byte(`{"Series":[],"StatusSeries":[{"Utc":"`+s.utc(s.now)+`","TrackStatus":"AllClear"}]}`), 0)
	s.session.statuses = 1
	s.send(feed.TopicExtrapolatedClock, []byte(`{"Utc":"`+s.utc(s.now)+`","Remaining":"00:00:00","Extrapolating":false}`), 0)
}

func (s *Sim) openLists(*action) {
	b := &s.root
	s.b = b
	if !s.cfg.Plain { // names may be missing in the first snapshot
		s.traps["null value"]++
		s.send(feed.TopicDriverList, []byte(`{"`+s.cars[0].num+`":{"RacingNumber":"`+s.cars[0].num+`","FullName":null,"TeamName":null,"Line":null}}`), 0)
	}
	b.reset()
	for k, i := range s.order {
		c := s.cars[i]
		c.drvLine = k + 1
		e := c.e
		b.in(c.num)
		b.str("RacingNumber", c.num)
		b.str("BroadcastName", broadcastName(e))
		b.str("FullName", fullName(e))
		b.str("Tla", e.Code)
		b.num("Line", k+1)
		b.str("TeamName", e.Team)
		b.str("TeamColour", e.Colour)
		b.str("FirstName", e.First)
		b.str("LastName", e.Last)
		b.str("Reference", reference(e))
		b.str("CountryCode", e.Country)
		b.out()
	}
	s.send(feed.TopicDriverList, b.done(), 0)
	b.reset()
	b.bool("Withheld", false)
	b.in("Lines")
	for k, i := range s.byNum {
		c := s.cars[i]
		b.in(c.num)
		b.num("Line", k+1)
		b.str("RacingNumber", c.num)
		b.raw("PersonalBestLapTime", `{"Value":""}`)
		b.raw("BestSectors", `[{"Value":""},{"Value":""},{"Value":""}]`)
		b.raw("BestSpeeds", `{"I1":{"Value":""},"I2":{"Value":""},"FL":{"Value":""},"ST":{"Value":""}}`)
		b.out()
	}
	b.out()
	kind, _, _ := s.names()
	b.str("SessionType", kind)
	s.send(feed.TopicTimingStats, b.done(), 0)
	if s.cfg.Session.IsRace() {
		s.send(feed.TopicLapCount, []byte(fmt.Sprintf(`{"CurrentLap":1,"TotalLaps":%d}`, s.m.Laps())), 0)
		s.tower.leaderLap = 1
		s.saySeries("Lap", 1)
	}
	left := map[bool]time.Duration{true: 2 * time.Hour, false: s.cfg.Length}[s.cfg.Session.IsRace()]
	if left == 0 {
		left = s.scheduled()
	}
	if s.cfg.Session.IsQualifying() {
		left = 18 * time.Minute
		s.saySeries("QualifyingPart", 0)
	}
	s.send(feed.TopicExtrapolatedClock, []byte(`{"Utc":"`+s.utc(s.now)+`","Remaining":"`+clockText(left)+`"}`), 0)
}

// openTower sends the first, whole state of TimingData, and TopThree.
func (s *Sim) openTower(*action) {
	s.send(feed.TopicTimingData, []byte(`{"Lines":{},"Withheld":false}`), 0)
	s.begin()
	quali := s.cfg.Session.IsQualifying()
	if quali {
		n := s.m.Entries()
		s.b.raw("NoEntries", fmt.Sprintf("[%d,%d,%d]", n[0], n[1], n[2]))
		s.b.num("SessionPart", 1)
		s.b.str("CutOffTime", "")
		s.b.str("CutOffPercentage", "107")
	}
	const sector = `{"Stopped":false,"Value":"","Status":0,"OverallFastest":false,"PersonalFastest":false}`
	const speed = `{"Value":"","Status":0,"OverallFastest":false,"PersonalFastest":false}`
	for k, i := range s.order {
		c := s.cars[i]
		c.pub.place = k + 1
		c.pub.inPit, c.pub.shown, c.pub.cutoff, c.pub.status = c.inPit, c.shown, c.cutoff, c.status()
		s.onLine(c)
		switch {
		case quali:
			s.b.bool("KnockedOut", false)
			s.b.bool("Cutoff", true)
			s.b.raw("BestLapTimes", `[{"Value":""},{},{}]`)
			one := `{"TimeDiffToFastest":"","TimeDifftoPositionAhead":""}`
			s.b.raw("Stats", "["+one+","+one+","+one+"]")
		case s.cfg.Session.IsRace():
			s.b.str("GapToLeader", "")
			s.b.raw("IntervalToPositionAhead", `{"Value":"","Catching":false}`)
		default:
			s.b.str("TimeDiffToFastest", "")
			s.b.str("TimeDiffToPositionAhead", "")
		}
		s.b.num("Line", k+1)
		s.b.str("Position", strconv.Itoa(k+1))
		s.b.bool("ShowPosition", c.shown)
		s.b.str("RacingNumber", c.num)
		s.b.raw("Retired", "false")
		s.b.bool("InPit", c.inPit)
		s.b.raw("PitOut", "false")
		s.b.raw("Stopped", "false")
		s.b.num("Status", c.status())
		s.b.raw("Sectors", "["+sector+","+sector+","+sector+"]")
		s.b.raw("Speeds", `{"I1":`+speed+`,"I2":`+speed+`,"FL":`+speed+`,"ST":`+speed+`}`)
		s.b.raw("BestLapTime", `{"Value":""}`)
		s.b.raw("LastLapTime", speed)
		s.offLine()
	}
	s.sendTiming()
	for _, i := range s.order {
		s.truth.placed(s, s.cars[i])
	}
	s.openTop()
}

func (s *Sim) openTop() {
	b := &s.root
	s.b = b
	b.reset()
	b.bool("Withheld", false)
	b.key("Lines")
	b.buf = append(b.buf, '[')
	for k := range s.session.top {
		if k > 0 {
			b.buf = append(b.buf, ',')
		}
		b.buf = append(b.buf, s.placeLine(&s.session.top[k], k, s.order[k], true)...)
	}
	b.buf = append(b.buf, ']')
	s.send(feed.TopicTopThree, b.done(), 0)
}

// openSegments sends the empty mini-sectors.
func (s *Sim) openSegments(*action) {
	s.begin()
	for _, i := range s.order {
		c := s.cars[i]
		s.onLine(c)
		s.b.in("Sectors")
		for sec, n := range s.c.Minis {
			s.b.in(strconv.Itoa(sec))
			s.b.raw("Segments", "["+strings.Repeat(`{"Status":0},`, n-1)+`{"Status":0}]`)
			s.b.out()
		}
		s.b.out()
		s.offLine()
	}
	s.sendTiming()
}

func (s *Sim) openStatus(*action) {
	s.send(feed.TopicSessionStatus, []byte(`{"Status":"Inactive","Started":"Inactive"}`), 0)
	if s.cfg.Session.IsQualifying() {
		s.saySeries("QualifyingPart", 1)
	}
	if s.cfg.Session.IsRace() {
		s.begin()
		for k, i := range s.order {
			c := s.cars[i]
			c.appLine = k + 1
			s.onLine(c)
			s.b.str("RacingNumber", c.num)
			s.b.num("Line", k+1)
			s.b.str("GridPos", strconv.Itoa(k+1))
			s.offLine()
		}
		s.send(feed.TopicTimingAppData, s.payload(), 0)
	}
}

func (s *Sim) openApp(*action) {
	s.begin()
	for k, i := range s.order {
		c := s.cars[i]
		c.appLine = k + 1
		s.onLine(c)
		s.b.str("RacingNumber", c.num)
		s.b.num("Line", k+1)
		s.b.raw("Stints", "[]")
		s.offLine()
	}
	s.send(feed.TopicTimingAppData, s.payload(), 0)
}

// lapsToGrid sends the cars to the grid: out of the pits, some of them through the lane once more, with
// the flags of the pits but no lap, and then the first tyres.
func (s *Sim) lapsToGrid(t0 time.Duration) {
	open := t0 + s.cfg.Before/6
	s.at(open, action{do: (*Sim).sayRaceControl, text: "GREEN LIGHT - PIT EXIT OPEN", a: rcGreen, b: 1})
	span := s.cfg.Before / 4
	for _, i := range s.byNum {
		if s.m.FromLane(i) {
			s.traps["pit lane start"]++
			continue
		}
		out := open + s.between(time.Second, span)
		s.at(out, action{do: (*Sim).sayGridOut, car: i})
		if s.chance(.3) {
			s.traps["grid lap through the pits"]++
			s.at(out+span/2, action{do: (*Sim).sayGridIn, car: i})
			s.at(out+span/2+25*time.Second, action{do: (*Sim).sayGridOut, car: i})
		}
	}
	s.at(open+span, action{do: (*Sim).sayRaceControl, text: "RISK OF RAIN FOR F1 " + strings.ToUpper(string(s.cfg.Session)) + " IS " + strconv.Itoa(int(100*s.c.Rain)/10*10) + "%", a: rcOther, b: 1})
	closed := open + span*2
	s.at(closed, action{do: (*Sim).sayRaceControl, text: "PIT EXIT CLOSED", a: rcOther, b: 1})
	s.at(closed+s.cfg.Before/12, action{do: (*Sim).openStints})
	for _, i := range s.byNum {
		if !s.m.Started(i) {
			s.traps["car does not start"]++
			s.at(-80*time.Second+s.aside(0, 20*time.Second), action{do: (*Sim).sayNoStart, car: i})
		}
	}
	if s.conf.Season < 2026 {
		s.at(-25*time.Second, action{do: (*Sim).sayRaceControl, text: "DRS DISABLED", a: rcDRSOff, b: 1})
	}
}

func (s *Sim) sayGridOut(a *action) {
	c := s.cars[a.car]
	c.inPit = false
	c.motion.grid(c, s)
	s.sayFlags(a)
}

func (s *Sim) sayGridIn(a *action) {
	s.cars[a.car].inPit = true
	s.sayFlags(a)
}

// sayNoStart leaves a car beside the track on its formation lap.
func (s *Sim) sayNoStart(a *action) {
	c := s.cars[a.car]
	turn := 1 + s.rngMore.IntN(s.c.Turns)
	sector := 1 + (turn-1)*s.c.Marshals/s.c.Turns
	flag := func(after time.Duration, kind int, word string) {
		s.at(s.now+after, action{do: (*Sim).sayRaceControl, text: word + " IN TRACK SECTOR " + strconv.Itoa(sector), a: kind, b: 1, d: time.Duration(sector)})
	}
	flag(time.Second, rcDouble, "DOUBLE YELLOW")
	s.at(s.now+6*time.Second, action{do: (*Sim).sayRaceControl, text: s.carName(c.i) + " STOPPED AT TURN " + strconv.Itoa(turn), a: rcCarEvent, car: c.i, b: 1})
	flag(40*time.Second, rcClear, "CLEAR")
	c.motion = motion{mode: halted, a: float32(turn) / float32(s.c.Turns+1)}
	c.stopped, c.shown = true, false
	s.at(s.now+9*time.Second, action{do: (*Sim).sayFlags, car: c.i})
	s.at(s.now+5*time.Minute, action{do: (*Sim).takeAway, car: c.i})
}

// takeAway ends the positions of a car that was left beside the track.
func (s *Sim) takeAway(a *action) { s.cars[a.car].motion.mode = offTrack }

// openStints names the tyres of the grid. The model fits them at its first moment, so they are read from
// it.
func (s *Sim) openStints(*action) {
	cars := s.m.Cars()
	s.begin()
	for _, i := range s.order {
		c := s.cars[i]
		t := cars[i].Tyres
		set := race.Set{Compound: t.Compound, Start: t.Start}
		s.onLine(c)
		s.b.raw("Stints", fmt.Sprintf(`[{"LapFlags":0,"Compound":"%s","New":"%t","TyresNotChanged":"0","TotalLaps":%d,"StartLaps":%d}]`,
			set.Compound, set.Fresh(), set.Start, set.Start))
		s.offLine()
	}
	s.send(feed.TopicTimingAppData, s.payload(), 0)
	for _, i := range s.order {
		t := cars[i].Tyres
		s.stintTold(s.cars[i], 0, toldStint{compound: t.Compound.String(), fresh: t.Start == 0, same: "0", total: t.Start, start: t.Start})
	}
}

func broadcastName(e *race.Entry) string {
	return string([]rune(e.First)[:1]) + " " + strings.ToUpper(e.Last)
}

func fullName(e *race.Entry) string { return e.First + " " + strings.ToUpper(e.Last) }

// reference is the feed's key of a person: three letters of each name and a number.
func reference(e *race.Entry) string {
	part := func(t string) string {
		t = strings.ToUpper(strings.Map(func(r rune) rune {
			switch r {
			case 'ü':
				return 'U'
			case 'é':
				return 'E'
			}
			return r
		}, t))
		return t[:min(3, len(t))]
	}
	return part(e.First) + part(e.Last) + "01"
}
