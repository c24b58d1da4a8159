package app

import (
	"strings"
	"testing"
)

// Socket.IO is where the contract has it, open to the pages that are allowed to connect.
func TestSocketIO(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil)
	const open = "/socket.io/?EIO=4&transport=polling"
	resp, body := s.ask("GET", open, "", "Origin: https://friend.example")
	if resp.StatusCode != 200 || !strings.HasPrefix(string(body), `0{"sid":"`) || resp.Header.Get("Access-Control-Allow-Origin") != "https://friend.example" {
		t.Fatalf("%d %s %v", resp.StatusCode, body, resp.Header)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(string(body), `0{"sid":"`), `"`)
	packets := "40\x1e420[\"subscribe\",\"sessions\"]"
	if resp, body := s.ask("POST", open+"&sid="+id, packets, "Origin: https://friend.example", "Sec-Fetch-Site: cross-site"); resp.StatusCode != 200 || string(body) != "ok" {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	if _, body := s.ask("GET", open+"&sid="+id, ""); !strings.Contains(string(body), "\x1e42[\"sessions\",{\"v\":1,") || !strings.Contains(string(body), "\x1e430[{\"ok\":true") {
		t.Errorf("%.300s", body)
	}
	if resp, body := s.ask("GET", open, "", "Origin: https://stranger.example"); resp.StatusCode != 403 || string(body) != `{"code":4,"message":"Forbidden"}` {
		t.Errorf("a stranger: %d %s", resp.StatusCode, body)
	}
}
