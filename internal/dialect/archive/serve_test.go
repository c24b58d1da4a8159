package archive_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/wire"
)

// Our archive of a real archive has the same messages, and where the original begins at zero the same times.
func TestRealSessions(t *testing.T) {
	for path, begins := range map[string]bool{
		"2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race":             true,
		"2020/2020-08-07_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2": false,
		"2022/2022-07-03_British_Grand_Prix/2022-07-01_Practice_1":          true,
		"2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying":      true,
	} {
		original := path
		if !begins {
			original = "2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2"
		}
		want := reference.Messages(t, reference.Path(t, "live-timing", "archive", original))
		s := newStand(t)
		s.add(t, "1", append([]feed.Message(nil), want...), live.About{Source: "recording"})
		if !begins { // no SessionInfo: the place is made from what is known
			var root struct{ Years []struct{ Path string } }
			document(t, get(t, s.url+"Index.json", http.StatusOK), &root)
			path = onlySession(t, s.url, root.Years[0].Path)
		}
		same(t, reference.Messages(t, fetch(t, s.url+strings.TrimSuffix(path, "/")+"/")), want, begins)
	}
}

// onlySession is the path of the one session of a year.
func onlySession(t testing.TB, url, year string) string {
	t.Helper()
	var season struct {
		Meetings []struct {
			Key      *int
			Code     *string // readers of the index take both as given
			Sessions []struct{ Path string }
		}
	}
	document(t, get(t, url+year+"Index.json", http.StatusOK), &season)
	for _, m := range season.Meetings {
		if m.Key == nil || m.Code == nil {
			t.Errorf("a meeting of %s lacks its key or its code", year)
		}
	}
	if len(season.Meetings) != 1 || len(season.Meetings[0].Sessions) != 1 {
		t.Fatalf("the index of %s has other than one session: %+v", year, season)
	}
	return season.Meetings[0].Sessions[0].Path
}

// simulated are the messages of a short race.
func simulated(t testing.TB, seed uint64) []feed.Message {
	t.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Seed: seed, Laps: 3, Start: time.Date(2026, 5, 3, 13, 0, 0, 0, time.UTC), Key: int(seed) + 9000})
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		all = append(all, m)
	}
}

// read is every message of a folder.
func read(t testing.TB, path string) []feed.Message { return reference.Messages(t, path) }

// inLog is what a log has kept: of equal messages that were not told apart, one.
func inLog(t testing.TB, log *sessionlog.Log) []feed.Message {
	t.Helper()
	all, err := []feed.Message(nil), error(nil)
	for n := log.Len(); uint64(len(all)) < n; {
		var more []feed.Message
		if more, err = log.Read(uint64(len(all))+1, 1000); err != nil {
			t.Fatal(err)
		}
		all = append(all, more...)
	}
	return all
}

// byTopic sorts messages as an archive has them: each topic in order.
func byTopic(all []feed.Message) map[string][]feed.Message {
	m := map[string][]feed.Message{}
	for i := range all {
		m[all[i].Topic] = append(m[all[i].Topic], all[i])
	}
	return m
}

// A simulated race has every topic; each comes back whole and in order, and its document is what the messages come to.
func TestSimulatedSession(t *testing.T) {
	want := simulated(t, 1)
	s := newStand(t)
	want = inLog(t, s.add(t, "9001", want, live.About{Source: "sim"}))
	path := onlySession(t, s.url, "2026/")
	if !strings.HasPrefix(path, "2026/2026-05-03_") {
		t.Fatalf("path %s", path)
	}
	dir := fetch(t, s.url+path)
	wellFormed(t, dir)
	got, wanted := byTopic(read(t, dir)), byTopic(want)
	if len(got) != len(wanted) || len(got) < 20 {
		t.Errorf("%d topics, want %d", len(got), len(wanted))
	}
	var state feed.State
	for i := range want {
		if err := state.Apply(&want[i]); err != nil {
			t.Fatal(err)
		}
	}
	for topic, ms := range wanted {
		if len(got[topic]) != len(ms) {
			t.Errorf("%s: %d messages, want %d", topic, len(got[topic]), len(ms))
			continue
		}
		for i := range ms {
			if !bytes.Equal(got[topic][i].Payload, ms[i].Payload) {
				t.Errorf("%s %d: %.80s, want %.80s", topic, i, got[topic][i].Payload, ms[i].Payload)
				break
			}
		}
		page := get(t, s.url+path+topic+".json", http.StatusOK)
		if doc := feed.AppendJSON([]byte("\xef\xbb\xbf"), state.Topic(topic)); !bytes.Equal(page, doc) {
			t.Errorf("%s.json: %.100s, want %.100s", topic, page, doc)
		}
	}
}

