package live_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// hands is a wall clock that a test moves.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) move(d time.Duration) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
	return h.now
}

var sessionStart = time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)

// bench is a live service on a clock that the test moves, with one growing session.
type bench struct {
	*testing.T
	hands *hands
	bus   *bus.Bus
	live  *live.Service
	log   *sessionlog.Log
}

func newBench(t *testing.T, change func(*live.Config)) *bench {
	t.Helper()
	cfg := bus.Default()
	cfg.History = 100_000
	b, err := bus.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	h := &hands{now: sessionStart}
	liveCfg := live.Default()
	liveCfg.Now, liveCfg.Log = h.Now, slog.New(slog.DiscardHandler)
	if change != nil {
		change(&liveCfg)
	}
	s := live.New(b, liveCfg)
	t.Cleanup(func() {
		s.Close()
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{T: t, hands: h, bus: b, live: s, log: log}
}

func (b *bench) append(messages ...feed.Message) {
	b.Helper()
	if _, err := b.log.Append(messages); err != nil {
		b.Fatal(err)
	}
}

// deflated is a payload as .z topics carry it.
func deflated(text string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed) // the level exists
	_, _ = w.Write([]byte(text))                 // into memory
	_ = w.Close()
	return `"` + base64.StdEncoding.EncodeToString(b.Bytes()) + `"`
}

// sentinel is what the message with index i alone says, wherever it is looked at.
const sentinel = 10000

// told makes n messages whose times step back now and then, each with its own sentinel.
func told(random *rand.Rand, n int) []feed.Message {
	messages := []feed.Message{
		{Topic: feed.TopicSessionInfo, Payload: []byte(`{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`), Time: sessionStart, Received: sessionStart},
	}
	at, received := sessionStart, sessionStart
	for i := 1; i < n; i++ {
		at = at.Add(time.Duration(1+random.IntN(60)) * time.Millisecond)
		if t := at.Add(time.Duration(random.IntN(400)) * time.Millisecond); t.After(received) {
			received = t
		}
		m := feed.Message{Time: at, Received: received}
		if random.IntN(10) == 0 {
			m.Time = at.Add(-time.Duration(random.IntN(50)) * time.Millisecond)
		}
		utc, v := m.Time.Format("2006-01-02T15:04:05.000Z"), sentinel+i
		switch i % 6 {
		case 0:
			m.Topic, m.Payload = feed.TopicRaceControlMessages, fmt.Appendf(nil, `{"Messages":{"%d":{"Utc":"2025-05-04T15:00:00","Category":"Other","Message":"NUMBER %d"}}}`, i/6, v)
		case 1:
			m.Topic, m.Payload = feed.TopicCarData, []byte(deflated(fmt.Sprintf(`{"Entries":[{"Utc":"%s","Cars":{"5":{"Channels":{"0":%d,"2":%d,"3":7,"4":99,"5":0,"45":8}}}}]}`, utc, v, 100+i%200)))
		case 2:
			m.Topic, m.Payload = feed.TopicPosition, []byte(deflated(fmt.Sprintf(`{"Position":[{"Timestamp":"%s","Entries":{"5":{"Status":"OnTrack","X":%d0,"Y":10,"Z":10}}}]}`, utc, v)))
		case 3:
			m.Topic, m.Payload = feed.TopicLapCount, fmt.Appendf(nil, `{"CurrentLap":%d,"TotalLaps":900,"Sentinel":%d}`, 1+i/60, v)
		default:
			m.Topic, m.Payload = feed.TopicTimingData, fmt.Appendf(nil, `{"Lines":{"5":{"Line":1,"Position":"1","NumberOfLaps":%d}}}`, v)
		}
		messages = append(messages, m)
	}
	return messages
}

var (
	packed  = regexp.MustCompile(`"[A-Za-z0-9+/=]{60,}"`)
	counter = regexp.MustCompile(`"(seq|seq_from|offset|behind_ms|messages)":\d+`)
	mark    = regexp.MustCompile(`\b1\d{4}\b`)
)

// newest is the index of the newest message that text has any trace of, 0 for none.
func newest(t *testing.T, text []byte) int {
	t.Helper()
	text = packed.ReplaceAllFunc(text, func(b []byte) []byte {
		plain, err := new(feed.Inflater).Inflate(b)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		return plain
	})
	last := 0
	for _, m := range mark.FindAll(counter.ReplaceAll(text, nil), -1) {
		v, err := strconv.Atoi(string(m))
		if err != nil {
			t.Fatal(err)
		}
		last = max(last, v-sentinel)
	}
	return last
}

// watcher follows every channel of one clock and knows what that clock may show.
type watcher struct {
	id       string
	delay    time.Duration
	replay   bool
	at       time.Time // of a replay, when the wall clock showed since
	since    time.Time
	speed    float64
	paused   bool
	seen     map[string]uint64 // by channel: offset of the last message looked at
	newest   map[string]int    // by channel: newest sentinel
	messages int
}

var bases = []string{"timing:9", "timing:raw:9", "timing:raw:9:each", "race_control:9", "telemetry:9:5", "locations:9"}

func (w *watcher) channel(base string) string {
	if w.id == "" {
		return base
	}
	return base + "@" + w.id
}

func (w *watcher) position(now time.Time) time.Time {
	if w.paused {
		return w.at
	}
	return w.at.Add(time.Duration(float64(now.Sub(w.since)) * w.speed))
}

// allowed is the index of the newest message that may be known by now.
func (w *watcher) allowed(all []feed.Message, appended int, now time.Time) int {
	var clock time.Time
	for i := range all[:appended] {
		m := &all[i]
		if m.Time.After(clock) {
			clock = m.Time
		}
		if w.replay && clock.After(w.position(now).Add(time.Microsecond)) || !w.replay && m.Received.Add(w.delay).After(now) {
			return i - 1
		}
	}
	return appended - 1
}

// look takes what the clock's channels published since the last look.
func (w *watcher) look(b *bench, limit int) {
	b.Helper()
	for _, base := range bases {
		channel := w.channel(base)
		result, err := b.bus.Node().History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: -1}))
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range result.Publications {
			if p.Offset <= w.seen[channel] {
				continue
			}
			w.seen[channel] = p.Offset
			w.check(b, channel, p.Data, limit)
		}
		if err := b.bus.Forget(channel); err != nil { // the next look is at what is new only
			b.Fatal(err)
		}
	}
}

