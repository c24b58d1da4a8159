package openf1

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

// keyed are the beginning of a session's messages as those of a session with another key.
func keyed(t testing.TB, messages []feed.Message, key string) []feed.Message {
	t.Helper()
	all := slices.Clone(messages[:len(messages)/2])
	found := false
	for i := range all {
		if all[i].Topic != feed.TopicSessionInfo {
			continue
		}
		var d Derivation
		d.clear(0)
		d.Take(&all[i])
		old := fmt.Appendf(nil, `"Key":%d`, d.session)
		found = found || bytes.Contains(all[i].Payload, old)
		all[i].Payload = bytes.ReplaceAll(all[i].Payload, old, []byte(`"Key":`+key))
	}
	if !found {
		t.Fatal("no message says the session's key")
	}
	return all
}

// shelve puts a session on the shelf; opened counts how often its log was read.
func (s *stand) shelve(messages []feed.Message, key string, opened *atomic.Int64) {
	s.Helper()
	path := filepath.Join(s.TempDir(), "log.jsonl")
	log, err := sessionlog.Open(path, key)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := log.Append(slices.Clone(messages)); err != nil {
		s.Fatal(err)
	}
	if err := log.Close(); err != nil {
		s.Fatal(err)
	}
	about := live.About{Key: key, Source: "stored", Open: func() (*sessionlog.Log, error) {
		opened.Add(1)
		return sessionlog.Open(path, key)
	}}
	if err := s.live.Shelve(about, messages[:50]); err != nil {
		s.Fatal(err)
	}
}

// TestShelfIsNotLoaded asks about many sessions on the shelf at once: no log of one that is stored is read, and not
// many of others.
func TestShelfIsNotLoaded(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, f1.Race)
	var opened atomic.Int64
	keys := []string{"70001", "70002", "70003", "70004", "70005"}
	for _, key := range keys {
		s.shelve(keyed(t, messages, key), key, &opened)
	}
	if rows := s.get("v1/sessions"); len(rows) != len(keys) {
		t.Fatalf("%v", rows)
	}
	for _, name := range []string{lapsOf, intervalsOf, weatherOf} {
		if told := s.refused("v1/"+name, http.StatusUnprocessableEntity); !strings.Contains(told, "name a session_key") {
			t.Error(told)
		}
	}
	if n := opened.Load(); n != 0 {
		t.Fatalf("%d logs were read for answers that were refused", n)
	}
	for _, key := range keys {
		if kept := s.keep(keyed(t, messages, key)); kept != key {
			t.Fatalf("%s is stored as %s", key, kept)
		}
	}
	s.dialect.mu.Lock()
	s.dialect.listed = time.Time{} // the list of stored sessions is looked at again
	s.dialect.mu.Unlock()
	for _, name := range []string{lapsOf, intervalsOf, weatherOf} {
		seen := map[string]int{}
		for _, row := range s.get("v1/" + name) {
			seen[fmt.Sprintf("%.0f", row["session_key"])]++
			if row["meeting_key"] == nil {
				t.Fatalf("%s: %v", name, row)
			}
		}
		if len(seen) != len(keys) {
			t.Errorf("%s: rows of %v", name, seen)
		}
	}
	if rows := s.get("v1/car_data?session_key=" + keys[0]); len(rows) == 0 || opened.Load() != 0 {
		t.Errorf("%d samples of a stored session, %d logs were read", len(rows), opened.Load())
	}
	s.refused("v1/championship_drivers", http.StatusUnprocessableEntity) // the store has none
	if n := opened.Load(); n != 0 {
		t.Errorf("%d logs of stored sessions were read", n)
	}
	laps := s.get("v1/laps?session_key=" + keys[0])
	if opened.Load() != 1 || !slices.ContainsFunc(laps, func(row object) bool { return row["segments_sector_1"] != nil }) {
		t.Errorf("the laps of one session are those of its log: %d logs were read", opened.Load())
	}
}

// TestAnswersAreBounded fills an answer over its bytes, and keeps the place of those over several sessions.
func TestAnswersAreBounded(t *testing.T) {
	s := newStand(t, func(c *Config) { c.Limits.Bytes, c.Limits.Time = 2000, time.Minute })
	race, qualifying := s.hold(simulated(t, f1.Race), nil), s.hold(simulated(t, f1.Qualifying), nil)
	if told := s.refused("v1/position?session_key="+race, http.StatusUnprocessableEntity); !strings.Contains(told, "More than 2000 bytes") {
		t.Error(told)
	}
	narrow := "v1/drivers?driver_number<5"
	if rows := s.get(narrow); len(rows) < 2 {
		t.Errorf("%v", rows)
	}
	s.dialect.several <- struct{}{} // as another answer does
	s.dialect.cfg.Limits.Time = 200 * time.Millisecond
	s.refused(narrow, http.StatusGatewayTimeout)
	s.dialect.cfg.Limits.Time = time.Minute
	s.get(narrow + "&session_key=" + qualifying)
	s.get("v1/sessions")
	<-s.dialect.several
	s.get(narrow)
}

// TestDelayedViewerIsToldLater looks at a session that runs from a clock that is five minutes behind: before it has heard of
// the session there is none, and then it is what it was called then.
func TestDelayedViewerIsToldLater(t *testing.T) {
	messages := simulated(t, f1.Race)[:2000]
	now := time.Now()
	for i := range messages {
		messages[i].Received = now.Add(-time.Minute)
	}
	s := newStand(t)
	s.holdLive(messages)
	for _, name := range []string{sessionsOf, meetingsOf, driversOf, positionOf} {
		if rows := s.get("v1/" + name); len(rows) == 0 {
			t.Errorf("no %s", name)
		}
		s.refused("at/live-300/v1/"+name, http.StatusNotFound)
	}
	s.get("at/live-30/v1/sessions")

	for i := range messages {
		messages[i].Received = now.Add(-10 * time.Minute)
	}
	at := slices.IndexFunc(messages, func(m feed.Message) bool { return m.Topic == feed.TopicSessionInfo })
	name := s.get("v1/meetings")[0]["meeting_name"].(string)
	news := messages[at]
	news.Payload = bytes.ReplaceAll(news.Payload, []byte(name), []byte("Renamed Grand Prix"))
	news.Time, news.Received = messages[len(messages)-1].Time, now.Add(-time.Minute)
	s = newStand(t)
	s.holdLive(append(messages, news))
	for path, want := range map[string]string{"v1/meetings": "Renamed Grand Prix", "at/live-30/v1/meetings": "Renamed Grand Prix", "at/live-300/v1/meetings": name} {
		if rows := s.get(path); len(rows) != 1 || rows[0]["meeting_name"] != want {
			t.Errorf("%s: %v, %s is expected", path, rows, want)
		}
	}
}

// holdLive gives a session that runs to live.
func (s *stand) holdLive(messages []feed.Message) {
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
	if _, err := log.Append(slices.Clone(messages)); err != nil {
		s.Fatal(err)
	}
	if _, err := s.live.Add(s.Context(), log, live.About{Key: "1", Source: "test", Live: true}, nil, nil); err != nil {
		s.Fatal(err)
	}
}
