package f1_test

import (
	"testing"

	"pitwall.live/internal/f1"
)

func TestSessionSlug(t *testing.T) {
	f := func(event, want string) {
		t.Helper()
		row := f1.SessionRow{Event: event, Type: f1.Race, Season: f1.Some(2025)}
		if got := row.Slug(); got != want {
			t.Errorf("%s: %q, want %q", event, got, want)
		}
	}
	f("São Paulo Grand Prix", "sao_paulo_2025_race")
	f("70th Anniversary Grand Prix", "70th_anniversary_2025_race")
	f("", "")
}
