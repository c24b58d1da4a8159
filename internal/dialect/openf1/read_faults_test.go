package openf1

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// service is a server that answers as a test has it, and keeps what it was asked.
type service struct {
	answer func(path string, r *http.Request) (status int, body string)
	header http.Header
	asked  []asked
}

type asked struct {
	path, query, token string
	at                 time.Time
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	s.asked = append(s.asked, asked{path, r.URL.RawQuery, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), time.Now()})
	s.header = http.Header{}
	status, body := s.answer(path, r)
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: s.header, Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// times are when a path was asked for.
func (s *service) times(path string) []time.Time {
	var all []time.Time
	for _, a := range s.asked {
		if a.path == path {
			all = append(all, a.at)
		}
	}
	return all
}

const nothing = `{"detail":"No results found."}`

const session7 = `[{"session_key":7,"meeting_key":3,"session_name":"Race","session_type":"Race","date_start":"2000-01-01T00:00:00+00:00",
"date_end":"2000-01-01T02:00:00+00:00","gmt_offset":"-05:00:00","location":"Baku","country_name":"Azerbaijan","circuit_short_name":"Baku","year":2000}]`

// tables answers with a session and these rows.
func answers(rows map[string]string) func(string, *http.Request) (int, string) {
	return func(path string, _ *http.Request) (int, string) {
		switch body := rows[path]; {
		case path == sessionsOf:
			return http.StatusOK, session7
		case body != "":
			return http.StatusOK, body
		}
		return http.StatusNotFound, nothing
	}
}

// follow runs a reader for some time, in a bubble whose clock begins at the start of session 7.
func (s *service) follow(t *testing.T, lasts time.Duration, change func(*ReadConfig)) (told []string, r *Reader, err error) {
	t.Helper()
	cfg := DefaultRead()
	cfg.URL, cfg.Transport, cfg.Samples = "http://service.test", s, false
	cfg.Log = slog.New(slog.DiscardHandler)
	if change != nil {
		change(&cfg)
	}
	if r, err = NewReader(cfg); err != nil {
		t.Fatal(err)
	}
	told, err = run(t, r, lasts)
	return told, r, err
}

// run runs a reader for some time and gives what it told, each message as a line.
func run(t *testing.T, r *Reader, lasts time.Duration) (told []string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	err = r.Run(ctx, func(all []feed.Message) (int, error) {
		for i := range all {
			told = append(told, all[i].Topic+" "+string(all[i].Payload))
		}
		return len(all), nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return told, err
}

func holds(t *testing.T, told []string, want string, times int) {
	t.Helper()
	n := 0
	for _, line := range told {
		if strings.Contains(line, want) {
			n++
		}
	}
	if n != times {
		t.Errorf("%q was told %d times, want %d: %s", want, n, times, strings.Join(told, "\n"))
	}
}

// The requests of ten minutes stay below the service's limits, and the rows are told once.
func TestReadLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: answers(map[string]string{weatherOf: `[{"date":"2000-01-01T00:01:00+00:00","session_key":7,"air_temperature":20.5}]`})}
		told, _, err := s.follow(t, 10*time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.asked) < 200 {
			t.Errorf("only %d requests", len(s.asked))
		}
		for i := range s.asked {
			if i >= 1 && s.asked[i].at.Sub(s.asked[i-1].at) < 400*time.Millisecond {
				t.Errorf("request %d comes %v after the last", i, s.asked[i].at.Sub(s.asked[i-1].at))
			}
			if i >= 28 && s.asked[i].at.Sub(s.asked[i-28].at) < time.Minute {
				t.Errorf("29 requests within %v", s.asked[i].at.Sub(s.asked[i-28].at))
			}
		}
		holds(t, told, `WeatherData {"AirTemp":"20.5"}`, 1)
		holds(t, told, `"StartDate":"1999-12-31T19:00:00","EndDate":"1999-12-31T21:00:00","GmtOffset":"-05:00:00"`, 1)
	})
}

