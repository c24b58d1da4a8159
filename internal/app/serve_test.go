package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/wire"
)

// steered is a source that gives a session's first message when told, and ends when told.
type steered struct {
	name    string
	key     int
	go_, no chan struct{}
}

func (s *steered) Name() string { return s.name }

func (s *steered) Run(ctx context.Context, out ingest.Out) error {
	select {
	case <-s.go_:
	case <-ctx.Done():
		return ctx.Err()
	}
	m := feed.Message{Topic: feed.TopicSessionInfo, Time: time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC),
		Payload: fmt.Appendf(nil, `{"Key":%d,"Type":"Race","Name":"Race","Meeting":{"Name":"%s Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`, s.key, s.name)}
	if _, err := out([]feed.Message{m}); err != nil {
		return err
	}
	select {
	case <-s.no:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// The order of the sources says whose session is shown by default: the first that has one, until it ends.
func TestSourcesInOrderOfPreference(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil).server // its session, key 1, came before all sources
	best := &steered{"best", 11, make(chan struct{}), make(chan struct{})}
	other := &steered{"other", 22, make(chan struct{}), make(chan struct{})}
	f := following{server: s, names: map[string]string{}, sources: []source{{Source: best, kind: "best"}, {Source: other, kind: "other"}}}
	told := make(chan ingest.Status)
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
	cfg.Hooks = ingest.Hooks{Opened: f.opened, Left: f.left, Status: func(st ingest.Status) {
		f.status(st)
		told <- st
	}}
	f.in = ingest.New(cfg)
	done := make(chan error, 1)
	go func() { done <- f.in.Run(t.Context(), best, other) }()
	step := func(what chan<- struct{}, until func(ingest.Status) bool, want string) {
		t.Helper()
		close(what)
		for !until(<-told) {
		}
		list := s.live.List().Sessions
		kind := map[string]string{"11": "best", "22": "other"}[want]
		if !list[0].Default || list[0].Session.Key != want || list[0].Source != kind {
			t.Errorf("%s of %q is shown first, want %s of %q", list[0].Session.Key, list[0].Source, want, kind)
		}
		board, err := s.live.Board("latest", time.Time{}, 0, "")
		if err != nil || board.Session.Key != want {
			t.Errorf("latest is %s, %v, want %s", board.Session.Key, err, want)
		}
	}
	has := func(st ingest.Status) bool { return st.Session != "" }
	over := func(st ingest.Status) bool { return st.Ended }
	step(other.go_, has, "22")
	step(best.go_, has, "11")
	step(best.no, over, "22")
	step(other.no, over, "22") // nobody is left: the last one stays to be looked at
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := f.in.Close(); err != nil {
		t.Fatal(err)
	}
}

// A session that two sources tell is well as long as one of them is.
func TestTroubleOfASharedSession(t *testing.T) {
	well := ingest.Status{Session: "1", Connected: true}
	lost := ingest.Status{Session: "1", Error: "no answer"}
	silent := ingest.Status{Session: "1", Connected: true, Silent: true}
	ended := ingest.Status{Session: "1", Ended: true}
	elsewhere := ingest.Status{Session: "2", Connected: true}
	f := func(want string, all ...ingest.Status) {
		t.Helper()
		if got := troubleIn("1", all); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f("")
	f("", ended)
	f("", lost, well)
	f("", well, silent)
	f("the source is lost: no answer", lost, elsewhere, ended)
	f("the source is lost: no answer", lost, silent)
	f("the source is connected but silent", silent, lost)
}

// Two simulators would be one, with one note and one name.
func TestOneSimulator(t *testing.T) {
	e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	var wrong usageError
	if err := (serveCmd{Source: []string{"sim:1", "sim:2"}, Data: t.TempDir()}).Run(e); !errors.As(err, &wrong) {
		t.Errorf("two simulators: %v", err)
	}
}

// A server that could keep nothing does not start, and says what to do.
func TestDataFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e := &env{ctx: t.Context(), out: io.Discard, log: slog.New(slog.DiscardHandler)}
	err := serveCmd{Source: []string{"sim"}, Data: filepath.Join(file, "data"), serverFlags: serverFlags{Listen: "127.0.0.1:0"}}.Run(e)
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "--data") {
		t.Errorf("%v", err)
	}
	good := filepath.Join(t.TempDir(), "a", "b")
	if err := writable(good); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(good); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What is no address is wrong usage; an address that is taken is a failure that says what to do.
