package live

import (
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

func TestSlug(t *testing.T) {
	f := func(meeting, want string) {
		t.Helper()
		in := timing.Info{Meeting: meeting, Type: f1.Race, Start: time.Date(2025, 11, 9, 17, 0, 0, 0, time.UTC)}
		if got := Slug(in); got != want {
			t.Errorf("%s: %q, want %q", meeting, got, want)
		}
	}
	f("São Paulo Grand Prix", "sao_paulo_2025_race")
	f("70th Anniversary Grand Prix", "70th_anniversary_2025_race")
	f("", "")
}
