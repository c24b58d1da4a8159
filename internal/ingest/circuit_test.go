package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/feed"
)

// failing is an error that says what kind of failure it is.
type failing struct {
	kind  FailureKind
	after time.Duration
}

func (f failing) Error() string             { return "no: " + string(f.kind) }
func (f failing) Failure() string           { return string(f.kind) }
func (f failing) RetryAfter() time.Duration { return f.after }

// broken is a source that fails with err until ctx ends or it was run often enough, and says when it was run.
func broken(err error, times int) (source, *[]time.Duration) {
	last := time.Now()
	var runs []time.Duration
	return source{"broken", func(context.Context, Out) error {
		runs = append(runs, time.Since(last).Round(time.Second))
		last = time.Now()
		if len(runs) == times {
			return Permanent(err)
		}
		return err
	}}, &runs
}

func wantWaits(t *testing.T, runs []time.Duration, want ...time.Duration) {
	t.Helper()
	if len(runs) != len(want) {
		t.Fatalf("%d runs %v, want %d", len(runs), runs, len(want))
	}
	for i, w := range want {
		if d := runs[i]; d < w*8/10-time.Second || d > w*12/10+time.Second {
			t.Errorf("run %d came after %v, want about %v", i+1, d, w)
		}
	}
}

// Each kind of failure opens the circuit after its own number in a row, for its own time; row 1 of docs/failures.md
// holds for the connection: never more than about a minute, as long as nobody knows that no session is near.
func TestCircuitByKind(t *testing.T) {
	const s, m = time.Second, time.Minute
	for _, c := range []struct {
		kind FailureKind
		due  func() bool
		want []time.Duration
	}{
		{FailureConnection, nil, []time.Duration{0, s, 2 * s, 5 * s, 10 * s, 30 * s, m, m, m}},
		{FailureConnection, func() bool { return false }, []time.Duration{0, s, 2 * s, 5 * s, 10 * s, 30 * s, 5 * m, 5 * m}},
		{FailureServer, nil, []time.Duration{0, s, 2 * s, 5 * s, 10 * s, m, m}},
		{FailureServer, func() bool { return false }, []time.Duration{0, s, 2 * s, 5 * s, 10 * s, 10 * m, 10 * m}},
		{FailureAbsent, nil, []time.Duration{0, s, 2 * s, 2 * m, 2 * m}},
		{FailureRefused, nil, []time.Duration{0, s, 2 * s, 2 * m, 2 * m}},
		{FailureRefused, func() bool { return false }, []time.Duration{0, s, 2 * s, 30 * m, 30 * m}},
		{FailureLocked, nil, []time.Duration{0, s, 2 * s, 5 * s, 10 * s, 30 * s, m, m}},
		{"of a later version", nil, []time.Duration{0, s, 2 * s, 5 * s, 10 * s, 30 * s, m, m}},
	} {
		synctest.Test(t, func(t *testing.T) {
			src, runs := broken(failing{kind: c.kind}, len(c.want))
			in, _ := run(t, func(cfg *Config) { cfg.Due = c.due }, src)
			wantWaits(t, *runs, c.want...)
			got := in.Status()[0].Circuit
			if open := c.kind != FailureLocked; open != (got.State == CircuitHalfOpen) || got.Kind != c.kind || got.Total[c.kind] != uint64(len(c.want)-1) || got.LastError != "no: "+string(c.kind) {
				t.Errorf("%s: %+v", c.kind, got)
			}
		})
	}
}

// The states in order: closed, open, one try that fails, open again, one that lasts: half open until it has been good
// for a minute, then closed, and the next failure is the first.
func TestCircuitStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, runs := time.Now(), 0
		var in *Ingest
		var told []string
		note := func() {
			c := in.Status()[0].Circuit
			told = append(told, fmt.Sprintf("%s %d %d", c.State, c.Failures, c.Opened))
		}
		src := source{"flaky", func(ctx context.Context, out Out) error {
			runs++
			note()
			if runs < 5 {
				return failing{kind: FailureAbsent}
			}
			for i := range 13 {
				if _, err := out([]feed.Message{msg("SessionInfo", info(1), i)}); err != nil {
					return err
				}
				note()
				pause(ctx, 10*time.Second)
			}
			if runs == 5 {
				return errors.New("cut")
			}
			return nil
		}}
		cfg := Default()
		cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
		cfg.Hooks.Status = func(s Status) {
			if o := s.Circuit.State == CircuitOpen; o && (s.RetryAt.IsZero() || s.RetryAt.Before(s.Circuit.Since)) {
				t.Errorf("an open circuit without a next try: %+v", s)
			}
		}
		in = New(cfg)
		if err := errors.Join(in.Run(t.Context(), src), in.Close()); err != nil {
			t.Fatal(err)
		}
		expect(t, slices.Compact(told), "closed 0 0", "closed 1 0", "closed 2 0", "half_open 3 1", "half_open 4 2", "closed 0 2", "closed 1 2", "closed 0 2")
		if s := in.Status()[0]; s.Circuit.Kind != FailureConnection || s.Circuit.LastError != "cut" || s.Circuit.Since.Before(began.Add(4*time.Minute)) {
			t.Errorf("%+v", s.Circuit)
		}
	})
}

