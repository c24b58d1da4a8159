package recording

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pitwall.live/internal/feed"
)

// liveTiming is the folder of real recordings beside the module; the test is skipped without it.
func liveTiming(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	found := filepath.Join(filepath.Dir(dir), "shared", "data", "live-timing")
	if _, err := os.Stat(found); err != nil {
		tb.Skipf("no real recordings here: %s is absent", found)
	}
	return found
}

// message is a feed.Message with memory of its own, easy to compare.
type message struct {
	feed.Message
	payload string
}

// readAll reads a recording to its end.
func readAll(tb testing.TB, path string) ([]message, *Reader) {
	tb.Helper()
	r, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Close()
	var all []message
	var m feed.Message
	for {
		err := r.Next(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		kept := message{m, string(m.Payload)}
		kept.Payload = nil
		all = append(all, kept)
	}
	return all, r
}

// manifestLines is the line count of every live-timing file, by path below live-timing.
func manifestLines(t *testing.T, root string) map[string]int {
	t.Helper()
	f, err := os.Open(filepath.Join(filepath.Dir(root), "MANIFEST.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	for _, row := range rows[1:] {
		if path, ok := strings.CutPrefix(row[0], "live-timing/"); ok {
			n, err := strconv.Atoi(row[3])
			if err != nil {
				t.Fatal(err)
			}
			lines[path] = n
		}
	}
	return lines
}
