package ergast

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// errDown is the error of a store that is down.
var errDown = errors.New("down")

// slowStore is a store that counts how often its pages are asked for, takes its time, and may be down.
type slowStore struct {
	Store
	asked atomic.Int32
	takes time.Duration
	down  atomic.Bool
}

func (s *slowStore) Pages(ctx context.Context, _ store.PageQuery) ([]almanac.Page, error) {
	s.asked.Add(1)
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.down.Load() {
		return nil, errDown
	}
	return nil, nil
}

func (*slowStore) Reference(context.Context) (store.Reference, error) {
	return store.Reference{}, nil
}

func (*slowStore) Sessions(context.Context, store.SessionQuery) ([]store.Session, error) {
	return nil, nil
}

func slow(takes time.Duration) (*slowStore, *Shelf) {
	s := &slowStore{takes: takes}
	return s, NewShelf(s, nil, time.Now, slog.New(slog.DiscardHandler))
}

// took is how long getting the record takes.
func took(ctx context.Context, s *Shelf, h *horizon) (time.Duration, *known, error) {
	began := time.Now()
	k, err := s.whole(ctx, h)
	return time.Since(began), k, err
}

// Many who ask at once share one reading; who does not wait any longer goes, and the reading goes on without him.
func TestOneReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shelf := slow(2 * time.Second)
		for range 20 {
			go func() {
				if d, k, err := took(t.Context(), shelf, nil); err != nil || k == nil || d != 2*time.Second {
					t.Errorf("%v %v %v", d, k, err)
				}
			}()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if d, _, err := took(ctx, shelf, nil); !errors.Is(err, context.DeadlineExceeded) || d != time.Second {
			t.Errorf("the impatient: %v %v", d, err)
		}
		time.Sleep(2 * time.Second) // of the bubble's clock
		if d, k, err := took(t.Context(), shelf, nil); err != nil || k == nil || d != 0 || s.asked.Load() != 1 {
			t.Errorf("%v %v, read %d times", d, err, s.asked.Load())
		}
	})
}

// The first reading goes on when the only one who waited for it is gone.
func TestReadingOutlivesItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shelf := slow(2 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if d, _, err := took(ctx, shelf, nil); !errors.Is(err, context.Canceled) || d != 0 {
			t.Errorf("%v %v", d, err)
		}
		time.Sleep(3 * time.Second)
		if d, _, err := took(t.Context(), shelf, nil); d != 0 || err != nil || s.asked.Load() != 1 {
			t.Errorf("%v %v, read %d times", d, err, s.asked.Load())
		}
	})
}

// An old record serves while the new one is read: a little older for all, much older for those who look behind it.
func TestOldRecordServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shelf := slow(2 * time.Second)
		_, first, err := took(t.Context(), shelf, nil)
		if err != nil {
			t.Fatal(err)
		}
		behind, open := &horizon{now: time.Now().Add(-time.Hour)}, &horizon{now: time.Now().Add(-time.Hour), open: true}
		time.Sleep(fresh)
		d, k, err := took(t.Context(), shelf, nil)
		if synctest.Wait(); d != 0 || k != first || err != nil || s.asked.Load() != 2 {
			t.Errorf("old: %v %v, read %d times", d, err, s.asked.Load())
		}
		time.Sleep(3 * time.Second)
		_, second, err := took(t.Context(), shelf, nil)
		if err != nil || second == first {
			t.Fatalf("the new one is not served: %v", err)
		}
		time.Sleep(stale)
		if d, k, err := took(t.Context(), shelf, behind); d != 0 || k != second || err != nil {
			t.Errorf("behind it: %v %v", d, err)
		}
		if d, k, err := took(t.Context(), shelf, open); d != 2*time.Second || k == second || err != nil {
			t.Errorf("too old: %v %v", d, err)
		}
		time.Sleep(stale)
		if d, _, err := took(t.Context(), shelf, &horizon{now: time.Now()}); d != 2*time.Second || err != nil {
			t.Errorf("who is not behind it: %v %v", d, err)
		}
		if s.asked.Load() != 4 {
			t.Errorf("read %d times", s.asked.Load())
		}
	})
}

// A failure is told for a second without asking again, and to nobody for whom the old record is good enough; what takes
// too long fails.
func TestFailureIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shelf := slow(0)
		s.down.Store(true)
		for range 3 {
			if _, _, err := took(t.Context(), shelf, nil); !errors.Is(err, errDown) {
				t.Error(err)
			}
			time.Sleep(grace / 4)
		}
		if s.asked.Load() != 1 {
			t.Errorf("asked %d times within a second", s.asked.Load())
		}
		s.down.Store(false)
		time.Sleep(grace)
		_, first, err := took(t.Context(), shelf, nil)
		if err != nil || s.asked.Load() != 2 {
			t.Fatalf("up again: %v, asked %d times", err, s.asked.Load())
		}
		s.down.Store(true)
		time.Sleep(fresh)
		for range 2 {
			if _, k, err := took(t.Context(), shelf, nil); err != nil || k != first {
				t.Errorf("down, and there is an old one: %v", err)
			}
			synctest.Wait()
		}
		if s.asked.Load() != 3 {
			t.Errorf("asked %d times", s.asked.Load())
		}
		time.Sleep(stale)
		if _, _, err := took(t.Context(), shelf, nil); !errors.Is(err, errDown) {
			t.Errorf("down, and the old one is too old: %v", err)
		}
		hanging, shelf := slow(time.Hour)
		if d, _, err := took(t.Context(), shelf, nil); d != making || !errors.Is(err, context.DeadlineExceeded) || hanging.asked.Load() != 1 {
			t.Errorf("hanging: %v %v", d, err)
		}
	})
}