// 429 is waited out: as long as it says, else longer and longer.
func TestReadTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := &service{}
		s.answer = func(path string, r *http.Request) (int, string) {
			if n++; path == sessionsOf && n <= 4 {
				if n == 1 {
					s.header.Set("Retry-After", "7")
				}
				return http.StatusTooManyRequests, `{"error":"Rate limit exceeded: 30 per 10 second"}`
			}
			return answers(nil)(path, r)
		}
		if _, _, err := s.follow(t, 3*time.Minute, nil); err != nil {
			t.Fatal(err)
		}
		at := s.times(sessionsOf)
		for i, want := range []time.Duration{7 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second} {
			if got := at[i+1].Sub(at[i]); got != want {
				t.Errorf("wait %d is %v, want %v", i, got, want)
			}
		}
	})
}

// While a session runs the service is locked: an outage, not a refusal. What came before is not told again after it.
func TestReadLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := false
		s := &service{}
		s.answer = func(path string, r *http.Request) (int, string) {
			if locked || path == lapsOf {
				locked = true
				return http.StatusUnauthorized, `{"detail":"Live F1 session in progress. Global API access (including past sessions) is restricted to authenticated users until the session ends."}`
			}
			return answers(map[string]string{driversOf: drivers})(path, r)
		}
		told, r, err := s.follow(t, time.Minute, nil)
		var closed *LockedError
		if !errors.As(err, &closed) || closed.RetryAfter() < time.Minute || strings.Contains(err.Error(), "refused") {
			t.Fatalf("ended with %v", err)
		}
		holds(t, told, "DriverList", 1)
		s.answer = answers(map[string]string{driversOf: drivers, weatherOf: `[{"date":"2000-01-01T00:01:00+00:00","session_key":7,"air_temperature":20.5}]`})
		told, err = run(t, r, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, told, "DriverList", 0)
		holds(t, told, "WeatherData", 1)
	})
}

const drivers = `[{"driver_number":4,"session_key":7,"meeting_key":3,"full_name":"Lando NORRIS","name_acronym":"NOR"},
{"driver_number":81,"session_key":7,"meeting_key":3,"full_name":null,"name_acronym":null}]`

// Rows of drivers that are filled with nulls are ignored until they are filled; 404 is nothing, but not for ever.
func TestReadNullsAndNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: answers(map[string]string{driversOf: drivers})}
		told, r, err := s.follow(t, 30*time.Minute, func(c *ReadConfig) { c.Idle = 10 * time.Minute })
		if err != nil {
			t.Fatal(err)
		}
		holds(t, told, `DriverList {"4":{"RacingNumber":"4","FullName":"Lando NORRIS","Tla":"NOR"}}`, 1)
		holds(t, told, `"81"`, 0)
		s.answer = answers(map[string]string{driversOf: strings.NewReplacer(`"full_name":null`, `"full_name":"Oscar PIASTRI"`).Replace(drivers),
			teamRadioOf: `[{"driver_number":4,"session_key":7,"date":"2000-01-01T00:20:00Z","recording_url":"https://x/a.mp3"}]`})
		r.cfg.Now = func() time.Time { return time.Now().Add(10 * time.Hour) } // long over
		told, err = run(t, r, 2*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, told, `DriverList {"81":{"RacingNumber":"81","FullName":"Oscar PIASTRI"}}`, 1)
		holds(t, told, `TeamRadio {"Captures":{"0":{"Utc":"2000-01-01T00:20:00Z","RacingNumber":"4","Path":"https://x/a.mp3"}}}`, 1)
	})
}

// What can not be read is put aside, and the rest goes on. A failure is told after what arrived.
func TestReadBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := answers(map[string]string{
			driversOf: `[{"driver_number":4,`, stintsOf: `{"detail":"odd"}`, raceControlOf: `<html>`,
			weatherOf: `[7,{"date":null,"session_key":7},{"date":"2000-01-01T00:01:00+00:00","session_key":7,"rainfall":"x","wind_speed":1.5,"new_field":{}}]`,
		})
		s := &service{answer: func(path string, r *http.Request) (int, string) {
			if path == intervalsOf {
				return http.StatusBadGateway, "<html>bad gateway"
			}
			return good(path, r)
		}}
		told, _, err := s.follow(t, time.Minute, nil)
		var status *StatusError
		if !errors.As(err, &status) || status.Status != http.StatusBadGateway {
			t.Fatalf("ended with %v", err)
		}
		for _, aside := range []string{` [{"driver_number":4,`, ` {"detail":"odd"}`, " <html>", " 7", ` {"date":null,"session_key":7}`} {
			holds(t, told, aside, 1)
		}
		holds(t, told, `WeatherData {"WindSpeed":"1.5"}`, 1)
	})
}

