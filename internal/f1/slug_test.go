package f1

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSlug(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		if got := Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
	f("", "")
	f("Hungaroring", "hungaroring")
	f("São Paulo", "sao_paulo")
	f("Sa\u0303o Paulo", "sao_paulo") // the mark by itself
	f("Autódromo José Carlos Pace", "autodromo_jose_carlos_pace")
	f("Nürburgring", "nurburgring")
	f("MONTRÉAL", "montreal")
	f("İstanbul", "istanbul")
	f("Großer Preis von Österreich", "grosser_preis_von_osterreich")
	f("  Spa-Francorchamps ", "spa_francorchamps")
	f("70th Anniversary", "70th_anniversary")
	f("Circuit d'Albi", "circuit_d_albi")
	f("鈴鹿", "")
	f("Suzuka 鈴鹿 2024", "suzuka_2024")
}

// A slug is a word of lower-case letters, digits and single underscores between them, and its own slug.
func TestSlugShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		s := Slug(name)
		if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || strings.Contains(s, "__") ||
			strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || Slug(s) != s {
			t.Fatalf("Slug(%q) = %q", name, s)
		}
	})
}
