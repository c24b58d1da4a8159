package ergast

import (
	"context"
	"net/http"
	"testing"
	"time"

	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/wire"
)

// baku is a real race of 2018, whose feed does not say its round.
func baku(t *testing.T) string {
	return reference.Path(t, "live-timing", "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race")
}

// seek sets the process's own clock and waits until it hides what it has to.
func seek(t *testing.T, s *live.Service, to wire.ClockWish, hidden bool) {
	t.Helper()
	paused := true
	to.Paused = &paused
	if _, err := s.ChangeClock("default", to); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		if h, known := s.Held("latest"); known && h.Hidden == hidden {
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the process's clock did not get there")
		}
	}
}

// What the process's clock shows stays in no cache: a replay that stood at its end is set back, and a client that asks
// again with what it has gets the new answer. Where no session is shown caches may keep what is published.
func TestNoCacheKeepsAReplay(t *testing.T) {
	s := opened(t)
	if err := s.PutPages(t.Context(), fixturePages(t)); err != nil {
		t.Fatal(err)
	}
	if _, h, _ := get(t, serving(t, s, nil, season24).URL+"/ergast/f1/2023/results"); h.Get("Cache-Control") != "max-age=600" {
		t.Errorf("of the record alone: %q", h.Get("Cache-Control"))
	}
	messages := reference.Messages(t, baku(t))
	held := replaying(t, messages, &live.Replay{Speed: 1})
	url := serving(t, s, held, season24).URL + "/ergast/f1/2023/results"
	state, err := held.Clock("default")
	if err != nil {
		t.Fatal(err)
	}
	end, err := time.Parse(time.RFC3339Nano, string(state.End))
	if err != nil {
		t.Fatal(err)
	}
	seek(t, held, wire.ClockWish{At: &end}, false)
	code, h, _ := get(t, url)
	if code != http.StatusOK || h.Get("Cache-Control") != "private, no-cache" || h.Get("ETag") == "" {
		t.Errorf("at the end: %d %q %q", code, h.Get("Cache-Control"), h.Get("ETag"))
	}
	lap := 5
	seek(t, held, wire.ClockWish{Lap: &lap}, true)
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("If-None-Match", h.Get("ETag"))
	resp, err := http.DefaultClient.Do(again)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("on lap 5: %d %q %v", resp.StatusCode, resp.Header.Get("Cache-Control"), err)
	}
}
