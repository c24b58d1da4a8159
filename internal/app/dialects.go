package app

import (
	"net/http"

	"pitwall.live/internal/dialect/f1live"
	"pitwall.live/internal/dialect/socketio"
)

// dialects is every foreign protocol that this process answers in, a line each: under its paths it shows the
// sessions that are followed, replayed or stored, at the viewer's clock.
var dialects = []struct {
	name  string
	mount func(s *server, mux *http.ServeMux, flags serverFlags) error
}{
	{"ergast", mountErgast},
	{"f1live", mountHub},
	{"socketio", mountSocketIO},
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