// Nothing newer than the viewer's clock is in any page, under either way to name it.
func TestClocks(t *testing.T) {
	all := simulated(t, 2)
	s := newStand(t)
	log := s.add(t, "9002", all, live.About{Source: "sim"})
	all = inLog(t, log)
	s.add(t, "9003", simulated(t, 3), live.About{Source: "sim"})
	at := log.Start().Add(log.End().Sub(log.Start()) / 2)
	until := log.OffsetAt(at)
	if until == 0 || until == log.Len() {
		t.Fatalf("the clock shows %d of %d messages", until, log.Len())
	}
	clock, err := s.live.CreateClock("9002", wire.ClockWish{At: pointer(at), Paused: pointer(true)})
	if err != nil {
		t.Fatal(err)
	}
	path := onlySession(t, s.at+clock.ID+"/static/", "2026/")
	want := byTopic(all[:until])
	for _, url := range []func(page string) string{
		func(page string) string { return s.at + clock.ID + "/static/" + path + page },
		func(page string) string { return s.url + path + page + "?clock=" + clock.ID },
	} {
		var f feeds
		document(t, get(t, url("Index.json"), http.StatusOK), &f)
		if len(f.Feeds) != len(want) {
			t.Errorf("%d topics, want %d", len(f.Feeds), len(want))
		}
		for topic, ms := range want {
			page := get(t, url(topic+".jsonStream"), http.StatusOK)
			if n := bytes.Count(page, []byte("\r\n")); n != len(ms) {
				t.Errorf("%s: %d lines, want %d", topic, n, len(ms))
			}
		}
	}
	// The other session, which has the same place by what it says itself, is not to be had at this clock.
	var season struct {
		Meetings []struct{ Sessions []struct{ Path string } }
	}
	document(t, get(t, s.url+"2026/Index.json", http.StatusOK), &season)
	both := season.Meetings[0].Sessions
	if len(both) != 2 || both[0] == both[1] || both[0].Path != path && both[1].Path != path {
		t.Fatalf("sessions %v", both)
	}
	for _, other := range both {
		if other.Path != path {
			get(t, s.url+other.Path+"SessionInfo.json", http.StatusOK)
			get(t, s.at+clock.ID+"/static/"+other.Path+"SessionInfo.json", http.StatusForbidden)
		}
	}
	get(t, s.at+"c_none/static/2026/Index.json", http.StatusForbidden)
	if page := get(t, s.at+"live-5/static/"+path+"SessionInfo.jsonStream", http.StatusOK); !bytes.HasSuffix(page, []byte("}\r\n")) {
		t.Errorf("a delayed clock's page ends with %.20q", page)
	}
}

func pointer[T any](v T) *T { return &v }

