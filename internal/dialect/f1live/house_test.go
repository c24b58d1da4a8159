package f1live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// house is the way of the feed's messages as the program puts it together: client, ingest, log, live state, raw
// channel.
type house struct {
	t    *testing.T
	dir  string
	in   *ingest.Ingest
	live *live.Service
	bus  *bus.Bus
	end  func()

	mu   sync.Mutex
	logs map[string]*sessionlog.Log
	raw  map[string]*rawFollower
	news chan struct{}
}

// newHouse follows hubs, each with a client of its own, until the test ends or end is called. Dir is where its logs are.
func newHouse(t *testing.T, dir string, change func(*Config), urls ...string) *house {
	t.Helper()
	h := &house{t: t, dir: dir, logs: map[string]*sessionlog.Log{}, raw: map[string]*rawFollower{}, news: make(chan struct{}, 1)}
	quiet := slog.New(slog.DiscardHandler)
	b, err := bus.New(bus.Default())
	if err == nil {
		err = b.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lc := live.Default()
	lc.Log = quiet
	h.bus, h.live = b, live.New(b, lc)
	var sources []ingest.Source
	for _, url := range urls {
		cfg := Default()
		cfg.URL, cfg.Log, cfg.StepTimeout = url, quiet, 5*time.Second
		if change != nil {
			change(&cfg)
		}
		client, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, client)
	}
	ic := ingest.Default()
	ic.DataDir, ic.Log, ic.Hooks.Opened = dir, quiet, h.opened
	ic.Again = []time.Duration{0, 10 * time.Millisecond, 20 * time.Millisecond}
	h.in = ingest.New(ic)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.in.Run(ctx, sources...) }()
	h.end = sync.OnceFunc(func() {
		cancel()
		err := <-done
		h.live.Close()
		if err := errors.Join(err, b.Close(context.Background()), h.in.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.end)
	return h
}

// opened takes a session in, and follows its raw channel.
func (h *house) opened(_, key string, log *sessionlog.Log) error {
	if _, err := h.live.Add(h.t.Context(), log, live.About{Key: key, Source: "livetiming", Live: true}, nil, nil); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logs[key] = log
	if h.raw[key] == nil {
		f := &rawFollower{moved: make(chan struct{}, 1)}
		channel := "timing:raw:" + key
		if err := h.live.Attach(channel, func(snapshot []byte) {
			f.take(snapshot)
			f.offset = log.Len()
			h.bus.Follow(channel, bus.Follower{Take: func(m bus.Message) { f.take(m.Data) }, End: func(string) {}})
		}); err != nil {
			return err
		}
		h.raw[key] = f
	}
	select {
	case h.news <- struct{}{}:
	default:
	}
	return nil
}

// log waits for a session's log.
func (h *house) log(key string) (*sessionlog.Log, *rawFollower) {
	h.t.Helper()
	for deadline := time.After(15 * time.Second); ; {
		h.mu.Lock()
		log, raw := h.logs[key], h.raw[key]
		h.mu.Unlock()
		if log != nil {
			return log, raw
		}
		select {
		case <-h.news:
		case <-deadline:
			h.t.Fatalf("session %s did not come; %+v", key, h.in.Status())
		}
	}
}

// kept are the messages of a session's log; deltas are those that are no snapshot.
func (h *house) kept(key string) (all, deltas []feed.Message) {
	h.t.Helper()
	log, _ := h.log(key)
	if err := log.Each(1, func(m *feed.Message) error {
		c := *m
		c.Payload = slices.Clone(m.Payload)
		all = append(all, c)
		if !m.Snapshot {
			deltas = append(deltas, c)
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return all, deltas
}

// arrived waits until a session's log has so many messages that are no snapshot, and the raw channel's follower has
// them too.
func (h *house) arrived(key string, n int) {
	h.t.Helper()
	log, raw := h.log(key)
	deadline := time.After(15 * time.Second)
	have, at := 0, uint64(0)
	for {
		changed := log.Changed()
		if log.Len() > at { // Each would wait for nothing
			if err := log.Each(at+1, func(m *feed.Message) error {
				if at = m.Offset; !m.Snapshot {
					have++
				}
				return nil
			}); err != nil {
				h.t.Fatal(err)
			}
		}
		if have >= n {
			break
		}
		select {
		case <-changed:
		case <-deadline:
			h.t.Fatalf("%d messages of session %s have come, want %d; %+v", have, key, n, h.in.Status())
		}
	}
	for {
		if offset, _, err := raw.at(); err != nil || offset >= log.Len() {
			return
		}
		select {
		case <-raw.moved:
		case <-deadline:
			h.t.Fatal("the raw channel is behind the log")
		}
	}
}

// outcome is what a session has come to.
type outcome struct {
	board   wire.Board // without what is about the data themselves
	laps    map[string]f1.LapRow
	stints  []f1.StintRow
	stops   []f1.PitStopRow
	control []f1.RaceControlRow
	quality wire.Quality
	gaps    []f1.Event // events that say that the source was lost
	all     []feed.Message
}

// outcome is made from the log, but for the board, which is the live one.
func (h *house) outcome(key string) outcome {
	h.t.Helper()
	board, err := h.live.Board(key, time.Time{}, 0, "")
	if err != nil {
		h.t.Fatal(err)
	}
	o := outcome{quality: board.Quality, laps: map[string]f1.LapRow{}}
	board.Quality, board.View = wire.Quality{}, wire.View{}
	o.board = board
	all, _ := h.kept(key)
	o.all = all
	detector, s := events.Start(events.Defaults()), timing.New()
	for i := range all {
		detector.Step(s, &all[i], s.Apply(&all[i]))
	}
	for _, r := range s.Laps() {
		o.laps[fmt.Sprintf("%d/%d", r.DriverNumber, r.LapNumber)] = r
	}
	o.stints, o.stops, o.control = s.Stints(), s.PitStops(), s.RaceControlRows()
	for _, e := range events.Newest(detector.Journal()) {
		if e.Kind != events.DataGap || e.Detail != "source lost" {
			continue
		}
		cited := make([]feed.Message, len(e.Evidence))
		for i, offset := range e.Evidence {
			cited[i] = all[offset-1]
		}
		if err := events.Prove(&e, events.Defaults(), cited); err != nil {
			h.t.Errorf("%s: %v", e.ID, err)
		}
		o.gaps = append(o.gaps, e)
	}
	return o
}

func listenLocal(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func dialLocal(address string) (net.Conn, error) {
	return net.DialTimeout("tcp", address, 5*time.Second)
}

func textLog(to *strings.Builder) *slog.Logger { return slog.New(slog.NewTextHandler(to, nil)) }
