package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

type whyRequest struct {
	SessionPath
	Event string `path:"event" maxLength:"40" doc:"event_id"`
	Clock string `query:"clock" maxLength:"60" example:"live" doc:"A clock: live, live-30, default, c_..."`
}

// eventRoutes are the events of a session, what justifies one, and the strategy picture.
func (a *api) eventRoutes() {
	t := newResource(tables.Events.Describe())
	content := a.rowsContent(&t.d)
	content["application/json"] = &huma.MediaType{Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[wire.Events](), true, "")}
	a.register(operation{
		id: "list-events", path: "/api/v1/sessions/{session}/events", tag: "Sessions", summary: "What has happened, each event in its newest version",
		doc: "JSON has the sentences that people read; it takes at, at_lap, clock, kind, priority, driver_number (also as the other car), limit (5000 at the most) and cursor. " +
			"The other formats are the table, with all filters. " + rowsDoc,
		params: t.params(), content: content, slow: true,
		errors: []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusConflict, http.StatusTooManyRequests, http.StatusGatewayTimeout},
		run: func(w http.ResponseWriter, r *http.Request, f *form) error {
			if format, err := accepted(r); err != nil || format != jsonPage {
				return a.rows(w, r, f, t)
			}
			return a.events(w, r, f)
		},
	})
	get(a, "/api/v1/sessions/{session}/circuit", "get-circuit", "The outline on which estimated car positions lie",
		func(_ context.Context, r *struct{ SessionPath }) (*reply[wire.Circuit], error) {
			return fresh(a.sessions.Circuit(r.Session))
		})
	state(a, "strategy", "get-strategy", "Where each car would come out, pit loss, pace and wear, pit windows, undercuts", cache.StrategyPicture, a.sessions.Strategy)
	get(a, "/api/v1/sessions/{session}/events/{event}/why", "get-event-why", "What justifies an event: the rule, and the raw messages it cites",
		func(_ context.Context, r *whyRequest) (*reply[wire.Why], error) {
			return fresh(a.sessions.Why(r.Session, r.Event, r.Clock))
		})
}

// events answers with the events as people read them.
func (a *api) events(w http.ResponseWriter, r *http.Request, f *form) error {
	m := f.moment()
	wish := wire.EventWish{
		Kind: f.text("kind", 60), Priority: f.text("priority", 2), Driver: f.number("driver_number", 0, 255, 0),
		Limit: f.number("limit", 1, 5000, 500), Cursor: f.text("cursor", 20),
	}
	if wish.Priority != "" && !slices.Contains(priorities, wish.Priority) {
		f.wrong("priority", "it is none of "+strings.Join(priorities, ", "), wish.Priority)
	}
	for name := range f.values {
		if !slices.Contains([]string{"at", "at_lap", "clock", "kind", "priority", "driver_number", "limit", "cursor"}, name) {
			f.wrong(name, "it is for CSV, JSON lines and Parquet; see Accept", nil)
		}
	}
	if err := f.problem(); err != nil {
		return err
	}
	session := r.PathValue("session")
	list, err := a.sessions.Events(session, m.at, m.lap, m.clock, wish)
	if err != nil {
		if _, held := a.sessions.Held(session); !held && errors.Is(err, wire.ErrNotFound) {
			err = a.logGone(r.Context(), session, err)
		}
		return err
	}
	body, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("api: events of %s: %w", session, err)
	}
	h := w.Header()
	h["Cache-Control"], h["Vary"] = []string{"no-store"}, []string{"Accept, Accept-Encoding"}
	e := cache.NewEntry("application/json", body)
	write(w, r, strings.Trim(e.ETag, `"`), e)
	return nil
}
