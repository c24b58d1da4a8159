package cache

import (
	"strconv"
	"strings"
	"testing"
)

// BenchmarkGetHit is one question that memory answers.
func BenchmarkGetHit(b *testing.B) {
	c := open(b, quiet())
	ctx := b.Context()
	load := text("board")
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := c.Get(ctx, SessionState, c.Key(ctx, SessionState, "9574"), load); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkSharedHit is one question that Redis answers: 20 kB of JSON, a key each time.
func BenchmarkSharedHit(b *testing.B) {
	s := startRedis(b)
	a := s.open(nil)
	ctx := b.Context()
	body := strings.Repeat(longBody, 2)
	e := NewEntry("application/json", []byte(body))
	for i := range b.N {
		a.bring(ctx, SessionData, a.Key(ctx, SessionData, strconv.Itoa(i)).String(), e, nil)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		get(b, a, SessionData, a.Key(ctx, SessionData, strconv.Itoa(i)), must(b), body)
	}
}
