package ergast

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// Store is what is asked of a store here.
type Store interface {
	store.Reader
	Reference(ctx context.Context) (store.Reference, error)
	Pages(ctx context.Context, q store.PageQuery) ([]almanac.Page, error)
}

// Viewer is who asks: his clock and session, "" for the process's own.
type Viewer struct{ Clock, Session string }

// ErrNoClock is the error of a viewer whose clock or session is not known.
var ErrNoClock = errors.New("no such clock or session")

// Shelf holds the record ready. Its methods may be called by many at once.
type Shelf struct {
	store    Store
	sessions Sessions
	now      func() time.Time
	log      *slog.Logger

	flights  singleflight.Group
	mu       sync.Mutex
	ready    *known // the newest there is, nil: none yet
	failed   error  // why it could not be made anew, nil: it could
	failedAt time.Time
}

// known is all that is stored, as a book. It is shared and read only.
type known struct {
	book      *almanac.Book
	keys      map[held]string // of the stored sessions that tell of rounds
	published map[held]bool   // of which the almanac has the classification
	read      time.Time
}

const (
	// fresh is how long a book that was read serves alone: a page that was stored is seen after it, and the time that
	// making one takes, at the latest.
	fresh = 15 * time.Second
	// stale is up to what age it serves while the next one is being made, those who look behind it at any age.
	stale = time.Minute
	// making bounds how long making one may take.
	making = 15 * time.Second
	// grace is how long after a failure the store is not asked again.
	grace = time.Second
)

// NewShelf is a shelf over a store (nil: nothing is stored) and the sessions that are held (nil: none are).
func NewShelf(s Store, sessions Sessions, now func() time.Time, log *slog.Logger) *Shelf {
	return &Shelf{store: s, sessions: sessions, now: now, log: log}
}

// bookKinds are the kinds of which a book is made.
var bookKinds = []almanac.Kind{almanac.Seasons, almanac.Circuits, almanac.Drivers, almanac.Constructors, almanac.Races, almanac.Entries, almanac.Results,
	almanac.Sprint, almanac.Qualifying, almanac.DriverStandings, almanac.ConstructorStandings}

// whole is all that is stored, of which a viewer at a horizon may be shown a part. One is made at a time, in nobody's
// request: who comes meanwhile gets the one before where it is good enough for him, and else waits as long as he likes.
func (s *Shelf) whole(ctx context.Context, h *horizon) (*known, error) {
	now := s.now()
	s.mu.Lock()
	ready, failed, failedAt := s.ready, s.failed, s.failedAt
	s.mu.Unlock()
	if ready.aged(now) < fresh {
		return ready, nil
	}
	// Who looks at a moment before it was read misses nothing that happened by then.
	enough := ready != nil && (ready.aged(now) < stale || h != nil && !h.open && h.now.Before(ready.read))
	if failed != nil && now.Sub(failedAt).Abs() < grace {
		if enough {
			return ready, nil
		}
		return nil, failed
	}
	done := s.flights.DoChan("", s.renew)
	if enough {
		return ready, nil
	}
	select {
	case r := <-done:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*known), nil //nolint:forcetypeassert // renew gives nothing else
	case <-ctx.Done():
		return nil, fmt.Errorf("ergast: the record: %w", ctx.Err())
	}
}

// aged is how long ago it was read; that of none is endless.
func (k *known) aged(now time.Time) time.Duration {
	if k == nil {
		return math.MaxInt64
	}
	return now.Sub(k.read).Abs()
}

// renew makes the record anew, unless somebody just did.
func (s *Shelf) renew() (any, error) {
	s.mu.Lock()
	ready := s.ready
	s.mu.Unlock()
	if ready.aged(s.now()) < fresh {
		return ready, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), making)
	defer cancel()
	k, err := s.make(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		err = fmt.Errorf("ergast: %w", err)
		s.failed, s.failedAt = err, s.now()
		s.log.Warn("ergast: the record could not be read; as far as it goes the one before serves", "error", err)
		return nil, err
	}
	s.ready, s.failed = k, nil
	return k, nil
}

// make reads the record.
func (s *Shelf) make(ctx context.Context) (*known, error) {
	k := &known{keys: map[held]string{}, published: map[held]bool{}, read: s.now()}
	var err error
	if s.store == nil {
		k.book, err = almanac.NewBook(nil)
		return k, err
	}
	pages, err := s.store.Pages(ctx, store.PageQuery{Kinds: bookKinds})
	if err != nil {
		return nil, err
	}
	if k.book, err = almanac.NewBook(pages); err != nil {
		return nil, err
	}
	for at, w := range k.book.Weekends {
		k.published[held{at, f1.Race}], k.published[held{at, f1.Sprint}], k.published[held{at, f1.Qualifying}] = w.Results != nil, w.Sprint != nil, w.Qualifying != nil
	}
	r, err := s.store.Reference(ctx)
	if err != nil {
		return nil, err
	}
	circuits := make(map[string]store.Circuit, len(r.Circuits))
	for _, c := range r.Circuits {
		circuits[c.ID] = c
	}
	addCalendars(k.book, r.Races, circuits)
	return k, s.addStored(ctx, k, circuits)
}

// View is what a viewer may know now.
func (s *Shelf) View(ctx context.Context, viewer Viewer) (*View, error) {
	h, err := s.horizon(ctx, viewer)
	if err != nil {
		return nil, err
	}
	k, err := s.whole(ctx, h)
	if err != nil {
		return nil, err
	}
	v := &View{Book: k.book, people: k.book, Now: s.now().UTC(), Private: h != nil || s.shown()}
	if h != nil {
		if err := s.show(ctx, v, h, k); err != nil {
			return nil, err
		}
	}
	v.laps = func(ctx context.Context, at almanac.Round) ([]almanac.Lap, error) { return s.laps(ctx, v, h, k, at) }
	v.pitStops = func(ctx context.Context, at almanac.Round) ([]almanac.PitStop, error) {
		return s.pitStops(ctx, v, h, k, at)
	}
	return v, nil
}

// show makes a view that of a horizon.
func (s *Shelf) show(ctx context.Context, v *View, h *horizon, k *known) error {
	list := s.sessions.List().Sessions
	for i := range list {
		if list[i].Session.Key == h.key {
			h.about, h.simulated = list[i].Session, list[i].Session.Simulated
		}
	}
	h.settle(k.book, list)
	v.own, v.simulated = h.at, h.simulated
	if h.open {
		v.Book = k.book.Clone()
		if h.simulated || h.now.After(v.Now) || len(k.book.Calendar(v.Now.Year())) == 0 {
			v.Now = h.now // of a season that the record does not have nothing is current
		}
	} else {
		v.Book, v.Now = h.cut(k.book), h.now
	}
	return s.tell(ctx, h, k, v.Book)
}

// shown reports whether the process shows a session: its clock moves, and may be set back, so that what is open now is
// hidden a moment later.
func (s *Shelf) shown() bool {
	if s.sessions == nil {
		return false
	}
	_, known := s.sessions.Held("latest")
	return known
}

// newest reads the newest page of a name; false: there is none.
func newest[T any](ctx context.Context, s *Shelf, n almanac.Name) ([]T, bool, error) {
	if s.store == nil {
		return nil, false, nil
	}
	pages, err := s.store.Pages(ctx, store.PageQuery{Kinds: []almanac.Kind{n.Kind}, Season: n.Season, Round: n.Round})
	if err != nil || len(pages) == 0 {
		return nil, false, err
	}
	rows, err := almanac.Decode[T](&pages[0])
	return rows, true, err
}
