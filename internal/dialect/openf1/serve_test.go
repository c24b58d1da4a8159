package openf1

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/wire"
)

// pair is a request with its reply as OpenF1 documents them.
type pair struct {
	Request  string
	Response []map[string]any
}

// TestDocumentedPairs holds our replies to the shape and types of the 18 that OpenF1 documents, and our reading of each
// request to the rows that its reply has.
func TestDocumentedPairs(t *testing.T) {
	files, err := filepath.Glob(reference.Path(t, "openf1", "doc_examples", "*.json.gz"))
	if err != nil || len(files) != 18 {
		t.Fatalf("18 examples are expected, there are %d: %v", len(files), err)
	}
	s := newStand(t)
	qualifying := s.hold(simulated(t, f1.Qualifying), nil)
	race := s.hold(simulated(t, f1.Race), nil)
	for _, file := range files {
		var p pair
		readJSON(t, file, &p)
		u, err := url.Parse(p.Request)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(u.Path, "/v1/")
		ask := "v1/" + name + "?session_key=" + race
		switch name {
		case startingGridOf, sessionResultOf:
			ask = "v1/" + name + "?session_key=" + qualifying
		case meetingsOf:
			ask = "v1/" + name
		}
		ours := s.get(ask)
		if name == overtakesOf && len(ours) == 0 {
			t.Fatal("nobody overtook")
		}
		for _, field := range slices.Sorted(func(yield func(string) bool) {
			for f := range p.Response[0] {
				if !yield(f) {
					return
				}
			}
		}) {
			seen := false
			for _, row := range ours {
				v, ok := row[field]
				if !ok {
					t.Errorf("%s: no %s", name, field)
					break
				}
				for _, want := range p.Response {
					if v != nil && want[field] != nil {
						seen = seen || reflect.TypeOf(v) == reflect.TypeOf(want[field])
					}
				}
			}
			if p.Response[0][field] != nil && !seen && !unknownHere[name+"."+field] {
				t.Errorf("%s: %s is nowhere a %T, but %v", name, field, p.Response[0][field], ours[0][field])
			}
		}
		for field := range ours[0] {
			if _, ok := p.Response[0][field]; !ok && !undocumented[name+"."+field] {
				t.Errorf("%s: %s is not documented", name, field)
			}
		}
		q, err := parseQuery(u.RawQuery)
		if err != nil {
			t.Errorf("%s: %v", p.Request, err)
			continue
		}
		if name == raceControlOf {
			continue // asks for BLACK and is shown BLACK AND WHITE
		}
		for _, row := range p.Response {
			if doc := documented(t, name, row); !selects(q, doc) {
				t.Errorf("%s does not select %v", p.Request, row)
			}
		}
	}
}

// unknownHere are fields that a simulated session does not have.
var unknownHere = map[string]bool{"drivers.headshot_url": true, "car_data.drs": true, "pit.stop_duration": true,
	// The example is of a practice, where they are numbers; ours of a qualifying session, where they are lists.
	"session_result.duration": true, "session_result.gap_to_leader": true}

// undocumented are fields that the documentation's example is without.
var undocumented = map[string]bool{"drivers.country_code": true, "session_result.points": true}

func selects(q *query, doc *document) bool {
	s := q.selection(doc.collection)
	return s.holds(doc.values)
}

// documented is a row of a reply as a document.
func documented(t *testing.T, name string, row map[string]any) *document {
	doc := newDocument(find(name))
	for field, v := range row {
		at := doc.collection.index(field)
		if at < 0 {
			t.Errorf("%s has no %s", name, field)
			continue
		}
		switch v := v.(type) {
		case string:
			doc.values[at] = textOf(v)
			if doc.collection.fields[at].kind == date {
				when, err := time.Parse(time.RFC3339Nano, v)
				if err != nil {
					t.Fatal(err)
				}
				doc.values[at] = dateOf(when)
			}
		case float64:
			doc.values[at] = numberOf(v)
		case bool:
			doc.values[at] = boolOf(v)
		}
	}
	return doc
}

