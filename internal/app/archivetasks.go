package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/objects"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// seal seals one session: segments that are full or have waited long enough until its source has left, then the rest; the
// rest too when the server ends.
func (a *archive) seal(ctx context.Context, s *sealing) {
	key := logKey(s.log.Path())
	running, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-s.left:
			stop()
		case <-running.Done():
		}
	}()
	a.sealRunning(running, s)
	for ctx.Err() == nil && !s.closed() {
		done, err := a.sealRest(ctx, s.log)
		if ctx.Err() != nil {
			break
		}
		a.sealedTo(s, done, err, err == nil)
		if err == nil {
			a.notes.note(func() { a.notes.Raw[key] = done.Last })
			return
		}
		if errors.Is(err, objects.ErrConflict) || errors.Is(err, objects.ErrRemoved) {
			return // trying again does not help; it is told
		}
		pause(ctx, retryObjects)
	}
	// The server ends. The log stays, so this may fail.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSeal)
	defer cancel()
	if done, err := a.sealRest(last, s.log); err != nil && !errors.Is(err, os.ErrClosed) {
		a.log.Warn("the rest of a session is not sealed; it is when the server starts again", "session", key, "error", err)
	} else if err == nil {
		a.notes.note(func() { a.notes.Raw[key] = done.Last })
	}
}

// sealRunning seals a session while it runs.
func (a *archive) sealRunning(ctx context.Context, s *sealing) {
	sealer, session, err := a.sealer(ctx, s)
	if err != nil {
		if ctx.Err() == nil {
			a.sealedTo(s, objects.Sealed{}, err, false)
		}
		return
	}
	var now sync.WaitGroup
	defer now.Wait()
	now.Go(func() {
		for pause(ctx, a.sealEvery) {
			if done, err := a.sealRest(ctx, s.log); ctx.Err() == nil {
				a.sealedTo(s, done, err, false)
			}
		}
	})
	err = sealer.Run(ctx, func(done objects.Sealed, err error) {
		if err == nil {
			err = putParams(ctx, a.objects, session, s.log.Path())
		}
		if ctx.Err() == nil {
			a.sealedTo(s, done, err, false)
		}
	})
	if err != nil {
		a.sealedTo(s, objects.Sealed{}, err, false)
	}
}

// closed reports whether the session's log can not be read any more.
func (s *sealing) closed() bool {
	_, err := s.log.Read(1, 1)
	return errors.Is(err, os.ErrClosed)
}

// sealer waits until the session says its season, and gives its sealer.
func (a *archive) sealer(ctx context.Context, s *sealing) (*objects.Sealer, objects.Session, error) {
	for {
		changed := s.log.Changed()
		session, err := objectsSession(s.log, false)
		if err == nil {
			sealer, err := a.objects.Sealer(session, s.log)
			return sealer, session, err
		}
		if !errors.Is(err, errSeason) {
			return nil, session, err
		}
		select {
		case <-ctx.Done():
			return nil, session, ctx.Err()
		case <-changed:
		}
		if !pause(ctx, time.Second) { // not at every message of a feed that does not say it
			return nil, session, ctx.Err()
		}
	}
}

// sealRest seals all that the log holds.
func (a *archive) sealRest(ctx context.Context, log *sessionlog.Log) (objects.Sealed, error) {
	if log.Len() == 0 {
		return objects.Sealed{}, nil
	}
	return sealAll(ctx, a.objects, log)
}

// sealedTo notes how far a session is sealed.
func (a *archive) sealedTo(s *sealing, done objects.Sealed, err error, ended bool) {
	a.mu.Lock()
	s.state.Stored = max(s.state.Stored, done.Last)
	doing, reason := persist.Working, ""
	switch {
	case err != nil:
		doing, reason = persist.Waiting, err.Error()
	case ended:
		doing = persist.Ended
	}
	if s.state.State != string(doing) {
		s.state.Since = wire.Time(time.Now())
	}
	s.state.State, s.state.Reason = string(doing), reason
	a.mu.Unlock()
	key := s.state.Session
	a.tell("sealing "+key, err)
	if err == nil && done.Written > 0 {
		a.log.Debug("session sealed", "session", key, "segments", done.Written, "bytes", done.Bytes, "last", done.Last)
	}
	if ended {
		a.log.Info("session sealed to its end", "session", key, "messages", done.Last)
	}
}

// sealEarlier seals the logs that lay there when the server started, the last written first.
func (a *archive) sealEarlier(ctx context.Context) {
	for _, path := range a.earlier {
		for ctx.Err() == nil {
			err := a.sealOne(ctx, path)
			if ctx.Err() != nil {
				return
			}
			settled := errors.Is(err, objects.ErrConflict) || errors.Is(err, objects.ErrRemoved) || errors.Is(err, sessionlog.ErrForeign) || errors.Is(err, os.ErrNotExist)
			if settled {
				a.log.Warn("the log of an earlier session is not sealed", "log", path, "error", err)
			} else {
				a.tell("sealing earlier sessions", err)
			}
			if err == nil || settled {
				a.mu.Lock()
				a.past.Done++
				if settled {
					a.past.Failed++
				}
				a.mu.Unlock()
				break
			}
			pause(ctx, retryObjects)
		}
	}
}

