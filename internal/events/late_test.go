package events_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
)

// heardFrom is a recording as somebody has it who joins before message i: the state as a snapshot, or nothing of it.
func heardFrom(t *testing.T, whole []feed.Message, i int, snapshot bool) (out []feed.Message) {
	t.Helper()
	if snapshot {
		var st feed.State
		for k := range whole[:i] {
			if m := &whole[k]; m.Topic != feed.TopicCarData && m.Topic != feed.TopicPosition {
				if err := st.Apply(m); err != nil {
					t.Fatal(err)
				}
			}
		}
		topics := st.Topics()
		slices.SortStableFunc(topics, func(a, b string) int { // which session it is comes first
			return strings.Compare(strings.Replace(a, feed.TopicSessionInfo, "", 1), strings.Replace(b, feed.TopicSessionInfo, "", 1))
		})
		for _, topic := range topics {
			out = append(out, feed.Message{Topic: topic, Payload: feed.AppendJSON(nil, st.Topic(topic)), Time: whole[i-1].Time, Snapshot: true})
		}
	}
	out = append(out, whole[i:]...)
	for k := range out {
		out[k].Offset = uint64(k + 1)
	}
	return out
}

// TestRacesJoinedLate: who joins a race on the way is told of it what who was there is told, and nothing else. A battle or
// a train that goes on may have begun for him only then.
func TestRacesJoinedLate(t *testing.T) {
	var kinds []f1.EventKind
	for _, name := range strict {
		kinds = append(kinds, events.KindsOf(name)...)
	}
	holds := func(journal []f1.Event) (list []f1.Event) {
		for _, e := range events.Newest(journal) {
			if e.Status != f1.Retracted && slices.Contains(kinds, e.Kind) {
				list = append(list, e)
			}
		}
		return list
	}
	r := rand.New(rand.NewPCG(3, 1))
	for _, race := range lapCharts {
		whole := reference.Messages(t, reference.Path(t, "live-timing", race.recording))
		d, _ := detect(whole)
		all := holds(d.Journal())
		told := 0
		for n := range 6 {
			i := len(whole)/20 + r.IntN(len(whole)*9/10)
			messages := heardFrom(t, whole, i, n%3 != 0)
			late, _ := detect(messages)
			proveAll(t, late.Journal(), messages)
			for _, e := range holds(late.Journal()) {
				told++
				if !slices.ContainsFunc(all, func(o f1.Event) bool { return sameStory(&e, &o) }) {
					t.Errorf("%s: joined at message %d, snapshot %v: %s", race.recording, i, n%3 != 0, describe(&e))
				}
			}
		}
		t.Logf("%s: %d events told to who joined late", race.recording, told)
	}
}

// sameStory reports whether two events are of the same thing, one of them told to somebody who joined later.
func sameStory(a, b *f1.Event) bool {
	pair := a.Car == b.Car && a.Other == b.Other
	switch a.Kind {
	case events.BattleStarted, events.BattleEnded:
		pair = pair || a.Car == b.Other && a.Other == b.Car
		return a.Kind == b.Kind && pair && a.Time.Sub(b.Time).Abs() < 10*time.Minute
	case events.TrainFormed, events.TrainBroken:
		return a.Kind == b.Kind && a.Time.Sub(b.Time).Abs() < 10*time.Minute
	case events.GapClosing, events.GapClosingEnded, events.TwoCompoundWarning: // of the laps heard, at the first lap heard
		return a.Kind == b.Kind && pair
	}
	return a.Kind == b.Kind && pair && a.Time.Equal(b.Time) && a.Value == b.Value && a.From == b.From && a.To == b.To
}
