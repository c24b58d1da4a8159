package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/api"
	"pitwall.live/internal/bus"
	"pitwall.live/internal/cache"
	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// stand is the API over real rooms: sessions held by live, a store in a file, a cache.
type stand struct {
	testing.TB
	server *httptest.Server
	live   *live.Service
	store  *sqlite.Store
	cache  *cache.Cache
}

func newStand(t testing.TB, options ...api.Option) *stand {
	t.Helper()
	b, err := bus.New(bus.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := cache.New(cache.Default())
	if err != nil {
		t.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.Default()
	s := &stand{TB: t, live: live.New(b, cfg), store: db, cache: c}
	mux := http.NewServeMux()
	api.Mount(mux, "test", s.live, db, append([]api.Option{api.WithCache(c), api.WithLog(cfg.Log)}, options...)...)
	s.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.server.Close()
		s.live.Close()
		c.Close()
		if err := errors.Join(db.Close(), b.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return s
}

// simulated are the messages of a short simulated race.
func simulated(t testing.TB, laps int, seed uint64) []feed.Message {
	t.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Laps: laps, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return logged(t, all)
		} else if err != nil {
			t.Fatal(err)
		}
		m.Payload, m.Offset, m.Received = bytes.Clone(m.Payload), uint64(len(all)+1), m.Time
		all = append(all, m)
	}
}

// logged are the messages as a log keeps them: without those that came twice.
func logged(t testing.TB, messages []feed.Message) []feed.Message {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "1")
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for chunk := range slices.Chunk(slices.Clone(messages), 1000) {
		if _, err := log.Append(chunk); err != nil {
			t.Fatal(err)
		}
	}
	err = log.Each(1, func(m *feed.Message) error {
		kept := *m
		kept.Payload = bytes.Clone(m.Payload)
		all = append(all, kept)
		return nil
	})
	if err = errors.Join(err, log.Close()); err != nil {
		t.Fatal(err)
	}
	return all
}

// derived is the session after messages.
func derived(messages []feed.Message) *derive.Session {
	d := derive.New("1", derive.All())
	for i := range messages {
		m := messages[i]
		_ = d.Take(&m) // samples that can not be read are missing everywhere
	}
	return d
}

// keep stores all of a session.
func (s *stand) keep(d *derive.Session) {
	s.Helper()
	rows := d.Rows()
	b := &store.Batch{Session: d.State.SessionRow(), Simulated: d.State.Info.Simulated, Source: "log", Log: "a", Offset: d.Offset(), Whole: true, Ended: true}
	for _, t := range tables.All() {
		if t.Name == "telemetry" || t.Name == "locations" {
			continue
		}
		c := store.Change{Table: t.Name}
		for row := range rows.Cells(t.Name) {
			if !t.Sorted {
				c.At = append(c.At, len(c.Rows))
			}
			c.Rows = append(c.Rows, slices.Clone(row))
		}
		c.Len = len(c.Rows)
		b.Changes = append(b.Changes, c)
	}
	b.Telemetry, b.Locations = slices.Collect(rows.Telemetry), slices.Collect(rows.Locations)
	if err := s.store.Write(s.Context(), b); err != nil {
		s.Fatal(err)
	}
}

// hold gives a session to live that is over; replay nil is one whose clock is at its end.
func (s *stand) hold(messages []feed.Message, replay *live.Replay) {
	s.Helper()
	s.add(messages, live.About{Key: "1", Source: "test"}, replay)
}

// runs gives a session to live that goes on, with what has come so far.
func (s *stand) runs(messages []feed.Message) *sessionlog.Log {
	s.Helper()
	return s.add(messages, live.About{Key: "1", Source: "test", Live: true}, nil)
}

func (s *stand) add(messages []feed.Message, about live.About, replay *live.Replay) *sessionlog.Log {
	s.Helper()
	log, err := sessionlog.Open(filepath.Join(s.TempDir(), "log.jsonl"), "1")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		s.live.Close() // reads the log until then
		if err := log.Close(); err != nil {
			s.Error(err)
		}
	})
	for chunk := range slices.Chunk(slices.Clone(messages), 1000) {
		if _, err := log.Append(chunk); err != nil {
			s.Fatal(err)
		}
	}
	if _, err := s.live.Add(s.Context(), log, about, replay, nil); err != nil {
		s.Fatal(err)
	}
	return log
}

// ask sends a request; headers are "Name: value".
func (s *stand) ask(path string, headers ...string) (*http.Response, []byte) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.server.URL+"/api/v1"+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp, body
}

// get is the body of an answer that has to be good.
func (s *stand) get(path string, headers ...string) []byte {
	s.Helper()
	resp, body := s.ask(path, headers...)
	if resp.StatusCode != http.StatusOK {
		s.Fatalf("%s %v: %s %s", path, headers, resp.Status, body)
	}
	return body
}

// page is a page of rows.
type page struct {
	Data []json.RawMessage `json:"data"`
	Next string            `json:"next_cursor"`
}

func decode[T any](t testing.TB, body []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	return v
}

// exported is a table as the export writes it.
func exported(t testing.TB, d *derive.Session, table string, f tables.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := d.Rows().Write(&b, table, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var noTime time.Time

func clockWish(at time.Time, paused bool) wire.ClockWish {
	return wire.ClockWish{At: &at, Paused: &paused}
}

// newServer serves a handler until the test ends.
func newServer(t testing.TB, h http.Handler) *httptest.Server {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }
