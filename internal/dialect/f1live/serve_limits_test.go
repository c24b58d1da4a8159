package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/wire"
)

// viewer is a client that says and hears exactly what a test tells it.
type viewer struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
	rest []byte
}

func (s *stand) dial(t *testing.T, path string) *viewer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	conn, _, err := websocket.Dial(ctx, s.server.URL+path, nil) //nolint:bodyclose // the library replaces the body by one that needs no closing
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { cancel(); conn.CloseNow() })
	return &viewer{t: t, ctx: ctx, conn: conn}
}

// core opens a socket and does the handshake.
func (s *stand) core(t *testing.T, path string) *viewer {
	t.Helper()
	v := s.dial(t, path)
	v.say(`{"protocol": "json", "version": 0}␞`)
	v.expect(`{}`)
	return v
}

func (v *viewer) say(frame string) {
	v.t.Helper()
	if err := v.conn.Write(v.ctx, websocket.MessageText, []byte(strings.ReplaceAll(frame, "␞", "\x1e"))); err != nil {
		v.t.Fatal(err)
	}
}

// hear is the next message of a Core hub, or the next frame of a legacy one, that is no ping; "" at the end.
func (v *viewer) hear() string {
	for {
		if record, rest, found := bytes.Cut(v.rest, []byte{separator}); found {
			v.rest = rest
			if string(record) != `{"type":6}` {
				return string(record)
			}
			continue
		}
		_, frame, err := v.conn.Read(v.ctx)
		switch {
		case err != nil:
			return ""
		case bytes.IndexByte(frame, separator) >= 0:
			v.rest = frame
		case string(frame) != "{}":
			return string(frame)
		}
	}
}

func (v *viewer) expect(want string) {
	v.t.Helper()
	if got := v.hear(); got != want {
		v.t.Fatalf("heard %.500s\nwant  %s", got, want)
	}
}

const coreAt = "/livetiming/signalrcore?id=any"

// Each subscription is answered with its own topics, and the stream goes on with all of them.
func TestServeSubscribe(t *testing.T) {
	s := newStand(t).hold(t)
	s.append(t, feed.TopicTrackStatus, `{"Status":"1"}`)
	v := s.core(t, coreAt)
	v.say(`{"type":6}␞{"arguments": [["TrackStatus", "Nonsense"]], "headers": {}, "target": "Subscribe", "invocationId": "a-1", "type": 1}␞`)
	v.expect(`{"type":3,"invocationId":"a-1","result":{"TrackStatus":{"Status":"1"}}}`)
	s.lap(t, 1)
	s.append(t, feed.TopicTrackStatus, `{ "Status" : "2" }`)
	v.expect(`{"type":1,"target":"feed","arguments":["TrackStatus",{ "Status" : "2" },"2025-05-04T15:00:00.04Z"]}`)
	v.say(`{"type":1,"invocationId":"2","target":"Subscribe","arguments":[["TimingData"]]}␞`)
	v.expect(`{"type":3,"invocationId":"2","result":{"TimingData":{"Lines":{"1":{"NumberOfLaps":1}}}}}`)
	s.append(t, feed.TopicWeatherData, `{"AirTemp":"20"}`)
	s.lap(t, 2)
	s.append(t, feed.TopicTrackStatus, `{"Status":"1"}`)
	v.expect(`{"type":1,"target":"feed","arguments":["TimingData",{"Lines": {"1":{"NumberOfLaps":2}}},"2025-05-04T15:00:00.06Z"]}`)
	v.expect(`{"type":1,"target":"feed","arguments":["TrackStatus",{"Status":"1"},"2025-05-04T15:00:00.07Z"]}`)
	// A call without an id wants no answer; wrong calls are told so, and end nothing.
	v.say(`{"type":1,"target":"Subscribe","arguments":[["WeatherData"]]}␞{"type":1,"invocationId":"3","target":"Shout","arguments":[]}␞`)
	v.expect(`{"type":3,"invocationId":"3","error":"unknown method \"Shout\"; there is Subscribe"}`)
	v.say(`{"type":1,"invocationId":"4","target":"Subscribe","arguments":["TrackStatus"]}␞`)
	v.expect(`{"type":3,"invocationId":"4","error":"Subscribe takes one argument, the list of topics"}`)
	v.say(`{"type":1,"invocationId":"5","target":"Subscribe","arguments":[[` + strings.Repeat(`"A",`, 300) + `"A"]]}␞`)
	v.expect(`{"type":3,"invocationId":"5","error":"more than 256 topics"}`)
	s.append(t, feed.TopicWeatherData, `{"AirTemp":"21"}`)
	v.expect(`{"type":1,"target":"feed","arguments":["WeatherData",{"AirTemp":"21"},"2025-05-04T15:00:00.08Z"]}`)
	v.say(`{"type":7}␞`)
	v.expect("")
}

