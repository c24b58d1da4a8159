package events_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pitwall.live/internal/events"
)

// What is written is read; what is absent has its default; what can not be used is named.
func TestReadParams(t *testing.T) {
	text, err := json.Marshal(events.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	good := func(text string, want events.Params) {
		t.Helper()
		if p, err := events.ReadParams([]byte(text)); err != nil || p != want {
			t.Errorf("%s: %+v, %v, want %+v", text, p, err, want)
		}
	}
	other := events.Defaults()
	other.Order.Kept, other.Order.Block = 4.5, 7
	good(string(text), events.Defaults())
	good(`{}`, events.Defaults())
	good(`{"order":{}}`, events.Defaults())
	good(` {"order":{"kept_s":4.5, "block":7}}`, other)
	bad := func(text, want string) {
		t.Helper()
		if p, err := events.ReadParams([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, want an error that says %q", text, p, err, want)
		}
	}
	bad(``, "order")
	bad(`[1]`, "order")
	bad(`{"order":5}`, "order")
	bad(`{"order":{"kept_s":4.5}} {}`, "order")
	bad(`{"ordre":{"kept_s":4.5}}`, `"ordre"; there are `)
	bad(`{"order":{"kept":4.5}}`, `"order.kept"; order has aftermath_s, `)
	bad(`{"order":{"KEPT_S":4.5}}`, `"order.KEPT_S"`)
	bad(`{"order":{"kept_s":"ten"}}`, "order.kept_s can not be a string")
	bad(`{"order":{"kept_s":true}}`, "order.kept_s can not be a bool")
	bad(`{"order":{"kept_s":null}}`, "order.kept_s has no value")
	bad(`{"order":{"block":1.5}}`, "order.block can not be a number 1.5")
	bad(`{"order":{"kept_s":0}}`, "order.kept_s")
	bad(`{"order":{"fall_s":-1}}`, "order.fall_s is -1")
	bad(`{"order":{"fall_s":1e10}}`, "order.fall_s is 1e+10")
	bad(`{"order":{"fall_s":1e999}}`, "order.fall_s")
}

// FuzzReadParams: whatever is accepted is what its own JSON says.
func FuzzReadParams(f *testing.F) {
	for _, seed := range []string{`{}`, `{"order":{"kept_s":4.5,"block":7}}`, `{"order":{"fall_s":-1}}`, `{"order":{"kept_s":null}}`, `null`, `{"order":null}`, `{"order":{"slow_share":1e-400}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := events.ReadParams(text)
		if err != nil {
			return
		}
		if err := p.Validate(); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if q, err := events.ReadParams(again); err != nil || q != p {
			t.Fatalf("%q became %s: %+v, %v", text, again, q, err)
		}
	})
}
