package ergast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// A season read through the client out of our own server, page by page, and stored, is served again as it was: every reply
// about it that the service expects of itself.
func TestSeasonThroughOurServer(t *testing.T) {
	from, into := fixtureServer(t), opened(t)
	c := NewClient(Options{Base: from.URL + "/ergast/f1", PerSecond: 1e6, PerHour: 1e6, Cache: t.TempDir(), Now: func() time.Time { return season24 }})
	lists, err := c.Lists(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Keep(t.Context(), into, lists, nil); err != nil {
		t.Fatal(err)
	}
	rounds := 0
	err = c.Season(t.Context(), into, 2023, func(race *almanac.Race, r *Reading, news []almanac.Page) {
		if rounds++; len(r.Defects) > 0 || len(news) == 0 {
			t.Errorf("round %d: %d new pages, defects %v", race.Round, len(news), r.Defects)
		}
	})
	if err != nil || rounds != 22 {
		t.Fatalf("%d rounds, %v", rounds, err)
	}
	again := serving(t, into, nil, season24)
	equal := 0
	for name, want := range expected(t, "ergast_fixture_responses") {
		_, path, _ := strings.Cut(name, " ")
		if !strings.HasPrefix(path, "2023") || strings.Contains(path, "next") || strings.Contains(path, "qualifying/") {
			continue // other seasons were not read, and places in the parts of a qualifying are not published
		}
		code, _, got := get(t, again.URL+"/ergast/f1/"+path)
		old := strings.Contains(string(want), "ergast.com")
		if d := differ(comparable(t, path, want, old), comparable(t, path, got, old), ""); code != http.StatusOK || d != "" {
			t.Errorf("%s: %d %s", path, code, d)
		}
		equal++
	}
	t.Logf("%d replies equal; %+v", equal, c.Stats())
	// Once more, a moment later, and out of the cache: nothing is asked and nothing is new.
	before := c.Stats().Requests
	err = c.Season(t.Context(), into, 2023, func(race *almanac.Race, _ *Reading, news []almanac.Page) {
		if len(news) > 0 {
			t.Errorf("round %d: %d new pages", race.Round, len(news))
		}
	})
	if err != nil || c.Stats().Requests != before {
		t.Errorf("%d requests more, %v", c.Stats().Requests-before, err)
	}
}

// inside answers requests without a network, so that a bubble's clock can run.
type inside struct{ http.Handler }

func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w.Result(), nil
}

