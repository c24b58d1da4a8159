package backfill

import (
	"math"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Recording gives the messages of a whole session from its beginning, each time it is called. A message is take's only
// until it returns.
type Recording func(take func(*feed.Message) error) error

const (
	// slack is how far apart the times of one message may be in a log and in a recording once the clocks of the two
	// have been set, and how far the feed's times step back between topics (3.7 s were seen).
	slack = 5 * time.Second
	// shared is the part of a log's messages that a recording of the same session has at least.
	shared = 0.5
)

// told is a message of the recording.
type told struct {
	hash uint64 // topic and payload
	at   int64  // its time there, in Unix nanoseconds
	due  int64  // what the log's clock shows when it comes: some topics are always late
	pos  int    // its place in the recording, from 0
	mate uint64 // offset of the same message in the log; 0: it is not there
}

// matching is a recording held against a log, topic by topic: times differ a little between the two, and messages of
// several topics come in another order, but inside a topic the order is that of the feed in both.
type matching struct {
	topics map[string][]told
	places map[uint64][]int  // by hash: indexes into the topic's list
	shift  int64             // to be added to a time of the recording
	begin  int64             // time of the log's first message that is no snapshot: what came before is in that, or was never ours
	late   map[string]int64  // by topic: how far the log's clock is ahead of a message's time when it comes
	said   map[uint64]uint32 // how often what a message says was said
	seen   map[string]span   // of the log's own messages
	total  int               // messages of the log in topics that the recording has, snapshots left out
	mates  int               // of which it has these
}

// span is where in the log messages of a topic are, snapshots left out: any, and those that the recording has.
type span struct{ first, last, firstMate, lastMate uint64 }

func hashOf(m *feed.Message) uint64 {
	return xxhash.Sum64(m.Payload)*0x9e3779b97f4a7c15 ^ xxhash.Sum64String(m.Topic)
}

// match holds a recording against a log.
func match(log *sessionlog.Log, recording Recording) (*matching, error) {
	m := &matching{topics: map[string][]told{}, places: map[uint64][]int{}, begin: math.MaxInt64, late: map[string]int64{}, said: map[uint64]uint32{}, seen: map[string]span{}}
	pos := 0
	err := recording(func(r *feed.Message) error {
		h := hashOf(r)
		m.places[h] = append(m.places[h], len(m.topics[r.Topic]))
		m.topics[r.Topic] = append(m.topics[r.Topic], told{hash: h, at: r.Time.UnixNano(), pos: pos})
		pos++
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := m.setClock(log); err != nil {
		return nil, err
	}
	now := int64(math.MinInt64)
	err = log.Each(1, func(l *feed.Message) error {
		if l.Snapshot {
			return nil
		}
		m.said[l.Said()] = max(m.said[l.Said()], l.Occurrence+1)
		if !l.Time.IsZero() {
			now = l.Time.UnixNano()
			m.begin = min(m.begin, now)
		}
		m.pair(l, now)
		return nil
	})
	return m, err
}

// setClock finds by how much the recording's times are wrong: they are offsets from a beginning that has to be guessed.
// What is there only once says so. And it finds which topics are late.
func (m *matching) setClock(log *sessionlog.Log) error {
	var apart []int64
	late, clock := map[string][]int64{}, int64(math.MinInt64)
	err := log.Each(1, func(l *feed.Message) error {
		if l.Snapshot || l.Time.IsZero() {
			return nil
		}
		now := l.Time.UnixNano()
		clock = max(clock, now)
		late[l.Topic] = append(late[l.Topic], clock-now)
		if at := m.places[hashOf(l)]; len(at) == 1 {
			apart = append(apart, now-m.topics[l.Topic][at[0]].at)
		}
		return nil
	})
	m.shift = median(apart)
	for topic, by := range late {
		m.late[topic] = median(by)
	}
	for topic, list := range m.topics {
		for i := range list {
			list[i].due = list[i].at + m.shift + m.late[topic]
		}
	}
	return err
}

// median is 0 of nothing.
func median(all []int64) int64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// pair finds a message of the log in the recording: of those that say the same the nearest that is not another's yet.
func (m *matching) pair(l *feed.Message, now int64) {
	list := m.topics[l.Topic]
	if len(list) == 0 {
		m.note(l, false)
		return
	}
	best, least := -1, int64(slack)+1
	for _, i := range m.places[hashOf(l)] {
		if apart := (list[i].at + m.shift - now); list[i].mate == 0 && max(apart, -apart) < least {
			best, least = i, max(apart, -apart)
		}
	}
	m.total++
	if best >= 0 {
		list[best].mate = l.Offset
		m.mates++
	}
	m.note(l, best >= 0)
}

func (m *matching) note(l *feed.Message, mate bool) {
	s := m.seen[l.Topic]
	if s.first == 0 {
		s.first = l.Offset
	}
	s.last = l.Offset
	if mate {
		if s.firstMate == 0 {
			s.firstMate = l.Offset
		}
		s.lastMate = l.Offset
	}
	m.seen[l.Topic] = s
}

// lost gives, for each place of the recording whose message was lost in one of the gaps, the gap's index and when it was
// due: the message is not in the log, its topic's neighbours stand before and behind the gap, and it came in it. What else
// the log does not have the feed has not sent us while we listened, which is not for us to change.
func (m *matching) lost(gaps []Gap) map[int]loss {
	in := map[int]loss{}
	for _, list := range m.topics {
		behind := make([]uint64, len(list)+1) // offset of the next message that is in the log
		behind[len(list)] = math.MaxUint64
		for i := len(list) - 1; i >= 0; i-- {
			if behind[i] = behind[i+1]; list[i].mate != 0 {
				behind[i] = list[i].mate
			}
		}
		before := uint64(0)
		for i := range list {
			if list[i].mate != 0 {
				before = list[i].mate
				continue
			}
			if list[i].at+m.shift < m.begin {
				continue
			}
			if g := gapOf(gaps, before, behind[i], list[i].due); g >= 0 {
				in[list[i].pos] = loss{g, list[i].due}
			}
		}
	}
	return in
}

// loss is the gap in which a message was lost, and when it was due.
type loss struct {
	gap int
	due int64
}

// timeOf is a time of the recording by the log's clock.
func (m *matching) timeOf(at time.Time) time.Time {
	return at.Add(time.Duration(m.shift)).Round(time.Millisecond).UTC()
}

// gapOf is the gap that lies between two messages of the log and holds due, or is nearest to it; -1: there is none.
func gapOf(gaps []Gap, before, behind uint64, due int64) int {
	best, least := -1, int64(slack)+1
	for i := range gaps {
		g := &gaps[i]
		if before > g.Last || behind < g.First {
			continue
		}
		if apart := max(g.From.UnixNano()-due, due-g.To.UnixNano(), 0); apart < least {
			best, least = i, apart
		}
	}
	return best
}

// lacking are the topics of which the recording does not reach over a gap although the log has them on that side.
func (m *matching) lacking(g *Gap) []string {
	var topics []string
	for topic, s := range m.seen {
		before := s.first < g.First && (s.firstMate == 0 || s.firstMate >= g.First)
		behind := s.last > g.Last && s.lastMate <= g.Last
		if before || behind {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	return topics
}
