package app

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
)

// An archive is followed as its pages say, at an address or in a folder, by its newest session or the one that is named;
// a second run finds the pages in the data folder.
func TestFollowsAnArchive(t *testing.T) {
	root := t.TempDir()
	race, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Laps: 2, Seed: 8, Key: 9008})
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(root, filepath.FromSlash(race.Path()))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	create := func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(folder, name)) }
	if err := sim.WriteArchive(race, create); err != nil {
		t.Fatal(err)
	}
	want := reference.Messages(t, folder)
	asked := 0
	server := httptest.NewServer(http.StripPrefix("/static/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.FileServer(http.Dir(root)).ServeHTTP(w, r)
	})))
	defer server.Close()

	data := t.TempDir()
	follow := func(spec string) {
		t.Helper()
		e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
		s, err := openSource(spec, opening{dataDir: data, log: e.log})
		if err != nil {
			t.Fatal(err)
		}
		cfg := ingest.Default()
		cfg.DataDir, cfg.Log = t.TempDir(), e.log
		in := ingest.New(cfg)
		if err := in.Run(t.Context(), s.Source); err != nil {
			t.Fatal(err)
		}
		got := 0
		if err := in.Log("9008").Each(1, func(m *feed.Message) error {
			if w := &want[got]; m.Topic != w.Topic || !bytes.Equal(m.Payload, w.Payload) || !m.Time.Equal(w.Time) {
				t.Fatalf("%s: message %d is %s %.80s, want %s %.80s", spec, got, m.Topic, m.Payload, w.Topic, w.Payload)
			}
			got++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got != len(want) {
			t.Errorf("%s: %d messages, want %d", spec, got, len(want))
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
	follow("archive:" + server.URL + "/static/" + race.Path())
	first := asked
	follow("archive:" + server.URL + "/static/" + race.Path())
	if first < 10 || asked != first {
		t.Errorf("%d requests at first, %d in all", first, asked)
	}
	follow("archive:" + root)
	follow("archive:" + folder)
	if _, err := openSource("archive:ftp://x.example/", opening{dataDir: data}); err == nil {
		t.Error("any address is taken")
	}
}
