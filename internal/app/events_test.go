package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/live"
	"pitwall.live/internal/wire"
)

const eventsPath = "/api/v1/sessions/latest/events"

// list asks for events.
func (s *stand) list(query string) wire.Events {
	s.Helper()
	return get[wire.Events](s, "GET", eventsPath+"?"+query, "")
}

// Pages join to the whole, filters pick what they say, and a moment has what was known then.
func TestEventsAPI(t *testing.T) {
	s := newStand(t, simulated(t, 8), &live.Replay{Speed: 1})
	line := get[wire.Timeline](s, "GET", "/api/v1/sessions/latest/timeline", "")
	end := "at=" + string(line.End)
	all := s.list(end + "&limit=5000")
	if len(all.Events) < 20 || all.Total != len(all.Events) || all.Next != "" {
		t.Fatalf("%d events of %d, next %q: the test proves nothing", len(all.Events), all.Total, all.Next)
	}

	var joined []wire.Event
	for cursor, pages := "", 0; ; pages++ {
		page := s.list(fmt.Sprintf("%s&limit=7&cursor=%s", end, cursor))
		if page.Total != all.Total || len(page.Events) > 7 || pages > all.Total {
			t.Fatalf("page %d: %d events of %d", pages, len(page.Events), page.Total)
		}
		joined = append(joined, page.Events...)
		if cursor = string(page.Next); cursor == "" {
			break
		}
	}
	same(t, "pages of 7", joined, all.Events)
	if beyond := s.list(end + "&cursor=5000"); len(beyond.Events) != 0 || beyond.Next != "" {
		t.Errorf("beyond the last page: %+v", beyond)
	}

	filter := func(query string, keep func(wire.Event) bool) {
		t.Helper()
		want := slices.DeleteFunc(slices.Clone(all.Events), func(e wire.Event) bool { return !keep(e) })
		got := s.list(end + "&limit=5000&" + query)
		if len(want) == 0 || got.Total != len(want) {
			t.Errorf("%s: %d events, want %d, more than 0", query, got.Total, len(want))
		}
		same(t, query, got.Events, want)
	}
	is := func(n *int, number int) bool { return n != nil && *n == number }
	filter("kind=overtake.on_track", func(e wire.Event) bool { return e.Kind == "overtake.on_track" })
	filter("kind=o", func(e wire.Event) bool { return e.Kind[0] == 'o' })
	filter("priority=P1", func(e wire.Event) bool { return e.Priority <= "P1" })
	filter("priority=P3", func(wire.Event) bool { return true })
	car := *all.Events[slices.IndexFunc(all.Events, func(e wire.Event) bool { return e.Driver != nil })].Driver
	byCar := func(e wire.Event) bool {
		return is(e.Driver, car) || is(e.Other, car) || slices.Contains(e.Drivers, car)
	}
	filter(fmt.Sprint("driver_number=", car), byCar)
	filter(fmt.Sprintf("priority=P1&kind=o&driver_number=%d", car), func(e wire.Event) bool { return byCar(e) && e.Priority <= "P1" && e.Kind[0] == 'o' })

	// Until lap 4 nothing of later laps is known, and each event as it was then.
	then := s.list("at_lap=4&limit=5000")
	if len(then.Events) == 0 || len(then.Events) >= len(all.Events) {
		t.Fatalf("%d of %d events until lap 4", len(then.Events), len(all.Events))
	}
	for _, e := range then.Events {
		if e.Known > line.Laps[3].Time {
			t.Errorf("until lap 4, %s, there is version %d of %s of %s", line.Laps[3].Time, e.Version, e.ID, e.Known)
		}
	}
	same(t, "at and at_lap", s.list("limit=5000&at="+url.QueryEscape(line.Laps[3].Time)).Events, then.Events)
	c := get[wire.ClockState](s, "POST", "/api/v1/clocks", `{"session_key":"latest","lap":4,"paused":true}`)
	same(t, "at a clock in lap 4", s.list("limit=5000&clock="+c.ID).Events, then.Events)
	if start := s.list("at=" + string(line.Start)); start.Events == nil || slices.ContainsFunc(start.Events, func(e wire.Event) bool { return e.Known > string(line.Start) }) {
		t.Errorf("at the start: %+v", start)
	}

	later := all.Events[len(all.Events)-1].ID
	s.refused("GET", eventsPath+"/"+later+"/why?clock="+c.ID, "", 404, later)
	s.refused("GET", "/api/v1/sessions/none/events", "", 404, "none")
	s.refused("GET", eventsPath+"?clock=c_none", "", 404, "c_none")
	s.refused("GET", eventsPath+"?at_lap=99", "", 404, "lap 99")
	s.refused("GET", eventsPath+"?at=lunch", "", 422, "RFC 3339")
	s.refused("GET", eventsPath+"?at_lap=2&clock="+c.ID, "", 422, "one of")
	s.refused("GET", eventsPath+"?priority=P9", "", 422, "priority")
	s.refused("GET", eventsPath+"?limit=0", "", 422, "limit")
	s.refused("GET", eventsPath+"?limit=5001", "", 422, "limit")
	s.refused("GET", eventsPath+"?cursor=first", "", 422, "cursor")
	s.refused("GET", eventsPath+"?cursor=-1", "", 422, "cursor")
	s.refused("GET", eventsPath+"?driver_number=norris", "", 422, "driver_number")
}

