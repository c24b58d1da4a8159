package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	kzstd "github.com/klauspost/compress/zstd"

	"pitwall.live/internal/api"
	"pitwall.live/internal/live"
	"pitwall.live/internal/store"
)

// problem is an error as RFC 9457 has it.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Message, Location string }
}

// refused holds an answer to be a problem that says something, at a place if that is not "".
func (s *stand) refused(path string, status int, says, at string, headers ...string) {
	s.Helper()
	resp, body := s.ask(path, headers...)
	p := decode[problem](s, body)
	located := at == ""
	for _, e := range p.Errors {
		located = located || e.Location == at
	}
	if resp.StatusCode != status || p.Status != status || p.Title == "" || resp.Header.Get("Content-Type") != "application/problem+json" ||
		!strings.Contains(string(body), says) || !located || resp.Header.Get("Etag") != "" {
		s.Errorf("%s %v: %s %s; want %d, %q at %q", path, headers, resp.Status, body, status, says, at)
	}
}

func TestBadQueries(t *testing.T) {
	s := newStand(t)
	d := derived(simulated(t, 2, 3))
	s.keep(d)
	laps := "/sessions/" + d.Key() + "/laps"
	const unprocessable = http.StatusUnprocessableEntity
	for query, want := range map[string][2]string{
		"drivr_number=1":                   {"driver_number", "query.drivr_number"},
		"speed=1":                          {"there is no query parameter", "query.speed"},
		"driver_number=HAM":                {"no whole number", "query.driver_number"},
		"driver_number=1e9":                {"no whole number", "query.driver_number"},
		"lap_from=-1":                      {"no whole number from 0", "query.lap_from"},
		"lap_from=1&lap_from=2":            {"more than once", "query.lap_from"},
		"fields=":                          {"it has no value", "query.fields"},
		"time_from=noon":                   {"RFC 3339", "query.time_from"},
		"deleted=yes":                      {"neither true nor false", "query.deleted"},
		"fields=lap":                       {"there is no column", "query.fields"},
		"fields=compound,compuond":         {"nearest is compound", "query.fields"},
		"fields=compound,compound":         {"twice", "query.fields"},
		"limit=0":                          {"from 1 to 10000", "query.limit"},
		"limit=10001":                      {"from 1 to 10000", "query.limit"},
		"cursor=x":                         {"none of ours", "query.cursor"},
		"cursor=WzFd":                      {"none of ours", "query.cursor"},
		"at=2018&at_lap=3":                 {"RFC 3339", "query.at"},
		"at_lap=2&clock=live-30":           {"give one of", "query.at"},
		"at_lap=0":                         {"from 1 to 200", "query.at_lap"},
		"%zz=1":                            {"can not be read", "query"},
		"limit=x&driver_number=y":          {"limit", "query.driver_number"},
		"driver_number=" + many(101):       {"more than 100 values", "query.driver_number"},
		"a;b=1":                            {"can not be read", "query"},
		"clock=" + strings.Repeat("c", 61): {"longer", "query.clock"},
	} {
		s.refused(laps+"?"+query, unprocessable, want[0], want[1])
	}
	s.refused(laps+"?driver_number="+strings.Repeat("1", 5000), http.StatusRequestURITooLong, "longer", "")
	s.refused("/sessions/nothing/laps", http.StatusNotFound, "nothing", "")
	s.refused("/sessions/"+d.Key()+"/nothing", http.StatusNotFound, "nothing at this path", "")
	s.refused(laps, http.StatusNotAcceptable, "application/vnd.apache.parquet", "", "Accept: image/png, text/html;q=0.5")
	s.refused("/circuits", http.StatusNotAcceptable, "application/json", "", "Accept: text/csv")
	s.refused("/sessions/"+d.Key()+"/board?at_lap=1&x=1", unprocessable, "query parameter", "query.x")
	for query, want := range map[string][2]string{
		"":                                       {"name a lap", "query.laps"},
		"laps=HAM:1":                             {"no lap like", "query.laps"},
		"laps=44:0":                              {"no lap like", "query.laps"},
		"laps=/44:1":                             {"no lap like", "query.laps"},
		"laps=44:1&by=sound":                     {"none of distance", "query.by"},
		"laps=44:1&channels=speed":               {"nearest is", "query.channels"},
		"laps=44:1&delta_to=x":                   {"no lap like", "query.delta_to"},
		"laps=44:1&delta_to=44:2&by=time":        {"by distance only", "query.delta_to"},
		"laps=44:1&every=0":                      {"from 1 to 1000", "query.every"},
		"laps=" + strings.Repeat("44:1,", 13):    {"more than 12", "query.laps"},
		"laps=44:1&points=1":                     {"from 10", "query.points"},
		"laps=44:1&channels=speed_kmh,speed_kmh": {"twice", "query.channels"},
	} {
		s.refused("/sessions/"+d.Key()+"/telemetry/laps?"+query, unprocessable, want[0], want[1])
	}
	s.refused("/sessions/"+d.Key()+"/telemetry/laps?laps=44:99", http.StatusNotFound, "lap 99 of car 44", "")
	s.refused("/search?q=x", unprocessable, "two letters", "query.q")
	s.refused("/sessions?type=tea", unprocessable, "no type of session", "query.type")
}

