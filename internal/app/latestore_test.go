package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"pitwall.live/internal/store"
)

// mute listens and accepts, and never says a word.
func mute(t *testing.T) (address string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// A database that accepts and never answers holds up neither the start of a server nor who asks it, and not its end.
func TestMuteDatabase(t *testing.T) {
	e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	flags := storeFlags{Store: "postgres://pitwall@" + mute(t) + "/pitwall?sslmode=disable"}
	begun := time.Now()
	k, err := flags.openServing(e, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > startPatience+2*time.Second {
		t.Errorf("the start took %v", took)
	}
	begun = time.Now()
	answers := make(chan error)
	for range 4 {
		go func() {
			_, err := k.Sessions(t.Context(), store.SessionQuery{Limit: 1})
			answers <- err
		}()
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := k.Find(short, "x"); err == nil || time.Since(begun) > askPatience {
		t.Errorf("a caller with little time waited %v: %v", time.Since(begun), err)
	}
	for range 4 {
		if err := <-answers; err == nil || !unreachable(err) {
			t.Errorf("said %v", err)
		}
	}
	if took := time.Since(begun); took > askPatience+2*time.Second {
		t.Errorf("four that ask waited %v", took)
	}
	begun = time.Now()
	if err := k.close(); err != nil || time.Since(begun) > 2*time.Second {
		t.Errorf("the end took %v: %v", time.Since(begun), err)
	}
	if _, err := k.Find(t.Context(), "x"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}