// A session comes near: a source that is left alone is tried at once, but not against its own wish.
func TestCircuitWakes(t *testing.T) {
	for _, wish := range []time.Duration{0, 20 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			near := began.Add(4 * time.Minute)
			src, runs := broken(failing{FailureRefused, wish}, 4)
			run(t, func(cfg *Config) {
				cfg.Circuit = map[FailureKind]Trip{FailureRefused: {After: 3, Pause: 2 * time.Minute, Rest: 30 * time.Minute}}
				cfg.Due = func() bool { return !time.Now().Before(near.Add(2 * wish)) }
			}, src)
			last := (*runs)[3]
			if wish == 0 && (last < 3*time.Minute || last > 4*time.Minute+30*time.Second) || wish > 0 && last < wish {
				t.Errorf("wish %v: tried after %v", wish, last)
			}
		})
	}
}

// While the preferred source's circuit is open, and while it is only being tried, the other one is shown.
func TestCircuitFailsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		runs := 0
		best := source{"best", func(ctx context.Context, out Out) error {
			if runs++; runs < 4 {
				return failing{kind: FailureAbsent}
			}
			for i := range 20 {
				if _, err := out([]feed.Message{msg("SessionInfo", info(1), i)}); err != nil {
					return err
				}
				pause(ctx, 10*time.Second)
			}
			cancel()
			return nil
		}}
		other := source{"other", func(ctx context.Context, out Out) error {
			for i := 0; ctx.Err() == nil; i++ {
				if _, err := out([]feed.Message{msg("SessionInfo", info(2), i)}); err != nil {
					return err
				}
				pause(ctx, 10*time.Second)
			}
			return nil
		}}
		cfg := Default()
		cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
		var in *Ingest
		var mu sync.Mutex
		var shown []string
		cfg.Hooks.Status = func(Status) {
			mu.Lock()
			defer mu.Unlock()
			shown = append(shown, string(in.Status()[0].Circuit.State)+" "+in.Preferred())
		}
		in = New(cfg)
		if err := errors.Join(in.Run(ctx, best, other), in.Close()); err != nil {
			t.Fatal(err)
		}
		shown = slices.Compact(shown)
		shown = slices.DeleteFunc(shown, func(s string) bool { return strings.HasSuffix(s, " ") }) // before the first, after the last
		if got := slices.Compact(shown); !slices.Equal(got, []string{"closed 2", "open 2", "half_open 2", "closed 1", "closed 2"}) &&
			!slices.Equal(got, []string{"closed 2", "open 2", "half_open 2", "closed 1"}) {
			t.Errorf("%q", got)
		}
	})
}

// Whatever happens in whatever order, the circuit keeps its own rules: it is open only with failures, half open only
// after it was open, and no failures are left after a good minute.
func TestCircuitKeepsItsRules(t *testing.T) {
	kinds := []FailureKind{FailureConnection, FailureServer, FailureAbsent, FailureRefused, FailureLocked}
	random, all, at := rand.New(rand.NewPCG(3, 4)), trips(), time.Unix(1000, 0)
	c := Circuit{State: CircuitClosed, Since: at}
	for range 20000 {
		before := c
		at = at.Add(time.Second)
		switch random.IntN(4) {
		case 0:
			if c.good(at); c.State != CircuitClosed || c.Failures != 0 {
				t.Fatalf("after a good minute %+v", c)
			}
		case 1:
			if c.try(at); before.State == CircuitOpen && c.State != CircuitHalfOpen || before.State != CircuitOpen && c.State != before.State {
				t.Fatalf("tried: %+v from %+v", c, before)
			}
		default:
			if before.State == CircuitOpen {
				continue // it does not run
			}
			kind := kinds[random.IntN(len(kinds))]
			open := c.fail(failing{kind: kind}, all[kind], at)
			want := all[kind].After > 0 && (before.State == CircuitHalfOpen || before.Failures+1 >= all[kind].After)
			if open != want || open != (c.State == CircuitOpen) || open && c.Opened != before.Opened+1 || c.Total[kind] != before.Total[kind]+1 {
				t.Fatalf("%s: open %v, want %v: %+v from %+v", kind, open, want, c, before)
			}
		}
		if c.State != before.State && c.Since != at {
			t.Fatalf("changed at %v: %+v", at, c)
		}
	}
}
