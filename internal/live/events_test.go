package live_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// passes is a simulated race of the key 9 with the journal that it has when it is looked at as a whole.
func passes(t *testing.T, laps int) ([]feed.Message, []f1.Event) {
	t.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "monza", Laps: laps, Seed: 2, Key: 9, Start: sessionStart, Without: sim.AccountTopics})
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	var latest time.Time
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		if m.Time.After(latest) {
			latest = m.Time
		}
		m.Received = latest
		all = append(all, m)
	}
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	all, err = log.Append(all) // a log does not keep what was sent twice
	if err = errors.Join(err, log.Close()); err != nil {
		t.Fatal(err)
	}
	journal := detect(all, events.Defaults())
	if len(journal) < 30 || len(events.Newest(journal)) == len(journal) {
		t.Fatalf("%d versions of %d events: the test proves nothing", len(journal), len(events.Newest(journal)))
	}
	return all, journal
}

// detect finds the events of messages without a service.
func detect(messages []feed.Message, p events.Params) []f1.Event {
	d, s := events.Start(p), timing.New()
	for i := range messages {
		m := messages[i]
		m.Offset = uint64(i + 1)
		d.Step(s, &m, s.Apply(&m))
	}
	return d.Journal()
}

// version names a version of an event.
type version struct {
	id string
	n  int
}

// versions are those of a journal that were known after so many messages, the newest of each event.
func versions(journal []f1.Event, after int) map[version]bool {
	for i := range journal {
		if journal[i].Offset > uint64(after) {
			journal = journal[:i]
			break
		}
	}
	known := map[version]bool{}
	for _, e := range events.Newest(journal) {
		known[version{e.ID, e.Version}] = true
	}
	return known
}

func heldBy(list []wire.Event) map[version]bool {
	known := map[version]bool{}
	for _, e := range list {
		known[version{e.ID, e.Version}] = true
	}
	return known
}

// envelope is a message of the channel of the events.
type envelope struct {
	Seq    uint64
	Type   string
	list   wire.Events // of a snapshot
	event  wire.Event  // of all else
	offset uint64      // in the channel's history
}

func open(t *testing.T, data []byte) envelope {
	t.Helper()
	var e envelope
	var raw struct{ Data json.RawMessage }
	err := errors.Join(json.Unmarshal(data, &e), json.Unmarshal(data, &raw))
	if err == nil && e.Type == "snapshot" {
		err = json.Unmarshal(raw.Data, &e.list)
	} else if err == nil {
		err = json.Unmarshal(raw.Data, &e.event)
	}
	if err != nil {
		t.Fatalf("%v: %.300s", err, data)
	}
	return e
}

// history is what a client gets that comes back with a place in the channel.
func history(b *bench, channel string, since uint64) (all []envelope) {
	b.Helper()
	filter := centrifuge.HistoryFilter{Limit: -1}
	if since > 0 {
		filter.Since = &centrifuge.StreamPosition{Offset: since}
	}
	result, err := b.bus.Node().History(channel, centrifuge.WithHistoryFilter(filter))
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range result.Publications {
		e := open(b.T, p.Data)
		e.offset = p.Offset
		all = append(all, e)
	}
	return all
}

// attach joins a channel and returns what a new subscriber is sent.
func attach(b *bench, channel string) (e envelope) {
	b.Helper()
	if err := b.live.Attach(channel, func(snapshot []byte) { e = open(b.T, snapshot) }); err != nil {
		b.Fatal(err)
	}
	return e
}

