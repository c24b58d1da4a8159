package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pitwall.live/internal/ingest"
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

// Each source has its figures, and its password is in none of them.
func TestMetricsOfSources(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	s.server.figures.MustRegister(sourceFigures{func() []ingest.Status {
		return []ingest.Status{
			{Source: "livetiming", Session: "1", Connected: true, Received: 12, DeadLetters: 1, Runs: 3, Circuit: ingest.Circuit{State: ingest.CircuitHalfOpen, Failures: 2, Opened: 4, Total: map[ingest.FailureKind]uint64{"server": 7}}},
			{Source: "archive:http://user:s3cret@archive.example/", Circuit: ingest.Circuit{State: ingest.CircuitClosed}},
			{Source: "archive:http://user:other@archive.example/", Circuit: ingest.Circuit{State: ingest.CircuitOpen}},
		}
	}})
	w := httptest.NewRecorder()
	s.server.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/metrics", nil))
	for _, line := range []string{
		`pitwall_source_circuit_state{source="livetiming",state="closed"} 0`,
		`pitwall_source_circuit_state{source="livetiming",state="half_open"} 1`,
		`pitwall_source_circuit_opened_total{source="livetiming"} 4`,
		`pitwall_source_failures_total{kind="server",source="livetiming"} 7`,
		`pitwall_source_failures_in_row{source="livetiming"} 2`,
		`pitwall_source_working{source="livetiming"} 1`,
		`pitwall_source_messages_total{source="livetiming"} 12`,
		`pitwall_source_circuit_state{source="archive:http://user:***@archive.example/",state="closed"} 1`,
		`pitwall_source_circuit_state{source="archive:http://user:***@archive.example/ (2)",state="open"} 1`,
	} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("no %s", line)
		}
	}
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "s3cret") {
		t.Errorf("%d %s", w.Code, w.Body)
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
