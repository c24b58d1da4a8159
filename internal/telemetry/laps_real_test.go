package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
)

// The judge of this file are the laps of two races as FastF1 has them, distances included, and the corner
// positions of the circuits; and a qualifying straight from the feed.

func unzipped(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// oracleLap is one lap of one driver as the reference has it.
type oracleLap struct {
	driver   string
	number   int
	rows     []f1.TelemetryRow
	places   []f1.LocationRow
	distance []float64     // m, a row each
	own      []bool        // whether the car sent the row: its speed is whole
	time     time.Duration // 0 unknown
}

var lapZero = time.Date(2025, 3, 16, 4, 0, 0, 0, time.UTC)

// oracleLaps reads the laps of a race, and the distances of its corners.
func oracleLaps(t *testing.T, race string) (laps []oracleLap, corners []float64) {
	t.Helper()
	var times map[string]struct {
		Time []*float64
		Lap  []float64
	}
	if err := json.Unmarshal(unzipped(t, reference.Path(t, "telemetry", race, "laptimes.json.gz")), &times); err != nil {
		t.Fatal(err)
	}
	var circuit struct{ Distance []float64 }
	if err := json.Unmarshal(unzipped(t, reference.Path(t, "telemetry", race, "corners.json.gz")), &circuit); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(reference.Path(t, "telemetry", race, "*.csv.gz"))
	if err != nil || len(files) < 15 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		driver := strings.TrimSuffix(filepath.Base(file), ".csv.gz")
		lines, err := csv.NewReader(bytes.NewReader(unzipped(t, file))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var lap *oracleLap
		for _, line := range lines[1:] {
			v := make([]float64, len(line))
			for i, s := range line {
				if v[i], err = strconv.ParseFloat(s, 64); err != nil {
					v[i] = math.NaN()
				}
			}
			if lap == nil || lap.number != int(v[0]) {
				laps = append(laps, oracleLap{driver: driver, number: int(v[0])})
				lap = &laps[len(laps)-1]
				for i, number := range times[driver].Lap {
					if int(number) == lap.number && times[driver].Time[i] != nil {
						lap.time = time.Duration(math.Round(*times[driver].Time[i]*1000)) * time.Millisecond
					}
				}
			}
			at := lapZero.Add(time.Duration(math.Round(v[1]*1000)) * time.Millisecond)
			whole := func(v float64) f1.Opt[int16] {
				if math.IsNaN(v) {
					return f1.Opt[int16]{}
				}
				return f1.Some(int16(math.Round(v)))
			}
			lap.rows = append(lap.rows, f1.TelemetryRow{Time: at, RPM: whole(v[2]), Speed: whole(v[3]), Gear: whole(v[4]), Throttle: whole(v[5]), Brake: whole(v[6] * 100), DRS: whole(v[7])})
			lap.places = append(lap.places, f1.LocationRow{Time: at, X: v[9] / 10, Y: v[10] / 10, Z: v[11] / 10})
			lap.distance = append(lap.distance, v[8])
			lap.own = append(lap.own, v[3] == math.Round(v[3]))
		}
	}
	return laps, circuit.Distance
}

// spread is the median and the 95th percentile.
func spread(v []float64) (median, p95 float64) {
	slices.Sort(v)
	return v[len(v)/2], v[len(v)*95/100]
}

// at reads a column of a trace at a moment between two samples.
func at(seconds, column []float64, s float64) float64 {
	i, found := slices.BinarySearch(seconds, s)
	if found || i == 0 {
		return column[min(i, len(column)-1)]
	}
	if i == len(seconds) {
		return column[i-1]
	}
	return column[i-1] + (column[i]-column[i-1])*(s-seconds[i-1])/(seconds[i]-seconds[i-1])
}

func TestTracesOfRaces(t *testing.T) {
	f := func(race string, length, bySpeed, scaled, byPlace, apex, delta float64) {
		t.Helper()
		laps, corners := oracleLaps(t, race)
		var plainErrors, scaledErrors, carErrors, placeErrors, apexErrors, deltaErrors []float64
		var trace telemetry.Trace
		var fastest, grid telemetry.Grid
		var traced, dips, asked int
		quick := fastestLap(laps)
		if err := trace.Fill(quick.rows, nil, telemetry.LapSpan{Start: lapZero, Time: quick.time, Length: length}); err != nil {
			t.Fatal(err)
		}
		if err := trace.Resample(&fastest, 10, length); err != nil {
			t.Fatal(err)
		}
		for i := range laps {
			lap := &laps[i]
			span := telemetry.LapSpan{Start: lapZero, Time: lap.time}
			if lap.time == 0 || lap.number == 1 { // the first lap begins on the grid, not on the line
				continue
			}
			span.Length = length
			if err := trace.Fill(lap.rows, nil, span); err != nil {
				t.Fatal(err)
			}
			traced++
			if err := trace.Resample(&grid, 10, length); err != nil {
				t.Fatal(err)
			}
			lost, err := telemetry.Delta(nil, &fastest, &grid)
			if err != nil || lost[0] != 0 || lost[len(lost)-1] != (lap.time-quick.time).Seconds() {
				t.Fatalf("%s lap %d: delta %v to %v, %v", lap.driver, lap.number, lost[0], lost[len(lost)-1], err)
			}
			if lap.number%3 != 0 { // to take less time
				continue
			}
			end := lap.distance[len(lap.distance)-1]
			span.Length = 0
			if err := trace.Fill(lap.rows, nil, span); err != nil {
				t.Fatalf("%s %s lap %d: %v", race, lap.driver, lap.number, err)
			}
			// Scaled to where the reference has the last sample, what is left is the shape.
			toEnd := end / at(trace.Seconds, trace.Distance, lap.rows[len(lap.rows)-1].Time.Sub(lapZero).Seconds())
			for j, r := range lap.rows {
				d := at(trace.Seconds, trace.Distance, r.Time.Sub(lapZero).Seconds())
				plainErrors = append(plainErrors, math.Abs(d-lap.distance[j]))
				scaledErrors = append(scaledErrors, math.Abs(d*toEnd-lap.distance[j]))
			}
			cars, want := lap.trapezoids()
			if err := trace.Fill(cars, nil, span); err != nil {
				t.Fatal(err)
			}
			for j, r := range cars {
				carErrors = append(carErrors, math.Abs(at(trace.Seconds, trace.Distance, r.Time.Sub(lapZero).Seconds())-want[j]))
			}
			if err := trace.Fill(lap.rows, lap.places, span); err != nil {
				t.Fatal(err)
			}
			for j, r := range lap.rows {
				placeErrors = append(placeErrors, math.Abs(at(trace.Seconds, trace.Distance, r.Time.Sub(lapZero).Seconds())-lap.distance[j]))
			}
			for k := 1; k < 20; k++ {
				share := float64(k) / 20
				want := lap.momentAt(share) - quick.momentAt(share)
				got := at(grid.Distance, lost, share*length)
				deltaErrors = append(deltaErrors, math.Abs(got-want))
			}
			if lap.time > quick.time*103/100 {
				continue
			}
			// The positions of the corners are in the reference's own metres.
			span.Length = end
			if err := trace.Fill(lap.rows, nil, span); err != nil {
				t.Fatal(err)
			}
			for _, c := range trace.Corners(nil, corners) {
				if asked++; c.Dip {
					dips++
					apexErrors = append(apexErrors, math.Abs(c.Apex-c.At))
				}
			}
		}
		report := func(what string, v []float64, most float64) {
			median, p95 := spread(v)
			t.Logf("%s: %s: median %.2f, p95 %.2f, of %d", race, what, median, p95, len(v))
			if p95 > most || len(v) == 0 {
				t.Errorf("%s: %s: p95 %.2f, want at most %.2f", race, what, p95, most)
			}
		}
		t.Logf("%s: %d laps of %d, fastest %s %v; %d dips at %d corners", race, traced, len(laps), quick.driver, quick.time, dips, asked)
		report("distance by speed against the reference, m", plainErrors, bySpeed)
		report("the same scaled to the reference's lap, m", scaledErrors, scaled)
		report("of the car's own samples, against the reference made trapezoids, m", carErrors, 2.2)
		report("distance by places against the reference, m", placeErrors, byPlace)
		report("slowest sample from the corner's position, m", apexErrors, apex)
		report("delta to the fastest lap against the reference, s", deltaErrors, delta)
		if dips < asked*6/10 {
			t.Errorf("%s: %d dips at %d corners", race, dips, asked)
		}
	}
	f("2025_australian_race", 5278, 15, 11, 28, 60, .3)
	f("2025_chinese_race", 5451, 15, 11, 28, 65, .3)
}

// trapezoids are the samples that the car sent, and the reference's distances there by the rule of trapezoids. The
// reference counts every step at its later speed, which was found by doing the same: within 0.1 m in the
// median. That is late by half of what the speed changes in a step, 7 m under braking. The car's own samples
// are told from those between by their whole speeds.
func (l *oracleLap) trapezoids() (rows []f1.TelemetryRow, distance []float64) {
	late := 0.0
	for i, r := range l.rows {
		if !l.own[i] {
			continue
		}
		if n := len(rows); n > 0 {
			late += float64(r.Speed.Value-rows[n-1].Speed.Value) / 3.6 / 2 * r.Time.Sub(rows[n-1].Time).Seconds()
		}
		rows, distance = append(rows, r), append(distance, l.distance[i]-late)
	}
	return rows, distance
}

// momentAt is when the lap was at a share of its way, straight from the reference's columns.
func (l *oracleLap) momentAt(share float64) float64 {
	last := len(l.rows) - 1
	seconds := func(i int) float64 { return l.rows[i].Time.Sub(lapZero).Seconds() }
	way := l.distance[last] + (l.time.Seconds()-seconds(last))*float64(l.rows[last].Speed.Value)/3.6
	i := slices.IndexFunc(l.distance, func(d float64) bool { return d >= way*share })
	if i <= 0 {
		return 0
	}
	a, b := l.distance[i-1], l.distance[i]
	return seconds(i-1) + (seconds(i)-seconds(i-1))*(way*share-a)/(b-a)
}

func fastestLap(laps []oracleLap) *oracleLap {
	var quick *oracleLap
	for i := range laps {
		if l := &laps[i]; l.time > 0 && l.number > 1 && (quick == nil || l.time < quick.time) {
			quick = l
		}
	}
	return quick
}

// The fastest laps of a qualifying from the feed itself: by speed and by places they are as long as the
// circuit, 4,304 m.
func TestTracesOfQualifying(t *testing.T) {
	const length = 4304
	messages := reference.Messages(t, reference.Path(t, "live-timing", "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"))
	session := timing.New()
	store := telemetry.Store{SessionKey: "test"}
	var decoder telemetry.Decoder
	var inflater feed.Inflater
	for i := range messages {
		m := &messages[i]
		session.Apply(m)
		if m.Topic != feed.TopicCarData && m.Topic != feed.TopicPosition {
			continue
		}
		plain, err := inflater.Inflate(m.Payload)
		if err != nil {
			t.Fatal(err)
		}
		if m.Topic == feed.TopicCarData {
			samples, err := decoder.Car(nil, plain)
			if err != nil {
				t.Fatal(err)
			}
			store.AddCar(samples)
		} else {
			samples, err := decoder.Position(nil, plain)
			if err != nil {
				t.Fatal(err)
			}
			store.AddPosition(samples)
		}
	}
	rows, places := map[int][]f1.TelemetryRow{}, map[int][]f1.LocationRow{}
	for r := range store.Telemetry() {
		rows[r.DriverNumber] = append(rows[r.DriverNumber], r)
	}
	for r := range store.Locations() {
		places[r.DriverNumber] = append(places[r.DriverNumber], r)
	}
	var bySpeed, byPlace, apart, firstLine, secondLine []float64
	var grids []telemetry.Grid
	for _, lap := range session.Laps() {
		if !lap.Accurate || !lap.DateStart.Known || lap.LapTime.Value > 80*time.Second {
			continue
		}
		span := telemetry.LapSpan{Start: lap.DateStart.Value, Time: lap.LapTime.Value}
		var trace telemetry.Trace
		if err := trace.Fill(rows[lap.DriverNumber], nil, span); err != nil {
			t.Fatalf("car %d lap %d: %v", lap.DriverNumber, lap.LapNumber, err)
		}
		bySpeed = append(bySpeed, trace.Measured)
		if trace.Hole > 2*time.Second {
			t.Errorf("car %d lap %d: a hole of %v", lap.DriverNumber, lap.LapNumber, trace.Hole)
		}
		if err := trace.Fill(rows[lap.DriverNumber], places[lap.DriverNumber], span); err != nil {
			t.Fatal(err)
		}
		byPlace = append(byPlace, trace.Measured)
		apart = append(apart, trace.Measured-bySpeed[len(bySpeed)-1])
		span.Length = length
		if err := trace.Fill(rows[lap.DriverNumber], nil, span); err != nil {
			t.Fatal(err)
		}
		// Where timing says that the sectors end is at one place for all cars.
		firstLine = append(firstLine, at(trace.Seconds, trace.Distance, lap.Sector1.Value.Seconds()))
		secondLine = append(secondLine, at(trace.Seconds, trace.Distance, (lap.Sector1.Value+lap.Sector2.Value).Seconds()))
		grids = append(grids, telemetry.Grid{})
		if err := trace.Resample(&grids[len(grids)-1], 10, 0); err != nil {
			t.Fatal(err)
		}
	}
	for i := range grids {
		delta, err := telemetry.Delta(nil, &grids[0], &grids[i])
		if err != nil || delta[len(delta)-1] != (grids[i].LapTime-grids[0].LapTime).Seconds() {
			t.Errorf("lap %d: %v", i, err)
		}
	}
	if len(grids) < 60 {
		t.Fatalf("%d laps", len(grids))
	}
	report := func(what string, v []float64, middle, most float64) {
		slices.Sort(v)
		low, median, high := v[len(v)/20], v[len(v)/2], v[len(v)*19/20]
		t.Logf("%s: median %.1f m, 90 %% from %.1f to %.1f of %d laps", what, median, low, high, len(v))
		if math.Abs(median-middle) > most || high-low > 2*most {
			t.Errorf("%s: want %.0f m, all within %.0f", what, middle, most)
		}
	}
	// Cars cut corners: their way is 1.4 % shorter than the circuit's middle.
	report("lap by speed", bySpeed, 4244, 12)
	report("lap by places", byPlace, 4245, 12)
	report("the two apart", apart, 0, 15)
	report("end of sector 1", firstLine, 1929, 8)
	report("end of sector 2", secondLine, 3415, 8)
}
