package archive_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stand is a live service with the archive in front of it, as the program puts them together.
type stand struct {
	live *live.Service
	url  string // of the archive: …/static/
	at   string // of the archive at a clock: …/at/
}

func newStand(t testing.TB) *stand {
	t.Helper()
	b, err := bus.New(bus.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	s := &stand{live: live.New(b, cfg)}
	mux := http.NewServeMux()
	served := archive.Default()
	served.Log = cfg.Log
	archive.Mount(mux, s.live, served)
	server := httptest.NewServer(mux)
	s.url, s.at = server.URL+"/livetiming/static/", server.URL+"/livetiming/at/"
	t.Cleanup(func() {
		server.Close()
		http.DefaultClient.CloseIdleConnections()
		s.live.Close()
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// add has the service hold the messages as a session.
func (s *stand) add(t testing.TB, key string, all []feed.Message, about live.About) *sessionlog.Log {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	if _, err := log.Append(all); err != nil {
		t.Fatal(err)
	}
	about.Key = key
	if _, err := s.live.Add(t.Context(), log, about, nil, nil); err != nil {
		t.Fatal(err)
	}
	return log
}

// get is a page; status is what the answer has to have.
func get(t testing.TB, url string, status int) []byte {
	t.Helper()
	return ask(t, url, status, nil)
}

func ask(t testing.TB, url string, status int, header http.Header) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != status {
		t.Fatalf("%s: status %d, want %d: %.200s", url, got.StatusCode, status, body)
	}
	return body
}

// document decodes a page of JSON, which begins with a byte order mark.
func document(t testing.TB, page []byte, into any) {
	t.Helper()
	plain, ok := bytes.CutPrefix(page, []byte("\xef\xbb\xbf"))
	if !ok {
		t.Fatalf("no byte order mark: %.40q", page)
	}
	if err := json.Unmarshal(plain, into); err != nil {
		t.Fatalf("%v in %.200s", err, plain)
	}
}

type feeds struct {
	Feeds map[string]struct{ KeyFramePath, StreamPath string }
}

// fetch copies a session's pages into a folder.
func fetch(t testing.TB, url string) string {
	t.Helper()
	dir := t.TempDir()
	index := get(t, url+"Index.json", http.StatusOK)
	var f feeds
	document(t, index, &f)
	for topic, page := range f.Feeds {
		if page.StreamPath != topic+".jsonStream" {
			t.Fatalf("%s is at %s", topic, page.StreamPath)
		}
		if err := os.WriteFile(filepath.Join(dir, page.StreamPath), get(t, url+page.StreamPath, http.StatusOK), 0o600); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(get(t, url+page.KeyFramePath, http.StatusOK), []byte("\xef\xbb\xbf")) {
			t.Errorf("%s: no byte order mark", page.KeyFramePath)
		}
	}
	return dir
}

// same holds two sessions to each other, message by message.
func same(t testing.TB, got, want []feed.Message, times bool) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d messages, want %d", len(got), len(want))
	}
	shift := got[0].Time.Sub(want[0].Time)
	for i := range got {
		g, w := &got[i], &want[i]
		if g.Topic != w.Topic || !bytes.Equal(g.Payload, w.Payload) || g.Time.Sub(w.Time) != shift {
			t.Fatalf("message %d: %s %s %.100s, want %s %s %.100s", i, g.Time, g.Topic, g.Payload, w.Time, w.Topic, w.Payload)
		}
	}
	if times && shift != 0 {
		t.Errorf("all times differ by %s", shift)
	}
}
