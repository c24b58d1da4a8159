package persist_test

import (
	"log/slog"
	"runtime"
	"testing"
	"time"

	"pitwall.live/internal/persist"
	"pitwall.live/internal/reference"
)

// The live need is a session second a second. What is measured is how many of them the writer stores a second, all
// tables and samples, of a race with every topic whose log is there.
func BenchmarkWriter(b *testing.B) {
	log := logOf(b, "9693")
	add(b, log, reference.Messages(b, reference.Path(b, "live-timing", "reconstructed", "2025-03-16_Australian_Grand_Prix_Race")))
	length := log.End().Sub(log.Start())
	for name, spec := range specs {
		b.Run(name, func(b *testing.B) {
			slowest := 0.0
			for b.Loop() {
				st, err := openStore(b.Context(), spec(b))
				if err != nil {
					b.Fatal(err)
				}
				cfg := persist.Default(st)
				cfg.Every, cfg.Log = 5*time.Millisecond, slog.New(slog.DiscardHandler)
				w := persist.New(cfg)
				w.Follow(log, persist.About{Key: "9693", Owner: true})
				begun := time.Now()
				stop := run(b, w)
				untilDoing(b, w, persist.Ended)
				times := length.Seconds() / time.Since(begun).Seconds()
				if slowest == 0 || times < slowest {
					slowest = times
				}
				var mem runtime.MemStats
				runtime.ReadMemStats(&mem)
				b.ReportMetric(float64(mem.HeapInuse)/(1<<20), "MB-heap")
				stop()
				if err := st.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(slowest, "x-live")
			b.ReportMetric(0, "ns/op")
			if slowest < 20 {
				b.Errorf("the writer stores %.1f session seconds a second, 20 are the least", slowest)
			}
		})
	}
}
