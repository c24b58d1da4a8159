package feed

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// drawTree makes any JSON value out of few keys, so that two trees meet in many places. Keys include a
// known list, a map by number, and decimal ones.
func drawTree(t *rapid.T, depth int) string {
	kinds := 3
	if depth == 0 {
		kinds = 1
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 1:
		out := []byte{'['}
		for i := range rapid.IntRange(0, 4).Draw(t, "length") {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, drawTree(t, depth-1)...)
		}
		return string(append(out, ']'))
	case 2:
		return drawObject(t, depth)
	}
	return rapid.SampledFrom([]string{"0", "1", `"1"`, `""`, "true", "false", "null", `"1:29.039"`}).Draw(t, "scalar")
}

func drawObject(t *rapid.T, depth int) string {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "Sectors", "Lines", "0", "1", "3"}),
		0, 5, rapid.ID).Draw(t, "keys")
	out := []byte{'{'}
	for i, key := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(strconv.AppendQuote(out, key), ':')
		out = append(out, drawTree(t, depth-1)...)
	}
	return string(append(out, '}'))
}

// drawDelta is drawObject with the keys that steer the merge sprinkled in.
func drawDelta(t *rapid.T) string {
	d := drawObject(t, 4)
	if rapid.Bool().Draw(t, "deletes") {
		inner := `"_deleted":["a","Lines","1"]`
		if d != "{}" {
			inner += ","
		}
		d = "{" + inner + d[1:]
	}
	return d
}

// plain is a tree without its field order.
func plain(tb interface{ Fatal(...any) }, n *Node) any {
	var v any
	if err := json.Unmarshal(AppendJSON(nil, n), &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

func node(t *rapid.T, text string) *Node {
	n, err := ParseNode([]byte(text))
	if err != nil {
		t.Fatal(text, err)
	}
	return n
}

func clean(t *rapid.T, text string) *Node {
	n, err := Clean(TopicTimingData, node(t, text))
	if err != nil {
		t.Fatal(text, err)
	}
	return n
}

func merged(t *rapid.T, state, delta *Node) *Node {
	n, err := Merge(TopicTimingData, state, delta)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMergeIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d := clean(t, drawObject(t, 4)), node(t, drawDelta(t))
		before, delta := show(s), show(d)
		once := merged(t, s, d)
		first := show(once)
		merged(t, once, node(t, drawDelta(t)))
		if show(s) != before || show(d) != delta || show(once) != first {
			t.Fatalf("%s ⊕ %s changed what it was given", before, delta)
		}
		if again := merged(t, s, d); show(again) != first {
			t.Fatalf("%s ⊕ %s = %s, then %s", before, delta, first, show(again))
		}
	})
}

func TestMergeEmptyIsIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := clean(t, drawObject(t, 4))
		if merged(t, s, node(t, "{}")) != s {
			t.Fatalf("%s ⊕ {} made a new state", show(s))
		}
		if got := merged(t, node(t, "{}"), s); show(got) != show(s) {
			t.Fatalf("{} ⊕ %s = %s", show(s), show(got))
		}
	})
}

// A delta that arrives twice changes nothing the second time.
func TestMergeIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d := clean(t, drawObject(t, 4)), node(t, drawDelta(t))
		once := merged(t, s, d)
		if twice := merged(t, once, d); show(twice) != show(once) {
			t.Fatalf("%s ⊕ %s = %s, and again %s", show(s), show(d), show(once), show(twice))
		}
	})
}

// Whatever is merged, no steering key is stored.
func TestMergeStoresNoMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := merged(t, clean(t, drawObject(t, 4)), node(t, drawDelta(t)))
		var walk func(n *Node)
		walk = func(n *Node) {
			for _, f := range n.kids {
				if f.Key == deletedKey || f.Key == keyframeKey {
					t.Fatalf("%s in %s", f.Key, show(s))
				}
				walk(f.Value)
			}
		}
		walk(s)
	})
}

// diff makes a delta that leads from a to b; false where none can: the delta of a list cannot turn a
// list inside it into an object.
func diff(a, b *Node) (string, bool) {
	if a.Kind() != b.Kind() || b.Kind() < Array || b.Kind() == Object && a.Len() == 0 {
		return show(b), !(a.Kind() == Array && b.Kind() == Object)
	}
	out, gone, ok := []byte{'{'}, []byte(nil), true
	add := func(key, value string) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(strconv.AppendQuote(out, key), ':'), value...)
	}
	drop := func(key string) {
		if gone != nil {
			gone = append(gone, ',')
		}
		gone = strconv.AppendQuote(gone, key)
	}
	if b.Kind() == Array {
		if b.Len() < a.Len() {
			return show(b), true
		}
		for i, v := range b.Items() {
			if i >= a.Len() {
				add(strconv.Itoa(i), show(v))
			} else if d, fits := diff(a.kids[i].Value, v); !fits {
				return show(b), true
			} else if !sameTree(a.kids[i].Value, v) {
				add(strconv.Itoa(i), d)
			}
		}
		return string(append(out, '}')), ok
	}
	for key := range a.Fields() {
		if b.Get(key) == nil {
			drop(key)
		}
	}
	for key, v := range b.Fields() {
		old := a.Get(key)
		switch d, fits := diff(old, v); {
		case old == nil:
			add(key, show(v))
		case !fits:
			drop(key)
			add(key, show(v))
		case !sameTree(old, v):
			add(key, d)
		}
	}
	if gone != nil {
		add(deletedKey, "["+string(gone)+"]")
	}
	return string(append(out, '}')), ok
}

