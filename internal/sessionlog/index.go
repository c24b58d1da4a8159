package sessionlog

import (
	"math"
	"sort"
	"time"

	"pitwall.live/internal/feed"
)

// index knows of each offset where its line is and what the clocks showed there: 24 bytes a message, in
// chunks that never move, so that a reader needs the lock only to take a view.
type index struct {
	chunks []*[chunkLen]entry
	n      uint64 // the last offset
	start  int64  // the first known source time
}

const chunkLen = 8192

type entry struct {
	pos int64 // of the line in the file; lost if it can not be read
	// The newest source and receive time of this message and all before it, in Unix nanoseconds. Message
	// times step back across topics; these do not, so they can be searched.
	source, received int64
}

const (
	lost    = -1
	unknown = math.MinInt64
)

func (x *index) at(offset uint64) *entry {
	i := offset - 1
	return &x.chunks[i/chunkLen][i%chunkLen]
}

func (x *index) before() entry {
	if x.n == 0 {
		return entry{source: unknown, received: unknown}
	}
	return *x.at(x.n)
}

func (x *index) push(e entry) {
	if x.n%chunkLen == 0 {
		x.chunks = append(x.chunks, new([chunkLen]entry))
	}
	x.n++
	*x.at(x.n) = e
}

func (x *index) add(pos int64, m *feed.Message) {
	e := x.before()
	e.pos = pos
	source := nanos(m.Time)
	if e.source == unknown && source != unknown {
		x.start = source
	}
	e.source, e.received = max(e.source, source), max(e.received, nanos(m.Received))
	x.push(e)
}

// lose takes up an offset whose line can not be read.
func (x *index) lose() {
	e := x.before()
	e.pos = lost
	x.push(e)
}

// last is the last offset that can be read and for which not(after).
func (x *index) last(after func(*entry) bool) uint64 {
	offset := uint64(sort.Search(int(x.n), func(i int) bool { return after(x.at(uint64(i) + 1)) }))
	for offset > 0 && x.at(offset).pos == lost {
		offset--
	}
	return offset
}

// nanos is t in Unix nanoseconds, unknown if it is zero or beyond what they can count.
func nanos(t time.Time) int64 {
	if y := t.Year(); y < 1700 || y > 2200 {
		return unknown
	}
	return t.UnixNano()
}

func moment(n int64) time.Time {
	if n == unknown {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// Len is the offset of the newest message, 0 in an empty log.
func (l *Log) Len() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.index.n
}

// Start is the first known source time, End the newest; zero if there is none.
func (l *Log) Start() time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.index.before().source == unknown {
		return time.Time{}
	}
	return moment(l.index.start)
}

// End is the newest source time: what the session's clock shows at the log's end.
func (l *Log) End() time.Time { return l.TimeAt(l.Len()) }

// TimeAt is what the session's clock shows at offset: the newest source time of all messages up to it,
// zero if none is known yet or the offset is not in the log.
func (l *Log) TimeAt(offset uint64) time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if offset == 0 || offset > l.index.n {
		return time.Time{}
	}
	return moment(l.index.at(offset).source)
}

// OffsetAt is the last offset at which the session's clock shows t or earlier, 0 if there is none.
// Messages before the first known time count as earlier than any.
func (l *Log) OffsetAt(t time.Time) uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	limit := bound(t)
	return l.index.last(func(e *entry) bool { return e.source > limit })
}

// ReceivedBy is the last offset up to which everything had been received by t, 0 if there is none.
func (l *Log) ReceivedBy(t time.Time) uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	limit := bound(t)
	return l.index.last(func(e *entry) bool { return e.received > limit })
}

// bound is t for comparison; what nanoseconds can not count is before or after everything.
func bound(t time.Time) int64 {
	switch y := t.Year(); {
	case y < 1700:
		return unknown
	case y > 2200:
		return math.MaxInt64
	}
	return t.UnixNano()
}