// What is not there is denied in the object store's words, and a page that has not changed is not sent again.
func TestAnswers(t *testing.T) {
	s := newStand(t)
	log := s.add(t, "9004", simulated(t, 4), live.About{Source: "sim", Live: true})
	path := onlySession(t, s.url, "2026/")
	for _, page := range []string{
		"", "x", "Index.json/", "2026", "2026/", "1999/Index.json", "2026/nothing/Index.json", path, path + "Nothing.jsonStream", path + "Nothing.json",
		path + ".json", path + "TeamRadio/x.mp3", path + "TimingData", "../" + path + "Index.json", "2026/..%2f..%2fIndex.json",
	} {
		got, err := http.Get(s.url + page) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(page, "../") { // the path that it comes to is of another service
			continue
		}
		if got.StatusCode != http.StatusForbidden || !bytes.Contains(body, []byte("<Code>AccessDenied</Code>")) || got.Header.Get("Content-Type") != "application/xml" {
			t.Errorf("%q: %s %s", page, got.Status, body)
		}
	}
	for _, page := range []string{"Index.json", path + "Index.json", path + "TimingData.json", path + "TimingData.jsonStream"} {
		got, err := http.Head(s.url + page) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		tag := got.Header.Get("ETag")
		if got.StatusCode != http.StatusOK || tag == "" {
			t.Fatalf("%s: %s, tag %q", page, got.Status, tag)
		}
		if body := ask(t, s.url+page, http.StatusNotModified, http.Header{"If-None-Match": {`"other", W/` + tag}}); len(body) > 0 {
			t.Errorf("%s: a body with 304", page)
		}
		ask(t, s.url+page, http.StatusOK, http.Header{"If-None-Match": {`"other"`}})
	}
	before := get(t, s.url+path+"TrackStatus.jsonStream", http.StatusOK)
	tag := head(t, s.url+path+"TrackStatus.jsonStream").Get("ETag")
	if _, err := log.Append([]feed.Message{{Topic: feed.TopicTrackStatus, Payload: []byte(`{"Status":"9"}`), Time: log.End().Add(time.Second)}}); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for head(t, s.url+path+"TrackStatus.jsonStream").Get("ETag") == tag {
		if time.Now().After(deadline) {
			t.Fatal("the page's tag stays although a message has come")
		}
	}
	after := get(t, s.url+path+"TrackStatus.jsonStream", http.StatusOK)
	if !bytes.HasPrefix(after, before) || !bytes.HasSuffix(after, []byte("{\"Status\":\"9\"}\r\n")) || len(after) <= len(before) {
		t.Errorf("the page grew from %d to %d bytes and ends with %.40q", len(before), len(after), after[max(len(after)-40, 0):])
	}
	if status := get(t, s.url+"StreamingStatus.json", http.StatusOK); string(status) != "\ufeff{\"Status\":\"Available\"}" {
		t.Errorf("streaming status %s", status)
	}
}

func head(t testing.TB, url string) http.Header {
	t.Helper()
	got, err := http.Head(url) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	return got.Header
}

// wellFormed has the reader of recordings look for anything wrong in a folder of pages.
func wellFormed(t testing.TB, dir string) {
	t.Helper()
	r, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		var m feed.Message
		if err := r.Next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if r.Damaged() {
		t.Errorf("problems: %v", r.Problems())
	}
}

// A session on the shelf is listed without being loaded, and read when a page is asked for, also when its log was begun
// under another name than the feed's.
func TestShelvedSession(t *testing.T) {
	s := newStand(t)
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "")
	if err != nil {
		t.Fatal(err)
	}
	all := simulated(t, 7)
	if _, err := log.Append(all); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	opened := 0
	about := live.About{Key: "begun", Source: "stored", Open: func() (*sessionlog.Log, error) {
		opened++
		return sessionlog.OpenRead(log.Path())
	}}
	if err := s.live.Shelve(about, all[:20]); err != nil {
		t.Fatal(err)
	}
	path := onlySession(t, s.url, "2026/")
	if opened > 0 {
		t.Error("the index loads the session")
	}
	for range 2 {
		get(t, s.url+path+"TimingData.jsonStream", http.StatusOK)
	}
	if again := onlySession(t, s.url, "2026/"); again != path || opened != 1 {
		t.Errorf("opened %d times, at %s, before at %s", opened, again, path)
	}
	held, err := s.live.Session("9007")
	if err != nil || held.Key() != "9007" {
		t.Errorf("session %v: %v", held, err)
	}
}

