package app

import (
	"net/http"
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
var readable = []string{"/openf1/", "/ergast/", "/api/f1/", "/livetiming/static/", "/livetiming/at/"}

// readableBy lets pages of the allowed origins read what the dialects answer.
func readableBy(allowed []string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, prefix := range readable {
			if !strings.HasPrefix(r.URL.Path, prefix) {
				continue
			}
			w.Header().Add("Vary", "Origin")
			if origin := r.Header.Get("Origin"); slices.Contains(allowed, origin) {
				w.Header().Set("Access-Control-Allow-Origin", origin)
			}
		}
		h.ServeHTTP(w, r)
	})
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
