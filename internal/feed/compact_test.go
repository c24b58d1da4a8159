package feed

import (
	"bytes"
	"path/filepath"
	"runtime"
	"testing"
)

// A compact state answers like the one it was made from, goes on like it, and leaves it alone.
func TestCompactEqualsOriginal(t *testing.T) {
	payloads := archivePayloads(t, filepath.Join(sharedData(t, mexicoQualifying...), "TimingData.jsonStream.gz"))
	apply := func(s *State, from, to int) {
		for _, p := range payloads[from:to] {
			if err := s.Apply(&Message{Topic: TopicTimingData, Payload: p}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var s State
	apply(&s, 0, len(payloads)/2)
	before := s.AppendSnapshot(nil)
	c := s.Compact()
	if !bytes.Equal(c.AppendSnapshot(nil), before) || !sameTree(c.Topic(TopicTimingData), s.Topic(TopicTimingData)) {
		t.Fatal("the compact state says something else")
	}
	apply(c, len(payloads)/2, len(payloads))
	if !bytes.Equal(s.AppendSnapshot(nil), before) {
		t.Fatal("the original changed with its copy")
	}
	apply(&s, len(payloads)/2, len(payloads))
	if s.Hash() != c.Hash() {
		t.Fatal("the compact state went another way")
	}
}

// Thirty states along a session take little memory of their own.
func TestCompactIsSmall(t *testing.T) {
	payloads := archivePayloads(t, filepath.Join(sharedData(t, mexicoQualifying...), "TimingData.jsonStream.gz"))
	used := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var s State
	var kept []*State
	start := used()
	for i, p := range payloads {
		if err := s.Apply(&Message{Topic: TopicTimingData, Payload: p}); err != nil {
			t.Fatal(err)
		}
		if i%300 == 299 {
			kept = append(kept, s.Compact())
		}
	}
	s = State{}
	each := int(used()-start) / len(kept)
	says := len(kept[len(kept)-1].AppendSnapshot(nil))
	t.Logf("%d states of %d bytes of JSON take %d bytes each", len(kept), says, each)
	if each > 12*says {
		t.Errorf("a state of %d bytes of JSON takes %d", says, each)
	}
	runtime.KeepAlive(kept)
	runtime.KeepAlive(payloads)
}
