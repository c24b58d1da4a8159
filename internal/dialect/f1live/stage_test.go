package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
)

// stage is a hub that plays a session to whoever is connected, as the real one does, and that misbehaves as a test
// tells it.
type stage struct {
	*hub
	// door answers the negotiation of the n-th connection, from 1; false: as usual.
	door func(n int, w http.ResponseWriter, r *http.Request) bool
	// room has the socket of the n-th connection; false: as usual.
	room func(n int, ctx context.Context, p *peer) bool
	// frames puts the hub's messages for one peer into frames; nil: each in one.
	frames func(records []string) []string
	// spoken changes what is said of a message; nil: the message. No message: it is not said, but known.
	spoken func(m feed.Message) []feed.Message

	mu     sync.Mutex
	rest   []feed.Message // not played yet
	state  feed.State
	peers  map[*peer]context.Context
	doors  int
	rooms  int
	asked  int            // subscriptions answered
	heard  chan struct{}  // closed at the next subscription
	sent   []feed.Message // while somebody listened
	before []string       // records to be said before the next message
	gate   chan struct{}  // not nil: nobody is let in until it is closed
}

func newStage(t *testing.T, play play) *stage {
	s := &stage{hub: &hub{t: t}, peers: map[*peer]context.Context{}, heard: make(chan struct{})}
	for i := range play.all[:play.first] {
		if err := s.state.Apply(&play.all[i]); err != nil {
			t.Fatal(err)
		}
	}
	s.rest = play.all[play.first:]
	s.hub.negotiate = func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.doors++
		n, gate := s.doors, s.gate
		s.mu.Unlock()
		if gate != nil {
			select {
			case <-gate:
			case <-r.Context().Done():
			}
		}
		if s.door == nil || !s.door(n, w, r) {
			io.WriteString(w, usual) //nolint:errcheck // the client has gone
		}
	}
	s.hub.serve = func(ctx context.Context, p *peer) {
		s.mu.Lock()
		s.rooms++
		n := s.rooms
		s.mu.Unlock()
		if s.room == nil || !s.room(n, ctx, p) {
			s.follow(ctx, p)
		}
	}
	s.hub.start()
	return s
}

// follow serves a client until it goes: each subscription is answered with what holds now.
func (s *stage) follow(ctx context.Context, p *peer) {
	id, _ := p.accept(ctx)
	for id != "" {
		s.mu.Lock()
		answer := append([]byte(`{"type":3,"invocationId":"`+id+`","result":`), s.state.AppendSnapshot(nil)...)
		s.say(ctx, p, string(answer)+"}␞")
		s.peers[p] = ctx
		s.asked++
		close(s.heard)
		s.heard = make(chan struct{})
		s.mu.Unlock()
		id, _ = p.subscription(ctx)
	}
	s.mu.Lock()
	delete(s.peers, p)
	s.mu.Unlock()
}

// say sends records to a peer. The caller holds the lock.
func (s *stage) say(ctx context.Context, p *peer, records ...string) {
	if s.frames != nil {
		records = s.frames(records)
	}
	for _, r := range records {
		p.send(ctx, r)
	}
}

// subscribed waits until so many subscriptions have been answered.
func (s *stage) subscribed(n int) {
	s.t.Helper()
	for deadline := time.After(15 * time.Second); ; {
		s.mu.Lock()
		asked, heard := s.asked, s.heard
		s.mu.Unlock()
		if asked >= n {
			return
		}
		select {
		case <-heard:
		case <-deadline:
			s.t.Fatalf("%d subscriptions, want %d", asked, n)
		}
	}
}

// record is a message as the hub says it.
func record(m *feed.Message) string {
	at := ""
	if !m.Time.IsZero() {
		at = m.Time.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf(`{"type":1,"target":"feed","arguments":[%q,%s,%q]}␞`, m.Topic, m.Payload, at)
}

// play plays the next n messages, all with n < 0.
func (s *stage) play(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 || n > len(s.rest) {
		n = len(s.rest)
	}
	for _, m := range s.rest[:n] {
		said := []feed.Message{m}
		if s.spoken != nil {
			said = s.spoken(m)
		}
		records := s.before
		s.before = nil
		for i := range said {
			records = append(records, record(&said[i]))
		}
		for i := range max(len(said), 1) { // what is not said is known all the same
			known := m
			if len(said) > 0 {
				known = said[i]
			}
			if err := s.state.Apply(&known); err != nil {
				s.t.Logf("stage: %v", err) // what a test says wrongly on purpose
			}
		}
		for p, ctx := range s.peers {
			s.say(ctx, p, records...)
		}
		if len(s.peers) > 0 {
			s.sent = append(s.sent, said...)
		}
	}
	s.rest = s.rest[n:]
}

// hash is that of what holds now.
func (s *stage) hash() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.Hash()
}

// said is what was told to somebody.
func (s *stage) said() []feed.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// each calls f with every client that is connected, after which none counts as connected and none is let in until open.
func (s *stage) each(f func(ctx context.Context, p *peer)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = make(chan struct{})
	for p, ctx := range s.peers {
		f(ctx, p)
		delete(s.peers, p)
	}
}

// open lets clients in again.
func (s *stage) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.gate)
	s.gate = nil
}

// cut ends every connection without a word.
func (s *stage) cut() {
	s.each(func(_ context.Context, p *peer) {
		p.conn.CloseNow() //nolint:errcheck,gosec // it is to be gone
	})
}

