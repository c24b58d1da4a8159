package socketio

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/bus"
)

// quick makes the clocks of the protocol short.
func quick(_ *bus.Config, cfg *Config) {
	cfg.PingInterval, cfg.PingTimeout, cfg.ConnectTimeout = 300*time.Millisecond, 200*time.Millisecond, time.Second
}

// ask sends one request and gives the answer.
func (s *stand) ask(t testing.TB, method, query, body string, head ...string) (status int, text string, h http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+"/socket.io/?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b), answer.Header
}

// polling opens a connection and gives the query of its requests.
func (s *stand) polling(t testing.TB) string {
	t.Helper()
	_, text, _ := s.ask(t, "GET", "EIO=4&transport=polling", "")
	var open struct {
		SID          string
		Upgrades     []string
		PingInterval int
		PingTimeout  int
		MaxPayload   int
	}
	if err := json.Unmarshal([]byte(text[1:]), &open); err != nil || text[0] != '0' {
		t.Fatalf("the open packet is %q: %v", text, err)
	}
	if len(open.Upgrades) != 1 || open.Upgrades[0] != "websocket" || open.MaxPayload != 64<<10 || open.PingInterval == 0 || open.PingTimeout == 0 {
		t.Errorf("the open packet is %q", text)
	}
	return "EIO=4&transport=polling&sid=" + open.SID
}

// socket opens a WebSocket; the open packet has been read unless it takes over from polling.
func (s *stand) socket(t testing.TB, query string) *raw {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), s.server.URL+"/socket.io/?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(64 << 20)
	t.Cleanup(func() { conn.CloseNow() })
	w := &raw{t, conn}
	if !strings.Contains(query, "sid=") {
		if text := w.read(); !strings.HasPrefix(text, `0{"sid":"`) || !strings.Contains(text, `"upgrades":[]`) {
			t.Fatalf("the open packet is %q", text)
		}
	}
	return w
}

const direct = "EIO=4&transport=websocket"

// raw is a WebSocket without a client library.
type raw struct {
	t    testing.TB
	conn *websocket.Conn
}

func (w *raw) write(text string) {
	w.t.Helper()
	if err := w.conn.Write(w.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *raw) read() string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	_, data, err := w.conn.Read(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// closed waits for the end of the connection.
func (w *raw) closed(why string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	for {
		if _, _, err := w.conn.Read(ctx); err != nil {
			if ctx.Err() != nil {
				w.t.Errorf("still open after %s", why)
			}
			return
		}
	}
}

// Requests that are not of the protocol get its errors.
func TestErrors(t *testing.T) {
	s := newStand(t)
	known := s.polling(t)
	for _, c := range []struct {
		method, query string
		status, code  int
	}{
		{"GET", "transport=polling", 400, 5},
		{"GET", "EIO=3&transport=polling", 400, 5},
		{"GET", "transport=odd", 400, 5},
		{"GET", "EIO=4", 400, 0},
		{"GET", "EIO=4&transport=odd", 400, 0},
		{"GET", "EIO=4&transport=polling&sid=nobody", 400, 1},
		{"POST", "EIO=4&transport=polling&sid=nobody", 400, 1},
		{"GET", "EIO=4&transport=websocket&sid=nobody", 400, 3},
		{"POST", "EIO=4&transport=polling", 400, 2},
		{"PUT", "EIO=4&transport=polling", 400, 2},
		{"GET", direct, 400, 3},
		{"DELETE", known, 400, 3},
	} {
		status, text, h := s.ask(t, c.method, c.query, "")
		var e struct {
			Code    int
			Message string
		}
		if err := json.Unmarshal([]byte(text), &e); err != nil || status != c.status || e.Code != c.code || e.Message == "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: %d %s", c.method, c.query, status, text)
		}
	}
}

