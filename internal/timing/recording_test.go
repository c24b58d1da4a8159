package timing_test

import (
	"compress/gzip"
	"encoding/csv"
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

// read returns every message of a recording, payloads copied.
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

// table reads a compressed CSV as maps by column.
func table(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	head, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		row := make(map[string]string, len(head))
		for i, name := range head {
			row[name] = rec[i]
		}
		rows = append(rows, row)
	}
}
