package sessionlog

import (
	"path/filepath"
	"runtime"
	"testing"

	"pitwall.live/internal/feed"
)

func benchLog(b *testing.B) *Log {
	b.Helper()
	l, err := Open(filepath.Join(b.TempDir(), "log.jsonl"), "9574")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := l.Close(); err != nil {
			b.Error(err)
		}
	})
	return l
}

// A lone message, from the call until the operating system has it.
func BenchmarkAppendOne(b *testing.B) {
	l := benchLog(b)
	batch := messages(0, 1)
	i := 0
	for b.Loop() {
		i++
		batch[0].Occurrence = uint32(i)
		if _, err := l.Append(batch[:1]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend64(b *testing.B) {
	l := benchLog(b)
	batch := messages(0, 64)
	i := 0
	for b.Loop() {
		for j := range batch {
			i++
			batch[j].Occurrence = uint32(i)
		}
		if _, err := l.Append(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/64, "ns/message")
}

// A race with telemetry: 200,000 messages.
func BenchmarkOpen(b *testing.B) {
	l := benchLog(b)
	for i := 0; i < 200_000; i += 1000 {
		if _, err := l.Append(messages(i, i+1000)); err != nil {
			b.Fatal(err)
		}
	}
	path := l.Path()
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		l, err := Open(path, "9574")
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc)-float64(before.HeapAlloc), "held-B")
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEach(b *testing.B) {
	l := benchLog(b)
	for i := 0; i < 200_000; i += 1000 {
		if _, err := l.Append(messages(i, i+1000)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if err := l.Each(1, func(*feed.Message) error { n++; return nil }); err != nil || n != 200_000 {
			b.Fatal(n, err)
		}
	}
}

// What a live loop does for each message: read the newest from the log.
func BenchmarkReadOne(b *testing.B) {
	l := benchLog(b)
	if _, err := l.Append(messages(0, 1000)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if ms, err := l.Read(1000, 64); err != nil || len(ms) != 1 {
			b.Fatal(ms, err)
		}
	}
}
