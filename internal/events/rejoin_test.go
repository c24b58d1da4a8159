package events_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
)

// rejoined is a session whose connection was lost at message k for lost messages: the state comes as snapshots.
func rejoined(t *testing.T, whole []feed.Message, k, lost int, before bool) []feed.Message {
	t.Helper()
	var state feed.State
	var out []feed.Message
	for i := range whole[:k+lost] {
		m := whole[i]
		if m.Topic != feed.TopicCarData && m.Topic != feed.TopicPosition {
			if err := state.Apply(&m); err != nil {
				t.Fatal(err)
			}
		}
		if before && i < k {
			out = append(out, m)
		}
	}
	at := whole[k+lost-1].Time
	topics := state.Topics()
	slices.SortFunc(topics, func(a, b string) int { // what session it is comes first
		return strings.Compare(strings.Replace(a, feed.TopicSessionInfo, " ", 1), strings.Replace(b, feed.TopicSessionInfo, " ", 1))
	})
	for _, name := range topics {
		out = append(out, feed.Message{Topic: name, Time: at, Snapshot: true, Payload: feed.AppendJSON(nil, state.Topic(name))})
	}
	out = append(out, whole[k+lost:]...)
	for i := range out {
		out[i].Offset = uint64(i + 1)
	}
	return out
}

// holdingByID are the events of the detectors of this theme that hold at the end.
func holdingByID(d *events.Detection) map[string]f1.Event {
	all := map[string]f1.Event{}
	var kinds []f1.EventKind
	for _, name := range ofRaceControl {
		kinds = append(kinds, events.KindsOf(name)...)
	}
	for _, e := range events.Newest(d.Journal()) {
		if e.Status != f1.Retracted && slices.Contains(kinds, e.Kind) {
			all[e.ID] = e
		}
	}
	return all
}

// TestRejoined breaks the connection of recorded sessions. When nothing was lost, every event is the same with the
// same ID; when messages were lost, or the beginning was never heard, nothing is told that did not happen, and what
// race control said is all there, for its list says when.
func TestRejoined(t *testing.T) {
	for _, path := range []string{azerbaijan2018, miami2025, imola2024, "archive/2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1",
		"archive/2021/2021-12-05_Saudi_Arabian_Grand_Prix/2021-12-05_Race"} {
		whole := reference.Messages(t, reference.Path(t, "live-timing", path))
		d, _ := detect(whole)
		want := holdingByID(d)
		for _, part := range []int{2, 5, 7} {
			k := len(whole) * part / 8
			for _, c := range []struct {
				lost   int
				before bool
			}{{0, true}, {min(400, len(whole)-k-1), true}, {0, false}} {
				messages := rejoined(t, whole, k, c.lost, c.before)
				again, _ := detect(messages)
				proveAll(t, again.Journal(), messages)
				got := holdingByID(again)
				for id, e := range got {
					if _, ok := want[id]; !ok && !alsoTold(e, want) {
						t.Errorf("%s, joined at %d, %d lost, from the start %v: told %s", path, k, c.lost, c.before, describe(&e))
					}
				}
				for id, e := range want {
					if _, ok := got[id]; ok || alsoTold(e, got) {
						continue
					}
					if c.lost == 0 && c.before || e.Evidence[0] > uint64(k+c.lost) || listed(&e) {
						t.Errorf("%s, joined at %d, %d lost, from the start %v: not told %s", path, k, c.lost, c.before, describe(&e))
					}
				}
			}
		}
	}
}

// alsoTold reports whether the same was told with another time: a topic that agrees was first, or a snapshot came
// before the message that would have.
func alsoTold(e f1.Event, in map[string]f1.Event) bool {
	for _, o := range in {
		if o.Kind != e.Kind || o.Car != e.Car || o.Other != e.Other {
			continue
		}
		apart := o.Time.Sub(e.Time).Abs()
		if apart < 30*time.Second || e.Kind == events.Retirement && o.Lap == e.Lap || strings.HasSuffix(o.Detail+e.Detail, "seen on joining again") && apart < 30*time.Minute {
			return true
		}
	}
	return false
}

// listed reports whether an event is one message of race control, which a snapshot tells again with its time.
func listed(e *f1.Event) bool {
	return ofControl(string(e.Kind)) && !strings.Contains(e.Detail, "track status alone") && e.Kind != events.CarStopped && e.Kind != events.BlueFlag
}
