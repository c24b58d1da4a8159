package live

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/wire"
)

// delayOf reads "live-30"; whole seconds, 1 to 300.
func delayOf(id string) (time.Duration, bool) {
	n, ok := strings.CutPrefix(id, "live-")
	if !ok {
		return 0, false
	}
	s, err := strconv.Atoi(n)
	if err != nil || s < 1 || s > 300 || strconv.Itoa(s) != n {
		return 0, false
	}
	return time.Duration(s) * time.Second, true
}

// startDelayed starts the shared clock that is delay behind live.
func (s *Service) startDelayed(key, id string, delay time.Duration) (*player, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.sessions[key]
	if session == nil {
		return nil, errNoChannel
	}
	if p := session.players[id]; p != nil {
		return p, nil
	}
	if err := s.room(); err != nil {
		return nil, err
	}
	if c := session.own(); c.replay {
		p := newPlayer(session, id, c.behind(delay), nil)
		session.players[id] = p
		s.start(p)
		return p, nil
	}
	at, err := session.stateAt(session.log.ReceivedBy(s.cfg.Now().Add(-delay)))
	if err != nil {
		return nil, err
	}
	p := newPlayer(session, id, clock{delay: delay}, at.compact())
	session.players[id] = p
	s.start(p)
	return p, nil
}

// own is the session's own clock. The caller holds the service's lock.
func (s *Session) own() clock {
	p := s.players[""]
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clock
}

// room says whether one more clock may run. The caller holds the lock.
func (s *Service) room() error {
	n := 0
	for _, session := range s.sessions {
		n += len(session.players) - 1 // not the process's own
	}
	if n >= s.cfg.Clocks {
		return fmt.Errorf("%w clocks: %d are running; they end %s after their last viewer", wire.ErrTooMany, n, s.cfg.ClockIdle)
	}
	return nil
}

// CreateClock makes a private replay clock of a session. It sleeps until somebody watches it.
func (s *Service) CreateClock(key string, r wire.ClockWish) (wire.ClockState, error) {
	session, err := s.Session(key)
	if err != nil {
		return wire.ClockState{}, err
	}
	c := clock{replay: true, speed: 1, since: s.cfg.Now(), at: session.log.Start()}
	if err := checkWish(r); err != nil {
		return wire.ClockState{}, err
	}
	at, err := session.momentOf(r, c.at)
	if err != nil {
		return wire.ClockState{}, err
	}
	if !at.IsZero() {
		c.at = session.clamp(at)
	}
	c.pace(r)
	id, err := newClockID()
	if err != nil {
		return wire.ClockState{}, err
	}
	p := newPlayer(session, id, c, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.room(); err != nil {
		return wire.ClockState{}, err
	}
	s.clocks[id], session.players[id] = p, p
	s.start(p)
	return p.clockState(s.cfg.Now()), nil
}

// newClockID is not to be guessed: who has it can see and steer the clock.
func newClockID() (string, error) {
	var b [9]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("live: clock id: %w", err)
	}
	return "c_" + hex.EncodeToString(b[:]), nil
}

// findClock finds a replay clock; "default" is the process's own clock of the session shown first.
func (s *Service) findClock(id string) (*player, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "default" || id == "live" {
		if session := s.sessions[s.first]; session != nil {
			return session.players[""], nil
		}
	}
	if p := s.clocks[id]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("clock %s: %w", id, wire.ErrNotFound)
}

// CheckClock reports whether a viewer may read at a clock of that name: the process's own ("", "live", "default"), one
// of those that lag (live-1 to live-300), or a replay clock that is there. Else it is a [wire.ErrNotFound].
func (s *Service) CheckClock(id string) error {
	if id == "" || id == "live" || id == "default" {
		return nil
	}
	if _, ok := delayOf(id); ok {
		return nil
	}
	_, err := s.findClock(id)
	return err
}