func TestListen(t *testing.T) {
	var wrong usageError
	for _, addr := range []string{"nonsense", "127.0.0.1:99999", "1.2.3.4.5"} {
		if _, err := listen(addr); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := listen(l.Addr().String()); err == nil || errors.As(err, &wrong) || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("taken: %v", err)
	}
}

// closedBefore is a listener that somebody else was quicker to close.
type closedBefore struct{ net.Listener }

func (l closedBefore) Close() error {
	if err := l.Listener.Close(); err != nil {
		return err
	}
	return l.Listener.Close()
}

// A server that is told to stop ends well, whoever closes its listener first.
func TestStopServing(t *testing.T) {
	l, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serveHTTP(ctx, closedBefore{l}, http.NotFoundHandler()) }()
	resp, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// The server is ready once there is something to watch, and says how each source is.
func TestReady(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	if r := get[wire.Readiness](s, "GET", "/readyz", ""); !r.Ready || r.Sessions != 1 || r.Sources == nil || len(r.Sources) > 0 {
		t.Errorf("%+v", r)
	}
	from := time.Date(2026, 10, 9, 12, 0, 0, 0, time.UTC)
	s.server.sources = func() []ingest.Status {
		return []ingest.Status{{Source: "a", Error: "no answer"}, {Source: "b", Session: "7", Connected: true, Missing: []string{"PitStop"}, Topics: map[string]ingest.TopicStatus{"TimingData": {Messages: 5, Missed: 2}}, Gaps: []ingest.Gap{{From: from, To: from.Add(2500 * time.Millisecond)}}}, {Source: "c", Session: "8", Ended: true}}
	}
	none, nothing := []wire.SourceTopic{}, []wire.DataGap{}
	want := []wire.SourceState{
		{Source: "a", Trouble: "the source is lost: no answer", Lacking: []string{}, Topics: none, Gaps: nothing},
		{Source: "b", Session: "7", Working: true, Lacking: []string{"PitStop"}, Topics: []wire.SourceTopic{{Topic: "TimingData", Messages: 5, Missed: 2}},
			Gaps: []wire.DataGap{{From: "2026-10-09T12:00:00.000Z", To: "2026-10-09T12:00:02.500Z"}}},
		{Source: "c", Session: "8", Lacking: []string{}, Topics: none, Gaps: nothing},
	}
	if r := get[wire.Readiness](s, "GET", "/readyz", ""); !r.Ready || !reflect.DeepEqual(r.Sources, want) {
		t.Errorf("%+v", r)
	}
	s.server.sources = func() []ingest.Status {
		return []ingest.Status{{Source: "a", RetryAt: from.Add(time.Minute), Circuit: ingest.Circuit{State: ingest.CircuitOpen, Since: from, Failures: 6, Opened: 2, Kind: ingest.FailureServer, LastError: "503", LastFailure: from}}}
	}
	circuit := wire.SourceCircuit{State: "open", Since: "2026-10-09T12:00:00.000Z", NextTry: "2026-10-09T12:01:00.000Z", Failures: 6, Opened: 2, Kind: "server", LastError: "503", LastFailure: "2026-10-09T12:00:00.000Z"}
	if r := get[wire.Readiness](s, "GET", "/readyz", ""); len(r.Sources) != 1 || r.Sources[0].Circuit != circuit {
		t.Errorf("%+v", r)
	}
	const address = "archive:http://user:s3cret@archive.example/static/"
	s.server.sources = func() []ingest.Status {
		return []ingest.Status{{Source: address, Error: address + " does not answer", Circuit: ingest.Circuit{LastError: address + "?access_token=s3cret"}}, {Source: address, Error: address, Ended: true}}
	}
	if _, b := s.ask("GET", "/readyz", ""); strings.Contains(string(b), "s3cret") || !strings.Contains(string(b), "http://user:***@archive.example") {
		t.Errorf("%s", b)
	}
	if trouble := troubleIn("", s.server.sources()); !strings.Contains(trouble, "user:***@") {
		t.Errorf("viewers are told: %s", trouble)
	}
	e := &env{ctx: t.Context(), out: io.Discard, log: slog.New(slog.DiscardHandler)}
	empty, err := newServer(e, serverFlags{Listen: "127.0.0.1:0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	empty.handler.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1/readyz", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.HasPrefix(w.Body.String(), `{"ready":false,"sessions":0,"sources":[]`) {
		t.Errorf("without a session: %d %s", w.Code, w.Body)
	}
	if err := empty.close(); err != nil {
		t.Fatal(err)
	}
}

// Also what no endpoint answers is a problem as RFC 9457 has them.
func TestNoSuchPath(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	s.refused("GET", "/api/v1/nothing", "", 404, "openapi.json")
	s.refused("DELETE", "/api/v1/sessions", "", 405, "GET")
	s.refused("PUT", "/api/v1/clocks/default", `{}`, 405, "GET, PATCH, DELETE")
	if resp, _ := s.ask("PUT", "/api/v1/clocks/default", "{}"); resp.Header.Get("Allow") != "GET, PATCH, DELETE" {
		t.Errorf("Allow: %q", resp.Header.Get("Allow"))
	}
	if resp, b := s.ask("GET", "/api/v1/sessions", "", "Host: evil.example"); resp.StatusCode != 421 || resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s", resp.Status, b)
	}
}

// A note that can not be written ends the simulator only until it can: a full disk may have room again.
func TestSimulatorComesBack(t *testing.T) {
	dir := t.TempDir()
	s, err := openSource("sim:3", opening{dataDir: filepath.Join(dir, "data"), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(t.Context())
	cfg.Hooks.Status = func(st ingest.Status) {
		switch {
		case !st.RetryAt.IsZero():
			if err := os.Remove(filepath.Join(dir, "data")); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Error(err)
			}
		case st.Ended, st.Session != "":
			cancel()
		}
	}
	in := ingest.New(cfg)
	if err := in.Run(ctx, s.Source); err != nil {
		t.Fatal(err)
	}
	if st := in.Status()[0]; st.Session == "" {
		t.Errorf("the simulator did not come back: %+v", st)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

// A recording that does not name its session has one key, whether it is followed, exported or replayed.
func TestOneKeyForANamelessRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nameless.jsonl")
	lines := `{"Type":"LapCount","Json":{"CurrentLap":1,"TotalLaps":50},"DateTime":"2025-05-04T15:00:00.000Z"}` + "\n" +
		`{"Type":"LapCount","Json":{"CurrentLap":2},"DateTime":"2025-05-04T15:01:30.000Z"}` + "\n"
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	d := &deriving{}
	if _, err := e.derive(path, d); err != nil || len(d.sessions) != 1 {
		t.Fatal(d.keys(), err)
	}
	s, err := openSource("recording:"+path, opening{log: e.log})
	if err != nil {
		t.Fatal(err)
	}
	f := following{sources: []source{s}}
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log, cfg.FallbackKey = t.TempDir(), e.log, f.key
	in := ingest.New(cfg)
	if err := in.Run(t.Context(), s.Source); err != nil {
		t.Fatal(err)
	}
	if key := d.keys()[0]; in.Log(key) == nil {
		t.Errorf("exported as %s, followed as %v", key, in.Status())
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}

// A viewer that does not answer the goodbye does not make an orderly stop a failure.
func TestStopBesideASilentViewer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := &env{ctx: ctx, out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	s, err := newServer(e, serverFlags{Listen: "127.0.0.1:0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /connection/websocket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n", s.listener.Addr())
	r := bufio.NewReader(conn)
	if status, err := r.ReadString('\n'); err != nil || !strings.Contains(status, "101") {
		t.Fatalf("%q, %v", status, err)
	}
	command := `{"id":1,"connect":{}}`
	frame := append([]byte{0x81, 0x80 | byte(len(command)), 0, 0, 0, 0}, command...) // masked with zeros
	if _, err := conn.Write(frame); err != nil {
		t.Fatal(err)
	}
	for line := ""; !strings.Contains(line, `"connect"`); {
		b, err := r.ReadByte()
		if err != nil {
			t.Fatal(err)
		}
		line += string(rune(b))
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
