package recording

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
)

// beginning identifies the first live message of a file.
type beginning struct {
	topic string
	time  time.Time
	hash  uint64
	known bool
}

func (b *beginning) is(m *feed.Message) bool {
	return b.known && m.Topic == b.topic && m.Time.Equal(b.time) && xxhash.Sum64(m.Payload) == b.hash
}

// firstMessage reads the beginning of a file.
func firstMessage(path string, l look) (beginning, error) {
	o := opener{problems: newProblemLog(), done: new(atomic.Int64), info: new(Info)}
	src, err := o.lines(path, path, l)
	if err != nil {
		return beginning{}, err
	}
	defer src.Close() //nolint:errcheck // only read
	var m feed.Message
	for {
		if err := src.next(&m); err != nil {
			return beginning{}, err
		}
		if !m.Snapshot {
			return beginning{topic: m.Topic, time: m.Time, hash: xxhash.Sum64(m.Payload), known: true}, nil
		}
	}
}

// chainSource reads files one after the other. Recorders that overlap have part of the session twice:
// a file is left at the message with which the next one begins.
type chainSource struct {
	parts  []*textSource
	begins []beginning // of parts[1:]
	after  []snapshot
	i      int
	tail   *memorySource
}

func (c *chainSource) Close() error {
	var first error
	for _, p := range c.parts {
		if err := p.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (c *chainSource) next(m *feed.Message) error {
	for c.i < len(c.parts) {
		err := c.parts[c.i].next(m)
		switch {
		case errors.Is(err, io.EOF):
		case err != nil:
			return err
		case c.i < len(c.begins) && !m.Snapshot && c.begins[c.i].is(m):
		default:
			return nil
		}
		c.i++
	}
	if c.tail == nil {
		c.tail = &memorySource{snapshots: c.after}
	}
	return c.tail.next(m)
}

func (c *chainSource) where() (string, int) {
	if c.tail != nil {
		return c.tail.where()
	}
	return c.parts[c.i].where()
}

func (c *chainSource) session() string {
	for _, p := range c.parts {
		if key := p.session(); key != "" {
			return key
		}
	}
	return ""
}

func (c *chainSource) format() (f, lines Format) {
	for _, p := range c.parts {
		pf, pl := p.format()
		switch {
		case pf == "":
		case f == "":
			f, lines = pf, pl
		case f != pf || lines != pl:
			return FormatMixed, ""
		}
	}
	return f, lines
}
