package live

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// player carries one session to the viewers of one clock: it takes the messages that are due from the
// log, applies them to its own state and publishes what follows. One goroutine owns it; a new viewer
// joins under its lock, where snapshot and stream meet exactly.
type player struct {
	session *Session
	id      string // "" is the process's own clock of the session, else "live-30", "c_..."
	service *Service

	mu        sync.Mutex
	clock     clock
	state     *state     // nil: the clock sleeps
	board     wire.Board // as last published
	quality   time.Time  // session time of the board's quality
	answer    wire.Board // as last asked for, at answered
	answered  answered
	snapshots map[string][]byte
	timing    stream
	raw       rawStream
	each      *rawStream // messages one by one; only once somebody asked
	control   stream
	events    stream
	plan      stream        // the strategy picture
	picture   wire.Strategy // as last published
	planned   uint64        // the message it was made with
	planTime  time.Time     // and when
	locations stream
	spotter   *spotter  // estimates places; nil while the feed sends them or nobody wants them
	spotted   time.Time // session time at which estimates went out last
	cars      map[int]*stream
	told      []f1.RaceControlRow // race control as last published
	chapter   int                 // versions of events that have been published
	spoken    bool                // race control has changed since the board was built
	inflater  feed.Inflater
	decoder   telemetry.Decoder
	samples   []telemetry.CarSample
	places    []telemetry.PositionSample
	flushed   time.Time
	dirty     bool
	ahead     []feed.Message // read from the log, not due yet
	viewers   int
	idle      time.Time // since when nobody watches
	wake      chan struct{}
	gone      context.CancelFunc
	over      bool          // ended for good: nobody may join any more
	ended     chan struct{} // closed when run has returned
}

// newPlayer makes the player of a clock that has the state at; nil: it sleeps.
func newPlayer(s *Session, id string, c clock, at *state) *player {
	p := &player{
		session: s, id: id, service: s.service, clock: c, state: at, cars: map[int]*stream{},
		snapshots: map[string][]byte{}, spoken: true, wake: make(chan struct{}, 1), ended: make(chan struct{}), idle: s.service.cfg.Now(),
	}
	p.timing = p.stream("timing:" + s.about.Key)
	p.raw = rawStream{stream: p.stream("timing:raw:" + s.about.Key)}
	p.control = p.stream("race_control:" + s.about.Key)
	p.events = p.stream("events:" + s.about.Key)
	p.plan = p.stream("strategy:" + s.about.Key)
	p.locations = p.stream("locations:" + s.about.Key)
	if at != nil {
		p.board = p.renewBoard()
		p.told = append(p.told, at.timing.RaceControl...)
		p.chapter = len(s.chronicle.until(at.offset))
	}
	return p
}

// stream is a channel of this clock: the base name, and the clock behind an @.
func (p *player) stream(base string) stream {
	if p.id != "" {
		base += "@" + p.id
	}
	return stream{bus: p.service.bus, channel: base}
}

// run plays until ctx ends. A clock with an id ends by itself when nobody has watched it for a while.
func (p *player) run(ctx context.Context) {
	defer close(p.ended)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		grown := p.session.log.Changed()
		p.mu.Lock()
		next, err := p.step(p.service.cfg.Now())
		p.mu.Unlock()
		wait := time.Hour
		if err != nil && ctx.Err() == nil {
			// A disk that can not be read now may be readable again: the viewers wait, the clock goes on.
			p.service.cfg.Log.Error("clock is held up", "session", p.session.about.Key, "clock", p.name(), "error", err)
			next = p.service.cfg.Now().Add(time.Second)
		}
		if !next.IsZero() {
			wait = max(next.Sub(p.service.cfg.Now()), 0)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-grown:
		case <-p.wake:
		}
	}
}

// stepMessages bounds how many messages one step applies before it lets viewers in.
const stepMessages = 512

// step applies what is due, publishes when the slot allows, and says when it wants to be called again.
func (p *player) step(now time.Time) (time.Time, error) {
	if p.state == nil {
		return time.Time{}, nil
	}
	next, err := p.advance(now)
	if err != nil {
		return time.Time{}, err
	}
	if next, err = p.publishPlan(now, next); err != nil {
		return time.Time{}, err
	}
	if !p.dirty {
		return next, nil
	}
	// A lone message goes out at once; what follows within the slot waits for its end.
	slotEnd := p.flushed.Add(p.service.cfg.Slot)
	if now.Before(slotEnd) {
		if next.IsZero() || slotEnd.Before(next) {
			next = slotEnd
		}
		return next, nil
	}
	return next, p.flush(now)
}

func (p *player) advance(now time.Time) (time.Time, error) {
	for range stepMessages {
		if len(p.ahead) == 0 {
			var err error
			if p.ahead, err = p.session.read(p.state.offset+1, 64); err != nil {
				return time.Time{}, err
			}
			if len(p.ahead) == 0 {
				p.hold(now)
				return time.Time{}, nil
			}
		}
		m := &p.ahead[0]
		due, when := p.clock.due(m, p.session.log.TimeAt(m.Offset), now)
		if !due {
			return when, nil
		}
		if err := p.take(m, now); err != nil {
			return time.Time{}, err
		}
		p.ahead = p.ahead[1:]
	}
	return now, nil
}

