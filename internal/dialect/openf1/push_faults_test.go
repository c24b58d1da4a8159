package openf1

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

// failing are the sessions of live, whose logs can not be read some times: after so many messages.
type failing struct {
	Sessions
	times atomic.Int64
	after int
}

func (f *failing) Messages(ctx context.Context, session string, from, until uint64, take func(*feed.Message) error) error {
	n := 0
	return f.Sessions.Messages(ctx, session, from, until, func(m *feed.Message) error {
		if n++; n > f.after && f.times.Add(-1) >= 0 {
			return errors.New("the log can not be read")
		}
		return take(m)
	})
}

// TestPushGoesOnAfterFailures has reading fail while what is known already is read, and after: nobody is told it, and all
// that follows is told.
func TestPushGoesOnAfterFailures(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, f1.Race)
	for i := range messages { // as if they came now
		messages[i].Received = time.Time{}
	}
	half := len(messages) / 2
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.live.Close()
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := log.Append(slices.Clone(messages[:half])); err != nil {
		t.Fatal(err)
	}
	held, err := s.live.Add(t.Context(), log, live.About{Key: "1", Source: "test", Live: true}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	broken := &failing{Sessions: s.live, after: 100}
	broken.times.Store(2)
	s.dialect.sessions = broken
	var mu sync.Mutex
	var dates []string
	p := &pusher{
		dialect: s.dialect,
		rows:    fanout.New(s.bus, s.live, func(fanout.Message) []struct{} { return []struct{}{{}} }, func(struct{}) int { return 1 }),
		heard:   func(string) bool { return true },
		numbers: &numbering{},
		send: func(topic string, payload []byte) error {
			mu.Lock()
			defer mu.Unlock()
			if topic == "v1/position" {
				_, rest, _ := strings.Cut(string(payload), `"date":"`)
				date, _, _ := strings.Cut(rest, `"`)
				dates = append(dates, date)
			}
			return nil
		},
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); p.run(ctx) }()
	until(t, "two failures", func() bool { return broken.times.Load() <= 0 })
	added, begun := false, log.Len()
	until(t, "the push to follow again", func() bool {
		at, err := s.live.Place(held.Key(), noTime, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		if !added && broken.times.Load() < 0 {
			added = true
			if _, err := log.Append(slices.Clone(messages[half:])); err != nil {
				t.Fatal(err)
			}
		}
		return at.Offset > begun
	})
	last := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(dates) > 0
	}
	until(t, "what came after the failures", last)
	cancel()
	<-ended
	known := string(appendDate(nil, messages[half-1].Time.UnixMicro()))
	mu.Lock()
	defer mu.Unlock()
	for _, date := range dates {
		if date <= known {
			t.Errorf("%s was pushed, which was known when following began (%s)", date, known)
			break
		}
	}
}

// positionDates are the dates of the positions that REST has, and of those that were pushed.
func (s *stand) positionDates(box *inbox) (rest, pushed map[string]bool) {
	s.Helper()
	rest, pushed = map[string]bool{}, map[string]bool{}
	for _, row := range s.get("v1/position?session_key=latest") {
		rest[row["date"].(string)] = true
	}
	box.mu.Lock()
	defer box.mu.Unlock()
	for _, row := range box.newest["v1/position"] {
		pushed[row["date"].(string)] = true
	}
	return rest, pushed
}

// TestPushGoesOnInMendedLog has a log with its gap filled take the place of the one that is followed: what was pushed is not pushed
// again, nor what was filled in, and all that follows is, also what is in the new log before the push looks at it.
func TestPushGoesOnInMendedLog(t *testing.T) {
	s := newStand(t)
	messages := slices.DeleteFunc(simulated(t, f1.Race), sampled)
	from, to, swap := len(messages)/4, len(messages)/2, len(messages)*3/4
	for messages[swap].Time.Equal(messages[swap-1].Time) {
		swap++
	}
	g := s.growFrom(slices.Concat(messages[:from], messages[to:swap]), from)
	address, before, after := s.broker(), newInbox(), newInbox()
	s.subscribe(address, "", "v1/position", before)
	until(t, "the push to follow", func() bool {
		g.add(10)
		return before.seen("v1/position") > 0
	})
	g.rest()
	newest := func(dates map[string]bool) string { return slices.Max(slices.Collect(maps.Keys(dates))) }
	until(t, "all of the first log", func() bool {
		rest, pushed := s.positionDates(before)
		return newest(rest) == newest(pushed)
	})
	s.subscribe(address, "", "v1/position", after)
	fresh, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.live.Close()
		if err := fresh.Close(); err != nil {
			t.Error(err)
		}
	})
	for i := range messages { // as if they came now
		messages[i].Received = time.Now()
	}
	if _, err := fresh.Append(slices.Clone(messages)); err != nil {
		t.Fatal(err)
	}
	if err := s.live.Renew(t.Context(), g.key, fresh); err != nil {
		t.Fatal(err)
	}
	known := string(appendDate(nil, messages[swap-1].Time.UnixMicro()))
	until(t, "all that follows", func() bool {
		rest, pushed := s.positionDates(after)
		maps.DeleteFunc(rest, func(date string, _ bool) bool { return date <= known })
		for date := range rest {
			if !pushed[date] {
				return false
			}
		}
		return len(rest) > 0 && g.log.Len() < fresh.Len()
	})
	_, pushed := s.positionDates(after)
	for date := range pushed {
		if date <= known {
			t.Errorf("%s was pushed again, or was filled in: %s was known", date, known)
		}
	}
}