// seasonsReply is a reply of n seasons from an offset.
func seasonsReply(limit, offset, total, n int) string {
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"season":"%d","url":""}`, 1950+offset+i))
	}
	return fmt.Sprintf(`{"MRData":{"xmlns":"","series":"f1","url":"","limit":"%d","offset":"%d","total":"%d","SeasonTable":{"Seasons":[%s]}}}`,
		limit, offset, total, strings.Join(rows, ","))
}

// No second has more than four requests and no hour more than five hundred, however many are wanted.
func TestRateLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Time
		c := NewClient(Options{Base: "http://service/f1", HTTP: &http.Client{Transport: inside{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent = append(sent, time.Now())
			fmt.Fprint(w, seasonsReply(100, 0, 1, 1))
		})}}})
		const wanted = 1100
		for range wanted {
			if _, err := c.get(t.Context(), "/seasons.json", 0); err != nil {
				t.Fatal(err)
			}
		}
		for i := range sent {
			if i >= 4 && sent[i].Sub(sent[i-4]) < time.Second {
				t.Fatalf("request %d: five within %v", i, sent[i].Sub(sent[i-4]))
			}
			if i >= 500 && sent[i].Sub(sent[i-500]) < time.Hour {
				t.Fatalf("request %d: 501 within %v", i, sent[i].Sub(sent[i-500]))
			}
		}
		if took := sent[wanted-1].Sub(sent[0]); took < 2*time.Hour || took > 2*time.Hour+5*time.Minute {
			t.Errorf("%d requests took %v", wanted, took)
		}
	})
}

// A service that throttles is asked again when it says, by seconds or by date, and backed off from when it does not say; one
// that is down for maintenance likewise.
func TestThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		answers := []func(w http.ResponseWriter){
			func(w http.ResponseWriter) {
				w.Header().Set("Retry-After", "37")
				http.Error(w, `{"detail":"Request was throttled."}`, http.StatusTooManyRequests)
			},
			func(w http.ResponseWriter) {
				w.Header().Set("Retry-After", start.Add(2*time.Minute).UTC().Format(http.TimeFormat))
				http.Error(w, "", http.StatusTooManyRequests)
			},
			func(w http.ResponseWriter) { http.Error(w, "<html>maintenance</html>", http.StatusServiceUnavailable) },
			func(w http.ResponseWriter) { fmt.Fprint(w, "<html>a page of somebody else</html>") },
			func(w http.ResponseWriter) { fmt.Fprint(w, seasonsReply(100, 0, 2, 2)) },
		}
		var at []time.Duration
		c := NewClient(Options{Base: "http://service/f1", HTTP: &http.Client{Transport: inside{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			at = append(at, time.Since(start))
			answers[len(at)-1](w)
		})}}})
		data, err := c.all(t.Context(), "/seasons", 0)
		if err != nil || len(data.Seasons.Seasons) != 2 {
			t.Fatalf("%+v, %v", data, err)
		}
		if at[1] < 37*time.Second || at[1] > 38*time.Second || at[2] < 119*time.Second || at[2] > 121*time.Second || at[3] <= at[2] || at[4] <= at[3] {
			t.Errorf("asked at %v", at)
		}
		if s := c.Stats(); s.Throttled != 2 || s.Failed != 2 || s.Requests != 5 {
			t.Errorf("%+v", s)
		}
	})
}

// Patience ends: a service that never answers is given up, and what is kept of before is used.
func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := false
		c := NewClient(Options{Base: "http://service/f1", Cache: t.TempDir(), HTTP: &http.Client{Transport: inside{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down {
				http.Error(w, "", http.StatusBadGateway)
				return
			}
			w.Header().Set("Cache-Control", "max-age=600")
			fmt.Fprint(w, seasonsReply(100, 0, 1, 1))
		})}}})
		if _, err := c.all(t.Context(), "/seasons", 0); err != nil {
			t.Fatal(err)
		}
		down = true
		if err := pause(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if data, err := c.all(t.Context(), "/seasons", 0); err != nil || len(data.Seasons.Seasons) != 1 || c.Stats().Stale != 1 {
			t.Errorf("%+v, %v, %+v", data, err, c.Stats())
		}
		if _, err := c.all(t.Context(), "/circuits", 0); err == nil || !strings.Contains(err.Error(), "given up after 6 tries") {
			t.Errorf("%v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.all(ctx, "/drivers", 0); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

// A larger limit than the service grants is cut without a word, a list grows while it is read, the end is missing: what comes
// out is the whole list of one state.
func TestPages(t *testing.T) {
	const total = 76
	for _, c := range []struct {
		name  string
		serve func(n int32, offset int) string // of the nth request
		want  int
		err   error
	}{
		{"cut to seven", func(_ int32, offset int) string { return seasonsReply(7, offset, total, min(7, total-offset)) }, total, nil},
		{"grows once", func(n int32, offset int) string {
			if n == 1 {
				return seasonsReply(40, offset, total, 40)
			}
			return seasonsReply(40, offset, total+1, min(40, total+1-offset))
		}, total + 1, nil},
		{"never stands still", func(n int32, offset int) string { return seasonsReply(10, offset, total+int(n), 10) }, 0, errMoved},
		{"ends early", func(_ int32, offset int) string { return seasonsReply(40, offset, total, min(40, max(0, 60-offset))) }, 0, errMoved},
	} {
		t.Run(c.name, func(t *testing.T) {
			var n atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				offset, err := strconv.Atoi(r.URL.Query().Get("offset"))
				if err != nil {
					t.Error(err)
				}
				fmt.Fprint(w, c.serve(n.Add(1), offset))
			}))
			defer server.Close()
			data, err := NewClient(Options{Base: server.URL, PerSecond: 1e6, PerHour: 1e6}).all(t.Context(), "/seasons", 0)
			if !errors.Is(err, c.err) {
				t.Fatalf("%v, want %v", err, c.err)
			}
			if err != nil {
				return
			}
			for i, s := range data.Seasons.Seasons {
				if s.Season != strconv.Itoa(1950+i) {
					t.Fatalf("season %d is %s", i, s.Season)
				}
			}
			if len(data.Seasons.Seasons) != c.want {
				t.Errorf("%d seasons, want %d", len(data.Seasons.Seasons), c.want)
			}
		})
	}
}

// A kept reply is asked for with its tag and taken as unchanged; a damaged one is read again; a body that is cut off is too.
func TestCacheAndBrokenBodies(t *testing.T) {
	var requests, tagged atomic.Int32
	whole := seasonsReply(100, 0, 3, 3)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			tagged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", season24.Format(http.TimeFormat))
		w.Header().Set("Retry-After", "0")
		if requests.Add(1) == 1 { // cut off
			w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
			io.WriteString(w, whole[:len(whole)/2])
			return
		}
		io.WriteString(w, whole)
	}))
	defer server.Close()
	dir := t.TempDir()
	read := func() Stats {
		t.Helper()
		c := NewClient(Options{Base: server.URL, PerSecond: 1e6, PerHour: 1e6, Cache: dir})
		data, err := c.all(t.Context(), "/seasons", 0)
		if err != nil || len(data.Seasons.Seasons) != 3 {
			t.Fatalf("%+v, %v", data, err)
		}
		return c.Stats()
	}
	if s := read(); s.Failed != 1 || s.Requests != 2 {
		t.Errorf("cut off: %+v", s)
	}
	if s := read(); s.Unchanged != 1 || s.Requests != 1 || tagged.Load() != 1 {
		t.Errorf("unchanged: %+v", s)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte(`{"url":"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := read(); s.Unchanged != 0 || s.Requests != 1 {
		t.Errorf("damaged: %+v", s)
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	c := NewClient(Options{Base: refusing.URL})
	if _, err := c.all(t.Context(), "/nothing", 0); !errors.Is(err, ErrRefused) || c.Stats().Requests != 1 {
		t.Errorf("%v, %+v", err, c.Stats())
	}
}

