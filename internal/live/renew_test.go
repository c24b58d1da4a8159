package live_test

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// A session is read from another log from now on, which has what the first one lacked: every clock stays at its moment, has
// all that was known there and nothing newer, its viewers are told, and the session goes on in the new log.
func TestRenew(t *testing.T) {
	b := newBench(t, nil)
	all := told(rand.New(rand.NewPCG(7, 1)), 500)
	b.append(all[:200]...)
	b.append(all[300:450]...)
	b.hands.move(2 * time.Hour)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	speed, paused := live.MinSpeed, true
	c, err := b.live.CreateClock("9", wire.ClockWish{Speed: &speed, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	to := all[260].Time // in the stretch that is lacking
	if _, err := b.live.ChangeClock(c.ID, wire.ClockWish{At: &to}); err != nil {
		t.Fatal(err)
	}
	fresh, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fresh.Close() })
	if _, err := fresh.Append(append(all[:0:0], all[:450]...)); err != nil {
		t.Fatal(err)
	}
	var whole atomic.Int64
	for _, channel := range []string{"timing:9", "timing:9@" + c.ID} {
		if err := b.live.Attach(channel, func([]byte) {}); err != nil {
			t.Fatal(err)
		}
		stop := b.bus.Follow(channel, bus.Follower{End: func(string) {}, Take: func(m bus.Message) {
			var e struct{ Type string }
			if json.Unmarshal(m.Data, &e) == nil && e.Type == "snapshot" {
				whole.Add(1)
			}
		}})
		defer stop()
	}
	b.live.SetNotes("9", []string{"it began late"})
	b.live.SetTrouble("9", "the source is lost")
	told := whole.Load()
	if err := b.live.Renew(t.Context(), "9", fresh); err != nil {
		t.Fatal(err)
	}
	if got, err := b.live.Board("9", time.Time{}, 0, ""); err != nil || !slices.Equal(got.Quality.Notes, []string{"it began late"}) || got.Quality.Trouble != "the source is lost" {
		t.Errorf("afterwards the quality is %+v, %v", got.Quality, err)
	}
	if n := whole.Load() - told; n != 2 {
		t.Errorf("%d viewers were told the whole state, want 2", n)
	}
	place := func(clock string) uint64 {
		t.Helper()
		p, err := b.live.Place("9", time.Time{}, 0, clock)
		if err != nil {
			t.Fatal(err)
		}
		return p.Offset
	}
	if got, want := place(c.ID), fresh.OffsetAt(all[260].Time); got != want || want <= 200 {
		t.Errorf("the private clock stands at message %d, want %d", got, want)
	}
	if got := place(""); got != 450 {
		t.Errorf("the session stands at message %d, want 450", got)
	}
	if _, err := fresh.Append(append(all[:0:0], all[450:]...)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); place("") != 500; {
		if time.Now().After(deadline) {
			t.Fatalf("the session does not go on: it stands at message %d", place(""))
		}
	}
	if err := b.live.Renew(t.Context(), "nobody", fresh); err != nil {
		t.Errorf("a session that is not in memory: %v", err)
	}
}