func many(n int) string { return strings.TrimSuffix(strings.Repeat("1,", n), ",") }

// Filters and fields choose what they say.
func TestFilters(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 3, 3)
	d := derived(messages)
	s.keep(d)
	s.hold(messages, nil)
	type lap struct {
		Driver   int    `json:"driver_number"`
		Lap      int    `json:"lap_number"`
		Compound string `json:"compound"`
		Start    string `json:"date_start"`
		Deleted  bool   `json:"deleted"`
	}
	var all []lap
	for _, row := range decode[page](t, s.get("/sessions/"+d.Key()+"/laps")).Data {
		all = append(all, decode[lap](t, row))
	}
	middle := all[len(all)/2+1].Start
	for query, keeps := range map[string]func(lap) bool{
		"driver_number=44,1":                              func(l lap) bool { return l.Driver == 44 || l.Driver == 1 },
		"driver_number=44&driver_number=1":                func(l lap) bool { return l.Driver == 44 || l.Driver == 1 },
		"lap_from=2&lap_to=2":                             func(l lap) bool { return l.Lap == 2 },
		"lap_number=1,3":                                  func(l lap) bool { return l.Lap != 2 },
		"compound=" + all[0].Compound:                     func(l lap) bool { return l.Compound == all[0].Compound },
		"time_from=" + middle:                             func(l lap) bool { return l.Start >= middle },
		"time_to=" + middle + "&deleted=false&lap_from=1": func(l lap) bool { return l.Start != "" && l.Start < middle && !l.Deleted },
		"driver_number=999":                               func(lap) bool { return false },
	} {
		for _, moment := range []string{"", "&at=2100-01-01T00:00:00Z"} { // from the store and from the log
			var want, got []lap
			for _, l := range all {
				if keeps(l) {
					want = append(want, l)
				}
			}
			for _, row := range decode[page](t, s.get("/sessions/"+d.Key()+"/laps?"+query+moment)).Data {
				got = append(got, decode[lap](t, row))
			}
			if !slices.Equal(got, want) || len(got) == len(all) {
				t.Errorf("%s%s: %d laps, want %d of %d", query, moment, len(got), len(want), len(all))
			}
		}
	}
	if head, _, _ := strings.Cut(string(s.get("/sessions/"+d.Key()+"/laps?fields=compound,lap_number", "Accept: text/csv")), "\r\n"); head != "compound,lap_number" {
		t.Errorf("fields: %s", head)
	}
	overtakes := string(s.get("/sessions/"+d.Key()+"/events?kind=overtake.&priority=P1&fields=kind,priority", "Accept: text/csv"))
	for _, line := range strings.Split(strings.TrimSpace(overtakes), "\r\n")[1:] {
		if !strings.HasPrefix(line, "overtake.") || !strings.HasSuffix(line, "P1") && !strings.HasSuffix(line, "P0") {
			t.Errorf("event %s", line)
		}
	}
}