// TestClockHidesWhatIsLater looks at a replay from its own clock, from a viewer's, and by the path.
func TestClockHidesWhatIsLater(t *testing.T) {
	messages := simulated(t, f1.Race)
	half := messages[len(messages)/2].Time
	s := newStand(t)
	key := s.hold(messages, &live.Replay{From: live.Moment{Time: half}, Until: live.Moment{Time: half}})
	s.keep(messages) // the store knows how it ends
	early := messages[len(messages)/4].Time
	paused := true
	clock, err := s.live.CreateClock(key, wire.ClockWish{At: &early, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{carData, positionOf, intervalsOf, raceControlOf, lapsOf, pitOf, overtakesOf} {
		for path, until := range map[string]time.Time{
			"v1/" + name: half, "v1/" + name + "?clock=" + clock.ID: early, "at/" + clock.ID + "/v1/" + name: early,
		} {
			resp, body := s.ask(path)
			if resp.StatusCode == http.StatusNotFound {
				continue
			}
			var rows []object
			if err := json.Unmarshal(body, &rows); err != nil {
				t.Fatalf("%s: %s: %v", path, body, err)
			}
			for _, row := range rows {
				moment, _ := row["date"].(string)
				if moment == "" {
					moment, _ = row["date_start"].(string)
				}
				if moment == "" {
					continue
				}
				at, err := time.Parse(time.RFC3339Nano, moment)
				if err != nil {
					t.Fatal(err)
				}
				if at.After(until.Add(time.Second)) {
					t.Fatalf("%s: %v is later than %s", path, row, until)
				}
			}
		}
	}
	before, after := s.get("at/"+clock.ID+"/v1/laps"), s.get("v1/laps")
	if len(before) >= len(after) || len(before) == 0 {
		t.Errorf("%d laps at a quarter, %d at half", len(before), len(after))
	}
	s.refused("v1/laps?clock=c_none", http.StatusNotFound)
}

func TestAnswersThatAreNoRows(t *testing.T) {
	s := newStand(t, func(c *Config) { c.Limits.Rows = 50 })
	key := s.hold(simulated(t, f1.Race), nil)
	check := func(path string, status int, want string) {
		t.Helper()
		if got := s.refused(path, status); !strings.Contains(got, want) {
			t.Errorf("%s: %s", path, got)
		}
	}
	check("v1/laps?session_key=5", 404, "No results found.")
	check("v1/laps?speed=5", 404, "No results found.")
	check("v1/laps?csv=true&session_key=5", 404, "No results found.")
	check("v1/nothing", 404, "Not found")
	check("v2/laps", 404, "Not found")
	check("v1/laps?driver_number=", 422, "No valid operator found in `driver_number`.")
	check("v1/laps?date_start>MAYBE", 422, "MAYBE")
	check("v1/laps?a=%25zz&b=%zz", 422, "Invalid escape")
	check("v1/car_data?session_key="+key, 422, "More than 50 rows")
	if resp, body := s.ask(""); resp.StatusCode != 200 || string(body) != "Welcome to OpenF1!" {
		t.Errorf("%s: %s", resp.Status, body)
	}
	resp, body := s.ask("V1/Drivers?session_key=latest&csv=true&driver_number<20")
	rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	if err != nil || len(rows) < 2 || strings.Join(rows[0][:3], ",") != "broadcast_name,country_code,driver_number" ||
		resp.Header.Get("Content-Disposition") != "attachment; filename=drivers.csv" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%v %v %v", resp.Header, rows, err)
	}
	old := newStand(t, func(c *Config) { c.EmptyList = true })
	if rows := old.get("v1/laps"); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
}

func TestRateLimit(t *testing.T) {
	s := newStand(t, func(c *Config) { c.Limits.Rate, c.Limits.Window = 2, time.Hour })
	s.refused("v1/laps", 404)
	s.refused("v1/laps", 404)
	s.refused("v1/laps", 429)
	if resp, _ := s.ask("v1/laps"); resp.Header.Get("Retry-After") == "" {
		t.Error("not told when to come again")
	}
}

func TestToken(t *testing.T) {
	now := time.Now()
	s := newStand(t, func(c *Config) {
		c.Accounts, c.Now = accounts(t, "ann:secret"), func() time.Time { return now }
	})
	s.hold(simulated(t, f1.Race), nil)
	s.refused("v1/drivers", 401)
	s.refused("v1/drivers", 401, "Bearer nonsense")
	post := func(name, password string) (int, string) {
		resp, err := http.PostForm(s.server.URL+"/openf1/token", url.Values{"username": {name}, "password": {password}})
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close() //nolint:errcheck // read to its end
		var told struct {
			AccessToken string `json:"access_token"`
			TokenType   string `json:"token_type"`
			ExpiresIn   string `json:"expires_in"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&told); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode == 200 && (told.TokenType != "bearer" || told.ExpiresIn != "3600") {
			t.Errorf("%+v", told)
		}
		return resp.StatusCode, told.AccessToken
	}
	for _, wrong := range [][2]string{{"ann", "x"}, {"bob", "secret"}, {"bob", ""}, {"", ""}} {
		if status, token := post(wrong[0], wrong[1]); status != 401 || token != "" {
			t.Errorf("%v: %d %s", wrong, status, token)
		}
	}
	_, token := post("ann", "secret")
	if resp, body := s.ask("v1/drivers", "Bearer "+token); resp.StatusCode != 200 {
		t.Errorf("%s: %s", resp.Status, body)
	}
	s.refused("v1/drivers", 401, "Bearer "+token[:len(token)-3]+"abc")
	s.refused("v1/drivers", 401, "Basic "+token)
	now = now.Add(tokenLasts)
	s.refused("v1/drivers", 401, "Bearer "+token)
	s.refused("token", 405)
}

func TestHorizon(t *testing.T) {
	race := time.Date(2024, 5, 26, 13, 0, 0, 0, time.UTC)
	h := horizon{key: "9523", slug: "monaco_2024_race", start: race}
	check := func(o occasion, hidden bool) {
		t.Helper()
		if h.hides(&o) != hidden {
			t.Errorf("%+v is hidden: %v", o, !hidden)
		}
	}
	check(occasion{key: "9523", start: race}, false)
	check(occasion{key: "9519", slug: "monaco_2024_qualifying", start: race.Add(-23 * time.Hour)}, false)
	check(occasion{key: "his1", slug: "monaco_2024_race", start: race.Add(-time.Minute)}, true) // the same under another key
	check(occasion{key: "9531", slug: "canada_2024_race", start: race.AddDate(0, 0, 14)}, true)
	check(occasion{key: "9531"}, true) // nobody knows when
	h = horizon{}
	check(occasion{key: "9531"}, false)
}
