package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// session is the state of the topics about the session as a whole.
type session struct {
	status         f1.SessionStatus
	started        string // SessionStatus' second field, never reset
	part           int    // qualifying part, 1 elsewhere
	field          int    // cars still in
	track          int
	series         int
	statuses       int
	top            [3]topLine
	topPlanned     bool
	tracker        []topLine // DriverTracker's lines, nil before the first
	trackerPlanned bool
	reports        int      // in WeatherDataSeries
	stop           toldStop // the last one on PitStop
	ticking        bool
	clock          time.Duration
	over           bool
	ends           time.Duration
}

// local writes a moment in the circuit's own time.
func (s *Sim) local(t time.Time, layout string) string { return t.Add(s.c.UTCOffset).Format(layout) }

func offsetText(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return sign + clockText(d)
}

// names of the session in the feed.
func (s *Sim) names() (kind, name string, number int) {
	switch s.cfg.Session {
	case f1.Practice1, f1.Practice2, f1.Practice3:
		n := int(s.cfg.Session[len(s.cfg.Session)-1] - '0')
		return "Practice", "Practice " + strconv.Itoa(n), n
	case f1.Qualifying:
		return "Qualifying", "Qualifying", 0
	case f1.SprintQualifying:
		return "Qualifying", "Sprint Qualifying", 0
	case f1.Sprint:
		return "Race", "Sprint", 0
	}
	return "Race", "Race", 0
}

// Info returns the payload of SessionInfo for a status.
func (s *Sim) info(status string) []byte {
	kind, name, number := s.names()
	day := s.zero.Add(s.c.UTCOffset)
	meeting := s.c.Meeting + " (Simulation)"
	b := &s.root
	s.b = b
	b.reset()
	b.in("Meeting")
	b.num("Key", 90000+s.c.Round)
	b.str("Name", meeting)
	b.str("OfficialName", f1.SimulatedName+": "+strings.ToUpper(s.c.Meeting)+" "+strconv.Itoa(s.conf.Season))
	b.str("Location", s.c.Location)
	b.num("Number", s.c.Round)
	b.raw("Country", fmt.Sprintf(`{"Key":%d,"Code":"%s","Name":"%s"}`, s.c.CountryKey, s.c.CountryCode, s.c.Country))
	b.raw("Circuit", fmt.Sprintf(`{"Key":%d,"ShortName":"%s"}`, s.c.Key, s.c.ShortName))
	b.out()
	b.str("SessionStatus", status)
	b.raw("ArchiveStatus", `{"Status":"Generating"}`)
	b.num("Key", s.key)
	b.raw("Simulated", "true") // ours: no real session says it
	b.str("Type", kind)
	if number > 0 {
		b.num("Number", number)
	}
	b.str("Name", name)
	b.str("StartDate", s.local(s.zero, "2006-01-02T15:04:05"))
	b.str("EndDate", s.local(s.zero.Add(s.scheduled()), "2006-01-02T15:04:05"))
	b.str("GmtOffset", offsetText(s.c.UTCOffset))
	b.str("Path", fmt.Sprintf("%d/%s_%s/%s_%s/", day.Year(), day.Format("2006-01-02"), pathName(meeting), day.Format("2006-01-02"), pathName(name)))
	return b.done()
}

// Path is where the official archive would keep the session.
func (s *Sim) Path() string {
	_, name, _ := s.names()
	day := s.zero.Add(s.c.UTCOffset).Format("2006-01-02")
	return fmt.Sprintf("%s/%s_%s/%s_%s/", day[:4], day, pathName(s.c.Meeting+" (Simulation)"), day, pathName(name))
}

func pathName(t string) string { return strings.ReplaceAll(t, " ", "_") }

func (s *Sim) scheduled() time.Duration {
	switch s.cfg.Session {
	case f1.Race:
		return 2 * time.Hour
	case f1.SprintQualifying:
		return 44 * time.Minute
	}
	return time.Hour
}

