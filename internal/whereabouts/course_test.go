package whereabouts_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"pitwall.live/internal/race"
)

// sample is a moment of a lap: seconds and metres since its start.
type sample struct{ t, d float64 }

// driven is one lap of a race from the telemetry tables.
func driven(t *testing.T, race, driver, lap string) []sample {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("real data not present: %v", err)
	}
	f, err := os.Open(filepath.Join(root, "telemetry", race, driver+".csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	of := func(r []string, name string) string { return r[slices.Index(rows[0], name)] }
	var all []sample
	for _, r := range rows[1:] {
		if of(r, "lap") != lap {
			continue
		}
		at, err := strconv.ParseFloat(of(r, "t"), 64)
		if err != nil {
			t.Fatal(err)
		}
		d, err := strconv.ParseFloat(of(r, "distance"), 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sample{at, d})
	}
	if len(all) < 200 {
		t.Fatalf("%s, lap %s: %d samples", driver, lap, len(all))
	}
	return all
}

// The model lap is near the laps it was fitted to, nearer than time alone is, and knows where it is not.
func TestModelLap(t *testing.T) {
	for _, c := range []struct{ id, race, driver, lap string }{
		{"melbourne", "2025_australian_race", "NOR", "43"}, {"shanghai", "2025_chinese_race", "HAM", "41"},
	} {
		k, length := course(t, c.id, 0)
		lap := driven(t, c.race, c.driver, c.lap)
		end := lap[len(lap)-1]
		model, time, held := 0., 0., 0.
		for _, s := range lap {
			share := s.t / end.t
			off := math.Abs(k.Along(share) - s.d/end.d)
			model, time = model+off*length, time+math.Abs(share-s.d/end.d)*length
			if off <= k.Doubt(share) {
				held++
			}
		}
		n := float64(len(lap))
		t.Logf("%s: off by %.0f m in the mean, time alone by %.0f m; its doubt holds %.0f %%", c.id, model/n, time/n, 100*held/n)
		if model/n > 40 || model > time/2 || held/n < .85 {
			t.Errorf("%s: off by %.0f m, time alone by %.0f m, doubt holds %.0f %%", c.id, model/n, time/n, 100*held/n)
		}
	}
}

// Of every circuit there is a model lap: from the line to the line, always forward.
func TestEveryCircuit(t *testing.T) {
	for _, c := range race.Circuits() {
		k, length := course(t, c.ID, float64(c.Timing))
		if k.Along(0) != 0 || math.Abs(k.Along(1)-1) > 1e-9 {
			t.Errorf("%s: from %v to %v", c.ID, k.Along(0), k.Along(1))
		}
		last := 0.
		for i := 1; i <= 1000; i++ {
			at := k.Along(float64(i) / 1000)
			if speed := (at - last) * length / (c.Pole.Seconds() / 1000) * 3.6; !(speed > 40 && speed < 360) {
				t.Errorf("%s: %.0f km/h at %.3f of the lap time", c.ID, speed, float64(i)/1000)
			}
			if d := k.Doubt(at); !(d > 0 && d < .2) {
				t.Errorf("%s: doubt of %v at %v", c.ID, d, at)
			}
			last = at
		}
	}
}