// hold keeps a replay clock that has reached the newest message from running ahead of it.
func (p *player) hold(now time.Time) {
	if end := p.session.log.TimeAt(p.state.offset); p.clock.replay && !p.clock.paused && p.clock.position(now).After(end) && !end.IsZero() {
		p.clock.set(end, now)
	}
}

// take applies one message and queues what has to go out with it.
func (p *player) take(m *feed.Message, now time.Time) error {
	change := p.state.apply(m)
	clear(p.snapshots)
	p.dirty = true
	p.raw.add(m, now)
	if p.each != nil {
		p.each.add(m, now)
		if err := p.each.flush(now); err != nil {
			return err
		}
	}
	p.session.chronicle.follow(p.state.timing, m, change)
	if p.id == "" && !p.clock.replay {
		p.session.outline.follow(p.state.timing)
		p.session.marks.add(p.state)
	}
	if err := p.publishEvents(now); err != nil {
		return err
	}
	if change.Parts&timing.PartRollOver != 0 {
		p.spoken = true
	}
	if change.Parts&timing.PartRaceControl != 0 {
		p.spoken = true
		if err := p.publishRaceControl(m, now); err != nil {
			return err
		}
	}
	if err := p.publishEstimates(m, change, now); err != nil {
		return err
	}
	switch m.Topic {
	case feed.TopicCarData:
		return p.publishCars(m, now)
	case feed.TopicPosition:
		return p.publishLocations(m, now)
	}
	return nil
}

// flush publishes the slot: the raw messages as they are, and the difference of the board.
func (p *player) flush(now time.Time) error {
	p.flushed, p.dirty = now, false
	clear(p.snapshots)
	if err := p.raw.flush(now); err != nil {
		return err
	}
	board := p.renewBoard()
	patch, err := wire.Patch(&p.board, &board)
	if err != nil {
		return fmt.Errorf("live: board of %s: %w", p.session.about.Key, err)
	}
	p.board = board
	if patch == nil || !p.timing.wanted {
		return nil
	}
	return p.timing.publish("delta", now, p.state.timing.Now, patch)
}

// boardNow is the board of the state at hand, which may be ahead of the published one by a slot.
// Who asks again before anything has changed gets the same one: of a session that is over that is everybody.
func (p *player) boardNow() wire.Board {
	now := answered{session: p.session, state: p.state, offset: p.state.offset, live: p.session.live.Load()}
	now.trouble, _ = p.session.trouble.Load().(string)
	now.notes, _ = p.session.notes.Load().(string)
	if p.answered != now {
		p.answered, p.answer = now, boardOf(p.state, p.session, nil)
	}
	b := p.answer
	b.View = p.view()
	return b
}

// answered is all that a board depends on, but for the clock's view: a state changes with its offset only.
type answered struct {
	session *Session
	state   *state
	offset  uint64
	live    bool
	trouble string
	notes   string
}

// renewBoard builds the board that is to be published next. What it takes over from the last one depends on
// what was said since. Quality is renewed once a second of session time: its counters would otherwise be in
// every message.
func (p *player) renewBoard() wire.Board {
	s := p.state.timing
	var last *wire.Board
	if !p.spoken {
		last = &p.board
	}
	p.spoken = false
	b := boardOf(p.state, p.session, last)
	if !p.quality.IsZero() && s.Now.Sub(p.quality).Abs() < time.Second && p.board.Quality.Topics != nil {
		b.Quality = p.board.Quality
	} else {
		b.Quality, p.quality = qualityOf(p.state, p.session), s.Now
	}
	b.View = p.view()
	return b
}

func (p *player) view() wire.View {
	v := wire.View{Clock: p.name(), Speed: 1, Paused: p.clock.paused, Seekable: p.clock.seekable()}
	if p.clock.replay {
		v.Speed = p.clock.speed
	}
	// Whole seconds: the figure is for reading, not for arithmetic.
	if behind := p.session.log.End().Sub(p.state.timing.Now).Truncate(time.Second); behind > 0 && !p.state.timing.Now.IsZero() {
		v.BehindMS = behind.Milliseconds()
	}
	return v
}

func (p *player) name() string {
	switch {
	case p.id != "":
		return p.id
	case p.clock.replay:
		return "default"
	}
	return "live"
}

// jump moves a replay clock to another state and tells everybody with whole snapshots.
func (p *player) jump(to *state, at, now time.Time) error {
	p.state, p.ahead = to.compact(), nil
	p.clock.set(at, now)
	p.raw.pending, p.raw.count = nil, 0
	p.quality = time.Time{}
	p.decoder, p.spotter, p.spotted = telemetry.Decoder{}, nil, time.Time{}
	p.told = append(p.told[:0], to.timing.RaceControl...)
	p.chapter = len(p.session.chronicle.until(to.offset))
	p.planned = 0
	p.spoken = true
	return p.resend(now)
}

// sleep lets a replay clock that nobody watches go of all it holds: where it stands follows from the clock
// alone, and a thousand forgotten clocks must not play a thousand races.
func (p *player) sleep() {
	p.state, p.board, p.ahead, p.told = nil, wire.Board{}, nil, nil
	p.answer, p.answered = wire.Board{}, answered{}
	p.picture, p.planned = wire.Strategy{}, 0
	p.raw.pending, p.raw.count = nil, 0
	p.inflater, p.samples, p.places, p.spotter = feed.Inflater{}, nil, nil, nil
	p.dirty = false
	clear(p.snapshots)
}

// rouse brings a sleeping clock to where it stands by now. To whoever comes back with a place of the time
// before, that is a seek.
func (p *player) rouse(now time.Time) error {
	if p.state != nil {
		return nil
	}
	at := p.position(now)
	to, err := p.session.stateAt(p.session.log.OffsetAt(at))
	if err != nil {
		return err
	}
	p.poke()
	return p.jump(to, at, now)
}

// position is where a replay clock stands: never beyond the newest message.
func (p *player) position(now time.Time) time.Time {
	at := p.clock.position(now)
	if end := p.session.log.End(); at.After(end) && !end.IsZero() {
		return end
	}
	return at
}

// streams are all channels of this clock that somebody has asked for.
func (p *player) streams() []*stream {
	all := []*stream{&p.timing, &p.raw.stream, &p.control, &p.events, &p.plan, &p.locations}
	if p.each != nil {
		all = append(all, &p.each.stream)
	}
	for _, s := range p.cars {
		all = append(all, s)
	}
	return slices.DeleteFunc(all, func(s *stream) bool { return !s.wanted })
}

// resend publishes the whole state on every channel of this clock.
func (p *player) resend(now time.Time) error {
	clear(p.snapshots)
	p.dirty, p.flushed = false, now
	p.board = p.renewBoard()
	for _, s := range p.streams() {
		data, err := p.snapshotOf(s.channel)
		if err != nil {
			return err
		}
		// A whole state stands for all that was before it. Kept in the history, a viewer who drags the replay
		// bar would fill the memory with states nobody comes back to.
		if err := s.bus.Forget(s.channel); err != nil {
			return fmt.Errorf("live: %s: %w", s.channel, err)
		}
		if err := s.publish("snapshot", now, p.state.timing.Now, data); err != nil {
			return err
		}
	}
	return nil
}

// changed tells the viewers of this clock that speed or pause changed.
func (p *player) changed(now time.Time) error {
	p.poke()
	return p.flush(now)
}

func (p *player) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// publishRaceControl sends the messages that are new or were corrected.
func (p *player) publishRaceControl(m *feed.Message, now time.Time) error {
	for i, row := range p.state.timing.RaceControl {
		if i < len(p.told) && p.told[i] == row {
			continue
		}
		if err := p.control.publishJSON("race_control", now, m.Time, wire.RaceControl{ID: row.MessageID, RCM: rcmOf(row)}); err != nil {
			return err
		}
	}
	p.told = append(p.told[:0], p.state.timing.RaceControl...)
	return nil
}

// publishEvents sends the versions of events that became known with the newest message: at once, for they are
// few and somebody waits for them.
func (p *player) publishEvents(now time.Time) error {
	journal := p.session.chronicle.until(p.state.offset)
	for p.chapter < len(journal) {
		e := &journal[p.chapter]
		p.chapter++
		if err := p.events.publishJSON("event", now, e.Known, p.session.chronicle.eventOf(e)); err != nil {
			return err
		}
	}
	return nil
}

// publishCars sends each car the samples of one CarData message. A payload that can not be read was
// counted where the state took it; the raw message has gone out as it is.
func (p *player) publishCars(m *feed.Message, now time.Time) error {
	if len(p.cars) == 0 {
		return nil
	}
	plain, err := p.inflater.Inflate(m.Payload)
	if err != nil {
		return nil
	}
	p.samples, _ = p.decoder.Car(p.samples[:0], plain) // the frames before a damaged one are good
	byCar := map[int][]wire.Sample{}
	for _, s := range p.samples {
		byCar[s.Number] = append(byCar[s.Number], sampleOf(s))
	}
	for n, s := range p.cars {
		if len(byCar[n]) == 0 {
			continue
		}
		if err := s.publishJSON("telemetry", now, m.Time, byCar[n]); err != nil {
			return err
		}
	}
	return nil
}

// carStream is the telemetry channel of one car, made when somebody first asks for it.
func (p *player) carStream(n int) *stream {
	s := p.cars[n]
	if s == nil {
		c := p.stream("telemetry:" + p.session.about.Key + ":" + strconv.Itoa(n))
		s = &c
		p.cars[n] = s
	}
	return s
}

// publishLocations sends the places of one Position message, without cars that sent none.
func (p *player) publishLocations(m *feed.Message, now time.Time) error {
	if !p.locations.wanted {
		return nil
	}
	plain, err := p.inflater.Inflate(m.Payload)
	if err != nil {
		return nil // as above
	}
	p.places, _ = p.decoder.Position(p.places[:0], plain) // as above
	return p.locations.publishJSON("locations", now, m.Time, locationsOf(p.places))
}
