package watch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

func message(t testing.TB, kind string, data any) watch.Message {
	t.Helper()
	b, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return watch.Message{Type: kind, Data: b}
}

func ref[T any](v T) *T { return &v }

// event is version v of event n, an overtake of car 4 on car 1 in lap n.
func event(n, v int, status string) wire.Event {
	return wire.Event{
		ID: fmt.Sprint("e", n), Version: v, Kind: "overtake.on_track", Title: "Overtake on track", Text: "NOR passes VER, P2 to P1", Priority: "P1", Status: status,
		Time: fmt.Sprintf("2025-05-04T15:%02d:07.000Z", n), Known: fmt.Sprintf("2025-05-04T15:%02d:17.000Z", n), Lap: ref(n), Driver: ref(4), Other: ref(1),
		From: ref(2), To: ref(1),
	}
}

func board() wire.Board {
	b := wire.Board{
		Cars:        map[string]wire.Car{"1": {Number: 1, TLA: "VER", Line: 1, Position: ref(1)}, "4": {Number: 4, TLA: "NOR", Line: 2, Position: ref(2)}},
		RaceControl: map[string]wire.RCM{},
	}
	b.Session.Event, b.Session.Name = "Test Grand Prix", "Race"
	for i := range 9 {
		b.RaceControl[fmt.Sprint(i)] = wire.RCM{Time: fmt.Sprintf("2025-05-04T15:0%d:00.000Z", i), Message: fmt.Sprint("CONTROL ", i)}
	}
	return b
}

// screen shows the board and nine events: the last two are provisional and retracted.
func screen(t testing.TB) *watch.Screen {
	t.Helper()
	s := &watch.Screen{Steer: true}
	if err := s.Board(message(t, "snapshot", board())); err != nil {
		t.Fatal(err)
	}
	var list wire.Events
	for n := 1; n <= 9; n++ {
		list.Events = append(list.Events, event(n, 1, "confirmed"))
	}
	list.Events[7].Status, list.Events[8].Status = "retracted", "provisional"
	list.Events = append(list.Events, wire.Event{ID: "record", Version: 1, Text: "For the record", Priority: "P3"})
	if _, err := s.Events(message(t, "snapshot", list)); err != nil {
		t.Fatal(err)
	}
	return s
}

