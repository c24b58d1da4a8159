package live

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// About is what is known of a session beside its messages.
type About struct {
	Key    string
	Source string // sim, livetiming, recording, stored
	Live   bool   // the source is running at the beginning; SetLive changes it
	// Open opens the log again after the session was put away; nil: it stays in memory.
	Open func() (*sessionlog.Log, error)
	// Params are the thresholds of the session's events; zero: the defaults.
	Params events.Params
}

// Session is one session that is held: its log, states along it, and the clocks that play it.
type Session struct {
	service *Service
	about   About
	live    atomic.Bool  // the source is running
	trouble atomic.Value // string: what is wrong with the source, "" nothing
	notes   atomic.Value // string: what does not fit together, a line each
	shelved bool         // the log was opened by the shelf, which closes it
	log     *sessionlog.Log
	marks   marks
	outline outline

	chronicle *chronicle

	players map[string]*player // by clock id; "" is the process's own; the service's lock guards it
}

// Key names the session on channels and paths.
func (s *Session) Key() string { return s.about.Key }

// read copies up to limit messages from the log, from offset on; none when the log ends before it.
func (s *Session) read(from uint64, limit int) ([]feed.Message, error) {
	messages, err := s.log.Read(from, limit)
	if err != nil {
		return nil, fmt.Errorf("live: session %s: %w", s.about.Key, err)
	}
	return messages, nil
}

// stateAt is the state after the message at offset: a mark, or what somebody asked for last, and the messages since. It is the
// caller's.
func (s *Session) stateAt(offset uint64) (*state, error) {
	at, from, err := s.makeState(offset)
	if err == nil && at.offset >= from+askedFar {
		s.marks.remember(at.clone(), from)
	}
	return at, err
}

// readAt is stateAt for who only reads it, as others may do at the same time.
func (s *Session) readAt(offset uint64) (*state, error) {
	if at := s.marks.at(offset); at != nil {
		return at, nil
	}
	at, from, err := s.makeState(offset)
	if err != nil {
		return nil, err
	}
	s.marks.keep(at)
	if at.offset >= from+askedFar {
		s.marks.remember(at, from)
	}
	return at, nil
}

// makeState makes the state after the message at offset out of one that is held, which was at the offset from.
func (s *Session) makeState(offset uint64) (at *state, from uint64, err error) {
	at = s.marks.before(offset)
	from = at.offset
	for at.offset < offset {
		messages, err := s.read(at.offset+1, int(min(offset-at.offset, 256)))
		if err != nil {
			return nil, 0, err
		}
		if len(messages) == 0 {
			return nil, 0, fmt.Errorf("live: session %s ends at message %d, %d was asked for", s.about.Key, at.offset, offset)
		}
		for i := range messages {
			at.apply(&messages[i])
		}
	}
	return at, from, nil
}

// load applies the whole log, so that every later seek is short. progress is called now and then.
func (s *Session) load(ctx context.Context, progress func(done, total uint64)) (*state, error) {
	at := newState(s.about.Key)
	for total := s.log.Len(); at.offset < total; {
		messages, err := s.read(at.offset+1, 256)
		if err != nil {
			return nil, err
		}
		for i := range messages {
			s.chronicle.follow(at.timing, &messages[i], at.apply(&messages[i]))
			s.outline.follow(at.timing)
			s.marks.add(at)
		}
		if progress != nil {
			progress(at.offset, total)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// timeOf resolves a moment: a time, or the start of a race lap.
func (s *Session) timeOf(m Moment) (time.Time, error) {
	if m.Lap == 0 {
		return m.Time, nil
	}
	t, ok := s.outline.lapStart(m.Lap)
	if !ok {
		return time.Time{}, fmt.Errorf("lap %d of session %s: %w", m.Lap, s.about.Key, wire.ErrNotFound)
	}
	return t, nil
}

// begin is where and how a replay of the session starts.
func (s *Session) begin(r Replay, now time.Time) (*state, clock, error) {
	from, err := s.timeOf(r.From)
	if err != nil {
		return nil, clock{}, err
	}
	if from.IsZero() {
		from = s.log.Start()
	}
	until, err := s.timeOf(r.Until)
	if err != nil {
		return nil, clock{}, err
	}
	at, err := s.stateAt(s.log.OffsetAt(from))
	return at, clock{replay: true, at: from, since: now, until: until, speed: r.Speed}, err
}

// Board is the timing board at a moment; the zero moment is the newest.
func (s *Session) Board(m Moment) (wire.Board, error) {
	t, err := s.timeOf(m)
	if err != nil {
		return wire.Board{}, err
	}
	offset := s.log.Len()
	if !t.IsZero() {
		offset = s.log.OffsetAt(t)
	}
	at, err := s.stateAt(offset)
	if err != nil {
		return wire.Board{}, err
	}
	b := boardOf(at, s, nil)
	b.View = wire.View{Clock: "at", Paused: true}
	return b, nil
}

// Timeline is the session's outline for the replay bar.
func (s *Session) Timeline() wire.Timeline {
	t := s.outline.timeline()
	t.SessionKey, t.Start, t.End = s.about.Key, wire.OptTime(s.log.Start()), wire.OptTime(s.log.End())
	return t
}

// entry is the session's line in the picker. The caller holds the service's lock.
func (s *Session) entry() wire.SessionEntry {
	p := s.players[""]
	p.mu.Lock()
	defer p.mu.Unlock()
	return wire.SessionEntry{
		Session: p.board.Session, Live: s.live.Load() && !p.clock.replay, Source: s.about.Source,
		Start: wire.OptTime(s.log.Start()), End: wire.OptTime(s.log.End()),
	}
}
