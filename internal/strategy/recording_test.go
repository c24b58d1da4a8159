package strategy_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// shared finds the folder of real data beside the module, or skips the test when it is absent.
func shared(t testing.TB, path ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			root := filepath.Join(filepath.Dir(dir), "shared", "data")
			if _, err := os.Stat(root); err != nil {
				t.Skipf("real data not present: %v", err)
			}
			return filepath.Join(append([]string{root}, path...)...)
		}
	}
	t.Fatal("module root not found")
	return ""
}

// read returns every message of a recording but the compressed ones, payloads copied.
func read(t testing.TB, path string) []feed.Message {
	t.Helper()
	r, err := recording.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	var all []feed.Message
	for {
		var m feed.Message
		err := r.Next(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Topic == feed.TopicCarData || m.Topic == feed.TopicPosition {
			continue
		}
		m.Payload = append([]byte(nil), m.Payload...)
		all = append(all, m)
	}
}

// play applies a whole recording.
func play(t testing.TB, path string) *timing.Session {
	t.Helper()
	s := timing.New()
	for _, m := range read(t, path) {
		s.Apply(&m)
	}
	return s
}

func azerbaijan(t testing.TB) string {
	return shared(t, "live-timing/archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race")
}

func miami(t testing.TB) string {
	return shared(t, "live-timing/archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint")
}

func australia(t testing.TB) string {
	return shared(t, "live-timing/reconstructed/2025-03-16_Australian_Grand_Prix_Race")
}
