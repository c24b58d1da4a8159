package derive_test

import (
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
)

// Where no car says what its DRS does, as from 2026 on, its share of a lap is unknown and not zero.
func TestLapTelemetryWithoutDRS(t *testing.T) {
	start := time.Date(2026, 3, 8, 4, 0, 0, 0, time.UTC)
	laps := []f1.LapRow{{SessionKey: "1", DriverNumber: 44, LapNumber: 1, DateStart: f1.Some(start), DateEnd: f1.Some(start.Add(90 * time.Second)), LapTime: f1.Some(90 * time.Second)}}
	summed := func(drs func(i int) f1.Opt[int16]) f1.LapTelemetryRow {
		t.Helper()
		var samples []f1.TelemetryRow
		for i := range 400 {
			samples = append(samples, f1.TelemetryRow{SessionKey: "1", DriverNumber: 44, Time: start.Add(time.Duration(i) * 225 * time.Millisecond),
				Speed: f1.Some(int16(300)), RPM: f1.Some(int16(11000)), Gear: f1.Some(int16(8)), Throttle: f1.Some(int16(100)), Brake: f1.Some(int16(0)), DRS: drs(i)})
		}
		rows := slices.Collect(derive.LapTelemetry(laps, slices.Values(samples)))
		if len(rows) != 1 {
			t.Fatalf("%d rows", len(rows))
		}
		return rows[0]
	}
	of2025 := summed(func(i int) f1.Opt[int16] { return f1.Some(int16(8 + i/200*4)) })
	of2026 := summed(func(int) f1.Opt[int16] { return f1.Opt[int16]{} })
	if got := of2025.DRSOpen; !got.Known || got.Value != 50 || of2026.DRSOpen.Known {
		t.Errorf("open for %v %% of the lap with a channel, %v without", of2025.DRSOpen, of2026.DRSOpen)
	}
	of2025.DRSOpen = of2026.DRSOpen
	if of2025 != of2026 {
		t.Errorf("without the channel %+v, want %+v", of2026, of2025)
	}
}