// A token is renewed before it expires; while that fails, the old one is used until it has expired, then none.
func TestReadToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		given, fails := 0, false
		s := &service{}
		s.answer = func(path string, r *http.Request) (int, string) {
			if path != "token" {
				return answers(nil)(path, r)
			}
			if err := r.ParseForm(); err != nil || r.PostForm.Get("username") != "ann" || r.PostForm.Get("password") != "secret" {
				t.Errorf("account %v, %v", r.PostForm, err)
			}
			if fails {
				return http.StatusBadGateway, "<html>"
			}
			given++
			return http.StatusOK, fmt.Sprintf(`{"access_token":"t%d","token_type":"bearer","expires_in":"600"}`, given)
		}
		account := func(c *ReadConfig) { c.User, c.Password = "ann", "secret" }
		_, r, err := s.follow(t, 15*time.Minute, account)
		if err != nil {
			t.Fatal(err)
		}
		if given != 2 {
			t.Errorf("%d tokens in 15 minutes, each good for 10", given)
		}
		fails, s.asked = true, nil
		began := time.Now() // the second token came at about 9 minutes
		if _, err := run(t, r, 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		for _, a := range s.asked {
			if a.path == "token" {
				continue
			}
			if after := a.at.Sub(began); after < 3*time.Minute && a.token != "t2" || after > 5*time.Minute && a.token != "" {
				t.Errorf("after %v: token %q", after, a.token)
			}
		}
		if n := len(s.times("token")); n < 4 || n > 12 {
			t.Errorf("asked %d times for a new token", n)
		}
	})
}

// A token that the service does not take is replaced once.
func TestReadTokenRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		given := 0
		s := &service{}
		s.answer = func(path string, r *http.Request) (int, string) {
			switch {
			case path == "token":
				given++
				return http.StatusOK, fmt.Sprintf(`{"access_token":"t%d","expires_in":3600}`, given)
			case r.Header.Get("Authorization") == "Bearer t1":
				return http.StatusUnauthorized, `{"detail":"Invalid or expired token"}`
			}
			return answers(nil)(path, r)
		}
		if _, _, err := s.follow(t, time.Minute, func(c *ReadConfig) { c.User, c.Password = "ann", "secret" }); err != nil || given != 2 {
			t.Errorf("%d tokens, %v", given, err)
		}
	})
}

// Pushed rows come out of order, twice and in several versions: the greatest _id is the row.
func TestReadPushedOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: answers(map[string]string{driversOf: drivers})}
		_, r, err := s.follow(t, time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.push = &pushed{hold: r.cfg.Reorder, wake: make(chan struct{}, 1)}
		stint := `{"session_key":7,"driver_number":4,"stint_number":1,"lap_start":1,"lap_end":%d,"compound":"%s","_key":"7_1_4","_id":%d}`
		rows := []string{
			`weather {"session_key":7,"date":"2000-01-01T00:03:00+00:00","air_temperature":23,"_id":13}`,
			`weather {"session_key":7,"date":"2000-01-01T00:02:00+00:00","air_temperature":22,"_id":12}`,
			`weather {"session_key":7,"date":"2000-01-01T00:02:00+00:00","air_temperature":22,"_id":12}`,
			"stints " + fmt.Sprintf(stint, 2, "HARD", 21), "stints " + fmt.Sprintf(stint, 1, "SOFT", 20),
			`drivers not JSON`, `unheard_of {"_id":30}`,
		}
		for _, row := range rows {
			topic, body, _ := strings.Cut(row, " ")
			r.push.add("v1/"+topic, []byte(body))
		}
		var told []string
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		err = r.rest(ctx, func(all []feed.Message) (int, error) {
			if after := time.Since(began); after != r.cfg.Reorder {
				t.Errorf("told after %v", after)
			}
			for i := range all {
				told = append(told, all[i].Topic+" "+string(all[i].Payload))
			}
			return len(all), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		holds(t, told, "WeatherData", 2)
		holds(t, told, `"Compound":"HARD"`, 1)
		holds(t, told, "SOFT", 0)
		holds(t, told, " not JSON", 1)
		if a, b := indexOf(told, `"22"`), indexOf(told, `"23"`); a > b {
			t.Errorf("out of order: %s", strings.Join(told, "\n"))
		}
		// An answer that was asked for before a push is older than it.
		doc, err := readRow(stintsCollection, mustParse(t, fmt.Sprintf(stint, 1, "SOFT", 0)))
		if err != nil {
			t.Fatal(err)
		}
		r.keep(doc, began.Add(-time.Second), time.Time{})
		if got := r.turner.turn(); len(got) != 0 {
			t.Errorf("an older answer was told: %s", got[0].Payload)
		}
	})
}

