package cache

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A thousand questions in each of four caches: one load between them, and they wait for it.
func TestOneLoadForAllCaches(t *testing.T) {
	s := startRedis(t)
	var loads atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		c := s.open(func(cfg *Config) { cfg.LeaseTime, cfg.LeaseWait = time.Minute, time.Minute })
		key := c.Key(t.Context(), SessionData, "9574")
		for range 1000 {
			all.Go(func() {
				get(t, c, SessionData, key, func(ctx context.Context) (Entry, error) {
					loads.Add(1)
					<-time.After(200 * time.Millisecond) // a query of some length
					return NewEntry("text/plain", []byte("laps")), nil
				}, "laps")
			})
		}
	}
	all.Wait()
	if loads.Load() != 1 {
		t.Errorf("%d loads", loads.Load())
	}
}

const askers = 100

// beOtherProcess answers each line that it reads by asking for a key many times at once; it prints its loads.
func beOtherProcess(address string, in io.Reader, out io.Writer) int {
	cfg := quiet()
	cfg.RedisURL, cfg.RedisDeadline, cfg.LeaseTime, cfg.LeaseWait = address, 5*time.Second, time.Minute, time.Minute
	c, err := New(cfg)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer c.Close()
	for end := time.Now().Add(20 * time.Second); !c.connected(); <-time.After(time.Millisecond) {
		if time.Now().After(end) {
			return 1
		}
	}
	fmt.Fprintln(out, "ready")
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		key := c.Key(context.Background(), SessionData, lines.Text())
		var all sync.WaitGroup
		for range askers {
			all.Go(func() {
				e, err := c.Get(context.Background(), SessionData, key, func(context.Context) (Entry, error) {
					<-time.After(100 * time.Millisecond)
					return NewEntry("text/plain", []byte("laps")), nil
				})
				if err != nil || string(e.Body) != "laps" {
					fmt.Fprintln(os.Stderr, string(e.Body), err)
					os.Exit(1)
				}
			})
		}
		all.Wait()
		fmt.Fprintln(out, c.Count(SessionData, Origin, Load))
	}
	return 0
}

// Three processes of the operating system, each asked many times at once: one load a key.
func TestOneLoadForAllProcesses(t *testing.T) {
	s := startRedis(t)
	type process struct {
		in  io.WriteCloser
		out *bufio.Scanner
	}
	var all []process
	for range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), otherProcess+"="+s.url())
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			in.Close()
			if err := cmd.Wait(); err != nil {
				t.Errorf("another process: %v", err)
			}
		})
		all = append(all, process{in, bufio.NewScanner(out)})
	}
	read := func(p process) string {
		t.Helper()
		if !p.out.Scan() {
			t.Fatal("another process is silent")
		}
		return p.out.Text()
	}
	for _, p := range all {
		read(p)
	}
	for round := 1; round <= 5; round++ {
		for _, p := range all {
			fmt.Fprintf(p.in, "session_%d\n", round)
		}
		loads := 0
		for _, p := range all {
			n, err := strconv.Atoi(read(p))
			if err != nil {
				t.Fatal(err)
			}
			loads += n
		}
		if loads != round {
			t.Errorf("%d loads of %d keys", loads, round)
		}
	}
}

