package openf1

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"pitwall.live/internal/fanout"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// pusher follows one session at one clock. Two do so for each choice: one tells the samples, of which there are some hundred for
// every other row, and where they are more than can be sent in time they keep nobody waiting for the rows.
type pusher struct {
	dialect *Dialect
	rows    *fanout.Fanout[struct{}] // only tells that there is something new: what it is the log says
	choice  choice
	send    func(topic string, payload []byte) error
	heard   func(topic string) bool // somebody has subscribed to it
	samples bool                    // it tells the samples, else all but them
	numbers *numbering              // that the two share

	key     string
	clock   string
	log     uint64 // the name of the log
	offset  uint64
	at      time.Time // what the clock showed with the newest message that was taken
	quiet   uint64    // up to this message all was known when following began
	derived *pushing
	tabled  tabled
	buf     []byte
}

// numbering numbers the documents that are sent for a choice. Those of one collection are sent in the order of their numbers.
type numbering struct{ last atomic.Int64 }

// next is the time, in milliseconds, unless that was given already; it is higher than all before.
func (n *numbering) next(now time.Time) int64 {
	for {
		last := n.last.Load()
		if next := max(now.UnixMilli(), last+1); n.last.CompareAndSwap(last, next) {
			return next
		}
	}
}

// sessionsChannel tells when another session is shown first.
const sessionsChannel = "sessions"

// How long run waits after a failure: longer after each that follows within mostWait.
const (
	firstWait = 250 * time.Millisecond
	mostWait  = time.Minute
)

// pushedSignals bounds what waits for a pusher that reads.
const pushedSignals = 1 << 16

// run follows until ctx ends. What goes wrong is logged and tried again where it stopped: the process has other things
// to do than this dialect.
func (p *pusher) run(ctx context.Context) {
	wait := firstWait
	for ctx.Err() == nil {
		began := time.Now()
		err := p.find(ctx)
		if err == nil {
			err = p.follow(ctx)
		}
		if ctx.Err() != nil || errors.Is(err, fanout.ErrSlow) || errors.Is(err, errOtherSession) {
			continue
		}
		if errors.Is(err, fanout.ErrEnded) && p.choice == (choice{}) {
			continue
		}
		if time.Since(began) > mostWait {
			wait = firstWait
		}
		p.dialect.cfg.Log.Error("openf1: push", "session", p.key, "clock", p.clock, "error", err, "again_in", wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = min(2*wait, mostWait)
	}
}

var errOtherSession = errors.New("another session is shown first")

// find looks which session is to be followed, and at which clock.
func (p *pusher) find(ctx context.Context) error {
	if !p.fixed() {
		held, _ := p.dialect.sessions.Held("latest")
		p.key, p.clock = held.Key, p.choice.clock
		return nil
	}
	o, err := p.dialect.chosenSession(ctx, p.choice)
	p.key, p.clock = o.key, o.clock
	return err
}

// fixed reports whether the choice is of one session, and not of the one that is shown first.
func (p *pusher) fixed() bool {
	return p.choice.session != "" || p.choice.clock != "" && !isDelay(p.choice.clock)
}

// follow pushes what a session brings, until another one is shown first. Without a session ("") it waits for one.
func (p *pusher) follow(ctx context.Context) error {
	q := p.rows.Queue(pushedSignals)
	defer q.Close()
	names := []string{sessionsChannel}
	if p.key != "" {
		name := "timing:raw:" + p.key
		if p.clock != "" && p.clock != "live" && p.clock != "default" {
			name += "@" + p.clock
		}
		names = append(names, name)
	}
	for _, name := range names {
		if err := p.rows.Join(name, q); err != nil {
			return err
		}
		defer p.rows.Leave(name, q)
	}
	var signals []struct{}
	for {
		if held, _ := p.dialect.sessions.Held("latest"); !p.fixed() && held.Key != p.key {
			return errOtherSession
		}
		more := time.Duration(0)
		if p.key != "" {
			var err error
			if more, err = p.catchUp(ctx); err != nil {
				return err
			}
		}
		waiting, cancel := ctx, func() {}
		if more > 0 { // rows of tables wait to be told
			waiting, cancel = context.WithTimeout(ctx, more)
		}
		var err error
		signals, err = q.Pop(waiting, signals[:0])
		cancel()
		if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
			return err
		}
	}
}

// catchUp pushes what the clock has passed since the last time, and says after how long it wants to look again, 0: when
// there is something new. What was known when following began is not pushed, nor what a clock that was set back had passed
// before, nor what a gap of the log was filled with: REST has it.
func (p *pusher) catchUp(ctx context.Context) (more time.Duration, err error) {
	at, err := p.dialect.sessions.Place(p.key, noTime, 0, p.clock)
	if err != nil {
		return 0, err
	}
	if p.derived == nil || p.derived.of != p.key || p.offset > at.Offset || p.log != at.Log {
		quiet, err := p.knownIn(&at)
		if err != nil {
			return 0, err
		}
		p.log, p.offset, p.derived, p.quiet = at.Log, 0, newPushing(p.key, p.wanted), quiet
		p.tabled = newTabled(quiet)
	}
	if p.offset < at.Offset {
		err = p.dialect.sessions.Messages(ctx, p.key, p.offset+1, at.Offset, func(m *feed.Message) error {
			p.offset = m.Offset
			sampled := m.Topic == feed.TopicCarData || m.Topic == feed.TopicPosition
			if sampled != p.samples && m.Topic != feed.TopicSessionInfo { // which says of what they are
				return nil
			}
			docs := p.derived.take(m)
			p.tabled.stale = p.tabled.stale || !sampleTopics[m.Topic]
			if m.Offset <= p.quiet || sampled != p.samples {
				return nil
			}
			for _, doc := range docs {
				if err := p.push(doc); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	p.at = at.Time
	if p.samples {
		return 0, nil
	}
	return p.tables(ctx)
}

// knownIn is up to which message of a log that is read from its beginning nothing is pushed: all that is known there, and of a
// mended log, in the place of the one that was followed, what was known in that.
func (p *pusher) knownIn(at *wire.Place) (uint64, error) {
	if p.derived == nil || p.derived.of != p.key || p.log == at.Log || p.at.IsZero() {
		return at.Offset, nil
	}
	was, err := p.dialect.sessions.Place(p.key, p.at, 0, p.clock)
	return min(was.Offset, at.Offset), err
}

// wanted reports whether what the message that is being taken brings is pushed, and to somebody. Of samples there
// are a thousand for every other row.
func (p *pusher) wanted(collection string) bool {
	return p.offset > p.quiet && p.heard("v1/"+collection)
}

// push sends one document, with its key and a number that rises. The two that follow do not wait for each other to send: that would
// take a turn of everybody else's for each document.
func (p *pusher) push(doc *document) error {
	p.buf = doc.collection.appendObject(p.buf[:0], doc.values)
	p.buf = append(p.buf[:len(p.buf)-1], `,"_key":`...)
	p.buf = appendQuoted(p.buf, doc.key)
	p.buf = append(p.buf, `,"_id":`...)
	p.buf = append(strconv.AppendInt(p.buf, p.numbers.next(p.dialect.cfg.Now()), 10), '}')
	return p.send("v1/"+doc.collection.name, bytes.Clone(p.buf)) // the broker keeps it until all have it
}
