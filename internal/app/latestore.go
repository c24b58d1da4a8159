package app

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// lateStore is a database that may not answer when the program starts, or not for long. One goroutine opens it, again
// and again until that succeeds; whoever asks meanwhile hears at once what the last try said.
type lateStore struct {
	log   *slog.Logger
	tried chan struct{} // closed when the first try has ended
	quit  context.CancelFunc
	done  chan struct{} // closed when nothing is being opened any more

	mu     sync.Mutex
	opened store.Store
	err    error // of the last try
}

var (
	_ store.Store    = (*lateStore)(nil)
	_ store.Retainer = (*lateStore)(nil)
)

const (
	// startPatience is how long the start of a server waits for its database, askPatience how long a call does; both
	// while the first try goes on only.
	startPatience = 3 * time.Second
	askPatience   = time.Second
	// reopenFirst and reopenMost are the first and the longest wait between two tries.
	reopenFirst = 250 * time.Millisecond
	reopenMost  = 5 * time.Second
)

var errOpening = errors.New("the store has not answered yet")

// openLate begins to open a store, until ctx ends or it is closed. The error is of a first try that no later one mends:
// a wrong password, a schema that is not ours.
func openLate(ctx context.Context, log *slog.Logger, open func(context.Context) (store.Store, error)) (*lateStore, error) {
	ctx, quit := context.WithCancel(ctx)
	l := &lateStore{log: log, tried: make(chan struct{}), quit: quit, done: make(chan struct{}), err: errOpening}
	go l.keepOpening(ctx, open)
	l.wait(ctx, startPatience)
	if _, err := l.get(ctx); err != nil {
		if !unreachable(err) {
			return nil, errors.Join(err, l.Close())
		}
		log.Warn("the store is not there yet; it is tried again, the logs keep everything meanwhile", "error", err)
	}
	return l, nil
}

// unreachable reports whether an error may go away by itself: the database is not there, does not answer, or is just
// starting.
func unreachable(err error) bool {
	var network net.Error
	var refused *pgconn.PgError
	return errors.Is(err, errOpening) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) ||
		errors.As(err, &refused) && strings.HasPrefix(refused.Code, "57P")
}

// keepOpening tries to open the store until that succeeds.
func (l *lateStore) keepOpening(ctx context.Context, open func(context.Context) (store.Store, error)) {
	defer close(l.done)
	for wait, first := reopenFirst, true; ; wait, first = min(2*wait, reopenMost), false {
		st, err := open(ctx)
		l.mu.Lock()
		was := l.err
		l.opened, l.err = nil, err
		if err == nil { // else it may be a pointer that is nil
			l.opened = st
		}
		l.mu.Unlock()
		switch {
		case first:
			close(l.tried)
		case err != nil && err.Error() != was.Error():
			l.log.Warn("the store is not there yet; it is tried again", "error", err)
		}
		if err == nil || !pause(ctx, wait) {
			return
		}
	}
}

// wait waits for the end of the first try, but not for long.
func (l *lateStore) wait(ctx context.Context, most time.Duration) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-l.tried:
	case <-ctx.Done():
	case <-timer.C:
	}
}

// get is the store once it is open, else why it is not.
func (l *lateStore) get(ctx context.Context) (store.Store, error) {
	l.wait(ctx, askPatience)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened, l.err
}

// ask calls the store, opened first where need be.
func ask[R any](ctx context.Context, l *lateStore, call func(store.Store) (R, error)) (r R, err error) {
	st, err := l.get(ctx)
	if err != nil {
		return r, err
	}
	return call(st)
}

func (l *lateStore) tell(ctx context.Context, call func(store.Store) error) error {
	st, err := l.get(ctx)
	if err != nil {
		return err
	}
	return call(st)
}

func (l *lateStore) Write(ctx context.Context, b *store.Batch) error {
	return l.tell(ctx, func(st store.Store) error { return st.Write(ctx, b) })
}

func (l *lateStore) PutResults(ctx context.Context, v *store.Results) error {
	return l.tell(ctx, func(st store.Store) error { return st.PutResults(ctx, v) })
}

func (l *lateStore) Remove(ctx context.Context, session string) error {
	return l.tell(ctx, func(st store.Store) error { return st.Remove(ctx, session) })
}

