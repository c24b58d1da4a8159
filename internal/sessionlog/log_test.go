package sessionlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/feed"
)

var t0 = time.Date(2024, 7, 5, 11, 30, 0, 0, time.UTC)

// message makes the i-th of a row of different messages, one a second.
func message(i int) feed.Message {
	return feed.Message{
		Topic:   feed.TopicTimingData,
		Payload: fmt.Appendf(nil, `{"Lines":{"%d":{"NumberOfLaps":%d}}}`, i%20, i),
		Time:    t0.Add(time.Duration(i) * time.Second), Received: t0.Add(time.Duration(i)*time.Second + time.Millisecond),
	}
}

func messages(from, to int) []feed.Message {
	var ms []feed.Message
	for i := from; i < to; i++ {
		ms = append(ms, message(i))
	}
	return ms
}

func open(t *testing.T, path string) *Log {
	t.Helper()
	l, err := Open(path, "9574")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func mustAppend(t *testing.T, l *Log, ms ...feed.Message) []feed.Message {
	t.Helper()
	kept, err := l.Append(ms)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func offsets(ms []feed.Message) []uint64 {
	var o []uint64
	for _, m := range ms {
		o = append(o, m.Offset)
	}
	return o
}

func all(t *testing.T, l *Log) []feed.Message {
	t.Helper()
	var out []feed.Message
	if err := l.Each(1, func(m *feed.Message) error {
		c := *m
		c.Payload = bytes.Clone(m.Payload)
		out = append(out, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func same(a, b feed.Message) bool {
	return a.Topic == b.Topic && bytes.Equal(a.Payload, b.Payload) && a.Time.Equal(b.Time) && a.Offset == b.Offset &&
		a.Received.Equal(b.Received) && a.Occurrence == b.Occurrence && a.Snapshot == b.Snapshot
}

func TestAppendAndRead(t *testing.T) {
	path := Path(t.TempDir(), "9574")
	l := open(t, path)
	if _, err := Open(path, "9574"); !errors.Is(err, ErrLocked) {
		t.Fatalf("second writer: %v", err)
	}
	for i := 0; i < 3000; i += 7 {
		mustAppend(t, l, messages(i, min(i+7, 3000))...)
	}
	check := func(l *Log) {
		t.Helper()
		got := all(t, l)
		if len(got) != 3000 || l.Len() != 3000 {
			t.Fatalf("%d messages, Len %d", len(got), l.Len())
		}
		for i, m := range got {
			want := message(i)
			want.Offset = uint64(i + 1)
			if !same(m, want) {
				t.Fatalf("message %d: %+v, want %+v", i, m, want)
			}
		}
		ms, err := l.Read(100, 5)
		if err != nil || fmt.Sprint(offsets(ms)) != "[100 101 102 103 104]" {
			t.Fatalf("Read: %v %v", offsets(ms), err)
		}
		if ms, err := l.Read(3001, 5); err != nil || len(ms) != 0 {
			t.Fatalf("Read behind the end: %v %v", offsets(ms), err)
		}
		m, err := l.At(3000)
		if err != nil || m.Offset != 3000 {
			t.Fatalf("At: %+v %v", m, err)
		}
		if _, err := l.At(3001); !errors.Is(err, ErrNotHeld) {
			t.Fatalf("At behind the end: %v", err)
		}
		if _, err := l.At(0); !errors.Is(err, ErrNotHeld) {
			t.Fatalf("At 0: %v", err)
		}
	}
	check(l)
	reader, err := OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	check(reader)
	if _, err := reader.Append(messages(0, 1)); !errors.Is(err, ErrReadOnly) {
		t.Fatalf("append to a reader: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(messages(5000, 5001)); !errors.Is(err, ErrClosed) {
		t.Fatalf("append to a closed log: %v", err)
	}
	again := open(t, path)
	check(again)
	if kept := mustAppend(t, again, messages(2990, 3002)...); fmt.Sprint(offsets(kept)) != "[3001 3002]" {
		t.Fatalf("after opening again: %v", offsets(kept))
	}
}

// The 2020 Belgian race sends TrackStatus 1, 2, 1 in one millisecond: the occurrence keeps the third.
func TestIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	status := func(payload string, at time.Time, occurrence uint32, snapshot bool) feed.Message {
		return feed.Message{Topic: feed.TopicTrackStatus, Payload: []byte(payload), Time: at, Occurrence: occurrence, Snapshot: snapshot}
	}
	f := func(l *Log, want string, ms ...feed.Message) {
		t.Helper()
		if got := fmt.Sprint(offsets(mustAppend(t, l, ms...))); got != want {
			t.Errorf("kept %s, want %s", got, want)
		}
	}
	three := func() []feed.Message {
		return []feed.Message{status(`"1"`, t0, 0, false), status(`"2"`, t0, 0, false), status(`"1"`, t0, 1, false)}
	}
	l := open(t, path)
	f(l, "[1 2 3]", three()...)
	f(l, "[]", three()...)
	f(l, "[4]", three()[0], status(`"1"`, t0.Add(1), 0, false), three()[2])
	f(l, "[5]", status(`"1"`, t0, 0, true))
	// A snapshot that says no time is news unless the topic stands exactly so already.
	f(l, "[6]", status(`"1"`, time.Time{}, 0, true), status(`"1"`, time.Time{}, 0, true))
	f(l, "[7]", status(`"2"`, t0.Add(2), 0, false))
	f(l, "[8]", status(`"1"`, time.Time{}, 0, true))
	// Blanks stand for line breaks in the file.
	f(l, "[9]", status("[1,\n2]", t0, 0, false), status("[1,\r2]", t0, 0, false), status("[1, 2]", t0, 0, false))
	// The same holds for a log that was opened again or had rested.
	known := func(l *Log) {
		t.Helper()
		f(l, "[]", three()...)
		f(l, "[]", status(`"1"`, t0, 0, true), status("[1,\n2]", t0, 0, false))
	}
	if err := l.Rest(); err != nil {
		t.Fatal(err)
	}
	known(l)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	known(open(t, path))
}

func TestIdentitiesAreBounded(t *testing.T) {
	k := newIdentities()
	m := feed.Message{Topic: "A", Payload: []byte("1")}
	for i := range uint32(3 * generation) {
		m.Occurrence = i
		if !k.add(&m) {
			t.Fatalf("message %d taken for known", i)
		}
	}
	if n := 8 * (len(k.newer.slots) + len(k.older.slots)); n > 17<<20 {
		t.Errorf("%d bytes", n)
	}
	m.Occurrence = 2*generation + 1
	if k.add(&m) {
		t.Error("one of the last generation was forgotten")
	}
}

func TestClocks(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "log.jsonl"))
	if !l.Start().IsZero() || !l.End().IsZero() || l.OffsetAt(t0) != 0 {
		t.Fatal("an empty log knows times")
	}
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	for i, s := range []int{-1, 10, 12, 11, 20, -1, 15, 21} {
		m := feed.Message{Topic: "T", Payload: fmt.Append(nil, i), Received: at(100 + i)}
		if s >= 0 {
			m.Time = at(s)
		}
		mustAppend(t, l, m)
	}
	f := func(s int, want uint64) {
		t.Helper()
		if got := l.OffsetAt(at(s)); got != want {
			t.Errorf("OffsetAt(%d) = %d, want %d", s, got, want)
		}
	}
	f(0, 1) // of unknown time, before all
	f(10, 2)
	f(11, 2) // 12 came before 11
	f(12, 4)
	f(19, 4)
	f(20, 7)
	f(21, 8)
	f(1e6, 8)
	if got := l.ReceivedBy(at(102)); got != 3 {
		t.Errorf("ReceivedBy = %d", got)
	}
	if !l.Start().Equal(at(10)) || !l.End().Equal(at(21)) || !l.TimeAt(4).Equal(at(12)) || !l.TimeAt(1).IsZero() || !l.TimeAt(9).IsZero() {
		t.Errorf("start %v end %v, %v %v", l.Start(), l.End(), l.TimeAt(4), l.TimeAt(1))
	}
}

func TestFollow(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "log.jsonl"))
	mustAppend(t, l, messages(0, 5)...)
	got := make(chan uint64)
	ended := make(chan error, 1)
	go func() {
		ended <- l.Follow(context.Background(), 3, func(ms []feed.Message) error {
			for _, m := range ms {
				got <- m.Offset
			}
			return nil
		})
	}()
	next := uint64(3)
	for ; next <= 5; next++ {
		if o := <-got; o != next {
			t.Fatalf("got %d, want %d", o, next)
		}
	}
	for i := 5; i < 200; i++ {
		mustAppend(t, l, message(i))
		if o := <-got; o != next {
			t.Fatalf("got %d, want %d", o, next)
		}
		next++
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Fatalf("Follow ended with %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	again := open(t, l.Path())
	if err := again.Follow(ctx, 201, func([]feed.Message) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("Follow of a cancelled context: %v", err)
	}
}

func TestForeignFiles(t *testing.T) {
	f := func(content string, want error) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "x.jsonl")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := Open(path, "1")
		if want == nil && err == nil {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			return
		}
		if !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", content, err, want)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("%q was changed to %q, %v", content, got, err)
		}
	}
	f("['Heartbeat', {}, '2024-01-01T00:00:00Z']\n", ErrForeign)
	f("precious", ErrForeign)
	f("{\"pitwall\":x}\n", ErrForeign)
	f("", nil)
	f(`{"pitw`, nil)
	f(`{"pitwall":1,"session":"1","created":"2024`, nil)
	f(`{"pitwall":1,"session":"1"}`, nil)
	path := filepath.Join(t.TempDir(), "x.jsonl")
	for _, content := range []string{"{\"pitwall\":9,\"session\":\"1\"}\n", "{\"pitwall\":1,\"session\":\"2\"}\n"} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, "1"); err == nil || !strings.Contains(err.Error(), "version 9") && !strings.Contains(err.Error(), `session "2"`) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

// Lines that count no offsets, as other programs of ours write them, get theirs by their place.
func TestLinesWithoutOffsets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	file := feed.AppendHeader(nil, feed.Header{})
	for _, m := range messages(0, 3) {
		file = feed.AppendLine(file, &m)
	}
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	l := open(t, path)
	mustAppend(t, l, messages(2, 4)...)
	if got := fmt.Sprint(offsets(all(t, l))); got != "[1 2 3 4]" {
		t.Error(got)
	}
}

