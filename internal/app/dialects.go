package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/f1live"
	"pitwall.live/internal/dialect/socketio"
)

// dialects is every foreign protocol that this process answers in, a line each: under its paths it shows the
// sessions that are followed, replayed or stored, at the viewer's clock.
var dialects = []struct {
	name  string
	mount func(s *server, mux *http.ServeMux, flags serverFlags) error
}{
	{"archive", mountArchive},
	{"ergast", mountErgast},
	{"f1live", mountHub},
	{"openf1", mountOpenF1},
	{"socketio", mountSocketIO},
}

// readable are the paths of dialects whose services let every page read them. Here a page of another origin has to be
// allowed. The dialects that are connected to see to their origins themselves.
var readable = []string{"/openf1/", "/ergast/", "/api/f1/", "/livetiming/"}

// guardDialects holds what is the same for every dialect that is asked by address: which pages may read, and the
// viewer's clock. A clock in the path is a boundary that a query can not move, and one that does not exist is refused.
func (s *server) guardDialects(allowed []string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.ContainsFunc(readable, func(prefix string) bool { return strings.HasPrefix(r.URL.Path, prefix) }) {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); slices.Contains(allowed, origin) {
			w.Header().Set("Access-Control-Allow-Origin", origin)
		}
		clock := clockInPath(r.URL.Path)
		if clock == "" {
			clock = r.URL.Query().Get("clock")
		} else if r.URL.RawQuery != "" {
			r = withoutClock(r)
		}
		if err := s.live.CheckClock(clock); err != nil {
			http.Error(w, err.Error()+": there are live-1 to live-300, and those made by POST /api/v1/clocks", http.StatusNotFound)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// clockInPath is the clock of /DIALECT/at/CLOCK/…, "" if there is none.
func clockInPath(path string) string {
	parts := strings.SplitN(path, "/", 5)
	if len(parts) == 5 && parts[2] == "at" {
		return parts[3]
	}
	return ""
}

// withoutClock is the request without the clock in its query. What is left of the query stays as it was written: to
// OpenF1's clients its order and its signs mean something.
func withoutClock(r *http.Request) *http.Request {
	var rest []string
	for _, pair := range strings.Split(r.URL.RawQuery, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(key); err != nil || name != "clock" {
			rest = append(rest, pair)
		}
	}
	clone := *r
	address := *r.URL
	address.RawQuery = strings.Join(rest, "&")
	clone.URL = &address
	return &clone
}

// mountDialects adds their paths.
func (s *server) mountDialects(mux *http.ServeMux, flags serverFlags) error {
	for _, d := range dialects {
		if err := d.mount(s, mux, flags); err != nil {
			return err
		}
	}
	return nil
}

// mountArchive serves the official feed's static archive, made of the sessions' logs.
func mountArchive(s *server, mux *http.ServeMux, _ serverFlags) error {
	cfg := f1archive.Default()
	cfg.Log = s.env.log
	f1archive.Mount(mux, s.live, cfg)
	return nil
}

// mountSocketIO serves the channels as rooms of Socket.IO.
func mountSocketIO(s *server, mux *http.ServeMux, flags serverFlags) error {
	cfg := socketio.Default()
	cfg.Origins = flags.AllowOrigin
	endpoint := socketio.New(s.bus, s.live, cfg)
	s.closing = append(s.closing, endpoint.Close)
	mux.Handle("/socket.io/", endpoint)
	return nil
}

// mountHub serves the official feed's hub.
func mountHub(s *server, mux *http.ServeMux, flags serverFlags) error {
	cfg := f1live.DefaultServer()
	cfg.Origins, cfg.Log = flags.AllowOrigin, s.env.log
	f1live.NewServer(s.bus, s.live, cfg).Mount(mux)
	return nil
}
