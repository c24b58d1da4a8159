package timing_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"testing"

	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// play applies a whole recording.
func play(t testing.TB, path string) *timing.Session {
	t.Helper()
	s := timing.New()
	for _, m := range reference.Messages(t, path) {
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
