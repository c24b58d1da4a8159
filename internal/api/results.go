package api

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// resultRoutes are the classification of a session and its versions.
func (a *api) resultRoutes() {
	d := tables.Results.Describe()
	t := newResource(d)
	params := append(t.params(), queryTime("as_known_on", "The version that was known at this time of the world", "2026-12-01T00:00:00Z"))
	a.register(operation{
		id: "list-results", path: "/api/v1/sessions/{session}/results", tag: "Sessions", summary: about["results"],
		doc: "The newest version of the classification: as published where it is, else as timing has it. " + rowsDoc, params: params, content: a.rowsContent(&d),
		slow: true, errors: []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusConflict, http.StatusTooManyRequests, http.StatusGatewayTimeout},
		run: func(w http.ResponseWriter, r *http.Request, f *form) error { return a.results(w, r, f, t) },
	})
	document(a, operation{
		id: "list-result-versions", path: "/api/v1/sessions/{session}/results/versions", tag: "Sessions", summary: "Versions of a classification, the oldest first",
		params: append([]*huma.Param{sessionParam()}, momentParams()...), errors: []int{http.StatusNotFound, http.StatusConflict},
	}, a.resultVersions)
}

// results answers for the classification: a version where there are any, else the table that timing makes.
func (a *api) results(w http.ResponseWriter, r *http.Request, f *form, t *resource) error {
	known := f.time("as_known_on")
	if !known.IsZero() && f.moment().given() {
		f.wrong("as_known_on", "give it without at, at_lap and clock", nil)
	}
	return a.rowsFrom(w, r, f, t, func(ctx context.Context, from *source) error {
		if !from.stored {
			if !known.IsZero() {
				return plain(http.StatusNotFound, "the versions of this classification are not stored")
			}
			return nil
		}
		v, err := a.store.Results(ctx, from.key, known)
		if errors.Is(err, store.ErrNotFound) && known.IsZero() {
			return nil // no version yet: as the table has it
		}
		if err != nil {
			return err
		}
		from.version += ".r" + strconv.Itoa(v.Version)
		from.rows = func(_ context.Context, q *store.Query) iter.Seq2[store.Row, error] {
			return selected(q, tables.Results.Cells(slices.Values(v.Rows)))
		}
		return nil
	})
}

func (a *api) resultVersions(ctx context.Context, r *http.Request, f *form) (wire.ResultVersions, age, error) {
	list := wire.ResultVersions{Versions: []wire.ResultVersion{}}
	m := f.moment()
	if err := f.problem(); err != nil {
		return list, private, err
	}
	from, err := a.sourceOf(ctx, r.PathValue("session"), m)
	if err != nil {
		return list, private, err
	}
	list.SessionKey = from.key
	if a.store == nil {
		return list, from.age, nil
	}
	versions, err := a.store.Versions(ctx, from.key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return list, private, err
	}
	for i := range versions {
		v := &versions[i]
		if !from.stored && v.Known.After(from.known) { // the store knows more than the moment does
			continue
		}
		list.Versions = append(list.Versions, wire.ResultVersion{
			Version: v.Version, Known: wire.Time(v.Known), Status: string(v.Status), Source: wire.Text(v.Source),
		})
	}
	return list, from.age, nil
}

// horizon is where a clock stands in its session, so that what is told of the season has nothing from later on.
type horizon struct {
	key           string
	season, round int // 0 unknown
	kind          f1.SessionType
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
	h := &horizon{key: p.Key, time: p.Time}
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
	}
	if h.round == 0 && a.store != nil { // the feed does not say it
		if s, err := a.store.Find(ctx, p.Key); err == nil {
			h.round = s.Round.Value
		} else if !errors.Is(err, store.ErrNotFound) {
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