// A connection that was lost leaves snapshots in the log. The pages have none: who merges their lines has the log's
// documents, and no event is told twice.
func TestSnapshots(t *testing.T) {
	at := time.Date(2026, 5, 3, 13, 0, 0, 0, time.UTC)
	m := func(second int, snapshot bool, topic, payload string) feed.Message {
		return feed.Message{Topic: topic, Payload: []byte(payload), Time: at.Add(time.Duration(second) * time.Second), Snapshot: snapshot}
	}
	s := newStand(t)
	s.add(t, "9010", []feed.Message{
		m(0, true, "SessionInfo", `{"Key":9010,"Name":"Race","Path":"2026/2026-05-03_A/2026-05-03_Race/","_kf":true}`),
		m(0, true, "TimingData", `{"Lines":{"1":{"InPit":true,"Line":1},"4":{"Line":2}},"_kf":true}`),
		m(0, true, "Heartbeat", `{"Utc":"2026-05-03T13:00:00Z"}`),
		m(5, false, "TimingData", `{"Lines":{"1":{"InPit":false}}}`),
		m(60, true, "SessionInfo", `{"Key":9010,"Name":"Race","Path":"2026/2026-05-03_A/2026-05-03_Race/","_kf":true}`),
		m(60, true, "TimingData", `{"Lines":{"1":{"InPit":true,"Line":1,"NumberOfLaps":3}},"_kf":true}`),
		m(60, true, "Heartbeat", `{"Utc":"2026-05-03T13:00:00Z"}`),
		m(61, false, "TimingData", `{"Lines":{"1":{"Line":2}}}`),
	}, live.About{Source: "livetiming"})
	for page, want := range map[string]string{
		"SessionInfo": "00:00:00.000{\"Key\":9010,\"Name\":\"Race\",\"Path\":\"2026/2026-05-03_A/2026-05-03_Race/\"}\r\n",
		"Heartbeat":   "00:00:00.000{\"Utc\":\"2026-05-03T13:00:00Z\"}\r\n",
		"TimingData": "00:00:00.000{\"Lines\":{\"1\":{\"InPit\":true,\"Line\":1},\"4\":{\"Line\":2}}}\r\n" +
			"00:00:05.000{\"Lines\":{\"1\":{\"InPit\":false}}}\r\n" +
			"00:01:00.000{\"Lines\":{\"1\":{\"InPit\":true,\"NumberOfLaps\":3},\"_deleted\":[\"4\"]}}\r\n" +
			"00:01:01.000{\"Lines\":{\"1\":{\"Line\":2}}}\r\n",
	} {
		if got := string(get(t, s.url+"2026/2026-05-03_A/2026-05-03_Race/"+page+".jsonStream", http.StatusOK)); got != "\ufeff"+want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

// A delayed clock knows no session before it was told of it, and of a session no more than it was told.
func TestDelayedIndex(t *testing.T) {
	s := newStand(t)
	at := time.Date(2026, 5, 3, 13, 0, 0, 0, time.UTC)
	m := func(ago time.Duration, topic, payload string) feed.Message {
		return feed.Message{Topic: topic, Payload: []byte(payload), Time: at.Add(-ago), Received: time.Now().Add(-ago)}
	}
	info := func(key, name string) string {
		return `{"Key":` + key + `,"Name":"` + name + `","Path":"2026/2026-05-03_A/2026-05-03_` + key + `/"}`
	}
	index := func(clock string) string { return s.at + clock + "/static/2026/Index.json" }
	status := func(clock, want string) {
		t.Helper()
		if got := get(t, s.at+clock+"/static/StreamingStatus.json", http.StatusOK); string(got) != "\ufeff{\"Status\":\""+want+"\"}" {
			t.Errorf("%s: streaming status %s, want %s", clock, got, want)
		}
	}
	s.add(t, "9021", []feed.Message{m(time.Second, "SessionInfo", info("9021", "New"))}, live.About{Source: "sim", Live: true})
	get(t, index("live"), http.StatusOK)
	get(t, index("live-300"), http.StatusForbidden)
	if years := get(t, s.at+"live-300/static/Index.json", http.StatusOK); string(years) != "\ufeff{\"Years\":[]}" {
		t.Errorf("years %s", years)
	}
	status("live", "Available")
	status("live-300", "Offline")

	// One that was renamed meanwhile has its old name, and one whose end was not seen yet still runs.
	s.add(t, "9022", []feed.Message{m(time.Hour, "SessionInfo", info("9022", "Before")), m(time.Second, "SessionInfo", info("9022", "After"))}, live.About{Source: "sim"})
	late, now := get(t, index("live-300"), http.StatusOK), get(t, index("live"), http.StatusOK)
	if !bytes.Contains(late, []byte(`"Before"`)) || bytes.Contains(late, []byte(`"After"`)) || bytes.Contains(late, []byte("9021")) {
		t.Errorf("five minutes ago: %s", late)
	}
	if !bytes.Contains(now, []byte(`"After"`)) || !bytes.Contains(now, []byte(`"New"`)) {
		t.Errorf("now: %s", now)
	}
	status("live-300", "Available")
	for _, none := range []string{"live-0", "live-301", "c_none", "x"} {
		get(t, index(none), http.StatusForbidden)
	}
}
