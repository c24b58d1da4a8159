package f1live

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

// The faults of the connection, each in the middle of a session. What is lost is lost, and shown; what still holds
// afterwards is there; what had arrived is there.

// The hub cuts the socket without a word.
func TestFaultCut(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.cut()
		tr.away()
		tr.subscribed(2)
		tr.lost(tr.done(), 1)
	})
}

// The hub closes in good order: a restart, after which it lets us in again.
func TestFaultClose(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.each(func(ctx context.Context, p *peer) {
			p.send(ctx, `{"type":7,"error":"restart","allowReconnect":true}␞`)
		})
		tr.away()
		tr.subscribed(2)
		tr.lost(tr.done(), 1)
	})
}

// pinging pings clients that are told nothing else until the test ends.
func pinging(t *testing.T, s *stage) {
	s.each(func(ctx context.Context, p *peer) {
		ctx, cancel := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for tick := time.NewTicker(20 * time.Millisecond); ctx.Err() == nil; {
				if p.conn.Write(ctx, 1, []byte("{\"type\":6}\x1e")) != nil {
					return
				}
				select {
				case <-tick.C:
				case <-ctx.Done():
				}
			}
		}()
		t.Cleanup(func() { cancel(); <-done })
	})
}

// The hub is there and pings, but its own source is frozen.
func TestFaultFrozen(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		tr := newTrial(t, p, nil, func(c *Config) { c.DataSilence = time.Second })
		tr.some()
		pinging(t, tr.stage)
		tr.away()
		tr.subscribed(2)
		tr.lost(tr.done(), 1)
	})
}

// The network is gone and nobody is told: the socket stays open, nothing comes and nothing arrives.
func TestFaultHalfOpen(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		s := newStage(t, p)
		cable := newCable(t, s.url)
		tr := &trial{T: t, stage: s, play: p, key: keyOf(p)}
		tr.house = newHouse(t, t.TempDir(), func(c *Config) { c.ServerSilence, c.PingEvery = time.Second, 100*time.Millisecond }, cable.url)
		s.subscribed(1)
		tr.some()
		cable.tear()
		s.each(func(context.Context, *peer) {})
		tr.away()
		s.subscribed(2)
		tr.lost(tr.done(), 1)
	})
}

// The way back in is blocked: overload, a page instead of an answer, nothing, an answer that is none, an error in the
// handshake. Each costs one more attempt.
func TestFaultNoWayBack(t *testing.T) {
	for name, door := range map[string]func(w http.ResponseWriter){
		"503":       func(w http.ResponseWriter) { http.Error(w, "overloaded", http.StatusServiceUnavailable) },
		"page":      func(w http.ResponseWriter) { io.WriteString(w, "<!doctype html><title>Maintenance</title>") },
		"empty":     func(http.ResponseWriter) {},
		"handshake": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := simulatedPlay(t)
			tr := newTrial(t, p, func(s *stage) {
				s.door = func(n int, w http.ResponseWriter, _ *http.Request) bool {
					if n != 2 || door == nil {
						return false
					}
					door(w)
					return true
				}
				s.room = func(n int, ctx context.Context, p *peer) bool {
					if n != 2 || door != nil {
						return false
					}
					p.read(ctx)
					p.send(ctx, `{"error":"Handshake was canceled."}␞`)
					p.drain(ctx)
					return true
				}
			}, nil)
			tr.some()
			tr.cut()
			tr.away()
			tr.subscribed(2)
			tr.lost(tr.done(), 1)
			if s := tr.house.in.Status()[0]; s.Runs != 3 || !s.Connected || s.Error != "" {
				t.Errorf("%d runs, connected %v, %q", s.Runs, s.Connected, s.Error)
			}
		})
	}
}
