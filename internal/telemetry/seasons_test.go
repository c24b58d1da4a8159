package telemetry

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

// Until 2025 a car says by channel 45 what its DRS does; from 2026 there is no such channel and none in its place. Whether
// there is one is seen by the samples, not by the year: without it DRS is unknown all the way to the trace of a lap, and
// every other channel is what it was.
func TestSeasonsOfDRS(t *testing.T) {
	lap := LapSpan{Start: base.Add(time.Second), Time: 8 * time.Second, Length: 600}
	played := func(drs string) (rows []f1.TelemetryRow, g Grid) {
		t.Helper()
		var d Decoder
		var s Store
		for i := range 45 {
			at := base.Add(time.Duration(i) * 250 * time.Millisecond).Format("2006-01-02T15:04:05.999Z")
			samples, err := d.Car(nil, fmt.Appendf(nil, `{"Entries":[{"Utc":%q,"Cars":{"44":{"Channels":{"0":%d,"2":%d,"3":8,"4":99,"5":0%s}}}}]}`, at, 9000+i, 250+i, drs))
			if err != nil || len(samples) != 1 {
				t.Fatalf("%d samples, %v", len(samples), err)
			}
			s.AddCar(samples)
		}
		if d.Quality.OutOfRange+d.Quality.NotNumbers+d.Quality.NoSignal > 0 {
			t.Errorf("quality %+v", d.Quality)
		}
		rows = slices.Collect(s.Telemetry())
		rows, err := DecodeCar(nil, EncodeCar(nil, rows))
		if err != nil {
			t.Fatal(err)
		}
		var trace Trace
		if err := trace.Fill(rows, nil, lap); err != nil {
			t.Fatal(err)
		}
		if err := trace.Resample(&g, 25, 0); err != nil {
			t.Fatal(err)
		}
		return rows, g
	}
	with, withGrid := played(`,"45":12`)
	without, withoutGrid := played("")
	if len(with) != 45 || len(without) != 45 || len(withGrid.DRS) != 25 || len(withoutGrid.DRS) != 25 {
		t.Fatalf("%d and %d rows, %d and %d points", len(with), len(without), len(withGrid.DRS), len(withoutGrid.DRS))
	}
	for i := range with {
		a, b := with[i], without[i]
		if a.DRS != f1.Some(int16(12)) || b.DRS.Known {
			t.Errorf("row %d: DRS %v with channel 45, %v without", i, a.DRS, b.DRS)
		}
		a.DRS = b.DRS
		if a != b {
			t.Errorf("row %d is %+v without channel 45, want %+v", i, b, a)
		}
	}
	for i := range withGrid.DRS {
		if withGrid.DRS[i] != 12 || !math.IsNaN(withoutGrid.DRS[i]) || withGrid.Speed[i] != withoutGrid.Speed[i] || withGrid.Gear[i] != withoutGrid.Gear[i] {
			t.Errorf("point %d: DRS %g with channel 45, %g without", i, withGrid.DRS[i], withoutGrid.DRS[i])
		}
	}
}
