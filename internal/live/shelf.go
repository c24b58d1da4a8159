package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// shelved is a session that is known but not in memory: it is listed, and loaded when somebody asks.
type shelved struct {
	about   About
	entry   wire.SessionEntry
	info    *feed.Node    // SessionInfo as known; nil: not at all
	became  string        // the key under which it was loaded, which is what its SessionInfo says; "" before
	loading chan struct{} // closed when a load that is under way has ended; nil: none is
}

// Shelve lists a session of which only the log's place and its first messages are known. Nothing of it is in memory
// until somebody watches it; a session that is held already stays as it is.
func (s *Service) Shelve(about About, beginning []feed.Message) error {
	if about.Open == nil {
		return fmt.Errorf("live: session %s can not be opened later", about.Key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[about.Key] != nil || s.shelf[about.Key] != nil {
		return nil
	}
	s.shelf[about.Key] = bookOf(about, beginning)
	return s.announce()
}

// fetch loads the session from the shelf and gives the key under which it is held now, "" if there was none: a log may have
// been begun before the feed said what session it is.
func (s *Service) fetch(key string) (held string, err error) {
	s.mu.Lock()
	book := s.shelf[key]
	if book == nil {
		s.mu.Unlock()
		return "", nil
	}
	if wait := book.loading; wait != nil {
		s.mu.Unlock()
		<-wait
		s.mu.Lock()
		defer s.mu.Unlock()
		return cmp.Or(book.became, key), nil
	}
	done := make(chan struct{})
	book.loading = done
	s.mu.Unlock()
	held, err = s.load(book)
	s.mu.Lock()
	defer s.mu.Unlock()
	book.loading, book.became = nil, held
	close(done)
	if err == nil {
		delete(s.shelf, key)
	}
	return held, err
}

// load gives the key that the session has in its log.
func (s *Service) load(book *shelved) (string, error) {
	log, err := book.about.Open()
	if err != nil {
		return "", fmt.Errorf("live: session %s: %w", book.about.Key, err)
	}
	began := s.cfg.Now()
	session, err := s.add(s.ctx, log, book.about, nil, false, nil)
	if err != nil {
		return "", errors.Join(err, log.Close())
	}
	if session.log != log {
		// It went live meanwhile with another log, which serves as well.
		return session.about.Key, log.Close()
	}
	s.cfg.Log.Debug("session loaded", "session", session.about.Key, "messages", log.Len(), "took", s.cfg.Now().Sub(began))
	return session.about.Key, nil
}

// putAway takes the sessions out of memory that are over, can be opened again and were not watched for
// long. The caller holds the lock.
func (s *Service) putAway(now time.Time) {
	for key, session := range s.sessions {
		if session.about.Open == nil || key == s.first || !session.forgotten(now, s.cfg.ClockIdle) {
			continue
		}
		book := &shelved{about: session.about, entry: session.entry(), info: session.info()}
		for _, p := range session.players {
			s.stop(p)
		}
		delete(s.sessions, key)
		s.shelf[key] = book
		if !session.shelved {
			continue // whoever gave the log may still write to it
		}
		if err := session.log.Close(); err != nil {
			s.cfg.Log.Warn("log of a session that was put away", "session", key, "error", err)
		}
	}
}

// takeOver puts session, which is live now, in the place of held, the same session as somebody looked at it
// from the shelf. Its clocks and their viewers stay; the log they read from now on is the one that grows.
// The caller holds the lock.
func (s *Service) takeOver(held, session *Session, at *state) error {
	now := s.cfg.Now()
	for id, p := range held.players {
		p.gone()
		<-p.ended
		p.mu.Lock()
		p.session, p.ahead, p.ended = session, nil, make(chan struct{})
		p.quality = time.Time{}
		if id == "" {
			p.state, p.spoken = at, true
		}
		var err error
		if p.state != nil {
			err = p.resend(now)
		}
		p.mu.Unlock()
		if err != nil {
			return err
		}
		session.players[id] = p
		s.start(p)
	}
	if held.shelved { // else whoever gave the log may still write to it
		if err := held.log.Close(); err != nil {
			s.cfg.Log.Warn("log of a session that is live again", "session", session.about.Key, "error", err)
		}
	}
	s.sessions[session.about.Key] = session
	s.first = cmp.Or(s.first, session.about.Key)
	delete(s.shelf, session.about.Key)
	return s.announce()
}

// Renew has a session be read from another log of it from now on, one that has what the old one lacked. Its clocks and their
// viewers stay at their moments and get all that is known there, as after a seek. Whoever gave the old log closes it
// afterwards; without log the session is opened again, as it would be from the shelf. One that is not in memory is only
// opened later.
func (s *Service) Renew(ctx context.Context, key string, log *sessionlog.Log) error {
	s.mu.Lock()
	held := s.sessions[key]
	s.mu.Unlock()
	if held == nil {
		return nil
	}
	about := held.about
	if log == nil {
		if about.Open == nil {
			return fmt.Errorf("live: session %s can not be opened again", key)
		}
		var err error
		if log, err = about.Open(); err != nil {
			return fmt.Errorf("live: session %s: %w", key, err)
		}
	}
	session := &Session{service: s, about: about, log: log, shelved: held.shelved, players: map[string]*player{}, chronicle: newChronicle(about.Params)}
	session.marks.key = about.Key
	at, err := session.load(ctx, nil)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.sessions[key] == held {
			return s.exchange(held, session, at)
		}
	}
	if held.shelved { // it was put away meanwhile
		err = errors.Join(err, log.Close())
	}
	return err
}

// exchange puts session in the place of held, whose log lacks something. at is the state at the end of the new log. The
// caller holds the lock.
func (s *Service) exchange(held, session *Session, at *state) error {
	now := s.cfg.Now()
	session.live.Store(held.live.Load())
	if trouble, _ := held.trouble.Load().(string); trouble != "" {
		session.trouble.Store(trouble)
	}
	if notes, _ := held.notes.Load().(string); notes != "" {
		session.notes.Store(notes)
	}
	var errs []error
	for id, p := range held.players {
		p.gone()
		<-p.ended
		p.mu.Lock()
		p.session, p.ended = session, make(chan struct{})
		errs = append(errs, p.renew(at, now))
		p.mu.Unlock()
		session.players[id] = p
		s.start(p)
	}
	if held.shelved { // else whoever gave the log may still write to it
		errs = append(errs, held.log.Close())
	}
	s.sessions[session.about.Key] = session
	return errors.Join(append(errs, s.announce())...)
}

// renew brings a clock to where it stands in another log. end is the state at that log's end. The caller holds the lock.
func (p *player) renew(end *state, now time.Time) error {
	if p.state == nil {
		return nil // it sleeps
	}
	to, at := end, p.state.timing.Now
	if p.clock.replay {
		at = p.position(now)
	}
	if p.id != "" || p.clock.replay {
		var err error
		if to, err = p.session.stateAt(p.session.log.OffsetAt(at)); err != nil {
			return err
		}
	}
	return p.jump(to, at, now)
}

// forgotten reports whether the session is over and nobody has watched it on any clock for so long.
func (s *Session) forgotten(now time.Time, after time.Duration) bool {
	for _, p := range s.players {
		p.mu.Lock()
		busy := p.viewers > 0 || now.Sub(p.idle) < after || s.live.Load()
		p.mu.Unlock()
		if busy {
			return false
		}
	}
	return true
}

// bookOf makes the picker's line of a session of which only the first messages are looked at.
func bookOf(about About, beginning []feed.Message) *shelved {
	at := newState(about.Key)
	for i := range beginning {
		at.apply(&beginning[i])
	}
	e := wire.SessionEntry{Session: sessionOf(at.timing, about), Source: about.Source}
	for i := range beginning {
		if !beginning[i].Time.IsZero() {
			e.Start = wire.OptTime(beginning[i].Time)
			break
		}
	}
	e.End = wire.OptTime(at.timing.Info.End)
	return &shelved{about: about, entry: e, info: at.raw.Compact().Topic(feed.TopicSessionInfo)}
}
