package bus_test

import (
	"context"
	"strings"
	"testing"

	"pitwall.live/internal/bus"
)

// BenchmarkPublish numbers, keeps and hands out one message on a channel that nobody listens to: what a
// publish costs before the first socket.
func BenchmarkPublish(b *testing.B) {
	bs, err := bus.New(bus.Default())
	if err != nil {
		b.Fatal(err)
	}
	if err := bs.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := bs.Close(context.Background()); err != nil {
			b.Error(err)
		}
	}()
	data := []byte(`{"Lines":{"` + strings.Repeat("4", 200) + `":1}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bs.Publish("timing:raw:9693", data); err != nil {
			b.Fatal(err)
		}
	}
}
