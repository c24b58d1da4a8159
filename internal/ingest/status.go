package ingest

import (
	"slices"
	"sync"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Status is how a source is doing; the raw material of the data quality shown to viewers.
type Status struct {
	Source  string
	Session string // the session's key, "" while it is not known
	// Connected is true from the first message of a run to its end.
	Connected bool
	// Ended is true when the source will not be run again: it has no more, or gave up with Error.
	Ended bool
	// Silent is true when a connected source has given nothing for as long as Config.Silence.
	Silent bool
	// Since is when Connected, Ended or Silent last changed.
	Since time.Time
	// LastMessage is when the last message came, zero if none did.
	LastMessage time.Time
	Received    uint64 // messages that came
	Bytes       uint64 // of their payloads
	Kept        uint64 // that went into a log
	Known       uint64 // that were in it already
	DeadLetters uint64 // that could not be used
	Runs        uint64 // how often the source was run: one more than it was run again
	// Error is why the last run failed or why the log can not be written, "" if all is well.
	Error string
	// RetryAt is when the source is run again, zero if it runs or has ended.
	RetryAt time.Time
	// Circuit is how the source's circuit breaker stands.
	Circuit Circuit
	// Missing lists topics that were asked for and not given.
	Missing []string
	// Gaps are the stretches during which the source was lost, oldest first, the newest [maxGaps]: what it sent then was
	// not seen. Times of receipt.
	Gaps []Gap
	// Topics is how each topic is doing.
	Topics map[string]TopicStatus

	lost int // since the last message: runs that ended, and a silence
}

// Gap is a stretch between the last message before a source was lost and the first after it was found again.
type Gap struct{ From, To time.Time }

// maxGaps bounds the gaps of a status.
const maxGaps = 20

// Working reports whether the source has a session and tells about it. It does not while it is silent. One
// that was lost still works until its next attempt has failed as well: most are back with it, and nobody
// should be shown something else for a second.
func (s *Status) Working() bool {
	return s.Session != "" && !s.Ended && !s.Silent && s.lost < 2
}

// board keeps a Status; it has its own lock, so that looking at it never waits for the disk.
type board struct {
	source  Source
	changed func(Status)

	mu     sync.Mutex
	s      Status
	topics map[string]*TopicStatus
	log    *sessionlog.Log
	away   time.Time // when the last message came before the newest gap, zero if there was none
	found  bool      // the newest message was one of the first after a gap
	began  time.Time // when the present run began
	before uint64    // what had been received then
}

func (b *board) init(source Source, changed func(Status)) {
	b.source, b.changed, b.s.Source = source, changed, source.Name()
	b.s.Circuit = Circuit{State: CircuitClosed, Since: time.Now()}
}

func (b *board) get() Status {
	b.mu.Lock()
	s, log := b.s, b.log
	s.Gaps = slices.Clone(s.Gaps)
	s.Topics = make(map[string]TopicStatus, len(b.topics))
	for name, t := range b.topics {
		s.Topics[name] = *t
	}
	b.mu.Unlock()
	if log != nil && s.Error == "" {
		if err := log.SyncError(); err != nil {
			s.Error = err.Error()
		}
	}
	if m, ok := b.source.(missing); ok {
		s.Missing = slices.Clone(m.MissingTopics())
	}
	return s
}

// set changes the status and tells about it if tell reports that it is worth it.
func (b *board) set(change func(*Status) (tell bool)) {
	b.mu.Lock()
	tell := change(&b.s)
	b.mu.Unlock()
	if tell && b.changed != nil {
		b.changed(b.get())
	}
}

func (b *board) begin() (received uint64) {
	b.set(func(s *Status) bool {
		s.Runs++
		s.RetryAt = time.Time{}
		s.Circuit.try(time.Now())
		b.began, b.before, received = time.Now(), s.Received, s.Received
		return false
	})
	return received
}

func (b *board) total() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.s.Received
}

// heard takes note of a batch, which is not empty.
func (b *board) heard(now time.Time, batch []feed.Message) {
	b.set(func(s *Status) bool {
		news := !s.Connected || s.Silent
		if news {
			s.Connected, s.Silent, s.Since, s.Error = true, false, now, ""
		}
		if batch[0].Gap && !b.found {
			if b.away = s.LastMessage; !b.away.IsZero() {
				s.Gaps = append(s.Gaps[max(len(s.Gaps)-maxGaps+1, 0):len(s.Gaps):len(s.Gaps)], Gap{b.away, now})
			}
		}
		b.found = batch[len(batch)-1].Gap
		if now.Sub(b.began) >= settled { // the run was silent up to now, or its minute is long over
			news = s.Circuit.good(now) || news
		}
		s.LastMessage, s.lost = now, 0
		s.Received += uint64(len(batch))
		for i := range batch {
			s.Bytes += uint64(len(batch[i].Payload))
			if t := b.topic(batch[i].Topic); t != nil {
				t.Messages, t.Last = t.Messages+1, now
			}
		}
		return news
	})
}

