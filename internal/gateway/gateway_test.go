package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/gateway"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

func TestMain(m *testing.M) {
	// Workers of the engine that its shutdown leaves waiting.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge/internal/dissolve.(*Dissolver).runWorker"),
		goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge.(*historyHub).runEverySecond"))
}

// stand is bus, live service and gateway of one session, as the program puts them together.
type stand struct {
	log    *sessionlog.Log
	live   *live.Service
	bus    *bus.Bus
	server *httptest.Server
	sent   int
}

func newStand(t testing.TB, cfg bus.Config, change ...func(*gateway.Config)) *stand {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bus.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	liveCfg := live.Default()
	liveCfg.Log = slog.New(slog.DiscardHandler)
	s := &stand{log: log, bus: b, live: live.New(b, liveCfg)}
	mux := http.NewServeMux()
	gatewayCfg := gateway.Default()
	for _, f := range change {
		f(&gatewayCfg)
	}
	for path, h := range gateway.Mount(b, s.live, gatewayCfg) {
		mux.Handle(path, h)
	}
	s.server = httptest.NewServer(mux)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	s.append(t, feed.TopicSessionInfo, `{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`)
	if _, err := s.live.Add(t.Context(), log, live.About{Key: "9", Source: "test", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.live.Close()
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
		s.server.CloseClientConnections()
		s.server.Close()
		log.Close()
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

// lap appends one timing message that nobody can mistake for another.
func (s *stand) lap(t *testing.T, n int) {
	s.append(t, feed.TopicTimingData, fmt.Sprintf(`{"Lines":{"%d":{"Line":%d,"Position":"%d","NumberOfLaps":%d,"LastLapTime":{"Value":"1:%02d.%03d"}}}}`,
		1+n%20, 1+n%20, 1+n%20, n, n/1000%60, n%1000))
}

// last is a number no earlier message has: who sees it has seen all.
const last = 77777

func (s *stand) end(t *testing.T) {
	s.append(t, feed.TopicRaceControlMessages, fmt.Sprintf(`{"Messages":{"0":{"Utc":"2025-05-04T15:30:00","Category":"Other","Message":"%d"}}}`, last))
}

var errSeenAll = errors.New("seen all")

// follow keeps a board until the last message has arrived. The follower itself fails on a gap.
func (s *stand) follow(ctx context.Context, server string) (wire.Board, error) {
	var b watch.Board
	f := &watch.Follower{Server: server, Channel: "timing:9", Handle: func(m watch.Message) error {
		if err := b.Apply(m); err != nil {
			return err
		}
		if strings.Contains(string(m.Data), fmt.Sprint(last)) {
			return errSeenAll
		}
		return nil
	}}
	if err := f.Run(ctx); !errors.Is(err, errSeenAll) {
		return wire.Board{}, fmt.Errorf("follower ended without the last message: %w", err)
	}
	return b.Value()
}

// settled takes out what differs by the moment of looking.
func settled(b wire.Board) wire.Board {
	b.Quality, b.View, b.Now = wire.Quality{}, wire.View{}, ""
	return b
}

// Whenever a subscriber joins, snapshot and deltas together give the board.
func TestSnapshotMeetsStream(t *testing.T) {
	s := newStand(t, bus.Default())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var group errgroup.Group
	boards := make([]wire.Board, 24)
	random := rand.New(rand.NewPCG(3, 4))
	joined := map[int]int{}
	for i := range boards {
		joined[random.IntN(3000)] = i
	}
	for n := range 3000 {
		if i, ok := joined[n]; ok {
			group.Go(func() (err error) { boards[i], err = s.follow(ctx, s.server.URL); return err })
		}
		s.lap(t, n)
	}
	s.end(t)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	want, err := s.live.Board("9", time.Time{}, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range joined {
		if got := settled(boards[i]); !reflect.DeepEqual(got, roundTrip(t, settled(want))) {
			t.Fatalf("subscriber %d ends with another board:\n%+v\n%+v", i, got, settled(want))
		}
	}
}

func roundTrip(t *testing.T, b wire.Board) wire.Board {
	t.Helper()
	j, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(j, &tree); err != nil {
		t.Fatal(err)
	}
	var wb watch.Board
	if err := wb.Apply(watch.Message{Type: "snapshot", Data: j}); err != nil {
		t.Fatal(err)
	}
	v, err := wb.Value()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// cutter is a TCP proxy that breaks every connection when told.
type cutter struct {
	net.Listener
	opened chan struct{} // one for every connection
	mu     sync.Mutex
	conns  []net.Conn
	wg     sync.WaitGroup
}

func newCutter(t *testing.T, target string) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{Listener: l, opened: make(chan struct{}, 1000)}
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
			c.opened <- struct{}{}
			for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
				c.wg.Go(func() {
					buf := make([]byte, 4096)
					for {
						n, err := pair[0].Read(buf)
						if err == nil {
							_, err = pair[1].Write(buf[:n])
						}
						if err != nil {
							pair[0].Close()
							pair[1].Close()
							return
						}
					}
				})
			}
		}
	})
	t.Cleanup(func() { l.Close(); c.cut(); c.wg.Wait() })
	return c
}

