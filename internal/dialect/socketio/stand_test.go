package socketio

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

func TestMain(m *testing.M) {
	// Workers of the engine that its shutdown leaves waiting.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge/internal/dissolve.(*Dissolver).runWorker"),
		goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge.(*historyHub).runEverySecond"))
}

// stand is bus, live service and Socket.IO of one session, as the program puts them together.
type stand struct {
	log    *sessionlog.Log
	live   *live.Service
	bus    *bus.Bus
	io     *Server
	server *httptest.Server
	sent   int
}

func newStand(t testing.TB, change ...func(*bus.Config, *Config)) *stand {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	busCfg, cfg, liveCfg := bus.Default(), Default(), live.Default()
	for _, f := range change {
		f(&busCfg, &cfg)
	}
	b, err := bus.New(busCfg)
	if err != nil {
		t.Fatal(err)
	}
	liveCfg.Log = slog.New(slog.DiscardHandler)
	s := &stand{log: log, bus: b, live: live.New(b, liveCfg)}
	s.io = New(b, s.live, cfg)
	s.server = httptest.NewServer(s.io)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	s.append(t, feed.TopicSessionInfo, `{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`)
	if _, err := s.live.Add(t.Context(), log, live.About{Key: "9", Source: "test", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.live.Close()
		s.io.Close()
		s.server.CloseClientConnections()
		s.server.Close()
		if err := errors.Join(b.Close(context.Background()), log.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *stand) append(t testing.TB, topic, payload string) {
	t.Helper()
	s.sent++
	at := time.Date(2025, 5, 4, 15, 0, 0, s.sent*int(time.Millisecond), time.UTC)
	if _, err := s.log.Append([]feed.Message{{Topic: topic, Payload: []byte(payload), Time: at, Received: time.Now()}}); err != nil {
		t.Fatal(err)
	}
}

// lap says that car 1 has ended lap n.
func (s *stand) lap(t testing.TB, n int) {
	t.Helper()
	s.append(t, feed.TopicTimingData, fmt.Sprintf(`{"Lines":{"1":{"NumberOfLaps":%d}}}`, n))
}

// until waits for something that comes by itself.
func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// cutter is a TCP proxy that breaks every connection when told.
type cutter struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
	wg    sync.WaitGroup
}

func newCutter(t *testing.T, target string) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{Listener: l}
	c.wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				continue
			}
			c.mu.Lock()
			c.conns = append(c.conns, in, out)
			c.mu.Unlock()
			c.wg.Go(func() { pump(in, out) })
			c.wg.Go(func() { pump(out, in) })
		}
	})
	t.Cleanup(func() { l.Close(); c.cut(); c.wg.Wait() }) // a test stops what it has begun to cut
	return c
}

func pump(to, from net.Conn) {
	_, _ = io.Copy(to, from) // it is broken on purpose
	to.Close()
	from.Close()
}

func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

// keepCutting cuts until stop is called: a client that polls may have no connection at a moment.
func (c *cutter) keepCutting() (stop func()) {
	c.cut()
	tick, done := time.NewTicker(5*time.Millisecond), make(chan struct{})
	c.wg.Go(func() {
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				c.cut()
			case <-done:
				return
			}
		}
	})
	return sync.OnceFunc(func() { close(done) })
}

func (c *cutter) url() string { return "http://" + c.Addr().String() }

// line is what the official client has to tell.
type line struct {
	What      string  `json:"what"`
	Name      string  `json:"name"`
	ID        string  `json:"id"`
	Recovered bool    `json:"recovered"`
	Transport string  `json:"transport"`
	Reason    string  `json:"reason"`
	Packed    int     `json:"packed"` // bytes of a message that came as gzip
	Message   message `json:"message"`
}

// message is an envelope of a channel, or the argument of an ack or of "unsubscribed".
type message struct {
	Seq     uint64          `json:"seq"`
	SeqFrom uint64          `json:"seq_from"`
	Type    string          `json:"type"`
	Data    json.RawMessage `json:"data"`
	reply
}

// official is a process with the official client.
type official struct {
	t     *testing.T
	in    io.WriteCloser
	lines chan line
}

// follow starts the official client. Options are its own, as JSON.
func follow(t *testing.T, url, options string) *official {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("no node: install Node.js 20 or later")
	}
	if _, err := os.Stat("testdata/client/node_modules/socket.io-client"); err != nil {
		t.Fatal("the official client is not installed: run make socketio-client")
	}
	cmd := exec.Command(node, "testdata/client/follow.mjs", url, options)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	o := &official{t: t, in: in, lines: make(chan line, 100000)}
	go func() {
		defer close(o.lines)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			var l line
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				t.Errorf("the client says %q: %v", lines.Text(), err)
				return
			}
			o.lines <- l
		}
	}()
	t.Cleanup(func() {
		in.Close()
		for range o.lines { // to its end
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the client: %v", err)
		}
	})
	return o
}

func (o *official) tell(format string, args ...any) {
	o.t.Helper()
	if _, err := fmt.Fprintf(o.in, format+"\n", args...); err != nil {
		o.t.Fatal(err)
	}
}

func (o *official) subscribe(channel string) {
	o.t.Helper()
	o.tell(`{"do":"emit","args":["subscribe",%q]}`, channel)
}

// next is what the client says next.
func (o *official) next() line {
	o.t.Helper()
	select {
	case l, ok := <-o.lines:
		if !ok {
			o.t.Fatal("the client has ended")
		}
		return l
	case <-time.After(20 * time.Second):
		o.t.Fatal("the client says nothing")
	}
	return line{}
}

// expect takes lines until one of a kind; before it only those may come that are named.
func (o *official) expect(what string, before ...string) line {
	o.t.Helper()
	for {
		l := o.next()
		if l.What == what {
			return l
		}
		known := false
		for _, b := range before {
			known = known || l.What == b
		}
		if !known {
			o.t.Fatalf("the client says %+v, not %s", l, what)
		}
	}
}