func (w *watcher) check(b *bench, what string, data []byte, limit int) {
	b.Helper()
	w.messages++
	n := newest(b.T, data)
	w.newest[what] = max(w.newest[what], n)
	if n > max(limit, 0) { // message 0 has no sentinel
		b.Fatalf("%s shows message %d, its clock allows %d: %.600s", what, n, limit, data)
	}
}

// ask looks at the clock the other ways: as somebody who joins now, and by REST.
func (w *watcher) ask(b *bench, limit int) {
	b.Helper()
	for _, base := range bases {
		channel := w.channel(base)
		if err := b.live.Attach(channel, func(snapshot []byte) { w.check(b, "join of "+base, snapshot, limit) }); err != nil {
			b.Fatalf("%s: %v", channel, err)
		}
		b.live.Detach(channel)
	}
	board, err := b.live.Board("9", time.Time{}, 0, w.id)
	if err != nil {
		b.Fatal(err)
	}
	timeline, err := b.live.Timeline("9", w.id)
	if err != nil {
		b.Fatal(err)
	}
	for what, v := range map[string]any{"board": board, "timeline": timeline} {
		j, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		w.check(b, what+" at a clock", j, limit)
	}
	if lap := 1 + max(limit, 0)/60; w.id != "" && len(timeline.Laps) > lap {
		b.Fatalf("%s: the timeline knows lap %d, message %d was in lap %d", w.id, len(timeline.Laps), limit, lap)
	}
}

// Delayed clocks and private replay clocks show nothing newer than they may, on any channel and by REST,
// whatever is done to them while the session grows.
func TestNothingNewerThanTheClock(t *testing.T) {
	seeds := uint64(3)
	if os.Getenv("PITWALL_FULL") != "" {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { sentinelRun(t, rand.New(rand.NewPCG(seed, 7))) })
	}
}

