package api

import (
	"context"

	"pitwall.live/internal/wire"
)

type eventsRequest struct {
	SessionPath
	MomentQuery
	Kind     string `query:"kind" maxLength:"60" doc:"A kind, or the beginning of some" example:"overtake."`
	Priority string `query:"priority" enum:"P0,P1,P2,P3" doc:"This priority and above; P0 is the highest"`
	Driver   int    `query:"driver_number" minimum:"0" maximum:"255" doc:"Events of this car"`
	Limit    int    `query:"limit" minimum:"1" maximum:"5000" default:"500"`
	Cursor   string `query:"cursor" maxLength:"20" doc:"next_cursor of the page before"`
}

type whyRequest struct {
	SessionPath
	Event string `path:"event" maxLength:"40" doc:"event_id"`
	Clock string `query:"clock" maxLength:"60" doc:"A clock: live, live-30, default, c_..."`
}

type strategyRequest struct {
	SessionPath
	MomentQuery
}

// eventRoutes are the events of a session, what justifies one, and the strategy picture.
func (a *api) eventRoutes() {
	get(a, "/api/v1/sessions/{session}/events", "list-events", "What has happened, each event in its newest version",
		func(_ context.Context, r *eventsRequest) (*reply[wire.Events], error) {
			at, err := r.time()
			if err != nil {
				return nil, err
			}
			return fresh(a.sessions.Events(r.Session, at, r.Lap, r.Clock,
				wire.EventWish{Kind: r.Kind, Priority: r.Priority, Driver: r.Driver, Limit: r.Limit, Cursor: r.Cursor}))
		})
	get(a, "/api/v1/sessions/{session}/circuit", "get-circuit", "The outline on which estimated car positions lie",
		func(_ context.Context, r *struct{ SessionPath }) (*reply[wire.Circuit], error) {
			return fresh(a.sessions.Circuit(r.Session))
		})
	get(a, "/api/v1/sessions/{session}/strategy", "get-strategy", "Where each car would come out, pit loss, pace and wear, pit windows, undercuts",
		func(_ context.Context, r *strategyRequest) (*reply[wire.Strategy], error) {
			at, err := r.time()
			if err != nil {
				return nil, err
			}
			return fresh(a.sessions.Strategy(r.Session, at, r.Lap, r.Clock))
		})
	get(a, "/api/v1/sessions/{session}/events/{event}/why", "get-event-why", "What justifies an event: the rule, and the raw messages it cites",
		func(_ context.Context, r *whyRequest) (*reply[wire.Why], error) {
			return fresh(a.sessions.Why(r.Session, r.Event, r.Clock))
		})
}
