package sim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
)

type page struct {
	bytes.Buffer
	closed bool
	fail   error
}

func (p *page) Close() error {
	p.closed = true
	return p.fail
}

// TestWriteArchive: one page a topic, marked and ended as the official ones, offsets that never go back,
// and as many lines as there are messages.
func TestWriteArchive(t *testing.T) {
	cfg := sim.Config{Session: f1.Race, Circuit: "spielberg", Laps: 5, Seed: 7}
	want := map[string]int{}
	each(t, cfg, func(m *feed.Message) { want[m.Topic]++ })
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]*page{}
	if err := sim.WriteArchive(s, func(name string) (io.WriteCloser, error) {
		pages[name] = &page{}
		return pages[name], nil
	}); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d\d\d[{"]`)
	for topic, n := range want {
		p := pages[topic+".jsonStream"]
		if p == nil {
			t.Errorf("%s has no page", topic)
			continue
		}
		text := p.String()
		if !strings.HasPrefix(text, "\ufeff") || !strings.HasSuffix(text, "\r\n") || !p.closed {
			t.Errorf("%s: byte order mark, line ends or closing are wrong", topic)
		}
		lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(text, "\ufeff"), "\r\n"), "\r\n")
		if len(lines) != n {
			t.Errorf("%s: %d lines, want %d", topic, len(lines), n)
		}
		last := ""
		for _, l := range lines {
			if !line.MatchString(l) || !json.Valid([]byte(l[12:])) {
				t.Fatalf("%s: %.80s", topic, l)
			}
			if l[:12] < last {
				t.Errorf("%s: offset %s after %s", topic, l[:12], last)
			}
			last = l[:12]
		}
	}
	if index := strings.TrimPrefix(pages["Index.json"].String(), "\ufeff"); !json.Valid([]byte(index)) || !strings.Contains(index, `"TimingData":{"KeyFramePath":"TimingData.json","StreamPath":"TimingData.jsonStream"}`) {
		t.Errorf("index: %s", index)
	}
}

func TestWriteArchiveErrors(t *testing.T) {
	boom := errors.New("no space")
	f := func(create func(string) (io.WriteCloser, error)) {
		t.Helper()
		s, err := sim.New(sim.Config{Session: f1.Sprint, Laps: 1, Before: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if err := sim.WriteArchive(s, create); !errors.Is(err, boom) {
			t.Errorf("error %v, want %v", err, boom)
		}
	}
	f(func(string) (io.WriteCloser, error) { return nil, boom })
	f(func(string) (io.WriteCloser, error) { return &page{fail: boom}, nil })
	f(func(name string) (io.WriteCloser, error) {
		if name == "Index.json" {
			return nil, boom
		}
		return &page{}, nil
	})
}