// While messages come, a further subscription's snapshot and the stream meet exactly.
func TestServeSubscribeMeets(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.Subscribes = 100 }).hold(t)
	v := s.core(t, coreAt)
	v.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TrackStatus"]]}␞`)
	v.expect(`{"type":3,"invocationId":"0","result":{}}`)
	const laps = 3000
	go func() {
		for n := 1; n <= laps; n++ {
			s.lap(t, n)
		}
	}()
	lap := 0
	for asked := 1; lap < laps; {
		if asked <= 20 {
			v.say(fmt.Sprintf(`{"type":1,"invocationId":"%d","target":"Subscribe","arguments":[["TimingData"]]}␞`, asked))
			asked++
		}
		var m hubMessage
		if err := json.Unmarshal([]byte(v.hear()), &m); err != nil {
			t.Fatal(err)
		}
		switch m.Type {
		case typeCompletion:
			var states map[string]json.RawMessage
			if err := json.Unmarshal(m.Result, &states); err != nil {
				t.Fatal(err)
			}
			if states["TimingData"] == nil {
				continue
			}
			if n := lapIn(t, states["TimingData"]); lap > 0 && n != lap {
				t.Fatalf("the snapshot after lap %d says %d", lap, n)
			} else {
				lap = n
			}
		default:
			n := lapIn(t, m.Arguments[1])
			if n != lap+1 {
				t.Fatalf("lap %d came after %d", n, lap)
			}
			lap = n
		}
	}
}

// Every subscription has the channel wait while its snapshot is made, so a connection gets few; it goes on without.
func TestServeSubscribesInALoop(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.Subscribes, c.SubscribeEvery = 2, time.Hour }).hold(t)
	v := s.core(t, coreAt)
	for range 2 {
		v.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TrackStatus"]]}␞`)
		v.expect(`{"type":3,"invocationId":"0","result":{}}`)
	}
	for range 2 {
		v.say(`{"type":1,"invocationId":"1","target":"Subscribe","arguments":[["TrackStatus"]]}␞`)
		v.expect(`{"type":3,"invocationId":"1","error":"too many calls of Subscribe; there may be another in 1h0m0s"}`)
	}
	s.append(t, feed.TopicTrackStatus, `{"Status":"2"}`)
	v.expect(`{"type":1,"target":"feed","arguments":["TrackStatus",{"Status":"2"},"2025-05-04T15:00:00.02Z"]}`)
	again := s.core(t, coreAt) // the limit is the connection's own
	again.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TrackStatus"]]}␞`)
	again.expect(`{"type":3,"invocationId":"0","result":{"TrackStatus":{"Status":"2"}}}`)
}

// While the channel waits nothing of a snapshot is read, however large it is.
func TestSpellSnapshot(t *testing.T) {
	states := make([]string, 2000)
	for i := range states {
		states[i] = fmt.Sprintf(`"Topic%d":{"Lines":{"1":{"NumberOfLaps":%d}}}`, i, i)
	}
	data := []byte(`{"type":"snapshot","data":{` + strings.Join(states, ",") + `}}`)
	m := fanout.Message{Snapshot: true, Message: bus.Message{Data: data}}
	var updates []update
	if n := testing.AllocsPerRun(10, func() { updates = (&Server{}).spell(coreHub{})(m) }); n > 10 {
		t.Errorf("%v allocations", n)
	}
	if len(updates) != 1 || updates[0].size() < len(data) {
		t.Fatalf("%d updates", len(updates))
	}
	for range 2 {
		if topics, err := updates[0].whole.read(); err != nil || len(topics) != len(states) {
			t.Errorf("%d topics, %v", len(topics), err)
		}
	}
}

