package archive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net/http"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// errEnough ends the reading of a log.
var errEnough = errors.New("enough")

// sendBytes is about how much is sent at once.
const sendBytes = 64 << 10

// stream answers with a topic's messages up to the clock. Offset zero is the first time that the log knows, as the
// official archive counts from its first message. Where the feed's times step back the offset stands: offsets never
// decrease in a page. The official archive knows no snapshots: the first one of a topic is a line that holds the whole
// document, a later one, after a connection was lost, a line of what it changes.
func (a *answer) stream(at *wire.Place, topic string) error {
	select {
	case a.busy <- struct{}{}:
		defer func() { <-a.busy }()
	default:
		return errBusy
	}
	p := &pageWriter{answer: a, at: at, topic: topic, control: http.NewResponseController(a.w), until: time.Now().Add(a.cfg.Longest)}
	err := a.sessions.Messages(a.r.Context(), at.Key, 1, at.Offset, func(m *feed.Message) error {
		if m.Topic != topic {
			return nil
		}
		return p.line(m)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if !p.found {
		return errDenied
	}
	return p.end()
}

// pageWriter writes a page of lines. Nothing is sent before the first line: a topic without one has no page.
type pageWriter struct {
	*answer
	at      *wire.Place
	topic   string
	control *http.ResponseController
	out     *bufio.Writer
	found   bool
	offset  time.Duration // of the last line
	scratch []byte
	last    uint64    // the last line's payload, hashed
	moved   time.Time // when the deadline was last moved
	until   time.Time // later than this it is not moved
}

func (p *pageWriter) line(m *feed.Message) error {
	payload := m.Payload
	if m.Snapshot {
		var err error
		if payload, err = p.change(m); payload == nil || err != nil {
			return err
		}
	}
	if !p.found {
		p.found = true
		if p.head(tagOf(p.at, p.topic), changedAt(p.at)) || p.r.Method == http.MethodHead {
			return errEnough
		}
		p.begun = true
		p.out = bufio.NewWriterSize(p.w, sendBytes)
		if _, err := p.out.WriteString(mark); err != nil {
			return err
		}
	}
	if p.out.Available() < len(payload)+16 {
		p.move()
	}
	if !m.Time.IsZero() {
		p.offset = max(p.offset, m.Time.Sub(p.at.Start))
	}
	p.scratch = appendOffset(p.scratch[:0], p.offset)
	p.scratch = append(p.scratch, payload...)
	p.scratch = append(p.scratch, '\r', '\n')
	p.last = xxhash.Sum64(payload)
	_, err := p.out.Write(p.scratch)
	return err
}

// change is what a snapshot changes of what the page says so far; nil: nothing. A payload that is no document is left as it
// came, for whoever reads it to judge.
func (p *pageWriter) change(m *feed.Message) ([]byte, error) {
	if feed.IsEvent(p.topic) {
		if p.found && xxhash.Sum64(m.Payload) == p.last {
			return nil, nil // the newest event, told again
		}
		return m.Payload, nil
	}
	now, err := feed.ParseNode(m.Payload)
	if err == nil {
		now, err = feed.Clean(p.topic, now)
	}
	if err != nil {
		return m.Payload, nil //nolint:nilerr // see above
	}
	if !p.found {
		return feed.AppendJSON(nil, now), nil
	}
	before, err := p.sessions.Documents(p.at.Key, m.Offset-1)
	if err != nil {
		return nil, err
	}
	delta, differs := feed.AppendDifference(nil, before.Topic(p.topic), now)
	if !differs {
		return nil, nil
	}
	return delta, nil
}

// end sends what is left.
func (p *pageWriter) end() error {
	if p.out == nil {
		return nil
	}
	p.moved = time.Time{}
	p.move()
	if err := p.out.Flush(); err != nil {
		return err
	}
	return p.deadline(time.Time{}) // the connection may serve another request
}

// move gives the reader more time: it is taking what is sent.
func (p *pageWriter) move() {
	now := time.Now()
	if now.Sub(p.moved) < p.cfg.Stalled/20 {
		return
	}
	p.moved = now
	next := now.Add(p.cfg.Stalled)
	if next.After(p.until) {
		next = p.until
	}
	if err := p.deadline(next); err != nil {
		p.cfg.Log.Debug("archive page has no deadline", "error", err)
	}
}

func (p *pageWriter) deadline(t time.Time) error {
	if err := p.control.SetWriteDeadline(t); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// tagOf follows from what the page is made of: a log never changes before an offset. One with gaps filled that takes its place
// has another name.
func tagOf(at *wire.Place, topic string) uint64 {
	b := append([]byte(at.Key), 0)
	b = append(b, topic...)
	for _, n := range []uint64{0, at.Log, uint64(at.Time.UnixNano()), at.Offset} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return xxhash.Sum64(b)
}
