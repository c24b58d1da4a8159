package persist

import (
	"cmp"
	"context"
	"errors"

	"pitwall.live/internal/sessionlog"
)

// Stored is a log that lies in the data folder.
type Stored struct {
	Path  string
	About About
}

// Backlog says how far the writer is with the logs of earlier sessions.
type Backlog struct {
	Total  int
	Done   int    // looked at and stored where that was needed
	Failed int    // of them could not be stored; they are tried again after the next start
	Reason string // why the last of those could not, "" for none
	Now    *State // the one being stored; nil: none
}

// StoreLogs has Run store the logs of earlier sessions in the background, one after the other in the order given, as far
// as the store does not have them. It is called before Run.
func (w *Writer) StoreLogs(logs []Stored) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.backlog, w.past.Total = append(w.backlog, logs...), w.past.Total+len(logs)
}

// Backlog says how far the writer is with them.
func (w *Writer) Backlog() Backlog {
	w.mu.Lock()
	b, now := w.past, w.now
	w.mu.Unlock()
	if now != nil {
		st := now.status()
		b.Now = &st
	}
	return b
}

func (w *Writer) storeBacklog(ctx context.Context) {
	stored := 0
	for ctx.Err() == nil {
		w.mu.Lock()
		if len(w.backlog) == 0 {
			w.mu.Unlock()
			break
		}
		next := w.backlog[0]
		w.backlog = w.backlog[1:]
		w.mu.Unlock()
		needed, err := w.storeOne(ctx, next)
		if ctx.Err() != nil {
			return
		}
		w.mu.Lock()
		w.past.Done++
		w.now = nil
		if err != nil {
			w.past.Failed++
			w.past.Reason = next.About.Key + ": " + err.Error()
		}
		w.mu.Unlock()
		if err != nil {
			w.cfg.Log.Warn("the log of an earlier session is not stored", "log", next.Path, "error", err)
		} else if needed {
			stored++
		}
	}
	if stored > 0 {
		w.cfg.Log.Info("earlier sessions are stored", "stored", stored, "of", w.Backlog().Total)
	}
}

// StoreLog stores one log now, unless the store has it or its session is followed. It reports whether it did, and waits for
// a store that does not answer.
func (w *Writer) StoreLog(ctx context.Context, one Stored) (needed bool, err error) {
	return w.storeOne(ctx, one)
}

// storeOne stores one log, unless the store has it or its session is followed anyway. It reports whether it did.
func (w *Writer) storeOne(ctx context.Context, next Stored) (needed bool, err error) {
	if w.follows(next.About.Key) {
		return false, nil
	}
	glance, err := sessionlog.Peek(next.Path)
	if err != nil {
		return false, err
	}
	if glance.Last == 0 || w.has(ctx, next, &glance) {
		return false, nil
	}
	log, err := sessionlog.OpenRead(next.Path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	next.About.Live, next.About.Owner = false, false
	s := newSession(w, log, next.About)
	s.once = true
	w.mu.Lock()
	w.now = s
	w.mu.Unlock()
	err = s.run(ctx)
	if errors.Is(err, errKept) || errors.Is(err, errClosed) {
		return false, nil
	}
	return err == nil, err
}

// has reports whether the store holds all of a log, made by this version. A store that does not answer may have it.
func (w *Writer) has(ctx context.Context, next Stored, g *sessionlog.Glance) bool {
	key := g.Header.Session
	if key == "" {
		key = next.About.Key
	}
	limited, cancel := context.WithTimeout(ctx, w.cfg.Timeout)
	defer cancel()
	at, err := w.cfg.Store.Find(limited, key)
	return err == nil && at.Whole && at.Offset >= g.Last &&
		at.Log == newIdentity(cmp.Or(next.About.Identity, logName(g.Header, &g.First)), next.About.Params).String()
}
