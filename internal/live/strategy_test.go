package live

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// TestStrategyOf takes a simulated race half-way: every running car has what the picture has of it, and two
// pictures of the same state are the same JSON.
func TestStrategyOf(t *testing.T) {
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "catalunya", Seed: 3, Season: 2025, Without: sim.AccountTopics})
	if err != nil {
		t.Fatal(err)
	}
	state := timing.New()
	for state.Lap.Current < 40 {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			t.Fatal("the race ended before lap 40")
		} else if err != nil {
			t.Fatal(err)
		}
		state.Apply(&m)
	}
	duty := func(compounds []string) bool { return len(compounds) < 2 }
	p := strategy.Of(state, strategy.Config{Duty: duty})
	w := strategyOf(&p)
	running, stints := 0, 0
	for i := range p.Cars {
		c := &p.Cars[i]
		got, ok := w.Cars[strconv.Itoa(c.Number)]
		if !ok || got.Running != c.Running || len(got.Stints) != len(c.Stints) || (got.Rejoin != nil) != c.Rejoin.Known || (got.Window != nil) != c.Window.Known {
			t.Fatalf("car %d: %+v, picture %+v", c.Number, got, c)
		}
		stints += len(got.Stints)
		if c.Running {
			running++
			if got.Rejoin == nil || got.Rejoin.Position < 1 || got.Rejoin.Low > got.Rejoin.Position || got.Rejoin.High < got.Rejoin.Position {
				t.Errorf("car %d: %+v", c.Number, got.Rejoin)
			}
			if got.Owes == nil || *got.Owes != (len(c.Stints) < 2) {
				t.Errorf("car %d with %d stints owes %v", c.Number, len(c.Stints), got.Owes)
			}
		}
	}
	if running < 10 || stints <= running || len(w.PitLoss) != 3 || len(w.Degradation) < 2 || *w.Lap < 38 {
		t.Errorf("%d cars running, %d stints, %d losses, %d compounds, lap %d", running, stints, len(w.PitLoss), len(w.Degradation), *w.Lap)
	}
	if len(w.Undercuts) != len(p.Ledger) || len(p.Ledger) == 0 {
		t.Errorf("%d pairs, the picture has %d", len(w.Undercuts), len(p.Ledger))
	}
	again := strategy.Of(state.Clone(), strategy.Config{Duty: duty})
	if a, b := jsonOf(t, w), jsonOf(t, strategyOf(&again)); a != b {
		t.Error("a copy of the state gives another picture")
	}
	t.Logf("%d bytes of JSON", len(jsonOf(t, w)))
}

func jsonOf(t *testing.T, w wire.Strategy) string {
	t.Helper()
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
