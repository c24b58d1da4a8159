package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// inBubble runs a test of memory alone under a clock that jumps.
func inBubble(t *testing.T, test func(*testing.T, *Cache)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c, err := New(quiet())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		test(t, c)
	})
}

func TestMemoryKeepsForItsTime(t *testing.T) {
	inBubble(t, func(t *testing.T, c *Cache) {
		key := c.Key(t.Context(), SessionList, "2024")
		if key.String() != "timing:sessions:2024:v0" {
			t.Errorf("key %s", key)
		}
		get(t, c, SessionList, key, text("one"), "one")
		time.Sleep(SessionList.Memory - time.Millisecond) // the bubble's clock
		get(t, c, SessionList, key, must(t), "one")
		time.Sleep(time.Millisecond)
		get(t, c, SessionList, key, text("two"), "two")
		for r, want := range map[Result]uint64{Hit: 1, Miss: 2, Stale: 0} {
			if n := c.Count(SessionList, L1, r); n != want {
				t.Errorf("%s: %d, want %d", r, n, want)
			}
		}
		if n := c.Count(SessionList, Origin, Load); n != 2 {
			t.Errorf("%d loads", n)
		}
	})
}

// Within the grace everybody gets the old value at once, while one load renews it.
func TestGraceServesWhileItRenews(t *testing.T) {
	inBubble(t, func(t *testing.T, c *Cache) {
		key := c.Key(t.Context(), SessionState, "9574")
		get(t, c, SessionState, key, text("one"), "one")
		time.Sleep(SessionState.Memory)
		var loads atomic.Int32
		slow := func(context.Context) (Entry, error) {
			loads.Add(1)
			time.Sleep(100 * time.Millisecond)
			return NewEntry("text/plain", []byte("two")), nil
		}
		for range 10 {
			get(t, c, SessionState, key, slow, "one")
		}
		time.Sleep(101 * time.Millisecond)
		get(t, c, SessionState, key, must(t), "two")
		if loads.Load() != 1 || c.Count(SessionState, L1, Stale) != 10 {
			t.Errorf("%d loads, %d stale", loads.Load(), c.Count(SessionState, L1, Stale))
		}

		// A renewal that fails leaves the old value until the grace ends, and not longer.
		time.Sleep(SessionState.Memory)
		fails := func(context.Context) (Entry, error) { return Entry{}, errors.New("store is away") }
		get(t, c, SessionState, key, fails, "two")
		synctest.Wait()
		get(t, c, SessionState, key, fails, "two")
		time.Sleep(SessionState.Grace)
		if _, err := c.Get(t.Context(), SessionState, key, fails); err == nil || err.Error() != "store is away" {
			t.Errorf("after the grace: %v", err)
		}
	})
}

func TestThousandAskAndOneLoads(t *testing.T) {
	inBubble(t, func(t *testing.T, c *Cache) {
		key := c.Key(t.Context(), SessionState, "9574")
		var loads atomic.Int32
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				get(t, c, SessionState, key, func(context.Context) (Entry, error) {
					loads.Add(1)
					time.Sleep(time.Second)
					return NewEntry("text/plain", []byte("board")), nil
				}, "board")
			})
		}
		all.Wait()
		if loads.Load() != 1 {
			t.Errorf("%d loads", loads.Load())
		}
	})
}

// Between somebody's look into memory and his flight, another's flight may have landed.
func TestFlightLooksAgain(t *testing.T) {
	c := open(t, quiet())
	key := c.Key(t.Context(), SessionState, "9574")
	get(t, c, SessionState, key, text("board"), "board")
	got := <-c.flight(t.Context(), SessionState, key, must(t))
	if r, ok := got.Val.(*record); got.Err != nil || !ok || string(r.entry.Body) != "board" {
		t.Errorf("%v, %v", got.Val, got.Err)
	}
}

