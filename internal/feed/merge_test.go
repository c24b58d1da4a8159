package feed

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func parse(tb testing.TB, text string) *Node {
	tb.Helper()
	n, err := ParseNode([]byte(text))
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return n
}

func show(n *Node) string { return string(AppendJSON(nil, n)) }

func TestMerge(t *testing.T) {
	topic := TopicTimingData
	f := func(state, delta, want string) {
		t.Helper()
		s, d := parse(t, state), parse(t, delta)
		got, err := Merge(topic, s, d)
		if err != nil || show(got) != want {
			t.Errorf("%s ⊕ %s = %s, %v; want %s", state, delta, show(got), err, want)
		}
		if show(s) != show(parse(t, state)) || show(d) != show(parse(t, delta)) {
			t.Errorf("%s ⊕ %s changed its arguments", state, delta)
		}
	}
	// objects
	f(`{}`, `{"a":1}`, `{"a":1}`)
	f(`{"a":1,"b":{"c":2}}`, `{"b":{"d":3}}`, `{"a":1,"b":{"c":2,"d":3}}`)
	f(`{"a":1}`, `{"a":"1"}`, `{"a":"1"}`)
	f(`{"a":1}`, `{"a":null}`, `{"a":null}`)
	f(`{"a":{"b":1}}`, `{"a":2}`, `{"a":2}`)
	f(`{"a":2}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`)
	// lists
	f(`{"l":[1,2]}`, `{"l":{"0":9}}`, `{"l":[9,2]}`)
	f(`{"l":[1,2]}`, `{"l":{"2":3}}`, `{"l":[1,2,3]}`)
	f(`{"l":[1]}`, `{"l":{"3":4}}`, `{"l":[1,null,null,4]}`)
	f(`{"l":[]}`, `{"l":{"1":{"a":1},"0":{"b":2}}}`, `{"l":[{"b":2},{"a":1}]}`)
	f(`{"l":[{"a":1}]}`, `{"l":{"0":{"b":2},"x":7}}`, `{"l":[{"a":1,"b":2}]}`)
	f(`{"l":[1,2]}`, `{"l":[3]}`, `{"l":[3]}`)
	f(`{"l":{"0":1}}`, `{"l":[3]}`, `{"l":[3]}`)
	// deletions and keyframes
	f(`{"a":1,"b":2}`, `{"_deleted":["a"]}`, `{"b":2}`)
	f(`{"a":1,"b":2}`, `{"a":3,"_deleted":["a"]}`, `{"a":3,"b":2}`)
	f(`{"a":{"x":1},"b":2}`, `{"_deleted":["a"],"a":{"y":1}}`, `{"a":{"y":1},"b":2}`)
	f(`{"a":1}`, `{"_deleted":["x"]}`, `{"a":1}`)
	f(`{"a":1}`, `{"_deleted":"a"}`, `{"a":1}`)
	f(`{}`, `{"a":{"_deleted":["x"],"b":1}}`, `{"a":{"b":1}}`)
	f(`{"l":[1,2]}`, `{"l":{"_deleted":["0","7"]}}`, `{"l":[null,2]}`)
	f(`{"1":{"Line":1}}`, `{"_kf":true,"1":{"Line":2}}`, `{"1":{"Line":2}}`)
	f(`{}`, `{"a":{"_kf":true,"b":[{"_kf":true}]}}`, `{"a":{"b":[{}]}}`)
	// lists that first come as objects, maps that look like lists
	f(`{}`, `{"Lines":{"1":{"Sectors":{"0":{"Segments":{"1":{"Status":2049}}}}}}}`,
		`{"Lines":{"1":{"Sectors":[{"Segments":[null,{"Status":2049}]}]}}}`)
	f(`{"Sectors":{}}`, `{"Sectors":{"0":{}}}`, `{"Sectors":[{}]}`)
	f(`{"Sectors":null}`, `{"Sectors":{"0":{}}}`, `{"Sectors":[{}]}`)
	f(`{}`, `{"Sectors":{}}`, `{"Sectors":{}}`)
	f(`{}`, `{"Sectors":{"0":1,"x":2}}`, `{"Sectors":{"0":1,"x":2}}`)
	f(`{}`, `{"NoEntries":{"0":20}}`, `{"NoEntries":[20]}`)
	f(`{"Sectors":[null]}`, `{"Sectors":{"0":{"Segments":{"0":{}}}}}`, `{"Sectors":[{"Segments":[{}]}]}`)
	topic = TopicTopThree
	f(`{}`, `{"Lines":{"0":{"Tla":"RUS"}}}`, `{"Lines":[{"Tla":"RUS"}]}`)
	topic = TopicTimingAppData
	f(`{}`, `{"Lines":{"1":{"Stints":{"0":{}}}}}`, `{"Lines":{"1":{"Stints":[{}]}}}`)
	topic = TopicTyreStintSeries
	f(`{}`, `{"Stints":{"1":{"0":{}}}}`, `{"Stints":{"1":{"0":{}}}}`)
	topic = TopicPitStopSeries
	f(`{}`, `{"PitTimes":{"5":{"0":{"Timestamp":"x"}}}}`, `{"PitTimes":{"5":[{"Timestamp":"x"}]}}`)
	topic = TopicPitLaneTimeCollection
	f(`{}`, `{"PitTimes":{"27":{"RacingNumber":"27"}}}`, `{"PitTimes":{"27":{"RacingNumber":"27"}}}`)
	f(`{"PitTimes":{"27":{"RacingNumber":"27"}}}`, `{"PitTimes":{"_deleted":["27"]}}`, `{"PitTimes":{}}`)
}

