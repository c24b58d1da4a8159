package live

import (
	"context"
	"fmt"
	"slices"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// Messages calls take with a session's messages from one offset up to and with another, as they lie in its log. A
// message is take's only until it returns. It ends early, with that error, when take fails or ctx ends.
func (s *Service) Messages(ctx context.Context, session string, from, until uint64, take func(*feed.Message) error) error {
	held, err := s.Session(session)
	if err != nil {
		return err
	}
	n := 0
	err = held.log.Range(from, until, func(m *feed.Message) error {
		if n++; n%samplesLooked == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return take(m)
	})
	if err != nil {
		return fmt.Errorf("live: messages of session %s: %w", held.about.Key, err)
	}
	return nil
}

// Documents are a session's raw documents by topic as they stood with the message at offset. They are the caller's.
func (s *Service) Documents(session string, offset uint64) (*feed.State, error) {
	held, err := s.Session(session)
	if err != nil {
		return nil, err
	}
	at, err := held.stateAt(offset)
	if err != nil {
		return nil, err
	}
	return at.raw, nil
}

// Known are the sessions as a viewer's clock knows them, each with its newest SessionInfo by key; "" is the process's own
// clock. A delayed clock leaves out what it has been told nothing of yet, and says of the rest no more than it was told; a
// private one knows its own session alone. None is loaded from the shelf: what lies there is over. A session without
// SessionInfo has no entry in infos.
func (s *Service) Known(clock string) (list []wire.SessionEntry, infos map[string]*feed.Node, err error) {
	list, infos, held := s.knownNow()
	if clock == "" || clock == "default" || clock == "live" {
		return list, infos, nil
	}
	if _, delayed := delayOf(clock); !delayed {
		c, err := s.Clock(clock)
		if err != nil {
			return nil, nil, err
		}
		other := func(e wire.SessionEntry) bool { return e.Session.Key != c.SessionKey }
		return slices.DeleteFunc(list, other), infos, nil
	}
	told := list[:0]
	for _, e := range list {
		if session := held[e.Session.Key]; session != nil {
			known, err := s.knownAt(clock, session, &e, infos)
			if err != nil {
				return nil, nil, err
			}
			if !known {
				continue
			}
		}
		told = append(told, e)
	}
	return told, infos, nil
}

// knownNow are the sessions at the process's own clock, and those of them that are in memory, by the key that is listed.
func (s *Service) knownNow() (list []wire.SessionEntry, infos map[string]*feed.Node, held map[string]*Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	infos, held = map[string]*feed.Node{}, map[string]*Session{}
	for _, book := range s.shelf {
		if book.info != nil {
			infos[book.entry.Session.Key] = book.info
		}
	}
	for _, session := range s.sessions {
		key := session.entry().Session.Key
		held[key] = session
		if info := session.info(); info != nil {
			infos[key] = info
		}
	}
	return s.list().Sessions, infos, held
}

// knownAt makes of a session's line what a delayed clock knows; false: nothing yet.
func (s *Service) knownAt(clock string, held *Session, e *wire.SessionEntry, infos map[string]*feed.Node) (bool, error) {
	p, err := s.playerOf("timing:" + held.about.Key + "@" + clock)
	if err != nil {
		return false, fmt.Errorf("clock %s: %w", clock, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.rouse(s.cfg.Now()); err != nil {
		return false, err
	}
	delete(infos, e.Session.Key)
	if p.state.offset == 0 {
		return false, nil
	}
	if info := p.state.raw.Topic(feed.TopicSessionInfo); info != nil {
		infos[e.Session.Key] = info
	}
	e.Session = sessionOf(p.state.timing, held.about)
	e.End = wire.OptTime(held.log.TimeAt(p.state.offset))
	// A source that has ended runs on for who has not seen its end yet.
	e.Live = !p.clock.replay && (held.live.Load() || p.state.offset < held.log.Len())
	return true, nil
}

// info is SessionInfo at the process's own clock of the session; nil when that clock sleeps or nothing was told yet.
// The caller holds the service's lock.
func (s *Session) info() *feed.Node {
	p := s.players[""]
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == nil {
		return nil
	}
	return p.state.raw.Topic(feed.TopicSessionInfo)
}
