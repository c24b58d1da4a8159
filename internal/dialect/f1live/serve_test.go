package f1live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

// stand is bus, live service and hub, as the program puts them together.
type stand struct {
	log    *sessionlog.Log
	live   *live.Service
	bus    *bus.Bus
	hub    *Server
	server *httptest.Server
	sent   int
}

func newStand(t *testing.T, change ...func(*ServerConfig)) *stand {
	t.Helper()
	return newStandAt(t, time.Now, change...)
}

// newStandAt is one whose sessions are played by another clock.
func newStandAt(t *testing.T, now func() time.Time, change ...func(*ServerConfig)) *stand {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bus.New(bus.Default())
	if err != nil {
		t.Fatal(err)
	}
	liveCfg := live.Default()
	liveCfg.Now, liveCfg.Log = now, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s := &stand{log: log, bus: b, live: live.New(b, liveCfg)}
	cfg := DefaultServer()
	cfg.Log = liveCfg.Log
	for _, f := range change {
		f(&cfg)
	}
	s.hub = NewServer(b, s.live, cfg)
	mux := http.NewServeMux()
	s.hub.Mount(mux)
	s.server = httptest.NewServer(mux)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.live.Close()
		s.server.CloseClientConnections()
		s.server.Close()
		if err := errors.Join(b.Close(context.Background()), log.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// append publishes a message once the session is held.
func (s *stand) append(t *testing.T, topic, payload string) {
	t.Helper()
	s.sent++
	at := time.Date(2025, 5, 4, 15, 0, 0, s.sent*int(10*time.Millisecond), time.UTC)
	if _, err := s.log.Append([]feed.Message{{Topic: topic, Payload: []byte(payload), Time: at, Received: time.Now()}}); err != nil {
		t.Fatal(err)
	}
}

const testSession = `{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`

// hold takes the session in.
func (s *stand) hold(t *testing.T) *stand {
	t.Helper()
	s.append(t, feed.TopicSessionInfo, testSession)
	if _, err := s.live.Add(t.Context(), s.log, live.About{Key: "9", Source: "test", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// lap appends one message that nobody can mistake for another.
func (s *stand) lap(t *testing.T, n int) {
	s.append(t, feed.TopicTimingData, fmt.Sprintf(`{"Lines": {"1":{"NumberOfLaps":%d}}}`, n))
}

// lapIn reads which lap a payload says.
func lapIn(t *testing.T, payload []byte) int {
	t.Helper()
	var d struct {
		Lines map[string]struct{ NumberOfLaps int }
	}
	if err := json.Unmarshal(payload, &d); err != nil {
		t.Errorf("%s: %v", payload, err)
	}
	return d.Lines["1"].NumberOfLaps
}

// collect runs our own client until it has what enough wants.
func (s *stand) collect(t *testing.T, path string, topics []string, enough func([]feed.Message) bool) []feed.Message {
	t.Helper()
	cfg := Default()
	cfg.URL, cfg.Log, cfg.Topics = s.server.URL+path, slog.New(slog.DiscardHandler), topics
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var all []feed.Message
	err = client.Run(ctx, func(ms []feed.Message) (int, error) {
		for _, m := range ms {
			m.Payload = append([]byte(nil), m.Payload...)
			all = append(all, m)
		}
		if enough(all) {
			cancel()
		}
		return len(ms), nil
	})
	// The hub's end may be seen before our own.
	if ctx.Err() == nil || t.Context().Err() != nil {
		t.Errorf("after %d messages: %v", len(all), err)
	}
	return all
}

// Our own client has every message once, whenever it comes.
func TestServeFollow(t *testing.T) {
	s := newStand(t).hold(t)
	s.append(t, feed.TopicTrackStatus, `{"Status":"1"}`)
	done := make(chan []feed.Message, 1)
	joined := make(chan struct{})
	go func() {
		first := true
		done <- s.collect(t, "/livetiming/signalrcore", []string{feed.TopicSessionInfo, feed.TopicTimingData, "Nonsense"}, func(ms []feed.Message) bool {
			if first {
				first = false
				close(joined)
			}
			last := ms[len(ms)-1]
			return last.Topic == feed.TopicTimingData && lapIn(t, last.Payload) == 500
		})
	}()
	for n := 1; n <= 200; n++ {
		s.lap(t, n)
	}
	<-joined
	for n := 201; n <= 500; n++ {
		s.lap(t, n)
		s.append(t, feed.TopicTrackStatus, `{"Status":"2"}`)
	}
	got := <-done
	lap := 0
	for i, m := range got {
		if m.Topic == feed.TopicTimingData {
			n := lapIn(t, m.Payload)
			if !m.Snapshot && (n != lap+1 || string(m.Payload) != fmt.Sprintf(`{"Lines": {"1":{"NumberOfLaps":%d}}}`, n)) {
				t.Fatalf("after lap %d came %s", lap, m.Payload)
			}
			lap = n
		} else if i > 0 || m.Topic != feed.TopicSessionInfo {
			t.Errorf("%s came unasked", m.Topic)
		}
	}
}
