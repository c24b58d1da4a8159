package openf1

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
)

// stand is the dialect over real rooms: sessions held by live, a store in a file.
type stand struct {
	testing.TB
	bus    *bus.Bus
	live   *live.Service
	store  *sqlite.Store
	server *httptest.Server

	dialect *Dialect
}

func newStand(t testing.TB, change ...func(*Config)) *stand {
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
	s := &stand{TB: t, bus: b, live: live.New(b, live.Default()), store: db}
	cfg := Default()
	cfg.Limits.Rate = 0
	for _, c := range change {
		c(&cfg)
	}
	mux := http.NewServeMux()
	if s.dialect, err = New(s.live, db, cfg); err != nil {
		t.Fatal(err)
	}
	s.dialect.Mount(mux)
	s.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.server.Close()
		s.live.Close()
		if err := errors.Join(db.Close(), b.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return s
}

// played are the simulated sessions of this run of the tests.
var played = map[f1.SessionType][]feed.Message{}

// simulated are the messages of a short simulated session; of its samples one message in ten.
func simulated(t testing.TB, kind f1.SessionType) []feed.Message {
	t.Helper()
	if played[kind] == nil {
		played[kind] = simulate(t, kind)
	}
	return slices.Clone(played[kind])
}

func simulate(t testing.TB, kind f1.SessionType) []feed.Message {
	t.Helper()
	laps := 0
	if kind == f1.Race {
		laps = 3
	}
	s, err := sim.New(sim.Config{Session: kind, Circuit: "baku", Laps: laps, Seed: 11})
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for n := 0; ; n++ {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(m.Topic, ".z") && n%10 != 0 {
			continue
		}
		m.Payload, m.Received = bytes.Clone(m.Payload), m.Time
		all = append(all, m)
	}
}

// hold gives a session to live; replay nil is one whose clock is at its end.
func (s *stand) hold(messages []feed.Message, replay *live.Replay) (key string) {
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
	held, err := s.live.Add(s.Context(), log, live.About{Key: "1", Source: "test"}, replay, nil)
	if err != nil {
		s.Fatal(err)
	}
	return held.Key()
}

// keep stores all of a session.
func (s *stand) keep(messages []feed.Message) (key string) {
	s.Helper()
	d := derive.New("1", derive.All())
	for i := range messages {
		m := messages[i]
		m.Offset = uint64(i + 1)
		_ = d.Take(&m) // samples that can not be read are missing everywhere
	}
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
	return d.Key()
}

// ask sends a request below the dialect's root.
func (s *stand) ask(path string, headers ...string) (*http.Response, []byte) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.server.URL+"/openf1/"+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	if len(headers) > 0 {
		req.Header.Set("Authorization", headers[0])
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

// object is a row as a client reads it.
type object = map[string]any

// get are the rows of a good answer.
func (s *stand) get(path string) []object {
	s.Helper()
	resp, body := s.ask(path)
	if resp.StatusCode != http.StatusOK {
		s.Fatalf("%s: %s: %s", path, resp.Status, body)
	}
	var rows []object
	if err := json.Unmarshal(body, &rows); err != nil {
		s.Fatalf("%s: %v", path, err)
	}
	return rows
}

// refused is the detail of an answer that is no rows.
func (s *stand) refused(path string, status int, headers ...string) string {
	s.Helper()
	resp, body := s.ask(path, headers...)
	if resp.StatusCode != status {
		s.Fatalf("%s: %s: %.300s", path, resp.Status, body)
	}
	var told struct{ Detail string }
	if err := json.Unmarshal(body, &told); err != nil || told.Detail == "" {
		s.Fatalf("%s: %s: %v", path, body, err)
	}
	return told.Detail
}