// Clock says where a clock stands.
func (s *Service) Clock(id string) (wire.ClockState, error) {
	p, err := s.findClock(id)
	if err != nil {
		return wire.ClockState{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clockState(s.cfg.Now()), nil
}

// ChangeClock seeks, pauses or sets the speed of a replay clock.
func (s *Service) ChangeClock(id string, r wire.ClockWish) (wire.ClockState, error) {
	p, err := s.findClock(id)
	if err != nil {
		return wire.ClockState{}, err
	}
	if err := checkWish(r); err != nil {
		return wire.ClockState{}, err
	}
	c, err := p.change(r)
	if err == nil && p.id == "" {
		err = s.drag(p.session, s.cfg.Now())
	}
	return c, err
}

// drag takes the clocks along that are delayed behind the session's own, which has changed.
func (s *Service) drag(session *Session, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := session.own()
	if !own.replay {
		return nil
	}
	var errs []error
	for id, p := range session.players {
		if delay, ok := delayOf(id); ok {
			errs = append(errs, p.follow(own.behind(delay), now))
		}
	}
	return errors.Join(errs...)
}

// follow changes the player's clock.
func (p *player) follow(c clock, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clock = c
	if p.state == nil {
		return nil
	}
	at := p.position(now)
	to, err := p.session.stateAt(p.session.log.OffsetAt(at))
	if err != nil {
		return err
	}
	defer p.poke()
	return p.jump(to, at, now)
}

func (p *player) change(r wire.ClockWish) (wire.ClockState, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// Read under the lock: a step that went before may have played on, and the clock must not stop behind it.
	now := p.service.cfg.Now()
	if !p.clock.seekable() {
		return wire.ClockState{}, fmt.Errorf("%w: the clock is live; make a replay clock", wire.ErrConflict)
	}
	if err := p.rouse(now); err != nil {
		return wire.ClockState{}, err
	}
	at, err := p.session.momentOf(r, p.position(now))
	if err != nil {
		return wire.ClockState{}, err
	}
	p.clock.set(p.position(now), now) // speed and pause change from here on
	p.clock.pace(r)
	if at.IsZero() {
		return p.clockState(now), p.changed(now)
	}
	at = p.session.clamp(at)
	if until := p.clock.until; !until.IsZero() && at.After(until) {
		at = until
	}
	to, err := p.session.stateAt(p.session.log.OffsetAt(at))
	if err != nil {
		return wire.ClockState{}, err
	}
	defer p.poke()
	if err := p.jump(to, at, now); err != nil {
		return wire.ClockState{}, err
	}
	return p.clockState(now), nil
}

// DeleteClock ends a replay clock.
func (s *Service) DeleteClock(id string) error {
	s.mu.Lock()
	p := s.clocks[id]
	if p == nil {
		s.mu.Unlock()
		return fmt.Errorf("clock %s: %w", id, wire.ErrNotFound)
	}
	s.stop(p)
	s.mu.Unlock()
	// Without the lock: the viewers leave one by one, and leaving takes it.
	var errs []error
	for _, stream := range p.streams() { // nobody joins any more, so they stay as they are
		errs = append(errs, s.bus.End(stream.channel, "the clock was ended"))
	}
	return errors.Join(errs...)
}

// stop ends a player and what its channels keep. The caller holds the lock.
func (s *Service) stop(p *player) {
	p.gone()
	<-p.ended
	delete(s.clocks, p.id)
	delete(p.session.players, p.id)
	p.forget()
}

// Tidy ends the clocks nobody has watched for long, every now and then until ctx ends.
func (s *Service) Tidy(ctx context.Context) error {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.tidy(s.cfg.Now())
		}
	}
}

func (s *Service) tidy(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, session := range s.sessions {
		for id, p := range session.players {
			if id == "" {
				continue
			}
			p.mu.Lock()
			after := s.cfg.DelayIdle
			if p.clock.replay {
				after = s.cfg.ClockIdle
			}
			over := p.viewers <= 0 && now.Sub(p.idle) >= after
			if !over && p.clock.replay && p.viewers <= 0 && now.Sub(p.idle) >= s.cfg.DelayIdle {
				p.sleep()
			}
			p.mu.Unlock()
			if over {
				s.stop(p)
			}
		}
	}
	s.putAway(now)
}

// clockState describes the clock. The caller holds the player's lock.
func (p *player) clockState(now time.Time) wire.ClockState {
	var at time.Time
	if p.clock.replay {
		at = p.position(now)
	} else {
		at = p.state.timing.Now
	}
	c := wire.ClockState{
		ID: p.name(), SessionKey: p.session.about.Key, Channel: p.timing.channel, At: wire.OptTime(at),
		Lap: positive(p.session.outline.lapAt(at)), Speed: 1, Paused: p.clock.paused, Seekable: p.clock.seekable(),
		Start: wire.OptTime(p.session.log.Start()), End: wire.OptTime(p.session.log.End()),
	}
	if p.clock.replay {
		c.Speed = p.clock.speed
	}
	return c
}

// clamp keeps a wish within the session.
func (s *Session) clamp(t time.Time) time.Time {
	if start := s.log.Start(); t.Before(start) {
		return start
	}
	if end := s.log.End(); t.After(end) {
		return end
	}
	return t
}

func checkWish(r wire.ClockWish) error {
	if r.Speed != nil && (*r.Speed < MinSpeed || *r.Speed > MaxSpeed) {
		return fmt.Errorf("%w: speed %g is not within %g and %g", wire.ErrInvalid, *r.Speed, MinSpeed, float64(MaxSpeed))
	}
	wishes := 0
	for _, set := range []bool{r.At != nil, r.Lap != nil, r.StepLaps != nil} {
		if set {
			wishes++
		}
	}
	if wishes > 1 {
		return fmt.Errorf("%w: give one of at, lap and step_laps", wire.ErrInvalid)
	}
	return nil
}

// momentOf is where the request wants to go; zero when it does not want to move.
func (s *Session) momentOf(r wire.ClockWish, now time.Time) (time.Time, error) {
	switch {
	case r.At != nil:
		return *r.At, nil
	case r.Lap != nil:
		return s.timeOf(Moment{Lap: *r.Lap})
	case r.StepLaps != nil:
		return s.step(now, *r.StepLaps)
	}
	return time.Time{}, nil
}

// step is when the lap begins that is n laps from the one being run at t: the first lap where there is none before, the end
// of the session where there is none behind.
func (s *Session) step(t time.Time, n int) (time.Time, error) {
	first, err := s.timeOf(Moment{Lap: 1})
	if err != nil {
		return first, err // a session without laps
	}
	if to, ok := s.outline.lapStart(max(s.outline.lapAt(t)+n, 1)); ok {
		return to, nil
	}
	return s.log.End(), nil
}

func (c *clock) pace(r wire.ClockWish) {
	if r.Speed != nil {
		c.speed = *r.Speed
	}
	if r.Paused != nil {
		c.paused = *r.Paused
	}
}
