package f1live

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// Our own client records our replay of real recordings, and has them afterwards: topic, payload byte by byte, time.
func TestServeRecordings(t *testing.T) {
	for _, name := range []string{
		"2024-05-18_imola_qualifying_hubframes", "2024-07-05_silverstone_fp1_jsonl", "2024-10-26_mexico_fp3_cardata_position_pyrepr",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := reference.Messages(t, reference.Path(t, "live-timing", "recordings", name))
			recordReplay(t, messages)
		})
	}
}

// leap is a clock that can be made to go ahead.
type leap struct{ by atomic.Int64 }

func (l *leap) now() time.Time { return time.Now().Add(time.Duration(l.by.Load())) }

func recordReplay(t *testing.T, messages []feed.Message) {
	var clock leap
	s := newStandAt(t, clock.now, func(c *ServerConfig) { c.QueueBytes = 256 << 20 })
	for batch := range slices.Chunk(messages, 512) {
		if _, err := s.log.Append(batch); err != nil {
			t.Fatal(err)
		}
	}
	if s.log.Len() != uint64(len(messages)) {
		t.Fatalf("the log has %d of %d messages", s.log.Len(), len(messages))
	}
	session, err := s.live.Add(t.Context(), s.log, live.About{Key: "9", Source: "recording"}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	// A clock of a viewer that stands at the start.
	yes, no, speed := true, false, 50.0
	viewer, err := s.live.CreateClock(session.Key(), wire.ClockWish{Paused: &yes, Speed: &speed})
	if err != nil {
		t.Fatal(err)
	}
	known := int(s.log.OffsetAt(s.log.Start()))
	topics := Topics()
	for i := range messages {
		if !slices.Contains(topics, messages[i].Topic) {
			topics = append(topics, messages[i].Topic)
		}
	}
	var state feed.State
	for i := range messages[:known] {
		if err := state.Apply(&messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	log, stop := s.record(t, "/livetiming/at/"+viewer.ID+"/signalrcore", topics)
	defer stop()
	whole := uint64(len(state.Topics()))
	await(t, log, whole)
	for _, wish := range []wire.ClockWish{{Paused: &no}, {Speed: &speed}} {
		if _, err := s.live.ChangeClock(viewer.ID, wish); err != nil {
			t.Fatal(err)
		}
		clock.by.Store(int64(24 * time.Hour))
	}
	await(t, log, whole+uint64(len(messages)-known))
	compare(t, log, &state, messages[known:])
	t.Logf("%d messages, %d of them in the snapshot of %d topics", len(messages), known, whole)
}

// record follows the hub with our own client into a log, as the program does.
func (s *stand) record(t *testing.T, path string, topics []string) (log *sessionlog.Log, stop func()) {
	t.Helper()
	cfg := Default()
	cfg.URL, cfg.Log, cfg.Topics = s.server.URL+path, slog.New(slog.DiscardHandler), topics
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ic := ingest.Default()
	ic.DataDir, ic.Log = t.TempDir(), cfg.Log
	opened := make(chan *sessionlog.Log, 1)
	ic.Hooks.Opened = func(_, key string, log *sessionlog.Log) error { opened <- log; return nil }
	in := ingest.New(ic)
	done := make(chan error, 1)
	go func() { done <- in.Run(ctx, client) }()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
	select {
	case log = <-opened:
	case <-time.After(30 * time.Second):
		t.Errorf("no session was opened: %+v", in.Status())
		stop()
		t.FailNow()
	}
	return log, stop
}

// await waits until the log has so many messages.
func await(t *testing.T, log *sessionlog.Log, n uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		changed := log.Changed()
		if log.Len() >= n {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%d messages were recorded, want %d", log.Len(), n)
		}
	}
}

// compare holds a log to the state it has to begin with and the messages after that.
func compare(t *testing.T, log *sessionlog.Log, state *feed.State, messages []feed.Message) {
	t.Helper()
	whole, i := len(state.Topics()), 0
	if err := log.Each(1, func(m *feed.Message) error {
		defer func() { i++ }()
		if i < whole {
			if want := feed.AppendJSON(nil, state.Topic(m.Topic)); !m.Snapshot || !bytes.Equal(m.Payload, want) {
				t.Errorf("the snapshot has %s %.200s, want %.200s", m.Topic, m.Payload, want)
			}
			return nil
		}
		if i-whole >= len(messages) {
			t.Errorf("%s %.200s came as well", m.Topic, m.Payload)
			return nil
		}
		want := &messages[i-whole]
		if m.Topic != want.Topic || !bytes.Equal(m.Payload, want.Payload) || !m.Time.Equal(want.Time) || m.Snapshot {
			t.Fatalf("message %d is %s %v %.300s, want %s %v %.300s", i-whole, m.Topic, m.Time, m.Payload, want.Topic, want.Time, want.Payload)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if i != whole+len(messages) {
		t.Errorf("%d messages were recorded, want %d", i, whole+len(messages))
	}
}
