// Package live is the loop between a session's log and its viewers: it applies each message to the
// session's state, publishes what follows on the session's channels, and can give back the state of any
// moment. It hosts the clocks at which sessions are watched: the process's own, delayed ones and replays.
//
// Ordering promise: on one clock, a message's raw envelope, its board delta and everything derived from
// it leave in log order, and nothing newer than the clock leaves at all: the clock is applied to whole
// messages before anything is derived from them.
package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/events"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// Config of the service.
type Config struct {
	Slot      time.Duration // messages closer together than this travel together
	ClockIdle time.Duration // a replay clock ends this long after its last viewer
	DelayIdle time.Duration // and a delayed clock so long; a replay clock sleeps after it
	Clocks    int           // most clocks of viewers at once, delayed and replay
	Now       func() time.Time
	Log       *slog.Logger
}

// Default follows the outward contract.
func Default() Config {
	return Config{
		Slot: 25 * time.Millisecond, ClockIdle: 10 * time.Minute, DelayIdle: 30 * time.Second, Clocks: 1000,
		Now: time.Now, Log: slog.Default(),
	}
}

// Service holds the sessions of this process.
type Service struct {
	cfg Config
	bus *bus.Bus
	ctx context.Context
	end context.CancelFunc
	wg  sync.WaitGroup

	mu       sync.Mutex
	sessions map[string]*Session
	first    string // key of the session that is shown first
	listed   stream // channel "sessions"
	clocks   map[string]*player
	shelf    map[string]*shelved // by key: known, not in memory
}

// New makes a service that publishes on b.
func New(b *bus.Bus, cfg Config) *Service {
	ctx, end := context.WithCancel(context.Background())
	return &Service{
		cfg: cfg, bus: b, ctx: ctx, end: end, sessions: map[string]*Session{}, clocks: map[string]*player{}, shelf: map[string]*shelved{},
		listed: stream{bus: b, channel: "sessions", wanted: true}, // few messages, and every picker follows it
	}
}

// Close stops all clocks and waits for them.
func (s *Service) Close() {
	s.mu.Lock()
	s.end() // from here on nothing starts
	s.mu.Unlock()
	s.wg.Wait()
}

// Replay is how the process's own clock of a session plays when it is not live.
type Replay struct {
	From  Moment // zero: the start
	Until Moment // zero: the end
	Speed float64
}

// Moment is a session time or a race lap; the zero Moment is none.
type Moment struct {
	Time time.Time
	Lap  int
}

// Add takes a session in: its log is applied (progress is called now and then), then its own clock runs,
// live at the log's end or, with replay, from a moment on. The key of SessionInfo, where the log has one,
// goes before the one given. The first session taken in is shown first until [Service.Show] says otherwise.
func (s *Service) Add(ctx context.Context, log *sessionlog.Log, about About, replay *Replay, progress func(done, total uint64)) (*Session, error) {
	return s.add(ctx, log, about, replay, true, progress)
}

func (s *Service) add(ctx context.Context, log *sessionlog.Log, about About, replay *Replay, fed bool, progress func(done, total uint64)) (*Session, error) {
	if held := s.again(log); held != nil {
		return held, s.SetLive(held.about.Key, about.Live)
	}
	if about.Params == (events.Params{}) {
		about.Params = events.Defaults()
	}
	session := &Session{service: s, about: about, log: log, shelved: !fed, players: map[string]*player{}, chronicle: newChronicle(about.Params)}
	session.marks.key = about.Key
	session.live.Store(about.Live)
	at, err := session.load(ctx, progress)
	if err != nil {
		return nil, err
	}
	if key := at.timing.Info.Key; key != "" {
		session.about.Key = key
	}
	about = session.about
	c := clock{}
	if replay != nil {
		if at, c, err = session.begin(*replay, s.cfg.Now()); err != nil {
			return nil, err
		}
	}
	p := newPlayer(session, "", c, at)
	s.mu.Lock()
	defer s.mu.Unlock()
	if held := s.sessions[about.Key]; held != nil {
		if !fed { // its source was quicker than the shelf
			return held, nil
		}
		if replay != nil || held.live.Load() || held.about.Open == nil {
			return nil, fmt.Errorf("live: session %s is held already", about.Key)
		}
		return session, s.takeOver(held, session, at)
	}
	s.sessions[about.Key], session.players[""] = session, p
	if fed {
		s.first = cmp.Or(s.first, about.Key)
		delete(s.shelf, about.Key)
	}
	s.start(p)
	return session, s.announce()
}

