package app

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/wire"
)

// One server follows another as it would the official feed: by the other's address and nothing else.
func TestFollowsAnotherServer(t *testing.T) {
	data := t.TempDir()
	first, url := startServer(t, "serve", "--source", "sim:7", "--store", "none", "--data", data, "--listen", "127.0.0.1:0")
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	waitForSession(ctx, t, url)
	second, here := startServer(t, "serve", "--source", "livetiming:"+url+"/livetiming/signalrcore", "--store", "none", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	waitForSession(ctx, t, here)
	var theirs, ours wire.Sessions
	request(ctx, t, http.MethodGet, url+"/api/v1/sessions", "", &theirs)
	request(ctx, t, http.MethodGet, here+"/api/v1/sessions", "", &ours)
	if len(theirs.Sessions) != 1 || len(ours.Sessions) != 1 || ours.Sessions[0].Session.Key != theirs.Sessions[0].Session.Key {
		t.Errorf("followed %+v\nhere is %+v", theirs, ours)
	}
	stopServer(t, first)
	stopServer(t, second)
}

// A page of another origin reads no dialect unless it is allowed to, whatever the foreign service does.
func TestDialectsAndOrigins(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	for _, path := range []string{"/openf1/v1/sessions", "/ergast/f1/current.json", "/livetiming/static/Index.json", "/livetiming/signalrcore/negotiate?negotiateVersion=1", "/socket.io/?EIO=4&transport=polling"} {
		method := http.MethodGet
		if strings.Contains(path, "negotiate") {
			method = http.MethodPost
		}
		for origin, allowed := range map[string]bool{"https://evil.example": false, "https://friend.example": true} {
			resp, _ := s.ask(method, path, "", "Origin: "+origin)
			if got := resp.Header.Get("Access-Control-Allow-Origin"); (got == origin) != allowed || got != "" && !allowed {
				t.Errorf("%s from %s: %s, read by %q", path, origin, resp.Status, got)
			}
		}
	}
}

// A clock in the path is a boundary: a query can not move it, and one that does not exist shows nothing.
func TestClockInThePathOfADialect(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	made := get[wire.ClockState](s, "POST", "/api/v1/clocks", `{"session_key":"latest","speed":0.1}`)
	resp, early := s.ask("GET", "/openf1/at/"+made.ID+"/v1/race_control", "")
	for _, query := range []string{"?clock=default", "?%63lock=live", "?clock=live&clock=live"} {
		if r, b := s.ask("GET", "/openf1/at/"+made.ID+"/v1/race_control"+query, ""); r.StatusCode != resp.StatusCode || string(b) != string(early) {
			t.Errorf("with %s: %s, %d bytes; without: %s, %d", query, r.Status, len(b), resp.Status, len(early))
		}
	}
	if _, all := s.ask("GET", "/openf1/v1/race_control", ""); string(all) == string(early) {
		t.Error("the process's own clock shows no more than one at the beginning")
	}
	for _, clock := range []string{"bogus", "live-0", "live-301", "live-030", "c_0123456789"} {
		for _, path := range []string{"/openf1/at/" + clock + "/v1/sessions", "/openf1/v1/sessions?clock=" + clock, "/livetiming/at/" + clock + "/static/Index.json",
			"/livetiming/static/Index.json?clock=" + clock, "/ergast/at/" + clock + "/f1/seasons.json", "/livetiming/at/" + clock + "/signalrcore/negotiate"} {
			if resp, b := s.ask("GET", path, ""); resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s %.80s", path, resp.Status, b)
			}
		}
	}
}