// A client that does not read is cut and the others do not notice; when it comes back it gets a fresh snapshot.
func TestServeSlow(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.QueueBytes, c.WriteTimeout = 64<<10, 3*time.Second }).hold(t)
	const subscribe = `{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TimingData"]]}␞`
	slow, quick := s.core(t, coreAt), s.core(t, coreAt)
	slow.say(subscribe)
	quick.say(subscribe)
	quick.expect(`{"type":3,"invocationId":"0","result":{}}`)
	fill := strings.Repeat("x", 256<<10)
	begun, longest := time.Now(), time.Duration(0)
	n := 0
	for ; s.hub.connections.Load() > 1; n++ {
		if time.Since(begun) > 25*time.Second {
			t.Fatal("the slow client was not cut")
		}
		at := time.Now()
		s.append(t, feed.TopicTimingData, fmt.Sprintf(`{"Lines":{"1":{"NumberOfLaps":%d}},"Fill":"%s"}`, n+1, fill))
		var m hubMessage
		if err := json.Unmarshal([]byte(quick.hear()), &m); err != nil {
			t.Fatal(err)
		}
		if got := lapIn(t, m.Arguments[1]); got != n+1 {
			t.Fatalf("the quick client has lap %d, want %d", got, n+1)
		}
		longest = max(longest, time.Since(at))
	}
	if longest > 2500*time.Millisecond {
		t.Errorf("the quick client waited %v", longest)
	}
	again := s.core(t, coreAt)
	again.say(subscribe)
	want := fmt.Sprintf(`{"type":3,"invocationId":"0","result":{"TimingData":{"Lines":{"1":{"NumberOfLaps":%d}},"Fill":"%s"}}}`, n, fill)
	again.expect(want)
}

// A hub with nothing to say says that it is there.
func TestServePings(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.PingEvery = 5 * time.Millisecond }).hold(t)
	f := func(v *viewer, want string) {
		t.Helper()
		for range 3 {
			if _, frame, err := v.conn.Read(v.ctx); err != nil || string(frame) != want {
				t.Errorf("heard %q, %v, want %q", frame, err, want)
			}
		}
	}
	f(s.core(t, coreAt), "{\"type\":6}\x1e")
	v := s.dial(t, "/livetiming/signalr/connect?transport=webSockets")
	v.expect(`{"C":"d-0","S":1,"M":[]}`)
	f(v, "{}")
}

// Where no message can say what happened, clients are sent to take a new snapshot.
func TestServeGoodbye(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.PingEvery = 10 * time.Millisecond })
	// Before there is any session a client may wait for one.
	early := s.core(t, coreAt)
	early.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["SessionInfo"]]}␞`)
	early.expect(`{"type":3,"invocationId":"0","result":{}}`)
	s.hold(t)
	early.expect(`{"type":7,"error":"another session is shown","allowReconnect":true}`)
	for n := 1; n <= 50; n++ {
		s.lap(t, n)
	}
	yes := true
	clock, err := s.live.CreateClock("9", wire.ClockWish{Paused: &yes})
	if err != nil {
		t.Fatal(err)
	}
	at := "/livetiming/at/" + clock.ID + "/signalrcore"
	v := s.core(t, at)
	v.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TimingData"]]}␞`)
	v.expect(`{"type":3,"invocationId":"0","result":{}}`) // nothing newer than the clock
	to := s.log.TimeAt(21)
	if _, err := s.live.ChangeClock(clock.ID, wire.ClockWish{At: &to}); err != nil {
		t.Fatal(err)
	}
	v.expect(`{"type":7,"error":"the clock was moved","allowReconnect":true}`)
	v.expect("")
	v = s.core(t, "/livetiming/signalrcore?clock="+clock.ID+"&session=9")
	v.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TimingData"]]}␞`)
	v.expect(`{"type":3,"invocationId":"0","result":{"TimingData":{"Lines":{"1":{"NumberOfLaps":20}}}}}`)
	if err := s.live.DeleteClock(clock.ID); err != nil {
		t.Fatal(err)
	}
	if got := v.hear(); got != `{"type":7,"error":"the clock has ended","allowReconnect":false}` && got != `{"type":7,"error":"the session or clock is gone","allowReconnect":false}` {
		t.Errorf("after the clock's end: %s", got)
	}
	// What is no message of the protocol ends the connection with a reason.
	v = s.core(t, coreAt)
	v.say(`garbage␞`)
	v.expect(`{"type":7,"error":"the message is no JSON of the hub protocol","allowReconnect":false}`)
	v = s.core(t, coreAt)
	v.say(strings.Repeat("x", 70<<10))
	v.expect("")
	v = s.dial(t, coreAt)
	v.say(`{"protocol":"messagepack","version":1}␞`)
	v.expect(`{"error":"the protocol 'messagepack' is not supported, only 'json'"}`)
}

