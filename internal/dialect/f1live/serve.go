package f1live

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/origin"
	"pitwall.live/internal/wire"
)

// Sessions answers for what is shown: which sessions there are, their clocks and their channels.
type Sessions interface {
	fanout.Channels
	// Held says what is known of a session, named by key or readable name; "" is the one shown first.
	Held(name string) (wire.Held, bool)
	// Clock says which session a viewer's clock plays.
	Clock(id string) (wire.ClockState, error)
}

// ServerConfig are the limits towards clients.
type ServerConfig struct {
	Origins      []string      // further allowed Origin values ("https://example.org"); the own host always is
	Connections  int           // most connections at once, of both dialects
	QueueBytes   int           // unsent bytes after which a slow connection is cut
	MessageBytes int           // largest message of a client
	WriteTimeout time.Duration // for one write, and for the client's handshake
	PingEvery    time.Duration // a client gives us up after 30 s (Core) or 20 s (legacy) without a word
	Log          *slog.Logger
	// A connection may call Subscribe so often at once, and once more after each such time.
	Subscribes     int
	SubscribeEvery time.Duration
}

// DefaultServer is for some thousand clients.
func DefaultServer() ServerConfig {
	return ServerConfig{
		Connections: 5000, QueueBytes: 4 << 20, MessageBytes: 64 << 10, WriteTimeout: 10 * time.Second,
		PingEvery: 9 * time.Second, Log: slog.Default(), Subscribes: 20, SubscribeEvery: 250 * time.Millisecond,
	}
}

// Server is the hub in both its dialects, SignalR Core and the legacy SignalR 2: what it sends of a session is
// what the official hub sent, topic, payload and time, at the viewer's clock.
type Server struct {
	cfg         ServerConfig
	sessions    Sessions
	origins     origin.Rule
	core        *fanout.Fanout[update]
	legacy      *fanout.Fanout[update]
	connections atomic.Int64
}

// NewServer makes a hub that shows what b carries.
func NewServer(b *bus.Bus, sessions Sessions, cfg ServerConfig) *Server {
	s := &Server{cfg: cfg, sessions: sessions, origins: origin.New(cfg.Origins)}
	s.core = fanout.New(b, sessions, s.spell(coreHub{}), update.size)
	s.legacy = fanout.New(b, sessions, s.spell(legacyHub{}), update.size)
	return s
}

// Mount adds the hub's paths below /livetiming. A clock may stand in the path, for clients that can be given
// nothing but an address.
func (s *Server) Mount(mux *http.ServeMux) {
	for _, base := range []string{"/livetiming", "/livetiming/at/{clock}"} {
		mux.HandleFunc(base+"/signalrcore", s.coreConnect)
		mux.HandleFunc(base+"/signalrcore/negotiate", s.coreNegotiate)
		mux.HandleFunc(base+"/signalr/negotiate", s.legacyNegotiate)
		mux.HandleFunc(base+"/signalr/connect", s.legacyConnect)
		mux.HandleFunc(base+"/signalr/reconnect", s.legacyReconnect)
		mux.HandleFunc(base+"/signalr/start", s.legacyWord(`{"Response":"started"}`))
		mux.HandleFunc(base+"/signalr/ping", s.legacyWord(`{"Response":"pong"}`))
		mux.HandleFunc(base+"/signalr/abort", s.legacyWord(""))
	}
}

// place is what a client wants to see.
type place struct {
	sessions       Sessions
	session, clock string
}

func (s *Server) placeOf(r *http.Request) place {
	clock := r.PathValue("clock")
	if clock == "" {
		clock = r.URL.Query().Get("clock")
	}
	if clock == "live" || clock == "default" {
		clock = ""
	}
	return place{s.sessions, r.URL.Query().Get("session"), clock}
}

// channel is where the session's messages are published at the clock. It is "" while there is no session at all
// and none was named: the first that comes will be shown.
func (p place) channel() (string, error) {
	held, known := p.sessions.Held(p.session)
	if !known && p.session != "" {
		return "", fmt.Errorf("session %s: %w", p.session, wire.ErrNotFound)
	}
	key := held.Key
	switch {
	case p.clock == "":
	case strings.HasPrefix(p.clock, "live-"): // whether it is one is seen when it is joined
	default:
		clock, err := p.sessions.Clock(p.clock)
		if err != nil {
			return "", err
		}
		if p.session != "" && key != clock.SessionKey {
			return "", fmt.Errorf("clock %s of session %s: %w", p.clock, p.session, wire.ErrNotFound)
		}
		key = clock.SessionKey
	}
	if key == "" {
		return "", nil
	}
	channel := "timing:raw:" + key
	if p.clock != "" {
		channel += "@" + p.clock
	}
	return channel, nil
}

// admit says what a page of another origin may do and answers what must not go on: a wrong origin or method, a
// session or clock that is not there. It reports whether the request goes on.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Origin")
	if !s.origins.Allows(r) {
		http.Error(w, "this origin is not allowed to connect (see --allow-origin)", http.StatusForbidden)
		return false
	}
	if page := r.Header.Get("Origin"); page != "" {
		header.Set("Access-Control-Allow-Origin", page)
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	// The load balancer of the official hub sets it, and a client in the field fails without.
	http.SetCookie(w, &http.Cookie{Name: "AWSALBCORS", Value: "pitwall", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	if r.Method == http.MethodOptions {
		header.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		header.Set("Access-Control-Allow-Headers", "authorization, content-type, x-requested-with, x-signalr-user-agent")
		header.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
		return false
	}
	for _, m := range methods {
		if r.Method == m {
			return s.found(w, r)
		}
	}
	header.Set("Allow", strings.Join(methods, ", "))
	http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	return false
}

func (s *Server) found(w http.ResponseWriter, r *http.Request) bool {
	if _, err := s.placeOf(r).channel(); err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, wire.ErrNotFound) {
			status = http.StatusNotFound
		}
		http.Error(w, err.Error(), status)
		return false
	}
	return true
}

// upgrade opens the socket of a client that was admitted; nil if it can not, which is answered. Done gives the
// place back.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) (conn *websocket.Conn, done func()) {
	if s.connections.Add(1) > int64(s.cfg.Connections) {
		s.connections.Add(-1)
		w.Header().Set("Retry-After", "30")
		http.Error(w, "too many connections", http.StatusServiceUnavailable)
		return nil, nil
	}
	// Origins are checked already.
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		s.connections.Add(-1)
		s.cfg.Log.Debug("a client of the live timing hub did not get its socket", "error", err)
		return nil, nil
	}
	conn.SetReadLimit(int64(s.cfg.MessageBytes))
	return conn, func() {
		conn.CloseNow() //nolint:errcheck // it was closed or broken before
		s.connections.Add(-1)
	}
}

func (s *Server) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.cfg.Log.Debug("a client of the live timing hub did not wait for the answer", "error", err)
	}
}

// newID names a connection. Nothing is kept for it: a socket may be opened with any.
func newID() string { return rand.Text()[:22] }
