package sessionlog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pitwall.live/internal/feed"
)

// A glance at the ends of a log says what reading it says, also when its end is torn or a line is damaged.
func TestPeek(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	log, err := Open(path, "9574")
	if err != nil {
		t.Fatal(err)
	}
	if g, err := Peek(path); err != nil || g.Last != 0 || g.First.Offset != 0 || g.Header.Session != "9574" {
		t.Errorf("of an empty log: %+v, %v", g, err)
	}
	start := time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)
	for i := range 3 {
		payload := fmt.Sprintf(`{"n":%d,"long":"%0200000d"}`, i, i) // longer than a step
		if _, err := log.Append([]feed.Message{{Topic: "A", Time: start.Add(time.Duration(i) * time.Second), Payload: []byte(payload)}}); err != nil {
			t.Fatal(err)
		}
	}
	header := log.Header()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text []byte
		last uint64
	}{
		"whole":   {whole, 3},
		"torn":    {whole[:len(whole)-100], 2},
		"damaged": {append(append([]byte{}, whole[:len(whole)-300_000]...), append([]byte("x"), whole[len(whole)-299_999:]...)...), 3},
		"garbage": {append(append([]byte{}, whole...), "no line of ours\n"...), 3},
	} {
		if err := os.WriteFile(path, c.text, 0o644); err != nil {
			t.Fatal(err)
		}
		g, err := Peek(path)
		if err != nil || g.Last != c.last || g.First.Offset != 1 || !g.First.Time.Equal(start) || g.Header != header {
			t.Errorf("%s: %d of %d at %v, %v", name, g.First.Offset, g.Last, g.First.Time, err)
		}
	}
	if err := os.WriteFile(path, []byte("something else\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Peek(path); err == nil {
		t.Error("a file that is none of ours was read")
	}
}
