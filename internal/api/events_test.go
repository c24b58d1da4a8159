package api_test

import (
	"net/http"
	"strings"
	"testing"

	"pitwall.live/internal/wire"
)

// A session whose log is gone has the events that its log told, and a page has a tag.
func TestEventsOfTheStore(t *testing.T) {
	messages := simulated(t, 3, 3)
	d := derived(messages)
	held, stored := newStand(t), newStand(t)
	held.hold(messages, nil)
	stored.keep(d)
	path := "/sessions/" + d.Key() + "/events"
	for _, query := range []string{"", "?limit=7", "?limit=7&cursor=7", "?priority=P1", "?kind=pit.", "?driver_number=44&limit=5000"} {
		want, got := decode[wire.Events](t, held.get("/sessions/latest/events"+query)), decode[wire.Events](t, stored.get(path+query))
		if len(want.Events) == 0 || len(got.Events) != len(want.Events) || got.Total != want.Total || got.Next != want.Next {
			t.Fatalf("%s: %d of %d events, next %q; the log has %d of %d, %q", query, len(got.Events), got.Total, got.Next, len(want.Events), want.Total, want.Next)
		}
		for i := range want.Events {
			w, g := &want.Events[i], &got.Events[i]
			if g.ID != w.ID || g.Title != w.Title || g.Text != w.Text || g.Version != w.Version || g.Priority != w.Priority || g.Known != w.Known {
				t.Fatalf("%s: event %d is\n%+v, by the log\n%+v", query, i, g, w)
			}
		}
	}
	for _, s := range []*stand{held, stored} {
		resp, _ := s.ask("/sessions/" + d.Key() + "/events")
		if tag := resp.Header.Get("ETag"); tag == "" || resp.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%v", resp.Header)
		} else if again, body := s.ask("/sessions/"+d.Key()+"/events", "If-None-Match: "+tag); again.StatusCode != http.StatusNotModified || len(body) > 0 {
			t.Errorf("the same again is %s", again.Status)
		}
	}
	stored.refused(path+"?at_lap=1", http.StatusConflict, "gone", "")
	stored.refused(path+"?cursor=x", http.StatusUnprocessableEntity, "none of ours", "query.cursor")
	for _, p := range decode[openAPI](t, stored.get("/openapi.json")).Paths["/api/v1/sessions/{session}/events"]["get"].Parameters {
		if p.In != "query" || p.example() == nil {
			continue
		}
		resp, body := held.ask(strings.TrimSuffix(path, "/events") + "/events?" + p.Name + "=" + strings.Split(p.text(), ",")[0])
		if table := strings.HasPrefix(p.Description, "CSV"); table != (resp.StatusCode == http.StatusUnprocessableEntity) {
			t.Errorf("%s is described as %q: %s %.200s", p.Name, p.Description, resp.Status, body)
		}
	}
}