func TestMergeRefuses(t *testing.T) {
	f := func(state, delta string, want error, place string) {
		t.Helper()
		s := parse(t, state)
		got, err := Merge(TopicTimingData, s, parse(t, delta))
		if !errors.Is(err, want) || got != s || !strings.Contains(fmt.Sprint(err), place) {
			t.Errorf("%s ⊕ %s = %s, %v; want error %v at %q", state, delta, show(got), err, want, place)
		}
	}
	f(`{"l":[1]}`, `{"l":{"1000000000":1}}`, ErrIndex, "l.1000000000:")
	f(`{"l":[1]}`, `{"l":{"4096":1}}`, ErrIndex, "l.4096:")
	f(`{"l":[1]}`, `{"l":{"99999999999999999999999999":1}}`, ErrIndex, "l.9")
	f(`{}`, `{"Lines":{"1":{"Sectors":{"1000000000":{}}}}}`, ErrIndex, "Lines.1.Sectors.1000000000:")
	f(`{"a":1,"l":[1]}`, `{"a":2,"l":{"7":1,"5000":1}}`, ErrIndex, "l.5000:")
}

// A huge index costs next to no memory, and neither do thousands of lists each padded to the limit.
func TestMergeIndexBomb(t *testing.T) {
	var many strings.Builder
	many.WriteString(`{"a":0`)
	for i := range 20_000 {
		fmt.Fprintf(&many, `,"%d":{"Sectors":{"4095":1}}`, i)
	}
	many.WriteString("}")
	f := func(delta string, want error, atMost uint64) {
		t.Helper()
		state, d := parse(t, `{"Sectors":[]}`), parse(t, delta)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Merge(TopicTimingData, state, d)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, want) {
			t.Errorf("%.40s: %v, want %v", delta, err, want)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > atMost {
			t.Errorf("%.40s: %d bytes allocated, at most %d wanted", delta, got, atMost)
		}
	}
	f(`{"Sectors":{"1000000000":{}}}`, ErrIndex, 64<<10)
	f(many.String(), ErrLimit, 4<<20)
}

// A state cannot grow without bound over many messages.
func TestMergeTreeLimit(t *testing.T) {
	state := parse(t, `{}`)
	text := strings.Repeat("x", 1<<20)
	for i := range 40 {
		next, err := Merge("Unknown", state, parse(t, fmt.Sprintf(`{"k%d":"%s"}`, i, text)))
		if err != nil {
			if !errors.Is(err, ErrLimit) || i < 10 {
				t.Fatalf("after %d MiB: %v", i, err)
			}
			return
		}
		state = next
	}
	t.Fatalf("a tree of %d bytes was accepted", len(show(state)))
}