// Only pages that are allowed may connect, and they are told in their browser's terms.
func TestOrigins(t *testing.T) {
	s := newStand(t, func(_ *bus.Config, cfg *Config) { cfg.Origins = []string{"https://friend.example"} })
	const open = "EIO=4&transport=polling"
	if status, text, _ := s.ask(t, "GET", open, "", "Origin", "https://stranger.example"); status != 403 || !strings.Contains(text, `"code":4`) {
		t.Errorf("a stranger: %d %s", status, text)
	}
	status, _, h := s.ask(t, "GET", open, "", "Origin", "https://friend.example")
	if status != 200 || h.Get("Access-Control-Allow-Origin") != "https://friend.example" || h.Get("Access-Control-Allow-Credentials") != "true" || h.Get("Vary") != "Origin" {
		t.Errorf("a friend: %d %v", status, h)
	}
	if status, _, h := s.ask(t, "OPTIONS", open, "", "Origin", "https://friend.example"); status != 204 || h.Get("Access-Control-Allow-Methods") != "GET, POST" {
		t.Errorf("a friend's browser: %d %v", status, h)
	}
	if status, _, h := s.ask(t, "GET", open, "", "Origin", s.server.URL); status != 200 || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("our own page: %d %v", status, h)
	}
	_, answer, err := websocket.Dial(t.Context(), s.server.URL+"/socket.io/?"+direct, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"https://stranger.example"}}})
	if err == nil || answer == nil || answer.StatusCode != 403 {
		t.Errorf("a stranger's WebSocket: %v", err)
	}
}

// Over polling, packets come in one body, pings too, and whoever breaks the rules is out.
func TestPolling(t *testing.T) {
	s := newStand(t, quick)
	gone := func(query, why string) {
		t.Helper()
		if status, text, _ := s.ask(t, "GET", query, ""); status != 400 || !strings.Contains(text, `"code":1`) {
			t.Errorf("after %s: %d %s", why, status, text)
		}
	}
	query := s.polling(t)
	if status, text, _ := s.ask(t, "POST", query, "40"); status != 200 || text != "ok" {
		t.Fatalf("a POST: %d %s", status, text)
	}
	if _, text, h := s.ask(t, "GET", query, ""); !strings.HasPrefix(text, `40{"sid":"`) || h.Get("Content-Type") != "text/plain; charset=UTF-8" {
		t.Errorf("connected: %s %v", text, h)
	}
	s.ask(t, "POST", query, "421[\"dance\"]\x1e452-2[\"dance\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]\x1ebAQIDBA==\x1ebAQ==\x1e423[\"dance\"]")
	if _, text, _ := s.ask(t, "GET", query, ""); strings.Count(text, "\x1e") != 2 || !strings.HasPrefix(text, "431[{") || !strings.Contains(text, "\x1e432[{") || !strings.Contains(text, "\x1e433[{") {
		t.Errorf("three acks: %q", text)
	}
	for range 2 {
		if _, text, _ := s.ask(t, "GET", query, ""); text != "2" {
			t.Fatalf("not a ping: %q", text)
		}
		s.ask(t, "POST", query, "3")
	}
	for _, body := range []string{"abc", "", "4\x1e", "b!", "5", "2", "2probe", "4{", "42{}", "49"} {
		query := s.polling(t)
		if status, text, _ := s.ask(t, "POST", query, body); status != 400 || !strings.Contains(text, `"code":3`) {
			t.Errorf("%q: %d %s", body, status, text)
		}
		gone(query, body)
	}
	query = s.polling(t)
	if status, _, _ := s.ask(t, "POST", query, "4"+strings.Repeat("x", 64<<10)); status != 413 {
		t.Errorf("a body that is too large: %d", status)
	}
	gone(query, "a body that is too large")

	query = s.polling(t)
	first := make(chan string, 1)
	go func() { _, text, _ := s.ask(t, "GET", query, ""); first <- text }()
	s.waiting(t)
	if status, _, _ := s.ask(t, "GET", query, ""); status != 400 {
		t.Errorf("a second GET: %d", status)
	}
	if text := <-first; text != "1" {
		t.Errorf("the first GET: %q", text)
	}
	gone(query, "two at once")

	query = s.polling(t)
	go func() { _, text, _ := s.ask(t, "GET", query, ""); first <- text }()
	s.waiting(t)
	if status, text, _ := s.ask(t, "POST", query, "1"); status != 200 || text != "ok" {
		t.Errorf("goodbye: %d %s", status, text)
	}
	if text := <-first; text != "6" {
		t.Errorf("the GET at the goodbye: %q", text)
	}
	gone(query, "the goodbye")

	query = s.polling(t)
	until(t, "the end of a client that does not answer", func() bool { return s.connections() == 0 })
	gone(query, "silence")
}

