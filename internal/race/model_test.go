package race

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

// follow runs a session and checks, event by event, what must hold in every one.
func follow(t *testing.T, cfg Config) *Model {
	t.Helper()
	m, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	laps := make([]int, len(m.cars))
	at := make([]time.Duration, len(m.cars))
	var last time.Duration
	var e Event
	for m.Next(&e) {
		if e.At < last {
			t.Fatalf("%v: event %d is before the last one, %v", e.At, e.Kind, last)
		}
		last = e.At
		switch e.Kind {
		case EvLap:
			laps[e.Car]++
			if cfg.Session.IsRace() && e.Lap != laps[e.Car] {
				t.Errorf("car %d: lap %d after %d laps", e.Car, e.Lap, laps[e.Car]-1)
			}
			if cfg.Session.IsRace() && e.Value > 0 && e.N == 0 {
				plausible(t, m, e)
			}
		case EvPoint:
			if e.Seg >= 0 && e.At-at[e.Car] < 250*time.Millisecond {
				t.Errorf("car %d passes two mini-sectors within %v", e.Car, e.At-at[e.Car])
			}
			at[e.Car] = e.At
			if k := m.cars[e.Car].Place; k > 1 && !m.cars[e.Car].finished {
				if gap, _, ok := m.Gap(e.Car, m.order[k-2]); ok && gap < 0 {
					t.Errorf("car %d is %v behind car %d", e.Car, gap, m.order[k-2])
				}
			}
		case EvOrder:
			checkOrder(t, m)
		}
	}
	if last > 5*time.Hour {
		t.Errorf("session took %v", last)
	}
	return m
}

// plausible: no lap is faster than a few per cent under the pole time.
func plausible(t *testing.T, m *Model, e Event) {
	t.Helper()
	if best := time.Duration(float64(m.c.Pole) * .985); e.Value < best {
		t.Errorf("car %d lap %d in %v, pole is %v", e.Car, e.Lap, e.Value, m.c.Pole)
	}
}

// checkOrder: the order is a permutation, sorted by distance.
func checkOrder(t *testing.T, m *Model) {
	t.Helper()
	seen := map[int]bool{}
	for k, i := range m.order {
		if seen[i] {
			t.Fatalf("car %d has two places", i)
		}
		seen[i] = true
		if m.cars[i].Place != k+1 {
			t.Fatalf("car %d: place %d at index %d", i, m.cars[i].Place, k)
		}
		if k == 0 || !m.cfg.Session.IsRace() || m.status == Finalised {
			continue
		}
		if a := &m.cars[m.order[k-1]]; a.Progress < m.cars[i].Progress && !a.finished {
			t.Errorf("place %d has driven less than place %d", k, k+1)
		}
	}
}

func TestSessions(t *testing.T) {
	seeds := uint64(50)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		c := circuits[seed%uint64(len(circuits))]
		for _, cfg := range []Config{
			{Session: f1.Race, Laps: 8 + int(seed%3)*6}, {Session: f1.Sprint}, {Session: f1.Qualifying}, {Session: f1.SprintQualifying},
			{Session: f1.Practice1, Length: 30 * time.Minute},
		} {
			cfg.Circuit, cfg.Seed, cfg.Season = c, seed, 2025+int(seed%2)
			t.Run(fmt.Sprintf("%d/%s", seed, cfg.Session), func(t *testing.T) {
				m := follow(t, cfg)
				switch {
				case cfg.Session.IsRace():
					checkRace(t, m)
				case cfg.Session.IsQualifying():
					checkKnockOuts(t, m)
				}
			})
		}
	}
}

// checkRace: finishers went the distance or were lapped, and did their duty.
func checkRace(t *testing.T, m *Model) {
	t.Helper()
	home := 0
	lead := &m.cars[m.order[0]]
	if !lead.finished || lead.laps != m.laps {
		t.Errorf("the winner has %d of %d laps", lead.laps, m.laps)
	}
	for i := range m.cars {
		c := &m.cars[i]
		if !c.finished {
			continue
		}
		home++
		if c.laps > m.laps {
			t.Errorf("car %d has %d of %d laps", i, c.laps, m.laps)
		}
		if m.cfg.Session == f1.Race && m.dutyOpen(c) {
			t.Errorf("car %d used only one dry compound", i)
		}
	}
	if home < 8 {
		t.Errorf("only %d cars came home", home)
	}
}

func checkKnockOuts(t *testing.T, m *Model) {
	t.Helper()
	f := func(cars int, want ...int) {
		if len(m.cars) == cars && fmt.Sprint(m.Entries()) != fmt.Sprint(want) {
			t.Errorf("entries %v, want %v", m.Entries(), want)
		}
	}
	f(20, 20, 15, 10)
	f(22, 22, 16, 10)
	for k, i := range m.order {
		if m.cars[i].knocked != (k >= 10) {
			t.Errorf("place %d: knocked out %v", k+1, m.cars[i].knocked)
		}
	}
}

