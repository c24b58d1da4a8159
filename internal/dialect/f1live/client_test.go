package f1live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestFollow(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		if id := p.req.URL.Query().Get("id"); id != "to/ken=" {
			t.Errorf("connected as %q", id)
		}
		if c, err := p.req.Cookie("AWSALBCORS"); err != nil || c.Value != "node7" {
			t.Error("connected without the cookie")
		}
		if p.req.Header.Get("User-Agent") == "" || p.req.Header.Get("Authorization") != "" {
			t.Errorf("header %v", p.req.Header)
		}
		id, topics := p.accept(ctx)
		if !slices.Equal(topics, Topics()) {
			t.Errorf("asked for %v", topics)
		}
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"TrackStatus":{"Status":"1"},"Unasked":{},"SessionInfo":{"Key":7},"PitStop":null,"CarData.z":"q1YK"}}␞`)
		// Odd blanks and escapes stay; several a frame; one over three frames; blank lines; unknown types.
		p.send(ctx, `{"type":1,"target":"feed","arguments":["TimingData",{ "Lines": {"1":{"a":"\u00e9\/"}}},"2026-10-09T09:00:00.1234567Z"]}␞{"type":6}␞`+"\n"+`␞{"type":9,"sequenceId":1}␞{"type":1,"target":"other","arguments":[]}␞{"type":1,"target":"feed","arguments":["CarData.z","7ZQ=","2026-10-09T09:00:01Z"]}␞{"ty`)
		p.send(ctx, `pe":1,"target":"feed","argum`)
		p.send(ctx, `ents":["New",[1],"2026-10-09T09:00:02"]}␞`)
		// A bad time is unknown; what can not be used goes aside.
		p.send(ctx, `{"type":1,"target":"feed","arguments":["A",1,"yesterday"]}␞{"type":1,"target":"feed","arguments":["B"]}␞garbage␞{"type":1,"target":"feed","arguments":[5,{},"2026-10-09T09:00:02"]}␞`)
		p.drain(ctx)
	}}).start()
	told, client, err := h.follow(10, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, told,
		`snapshot SessionInfo {"Key":7}`, `snapshot TrackStatus {"Status":"1"}`, `snapshot CarData.z "q1YK"`,
		`TimingData { "Lines": {"1":{"a":"\u00e9\/"}}} 09:00:00.1234567`, `CarData.z "7ZQ=" 09:00:01`, `New [1] 09:00:02`,
		`A 1`, ` {"type":1,"target":"feed","arguments":["B"]}`, ` garbage`, ` {"type":1,"target":"feed","arguments":[5,{},"2026-10-09T09:00:02"]}`)
	missing := client.MissingTopics()
	for topic, want := range map[string]bool{"PitStop": true, "TimingData": false, "SessionInfo": false, "Heartbeat": true, "New": false} {
		if slices.Contains(missing, topic) != want {
			t.Errorf("%s missing: %v, want %v", topic, !want, want)
		}
	}
}

// The answer to the handshake may leave no frame of its own to what follows.
func TestHandshakeWithMore(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		p.read(ctx)
		p.send(ctx, `{}␞{"type":6}␞{"type":1,"target":"feed","arguments":["A",1,""]}␞`)
		p.drain(ctx)
	}}).start()
	told, _, err := h.follow(1, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, told, "A 1")
}

func TestGoodbye(t *testing.T) {
	last := make(chan string, 1)
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		p.accept(ctx)
		p.send(ctx, `{"type":1,"target":"feed","arguments":["A",1,""]}␞`)
		text := ""
		for {
			_, raw, ok := p.read(ctx)
			if !ok {
				break
			}
			text = raw
		}
		last <- text
	}}).start()
	if _, _, err := h.follow(1, nil); err != nil {
		t.Fatal(err)
	}
	if got := <-last; got != `{"type":7}` {
		t.Errorf("the client's last word was %s", got)
	}
}

