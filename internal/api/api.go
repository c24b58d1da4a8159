// Package api is the REST interface under /api/v1: sessions and all their tables, the board of any moment, the
// outline of a session, telemetry of laps side by side, seasons, and the viewers' clocks. Its description is
// served as OpenAPI 3.1 at /api/v1/openapi.json; errors are problems as RFC 9457 has them. The composition
// root mounts it.
//
// What is stored is answered by a store; what was known at a moment, or is known at a clock that lags, by the
// role that holds the session's log. Behind such a clock the store is never asked about its session.
package api

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// Sessions answers for the sessions that are held. A session is named by key, slug or "latest".
type Sessions interface {
	List() wire.Sessions
	// Held says what is known of a session without loading it.
	Held(session string) (wire.Held, bool)
	// Place is where in a session's log a moment is.
	Place(session string, at time.Time, lap int, clock string) (wire.Place, error)
	// Rows are a table's rows as known with the message at offset.
	Rows(ctx context.Context, session string, offset uint64, table string) (iter.Seq[tables.Row], error)
	Board(session string, at time.Time, lap int, clock string) (wire.Board, error)
	Timeline(session, clock string) (wire.Timeline, error)
	Events(session string, at time.Time, lap int, clock string, wish wire.EventWish) (wire.Events, error)
	Why(session, event, clock string) (wire.Why, error)
	Circuit(session string) (wire.Circuit, error)
	Strategy(session string, at time.Time, lap int, clock string) (wire.Strategy, error)
	CreateClock(session string, wish wire.ClockWish) (wire.ClockState, error)
	Clock(id string) (wire.ClockState, error)
	ChangeClock(id string, wish wire.ClockWish) (wire.ClockState, error)
	DeleteClock(id string) error
}

// Store is what is asked of a store here.
type Store interface {
	store.Reader
	Reference(ctx context.Context) (store.Reference, error)
}

// Option changes how the API is mounted.
type Option func(*api)

// WithCache has answers kept by a cache.
func WithCache(c *cache.Cache) Option { return func(a *api) { a.cache = c } }

// WithLimits sets other limits than the default ones.
func WithLimits(l Limits) Option { return func(a *api) { a.limits = l } }

// WithLog sets where failures are told.
func WithLog(l *slog.Logger) Option { return func(a *api) { a.log = l } }

// Mount registers the endpoints on mux. Without a store (nil) the sessions that are held are all there is.
func Mount(mux *http.ServeMux, version string, sessions Sessions, stored Store, options ...Option) {
	newAPI(mux, version, sessions, stored, options...)
}

func newAPI(mux *http.ServeMux, version string, sessions Sessions, stored Store, options ...Option) *api {
	config := huma.DefaultConfig("PitWall Live", version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/v1/openapi", "", "/api/v1/schemas"
	config.CreateHooks = nil // no $schema member in our bodies
	config.Info.Description = "Timing of Formula 1 sessions, live, stored and at any moment."
	a := &api{
		sessions: sessions, store: stored, version: version, limits: DefaultLimits(), log: slog.Default(), mux: mux, huma: humago.New(mux, config),
	}
	for _, option := range options {
		option(a)
	}
	a.found = map[string]found{}
	a.exports = places{what: "exports", all: a.limits.Exports, each: a.limits.ExportsEach}
	a.questions = places{what: "questions over seasons", all: a.limits.Questions}
	a.problemSchema = a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "Problem")
	a.huma.UseMiddleware(a.knownOnly)
	a.routes()
	a.exactNulls()
	for _, start := range []string{"GET " + strings.TrimSuffix(root, "/"), "GET " + root + "{$}"} {
		mux.Handle(start, http.RedirectHandler(root+"docs", http.StatusTemporaryRedirect))
	}
	mux.HandleFunc(root, func(w http.ResponseWriter, r *http.Request) { noSuch(mux, w, r) })
	return a
}

// root is where everything here lies.
const root = "/api/v1/"

