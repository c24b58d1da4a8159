package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/tables"
)

var formats = []tables.Format{tables.CSV, tables.JSONL, tables.Parquet}

// resources are the tables that are resources with rows.
func resources() []string {
	var names []string
	for _, name := range tables.Names() {
		if name != "sessions" {
			names = append(names, name)
		}
	}
	return names
}

// sameEverywhere holds every table in every format to what the export writes, and pages to the whole.
func (s *stand) sameEverywhere(d *derive.Session, session, moment string, pageOf int) {
	s.Helper()
	rows := 0
	for _, table := range resources() {
		path := "/sessions/" + session + "/" + table
		for _, f := range formats {
			got, want := s.get(path+"?"+moment, "Accept: "+f.MediaType()), exported(s, d, table, f)
			if !bytes.Equal(got, want) {
				s.Errorf("%s?%s as %s: %d bytes, the export has %d:\n%.300s\n%.300s", path, moment, f, len(got), len(want), got, want)
			}
		}
		if table == "events" { // JSON has the sentences
			continue
		}
		want := bytes.Split(bytes.TrimSuffix(exported(s, d, table, tables.JSONL), []byte("\n")), []byte("\n"))
		if len(want[0]) == 0 {
			want = nil
		}
		if len(want) > 30_000 {
			want = want[:2*pageOf] // not every sample of hours
		}
		var got [][]byte
		cursor := ""
		for len(got) < len(want) || cursor == "" {
			p := decode[page](s, s.get(fmt.Sprintf("%s?%s&limit=%d&cursor=%s", path, moment, pageOf, url.QueryEscape(cursor))))
			for _, row := range p.Data {
				got = append(got, row)
			}
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if !bytes.Equal(bytes.Join(got, []byte("\n")), bytes.Join(want, []byte("\n"))) {
			s.Errorf("%s?%s: pages of %d have %d rows, the table %d", path, moment, pageOf, len(got), len(want))
		}
		rows += len(got)
	}
	if rows < 500 {
		s.Errorf("only %d rows: the test proves nothing", rows)
	}
}

// Every resource in every format is the table that the export writes, from the store and from the log.
func TestRowsAreTheExport(t *testing.T) {
	messages := simulated(t, 4, 3)
	d := derived(messages)
	t.Run("store", func(t *testing.T) {
		s := newStand(t)
		s.keep(d)
		s.sameEverywhere(d, d.Key(), "", 7000)
	})
	t.Run("log", func(t *testing.T) {
		s := newStand(t)
		s.hold(messages, nil)
		s.sameEverywhere(d, "latest", "", 7000)
	})
	t.Run("small pages", func(t *testing.T) {
		s := newStand(t)
		s.keep(d)
		for _, table := range []string{"laps", "drivers", "positions", "weather", "rejoin"} {
			want := string(exported(t, d, table, tables.JSONL))
			got, path := "", "/sessions/"+d.Key()+"/"+table+"?limit=3"
			for n := 0; path != ""; n++ {
				resp, body := s.ask(path, "Accept: application/x-ndjson")
				if lines := strings.Count(string(body), "\n"); resp.StatusCode != http.StatusOK || lines > 3 || n > 2000 {
					t.Fatalf("%s: %s, %d lines", path, resp.Status, lines)
				}
				got += string(body)
				path, _, _ = strings.Cut(strings.TrimPrefix(resp.Header.Get("Link"), "</api/v1"), ">")
			}
			if got != want {
				t.Errorf("%s: %d bytes in pages, %d in one", table, len(got), len(want))
			}
		}
	})
}

// The same of real sessions.
func TestRealSessionsAreTheExport(t *testing.T) {
	for _, path := range [][]string{
		{"live-timing", "recordings", "2024-05-18_imola_qualifying_hubframes"},
		{"live-timing", "archive", "2019", "2019-09-08_Italian_Grand_Prix", "2019-09-07_Qualifying"},
	} {
		t.Run(filepath.Base(path[len(path)-1]), func(t *testing.T) {
			messages := reference.Messages(t, reference.Path(t, path...))
			for i := range messages {
				messages[i].Received = messages[i].Time
			}
			messages = logged(t, messages)
			d := derived(messages)
			s := newStand(t)
			s.keep(d)
			s.sameEverywhere(d, d.Key(), "", 1000)
			s.hold(messages, nil)
			s.sameEverywhere(d, d.Key(), "at=2100-01-01T00:00:00Z", 1000)
		})
	}
}

// At a lap, a time and a clock the rows are those that a session has that ended there.
func TestRowsOfAMoment(t *testing.T) {
	messages := simulated(t, 4, 3)
	s := newStand(t)
	s.keep(derived(messages)) // what is stored is the whole race; nothing of it may show
	s.hold(messages, nil)
	session, err := s.live.Session("latest")
	if err != nil {
		t.Fatal(err)
	}
	for _, lap := range []int{2, 4} {
		p, err := s.live.Place(session.Key(), noTime, lap, "")
		if err != nil {
			t.Fatal(err)
		}
		if p.Newest || p.Offset == 0 {
			t.Fatalf("lap %d is at %d of %d", lap, p.Offset, len(messages))
		}
		then := derived(messages[:p.Offset])
		s.sameEverywhere(then, session.Key(), fmt.Sprintf("at_lap=%d", lap), 7000)
	}
	at := messages[len(messages)/3].Time
	n := 0
	for clock := at; n < len(messages) && !messages[n].Time.After(clock); n++ {
	}
	p, err := s.live.Place(session.Key(), at, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	s.sameEverywhere(derived(messages[:p.Offset]), session.Key(), "at="+at.Format("2006-01-02T15:04:05.000Z"), 7000)
}

// newestTime is the newest time anywhere in rows.
func newestTime(body []byte) string {
	newest := ""
	for _, part := range bytes.Split(body, []byte(`"`)) {
		if s := string(part); len(s) == 24 && strings.HasSuffix(s, "Z") && s[10] == 'T' && s > newest {
			newest = s
		}
	}
	return newest
}

// Behind a clock nothing newer leaves by any resource, though the store has the whole session: on the process's own
// replay clock, and on a private one.
func TestClocksBoundTheStore(t *testing.T) {
	messages := simulated(t, 4, 3)
	d := derived(messages)
	s := newStand(t)
	s.keep(d)
	from := messages[len(messages)/2].Time
	s.hold(messages, &live.Replay{From: live.Moment{Time: from}, Speed: 1e-6})
	paused, at := true, messages[len(messages)/3].Time
	clock, err := s.live.CreateClock("latest", clockWish(at, paused))
	if err != nil {
		t.Fatal(err)
	}
	row := d.State.SessionRow()
	bounds := map[string]feed.Message{}
	for query, time := range map[string]int{"": len(messages) / 2, "clock=" + clock.ID: len(messages) / 3, "clock=default": len(messages) / 2, "clock=live": len(messages) / 2} {
		bounds[query] = messages[time]
	}
	for query, last := range bounds {
		limit := last.Time.Format("2006-01-02T15:04:05.000Z")
		full := derived(messages[:last.Offset])
		for _, table := range resources() {
			for _, name := range []string{"latest", d.Key(), row.Slug()} {
				resp, body := s.ask("/sessions/"+name+"/"+table+"?"+query, "Accept: application/x-ndjson")
				if resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-store" {
					t.Fatalf("%s of %s?%s: %s %v", table, name, query, resp.Status, resp.Header)
				}
				if n := newestTime(body); n > limit && table != "sessions" {
					t.Errorf("%s of %s?%s shows %s, the clock is at %s", table, name, query, n, limit)
				}
				if name == "latest" && !bytes.Equal(body, exported(t, full, table, tables.JSONL)) {
					t.Errorf("%s?%s is not what was known at message %d", table, query, last.Offset)
				}
			}
		}
		if lap := s.get("/sessions/latest/results/versions?" + query); bytes.Contains(lap, []byte(`"version"`)) {
			t.Errorf("?%s: versions from the future: %s", query, lap)
		}
	}
}

// A session whose log is gone says so.
func TestLogGone(t *testing.T) {
	s := newStand(t)
	d := derived(simulated(t, 2, 3))
	s.keep(d)
	for _, query := range []string{"at_lap=1", "at=2018-04-29T12:30:00Z", "clock=live-30"} {
		for _, path := range []string{"", "/laps", "/telemetry", "/results", "/results/versions", "/telemetry/laps"} {
			q := query
			if path == "/telemetry/laps" {
				q += "&laps=44:1"
			}
			resp, body := s.ask("/sessions/" + d.Key() + path + "?" + q)
			if resp.StatusCode != http.StatusConflict || !strings.Contains(string(body), "log of session") {
				t.Errorf("%s?%s: %s %s", path, q, resp.Status, body)
			}
		}
	}
	if resp, _ := s.ask("/sessions/nothing/laps?at_lap=1"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown session: %s", resp.Status)
	}
}