// A new session on the same connection needs a new snapshot.
func TestRollOver(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		id, _ := p.accept(ctx)
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"SessionInfo":{"Key":7}}}␞`)
		p.send(ctx, `{"type":1,"target":"feed","arguments":["SessionInfo",{"Key":7,"SessionStatus":"Ends"},""]}␞{"type":1,"target":"feed","arguments":["SessionInfo",{"SessionStatus":"Ends"},""]}␞`)
		p.send(ctx, `{"type":1,"target":"feed","arguments":["SessionInfo",{"Key":8},""]}␞`)
		id, topics := p.subscription(ctx)
		if len(topics) != len(Topics()) {
			t.Errorf("asked for %v", topics)
		}
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"SessionInfo":{"Key":8},"LapCount":{}}}␞`)
		p.drain(ctx)
	}}).start()
	told, _, err := h.follow(6, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, told, `snapshot SessionInfo {"Key":7}`, `SessionInfo {"Key":7,"SessionStatus":"Ends"}`, `SessionInfo {"SessionStatus":"Ends"}`,
		`SessionInfo {"Key":8}`, `snapshot SessionInfo {"Key":8}`, `snapshot LapCount {}`)
}

// Topics that were not given are asked for again, and only they.
func TestAskAgain(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		id, _ := p.accept(ctx)
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"SessionInfo":{"Key":7}}}␞`)
		p.send(ctx, `{"type":6}␞`)
		id, topics := p.subscription(ctx)
		if slices.Contains(topics, "SessionInfo") || !slices.Contains(topics, "TeamRadio") {
			t.Errorf("asked again for %v", topics)
		}
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"SessionInfo":{"Key":9},"TeamRadio":{}}}␞`)
		p.drain(ctx)
	}}).start()
	told, client, err := h.follow(2, func(c *Config) { c.AskAgain = time.Nanosecond })
	if err != nil {
		t.Fatal(err)
	}
	expect(t, told, `snapshot SessionInfo {"Key":7}`, `snapshot TeamRadio {}`)
	if slices.Contains(client.MissingTopics(), "TeamRadio") {
		t.Error("TeamRadio is still said to be missing")
	}
}

// A snapshot is dated by what it holds, by what came before it, and at last by when it came.
func TestSnapshotTimes(t *testing.T) {
	received := time.Date(2026, 10, 9, 12, 0, 0, 0, time.UTC)
	f := func(snapshot, before, want string) {
		t.Helper()
		h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
			id, _ := p.accept(ctx)
			p.send(ctx, before+`{"type":3,"invocationId":"`+id+`","result":`+snapshot+`}␞`)
			p.drain(ctx)
		}}).start()
		told, _, err := h.follow(1+strings.Count(before, "␞"), func(c *Config) { c.Now = func() time.Time { return received } })
		if err != nil {
			t.Fatal(err)
		}
		if got := told[len(told)-1]; !strings.HasPrefix(got, "snapshot ") || !strings.HasSuffix(got, " "+want) {
			t.Errorf("%s is given as %s, want the time %s", snapshot, got, want)
		}
	}
	const (
		heartbeat = `"Heartbeat":{"Utc":"2026-10-09T09:30:00.5Z"}`
		data      = `"SessionData":{"Series":[{"Utc":"2026-10-09T09:10:00.25Z","Lap":3}],"StatusSeries":{"0":{"Utc":"2026-10-09T09:05:00Z"},"1":{"Utc":"2026-10-09T09:12:00Z"}}}`
		control   = `"RaceControlMessages":{"Messages":[{"Utc":"2026-10-09T09:20:00","Message":"A"},{"Utc":"2026-10-09T09:00:00","Message":"B"}]}`
		clock     = `"ExtrapolatedClock":{"Utc":"2026-10-09T09:55:00Z","Remaining":"00:10:00"}`
		weather   = `"WeatherData":{"AirTemp":"20"}`
		message   = `{"type":1,"target":"feed","arguments":["A",1,"2026-10-09T09:15:00Z"]}␞`
	)
	f(`{`+data+`,`+control+`,`+clock+`,`+heartbeat+`}`, "", "09:30:00.5")
	f(`{`+data+`,`+control+`,`+clock+`}`, "", "09:20:00")
	f(`{`+data+`,`+clock+`}`, "", "09:12:00")
	f(`{`+clock+`,`+weather+`}`, "", "09:55:00")
	f(`{`+data+`}`, message, "09:15:00")
	f(`{`+weather+`}`, message, "09:15:00")
	f(`{`+weather+`}`, "", "12:00:00")
	f(`{"SessionInfo":{"Key":7,"StartDate":"2026-10-09T13:00:00","GmtOffset":"02:00:00"}}`, "", "12:00:00")
	f(`{"SessionInfo":{"Key":7,"StartDate":"2024-05-05T16:00:00","GmtOffset":"-04:00:00"}}`, "", "20:00:00") // played again
	f(`{"Heartbeat":{"Utc":"0001-01-01T00:00:00Z"},`+weather+`}`, "", "12:00:00")
}

