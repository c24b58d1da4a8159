package events_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
)

// joinedAt is a stream from message i on, after the state as it was then as a snapshot; or without one.
func joinedAt(t *testing.T, all []feed.Message, i int, snapshot bool) []feed.Message {
	t.Helper()
	var out []feed.Message
	if snapshot {
		var st feed.State
		for k := range all[:i] {
			if err := st.Apply(&all[k]); err != nil {
				t.Fatal(err)
			}
		}
		topics := append([]string{feed.TopicSessionInfo}, slices.DeleteFunc(st.Topics(), func(topic string) bool { return topic == feed.TopicSessionInfo })...)
		for _, topic := range topics {
			if n := st.Topic(topic); n != nil {
				out = append(out, feed.Message{Topic: topic, Payload: feed.AppendJSON(nil, n), Time: all[i-1].Time, Snapshot: true})
			}
		}
	}
	out = append(out, all[i:]...)
	for k := range out {
		out[k].Offset = uint64(k + 1)
	}
	return out
}

// TestJoinedLate: who joins a session on the way is told nothing that did not happen. Every event told then is also
// told to who was there from the beginning, with its car, time and value; and every version of it is proved.
func TestJoinedLate(t *testing.T) {
	key := func(e *f1.Event) string {
		return fmt.Sprintf("%s car %v at %s value %v", e.Kind, e.Car.Or(0), e.Time.Format(time.StampMilli), e.Value.Or(0))
	}
	r := rand.New(rand.NewPCG(4, 1))
	for _, path := range []string{azerbaijan2018, miami2025, imola2024, "archive/2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1"} {
		all := reference.Messages(t, reference.Path(t, "live-timing", path))
		whole, _ := detect(all)
		here := map[string]bool{}
		flags := map[string]time.Time{}
		for _, e := range whole.Journal() {
			here[key(&e)] = true
			flags[fmt.Sprint(e.Kind, e.Car.Value)] = e.Time
		}
		late := func(e *f1.Event) bool { // before a car's status is said, its laps tell that it has taken the flag
			at, told := flags[fmt.Sprint(e.Kind, e.Car.Value)]
			return told && (e.Kind == events.ChequeredCar || e.Kind == events.ChequeredLeader) && e.Time.Sub(at).Abs() < 5*time.Second
		}
		told, same := 0, 0
		for n := range 12 {
			i := len(all)/20 + r.IntN(len(all)*9/10)
			messages := joinedAt(t, all, i, n%3 != 0)
			d, _ := detect(messages)
			proveAll(t, d.Journal(), messages)
			for _, e := range held(d.Journal(), proofKinds...) {
				told++
				if here[key(&e)] || late(&e) || path == miami2025 && e.Car.Value == 12 && (e.Kind == events.PitStop || e.Kind == events.TyreChanged) {
					// Car 12 drove through on lap 12, for which the feed had other tyres; the stops before show that it was none.
					same++
					continue
				}
				t.Errorf("%s: joined at message %d (%s, snapshot %v): %s", path, i, all[i].Time.Format(time.TimeOnly), n%3 != 0, key(&e)+" "+e.Detail)
			}
		}
		t.Logf("%s: %d events told, %d of them also to who was there", path, told, same)
	}
}
