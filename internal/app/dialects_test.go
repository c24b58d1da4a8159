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
