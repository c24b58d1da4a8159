package live_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/wire"
)

// Whoever asks for the board takes nothing from those who follow it: the message that came just before is
// in the next delta all the same.
func TestAskingTakesNothingFromFollowers(t *testing.T) {
	b := newBench(t, func(c *live.Config) { c.Slot = time.Hour })
	b.append(told(rand.New(rand.NewPCG(1, 1)), 1)...)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.live.Attach("timing:9", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	said := func(id int) feed.Message {
		return feed.Message{
			Topic: feed.TopicRaceControlMessages, Time: b.hands.Now(), Received: b.hands.Now(),
			Payload: fmt.Appendf(nil, `{"Messages":{"%d":{"Utc":"2025-05-04T15:00:00","Category":"Flag","Flag":"RED","Message":"RED FLAG %d"}}}`, id, id),
		}
	}
	for id := range 3 {
		b.hands.move(time.Minute)
		b.append(said(id))
		b.live.Take("9", "") // the slot has not ended
		if board, err := b.live.Board("9", time.Time{}, 0, ""); err != nil || len(board.RaceControl) != id+1 {
			t.Fatalf("the board has %d messages, %v", len(board.RaceControl), err)
		}
		b.live.Step("9", "")
		if last := lastOf(b, "timing:9"); last.Type != "delta" || len(last.Data.RaceControl) != 1 {
			t.Fatalf("message %d: followers were told %+v", id, last)
		}
	}
	b.live.SetTrouble("9", "the source is lost")
	if board, err := b.live.Board("9", time.Time{}, 0, ""); err != nil || board.Quality.Trouble == "" {
		t.Fatalf("%+v, %v", board.Quality, err)
	}
	b.live.Step("9", "")
	if last := lastOf(b, "timing:9"); last.Data.Quality.Trouble == "" {
		t.Fatalf("followers were told %+v", last)
	}
}

type publication struct {
	Type string
	Data wire.Board
}

// lastOf is what was published last on the channel.
func lastOf(b *bench, channel string) (e publication) {
	b.Helper()
	history, err := b.bus.Node().History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: -1}))
	if err != nil || len(history.Publications) == 0 {
		b.Fatalf("%s: nothing was published: %v", channel, err)
	}
	if err := json.Unmarshal(history.Publications[len(history.Publications)-1].Data, &e); err != nil {
		b.Fatal(err)
	}
	return e
}

// A replay is served as if live, so a viewer may be behind it; who steers the replay takes him along.
func TestDelayedBehindAReplay(t *testing.T) {
	b := newBench(t, nil)
	all := told(rand.New(rand.NewPCG(3, 1)), 3000)
	b.append(all...)
	b.hands.move(2 * time.Hour)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9"}, &live.Replay{Speed: 1}, nil); err != nil {
		t.Fatal(err)
	}
	own := &watcher{replay: true, at: all[0].Time, since: b.hands.Now(), speed: 1, newest: map[string]int{}, seen: map[string]uint64{}}
	behind := &watcher{id: "live-5", replay: true, newest: map[string]int{}, seen: map[string]uint64{}}
	if err := b.live.Attach("timing:9@live-5", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	look := func() {
		t.Helper()
		now := b.hands.Now()
		*behind = watcher{id: "live-5", replay: true, at: own.at.Add(-5 * time.Second), since: own.since, speed: own.speed, paused: own.paused, newest: behind.newest, seen: behind.seen}
		b.live.Step("9", "")
		b.live.Step("9", "live-5")
		limit := behind.allowed(all, len(all), now)
		behind.look(b, limit)
		behind.ask(b, limit)
		board, err := b.live.Board("9", time.Time{}, 0, "live-5")
		if err != nil {
			t.Fatal(err)
		}
		if want, err := b.live.Board("9", behind.position(now), 0, ""); err != nil || want.Now != board.Now || board.View.Seekable {
			t.Fatalf("the board shows %s, seekable %v, at %s it should be %s, %v", board.Now, board.View.Seekable, behind.position(now), want.Now, err)
		}
	}
	change := func(w wire.ClockWish) {
		t.Helper()
		c, err := b.live.ChangeClock("default", w)
		if err != nil {
			t.Fatal(err)
		}
		own.at, own.since, own.speed, own.paused = moment(t, c.At), b.hands.Now(), c.Speed, c.Paused
	}
	for range 10 {
		b.hands.move(1700 * time.Millisecond)
		look()
	}
	paused, running, fast := true, false, 4.0
	change(wire.ClockWish{Paused: &paused})
	b.hands.move(time.Minute)
	look()
	to := all[0].Time.Add(60 * time.Second).Truncate(time.Millisecond)
	change(wire.ClockWish{At: &to})
	look()
	change(wire.ClockWish{Paused: &running, Speed: &fast})
	for range 5 {
		b.hands.move(700 * time.Millisecond)
		look()
	}
	if _, err := b.live.ChangeClock("live-5", wire.ClockWish{Paused: &paused}); err == nil {
		t.Error("a delayed viewer steers the replay")
	}
}