func TestHowItEnds(t *testing.T) {
	end := func(serve func(ctx context.Context, p *peer), change func(*Config)) ([]string, error) {
		t.Helper()
		told, _, err := (&hub{t: t, serve: serve}).start().follow(1000, change)
		return told, err
	}
	accepted := func(then string) func(ctx context.Context, p *peer) {
		return func(ctx context.Context, p *peer) {
			id, _ := p.accept(ctx)
			p.send(ctx, strings.ReplaceAll(then, "ID", id))
			p.drain(ctx)
		}
	}
	wait := func(err error) time.Duration {
		var wish interface{ RetryAfter() time.Duration }
		if errors.As(err, &wish) {
			return wish.RetryAfter()
		}
		return 0
	}
	const some = `{"type":1,"target":"feed","arguments":["A",1,""]}␞`
	f := func(serve func(ctx context.Context, p *peer), change func(*Config), want string, after time.Duration) {
		t.Helper()
		told, err := end(serve, change)
		if err == nil || !strings.Contains(err.Error(), want) || wait(err) != after {
			t.Errorf("ended with %v after %v, want %q and to wait %v", err, told, want, after)
		}
	}
	f(accepted(some+`{"type":7,"error":"server restarts","allowReconnect":true}␞`), nil, "server restarts", 0)
	f(accepted(`{"type":7,"error":"enough"}␞`), nil, "enough", 10*time.Second)
	f(accepted(`{"type":7,"error":"Connection closed: Unauthorized"}␞`), nil, "refused", time.Minute)
	f(accepted(`{"type":3,"invocationId":"ID","error":"User is not authorized"}␞`), nil, "refused", time.Minute)
	f(accepted(`{"type":3,"invocationId":"ID","error":"no such method"}␞`), nil, "no such method", 0)
	f(accepted(`{"type":3,"invocationId":"ID","result":[1]}␞`), nil, "is no snapshot", 0)
	f(func(ctx context.Context, p *peer) { p.accept(ctx) }, nil, "read", 0)
	f(func(ctx context.Context, p *peer) {
		p.read(ctx)
		p.send(ctx, `{"error":"Requested protocol 'json' is not available."}␞`)
	}, nil, "is not available", 0)
	f(func(ctx context.Context, p *peer) { p.read(ctx); p.send(ctx, `<html>␞`) }, nil, "is no JSON", 0)
	// Silence of every kind: nothing at all, pings without an answer, pings without data.
	short := func(c *Config) { c.ServerSilence = 50 * time.Millisecond }
	f(accepted(`{"type":3,"invocationId":"ID","result":{}}␞`), short, "fallen silent", 0)
	pings := func(first string) func(ctx context.Context, p *peer) {
		return func(ctx context.Context, p *peer) {
			id, _ := p.accept(ctx)
			p.send(ctx, strings.ReplaceAll(first, "ID", id))
			ctx = p.conn.CloseRead(ctx)
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for ctx.Err() == nil {
				p.send(ctx, `{"type":6}␞`)
				<-tick.C
			}
		}
	}
	f(pings(""), func(c *Config) { c.StepTimeout = 100 * time.Millisecond }, "does not answer", 0)
	f(pings(`{"type":3,"invocationId":"ID","result":{}}␞`+some), func(c *Config) { c.DataSilence = 100 * time.Millisecond }, "no data any more", 0)
	// While no session is near nothing is demanded, and once one is, soon.
	var asked atomic.Int32
	f(accepted(`{"type":3,"invocationId":"ID","result":{}}␞`+some), func(c *Config) {
		c.DataSilence, c.PingEvery = 20*time.Millisecond, 20*time.Millisecond
		c.Due = func() bool { return asked.Add(1) > 3 }
	}, "no data any more", 0)
	if n := asked.Load(); n != 4 {
		t.Errorf("asked %d times whether data are due", n)
	}
	// What came before the end is given out all the same.
	if told, _ := end(accepted(some+`{"type":7}␞`), nil); len(told) != 1 {
		t.Errorf("got %v", told)
	}
}

