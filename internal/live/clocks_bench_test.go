package live_test

import (
	"runtime"
	"testing"
	"time"

	"pitwall.live/internal/live"
	"pitwall.live/internal/wire"
)

// BenchmarkClocks is the memory that a replay clock of the Australian race takes, one among many that are
// spread over the race.
func BenchmarkClocks(b *testing.B) {
	const clocks = 100
	log := logOf(b, shared(b, "reconstructed/2025-03-16_Australian_Grand_Prix_Race"))
	for _, watched := range []bool{false, true} {
		name := map[bool]string{false: "unwatched", true: "watched"}[watched]
		b.Run(name, func(b *testing.B) {
			s := service(b)
			if _, err := s.Add(b.Context(), log, live.About{Key: "t"}, &live.Replay{Speed: 1}, nil); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				before := held()
				var ids []string
				for i := range clocks {
					at := log.Start().Add(log.End().Sub(log.Start()) * time.Duration(i) / clocks)
					c, err := s.CreateClock("latest", wire.ClockWish{At: &at})
					if err != nil {
						b.Fatal(err)
					}
					ids = append(ids, c.ID)
					if watched {
						if err := s.Attach(c.Channel, func([]byte) {}); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric((held()-before)/1024/clocks, "kB/clock")
				for _, id := range ids {
					if err := s.DeleteClock(id); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// held is the live heap in bytes.
func held() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}
