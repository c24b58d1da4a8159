package events_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// shared finds the folder of real data beside the module, or skips the test when it is absent.
func shared(t testing.TB, path ...string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("real data not present: %v", err)
	}
	return filepath.Join(append([]string{root}, path...)...)
}

// read returns every message of a recording, numbered from 1.
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
		m.Payload = bytes.Clone(m.Payload)
		m.Offset = uint64(len(all) + 1)
		all = append(all, m)
	}
}

// detect runs all detectors over messages.
func detect(messages []feed.Message) (*events.Detection, *timing.Session) {
	d, s := events.Start(events.Defaults()), timing.New()
	s.AltKey = "1"
	for i := range messages {
		ch := s.Apply(&messages[i])
		d.Step(s, &messages[i], ch)
	}
	return d, s
}
