package app

import (
	"net/http"
	"time"

	"pitwall.live/internal/dialect/ergast"
)

// mountErgast answers as Ergast and Jolpica do.
func mountErgast(s *server, mux *http.ServeMux, _ serverFlags) error {
	var stored ergast.Store
	if s.keeping != nil {
		stored = s.keeping.Store
	}
	ergast.NewServer(ergast.NewShelf(stored, s.live, time.Now, s.env.log), s.env.log).Mount(mux)
	return nil
}
