package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/api"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/live"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/clickhouse"
	"pitwall.live/internal/store/clickhouse/clickhousetest"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// keepAs stores a copy of a stored session under another key, as published tables bring it.
func (s *stand) keepAs(key, from string, change func(*f1.SessionRow)) {
	s.Helper()
	stored, err := s.store.Find(s.Context(), from)
	if err != nil {
		s.Fatal(err)
	}
	b := &store.Batch{Session: stored.SessionRow, Simulated: true, Source: "fastf1", Log: "b", Whole: true, Ended: true}
	b.Session.SessionKey = key
	change(&b.Session)
	for _, table := range []string{"drivers", "laps", "results", "pit_stops", "stints", "race_control"} {
		c := store.Change{Table: table}
		for row, err := range s.store.Rows(s.Context(), &store.Query{Session: from, Table: table}) {
			if err != nil {
				s.Fatal(err)
			}
			cells := slices.Clone(row.Cells)
			cells[0].S = key
			if d, err := tables.Find(table); err == nil && !d.Sorted {
				c.At = append(c.At, len(c.Rows))
			}
			c.Rows = append(c.Rows, cells)
		}
		c.Len = len(c.Rows)
		b.Changes = append(b.Changes, c)
	}
	if err := s.store.Write(s.Context(), b); err != nil {
		s.Fatal(err)
	}
}

// answers are the answers to all questions that need no argument, of the simulated sessions: those here are.
func (s *stand) answers(query string) map[string]string {
	s.Helper()
	all := map[string]string{}
	query = "?simulated=1" + strings.Replace(query, "?", "&", 1)
	for _, q := range analytics.All() {
		if !slices.ContainsFunc(q.Params, func(p analytics.Param) bool { return p.Required() }) {
			all[q.Name] = string(s.get("/analytics/" + q.Name + query))
		}
	}
	return all
}

// Behind a clock no question over seasons knows of the race that is watched, nor of later ones, under whatever key:
// the answers are those of a store that never had them.
func TestQuestionsBehindAClock(t *testing.T) {
	questionsBehindAClock(t, func(t *testing.T) *stand { return newStand(t) })
}

// The same where ClickHouse answers: what it has is what the store has, whenever it is asked.
func TestQuestionsBehindAClockOnClickHouse(t *testing.T) {
	clickhousetest.Need(t)
	server := clickhousetest.Start(t, t.TempDir(), 0)
	t.Cleanup(server.Kill)
	stands := 0
	questionsBehindAClock(t, func(t *testing.T) *stand {
		stands++
		engine, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: server.URL(fmt.Sprintf("stand_%d", stands))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := engine.Close(); err != nil {
				t.Error(err)
			}
		})
		limits := api.DefaultLimits()
		limits.Deadline = 2 * time.Minute // the engine may share its two cores with much else
		var s *stand
		s = newStand(t, api.WithLimits(limits), api.WithEngine(func(ctx context.Context) (analytics.Engine, string, error) {
			_, err := engine.Sync(ctx, s.store, 0, nil)
			return engine, "synced", err
		}))
		return s
	})
}

func questionsBehindAClock(t *testing.T, newStand func(*testing.T) *stand) {
	t.Helper()
	messages := simulated(t, 8, 5)
	d := derived(messages)
	earlier := func(r *f1.SessionRow) {
		r.Season, r.DateStart = f1.Some(r.Season.Value-1), f1.Some(r.DateStart.Value.AddDate(-1, 0, 0))
	}
	only := newStand(t)
	only.keep(d)
	only.keepAs("before", d.Key(), earlier)
	if err := only.store.Remove(t.Context(), d.Key()); err != nil {
		t.Fatal(err)
	}
	want := only.answers("")

	s := newStand(t)
	s.keep(d)
	s.keepAs("before", d.Key(), earlier)
	s.keepAs("his1", d.Key(), func(*f1.SessionRow) {})
	s.keepAs("after", d.Key(), func(r *f1.SessionRow) {
		r.DateStart = f1.Some(r.DateStart.Value.AddDate(0, 0, 7))
		r.Event = "Other Grand Prix"
	})
	leaks := func(where string, got map[string]string) (n int) {
		t.Helper()
		for name, answer := range got {
			if answer != want[name] {
				n++
				if where != "" {
					t.Errorf("%s: %s tells %.300s\nwithout these sessions it is %.300s", where, name, answer, want[name])
				}
			}
		}
		return n
	}
	if leaks("", s.answers("")) < len(want)-2 {
		t.Fatal("the sessions that are to be hidden make no difference")
	}
	s.hold(messages, nil) // the process shows all of it; the viewer does not
	clock, err := s.live.CreateClock("latest", clockWish(messages[len(messages)/2].Time, true))
	if err != nil {
		t.Fatal(err)
	}
	leaks("viewer's clock", s.answers("?clock="+clock.ID))
	resp, _ := s.ask("/analytics/teammates?clock=" + clock.ID)
	if resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("an answer of one clock may be kept: %v", resp.Header)
	}
	laps := "/analytics/telemetry_overlay?laps=" + url.QueryEscape(fmt.Sprintf("%s/%d:fastest", d.Key(), d.State.Laps()[0].DriverNumber))
	s.get(laps)
	s.refused(laps+"&clock="+clock.ID, http.StatusUnprocessableEntity, "no samples", "query.laps")
	s.refused("/analytics/teammates?clock=c_none", http.StatusNotFound, "", "")

	r := newStand(t)
	r.keep(d)
	r.keepAs("before", d.Key(), earlier)
	r.keepAs("his1", d.Key(), func(*f1.SessionRow) {})
	r.hold(messages, &live.Replay{From: live.Moment{Time: messages[len(messages)/2].Time}, Speed: 1e-6})
	leaks("process's clock", r.answers(""))
	end, err := r.live.CreateClock("latest", clockWish(messages[len(messages)-1].Time, true))
	if err != nil {
		t.Fatal(err)
	}
	leaks("process's clock with a viewer's", r.answers("?clock="+end.ID))
	for _, path := range []string{"", "/results", "/laps", "/results/versions", "/laps?clock=" + end.ID} {
		r.refused("/sessions/his1"+path, http.StatusConflict, "", "")
	}
	r.get("/sessions/before/laps")
	for _, h := range decode[wire.Hits](t, r.get("/search?q=chequered&limit=200")).Hits {
		if h.Session == "his1" {
			t.Errorf("%+v is found", h)
		}
	}
}
