package live_test

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/tables"
)

// TestRowsReadTogether asks for many tables of a few moments at the same time, moments that move on along the session: they
// share states that nobody may change, and each table is the one that the export makes of the messages up to there.
func TestRowsReadTogether(t *testing.T) {
	b := newBench(t, nil)
	var messages []feed.Message
	race, err := sim.New(sim.Config{Session: f1.Race, Seed: 7, Without: []string{feed.TopicCarData, feed.TopicPosition}})
	if err != nil {
		t.Fatal(err)
	}
	for len(messages) < 2000 {
		var m feed.Message
		if err := race.Next(&m); err != nil {
			t.Fatal(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		messages = append(messages, m)
	}
	b.append(messages...)
	held, err := b.live.Add(t.Context(), b.log, live.About{Key: "9"}, &live.Replay{Speed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"laps", "intervals", "positions", "pit_stops", "stints", "drivers", "results", "gap_history", "sessions", "race_control"}
	var together sync.WaitGroup
	for from := uint64(1500); from < 1600; from += 50 {
		for at := from; at < from+50; at += 17 {
			want := map[string]string{}
			d := derive.New("9", derive.All())
			for i := range at {
				m := messages[i]
				m.Offset = i + 1
				if err := d.Take(&m); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range names {
				want[name] = printed(d.Rows().Cells(name))
			}
			if want["intervals"] == "" || want["positions"] == "" {
				t.Fatalf("no rows up to message %d", at)
			}
			for _, name := range append(names, names...) {
				together.Go(func() {
					rows, err := b.live.Rows(t.Context(), held.Key(), at, name)
					if err != nil {
						t.Error(err)
						return
					}
					if got := printed(rows); got != want[name] {
						t.Errorf("%s up to message %d: %d bytes, %d are expected", name, at, len(got), len(want[name]))
					}
				})
			}
		}
	}
	together.Wait()
}

func printed(rows iter.Seq[tables.Row]) string {
	var s strings.Builder
	for row := range rows {
		fmt.Fprintln(&s, row)
	}
	return s.String()
}
