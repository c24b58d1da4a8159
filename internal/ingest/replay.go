package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pitwall.live/internal/feed"
)

// Reader gives the messages of a recording or a simulation one by one, io.EOF after the last. A payload
// may change at the next call.
type Reader interface {
	Next(*feed.Message) error
}

// Replay is a source that plays what open opens, from its beginning to its end, speed times as fast as it
// happened, or as fast as it can be taken if speed is 0. What the log holds already is passed over
// without waiting, so that after a restart the session goes on where it was. A reader that can be closed
// is.
func Replay(name string, speed float64, open func() (Reader, error)) Source {
	return &replay{name: name, speed: speed, open: open}
}

// Timed is a source whose messages happen at their own times by the wall clock: what lies in the past
// comes at once, the rest when its time has come.
func Timed(name string, open func() (Reader, error)) Source {
	return &replay{name: name, speed: 1, timed: true, open: open}
}

type replay struct {
	name  string
	speed float64
	timed bool
	open  func() (Reader, error)
}

func (r *replay) Name() string { return r.name }

// replayBatch is how many messages go together at most.
const replayBatch = 256

func (r *replay) Run(ctx context.Context, out Out) (err error) {
	reader, err := r.open()
	if err != nil {
		return Permanent(fmt.Errorf("ingest: %s: %w", r.name, err))
	}
	if c, ok := reader.(io.Closer); ok {
		defer func() {
			if e := c.Close(); e != nil && err == nil {
				err = Permanent(fmt.Errorf("ingest: %s: %w", r.name, e))
			}
		}()
	}
	p := pacer{ctx: ctx, out: out, speed: r.speed, timed: r.timed, batch: make([]feed.Message, 0, replayBatch)}
	for {
		var m feed.Message
		switch err := reader.Next(&m); {
		case errors.Is(err, io.EOF):
			return p.flush()
		case err != nil:
			return errors.Join(p.flush(), Permanent(fmt.Errorf("ingest: %s: %w", r.name, err)))
		}
		if err := p.add(&m); err != nil {
			return err
		}
	}
}

// pacer gives messages out when they are due.
type pacer struct {
	ctx   context.Context
	out   Out
	speed float64
	timed bool
	batch []feed.Message
	arena []byte

	began   bool
	start   time.Time // wall time at which the session's clock showed first
	first   time.Time
	clock   time.Time // newest message time so far: times step back, waiting does not
	passing bool      // the last batch was all known
}

func (p *pacer) add(m *feed.Message) error {
	if m.Time.After(p.clock) {
		p.clock = m.Time
	}
	if p.speed > 0 && !p.clock.IsZero() {
		if !p.began {
			p.began, p.start, p.first = true, time.Now(), p.clock
			if p.timed {
				p.start = p.clock
			}
		}
		if err := p.wait(); err != nil {
			return err
		}
	}
	m.Payload = p.keep(m.Payload)
	p.batch = append(p.batch, *m)
	if len(p.batch) == replayBatch || p.passing && p.speed > 0 || !p.began && p.speed > 0 {
		return p.flush()
	}
	return nil
}

// wait returns when the session's clock may show what it does now; before waiting it gives out what was
// due earlier.
func (p *pacer) wait() error {
	for {
		now := time.Now()
		if p.passing && !p.timed {
			p.start, p.first = now, p.clock
			return nil
		}
		due := p.start.Add(time.Duration(float64(p.clock.Sub(p.first)) / p.speed))
		if !due.After(now) {
			return nil
		}
		if len(p.batch) > 0 {
			if err := p.flush(); err != nil {
				return err
			}
			continue
		}
		if !pause(p.ctx, due.Sub(now)) {
			return p.ctx.Err()
		}
	}
}

func (p *pacer) flush() error {
	if len(p.batch) == 0 {
		return nil
	}
	fresh, err := p.out(p.batch)
	p.passing = fresh == 0
	p.batch = p.batch[:0]
	return err
}

// keep copies a payload to where it can stay.
func (p *pacer) keep(b []byte) []byte {
	if len(b) > cap(p.arena)-len(p.arena) {
		p.arena = make([]byte, 0, max(64<<10, len(b)))
	}
	at := len(p.arena)
	p.arena = append(p.arena, b...)
	return p.arena[at:len(p.arena):len(p.arena)]
}