func sentinelRun(t *testing.T, random *rand.Rand) {
	all := told(random, 1500)
	b := newBench(t, nil)
	b.append(all[0])
	appended := 1
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	watchers := []*watcher{{id: ""}, {id: "live-1", delay: time.Second}, {id: "live-30", delay: 30 * time.Second}}
	now := b.hands.Now()
	for range 3 {
		c, err := b.live.CreateClock("9", wire.ClockWish{})
		if err != nil {
			t.Fatal(err)
		}
		watchers = append(watchers, &watcher{id: c.ID, replay: true, at: sessionStart, since: now, speed: 1})
	}
	for _, w := range watchers {
		w.seen, w.newest = map[string]uint64{}, map[string]int{}
		w.ask(b, w.allowed(all, appended, now))
	}
	for step := 0; appended < len(all) || step < 200; step++ {
		w := watchers[3+random.IntN(3)]
		switch random.IntN(6) {
		case 0, 1, 2: // time goes by, and what has been received by then is in the log
			now = b.hands.move(time.Duration(random.IntN(1500)) * time.Millisecond)
			from := appended
			for appended < len(all) && !all[appended].Received.After(now) {
				appended++
			}
			b.append(all[from:appended]...)
		case 3, 4:
			w.change(b, random, all, appended, now)
		case 5:
			any := watchers[random.IntN(len(watchers))]
			any.ask(b, any.allowed(all, appended, now))
		}
		for _, w := range watchers {
			limit := w.allowed(all, appended, now)
			b.live.Step("9", w.id)
			w.look(b, limit)
		}
	}
	now = b.hands.move(time.Minute)
	for _, w := range watchers {
		b.live.Step("9", w.id)
		w.look(b, w.allowed(all, appended, now))
		for _, base := range bases {
			if n := w.newest[w.channel(base)]; n < len(all)/10 || !w.replay && n < len(all)-20 {
				t.Errorf("%s showed no message newer than %d of %d: the test proves nothing", w.channel(base), n, len(all))
			}
		}
	}
}

// change does something to a replay clock that its owner may do.
func (w *watcher) change(b *bench, random *rand.Rand, all []feed.Message, appended int, now time.Time) {
	b.Helper()
	b.live.Step("9", w.id)
	w.look(b, w.allowed(all, appended, now)) // what it showed until now
	var wish wire.ClockWish
	switch random.IntN(5) {
	case 0:
		paused := random.IntN(2) == 0
		wish.Paused = &paused
	case 1:
		speed := []float64{0.1, 0.5, 1, 3, 50}[random.IntN(5)]
		wish.Speed = &speed
	case 2:
		at := all[random.IntN(appended)].Time
		wish.At = &at
	case 3:
		steps := random.IntN(5) - 2
		wish.StepLaps = &steps
	case 4:
		lap, speed := 1+random.IntN(1+appended/60), 1.0
		wish.Lap, wish.Speed = &lap, &speed
	}
	c, err := b.live.ChangeClock(w.id, wish)
	if err != nil {
		if wish.Lap != nil || wish.StepLaps != nil {
			return // that lap was not run yet
		}
		b.Fatal(err)
	}
	at, err := time.Parse(wire.TimeFormat, string(c.At))
	if err != nil {
		b.Fatal(err)
	}
	if wish.At == nil && wish.Lap == nil && wish.StepLaps == nil && at.After(w.position(now)) {
		b.Fatalf("the clock went on to %s by a change of pace; it was at %s", c.At, w.position(now))
	}
	if wish.At != nil && !at.Equal(wish.At.Truncate(time.Millisecond)) && at.After(*wish.At) {
		b.Fatalf("asked for %s, the clock is at %s", wish.At, c.At)
	}
	if c.Paused != (wish.Paused != nil && *wish.Paused || wish.Paused == nil && w.paused) {
		b.Fatalf("paused is %v after %+v", c.Paused, wish)
	}
	w.at, w.since, w.speed, w.paused = at.Add(time.Millisecond), now, c.Speed, c.Paused
}

