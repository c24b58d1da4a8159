package whereabouts_test

import (
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/whereabouts"
)

const mexico = "live-timing/archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"

// What is judged here has set no parameter: the model car's figures come from a lap each in Melbourne and
// Shanghai, the place of the timing line from race distances, the width of the band from simulated sessions
// on the other half of the circuits. Only the doubt where there are no mini-sectors was set on a recording,
// this one without them.

func TestRealPlaces(t *testing.T) {
	c, err := race.FindCircuit("mexico_city")
	if err != nil {
		t.Fatal(err)
	}
	k, length := course(t, c.ID, float64(c.Timing))
	d := take(t, real(t, mexico))
	r := d.ring(t, length)
	v := d.judge(k, r, length)
	v.bounds(t, "2025 Mexico City qualifying", 40)
	// The feed's cars are not all alike: each half of them is as good.
	var odd []int
	for i, n := range slices.Sorted(maps.Keys(d.fixes)) {
		if i%2 == 1 {
			odd = append(odd, n)
		}
	}
	v.of(func(car int) bool { return slices.Contains(odd, car) }).bounds(t, "one half of the cars", 40)
	v.of(func(car int) bool { return !slices.Contains(odd, car) }).bounds(t, "the other half", 40)
	// As before 2020: the ends of the sectors are all that is told.
	plain := &drive{fixes: d.fixes}
	for _, m := range d.messages {
		if m.Topic == feed.TopicTimingData {
			m.Payload = withoutMinis(t, m.Payload)
		}
		plain.messages = append(plain.messages, m)
	}
	plain.judge(k, r, length).bounds(t, "the same with sectors only", 100)
}

func TestSimulatedPlaces(t *testing.T) {
	all := &verdict{on: map[int]int{}}
	for i, c := range race.Circuits() {
		if i%4 != 1 {
			continue // of the odd ones: the even ones were used to set the band
		}
		cfg := sim.Config{Circuit: c.ID, Seed: uint64(100 + i), Laps: 6}
		switch i % 3 {
		case 1:
			cfg.Session, cfg.Length = f1.Practice2, 12*time.Minute
		case 2:
			cfg.Session = f1.Qualifying
		}
		k, length := course(t, c.ID, 0)
		d := take(t, simulated(t, cfg))
		r := d.ring(t, length)
		r.zero, _ = r.project(0, 0) // where the simulator times its laps
		all.add(d.judge(k, r, length))
	}
	all.bounds(t, "simulated sessions", 40)
}

// Recordings without places judge themselves: just before a car passes a point it should be thought close to it.
func TestNextPoint(t *testing.T) {
	for _, c := range []struct{ path, circuit string }{
		{"live-timing/archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2", "silverstone"},
		{"live-timing/archive/2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying", "mexico_city"},
		{"live-timing/archive/2022/2022-07-03_British_Grand_Prix/2022-07-01_Practice_1", "silverstone"},
		{"live-timing/archive/2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying", "catalunya"},
		{"live-timing/archive/2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1", "silverstone"},
		{"live-timing/archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint", "miami"},
		{mexico, "mexico_city"},
		{"live-timing/recordings/2024-05-18_imola_qualifying_hubframes", "imola"},
		{"live-timing/recordings/2025-12-07_abudhabi_race_last12min_pyrepr", "yas_marina"},
	} {
		k, length := course(t, c.circuit, 0)
		d := take(t, real(t, c.path))
		s, e := timing.New(), whereabouts.New(k)
		v := &verdict{on: map[int]int{}}
		for i := range d.messages {
			m := &d.messages[i]
			if m.Topic != feed.TopicTimingData {
				e.Follow(s, m, s.Apply(m))
				continue
			}
			before := e.At(m.Time)
			e.Follow(s, m, s.Apply(m))
			after := map[int]whereabouts.Place{}
			for _, p := range e.At(m.Time) {
				after[p.Car] = p
			}
			for _, p := range before {
				now := after[p.Car]
				if p.Seen == now.Seen || !p.Seen.Known || !now.Share.Known {
					continue
				}
				v.on[p.Car]++
				if p.Share.Known {
					v.misses = append(v.misses, miss{p.Car, math.Abs(wrap((p.Share.Value-now.Share.Value)*length, length)), (p.Band + now.Band) * length})
				}
			}
		}
		median, held := v.figures()
		t.Logf("%s: %.1f m before the point in the median, band holds %.1f %% of %d", c.path, median, held, len(v.misses))
		if !(median <= 40) || !(held >= 85) || len(v.misses) < 1000 {
			t.Errorf("%s: off by %.1f m in the median, bands hold %.1f %% of %d", c.path, median, held, len(v.misses))
		}
	}
}
