package whereabouts_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
	"pitwall.live/internal/sim"
)

const mexico = "live-timing/archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"

// What is judged here has set no parameter: the model car's figures come from a lap each in Melbourne and
// Shanghai, the width of the band from simulated sessions on the other half of the circuits. Only the doubt
// where there are no mini-sectors was set on a recording, this one without them.

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
