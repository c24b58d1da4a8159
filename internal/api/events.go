package api

import (
	"context"
	"encoding/json"
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
		params: eventParams(t), content: content, slow: true,
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

// tableOnly begins the description of a parameter that JSON does not take.
const tableOnly = "CSV, JSON lines and Parquet only. "

// jsonEvents are the parameters of the page in JSON.
var jsonEvents = []string{"at", "at_lap", "clock", "kind", "priority", "driver_number", "limit", "cursor"}

// eventParams are the table's, saying which of them the page in JSON does not take.
func eventParams(t *resource) []*huma.Param {
	all := t.params()
	for _, p := range all {
		switch {
		case p.In != "query":
		case !slices.Contains(jsonEvents, p.Name):
			p.Description = tableOnly + p.Description
		case p.Name == "driver_number":
			p.Description += "; JSON takes one, also as the other car"
		case p.Name == "limit":
			p.Description = "Events of a page: 500 without it and 5000 at the most in JSON; the other formats are the whole table without it"
		}
	}
	return all
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
		if !slices.Contains(jsonEvents, name) {
			f.wrong(name, "it is for CSV, JSON lines and Parquet; see Accept", nil)
		}
	}
	if err := f.problem(); err != nil {
		return err
	}
	session := r.PathValue("session")
	held, known := a.sessions.Held(session)
	n := &answer{subject: session, name: "events?" + r.URL.RawQuery, age: changing, contentType: mediaType(jsonPage)}
	if m.clock != "" || held.Hidden && m.at.IsZero() && m.lap == 0 {
		n.age = private
	}
	list, err := a.eventPage(r.Context(), session, m, wish, known)
	if err != nil {
		return err
	}
	body, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("api: events of %s: %w", session, err)
	}
	e := cache.NewEntry(n.contentType, body)
	n.version = e.Tag()
	tag, had := a.begin(w, r, n)
	if !had {
		write(w, r, tag, e)
	}
	return nil
}

// eventPage are the events that are wished for: from the log, or from the store where that is gone.
func (a *api) eventPage(ctx context.Context, session string, m when, wish wire.EventWish, held bool) (wire.Events, error) {
	if held || a.store == nil {
		return a.sessions.Events(session, m.at, m.lap, m.clock, wish)
	}
	from, err := a.sourceOf(ctx, session, m) // a moment of a log that is gone is refused
	if err != nil {
		return wire.Events{}, err
	}
	return a.storedEvents(ctx, from.key, wish)
}
