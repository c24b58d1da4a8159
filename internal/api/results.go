package api

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

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
