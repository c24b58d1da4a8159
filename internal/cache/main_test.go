package cache

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"go.uber.org/goleak"
)

// Run again with this in its environment, the test's own binary is another process of the service.
const otherProcess = "PITWALL_CACHE_TEST_REDIS"

func TestMain(m *testing.M) {
	if address := os.Getenv(otherProcess); address != "" {
		os.Exit(beOtherProcess(address, os.Stdin, os.Stdout))
	}
	goleak.VerifyTestMain(m,
		// The client looks whether it speaks to a cluster; having found none it sleeps out a second on its own.
		goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*call).DelayDo.func1"))
}

// eventually waits until the condition holds; the test ends if it does not for long.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited 20 s for: %s", what)
		}
	}
}

// server is a redis-server of a test's own.
type server struct {
	t    testing.TB
	port int
	dir  string
	cmd  *exec.Cmd
}

func startRedis(t testing.TB) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is missing: install the Debian package redis-server")
	}
	s := &server{t: t, port: freePort(t), dir: t.TempDir()}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts the server empty and waits until it answers.
func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--dir", s.dir)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	eventually(s.t, "redis-server listens", func() bool {
		c, err := net.Dial("tcp", s.address())
		if err != nil {
			return false
		}
		defer c.Close()
		fmt.Fprint(c, "PING\r\n")
		reply := make([]byte, 5)
		_, err = io.ReadFull(c, reply)
		return err == nil && string(reply) == "+PONG"
	})
}

func (s *server) kill() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

func (s *server) address() string { return "127.0.0.1:" + strconv.Itoa(s.port) }
func (s *server) url() string     { return "redis://" + s.address() }

// client is somebody else at the same Redis.
func (s *server) client() rueidis.Client {
	s.t.Helper()
	option, err := redisOption(s.url())
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := rueidis.NewClient(option)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

func quiet() Config {
	cfg := Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	return cfg
}

func open(t testing.TB, cfg Config) *Cache {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// shared opens a cache at a Redis and waits until it has its subscription.
func (s *server) open(change func(*Config)) *Cache {
	s.t.Helper()
	cfg := quiet()
	cfg.RedisURL = s.url()
	// A busy machine stops a process for longer than a question may wait in service.
	cfg.RedisDeadline = 2 * time.Second
	if change != nil {
		change(&cfg)
	}
	c := open(s.t, cfg)
	eventually(s.t, "the cache reaches redis", c.connected)
	return c
}

func (c *Cache) connected() bool {
	c.versions.mu.RLock()
	defer c.versions.mu.RUnlock()
	return c.redis.up.Load() && c.versions.live
}

func text(s string) func(context.Context) (Entry, error) {
	return func(context.Context) (Entry, error) { return NewEntry("text/plain", []byte(s)), nil }
}

func must(t testing.TB) func(context.Context) (Entry, error) {
	return func(context.Context) (Entry, error) {
		t.Error("loaded, but there was a value")
		return Entry{}, ErrNotFound
	}
}

// get asks and compares.
func get(t testing.TB, c *Cache, class Class, key Key, load func(context.Context) (Entry, error), want string) {
	t.Helper()
	e, err := c.Get(t.Context(), class, key, load)
	if err != nil || string(e.Body) != want {
		t.Errorf("get %s: %q, %v; want %q", key, e.Body, err, want)
	}
}
