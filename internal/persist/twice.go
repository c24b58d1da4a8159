package persist

import (
	"context"
	"errors"
	"fmt"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/history"
	"pitwall.live/internal/store"
)

// TakePlace has a session that is stored from its log take the place of the same session as published tables have it,
// which is stored under a key of its own as those do not know the feed's: what they say of its classification and its
// round goes to the log's session, the rest goes. A session that is not over takes no place, since the tables know
// more; a simulated one is not the same. It may be called again.
func TakePlace(ctx context.Context, st Store, key string) error {
	s, err := st.Find(ctx, key)
	if err != nil {
		return err
	}
	slug := s.Slug()
	if slug == "" || s.Source != sourceLog || s.Simulated || !s.Whole || s.Status != f1.StatusFinalised && s.Status != f1.StatusEnds {
		return nil
	}
	all, err := st.Sessions(ctx, store.SessionQuery{Season: s.Season.Value, Type: s.Type})
	if err != nil {
		return err
	}
	others := []string{history.Key(slug)} // under which there may be nothing but a classification
	for i := range all {
		other := &all[i]
		if other.Log != "" || other.Simulated || other.Slug() != slug || other.SessionKey == key {
			continue
		}
		if other.SessionKey != others[0] {
			others = append(others, other.SessionKey)
		}
		if !s.Round.Known {
			s.Round = other.Round
		}
	}
	moved := false
	for _, other := range others {
		if other == key {
			continue
		}
		was, err := Move(ctx, st, other, key)
		if err != nil {
			return err
		}
		moved = moved || was
	}
	if !s.Round.Known {
		versions, err := st.Versions(ctx, key)
		if err != nil {
			return err
		}
		for i := range versions {
			if versions[i].Round > 0 {
				s.Round = f1.Some(versions[i].Round)
			}
		}
	}
	return correct(ctx, st, key, s.Round, moved && s.ID != slug)
}

// Move hangs the classifications of one session on another and removes the first. It reports whether
// there was one.
func Move(ctx context.Context, st Store, from, to string) (was bool, err error) {
	versions, err := st.Versions(ctx, from)
	if err != nil {
		return false, err
	}
	for _, v := range versions {
		if v, err = st.Results(ctx, from, v.Known); err != nil {
			return false, err
		}
		Rename(&v, to)
		if err := st.PutResults(ctx, &v); err != nil {
			return false, fmt.Errorf("results of %s for %s: %w", from, to, err)
		}
	}
	err = st.Remove(ctx, from)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Rename makes a classification one of another session.
func Rename(v *store.Results, key string) {
	v.Session = key
	for i := range v.Rows {
		v.Rows[i].SessionKey = key
	}
	for i := range v.Drivers {
		v.Drivers[i].SessionKey = key
	}
}

// SetRound tells a session that is stored as a whole from its log which round it is, where the feed did not.
func SetRound(ctx context.Context, st Store, key string, round f1.Opt[int]) error {
	return correct(ctx, st, key, round, false)
}

// roundOf is the round of a session: as the feed says, or as the store has it of the same session, to which an import has
// told it.
func roundOf(said *f1.SessionRow, stored *store.Session) f1.Opt[int] {
	if said.Round.Known || said.Slug() == "" || said.Slug() != stored.Slug() {
		return said.Round
	}
	return stored.Round
}

// correct tells a session its round, and gives it the readable name that has become free.
func correct(ctx context.Context, st Store, key string, round f1.Opt[int], name bool) error {
	s, err := st.Find(ctx, key)
	if err != nil || !s.Whole || s.Round.Known && !name || !round.Known && !name {
		return err
	}
	if !s.Round.Known {
		s.Round = round
	}
	return st.Write(ctx, &store.Batch{
		Session: s.SessionRow, Simulated: s.Simulated, Source: s.Source, Log: s.Log, From: s.Offset, Offset: s.Offset, Ended: true, Rename: name,
		Changes: []store.Change{{Table: "sessions"}}, // else it would be one that comes twice
	})
}
