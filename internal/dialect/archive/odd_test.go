package archive_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"pitwall.live/internal/dialect/archive"
)

// answer is what the archive says to one request.
type answer = func(w http.ResponseWriter, r *http.Request)

// odd is an archive that misbehaves as it is told: for each page the answers in turn, the last one for ever.
type odd struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string][]answer // by the path below /static/
	asked []string
	begun []time.Time
	now   int // requests under way
	most  int
}

func newOdd(t testing.TB) *odd {
	t.Helper()
	o := &odd{pages: map[string][]answer{}}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/static/")
		o.mu.Lock()
		o.asked, o.begun = append(o.asked, name), append(o.begun, time.Now())
		o.now++
		o.most = max(o.most, o.now)
		say := denied
		if all := o.pages[name]; len(all) > 0 {
			say = all[0]
			if len(all) > 1 {
				o.pages[name] = all[1:]
			}
		}
		o.mu.Unlock()
		defer func() { o.mu.Lock(); o.now--; o.mu.Unlock() }()
		say(w, r)
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *odd) say(name string, all ...answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages[name] = all
}

// requests gives and forgets what was asked for.
func (o *odd) requests() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.asked
	o.asked, o.begun = nil, nil
	for i := range all {
		all[i] = strings.TrimPrefix(all[i], raceDay)
	}
	return all
}

const (
	raceDay  = "2026/2026-05-03_Test_Grand_Prix/2026-05-03_Race/"
	anyIndex = "\ufeff" + `{"Feeds":{"SessionInfo":{"KeyFramePath":"SessionInfo.json","StreamPath":"SessionInfo.jsonStream"},` +
		`"TimingData":{"KeyFramePath":"TimingData.json","StreamPath":"TimingData.jsonStream"}}}`
	anyInfo   = "\ufeff00:00:00.000{\"Key\":77,\"Path\":\"" + raceDay + "\"}\r\n"
	anyTiming = "\ufeff00:00:01.000{\"Lines\":{\"1\":{\"InPit\":true}}}\r\n00:00:02.000{\"Lines\":{\"1\":{\"InPit\":false}}}\r\n"
)

var raceTime = time.Date(2026, 5, 3, 17, 0, 0, 0, time.UTC)

func denied(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error>`)
}

// good gives a page and answers 304 to who has it.
func good(body string, modified time.Time) answer {
	return func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf(`"%d-%d"`, len(body), modified.Unix())
		w.Header().Set("ETag", tag)
		w.Header().Set("Last-Modified", modified.Format(http.TimeFormat))
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, body)
	}
}

func status(code int, header ...string) answer {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// plain gives a page of which nothing is said.
func plain(body string) answer {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

// cutOff breaks the connection within the page.
func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(anyTiming)))
	fmt.Fprint(w, anyTiming[:20])
	panic(http.ErrAbortHandler)
}

// cutGzip sends a packed page whose end is missing, as a proxy does that says nothing of it.
func cutGzip(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, anyTiming)
	z.Close() //nolint:errcheck // memory
	w.Header().Set("Content-Encoding", "gzip")
	w.Write(b.Bytes()[:b.Len()-9]) //nolint:errcheck // a test's server
}

// hanging stops within the page until the reader has gone.
func hanging(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(anyTiming)))
	fmt.Fprint(w, anyTiming[:20])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// clock is a wall clock that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) get() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// client reads the archive at url into dir, in no hurry to wait.
func client(t testing.TB, url, dir string, change ...func(*archive.ReadConfig)) (*archive.Client, *clock) {
	t.Helper()
	now := &clock{now: raceTime.Add(2 * time.Hour)}
	cfg := archive.DefaultRead()
	cfg.URL, cfg.Dir, cfg.Every, cfg.Backoff, cfg.Now, cfg.Log = url, dir, 0, time.Millisecond, now.get, slog.New(slog.DiscardHandler)
	for _, f := range change {
		f(&cfg)
	}
	c, err := archive.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, now
}

// session reads one and gives the states of its pages as words.
func session(t testing.TB, c *archive.Client) (*archive.Pages, string) {
	t.Helper()
	p, err := c.Session(t.Context(), raceDay, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, states(p)
}

func states(p *archive.Pages) string {
	var words []string
	for _, one := range p.Pages {
		words = append(words, fmt.Sprintf("%s %s v%d", one.Topic, one.State, one.Version))
	}
	return strings.Join(words, ", ")
}

func expect(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func contents(t testing.TB, p *archive.Pages, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(p.Folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