// Show makes a session the one shown first: "latest", and the top of the list. One that is not held can not
// be.
func (s *Service) Show(key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[key] == nil {
		return fmt.Errorf("session %s: %w", key, wire.ErrNotFound)
	}
	if s.first == key {
		return nil
	}
	s.first = key
	return s.announce()
}

// again finds the session of a log that is held already: its source has come back.
func (s *Service) again(log *sessionlog.Log) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, held := range s.sessions {
		if held.log == log {
			return held
		}
	}
	return nil
}

// start runs a player; the caller holds the lock.
func (s *Service) start(p *player) {
	ctx, cancel := context.WithCancel(s.ctx)
	p.gone = cancel
	if s.ctx.Err() != nil { // a source may still bring a session while the service closes
		close(p.ended)
		return
	}
	s.wg.Go(func() { p.run(ctx) })
}

// SetLive notes that a session's source runs or has ended.
func (s *Service) SetLive(key string, live bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.sessions[key]
	if session == nil {
		return fmt.Errorf("session %s: %w", key, wire.ErrNotFound)
	}
	session.live.Store(live)
	session.renewQuality()
	return s.announce()
}

// SetTrouble notes what is wrong with a session's source, "" when it is well again.
func (s *Service) SetTrouble(key, trouble string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.sessions[key]
	if session == nil {
		return
	}
	if was, _ := session.trouble.Load().(string); was == trouble {
		return
	}
	session.trouble.Store(trouble)
	session.renewQuality()
}

// SetNotes notes what of a session does not fit together, a line each; none: all fits.
func (s *Service) SetNotes(key string, notes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.sessions[key]
	if session == nil {
		return
	}
	now := strings.Join(notes, "\n")
	if was, _ := session.notes.Load().(string); was == now {
		return
	}
	session.notes.Store(now)
	session.renewQuality()
}

// renewQuality has every clock tell its viewers the data quality anew. The caller holds the service's lock.
func (s *Session) renewQuality() {
	for _, p := range s.players {
		p.mu.Lock()
		p.quality, p.dirty = time.Time{}, true
		p.mu.Unlock()
		p.poke()
	}
}

// Session finds a session by key or slug; "" and "latest" are the one shown first.
func (s *Service) Session(key string) (*Session, error) {
	s.mu.Lock()
	if key == "" || key == "latest" {
		key = s.first
	}
	for _, e := range s.list().Sessions {
		if string(e.Session.Slug) == key && key != "" {
			key = e.Session.Key
			break
		}
	}
	session := s.sessions[key]
	s.mu.Unlock()
	if session != nil {
		return session, nil
	}
	if held, err := s.fetch(key); err != nil {
		return nil, err
	} else if held != "" {
		return s.Session(held)
	}
	return nil, fmt.Errorf("session %s: %w", key, wire.ErrNotFound)
}

// List gives what is held, the one shown first at the top, then the newest.
func (s *Service) List() wire.Sessions {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list()
}

func (s *Service) list() wire.Sessions {
	list := wire.Sessions{Sessions: []wire.SessionEntry{}}
	for key, session := range s.sessions {
		e := session.entry()
		e.Default = key == s.first
		list.Sessions = append(list.Sessions, e)
	}
	for key, book := range s.shelf {
		if s.sessions[key] == nil {
			list.Sessions = append(list.Sessions, book.entry)
		}
	}
	sort.Slice(list.Sessions, func(i, j int) bool {
		a, b := list.Sessions[i], list.Sessions[j]
		if a.Default != b.Default {
			return a.Default
		}
		return a.Start > b.Start
	})
	return list
}

// announce publishes the list on the channel "sessions". The caller holds the lock.
func (s *Service) announce() error {
	return s.listed.publishJSON("sessions", s.cfg.Now(), time.Time{}, s.list())
}

// Attach implements the gateway's Channels.
func (s *Service) Attach(channel string, join func(snapshot []byte)) error {
	if channel == s.listed.channel {
		s.mu.Lock()
		defer s.mu.Unlock()
		data, err := json.Marshal(s.list())
		if err != nil {
			return fmt.Errorf("live: list of sessions: %w", err)
		}
		join(s.listed.envelope("snapshot", s.cfg.Now(), time.Time{}, data))
		return nil
	}
	for {
		p, err := s.playerOf(channel)
		if err != nil {
			return err
		}
		// A clock may end between being found and being joined; it is not found again.
		if err := p.join(channel, join); !errors.Is(err, errClockOver) {
			return err
		}
	}
}

