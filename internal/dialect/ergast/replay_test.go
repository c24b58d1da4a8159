package ergast

import (
	"context"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/dialect/ergast/ergasttest"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/live"
	"pitwall.live/internal/wire"
)

// seek sets the process's own clock and waits until it hides what it has to.
func seek(t *testing.T, s *live.Service, to wire.ClockWish, hidden bool) {
	t.Helper()
	paused := true
	to.Paused = &paused
	if _, err := s.ChangeClock("default", to); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		if h, known := s.Held("latest"); known && h.Hidden == hidden {
			tick.Stop()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the process's clock did not get there")
		}
	}
}

// What the process's clock shows stays in no cache: a replay that stood at its end is set back, and a client that asks
// again with what it has gets the new answer. Where no session is shown caches may keep what is published.
func TestNoCacheKeepsAReplay(t *testing.T) {
	s := fixture(t)
	if _, h, _ := get(t, serving(t, s, nil, season24).URL+"/ergast/f1/2023/results"); h.Get("Cache-Control") != "max-age=600" {
		t.Errorf("of the record alone: %q", h.Get("Cache-Control"))
	}
	held := replaying(t, messagesOf(t), &live.Replay{Speed: 1})
	url := serving(t, s, held, season24).URL + "/ergast/f1/2023/results"
	state, err := held.Clock("default")
	if err != nil {
		t.Fatal(err)
	}
	end, err := time.Parse(time.RFC3339Nano, string(state.End))
	if err != nil {
		t.Fatal(err)
	}
	seek(t, held, wire.ClockWish{At: &end}, false)
	code, h, _ := get(t, url)
	if code != http.StatusOK || h.Get("Cache-Control") != "private, no-cache" || h.Get("ETag") == "" {
		t.Errorf("at the end: %d %q %q", code, h.Get("Cache-Control"), h.Get("ETag"))
	}
	lap := 5
	seek(t, held, wire.ClockWish{Lap: &lap}, true)
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("If-None-Match", h.Get("ETag"))
	resp, err := http.DefaultClient.Do(again)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("on lap 5: %d %q %v", resp.StatusCode, resp.Header.Get("Cache-Control"), err)
	}
}

// later adds rows to the page of a name.
func later[T any](t *testing.T, pages []almanac.Page, n almanac.Name, rows ...T) []almanac.Page {
	t.Helper()
	for i := range pages {
		if pages[i].Name == n {
			had, err := almanac.Decode[T](&pages[i])
			if err != nil {
				t.Fatal(err)
			}
			rows = append(had, rows...)
			pages = slices.Delete(pages, i, i+1)
			break
		}
	}
	body, err := almanac.Encode(rows)
	if err != nil {
		t.Fatal(err)
	}
	return append(pages, almanac.Page{Name: n, Known: season24, Source: Source, Status: almanac.Final, Body: body})
}