func (l *lateStore) Find(ctx context.Context, name string) (store.Session, error) {
	return ask(ctx, l, func(st store.Store) (store.Session, error) { return st.Find(ctx, name) })
}

func (l *lateStore) Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Session, error) { return st.Sessions(ctx, q) })
}

func (l *lateStore) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	st, err := l.get(ctx)
	if err != nil {
		return func(yield func(store.Row, error) bool) { yield(store.Row{}, err) }
	}
	return st.Rows(ctx, q)
}

func (l *lateStore) Results(ctx context.Context, session string, known time.Time) (store.Results, error) {
	return ask(ctx, l, func(st store.Store) (store.Results, error) { return st.Results(ctx, session, known) })
}

func (l *lateStore) Versions(ctx context.Context, session string) ([]store.Results, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Results, error) { return st.Versions(ctx, session) })
}

func (l *lateStore) EveryResults(ctx context.Context, session string) ([]store.Results, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Results, error) { return st.EveryResults(ctx, session) })
}

func (l *lateStore) SeasonResults(ctx context.Context, season int, simulated bool) ([]store.Results, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Results, error) { return st.SeasonResults(ctx, season, simulated) })
}

func (l *lateStore) Search(ctx context.Context, text string, limit int) ([]store.Hit, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Hit, error) { return st.Search(ctx, text, limit) })
}

func (l *lateStore) PutReference(ctx context.Context, r *store.Reference) error {
	return l.tell(ctx, func(st store.Store) error { return st.PutReference(ctx, r) })
}

func (l *lateStore) Reference(ctx context.Context) (store.Reference, error) {
	return ask(ctx, l, func(st store.Store) (store.Reference, error) { return st.Reference(ctx) })
}

func (l *lateStore) PutPages(ctx context.Context, pages []almanac.Page) error {
	return l.tell(ctx, func(st store.Store) error { return st.PutPages(ctx, pages) })
}

func (l *lateStore) Pages(ctx context.Context, q store.PageQuery) ([]almanac.Page, error) {
	return ask(ctx, l, func(st store.Store) ([]almanac.Page, error) { return st.Pages(ctx, q) })
}

func (l *lateStore) PutUsers(ctx context.Context, users []store.User) error {
	return l.tell(ctx, func(st store.Store) error { return st.PutUsers(ctx, users) })
}

func (l *lateStore) Users(ctx context.Context) ([]store.User, error) {
	return ask(ctx, l, func(st store.Store) ([]store.User, error) { return st.Users(ctx) })
}

func (l *lateStore) Setting(ctx context.Context, key string) (store.Setting, error) {
	return ask(ctx, l, func(st store.Store) (store.Setting, error) { return st.Setting(ctx, key) })
}

func (l *lateStore) Settings(ctx context.Context) ([]store.Setting, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Setting, error) { return st.Settings(ctx) })
}

func (l *lateStore) SettingVersions(ctx context.Context, key string) ([]store.Setting, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Setting, error) { return st.SettingVersions(ctx, key) })
}

func (l *lateStore) Set(ctx context.Context, s store.Setting) error {
	return l.tell(ctx, func(st store.Store) error { return st.Set(ctx, s) })
}

func (l *lateStore) Check(ctx context.Context) (store.Health, error) {
	return ask(ctx, l, func(st store.Store) (store.Health, error) { return st.Check(ctx) })
}

// Retain has a store that can do so give up samples.
func (l *lateStore) Retain(ctx context.Context, seasons int, now time.Time) (store.Retained, error) {
	return ask(ctx, l, func(st store.Store) (store.Retained, error) {
		r, able := st.(store.Retainer)
		if !able {
			return store.Retained{}, errNoRetainer
		}
		return r.Retain(ctx, seasons, now)
	})
}

// Close ends the tries, and closes the store if one succeeded.
func (l *lateStore) Close() error {
	l.quit()
	<-l.done
	l.mu.Lock()
	defer l.mu.Unlock()
	st := l.opened
	l.opened, l.err = nil, net.ErrClosed
	if st == nil {
		return nil
	}
	return st.Close()
}

// Opened is the store itself, which can do more than what all stores can.
func (l *lateStore) Opened(ctx context.Context) (store.Store, error) { return l.get(ctx) }
