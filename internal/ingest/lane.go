package ingest

import (
	"context"
	"errors"
	"sync"
	"time"

	"pitwall.live/internal/feed"
)

// lane is the way of one source's messages into the logs.
type lane struct {
	in     *Ingest
	source Source
	status board
	cancel context.CancelCauseFunc // ends the source's present run

	mu      sync.Mutex // guards the rest; held while messages are taken
	ctx     context.Context
	session *session // nil until the first is known
	id      string   // the key the feed gave it, "" if it gave none
	pinned  bool     // everything goes into one file, whatever session it is of
	seen    occurrences
	held    hold
	silence *time.Timer
	fatal   error // ingest itself can not go on
	ended   bool
}

// hold is what waits for the session to become known.
type hold struct {
	messages []feed.Message
	dead     []deadLetter
	bytes    int
	giveUp   *time.Timer
}

func newLane(in *Ingest, source Source) *lane {
	l := &lane{in: in, source: source}
	l.status.init(source, in.cfg.Hooks.Status)
	return l
}

// run runs the source again and again until it ends.
func (l *lane) run(ctx context.Context) error {
	wait := backoff{delays: l.in.cfg.Again}
	for {
		began := time.Now()
		delivered, err := l.once(ctx)
		if fatal := l.failure(); fatal != nil {
			return fatal
		}
		if ctx.Err() != nil || err == nil {
			return l.end(nil)
		}
		if p := (permanent{}); errors.As(err, &p) {
			l.in.cfg.Log.Error("source gave up", "source", l.source.Name(), "error", err)
			return l.end(err)
		}
		good := delivered && time.Since(began) >= settled
		if trip := l.in.cfg.trip(err); l.status.tripped(err, trip, good) {
			wait.failed(good)
			if !l.rest(ctx, trip, err) {
				return l.end(nil)
			}
			continue
		}
		delay := max(jittered(wait.failed(good)), wish(err))
		l.status.failed(err, time.Now().Add(delay))
		l.in.cfg.Log.Warn("source failed", "source", l.source.Name(), "error", err, "again_in", delay)
		if !pause(ctx, delay) {
			return l.end(nil)
		}
	}
}

// failure is why ingest can not go on, nil if it can.
func (l *lane) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fatal
}

// once runs the source once and reports whether it gave any message.
func (l *lane) once(ctx context.Context) (delivered bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l.mu.Lock()
	l.ctx, l.cancel = ctx, cancel
	l.seen = newOccurrences()
	l.mu.Unlock()
	before := l.status.begin()
	good := time.AfterFunc(settled, func() { l.status.good(before) })
	defer good.Stop()
	err = l.source.Run(ctx, l.take)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silence != nil {
		l.silence.Stop()
	}
	return l.status.total() > before, err
}

// end puts away what is still held and leaves the session.
func (l *lane) end(cause error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	var err error
	if l.session == nil && (len(l.held.messages) > 0 || len(l.held.dead) > 0) {
		// What was taken is kept, even while shutting down; but a full disk must not prevent that for ever.
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		l.ctx = ctx
		err = l.fallback()
	}
	if l.session != nil {
		l.in.leave(l, l.session)
		l.session = nil
	}
	l.status.end(cause)
	return err
}

// take is the Out of the source.
func (l *lane) take(batch []feed.Message) (fresh int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal != nil {
		return 0, l.fatal
	}
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	now := time.Now()
	if len(batch) > 0 {
		l.listen()
		l.status.heard(now, batch)
	}
	good, dead := l.check(batch, now)
	for len(good) > 0 && err == nil {
		n, id := l.nextSession(good)
		if n > 0 || id == "" {
			var k int
			k, err = l.deliver(good[:n], nil)
			fresh += k
		}
		if err == nil && id != "" {
			err = l.turn(id)
		}
		good = good[n:]
	}
	if err == nil && len(dead) > 0 {
		_, err = l.deliver(nil, dead)
	}
	if err != nil && l.ctx.Err() == nil {
		l.fatal = err
	}
	return fresh, err
}

// nextSession finds where in the batch a session begins that is not the present one: n messages belong
// to the present one, and id is the key of the one behind them, "" if there is none. A snapshot belongs
// to one session as a whole, wherever in it SessionInfo stands.
func (l *lane) nextSession(batch []feed.Message) (n int, id string) {
	for i := range batch {
		m := &batch[i]
		if m.Topic != feed.TopicSessionInfo {
			continue
		}
		key := feed.SessionKey(m.Payload)
		if key == "" || key == l.id {
			continue
		}
		for m.Snapshot && i > 0 && batch[i-1].Snapshot {
			i--
		}
		return i, key
	}
	return len(batch), ""
}

