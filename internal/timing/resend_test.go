package timing_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// simulated is a short session of the simulator.
func simulated(t testing.TB, cfg sim.Config) []feed.Message {
	t.Helper()
	cfg.Without = []string{feed.TopicCarData, feed.TopicPosition}
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for {
		var m feed.Message
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		m.Payload = append([]byte(nil), m.Payload...)
		all = append(all, m)
	}
}

// resent is a stream in which some messages come a second time, up to within later. Their own time is
// that of the first (a second source) or, with stamped, that of their coming (the hub said it again).
func resent(all []feed.Message, r *rand.Rand, share float64, within time.Duration, stamped bool) []feed.Message {
	type again struct {
		m   feed.Message
		due time.Time
	}
	var out []feed.Message
	var waiting []again
	for _, m := range all {
		left := waiting[:0]
		for _, w := range waiting {
			if m.Time.Before(w.due) {
				left = append(left, w)
				continue
			}
			if stamped {
				w.m.Time = w.due
			}
			out = append(out, w.m)
		}
		waiting = left
		out = append(out, m)
		if r.Float64() < share {
			waiting = append(waiting, again{m, m.Time.Add(time.Duration(r.Int64N(int64(within) + 1)))})
		}
	}
	return out
}

// rejoined is a stream with the whole state in it at some moments, as after a reconnect.
func rejoined(t testing.TB, all []feed.Message, r *rand.Rand, times int) []feed.Message {
	t.Helper()
	moments := map[int]bool{}
	for range times {
		moments[r.IntN(len(all))] = true
	}
	var out []feed.Message
	var st feed.State
	for i, m := range all {
		if err := st.Apply(&m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
		if !moments[i] {
			continue
		}
		out = append(out, snapshotOf(&st, m.Time)...)
	}
	return out
}

func applied(all []feed.Message) *timing.Session {
	s := timing.New()
	for i := range all {
		s.Apply(&all[i])
	}
	return s
}

func rowsDiffer[R any](what string, got, want []R, key func(*R) string, text func(*R) string) []string {
	var out []string
	have := map[string]string{}
	for i := range got {
		have[key(&got[i])] = text(&got[i])
	}
	for i := range want {
		k := key(&want[i])
		if g, ok := have[k]; !ok {
			out = append(out, what+" "+k+" missing")
		} else if w := text(&want[i]); g != w {
			out = append(out, what+" "+k+changed(g, w))
		}
		delete(have, k)
	}
	for k := range have {
		out = append(out, what+" "+k+" more: "+have[k])
	}
	return out
}

func changed(g, w string) string {
	a, b := strings.Split(g, " "), strings.Split(w, " ")
	out := ""
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			out += " " + a[i] + "!=" + b[i]
		}
	}
	return out
}

// differences are the laps, stints and stops that are not the same; places says whether places and gaps
// are compared too.
func differences(got, want *timing.Session, places bool) []string {
	lap := func(r *f1.LapRow) string {
		c := *r
		if !places {
			c.Position, c.GapToLeader, c.Interval, c.LapsDown = f1.Opt[int]{}, f1.Opt[time.Duration]{}, f1.Opt[time.Duration]{}, f1.Opt[int]{}
		}
		return fmt.Sprintf("%+v", c)
	}
	var out []string
	out = append(out, rowsDiffer("lap", got.Laps(), want.Laps(), func(r *f1.LapRow) string { return fmt.Sprintf("%d/%d", r.DriverNumber, r.LapNumber) }, lap)...)
	out = append(out, rowsDiffer("stint", got.Stints(), want.Stints(), func(r *f1.StintRow) string { return fmt.Sprintf("%d/%d", r.DriverNumber, r.StintNumber) }, func(r *f1.StintRow) string { return fmt.Sprintf("%+v", *r) })...)
	out = append(out, rowsDiffer("stop", got.PitStops(), want.PitStops(), func(r *f1.PitStopRow) string { return fmt.Sprintf("%d/%d", r.DriverNumber, r.StopNumber) }, func(r *f1.PitStopRow) string { return fmt.Sprintf("%+v", *r) })...)
	return out
}

