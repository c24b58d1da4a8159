package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
)

// steered is a source that gives a session's first message when told, and ends when told.
type steered struct {
	name    string
	key     int
	go_, no chan struct{}
}

func (s *steered) Name() string { return s.name }

func (s *steered) Run(ctx context.Context, out ingest.Out) error {
	select {
	case <-s.go_:
	case <-ctx.Done():
		return ctx.Err()
	}
	m := feed.Message{Topic: feed.TopicSessionInfo, Time: time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC),
		Payload: fmt.Appendf(nil, `{"Key":%d,"Type":"Race","Name":"Race","Meeting":{"Name":"%s Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`, s.key, s.name)}
	if _, err := out([]feed.Message{m}); err != nil {
		return err
	}
	select {
	case <-s.no:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// The order of the sources says whose session is shown by default: the first that has one, until it ends.
func TestSourcesInOrderOfPreference(t *testing.T) {
	s := newStand(t, simulated(t, 1), nil).server // its session, key 1, came before all sources
	best := &steered{"best", 11, make(chan struct{}), make(chan struct{})}
	other := &steered{"other", 22, make(chan struct{}), make(chan struct{})}
	f := following{server: s, names: map[string]string{}, sources: []source{{Source: best, kind: "best"}, {Source: other, kind: "other"}}}
	told := make(chan ingest.Status)
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
	cfg.Hooks = ingest.Hooks{Opened: f.opened, Left: f.left, Status: func(st ingest.Status) {
		f.status(st)
		told <- st
	}}
	f.in = ingest.New(cfg)
	done := make(chan error, 1)
	go func() { done <- f.in.Run(t.Context(), best, other) }()
	step := func(what chan<- struct{}, until func(ingest.Status) bool, want string) {
		t.Helper()
		close(what)
		for !until(<-told) {
		}
		list := s.live.List().Sessions
		if !list[0].Default || list[0].Session.Key != want {
			t.Errorf("%s is shown first, want %s", list[0].Session.Key, want)
		}
		board, err := s.live.Board("latest", time.Time{}, 0, "")
		if err != nil || board.Session.Key != want {
			t.Errorf("latest is %s, %v, want %s", board.Session.Key, err, want)
		}
	}
	has := func(st ingest.Status) bool { return st.Session != "" }
	over := func(st ingest.Status) bool { return st.Ended }
	step(other.go_, has, "22")
	step(best.go_, has, "11")
	step(best.no, over, "22")
	step(other.no, over, "22") // nobody is left: the last one stays to be looked at
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := f.in.Close(); err != nil {
		t.Fatal(err)
	}
}

// A session that two sources tell is well as long as one of them is.
func TestTroubleOfASharedSession(t *testing.T) {
	well := ingest.Status{Session: "1", Connected: true}
	lost := ingest.Status{Session: "1", Error: "no answer"}
	silent := ingest.Status{Session: "1", Connected: true, Silent: true}
	ended := ingest.Status{Session: "1", Ended: true}
	elsewhere := ingest.Status{Session: "2", Connected: true}
	f := func(want string, all ...ingest.Status) {
		t.Helper()
		if got := troubleIn("1", all); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f("")
	f("", ended)
	f("", lost, well)
	f("", well, silent)
	f("the source is lost: no answer", lost, elsewhere, ended)
	f("the source is lost: no answer", lost, silent)
	f("the source is connected but silent", silent, lost)
}

// Two simulators would be one, with one note and one name.
func TestOneSimulator(t *testing.T) {
	e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	var wrong usageError
	if err := (serveCmd{Source: []string{"sim:1", "sim:2"}, Data: t.TempDir()}).Run(e); !errors.As(err, &wrong) {
		t.Errorf("two simulators: %v", err)
	}
}
