package app

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/tables"
)

// simulatedSession is a whole simulated session. With snapshot its beginning is told as a hub tells it that is
// asked in the middle: each topic once, SessionInfo among them and not first.
func simulatedSession(t *testing.T, c sim.Config, snapshot bool) (messages []feed.Message) {
	t.Helper()
	s, err := sim.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var m feed.Message
	for {
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		m.Payload = bytes.Clone(m.Payload)
		messages = append(messages, m)
	}
	if !snapshot {
		return messages
	}
	var whole, rest []feed.Message
	for _, m := range messages {
		seen := slices.ContainsFunc(whole, func(w feed.Message) bool { return w.Topic == m.Topic })
		if len(whole) < 6 && !seen {
			m.Snapshot = true
			whole = append(whole, m)
		} else {
			rest = append(rest, m)
		}
	}
	info := slices.IndexFunc(whole, func(w feed.Message) bool { return w.Topic == feed.TopicSessionInfo })
	if info < 0 {
		t.Fatal("SessionInfo is not among the first topics")
	}
	whole[info], whole[3] = whole[3], whole[info]
	return append(whole, rest...)
}

// ownRecording writes messages as one of our own recordings.
func ownRecording(t *testing.T, name string, messages ...[]feed.Message) string {
	t.Helper()
	b := feed.AppendHeader(nil, feed.Header{})
	offset, equal := uint64(0), map[string]uint32{}
	for _, all := range messages {
		for _, m := range all {
			offset++
			m.Offset = offset
			id := m.Topic + m.Time.String() + string(m.Payload)
			m.Occurrence = equal[id]
			equal[id]++
			b = feed.AppendLine(b, &m)
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A recording that holds several sessions gives the tables of each, as if each had been recorded by
// itself, also when the first is gone on with behind the second.
func TestSeveralSessionsInOneRecording(t *testing.T) {
	one := simulatedSession(t, sim.Config{Session: f1.Sprint, Circuit: "baku", Laps: 2, Seed: 1, Key: 101}, false)
	two := simulatedSession(t, sim.Config{Session: f1.Sprint, Circuit: "monza", Laps: 2, Seed: 2, Key: 102}, true)
	half := len(one) / 2
	again := one[half:]
	info := slices.IndexFunc(one, func(m feed.Message) bool { return m.Topic == feed.TopicSessionInfo })
	again = append([]feed.Message{one[info]}, again...)
	alone := []string{ownRecording(t, "one", one[:half], again), ownRecording(t, "two", two)}
	together := ownRecording(t, "together", one[:half], two, again)
	e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	derive := func(path string) *deriving {
		d := &deriving{Wish: derive.Wish{Telemetry: true, Locations: true}}
		if partial, err := e.derive(path, d); err != nil || partial != nil {
			t.Fatal(err, partial)
		}
		return d
	}
	all := derive(together)
	if got := all.keys(); !slices.Equal(got, []string{"101", "102"}) {
		t.Fatalf("sessions %v", got)
	}
	for _, name := range tables.Names() {
		var want, got bytes.Buffer
		for i, path := range alone {
			d := derive(path)
			var b bytes.Buffer
			if _, err := d.write(&b, name, tables.CSV); err != nil {
				t.Fatal(err)
			}
			text := b.Bytes()
			if i > 0 { // one header
				text = text[bytes.IndexByte(text, '\n')+1:]
			}
			want.Write(text)
		}
		if _, err := all.write(&got, name, tables.CSV); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%s differs: %d bytes, alone %d", name, got.Len(), want.Len())
		}
	}
	// A replay keeps them apart just so.
	r, err := recording.Open(together)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	folder := t.TempDir()
	sessions, err := e.importRecording(r, folder)
	if err != nil || len(sessions) != 2 || sessions[0].key != "101" || sessions[1].key != "102" {
		t.Fatalf("imported %v, %v", sessions, err)
	}
	for i, s := range sessions {
		want := len(two)
		if i == 0 {
			want = len(one) + 1 // SessionInfo is said again
		}
		if s.log.Len() != uint64(want) {
			t.Errorf("session %s has %d messages, want %d", s.key, s.log.Len(), want)
		}
		if err := s.log.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := (replayCmd{Session: "102"}).choose(sessions); err != nil {
		t.Error(err)
	}
	if _, err := (replayCmd{Session: "103"}).choose(sessions); !errors.As(err, new(usageError)) {
		t.Errorf("a session that is not there: %v", err)
	}
}
