package strategy_test

import (
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
)

// ideals holds the ideal laps of a qualifying session to the feed's own bests: the best sectors of all parts
// are those of TimingStats, the best lap of a part is the part's.
func ideals(t *testing.T, s *timing.Session) {
	t.Helper()
	p := strategy.Of(s, strategy.Config{})
	best := map[int][3]time.Duration{}
	parts, sectors, differ := 0, 0, 0
	for _, id := range p.Ideal {
		if id.Part < 1 || id.Part > 3 {
			t.Fatalf("%+v", id)
		}
		if id.Ideal != id.Sectors[0]+id.Sectors[1]+id.Sectors[2] || id.Best.Known && id.Ideal > id.Best.Value+3*time.Millisecond {
			t.Errorf("%+v: the ideal is slower than a lap", id)
		}
		b := best[id.Number]
		for i, v := range id.Sectors {
			if b[i] == 0 || v < b[i] {
				b[i] = v
			}
		}
		best[id.Number] = b
		if want := s.Cars[id.Number].PartBest[id.Part-1].Time; want.Known && id.Best.Known {
			parts++
			if want.Value != id.Best.Value {
				t.Errorf("car %d part %d: best %s, the feed has %s", id.Number, id.Part, id.Best.Value, want.Value)
			}
		}
	}
	for n, b := range best {
		for i, v := range s.Cars[n].Stats.BestSectors {
			if !v.Time.Known {
				continue
			}
			sectors++
			if v.Time.Value != b[i] {
				differ++
				t.Logf("car %d sector %d: %s, the feed has %s", n, i+1, b[i], v.Time.Value)
			}
		}
	}
	t.Logf("%d bests of parts, %d best sectors compared, %d differ", parts, sectors, differ)
	if parts < 30 || sectors < 45 || differ*20 > sectors {
		t.Error("the ideal laps are not the feed's")
	}
	if len(p.Cars) > 0 || len(p.PitLoss) > 0 || len(p.Consistency) == 0 {
		t.Errorf("%d cars with stints, %d pit losses, consistency of %d", len(p.Cars), len(p.PitLoss), len(p.Consistency))
	}
}

func TestIdealLaps(t *testing.T) {
	t.Run("simulated", func(t *testing.T) {
		_, s := simulate(t, sim.Config{Session: f1.Qualifying, Circuit: "suzuka", Seed: 4, Season: 2025})
		ideals(t, s)
	})
	t.Run("Mexico City 2025", func(t *testing.T) {
		ideals(t, play(t, reference.Path(t, "live-timing/archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying")))
	})
}