// Whoever follows the events from the first message on gets every version once, in order, and what he holds then
// is what a newcomer is sent; whoever comes back gets what he missed.
func TestEventsChannel(t *testing.T) {
	all, journal := passes(t, 10)
	b := newBench(t, nil)
	b.append(all[0])
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	first := attach(b, "events:9")
	if first.Type != "snapshot" || !reflect.DeepEqual(heldBy(first.list.Events), versions(journal, 1)) {
		t.Fatalf("%+v", first)
	}
	journal = slices.DeleteFunc(journal, func(e f1.Event) bool { return e.Offset == 1 }) // they were in the snapshot
	random := rand.New(rand.NewPCG(1, 2))
	for rest := all[1:]; len(rest) > 0; {
		n := min(1+random.IntN(300), len(rest))
		b.append(rest[:n]...)
		rest = rest[n:]
		b.live.Step("9", "")
	}
	stream := history(b, "events:9", 0)
	if stream[0].Type != "snapshot" { // the place where the channel begins
		t.Fatalf("%+v", stream[0])
	}
	stream = stream[1:]
	if len(stream) != len(journal) {
		t.Fatalf("%d messages, %d versions", len(stream), len(journal))
	}
	held := map[string]int{}
	for v := range heldBy(first.list.Events) {
		held[v.id] = v.n
	}
	for i, e := range stream {
		want := &journal[i]
		if e.Type != "event" || e.Seq != first.Seq+uint64(i)+1 || e.event.ID != want.ID || e.event.Version != want.Version ||
			e.event.Status != string(want.Status) || !reflect.DeepEqual(e.event.Evidence, want.Evidence) {
			t.Fatalf("message %d: %+v, want %+v", i, e, want)
		}
		held[e.event.ID] = e.event.Version
	}
	newcomer := attach(b, "events:9")
	if newcomer.Seq != stream[len(stream)-1].Seq || newcomer.list.Total != len(held) {
		t.Fatalf("a newcomer begins at %d with %d events, there are %d after message %d", newcomer.Seq, newcomer.list.Total, len(held), stream[len(stream)-1].Seq)
	}
	for _, e := range newcomer.list.Events {
		if held[e.ID] != e.Version {
			t.Errorf("a newcomer has version %d of %s, the followers %d", e.Version, e.ID, held[e.ID])
		}
	}
	missed := history(b, "events:9", stream[len(stream)/2].offset)
	if len(missed) != len(stream)-1-len(stream)/2 || missed[0].Seq != stream[len(stream)/2].Seq+1 {
		t.Errorf("who was away for half of %d messages gets %d", len(stream), len(missed))
	}
}