// maxTopics bounds what is told of topics: the feed has some forty.
const maxTopics = 200

// topic is nil for one too many. The caller holds the lock.
func (b *board) topic(name string) *TopicStatus {
	t := b.topics[name]
	if t == nil && name != "" && len(name) <= 256 && len(b.topics) < maxTopics {
		if b.topics == nil {
			b.topics = map[string]*TopicStatus{}
		}
		t = &TopicStatus{}
		b.topics[name] = t
	}
	return t
}

// missed counts a message that another source gave.
func (b *board) missed(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.topic(topic); t != nil {
		t.Missed++
	}
}

// gives reports whether the source has given a topic.
func (b *board) gives(topic string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.topics[topic] != nil
}

// thereSince reports whether the source has been connected, and not silent, since before then.
func (b *board) thereSince(then time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.s.Connected && !b.s.Silent && b.s.Since.Before(then)
}

// awaySince is when the last message before the newest gap came, zero if there was none.
func (b *board) awaySince() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.away
}

func (b *board) turned(key string, log *sessionlog.Log) {
	b.set(func(s *Status) bool { s.Session, b.log = key, log; return true })
}

// relocated says that the log of a session is another one now.
func (b *board) relocated(old, fresh *sessionlog.Log) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.log == old {
		b.log = fresh
	}
}

func (b *board) kept(fresh, known uint64) {
	b.set(func(s *Status) bool { s.Kept += fresh; s.Known += known; return false })
}

// refused counts, and reports whether it is time to say so: at the first and then at every thousandth.
func (b *board) refused(n uint64) (say bool) {
	b.set(func(s *Status) bool {
		say = s.DeadLetters == 0 || s.DeadLetters/1000 != (s.DeadLetters+n)/1000
		s.DeadLetters += n
		return false
	})
	return say
}

func (b *board) silent() (news bool) {
	b.set(func(s *Status) bool {
		if news = s.Connected && !s.Silent; news {
			s.Silent, s.Since = true, time.Now()
			s.lost++
		}
		return news
	})
	return news
}

// trouble notes an error beside the source's own; nil ends it.
func (b *board) trouble(err error) {
	b.set(func(s *Status) bool {
		s.Error = ""
		if err != nil {
			s.Error = err.Error()
		}
		return true
	})
}

func (b *board) failed(err error, retry time.Time) {
	b.set(func(s *Status) bool {
		if s.Connected {
			s.Since = time.Now()
		}
		s.Connected, s.Silent, s.Error, s.RetryAt = false, false, err.Error(), retry
		s.lost++
		return true
	})
}

func (b *board) end(err error) {
	b.set(func(s *Status) bool {
		s.Connected, s.Silent, s.Ended, s.Since, s.RetryAt = false, false, true, time.Now(), time.Time{}
		if err != nil {
			s.Error = err.Error()
		}
		return true
	})
}

// good notes that a run has lasted for a good minute; one that gave nothing is good when it does.
func (b *board) good(before uint64) {
	b.set(func(s *Status) bool {
		return b.before == before && s.Received > before && s.Circuit.good(time.Now())
	})
}

// tripped notes a failure and reports whether the circuit is open now.
func (b *board) tripped(err error, trip Trip, good bool) (open bool) {
	b.set(func(s *Status) bool {
		now := time.Now()
		if good {
			s.Circuit.good(now)
		}
		open = s.Circuit.fail(err, trip, now)
		return false // the caller says when it is run again, and tells
	})
	return open
}

// backoff says how long to wait before a source is run again: at once after a good run, then longer and longer, up to
// the last of the delays.
type backoff struct {
	delays   []time.Duration
	failures int
}

// settled is how long a run with data must have lasted to be a good one.
const settled = time.Minute

// failed is the delay after a run that failed.
func (b *backoff) failed(good bool) time.Duration {
	if good {
		b.failures = 0
	} else if b.failures == 0 {
		b.failures = 1
	}
	d := b.delays[min(b.failures, len(b.delays)-1)]
	b.failures++
	return d
}