// On lap 5 of a race of 2018 every endpoint answers alike whether a race of 2025 is stored, with people, teams and a
// circuit of its own, or not.
func TestNothingOfLaterYears(t *testing.T) {
	pages := slices.Clone(ergasttest.Pages(t))
	pages = later(t, pages, almanac.Name{Kind: almanac.Drivers}, almanac.Driver{ID: "not_born_yet", Code: "ANT", GivenName: "Andrea Kimi", FamilyName: "Antonelli"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Constructors}, almanac.Constructor{ID: "kick", Name: "Kick"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Circuits}, almanac.Circuit{ID: "madring", Name: "Madring"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Seasons}, almanac.Season{Year: 2025})
	pages = later(t, pages, almanac.Name{Kind: almanac.Races, Season: 2025}, almanac.Race{Season: 2025, Round: 12, Name: "Some Grand Prix", Circuit: "madring", Date: "2025-07-06"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Results, Season: 2025, Round: 12},
		almanac.Result{Number: "12", Driver: "not_born_yet", Constructor: "kick", Position: f1.Some(1), PositionText: "1", Points: f1.Some(25.0), Status: "Finished"})
	goesOn := opened(t)
	if err := goesOn.PutPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	held := baku(t)
	about, _ := held.Held("latest")
	lap, paused := 5, true
	clock, err := held.CreateClock(about.Key, wire.ClockWish{Lap: &lap, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	one, two := serving(t, fixture(t), held, season24), serving(t, goesOn, held, season24)
	for _, path := range []string{"seasons", "circuits", "drivers", "constructors", "races", "results", "sprint", "qualifying", "status",
		"current/driverstandings", "current/constructorstandings", "2018/4/laps", "2018/4/pitstops", "drivers/not_born_yet", "circuits/madring"} {
		end := 1 // whole lists of everything with PITWALL_FULL=1, here of people and places
		if os.Getenv("PITWALL_FULL") != "" || path == "drivers" || path == "constructors" || path == "circuits" {
			end = 1000
		}
		path = "/ergast/at/" + clock.ID + "/f1/" + path + "?limit=100&offset="
		for offset := 0; offset < end; offset += 300 { // the lists are longer than a page
			x, y := asked(t, one.URL+path+strconv.Itoa(offset)), asked(t, two.URL+path+strconv.Itoa(offset))
			x.URL, y.URL = "", ""
			if !reflect.DeepEqual(x, y) {
				t.Errorf("%s%d: %s rows, %s when a later year is stored", path, offset, x.Total, y.Total)
			}
		}
	}
	if d := asked(t, two.URL+"/ergast/f1/drivers/not_born_yet"); d.Total != "1" {
		t.Error("the later year is not stored")
	}
}

// In a season that goes on nobody learns who drives later in it, though its entries are published: neither of those who
// are listed, nor of a season, nor by a path that names one. Who drives in the race is told, and what is entered for
// seasons that are over.
func TestNobodyOfLaterRounds(t *testing.T) {
	entry := func(season int, driver, constructor string) almanac.Entry {
		return almanac.Entry{Season: season, Driver: driver, Constructor: constructor}
	}
	pages := slices.Clone(ergasttest.Pages(t))
	pages = later(t, pages, almanac.Name{Kind: almanac.Drivers}, almanac.Driver{ID: "later_on", Code: "LAT", GivenName: "Later", FamilyName: "On"},
		almanac.Driver{ID: "in_reserve", Code: "RES", GivenName: "In", FamilyName: "Reserve"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Constructors}, almanac.Constructor{ID: "new_team", Name: "New Team"})
	pages = later(t, pages, almanac.Name{Kind: almanac.Entries, Season: 2018}, entry(2018, "later_on", "new_team"), entry(2018, "hamilton", "mercedes"))
	pages = later(t, pages, almanac.Name{Kind: almanac.Entries, Season: 2017}, entry(2017, "in_reserve", "mercedes"))
	s := opened(t)
	if err := s.PutPages(t.Context(), pages); err != nil {
		t.Fatal(err)
	}
	held := baku(t)
	about, _ := held.Held("latest")
	lap, paused := 20, true
	clock, err := held.CreateClock(about.Key, wire.ClockWish{Lap: &lap, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	server := serving(t, s, held, season24)
	for path, want := range map[string][2]string{ // at the clock, and of the open record
		"2018/drivers/later_on": {"0", "1"}, "drivers/later_on": {"0", "1"}, "constructors/new_team": {"0", "1"}, "2018/constructors/new_team": {"0", "1"},
		"2018/drivers/hamilton": {"1", "1"}, "2018/drivers/sirotkin": {"1", "1"}, "2017/drivers/in_reserve": {"1", "1"}, "drivers/in_reserve": {"1", "1"},
	} {
		behind, open := asked(t, server.URL+"/ergast/at/"+clock.ID+"/f1/"+path), asked(t, server.URL+"/ergast/f1/"+path)
		if got := [2]string{behind.Total, open.Total}; got != want {
			t.Errorf("%s: %v rows at the clock and of the record, want %v", path, got, want)
		}
	}
	if d := asked(t, server.URL+"/ergast/at/"+clock.ID+"/f1/2018/drivers"); d.Total != "20" {
		t.Errorf("%s drivers of 2018 by lap 20 of the fourth race", d.Total)
	}
}

// A race whose winner's laps nobody knows is worth a whole race's points.
func TestUnknownLaps(t *testing.T) {
	list := []almanac.Result{{Driver: "a", Position: f1.Some(1), PositionText: "1"}, {Driver: "b", Position: f1.Some(2), PositionText: "2"}}
	x := teller{at: almanac.Round{Season: 2024, Round: 3}, kind: f1.Race, row: &f1.SessionRow{TotalLaps: f1.Some(52)}}
	x.points(list)
	if list[0].Points != f1.Some(25.0) || list[1].Points != f1.Some(18.0) {
		t.Errorf("%+v", list)
	}
}