// Lap 1 begins at the start, also where the feed says the session's status late, or never.
func TestLapOneBeginsAtTheStart(t *testing.T) {
	f := func(status []string, want int) {
		t.Helper()
		b := newBench(t, nil)
		at := func(s int) time.Time { return sessionStart.Add(time.Duration(s) * time.Second) }
		say := func(s int, topic, payload string) {
			b.append(feed.Message{Topic: topic, Payload: []byte(payload), Time: at(s), Received: at(s)})
		}
		b.append(told(rand.New(rand.NewPCG(1, 1)), 1)...)
		say(1, feed.TopicLapCount, `{"CurrentLap":1,"TotalLaps":50}`)
		for i, s := range status {
			if s != "" {
				say(10*(i+1), feed.TopicSessionStatus, `{"Status":"`+s+`"}`)
			}
		}
		say(100, feed.TopicLapCount, `{"CurrentLap":2}`)
		session, err := b.live.Add(t.Context(), b.log, live.About{Key: "9"}, &live.Replay{Speed: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		laps := session.Timeline().Laps
		if len(laps) != 2 || laps[0].Time != wire.Time(at(want)) || laps[1].Time != wire.Time(at(100)) {
			t.Errorf("%v: laps %v, lap 1 begins at %v", status, laps, at(want))
		}
	}
	f([]string{"Inactive", "Started"}, 20)
	f([]string{"", "", "Started"}, 30)
	f([]string{"Started", "Aborted", "Started"}, 10)
	f(nil, 1)
}

// Who polls along a session asks for states that are close behind the last: each is made of that one, and is the state
// that playing gives. Few are kept, however many ask.
func TestAskingAlong(t *testing.T) {
	b := newBench(t, nil)
	b.append(told(rand.New(rand.NewPCG(3, 1)), 3000)...)
	session, err := b.live.Add(t.Context(), b.log, live.About{Key: "9"}, &live.Replay{Speed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[uint64]uint64{}
	const step = 20
	for at := uint64(700); at < 3000; at += step {
		wanted[at] = 0
	}
	if err := session.Play(func(offset, hash uint64) { wanted[offset] = hash }, func(offset uint64) bool { _, ok := wanted[offset]; return ok }); err != nil {
		t.Fatal(err)
	}
	for at := uint64(700); at < 3000; at += step {
		for _, behind := range []uint64{0, 400} { // another clock, which is behind
			if behind > 0 && at < 700+behind {
				continue
			}
			if near := session.Held(at - behind); at >= 700+2*step+behind && at-behind-near > step {
				t.Fatalf("message %d: the newest state at hand is %d", at-behind, near)
			}
			got, err := session.HashAt(at - behind)
			if err != nil {
				t.Fatal(err)
			}
			if got != wanted[at-behind] {
				t.Fatalf("state after message %d differs from linear play", at-behind)
			}
		}
	}
	if n := session.Asked(); n > 4 {
		t.Errorf("%d states are kept", n)
	}
}
