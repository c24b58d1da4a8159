package strategy_test

import (
	"testing"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// play applies a whole recording.
func play(t testing.TB, path string) *timing.Session {
	t.Helper()
	s := timing.New()
	for _, m := range reference.Messages(t, path, feed.TopicCarData, feed.TopicPosition) {
		s.Apply(&m)
	}
	return s
}

func azerbaijan(t testing.TB) string {
	return reference.Path(t, "live-timing/archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race")
}

func miami(t testing.TB) string {
	return reference.Path(t, "live-timing/archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint")
}

func australia(t testing.TB) string {
	return reference.Path(t, "live-timing/reconstructed/2025-03-16_Australian_Grand_Prix_Race")
}