// What a delta does not touch is not copied.
func TestMergeShares(t *testing.T) {
	s := parse(t, `{"Lines":{"1":{"Line":1,"Sectors":[{"Value":""},{"Value":""}]},"44":{"Line":2}}}`)
	got, err := Merge(TopicTimingData, s, parse(t, `{"Lines":{"1":{"Sectors":{"1":{"Value":"28.1"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got == s || got.Get("Lines", "44") != s.Get("Lines", "44") ||
		got.Get("Lines", "1", "Sectors", "0") != s.Get("Lines", "1", "Sectors", "0") {
		t.Error("untouched branches were copied")
	}
	for _, same := range []string{`{}`, `{"Lines":{}}`, `{"Lines":{"44":{"Line":2}}}`,
		`{"Lines":{"1":{"Sectors":{"0":{"Value":""}}}}}`, `{"Lines":{"1":{"Sectors":[{"Value":""},{"Value":""}]}}}`} {
		if got, err := Merge(TopicTimingData, s, parse(t, same)); err != nil || got != s {
			t.Errorf("%s changes nothing but made a new state, %v", same, err)
		}
	}
}

func TestGet(t *testing.T) {
	n := parse(t, `{"Lines":{"1":{"Sectors":[{"Value":"28.1"},{"Status":2048,"Stopped":true,"x":null}]}},"Tr\u00e9s \"x\"":"a\/\ud83c\udfc1"}`)
	f := func(want string, ok bool, path ...string) {
		t.Helper()
		if got, gotOK := n.Get(path...).Text(); got != want || gotOK != ok {
			t.Errorf("Get(%q) = %q, %v; want %q, %v", path, got, gotOK, want, ok)
		}
	}
	f("28.1", true, "Lines", "1", "Sectors", "0", "Value")
	f("2048", true, "Lines", "1", "Sectors", "1", "Status")
	f("true", true, "Lines", "1", "Sectors", "1", "Stopped")
	f("", false, "Lines", "1", "Sectors", "1", "x")
	f("", false, "Lines", "1", "Sectors", "2")
	f("", false, "Lines", "1", "Sectors", "x")
	f("", false, "Lines", "44", "Sectors")
	f("", false, "Lines", "1", "Sectors", "0", "Value", "deeper")
	f("a/🏁", true, `Trés "x"`)
	if n.Get().Len() != 2 || n.Get("Lines", "1", "Sectors").Len() != 2 || n.Get("nowhere").Len() != 0 {
		t.Error("lengths are wrong")
	}
	for i, item := range n.Get("Lines", "1", "Sectors").Items() {
		if item.Len() != 1+2*i {
			t.Errorf("element %d has %d fields", i, item.Len())
		}
	}
	for key := range n.Fields() {
		if n.Get(key) == nil {
			t.Errorf("field %q is not found", key)
		}
		break
	}
}

func TestParseNode(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		got, err := ParseNode([]byte(in))
		if err != nil || show(got) != want {
			t.Errorf("ParseNode(%q) = %s, %v; want %s", in, show(got), err, want)
		}
	}
	f(`{}`, `{}`)
	f(" {\r\n\t\"a\" : [ 1 , -2.50e+3, true,false , null,\"\" ] } ", `{"a":[1,-2.50e+3,true,false,null,""]}`)
	f("\xef\xbb\xbf[]", `[]`)
	f(`0`, `0`)
	f(`"O'SULLIVAN \u00e9\/"`, `"O'SULLIVAN \u00e9\/"`)
	f(`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`)
	f(`{"\u0061":1,"a":2}`, `{"a":2}`)
	f(`{"a\"\\\u0001":1}`, `{"a\"\\\u0001":1}`)

	bad := func(in string, want error) {
		t.Helper()
		if got, err := ParseNode([]byte(in)); !errors.Is(err, want) || got != nil {
			t.Errorf("ParseNode(%.40q) = %s, %v; want %v", in, show(got), err, want)
		}
	}
	for _, in := range []string{``, ` `, `{`, `[`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `[1,]`,
		`[1 2]`, `{"a" 1}`, `{a:1}`, `{'a':1}`, `"`, `"\"`, `"\u12"`, `"\u12g4"`, `"\x"`, "\"\n\"", `tru`, `nul`, `01`, `-`,
		`1.`, `.5`, `1e`, `+1`, `NaN`, `Infinity`, `{} {}`, `{}x`, "\"\xff\"", `]`, `:`} {
		bad(in, ErrSyntax)
	}
	bad(strings.Repeat("[", MaxDepth+1)+strings.Repeat("]", MaxDepth+1), ErrLimit)
	bad(strings.Repeat("[", 1<<20), ErrLimit)
	bad(`"`+strings.Repeat("x", MaxPayload)+`"`, ErrLimit)
	bad(`[`+strings.Repeat("0,", 1<<20)+`0]`, ErrLimit)
	if _, err := ParseNode([]byte(strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth))); err != nil {
		t.Errorf("as deep as allowed: %v", err)
	}
}

func TestParseNodeOwnsItsText(t *testing.T) {
	for _, text := range []string{`{"a":"bcd"}`, `{"a":"` + strings.Repeat("b", 2*shareBelow) + `"}`} {
		payload := []byte(text)
		n, err := ParseNode(payload)
		if err != nil {
			t.Fatal(err)
		}
		clear(payload)
		if show(n) != text {
			t.Errorf("the tree changed with the reader's memory: %s", show(n))
		}
	}
}
