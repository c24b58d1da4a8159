package openf1

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// Sessions answers for the sessions whose logs are at hand.
type Sessions interface {
	List() wire.Sessions
	// Held says what is known of a session without loading it.
	Held(session string) (wire.Held, bool)
	// Place is where in a session's log a clock stands.
	Place(session string, at time.Time, lap int, clock string) (wire.Place, error)
	Clock(id string) (wire.ClockState, error)
	// CheckClock is the error of a clock that there is not.
	CheckClock(id string) error
	// Board is a session as a clock shows it.
	Board(session string, at time.Time, lap int, clock string) (wire.Board, error)
	// Rows are a table's rows as known with the message at offset.
	Rows(ctx context.Context, session string, offset uint64, table string) (iter.Seq[tables.Row], error)
	// Messages gives the messages of a session's log from one offset up to and with another.
	Messages(ctx context.Context, session string, from, until uint64, take func(*feed.Message) error) error
}

// Store answers for the sessions that are stored.
type Store interface {
	Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error)
	Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error]
}

// Config is how the dialect answers.
type Config struct {
	// EmptyList answers 200 with an empty list where nothing matches, as the service once did; else it is 404.
	EmptyList bool
	// Accounts are those who get a token, without which nobody is answered; nil: everybody is, and any name and password
	// get a token, for clients that want one.
	Accounts *Accounts
	// Origins are further pages that may connect by WebSocket ("https://example.org"); the own host always may.
	Origins []string
	Limits  Limits
	Now     func() time.Time
	Log     *slog.Logger
}

// Limits bound what one answer may cost; 0 is no limit.
type Limits struct {
	Rows     int           // of an answer
	Bytes    int           // of its text
	Sessions int           // that are looked through for it
	Loads    int           // logs that are read into memory for it
	Time     time.Duration // that it may take
	Large    int           // answers of car_data and location of one session that are made at once
	Rate     int           // requests of one address in each Window
	Window   time.Duration
}

// Default answers anybody, at rates that no client of one person reaches.
func Default() Config {
	return Config{
		Limits: Limits{
			Rows: 1_000_000, Bytes: 64 << 20, Sessions: 200, Loads: 4, Time: 30 * time.Second, Large: 4, Rate: 600, Window: 10 * time.Second,
		},
		Now: time.Now, Log: slog.Default(),
	}
}

// Dialect answers in OpenF1's dialect: REST by [Dialect.Mount], MQTT by [Dialect.ServeMQTT].
type Dialect struct {
	sessions Sessions
	store    Store
	cfg      Config
	tokens   *tokens
	rates    rates
	tries    rates // for a token
	books    books
	large    chan struct{}               // nil: any number
	several  chan struct{}               // held by the one answer over several sessions that is made
	broker   atomic.Pointer[mqtt.Server] // nil: nothing is pushed

	mu     sync.Mutex
	list   []store.Session
	listed time.Time
}

// root is where the dialect lies.
const root = "/openf1/"

// New makes the dialect. Without a store (nil) the sessions that are held are all there is.
func New(sessions Sessions, stored Store, cfg Config) (*Dialect, error) {
	tokens, err := newTokens(cfg.Accounts, cfg.Now)
	if err != nil {
		return nil, err
	}
	s := &Dialect{sessions: sessions, store: stored, cfg: cfg, tokens: tokens, several: make(chan struct{}, 1)}
	s.rates.limit, s.rates.window = cfg.Limits.Rate, cfg.Limits.Window
	s.tries.limit, s.tries.window = triesOf, time.Minute
	if cfg.Limits.Large > 0 {
		s.large = make(chan struct{}, cfg.Limits.Large)
	}
	return s, nil
}

// Mount registers the dialect's paths on mux.
func (s *Dialect) Mount(mux *http.ServeMux) { mux.Handle(root, s) }

// failure is an answer that is no rows. Clients read the detail.
type failure struct {
	status int
	detail string
}

func (f failure) Error() string { return f.detail }

