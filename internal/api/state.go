package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/wire"
)

// state adds a resource that is one picture of a session at a moment. That of a session which goes on is what many
// ask for at once: it is made once for a message of the log, and kept for the seconds of its class.
func state[T any](a *api, name, id, summary string, class cache.Class, of func(session string, at time.Time, lap int, clock string) (T, error)) {
	a.register(operation{
		id: id, path: "/api/v1/sessions/{session}/" + name, tag: "Sessions", summary: summary,
		params:  append([]*huma.Param{sessionParam()}, momentParams()...),
		content: map[string]*huma.MediaType{"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")}},
		errors:  []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusConflict},
		run: func(w http.ResponseWriter, r *http.Request, f *form) error {
			if _, err := accepted(r, jsonPage); err != nil {
				return err
			}
			m, session := f.moment(), r.PathValue("session")
			if err := f.problem(); err != nil {
				return err
			}
			make := func(context.Context) (cache.Entry, error) {
				v, err := of(session, m.at, m.lap, m.clock)
				if err != nil {
					return cache.Entry{}, err
				}
				body, err := json.Marshal(v)
				if err != nil {
					return cache.Entry{}, fmt.Errorf("api: %s of %s: %w", name, session, err)
				}
				return cache.NewEntry("application/json", body), nil
			}
			e, err := a.picture(r.Context(), class, session, m, make)
			if err != nil {
				if _, known := a.sessions.Held(session); !known && errors.Is(err, wire.ErrNotFound) {
					return a.logGone(r.Context(), session, err)
				}
				return err
			}
			h := w.Header()
			h["Cache-Control"], h["Vary"] = []string{"no-store"}, []string{"Accept, Accept-Encoding"}
			write(w, r, e.Tag(), e)
			return nil
		},
	})
}

// picture makes a picture, or takes that of the same message of the same log from the cache. Clocks that can be steered say in it how
// they stand, so theirs are made each time.
func (a *api) picture(ctx context.Context, class cache.Class, session string, m when, make func(context.Context) (cache.Entry, error)) (cache.Entry, error) {
	held, known := a.sessions.Held(session)
	if a.cache == nil || !known || !held.Live || m.given() {
		return make(ctx)
	}
	p, err := a.sessions.Place(held.Key, time.Time{}, 0, "")
	if err != nil {
		return cache.Entry{}, err
	}
	key := cache.Key{Service: class.Service, Entity: class.Entity, ID: subject(held.Key) + "/" + strconv.FormatUint(p.Log, 36), Version: p.Offset}
	return a.cache.Get(ctx, class, key, make)
}