func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

// A subscriber whose connection breaks again and again misses nothing and sees nothing twice.
func TestRecovery(t *testing.T) {
	s := newStand(t, bus.Default())
	proxy := newCutter(t, s.server.Listener.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var laps []string
	seen := make(chan string, 16)
	f := &watch.Follower{
		Server: "http://" + proxy.Addr().String(), Channel: "timing:raw:9:each",
		Handle: func(m watch.Message) error {
			if m.Type == "snapshot" {
				seen <- "snapshot"
				return nil
			}
			laps = append(laps, string(m.Data))
			if strings.Contains(string(m.Data), fmt.Sprint(last)) {
				return errSeenAll
			}
			return nil
		},
	}
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	<-seen
	for n := range 5 {
		<-proxy.opened
		for i := range 20 {
			s.lap(t, n*20+i)
		}
		proxy.cut()
	}
	s.end(t)
	if err := <-done; !errors.Is(err, errSeenAll) {
		t.Fatal(err)
	}
	if len(laps) != 101 {
		t.Fatalf("%d messages, 101 were sent", len(laps))
	}
	for n, data := range laps[:100] {
		if want := fmt.Sprintf(`"NumberOfLaps":%d,`, n); !strings.Contains(data, want) {
			t.Fatalf("message %d is %s", n, data)
		}
	}
	if len(seen) != 0 {
		t.Fatal("a second snapshot although the position could be recovered")
	}
}

// The raw channel carries every payload untouched, batched or one by one, in the same order.
func TestRawUntouched(t *testing.T) {
	s := newStand(t, bus.Default())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	type result struct {
		payloads []string
		batches  int
	}
	collect := func(channel string, ready chan<- struct{}) (r result, err error) {
		take := func(m watch.Message) error {
			r.payloads = append(r.payloads, string(m.Data))
			if strings.Contains(string(m.Data), fmt.Sprint(last)) {
				return errSeenAll
			}
			return nil
		}
		f := &watch.Follower{Server: s.server.URL, Channel: channel, Handle: func(m watch.Message) error {
			switch m.Type {
			case "snapshot":
				ready <- struct{}{}
				return nil
			case "batch":
				r.batches++
				var all []watch.Message
				if err := json.Unmarshal(m.Data, &all); err != nil {
					return err
				}
				for i, inner := range all {
					if inner.Seq != m.SeqFrom+uint64(i) {
						return fmt.Errorf("seq %d at place %d of a batch from %d", inner.Seq, i, m.SeqFrom)
					}
					if err := take(inner); err != nil {
						return err
					}
				}
				return nil
			}
			return take(m)
		}}
		if err := f.Run(ctx); !errors.Is(err, errSeenAll) {
			return r, fmt.Errorf("%s: %w", channel, err)
		}
		return r, nil
	}
	var batched, each result
	ready := make(chan struct{}, 2)
	var group errgroup.Group
	group.Go(func() (err error) { batched, err = collect("timing:raw:9", ready); return err })
	group.Go(func() (err error) { each, err = collect("timing:raw:9:each", ready); return err })
	<-ready
	<-ready
	var want []string
	odd := ` {"Lines" : {"4":{"Strange\u00e9":[1, 2.50, null]}}, "_kf":true} `
	for n := range 300 {
		s.lap(t, n)
		want = append(want, fmt.Sprintf(`"NumberOfLaps":%d,`, n))
	}
	s.append(t, "SomethingNew", odd)
	want = append(want, strings.TrimSpace(odd))
	s.end(t)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]result{"batched": batched, "each": each} {
		if len(r.payloads) != 302 {
			t.Fatalf("%s: %d messages, 302 were sent", name, len(r.payloads))
		}
		for i, w := range want {
			if !strings.Contains(r.payloads[i], w) {
				t.Fatalf("%s: message %d is %s, want %s", name, i, r.payloads[i], w)
			}
		}
	}
	if batched.batches == 0 || each.batches != 0 {
		t.Fatalf("%d batches on the channel, %d on the one without", batched.batches, each.batches)
	}
}

