package live_test

import (
	"testing"

	"pitwall.live/internal/live"
)

// BenchmarkBoards is what the loop does with a message that comes alone, but for the sockets: apply it,
// build the board and find what changed.
func BenchmarkBoards(b *testing.B) {
	log := logOf(b, shared(b, "archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint"))
	session, err := service(b).Add(b.Context(), log, live.About{Key: "t"}, &live.Replay{Speed: 1}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	messages, bytes := 0, 0
	for b.Loop() {
		if messages, bytes, err = session.Boards(); err != nil {
			b.Fatal(err)
		}
	}
	if bytes == 0 {
		b.Fatal("no message changed the board")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*messages), "ns/message")
	b.ReportMetric(float64(bytes)/float64(messages), "patch-bytes/message")
}