// The events of a session are the same however it came here: at once, message by message, in two runs of the
// program, or first looked at and then followed.
func TestJournalOfAnyPath(t *testing.T) {
	all, journal := passes(t, 10)
	same := func(what string, s *live.Session) {
		t.Helper()
		if got := s.Journal(); !reflect.DeepEqual(got, journal) {
			t.Errorf("%s: %d versions, want %d", what, len(got), len(journal))
		}
	}
	feedIn := func(b *bench, messages []feed.Message) {
		t.Helper()
		for len(messages) > 0 {
			n := min(97, len(messages))
			b.append(messages[:n]...)
			messages = messages[n:]
			b.live.Step("9", "")
		}
	}
	add := func(b *bench) *live.Session {
		t.Helper()
		s, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	b := newBench(t, nil)
	b.append(all...)
	same("at once", add(b))

	b = newBench(t, nil)
	b.append(all[0])
	followed := add(b)
	feedIn(b, all[1:])
	same("followed", followed)
	same("loaded after it", loaded(t, b.log))

	b = newBench(t, nil)
	b.append(all[:len(all)/2]...)
	again := add(b) // the program was started again in the middle
	feedIn(b, all[len(all)/2:])
	same("after a restart", again)

	b = newBench(t, nil)
	b.append(all[:len(all)/3]...)
	about := live.About{Key: "9", Open: func() (*sessionlog.Log, error) { return sessionlog.OpenRead(b.log.Path()) }}
	if err := b.live.Shelve(about, all[:10]); err != nil {
		t.Fatal(err)
	}
	attach(b, "events:9")
	taken := add(b)
	feedIn(b, all[len(all)/3:])
	same("taken over from the shelf", taken)

	strict := events.Defaults()
	strict.Order.Kept = 4.5
	journal = detect(all, strict)
	s := service(t)
	other, err := s.Add(t.Context(), b.log, live.About{Key: "9", Params: strict}, &live.Replay{Speed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	same("with other parameters", other)
}

// loaded is the session of a log in a program that has just started.
func loaded(t *testing.T, log *sessionlog.Log) *live.Session {
	t.Helper()
	s, err := service(t).Add(t.Context(), log, live.About{Key: "9", Live: true}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// An event goes out with the message that makes it known, not when the slot of the board ends.
func TestEventLeavesWithItsMessage(t *testing.T) {
	all, journal := passes(t, 6)
	b := newBench(t, func(c *live.Config) { c.Slot = time.Hour })
	b.append(all[0])
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	attach(b, "events:9")
	attach(b, "timing:9")
	b.append(all[1])
	b.live.Step("9", "") // a lone message opens the slot
	count := func(channel string) int {
		result, err := b.bus.Node().History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: -1}))
		if err != nil {
			t.Fatal(err)
		}
		return len(result.Publications)
	}
	at, boards := 2, count("timing:9")
	for len(journal) > 0 && journal[0].Offset <= 1 { // told before anybody came
		journal = journal[1:]
	}
	for i, e := range journal {
		last := int(e.Offset) // messages up to the one that makes it known
		if last > at {
			for rest := all[at : last-1]; len(rest) > 0; rest = rest[min(500, len(rest)):] {
				b.append(slices.Clone(rest[:min(500, len(rest))])...)
				b.live.Take("9", "")
			}
			if n := count("events:9") - 1; n != i {
				t.Fatalf("%d versions before message %d, want %d", n, last, i)
			}
			b.append(all[last-1])
			b.live.Take("9", "")
			at = last
		}
		if n := count("events:9") - 1; n <= i {
			t.Fatalf("after message %d: %d versions, %s is not among them", last, n, e.ID)
		}
	}
	if count("timing:9") != boards {
		t.Error("the slot has ended: the test proves nothing")
	}
}

// eventWatcher looks at the events of one clock in every way and knows what the clock may tell.
type eventWatcher struct {
	*watcher
	at      map[version]uint64 // which message makes a version known
	journal []f1.Event
	list    map[string]int // versions held by whoever follows the channel
	seeks   int
	last    uint64 // in the history of the channel
}

func (w *eventWatcher) hold(b *bench, what string, limit int, all ...wire.Event) {
	b.Helper()
	for _, e := range all {
		w.messages++
		v := version{e.ID, e.Version}
		if offset, known := w.at[v]; !known || offset > uint64(limit+1) {
			b.Fatalf("%s: version %d of %s (known: %v) belongs to message %d, the clock allows %d", what, e.Version, e.ID, known, offset, limit+1)
		}
		for _, offset := range e.Evidence {
			if offset > uint64(limit+1) {
				b.Fatalf("%s: %s cites message %d, the clock allows %d", what, e.ID, offset, limit+1)
			}
		}
	}
}

// follow takes what the channel has told since the last look.
func (w *eventWatcher) follow(b *bench, limit int) {
	b.Helper()
	channel := w.channel("events:9")
	for _, e := range history(b, channel, w.last) {
		w.last = e.offset
		if e.Type == "snapshot" {
			w.seeks++
			w.list = map[string]int{}
			w.hold(b, "snapshot of "+channel, limit, e.list.Events...)
			for _, v := range e.list.Events {
				w.list[v.ID] = v.Version
			}
			continue
		}
		w.hold(b, channel, limit, e.event)
		w.list[e.event.ID] = e.event.Version
	}
}

// ask looks as somebody who joins now, by REST, and at what justifies an event.
func (w *eventWatcher) ask(b *bench, random *rand.Rand, limit int) {
	b.Helper()
	joined := attach(b, w.channel("events:9"))
	b.live.Detach(w.channel("events:9"))
	w.hold(b, "join", limit, joined.list.Events...)
	if got := heldBy(joined.list.Events); len(joined.list.Events) == joined.list.Total {
		for id, n := range w.list {
			if !got[version{id, n}] {
				b.Fatalf("%s: a follower has version %d of %s, a newcomer not", w.id, n, id)
			}
		}
	}
	list, err := b.live.Events("9", time.Time{}, 0, w.id, wire.EventWish{})
	if err != nil {
		b.Fatal(err)
	}
	w.hold(b, "REST", limit, list.Events...)
	if want := versions(w.journal, limit+1); !w.replay && !reflect.DeepEqual(heldBy(list.Events), want) {
		b.Fatalf("%s: REST has %d events, want %d", w.id, len(list.Events), len(want))
	}
	e := w.journal[random.IntN(len(w.journal))]
	why, err := b.live.Why("9", e.ID, w.id)
	switch {
	case errors.Is(err, wire.ErrNotFound):
		if heldBy(list.Events)[version{e.ID, 1}] {
			b.Fatalf("%s: nothing justifies %s, which is told", w.id, e.ID)
		}
	case err != nil:
		b.Fatal(err)
	default:
		w.hold(b, "why", limit, append(why.Versions, why.Event)...)
		for _, m := range why.Messages {
			if m.Offset > uint64(limit+1) {
				b.Fatalf("why shows message %d, the clock allows %d", m.Offset, limit+1)
			}
		}
		if !why.Holds {
			b.Fatalf("%s: %s", e.ID, why.Problem)
		}
	}
}

// No clock tells an event before its message, on the channel, by REST and as a reason, whatever is done to it while
// the session grows; after a seek back, those who follow are told a state without what comes later.
func TestNoEventNewerThanTheClock(t *testing.T) {
	seeds := uint64(2)
	if os.Getenv("PITWALL_FULL") != "" {
		seeds = 10
	}
	all, journal := passes(t, 10)
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { eventsRun(t, rand.New(rand.NewPCG(seed, 11)), all, journal) })
	}
}

