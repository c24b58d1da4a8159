package backfill

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
)

// session is a simulated race from the grid on.
var session = sync.OnceValue(func() []feed.Message {
	s, err := sim.New(sim.Config{Session: f1.Race, Laps: 3, Seed: 5, Key: 7})
	if err != nil {
		panic(err)
	}
	var all []feed.Message
	seen := map[uint64]uint32{}
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			panic(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		m.Occurrence = seen[m.Said()]
		seen[m.Said()]++
		if m.Received = m.Time.Add(80 * time.Millisecond); len(all) > 0 && m.Received.Before(all[len(all)-1].Received) {
			m.Received = all[len(all)-1].Received // nothing comes before what came before it
		}
		all = append(all, m)
	}
})

// stretch is what a connection gives: the messages from one place up to another, after a snapshot.
type stretch struct{ from, to int }

// followed is what a log has got of the session by some connections, the first of them from the beginning on.
func followed(t *testing.T, all []feed.Message, stretches ...stretch) []feed.Message {
	t.Helper()
	var out []feed.Message
	var state feed.State
	at := 0
	for n, s := range stretches {
		for ; at < s.from; at++ {
			if err := state.Apply(&all[at]); err != nil {
				t.Fatal(err)
			}
		}
		if n > 0 {
			for _, topic := range state.Topics() {
				out = append(out, feed.Message{
					Topic: topic, Payload: feed.AppendJSON(nil, state.Topic(topic)), Time: all[at-1].Time, Received: all[at-1].Received, Snapshot: true, Gap: true,
				})
			}
		}
		for ; at < s.to; at++ {
			out = append(out, all[at])
			if err := state.Apply(&all[at]); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

// kept brings messages into the log of a session, and gives its path.
func kept(t *testing.T, messages []feed.Message) string {
	t.Helper()
	path := sessionlog.Path(t.TempDir(), "7")
	log, err := sessionlog.Open(path, "7")
	if err != nil {
		t.Fatal(err)
	}
	got, err := log.Append(slices.Clone(messages))
	if err := errors.Join(err, log.Close()); err != nil || len(got) != len(messages) {
		t.Fatalf("%d messages of %d, %v", len(got), len(messages), err)
	}
	return path
}

// archived gives messages as a static archive does: with the times of another clock, in milliseconds, and without what a
// source tells of them.
func archived(all []feed.Message, without ...string) Recording {
	return func(take func(*feed.Message) error) error {
		for i := range all {
			m := feed.Message{Topic: all[i].Topic, Payload: all[i].Payload, Time: all[i].Time.Add(-7300 * time.Millisecond)}
			if slices.Contains(without, m.Topic) {
				continue
			}
			if err := take(&m); err != nil {
				return err
			}
		}
		return nil
	}
}

// mend mends a log and puts it in its place.
func mend(t *testing.T, path string, r Recording) []Filled {
	t.Helper()
	m, err := Mend(t.Context(), path, r)
	if err != nil {
		t.Fatal(err)
	}
	replace(t, path, m, nil)
	return m.Gaps
}

// replace puts a mended log in its place, after the old one has got more.
func replace(t *testing.T, path string, m *Mended, more []feed.Message) {
	t.Helper()
	old, err := sessionlog.Open(path, "7")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Append(slices.Clone(more)); err != nil {
		t.Fatal(err)
	}
	log, err := m.Replace(old, "old")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(log.Close(), old.Close(), m.Close()); err != nil {
		t.Fatal(err)
	}
}

// read gives a log's messages.
func read(t *testing.T, path string) (all []feed.Message) {
	t.Helper()
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if r := log.Repair(); r.CorruptTotal > 0 || r.TornBytes > 0 {
		t.Errorf("%s is damaged: %+v", path, r)
	}
	if err := log.Each(1, func(m *feed.Message) error {
		c := *m
		c.Payload = bytes.Clone(m.Payload)
		all = append(all, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// texts are messages as one line each.
func texts(all []feed.Message) []string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = fmt.Sprint(m.Topic, m.Time, m.Received, m.Occurrence, m.Snapshot, m.Gap, string(m.Payload))
	}
	return out
}

// one checks that a log is the undisturbed one: each topic has its messages in order, and was received when it would have been, in the
// order of the log but for a second.
func one(t *testing.T, path string, want []feed.Message) {
	t.Helper()
	got := read(t, path)
	place := map[string]int{} // in want
	for i, text := range said(want) {
		place[text] = i
	}
	last := map[string]int{}
	for i, text := range said(got) {
		m := &got[i]
		at, ok := place[text]
		if !ok {
			t.Fatalf("message %d is %.200s, which it should not be", i+1, text)
		}
		delete(place, text)
		if before, ok := last[m.Topic]; ok && before > at {
			t.Fatalf("message %d of %s stands behind a later one", i+1, m.Topic)
		}
		last[m.Topic] = at
		if i > 0 && m.Received.Before(got[i-1].Received.Add(-time.Second)) {
			t.Fatalf("message %d was received at %v, the one before at %v", i+1, m.Received, got[i-1].Received)
		}
		if by := m.Received.Sub(want[at].Received).Abs(); by > slack {
			t.Fatalf("message %d %.200s was received at %v, want %v", i+1, text, m.Received, want[at].Received)
		}
	}
	for text := range place {
		t.Fatalf("%d messages are missing: %.200s", len(place), text)
	}
}

// said is what messages say, without when they were received.
func said(all []feed.Message) []string {
	all = slices.Clone(all)
	for i := range all {
		all[i].Received = time.Time{}
	}
	return texts(all)
}

// look looks at a log.
func look(t *testing.T, path string) (l Look) {
	t.Helper()
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := l.Follow(log); err != nil {
		t.Fatal(err)
	}
	return l
}

// Whatever was lost, and how often, is as if it had not been. A log says of itself what it needs for that.
func TestMend(t *testing.T) {
	all := session()
	for name, stretches := range map[string][]stretch{
		"three":       {{0, 2000}, {2600, 2700}, {2800, 3500}, {4100, len(all)}},
		"nothing":     {{0, 3000}, {3000, len(all)}},
		"one message": {{0, 3000}, {3001, len(all)}},
		"to the end":  {{0, 3000}, {len(all), len(all)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := kept(t, followed(t, all, stretches...))
			l := look(t, path)
			if len(l.Gaps) != len(stretches)-1 || !l.Over || l.Path == "" {
				t.Fatalf("the log says %+v", l)
			}
			gaps := mend(t, path, archived(all))
			one(t, path, all)
			lost := 0
			for i, g := range gaps {
				lost += g.Messages
				if len(g.Lacking) > 0 || !g.From.Equal(l.Gaps[i].From) || !g.To.Equal(l.Gaps[i].To) {
					t.Errorf("gap %+v, want %+v", g, l.Gaps[i])
				}
			}
			note, err := ReadNote(path)
			if filled, open := note.Messages(); err != nil || open != 0 || filled != lost || !slices.Equal(note.Replaces, []string{"old"}) {
				t.Errorf("noted is %+v, %v; %d were lost", note, err, lost)
			}
			if was := read(t, filepath.Join(filepath.Dir(path), "log.1.jsonl")); !slices.Equal(texts(was), texts(followed(t, all, stretches...))) {
				t.Error("the log that was replaced is not kept as it was")
			}
			if _, err := Mend(t.Context(), path, archived(all)); !errors.Is(err, ErrNothing) {
				t.Errorf("once more it comes to %v", err)
			}
		})
	}
}

// What the archive does not have stays a gap, shown from where to where it was; what it has is there. When it has the rest
// too, the gap goes.
func TestMendInPart(t *testing.T) {
	t.Parallel()
	all := session()
	had := followed(t, all, stretch{0, 3000}, stretch{4000, len(all)})
	cut := func(topic string, before int) Recording { // its page ends early
		var some []feed.Message
		for i, m := range all {
			if m.Topic != topic || i < before {
				some = append(some, m)
			}
		}
		return archived(some)
	}
	for name, r := range map[string]Recording{"no page": archived(all, feed.TopicTimingData), "a page that ends early": cut(feed.TopicTimingData, 3500)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := kept(t, had)
			was := look(t, path).Gaps[0]
			gaps := mend(t, path, r)
			if len(gaps) != 1 || !slices.Equal(gaps[0].Lacking, []string{feed.TopicTimingData}) || gaps[0].Messages == 0 {
				t.Errorf("filled is %+v", gaps)
			}
			now := look(t, path).Gaps
			if len(now) != 1 || !now[0].From.Equal(was.From) || !now[0].To.Equal(was.To) {
				t.Errorf("the gap is %+v, it was %+v", now, was)
			}
			for topic, w := range counts(all) {
				if g := counts(read(t, path))[topic]; g != w && topic != feed.TopicTimingData {
					t.Errorf("%d messages of %s, want %d", g, topic, w)
				}
			}
			mend(t, path, archived(all))
			one(t, path, all)
			note, err := ReadNote(path)
			if filled, open := note.Messages(); err != nil || open != 0 || filled != 1000 || len(note.Gaps) != 1 || len(note.Replaces) != 2 {
				t.Errorf("noted is %+v, %v", note, err)
			}
		})
	}
	t.Run("nothing of it", func(t *testing.T) {
		path := kept(t, had)
		before := read(t, path)
		if _, err := Mend(t.Context(), path, archived(append(slices.Clone(all[:3000]), all[4000:]...))); !errors.Is(err, ErrNothing) {
			t.Errorf("it comes to %v", err)
		}
		one(t, path, before)
	})
}

// counts counts messages that are no snapshots by topic.
func counts(all []feed.Message) map[string]int {
	n := map[string]int{}
	for i := range all {
		if !all[i].Snapshot {
			n[all[i].Topic]++
		}
	}
	return n
}

// The archive of another session fills nothing, nor does one that can not be read.
func TestMendWithAnother(t *testing.T) {
	t.Parallel()
	all := session()
	had := followed(t, all, stretch{0, 3000}, stretch{4000, len(all)})
	path := kept(t, had)
	other := slices.Clone(all)
	for i := range other {
		other[i].Payload = append([]byte(`{"Other":`), append(other[i].Payload, '}')...)
	}
	broken := errors.New("broken")
	for want, r := range map[error]Recording{
		ErrOther: archived(other),
		broken: func(take func(*feed.Message) error) error {
			return errors.Join(archived(all[:3500])(take), broken)
		},
	} {
		if _, err := Mend(t.Context(), path, r); !errors.Is(err, want) {
			t.Errorf("it comes to %v, want %v", err, want)
		}
		one(t, path, had)
		if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}

// A message that is said again with the same words right behind the gap is there as often as it was said.
func TestMendEqualMessages(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 5, 14, 0, 0, 0, time.UTC)
	var all []feed.Message
	for i := range 120 {
		now := at.Add(time.Duration(i) * time.Second)
		all = append(all,
			feed.Message{Topic: feed.TopicHeartbeat, Payload: []byte(fmt.Sprintf(`{"Utc":%q}`, now.Format(time.RFC3339))), Time: now},
			feed.Message{Topic: feed.TopicTrackStatus, Payload: []byte(`{"Status":"` + string(rune('1'+i%2)) + `"}`), Time: now.Add(time.Millisecond)})
	}
	path := kept(t, followed(t, all, stretch{0, 100}, stretch{103, len(all)}))
	gaps := mend(t, path, archived(all))
	if len(gaps) != 1 || gaps[0].Messages != 3 || len(gaps[0].Lacking) > 0 {
		t.Errorf("filled is %+v", gaps)
	}
	one(t, path, all)
}

// What comes into the log while it is mended is in the new one too, and two do not mend one log.
func TestReplaceTakesOver(t *testing.T) {
	t.Parallel()
	all := session()
	end := len(all) - 50
	path := kept(t, followed(t, all, stretch{0, 3000}, stretch{4000, end}))
	m, err := Mend(t.Context(), path, archived(all))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Mend(t.Context(), path, archived(all)); !errors.Is(err, ErrBusy) {
		t.Errorf("a second one comes to %v", err)
	}
	replace(t, path, m, all[end:])
	one(t, path, all)
}

// A note of a log that never took its place holds for nobody, and the one before it still holds.
func TestNoteOfAnotherLog(t *testing.T) {
	t.Parallel()
	path := kept(t, session()[:100])
	created := begun(t, path)
	n := Note{Log: created, Replaces: []string{"a"}, Gaps: []Filled{{From: created, Messages: 3, Lacking: []string{"X"}}}}
	next := n.next("b", created, created.Add(time.Second), []Filled{{From: created, Messages: 4}})
	if err := next.write(path); err != nil {
		t.Fatal(err)
	}
	got, err := ReadNote(path)
	if err != nil || !slices.Equal(got.Replaces, []string{"a"}) || got.Gaps[0].Messages != 3 {
		t.Errorf("noted is %+v, %v", got, err)
	}
	next.Log = created
	if err := next.write(path); err != nil {
		t.Fatal(err)
	}
	if got, err = ReadNote(path); err != nil || !slices.Equal(got.Replaces, []string{"a", "b"}) || len(got.Gaps) != 1 || got.Gaps[0].Messages != 7 {
		t.Errorf("noted is %+v, %v", got, err)
	}
	if err := os.WriteFile(notePath(path), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = ReadNote(path); err == nil || !strings.Contains(err.Error(), "backfill.json") {
		t.Errorf("a note that can not be read comes to %v", err)
	}
}

// begun is when a log was begun.
func begun(t *testing.T, path string) time.Time {
	t.Helper()
	g, err := sessionlog.Peek(path)
	if err != nil {
		t.Fatal(err)
	}
	return g.Header.Created
}

// A topic that has no page in the archive is lacking, also if it stands behind the gap where it stood before.
func TestMendUnseen(t *testing.T) {
	t.Parallel()
	all, had := small()
	odd := func(after int, payload string) feed.Message {
		return feed.Message{Topic: "Odd", Payload: []byte(payload), Time: all[after].Time, Received: all[after].Received}
	}
	before, behind := odd(10, `{"V":1}`), odd(80, `{"V":3}`)
	snapshot := odd(60, `{"V":1}`) // in between it was 2
	snapshot.Snapshot, snapshot.Gap = true, true
	had = slices.Concat(had[:11], []feed.Message{before}, had[11:42], []feed.Message{snapshot}, had[42:62], []feed.Message{behind}, had[62:])
	path := kept(t, had)
	gaps := mend(t, path, archived(all))
	if len(gaps) != 1 || gaps[0].Messages != 21 || !slices.Equal(gaps[0].Lacking, []string{"Odd"}) || len(look(t, path).Gaps) != 1 {
		t.Errorf("filled is %+v, the log has %+v", gaps, look(t, path).Gaps)
	}
}