func TestPings(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		id, _ := p.accept(ctx)
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{}}␞`)
		for range 3 {
			if m, raw, ok := p.read(ctx); !ok || m.Type != typePing {
				t.Errorf("want a ping, got %s", raw)
			}
		}
		p.send(ctx, `{"type":1,"target":"feed","arguments":["A",1,""]}␞`)
		p.drain(ctx)
	}}).start()
	if _, _, err := h.follow(1, func(c *Config) { c.PingEvery = 5 * time.Millisecond }); err != nil {
		t.Fatal(err)
	}
}

// A message that is too long is skipped, what follows it is not.
func TestTooLong(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		p.accept(ctx)
		p.send(ctx, `{"type":1,"target":"feed","arguments":["A","`+strings.Repeat("x", 300_000)+`",""]}␞{"type":1,"target":"feed","arguments":["A",1,""]}␞`)
		p.drain(ctx)
	}}).start()
	told, _, err := h.follow(1, func(c *Config) { c.MaxRecord = 100_000 })
	if err != nil {
		t.Fatal(err)
	}
	expect(t, told, "A 1")
}

func TestNegotiate(t *testing.T) {
	serve := func(ctx context.Context, p *peer) {
		p.accept(ctx)
		p.send(ctx, fmt.Sprintf(`{"type":1,"target":"feed","arguments":["Is",%q,""]}␞`, p.req.URL.Path+"?"+p.req.URL.RawQuery+" "+p.req.Header.Get("Authorization")))
		p.drain(ctx)
	}
	f := func(answer func(w http.ResponseWriter, r *http.Request), want string) {
		t.Helper()
		told, _, err := (&hub{t: t, serve: serve, negotiate: answer}).start().follow(1, nil)
		got := strings.Join(told, "\n")
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	says := func(status int, body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	const ws = `"availableTransports":[{"transport":"WebSockets","transferFormats":["Text"]}]`
	f(says(200, usual), `"/?id=to%2Fken%3D `)
	f(says(200, `{"connectionId":"old",`+ws+`}`), `"/?id=old `)
	f(says(200, `{"negotiateVersion":0,"connectionId":"old",`+ws+`}`), `"/?id=old `)
	f(says(200, `{"negotiateVersion":1,"connectionId":"old",`+ws+`}`), "without an id")
	f(says(200, `{"connectionId":"old","availableTransports":[{"transport":"LongPolling","transferFormats":["Text"]}]}`), "no WebSocket")
	f(says(200, `{"error":"not today"}`), "not today")
	f(says(200, `{"error":"Unauthorized"}`), "refused")
	f(says(200, `<html>maintenance`), "is no negotiation")
	f(says(200, strings.Repeat(" ", 1<<20)), "is no negotiation")
	f(says(401, ""), "refused: 401")
	f(says(403, ""), "refused: 403")
	f(says(404, ""), "no SignalR Core hub")
	f(says(503, ""), "503")
	for status, kind := range map[int]string{401: "refused", 403: "refused", 404: "absent", 405: "absent", 410: "absent", 429: "server", 500: "server", 503: "server", 400: "connection"} {
		_, _, err := (&hub{t: t, serve: serve, negotiate: says(status, "")}).start().follow(1, nil)
		var says interface{ Failure() string }
		if !errors.As(err, &says) || says.Failure() != kind {
			t.Errorf("status %d: %v, want a failure of kind %s", status, err, kind)
		}
	}
	f(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/elsewhere/negotiate" {
			fmt.Fprint(w, `{"url":"/elsewhere?a=b","accessToken":"secret"}`)
			return
		}
		if r.Header.Get("Authorization") != "Bearer secret" || r.URL.Query().Get("a") != "b" {
			t.Errorf("redirected to %s as %q", r.URL, r.Header.Get("Authorization"))
		}
		fmt.Fprint(w, usual)
	}, `"/elsewhere?a=b&id=to%2Fken%3D Bearer secret"`)
	f(says(200, `{"url":"/again"}`), "redirects")
	f(says(200, `{"url":"ftp://x"}`), "redirect: address")
	// Refused at the socket.
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			fmt.Fprint(w, usual)
			return
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	defer refusing.Close()
	_, _, err := (&hub{t: t, url: refusing.URL}).follow(1, nil)
	if refused := (*RefusedError)(nil); !errors.As(err, &refused) || refused.Step != "connect" {
		t.Errorf("refused upgrade: %v", err)
	}
}

