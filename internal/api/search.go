package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// searchRoutes find things by words.
// maxWords is how long what is searched for may be, in characters.
const maxWords = 200

func (a *api) searchRoutes() {
	least := 2
	q := queryText("q", "Words, all of which are found", "hamilton baku", maxWords)
	q.Required, q.Schema.MinLength = true, &least
	document(a, operation{
		id: "search", path: "/api/v1/search", tag: "Reference", summary: "Sessions, drivers, circuits, events and messages of race control by words",
		params: []*huma.Param{
			q, queryNumber("limit", "At most so many", 1, 200, 20),
			queryText("clock", "Of its session, only what is known at a clock: live-30, c_...", "live", maxClock),
		},
		errors: []int{http.StatusNotFound},
	}, a.search)
}

func (a *api) search(ctx context.Context, _ *http.Request, f *form) (wire.Hits, age, error) {
	list := wire.Hits{Hits: []wire.Hit{}}
	words, limit, clock := strings.TrimSpace(f.text("q", maxWords)), f.number("limit", 1, 200, 20), f.moment().clock
	if len(words) < 2 {
		f.wrong("q", "give words of two letters or more", words)
	}
	if err := f.problem(); err != nil {
		return list, private, err
	}
	if a.store == nil {
		return list, private, noStore()
	}
	horizon, err := a.horizonOf(ctx, clock)
	if err != nil {
		return list, private, err
	}
	ask := limit
	if horizon != nil {
		ask = 5 * limit // some of them are not told
	}
	hits, err := a.store.Search(ctx, words, ask)
	if err != nil {
		return list, private, err
	}
	for i := range hits {
		if hidden, err := a.hiddenHit(ctx, &hits[i], horizon); err != nil {
			return list, private, err
		} else if hidden {
			continue
		}
		known, err := a.knownHit(ctx, &hits[i], horizon, clock)
		if err != nil {
			return list, private, err
		}
		if !known || len(list.Hits) == limit {
			continue
		}
		h := &hits[i]
		w := wire.Hit{Kind: h.Kind, Session: wire.Text(h.Session), ID: h.ID, Title: h.Title, Detail: wire.Text(h.Detail)}
		if h.Time.Known {
			w.Time = wire.OptTime(h.Time.Value)
		}
		list.Hits = append(list.Hits, w)
	}
	if horizon != nil {
		return list, private, nil
	}
	return list, changing, nil
}

// hiddenHit reports whether what was found is of a session that is bounded by a clock under another key.
func (a *api) hiddenHit(ctx context.Context, h *store.Hit, viewer *horizon) (bool, error) {
	if h.Session == "" || h.Kind == "session" {
		return false, nil
	}
	if _, held := a.sessions.Held(h.Session); held {
		return false, nil
	}
	all, err := a.replayed(ctx)
	if err != nil {
		return false, err
	}
	if viewer != nil {
		all = append(all, viewer.occasion)
	}
	if len(all) == 0 {
		return false, nil
	}
	s, err := a.find(ctx, h.Session)
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	for i := range all {
		if err == nil && all[i].same(&s) {
			return true, nil
		}
	}
	return false, err
}

// knownHit reports whether what was found within a session is known at the viewer's clock or, where that is behind
// what is held, at the process's own of the session. Of an event it then says what was known there.
func (a *api) knownHit(ctx context.Context, h *store.Hit, viewer *horizon, clock string) (bool, error) {
	if h.Session == "" || h.Kind == "session" {
		return true, nil
	}
	if viewer == nil || viewer.key != h.Session {
		if held, ok := a.sessions.Held(h.Session); !ok || !held.Hidden {
			return true, nil
		}
		clock = ""
	}
	if h.Kind == "event" {
		w, err := a.sessions.Why(h.Session, h.ID, clock)
		if errors.Is(err, wire.ErrNotFound) {
			return false, nil
		}
		h.Title, h.Detail = w.Event.Title, w.Event.Text
		return true, err
	}
	p, err := a.sessions.Place(h.Session, time.Time{}, 0, clock)
	if err != nil {
		return false, err
	}
	rows, err := a.sessions.Rows(ctx, p.Key, p.Offset, "race_control")
	if err != nil {
		return false, err
	}
	for row := range rows {
		if strconv.FormatInt(row[messageID].N, 10) == h.ID {
			return true, nil
		}
	}
	return false, nil
}

// messageID is the place of the key of race control's messages.
var messageID = slices.IndexFunc(tables.RaceControl.Describe().Columns, func(c tables.Column) bool { return c.Name == "message_id" })