// A snapshot and the deltas after it give the later snapshots.
func TestMergeSnapshotPlusDeltas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := clean(t, drawObject(t, 4))
		for range 3 {
			want := clean(t, drawObject(t, 4))
			delta, ok := diff(state, want)
			if !ok {
				t.Fatalf("no delta from %s to %s", show(state), show(want))
			}
			got := merged(t, state, node(t, delta))
			if !reflect.DeepEqual(plain(t, got), plain(t, want)) {
				t.Fatalf("%s ⊕ %s = %s, want %s", show(state), delta, show(got), show(want))
			}
			state = got
		}
	})
}

// Deltas of one shape that delete nothing can be merged with each other first: this is what lets a
// gateway coalesce them. (With deletions, or where a list meets an object, it does not hold.)
func TestMergeAssociates(t *testing.T) {
	shaped := func(t *rapid.T) string {
		var draw func(depth int) []byte
		draw = func(depth int) []byte {
			out := []byte{'{'}
			add := func(key string, value []byte) {
				if len(out) > 1 {
					out = append(out, ',')
				}
				out = append(append(strconv.AppendQuote(out, key), ':'), value...)
			}
			for _, key := range []string{"a", "b"} {
				if rapid.Bool().Draw(t, key) {
					add(key, []byte(rapid.SampledFrom([]string{"1", "2", `""`, "null"}).Draw(t, "scalar")))
				}
			}
			for _, key := range []string{"Lines", "list", "o"} {
				if depth > 0 && rapid.Bool().Draw(t, key) {
					v := draw(depth - 1)
					if key == "list" {
						v = strconv.AppendInt([]byte(`{"`), int64(rapid.IntRange(0, 5).Draw(t, "index")), 10)
						v = append(append(append(v, `":`...), draw(depth-1)...), '}')
					}
					add(key, v)
				}
			}
			return append(out, '}')
		}
		return string(draw(3))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := node(t, `{"list":[{"a":1},{"list":[]}],"o":{"list":[{}]}}`)
		d1, d2 := node(t, shaped(t)), node(t, shaped(t))
		one := merged(t, merged(t, s, d1), d2)
		two := merged(t, s, merged(t, d1, d2))
		if !reflect.DeepEqual(plain(t, one), plain(t, two)) {
			t.Fatalf("(s ⊕ %s) ⊕ %s = %s, but s ⊕ (both) = %s", show(d1), show(d2), show(one), show(two))
		}
	})
}

func FuzzParseNode(f *testing.F) {
	f.Add([]byte(`{"Lines":{"1":{"Sectors":[{"Value":"28.1","Status":2048}]}}}`))
	f.Add([]byte(`["a\u00e9\"",-1.5e3,null,{"a":1,"a":2}]`))
	f.Add([]byte("\xef\xbb\xbf{}"))
	f.Add([]byte(`[[[[[[[[`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		n, err := ParseNode(payload)
		body := payload
		if len(body) > 3 && string(body[:3]) == string(bom) {
			body = body[3:]
		}
		if err != nil {
			if n != nil {
				t.Fatal("a node beside an error")
			}
			return
		}
		if !json.Valid(body) {
			t.Fatalf("%q was accepted", payload)
		}
		text := AppendJSON(nil, n)
		again, err := ParseNode(text)
		if err != nil || string(AppendJSON(nil, again)) != string(text) {
			t.Fatalf("%q came back as %q, %v", payload, text, err)
		}
		if !reflect.DeepEqual(plain(t, n), plain(t, again)) {
			t.Fatalf("%q changed its meaning", payload)
		}
	})
}

func FuzzMerge(f *testing.F) {
	f.Add("TimingData", []byte(`{"Lines":{"1":{"Sectors":[{}]}}}`), []byte(`{"Lines":{"1":{"Sectors":{"2":{"Value":""}}}}}`))
	f.Add("TopThree", []byte(`{}`), []byte(`{"Lines":{"1":{},"_deleted":["0"]}}`))
	f.Add("PitStopSeries", []byte(`{"PitTimes":{"5":[1]}}`), []byte(`{"PitTimes":{"5":{"1000000000":1}},"_kf":true}`))
	f.Fuzz(func(t *testing.T, topic string, a, b []byte) {
		s, err1 := ParseNode(a)
		d, err2 := ParseNode(b)
		if err1 != nil || err2 != nil {
			return
		}
		s, err := Clean(topic, s)
		if err != nil {
			return
		}
		before, delta := show(s), show(d)
		once, err := Merge(topic, s, d)
		if show(s) != before || show(d) != delta {
			t.Fatal("arguments changed")
		}
		if err != nil {
			if once != s {
				t.Fatal("an error, and still a new state")
			}
			return
		}
		twice, err := Merge(topic, once, d)
		if err != nil || show(twice) != show(once) {
			t.Fatalf("%s ⊕ %s = %s, and again %s, %v", before, delta, show(once), show(twice), err)
		}
		if !json.Valid([]byte(show(once))) {
			t.Fatalf("%s is not JSON", show(once))
		}
	})
}
