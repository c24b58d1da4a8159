package sim

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTexts(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(lapText(89039*time.Millisecond), "1:29.039")
	f(lapText(time.Hour-14*time.Minute-14459*time.Millisecond), "45:45.541")
	f(lapText(59999*time.Millisecond), "0:59.999")
	f(sectorText(83888*time.Millisecond), "83.888")
	f(sectorText(9005*time.Millisecond), "9.005")
	f(gapText(2963*time.Millisecond), "+2.963")
	f(gapText(101234*time.Millisecond), "+101.234")
	f(gapText(0), "+0.000")
	f(clockText(17*time.Minute+59*time.Second), "00:17:59")
	f(offsetText(-5*time.Hour), "-05:00:00")
	f(offsetText(8*time.Hour), "08:00:00")
}

// TestBuilderString: any text survives the builder as JSON.
func TestBuilderString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, v := rapid.String().Draw(t, "key"), rapid.String().Draw(t, "value")
		var b builder
		b.reset()
		b.in("outer")
		b.str(k, v)
		b.out()
		var got map[string]map[string]string
		if err := json.Unmarshal(b.done(), &got); err != nil {
			t.Fatal(err)
		}
		if got["outer"][k] != v {
			t.Fatalf("%q, want %q", got["outer"][k], v)
		}
	})
}

func TestBuilderEmptyObjects(t *testing.T) {
	f := func(fill func(*builder), want string) {
		t.Helper()
		var b builder
		b.reset()
		fill(&b)
		if got := string(b.done()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	f(func(b *builder) { b.in("a"); b.in("b"); b.out(); b.out() }, `{}`)
	f(func(b *builder) {
		b.in("a")
		b.in("b")
		b.out()
		b.num("c", 1)
		b.in("d")
		b.bool("e", true)
		b.out()
		b.out()
		b.raw("f", "[]")
	}, `{"a":{"c":1,"d":{"e":true}},"f":[]}`)
	place := 3
	f(func(b *builder) { b.setNum("p", 3, &place); b.setNum("p", 4, &place) }, `{"p":4}`)
}
