package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// occasion is a session as it took place, whichever key its rows lie under: what was imported from tables has another
// one than what the feed told of the same race.
type occasion struct {
	key       string
	slug      string // season, event and type; "" unknown
	simulated bool
}

// same reports whether a stored session is the occasion.
func (o *occasion) same(s *store.Session) bool {
	return s.SessionKey == o.key || o.slug != "" && s.Simulated == o.simulated && s.Slug() == o.slug
}

// occasionOf is the occasion of a session that is held.
func (a *api) occasionOf(ctx context.Context, e *wire.Session) (occasion, error) {
	o := occasion{key: e.Key, slug: string(e.Slug), simulated: e.Simulated}
	if o.slug != "" || a.store == nil {
		return o, nil
	}
	// The clock stands before the feed says what session it is; the store may know.
	s, err := a.find(ctx, e.Key)
	switch {
	case err == nil:
		o.slug, o.simulated = s.Slug(), s.Simulated
	case !errors.Is(err, store.ErrNotFound) && !away(err):
		return o, err
	}
	return o, nil
}

// replayed are the sessions of which the process's own clock hides the rest.
func (a *api) replayed(ctx context.Context) ([]occasion, error) {
	var all []occasion
	list := a.sessions.List().Sessions
	for i := range list {
		e := &list[i].Session
		if held, known := a.sessions.Held(e.Key); !known || !held.Hidden {
			continue
		}
		o, err := a.occasionOf(ctx, e)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// bounded refuses a stored session that is replayed here under another key.
func (a *api) bounded(ctx context.Context, s *store.Session) error {
	all, err := a.replayed(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].same(s) {
			return plain(http.StatusConflict, "session "+s.ID+" is not known at this clock: it is being replayed here as session "+all[i].key)
		}
	}
	return nil
}

// horizon is where a clock stands in its session, so that what is told of the season has nothing from later on.
type horizon struct {
	occasion
	season, round int // 0 unknown
	kind          f1.SessionType
	start         time.Time // of the session; zero: unknown
	time          time.Time
}

// horizonOf is the horizon of a viewer's clock or, without one, of the process's own where that is behind what is
// held; nil: there is none.
func (a *api) horizonOf(ctx context.Context, clock string) (*horizon, error) {
	held, known := a.sessions.Held("latest")
	name := held.Key
	if clock != "" {
		if state, err := a.sessions.Clock(clock); err == nil {
			name = state.SessionKey
		} else if !errors.Is(err, wire.ErrNotFound) {
			return nil, err
		}
	} else if !known || !held.Hidden {
		return nil, nil
	}
	p, err := a.sessions.Place(name, time.Time{}, 0, clock)
	if err != nil {
		return nil, err
	}
	h := &horizon{occasion: occasion{key: p.Key}, time: p.Time}
	list := a.sessions.List().Sessions
	for i := range list {
		if list[i].Session.Key != p.Key {
			continue
		}
		if h.occasion, err = a.occasionOf(ctx, &list[i].Session); err != nil {
			return nil, err
		}
	}
	rows, err := a.sessions.Rows(ctx, p.Key, p.Offset, "sessions")
	if err != nil {
		return nil, err
	}
	for row := range rows {
		d := detailOfCells(row)
		h.kind = f1.SessionType(d.Type)
		if d.Season != nil {
			h.season = *d.Season
		}
		if d.Round != nil {
			h.round = *d.Round
		}
		if c := row[sessionsTable.Index("date_start")]; c.Known {
			h.start = time.UnixMilli(c.N)
		}
	}
	if h.round == 0 && a.store != nil { // the feed does not say it
		if s, err := a.find(ctx, p.Key); err == nil {
			h.round = s.Round.Value
		} else if !errors.Is(err, store.ErrNotFound) && !away(err) {
			return nil, err
		}
	}
	return h, nil
}

// hides reports whether a classification is of the session itself or of a later one; where that can not be told
// it does.
func (h *horizon) hides(r *store.Results) bool {
	switch {
	case h == nil:
		return false
	case r.Session == h.key:
		return true
	case h.season == 0:
		return r.Known.After(h.time)
	case r.Season != h.season:
		return r.Season > h.season
	case h.round == 0:
		return true
	case r.Round != h.round:
		return r.Round > h.round
	}
	return !(r.Type == f1.Sprint && h.kind == f1.Race)
}

// bounds reports whether a stored session is that of the horizon, whatever its key, or a later one; where that can
// not be told it does.
func (h *horizon) bounds(s *store.Session) bool {
	switch {
	case h == nil:
		return false
	case h.same(s):
		return true
	case !h.start.IsZero() && s.DateStart.Known:
		return !s.DateStart.Value.Before(h.start)
	case h.season != 0 && s.Season.Known && s.Season.Value != h.season:
		return s.Season.Value > h.season
	case h.season != 0 && s.Season.Known && h.round != 0 && s.Round.Known && s.Round.Value != h.round:
		return s.Round.Value > h.round
	}
	return true
}

// keySeparator stands between the keys of hidden sessions.
const keySeparator = "|"

// hiddenKeys are the keys, each between separators, of those stored sessions that are bounded by the viewer's clock
// or by the process's own, which always counts; "" for none.
func (a *api) hiddenKeys(ctx context.Context, stored []store.Session, clock string) (string, error) {
	viewer, err := a.horizonOf(ctx, clock)
	if err != nil {
		return "", err
	}
	own := viewer
	if clock != "" {
		if own, err = a.horizonOf(ctx, ""); err != nil {
			return "", err
		}
	}
	all, err := a.replayed(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i := range stored {
		s := &stored[i]
		hidden := viewer.bounds(s) || own.bounds(s)
		for k := range all {
			hidden = hidden || all[k].same(s)
		}
		if !hidden {
			continue
		}
		if b.Len() == 0 {
			b.WriteString(keySeparator)
		}
		b.WriteString(s.SessionKey + keySeparator)
	}
	return b.String(), nil
}
