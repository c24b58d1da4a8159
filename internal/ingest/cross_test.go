package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Two sources of one session: the log has each message once, and what one has and the other has not is counted
// for that one, unless it was away.
func TestCrossCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Each second a message of either topic; b leaves out every tenth of one, says it later, or is away.
		follow := func(name string, skip func(n int) bool) source {
			runs := 0
			return source{name, func(ctx context.Context, out Out) error {
				runs++
				if runs == 1 {
					if _, err := out([]feed.Message{msg("SessionInfo", info(1), 0)}); err != nil {
						return err
					}
				}
				from := 1
				if runs > 1 { // away for 50 s
					pause(ctx, 50*time.Second-time.Second)
					from = 150
				}
				for n := from; n <= 300; n++ {
					pause(ctx, time.Second)
					if name == "b" && runs == 1 && n == 100 {
						return errors.New("away")
					}
					batch := []feed.Message{msg("Heartbeat", fmt.Sprintf(`{"n":%d}`, n), n)}
					if !skip(n) {
						batch = append(batch, msg("TimingData", fmt.Sprintf(`{"n":%d}`, n), n))
					}
					if _, err := out(batch); err != nil {
						return err
					}
				}
				pause(ctx, 40*time.Second)
				_, err := out([]feed.Message{msg("Heartbeat", `{"n":301}`, 301)})
				return err
			}}
		}
		whole := follow("a", func(int) bool { return false })
		partly := follow("b", func(n int) bool { return n%10 == 0 })
		in, _ := run(t, nil, whole, partly)
		a, b := in.Status()[0], in.Status()[1]
		for topic, st := range a.Topics {
			if st.Missed != 0 {
				t.Errorf("the source that gives all has missed %d of %s", st.Missed, topic)
			}
		}
		if n := a.Topics["TimingData"].Messages; n != 300 {
			t.Errorf("%d messages counted, want 300", n)
		}
		// Of 10, 20 … 90 and of 160 … 300; its own absence is told by its state.
		if missed := b.Topics["TimingData"].Missed; missed < 20 || missed > 24 {
			t.Errorf("the other has missed %d of TimingData, want those it left out", missed)
		}
		if n := in.Log("1").Len(); n != 1+300+301 {
			t.Errorf("the log has %d messages", n)
		}
	})
}

// While a source is in a session its log gives place to another one: what follows comes there, and the old one gets no more.
// A change that fails changes nothing.
func TestSwap(t *testing.T) {
	dir := t.TempDir()
	step, stepped := make(chan string), make(chan struct{})
	cfg := Default()
	cfg.DataDir, cfg.Log = dir, slog.New(slog.DiscardHandler)
	in := New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- in.Run(ctx, source{"s", func(ctx context.Context, out Out) error {
			for n := 0; ; n++ {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case payload := <-step:
					if _, err := out([]feed.Message{msg(feed.TopicSessionInfo, info(5), 0), msg("T", payload, n)}); err != nil {
						return err
					}
					stepped <- struct{}{}
				}
			}
		}})
	}()
	say := func(payload string) { step <- payload; <-stepped }
	say("1")
	wrong := errors.New("wrong")
	if _, _, held, err := in.Swap("5", func(*sessionlog.Log) (*sessionlog.Log, error) { return nil, wrong }); !held || !errors.Is(err, wrong) {
		t.Errorf("held %v, %v", held, err)
	}
	say("2")
	var next *sessionlog.Log
	old, fresh, held, err := in.Swap("5", func(old *sessionlog.Log) (*sessionlog.Log, error) {
		if old.Len() != 4 {
			t.Errorf("the log has %d messages, want 4", old.Len())
		}
		var err error
		next, err = sessionlog.Open(filepath.Join(dir, "next.jsonl"), "5")
		return next, err
	})
	if err != nil || !held || fresh != next || in.Log("5") != next || !in.Followed("5") {
		t.Fatalf("held %v, %v", held, err)
	}
	say("3")
	if old.Len() != 4 || next.Len() != 2 {
		t.Errorf("the old log has %d messages, want 4, the new one %d, want 2", old.Len(), next.Len())
	}
	if _, _, held, err := in.Swap("6", nil); held || err != nil {
		t.Errorf("a session that is not there: held %v, %v", held, err)
	}
	cancel()
	if err := errors.Join(<-done, old.Close()); err != nil {
		t.Error(err)
	}
	if in.Followed("5") {
		t.Error("a source that has gone is still there")
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}
