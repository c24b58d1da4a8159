package app

import "net/http"

// dialects is every foreign protocol that this process answers in, a line each: under its paths it shows the
// sessions that are followed, replayed or stored, at the viewer's clock.
var dialects = []struct {
	name  string
	mount func(s *server, mux *http.ServeMux, flags serverFlags) error
}{}

// mountDialects adds their paths.
func (s *server) mountDialects(mux *http.ServeMux, flags serverFlags) error {
	for _, d := range dialects {
		if err := d.mount(s, mux, flags); err != nil {
			return err
		}
	}
	return nil
}
