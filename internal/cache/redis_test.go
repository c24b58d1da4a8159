package cache

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestProcessesShareRedis(t *testing.T) {
	s := startRedis(t)
	a, b := s.open(nil), s.open(nil)
	ctx := t.Context()
	key := a.Key(ctx, SessionData, "monaco_2024_race")
	get(t, a, SessionData, key, func(context.Context) (Entry, error) {
		return NewEntry("application/json", []byte(longBody)), nil
	}, longBody)
	get(t, b, SessionData, b.Key(ctx, SessionData, "monaco_2024_race"), must(t), longBody)
	if b.Count(SessionData, L2, Hit) != 1 || a.Count(SessionData, L2, Miss) != 1 {
		t.Errorf("hits %d, misses %d", b.Count(SessionData, L2, Hit), a.Count(SessionData, L2, Miss))
	}

	// It lies under the key of the contract, for the time of its class, and the lease is gone.
	other := s.client()
	ttl, err := other.Do(ctx, other.B().Pttl().Key("api:session:monaco_2024_race:v0").Build()).AsInt64()
	if err != nil || ttl > SessionData.Redis.Milliseconds() || ttl < SessionData.Redis.Milliseconds()-20_000 {
		t.Errorf("lives %d ms: %v", ttl, err)
	}
	keys, err := other.Do(ctx, other.B().Keys().Pattern("*").Build()).AsStrSlice()
	if err != nil || len(keys) != 1 {
		t.Errorf("keys %q, %v", keys, err)
	}

	// The state of now never leaves the process.
	get(t, a, SessionState, a.Key(ctx, SessionState, "9574"), text("a"), "a")
	get(t, b, SessionState, b.Key(ctx, SessionState, "9574"), text("b"), "b")
}

func TestBumpReachesEveryProcess(t *testing.T) {
	s := startRedis(t)
	a, b := s.open(nil), s.open(nil)
	ctx := t.Context()
	get(t, b, SessionData, b.Key(ctx, SessionData, "9574/laps"), text("before"), "before")
	for want := uint64(1); want <= 3; want++ {
		if n, err := a.Bump(ctx, "9574"); n != want || err != nil {
			t.Fatalf("bump: %d, %v", n, err)
		}
		eventually(t, "the other process hears of it", func() bool { return b.Version(ctx, "9574") == want })
	}
	get(t, b, SessionData, b.Key(ctx, SessionData, "9574/laps"), text("after"), "after")
	get(t, a, SessionData, a.Key(ctx, SessionData, "9574/laps"), must(t), "after")

	// One who comes later, and many at once: every bump counts.
	c := s.open(nil)
	var all sync.WaitGroup
	for range 50 {
		for _, x := range []*Cache{a, b, c} {
			all.Go(func() { x.Bump(ctx, "9574") })
		}
	}
	all.Wait()
	for _, x := range []*Cache{a, b, c} {
		eventually(t, "all agree on 153", func() bool { return x.Version(ctx, "9574") == 153 })
	}
	other := s.client()
	for _, nonsense := range []string{"", "9574", "9574 -1", "9574 1e3", "9574 99999999999999999999", "a b c"} {
		if err := other.Do(ctx, other.B().Publish().Channel(changes).Message(nonsense).Build()).Error(); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Do(ctx, other.B().Publish().Channel(changes).Message("done 1").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the channel goes on", func() bool { n, _, _ := a.versions.look("done"); return n == 1 })
	if n := a.Version(ctx, "9574"); n != 153 {
		t.Errorf("nonsense on the channel made it %d", n)
	}
}

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

// What others wrote under our keys is never served and does not stop us.
func TestForeignBytes(t *testing.T) {
	s := startRedis(t)
	c := s.open(nil)
	other := s.client()
	key := c.Key(t.Context(), SessionData, "9574")
	if err := other.Do(t.Context(), other.B().Set().Key(key.String()).Value("hello").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	get(t, c, SessionData, key, text("mine"), "mine")
	if n := c.Count(SessionData, L2, Failed); n == 0 {
		t.Error("not counted")
	}
	key = c.Key(t.Context(), SessionData, "9580")
	if err := other.Do(t.Context(), other.B().Lpush().Key(key.String()).Element("a").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	get(t, c, SessionData, key, text("mine"), "mine")
	if up, _ := c.RedisUp(); !up {
		t.Error("a refusal was taken for silence")
	}
}

// Redis stops and comes back empty in the middle of questions: every question is answered, versions never fall,
// what was raised meanwhile is told, and the processes share again.
func TestRedisGoesAndComes(t *testing.T) {
	s := startRedis(t)
	a, b := s.open(nil), s.open(nil)
	ctx := t.Context()
	a.Bump(ctx, "9574")
	a.Bump(ctx, "9574")
	eventually(t, "b hears", func() bool { return b.Version(ctx, "9574") == 2 })

	stop, asked := make(chan struct{}), atomic.Int64{}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				id := fmt.Sprintf("%d/%d", i, n)
				get(t, a, SessionData, a.Key(ctx, SessionData, id), text(id), id)
				asked.Add(1)
			}
		})
	}
	more := func() {
		t.Helper()
		from := asked.Load()
		eventually(t, "questions go on", func() bool { return asked.Load() > from+100 })
	}
	more()
	s.kill()
	eventually(t, "a and b know", func() bool { return !a.redis.up.Load() && !b.redis.up.Load() })
	more()
	if n, err := a.Bump(ctx, "9574"); n != 3 || err != nil {
		t.Errorf("bump without redis: %d, %v", n, err)
	}
	if n := b.Version(ctx, "9574"); n != 2 {
		t.Errorf("b made it %d without redis", n)
	}
	s.start()
	eventually(t, "a and b are back", func() bool { return a.connected() && b.connected() })
	more()
	close(stop)
	all.Wait()
	eventually(t, "both agree", func() bool { return b.Version(ctx, "9574") == 3 && a.Version(ctx, "9574") == 3 })
	get(t, a, SessionData, a.Key(ctx, SessionData, "9574"), text("shared"), "shared")
	get(t, b, SessionData, b.Key(ctx, SessionData, "9574"), must(t), "shared")
	if a.Count(SessionData, Origin, Failed) != 0 || a.Count(SessionData, L2, Failed) == 0 {
		t.Errorf("%d failed loads, %d failures of redis", a.Count(SessionData, Origin, Failed), a.Count(SessionData, L2, Failed))
	}
}