// turn goes to the session with the feed's key id.
func (l *lane) turn(id string) error {
	late := l.session != nil && l.id == ""
	l.id = id
	if l.pinned {
		l.status.turned(id, l.in.logOf(l.session))
		return nil
	}
	if late {
		return nil // the log was begun under a name of ours, and keeps it
	}
	return l.enter(id)
}

// enter opens the session key, gives it what was held, and leaves the one before.
func (l *lane) enter(key string) error {
	next, err := l.in.enter(l, key)
	if err != nil {
		return err
	}
	if l.session != nil {
		l.in.leave(l, l.session)
	}
	l.session = next
	l.status.turned(key, l.in.logOf(next))
	held := l.held
	l.held = hold{}
	if held.giveUp != nil {
		held.giveUp.Stop()
	}
	_, err = l.deliver(held.messages, held.dead)
	return err
}

// fallback names a session that does not name itself.
func (l *lane) fallback() error {
	var first feed.Message
	if len(l.held.messages) > 0 {
		first = l.held.messages[0]
	}
	return l.enter(l.in.cfg.FallbackKey(l.source.Name(), &first))
}

// deliver gives messages and dead letters to the present session, or holds them until there is one. What
// is held counts as fresh.
func (l *lane) deliver(messages []feed.Message, dead []deadLetter) (fresh int, err error) {
	if l.session == nil {
		return len(messages), l.hold(messages, dead)
	}
	if len(dead) > 0 {
		if err := l.session.bury(l.ctx, dead, l.status.trouble); err != nil {
			return 0, err
		}
	}
	if len(messages) == 0 {
		return 0, nil
	}
	fresh, err = l.session.append(l.ctx, l, messages)
	l.status.kept(uint64(fresh), uint64(len(messages)-fresh))
	return fresh, err
}

func (l *lane) hold(messages []feed.Message, dead []deadLetter) error {
	h, cfg := &l.held, &l.in.cfg
	h.messages = append(h.messages, messages...)
	h.dead = append(h.dead, dead...)
	for i := range messages {
		h.bytes += len(messages[i].Payload)
	}
	for i := range dead {
		h.bytes += len(dead[i].payload)
	}
	if len(h.messages)+len(h.dead) >= cfg.HoldMessages || h.bytes >= cfg.HoldBytes {
		return l.fallback()
	}
	if h.giveUp == nil {
		h.giveUp = time.AfterFunc(cfg.HoldFor, l.waitedLongEnough)
	}
	return nil
}

func (l *lane) waitedLongEnough() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session != nil || l.ended || l.held.giveUp == nil {
		return
	}
	if err := l.fallback(); err != nil && l.ctx.Err() == nil {
		l.fatal = err
		l.cancel(err)
	}
}

// listen begins to wait for the next message.
func (l *lane) listen() {
	if l.silence == nil {
		l.silence = time.AfterFunc(l.in.cfg.Silence, l.fellSilent)
		return
	}
	l.silence.Reset(l.in.cfg.Silence)
}

func (l *lane) fellSilent() {
	if l.status.silent() {
		l.in.cfg.Log.Warn("source is silent", "source", l.source.Name(), "for", l.in.cfg.Silence)
	}
}

// Status of the lane's source.
func (l *lane) Status() Status { return l.status.get() }

// check stamps and numbers the good messages and moves them to the front of batch; it takes out the
// others.
func (l *lane) check(batch []feed.Message, now time.Time) (good []feed.Message, dead []deadLetter) {
	good = batch[:0]
	for i := range batch {
		m := batch[i]
		if reason := refuse(&m); reason != "" {
			dead = append(dead, deadLetter{at: now, source: l.source.Name(), topic: m.Topic, reason: reason, payload: m.Payload})
			continue
		}
		m.Received, m.Offset = l.in.stamp(&m, now), 0
		m.Occurrence = max(m.Occurrence, l.seen.count(&m)) // a source may know of more
		good = append(good, m)
	}
	if n := len(dead); n > 0 && l.status.refused(uint64(n)) {
		l.in.cfg.Log.Warn("message put aside", "source", l.source.Name(), "topic", dead[0].topic, "reason", dead[0].reason)
	}
	return good, dead
}

// stamp is the receive time of a message. A session that is followed gets the present, so that a delayed
// viewer is behind by what he asked for; a copy of a recording keeps what it said.
func (in *Ingest) stamp(m *feed.Message, now time.Time) time.Time {
	if in.copying && !m.Received.IsZero() {
		return m.Received
	}
	return now.UTC()
}

// pause waits, and reports false if ctx ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