func paint(t testing.TB, s *watch.Screen, width, height int) string {
	t.Helper()
	lines, err := s.Paint(width, height)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// A version takes the place of the one before; a whole state takes back what is not in it; what was held already
// is no news.
func TestEvents(t *testing.T) {
	var e watch.Events
	apply := func(m watch.Message, news string, held string) {
		t.Helper()
		got, err := e.Apply(m)
		if err != nil {
			t.Fatal(err)
		}
		write := func(all []wire.Event) string {
			var words []string
			for _, v := range all {
				words = append(words, fmt.Sprintf("%s.%d", v.ID, v.Version))
			}
			return strings.Join(words, " ")
		}
		if write(got) != news || write(e.Newest(-1)) != held {
			t.Errorf("news %q, held %q, want %q and %q", write(got), write(e.Newest(-1)), news, held)
		}
	}
	list := func(all ...wire.Event) watch.Message { return message(t, "snapshot", wire.Events{Events: all}) }
	apply(list(event(1, 1, "provisional")), "e1.1", "e1.1")
	apply(message(t, "event", event(2, 1, "provisional")), "e2.1", "e2.1 e1.1")
	apply(message(t, "event", event(1, 2, "confirmed")), "e1.2", "e2.1 e1.2")
	apply(list(event(1, 2, "confirmed"), event(2, 2, "retracted")), "e2.2", "e2.2 e1.2") // after a connection that was lost
	apply(list(event(1, 1, "provisional")), "e1.1", "e1.1")                              // a seek back
	apply(message(t, "event", event(1, 2, "confirmed")), "e1.2", "e1.2")
	if _, err := e.Apply(watch.Message{Type: "event", Data: []byte(`[1]`)}); err == nil {
		t.Error("what is no event was taken")
	}
	if n := e.Newest(0); len(n) != 0 {
		t.Errorf("%d events where none was asked for", len(n))
	}
}

// A list is in the order in which its versions became known, and says when that was and when the event happened.
func TestToldLines(t *testing.T) {
	late := event(3, 1, "retracted")
	late.Time, late.Known, late.Offset = "2025-05-04T15:00:59.900Z", "2025-05-04T15:09:00.100Z", 90
	same, first := event(2, 1, "confirmed"), event(1, 1, "provisional")
	same.Known, same.Offset, first.Offset = same.Time, 5, 7
	list := []wire.Event{late, same, first}
	watch.ByKnown(list)
	var got []string
	for i := range list {
		got = append(got, watch.ToldLine(&list[i], false))
	}
	want := []string{
		"15:01:17 L1  ?  NOR passes VER, P2 to P1  (15:01:07)", "15:02:07 L2     NOR passes VER, P2 to P1", "15:09:00 L3  x  NOR passes VER, P2 to P1  retracted (15:00:59)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	list = []wire.Event{event(1, 2, ""), event(1, 1, "")}
	list[0].Offset, list[1].Offset = 9, 8
	if watch.ByKnown(list); list[0].Offset != 8 {
		t.Error("of one moment the newer message comes first")
	}
}

// The pane has the newest events that matter, as many as there is room for, each with a mark that does not need colour.
func TestPaneOfEvents(t *testing.T) {
	s := screen(t)
	whole := paint(t, s, 0, 60)
	for _, want := range []string{
		"15:09:07 L9  ?  NOR passes VER, P2 to P1",
		"15:08:07 L8  x  NOR passes VER, P2 to P1  retracted",
		"15:01:07 L1     NOR passes VER", "CONTROL 8", "CONTROL 0", "w why",
	} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in\n%s", want, whole)
		}
	}
	if strings.Contains(whole, "For the record") || strings.Contains(whole, "\x1b") {
		t.Errorf("%q", whole)
	}
	s.Colour = true
	if c := paint(t, s, 0, 60); !strings.Contains(c, "\x1b[2;9m15:08:07") {
		t.Errorf("the retracted event is not struck through: %q", c)
	}
	if small := paint(t, screen(t), 0, 14); strings.Count(small, "NOR passes VER") != 3 || strings.Count(small, "CONTROL") != 2 || !strings.Contains(small, "L9") || strings.Contains(small, "L6") {
		t.Errorf("in 14 lines:\n%s", small)
	}
	if none := paint(t, screen(t), 0, 7); !strings.HasSuffix(none, "w why  q end  15:09:07 L9  ?  NOR passes VER, P2 to P1") {
		t.Errorf("in 7 lines:\n%s", none)
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Whatever the window, nothing is wider or higher than it.
func TestScreenFits(t *testing.T) {
	for _, keys := range []string{"", "w", "wjj", "w\r"} {
		for height := 1; height < 40; height++ {
			for width := 1; width < 140; width += 9 {
				s := screen(t)
				s.Colour = height%2 == 0
				read, _ := watch.Keys([]byte(keys))
				for _, k := range read {
					if s.Press(k) == watch.WishWhy {
						s.Answer(s.Chosen(), why(), nil)
					}
				}
				lines, err := s.Paint(width, height)
				if err != nil {
					t.Fatal(err)
				}
				if len(lines) > max(height, 2) {
					t.Fatalf("%q in %dx%d: %d lines", keys, width, height, len(lines))
				}
				for _, l := range lines {
					if n := utf8.RuneCountInString(escapes.ReplaceAllString(l, "")); n > width || strings.ContainsAny(l, "\n\r") {
						t.Fatalf("%q in %dx%d: %q has %d characters", keys, width, height, l, n)
					}
				}
			}
		}
	}
}

func why() *wire.Why {
	return &wire.Why{
		Event: event(8, 2, "retracted"), Rule: "One car is ahead of the other. " + strings.Repeat("And so on. ", 20), Holds: true,
		Versions: []wire.Event{event(8, 1, "provisional"), event(8, 2, "retracted")},
		Messages: []wire.Cited{
			{Offset: 7, Time: "2025-05-04T15:08:07.123Z", Topic: "TimingData", Payload: []byte(`{"Lines":{"1":{"Position":"2","Sectors":{"0":{"Value":"27.1","Segments":{"3":{"Status":2048}}}}},"4":{"Position":"1","Speeds":{"ST":{"Value":""}}},"16":{"Position":"9"}},"_kf":true}`)},
			{Offset: 9, Topic: "RaceControlMessages", Payload: []byte(`{"Messages":[{"Message":"CAR 16 (LEC) TIME 1:20.000 DELETED"},{"Message":"CAR 4 (NOR) NOTED"},{"Message":"GREEN LIGHT"}]}`)},
			{Offset: 11, Topic: "CarData.z", Payload: []byte(`"AAAA"`)},
			{Offset: 13, Topic: "TimingData", Payload: []byte(`{"Lines":{"4":{"BestLapTime":{"Value":""}}}}`)},
			{Offset: 12, Topic: "RaceControlMessages", Payload: []byte(`{"Messages":{"9":{"Message":"NINE"},"10":{"Message":"TEN"}}}`)},
		},
	}
}

// Why shows the rule, whether it holds, how the event came about, and of the messages what is about its cars.
func TestWhy(t *testing.T) {
	s := screen(t)
	for _, k := range []watch.Key{'w', 'j', watch.KeyEnter} {
		s.Press(k)
	}
	if text := paint(t, s, 80, 40); !strings.Contains(text, "asking") {
		t.Errorf("before the answer:\n%s", text)
	}
	s.Answer("e8", why(), nil)
	text := paint(t, s, 100, 40)
	for _, want := range []string{
		"WHY  15:08:07 L8  x  NOR passes VER", "rule   One car is ahead", "holds  yes", "15:08:17 provisional, 15:08:17 retracted",
		"15:08:07.123  TimingData  message 7", `Lines.1: Position "2"; Lines.1.Sectors.0: Value "27.1"; Lines.4: Position "1"`,
		"no time       RaceControlMessages  message 9", "CAR 4 (NOR) NOTED", "packed, 4 characters", `{"Lines":{"4":{"BestLapTime":{"Value":""}}}}`, `Messages.10: Message "TEN"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, other := range []string{"Lines.16", "Speeds", "Segments", "_kf", "CAR 16", "GREEN", "NINE"} {
		if strings.Contains(text, other) {
			t.Errorf("%q is not about the event:\n%s", other, text)
		}
	}
	wrong := why()
	wrong.Holds, wrong.Problem = false, "nobody passed"
	s.Answer("e8", wrong, nil)
	if text := paint(t, s, 100, 40); !strings.Contains(text, "holds  NO: nobody passed") {
		t.Errorf("\n%s", text)
	}
	s.Answer("e8", nil, errors.New("the server is gone"))
	if text := paint(t, s, 100, 40); !strings.Contains(text, "the server is gone") {
		t.Errorf("\n%s", text)
	}
}

// The keys: from the board to the list to the reason and back. The choice stays with its event when others come.
func TestChoosing(t *testing.T) {
	s := screen(t)
	chosen := func(want string) {
		t.Helper()
		if s.Chosen() != want {
			t.Fatalf("%q is chosen, want %q", s.Chosen(), want)
		}
	}
	shows := func(want string) {
		t.Helper()
		if text := paint(t, s, 100, 40); !strings.HasPrefix(text, want) {
			t.Fatalf("want %q, it shows\n%s", want, text)
		}
	}
	press := func(k watch.Key, want watch.Wish) {
		t.Helper()
		if got := s.Press(k); got != want {
			t.Fatalf("key %d: wish %d, want %d", k, got, want)
		}
	}
	press(watch.KeyBack, watch.WishNothing)
	shows("Test Grand Prix")
	press('w', watch.WishNothing)
	chosen("e9")
	press('k', watch.WishNothing) // the newest already
	chosen("e9")
	press('j', watch.WishNothing)
	press(watch.KeyDown, watch.WishNothing)
	press(watch.KeyUp, watch.WishNothing)
	chosen("e8")
	if _, err := s.Events(message(t, "event", event(10, 1, "confirmed"))); err != nil {
		t.Fatal(err)
	}
	if text := paint(t, s, 100, 40); !strings.Contains(text, "> 15:08:07 L8  x") || !strings.Contains(text, "  15:10:07 L10") {
		t.Errorf("\n%s", text)
	}
	for range 30 {
		press('j', watch.WishNothing)
	}
	chosen("e1")
	press(watch.KeyEnter, watch.WishWhy)
	s.Answer("e8", why(), nil) // what was asked before
	if text := paint(t, s, 100, 40); !strings.Contains(text, "asking") {
		t.Errorf("an answer to another question is shown:\n%s", text)
	}
	press('q', watch.WishNothing)
	shows("EVENTS  10")
	press(watch.KeyBack, watch.WishNothing)
	shows("Test Grand Prix")
	press('q', watch.WishEnd)
	press(watch.KeyEnd, watch.WishEnd)

	press('w', watch.WishNothing) // a seek to the start takes the list away
	if _, err := s.Events(message(t, "snapshot", wire.Events{})); err != nil {
		t.Fatal(err)
	}
	press(watch.KeyEnter, watch.WishNothing)
	shows("Test Grand Prix")
	press('w', watch.WishNothing) // nothing to choose from
	shows("Test Grand Prix")
}

// A lost connection is said until something comes again.
func TestLostConnection(t *testing.T) {
	s := screen(t)
	s.Lost(errors.New("read:\nconnection reset"))
	if text := paint(t, s, 100, 40); !strings.HasSuffix(text, "connection lost: read: connection reset") {
		t.Errorf("\n%s", text)
	}
	if _, err := s.Events(message(t, "event", event(10, 1, "confirmed"))); err != nil {
		t.Fatal(err)
	}
	if text := paint(t, s, 100, 40); strings.Contains(text, "lost") {
		t.Errorf("\n%s", text)
	}
}

func TestKeys(t *testing.T) {
	f := func(input, rest string, want ...watch.Key) {
		t.Helper()
		keys, left := watch.Keys([]byte(input))
		if !slices.Equal(keys, want) || string(left) != rest {
			t.Errorf("%q: %v, %q, want %v, %q", input, keys, left, want, rest)
		}
	}
	f("", "")
	f("wjq", "", 'w', 'j', 'q')
	f("\x1b[A\x1b[Bx\x1bOA", "", watch.KeyUp, watch.KeyDown, 'x', watch.KeyUp)
	f("\r\n\x03\x04", "", watch.KeyEnter, watch.KeyEnter, watch.KeyEnd, watch.KeyEnd)
	f("a\x1b", "\x1b", 'a')
	f("\x1b[", "\x1b[")
	f("\x1b[1;5", "\x1b[1;5")
	f("\x1b[1;5A", "", watch.KeyNone)
	f("\x1b\x00", "", watch.KeyBack)
	f("\x1bq", "", watch.KeyBack, 'q')
	f("\x1b\x1b[A", "", watch.KeyBack, watch.KeyUp)
	f("é\x7f\x01", "")
}

// However the bytes of a terminal are cut, the keys are the same, and what is left over is short of a sequence.
func FuzzKeys(f *testing.F) {
	for _, seed := range []string{"wjq", "\x1b[A\x1b[B", "\x1b[1;5A\x1bq", "\x1b\x1b[A\x03", "\x1b[\x1b"} {
		f.Add([]byte(seed), 2)
	}
	f.Fuzz(func(t *testing.T, input []byte, cut int) {
		whole, rest := watch.Keys(bytes.Clone(input))
		if len(rest) > 0 && rest[0] != 0x1b {
			t.Fatalf("%q leaves %q", input, rest)
		}
		if len(input) == 0 || cut < 0 {
			return
		}
		cut %= len(input)
		first, left := watch.Keys(bytes.Clone(input[:cut]))
		second, last := watch.Keys(append(bytes.Clone(left), input[cut:]...))
		if !slices.Equal(append(first, second...), whole) || !bytes.Equal(last, rest) {
			t.Fatalf("%q cut at %d: %v %v %q, whole %v %q", input, cut, first, second, last, whole, rest)
		}
	})
}

// Any payload can be shown.
func FuzzWhy(f *testing.F) {
	for _, m := range why().Messages {
		f.Add([]byte(m.Payload))
	}
	f.Add([]byte(`{"Messages":[null,1,{"Message":5}]}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		s := screen(t)
		s.Press('w')
		s.Press(watch.KeyEnter)
		w := why()
		w.Messages = []wire.Cited{{Offset: 1, Topic: "TimingData", Payload: payload}}
		s.Answer("e9", w, nil)
		for _, l := range strings.Split(paint(t, s, 60, 30), "\n") {
			if n := utf8.RuneCountInString(l); n > 60 {
				t.Fatalf("%q: %q has %d characters", payload, l, n)
			}
			for _, r := range l {
				if r < ' ' || r == 0x7f {
					t.Fatalf("%q: %q steers the terminal", payload, l)
				}
			}
		}
	})
}
