package app

import (
	"net/http"
	"time"

	"pitwall.live/internal/dialect/ergast"
)

// dialects is every foreign protocol that this process answers in, a line each: under its paths it shows the
// sessions that are followed, replayed or stored, at the viewer's clock.
var dialects = []struct {
	name  string
	mount func(s *server, mux *http.ServeMux, flags serverFlags) error
}{
	{"ergast", mountErgast},
}

// mountErgast answers as Ergast and Jolpica do.
func mountErgast(s *server, mux *http.ServeMux, _ serverFlags) error {
	var stored ergast.Store
	if s.keeping != nil {
		stored = s.keeping.Store
	}
	ergast.NewServer(ergast.NewShelf(stored, s.live, time.Now), s.env.log).Mount(mux)
	return nil
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
