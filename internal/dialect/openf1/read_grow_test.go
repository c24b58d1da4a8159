package openf1

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/timing"
)

// growing is a session whose log grows.
type growing struct {
	*stand
	log      *sessionlog.Log
	key      string
	messages []feed.Message
	n        int
}

// grow begins a session with a quarter of its messages.
func (s *stand) grow(messages []feed.Message) *growing {
	s.Helper()
	return s.growFrom(messages, len(messages)/4)
}

// growFrom begins a session with some of its messages.
func (s *stand) growFrom(messages []feed.Message, begun int) *growing {
	s.Helper()
	log, err := sessionlog.Open(filepath.Join(s.TempDir(), "log.jsonl"), "1")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		s.live.Close()
		if err := log.Close(); err != nil {
			s.Error(err)
		}
	})
	for i := range messages { // as if they came now
		messages[i].Received = time.Now()
	}
	g := &growing{stand: s, log: log, messages: messages}
	g.add(begun)
	held, err := s.live.Add(s.Context(), log, live.About{Key: "1", Source: "test", Live: true}, nil, nil)
	if err != nil {
		s.Fatal(err)
	}
	g.key = held.Key()
	return g
}

// add lets the log grow.
func (g *growing) add(n int) {
	g.Helper()
	next := min(g.n+n, len(g.messages))
	if _, err := g.log.Append(slices.Clone(g.messages[g.n:next])); err != nil {
		g.Fatal(err)
	}
	g.n = next
}

// rest lets it grow to its end, no faster than it can be followed.
func (g *growing) rest() {
	g.Helper()
	for g.n < len(g.messages) {
		g.add(200)
		until(g, "the clock", func() bool {
			p, err := g.live.Place(g.key, time.Time{}, 0, "")
			return err == nil && p.Offset == g.log.Len()
		})
	}
}

// following is ingest with a reader as its source.
type following struct {
	mu       sync.Mutex
	messages []feed.Message
}

func (f *following) all() []feed.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.messages)
}

// following follows until the test ends.
func (s *stand) following(cfg ReadConfig) *following {
	s.Helper()
	r, err := NewReader(cfg)
	if err != nil {
		s.Fatal(err)
	}
	f := &following{}
	ic := ingest.Default()
	ic.DataDir = s.TempDir()
	ic.Hooks.Published = func(_ string, messages []feed.Message) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.messages = append(f.messages, messages...)
	}
	in := ingest.New(ic)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- in.Run(ctx, r) }()
	s.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			s.Error(err)
		}
		if err := in.Close(); err != nil {
			s.Error(err)
		}
	})
	return f
}

// TestFollowGrowing follows a session while it runs, by requests and by push: what comes of it is the session.
func TestFollowGrowing(t *testing.T) {
	for _, way := range []string{"requests", "push"} {
		t.Run(way, func(t *testing.T) {
			s := newStand(t, func(c *Config) { c.Accounts = accounts(t, "ann:secret") })
			g := s.grow(simulated(t, f1.Race))
			cfg := s.reading()
			cfg.User, cfg.Password, cfg.Samples = "ann", "secret", way == "push"
			cfg.Every, cfg.Pushed, cfg.Reorder = 20*time.Millisecond, time.Hour, 50*time.Millisecond
			middle := g.messages[len(g.messages)/2].Time
			cfg.Now = func() time.Time { return middle }
			if way == "push" {
				cfg.MQTT = s.broker()
			}
			f := s.following(cfg)
			until(t, "the first rows", func() bool { return len(f.all()) > 20 })
			if way == "push" {
				until(t, "a subscription", func() bool { return atomic.LoadInt64(&s.dialect.broker.Load().Info.Subscriptions) > 0 })
			}
			g.rest()
			for _, table := range []string{"laps", "positions", "race_control", "weather"} {
				columns := carried[table]
				want := tableOf(t, g.messages, table, columns)
				missing := len(want)
				until(t, "the "+table, func() bool {
					have := tableOf(t, f.all(), table, columns)
					missing = 0
					for row, n := range want {
						if have[row] != n {
							missing++
						}
					}
					return missing == 0
				})
				t.Logf("%s: %d rows equal", table, len(want))
			}
			state := timing.New()
			for _, m := range f.all() {
				state.Apply(&m)
			}
			if !state.Info.Simulated {
				t.Error("a simulation that is followed does not say that it is one")
			}
		})
	}
}

// TestFollowRace follows a full race from our own server while it runs, much faster than it ran, by requests and by push: its
// laps, positions and weather are those of the race, but for the laps that OpenF1 does not tell (see [deviant]).
func TestFollowRace(t *testing.T) {
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("slow: PITWALL_FULL=1 follows it")
	}
	for _, way := range []string{"requests", "push"} {
		t.Run(way, func(t *testing.T) {
			s := newStand(t, func(c *Config) { c.Accounts = accounts(t, "ann:secret") })
			g := s.growFrom(original(t, reconstructedRace), 1000)
			cfg := s.reading()
			cfg.User, cfg.Password, cfg.Samples = "ann", "secret", false
			cfg.Every, cfg.Pushed, cfg.Reorder = time.Second, time.Hour, 50*time.Millisecond
			middle := g.messages[len(g.messages)/2].Time
			cfg.Now = func() time.Time { return middle }
			if way == "push" {
				cfg.MQTT = s.broker()
			}
			f := s.following(cfg)
			until(t, "the first rows", func() bool { return len(f.all()) > 20 })
			if way == "push" {
				until(t, "a subscription", func() bool { return atomic.LoadInt64(&s.dialect.broker.Load().Info.Subscriptions) > 0 })
			}
			began := time.Now()
			g.rest()
			span := g.messages[len(g.messages)-1].Time.Sub(g.messages[0].Time)
			t.Logf("%v of race in %v, %.0f times as fast", span, time.Since(began), span.Seconds()/time.Since(began).Seconds())
			for table, known := range map[string]int{"laps": 2, "positions": 0, "race_control": 0, "weather": 0} {
				want, missing := tableOf(t, g.messages, table, carried[table]), 0
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				tick := time.NewTicker(500 * time.Millisecond)
				for more := true; more; {
					have := tableOf(t, f.all(), table, carried[table])
					missing = 0
					for row, n := range want {
						if have[row] != n {
							missing++
						}
					}
					select {
					case <-tick.C:
						more = missing > known
					case <-ctx.Done():
						more = false
					}
				}
				cancel()
				tick.Stop()
				t.Logf("%s: %d rows, %d differ", table, len(want), missing)
				if missing != known {
					t.Errorf("%s: %d of %d rows differ, known are %d", table, missing, len(want), known)
				}
			}
		})
	}
}
