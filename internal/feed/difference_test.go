package feed

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What merges the difference of two states has the second; equal states have none.
func TestDifferenceLeadsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := clean(t, drawObject(t, 4)), clean(t, drawObject(t, 4))
		if rapid.Bool().Draw(t, "near") { // states of one topic have most in common
			var err error
			if b, err = Merge(TopicTimingData, a, node(t, drawDelta(t))); err != nil {
				t.Fatal(err)
			}
		}
		delta, differs := AppendDifference(nil, a, b)
		if same := reflect.DeepEqual(plain(t, a), plain(t, b)); differs == same {
			t.Fatalf("differs %v: %s and %s", differs, AppendJSON(nil, a), AppendJSON(nil, b))
		}
		if !differs {
			return
		}
		got, err := Merge(TopicTimingData, a, node(t, string(delta)))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(plain(t, got), plain(t, b)) {
			t.Fatalf("%s with %s is %s, want %s", AppendJSON(nil, a), delta, AppendJSON(nil, got), AppendJSON(nil, b))
		}
	})
	f := func(state, now, want string) {
		t.Helper()
		a, err := ParseNode([]byte(state))
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseNode([]byte(now))
		if err != nil {
			t.Fatal(err)
		}
		if delta, differs := AppendDifference([]byte("x"), a, b); string(delta) != "x"+want || differs != (want != "") {
			t.Errorf("%s to %s: %s, want %s", state, now, delta, want)
		}
	}
	f(`{"a":1,"b":{"c":2}}`, `{"b":{"c":2},"a":1}`, ``)
	f(`{"Lines":{"1":{"InPit":true,"Line":1},"4":{}}}`, `{"Lines":{"1":{"InPit":false,"Line":1}}}`, `{"Lines":{"1":{"InPit":false},"_deleted":["4"]}}`)
	f(`{"Messages":[{"Lap":1}]}`, `{"Messages":[{"Lap":1},{"Lap":2}]}`, `{"Messages":{"1":{"Lap":2}}}`)
	f(`{"Messages":[1,2]}`, `{"Messages":[1]}`, `{"Messages":[1]}`)
	f(`{"a":[1]}`, `{"a":{"0":2}}`, `{"a":{"0":2},"_deleted":["a"]}`)
}
