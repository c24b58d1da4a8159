package feed

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// sharedData is the folder of real recordings beside the module's checkout. Tests that need it are
// skipped where it is absent.
func sharedData(tb testing.TB, parts ...string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{filepath.Dir(dir), "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("real recordings are absent: %v", err)
	}
	return path
}

// mexicoQualifying is the one archive session that has every topic.
var mexicoQualifying = []string{"live-timing", "archive", "2025",
	"2025-10-26_Mexico_City_Grand_Prix", "2025-10-25_Qualifying"}

// archivePayloads reads the payloads of one archive stream: each line is an offset of 12 characters and
// one JSON value.
func archivePayloads(tb testing.TB, path string) [][]byte {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var out [][]byte
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), bom))
		if len(line) < 12 {
			tb.Fatalf("%s: line %d is cut", path, len(out)+1)
		}
		out = append(out, bytes.Clone(line[12:]))
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}