func eventsRun(t *testing.T, random *rand.Rand, all []feed.Message, journal []f1.Event) {
	known := map[version]uint64{}
	for _, e := range journal {
		known[version{e.ID, e.Version}] = e.Offset
	}
	b := newBench(t, nil)
	b.append(all[0])
	appended := 1
	now := b.hands.move(all[0].Received.Sub(b.hands.Now()))
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	clocks := []*watcher{{id: ""}, {id: "live-1", delay: time.Second}, {id: "live-30", delay: 30 * time.Second}}
	for range 2 {
		c, err := b.live.CreateClock("9", wire.ClockWish{})
		if err != nil {
			t.Fatal(err)
		}
		clocks = append(clocks, &watcher{id: c.ID, replay: true, at: b.log.Start(), since: now, speed: 1})
	}
	watchers := make([]*eventWatcher, len(clocks))
	for i, c := range clocks {
		c.seen, c.newest = map[string]uint64{}, map[string]int{}
		watchers[i] = &eventWatcher{watcher: c, at: known, journal: journal, list: map[string]int{}}
		attach(b, c.channel("events:9")) // and stays
	}
	for appended < len(all) {
		w := watchers[3+random.IntN(2)]
		switch random.IntN(5) {
		case 0, 1, 2:
			now = b.hands.move(time.Duration(random.IntN(20_000)) * time.Millisecond)
			from := appended
			for appended < len(all) && !all[appended].Received.After(now) {
				appended++
			}
			b.append(all[from:appended]...)
		case 3:
			w.change(b, random, all, appended, now)
		case 4:
			any := watchers[random.IntN(len(watchers))]
			b.live.Step("9", any.id)
			any.follow(b, any.allowed(all, appended, now))
			any.ask(b, random, any.allowed(all, appended, now))
		}
		for _, w := range watchers {
			b.live.Step("9", w.id)
			w.follow(b, w.allowed(all, appended, now))
		}
	}
	b.hands.move(24 * time.Hour)
	for _, w := range watchers {
		if w.replay {
			b.live.Step("9", w.id)
			if w.seeks < 5 || w.messages < len(journal) {
				t.Errorf("%s: %d seeks and %d versions: the test proves nothing", w.id, w.seeks, w.messages)
			}
			at := all[len(all)-1].Time.Add(time.Hour)
			if _, err := b.live.ChangeClock(w.id, wire.ClockWish{At: &at}); err != nil {
				t.Fatal(err)
			}
		}
		b.live.Step("9", w.id)
		w.follow(b, len(all)-1)
		for v := range versions(journal, len(all)) {
			if w.list[v.id] != v.n && w.id == "" {
				t.Errorf("at the end %q has version %d of %s, want %d", w.id, w.list[v.id], v.id, v.n)
			}
		}
		w.ask(b, random, len(all)-1)
	}
}

// A sentence calls the cars by the names known with its own message: by their numbers before the list of drivers has
// come, whenever it is asked for.
func TestSentencesHaveTheNamesOfTheirTime(t *testing.T) {
	all, journal := passes(t, 6)
	isList := func(m feed.Message) bool { return m.Topic == feed.TopicDriverList }
	list := all[slices.IndexFunc(all, isList)]
	for _, m := range all {
		if isList(m) && len(m.Payload) > len(list.Payload) {
			list = m // the whole one: others say a car or two
		}
	}
	var first, others int // passes told
	late := slices.DeleteFunc(slices.Clone(all), isList)
	at := slices.IndexFunc(journal, func(e f1.Event) bool { return e.Kind == "overtake.on_track" })
	half := slices.IndexFunc(late, func(m feed.Message) bool { return m.Time.After(journal[at].Known.Add(time.Minute)) })
	list.Time = late[half].Time
	for _, e := range live.Told(slices.Insert(late, half, list)) {
		if e.Kind != "overtake.on_track" {
			continue
		}
		form, count := named, &others
		if e.Offset <= uint64(half) {
			form, count = numbered, &first
		}
		*count++
		if !form.MatchString(e.Text) {
			t.Errorf("message %d: %q, the names came with %d", e.Offset, e.Text, half+1)
		}
	}
	if first == 0 || others == 0 {
		t.Fatalf("%d passes before the names and %d after: the test proves nothing", first, others)
	}
}

var (
	named    = regexp.MustCompile(`^[A-Z]{3} passes [A-Z]{3}, P\d+ to P\d+`)
	numbered = regexp.MustCompile(`^\d+ passes \d+, P\d+ to P\d+`)
)