func same(t *testing.T, what string, got, want []wire.Event) {
	t.Helper()
	a, err1 := json.Marshal(got)
	b, err2 := json.Marshal(want)
	if err1 != nil || err2 != nil || string(a) != string(b) {
		t.Errorf("%s: %d events, want %d: %.300s\nwant %.300s", what, len(got), len(want), a, b)
	}
}

// Why gives the rule and every cited message as it came.
func TestWhyAPI(t *testing.T) {
	s := newStand(t, simulated(t, 6), nil)
	kinds := map[string]bool{}
	for _, e := range s.list("limit=5000").Events {
		if kinds[e.Kind+e.Status] {
			continue
		}
		kinds[e.Kind+e.Status] = true
		w := get[wire.Why](s, "GET", eventsPath+"/"+e.ID+"/why", "")
		same(t, e.Kind, []wire.Event{w.Event}, []wire.Event{e})
		same(t, e.Kind+", its newest version", w.Versions[len(w.Versions)-1:], []wire.Event{e})
		if w.Rule == "" || strings.Contains(w.Rule, "{") || !w.Holds || w.Problem != "" || len(w.Versions) != e.Version || len(w.Messages) != len(e.Evidence) {
			t.Errorf("%s: %+v", e.Kind, w)
		}
		for i, m := range w.Messages {
			raw, err := s.log.At(m.Offset)
			if err != nil {
				t.Fatal(err)
			}
			if m.Offset != e.Evidence[i] || m.Topic != raw.Topic || string(m.Time) != string(wire.OptTime(raw.Time)) || !sameJSON(t, m.Payload, raw.Payload) {
				t.Errorf("%s cites %+v, message %d is %s %s %s", e.Kind, m, e.Evidence[i], raw.Time, raw.Topic, raw.Payload)
			}
		}
	}
	if len(kinds) < 3 {
		t.Errorf("%d kinds of events: the test proves nothing", len(kinds))
	}
	s.refused("GET", eventsPath+"/none/why", "", 404, "none")
	s.refused("GET", eventsPath+"/none/why?clock=live-0", "", 404, "live-0")
	s.refused("GET", eventsPath+"/"+strings.Repeat("0", 41)+"/why", "", 422, "event")
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(x) == fmt.Sprint(y)
}

// Into a pipe events go line by line, each version once, also when the connection breaks in between.
func TestWatchEvents(t *testing.T) {
	data, _ := keptSession(t)
	addr := freeAddress(t)
	replay := []string{"replay", "77", "--data", data, "--listen", addr, "--from", "4", "--speed", "0.1"}
	server, url := startServer(t, replay...)
	var c wire.ClockState
	request(t.Context(), t, http.MethodPatch, url+"/api/v1/clocks/default", `{"paused":true}`, &c)
	known := map[string]int{}
	news := func() (lines int) { // versions that were not known when it was last asked
		t.Helper()
		var list wire.Events
		request(t.Context(), t, http.MethodGet, url+eventsPath+"?priority=P2&limit=5000", "", &list)
		for _, e := range list.Events {
			if known[e.ID] != e.Version {
				known[e.ID], lines = e.Version, lines+1
			}
		}
		return lines
	}
	want := news()
	out, err := pitwallProcess(t, t.TempDir(), "watch", url, "--events", "--once").Output()
	if got := strings.Count(string(out), "\n"); err != nil || want < 5 || got != want {
		t.Fatalf("%v, %d lines, want %d, more than 4:\n%s", err, got, want, out)
	}
	last := ""
	for line := range strings.Lines(string(out)) {
		if !eventLine.MatchString(line) {
			t.Errorf("%q is no event", line)
			continue
		}
		if known := line[:len("15:04:05")]; known < last {
			t.Errorf("%q after %s", line, last)
		} else {
			last = known
		}
	}

	cmd := pitwallProcess(t, t.TempDir(), "watch", url, "--events")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	told := map[string]bool{}
	read := func(n int) {
		t.Helper()
		for range n {
			if !lines.Scan() {
				t.Fatalf("after %d lines: %v", len(told), lines.Err())
			}
			if told[lines.Text()] {
				t.Errorf("%q is told again", lines.Text())
			}
			told[lines.Text()] = true
		}
	}
	read(want)
	stopServer(t, server)
	server, _ = startServer(t, replay...)
	request(t.Context(), t, http.MethodPatch, url+"/api/v1/clocks/default", `{"at":"2999-01-01T00:00:00Z"}`, &c)
	read(news())
	stopServer(t, server)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

var eventLine = regexp.MustCompile(`^\d\d:\d\d:\d\d (L\d+)? *[ ?x]  \S.*\n$`)
