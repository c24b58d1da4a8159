package live

import (
	"slices"
	"sort"
	"sync"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// state is a session after the messages up to an offset: typed, and as the feed's own trees.
type state struct {
	timing *timing.Session
	raw    *feed.State
	offset uint64
	// refused counts messages that the trees could not hold although the typed state had no complaint;
	// they stay in the log and on the raw channel.
	refused int
}

// newState is a session before its first message. The key stands in its rows as long as the feed has said none.
func newState(key string) *state {
	s := &state{timing: timing.New(), raw: &feed.State{}}
	s.timing.AltKey = key
	return s
}

func (s *state) clone() *state {
	return &state{timing: s.timing.Clone(), raw: s.raw.Clone(), offset: s.offset, refused: s.refused}
}

// compact is a copy without the slack that applying messages leaves: a tenth of the size.
func (s *state) compact() *state {
	c := s.clone()
	c.raw = c.raw.Compact()
	return c
}

// apply takes the next message in.
func (s *state) apply(m *feed.Message) timing.Change {
	s.offset = m.Offset
	skipped := s.timing.SkippedTotal
	change := s.timing.Apply(m)
	if err := s.raw.Apply(m); err != nil && s.timing.SkippedTotal == skipped {
		s.refused++
	}
	return change
}

// marks are states along the session, so that any moment is one of them plus few messages. There are at
// most maxMarks: when full, every second one goes and the distance doubles.
type marks struct {
	key   string     // of states before the first mark
	mu    sync.Mutex // also while a mark is copied: a copy notes in its origin what the two share
	every uint64
	all   []*state // rising offset; never changed after they were added
	asked []*state // states that were asked for last, the oldest first: who polls asks for one soon after
	read  []*state // the last that were only read, the oldest first: who asks for one table asks for others of the same moment
}

const (
	firstMarkEvery = 1000 // messages; a replay of so many takes a few milliseconds, telemetry included
	maxMarks       = 128  // of about half a megabyte each
	maxAsked       = 4    // of some megabytes each
	askedFar       = 16   // messages; what is nearer costs no more than a copy
	maxRead        = 4    // as those that were asked for
)

// add keeps a copy of s when the newest mark is far enough behind.
func (k *marks) add(s *state) {
	k.mu.Lock()
	last := uint64(0)
	if n := len(k.all); n > 0 {
		last = k.all[n-1].offset
	}
	due := s.offset >= last+max(k.every, firstMarkEvery)
	k.mu.Unlock()
	if !due {
		return
	}
	c := s.compact()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.every = max(k.every, firstMarkEvery)
	k.all = append(k.all, c)
	if len(k.all) > maxMarks {
		half := k.all[:0]
		for i, m := range k.all {
			if i%2 == 1 {
				half = append(half, m)
			}
		}
		clear(k.all[len(half):])
		k.all = half
		k.every *= 2
	}
}

// before returns a copy of the newest state at or before offset that is held, or an empty one.
func (k *marks) before(offset uint64) *state {
	k.mu.Lock()
	defer k.mu.Unlock()
	var newest *state
	if i := sort.Search(len(k.all), func(i int) bool { return k.all[i].offset > offset }); i > 0 {
		newest = k.all[i-1]
	}
	for _, s := range k.asked {
		if s.offset <= offset && (newest == nil || s.offset > newest.offset) {
			newest = s
		}
	}
	if newest == nil {
		return newState(k.key)
	}
	return newest.clone()
}

// remember keeps a state, that is not changed any more, that was made for somebody out of the one at the offset from, in the
// place of that, if it was asked for too.
func (k *marks) remember(s *state, from uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.asked, func(a *state) bool { return a.offset == from })
	if i < 0 && len(k.asked) == maxAsked {
		i = 0
	}
	if i >= 0 {
		k.asked = slices.Delete(k.asked, i, i+1)
	}
	k.asked = append(k.asked, s)
}

// at is the state that is held of exactly that offset, nil: none is. It is nobody's to change.
func (k *marks) at(offset uint64) *state {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, list := range [][]*state{k.read, k.asked} {
		for _, s := range list {
			if s.offset == offset {
				return s
			}
		}
	}
	return nil
}

// keep holds a state that is not changed any more, in the place of the one that was kept longest.
func (k *marks) keep(s *state) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.read) == maxRead {
		k.read = slices.Delete(k.read, 0, 1)
	}
	k.read = append(k.read, s)
}
