package timing_test

import (
	"testing"

	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// BenchmarkApplyRace plays a whole race from memory, without telemetry. The goal is 60 ms with all
// tables, on one core.
func BenchmarkApplyRace(b *testing.B) {
	messages := reference.Messages(b, azerbaijan(b))
	b.ReportAllocs()
	for b.Loop() {
		s := timing.New()
		for i := range messages {
			s.Apply(&messages[i])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(messages)), "ns/message")
}

// BenchmarkApplySprint is a session of today: mini-sectors and status bits.
func BenchmarkApplySprint(b *testing.B) {
	messages := reference.Messages(b, miami(b))
	b.ReportAllocs()
	for b.Loop() {
		s := timing.New()
		for i := range messages {
			s.Apply(&messages[i])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(messages)), "ns/message")
}

func BenchmarkTables(b *testing.B) {
	s := play(b, azerbaijan(b))
	b.ReportAllocs()
	for b.Loop() {
		s.Laps()
		s.Stints()
		s.PitStops()
		s.Positions()
		s.Intervals()
		s.RaceControlRows()
		s.TrackStatuses()
		s.WeatherRows()
		s.TeamRadio()
		s.Results()
		s.SessionRow()
		s.DriverRows()
	}
}

func BenchmarkClone(b *testing.B) {
	s := play(b, azerbaijan(b))
	b.ReportAllocs()
	for b.Loop() {
		s.Clone()
	}
}

func BenchmarkHash(b *testing.B) {
	s := play(b, azerbaijan(b))
	for b.Loop() {
		s.Hash()
	}
}
