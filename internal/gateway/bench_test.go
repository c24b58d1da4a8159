package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

// BenchmarkEventLatency is how long after its last message an event has reached a client on a real socket: from before the
// message is written to the log until the event is decoded. The messages of a simulated race come 1 ms apart, some
// twenty times as fast as in a race.
func BenchmarkEventLatency(b *testing.B) {
	s := newStand(b, bus.Default())
	messages := raceMessages(b, min(max(b.N, 4000), 60000))
	appended := make([]time.Time, len(messages)+2) // by offset
	var mu sync.Mutex
	var took []time.Duration
	ctx, cancel := context.WithCancel(b.Context())
	followed := make(chan error, 1)
	ready := make(chan struct{}, 1)
	f := &watch.Follower{Server: s.server.URL, Channel: "events:9", Handle: func(m watch.Message) error {
		if m.Type != "event" {
			ready <- struct{}{}
			return nil
		}
		now := time.Now()
		var e wire.Event
		if err := json.Unmarshal(m.Data, &e); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		took = append(took, now.Sub(appended[e.Offset]))
		return nil
	}}
	go func() { followed <- f.Run(ctx) }()
	<-ready
	b.ResetTimer()
	for i := range messages {
		mu.Lock()
		now := time.Now()
		messages[i].Received = now
		if _, err := s.log.Append(messages[i : i+1]); err != nil {
			b.Fatal(err)
		}
		appended[s.log.Len()] = now // not every message is a new one
		mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	time.Sleep(200 * time.Millisecond)
	cancel()
	if err := <-followed; err != nil && !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
	if len(took) < 50 {
		b.Fatalf("%d events came", len(took))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(float64(len(took)), "events")
}

// raceMessages are the first n messages of a simulated race from its start on.
func raceMessages(b *testing.B, n int) []feed.Message {
	b.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Seed: 7, Without: []string{feed.TopicCarData, feed.TopicPosition}})
	if err != nil {
		b.Fatal(err)
	}
	var all []feed.Message
	for len(all) < n {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		if m.Topic == feed.TopicSessionInfo {
			continue // it is of the key under which the stand has the session
		}
		m.Payload = bytes.Clone(m.Payload)
		all = append(all, m)
	}
	return all
}
