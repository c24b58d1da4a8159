package timing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// interrupted is a stream of which stretches are lost; a snapshot of the state follows each.
func interrupted(t testing.TB, all []feed.Message, r *rand.Rand, times int) []feed.Message {
	t.Helper()
	var out []feed.Message
	var st feed.State
	next := r.IntN(len(all) / times)
	var until time.Time
	for i := range all {
		m := &all[i]
		if err := st.Apply(m); err != nil {
			t.Fatal(err)
		}
		switch {
		case !until.IsZero() && m.Time.Before(until):
			continue
		case !until.IsZero():
			until = time.Time{}
			out = append(out, snapshotOf(&st, m.Time)...)
			next = i + r.IntN(2*len(all)/times)
			continue
		case i >= next:
			until = m.Time.Add(time.Duration(10+r.IntN(300)) * time.Second)
			continue
		}
		out = append(out, *m)
	}
	return out
}

// snapshotOf is the whole state as a hub gives it, SessionInfo first.
func snapshotOf(st *feed.State, at time.Time) []feed.Message {
	topics := []string{feed.TopicSessionInfo}
	for _, topic := range st.Topics() {
		if topic != feed.TopicSessionInfo {
			topics = append(topics, topic)
		}
	}
	var out []feed.Message
	for _, topic := range topics {
		if n := st.Topic(topic); n != nil {
			out = append(out, feed.Message{Topic: topic, Payload: feed.AppendJSON(nil, n), Time: at, Snapshot: true})
		}
	}
	return out
}

// TestLostStretches: what was lost is unknown or late, but no value is on a wrong lap.
func TestLostStretches(t *testing.T) {
	streams(t, func(t *testing.T, all []feed.Message) {
		want := map[string]f1.LapRow{}
		key := func(r *f1.LapRow) string { return fmt.Sprintf("car %d lap %d", r.DriverNumber, r.LapNumber) }
		rows := applied(all).Laps()
		for i := range rows {
			want[key(&rows[i])] = rows[i]
		}
		for seed := range uint64(2) {
			got := applied(interrupted(t, all, rand.New(rand.NewPCG(seed, 11)), 6)).Laps()
			n := 0
			for i := range got {
				g := &got[i]
				w, ok := want[key(g)]
				if !ok {
					t.Errorf("seed %d: %s is not there: %+v", seed, key(g), *g)
					continue
				}
				for j, v := range []f1.Opt[time.Duration]{g.LapTime, g.Sector1, g.Sector2, g.Sector3} {
					x := []f1.Opt[time.Duration]{w.LapTime, w.Sector1, w.Sector2, w.Sector3}[j]
					if v.Known && v != x {
						t.Errorf("seed %d: %s value %d: %v, want %v (start %v)", seed, key(g), j, v, x, g.DateStart.Value)
					}
					if v.Known {
						n++
					}
				}
			}
			if n < len(rows) {
				t.Errorf("seed %d: only %d values of %d laps", seed, n, len(rows))
			}
		}
	})
}