// When the push is lost, requests go on at once, not when the long pause between them is over.
func TestReadPushLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: answers(map[string]string{driversOf: drivers})}
		_, r, err := s.follow(t, time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.push = &pushed{hold: r.cfg.Reorder, wake: make(chan struct{}, 1)}
		r.push.set(true)
		began := time.Now()
		time.AfterFunc(7*time.Second, func() { r.push.set(false) })
		none := func([]feed.Message) (int, error) { return 0, nil }
		if err := r.rest(t.Context(), none); err != nil || time.Since(began) != 7*time.Second {
			t.Errorf("rested %v, %v", time.Since(began), err)
		}
		began = time.Now()
		if err := r.rest(t.Context(), none); err != nil || time.Since(began) != r.cfg.Every {
			t.Errorf("without a push rested %v, %v", time.Since(began), err)
		}
	})
}

func indexOf(told []string, part string) int {
	for i, line := range told {
		if strings.Contains(line, part) {
			return i
		}
	}
	return -1
}

func mustParse(t *testing.T, text string) *fastjson.Value {
	t.Helper()
	v, err := fastjson.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Samples become the feed's packed messages, once each; from 2026 there is no drs.
func TestReadSamples(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: answers(map[string]string{
			carData: `[{"date":"2000-01-01T00:00:00.25+00:00","session_key":7,"driver_number":4,"rpm":11000,"speed":300,"n_gear":8,"throttle":100,"brake":0,"drs":null},
			{"date":"2000-01-01T00:00:00.25+00:00","session_key":7,"driver_number":81,"rpm":9000,"speed":200,"n_gear":5,"throttle":50,"brake":0,"drs":8}]`,
			locationOf: `[{"date":"2000-01-01T00:00:00.5+00:00","session_key":7,"driver_number":4,"x":-10,"y":20,"z":0}]`,
		})}
		told, _, err := s.follow(t, 2*time.Minute, func(c *ReadConfig) { c.Samples = true })
		if err != nil {
			t.Fatal(err)
		}
		var plain []string
		var inflater feed.Inflater
		for _, line := range told {
			if topic, payload, _ := strings.Cut(line, " "); strings.HasSuffix(topic, ".z") {
				b, err := inflater.Inflate([]byte(payload))
				if err != nil {
					t.Fatal(err)
				}
				plain = append(plain, string(b))
			}
		}
		want := []string{
			`{"Entries":[{"Utc":"2000-01-01T00:00:00.25Z","Cars":{"4":{"Channels":{"0":11000,"2":300,"3":8,"4":100,"5":0}},"81":{"Channels":{"0":9000,"2":200,"3":5,"4":50,"5":0,"45":8}}}}]}`,
			`{"Position":[{"Timestamp":"2000-01-01T00:00:00.5Z","Entries":{"4":{"Status":"OnTrack","X":-10,"Y":20,"Z":0}}}]}`,
		}
		if !slices.Equal(plain, want) {
			t.Errorf("samples %s", strings.Join(plain, "\n"))
		}
	})
}
