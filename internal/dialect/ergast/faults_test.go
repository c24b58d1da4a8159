package ergast

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// weekend26 is a service that knows one race of 2026, with four drivers, and comes to know more of it by and by. Whatever
// limit it is asked for, it gives five rows at most.
type weekend26 struct {
	results, laps bool
	penalty       bool // the first two have changed places
	status        string
	asked         int
	limits        map[string]bool
}

const race26 = `"season":"2026","round":"1","url":"u","raceName":"Test Grand Prix","Circuit":{"circuitId":"x","url":"u","circuitName":"X","Location":{"lat":"1.5","long":"2.5","locality":"L","country":"C"}},"date":"2026-03-08"`

// who is a driver; the fourth has neither a number of his own nor a code nor a day of birth.
func who(i int) string {
	if i == 4 {
		return `{"driverId":"d4","givenName":"G","familyName":"N"}`
	}
	return fmt.Sprintf(`{"driverId":"d%d","permanentNumber":"%d","code":"D0%d","url":"u","givenName":"G","familyName":"N","dateOfBirth":"2000-01-01","nationality":"n"}`, i, i, i)
}

// rows are a table's innermost rows, each with what stands around it.
func (s *weekend26) rows(path string) (rows []string, around string) {
	order := []int{1, 2, 3, 4}
	if s.penalty {
		order = []int{2, 1, 3, 4}
	}
	switch path {
	case "/2026/races":
		return []string{`{` + race26 + `}`}, `"RaceTable":{"Races":[%s]}`
	case "/2026/1/results":
		for at, i := range order {
			if !s.results {
				break
			}
			more := fmt.Sprintf(`,"Time":{"millis":"%d","time":"+%d.0"},"FastestLap":{"rank":"%d","lap":"2","Time":{"time":"1:2%d.5"}}`, 5400000+at*1000, at, at+1, at)
			if i == 4 { // out on the first lap: no time, no fastest lap, in the words of 2025
				more = ""
			}
			status := "Finished"
			if i == 4 {
				status = s.status
			}
			rows = append(rows, fmt.Sprintf(`{"number":"%d","position":"%d","positionText":"%d","points":"%d","Driver":%s,"Constructor":{"constructorId":"c","name":"C"},"grid":"%d","laps":"3","status":%q%s}`,
				i, at+1, at+1, 25-7*at, who(i), i, status, more))
		}
		return rows, `"RaceTable":{"Races":[{` + race26 + `,"Results":[%s]}]}`
	case "/2026/1/laps":
		for lap := 1; lap <= 3 && s.laps; lap++ {
			for at, i := range order {
				rows = append(rows, fmt.Sprintf(`%d|{"driverId":"d%d","position":"%d","time":"1:2%d.%d00"}`, lap, i, at+1, at, lap))
			}
		}
		return rows, `"RaceTable":{"Races":[{` + race26 + `,"Laps":[%s]}]}`
	case "/2026/1/driverstandings":
		for at, i := range order {
			counted := fmt.Sprintf(`"points":"%d","wins":"0",`, 25-7*at)
			if i == 4 { // of whom the service does not say it
				counted = ""
			}
			rows = append(rows, fmt.Sprintf(`{"position":"%d","positionText":"%d",%s"Driver":%s,"Constructors":[{"constructorId":"c","name":"C"}]}`, at+1, at+1, counted, who(i)))
		}
		return rows, `"StandingsTable":{"season":"2026","StandingsLists":[{"season":"2026","round":"1","DriverStandings":[%s]}]}`
	case "/2026/1/constructorstandings":
		return nil, `"StandingsTable":{"season":"2026","StandingsLists":[%s]}`
	}
	return nil, `"RaceTable":{"Races":[%s]}`
}

func (s *weekend26) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked++
	if s.limits == nil {
		s.limits = map[string]bool{}
	}
	s.limits[r.URL.Query().Get("limit")] = true
	path := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/f1"), ".json"), "/")
	rows, around := s.rows(path)
	offset, err := strconv.Atoi(r.URL.Query().Get("offset"))
	if err != nil {
		offset = 0
	}
	page := rows[min(offset, len(rows)):min(offset+5, len(rows))]
	body := strings.Join(page, ",")
	if strings.HasSuffix(path, "/laps") {
		body = lapsOf(page)
	}
	w.Header().Set("Cache-Control", "max-age=600")
	fmt.Fprintf(w, `{"MRData":{"limit":"5","offset":"%d","total":"%d",`+around+`}}`, offset, len(rows), body)
}

// lapsOf puts the timings of a page into the laps that they are of.
func lapsOf(page []string) string {
	var b strings.Builder
	lap := ""
	for _, row := range page {
		n, timing, _ := strings.Cut(row, "|")
		switch {
		case n != lap && lap != "":
			b.WriteString(`]},{"number":"` + n + `","Timings":[`)
		case n != lap:
			b.WriteString(`{"number":"` + n + `","Timings":[`)
		default:
			b.WriteString(",")
		}
		lap = n
		b.WriteString(timing)
	}
	if lap != "" {
		b.WriteString("]}")
	}
	return b.String()
}

