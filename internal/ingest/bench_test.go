package ingest

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"pitwall.live/internal/feed"
)

func benchIngest(b *testing.B) *Ingest {
	cfg := Default()
	cfg.DataDir, cfg.Log = b.TempDir(), slog.New(slog.DiscardHandler)
	in := New(cfg)
	b.Cleanup(func() {
		if err := in.Close(); err != nil {
			b.Error(err)
		}
	})
	return in
}

// A lone message of the live feed, from the source until it is announced.
func BenchmarkLoneMessage(b *testing.B) {
	in := benchIngest(b)
	batch := make([]feed.Message, 1)
	payload := []byte(`{"Lines":{"1":{"Sectors":{"0":{"Segments":{"3":{"Status":2049}}}},"Position":"1"}}}`)
	err := in.Run(b.Context(), source{"bench", func(ctx context.Context, out Out) error {
		if _, err := out([]feed.Message{msg("SessionInfo", info(1), 0)}); err != nil {
			return err
		}
		for i := 0; b.Loop(); i++ {
			batch[0] = feed.Message{Topic: feed.TopicTimingData, Payload: payload, Time: t0.Add(time.Duration(i) * time.Millisecond)}
			if _, err := out(batch); err != nil {
				return err
			}
		}
		return nil
	}})
	if err != nil {
		b.Fatal(err)
	}
}

// limited is endless's first n messages.
type limited struct {
	endless
	n int
}

func (l *limited) Next(m *feed.Message) error {
	if l.i == l.n {
		return io.EOF
	}
	return l.endless.Next(m)
}

// A race with telemetry as fast as it can be taken: 200,000 messages.
func BenchmarkReplay(b *testing.B) {
	for b.Loop() {
		in := benchIngest(b)
		left := &limited{n: 200_000}
		if err := in.Run(b.Context(), Replay("bench", 0, func() (Reader, error) { return left, nil })); err != nil {
			b.Fatal(err)
		}
		if in.Log("7").Len() != 200_000 {
			b.Fatal(in.Log("7").Len())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/200_000, "µs/message")
}
