package cache

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/rueidis"
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

// What was published while the subscription was broken is found out when it stands again.
func TestMissedBumpIsFoundOut(t *testing.T) {
	s := startRedis(t)
	c := s.open(nil)
	ctx := t.Context()
	c.Bump(ctx, "9574")
	other := s.client()
	if err := other.Do(ctx, other.B().Incrby().Key(versionPrefix+"9574"+versionSuffix).Increment(6).Build()).Error(); err != nil {
		t.Fatal(err)
	}
	if n := c.Version(ctx, "9574"); n != 1 {
		t.Errorf("version %d without a word on the channel", n)
	}
	before := subscriber(t, other)
	killed, err := other.Do(ctx, other.B().ClientKill().TypePubsub().Build()).AsInt64()
	if err != nil || killed != 1 {
		t.Fatalf("%d connections cut, %v", killed, err)
	}
	// Nobody asks for the version meanwhile, which would read it from Redis.
	eventually(t, "another subscription stands", func() bool {
		now := subscriber(t, other)
		return now != "" && now != before && c.connected()
	})
	if n := c.Version(ctx, "9574"); n != 7 {
		t.Errorf("version %d", n)
	}
}

// subscriber is the number of the one connection that follows channels, or nothing.
func subscriber(t *testing.T, other rueidis.Client) string {
	t.Helper()
	list, err := other.Do(t.Context(), other.B().ClientList().TypePubsub().Build()).ToString()
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(list, " ")
	return id
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