// TestSafetyCarBunches: behind the safety car the field closes up and nobody passes.
func TestSafetyCarBunches(t *testing.T) {
	bunched := 0
	for seed := range uint64(40) {
		m, err := New(Config{Circuit: circuits[seed%uint64(len(circuits))], Seed: seed, Rain: RainNever})
		if err != nil {
			t.Fatal(err)
		}
		var e Event
		out := false
		for m.Next(&e) {
			switch {
			case e.Kind == EvSafetyCar && Control(e.N) == SCDeployed:
				out = true
			case e.Kind == EvPass && out:
				t.Errorf("seed %d: a pass behind the safety car on lap %d", seed, e.Lap)
			case e.Kind == EvSafetyCar && Control(e.N) == TrackClear && out:
				out = false
				lead, n := m.order[0], 0
				for _, i := range m.order[1:] {
					if gap, laps, ok := m.Gap(i, lead); ok && laps == 0 && m.cars[i].where == onTrack && gap < 40*time.Second {
						n++
					}
				}
				if n < 8 {
					t.Errorf("seed %d: %d cars within 40 s at the restart", seed, n)
				}
				bunched++
			case e.Kind == EvChequered:
				out = false
			}
		}
	}
	if bunched < 5 {
		t.Errorf("only %d restarts in forty races", bunched)
	}
}

// TestRates: over many races incidents are about as frequent as they are.
func TestRates(t *testing.T) {
	const races = 60
	count := map[string]int{}
	for seed := range uint64(races) {
		m, err := New(Config{Circuit: circuits[seed%uint64(len(circuits))], Seed: 1000 + seed})
		if err != nil {
			t.Fatal(err)
		}
		var e Event
		for m.Next(&e) {
			switch e.Kind {
			case EvSafetyCar:
				switch Control(e.N) {
				case SCDeployed:
					count["safety car"]++
				case VSCDeployed:
					count["vsc"]++
				case RedFlag:
					count["red flag"]++
				}
			case EvPass:
				if e.Lap > 1 {
					count["passes"]++
				}
			case EvRetired:
				count["retired"]++
			case EvBox:
				count["stops"]++
			}
		}
	}
	f := func(what string, lo, hi float64) {
		t.Helper()
		got := float64(count[what]) / races
		t.Logf("%-12s %.2f a race", what, got)
		if got < lo || got > hi {
			t.Errorf("%s: %.2f a race, want %.1f to %.1f", what, got, lo, hi)
		}
	}
	f("safety car", .25, 1.5)
	f("vsc", .2, 1.5)
	f("red flag", .03, .5)
	f("passes", 15, 90)
	f("retired", 1, 5)
	f("stops", 22, 60)
}

func TestCalmIsCalm(t *testing.T) {
	m, err := New(Config{Circuit: circuits[0], Seed: 1, Calm: true, Rain: RainNever, Laps: 20})
	if err != nil {
		t.Fatal(err)
	}
	var e Event
	for m.Next(&e) {
		switch e.Kind {
		case EvFlag, EvSafetyCar, EvStopped, EvRetired, EvDeleted, EvIncident, EvPenalty:
			t.Errorf("%v: event of kind %d in a calm race", e.At, e.Kind)
		}
	}
}

func TestDeterministic(t *testing.T) {
	run := func(seed uint64) string {
		m, err := New(Config{Circuit: circuits[3], Seed: seed, Laps: 15})
		if err != nil {
			t.Fatal(err)
		}
		s := ""
		var e Event
		for m.Next(&e) {
			if e.Kind == EvLap || e.Kind == EvOrder {
				s += fmt.Sprintf("%+v", e)
			}
		}
		return s
	}
	if first, again := run(4), run(4); first != again {
		t.Error("one seed, two races")
	}
	if run(4) == run(5) {
		t.Error("two seeds, one race")
	}
}

func TestCircuits(t *testing.T) {
	if len(circuits) != 25 {
		t.Errorf("%d circuits, want the 24 of 2025 and Madrid", len(circuits))
	}
	for _, c := range circuits {
		sum := c.Sectors[0] + c.Sectors[1] + c.Sectors[2]
		if sum < .999 || sum > 1.001 {
			t.Errorf("%s: sectors make %v of the lap", c.ID, sum)
		}
		if f1.Slug(c.ShortName) != c.ID {
			t.Errorf("%s: id is not the slug of %q", c.ID, c.ShortName)
		}
		for s, n := range c.Minis {
			if n < 5 || n > 10 {
				t.Errorf("%s: sector %d has %d mini-sectors", c.ID, s+1, n)
			}
		}
		tr := c.Track()
		if tr.top < 280 || tr.top > 372 {
			t.Errorf("%s: top speed %v", c.ID, tr.top)
		}
		for i := range samples {
			j := (i + 1) % samples
			if d := math.Hypot(float64(tr.X[j]-tr.X[i]), float64(tr.Y[j]-tr.Y[i])); d > 1.6*float64(c.Length)/samples {
				t.Errorf("%s: %v m between two stations", c.ID, d)
				break
			}
		}
		if back, err := FindCircuit(c.ShortName); err != nil || back != c {
			t.Errorf("%s is not found by its short name: %v", c.ID, err)
		}
	}
	m, err := shapes()
	if err != nil {
		t.Fatal(err)
	}
	for id, line := range m {
		if len(line) < 20 || len(line) > 150 {
			t.Errorf("%s: outline of %d points", id, len(line))
		}
	}
	if len(m) != len(circuits) {
		t.Errorf("%d outlines for %d circuits", len(m), len(circuits))
	}
	for _, name := range []string{"monaco", "Spa", "abu dhabi", "Interlagos"} {
		if _, err := FindCircuit(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := FindCircuit("nowhere"); err == nil {
		t.Error("nowhere was found")
	}
}

func BenchmarkRace(b *testing.B) {
	c, err := FindCircuit("silverstone")
	if err != nil {
		b.Fatal(err)
	}
	for i := range b.N {
		m, err := New(Config{Circuit: c, Seed: uint64(i)})
		if err != nil {
			b.Fatal(err)
		}
		var e Event
		for m.Next(&e) {
		}
	}
}
