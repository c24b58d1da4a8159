package persist_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/store/sqlite"
)

// asWriter makes this test binary a process that ingests and writes: arguments are the log of a recording, the log to
// keep and the store.
const asWriter = "PITWALL_TEST_AS_WRITER"

func openStore(ctx context.Context, spec string) (store.Store, error) {
	if path, ok := strings.CutPrefix(spec, "sqlite:"); ok {
		return sqlite.Open(ctx, path, sqlite.Options{})
	}
	cfg := postgres.Default()
	cfg.URL = spec
	return postgres.Open(ctx, cfg)
}

// writeAsProcess copies the recording into the log as fast as a few hundred times live, and writes meanwhile, until
// all is stored.
func writeAsProcess(from, to, spec string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	recording, err := sessionlog.OpenRead(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, recording.Close()) }()
	log, err := sessionlog.Open(to, "5090")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	st, err := openStore(ctx, spec)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	cfg := persist.Default(st)
	cfg.Every, cfg.TakeOver, cfg.RetryMost = 3*time.Millisecond, 500*time.Millisecond, 100*time.Millisecond
	cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	w := persist.New(cfg)
	w.Follow(log, persist.About{Key: "5090", Live: true, Owner: true})
	inner, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- w.Run(inner) }()
	defer func() { stop(); err = errors.Join(err, <-done) }()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		batch, err := recording.Read(log.Len()+1, 20)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			w.Leave("5090")
			if s := w.Status()[0]; s.Doing == persist.Ended && s.Stored == log.Len() {
				return nil
			}
		} else if _, err := log.Append(batch); err != nil {
			return err
		}
		<-tick.C
	}
	return ctx.Err()
}

func writerProcess(t *testing.T, from, to, spec string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, from, to, spec)
	cmd.Env = append(os.Environ(), asWriter+"=1")
	cmd.Stderr = t.Output()
	return cmd
}

// specs make an empty store of each kind and name it.
var specs = map[string]func(t testing.TB) string{
	"sqlite":   func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "pitwall.db") },
	"postgres": pgtest.Database,
}

// backends runs a test on every kind of store.
func backends(t *testing.T, run func(t *testing.T, spec string, st store.Store)) {
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			spec := spec(t)
			st, err := openStore(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := st.Close(); err != nil {
					t.Error(err)
				}
			}()
			run(t, spec, st)
		})
	}
}

// Killed at twenty random moments, the writer goes on each time, and the rows are those of an undisturbed run.
func TestKilled(t *testing.T) {
	whole := logOf(t, "5090")
	add(t, whole, messages(t, baku))
	want := derived(t, "5090", whole)
	backends(t, func(t *testing.T, spec string, st store.Store) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		log := sessionlog.Path(t.TempDir(), "5090")
		for life := range 20 {
			cmd := writerProcess(t, whole.Path(), log, spec)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// The random moment: some progress, and then some time, in which it may be anywhere.
			reach(t, st, whole.Len()*uint64(life)/21+uint64(random.IntN(int(whole.Len()/24))))
			<-time.After(time.Duration(random.IntN(8000)) * time.Microsecond)
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // killed
		}
		at, err := st.Find(t.Context(), "5090")
		t.Logf("after twenty deaths the store is at %d of %d, %v", at.Offset, whole.Len(), err)
		if err := writerProcess(t, whole.Path(), log, spec).Run(); err != nil {
			t.Fatal(err)
		}
		same(t, stored(t, st, "5090"), want)
		checkKept(t, log, whole)
		versions, err := st.Versions(t.Context(), "5090")
		if err != nil || len(versions) != 1 && !raced {
			t.Errorf("%d versions of the classification, %v", len(versions), err)
		}
	})
}

// reach waits until the store is at an offset.
func reach(t *testing.T, st store.Reader, n uint64) store.Session {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		at, err := st.Find(t.Context(), "5090")
		if err == nil && at.Offset >= n {
			return at
		}
		select {
		case <-deadline:
			t.Fatalf("never stored to %d: %+v, %v", n, at, err)
		case <-time.After(time.Millisecond):
		}
	}
}

// checkKept holds the log that was kept to the recording.
func checkKept(t *testing.T, path string, whole *sessionlog.Log) {
	t.Helper()
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	if log.Len() != whole.Len() {
		t.Errorf("the log has %d messages of %d", log.Len(), whole.Len())
	}
	if err := log.Close(); err != nil {
		t.Error(err)
	}
}

// Two processes that follow the same session into one database, each with its own log: one writes, the other stands by;
// when the one that writes is killed the other takes over.
func TestTwoProcesses(t *testing.T) {
	whole := logOf(t, "5090")
	add(t, whole, messages(t, baku))
	want := derived(t, "5090", whole)
	spec := pgtest.Database(t)
	st, err := openStore(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	a := writerProcess(t, whole.Path(), sessionlog.Path(t.TempDir(), "5090"), spec)
	b := writerProcess(t, whole.Path(), sessionlog.Path(t.TempDir(), "5090"), spec)
	if err := errors.Join(a.Start(), b.Start()); err != nil {
		t.Fatal(err)
	}
	first := reach(t, st, whole.Len()/6)
	// Whoever writes is killed; which it is shows when the other goes on from another log, or does not need to.
	if err := a.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = a.Wait() // killed
	if err := b.Wait(); err != nil {
		t.Fatal(err)
	}
	last := reach(t, st, whole.Len())
	t.Logf("the log that is stored: %s at first, %s at the end", first.Log, last.Log)
	if !last.Whole {
		t.Errorf("%+v", last)
	}
	same(t, stored(t, st, "5090"), want)
}

// gap is how long the database is away: longer in the long run of the tests.
func gap() time.Duration {
	if os.Getenv("PITWALL_FULL") != "" {
		return time.Minute
	}
	return 5 * time.Second
}

// The database is stopped, at once and in the middle of batches, and comes back.
func TestDatabaseStopped(t *testing.T) {
	server := pgtest.New(t)
	st, err := openStore(t.Context(), server.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	all := messages(t, baku)
	log := logOf(t, "5090")
	w := persist.New(quick(t, st))
	run(t, w)
	w.Follow(log, persist.About{Key: "5090", Live: true, Owner: true})
	ctx, cancel := context.WithCancel(t.Context())
	fed := make(chan error, 1)
	go func() { fed <- feedSlowly(ctx, log, all) }()
	defer cancel()
	untilStored(t, w, uint64(len(all)/8))
	server.Stop(t, "immediate")
	state := untilDoing(t, w, persist.Waiting)
	begun := time.Now()
	<-time.After(gap()) // as long as it is away
	later := untilDoing(t, w, persist.Waiting)
	if later.Stored != state.Stored || later.LagMessages <= state.LagMessages || later.Reason == "" {
		t.Errorf("at first %+v, at last %+v", state, later)
	}
	server.Start(t)
	if err := <-fed; err != nil {
		t.Fatal(err)
	}
	w.Leave("5090")
	end := untilDoing(t, w, persist.Ended)
	t.Logf("away for %v at message %d; whole %v after it was stopped, %d messages", gap(), state.Stored, time.Since(begun).Round(time.Millisecond), end.Stored)
	same(t, stored(t, st, "5090"), derived(t, "5090", log))
}

// feedSlowly appends messages some hundred times as fast as they came.
func feedSlowly(ctx context.Context, log *sessionlog.Log, all []feed.Message) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for len(all) > 0 {
		n := min(len(all), 10)
		if _, err := log.Append(append([]feed.Message(nil), all[:n]...)); err != nil {
			return err
		}
		all = all[n:]
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}
