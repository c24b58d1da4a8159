package sim_test

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
)

// each calls f for every message of a session and returns the simulator.
func each(t *testing.T, cfg sim.Config, f func(*feed.Message)) *sim.Sim {
	t.Helper()
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var m feed.Message
	for {
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatal(err)
		}
		f(&m)
	}
}

func fingerprint(t *testing.T, cfg sim.Config) uint64 {
	h := fnv.New64a()
	each(t, cfg, func(m *feed.Message) {
		io.WriteString(h, m.Topic)
		h.Write(m.Payload)
		io.WriteString(h, m.Time.Format(time.RFC3339Nano))
	})
	return h.Sum64()
}

func TestSameSeedSameBytes(t *testing.T) {
	for _, kind := range []f1.SessionType{f1.Race, f1.Qualifying, f1.Practice1, f1.Sprint} {
		cfg := sim.Config{Session: kind, Circuit: "zandvoort", Laps: 6, Length: 20 * time.Minute, Seed: 11}
		a, b := fingerprint(t, cfg), fingerprint(t, cfg)
		cfg.Seed = 12
		c := fingerprint(t, cfg)
		if a != b {
			t.Errorf("%s: two runs of one seed differ", kind)
		}
		if a == c {
			t.Errorf("%s: two seeds are the same", kind)
		}
	}
}

// TestWithheldTopics: withholding telemetry changes nothing else.
func TestWithheldTopics(t *testing.T) {
	collect := func(cfg sim.Config) string {
		var b strings.Builder
		each(t, cfg, func(m *feed.Message) {
			if m.Topic != feed.TopicCarData && m.Topic != feed.TopicPosition {
				b.WriteString(m.Time.String())
				b.Write(m.Payload)
			}
		})
		return b.String()
	}
	cfg := sim.Config{Session: f1.Race, Laps: 4, Seed: 5}
	all := collect(cfg)
	cfg.Without = []string{feed.TopicCarData, feed.TopicPosition}
	if collect(cfg) != all {
		t.Error("the other topics differ when telemetry is withheld")
	}
}

// TestMessages: every payload is JSON, time never goes back within a topic nor far across topics, and the
// memory of a message is all that is kept.
func TestMessages(t *testing.T) {
	last := map[string]time.Time{}
	var newest time.Time
	each(t, sim.Config{Session: f1.Race, Circuit: "interlagos", Laps: 8, Seed: 3, Rain: 2}, func(m *feed.Message) {
		if !json.Valid(m.Payload) {
			t.Fatalf("%s: not JSON: %s", m.Topic, m.Payload)
		}
		if m.Time.Before(last[m.Topic]) {
			t.Errorf("%s goes back to %v", m.Topic, m.Time)
		}
		last[m.Topic] = m.Time
		if back := newest.Sub(m.Time); back > 2100*time.Millisecond {
			t.Errorf("%s is %v behind the newest message", m.Topic, back)
		} else if back < 0 {
			newest = m.Time
		}
		if m.Topic == feed.TopicSessionInfo && !strings.Contains(string(m.Payload), "Simulation") {
			t.Error("SessionInfo does not say that it is a simulation")
		}
	})
}

// TestDuplicateKeys: no object of a message has a key twice, which readers would resolve differently.
func TestDuplicateKeys(t *testing.T) {
	for _, kind := range []f1.SessionType{f1.Race, f1.Qualifying, f1.Practice1} {
		each(t, sim.Config{Session: kind, Laps: 8, Length: 15 * time.Minute, Seed: 8}, func(m *feed.Message) {
			if m.Topic == feed.TopicCarData || m.Topic == feed.TopicPosition {
				return
			}
			if key := repeated(json.NewDecoder(strings.NewReader(string(m.Payload)))); key != "" {
				t.Fatalf("%s: key %q twice: %s", m.Topic, key, m.Payload)
			}
		})
	}
}

// repeated reads one JSON value and returns a key that an object of it has twice.
func repeated(d *json.Decoder) string {
	tok, err := d.Token()
	if err != nil {
		return "error: " + err.Error()
	}
	delim, _ := tok.(json.Delim)
	seen := map[string]bool{}
	for delim != 0 && d.More() {
		if delim == '{' {
			k, err := d.Token()
			if err != nil {
				return "error: " + err.Error()
			}
			if seen[k.(string)] {
				return k.(string)
			}
			seen[k.(string)] = true
		}
		if r := repeated(d); r != "" {
			return r
		}
	}
	if delim != 0 {
		if _, err := d.Token(); err != nil {
			return "error: " + err.Error()
		}
	}
	return ""
}

// TestTraps: every trap the simulator claims is set in ordinary sessions, the rare ones within fifty seeds.
func TestTraps(t *testing.T) {
	count := map[string]int{}
	add := func(cfg sim.Config) {
		for k, n := range each(t, cfg, func(*feed.Message) {}).Traps() {
			count[k] += n
		}
	}
	add(sim.Config{Session: f1.Race, Seed: 1})
	add(sim.Config{Session: f1.Qualifying, Circuit: "mexico_city", Seed: 1, Without: sim.AccountTopics})
	complete := func() bool {
		for _, k := range sim.TrapNames {
			if count[k] == 0 {
				return false
			}
		}
		return true
	}
	for seed := uint64(0); seed < 50 && !complete(); seed++ {
		for _, cfg := range sessions(seed) {
			add(cfg)
		}
	}
	for _, k := range sim.TrapNames {
		t.Logf("%-32s %d", k, count[k])
		if count[k] == 0 {
			t.Errorf("trap %q was not set", k)
		}
		delete(count, k)
	}
	for k := range count {
		t.Errorf("trap %q has no place in TrapNames", k)
	}
	plain := each(t, sim.Config{Session: f1.Race, Laps: 3, Seed: 1, Plain: true}, func(*feed.Message) {}).Traps()
	for _, k := range []string{"time steps back", "duplicate delta", "stint unknown at first", "late sector value", "best time blinks", "null value"} {
		if plain[k] != 0 {
			t.Errorf("plain session: trap %q was set %d times", k, plain[k])
		}
	}
}

func TestConfigErrors(t *testing.T) {
	f := func(cfg sim.Config, want string) {
		t.Helper()
		if _, err := sim.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	f(sim.Config{Circuit: "nowhere"}, "unknown circuit")
	f(sim.Config{Before: time.Second}, "before the start")
	f(sim.Config{Laps: -1}, "laps")
	f(sim.Config{Laps: 1000}, "laps")
}

func BenchmarkRace(b *testing.B) {
	for i := range b.N {
		s, err := sim.New(sim.Config{Session: f1.Race, Seed: uint64(i)})
		if err != nil {
			b.Fatal(err)
		}
		var m feed.Message
		n := 0
		for s.Next(&m) == nil {
			n++
		}
		b.ReportMetric(float64(n), "messages")
	}
}
