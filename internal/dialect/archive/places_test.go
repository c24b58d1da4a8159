package archive_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/live"
)

// dawdler is a reader that takes nothing until it is told to.
type dawdler struct {
	*httptest.ResponseRecorder
	reached chan struct{} // closed at the first write
	goOn    chan struct{}
}

func (d *dawdler) Write(b []byte) (int, error) {
	select {
	case <-d.reached:
	default:
		close(d.reached)
	}
	<-d.goOn
	return d.ResponseRecorder.Write(b)
}

// Readers that dawdle over pages of lines keep others from those, for a while, and never from the indexes.
func TestPlacesOfPages(t *testing.T) {
	s := newStand(t)
	s.add(t, "9001", simulated(t, 1), live.About{Source: "sim"})
	cfg := archive.Default()
	cfg.Streams, cfg.Log = 1, slog.New(slog.DiscardHandler)
	mux := http.NewServeMux()
	archive.Mount(mux, s.live, cfg)
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	folder := "/livetiming/static/" + onlySession(t, s.url, "2026/")
	d := &dawdler{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		mux.ServeHTTP(d, httptest.NewRequest(http.MethodGet, folder+"TimingData.jsonStream", nil))
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	select {
	case <-d.reached:
	case <-ctx.Done():
		t.Fatal("the page did not begin")
	}
	if w := ask(folder + "LapCount.jsonStream"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "SlowDown") {
		t.Errorf("a second page of lines: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/livetiming/static/Index.json", folder + "Index.json", folder + "SessionInfo.json"} {
		if w := ask(path); w.Code != http.StatusOK {
			t.Errorf("%s meanwhile: %d %s", path, w.Code, w.Body)
		}
	}
	close(d.goOn)
	<-done
	if n, err := io.Copy(io.Discard, d.Body); err != nil || n == 0 {
		t.Errorf("the dawdler got %d bytes, %v", n, err)
	}
	if w := ask(folder + "LapCount.jsonStream"); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// deadlines notes how long the server waits for its reader.
type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetWriteDeadline(at time.Time) error {
	d.set = append(d.set, at)
	return nil
}

// However often a reader takes something, a page ends.
func TestLongestPage(t *testing.T) {
	s := newStand(t)
	s.add(t, "9001", simulated(t, 1), live.About{Source: "sim"})
	cfg := archive.Default()
	cfg.Stalled, cfg.Longest, cfg.Log = time.Hour, time.Minute, slog.New(slog.DiscardHandler)
	mux := http.NewServeMux()
	archive.Mount(mux, s.live, cfg)
	d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	mux.ServeHTTP(d, httptest.NewRequest(http.MethodGet, "/livetiming/static/"+onlySession(t, s.url, "2026/")+"TimingData.jsonStream", nil))
	if len(d.set) < 2 || !d.set[len(d.set)-1].IsZero() {
		t.Fatalf("deadlines %v", d.set)
	}
	for _, at := range d.set[:len(d.set)-1] {
		if time.Until(at) > cfg.Longest {
			t.Errorf("the reader may take until %v", at)
		}
	}
}
