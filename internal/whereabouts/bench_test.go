package whereabouts_test

import (
	"testing"

	"pitwall.live/internal/timing"
	"pitwall.live/internal/whereabouts"
)

// BenchmarkFollow is what following the cars costs: of one message, and of asking for all places.
func BenchmarkFollow(b *testing.B) {
	d := take(b, real(b, mexico))
	k, _ := course(b, "mexico_city", 230)
	b.Run("nobody", func(b *testing.B) {
		for b.Loop() {
			s := timing.New()
			for i := range d.messages {
				s.Apply(&d.messages[i])
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(d.messages)), "ns/message")
	})
	b.Run("followed", func(b *testing.B) {
		for b.Loop() {
			s, e := timing.New(), whereabouts.New(k)
			for i := range d.messages {
				e.Follow(s, &d.messages[i], s.Apply(&d.messages[i]))
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(d.messages)), "ns/message")
	})
	b.Run("places", func(b *testing.B) {
		s, e := timing.New(), whereabouts.New(k)
		for i := range d.messages[:len(d.messages)/2] {
			m := &d.messages[i]
			e.Follow(s, m, s.Apply(m))
		}
		cars := 0
		for b.Loop() {
			cars += len(e.At(s.Now))
		}
		if cars == 0 {
			b.Fatal("no car")
		}
	})
}