// Who has an answer gets 304 as long as it is the same, and another one after a change; compressed forms have tags
// of their own, and unpack to the same.
func TestTagsAndCompression(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 2, 3)
	d := derived(messages[:len(messages)-10])
	s.keep(d)
	laps := "/sessions/" + d.Key() + "/laps"
	resp, body := s.ask(laps)
	tag := resp.Header.Get("Etag")
	if resp.Header.Get("Cache-Control") != "public, max-age=300, s-maxage=3600" || !strings.Contains(resp.Header.Get("Surrogate-Key"), d.Key()) || tag == "" {
		t.Errorf("an ended session: %v", resp.Header)
	}
	seen := map[string]string{tag: laps}
	for _, other := range [][]string{{laps + "?limit=1"}, {laps, "Accept: text/csv"}, {laps, "Accept-Encoding: gzip"}, {laps, "Accept-Encoding: zstd"}, {"/sessions/" + d.Key() + "/stints"}} {
		resp, packed := s.ask(other[0], other[1:]...)
		if was, ok := seen[resp.Header.Get("Etag")]; ok {
			t.Errorf("%v has the tag of %s", other, was)
		}
		seen[resp.Header.Get("Etag")] = other[0]
		if len(other) > 1 && strings.HasPrefix(other[1], "Accept-Encoding") {
			if got := unpacked(t, resp.Header.Get("Content-Encoding"), packed); !bytes.Equal(got, body) {
				t.Errorf("%v unpacks to %d bytes, not %d", other, len(got), len(body))
			}
			if again, _ := s.ask(laps, other[1], "If-None-Match: "+resp.Header.Get("Etag")); again.StatusCode != http.StatusNotModified {
				t.Errorf("%v: %s", other, again.Status)
			}
		}
	}
	for _, match := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		resp, body := s.ask(laps, "If-None-Match: "+match)
		if resp.StatusCode != http.StatusNotModified || len(body) > 0 || resp.Header.Get("Etag") != tag {
			t.Errorf("%s: %s %v", match, resp.Status, resp.Header)
		}
	}
	if resp, _ := s.ask(laps, `If-None-Match: "other"`); resp.StatusCode != http.StatusOK {
		t.Errorf("another tag: %s", resp.Status)
	}
	// Exports are packed on their way.
	plain := s.get(laps, "Accept: text/csv")
	for _, coding := range []string{"gzip", "zstd"} {
		resp, packed := s.ask(laps, "Accept: text/csv", "Accept-Encoding: "+coding)
		if resp.Header.Get("Content-Encoding") != coding || !bytes.Equal(unpacked(t, coding, packed), plain) || len(packed) > len(plain)/3 {
			t.Errorf("%s: %v, %d bytes of %d", coding, resp.Header, len(packed), len(plain))
		}
	}
	s.keep(derived(messages))
	for deadline := time.Now().Add(10 * time.Second); ; { // the version is remembered for a moment
		resp, _ := s.ask(laps, "If-None-Match: "+tag)
		if resp.StatusCode == http.StatusOK && resp.Header.Get("Etag") != tag {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after a change: %s %v", resp.Status, resp.Header)
		}
	}
}

