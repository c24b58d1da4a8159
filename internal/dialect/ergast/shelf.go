package ergast

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pitwall.live/internal/almanac"
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

// Shelf holds the record ready.
type Shelf struct {
	store    Store
	sessions Sessions
	now      func() time.Time

	mu   sync.Mutex
	book *almanac.Book
	read time.Time // when the book was read
	keys map[held]string
}

// fresh is how long a book that was read serves: a page that was stored is seen after it at the latest.
const fresh = 15 * time.Second

// NewShelf is a shelf over a store (nil: nothing is stored) and the sessions that are held (nil: none are).
func NewShelf(s Store, sessions Sessions, now func() time.Time) *Shelf {
	return &Shelf{store: s, sessions: sessions, now: now}
}

// bookKinds are the kinds of which a book is made.
var bookKinds = []almanac.Kind{almanac.Seasons, almanac.Circuits, almanac.Drivers, almanac.Constructors, almanac.Races, almanac.Entries, almanac.Results,
	almanac.Sprint, almanac.Qualifying, almanac.DriverStandings, almanac.ConstructorStandings}

// whole is the book of all that is stored, and the keys of the sessions that tell of rounds. They are shared and read only.
func (s *Shelf) whole(ctx context.Context) (*almanac.Book, map[held]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock() // those who come meanwhile wait for the one book
	if s.book != nil && s.now().Sub(s.read).Abs() < fresh {
		return s.book, s.keys, nil
	}
	read := s.now()
	if s.store == nil {
		book, err := almanac.NewBook(nil)
		return book, nil, err
	}
	pages, err := s.store.Pages(ctx, store.PageQuery{Kinds: bookKinds})
	if err != nil {
		return nil, nil, fmt.Errorf("ergast: %w", err)
	}
	book, err := almanac.NewBook(pages)
	if err != nil {
		return nil, nil, fmt.Errorf("ergast: %w", err)
	}
	if err := s.addCalendars(ctx, book); err != nil {
		return nil, nil, fmt.Errorf("ergast: %w", err)
	}
	keys, err := s.addStored(ctx, book)
	if err != nil {
		return nil, nil, fmt.Errorf("ergast: %w", err)
	}
	s.book, s.keys, s.read = book, keys, read
	return book, keys, nil
}

// View is what a viewer may know now.
func (s *Shelf) View(ctx context.Context, viewer Viewer) (*View, error) {
	book, keys, err := s.whole(ctx)
	if err != nil {
		return nil, err
	}
	v := &View{Book: book, people: book, Now: s.now().UTC()}
	h, err := s.horizon(ctx, viewer)
	if err != nil {
		return nil, err
	}
	v.Private = h != nil || s.shown()
	if h != nil {
		v.Book, v.Now = h.cut(book), h.now
		if err := s.tell(ctx, h, v.Book); err != nil {
			return nil, err
		}
	}
	v.laps = func(ctx context.Context, at almanac.Round) ([]almanac.Lap, error) { return s.laps(ctx, v, h, keys, at) }
	v.pitStops = func(ctx context.Context, at almanac.Round) ([]almanac.PitStop, error) {
		return s.pitStops(ctx, v, h, keys, at)
	}
	return v, nil
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