// The first asker leaves: the load goes on for the others. A waiter leaves: he need not wait for the load.
func TestWhoLeavesEndsNobodysLoad(t *testing.T) {
	inBubble(t, func(t *testing.T, c *Cache) {
		key := c.Key(t.Context(), SessionState, "9574")
		slow := func(ctx context.Context) (Entry, error) {
			select {
			case <-time.After(time.Second):
				return NewEntry("text/plain", []byte("board")), nil
			case <-ctx.Done():
				return Entry{}, ctx.Err()
			}
		}
		hasty, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			began := time.Now()
			_, err := c.Get(hasty, SessionState, key, slow)
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 100*time.Millisecond {
				t.Errorf("the hasty one got %v after %s", err, time.Since(began))
			}
		})
		synctest.Wait()
		get(t, c, SessionState, key, must(t), "board")
		all.Wait()
	})
}

func TestLoadHasItsOwnEnd(t *testing.T) {
	inBubble(t, func(t *testing.T, c *Cache) {
		began := time.Now()
		_, err := c.Get(t.Context(), SessionState, c.Key(t.Context(), SessionState, "9574"),
			func(ctx context.Context) (Entry, error) { <-ctx.Done(); return Entry{}, ctx.Err() })
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != c.cfg.LoadTimeout {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

func TestErrorsAreNotKeptButAbsenceIsBriefly(t *testing.T) {
	inBubble(t, func(t *testing.T, c *Cache) {
		key := c.Key(t.Context(), SessionState, "9574")
		loads := 0
		fail := func(err error) error {
			_, got := c.Get(t.Context(), SessionState, key, func(context.Context) (Entry, error) { loads++; return Entry{}, err })
			return got
		}
		away := errors.New("store is away")
		for range 3 {
			if err := fail(away); !errors.Is(err, away) {
				t.Errorf("got %v", err)
			}
		}
		if loads != 3 {
			t.Errorf("an error was kept: %d loads of 3", loads)
		}
		none := fmt.Errorf("session 9574: %w", ErrNotFound)
		for range 3 {
			if err := fail(none); err == nil || err.Error() != none.Error() {
				t.Errorf("got %v", err)
			}
		}
		if loads != 4 {
			t.Errorf("absence was not kept: %d loads", loads-3)
		}
		time.Sleep(notFoundFor)
		get(t, c, SessionState, key, text("there now"), "there now")
		if c.Count(SessionState, Origin, Failed) != 3 || c.Count(SessionState, Origin, NotFound) != 1 {
			t.Errorf("%d failed, %d not found", c.Count(SessionState, Origin, Failed), c.Count(SessionState, Origin, NotFound))
		}
	})
}

func TestPanicOfALoadIsAnError(t *testing.T) {
	c := open(t, quiet())
	key := c.Key(t.Context(), SessionState, "9574")
	_, err := c.Get(t.Context(), SessionState, key, func(context.Context) (Entry, error) { panic("index out of range") })
	if err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v", err)
	}
	get(t, c, SessionState, key, text("fine"), "fine")
}

func TestBumpIsANewKey(t *testing.T) {
	c := open(t, quiet())
	ctx := t.Context()
	get(t, c, SessionState, c.Key(ctx, SessionState, "9574"), text("before"), "before")
	get(t, c, SessionState, c.Key(ctx, SessionState, "9574/laps"), text("laps"), "laps")
	get(t, c, SessionState, c.Key(ctx, SessionState, "9580"), text("other"), "other")
	if n, err := c.Bump(ctx, "9574"); n != 1 || err != nil {
		t.Errorf("bump: %d, %v", n, err)
	}
	get(t, c, SessionState, c.Key(ctx, SessionState, "9574"), text("after"), "after")
	get(t, c, SessionState, c.Key(ctx, SessionState, "9574/laps"), text("laps after"), "laps after")
	get(t, c, SessionState, c.Key(ctx, SessionState, "9580"), must(t), "other")
	for _, bad := range []string{"", "9574/laps", "a b", "a:b"} {
		if _, err := c.Bump(ctx, bad); err == nil {
			t.Errorf("%q is bumped", bad)
		}
	}
}

func TestGetRefusesWhatIsNotOfTheTable(t *testing.T) {
	c := open(t, quiet())
	f := func(class Class, key Key) {
		t.Helper()
		if _, err := c.Get(t.Context(), class, key, must(t)); err == nil {
			t.Errorf("%s takes %s", class.Name, key)
		}
	}
	f(Class{Name: "mine", Service: "a", Entity: "b", Memory: time.Hour}, Key{Service: "a", Entity: "b", ID: "1"})
	f(SessionState, Key{Service: "api", Entity: "session", ID: "1"})
	f(SessionState, Key{Service: "timing", Entity: "session", ID: "a b"})
	none := Key{Service: "timing", Entity: "session", ID: "1"}
	if _, err := c.Get(t.Context(), SessionState, none, func(context.Context) (Entry, error) { return Entry{}, nil }); err == nil {
		t.Error("a load may give nothing without an error")
	}
}

// Memory stays below its bound in bytes however much is asked for, and what had to go is counted.
func TestMemoryIsBounded(t *testing.T) {
	cfg := quiet()
	cfg.MemoryBytes, cfg.MaxEntryBytes = 1<<20, 256<<10
	c := open(t, cfg)
	body := strings.Repeat("x", 10_000) // counts three times, for its variants
	for i := range 200 {
		key := c.Key(t.Context(), SessionList, fmt.Sprint(i))
		get(t, c, SessionList, key, text(body), body)
	}
	c.memory.CleanUp()
	if size := c.memory.WeightedSize(); size > cfg.MemoryBytes || size < cfg.MemoryBytes/2 {
		t.Errorf("%d bytes in memory of %d", size, cfg.MemoryBytes)
	}
	if n := c.Count(SessionList, L1, Eviction); n < 100 {
		t.Errorf("%d evictions", n)
	}

	large := strings.Repeat("x", cfg.MaxEntryBytes+1)
	key := c.Key(t.Context(), SessionList, "large")
	get(t, c, SessionList, key, text(large), large)
	get(t, c, SessionList, key, text("loaded again"), "loaded again")
	if n := c.Count(SessionList, L1, TooLarge); n != 1 {
		t.Errorf("%d too large", n)
	}
}

func TestCloseEndsLoadsAndQuestions(t *testing.T) {
	c, err := New(quiet())
	if err != nil {
		t.Fatal(err)
	}
	key := c.Key(t.Context(), SessionState, "9574")
	began := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		_, err := c.Get(t.Context(), SessionState, key, func(ctx context.Context) (Entry, error) {
			close(began)
			<-ctx.Done()
			return Entry{}, ctx.Err()
		})
		ended <- err
	}()
	<-began
	c.Close()
	c.Close()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the load in hand: %v", err)
	}
	if _, err := c.Get(t.Context(), SessionState, key, must(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestFiguresAreRegistered(t *testing.T) {
	cfg := quiet()
	registry := prometheus.NewPedanticRegistry()
	cfg.Registerer = registry
	c := open(t, cfg)
	key := c.Key(t.Context(), SessionState, "9574")
	get(t, c, SessionState, key, text("one"), "one")
	get(t, c, SessionState, key, must(t), "one")
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := f.GetName()
			for _, l := range m.Label {
				name += " " + l.GetValue()
			}
			found[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	for name, want := range map[string]float64{
		"pitwall_cache_operations_total session_state l1 hit":      1,
		"pitwall_cache_operations_total session_state l1 miss":     1,
		"pitwall_cache_operations_total session_state origin load": 1,
		"pitwall_cache_operations_total historical l2 hit":         0,
		"pitwall_cache_memory_entries":                             1,
	} {
		if got, ok := found[name]; !ok || got != want {
			t.Errorf("%s: %v (%v), want %v", name, got, ok, want)
		}
	}
	if _, ok := found["pitwall_cache_redis_up"]; ok {
		t.Error("there is no Redis, but a figure says whether it is up")
	}
	if _, err := New(cfg); err == nil {
		t.Error("a second cache registers the same figures")
	}
}

func TestConfig(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := Default()
		change(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
	f(func(c *Config) { c.MemoryBytes = 0 }, "memory")
	f(func(c *Config) { c.MaxEntryBytes = 1 << 30 }, "largest entry")
	f(func(c *Config) { c.LeaseWait = 0 }, "time")
	f(func(c *Config) { c.Log = nil }, "log")
	f(func(c *Config) { c.RedisURL = "http://somewhere" }, "scheme")

	cfg := Default()
	cfg.RedisURL = "redis://user:sesame@host:port%zz"
	if err := cfg.Validate(); err == nil || strings.Contains(err.Error(), "sesame") {
		t.Errorf("a wrong address gives %v", err)
	}
}