// streams are sessions of every kind, the real ones where they are present.
func streams(t *testing.T, check func(t *testing.T, all []feed.Message)) {
	f := func(name string, load func(t *testing.T) []feed.Message) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, load(t))
		})
	}
	f("simulated race", func(t *testing.T) []feed.Message {
		return simulated(t, sim.Config{Session: f1.Race, Laps: 14, Seed: 3})
	})
	f("simulated qualifying", func(t *testing.T) []feed.Message { return simulated(t, sim.Config{Session: f1.Qualifying, Seed: 4}) })
	f("2018 race", func(t *testing.T) []feed.Message { return reference.Messages(t, azerbaijan(t)) })
	f("2025 sprint", func(t *testing.T) []feed.Message { return reference.Messages(t, miami(t)) })
	f("2025 qualifying", func(t *testing.T) []feed.Message { return reference.Messages(t, mexico(t)) })
	f("2020 practice", func(t *testing.T) []feed.Message {
		return reference.Messages(t, reference.Path(t, "live-timing/archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2"))
	})
	f("2021 qualifying", func(t *testing.T) []feed.Message {
		return reference.Messages(t, reference.Path(t, "live-timing/archive/2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying"))
	})
	f("2024 qualifying, hub frames", func(t *testing.T) []feed.Message {
		return reference.Messages(t, reference.Path(t, "live-timing/recordings/2024-05-18_imola_qualifying_hubframes"))
	})
}

// TestResentMessages: one message in ten comes twice, and nothing moves. What comes again at once is no
// news at all; what comes later may show an old place or gap for a moment, but makes no lap, stop or
// stint, and changes none.
func TestResentMessages(t *testing.T) {
	streams(t, func(t *testing.T, all []feed.Message) {
		want := applied(all)
		f := func(within time.Duration, stamped bool, seed uint64) {
			t.Helper()
			r := rand.New(rand.NewPCG(seed, 9))
			got := applied(resent(all, r, 0.1, within, stamped))
			for _, d := range differences(got, want, within == 0) {
				t.Errorf("within %v, stamped %v, seed %d: %s", within, stamped, seed, d)
			}
			if !reflect.DeepEqual(got.RaceControlRows(), want.RaceControlRows()) || !reflect.DeepEqual(got.WeatherRows(), want.WeatherRows()) ||
				!reflect.DeepEqual(got.TeamRadio(), want.TeamRadio()) {
				t.Errorf("within %v, stamped %v, seed %d: race control, weather or radio differ", within, stamped, seed)
			}
		}
		f(0, false, 1)
		f(3*time.Second, false, 2)
		f(8*time.Second, false, 3)
		f(8*time.Second, true, 4)
	})
}

// TestSnapshotsInBetween: the whole state comes again, as after a reconnect that lost nothing.
func TestSnapshotsInBetween(t *testing.T) {
	streams(t, func(t *testing.T, all []feed.Message) {
		want := applied(all)
		for seed := range uint64(2) {
			got := applied(rejoined(t, all, rand.New(rand.NewPCG(seed, 10)), 12))
			for _, d := range differences(got, want, true) {
				t.Errorf("seed %d: %s", seed, d)
			}
			f := func(what string, a, b any) {
				if !reflect.DeepEqual(a, b) {
					t.Errorf("seed %d: %s differ", seed, what)
				}
			}
			f("results", got.Results(), want.Results())
			f("race control", got.RaceControlRows(), want.RaceControlRows())
			f("track status", got.TrackStatuses(), want.TrackStatuses())
			f("weather", got.WeatherRows(), want.WeatherRows())
			f("drivers", got.DriverRows(), want.DriverRows())
			f("radio", got.TeamRadio(), want.TeamRadio())
			f("positions", got.Positions(), want.Positions())
			f("intervals", got.Intervals(), want.Intervals())
		}
	})
}
