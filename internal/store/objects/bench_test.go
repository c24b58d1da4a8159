package objects

import (
	"fmt"
	"os"
	"testing"

	"pitwall.live/internal/sessionlog"
)

// liveNeed is what a race with telemetry brings at most, in bytes a second.
const liveNeed = 100_000

// benchLog is 26 MB, four minutes of a race at its busiest: larger and more like the feed than the tests' messages.
func benchLog(b *testing.B) (*sessionlog.Log, int64) {
	b.Helper()
	log := newLog(b, 0)
	record(b, log, 0, 60_000)
	st, err := os.Stat(log.Path())
	if err != nil {
		b.Fatal(err)
	}
	return log, st.Size()
}

func report(b *testing.B, size int64) {
	b.Helper()
	b.SetBytes(size)
	perSecond := float64(size) * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(perSecond/liveNeed, "x-live-need")
}

// On S3 the benchmarks run with PITWALL_FULL=1.

func BenchmarkSealFolder(b *testing.B) { benchSeal(b, folderURL) }
func BenchmarkSealS3(b *testing.B)     { benchSeal(b, sharedURL) }

func benchSeal(b *testing.B, fresh func(testing.TB) string) {
	log, size := benchLog(b)
	s := openStore(b, Config{URL: fresh(b)})
	b.ResetTimer()
	for n := range b.N {
		l, err := s.Sealer(Session{2025, fmt.Sprint(n)}, log)
		if err != nil {
			b.Fatal(err)
		}
		if done, err := l.Seal(b.Context(), true); err != nil || !done.Complete {
			b.Fatalf("%+v, %v", done, err)
		}
	}
	report(b, size)
}

func BenchmarkRestoreFolder(b *testing.B) { benchRestore(b, folderURL) }
func BenchmarkRestoreS3(b *testing.B)     { benchRestore(b, sharedURL) }

func benchRestore(b *testing.B, fresh func(testing.TB) string) {
	log, size := benchLog(b)
	s := openStore(b, Config{URL: fresh(b)})
	seal(b, s, log, true)
	dir := b.TempDir()
	b.ResetTimer()
	for n := range b.N {
		if _, err := s.Restore(b.Context(), race, fmt.Sprintf("%s/%d.jsonl", dir, n)); err != nil {
			b.Fatal(err)
		}
	}
	report(b, size)
}

// They read a recording from the store without writing it anywhere.
func BenchmarkEachFolder(b *testing.B) { benchEach(b, folderURL) }
func BenchmarkEachS3(b *testing.B)     { benchEach(b, sharedURL) }

func benchEach(b *testing.B, fresh func(testing.TB) string) {
	log, size := benchLog(b)
	s := openStore(b, Config{URL: fresh(b)})
	seal(b, s, log, true)
	b.ResetTimer()
	for range b.N {
		var h hashed
		if err := s.Each(b.Context(), race, 1, h.add); err != nil || h.n != 60_000 {
			b.Fatalf("%d, %v", h.n, err)
		}
	}
	report(b, size)
}

func BenchmarkPutTableFolder(b *testing.B) { benchPutTable(b, folderURL) }
func BenchmarkPutTableS3(b *testing.B)     { benchPutTable(b, sharedURL) }

func benchPutTable(b *testing.B, fresh func(testing.TB) string) {
	s := openStore(b, Config{URL: fresh(b)})
	content := bulk(16 << 20)
	b.ResetTimer()
	for n := range b.N {
		content[0] = byte(n) // another table each time
		if !putTable(b, s, laps, content) {
			b.Fatal("unchanged")
		}
	}
	b.SetBytes(int64(len(content)))
}