// noSuch answers what no endpoint does: the path has other methods, or there is none.
func noSuch(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != root {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		Problem(w, http.StatusNotFound, "there is nothing at this path (see /api/v1/openapi.json)")
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	Problem(w, http.StatusMethodNotAllowed, "this path answers to "+strings.Join(allowed, ", "))
}

type api struct {
	sessions Sessions
	store    Store   // nil: there is none
	engines  Engines // of questions over seasons; nil: the store, where it is one
	cache    *cache.Cache
	version  string // of the program
	limits   Limits
	log      *slog.Logger

	mux           *http.ServeMux
	huma          huma.API
	problemSchema *huma.Schema
	exports       places
	questions     places

	foundMu sync.Mutex
	found   map[string]found // by name
	// lastEnded is what the store said of all sessions; nil: nothing yet.
	lastEnded *endedSessions
}

type reply[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

func fresh[T any](v T, err error) (*reply[T], error) {
	if err != nil {
		return nil, problem(err)
	}
	return &reply[T]{CacheControl: "no-store", Body: v}, nil
}

// SessionPath names a session in the path; exported because huma fills only exported embedded fields.
type SessionPath struct {
	Session string `path:"session" maxLength:"100" example:"latest" doc:"Session key, readable name (azerbaijan_2018_race) or latest"`
}

type timelineRequest struct {
	SessionPath
	Clock string `query:"clock" maxLength:"60" example:"live" doc:"What is known at this clock: live-30, c_...; the whole session when absent"`
}

// ClockPath names a clock in the path.
type ClockPath struct {
	ID string `path:"id" maxLength:"60" example:"default" doc:"Clock id, or default for the process's own"`
}

// NewClock is the body that makes a clock.
type NewClock struct {
	SessionKey string `json:"session_key" maxLength:"100" doc:"Session key, readable name or latest"`
	wire.ClockWish
}

func (a *api) routes() {
	a.sessionRoutes()
	state(a, "board", "get-board", "The timing board at a moment", cache.SessionState, a.sessions.Board)
	get(a, "/api/v1/sessions/{session}/timeline", "get-timeline", "Laps and periods of the session", func(_ context.Context, r *timelineRequest) (*reply[wire.Timeline], error) {
		return fresh(a.sessions.Timeline(r.Session, r.Clock))
	})
	a.eventRoutes()
	a.rowRoutes()
	a.telemetryRoutes()
	a.resultRoutes()
	a.seasonRoutes()
	a.searchRoutes()
	a.analyticsRoutes()
	a.docsRoutes()
	get(a, "/api/v1/clocks/{id}", "get-clock", "Where a clock stands", func(_ context.Context, r *ClockPath) (*reply[wire.ClockState], error) {
		return fresh(a.sessions.Clock(r.ID))
	})
	huma.Register(a.huma, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/clocks", OperationID: "create-clock", Tags: []string{"Clocks"}, DefaultStatus: http.StatusCreated,
		Summary: "Make a private replay clock; it ends 10 minutes after its last viewer", MaxBodyBytes: 4 << 10,
	}, func(_ context.Context, r *struct{ Body NewClock }) (*reply[wire.ClockState], error) {
		return fresh(a.sessions.CreateClock(r.Body.SessionKey, r.Body.ClockWish))
	})
	huma.Register(a.huma, huma.Operation{
		Method: http.MethodPatch, Path: "/api/v1/clocks/{id}", OperationID: "change-clock", Tags: []string{"Clocks"},
		Summary: "Seek, pause or set the speed", MaxBodyBytes: 4 << 10,
	}, func(_ context.Context, r *struct {
		ClockPath
		Body wire.ClockWish
	}) (*reply[wire.ClockState], error) {
		return fresh(a.sessions.ChangeClock(r.ID, r.Body))
	})
	huma.Register(a.huma, huma.Operation{
		Method: http.MethodDelete, Path: "/api/v1/clocks/{id}", OperationID: "delete-clock", Tags: []string{"Clocks"}, Summary: "End a clock; its viewers are unsubscribed with code 2404",
		DefaultStatus: http.StatusNoContent,
	}, func(_ context.Context, r *ClockPath) (*struct{}, error) {
		return nil, problem(a.sessions.DeleteClock(r.ID))
	})
}

func get[I, O any](a *api, path, id, summary string, handler func(context.Context, *I) (*O, error)) {
	tag := "Sessions"
	if strings.Contains(path, "/clocks") {
		tag = "Clocks"
	}
	huma.Register(a.huma, huma.Operation{Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Tags: []string{tag}}, handler)
}
