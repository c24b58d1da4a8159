package fanout_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// stand is bus and live service of one session, as the program puts them together.
type stand struct {
	log  *sessionlog.Log
	live *live.Service
	bus  *bus.Bus
	sent int
}

func newStand(t *testing.T) *stand {
	t.Helper()
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bus.New(bus.Default())
	if err != nil {
		t.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	s := &stand{log: log, bus: b, live: live.New(b, cfg)}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	s.append(t, feed.TopicSessionInfo, `{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`)
	if _, err := s.live.Add(t.Context(), log, live.About{Key: "9", Source: "test", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.live.Close()
		if err := errors.Join(b.Close(context.Background()), log.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *stand) append(t *testing.T, topic, payload string) {
	t.Helper()
	s.sent++
	at := time.Date(2025, 5, 4, 15, 0, 0, s.sent*int(time.Millisecond), time.UTC)
	if _, err := s.log.Append([]feed.Message{{Topic: topic, Payload: []byte(payload), Time: at, Received: time.Now()}}); err != nil {
		t.Fatal(err)
	}
}

// lap says that car 1 has ended lap n.
func (s *stand) lap(t *testing.T, n int) {
	s.append(t, feed.TopicTimingData, fmt.Sprintf(`{"Lines":{"1":{"NumberOfLaps":%d}}}`, n))
}

// frame is what the tests' dialect spells: the raw laps of a message, one after the other.
type frame struct {
	at       bus.Position
	snapshot bool
	laps     []int
}

type envelope struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

type lines struct {
	Lines map[string]struct{ NumberOfLaps int }
}

// spell counts how often it is called.
func spell(count *atomic.Int64) func(fanout.Message) []frame {
	return func(m fanout.Message) []frame {
		count.Add(1)
		var e envelope
		if json.Unmarshal(m.Data, &e) != nil {
			panic("not an envelope")
		}
		f := frame{at: m.Position, snapshot: m.Snapshot || e.Type == "snapshot"}
		all := []envelope{e}
		if e.Type == "batch" && json.Unmarshal(e.Data, &all) != nil {
			panic("not a batch")
		}
		for _, one := range all {
			var l lines
			switch {
			case f.snapshot:
				var topics struct{ TimingData lines }
				if json.Unmarshal(one.Data, &topics) != nil {
					panic("not a snapshot")
				}
				l = topics.TimingData
			case one.Type != feed.TopicTimingData:
				continue
			case json.Unmarshal(one.Data, &l) != nil:
				panic("not timing data")
			}
			f.laps = append(f.laps, l.Lines["1"].NumberOfLaps)
		}
		return []frame{f}
	}
}

func size(f frame) int { return 8 * len(f.laps) }

const channel = "timing:raw:9"

// read takes frames until the lap, and fails when one is missing or comes twice.
func read(ctx context.Context, q *fanout.Queue[frame], lap, until int) (last bus.Position, err error) {
	for lap < until {
		frames, err := q.Pop(ctx, nil)
		if err != nil {
			return last, err
		}
		for _, f := range frames {
			for _, n := range f.laps {
				if !f.snapshot && n != lap+1 {
					return last, fmt.Errorf("lap %d came after %d", n, lap)
				}
				lap = n
			}
			last = f.at
		}
	}
	return last, nil
}

// Whoever joins whenever has every message once, and each is encoded once for all.
func TestSnapshotMeetsStream(t *testing.T) {
	s := newStand(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var encoded atomic.Int64
	f := fanout.New(s.bus, s.live, spell(&encoded), size)
	const laps, readers = 2000, 30
	var group errgroup.Group
	joined := map[int]int{}
	for range readers {
		joined[1+rand.IntN(laps-1)]++
	}
	for n := 1; n <= laps; n++ {
		s.lap(t, n)
		for range joined[n] {
			group.Go(func() error {
				q := f.Queue(1 << 20)
				if err := f.Join(channel, q); err != nil {
					return err
				}
				defer f.Leave(channel, q)
				_, err := read(ctx, q, 0, laps)
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	top, err := s.bus.Top(channel)
	if err != nil {
		t.Fatal(err)
	}
	if n := encoded.Load(); n > int64(top.Offset)+readers {
		t.Errorf("%d messages were encoded %d times for %d readers", top.Offset, n, readers)
	}
}

// A reader that does not read is sent away; the others do not notice.
func TestSlowReader(t *testing.T) {
	s := newStand(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	f := fanout.New(s.bus, s.live, spell(new(atomic.Int64)), size)
	slow, quick := f.Queue(100), f.Queue(1<<20)
	for _, q := range []*fanout.Queue[frame]{slow, quick} {
		if err := f.Join(channel, q); err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= 500; n++ {
		s.lap(t, n)
	}
	if _, err := read(ctx, quick, 0, 500); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Pop(ctx, nil); !errors.Is(err, fanout.ErrSlow) {
		t.Fatalf("the slow reader got %v, not ErrSlow", err)
	}
	f.Leave(channel, slow)
	f.Leave(channel, quick)
}

// Nothing is encoded for a channel that all have left.
func TestNobodyFollows(t *testing.T) {
	s := newStand(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var here, elsewhere atomic.Int64
	left, other := fanout.New(s.bus, s.live, spell(&here), size), fanout.New(s.bus, s.live, spell(&elsewhere), size)
	q, stays := left.Queue(1<<20), other.Queue(1<<20)
	if err := errors.Join(left.Join(channel, q), other.Join(channel, stays)); err != nil {
		t.Fatal(err)
	}
	s.lap(t, 1)
	if _, err := read(ctx, q, 0, 1); err != nil {
		t.Fatal(err)
	}
	left.Leave(channel, q)
	before := here.Load()
	for n := 2; n <= 20; n++ {
		s.lap(t, n)
	}
	if _, err := read(ctx, stays, 0, 20); err != nil {
		t.Fatal(err)
	}
	other.Leave(channel, stays)
	if n := here.Load(); n != before {
		t.Errorf("%d messages were encoded for nobody", n-before)
	}
}

// A reader that was away goes on after its last message, unless that is no longer kept.
func TestResume(t *testing.T) {
	s := newStand(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	f := fanout.New(s.bus, s.live, spell(new(atomic.Int64)), size)
	stays, q := f.Queue(1<<20), f.Queue(1<<20)
	for _, each := range []*fanout.Queue[frame]{stays, q} {
		if err := f.Join(channel, each); err != nil {
			t.Fatal(err)
		}
	}
	s.lap(t, 1)
	last, err := read(ctx, q, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	f.Leave(channel, q)
	for n := 2; n <= 50; n++ {
		s.lap(t, n)
	}
	if _, err := read(ctx, stays, 0, 50); err != nil {
		t.Fatal(err)
	}
	q = f.Queue(1 << 20)
	if err := f.Resume(channel, q, last); err != nil {
		t.Fatal(err)
	}
	s.lap(t, 51)
	if _, err := read(ctx, q, 1, 51); err != nil {
		t.Fatal(err)
	}
	f.Leave(channel, q)
	top, err := s.bus.Top(channel)
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]bus.Position{
		"of another life of the channel":             {Offset: 1, Epoch: "gone"},
		"the newest, of another life of the channel": {Offset: top.Offset, Epoch: "gone"},
		"that has not been reached":                  {Offset: top.Offset + 5, Epoch: top.Epoch},
	} {
		if err := f.Resume(channel, f.Queue(1<<20), at); !errors.Is(err, bus.ErrGone) {
			t.Errorf("a position %s gives %v, not ErrGone", name, err)
		}
	}
}

// The channels of a clock that ends are over for those who follow.
func TestEndedClock(t *testing.T) {
	s := newStand(t)
	s.lap(t, 1)
	f := fanout.New(s.bus, s.live, spell(new(atomic.Int64)), size)
	clock, err := s.live.CreateClock("9", wire.ClockWish{})
	if err != nil {
		t.Fatal(err)
	}
	q := f.Queue(1 << 20)
	name := channel + "@" + clock.ID
	if err := f.Join(name, q); err != nil {
		t.Fatal(err)
	}
	if err := s.live.DeleteClock(clock.ID); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for err == nil {
		_, err = q.Pop(ctx, nil)
	}
	if !errors.Is(err, fanout.ErrEnded) {
		t.Fatalf("the follower of an ended clock got %v, not ErrEnded", err)
	}
	f.Leave(name, q)
	if err := f.Join("timing:raw:10", f.Queue(10)); !errors.Is(err, wire.ErrNotFound) {
		t.Errorf("a channel that is not there gives %v", err)
	}
}
