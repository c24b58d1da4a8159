package cache

import (
	"testing"
	"time"
)

// CONTRACT section 5: one example of each kind of value, its layer and its time.
func TestLayerAndTTL(t *testing.T) {
	for _, want := range []struct {
		what  string
		class Class
		layer Layer
		ttl   time.Duration
	}{
		{"current session state", SessionState, L1, 2 * time.Second},
		{"session data", SessionData, L2, time.Minute},
		{"computed features", Features, L2, 30 * time.Second},
		{"predictions", Predictions, L2, 30 * time.Second},
		{"static assets", StaticAsset, L3, time.Hour},
		{"historical data", Historical, L3, time.Hour},
		{"embeds and widgets", Embed, L3, 5 * time.Minute},
		{"model embeddings", ModelEmbedding, L3, time.Hour},
	} {
		if want.class.Layer() != want.layer || want.class.TTL() != want.ttl {
			t.Errorf("%s: %s for %s, want %s for %s", want.what, want.class.Layer(), want.class.TTL(), want.layer, want.ttl)
		}
	}
}

// Every class keeps to the contract's bounds in every layer it names, and no two share keys.
func TestTableOfClasses(t *testing.T) {
	within := func(c Class, what string, d, low, high time.Duration) {
		t.Helper()
		if d != 0 && (d < low || d > high) {
			t.Errorf("%s: %s %s, not within %s and %s", c.Name, what, d, low, high)
		}
	}
	names, kinds := map[string]bool{}, map[string]bool{}
	for _, c := range Classes {
		within(c, "memory", c.Memory, time.Second, 5*time.Second)
		within(c, "memory and grace", c.Memory+c.Grace, time.Second, 5*time.Second)
		within(c, "redis", c.Redis, 30*time.Second, 5*time.Minute)
		within(c, "edge", c.Edge, 5*time.Minute, time.Hour)
		if c.Memory == 0 {
			t.Errorf("%s: not in memory, where single flight needs it", c.Name)
		}
		kind := c.Service + ":" + c.Entity
		if !isWord(c.Name) || names[c.Name] || kinds[kind] {
			t.Errorf("%s: name or %s is no word or taken", c.Name, kind)
		}
		names[c.Name], kinds[kind] = true, true
		if err := c.check(Key{Service: c.Service, Entity: c.Entity, ID: "9574"}); err != nil {
			t.Error(err)
		}
	}
	if err := SessionData.check(Key{Service: "timing", Entity: "session", ID: "9574"}); err == nil {
		t.Error("a key of another class passes")
	}
}
