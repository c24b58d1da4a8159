package live

import (
	"math/bits"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// Play applies the log linearly from its start and reports the state's hash at the offsets wanted.
func (s *Session) Play(report func(offset, hash uint64), want func(offset uint64) bool) error {
	at := newState(s.marks.key)
	for {
		messages, err := s.read(at.offset+1, 256)
		if err != nil || len(messages) == 0 {
			return err
		}
		for i := range messages {
			at.apply(&messages[i])
			if want(at.offset) {
				report(at.offset, at.hash())
			}
		}
	}
}

// Journal is every version of every event of the session.
func (s *Session) Journal() []f1.Event { return s.chronicle.until(s.log.Len()) }

// HashAt is the hash of the state that a seek to offset gives.
func (s *Session) HashAt(offset uint64) (uint64, error) {
	at, err := s.stateAt(offset)
	if err != nil {
		return 0, err
	}
	return at.hash(), nil
}

// Boards applies the log from its start and patches the board after every message, as a player does when
// each comes alone. It gives the number of messages and the bytes of the patches.
func (s *Session) Boards() (messages, bytes int, err error) {
	at := newState(s.marks.key)
	last := boardOf(at, s, nil)
	for {
		batch, err := s.read(at.offset+1, 256)
		if err != nil || len(batch) == 0 {
			return messages, bytes, err
		}
		for i := range batch {
			at.apply(&batch[i])
			board := boardOf(at, s, nil)
			patch, err := wire.Patch(&last, &board)
			if err != nil {
				return 0, 0, err
			}
			last, messages, bytes = board, messages+1, bytes+len(patch)
		}
	}
}

// Step lets a clock of a session do what is due now, as its own goroutine would a moment later.
func (s *Service) Step(key, id string) {
	s.mu.Lock()
	p := s.sessions[key].players[id]
	s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		now := s.cfg.Now()
		next, err := p.step(now)
		if err != nil {
			panic(err)
		}
		if next.IsZero() || next.After(now) {
			break
		}
	}
	if p.dirty { // the end of the slot
		if err := p.flush(s.cfg.Now()); err != nil {
			panic(err)
		}
	}
}

// Take applies what is due to a clock, as within a slot: nothing goes out yet.
func (s *Service) Take(key, id string) {
	s.mu.Lock()
	p := s.sessions[key].players[id]
	s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.advance(s.cfg.Now()); err != nil {
		panic(err)
	}
}

// Tidied ends the clocks that are idle.
func (s *Service) Tidied() { s.tidy(s.cfg.Now()) }

// Running reports whether the clock id of the session runs.
func (s *Service) Running(key, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[key].players[id] != nil
}

// Asleep reports whether the clock id of the session holds nothing.
func (s *Service) Asleep(key, id string) bool {
	s.mu.Lock()
	p := s.sessions[key].players[id]
	s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state == nil
}

// hash stands for the whole state: equal states, equal hashes.
func (s *state) hash() uint64 {
	return s.timing.Hash() ^ bits.RotateLeft64(s.raw.Hash(), 1) ^ s.offset
}

// Told are the versions of all events of messages as they leave the program.
func Told(messages []feed.Message) []wire.Event {
	c, s := newChronicle(events.Defaults()), timing.New()
	for i := range messages {
		m := messages[i]
		m.Offset = uint64(i + 1)
		c.follow(s, &m, s.Apply(&m))
	}
	var told []wire.Event
	for _, e := range c.until(uint64(len(messages))) {
		told = append(told, c.eventOf(&e))
	}
	return told
}

// Held is the offset of the newest state at or before an offset that is at hand.
func (s *Session) Held(offset uint64) uint64 { return s.marks.before(offset).offset }

// Asked is how many states are kept because somebody asked for them.
func (s *Session) Asked() int { return len(s.marks.asked) }
