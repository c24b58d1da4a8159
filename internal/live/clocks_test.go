package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"

	"pitwall.live/internal/live"
	"pitwall.live/internal/wire"
)

// A replay clock that nobody watches sleeps, moves on all the same, and is where it should be when it is
// looked at again: who comes back with an old place is told the whole state.
func TestUnwatchedClockSleeps(t *testing.T) {
	b := newBench(t, nil)
	all := told(rand.New(rand.NewPCG(1, 1)), 400)
	b.append(all...)
	b.hands.move(2 * time.Hour)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	speed := live.MinSpeed // the session is short
	c, err := b.live.CreateClock("9", wire.ClockWish{Speed: &speed})
	if err != nil {
		t.Fatal(err)
	}
	asleep := func(want bool) {
		t.Helper()
		b.live.Tidied()
		if got := b.live.Asleep("9", c.ID); got != want {
			t.Fatalf("at %s the clock sleeps: %v", b.hands.Now(), got)
		}
	}
	// where tells that REST and the stream show the clock's own moment, and nothing newer.
	where := func() (seq uint64) {
		t.Helper()
		at, err := b.live.Clock(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		var e struct {
			Seq  uint64
			Data wire.Board
		}
		if err := b.live.Attach(c.Channel, func(snapshot []byte) { err = json.Unmarshal(snapshot, &e) }); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		want, err := b.live.Board("9", moment(t, at.At), 0, "")
		if err != nil {
			t.Fatal(err)
		}
		if e.Data.Now != want.Now || e.Data.Now > at.At {
			t.Fatalf("the board shows %s at %s, want %s", e.Data.Now, at.At, want.Now)
		}
		return e.Seq
	}
	asleep(true)
	b.hands.move(10 * time.Second)
	asleep(true)
	seq := where()
	asleep(false)
	b.live.Detach(c.Channel)
	b.hands.move(29 * time.Second)
	asleep(false)
	b.hands.move(time.Second)
	asleep(true)
	before, err := b.live.Clock(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.hands.move(5 * time.Second)
	if after, err := b.live.Clock(c.ID); err != nil || after.At != wire.OptTime(moment(t, before.At).Add(5*time.Second/10)) {
		t.Fatalf("asleep, the clock went from %s to %s, %v", before.At, after.At, err)
	}
	again := where()
	history, err := b.bus.Node().History(c.Channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: -1}))
	if err != nil {
		t.Fatal(err)
	}
	last := history.Publications[len(history.Publications)-1].Data
	var e struct {
		Seq  uint64
		Type string
	}
	if err := json.Unmarshal(last, &e); err != nil || e.Type != "snapshot" || e.Seq != again || again <= seq {
		t.Fatalf("after the sleep the channel says %.60s, %v; its number was %d and is %d", last, err, seq, again)
	}
	b.live.Detach(c.Channel)
	b.hands.move(9 * time.Minute) // far beyond the end
	asleep(true)
	if at, err := b.live.Clock(c.ID); err != nil || at.At != at.End {
		t.Fatalf("beyond the end: %+v, %v", at, err)
	}
	paused := true
	if at, err := b.live.ChangeClock(c.ID, wire.ClockWish{Paused: &paused}); err != nil || at.At != at.End || !at.Paused {
		t.Fatalf("beyond the end: %+v, %v", at, err)
	}
}

func moment(t *testing.T, s wire.Text) time.Time {
	t.Helper()
	at, err := time.Parse(wire.TimeFormat, string(s))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// There is an end to delayed clocks as to private ones, whoever opens them.
func TestLimitOfClocks(t *testing.T) {
	b := newBench(t, func(c *live.Config) { c.Clocks = 10 })
	b.append(told(rand.New(rand.NewPCG(1, 1)), 100)...)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	nothing := func([]byte) {}
	for n := range 9 {
		if err := b.live.Attach(fmt.Sprintf("timing:9@live-%d", n+1), nothing); err != nil {
			t.Fatal(err)
		}
	}
	c, err := b.live.CreateClock("9", wire.ClockWish{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.live.Attach("timing:9@live-300", nothing); !errors.Is(err, wire.ErrTooMany) {
		t.Errorf("one more delayed clock: %v", err)
	}
	if _, err := b.live.Board("9", time.Time{}, 0, "live-299"); !errors.Is(err, wire.ErrTooMany) {
		t.Errorf("a board at one more delayed clock: %v", err)
	}
	if _, err := b.live.CreateClock("9", wire.ClockWish{}); !errors.Is(err, wire.ErrTooMany) {
		t.Errorf("one more replay clock: %v", err)
	}
	if err := b.live.Attach("timing:raw:9@live-3", nothing); err != nil {
		t.Error("a clock that runs already: ", err)
	}
	if err := b.live.DeleteClock(c.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.live.Attach("timing:9@live-300", nothing); err != nil {
		t.Error("after one has ended: ", err)
	}
}

// A clock that is stopped while it plays stops where its board is or ahead of it, however busy the player is.
func TestPauseIsNotBehindTheBoard(t *testing.T) {
	b := newBench(t, func(c *live.Config) { c.Now = time.Now })
	b.append(told(rand.New(rand.NewPCG(1, 1)), 3000)...)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	fast := 50.0
	c, err := b.live.CreateClock("9", wire.ClockWish{Speed: &fast})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.live.Attach("timing:9@"+c.ID, func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	for range 4 { // who asks holds the player up
		busy.Go(func() {
			for ctx.Err() == nil {
				if _, err := b.live.Board("9", time.Time{}, 0, c.ID); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	defer busy.Wait()
	defer stop()
	yes, no := true, false
	for range 300 {
		at, err := b.live.ChangeClock(c.ID, wire.ClockWish{Paused: &yes})
		if err != nil {
			t.Fatal(err)
		}
		board, err := b.live.Board("9", time.Time{}, 0, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if board.Now > at.At {
			t.Fatalf("paused at %s, the board shows %s", at.At, board.Now)
		}
		wish := wire.ClockWish{Paused: &no}
		if at.At == at.End { // once more from the start
			start := moment(t, at.Start)
			wish.At = &start
		}
		if _, err := b.live.ChangeClock(c.ID, wish); err != nil {
			t.Fatal(err)
		}
	}
}

// A source may bring its session while the process ends: nothing is left running, and nothing races.
func TestSessionBroughtWhileClosing(t *testing.T) {
	for range 20 {
		b := newBench(t, nil)
		b.append(told(rand.New(rand.NewPCG(1, 1)), 50)...)
		var source sync.WaitGroup
		source.Go(func() {
			if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
				t.Error(err)
			}
		})
		b.live.Close()
		source.Wait()
	}
}