// A process that died in its load is waited for until its lease ends; one that is slow until patience ends.
func TestLeaseOfTheDeadAndOfTheSlow(t *testing.T) {
	s := startRedis(t)
	c := s.open(func(cfg *Config) { cfg.LeaseWait = time.Minute })
	other := s.client()
	hold := func(key Key, d time.Duration) {
		t.Helper()
		if err := other.Do(t.Context(), other.B().Set().Key(leaseName(key.String())).Value("another").Px(d).Build()).Error(); err != nil {
			t.Fatal(err)
		}
	}
	key := c.Key(t.Context(), SessionData, "dead")
	hold(key, 150*time.Millisecond)
	began := time.Now()
	get(t, c, SessionData, key, text("mine"), "mine")
	if d := time.Since(began); d < 100*time.Millisecond || d > 20*time.Second {
		t.Errorf("loaded after %s", d)
	}

	hasty := s.open(func(cfg *Config) { cfg.LeaseWait = 100 * time.Millisecond })
	key = hasty.Key(t.Context(), SessionData, "slow")
	hold(key, time.Minute)
	began = time.Now()
	get(t, hasty, SessionData, key, text("mine"), "mine")
	if d := time.Since(began); d < 100*time.Millisecond || d > 20*time.Second {
		t.Errorf("loaded after %s", d)
	}
	// The other's lease was not ours to give back.
	if held, err := other.Do(t.Context(), other.B().Get().Key(leaseName(key.String())).Build()).ToString(); held != "another" {
		t.Errorf("the lease is %q, %v", held, err)
	}

	// What its holder brings while we wait is taken.
	key = c.Key(t.Context(), SessionData, "brought")
	hold(key, time.Minute)
	frame := string(appendFrame(nil, NewEntry("text/plain", []byte("theirs"))))
	done := make(chan struct{})
	go func() {
		defer close(done)
		get(t, c, SessionData, key, must(t), "theirs")
	}()
	eventually(t, "the question is with redis", func() bool { return c.Count(SessionData, L2, Miss) == 2 })
	if err := other.Do(t.Context(), other.B().Set().Key(key.String()).Value(frame).Build()).Error(); err != nil {
		t.Fatal(err)
	}
	<-done
}

// A load that outlives its lease does not give back the lease of the one who has it now.
func TestLeaseThatRanOut(t *testing.T) {
	s := startRedis(t)
	c := s.open(nil)
	other := s.client()
	ctx := t.Context()
	key := c.Key(ctx, SessionData, "9574")
	lease := leaseName(key.String())
	get(t, c, SessionData, key, func(context.Context) (Entry, error) {
		if token, err := other.Do(ctx, other.B().Get().Key(lease).Build()).ToString(); err != nil || token == "" {
			t.Errorf("a load without a lease: %v", err)
		}
		err := other.Do(ctx, other.B().Set().Key(lease).Value("another").Build()).Error()
		return NewEntry("text/plain", []byte("mine")), err
	}, "mine")
	if held, err := other.Do(ctx, other.B().Get().Key(lease).Build()).ToString(); held != "another" {
		t.Errorf("the lease is %q, %v", held, err)
	}
}

// Between a look into Redis and the lease, the one who had it before may have brought the value.
func TestLeaseLooksAgain(t *testing.T) {
	s := startRedis(t)
	c := s.open(nil)
	other := s.client()
	key := c.Key(t.Context(), SessionData, "9574")
	c.bring(t.Context(), SessionData, key.String(), NewEntry("text/plain", []byte("theirs")), nil)
	e, err := c.underLease(t.Context(), SessionData, key, must(t))
	if err != nil || string(e.Body) != "theirs" {
		t.Errorf("%q, %v", e.Body, err)
	}
	if left, err := other.Do(t.Context(), other.B().Exists().Key(leaseName(key.String())).Build()).AsInt64(); left != 0 || err != nil {
		t.Errorf("the lease is still there: %v", err)
	}
}

func TestAbsenceAndErrorsInRedis(t *testing.T) {
	s := startRedis(t)
	a, b := s.open(nil), s.open(nil)
	key := a.Key(t.Context(), SessionData, "9999")
	none := func(context.Context) (Entry, error) { return Entry{}, fmt.Errorf("session 9999: %w", ErrNotFound) }
	if _, err := a.Get(t.Context(), SessionData, key, none); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	other := s.client()
	ttl, err := other.Do(t.Context(), other.B().Pttl().Key(key.String()).Build()).AsInt64()
	if err != nil || ttl > notFoundFor.Milliseconds() {
		t.Errorf("absence lives %d ms, %v", ttl, err)
	}
	if ttl > 0 {
		if _, err := b.Get(t.Context(), SessionData, key, none); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
	away := errors.New("store is away")
	key = a.Key(t.Context(), SessionData, "9574")
	if _, err := a.Get(t.Context(), SessionData, key, func(context.Context) (Entry, error) { return Entry{}, away }); !errors.Is(err, away) {
		t.Error(err)
	}
	get(t, b, SessionData, key, text("found"), "found") // at once: the lease was given back
}
