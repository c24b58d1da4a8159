// Package fanout gives the dialects the channels of the bus: a connection's queue gets a channel's snapshot and
// every message published after it, spelled as the dialect spells them. The dialects' servers call it.
//
// Promises: snapshot and stream meet exactly, nothing is missing and nothing comes twice; a message is encoded
// once a channel, however many connections follow it; a connection that does not read never slows another, its
// queue ends with [ErrSlow].
package fanout

import (
	"fmt"
	"sync"
	"unsafe"

	"pitwall.live/internal/bus"
)

// Channels answers for what is published; it is the gateway's interface of the same name.
type Channels interface {
	// Attach counts one more viewer of the channel and calls join with the channel's encoded snapshot while
	// nothing is published on it.
	Attach(channel string, join func(snapshot []byte)) error
	// Detach counts one viewer less.
	Detach(channel string)
}

// Message is what a dialect spells.
type Message struct {
	Channel  string
	Snapshot bool // Data is the whole state at Position, not what follows it
	bus.Message
}

// Fanout is one dialect's view of all channels. T is a frame of the dialect.
type Fanout[T any] struct {
	bus      *bus.Bus
	channels Channels
	encode   func(Message) []T
	size     func(T) int

	mu    sync.Mutex // before a room's, never held while the bus is told to stop
	rooms map[string]*room[T]
}

// New makes the view of a dialect. Encode spells a message as frames of the dialect, none if the dialect has no
// word for it; it is called while the channel waits, so it must be quick. Size is what a frame weighs in a queue,
// in bytes.
func New[T any](b *bus.Bus, channels Channels, encode func(Message) []T, size func(T) int) *Fanout[T] {
	return &Fanout[T]{bus: b, channels: channels, encode: encode, size: size, rooms: map[string]*room[T]{}}
}

// Queue makes the queue of a connection, in which up to limit bytes may wait.
func (f *Fanout[T]) Queue(limit int) *Queue[T] {
	return &Queue[T]{size: f.size, limit: limit, ready: make(chan struct{}, 1)}
}

// room is who follows one channel.
type room[T any] struct {
	stop func()

	mu       sync.Mutex
	queues   map[*Queue[T]]struct{}
	snapshot []byte // the one encoded last
	frames   []T    // its frames
}

// Join gives q the channel's snapshot and all that follows. A channel that does not exist is a wire.ErrNotFound.
// Each Join that gave no error is undone by one [Fanout.Leave]; a queue joins a channel once.
func (f *Fanout[T]) Join(channel string, q *Queue[T]) error { return f.join(channel, q, nil) }

// Resume gives q what was published on the channel after a position, and all that follows; no snapshot. It is
// [bus.ErrGone] when the channel no longer holds that.
func (f *Fanout[T]) Resume(channel string, q *Queue[T], after bus.Position) error {
	return f.join(channel, q, &after)
}

func (f *Fanout[T]) join(channel string, q *Queue[T], after *bus.Position) error {
	var inner error
	err := f.channels.Attach(channel, func(snapshot []byte) {
		if inner = f.begin(channel, q, snapshot, after); inner == nil {
			f.enter(channel, q)
		}
	})
	if err != nil {
		return err
	}
	if inner != nil {
		f.channels.Detach(channel)
	}
	return inner
}

// begin gives q what comes before the stream. Nothing is published on the channel meanwhile.
func (f *Fanout[T]) begin(channel string, q *Queue[T], snapshot []byte, after *bus.Position) error {
	if after != nil {
		missed, err := f.bus.Since(channel, *after)
		if err != nil {
			return err
		}
		for _, m := range missed {
			q.Push(f.encode(Message{Channel: channel, Message: m})...)
		}
		return nil
	}
	top, err := f.bus.Top(channel)
	if err != nil {
		return err
	}
	q.Push(f.snapshotFrames(channel, snapshot, top)...)
	return nil
}

// snapshotFrames encodes a snapshot, unless it is the very one of the joiner before.
func (f *Fanout[T]) snapshotFrames(channel string, snapshot []byte, top bus.Position) []T {
	f.mu.Lock()
	r := f.rooms[channel]
	f.mu.Unlock()
	if r == nil {
		return f.encode(Message{Channel: channel, Snapshot: true, Message: bus.Message{Position: top, Data: snapshot}})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(snapshot) == 0 || len(r.snapshot) != len(snapshot) || unsafe.SliceData(r.snapshot) != unsafe.SliceData(snapshot) {
		r.snapshot = snapshot
		r.frames = f.encode(Message{Channel: channel, Snapshot: true, Message: bus.Message{Position: top, Data: snapshot}})
	}
	return r.frames
}

// enter makes q one of those who follow.
func (f *Fanout[T]) enter(channel string, q *Queue[T]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.rooms[channel]
	if r == nil {
		r = &room[T]{queues: map[*Queue[T]]struct{}{}}
		f.rooms[channel] = r
		r.stop = f.bus.Follow(channel, bus.Follower{
			Take: func(m bus.Message) { r.take(f.encode(Message{Channel: channel, Message: m})) },
			End:  func(reason string) { r.end(fmt.Errorf("%w: %s", ErrEnded, reason)) },
		})
	}
	r.mu.Lock()
	r.queues[q] = struct{}{}
	r.mu.Unlock()
}

func (r *room[T]) take(frames []T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.snapshot, r.frames = nil, nil // the state has changed
	if len(frames) == 0 {
		return
	}
	for q := range r.queues {
		q.Push(frames...)
	}
}

func (r *room[T]) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for q := range r.queues {
		q.finish(err)
	}
}

// Leave undoes a Join.
func (f *Fanout[T]) Leave(channel string, q *Queue[T]) {
	f.mu.Lock()
	r := f.rooms[channel]
	last := false
	if r != nil {
		r.mu.Lock()
		delete(r.queues, q)
		last = len(r.queues) == 0
		r.mu.Unlock()
		if last {
			delete(f.rooms, channel)
		}
	}
	f.mu.Unlock()
	if last {
		r.stop()
	}
	f.channels.Detach(channel)
}