func (s *stand) connections() int {
	s.io.mu.Lock()
	defer s.io.mu.Unlock()
	return len(s.io.sessions)
}

// waiting waits until a polling request waits.
func (s *stand) waiting(t testing.TB) {
	t.Helper()
	until(t, "a waiting GET", func() bool {
		s.io.mu.Lock()
		defer s.io.mu.Unlock()
		for _, c := range s.io.sessions {
			c.mu.Lock()
			waits := c.poll != nil
			c.mu.Unlock()
			if waits {
				return true
			}
		}
		return false
	})
}

// A client that goes away in a polling request is not waited for.
func TestAbortedPoll(t *testing.T) {
	s := newStand(t)
	query := s.polling(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", s.server.URL+"/socket.io/?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() {
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err == nil {
			answer.Body.Close()
		}
		failed <- err
	}()
	s.waiting(t)
	cancel()
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
	until(t, "the end of the connection", func() bool { return s.connections() == 0 })
}

// Over a WebSocket: pings, and what ends a connection.
func TestWebSocket(t *testing.T) {
	s := newStand(t, quick)
	w := s.socket(t, direct)
	w.write(`40{"token":"x","pid":7}`)
	if text := w.read(); !strings.HasPrefix(text, `40{"sid":"`) || !strings.Contains(text, `"pid":"`) {
		t.Errorf("connected: %s", text)
	}
	for range 2 {
		if text := w.read(); text != "2" {
			t.Fatalf("not a ping: %q", text)
		}
		w.write("3")
	}
	w.write("40/custom?x=1,")
	if text := w.read(); text != `44/custom,{"message":"Invalid namespace"}` {
		t.Errorf("a namespace: %s", text)
	}
	w.write(`42/custom,1["subscribe","timing:9"]`)
	w.write(`422["dance"]`)
	if text := w.read(); !strings.HasPrefix(text, "432[") {
		t.Errorf("after an event of another namespace: %s", text)
	}
	w.write("41")
	w.write("40")
	if text := w.read(); !strings.HasPrefix(text, `40{"sid":"`) {
		t.Errorf("connected again: %s", text)
	}
	w.write("1")
	w.closed("goodbye")
	for _, text := range []string{
		"abc", "4abc", "2", "5", "", "42{}", `42abc["x"]`, `42["disconnect"]`, "43", "44{}", "42[]", "42[{}]",
		`4511-["x"]`, `45-["x"]`, "40[]", `40"x"`, "4212345678901234567[\"x\"]", "42" + strings.Repeat("[", 17) + strings.Repeat("]", 17), "40",
	} {
		w := s.socket(t, direct)
		w.write("40")
		w.read()
		w.write(text)
		w.closed(fmt.Sprintf("%.40q", text))
	}
	for _, text := range []string{`42["subscribe","timing:9"]`, "41", "4abc"} {
		w := s.socket(t, direct)
		w.write(text)
		w.closed(text + " before it has connected")
	}
	for _, c := range []struct{ before, why string }{{"", "no CONNECT"}, {"40", "no pong"}} {
		w := s.socket(t, direct)
		if c.before != "" {
			w.write(c.before)
		}
		w.closed(c.why)
	}
}

// From polling to a WebSocket nothing is lost, and polling is over after it.
func TestUpgrade(t *testing.T) {
	s := newStand(t)
	query := s.polling(t)
	s.ask(t, "POST", query, "40")
	s.ask(t, "GET", query, "")
	over := strings.Replace(query, "polling", "websocket", 1)
	w := s.socket(t, over)
	first := make(chan string, 1)
	go func() { _, text, _ := s.ask(t, "GET", query, ""); first <- text }()
	s.waiting(t)
	w.write("2probe")
	if text := w.read(); text != "3probe" {
		t.Fatalf("probe: %q", text)
	}
	if text := <-first; text != "6" {
		t.Errorf("the GET at the probe: %q", text)
	}
	if _, text, _ := s.ask(t, "GET", query, ""); text != "6" {
		t.Errorf("a GET after the probe: %q", text)
	}
	s.ask(t, "POST", query, `421["dance"]`) // waits for the transport
	w.write("5")
	if text := w.read(); !strings.HasPrefix(text, "431[") {
		t.Errorf("what waited: %q", text)
	}
	if status, text, _ := s.ask(t, "GET", query, ""); status != 400 || !strings.Contains(text, `"code":3`) {
		t.Errorf("polling after the upgrade: %d %s", status, text)
	}
	s.socket(t, over).closed("an upgrade of what is upgraded")
	w.write(`422["dance"]`)
	if text := w.read(); !strings.HasPrefix(text, "432[") {
		t.Errorf("after all that: %q", text)
	}
}

// An upgrade that is not completed leaves the client polling.
func TestUpgradeGivenUp(t *testing.T) {
	s := newStand(t, func(_ *bus.Config, cfg *Config) { cfg.UpgradeTimeout = 100 * time.Millisecond })
	query := s.polling(t)
	w := s.socket(t, strings.Replace(query, "polling", "websocket", 1))
	w.write("2probe")
	w.closed("the time for an upgrade")
	s.ask(t, "POST", query, "40")
	if _, text, _ := s.ask(t, "GET", query, ""); !strings.HasPrefix(text, `40{"sid":"`) {
		t.Errorf("still polling: %q", text)
	}
}

// Nobody beyond the limit gets in.
func TestConnectionLimit(t *testing.T) {
	s := newStand(t, func(_ *bus.Config, cfg *Config) { cfg.Connections = 2 })
	s.polling(t)
	s.socket(t, direct)
	if status, text, _ := s.ask(t, "GET", "EIO=4&transport=polling", ""); status != 503 || !strings.Contains(text, `"code":4`) {
		t.Errorf("a third: %d %s", status, text)
	}
	conn, _, err := websocket.Dial(t.Context(), s.server.URL+"/socket.io/?"+direct, nil)
	if err != nil {
		t.Fatal(err)
	}
	(&raw{t, conn}).closed("the limit")
}

// A client that does not read is cut, and one that reads does not notice.
func TestSlowClient(t *testing.T) {
	s := newStand(t, func(_ *bus.Config, cfg *Config) {
		cfg.QueueBytes, cfg.WriteTimeout = 1<<20, 500*time.Millisecond
	})
	slow, quick := s.socket(t, direct), s.socket(t, direct)
	for _, w := range []*raw{slow, quick} {
		w.write("40")
		w.read()
		w.write(`420["subscribe","timing:raw:9"]`)
	}
	for text := quick.read(); !strings.HasPrefix(text, "430["); {
		text = quick.read()
	}
	long := strings.Repeat("a long message ", 10000)
	for n := 1; s.connections() == 2; n++ {
		if n > 1000 {
			t.Fatal("the slow client was not cut")
		}
		s.append(t, "TeamRadio", fmt.Sprintf(`{"N":"%d.","Long":"%s"}`, n, long))
		for text := quick.read(); !strings.Contains(text, fmt.Sprintf(`{"N":"%d."`, n)); {
			text = quick.read()
		}
	}
	s.lap(t, 1)
	if text := quick.read(); !strings.Contains(text, `"NumberOfLaps":1`) {
		t.Errorf("the quick one: %.100s", text)
	}
}

// Clients that do not come back are forgotten.
func TestForgotten(t *testing.T) {
	s := newStand(t, func(_ *bus.Config, cfg *Config) { cfg.Away, cfg.AwayClients = 300*time.Millisecond, 2 })
	all := []*raw{s.socket(t, direct), s.socket(t, direct), s.socket(t, direct)}
	for _, w := range all {
		w.write("40")
		w.read()
	}
	for _, w := range all {
		w.conn.CloseNow()
	}
	count := func() (sockets, away int) {
		s.io.mu.Lock()
		defer s.io.mu.Unlock()
		return len(s.io.sockets), s.io.away
	}
	until(t, "the end of the connections", func() bool { return s.connections() == 0 })
	most := 0
	until(t, "nobody to be waited for", func() bool {
		sockets, away := count()
		most = max(most, away)
		return sockets == 0 && away == 0
	})
	if most > 2 {
		t.Errorf("%d were waited for, not 2 at most", most)
	}
}
