package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/dialect/ergast"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// correcting publishes one race of yesterday as Jolpica does; put publishes another classification of it.
type correcting struct {
	store  store.Store
	server atomic.Pointer[ergast.Server]
	season int
}

func page[T any](t *testing.T, n almanac.Name, rows ...T) almanac.Page {
	t.Helper()
	body, err := almanac.Encode(rows)
	if err != nil {
		t.Fatal(err)
	}
	return almanac.Page{Name: n, Known: time.Now().UTC(), Status: almanac.Provisional, Source: ergast.Source, Body: body}
}

func (c *correcting) put(t *testing.T, pages ...almanac.Page) {
	t.Helper()
	if err := c.store.PutPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	c.server.Store(ergast.NewServer(ergast.NewShelf(c.store, nil, time.Now, slog.New(slog.DiscardHandler)), slog.New(slog.DiscardHandler)))
}

// address is where it is published. What is answered may be kept by nobody, as with a service whose ten minutes have passed.
func (c *correcting) address(t *testing.T) string {
	t.Helper()
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.server.Load().ServeHTTP(w, r) }))
	t.Cleanup(behind.Close)
	to, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Set("Cache-Control", "max-age=0")
		return nil
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return front.URL + "/ergast/f1"
}

// A classification that Jolpica changed between two runs of sync is kept in both versions, and REST answers with that which was
// known on a day. A run that finds nothing new adds none.
func TestSyncKeepsVersions(t *testing.T) {
	yesterday := time.Now().UTC().Add(-24 * time.Hour)
	c := &correcting{store: syncedStore(t, t.TempDir()), season: yesterday.Year()}
	t.Cleanup(func() {
		if err := c.store.Close(); err != nil {
			t.Error(err)
		}
	})
	in := func(k almanac.Kind) almanac.Name { return almanac.Name{Kind: k, Season: c.season, Round: 1} }
	line := func(driver, number, team string, place int, text string, points float64) almanac.Result {
		return almanac.Result{Number: number, Driver: driver, Constructor: team, Position: f1.Some(place), PositionText: text, Points: f1.Some(points), Laps: f1.Some(78), Status: "Finished"}
	}
	c.put(t, page(t, almanac.Name{Kind: almanac.Seasons}, almanac.Season{Year: c.season}),
		page(t, almanac.Name{Kind: almanac.Circuits}, almanac.Circuit{ID: "monaco", Name: "Circuit de Monaco"}),
		page(t, almanac.Name{Kind: almanac.Drivers}, almanac.Driver{ID: "leclerc", Code: "LEC", GivenName: "Charles", FamilyName: "Leclerc"}, almanac.Driver{ID: "norris", Code: "NOR", GivenName: "Lando", FamilyName: "Norris"}),
		page(t, almanac.Name{Kind: almanac.Constructors}, almanac.Constructor{ID: "ferrari", Name: "Ferrari"}, almanac.Constructor{ID: "mclaren", Name: "McLaren"}),
		page(t, almanac.Name{Kind: almanac.Races, Season: c.season}, almanac.Race{Season: c.season, Round: 1, Name: "Monaco Grand Prix", Circuit: "monaco", Date: yesterday.Format(time.DateOnly), Time: "13:00:00"}),
		page(t, in(almanac.Results), line("leclerc", "16", "ferrari", 1, "1", 25), line("norris", "4", "mclaren", 2, "2", 18)),
		page(t, in(almanac.Qualifying), almanac.Qualified{Number: "16", Driver: "leclerc", Constructor: "ferrari", Position: f1.Some(1)}),
		page(t, in(almanac.Laps), almanac.Lap{Driver: "leclerc", Number: 1, Position: f1.Some(1), Time: f1.Some(80 * time.Second)}),
		page(t, in(almanac.PitStops), almanac.PitStop{Driver: "leclerc", Lap: 1, Stop: 1, Time: "15:10:00", Duration: f1.Some(22 * time.Second)}))
	data := t.TempDir()
	args := []string{"sync", "--season", fmt.Sprint(c.season), "--data", data, "--archive", "none", "--openf1", "none", "--jolpica", c.address(t)}
	pitwallRun(t, exitDone, args...)
	pitwallRun(t, exitDone, args...)
	before := time.Now().UTC()
	disqualified := line("leclerc", "16", "ferrari", 2, "D", 0)
	disqualified.Status = "Disqualified"
	c.put(t, page(t, in(almanac.Results), line("norris", "4", "mclaren", 1, "1", 25), disqualified))
	out, _ := pitwallRun(t, exitDone, args...)
	says(t, out, `round 1 of \d+, Monaco Grand Prix +jolpica +results provisional`)

	cmd, at := startServer(t, "serve", "--source", "sim:1", "--data", data, "--listen", "127.0.0.1:0")
	defer stopServer(t, cmd)
	ask := func(path string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/api/v1/sessions/monaco_"+fmt.Sprint(c.season)+"_race/results"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v %s", path, resp.StatusCode, err, b)
		}
		return string(b)
	}
	if n := strings.Count(ask("/versions"), `"version"`); n != 2 {
		t.Errorf("%d versions: %s", n, ask("/versions"))
	}
	for path, changed := range map[string]bool{"": true, "?as_known_on=" + before.Format(time.RFC3339Nano): false, "?as_known_on=" + time.Now().UTC().Format(time.RFC3339Nano): true} {
		if got := ask(path); strings.Contains(got, "disqualified") != changed {
			t.Errorf("%s: %s", path, got)
		}
	}
	kept := syncedStore(t, data)
	defer func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	}()
	pages, err := kept.Pages(t.Context(), store.PageQuery{Kinds: []almanac.Kind{almanac.Results}, Versions: true})
	if err != nil || len(pages) != 2 || pages[0].Status != almanac.Provisional || !pages[0].Known.Before(before) || pages[1].Known.Before(before) {
		t.Errorf("%+v, %v", pages, err)
	}
}
