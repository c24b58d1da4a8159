package strategy_test

import (
	"testing"

	"pitwall.live/internal/strategy"
)

// BenchmarkOf makes the picture of a whole race; live it is made when laps have changed, about once a second.
func BenchmarkOf(b *testing.B) {
	s := play(b, azerbaijan(b))
	b.ReportAllocs()
	for b.Loop() {
		strategy.Of(s, strategy.Config{})
	}
}

// BenchmarkOfSprint is a session with the mini-sectors of today.
func BenchmarkOfSprint(b *testing.B) {
	s := play(b, miami(b))
	b.ReportAllocs()
	for b.Loop() {
		strategy.Of(s, strategy.Config{})
	}
}

// BenchmarkRace is the part of it that is reading the laps out of the session.
func BenchmarkRace(b *testing.B) {
	s := play(b, azerbaijan(b))
	b.ReportAllocs()
	for b.Loop() {
		strategy.RaceOf(s)
	}
}