// Redis lost its data while the processes live: the counter goes on above what they know.
func TestVersionsSurviveTheLossOfRedis(t *testing.T) {
	s := startRedis(t)
	a := s.open(nil)
	ctx := t.Context()
	for range 5 {
		a.Bump(ctx, "9574")
	}
	s.kill()
	s.start()
	eventually(t, "a is back", a.connected)
	b := s.open(nil) // it knows nothing
	if n, err := b.Bump(ctx, "9574"); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	eventually(t, "a is above all it knew", func() bool { return a.Version(ctx, "9574") > 5 })
	eventually(t, "b follows", func() bool { return b.Version(ctx, "9574") == a.Version(ctx, "9574") })
}

// A Redis that is not there, or that hangs, costs one question its deadline and the following ones nothing.
func TestRedisThatHangs(t *testing.T) {
	s := startRedis(t)
	c := s.open(func(cfg *Config) { cfg.RedisDeadline = 50 * time.Millisecond })
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	get(t, c, SessionData, c.Key(t.Context(), SessionData, "first"), text("first"), "first")
	first := time.Since(began)
	began = time.Now()
	const more = 1000
	for i := range more {
		id := strconv.Itoa(i)
		get(t, c, SessionData, c.Key(t.Context(), SessionData, id), text(id), id)
	}
	rest := time.Since(began)
	t.Logf("hanging redis: the first question %s, %d more %s", first, more, rest)
	// The machine may stop us for some time; a question that waited for each of its four commands, or each of the
	// thousand for its own, would be far beyond.
	if first > time.Second || rest > 10*time.Second {
		t.Errorf("the first question took %s, %d more %s", first, more, rest)
	}
	if up, configured := c.RedisUp(); up || !configured {
		t.Error("it counts as up")
	}
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is back", c.connected)
	get(t, c, SessionData, c.Key(t.Context(), SessionData, "back"), text("back"), "back")
	eventually(t, "and used", func() bool {
		id := strconv.FormatInt(time.Now().UnixNano(), 10)
		get(t, c, SessionData, c.Key(t.Context(), SessionData, id), text(id), id)
		other := s.open(nil)
		defer other.Close()
		e, err := other.Get(t.Context(), SessionData, other.Key(t.Context(), SessionData, id), text("not shared"))
		return err == nil && string(e.Body) == id
	})
}

func TestStartWithoutRedis(t *testing.T) {
	s := startRedis(t)
	s.kill()
	cfg := quiet()
	cfg.RedisURL = s.url()
	c := open(t, cfg)
	get(t, c, SessionData, c.Key(t.Context(), SessionData, "9574"), text("alone"), "alone")
	c.Bump(t.Context(), "9574")
	s.start()
	eventually(t, "it is found", c.connected)
	b := s.open(nil)
	eventually(t, "b learns what was raised before", func() bool { return b.Version(t.Context(), "9574") == 1 })
}

// The client's password never reaches the log.
func TestPasswordIsNotLogged(t *testing.T) {
	s := startRedis(t)
	var log strings.Builder
	var mu sync.Mutex
	cfg := quiet()
	cfg.Log = slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return log.Write(p)
	}), nil))
	cfg.RedisURL = "redis://:sesame@" + s.address()
	c := open(t, cfg)
	get(t, c, SessionData, c.Key(t.Context(), SessionData, "9574"), text("a"), "a")
	c.Close()
	mu.Lock()
	defer mu.Unlock()
	if strings.Contains(log.String(), "sesame") {
		t.Error(log.String())
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }
