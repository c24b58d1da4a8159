package events_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// The scripts: testdata/DETECTOR.txt holds the cases of one detector.
//
//	== fires: a title
//	use race
//	12.5 TimingData {"Lines":{"4":{"Position":"1"},"81":{"Position":"2"}}}
//	--
//	12.5 overtake.on_track confirmed lap=1 car=4 other=81 from=2 to=1
//
// A case begins with "==", a word that says what it is for (fires, nearly, guarded, retracted) and a title. "use NAME"
// takes the lines of testdata/NAME.feed in. A line of the feed is seconds since the script's zero, topic (a * before it: a
// snapshot; a ? before all: the first messages of a new connection), payload. Behind "--" stands the newest version of every event of this detector's kinds, in the order in
// which they became known. Whatever is told is also proved from what it cites.

// scriptZero is second 0 of every script: a Sunday that has no race.
var scriptZero = time.Date(2025, 1, 5, 14, 0, 0, 0, time.UTC)

// script is one case.
type script struct {
	file, word, title string
	line              int // of the title
	feed              []feed.Message
	want              []string
}

// purposes are what every detector has a case for.
var purposes = []string{"fires", "nearly", "guarded", "retracted"}

func TestScripts(t *testing.T) {
	for _, name := range events.Detectors() {
		t.Run(name, func(t *testing.T) {
			cases := readScript(t, filepath.Join("testdata", name+".txt"))
			for _, p := range purposes {
				if !slices.ContainsFunc(cases, func(s script) bool { return s.word == p }) {
					t.Errorf("testdata/%s.txt has no case %q", name, p)
				}
			}
			for _, s := range cases {
				s.run(t, name)
			}
		})
	}
}

func (s *script) run(t *testing.T, detector string) {
	d, state := events.Start(events.Defaults()), timing.New()
	for i := range s.feed {
		s.feed[i].Offset = uint64(i + 1)
		ch := state.Apply(&s.feed[i])
		d.Step(state, &s.feed[i], ch)
	}
	for _, k := range state.Skipped {
		t.Errorf("%s:%d: %s: message %d: %s", s.file, s.line, s.title, k.Offset, k.Reason)
	}
	kinds := events.KindsOf(detector)
	var got []string
	for _, e := range events.Newest(d.Journal()) {
		if slices.Contains(kinds, e.Kind) {
			got = append(got, describe(&e))
		}
	}
	if !slices.Equal(got, s.want) {
		t.Errorf("%s:%d: %s: got\n  %s\nwant\n  %s", s.file, s.line, s.title, strings.Join(got, "\n  "), strings.Join(s.want, "\n  "))
	}
	for _, e := range d.Journal() {
		if err := prove(&e, s.feed); err != nil {
			t.Errorf("%s:%d: %s: %s version %d is not proved by %v: %v", s.file, s.line, s.title, describe(&e), e.Version, e.Evidence, err)
		}
	}
}

// prove checks an event by the messages that it cites.
func prove(e *f1.Event, all []feed.Message) error {
	cited := make([]feed.Message, len(e.Evidence))
	for i, offset := range e.Evidence {
		if offset < 1 || offset > uint64(len(all)) {
			return fmt.Errorf("message %d does not exist", offset)
		}
		cited[i] = all[offset-1]
	}
	return events.Prove(e, events.Defaults(), cited)
}

// describe writes an event as the scripts do.
func describe(e *f1.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", strconv.FormatFloat(e.Time.Sub(scriptZero).Seconds(), 'f', -1, 64), e.Kind, e.Status)
	number := func(name string, n f1.Opt[int]) {
		if n.Known {
			fmt.Fprintf(&b, " %s=%d", name, n.Value)
		}
	}
	number("lap", e.Lap)
	number("car", e.Car)
	number("other", e.Other)
	if len(e.Cars) > 0 {
		fmt.Fprintf(&b, " cars=%v", e.Cars)
	}
	number("from", e.From)
	number("to", e.To)
	if e.Value.Known {
		fmt.Fprintf(&b, " value=%s", strconv.FormatFloat(e.Value.Value, 'f', -1, 64))
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, " %q", e.Detail)
	}
	return b.String()
}

func readScript(t *testing.T, path string) []script {
	t.Helper()
	var all []script
	events := false
	for n, line := range lines(t, path) {
		fail := func(format string, args ...any) {
			t.Fatalf("%s:%d: %s", path, n+1, fmt.Sprintf(format, args...))
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "== "):
			word, title, ok := strings.Cut(line[3:], ":")
			if !ok {
				fail("a case is == WORD: title")
			}
			all = append(all, script{file: path, word: word, title: strings.TrimSpace(title), line: n + 1})
			events = false
		case len(all) == 0:
			fail("what stands before the first case belongs to none")
		case line == "--":
			events = true
		case events:
			all[len(all)-1].want = append(all[len(all)-1].want, line)
		case strings.HasPrefix(line, "use "):
			for k, l := range lines(t, filepath.Join("testdata", line[4:]+".feed")) {
				if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
					continue
				}
				m, err := feedLine(l)
				if err != nil {
					fail("%s line %d: %v", line, k+1, err)
				}
				all[len(all)-1].feed = append(all[len(all)-1].feed, m)
			}
		default:
			m, err := feedLine(line)
			if err != nil {
				fail("%v", err)
			}
			all[len(all)-1].feed = append(all[len(all)-1].feed, m)
		}
	}
	return all
}

func feedLine(line string) (feed.Message, error) {
	at, rest, _ := strings.Cut(line, " ")
	seconds, err := strconv.ParseFloat(at, 64)
	topic, payload, ok := strings.Cut(strings.TrimSpace(rest), " ")
	if err != nil || !ok {
		return feed.Message{}, fmt.Errorf("a line of the feed is SECONDS TOPIC PAYLOAD, this is %q", line)
	}
	m := feed.Message{Time: scriptZero.Add(time.Duration(seconds * float64(time.Second))), Payload: []byte(strings.TrimSpace(payload))}
	topic, m.Gap = strings.CutPrefix(topic, "?")
	m.Topic, m.Snapshot = strings.CutPrefix(topic, "*")
	return m, nil
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	var all []string
	for s := bufio.NewScanner(f); s.Scan(); {
		all = append(all, s.Text())
	}
	return all
}