func (s *Sim) tellStatus(st race.Status) {
	word := [...]string{"Inactive", "Started", "Aborted", "Finished", "Finalised", "Ends"}[st]
	prev := s.session.status
	s.session.status = f1.SessionStatus(strings.ToLower(word))
	switch st {
	case race.Started:
		s.session.started = "Started"
	case race.Finished, race.Finalised, race.Ends:
		s.session.started = "Finished"
	case race.Inactive:
		if s.session.started != "Started" {
			s.session.started = "Finished"
		}
	}
	if st == race.Ends {
		s.session.over = true
		s.session.ends = s.now
	}
	if st == race.Aborted && s.cfg.Session.IsRace() {
		s.tellClock(s.raceLeft(), false)
	}
	if st == race.Started && prev == f1.StatusAborted && s.cfg.Session.IsRace() {
		s.tellClock(s.session.clock, true)
	}
	s.inOrder(feed.TopicSessionStatus, 20*time.Millisecond, 400*time.Millisecond, action{do: (*Sim).sayStatus, text: word})
}

func (s *Sim) sayStatus(a *action) {
	started := s.session.started
	s.send(feed.TopicSessionStatus, []byte(`{"Status":"`+a.text+`","Started":"`+started+`"}`), 0)
	s.truth.status(s, f1.SessionStatus(strings.ToLower(a.text)))
	s.send(feed.TopicSessionInfo, s.info(a.text), 0)
	s.sayStatusSeries("SessionStatus", a.text)
}

// sayStatusSeries adds an entry to SessionData's StatusSeries.
func (s *Sim) sayStatusSeries(key, value string) {
	b := &s.root
	s.b = b
	b.reset()
	b.in("StatusSeries")
	b.in(strconv.Itoa(s.session.statuses))
	b.str("Utc", s.utc(s.now))
	b.str(key, value)
	b.out()
	b.out()
	s.session.statuses++
	s.send(feed.TopicSessionData, b.done(), 0)
}

func (s *Sim) saySeries(key string, n int) {
	b := &s.root
	s.b = b
	b.reset()
	b.in("Series")
	b.in(strconv.Itoa(s.session.series))
	b.str("Utc", s.utc(s.now))
	b.num(key, n)
	b.out()
	b.out()
	s.session.series++
	s.send(feed.TopicSessionData, b.done(), 0)
}

// raceLeft is what is left of the clock of a race.
func (s *Sim) raceLeft() time.Duration {
	s.session.clock = max(0, s.session.clock-(s.now-s.session.ends))
	return s.session.clock
}

func (s *Sim) tellClock(left time.Duration, running bool) {
	s.session.clock = left
	s.session.ends = s.now
	n := 0
	if running {
		n = 1
	}
	s.inOrder(feed.TopicExtrapolatedClock, 10*time.Millisecond, 900*time.Millisecond, action{do: (*Sim).sayClock, a: n, d: left, e: s.now})
}

func (s *Sim) sayClock(a *action) {
	left := a.d
	if a.a == 1 {
		left -= s.now - a.e + time.Second - time.Millisecond
	}
	text := `{"Utc":"` + s.utc(s.now) + `","Remaining":"` + clockText(max(0, left)) + `"`
	if a.b == 0 {
		text += `,"Extrapolating":` + strconv.FormatBool(a.a == 1)
	}
	s.send(feed.TopicExtrapolatedClock, []byte(text+"}"), 0)
}

var trackNames = map[int]string{1: "AllClear", 2: "Yellow", 4: "SCDeployed", 5: "Red", 6: "VSCDeployed", 7: "VSCEnding"}

func (s *Sim) tellTrack(code int) {
	first := s.session.track == 0
	s.session.track = code
	if first {
		return
	}
	s.inOrder(feed.TopicTrackStatus, 10*time.Millisecond, 150*time.Millisecond, action{do: (*Sim).sayTrack, a: code})
}

func (s *Sim) sayTrack(a *action) {
	s.send(feed.TopicTrackStatus, []byte(`{"Status":"`+strconv.Itoa(a.a)+`","Message":"`+trackNames[a.a]+`"}`), 0)
	s.truth.track(s, a.a)
	s.sayStatusSeries("TrackStatus", trackNames[a.a])
}

// tellLeaderLap is the leader beginning a lap.
func (s *Sim) tellLeaderLap(lap int) {
	if lap > s.m.Laps() || lap <= s.tower.leaderLap {
		return
	}
	s.tower.leaderLap = lap
	s.after(150*time.Millisecond, 500*time.Millisecond, action{do: (*Sim).sayLeaderLap, a: lap})
}

