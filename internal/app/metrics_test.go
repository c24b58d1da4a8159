package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pitwall.live/internal/wire"
)

// The figures of the cache are served, and nothing that is not ours.
func TestMetrics(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	w := httptest.NewRecorder()
	s.server.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil))
	if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, `pitwall_cache_operations_total{class="analytics"`) || strings.Contains(body, "go_goroutines") {
		t.Errorf("%d %.300s", w.Code, body)
	}
}

// What a driver says of a store goes to the log, once; /readyz says that it does not answer.
func TestTroubleIsShort(t *testing.T) {
	var log strings.Builder
	s := &server{env: &env{log: slog.New(slog.NewTextHandler(&log, nil))}}
	for range 2 {
		st := wire.StoreState{Store: "postgres", Trouble: "connect to user=joe host=db.example", Sessions: []wire.WriterState{{State: "waiting", Reason: "user=joe"}}}
		s.shorten(&st)
		if st.Trouble != "the store does not answer" || st.Sessions[0].Reason != st.Trouble {
			t.Errorf("%+v", st)
		}
	}
	if strings.Count(log.String(), "user=joe") != 1 {
		t.Errorf("the log says %s", log.String())
	}
}
