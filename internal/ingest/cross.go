package ingest

import (
	"time"

	"pitwall.live/internal/feed"
)

// TopicStatus is how one topic of a source is doing.
type TopicStatus struct {
	Messages uint64    // that came
	Last     time.Time // when the last one came
	// Missed are messages of the same session that another source gave and this one did not, although it was
	// there: the difference between sources that should say the same.
	Missed uint64
}

// crossCheck compares what the sources of one session say. A message that one has given and another not within
// patience has been missed by that one. Snapshots are no part of it: each source is given its own.
type crossCheck struct {
	patience time.Duration
	entries  map[uint64]*given
	order    []*given // oldest first
}

// given is a message that some source has given.
type given struct {
	hash  uint64
	topic string
	at    time.Time
	by    []*lane
}

// maxCompared bounds what waits to be compared; what is beyond is not compared.
const maxCompared = 1 << 16

// take notes what a source gave. Present are the session's sources.
func (c *crossCheck) take(from *lane, present []*lane, batch []feed.Message, now time.Time) {
	if len(present) < 2 {
		clear(c.entries)
		c.order = c.order[:0]
		return
	}
	c.expire(present, now)
	for i := range batch {
		m := &batch[i]
		if m.Snapshot {
			continue
		}
		h := identity(m)
		e := c.entries[h]
		if e == nil {
			if len(c.order) >= maxCompared {
				continue
			}
			e = &given{hash: h, topic: m.Topic, at: now}
			if c.entries == nil {
				c.entries = map[uint64]*given{}
			}
			c.entries[h] = e
			c.order = append(c.order, e)
		}
		e.by = append(e.by, from)
	}
}

// expire counts what was waited for long enough. A source that was away, or came later, has missed nothing by
// itself: that it was away is told elsewhere.
func (c *crossCheck) expire(present []*lane, now time.Time) {
	n := 0
	for _, e := range c.order {
		if now.Sub(e.at) < c.patience {
			break
		}
		n++
		delete(c.entries, e.hash)
		for _, l := range present {
			if !e.gave(l) && l.status.thereSince(e.at) {
				l.status.missed(e.topic)
			}
		}
	}
	c.order = append(c.order[:0], c.order[n:]...)
}

func (e *given) gave(l *lane) bool {
	for _, by := range e.by {
		if by == l {
			return true
		}
	}
	return false
}

// identity is what makes two messages of two sources the same.
func identity(m *feed.Message) uint64 { return m.Said() ^ uint64(m.Occurrence)<<56 }
