package f1live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/fanout"
	"pitwall.live/internal/wire"
)

// subscriber is one connection of a client. One goroutine writes to it and owns all but the inbox, another reads.
type subscriber struct {
	server *Server
	hub    hubProtocol
	fan    *fanout.Fanout[update]
	conn   *websocket.Conn
	in     *inbox
	place  place

	channel string                // where it stands; "" while there is no session
	queue   *fanout.Queue[update] // nil until it has subscribed
	topics  map[string]bool
	waiting []update  // taken from the queue, not sent
	calls   [][]byte  // of one frame
	asks    time.Time // until when its calls of Subscribe so far are spread out
	buffer  []byte
}

// Why a connection ends without a word.
var errClientLeaves = errors.New("the client leaves")

// farewell ends a connection with a word to the client; again says that it may come back at once.
type farewell struct {
	reason string
	again  bool
}

func (f *farewell) Error() string { return f.reason }

// Why clients have to start anew. The protocol has no message that replaces what a client knows, so it must
// come back for a snapshot.
var (
	errElsewhere = &farewell{"another session is shown", true}
	errMoved     = &farewell{"the clock was moved", true}
	errGoing     = &farewell{"the server is going down", true}
)

// follow serves the client until one of both goes.
func (s *Server) follow(ctx context.Context, c *subscriber) {
	err := c.run(ctx)
	if c.queue != nil {
		c.fan.Leave(c.channel, c.queue)
	}
	s.cfg.Log.Debug("a client of the live timing hub is gone", "channel", c.channel, "reason", err)
}

func (c *subscriber) run(ctx context.Context) error {
	var err error
	if c.channel, err = c.place.channel(); err != nil {
		return err
	}
	// The socket outlives ctx by a goodbye.
	reading, end := context.WithCancelCause(context.WithoutCancel(ctx))
	requests, read := make(chan request), make(chan struct{})
	go func() {
		defer close(read)
		end(c.read(reading, requests))
	}()
	defer func() {
		end(nil)
		<-read
	}()
	err = c.loop(ctx, reading, requests)
	if errors.Is(err, errClientLeaves) {
		return errors.Join(err, c.conn.Close(websocket.StatusNormalClosure, ""))
	}
	if last := (*farewell)(nil); errors.As(err, &last) {
		if werr := c.write(c.hub.goodbye(last.reason, last.again)); werr != nil {
			return errors.Join(err, werr)
		}
		return errors.Join(err, c.conn.Close(websocket.StatusNormalClosure, ""))
	}
	return err
}

