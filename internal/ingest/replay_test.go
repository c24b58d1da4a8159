package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// tape is a reader over messages that reuses its payload memory, as readers may.
type tape struct {
	messages []feed.Message
	buf      []byte
	fail     error
}

func (p *tape) Next(m *feed.Message) error {
	if len(p.messages) == 0 {
		if p.fail != nil {
			return p.fail
		}
		return io.EOF
	}
	*m = p.messages[0]
	for i := range p.buf {
		p.buf[i] = '?'
	}
	p.buf = append(p.buf[:0], m.Payload...)
	m.Payload = p.buf
	p.messages = p.messages[1:]
	return nil
}

func opener(ms []feed.Message) func() (Reader, error) {
	return func() (Reader, error) { return &tape{messages: ms}, nil }
}

func TestReplayPace(t *testing.T) {
	ms := []feed.Message{
		snap("SessionInfo", info(1)), msg("A", "1", 100), msg("A", "2", 100), msg("A", "3", 110), msg("A", "4", 105), msg("A", "5", 120),
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var told []string
		collect := func(ms []feed.Message) (int, error) {
			for _, m := range ms {
				told = append(told, fmt.Sprintf("%v %s", time.Since(began), m.Payload))
			}
			return len(ms), nil
		}
		if err := Replay("tape", 2, opener(ms)).Run(t.Context(), collect); err != nil {
			t.Fatal(err)
		}
		expect(t, told, `0s {"Key":1,"Type":"Race"}`, "0s 1", "0s 2", "5s 3", "5s 4", "10s 5")
		told, began = nil, time.Now()
		if err := Replay("tape", 0, opener(ms)).Run(t.Context(), collect); err != nil {
			t.Fatal(err)
		}
		expect(t, told, `0s {"Key":1,"Type":"Race"}`, "0s 1", "0s 2", "0s 3", "0s 4", "0s 5")
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := Replay("tape", 1, opener(ms)).Run(ctx, collect); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled: %v", err)
		}
		broken := func() (Reader, error) { return &tape{fail: errors.New("disk gone")}, nil }
		if err := Replay("tape", 0, broken).Run(t.Context(), collect); !errors.As(err, &permanent{}) {
			t.Errorf("broken: %v", err)
		}
	})
}

// After a restart a replay passes over what the log has and goes on at its pace.
func TestReplayGoesOn(t *testing.T) {
	var ms []feed.Message
	ms = append(ms, msg("SessionInfo", info(1), 0))
	for i := 1; i <= 100; i++ {
		ms = append(ms, msg("A", fmt.Sprint(i), i))
	}
	synctest.Test(t, func(t *testing.T) {
		in, _ := run(t, nil, Replay("tape", 0, opener(ms[:61])))
		began := time.Now()
		var at []time.Duration
		in.sessions["1"].published = func(_ string, ms []feed.Message) {
			for range ms {
				at = append(at, time.Since(began))
			}
		}
		if err := in.Run(t.Context(), Replay("tape", 1, opener(ms))); err != nil {
			t.Fatal(err)
		}
		if len(at) != 40 || at[0] != 0 || at[39] != 39*time.Second {
			t.Errorf("%d more messages: %v", len(at), at)
		}
	})
}

func TestRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "race.jsonl")
	discard := slog.New(slog.DiscardHandler)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	ms := []feed.Message{msg("SessionInfo", info(1), 0), msg("A", "1", 1), msg("A", "1", 1), msg("SessionInfo", info(2), 2), msg("A", "{", 3)}
	ms[1].Received = old
	calls := 0
	s, err := Record(t.Context(), Replay("tape", 0, opener(ms)), path, Recording{Log: discard, Progress: func(Status) { calls++ }})
	if err != nil || s.Kept != 4 || s.DeadLetters != 1 || s.Session != "2" || calls == 0 {
		t.Fatalf("%+v, %d calls, %v", s, calls, err)
	}
	more := append(append([]feed.Message(nil), ms[:4]...), msg("B", "2", 9))
	if s, err = Record(t.Context(), Replay("tape", 0, opener(more)), path, Recording{Log: discard}); err != nil || s.Kept != 1 || s.Known != 4 {
		t.Fatalf("again: %+v, %v", s, err)
	}
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var got []string
	if err := log.Each(1, func(m *feed.Message) error {
		got = append(got, fmt.Sprintf("%d %s %s %d %v", m.Offset, m.Topic, m.Payload, m.Occurrence, m.Received.Equal(old)))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	expect(t, got, `1 SessionInfo {"Key":1,"Type":"Race"} 0 false`, "2 A 1 0 true", "3 A 1 1 false", `4 SessionInfo {"Key":2,"Type":"Race"} 0 false`, "5 B 2 0 false")
	broken := func() (Reader, error) { return nil, errors.New("no such recording") }
	if _, err := Record(t.Context(), Replay("tape", 0, broken), path, Recording{Log: discard}); err == nil {
		t.Error("a source that can not be opened was recorded")
	}
}
