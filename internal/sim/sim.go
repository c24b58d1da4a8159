// Package sim plays a session of package race as the official live-timing feed would tell it: the same
// topics, shapes, texts and rates, and the same habits that mislead a careless reader (late tyres, values
// blanked and re-coloured, times stepping back, deletions that arrive long after the lap). It also keeps
// the truth, so that a reader can be checked. What it makes is labelled as a simulation in every
// SessionInfo.
//
// A Sim is deterministic: the same Config gives the same messages, byte for byte. It streams: memory does
// not grow with the session, but for the truth's rows. It is owned by one goroutine.
package sim

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// Config says which session to make.
type Config struct {
	Session f1.SessionType // zero is a race
	Circuit string         // id or common name; zero is silverstone
	Laps    int            // race and sprint; 0 is the usual distance
	Length  time.Duration  // practice; 0 is an hour
	Seed    uint64
	Key     int           // session key; 0 is one that follows from seed, circuit and session
	Start   time.Time     // of the first message; zero is a fixed day of the season, for a start at three in the afternoon
	Before  time.Duration // feed before the session starts; 0 is four minutes, real recordings have 14 to 57
	Season  int           // decides field and rules; 0 is 2026
	Cars    []race.Entry  // 0 cars is the season's field
	Rain    race.Rain
	Calm    bool     // no incidents
	Plain   bool     // none of the feed's traps
	Without []string // topics that are withheld, as for readers without an account
}

// AccountTopics are the topics that the official service gives to signed-in readers only.
var AccountTopics = []string{feed.TopicCarData, feed.TopicPosition, feed.TopicChampionshipPrediction, feed.TopicDriverRaceInfo,
	feed.TopicOvertakeSeries, feed.TopicPitStop, feed.TopicPitStopSeries, feed.TopicTeamRadio}

// Sim is a session being told.
type Sim struct {
	cfg   Config
	c     *race.Circuit
	m     *race.Model
	conf  race.Config
	zero  time.Time // the model's zero
	start time.Time // of the first message
	key   int

	next    race.Event // next event of the model, not yet told
	more    bool
	now     time.Duration // of the action being done, since zero
	actions actions
	seq     uint32
	out     []message
	read    int
	arena   []byte
	last    map[string]time.Time
	planned map[string]time.Duration // see inOrder
	without map[string]bool
	rng     *rand.Rand // of the feed's habits
	rngCar  *rand.Rand // of the speed traps
	rngTele *rand.Rand // of telemetry, so that withholding it changes nothing else
	rngMore *rand.Rand // of the topics that repeat others, likewise
	root    builder    // of the message being built
	lineB   []builder  // its lines, by car
	touched []int
	b       *builder // where is being written

	cars     []*car
	byNum    []int // indexes in order of car number, as the feed's snapshots list them
	order    []int
	tower    tower
	session  session
	control  control
	tele     telemetry
	radio    radio
	champion championship
	truth    Truth
	traps    map[string]int
	err      error
}

type message struct {
	topic    string
	from, to int // in arena
	at       time.Time
}