func unpacked(t *testing.T, coding string, b []byte) []byte {
	t.Helper()
	var r io.Reader
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case "zstd":
		r, err = kzstd.NewReader(bytes.NewReader(b))
	default:
		t.Fatalf("coding %q", coding)
	}
	if err == nil {
		b, err = io.ReadAll(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// watched is a store that says when rows are read, and waits or fails there.
type watched struct {
	api.Store
	rows func(context.Context) error
}

func (w *watched) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	if err := w.rows(ctx); err != nil {
		return func(yield func(store.Row, error) bool) { yield(store.Row{}, err) }
	}
	return w.Store.Rows(ctx, q)
}

// over serves a store that is watched.
func (s *stand) over(rows func(context.Context) error, options ...api.Option) *stand {
	s.Helper()
	mux := http.NewServeMux()
	api.Mount(mux, "test", s.live, &watched{s.store, rows}, options...)
	other := *s
	other.server = newServer(s, mux)
	return &other
}

// A known answer is told without reading a row; a cached one too, however many ask at once.
func TestRowsAreReadOnce(t *testing.T) {
	s := newStand(t)
	d := derived(simulated(t, 2, 3))
	s.keep(d)
	var mu sync.Mutex
	reads := 0
	w := s.over(func(context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		reads++
		return nil
	}, api.WithCache(s.cache))
	path := "/sessions/" + d.Key() + "/laps?driver_number=44"
	resp, want := w.ask(path)
	if reads != 1 {
		t.Fatalf("%d reads", reads)
	}
	if again, _ := w.ask(path, "If-None-Match: "+resp.Header.Get("Etag")); again.StatusCode != http.StatusNotModified || reads != 1 {
		t.Errorf("%s after %d reads", again.Status, reads)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, body := w.ask(path); !bytes.Equal(body, want) {
				t.Error("another answer")
			}
		})
	}
	all.Wait()
	if reads != 1 {
		t.Errorf("%d reads for 22 questions", reads)
	}
	if resp, _ := w.ask("/sessions/"+d.Key()+"/telemetry", "Accept: text/csv", "If-None-Match: *"); resp.StatusCode != http.StatusNotModified || reads != 1 {
		t.Errorf("export: %s after %d reads", resp.Status, reads)
	}
}

// Costly requests are few at once; a request that takes too long, or a store that fails, is told.
func TestLimits(t *testing.T) {
	s := newStand(t)
	d := derived(simulated(t, 2, 3))
	s.keep(d)
	limits := api.DefaultLimits()
	limits.Exports, limits.Deadline = 1, 50*time.Millisecond
	inside, leave := make(chan bool, 1), make(chan bool)
	w := s.over(func(context.Context) error {
		inside <- true
		<-leave
		return nil
	}, api.WithLimits(limits))
	export := "/sessions/" + d.Key() + "/laps"
	var first sync.WaitGroup
	first.Go(func() { w.get(export, "Accept: text/csv") })
	<-inside
	resp, _ := w.ask(export, "Accept: application/x-ndjson")
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a second export: %s %v", resp.Status, resp.Header)
	}
	leave <- true
	first.Wait()

	late := s.over(func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("read: %w", context.Cause(ctx)) }, api.WithLimits(limits))
	late.refused(export, http.StatusGatewayTimeout, "longer than is allowed", "")

	failing := s.over(func(context.Context) error { return errors.New("disk /var/secret is gone") })
	resp, body := failing.ask(export)
	if resp.StatusCode != http.StatusInternalServerError || bytes.Contains(body, []byte("secret")) {
		t.Errorf("a failure: %s %s", resp.Status, body)
	}
	failing.refused(export, http.StatusInternalServerError, "internal error", "", "Accept: text/csv") // before the first byte

	limits.ExportRows, limits.Deadline = 5, time.Minute
	bounded := s.over(func(context.Context) error { return nil }, api.WithLimits(limits))
	bounded.refused(export, http.StatusInternalServerError, "internal error", "", "Accept: text/csv")
}

// Without a store the sessions that are held are all there is.
func TestWithoutAStore(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 2, 3)
	s.hold(messages, nil)
	mux := http.NewServeMux()
	api.Mount(mux, "test", s.live, nil)
	s.server = newServer(s, mux)
	if n := len(decode[page](t, s.get("/sessions/latest/laps")).Data); n == 0 {
		t.Error("no laps")
	}
	s.get("/sessions")
	s.get("/sessions/latest")
	s.get("/sessions/latest/results")
	s.get("/sessions/latest/results/versions")
	for _, path := range []string{"/sessions/other/laps", "/sessions/other", "/seasons/2018/standings", "/seasons/2018/races", "/circuits", "/drivers", "/constructors", "/search?q=baku"} {
		s.refused(path, http.StatusNotFound, "", "")
	}
}