func TestPath(t *testing.T) {
	f := func(key, want string) {
		t.Helper()
		if got := filepath.ToSlash(Path("data", key)); got != want {
			t.Errorf("Path(%q) = %s, want %s", key, got, want)
		}
	}
	f("9574", "data/sessions/9574/log.jsonl")
	f("../../etc", "data/sessions/x"+fmt.Sprintf("%x", hashOf("../../etc"))+"/log.jsonl")
	f("", "data/sessions/x"+fmt.Sprintf("%x", hashOf(""))+"/log.jsonl")
}

func TestTooLarge(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "log.jsonl"))
	big := message(1)
	big.Payload = bytes.Repeat([]byte("1"), MaxPayload+1)
	if _, err := l.Append([]feed.Message{message(0), big}); !errors.Is(err, ErrTooLarge) {
		t.Fatal(err)
	}
	big.Payload = big.Payload[1:]
	if kept := mustAppend(t, l, message(0), big); len(kept) != 2 {
		t.Fatalf("kept %d", len(kept))
	}
	if got := all(t, l); len(got) != 2 || len(got[1].Payload) != MaxPayload {
		t.Fatalf("%d messages", len(got))
	}
	path := l.Path()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if again := open(t, path); again.Len() != 2 || again.Repair().TornBytes != 0 {
		t.Fatalf("after opening again: %d, %+v", again.Len(), again.Repair())
	}
}

// A range is read to its end, and no further in the file.
func TestRange(t *testing.T) {
	l := open(t, Path(t.TempDir(), "9574"))
	mustAppend(t, l, messages(0, 3000)...)
	for _, want := range [][2]uint64{{1, 1}, {1, 3000}, {100, 104}, {2999, 5000}, {3000, 3000}, {3001, 3001}, {7, 6}} {
		var got []uint64
		if err := l.Range(want[0], want[1], func(m *feed.Message) error { got = append(got, m.Offset); return nil }); err != nil {
			t.Fatal(err)
		}
		at := want[0]
		for ; at <= min(want[1], 3000); at++ {
			if i := int(at - want[0]); i >= len(got) || got[i] != at {
				t.Fatalf("range %d: %d is missing in %v", want, at, got)
			}
		}
		if n := int(at - want[0]); len(got) != n {
			t.Fatalf("range %d: %d messages, not %d", want, len(got), n)
		}
	}
	v := l.view()
	v.cut(5)
	if w, ok := v.window(1, 1000); !ok || w.last != 5 || w.to != l.index.at(6).pos {
		t.Errorf("up to message 5 the window is %+v, the next message lies at %d", w, l.index.at(6).pos)
	}
}