// New prepares a session.
func New(cfg Config) (*Sim, error) {
	if cfg.Session == "" {
		cfg.Session = f1.Race
	}
	if cfg.Circuit == "" {
		cfg.Circuit = "silverstone"
	}
	if cfg.Before == 0 {
		cfg.Before = 4 * time.Minute
	}
	if cfg.Before < time.Minute {
		return nil, fmt.Errorf("sim: %v before the start, want a minute at least", cfg.Before)
	}
	circuit, err := race.FindCircuit(cfg.Circuit)
	if err != nil {
		return nil, err
	}
	m, err := race.New(race.Config{Circuit: circuit, Session: cfg.Session, Laps: cfg.Laps, Length: cfg.Length, Seed: cfg.Seed,
		Season: cfg.Season, Cars: cfg.Cars, Rain: cfg.Rain, Calm: cfg.Calm})
	if err != nil {
		return nil, err
	}
	s := &Sim{cfg: cfg, c: circuit, m: m, conf: m.Config(), last: map[string]time.Time{}, planned: map[string]time.Duration{}, without: map[string]bool{}, traps: map[string]int{},
		rng: rand.New(rand.NewPCG(cfg.Seed, 101)), rngCar: rand.New(rand.NewPCG(cfg.Seed, 102)), rngTele: rand.New(rand.NewPCG(cfg.Seed, 103)),
		rngMore: rand.New(rand.NewPCG(cfg.Seed, 104))}
	for _, t := range cfg.Without {
		s.without[t] = true
		s.traps["topic missing"]++
	}
	if cfg.Start.IsZero() {
		cfg.Start = day(s.conf.Season, circuit, cfg.Session).Add(-cfg.Before)
	}
	s.start = cfg.Start.UTC().Truncate(time.Millisecond)
	s.zero = s.start.Add(cfg.Before)
	s.key = 900000 + int((cfg.Seed*31+uint64(circuit.Round)*7+uint64(len(cfg.Session)))%99991)
	if cfg.Key != 0 {
		s.key = cfg.Key
	}
	s.newCars()
	s.opening()
	s.more = m.Next(&s.next)
	return s, nil
}

// day is when a session starts that nobody gave a date: in the calendar's order, on its day of a weekend, in
// the afternoon there.
func day(season int, c *race.Circuit, kind f1.SessionType) time.Time {
	sunday := time.Date(season, 3, 1, 15, 0, 0, 0, time.UTC).AddDate(0, 0, 10*c.Round)
	sunday = sunday.AddDate(0, 0, int(7-sunday.Weekday())%7)
	back := map[f1.SessionType]int{f1.Practice1: 2, f1.Practice2: 2, f1.SprintQualifying: 2, f1.Practice3: 1, f1.Qualifying: 1, f1.Sprint: 1}[kind]
	return sunday.AddDate(0, 0, -back).Add(-c.UTCOffset)
}

// Next gives the next message in order of arrival. Its payload is valid until the next call. The error is
// io.EOF after the last one.
func (s *Sim) Next(msg *feed.Message) error {
	for s.read == len(s.out) {
		if s.err != nil {
			return s.err
		}
		s.out, s.read, s.arena = s.out[:0], 0, s.arena[:0]
		switch {
		case len(s.actions) > 0 && (!s.more || s.actions[0].at <= s.next.At):
			a := s.actions.pop()
			s.now = a.at
			a.do(s, &a)
		case s.more:
			s.now = s.next.At
			s.tell(&s.next)
			s.more = s.m.Next(&s.next)
		default:
			s.truth.finish(s)
			s.err = io.EOF
		}
	}
	o := &s.out[s.read]
	s.read++
	*msg = feed.Message{Topic: o.topic, Payload: s.arena[o.from:o.to:o.to], Time: o.at}
	return nil
}

// Zero returns the moment the session itself starts: lights out, or the first green light.
func (s *Sim) Zero() time.Time { return s.zero }

// Model returns the race model underneath, for readers of its static facts.
func (s *Sim) Model() *race.Model { return s.m }

// Traps counts how often each of the feed's traps has been set so far.
func (s *Sim) Traps() map[string]int { return s.traps }

// send queues a message. lag is how much older its envelope time is than its arrival.
func (s *Sim) send(topic string, payload []byte, lag time.Duration) {
	if s.without[topic] {
		return
	}
	at := s.zero.Add(s.now - lag).Truncate(time.Millisecond)
	if last := s.last[topic]; at.Before(last) {
		at = last
	}
	s.last[topic] = at
	from := len(s.arena)
	s.arena = append(s.arena, payload...)
	s.out = append(s.out, message{topic: topic, from: from, to: len(s.arena), at: at})
}

// lag is the age of the envelope time of a message: now and then some of it is up to two seconds old, so
// that arrival order is not the order of time.
func (s *Sim) lag() time.Duration {
	if s.cfg.Plain || s.rng.Float64() >= .02 {
		return 0
	}
	s.traps["time steps back"]++
	return time.Duration(200+s.rng.IntN(1750)) * time.Millisecond
}

