package events_test

import (
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// BenchmarkDetect plays a sprint of today with and without detection. The goal is that it adds a quarter at most.
func BenchmarkDetect(b *testing.B) {
	for _, path := range []string{azerbaijan2018, miami2025} {
		messages := reference.Messages(b, reference.Path(b, "live-timing", path))
		play := func(b *testing.B, d *events.Detection) {
			s := timing.New()
			for i := range messages {
				ch := s.Apply(&messages[i])
				if d != nil {
					d.Step(s, &messages[i], ch)
				}
			}
		}
		run := func(name string, start func() *events.Detection) {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					play(b, start())
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(messages)), "ns/message")
			})
		}
		run("state alone", func() *events.Detection { return nil })
		run("with events", func() *events.Detection { return events.Start(events.Defaults()) })
	}
}