// Detach implements the gateway's Channels.
func (s *Service) Detach(channel string) {
	if channel == s.listed.channel {
		return
	}
	// A channel whose clock has ended meanwhile has no viewers left to count.
	if p, err := s.findPlayer(channel); err == nil {
		p.leave(s.cfg.Now())
	}
}

// keyOf cuts a channel name into session key and clock id.
func keyOf(channel string) (key, id string) {
	base, id, _ := strings.Cut(channel, "@")
	for _, prefix := range []string{"timing:raw:", "timing:", "race_control:", "telemetry:", "locations:", "events:", "strategy:"} {
		if rest, ok := strings.CutPrefix(base, prefix); ok {
			key, _, _ = strings.Cut(rest, ":")
			return key, id
		}
	}
	return "", id
}

// findPlayer gives the running player that publishes the channel.
func (s *Service) findPlayer(channel string) (*player, error) {
	key, id := keyOf(channel)
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.sessions[key]
	if session == nil {
		return nil, errNoChannel
	}
	if p := session.players[id]; p != nil {
		return p, nil
	}
	return nil, errNoChannel
}

// playerOf gives the player of the channel. A session on the shelf is loaded, a delayed clock started when
// it is the first to be asked for.
func (s *Service) playerOf(channel string) (*player, error) {
	key, id := keyOf(channel)
	if _, err := s.fetch(key); err != nil {
		return nil, err
	}
	p, err := s.findPlayer(channel)
	if err == nil {
		return p, nil
	}
	delay, ok := delayOf(id)
	if !ok {
		return nil, err
	}
	return s.startDelayed(key, id, delay)
}

// Board is a session's timing board at a time, at the start of a race lap, at a clock, or (all zero) at
// the process's own clock.
func (s *Service) Board(session string, at time.Time, lap int, clock string) (wire.Board, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Board{}, err
	}
	if !at.IsZero() || lap > 0 {
		return held.Board(Moment{Time: at, Lap: lap})
	}
	if clock == "default" || clock == "live" {
		clock = ""
	}
	channel := "timing:" + held.about.Key
	if clock != "" {
		channel += "@" + clock
	}
	p, err := s.playerOf(channel)
	if err != nil {
		return wire.Board{}, fmt.Errorf("clock %s: %w", clock, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := s.cfg.Now()
	if err := p.rouse(now); err != nil {
		return wire.Board{}, err
	}
	return p.boardNow(), nil
}

// Timeline is a session's outline: the whole of it or, with the name of a delayed or private clock, what is
// known at that clock.
func (s *Service) Timeline(session, clock string) (wire.Timeline, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Timeline{}, err
	}
	if clock == "" || clock == "default" || clock == "live" {
		return held.Timeline(), nil
	}
	p, err := s.playerOf("timing:" + held.about.Key + "@" + clock)
	if err != nil {
		return wire.Timeline{}, fmt.Errorf("clock %s: %w", clock, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.rouse(s.cfg.Now()); err != nil {
		return wire.Timeline{}, err
	}
	return cut(held.Timeline(), wire.Time(p.state.timing.Now)), nil
}

// offsetAt is the newest message known at a time, at the start of a race lap, at a clock, or (all zero) at the
// process's own clock.
func (s *Service) offsetAt(held *Session, at time.Time, lap int, clock string) (uint64, error) {
	if !at.IsZero() || lap > 0 {
		t, err := held.timeOf(Moment{Time: at, Lap: lap})
		return held.log.OffsetAt(t), err
	}
	channel := "events:" + held.about.Key
	if clock != "" && clock != "default" && clock != "live" {
		channel += "@" + clock
	}
	p, err := s.playerOf(channel)
	if err != nil {
		return 0, fmt.Errorf("clock %s: %w", clock, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.rouse(s.cfg.Now()); err != nil {
		return 0, err
	}
	return p.state.offset, nil
}

// Events are a session's events as known at a time, at the start of a race lap, at a clock, or (all zero) at the
// process's own clock.
func (s *Service) Events(session string, at time.Time, lap int, clock string, wish wire.EventWish) (wire.Events, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Events{}, err
	}
	offset, err := s.offsetAt(held, at, lap, clock)
	if err != nil {
		return wire.Events{}, err
	}
	return held.chronicle.pick(offset, wish)
}

// Why is what justifies an event, as known at a clock or, without one, at the process's own.
func (s *Service) Why(session, id, clock string) (wire.Why, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Why{}, err
	}
	offset, err := s.offsetAt(held, time.Time{}, 0, clock)
	if err != nil {
		return wire.Why{}, err
	}
	return held.why(id, offset)
}
