package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/feed"
)

// stream is one open connection to the hub.
type stream struct {
	c     *Client
	conn  *websocket.Conn
	split splitter
	out   func([]feed.Message) (int, error)

	told    string              // the session whose first snapshot is not given out: another connection has told it
	first   bool                // no connection was there until this one: messages may have been lost before
	settled chan struct{}       // closed when the first subscription was answered
	account string              // the token it was connected with
	shaken  bool                // the handshake was answered
	got     bool                // and so was the first subscription
	asked   map[string][]string // topics by the id of the subscription that is not answered yet
	calls   int
	key     string    // of the session, as last seen
	newest  time.Time // of what the hub gave, by its own clock
	batch   []feed.Message
	server  *time.Timer // runs out when the hub says nothing
	answer  *time.Timer // runs out when a handshake or subscription is not answered
	data    *time.Timer // runs out when no data comes any more; nil before the first
	quiet   atomic.Bool // it ran out while none was due
	end     context.CancelCauseFunc
	skipped int
}

func newStream(c *Client, conn *websocket.Conn) *stream {
	return &stream{c: c, conn: conn, split: splitter{max: c.cfg.MaxRecord}, asked: map[string][]string{}, settled: make(chan struct{})}
}

func (s *stream) run(ctx context.Context, out func([]feed.Message) (int, error)) error {
	s.out = out
	// Reading has a context of its own, so that the hub can be told before the socket goes.
	reading, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	s.end = end
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(told)
		s.sayGoodbye()
		end(ctx.Err())
	})
	defer func() {
		if !stop() {
			<-told
		}
	}()
	s.server = time.AfterFunc(s.c.cfg.ServerSilence, func() { end(errServerSilent) })
	defer s.server.Stop()
	s.answer = time.AfterFunc(s.c.cfg.StepTimeout, func() { end(errNoAnswer) })
	defer s.answer.Stop()
	defer func() {
		if s.data != nil {
			s.data.Stop()
		}
	}()
	if err := s.write(reading, map[string]any{"protocol": "json", "version": 1}); err != nil {
		return fmt.Errorf("livetiming: handshake: %w", err)
	}
	pings := make(chan struct{})
	go func() {
		defer close(pings)
		s.ping(reading)
	}()
	err := s.read(reading)
	if cause := context.Cause(reading); cause != nil {
		err = cause
	}
	end(nil)
	<-pings
	return err
}

// sayGoodbye tells the hub that we go; a hub that does not listen is not waited for.
func (s *stream) sayGoodbye() {
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if err := s.write(ctx, map[string]any{"type": typeClose}); err != nil {
		s.c.cfg.Log.Debug("the hub was not told that we go", "error", err)
	}
}

func (s *stream) write(ctx context.Context, v any) error {
	record, err := encodeRecord(v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.c.cfg.StepTimeout)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, record)
}

// ping says that we are there until ctx ends.
func (s *stream) ping(ctx context.Context) {
	ping := time.NewTicker(s.c.cfg.PingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
		}
		if s.quiet.Load() && s.c.cfg.Due() { // a session has come near, and nothing has come for long
			s.end(errDataSilent)
			return
		}
		if err := s.write(ctx, map[string]any{"type": typePing}); err != nil {
			s.end(fmt.Errorf("livetiming: ping: %w", err))
			return
		}
	}
}

// read takes frames until the connection ends, and now and then asks again for topics that are missing.
func (s *stream) read(ctx context.Context) error {
	again := time.Now().Add(s.c.cfg.AskAgain)
	s.c.token.watch(s.account)
	for {
		if err := s.frame(ctx); err != nil {
			return err
		}
		if now := time.Now(); s.shaken && now.After(again) {
			again = now.Add(s.c.cfg.AskAgain)
			s.c.token.watch(s.account)
			if topics := s.c.MissingTopics(); len(topics) > 0 && len(s.asked) == 0 {
				if err := s.subscribe(ctx, topics); err != nil {
					return err
				}
			}
		}
	}
}

