package api

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// source is where the rows of a session come from for one request: the store, or the session's log at a moment.
type source struct {
	key     string // of the session
	version string // of what the rows are, as long as it is the same they are: for tags
	number  uint64 // the same as far as a number says it: for keys of the cache
	age     age
	known   time.Time // nothing newer is in it; zero: no bound
	stored  bool
	session store.Session // when stored
	rows    func(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error]
}

// age says how long an answer holds.
type age uint8

const (
	private    age = iota // of a clock: nobody may keep it
	changing              // of a session that goes on: kept, but asked for again
	historical            // of a session that is over
)

// sourceOf finds where the rows of a session at a moment are. The clock of the process or of the viewer bounds
// what is looked at before anything is: behind a clock that lags only the log is asked, never the store, which
// may know more.
func (a *api) sourceOf(ctx context.Context, name string, m when) (*source, error) {
	held, known := a.sessions.Held(name)
	if m.given() || held.Hidden {
		return a.momentOf(ctx, name, m, known)
	}
	if a.store == nil {
		return a.momentOf(ctx, name, m, known)
	}
	if known {
		name = held.Key
	}
	stored, err := a.findFor(ctx, name, known)
	switch {
	case known && (errors.Is(err, store.ErrNotFound) || away(err)):
		return a.momentOf(ctx, name, m, true)
	case errors.Is(err, store.ErrNotFound):
		return nil, fmt.Errorf("session %s: %w", name, wire.ErrNotFound)
	case err != nil:
		return nil, err
	}
	if !known {
		if err := a.bounded(ctx, &stored); err != nil {
			return nil, err
		}
	}
	s := &source{
		key: stored.SessionKey, stored: true, session: stored, age: changing, number: uint64(stored.Version),
		version: "s" + strconv.FormatInt(stored.Version, 36) + "." + strconv.FormatInt(stored.Changed.UnixMilli(), 36),
	}
	s.rows = func(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
		found := *q
		found.Found = &stored
		return a.store.Rows(ctx, &found)
	}
	if stored.Whole && !held.Live {
		s.age = historical
	}
	return s, nil
}

// Which version of a session is stored is remembered for a moment: it is part of every request, and a hot answer
// must not ask the store for it each time.
const (
	foundFor = 250 * time.Millisecond
	maxFound = 1000 // names
)

// found is what the store said of a session.
type found struct {
	store.Session
	until time.Time
}

// patience is how long a store is waited for where the log could answer as well.
const patience = 2 * time.Second

// findFor finds a stored session; one that is held need not be waited for.
func (a *api) findFor(ctx context.Context, name string, held bool) (store.Session, error) {
	if !held {
		return a.find(ctx, name)
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, err := a.find(short, name)
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", errAway, err)
	}
	return s, err
}

// find finds a stored session.
func (a *api) find(ctx context.Context, name string) (store.Session, error) {
	if a.cache == nil {
		return a.store.Find(ctx, name)
	}
	now := time.Now()
	a.foundMu.Lock()
	f, ok := a.found[name]
	a.foundMu.Unlock()
	if ok && now.Before(f.until) {
		return f.Session, nil
	}
	s, err := a.store.Find(ctx, name)
	if err != nil {
		return s, err
	}
	a.foundMu.Lock()
	defer a.foundMu.Unlock()
	if len(a.found) >= maxFound {
		clear(a.found)
	}
	a.found[name] = found{s, now.Add(foundFor)}
	return s, nil
}

// momentOf is a session's log at a moment.
func (a *api) momentOf(ctx context.Context, name string, m when, held bool) (*source, error) {
	p, err := a.sessions.Place(name, m.at, m.lap, m.clock)
	if err != nil {
		if !held && errors.Is(err, wire.ErrNotFound) {
			return nil, a.logGone(ctx, name, err)
		}
		return nil, err
	}
	s := &source{
		key: p.Key, number: p.Offset, age: changing, known: p.Time,
		version: "l" + strconv.FormatUint(p.Offset, 36) + "." + strconv.FormatUint(p.Log, 36),
	}
	switch {
	case m.at.IsZero() && m.lap == 0 && (m.clock != "" || !p.Newest):
		s.age = private
	case !p.Live:
		s.age = historical
	}
	s.rows = func(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
		rows, err := a.sessions.Rows(ctx, p.Key, p.Offset, q.Table)
		if err != nil {
			return func(yield func(store.Row, error) bool) { yield(store.Row{}, err) }
		}
		return selected(q, rows)
	}
	return s, nil
}

// logGone tells a session that is stored but has no log, of which only the end is known, from one that is not
// known at all.
func (a *api) logGone(ctx context.Context, name string, err error) error {
	if a.store == nil {
		return err
	}
	switch _, found := a.store.Find(ctx, name); {
	case found == nil:
		return plain(http.StatusConflict, "the log of session "+name+" is gone: what was known at a moment can not be told any more. Ask without at, at_lap and clock")
	case errors.Is(found, store.ErrNotFound):
		return err
	default:
		return found
	}
}