// action is something the feed will say.
type action struct {
	at   time.Duration
	seq  uint32
	do   func(*Sim, *action)
	car  int
	a, b int
	d, e time.Duration
	text string
}

// actions is a binary heap by time, then by creation.
type actions []action

func (h actions) less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].seq < h[j].seq
}

func (s *Sim) at(t time.Duration, a action) {
	s.seq++
	a.at, a.seq = max(t.Truncate(time.Millisecond), s.now), s.seq
	s.actions = append(s.actions, a)
	h := s.actions
	for i := len(h) - 1; i > 0; {
		p := (i - 1) / 2
		if !h.less(i, p) {
			break
		}
		h[i], h[p] = h[p], h[i]
		i = p
	}
}

// after plans an action between lo and hi from now.
func (s *Sim) after(lo, hi time.Duration, a action) { s.at(s.now+s.between(lo, hi), a) }

// inOrder is after for a topic that must not overtake itself.
func (s *Sim) inOrder(topic string, lo, hi time.Duration, a action) {
	at := max(s.now+s.between(lo, hi), s.planned[topic]+time.Millisecond)
	s.planned[topic] = at
	s.at(at, a)
}

func (s *Sim) between(lo, hi time.Duration) time.Duration {
	if hi <= lo {
		return lo
	}
	return lo + time.Duration(s.rng.Int64N(int64(hi-lo)))
}

func (s *Sim) chance(p float64) bool { return !s.cfg.Plain && s.rng.Float64() < p }

func (h *actions) pop() action {
	s := *h
	a := s[0]
	n := len(s) - 1
	s[0] = s[n]
	s[n] = action{}
	s = s[:n]
	*h = s
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && s.less(c+1, c) {
			c++
		}
		if !s.less(c, i) {
			break
		}
		s[i], s[c] = s[c], s[i]
		i = c
	}
	return a
}

func (s *Sim) utc(t time.Duration) string {
	return s.zero.Add(t).Format("2006-01-02T15:04:05.999Z07:00")
}

// tell turns an event of the model into what the feed will say about it, and keeps its truth.
func (s *Sim) tell(e *race.Event) {
	switch e.Kind {
	case race.EvStatus:
		s.tellStatus(race.Status(e.N))
	case race.EvPart:
		s.tellPart(e)
	case race.EvClock:
		s.tellClock(e.Value, e.N == 1)
	case race.EvPoint:
		s.tellPoint(e)
	case race.EvSector:
		s.tellSector(e)
	case race.EvLap:
		s.tellLap(e)
	case race.EvPitIn:
		s.tellPitIn(e)
	case race.EvBox:
		s.tellBox(e)
	case race.EvPitOut:
		s.tellPitOut(e)
	case race.EvTyres:
		s.tellTyres(e)
	case race.EvOrder:
		s.tellOrder(e)
	case race.EvPass:
		s.truth.passed(s, e)
	case race.EvLost:
		s.truth.troubled(s, e.Car)
	case race.EvTrack:
		s.tellTrack(e.N)
	case race.EvWeather:
		s.tellWeather()
	case race.EvStopped, race.EvRetired, race.EvParked, race.EvCarFlag, race.EvKnockedOut:
		s.tellFate(e)
	case race.EvEnd:
		s.ending()
	}
	s.tellControl(e)
	s.notice(e)
}

func (s *Sim) newCars() {
	cars := s.m.Cars()
	s.cars, s.lineB = make([]*car, len(cars)), make([]builder, len(cars))
	s.b = &s.root
	s.order = slices.Clone(s.m.Order())
	for i := range cars {
		s.cars[i] = newCar(i, cars[i].Entry, s.c)
		s.byNum = append(s.byNum, i)
	}
	slices.SortFunc(s.byNum, func(a, b int) int { return s.cars[a].e.Number - s.cars[b].e.Number })
	s.newTower()
	s.truth.init(s)
}
