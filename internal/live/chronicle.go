package live

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// chronicle is the journal of a session's events. It is made once, by whoever applies the newest messages of the
// log first; every clock reads from it what was known at its message, so that a clock costs no detection and can
// be told nothing from its future.
type chronicle struct {
	mu        sync.RWMutex
	detection *events.Detection
	names     map[int][]naming // of each car, the oldest first
	offset    atomic.Uint64    // of the newest message taken in
}

// naming is what a car is called from a message on.
type naming struct {
	offset uint64
	tla    string
}

func newChronicle(p events.Params) *chronicle {
	return &chronicle{detection: events.Start(p), names: map[int][]naming{}}
}

// follow takes in what a message changed, when it is the next. Every clock offers its messages: one at the head of
// the log may be there before the session's own, and its viewers are not to wait for that.
func (c *chronicle) follow(s *timing.Session, m *feed.Message, ch timing.Change) {
	if m.Offset != c.offset.Load()+1 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.offset.CompareAndSwap(m.Offset-1, m.Offset) {
		c.detection.Step(s, m, ch)
		if m.Topic == feed.TopicDriverList {
			c.rename(s, m.Offset)
		}
	}
}

func (c *chronicle) rename(s *timing.Session, offset uint64) {
	for n, car := range s.Cars {
		if list := c.names[n]; car.TLA != "" && (len(list) == 0 || list[len(list)-1].tla != car.TLA) {
			c.names[n] = append(list, naming{offset, car.TLA})
		}
	}
}

// nameAt is what a car was called with the message at offset: its number before that was said.
func (c *chronicle) nameAt(number int, offset uint64) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	name := strconv.Itoa(number)
	for _, n := range c.names[number] {
		if n.offset <= offset {
			name = n.tla
		}
	}
	return name
}

// until is the journal as it was known with the message at offset. It must not be written to.
func (c *chronicle) until(offset uint64) []f1.Event {
	c.mu.RLock()
	defer c.mu.RUnlock()
	journal := c.detection.Journal()
	n := sort.Search(len(journal), func(i int) bool { return journal[i].Offset > offset })
	return journal[:n:n]
}

func (c *chronicle) params() events.Params {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.detection.Params()
}

// snapshotEvents bounds how many events of low priority a subscriber gets at once; all of them are a request away.
const snapshotEvents = 300

// eventsAt is the snapshot of the events channel: all that matters, and the newest of what is for the record.
func (c *chronicle) eventsAt(offset uint64) wire.Events {
	all := events.Newest(c.until(offset))
	list := wire.Events{Events: []wire.Event{}, Total: len(all)}
	minor := 0
	for _, e := range all {
		if e.Priority == f1.P3 {
			minor++
		}
	}
	for i := range all {
		if all[i].Priority == f1.P3 {
			if minor--; minor >= snapshotEvents {
				continue
			}
		}
		list.Events = append(list.Events, c.eventOf(&all[i]))
	}
	return list
}

// eventOf is an event as it leaves the program. Its sentence has the names of its own message, so that a version
// reads the same at every clock.
func (c *chronicle) eventOf(e *f1.Event) wire.Event {
	r := events.Row(e)
	return wire.Event{
		ID: e.ID, Version: e.Version, Kind: string(e.Kind), Title: events.Title(e.Kind),
		Text:     events.Sentence(e, func(n int) string { return c.nameAt(n, e.Offset) }),
		Priority: e.Priority.String(), Status: string(e.Status),
		Time: wire.Time(e.Time), Known: wire.Time(e.Known), Offset: e.Offset, Lap: intOf(e.Lap), Driver: intOf(e.Car), Other: intOf(e.Other), Drivers: e.Cars,
		From: intOf(r.PositionFrom), To: intOf(r.PositionTo), CountFrom: intOf(r.CountFrom), CountTo: intOf(r.CountTo), CountOf: wire.Text(r.CountOf),
		Value: floatOf(e.Value), Detail: wire.Text(e.Detail), Supersedes: wire.Text(e.Supersedes), Evidence: e.Evidence,
	}
}

// most is the largest page of events.
const most = 5000

// pick is the page of the events known at offset that is wished for.
func (c *chronicle) pick(offset uint64, wish wire.EventWish) (wire.Events, error) {
	priority := f1.P3
	if wish.Priority != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(wish.Priority, "P"))
		if err != nil || n < 0 || n > int(f1.P3) {
			return wire.Events{}, fmt.Errorf("priority %q is none of P0, P1, P2, P3: %w", wish.Priority, wire.ErrInvalid)
		}
		priority = f1.Priority(n)
	}
	skip := 0
	if wish.Cursor != "" {
		n, err := strconv.Atoi(wish.Cursor)
		if err != nil || n < 0 {
			return wire.Events{}, fmt.Errorf("cursor %q is not one of ours: %w", wish.Cursor, wire.ErrInvalid)
		}
		skip = n
	}
	if wish.Limit <= 0 || wish.Limit > most {
		wish.Limit = most
	}
	list := wire.Events{Events: []wire.Event{}}
	for _, e := range events.Newest(c.until(offset)) {
		switch {
		case e.Priority > priority || !strings.HasPrefix(string(e.Kind), wish.Kind):
		case wish.Driver != 0 && e.Car.Value != wish.Driver && e.Other.Value != wish.Driver && !slices.Contains(e.Cars, wish.Driver):
		default:
			if list.Total >= skip && len(list.Events) < wish.Limit {
				list.Events = append(list.Events, c.eventOf(&e))
			}
			list.Total++
		}
	}
	if next := skip + len(list.Events); next < list.Total {
		list.Next = wire.Text(strconv.Itoa(next))
	}
	return list, nil
}

// why gathers what justifies an event as it was known at offset.
func (s *Session) why(id string, offset uint64) (wire.Why, error) {
	var w wire.Why
	var e f1.Event
	for _, v := range s.chronicle.until(offset) {
		if v.ID == id {
			e = v
			w.Versions = append(w.Versions, s.chronicle.eventOf(&e))
		}
	}
	if len(w.Versions) == 0 {
		return w, fmt.Errorf("event %s of session %s: %w", id, s.about.Key, wire.ErrNotFound)
	}
	params := s.chronicle.params()
	w.Event, w.Rule, w.Messages = s.chronicle.eventOf(&e), events.Rule(e.Kind, params), []wire.Cited{}
	var cited []feed.Message
	for _, offset := range e.Evidence {
		messages, err := s.read(offset, 1)
		if err != nil {
			return w, err
		}
		cited = append(cited, messages...)
		for _, m := range messages {
			w.Messages = append(w.Messages, wire.Cited{Offset: m.Offset, Time: wire.OptTime(m.Time), Topic: m.Topic, Payload: m.Payload})
		}
	}
	if err := events.Prove(&e, params, cited); err != nil {
		w.Problem = wire.Text(err.Error())
	}
	w.Holds = w.Problem == ""
	return w, nil
}