// sealOne seals an earlier log that is not sealed yet, is not followed, and would be kept.
func (a *archive) sealOne(ctx context.Context, path string) error {
	key := logKey(path)
	a.mu.Lock()
	followed := a.sessions[key] != nil
	a.mu.Unlock()
	glance, err := sessionlog.Peek(path)
	if followed || err != nil || glance.Last == 0 || a.notes.sealed(key) >= glance.Last {
		return err
	}
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	if age := a.policy.Raw.MaxAge; age > 0 && time.Since(st.ModTime()) > age {
		return nil
	}
	done, err := sealLog(ctx, a.objects, path)
	if err == nil {
		a.notes.note(func() { a.notes.Raw[key] = done.Last })
	}
	return err
}

// parquet brings the tables of sessions that are stored as a whole into the objects, as far as they have changed.
func (a *archive) parquet(ctx context.Context) error {
	sessions, err := a.reader.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		return err
	}
	var failed []error
	for i := range sessions {
		s := &sessions[i]
		if !s.Whole || !s.Season.Known || a.notes.written(s.SessionKey) == s.Version {
			continue
		}
		changed, err := a.putTables(ctx, s)
		if err != nil {
			failed = append(failed, fmt.Errorf("tables of %s: %w", s.ID, err))
			continue
		}
		if changed > 0 {
			a.log.Info("tables kept as Parquet", "session", s.ID, "changed", changed)
		}
		a.notes.note(func() { a.notes.Parquet[s.SessionKey] = s.Version })
	}
	return errors.Join(failed...)
}

// putTables writes every table of a session that has rows, and takes away those that have none any more.
func (a *archive) putTables(ctx context.Context, s *store.Session) (changed int, err error) {
	session := objects.Session{Season: s.Season.Value, Key: s.SessionKey}
	for _, d := range tables.All() {
		id := objects.TableID{Session: session, Table: d.Name}
		rows := 0
		wrote, err := a.objects.PutTable(ctx, id, func(w io.Writer) error {
			cells, failed := cellsOf(a.reader.Rows(ctx, &store.Query{Session: s.SessionKey, Table: d.Name}))
			var err error
			if rows, err = d.Write(w, tables.Parquet, cells); err == nil {
				err = failed()
			}
			if err == nil && rows == 0 {
				err = errNoRows
			}
			return err
		})
		switch {
		case errors.Is(err, errNoRows):
			if err := a.objects.RemoveTable(ctx, id); err != nil {
				return changed, err
			}
		case err != nil:
			return changed, err
		case wrote:
			changed++
		}
	}
	return changed, nil
}

var errNoRows = errors.New("the table has no rows")

// reach asks the objects whether they are there, so that trouble is known before something has to be sealed.
func (a *archive) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	return a.objects.Check(ctx)
}

// retain removes what is not to be kept, and uploads that nobody goes on with.
func (a *archive) retain(ctx context.Context) error {
	done, err := a.objects.Prune(ctx, a.policy, time.Now(), false)
	for _, r := range done.Removed {
		a.log.Info("not kept any longer", "kind", string(r.Kind), "name", r.Name, "why", r.Why, "objects", r.Objects, "bytes", r.Bytes)
	}
	for _, k := range done.Kept {
		a.log.Info("kept beyond its time", "kind", string(k.Kind), "name", k.Name, "why", k.Why)
	}
	given, abort := a.objects.AbortStale(ctx, time.Now().Add(-objects.StaleAfter), false)
	for _, key := range given {
		a.log.Info("an upload that nobody goes on with is given up", "object", key)
	}
	return errors.Join(err, abort)
}

// keep is how much of a kind is kept, as a flag.
type keep struct{ objects.Keep }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *keep) UnmarshalText(text []byte) error {
	k.Keep = objects.Keep{}
	for word := range strings.SplitSeq(string(text), ",") {
		word = strings.TrimSpace(word)
		if n, err := strconv.Atoi(word); err == nil && n > 0 && k.MaxCount == 0 {
			k.MaxCount = n
			continue
		}
		age, err := age(word)
		if err != nil || age <= 0 || k.MaxAge != 0 {
			return fmt.Errorf("%q: give an age (720h, 400d), a count (50), or both (400d,50)", text)
		}
		k.MaxAge = age
	}
	return nil
}

// age reads a duration, also in days.
func age(word string) (time.Duration, error) {
	days, isDays := strings.CutSuffix(word, "d")
	if !isDays {
		return time.ParseDuration(word)
	}
	n, err := strconv.Atoi(days)
	if err != nil || n > 36500 {
		return 0, fmt.Errorf("%q is no number of days", word)
	}
	return time.Duration(n) * 24 * time.Hour, nil
}
