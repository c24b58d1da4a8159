package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
)

// However the archive misbehaves first, the page that is kept in the end is the right one.
func TestTrouble(t *testing.T) {
	fine := good(anyTiming, raceTime)
	html := plain("<html>log in to this hotel's network</html>")
	for name, answers := range map[string][]answer{
		"server errors":       {status(500), status(502), status(503), fine},
		"too many requests":   {status(429), status(429, "Retry-After", "0"), fine},
		"connection cut":      {cutOff, cutOff, fine},
		"cut gzip":            {cutGzip, fine},
		"another's page":      {html, fine},
		"cut within a line":   {plain(anyTiming[:len(anyTiming)-9]), fine},
		"stalled":             {hanging, fine},
		"304 out of the blue": {status(304), fine},
		"cut at other places": {plain(anyTiming[:30]), plain(anyTiming[:50]), fine},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOdd(t)
			o.say(raceDay+"Index.json", good(anyIndex, raceTime))
			o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
			o.say(raceDay+"TimingData.jsonStream", answers...)
			c, _ := client(t, o.URL+"/static/", t.TempDir(), func(cfg *archive.ReadConfig) { cfg.Stalled = 100 * time.Millisecond })
			p, got := session(t, c)
			expect(t, "pages", got, "SessionInfo new v1, TimingData new v1")
			expect(t, "page", contents(t, p, "TimingData.jsonStream"), anyTiming)
			expect(t, "requests", len(o.requests()), 2+len(answers))
			expect(t, "messages", len(reference.Messages(t, p.Folder)), 3)
		})
	}
	// The archive's own page may be cut: twice the same is how it is. The reader of recordings shows the damage.
	o := newOdd(t)
	o.say(raceDay+"Index.json", good(anyIndex, raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	o.say(raceDay+"TimingData.jsonStream", plain(anyTiming[:len(anyTiming)-9]))
	c, _ := client(t, o.URL+"/static/", t.TempDir())
	p, got := session(t, c)
	expect(t, "pages", got, "SessionInfo new v1, TimingData new v1")
	expect(t, "messages", len(reference.Messages(t, p.Folder)), 2)
}

// What fails for good is said, what was received before stays, and the rest is not asked for without end.
func TestFailure(t *testing.T) {
	o := newOdd(t)
	o.say(raceDay+"Index.json", good(anyIndex, raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	o.say(raceDay+"TimingData.jsonStream", status(503))
	dir := t.TempDir()
	c, _ := client(t, o.URL+"/static/", dir)
	p, got := session(t, c)
	expect(t, "pages", got, "SessionInfo new v1, TimingData failed v0")
	expect(t, "requests", len(o.requests()), 2+archive.DefaultRead().Tries)
	if err := p.Failed(); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("failed: %v", err)
	}
	o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
	_, got = session(t, c)
	expect(t, "pages later", got, "SessionInfo kept v1, TimingData new v1")
	expect(t, "requests later", o.requests(), []string{"TimingData.jsonStream"})
	o.say(raceDay+"Index.json", status(401))
	c, _ = client(t, o.URL+"/static/", t.TempDir())
	if _, err := c.Session(t.Context(), raceDay, nil); err == nil || errors.Is(err, archive.ErrAbsent) {
		t.Errorf("a refused index: %v", err)
	}
	expect(t, "requests when refused", o.requests(), []string{"Index.json"})
	o.Close()
	if _, err := c.Session(t.Context(), raceDay, nil); err == nil || errors.Is(err, archive.ErrAbsent) {
		t.Errorf("an archive that is down: %v", err)
	}
}

// A page is asked about until it has stood for a week, then never again; a newer one takes its place, an older one from a
// stale cache does not, and one that is withdrawn stays here.
func TestVersions(t *testing.T) {
	o := newOdd(t)
	o.say(raceDay+"Index.json", good(anyIndex, raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
	c, now := client(t, o.URL+"/static/", t.TempDir())
	_, got := session(t, c)
	expect(t, "first", got, "SessionInfo new v1, TimingData new v1")
	o.requests()
	_, got = session(t, c)
	expect(t, "at once again", got, "SessionInfo kept v1, TimingData kept v1")
	expect(t, "requests at once again", len(o.requests()), 0)

	now.move(2 * time.Hour)
	_, got = session(t, c)
	expect(t, "two hours later", got, "SessionInfo unchanged v1, TimingData unchanged v1")
	expect(t, "requests two hours later", o.requests(), []string{"Index.json", "SessionInfo.jsonStream", "TimingData.jsonStream"})

	better := anyTiming + "00:00:03.000{\"Lines\":{\"1\":{\"Retired\":true}}}\r\n"
	o.say(raceDay+"TimingData.jsonStream", good(better, raceTime.Add(24*time.Hour)))
	now.move(24 * time.Hour)
	p, got := session(t, c)
	expect(t, "replaced", got, "SessionInfo unchanged v1, TimingData replaced v2")
	expect(t, "changed", p.Changed(), true)
	expect(t, "messages", len(reference.Messages(t, p.Folder)), 4)

	o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
	now.move(2 * time.Hour)
	p, got = session(t, c)
	expect(t, "from a stale cache", got, "SessionInfo unchanged v1, TimingData unchanged v2")
	expect(t, "page", contents(t, p, "TimingData.jsonStream"), better)

	for _, name := range []string{"Index.json", "SessionInfo.jsonStream", "TimingData.jsonStream"} {
		o.say(raceDay+name, denied)
	}
	now.move(2 * time.Hour)
	p, got = session(t, c)
	expect(t, "withdrawn", got, "SessionInfo withdrawn v1, TimingData withdrawn v2")
	expect(t, "page", contents(t, p, "TimingData.jsonStream"), better)

	now.move(9 * 24 * time.Hour)
	o.say(raceDay+"Index.json", good(anyIndex, raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	o.say(raceDay+"TimingData.jsonStream", good(better, raceTime.Add(24*time.Hour)))
	p, got = session(t, c)
	expect(t, "after the week", got, "SessionInfo unchanged v1, TimingData unchanged v2")
	expect(t, "settled", p.Settled, true)
	o.requests()
	now.move(365 * 24 * time.Hour)
	_, got = session(t, c)
	expect(t, "for ever", got, "SessionInfo kept v1, TimingData kept v2")
	expect(t, "requests for ever", len(o.requests()), 0)

	// A page that was changed here is fetched again.
	if err := os.WriteFile(filepath.Join(p.Folder, "TimingData.jsonStream"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, _ = session(t, c)
	expect(t, "page restored", contents(t, p, "TimingData.jsonStream"), better)
}

// A page that the index lists and that is missing is asked for again with growing waits, whoever asks and however often.
func TestAbsentPage(t *testing.T) {
	o := newOdd(t)
	o.say(raceDay+"Index.json", good(anyIndex, raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	dir := t.TempDir()
	_, now := client(t, o.URL+"/static/", dir)
	again := func() (*archive.Pages, int) {
		t.Helper()
		c, _ := client(t, o.URL+"/static/", dir, func(cfg *archive.ReadConfig) { cfg.Now = now.get }) // another process
		p, _ := session(t, c)
		return p, len(slices.DeleteFunc(o.requests(), func(name string) bool { return !strings.HasPrefix(name, "Timing") }))
	}
	p, n := again()
	expect(t, "missing", p.Missing(), []string{"TimingData"})
	expect(t, "requests", n, 1)
	for _, minutes := range []int{2, 5, 15, 60, 24 * 60, 24 * 60} {
		now.move(time.Duration(minutes)*time.Minute - time.Second)
		_, n = again()
		expect(t, fmt.Sprintf("requests just before %d minutes", minutes), n, 0)
		now.move(time.Second)
		_, n = again()
		expect(t, fmt.Sprintf("requests after %d minutes", minutes), n, 1)
	}
	o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
	now.move(24 * time.Hour)
	p, _ = again()
	expect(t, "pages in the end", states(p), "SessionInfo unchanged v1, TimingData new v1")
	expect(t, "missing in the end", len(p.Missing()), 0)
}

// A session that is not there yet is ErrAbsent; one without an index is read all the same.
func TestNoIndex(t *testing.T) {
	o := newOdd(t)
	c, now := client(t, o.URL+"/static/", t.TempDir())
	for range 3 {
		if _, err := c.Session(t.Context(), raceDay, nil); !errors.Is(err, archive.ErrAbsent) {
			t.Fatalf("a session that is not there: %v", err)
		}
	}
	expect(t, "requests", o.requests(), []string{"Index.json", "SessionInfo.jsonStream"})
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
	now.move(2 * time.Minute)
	p, err := c.Session(t.Context(), raceDay, nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "pages here", p.Here(), 2)
	expect(t, "messages", len(reference.Messages(t, p.Folder)), 3)
	if _, err := c.Session(t.Context(), "2026/../x/", nil); !errors.Is(err, archive.ErrPlace) {
		t.Errorf("a path that climbs: %v", err)
	}
}

// A reader that is ended within a page goes on where it was: what is here is not asked for again, half a page is none.
func TestResumes(t *testing.T) {
	o := newOdd(t)
	o.say(raceDay+"Index.json", good(anyIndex, raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	ctx, cancel := context.WithCancel(t.Context())
	o.say(raceDay+"TimingData.jsonStream", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, anyTiming[:20])
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	}, good(anyTiming, raceTime))
	dir := t.TempDir()
	c, _ := client(t, o.URL+"/static/", dir)
	p, err := c.Session(ctx, raceDay, nil)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("ended: %v", err)
	}
	if _, err := os.Stat(filepath.Join(p.Folder, "TimingData.jsonStream")); err == nil {
		t.Error("half a page is there")
	}
	// As a killed process leaves it: half a page under a name of its own.
	left := filepath.Join(p.Folder, ".part-1")
	if err := os.WriteFile(left, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(left, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	o.requests()
	c, _ = client(t, o.URL+"/static/", dir)
	p, got := session(t, c)
	expect(t, "pages", got, "SessionInfo kept v1, TimingData new v1")
	expect(t, "requests", o.requests(), []string{"TimingData.jsonStream"})
	if _, err := os.Stat(left); err == nil {
		t.Error("what was left behind is still there")
	}
	if err := os.WriteFile(filepath.Join(p.Folder, ".pages.json"), []byte(`{"torn`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, got = session(t, c)
	expect(t, "pages without notes", got, "SessionInfo new v1, TimingData new v1")
}

// However many ask, one request runs at a time and they are as far apart as was said; Retry-After holds all of them up.
func TestPolite(t *testing.T) {
	o := newOdd(t)
	const every = 20 * time.Millisecond
	c, _ := client(t, o.URL+"/static/", t.TempDir(), func(cfg *archive.ReadConfig) { cfg.Every = every })
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			path := fmt.Sprintf("2026/meeting/session%d/", i)
			if _, err := c.Session(t.Context(), path, nil); !errors.Is(err, archive.ErrAbsent) {
				t.Errorf("%s: %v", path, err)
			}
		})
	}
	wg.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	expect(t, "at once", o.most, 1)
	expect(t, "requests", len(o.begun), 8)
	if took := o.begun[7].Sub(o.begun[0]); took < 7*every-every/2 {
		t.Errorf("8 requests within %s", took)
	}
}

func TestRetryAfter(t *testing.T) {
	o := newOdd(t)
	o.say("Index.json", status(429, "Retry-After", "1"), good("\ufeff{\"Years\":[{\"Year\":2026,\"Path\":\"2026/\"},{\"Year\":2018}]}", raceTime))
	c, _ := client(t, o.URL+"/static/", t.TempDir())
	years, err := c.Years(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "years", years, []int{2018, 2026})
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.begun) != 2 || o.begun[1].Sub(o.begun[0]) < time.Second {
		t.Errorf("asked at %v", o.begun)
	}
}

// What the archive does not have a mirror may.
func TestMirror(t *testing.T) {
	first, second := newOdd(t), newOdd(t)
	second.say(raceDay+"Index.json", good(anyIndex, raceTime))
	second.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	second.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
	first.say(raceDay+"TimingData.jsonStream", status(500))
	c, _ := client(t, first.URL+"/static/", t.TempDir(), func(cfg *archive.ReadConfig) { cfg.Mirrors = []string{second.URL + "/static"} })
	_, got := session(t, c)
	expect(t, "pages", got, "SessionInfo new v1, TimingData new v1")
}

// Settle waits for what is to come.
func TestSettle(t *testing.T) {
	o, just := newOdd(t), time.Now().UTC().Truncate(time.Second)
	o.say(raceDay+"SessionInfo.jsonStream", denied, good(anyInfo, just))
	o.say(raceDay+"Index.json", denied, good(anyIndex, just))
	o.say(raceDay+"TimingData.jsonStream", status(503), status(503), status(503), status(503), denied, good(anyTiming, just))
	c, _ := client(t, o.URL+"/static/", t.TempDir(), func(cfg *archive.ReadConfig) {
		cfg.Now, cfg.Later, cfg.Recheck = time.Now, slices.Repeat([]time.Duration{2 * time.Millisecond}, 6), 0
	})
	var told []string
	p, err := c.Settle(t.Context(), raceDay, func(p *archive.Pages, err error) {
		switch {
		case errors.Is(err, archive.ErrAbsent):
			told = append(told, "absent")
		case p.Failed() != nil:
			told = append(told, "failed")
		default:
			told = append(told, fmt.Sprint(len(p.Missing()), " missing"))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "course", told, []string{"absent", "failed", "1 missing", "0 missing"})
	expect(t, "here", p.Here(), 2)
}

// A season's index has placeholders, sessions without pages and members of other types; what can be read is.
func TestSeason(t *testing.T) {
	o := newOdd(t)
	o.say("2026/Index.json", good("\ufeff"+`{"Year":2026,"Meetings":[
		{"Key":1,"Name":"A Grand Prix","Number":"1","Country":{"Key":"x","Code":"AAA"},"Sessions":[
			{"Key":-1,"Type":"Practice"},
			{"Key":10,"Name":"Race","StartDate":"2026-03-08T15:00:00","EndDate":"2026-03-08T17:00:00","GmtOffset":"11:00:00","Path":"2026/a/b/"},
			{"Key":"11","Name":"Other","Path":"../../x"}]},
		"no meeting",
		{"Key":2,"Name":"B Grand Prix","Sessions":[{"Key":20,"Name":"Race","StartDate":"2026-05-03T14:00:00","GmtOffset":"-04:00:00","Path":"2026/c/d/"},
			{"Key":21,"Name":"Race","StartDate":"2026-12-03T14:00:00","GmtOffset":"-04:00:00","Path":"2026/e/f/"}]}]}`, raceTime))
	c, _ := client(t, o.URL+"/static", t.TempDir())
	s, err := c.Season(t.Context(), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Meetings) != 2 || len(s.Meetings[0].Sessions) != 3 || s.Meetings[0].Country.Code != "AAA" {
		t.Fatalf("season %+v", s)
	}
	race := s.Meetings[0].Sessions[1]
	expect(t, "start", race.Start(), time.Date(2026, 3, 8, 4, 0, 0, 0, time.UTC))
	expect(t, "end", race.End(), time.Date(2026, 3, 8, 6, 0, 0, 0, time.UTC))
	expect(t, "path that climbs", s.Meetings[0].Sessions[2].Path, "")
	newest, err := c.Newest(t.Context()) // no index of the years: this year's and the last are tried
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "newest", newest.Path, "2026/c/d/")
	if _, err := c.Season(t.Context(), 2025); !errors.Is(err, archive.ErrAbsent) {
		t.Errorf("a season that is not there: %v", err)
	}
	for address, want := range map[string][2]string{
		"":                                   {archive.Official, ""},
		"https://x.example/static/":          {"https://x.example/static/", ""},
		"https://x.example/static/2026/a/b/": {"https://x.example/static/", "2026/a/b/"},
		"https://x.example/static/2026/a/b":  {"https://x.example/static/", "2026/a/b/"},
		"data/archive/2026/a/b":              {"data/archive/", "2026/a/b/"},
	} {
		base, path := archive.Split(address)
		expect(t, "split "+address, [2]string{base, path}, want)
	}
}

// Our own archive, read by our own client, gives what the log holds; an archive that is behind a clock gives no more.
func TestReadsOwnArchive(t *testing.T) {
	s := newStand(t)
	log := s.add(t, "9006", simulated(t, 6), live.About{Source: "sim"})
	c, now := client(t, s.url, t.TempDir())
	now.move(-2 * time.Hour)
	newest, err := c.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Session(t.Context(), newest.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Failed(); err != nil || len(p.Missing()) > 0 {
		t.Fatalf("failed %v, missing %v", err, p.Missing())
	}
	got, want := byTopic(read(t, p.Folder)), byTopic(inLog(t, log))
	for topic, ms := range want {
		if !slices.EqualFunc(got[topic], ms, func(a, b feed.Message) bool { return bytes.Equal(a.Payload, b.Payload) }) {
			t.Errorf("%s: %d messages, want %d, or others", topic, len(got[topic]), len(ms))
		}
	}
	now.move(2 * time.Hour)
	p, err = c.Session(t.Context(), newest.Path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range p.Pages {
		expect(t, one.Topic, one.State, archive.Unchanged)
	}
}

// A folder of the archive's layout is read where it is, with its index or without.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, filepath.FromSlash(raceDay))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"SessionInfo.jsonStream": anyInfo, "TimingData.jsonStream": anyTiming} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := client(t, dir, "")
	newest, err := c.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "newest", []any{newest.Path, newest.Key, newest.Name}, []any{raceDay, 77, "Race"})
	p, got := session(t, c)
	expect(t, "pages", got, "SessionInfo kept v0, TimingData kept v0")
	expect(t, "folder", filepath.Clean(p.Folder), folder)
	if _, err := c.Session(t.Context(), "2026/none/none/", nil); !errors.Is(err, archive.ErrAbsent) {
		t.Errorf("a session that is not there: %v", err)
	}
}

func TestRealFolder(t *testing.T) {
	c, _ := client(t, reference.Path(t, "live-timing", "archive"), "")
	years, err := c.Years(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sessions := 0
	for _, year := range years {
		s, err := c.Season(t.Context(), year)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range s.Meetings {
			for _, one := range m.Sessions {
				if one.Path == "" {
					continue
				}
				sessions++
				p, err := c.Session(t.Context(), one.Path, nil)
				if err != nil {
					t.Error(err)
				} else if len(p.Pages) < 5 || one.Name == "" || m.Name == "" || one.Start().IsZero() {
					t.Errorf("%+v of %s: %d pages", one, m.Name, len(p.Pages))
				}
			}
		}
	}
	expect(t, "sessions", sessions, 16)
}
