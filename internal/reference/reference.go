// Package reference opens the real data that lies beside the module, for tests: recordings, tables of laps and
// results. Nothing of it is kept in the project; where it is absent a test that needs it is skipped and says so.
// Only tests import it.
package reference

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
)

// Path is the place of a file or folder of the real data. The test is skipped when there are no such data.
func Path(t testing.TB, path ...string) string {
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

// Messages are the messages of a recording, numbered from 1 and payloads copied, but for the topics left out.
func Messages(t testing.TB, path string, without ...string) []feed.Message {
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
	for n := uint64(1); ; n++ {
		var m feed.Message
		err := r.Next(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(without, m.Topic) {
			continue
		}
		m.Payload, m.Offset = bytes.Clone(m.Payload), n
		all = append(all, m)
	}
}
