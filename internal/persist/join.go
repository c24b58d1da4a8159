package persist

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/store"
)

// join finds out where the store is and gives a deriver that joins on to it. While another writer keeps the session
// it stands by.
func (s *session) join(ctx context.Context) (*deriver, error) {
	key := s.nameBefore()
	var seen store.Session // as the other writer left it
	var since time.Time    // when it was first seen so
	for {
		at, err := s.find(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return s.fresh(ctx, false)
		}
		if err != nil {
			return nil, err
		}
		what, reason := s.compare(&at)
		switch what {
		case goOn:
			return s.goOn(ctx, at)
		case replace:
			return s.fresh(ctx, true)
		case leave:
			return nil, errKept
		}
		now := s.w.cfg.Now()
		if seen.Log != at.Log || seen.Offset != at.Offset || seen.Version != at.Version || s.status().Doing == Waiting {
			if !since.IsZero() && s.once {
				return nil, errKept // it is alive and well
			}
			seen, since = at, now
		} else if now.Sub(since) >= s.w.cfg.TakeOver && s.hasMore(&at) {
			s.w.cfg.Log.Warn("the other writer of the session stands still; this one takes over", "session", key, "stored", at.Offset, "still for", now.Sub(since).Round(time.Second))
			return s.fresh(ctx, true)
		}
		s.setStored(0)
		s.setDoing(StandingBy, reason)
		if err := s.pause(ctx, min(s.w.cfg.Every, s.w.cfg.TakeOver/4)); err != nil {
			return nil, err
		}
		if closed(s.log) {
			return nil, errClosed
		}
	}
}

// nameBefore is what the session is called before its log is read.
func (s *session) nameBefore() string {
	return cmp.Or(s.name, s.log.Header().Session, s.about.Key)
}

// What to do about a session that is in the store.
type verdict int

const (
	goOn    verdict = iota // from where the store is
	replace                // all of it
	standBy                // another writer keeps it
	leave                  // it is kept, and nothing will be missed
)

// compare says what is to be done about what the store holds, and why.
func (s *session) compare(at *store.Session) (what verdict, reason string) {
	their, ours := identity{}, s.identity
	if at.Source == sourceLog {
		their, _ = parseIdentity(at.Log)
	}
	switch {
	case at.Source != sourceLog:
		return replace, "" // a table of laps, which is less than the log
	case slices.Contains(s.about.Replaces, their.log):
		return replace, "" // made of a log that had gaps
	case their.log == ours.log && their.version > ours.version:
		return standBy, "a newer version of the program keeps it"
	case their.log == ours.log && their != ours:
		return replace, "" // made by older code, or with other thresholds
	case their != ours && at.Whole && (s.once || s.about.Identity != ""):
		return leave, ""
	case their != ours:
		return standBy, "it is stored from another log, up to message " + strconv.FormatUint(at.Offset, 10)
	case at.Offset > s.held && s.about.Owner:
		return replace, "" // what the log lost when the power went is not what comes now
	case s.distrust:
		return replace, ""
	case at.Offset > s.log.Len() && s.once:
		return leave, ""
	case at.Offset > s.log.Len():
		return standBy, "the store is ahead of the log, at message " + strconv.FormatUint(at.Offset, 10)
	}
	return goOn, ""
}

// hasMore says whether this log can have more than a session that was stored from another and has not moved for long.
func (s *session) hasMore(at *store.Session) bool {
	if !at.Whole {
		return true
	}
	return s.isLive() && s.log.End().After(at.Changed.Add(-s.w.cfg.TakeOver))
}

// goOn derives what the store has and goes on from there.
func (s *session) goOn(ctx context.Context, at store.Session) (*deriver, error) {
	s.held = math.MaxUint64 // what the store has is of this log
	d := newDeriver(s.about.Key, s.identity.String(), s.about.Params)
	s.setStored(at.Offset)
	if at.Offset == s.log.Len() && at.Whole && !s.isLive() {
		// Nothing to do, perhaps for ever: the state is derived when something follows.
		s.setDoing(Ended, "")
		return d, s.restUntilMore(ctx)
	}
	s.setDoing(CatchingUp, "")
	if at.Offset > farBehind {
		if err := s.takeTurn(ctx); err != nil {
			return nil, err
		}
	}
	if err := d.resume(s.log, at); err != nil {
		return nil, err
	}
	return d, nil
}

// restUntilMore ends with errAgain when something follows what is stored, or at once with nil for the backlog.
func (s *session) restUntilMore(ctx context.Context) error {
	s.endTurn()
	if s.once {
		return nil
	}
	for {
		changed := s.log.Changed()
		if s.log.Len() > s.status().Stored {
			return errAgain
		}
		if err := s.wait(ctx, changed, nil); err != nil {
			return err
		}
	}
}

// fresh writes the session from its beginning: the first stretch, or, where something else is to be replaced, all of
// it at once, so that nobody sees a part.
func (s *session) fresh(ctx context.Context, replace bool) (*deriver, error) {
	d := newDeriver(s.about.Key, s.identity.String(), s.about.Params)
	s.setStored(0)
	s.setDoing(CatchingUp, "")
	end := s.log.Len()
	if end > farBehind || replace || s.late {
		if err := s.takeTurn(ctx); err != nil {
			return nil, err
		}
	}
	to := end
	if !replace && !s.late {
		to = min(end, batchMessages)
	}
	b, err := d.gather(s.log.Each, to, false, func(uint64) error { return ctx.Err() })
	if err != nil {
		return nil, err
	}
	if d.key != s.nameBefore() && !s.late { // only now it is known what to look for
		s.name = d.key
		return nil, errAgain
	}
	b.Replace = replace
	if err := s.write(ctx, d, b); err != nil {
		return nil, err
	}
	s.held, s.distrust = math.MaxUint64, false // what the store has is of this log
	return d, nil
}
