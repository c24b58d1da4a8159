package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shared is a path of the reference data, or skips.
func shared(t testing.TB, path string) string {
	p := filepath.Join("..", "..", "..", "shared", "data", "live-timing", path)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("needs the reference data beside the checkout: %v", err)
	}
	return p
}

// logOf imports a recording into a log in a temporary folder.
func logOf(t testing.TB, path string) *sessionlog.Log {
	t.Helper()
	r, err := recording.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	var batch []feed.Message
	flush := func() {
		if _, err := log.Append(batch); err != nil {
			t.Fatal(err)
		}
		batch = batch[:0]
	}
	for {
		var m feed.Message
		if err := r.Next(&m); errors.Is(err, io.EOF) {
			flush()
			return log
		} else if err != nil {
			t.Fatal(err)
		}
		m.Payload = append([]byte(nil), m.Payload...)
		if batch = append(batch, m); len(batch) == 512 {
			flush()
		}
	}
}

func service(t testing.TB) *live.Service {
	t.Helper()
	b, err := bus.New(bus.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	s := live.New(b, cfg)
	t.Cleanup(func() {
		s.Close()
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// A thousand random seeks give the state that playing to the same moment gives.
func TestSeekEqualsLinearPlay(t *testing.T) {
	for _, path := range []string{
		"archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race",
		"archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying",
	} {
		log := logOf(t, shared(t, path))
		s := service(t)
		session, err := s.Add(t.Context(), log, live.About{Key: "t"}, &live.Replay{Speed: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(1, 2))
		wanted := map[uint64]uint64{}
		for range 1000 {
			wanted[1+random.Uint64N(log.Len())] = 0
		}
		if err := session.Play(func(offset, hash uint64) {
			if _, ok := wanted[offset]; ok {
				wanted[offset] = hash
			}
		}, func(offset uint64) bool { _, ok := wanted[offset]; return ok }); err != nil {
			t.Fatal(err)
		}
		var slowest time.Duration
		for offset, want := range wanted {
			began := time.Now()
			got, err := session.HashAt(offset)
			if err != nil {
				t.Fatal(err)
			}
			slowest = max(slowest, time.Since(began))
			if got != want {
				t.Fatalf("%s: state after message %d differs from linear play", path, offset)
			}
		}
		t.Logf("%s: %d messages, %d seeks, slowest with hash %v", filepath.Base(path), log.Len(), len(wanted), slowest)
	}
}

func board(t *testing.T, raw []byte) wire.Board {
	t.Helper()
	var e struct{ Data wire.Board }
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e.Data
}

// A seek shows the session at the start of the lap, and a step goes on from there.
func TestSeekToLap(t *testing.T) {
	log := logOf(t, shared(t, "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race"))
	s := service(t)
	if _, err := s.Add(t.Context(), log, live.About{Key: "t"}, &live.Replay{Speed: 1}, nil); err != nil {
		t.Fatal(err)
	}
	paused, lap, step := true, 30, -3
	c, err := s.CreateClock("latest", wire.ClockWish{Lap: &lap, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	var got wire.Board
	look := func(b []byte) { got = board(t, b) }
	if err := s.Attach(c.Channel, look); err != nil {
		t.Fatal(err)
	}
	if got.Lap == nil || *got.Lap != 30 {
		t.Fatalf("lap %v", got.Lap)
	}
	if _, err := s.ChangeClock(c.ID, wire.ClockWish{StepLaps: &step}); err != nil {
		t.Fatal(err)
	}
	if err := s.Attach(c.Channel, look); err != nil {
		t.Fatal(err)
	}
	if got.Lap == nil || *got.Lap != 27 {
		t.Fatalf("lap %v after a step of -3 from 30", got.Lap)
	}
	if err := s.DeleteClock(c.ID); err != nil {
		t.Fatal(err)
	}
}