// frame takes one frame. What it holds goes out together.
func (s *stream) frame(ctx context.Context) error {
	_, frame, err := s.conn.Reader(ctx)
	if err != nil {
		return fmt.Errorf("livetiming: read: %w", err)
	}
	s.batch = s.batch[:0]
	for {
		n, err := frame.Read(s.split.space())
		s.split.grew(n)
		s.server.Reset(s.c.cfg.ServerSilence)
		for {
			record, ok := s.split.next()
			if !ok {
				break
			}
			if err := s.record(ctx, record); err != nil {
				return errors.Join(err, s.deliver())
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return errors.Join(fmt.Errorf("livetiming: read: %w", err), s.deliver())
		}
	}
	if s.skipped != s.split.Skipped {
		s.c.cfg.Log.Warn("messages of the hub were too long and skipped", "limit", s.c.cfg.MaxRecord, "messages", s.split.Skipped-s.skipped)
		s.skipped = s.split.Skipped
	}
	return s.deliver()
}

func (s *stream) deliver() error {
	if len(s.batch) == 0 {
		return nil
	}
	_, err := s.out(s.batch)
	s.batch = s.batch[:0]
	return err
}

// record handles one message of the hub.
func (s *stream) record(ctx context.Context, record []byte) error {
	record = bytes.TrimPrefix(record, byteOrderMark)
	if len(bytes.TrimSpace(record)) == 0 {
		return nil
	}
	var h hubMessage
	if err := json.Unmarshal(record, &h); err != nil {
		if !s.shaken {
			return fmt.Errorf("livetiming: handshake: the answer %.60q is no JSON: %w", record, err)
		}
		s.batch = append(s.batch, feed.Message{Payload: record}) // for the dead letters
		return nil
	}
	if !s.shaken {
		if h.Error != "" {
			return s.refusedOr("handshake", h.Error)
		}
		s.shaken = true
		if err := s.subscribe(ctx, s.c.cfg.Topics); err != nil {
			return err
		}
		if h.Type == 0 {
			return nil // the answer; a hub that leaves it out goes on at once
		}
	}
	switch h.Type {
	case typeInvocation:
		if h.Target == "feed" {
			return s.feed(ctx, &h, record)
		}
	case typeCompletion:
		return s.answered(&h)
	case typeClose:
		if h.Error != "" && refusal(h.Error) {
			return &RefusedError{"connection", h.Error}
		}
		return &ClosedError{Reason: h.Error, Welcome: h.AllowReconnect}
	}
	return nil // pings have reset the timer; the other types are not used by this hub
}

func (s *stream) refusedOr(step, text string) error {
	if refusal(text) {
		return &RefusedError{step, text}
	}
	return fmt.Errorf("livetiming: %s: the hub says: %s", step, text)
}

// feed takes an update.
func (s *stream) feed(ctx context.Context, h *hubMessage, record []byte) error {
	m, ok := h.feedMessage()
	if !ok {
		s.batch = append(s.batch, feed.Message{Payload: record})
		return nil
	}
	m.Gap = s.first && !s.got
	s.batch = append(s.batch, m)
	if m.Time.After(s.newest) {
		s.newest = m.Time
	}
	s.quiet.Store(false)
	if s.data == nil {
		s.data = time.AfterFunc(s.c.cfg.DataSilence, s.dataSilent)
	} else {
		s.data.Reset(s.c.cfg.DataSilence)
	}
	s.c.given(m.Topic)
	if m.Topic != feed.TopicSessionInfo {
		return nil
	}
	key := feed.SessionKey(m.Payload)
	if key == "" || key == s.key {
		return nil
	}
	before := s.key
	s.key = key
	if before == "" {
		return nil
	}
	// A new session on the same connection: what the other topics hold now only a new snapshot says.
	return s.subscribe(ctx, s.c.cfg.Topics)
}

// dataSilent ends a connection on which no data comes any more, if any is due; else it is left to the pings to look again.
func (s *stream) dataSilent() {
	if due := s.c.cfg.Due; due != nil && !due() {
		s.quiet.Store(true)
		return
	}
	s.end(errDataSilent)
}

func (s *stream) subscribe(ctx context.Context, topics []string) error {
	id := strconv.Itoa(s.calls)
	s.calls++
	s.asked[id] = topics
	s.answer.Reset(s.c.cfg.StepTimeout)
	err := s.write(ctx, map[string]any{"type": typeInvocation, "invocationId": id, "target": "Subscribe", "arguments": []any{topics}})
	if err != nil {
		return fmt.Errorf("livetiming: subscribe: %w", err)
	}
	return nil
}

// answered takes a subscription's snapshot.
func (s *stream) answered(h *hubMessage) error {
	topics, ok := s.asked[h.InvocationID]
	if !ok {
		return nil
	}
	if delete(s.asked, h.InvocationID); len(s.asked) == 0 {
		s.answer.Stop()
	}
	if h.Error != "" {
		return s.refusedOr("subscribe", h.Error)
	}
	messages, err := h.snapshot(topics, s.newest, s.c.cfg.Now().UTC())
	if err != nil {
		return fmt.Errorf("livetiming: subscribe: the answer %.60q is no snapshot: %w", h.Result, err)
	}
	got := present(messages)
	missing := slices.DeleteFunc(slices.Clone(topics), func(t string) bool { return slices.Contains(got, t) })
	s.c.setMissing(topics, missing)
	for i := range messages {
		if messages[i].Topic == feed.TopicSessionInfo {
			s.key = feed.SessionKey(messages[i].Payload)
		}
	}
	if h.InvocationID == "0" {
		s.got = true
		close(s.settled)
		if s.told != "" && s.told == s.key {
			return nil
		}
		for i := range messages {
			messages[i].Gap = s.first
		}
	}
	s.batch = append(s.batch, messages...)
	return nil
}

// setMissing notes which of the topics that were asked for did not come.
func (c *Client) setMissing(asked, missing []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.missing == nil {
		c.missing = map[string]bool{}
	}
	for _, t := range asked {
		delete(c.missing, t)
	}
	for _, t := range missing {
		c.missing[t] = true
	}
}

// given notes that a topic comes after all.
func (c *Client) given(topic string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.missing, topic)
}
