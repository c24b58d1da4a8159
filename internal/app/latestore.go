package app

import (
	"context"
	"errors"
	"iter"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"pitwall.live/internal/store"
)

// lateStore is a store that could not be reached when the program started: each call tries again to open it, until
// one succeeds.
type lateStore struct {
	open func(context.Context) (store.Store, error)

	mu     sync.Mutex
	opened store.Store
	closed bool
}

var _ store.Store = (*lateStore)(nil)

// unreachable reports whether an error may go away by itself: the database is not there, or is just starting.
func unreachable(err error) bool {
	var dial *net.OpError
	var refused *pgconn.PgError
	return errors.As(err, &dial) || errors.As(err, &refused) && strings.HasPrefix(refused.Code, "57P")
}

func (l *lateStore) get(ctx context.Context) (store.Store, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, net.ErrClosed
	}
	if l.opened == nil {
		st, err := l.open(ctx)
		if err != nil {
			return nil, err
		}
		l.opened = st
	}
	return l.opened, nil
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

func (l *lateStore) SeasonResults(ctx context.Context, season int) ([]store.Results, error) {
	return ask(ctx, l, func(st store.Store) ([]store.Results, error) { return st.SeasonResults(ctx, season) })
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

func (l *lateStore) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.opened == nil {
		return nil
	}
	return l.opened.Close()
}

// Opened is the store itself, which can do more than what all stores can.
func (l *lateStore) Opened(ctx context.Context) (store.Store, error) { return l.get(ctx) }
