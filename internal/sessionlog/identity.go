package sessionlog

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
)

// identities remembers which messages are in the log. It is two hash sets: when the newer is full it
// becomes the older, and what was the older is forgotten, so that memory stays below 17 MB. The chance
// that any two of a race's 200,000 messages share a hash is one in a billion.
type identities struct {
	newer, older hashSet
	last         map[string]uint64 // by topic: the newest message's hash
	scratch      []byte
}

// generation is how many hashes a set takes before it grows old.
const generation = 1 << 19

// maxTopics bounds last; the feed has about 40 topics.
const maxTopics = 4096

func newIdentities() *identities { return &identities{last: make(map[string]uint64)} }

// add reports whether m was not known, and remembers it.
func (k *identities) add(m *feed.Message) bool {
	h := k.hash(m)
	if m.Snapshot && m.Time.IsZero() {
		if known, ok := k.last[m.Topic]; ok && known == h {
			return false
		}
		k.note(m.Topic, h)
		return true
	}
	if k.older.has(h) || !k.newer.add(h) {
		return false
	}
	k.note(m.Topic, h)
	if k.newer.n == generation {
		k.older, k.newer = k.newer, hashSet{}
	}
	return true
}

func (k *identities) note(topic string, h uint64) {
	if _, ok := k.last[topic]; ok || len(k.last) < maxTopics {
		k.last[topic] = h
	}
}

// hash covers what makes a message the one it is: topic, source time, occurrence, whether it is a
// snapshot, and the payload as it is written to the file.
func (k *identities) hash(m *feed.Message) uint64 {
	b := append(k.scratch[:0], m.Topic...)
	b = append(b, 0)
	b = appendMoment(b, m.Time)
	b = binary.LittleEndian.AppendUint32(b, m.Occurrence)
	if m.Snapshot {
		b = append(b, 's')
	}
	head := xxhash.Sum64(b)
	k.scratch = b
	return (head*0x9e3779b97f4a7c15 ^ k.payload(m.Payload)) | 1
}

func appendMoment(b []byte, t time.Time) []byte {
	if y := t.Year(); t.IsZero() || y < 1 || y > 9999 {
		return append(b, 0) // the file keeps no such time
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(t.Unix()))
	return binary.LittleEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

// payload is equal for a payload and for what the file gives back of it.
func (k *identities) payload(p []byte) uint64 {
	switch {
	case len(p) == 0:
		return xxhash.Sum64String("null")
	case bytes.IndexByte(p, '\n') < 0 && bytes.IndexByte(p, '\r') < 0:
		return xxhash.Sum64(p)
	}
	k.scratch = append(k.scratch[:0], p...)
	for i, c := range k.scratch {
		if c == '\n' || c == '\r' {
			k.scratch[i] = ' '
		}
	}
	return xxhash.Sum64(k.scratch)
}

// hashSet is a set of odd 64-bit hashes: open addressing over one slice, 0 is an empty place.
type hashSet struct {
	slots []uint64
	n     int
}

func (s *hashSet) has(h uint64) bool {
	if s.n == 0 {
		return false
	}
	_, found := s.find(h)
	return found
}

func (s *hashSet) find(h uint64) (at int, found bool) {
	mask := len(s.slots) - 1
	for i := int(h>>1) & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return i, true
		case 0:
			return i, false
		}
	}
}

// add reports whether h is new.
func (s *hashSet) add(h uint64) bool {
	if s.n*4 >= len(s.slots)*3 {
		old := s.slots
		s.slots = make([]uint64, max(1024, 2*len(old)))
		for _, h := range old {
			if h != 0 {
				i, _ := s.find(h)
				s.slots[i] = h
			}
		}
	}
	i, found := s.find(h)
	if found {
		return false
	}
	s.slots[i] = h
	s.n++
	return true
}