// Classifications are told as they were known.
func TestResultVersions(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 2, 3)
	d := derived(messages)
	s.keep(d)
	rows := d.State.Results()
	put := func(day int, status store.ResultStatus) {
		t.Helper()
		if err := s.store.PutResults(t.Context(), &store.Results{Session: d.Key(), Season: 2026, Round: 15, Type: "race", Known: time.Date(2026, 9, day, 0, 0, 0, 0, time.UTC), Status: status, Source: "f1db", Rows: rows}); err != nil {
			t.Fatal(err)
		}
	}
	put(1, store.ResultFinal)
	rows = slices.Clone(rows)
	rows[0].Status = "disqualified"
	put(5, store.ResultRevised)
	path := "/sessions/" + d.Key() + "/results"
	for query, revised := range map[string]bool{"": true, "?as_known_on=2026-09-04T00:00:00Z": false, "?as_known_on=2026-09-06T00:00:00Z": true} {
		if got := bytes.Contains(s.get(path+query), []byte("disqualified")); got != revised {
			t.Errorf("%s: revised %v", query, got)
		}
	}
	s.refused(path+"?as_known_on=2026-08-01T00:00:00Z", http.StatusNotFound, "", "")
	s.refused(path+"?as_known_on=2026-08-01T00:00:00Z&at_lap=1", http.StatusUnprocessableEntity, "without at", "query.as_known_on")
	versions := decode[struct {
		Versions []struct{ Status, Known string }
	}](t, s.get(path+"/versions")).Versions
	if len(versions) != 2 || versions[0].Status != "final" || versions[1].Status != "revised" || versions[1].Known != "2026-09-05T00:00:00.000Z" {
		t.Errorf("%+v", versions)
	}
	s.hold(messages, &live.Replay{From: live.Moment{Time: messages[len(messages)/2].Time}, Speed: 1e-6})
	if bytes.Contains(s.get(path), []byte("disqualified")) {
		t.Error("the classification is told while its race is replayed")
	}
}

// Any query gets an answer: rows, or a problem that says where.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"driver_number=1,44&lap_from=3", "fields=compound&limit=5", "cursor=WzEsMV0", "at_lap=2", "time_from=2018-04-29T12:30:00Z", "a=%zz", "laps=44:1,x/1:2&by=time", "=&&="} {
		f.Add(seed)
	}
	mux := http.NewServeMux()
	s := newStand(f)
	s.keep(derived(simulated(f, 1, 3)))
	api.Mount(mux, "test", s.live, s.store)
	key := decode[struct {
		Sessions []struct{ Session struct{ Key string } }
	}](f, s.get("/sessions")).Sessions[0].Session.Key
	f.Fuzz(func(t *testing.T, query string) {
		for _, table := range []string{"laps", "events", "telemetry/laps", "results"} {
			r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/api/v1/sessions/" + key + "/" + table, RawQuery: query}, Header: http.Header{}}
			w := newRecorder()
			mux.ServeHTTP(w, r.WithContext(t.Context()))
			switch {
			case w.Code >= 500:
				t.Fatalf("%s?%q: %d %s", table, query, w.Code, w.Body)
			case w.Code >= 400:
				var p problem
				if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Detail == "" {
					t.Fatalf("%s?%q: %d %s", table, query, w.Code, w.Body)
				}
			}
		}
	})
}

// The picture of a session that goes on is made once for a message, and is another one after the next.
func TestStateIsKeptForAMessage(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, 2, 3)
	log := s.runs(messages[:len(messages)/2])
	for _, path := range []string{"/sessions/latest/board", "/sessions/latest/strategy"} {
		resp, first := s.ask(path)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %s %v", path, resp.Status, resp.Header)
		}
		if again := s.get(path); !bytes.Equal(again, first) {
			t.Errorf("%s is another one without a message", path)
		}
	}
	before := s.get("/sessions/latest/board")
	if _, err := log.Append(slices.Clone(messages[len(messages)/2:])); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); bytes.Equal(s.get("/sessions/latest/board"), before); {
		if time.Now().After(deadline) {
			t.Fatal("the board stands still")
		}
	}
}