// A connection that does not read is cut, the others are served, and it can resume.
func TestSlowConsumer(t *testing.T) {
	cfg := bus.Default()
	cfg.QueueBytes = 64 << 10
	s := newStand(t, cfg)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := net.Dial("tcp", s.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The kernel's buffers are kept small, so that little is needed to fill them.
	if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse("ws" + strings.TrimPrefix(s.server.URL, "http") + "/connection/websocket")
	if err != nil {
		t.Fatal(err)
	}
	ws, _, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.Write(ctx, websocket.MessageText, []byte(`{"id":1,"connect":{}}`+"\n"+`{"id":2,"subscribe":{"channel":"timing:raw:9"}}`)); err != nil {
		t.Fatal(err)
	}
	for answers := ""; !strings.Contains(answers, `"id":2`); { // in one frame or two; then never again
		_, frame, err := ws.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		answers += string(frame)
	}
	done := make(chan error, 1)
	go func() { _, err := s.follow(ctx, s.server.URL); done <- err }()
	// Both are connected; then messages come until one of them is not any more.
	hub := s.bus.Node().Hub()
	for hub.NumClients() < 2 && ctx.Err() == nil {
		runtime.Gosched()
	}
	big := strings.Repeat("x", 32<<10)
	for n := 0; hub.NumClients() == 2 && ctx.Err() == nil; n++ {
		s.append(t, "Filler", fmt.Sprintf(`{"n":%d,"x":"%s"}`, n, big))
	}
	s.end(t)
	if err := <-done; err != nil {
		t.Fatal("the reading subscriber suffered: ", err)
	}
	if ctx.Err() != nil {
		t.Fatal("the slow connection was never cut")
	}
}

// Server-sent events give the snapshot and then what follows.
func TestServerSentEvents(t *testing.T) {
	s := newStand(t, bus.Default())
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	commands := `{"id":1,"connect":{}}` + "\n" + `{"id":2,"subscribe":{"channel":"timing:9"}}`
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+"/connection/sse?cf_connect="+url.QueryEscape(commands), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	snapshot := false
	for lines.Scan() {
		line := lines.Text()
		if strings.Contains(line, `"type":"snapshot"`) {
			snapshot = true
			s.lap(t, 1)
		}
		if snapshot && strings.Contains(line, `"type":"delta"`) {
			return
		}
	}
	t.Fatalf("no delta after the snapshot (%v), %v", snapshot, lines.Err())
}

// Who watches a clock that is ended is told so at once and does not come back; others are left alone.
func TestEndedClock(t *testing.T) {
	s := newStand(t, bus.Default())
	c, err := s.live.CreateClock("9", wire.ClockWish{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	watching := make(chan struct{}, 2)
	ended := make(chan error, 2)
	for _, channel := range []string{c.Channel, strings.Replace(c.Channel, "timing:", "timing:raw:", 1)} {
		f := &watch.Follower{Server: s.server.URL, Channel: channel, Handle: func(watch.Message) error { watching <- struct{}{}; return nil }}
		go func() { ended <- f.Run(ctx) }()
	}
	other := make(chan error, 1)
	go func() { _, err := s.follow(ctx, s.server.URL); other <- err }()
	<-watching
	<-watching
	if err := s.live.DeleteClock(c.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-ended; !errors.Is(err, watch.ErrRefused) || !strings.Contains(err.Error(), "the clock was ended (2404)") {
			t.Errorf("a viewer of the clock: %v", err)
		}
	}
	s.end(t)
	if err := <-other; err != nil {
		t.Errorf("a viewer of another clock: %v", err)
	}
}

// A body that does not come to an end, or is too large, ends the request; a whole one is streamed to beyond
// the time it was given.
func TestBodies(t *testing.T) {
	const patience = 300 * time.Millisecond
	s := newStand(t, bus.Default(), func(c *gateway.Config) { c.WriteTimeout, c.MessageBytes = patience, 1000 })
	send := func(head, body string) *bufio.Reader {
		t.Helper()
		conn, err := net.Dial("tcp", s.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST /connection/http_stream HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s", head, body); err != nil {
			t.Fatal(err)
		}
		return bufio.NewReader(conn)
	}
	status := func(r *bufio.Reader) int {
		t.Helper()
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode
	}
	if got := status(send("Content-Length: 500", `{"id":1`)); got != http.StatusRequestTimeout {
		t.Errorf("half a body is answered with %d", got)
	}
	if got := status(send("Transfer-Encoding: chunked", "3e9\r\n"+strings.Repeat("x", 1001)+"\r\n0\r\n\r\n")); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body is answered with %d", got)
	}
	commands := `{"id":1,"connect":{}}` + "\n" + `{"id":2,"subscribe":{"channel":"timing:9"}}`
	r := send(fmt.Sprint("Content-Length: ", len(commands)), commands)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", resp, err)
	}
	began := time.Now()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for {
		if !lines.Scan() {
			t.Fatal("the stream ended: ", lines.Err())
		}
		if time.Since(began) > 2*patience {
			return
		}
		s.lap(t, s.sent)
	}
}

// Pages of other sites and channels that do not exist are refused.
func TestRefusals(t *testing.T) {
	s := newStand(t, bus.Default())
	for _, path := range []string{"/connection/websocket", "/connection/sse?cf_connect=%7B%7D", "/connection/http_stream"} {
		req, err := http.NewRequest(http.MethodGet, s.server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", "https://evil.example")
		req.Header.Set("Connection", "Upgrade")
		req.Header.Set("Upgrade", "websocket")
		req.Header.Set("Sec-WebSocket-Version", "13")
		req.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another site: %s", path, resp.Status)
		}
	}
	for _, channel := range []string{"timing:8", "timing:9@c_0", "timing:9@live-0", "timing:9@live-301", "timing:9@live-030", "telemetry:9:x", "events", "timing:9 ", ""} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		f := &watch.Follower{Server: s.server.URL, Channel: channel, Handle: func(watch.Message) error { return errors.New("served") }}
		err := f.Run(ctx)
		cancel()
		if channel == "" {
			if err == nil && ctx.Err() != nil {
				continue // a bad request ends the connection, over and over
			}
		}
		if !errors.Is(err, watch.ErrRefused) {
			t.Errorf("channel %q: %v", channel, err)
		}
	}
}
