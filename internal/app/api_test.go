package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/wire"
)

// stand is the serving half of the program on a free port, with one session.
type stand struct {
	*testing.T
	url    string
	server *server
	log    *sessionlog.Log
}

// newStand serves the messages of next, as a replay or as live.
func newStand(t *testing.T, next func(*feed.Message) error, replay *live.Replay) *stand {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "")
	if err != nil {
		t.Fatal(err)
	}
	for {
		var m feed.Message
		if err := next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		m.Received = m.Time
		m.Payload = append([]byte(nil), m.Payload...)
		if _, err := log.Append([]feed.Message{m}); err != nil {
			t.Fatal(err)
		}
	}
	e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	s, err := newServer(e, serverFlags{Listen: "127.0.0.1:0", AllowHost: []string{"pitwall.example"}, AllowOrigin: []string{"https://friend.example"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.live.Add(t.Context(), log, live.About{Key: "1", Source: "test", Live: replay == nil}, replay, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stand{T: t, url: "http://" + s.listener.Addr().String(), server: s, log: log}
}

// simulated gives the messages of a short simulated race.
func simulated(t *testing.T, laps int) func(*feed.Message) error {
	t.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Laps: laps, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	return s.Next
}

// ask sends one request and gives status, headers and body. Headers are "Name: value".
func (s *stand) ask(method, path, body string, headers ...string) (*http.Response, []byte) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp, b
}

// get decodes an answer that has to be good and must not be kept by anybody.
func get[T any](s *stand, method, path, body string) (v T) {
	s.Helper()
	resp, b := s.ask(method, path, body)
	if resp.StatusCode/100 != 2 {
		s.Fatalf("%s %s %s: %s %s", method, path, body, resp.Status, b)
	}
	if kept := resp.Header.Get("Cache-Control"); kept != "no-store" && kept != "private, no-cache" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		s.Fatalf("%s %s: headers %v", method, path, resp.Header)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		s.Fatalf("%s %s: %v: %.300s", method, path, err, b)
	}
	return v
}

// refused holds that an answer is a problem as RFC 9457 has them.
func (s *stand) refused(method, path, body string, status int, detail string) {
	s.Helper()
	resp, b := s.ask(method, path, body)
	var p struct {
		Title, Detail string
		Status        int
		Errors        []struct{ Message, Location string }
	}
	if err := json.Unmarshal(b, &p); err != nil {
		s.Fatalf("%s %s %s: %s is no problem: %v: %.300s", method, path, body, resp.Status, err, b)
	}
	if resp.StatusCode != status || p.Status != status || resp.Header.Get("Content-Type") != "application/problem+json" || p.Title == "" {
		s.Errorf("%s %s %s: %s %s %s, want %d", method, path, body, resp.Status, resp.Header.Get("Content-Type"), b, status)
	}
	if !strings.Contains(string(b), detail) {
		s.Errorf("%s %s %s: %s does not say %q", method, path, body, b, detail)
	}
}

// The clocks' life: made, sought, paused, set to a speed, stepped, ended; and what is refused.
func TestClockAPI(t *testing.T) {
	s := newStand(t, simulated(t, 6), &live.Replay{Speed: 1})
	create := func(body string) wire.ClockState {
		t.Helper()
		return get[wire.ClockState](s, "POST", "/api/v1/clocks", body)
	}
	line := get[wire.Timeline](s, "GET", "/api/v1/sessions/latest/timeline", "")
	if len(line.Laps) < 6 || line.Start >= line.End || len(line.Periods) == 0 {
		t.Fatalf("timeline %+v", line)
	}
	lap3 := line.Laps[2].Time
	c := create(`{"session_key":"latest","lap":3,"paused":true,"speed":2.5}`)
	if string(c.At) != lap3 || c.Lap == nil || *c.Lap != 3 || !c.Paused || c.Speed != 2.5 || !c.Seekable || c.Start != line.Start || c.End != line.End || !strings.HasSuffix(c.Channel, "@"+c.ID) {
		t.Fatalf("%+v, lap 3 begins at %s", c, lap3)
	}
	path := "/api/v1/clocks/" + c.ID
	change := func(body, at string, lap int) {
		t.Helper()
		got := get[wire.ClockState](s, "PATCH", path, body)
		if at != "" && string(got.At) != at || lap != 0 && (got.Lap == nil || *got.Lap != lap) || got.ID != c.ID {
			t.Fatalf("PATCH %s: %+v, want %s, lap %d", body, got, at, lap)
		}
		if again := get[wire.ClockState](s, "GET", path, ""); again.Paused && again.At != got.At {
			t.Fatalf("after PATCH %s the clock is at %s and then at %s", body, got.At, again.At)
		}
		if board := get[wire.Board](s, "GET", "/api/v1/sessions/latest/board?clock="+c.ID, ""); got.Paused && (board.Now > got.At || board.View.Clock != c.ID || !board.View.Paused) {
			t.Fatalf("after PATCH %s the board shows %s at %+v", body, board.Now, board.View)
		}
	}
	change(`{"step_laps":1}`, line.Laps[3].Time, 4)
	change(`{"step_laps":-2}`, line.Laps[1].Time, 2)
	change(`{"step_laps":100}`, string(line.End), len(line.Laps))
	change(`{"step_laps":1}`, string(line.End), len(line.Laps))
	change(`{"step_laps":-100}`, line.Laps[0].Time, 1)
	change(`{"lap":5}`, line.Laps[4].Time, 5)
	change(`{"at":"`+lap3+`"}`, lap3, 3)
	change(`{"at":"1999-01-01T00:00:00Z"}`, string(line.Start), 0)
	change(`{"at":"2999-01-01T00:00:00Z"}`, string(line.End), 0)
	change(`{"at":"`+lap3+`","speed":0.1}`, lap3, 3)
	change(`{"speed":50,"paused":false}`, "", 0)
	change(`{"paused":true}`, "", 0)
	change(`{}`, "", 0)
	def := get[wire.ClockState](s, "PATCH", "/api/v1/clocks/default", `{"paused":true,"lap":2}`)
	if def.ID != "default" || !def.Paused || string(def.At) != line.Laps[1].Time {
		t.Fatalf("the process's own clock: %+v", def)
	}

	const clocks = "/api/v1/clocks"
	s.refused("GET", clocks+"/c_none", "", 404, "c_none")
	s.refused("PATCH", clocks+"/c_none", `{"paused":true}`, 404, "c_none")
	s.refused("DELETE", clocks+"/c_none", "", 404, "c_none")
	s.refused("DELETE", clocks+"/default", "", 404, "default")
	s.refused("POST", clocks, `{"session_key":"none"}`, 404, "none")
	s.refused("POST", clocks, `{}`, 422, "session_key")
	s.refused("POST", clocks, `{"session_key":"latest","speed":51}`, 422, "speed")
	s.refused("PATCH", path, `{"speed":0.05}`, 422, "speed")
	s.refused("PATCH", path, `{"speed":-1}`, 422, "speed")
	s.refused("PATCH", path, `{"speed":"fast"}`, 422, "speed")
	s.refused("PATCH", path, `{"lap":0}`, 422, "lap")
	s.refused("PATCH", path, `{"lap":99}`, 404, "lap 99")
	s.refused("PATCH", path, `{"lap":2,"step_laps":1}`, 422, "one of")
	s.refused("PATCH", path, `{"at":"lunch"}`, 422, "at")
	s.refused("PATCH", path, `{"until":"2999-01-01T00:00:00Z"}`, 422, "until")
	s.refused("PATCH", path, `{"paused":`, 400, "")
	s.refused("PATCH", path, `{"at":"`+strings.Repeat("1", 8000)+`"}`, 413, "")
	const board = "/api/v1/sessions/latest/board"
	s.refused("GET", board+"?at=lunch", "", 422, "RFC 3339")
	s.refused("GET", board+"?at_lap=0", "", 422, "at_lap")
	s.refused("GET", board+"?at_lap=99", "", 404, "lap 99")
	s.refused("GET", board+"?at_lap=2&clock="+c.ID, "", 422, "one of")
	s.refused("GET", board+"?clock=c_none", "", 404, "c_none")
	s.refused("GET", board+"?clock=live-0", "", 404, "live-0")
	s.refused("GET", "/api/v1/sessions/none/board", "", 404, "none")
	s.refused("GET", "/api/v1/sessions/none/timeline", "", 404, "none")
	s.refused("GET", "/api/v1/sessions/latest/timeline?clock=c_none", "", 404, "c_none")

	if resp, b := s.ask("DELETE", path, ""); resp.StatusCode != 204 || len(b) > 0 {
		t.Fatalf("DELETE: %s %s", resp.Status, b)
	}
	s.refused("GET", path, "", 404, c.ID)
	s.refused("GET", board+"?clock="+c.ID, "", 404, c.ID)
}

// A clock that is live can not be moved, and there is an end to private clocks.
func TestClockRefusals(t *testing.T) {
	s := newStand(t, simulated(t, 2), nil)
	for _, id := range []string{"default", "live"} {
		s.refused("PATCH", "/api/v1/clocks/"+id, `{"paused":true}`, 409, "live")
		if c := get[wire.ClockState](s, "GET", "/api/v1/clocks/"+id, ""); c.Seekable || c.ID != "live" {
			t.Fatalf("%+v", c)
		}
	}
	for range live.Default().Clocks {
		get[wire.ClockState](s, "POST", "/api/v1/clocks", `{"session_key":"latest","paused":true}`)
	}
	s.refused("POST", "/api/v1/clocks", `{"session_key":"latest"}`, 429, "end 10m")
}

// The description of the interface is valid JSON, of OpenAPI 3.1, and has every path with its answers.
func TestOpenAPI(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	resp, b := s.ask("GET", "/api/v1/openapi.json", "")
	var doc struct {
		OpenAPI string
		Info    struct{ Title, Version string }
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Responses   map[string]any
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(b, &doc); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Title == "" || doc.Info.Version != Version() {
		t.Errorf("openapi %s, %+v", doc.OpenAPI, doc.Info)
	}
	f := func(method, path string) {
		t.Helper()
		op := doc.Paths[path][method]
		if op.OperationID == "" || op.Summary == "" || len(op.Responses) < 2 {
			t.Errorf("%s %s is described by %+v", method, path, op)
		}
	}
	f("get", "/api/v1/sessions")
	f("get", "/api/v1/sessions/{session}/board")
	f("get", "/api/v1/sessions/{session}/timeline")
	f("get", "/api/v1/sessions/{session}/events")
	f("get", "/api/v1/sessions/{session}/events/{event}/why")
	f("post", "/api/v1/clocks")
	f("get", "/api/v1/clocks/{id}")
	f("patch", "/api/v1/clocks/{id}")
	f("delete", "/api/v1/clocks/{id}")
	for _, name := range []string{"Board", "ClockState", "Timeline", "Sessions", "Events", "Event", "Why", "Cited", "ErrorModel"} {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("no schema of %s", name)
		}
	}
	if unknown := bytes.Contains(b, []byte("undefined")); unknown {
		t.Error("the description has undefined parts")
	}
}

// Who may ask: this machine's names and those allowed; pages of other origins may change nothing.
func TestWhoMayAsk(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	port := s.url[strings.LastIndex(s.url, ":"):]
	host := func(name string, want int) {
		t.Helper()
		for _, path := range []string{"/", "/api/v1/sessions", "/healthz", "/connection/websocket"} {
			resp, b := s.ask("GET", path, "", "Host: "+name)
			if (resp.StatusCode == http.StatusMisdirectedRequest) != (want == http.StatusMisdirectedRequest) {
				t.Errorf("%s as %s: %s %.100s", path, name, resp.Status, b)
			}
		}
	}
	host("localhost"+port, 200)
	host("127.0.0.1"+port, 200)
	host("[::1]"+port, 200)
	host("PitWall.example", 200)
	host("pitwall.example"+port, 200)
	host("evil.example", http.StatusMisdirectedRequest)
	host("evil.example"+port, http.StatusMisdirectedRequest)
	host("localhost.evil.example", http.StatusMisdirectedRequest)

	from := func(want int, headers ...string) {
		t.Helper()
		resp, b := s.ask("POST", "/api/v1/clocks", `{"session_key":"latest"}`, headers...)
		if resp.StatusCode != want {
			t.Errorf("POST with %v: %s %s, want %d", headers, resp.Status, b, want)
		}
		if want == 403 && resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("POST with %v: %v", headers, resp.Header)
		}
		if allow := resp.Header.Get("Access-Control-Allow-Origin"); allow != "" {
			t.Errorf("pages of %s may read the answer", allow)
		}
	}
	from(201)
	from(201, "Origin: "+s.url)
	from(201, "Origin: https://friend.example")
	from(201, "Origin: "+s.url, "Sec-Fetch-Site: same-origin")
	from(403, "Origin: https://evil.example")
	from(403, "Origin: null")
	from(403, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site")
	from(403, "Sec-Fetch-Site: cross-site")
	from(403, "Origin: https://evil.example", "Content-Type: text/plain")
	for _, method := range []string{"PATCH", "DELETE", "PUT"} {
		if resp, _ := s.ask(method, "/api/v1/clocks/default", `{"paused":true}`, "Origin: https://evil.example"); resp.StatusCode != 403 {
			t.Errorf("%s from another site: %s", method, resp.Status)
		}
	}
	if resp, _ := s.ask("GET", "/api/v1/nothing", ""); resp.StatusCode != 404 {
		t.Errorf("a path that is none: %s", resp.Status)
	}
}

// A name, a key and "latest" are the same session, and a moment's board never changes.
func TestBoardOfAMoment(t *testing.T) {
	s := newStand(t, simulated(t, 4), &live.Replay{Speed: 1})
	list := get[wire.Sessions](s, "GET", "/api/v1/sessions", "").Sessions
	if len(list) != 1 || !list[0].Default || list[0].Session.Slug == "" || list[0].Session.Type != "race" {
		t.Fatalf("%+v", list)
	}
	line := get[wire.Timeline](s, "GET", "/api/v1/sessions/latest/timeline", "")
	var first []byte
	for _, name := range []string{"latest", list[0].Session.Key, string(list[0].Session.Slug)} {
		for _, moment := range []string{"at_lap=3", "at=" + line.Laps[2].Time, "at=" + strings.Replace(line.Laps[2].Time, "Z", "%2B00:00", 1)} {
			resp, b := s.ask("GET", fmt.Sprintf("/api/v1/sessions/%s/board?%s", name, moment), "")
			if first == nil {
				first = b
			}
			if resp.StatusCode != 200 || !bytes.Equal(b, first) {
				t.Fatalf("%s %s: %s %.200s\nwant %.200s", name, moment, resp.Status, b, first)
			}
		}
	}
	var board wire.Board
	if err := json.Unmarshal(first, &board); err != nil {
		t.Fatal(err)
	}
	if board.Lap == nil || *board.Lap != 3 || string(board.Now) > line.Laps[2].Time || len(board.Cars) != 22 {
		t.Fatalf("lap %v at %s with %d cars", board.Lap, board.Now, len(board.Cars))
	}
	// Eight hours later is the same as the end.
	end := get[wire.Board](s, "GET", "/api/v1/sessions/latest/board?at="+string(line.End), "")
	if late := get[wire.Board](s, "GET", "/api/v1/sessions/latest/board?at=2999-01-01T00:00:00Z", ""); late.Now != end.Now || end.Status == "" {
		t.Fatalf("%s and %s", late.Now, end.Now)
	}
	if _, err := time.Parse(wire.TimeFormat, string(end.Now)); err != nil {
		t.Fatal(err)
	}
}