// read hands on what the client asks for, one at a time, until the connection ends.
func (c *subscriber) read(ctx context.Context, requests chan<- request) error {
	for {
		record, err := c.in.next(ctx)
		if err != nil {
			return err
		}
		r, called, err := c.hub.read(record)
		if err != nil {
			return err
		}
		if !called {
			continue
		}
		select {
		case requests <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// loop writes to the client until something ends the connection.
func (c *subscriber) loop(ctx, reading context.Context, requests <-chan request) error {
	ping := time.NewTicker(c.server.cfg.PingEvery)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return errGoing
		case <-reading.Done():
			return context.Cause(reading)
		case r := <-requests:
			err = c.request(r)
		case <-c.ready():
			if err = c.take(); err == nil {
				err = c.send(len(c.waiting))
			}
		case <-ping.C:
			err = c.ping()
		}
		switch {
		case errors.Is(err, fanout.ErrEnded):
			return &farewell{"the clock has ended", false}
		case err != nil:
			return err
		}
	}
}

// ready tells when something is published; never before the client has subscribed.
func (c *subscriber) ready() <-chan struct{} {
	if c.queue == nil {
		return nil
	}
	return c.queue.Ready()
}

// ping says that we are there, and looks whether what the client sees is still what it came for.
func (c *subscriber) ping() error {
	channel, err := c.place.channel()
	switch {
	case errors.Is(err, wire.ErrNotFound):
		return &farewell{"the session or clock is gone", false}
	case err != nil:
		return err
	case channel != c.channel:
		return errElsewhere
	}
	return c.write(c.hub.ping())
}

// noWait is a context in which nothing is waited for.
var noWait = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// take gets what waits in the queue, if anything does.
func (c *subscriber) take() (err error) {
	c.waiting, err = c.queue.Pop(noWait, c.waiting)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// request answers a call. What was published before a subscription's snapshot goes out before it, and what comes
// after goes out behind it, with the new topics.
func (c *subscriber) request(r request) error {
	if r.fault != "" {
		return c.refuse(r.id, r.fault)
	}
	if c.channel == "" { // the first session that comes will be noticed
		return c.write(c.hub.result(nil, r.id, []byte("{}")))
	}
	if !c.mayAsk(time.Now()) {
		return c.refuse(r.id, fmt.Sprintf("too many calls of Subscribe; there may be another in %s", c.server.cfg.SubscribeEvery))
	}
	snapshot, err := c.snapshot()
	switch {
	case errors.Is(err, wire.ErrNotFound), errors.Is(err, wire.ErrTooMany):
		return c.refuse(r.id, err.Error())
	case err != nil:
		return err
	}
	topics, err := snapshot.whole.read()
	if err != nil {
		return fmt.Errorf("f1live: the snapshot of %s can not be read: %w", c.channel, err)
	}
	before := 0
	for before < len(c.waiting) && c.waiting[before].at <= snapshot.at {
		before++
	}
	if err := c.send(before); err != nil {
		return err
	}
	if r.id != nil {
		if err := c.write(c.hub.result(nil, r.id, states(topics, r.topics))); err != nil {
			return err
		}
	}
	for _, topic := range r.topics {
		if len(topic) <= maxTopicName && len(c.topics) < maxTopics {
			c.topics[topic] = true
		}
	}
	return c.send(len(c.waiting))
}

// mayAsk takes one of the snapshots that the client may have. Each has the channel wait while it is made.
func (c *subscriber) mayAsk(now time.Time) bool {
	cfg := &c.server.cfg
	asks := c.asks
	if asks.Before(now) {
		asks = now
	}
	asks = asks.Add(cfg.SubscribeEvery)
	if asks.Sub(now) > time.Duration(cfg.Subscribes)*cfg.SubscribeEvery {
		return false
	}
	c.asks = asks
	return true
}

func (c *subscriber) refuse(id json.RawMessage, text string) error {
	if id == nil {
		return nil
	}
	return c.write(c.hub.fault(nil, id, text))
}

// snapshot is the whole state at a place of the channel. All that was published up to there, and maybe more, is in
// waiting afterwards. The first one starts the stream.
func (c *subscriber) snapshot() (update, error) {
	if c.queue == nil {
		q := c.fan.Queue(c.server.cfg.QueueBytes)
		if err := c.fan.Join(c.channel, q); err != nil {
			return update{}, err
		}
		c.queue, c.topics = q, map[string]bool{}
		if err := c.take(); err != nil {
			return update{}, err
		}
		if len(c.waiting) == 0 || c.waiting[0].whole == nil {
			return update{}, fmt.Errorf("f1live: the snapshot of %s can not be read", c.channel)
		}
		whole := c.waiting[0]
		c.waiting = c.waiting[1:]
		return whole, nil
	}
	q := c.fan.Queue(c.server.cfg.QueueBytes)
	if err := c.fan.Join(c.channel, q); err != nil {
		return update{}, err
	}
	frames, err := q.Pop(noWait, nil)
	c.fan.Leave(c.channel, q)
	if err != nil || frames[0].whole == nil {
		return update{}, fmt.Errorf("f1live: the snapshot of %s can not be read: %w", c.channel, err)
	}
	return frames[0], c.take()
}

// states are those of the topics that are there, as one object.
func states(whole map[string]json.RawMessage, topics []string) []byte {
	b := []byte{'{'}
	given := map[string]bool{}
	for _, topic := range topics {
		state, there := whole[topic]
		if !there || given[topic] {
			continue
		}
		given[topic] = true
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, quoted(topic)...), ':'), state...)
	}
	return append(b, '}')
}

// frameBytes is about how much goes into one frame when much waits.
const frameBytes = 64 << 10

// send writes the first n of what waits, as far as the client follows it.
func (c *subscriber) send(n int) error {
	c.calls = c.calls[:0]
	size := 0
	for _, u := range c.waiting[:n] {
		if u.moved {
			return errMoved
		}
		if !c.topics[u.topic] {
			continue
		}
		c.calls = append(c.calls, u.call)
		if size += len(u.call); size >= frameBytes {
			if err := c.sendFrame(u.at); err != nil {
				return err
			}
			size = 0
		}
	}
	if n > 0 && len(c.calls) > 0 {
		if err := c.sendFrame(c.waiting[n-1].at); err != nil {
			return err
		}
	}
	rest := copy(c.waiting, c.waiting[n:])
	clear(c.waiting[rest:])
	c.waiting = c.waiting[:rest]
	return nil
}

func (c *subscriber) sendFrame(at uint64) error {
	c.buffer = c.hub.frame(c.buffer[:0], c.calls, at)
	clear(c.calls)
	c.calls = c.calls[:0]
	return c.write(c.buffer)
}

func (c *subscriber) write(frame []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), c.server.cfg.WriteTimeout)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, frame)
}