// A session on the shelf that somebody watches when its source comes back goes on for that viewer: a fresh
// snapshot, then what is new, on its own clock too.
func TestShelvedSessionComesBack(t *testing.T) {
	b := newBench(t, nil)
	all := told(rand.New(rand.NewPCG(1, 1)), 400)
	b.append(all[:200]...)
	about := live.About{Key: "9", Open: func() (*sessionlog.Log, error) { return sessionlog.OpenRead(b.log.Path()) }}
	if err := b.live.Shelve(about, all[:10]); err != nil {
		t.Fatal(err)
	}
	b.hands.move(time.Hour)
	raw := func(channel string) (kinds []string, last int) {
		result, err := b.bus.Node().History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: -1}))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range result.Publications {
			var e struct{ Type string }
			if err := json.Unmarshal(p.Data, &e); err != nil {
				t.Fatal(err)
			}
			kinds, last = append(kinds, e.Type), max(last, newest(t, p.Data))
		}
		return kinds, last
	}
	if err := b.live.Attach("timing:raw:9:each", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	c, err := b.live.CreateClock("9", wire.ClockWish{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	other, err := sessionlog.OpenRead(b.log.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := b.live.Add(t.Context(), other, live.About{Key: "9", Live: true}, nil, nil); err == nil {
		t.Fatal("a session that is live was taken over")
	}
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal("its own source did not find it again: ", err)
	}
	b.append(all[200:]...)
	b.live.Step("9", "")
	if kinds, last := raw("timing:raw:9:each"); len(kinds) < 201 || kinds[len(kinds)-201] != "snapshot" || kinds[len(kinds)-200] == "snapshot" || last != 399 {
		t.Fatalf("%d messages, newest %d; want a snapshot and then 200 messages up to 399", len(kinds), last)
	}
	lap := 6
	if _, err := b.live.ChangeClock(c.ID, wire.ClockWish{Lap: &lap}); err != nil {
		t.Fatalf("the private clock does not reach what is new: %v", err)
	}
	if list := b.live.List().Sessions; len(list) != 1 || !list[0].Live || !list[0].Default {
		t.Fatalf("%+v", list)
	}
}

// Clocks that nobody watches end when their time is over, those that are watched do not.
func TestIdleClocksEnd(t *testing.T) {
	b := newBench(t, nil)
	b.append(told(rand.New(rand.NewPCG(1, 1)), 100)...)
	b.hands.move(time.Minute)
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	create := func() (id, channel string) {
		c, err := b.live.CreateClock("9", wire.ClockWish{})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID, c.Channel
	}
	lonely, _ := create()
	watched, channel := create()
	if err := b.live.Attach(channel, func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	if err := b.live.Attach("timing:9@live-30", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	there := func(id string, want bool) {
		t.Helper()
		b.live.Tidied()
		if _, err := b.live.Clock(id); (err == nil) != want {
			t.Fatalf("at %s the clock %s is there: %v", b.hands.Now(), id, err)
		}
	}
	b.hands.move(10*time.Minute - time.Second)
	there(lonely, true)
	b.hands.move(time.Second)
	there(lonely, false)
	there(watched, true)
	b.hands.move(time.Hour)
	there(watched, true)
	b.live.Detach(channel)
	there(watched, true)
	b.hands.move(10 * time.Minute)
	there(watched, false)
	if err := b.live.Attach(channel, func([]byte) {}); err == nil {
		t.Fatal("a clock that has ended was joined")
	}
	if !b.live.Running("9", "live-30") {
		t.Fatal("a delayed clock ended although it is watched")
	}
	b.live.Detach("timing:9@live-30")
	b.hands.move(30 * time.Second)
	b.live.Tidied()
	if b.live.Running("9", "live-30") {
		t.Fatal("a delayed clock runs although nobody watches")
	}
	if strings.Contains(fmt.Sprint(b.live.List()), "c_") {
		t.Fatal("a clock is listed")
	}
}
