package store_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// A sample written as a row of its table and read back is the same sample, to the millisecond.
func TestSamplesOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channel := func(name string) f1.Opt[int16] {
			if !rapid.Bool().Draw(t, name+"?") {
				return f1.Opt[int16]{}
			}
			return f1.Some(rapid.Int16().Draw(t, name))
		}
		at := time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "time")).UTC()
		car := f1.TelemetryRow{SessionKey: "9", DriverNumber: rapid.IntRange(1, 99).Draw(t, "car"), Time: at, Speed: channel("speed"),
			RPM: channel("rpm"), Gear: channel("gear"), Throttle: channel("throttle"), Brake: channel("brake"), DRS: channel("drs")}
		for row := range tables.Telemetry.Cells(slices.Values([]f1.TelemetryRow{car})) {
			if got := store.TelemetryOf(row); got != car {
				t.Fatalf("%+v, want %+v", got, car)
			}
		}
		place := f1.LocationRow{SessionKey: "9", DriverNumber: 4, Time: at, X: rapid.Float64Range(-1e5, 1e5).Draw(t, "x"), Y: -0.1, Z: 3}
		if rapid.Bool().Draw(t, "known?") {
			place.OnTrack = f1.Some(rapid.Bool().Draw(t, "on track"))
		}
		for row := range tables.Locations.Cells(slices.Values([]f1.LocationRow{place})) {
			if got := store.LocationOf(row); got != place {
				t.Fatalf("%+v, want %+v", got, place)
			}
		}
	})
}