// A session that goes on under another one that is shown first.
func TestServeRollOver(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.PingEvery = 10 * time.Millisecond }).hold(t)
	v, named := s.core(t, coreAt), s.core(t, coreAt+"&session=9")
	const subscribe = `{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TimingData"]]}␞`
	v.say(subscribe)
	v.expect(`{"type":3,"invocationId":"0","result":{}}`)
	named.say(subscribe)
	named.expect(`{"type":3,"invocationId":"0","result":{}}`)
	other := newStand(t)
	other.append(t, feed.TopicSessionInfo, strings.Replace(testSession, `"Key":9`, `"Key":10`, 1))
	if _, err := s.live.Add(t.Context(), other.log, live.About{Key: "10", Source: "test", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.live.Show("10"); err != nil {
		t.Fatal(err)
	}
	v.expect(`{"type":7,"error":"another session is shown","allowReconnect":true}`)
	s.lap(t, 1)
	if got := named.hear(); !strings.Contains(got, `"NumberOfLaps":1`) {
		t.Errorf("the client of session 9 heard %s", got)
	}
}

// The legacy protocol, word for word.
func TestServeLegacy(t *testing.T) {
	s := newStand(t).hold(t)
	s.append(t, feed.TopicTrackStatus, `{"Status":"1"}`)
	const data = "connectionData=%5B%7B%22name%22%3A+%22streaming%22%7D%5D&clientProtocol=1.5"
	var n struct {
		URL                              string `json:"Url"`
		ConnectionToken, ProtocolVersion string
		TryWebSockets                    bool
		KeepAliveTimeout                 float64
	}
	status, _, body := s.ask(t, http.MethodGet, "/livetiming/at/live-30/signalr/negotiate?"+data, "")
	if err := json.Unmarshal([]byte(body), &n); err != nil || status != 200 {
		t.Fatalf("%d %s %v", status, body, err)
	}
	if n.URL != "/livetiming/at/live-30/signalr" || n.ConnectionToken == "" || !n.TryWebSockets || n.ProtocolVersion != "1.5" || n.KeepAliveTimeout <= 9 {
		t.Errorf("negotiated %s", body)
	}
	const at = "/livetiming/signalr/"
	v := s.dial(t, at+"connect?transport=webSockets&"+data+"&connectionToken="+url.QueryEscape(n.ConnectionToken))
	v.expect(`{"C":"d-0","S":1,"M":[]}`)
	v.say(`{"H": "streaming", "M": "Subscribe", "A": [["TrackStatus", "Nonsense"]], "I": 0}`)
	v.expect(`{"R":{"TrackStatus":{"Status":"1"}},"I":"0"}`)
	s.append(t, feed.TopicTrackStatus, `{ "Status":"2"}`)
	if got := v.hear(); !strings.HasPrefix(got, `{"C":"d-`) || !strings.HasSuffix(got, `","M":[{"H":"Streaming","M":"feed","A":["TrackStatus",{ "Status":"2"},"2025-05-04T15:00:00.03Z"]}]}`) {
		t.Errorf("heard %s", got)
	}
	v.say(`{"H":"Streaming","M":"Shout","A":[],"I":"x"}`)
	v.expect(`{"I":"x","E":"unknown method \"Shout\"; there is Subscribe"}`)
	v.say(`{"H":"Other","M":"Subscribe","A":[[]],"I":2}`)
	v.expect(`{"I":"2","E":"there is no such hub, only Streaming"}`)
	for path, want := range map[string]string{"start": `{"Response":"started"}`, "ping": `{"Response":"pong"}`, "abort": ""} {
		if status, _, got := s.ask(t, http.MethodGet, at+path+"?"+data, ""); got != want || status != 200 {
			t.Errorf("%s: %d %s", path, status, got)
		}
	}
	v = s.dial(t, at+"reconnect?transport=webSockets&messageId=d-5&"+data)
	v.expect(`{"C":"d-0","D":1,"M":[]}`)
	for _, wrong := range []string{"connect?transport=longPolling", "negotiate?connectionData=[{%22name%22:%22chat%22}]", "negotiate?connectionData=x"} {
		if status, _, _ := s.ask(t, http.MethodGet, at+wrong, ""); status != 400 {
			t.Errorf("%s: %d", wrong, status)
		}
	}
}

// ask makes a request of a page of origin, "" of a program.
func (s *stand) ask(t *testing.T, method, path, origin string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	resp, err := s.server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}

// Who may connect, and how many.
func TestServeAdmission(t *testing.T) {
	s := newStand(t, func(c *ServerConfig) { c.Origins, c.Connections = []string{"https://friend.example"}, 1 }).hold(t)
	const negotiate = "/livetiming/signalrcore/negotiate"
	f := func(method, path, origin string, want int) http.Header {
		t.Helper()
		status, header, body := s.ask(t, method, path, origin)
		if status != want {
			t.Errorf("%s %s from %q: %d %s, want %d", method, path, origin, status, body, want)
		}
		return header
	}
	header := f(http.MethodOptions, negotiate, "", 204)
	if !strings.HasPrefix(header.Get("Set-Cookie"), "AWSALBCORS=") {
		t.Errorf("no cookie: %v", header)
	}
	header = f(http.MethodOptions, negotiate, "https://friend.example", 204)
	if header.Get("Access-Control-Allow-Origin") != "https://friend.example" || !strings.Contains(header.Get("Access-Control-Allow-Headers"), "x-signalr-user-agent") || header.Get("Access-Control-Allow-Methods") != "POST" {
		t.Errorf("a friend may not: %v", header)
	}
	header = f(http.MethodPost, negotiate+"?negotiateVersion=1", "https://friend.example", 200)
	if header.Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("a friend may not: %v", header)
	}
	f(http.MethodPost, negotiate, s.server.URL, 200)
	header = f(http.MethodPost, negotiate, "https://foe.example", 403)
	if header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a foe may: %v", header)
	}
	f(http.MethodGet, "/livetiming/signalrcore?id=1", "https://foe.example", 403)
	f(http.MethodGet, negotiate, "", 405)
	f(http.MethodPost, negotiate+"?session=8", "", 404)
	f(http.MethodPost, negotiate+"?clock=c_none", "", 404)
	f(http.MethodPost, "/livetiming/at/c_none/signalrcore/negotiate", "", 404)
	f(http.MethodGet, "/livetiming/signalrcore?id=1", "", 426)
	s.core(t, coreAt)
	f(http.MethodGet, "/livetiming/signalrcore?id=1", "", 503)
	_, _, body := s.ask(t, http.MethodPost, negotiate, "")
	var zero negotiation
	if err := json.Unmarshal([]byte(body), &zero); err != nil || zero.ConnectionID == "" || zero.ConnectionToken != "" || !strings.Contains(body, `"negotiateVersion":0`) {
		t.Errorf("version 0 negotiates %s %v", body, err)
	}
	// A clock that can not be is told when it is asked for.
	s2 := newStand(t).hold(t)
	v := s2.core(t, "/livetiming/at/live-999/signalrcore")
	v.say(`{"type":1,"invocationId":"0","target":"Subscribe","arguments":[["TimingData"]]}␞`)
	v.expect(`{"type":3,"invocationId":"0","error":"channel: not found"}`)
}