// A classification is provisional, then final when it is read alike a day later, then revised when it changes; all versions
// stay, and what was known at a moment can be asked for.
func TestVersions(t *testing.T) {
	s := opened(t)
	race := almanac.Race{Season: 2023, Round: 1, Date: "2023-03-05", Time: "15:00:00"}
	read := func(after time.Duration, body string) {
		t.Helper()
		at := race.Start().Add(after)
		r := &Reading{Pages: []almanac.Page{{Name: almanac.Name{Kind: almanac.Results, Season: 2023, Round: 1}, Known: at, Source: Source, Body: []byte(body)}}}
		if _, err := Keep(t.Context(), s, r, &race); err != nil {
			t.Fatal(err)
		}
	}
	read(4*time.Hour, `[1]`)
	read(5*time.Hour, `[1]`) // too soon to trust it
	read(30*time.Hour, `[1]`)
	read(31*time.Hour, `[1]`)
	read(72*time.Hour, `[2]`) // a penalty
	all, err := s.Pages(t.Context(), store.PageQuery{Versions: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range all {
		got = append(got, fmt.Sprint(p.Version, " ", p.Status, " ", p.Known.Sub(race.Start()), " ", string(p.Body)))
	}
	want := "1 provisional 4h0m0s [1], 2 final 30h0m0s [1], 3 revised 72h0m0s [2]"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
}

// A race of the last year is asked about every day once it is settled, for an appeal; an old one every month.
func TestAge(t *testing.T) {
	c := NewClient(Options{Now: func() time.Time { return season24 }})
	for ago, want := range map[time.Duration]time.Duration{time.Hour: 0, 29 * 24 * time.Hour: 0, 31 * 24 * time.Hour: 24 * time.Hour, 300 * 24 * time.Hour: 24 * time.Hour, 400 * 24 * time.Hour: 30 * 24 * time.Hour} {
		if got := c.age(season24.Add(-ago)); got != want {
			t.Errorf("%v ago: %v, want %v", ago, got, want)
		}
	}
	if got := c.age(time.Time{}); got != 0 {
		t.Errorf("of no known day: %v", got)
	}
}

// What is missing or unreadable in a reply is unknown and told, and stops nothing.
func TestStrangeReplies(t *testing.T) {
	race := `"season":"2026","round":"3","raceName":"X","Circuit":{"circuitId":"x","circuitName":"X","Location":{"lat":null,"long":null}},"date":"2026-03-29","time":""`
	replies := map[string]string{
		"races":   `{"MRData":{"total":"1","RaceTable":{"Races":[{` + race + `,"Qualifying":{"date":"","time":""}}]}}}`,
		"results": `{"MRData":{"total":"1","RaceTable":{"Races":[{` + race + `,"Results":[{"number":"1","position":"1","positionText":"1","points":"many","Driver":{"driverId":"a","givenName":"A","familyName":"B"},"Constructor":{"constructorId":"c","name":"C"},"Time":{"time":"+1 Lap"},"FastestLap":{"Time":{"time":"--"}},"NewField":{"x":[1]}}]}]}}}`,
		"other":   `{"MRData":{"total":"0","RaceTable":{"Races":[]}}}`,
		"tables":  `{"MRData":{"total":"0","StandingsTable":{"StandingsLists":[]}}}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimSuffix(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], ".json")
		switch {
		case replies[name] != "":
		case strings.Contains(name, "standings"):
			name = "tables"
		default:
			name = "other"
		}
		io.WriteString(w, replies[name])
	}))
	defer server.Close()
	s := opened(t)
	c := NewClient(Options{Base: server.URL, PerSecond: 1e6, PerHour: 1e6, Now: func() time.Time { return time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC) }})
	var reading *Reading
	if err := c.Season(t.Context(), s, 2026, func(_ *almanac.Race, r *Reading, _ []almanac.Page) { reading = r }); err != nil || reading == nil {
		t.Fatal(err)
	}
	if len(reading.Defects) != 2 || len(reading.Missing) != 5 {
		t.Errorf("defects %q, missing %v", reading.Defects, reading.Missing)
	}
	pages, err := s.Pages(t.Context(), store.PageQuery{Kinds: []almanac.Kind{almanac.Results}})
	if err != nil || len(pages) != 1 || pages[0].Status != almanac.Provisional {
		t.Fatalf("%+v, %v", pages, err)
	}
	rows, err := almanac.Decode[almanac.Result](&pages[0])
	if err != nil || rows[0].Points.Known || rows[0].Time.Known || rows[0].Fastest.Time.Known || rows[0].Driver != "a" {
		t.Errorf("%+v, %v", rows, err)
	}
}