func (f failure) write(w http.ResponseWriter) {
	body := append(appendQuoted([]byte(`{"detail":`), f.detail), '}')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(f.status)
	_, _ = w.Write(body) // the client may be gone
}

// failureOf is how an error is told.
func (s *Dialect) failureOf(err error) failure {
	var told failure
	var query errQuery
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &query):
		return failure{http.StatusUnprocessableEntity, query.detail}
	case errors.Is(err, wire.ErrNotFound):
		return failure{http.StatusNotFound, "No results found."}
	case errors.Is(err, context.DeadlineExceeded):
		return failure{http.StatusGatewayTimeout, "The query took too long: narrow it, for example by session_key and driver_number."}
	}
	s.cfg.Log.Error("openf1: answer", "error", err)
	return failure{http.StatusInternalServerError, "Internal error"}
}

// ServeHTTP answers any path below the root, by GET or POST as upstream does.
func (s *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
		w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, POST")
		failure{http.StatusMethodNotAllowed, "Method Not Allowed"}.write(w)
		return
	}
	if wait := s.rates.take(r.RemoteAddr, time.Now()); wait > 0 {
		tooMany(w, wait)
		return
	}
	path, clock := strings.ToLower(strings.TrimPrefix(r.URL.Path, root)), ""
	if rest, ok := strings.CutPrefix(path, "at/"); ok {
		clock, path, _ = strings.Cut(rest, "/")
	}
	switch {
	case strings.Trim(path, "/") == "" || strings.Trim(path, "/") == "v1":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("Welcome to OpenF1!")) // the client may be gone
	case path == "mqtt":
		if err := s.serveSocket(w, r, clock); err != nil {
			s.failureOf(err).write(w)
		}
	case path == "token":
		s.serveToken(w, r)
	default:
		if err := s.serveRows(w, r, path, clock); err != nil {
			s.failureOf(err).write(w)
		}
	}
}

func (s *Dialect) serveRows(w http.ResponseWriter, r *http.Request, path, clock string) error {
	name, ok := strings.CutPrefix(path, "v1/")
	c := find(strings.TrimSuffix(name, "/"))
	if !ok || c == nil {
		return failure{http.StatusNotFound, "Not found"}
	}
	if err := s.tokens.check(r.Header.Get("Authorization")); err != nil {
		return err
	}
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	if q.clock == "" {
		q.clock = clock
	}
	ctx := r.Context()
	if s.cfg.Limits.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.cfg.Limits.Time)
		defer cancel()
	}
	a := &answer{collection: c, selection: q.selection(c), csv: q.csv, limits: &s.cfg.Limits}
	var chosen []occasion
	if !a.selection.nothing {
		if chosen, err = s.chosen(ctx, q); err != nil {
			return err
		}
	}
	leave, err := s.enter(ctx, c, len(chosen))
	if err != nil {
		return err
	}
	defer leave() // when the client has the answer, which is memory until then
	if err := s.collect(ctx, chosen, a); err != nil {
		return err
	}
	if len(a.rows) == 0 && (!s.cfg.EmptyList || q.csv) {
		return failure{http.StatusNotFound, "No results found."}
	}
	// Who reads slowly keeps others waiting only so long. A writer that knows no deadline needs none.
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(maxWriting))
	a.write(w)
	_ = control.SetWriteDeadline(time.Time{}) // the connection serves on
	return nil
}

// maxWriting is how long a client may take to read an answer.
const maxWriting = 2 * time.Minute

// enter waits until an answer about so many sessions may be made; leave lets the next one in.
func (s *Dialect) enter(ctx context.Context, c *collection, sessions int) (leave func(), err error) {
	var door chan struct{}
	switch {
	case c.name == sessionsOf || c.name == meetingsOf:
	case sessions > 1:
		door = s.several
	case c.name == carData || c.name == locationOf:
		door = s.large
	}
	if door == nil {
		return func() {}, nil
	}
	select {
	case door <- struct{}{}:
		return func() { <-door }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