// play is a session that a stage plays: it is joined after the first messages.
type play struct {
	name  string
	all   []feed.Message
	first int
}

// plays calls check with a simulated race and, where it is present, a real qualifying session.
func plays(t *testing.T, check func(t *testing.T, p play)) {
	t.Run("simulated", func(t *testing.T) {
		t.Parallel()
		check(t, simulatedPlay(t))
	})
	t.Run("recorded", func(t *testing.T) {
		t.Parallel()
		check(t, recordedPlay(t))
	})
}

var simulatedOnce = sync.OnceValues(func() (play, error) {
	s, err := sim.New(sim.Config{Session: f1.Race, Laps: 4, Seed: 3, Key: 7})
	if err != nil {
		return play{}, err
	}
	p := play{name: "simulated", first: 2500}
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return play{}, err
		}
		m.Payload = bytes.Clone(m.Payload)
		p.all = append(p.all, m)
	}
	return p.cutAt(4600), nil
})

func simulatedPlay(t *testing.T) play {
	t.Helper()
	p, err := simulatedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var (
	recordedMu sync.Mutex
	recorded   play
)

func recordedPlay(t *testing.T) play {
	t.Helper()
	recordedMu.Lock()
	defer recordedMu.Unlock()
	if recorded.all == nil {
		p := play{name: "recorded", first: 6000}
		p.all = reference.Messages(t, reference.Path(t, "live-timing/archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"))
		recorded = p.cutAt(8100)
	}
	return recorded
}

// cutAt ends a play early.
func (p play) cutAt(n int) play {
	if len(p.all) > n {
		p.all = p.all[:n:n]
	}
	return p
}

// third is a third of what is played.
func (p play) third() int { return (len(p.all) - p.first) / 3 }

// cable is a wire between a client and a hub that can be torn without either being told.
type cable struct {
	url string

	mu   sync.Mutex
	torn bool
	ends []io.Closer
}

// newCable leads to a hub.
func newCable(t *testing.T, to string) *cable {
	t.Helper()
	c := &cable{}
	listener := listenLocal(t)
	c.url = "http://" + listener.Addr().String()
	var wires sync.WaitGroup
	wires.Go(func() {
		for {
			a, err := listener.Accept()
			if err != nil {
				return
			}
			c.mu.Lock()
			torn := c.torn
			c.mu.Unlock()
			b, err := dialLocal(strings.TrimPrefix(to, "http://"))
			if err != nil {
				t.Error(err)
				a.Close() //nolint:errcheck,gosec // never used
				return
			}
			c.mu.Lock()
			c.ends = append(c.ends, a, b)
			c.mu.Unlock()
			wires.Go(func() { c.carry(a, b, torn) })
			wires.Go(func() { c.carry(b, a, torn) })
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		for _, end := range c.ends {
			end.Close() //nolint:errcheck,gosec // most are closed
		}
		c.mu.Unlock()
		wires.Wait()
	})
	return c
}

// carry copies from one end to the other as long as the cable is what it was when it began.
func (c *cable) carry(from, to io.ReadWriteCloser, torn bool) {
	defer from.Close() //nolint:errcheck // it is over
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		c.mu.Lock()
		lost := c.torn != torn
		c.mu.Unlock()
		if !lost && n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if !lost {
				to.Close() //nolint:errcheck,gosec // it is over
			}
			return
		}
	}
}

// tear makes the open connections dead; those that are opened later work.
func (c *cable) tear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.torn = true
}

// rawMessage is a message of the raw channel, or a batch of them.
type rawMessage struct {
	Type   string
	Offset uint64
	Whole  bool
	Data   json.RawMessage
}

// rawFollower is a subscriber of the raw channel that merges what it gets, as CONTRACT tells it to.
type rawFollower struct {
	mu      sync.Mutex
	state   feed.State
	offset  uint64
	trouble error
	moved   chan struct{}
}

func (f *rawFollower) take(data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var w rawMessage
	err := json.Unmarshal(data, &w)
	all := []rawMessage{w}
	if err == nil && w.Type == "batch" {
		err = json.Unmarshal(w.Data, &all)
	}
	for i := range all {
		if all[i].Type == "snapshot" {
			err = errors.Join(err, f.begin(all[i].Data))
			continue
		}
		err = errors.Join(err, f.state.Apply(&feed.Message{Topic: all[i].Type, Payload: all[i].Data, Snapshot: all[i].Whole}))
		f.offset = all[i].Offset
	}
	f.trouble = errors.Join(f.trouble, err)
	select {
	case f.moved <- struct{}{}:
	default:
	}
}

// begin takes the snapshot of a new subscriber.
func (f *rawFollower) begin(data []byte) error {
	var topics map[string]json.RawMessage
	if err := json.Unmarshal(data, &topics); err != nil {
		return err
	}
	f.state = feed.State{}
	for topic, document := range topics {
		if err := f.state.Apply(&feed.Message{Topic: topic, Payload: document, Snapshot: true}); err != nil {
			return err
		}
	}
	return nil
}

func (f *rawFollower) at() (offset, hash uint64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.offset, f.state.Hash(), f.trouble
}

// binary sends bytes that are no text.
func (p *peer) binary(ctx context.Context, b []byte) {
	if err := p.conn.Write(ctx, websocket.MessageBinary, b); err != nil && ctx.Err() == nil {
		p.t.Logf("hub: %v", err)
	}
}