// Results come hours after the race, laps later still, a penalty days later: each time what is published by then is what
// is served, of a list on several pages nothing is lost, and every version stays.
func TestWeekendAsItBecomesKnown(t *testing.T) {
	s := &weekend26{status: "Retired"}
	service := httptest.NewServer(s)
	defer service.Close()
	into, now := opened(t), time.Date(2026, 3, 8, 23, 0, 0, 0, time.UTC)
	c := NewClient(Options{Base: service.URL + "/f1", PerSecond: 1e6, PerHour: 1e6, Cache: t.TempDir(), Now: func() time.Time { return now }})
	// read reads the season and says what is new and what is missing.
	read := func(after time.Duration) (told string) {
		t.Helper()
		now = now.Add(after)
		if err := c.Season(t.Context(), into, 2026, func(_ *almanac.Race, r *Reading, news []almanac.Page) {
			for i := range news {
				told += fmt.Sprintf("%s %s; ", news[i].Kind, news[i].Status)
			}
			told += fmt.Sprintf("%d missing, %d defects", len(r.Missing), len(r.Defects))
		}); err != nil {
			t.Fatal(err)
		}
		return told
	}
	is := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	is("the evening", read(0), "6 missing, 0 defects")
	s.results = true
	is("a moment later, out of the cache", read(time.Minute), "6 missing, 0 defects")
	is("results", read(3*time.Hour), "results provisional; driver_standings provisional; 4 missing, 0 defects")
	s.laps = true
	is("laps", read(3*time.Hour), "laps provisional; 3 missing, 0 defects")
	is("a day later", read(30*time.Hour), "results final; laps final; driver_standings final; 3 missing, 0 defects")
	s.penalty = true
	is("a penalty", read(48*time.Hour), "results revised; laps revised; driver_standings revised; 3 missing, 0 defects")
	if len(s.limits) != 1 || !s.limits["100"] {
		t.Errorf("asked for limits of %v", s.limits)
	}
	pages, err := into.Pages(t.Context(), store.PageQuery{Versions: true, Kinds: []almanac.Kind{almanac.Results}})
	if err != nil || len(pages) != 3 {
		t.Fatalf("%d versions of the results, %v", len(pages), err)
	}
	pages, err = into.Pages(t.Context(), store.PageQuery{Kinds: []almanac.Kind{almanac.Laps}})
	if err != nil {
		t.Fatal(err)
	}
	laps, err := almanac.Decode[almanac.Lap](&pages[0])
	if err != nil || len(laps) != 12 {
		t.Fatalf("%d laps, %v", len(laps), err)
	}
	for i, lap := range laps { // no driver twice or never in a lap that stands on two pages
		if lap.Number != i/4+1 || lap.Position.Value != i%4+1 {
			t.Errorf("row %d is %+v", i, lap)
		}
	}
	saysNoMore(t, serving(t, into, nil, now))
}

// saysNoMore asks for the race as we tell it: what the service did not say we do not say.
func saysNoMore(t *testing.T, server *httptest.Server) {
	t.Helper()
	_, _, body := get(t, server.URL+"/ergast/f1/2026/1/results.json")
	var told struct {
		MRData struct {
			RaceTable struct {
				Races []struct {
					Time    *string `json:"time"`
					Results []map[string]json.RawMessage
				}
			}
		}
	}
	if err := json.Unmarshal(body, &told); err != nil {
		t.Fatal(err)
	}
	race := told.MRData.RaceTable.Races[0]
	if race.Time != nil || len(race.Results) != 4 || race.Results[0]["FastestLap"] == nil {
		t.Fatalf("%s", body)
	}
	for _, absent := range []string{"Time", "FastestLap"} {
		if v, there := race.Results[3][absent]; there {
			t.Errorf("%s of who has none: %s", absent, v)
		}
	}
	if string(race.Results[3]["status"]) != `"Retired"` || string(race.Results[0]["number"]) != `"2"` {
		t.Errorf("%s", body)
	}
	tables := asked(t, server.URL+"/ergast/f1/2026/1/driverstandings").Standings.Lists
	if len(tables) != 1 || len(tables[0].DriverStandings) != 4 {
		t.Fatalf("%+v", tables)
	}
	for i, want := range [][2]string{{"25", "0"}, {"18", "0"}, {"11", "0"}, {"", ""}} {
		if s := tables[0].DriverStandings[i]; s.Points != want[0] || s.Wins != want[1] {
			t.Errorf("standing %d has %q points and %q wins, want %q", i+1, s.Points, s.Wins, want)
		}
	}
}

// The service has said that its limits will be cut: ours are settings, and one that is cut below them says itself when to
// come again.
func TestLimitsAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent, served []time.Time
		hour := 0
		c := NewClient(Options{Base: "http://service/f1", PerHour: 200, Patience: 2 * time.Hour, HTTP: &http.Client{Transport: inside{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			now := time.Now()
			if sent = append(sent, now); len(served) == 0 || now.Sub(served[hour]) >= time.Hour {
				hour = len(served)
			}
			if len(served)-hour >= 50 {
				w.Header().Set("Retry-After", strconv.Itoa(int(time.Hour.Seconds()-now.Sub(served[hour]).Seconds())+1))
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			served = append(served, now)
			_, err := io.WriteString(w, seasonsReply(100, 0, 1, 1))
			if err != nil {
				t.Error(err)
			}
		})}}})
		for range 120 {
			if _, err := c.get(t.Context(), "/seasons.json", 0); err != nil {
				t.Fatal(err)
			}
		}
		if len(served) != 120 || c.Stats().Throttled != 2 {
			t.Errorf("%d served, %+v", len(served), c.Stats())
		}
		if took := sent[len(sent)-1].Sub(sent[0]); took < 2*time.Hour || took > 2*time.Hour+5*time.Minute {
			t.Errorf("took %v", took)
		}
	})
}
