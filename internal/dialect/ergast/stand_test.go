package ergast

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/dialect/ergast/ergasttest"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/sqlite"
)

// shared is what tests only read, and takes its time to make: it is made once a run.
var shared struct {
	sync.Mutex
	messages []feed.Message
	fixture  store.Store
	baku     *live.Service
	close    []func() error
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, end := range slices.Backward(shared.close) {
		if err := end(); err != nil {
			slog.Error("after the tests", "error", err)
			code = 1
		}
	}
	os.Exit(code)
}

// folder is a folder that stays until all tests are through. The caller holds the lock.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ergast") //nolint:usetesting // it outlives the test
	if err != nil {
		t.Fatal(err)
	}
	shared.close = append(shared.close, func() error { return os.RemoveAll(dir) })
	return dir
}

// fixture is a store with the service's own rows. It is not written to.
func fixture(t *testing.T) store.Store {
	t.Helper()
	pages := slices.Clone(ergasttest.Pages(t))
	shared.Lock()
	defer shared.Unlock()
	if shared.fixture == nil {
		s, err := sqlite.Open(context.Background(), filepath.Join(folder(t), "pitwall.db"), sqlite.Options{}) //nolint:usetesting // it outlives the test
		if err != nil {
			t.Fatal(err)
		}
		shared.close = append(shared.close, s.Close)
		if err := s.PutPages(t.Context(), pages); err != nil {
			t.Fatal(err)
		}
		shared.fixture = s
	}
	return shared.fixture
}

// messagesOf are the messages of a real race of 2018, whose feed does not say its round.
func messagesOf(t *testing.T) []feed.Message {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.messages == nil {
		shared.messages = reference.Messages(t, reference.Path(t, "live-timing", "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race"))
	}
	return slices.Clone(shared.messages)
}

// baku is a live service that holds that race, its own clock at its end. Tests set clocks of their own.
func baku(t *testing.T) *live.Service {
	t.Helper()
	messages := messagesOf(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.baku == nil {
		s, end := showing(t, folder(t), messages, nil)
		shared.close = append(shared.close, end)
		shared.baku = s
	}
	return shared.baku
}

// replaying is a live service that replays a session on its own clock; nil: the clock is at its end.
func replaying(t *testing.T, messages []feed.Message, replay *live.Replay) *live.Service {
	t.Helper()
	s, end := showing(t, t.TempDir(), messages, replay)
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// showing is a live service that shows a session whose log is in a folder, and its end.
func showing(t *testing.T, dir string, messages []feed.Message, replay *live.Replay) (s *live.Service, end func() error) {
	t.Helper()
	b, err := bus.New(bus.Default())
	if err == nil {
		err = b.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	s = live.New(b, cfg)
	log, err := sessionlog.Open(filepath.Join(dir, "log.jsonl"), "1")
	if err == nil {
		_, err = log.Append(messages)
	}
	if err == nil {
		_, err = s.Add(context.Background(), log, live.About{Key: "1", Source: "test"}, replay, nil) //nolint:usetesting // it may outlive the test
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, func() error {
		s.Close()
		return errors.Join(log.Close(), b.Close(context.Background()))
	}
}