func TestHubURL(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		u, err := hubURL(in)
		got := fmt.Sprint(u)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("hubURL(%q) = %s, want %s", in, got, want)
		}
	}
	f("https://livetiming.formula1.com/signalrcore", "https://livetiming.formula1.com/signalrcore")
	f("https://livetiming.formula1.com", "https://livetiming.formula1.com/signalrcore")
	f("wss://livetiming.formula1.com/", "https://livetiming.formula1.com/signalrcore")
	f("ws://127.0.0.1:9100/", "http://127.0.0.1:9100")
	f("http://127.0.0.1:9100/signalrcore/", "http://127.0.0.1:9100/signalrcore")
	f("127.0.0.1:9100", "first path segment")
	f("ftp://x/", "want http")
	f("http:///x", "no host")
	if c, err := New(Config{}); err != nil || c.Name() != "livetiming" {
		t.Errorf("%v, %v", c, err)
	}
}

func FuzzSplitter(f *testing.F) {
	f.Add([]byte("{}\x1e{\"type\":6}\x1e\x1eabc"), byte(3), byte(200))
	f.Add([]byte("a\x1e\x1e\x1e"), byte(1), byte(1))
	f.Fuzz(func(t *testing.T, in []byte, chunk, limit byte) {
		s := splitter{max: int(limit)}
		var got []string
		for rest := in; len(rest) > 0; {
			n := copy(s.space(), rest[:min(len(rest), int(chunk)+1)])
			s.grew(n)
			rest = rest[n:]
			for {
				record, ok := s.next()
				if !ok {
					break
				}
				got = append(got, string(record))
			}
		}
		parts := strings.Split(string(in), "\x1e")
		var want []string
		skipped := 0
		for _, p := range parts[:len(parts)-1] {
			if len(p) > int(limit) {
				skipped++
			} else {
				want = append(want, p)
			}
		}
		if !slices.Equal(got, want) || s.Skipped != skipped {
			t.Fatalf("%q by %d: %q and %d skipped, want %q and %d", in, chunk, got, s.Skipped, want, skipped)
		}
	})
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"type":1,"target":"feed","arguments":["TimingData",{"a":1},"2026-10-09T09:00:00.123Z"]}`))
	f.Add([]byte(`{"type":3,"invocationId":"0","result":{"A":{},"B":null}}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		c, err := New(Default())
		if err != nil {
			t.Fatal(err)
		}
		s := newStream(c, nil)
		s.shaken = true
		s.asked["0"] = []string{"A", "B"}
		s.asked["1"] = nil
		s.answer, s.end = time.NewTimer(time.Hour), func(error) {}
		if err := s.record(t.Context(), record); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		for _, m := range s.batch {
			if m.Topic == "" && len(m.Payload) == 0 {
				t.Fatalf("%q gives an empty message", record)
			}
		}
		if s.data != nil {
			s.data.Stop()
		}
	})
}
