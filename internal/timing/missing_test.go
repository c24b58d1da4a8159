package timing_test

import (
	"reflect"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// A new connection opens a stretch that ends with the first message after its snapshot.
func TestLostStretchIsNoted(t *testing.T) {
	zero := time.Date(2026, 10, 9, 12, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return zero.Add(time.Duration(seconds * float64(time.Second))) }
	s := timing.New()
	offset := uint64(0)
	apply := func(seconds float64, topic, payload string, snapshot, gap bool) {
		offset++
		s.Apply(&feed.Message{Topic: topic, Payload: []byte(payload), Time: at(seconds), Offset: offset, Snapshot: snapshot, Gap: gap})
	}
	apply(0, feed.TopicSessionInfo, `{"Key":7}`, true, true) // before it there was nothing to lose
	apply(10, feed.TopicHeartbeat, `{}`, false, false)
	apply(9, feed.TopicTrackStatus, `{"Status":"1"}`, false, false)
	apply(20, feed.TopicSessionInfo, `{"Key":7}`, true, true)
	apply(20, feed.TopicTrackStatus, `{"Status":"2"}`, true, true)
	open := timing.Lost{From: at(10), To: at(20), Last: 2, Found: 4}
	if want := []timing.Lost{open}; !reflect.DeepEqual(s.Lost, want) {
		t.Fatalf("got %+v, want %+v", s.Lost, want)
	}
	copied := s.Clone()
	apply(23, feed.TopicHeartbeat, `{}`, false, false)
	apply(24, feed.TopicHeartbeat, `{}`, false, false)
	if want := []timing.Lost{{From: at(10), To: at(23), Last: 2, Found: 4, Next: 6}}; !reflect.DeepEqual(s.Lost, want) {
		t.Fatalf("got %+v, want %+v", s.Lost, want)
	}
	if !reflect.DeepEqual(copied.Lost, []timing.Lost{open}) {
		t.Errorf("a copy changed with its original: %+v", copied.Lost)
	}
	// The hub's clock may be behind what it has sent.
	apply(15, feed.TopicHeartbeat, `{}`, true, true)
	if l := s.Lost[1]; !l.From.Equal(at(24)) || !l.To.Equal(at(24)) {
		t.Errorf("got %+v", l)
	}
	// Another session is no continuation of the one before.
	apply(30, feed.TopicSessionInfo, `{"Key":8}`, true, true)
	apply(30, feed.TopicTrackStatus, `{"Status":"2"}`, true, true)
	if len(s.Lost) > 0 {
		t.Errorf("the session before has left %+v", s.Lost)
	}
	for i := range 300 {
		apply(float64(40+2*i), feed.TopicHeartbeat, `{}`, true, true)
		apply(float64(41+2*i), feed.TopicHeartbeat, `{}`, false, false)
	}
	if n := len(s.Lost); n != 200 || !s.Lost[n-1].To.Equal(at(639)) {
		t.Errorf("%d stretches, the newest %+v", n, s.Lost[n-1])
	}
}
