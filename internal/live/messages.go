package live

import (
	"context"
	"errors"
	"fmt"

	"pitwall.live/internal/feed"
)

// Messages calls take with a session's messages from one offset up to and with another, as they lie in its log. A
// message is take's only until it returns. It ends early, with that error, when take fails or ctx ends.
func (s *Service) Messages(ctx context.Context, session string, from, until uint64, take func(*feed.Message) error) error {
	held, err := s.Session(session)
	if err != nil {
		return err
	}
	n := 0
	err = held.log.Each(from, func(m *feed.Message) error {
		if m.Offset > until {
			return errEnough
		}
		if n++; n%samplesLooked == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return take(m)
	})
	if err != nil && !errors.Is(err, errEnough) {
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

// Infos are the newest known SessionInfo of the sessions that are listed, by key, without loading any from the shelf.
// A session that has told none is left out.
func (s *Service) Infos() map[string]*feed.Node {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]*feed.Node, len(s.sessions)+len(s.shelf))
	for key, book := range s.shelf {
		if book.info != nil {
			all[key] = book.info
		}
	}
	for key, session := range s.sessions {
		if info := session.info(); info != nil {
			all[key] = info
		}
	}
	return all
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