func (s *Sim) sayLeaderLap(a *action) {
	s.send(feed.TopicLapCount, []byte(`{"CurrentLap":`+strconv.Itoa(a.a)+`}`), 0)
	s.saySeries("Lap", a.a)
}

func (s *Sim) tellWeather() {
	s.after(400*time.Millisecond, 700*time.Millisecond, sayWeather(s.m.Weather()))
}

func weatherText(w race.Weather) string {
	rain := "0"
	if w.Rain {
		rain = "1"
	}
	return fmt.Sprintf(`{"AirTemp":"%.1f","Humidity":"%.1f","Pressure":"%.1f","Rainfall":"%s","TrackTemp":"%.1f","WindDirection":"%d","WindSpeed":"%.1f"}`,
		w.Air, w.Humidity, w.Pressure, rain, w.Track, w.Direction, w.Wind)
}

func sayWeather(w race.Weather) action {
	return action{do: func(s *Sim, _ *action) {
		text := weatherText(w)
		s.send(feed.TopicWeatherData, []byte(text), 0)
		s.truth.weather(s, w)
		s.mirrorWeather(text)
	}}
}

// sayHeartbeat comes every fifteen seconds; its envelope is two seconds older than what it says.
func (s *Sim) sayHeartbeat(*action) {
	lag := 1900*time.Millisecond + s.between(0, 140*time.Millisecond)
	if s.cfg.Plain {
		lag = 0
	} else {
		s.traps["time steps back"]++
	}
	s.send(feed.TopicHeartbeat, []byte(`{"Utc":"`+s.zero.Add(s.now).Format("2006-01-02T15:04:05.0000000Z")+`"}`), lag)
	if !s.session.over {
		s.at(s.now+15*time.Second+s.between(0, 4*time.Millisecond), action{do: (*Sim).sayHeartbeat})
	}
}

// tellPart opens a part of qualifying.
func (s *Sim) tellPart(e *race.Event) {
	s.session.part, s.truth.part = e.N, e.N
	s.session.field = len(s.cars)
	if n := s.m.Entries(); n != nil {
		s.session.field = n[e.N-1]
	}
	if e.N == 1 {
		return // told by the opening
	}
	if e.N == 2 {
		for _, c := range s.cars {
			if c.best == 0 {
				s.traps["no time set"]++
			}
		}
	}
	copy(s.order, s.m.Order())
	for _, i := range s.order[:s.session.field] {
		c := s.cars[i]
		t := &s.truth.cars[i]
		t.bests = append(t.bests, c.best)
		c.best = 0
		c.times = c.times[:0]
		c.flag = false
	}
	s.tower.bestLap, s.tower.bestLapBy = 0, -1
	s.tower.cutoff = ""
	s.at(s.now+time.Millisecond, action{do: (*Sim).sayPart, a: e.N, d: e.Value})
	s.at(s.now+s.between(300*time.Millisecond, time.Second), action{do: (*Sim).sayClock, d: e.Value, b: 1})
}

func (s *Sim) sayPart(a *action) {
	s.saySeries("QualifyingPart", a.a)
	s.begin()
	s.b.num("SessionPart", a.a)
	for _, i := range s.order {
		c := s.cars[i]
		s.onLine(c)
		s.setFlags(c)
		if !c.knocked {
			k := strconv.Itoa(a.a - 1)
			s.b.in("BestLapTimes")
			s.b.in(k)
			s.b.str("Value", "")
			s.b.out()
			s.b.out()
			s.b.in("BestLapTime")
			s.b.setStr("Value", "", &c.pub.best)
			if c.pub.bestLap > 0 {
				c.pub.bestLap = 0
				s.b.raw("_deleted", `["Lap"]`)
			}
			s.b.out()
		}
		if c.pub.last.text != "" {
			s.traps["value blanked"]++
			s.b.setValue("LastLapTime", "", 0, &c.pub.last)
		}
		s.b.in("Sectors")
		for n := range 3 {
			s.b.setValue(strconv.Itoa(n), "", 0, &c.pub.sectors[n])
		}
		s.b.out()
		s.offLine()
	}
	s.sendTiming()
}

// ending closes the recording a little after the session's own end.
func (s *Sim) ending() {
	s.session.over = true
}
