package store

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                 nil,
		" -*\"'":                           nil,
		"São Paulo 2024":                   {"sao", "paulo", "2024"},
		"RÄIKKÖNEN, Kimi":                  {"raikkonen", "kimi"},
		"Ra\u0308ikko\u0308nen":            {"raikkonen"},
		"Søren Łukasz Großer":              {"soren", "lukasz", "grosser"},
		"Bakı şəhər":                       {"baki", "səhər"},
		"鈴鹿サーキット / Suzuka":                 {"鈴鹿サーキット", "suzuka"},
		"CAR 44 (HAM) TIME 1:43.009":       {"car", "44", "ham", "time", "1", "43", "009"},
		"undercut.success\x00\xff of_stop": {"undercut", "success", "of", "stop"},
	} {
		if got := Words(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever a text is, its words are letters and digits, and their own words.
func TestWordsAreWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, w := range Words(rapid.String().Draw(t, "text")) {
			for _, r := range w {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) || r == utf8.RuneError {
					t.Fatalf("%q holds %q", w, r)
				}
			}
			if again := Words(w); !slices.Equal(again, []string{w}) {
				t.Fatalf("words of %q are %q", w, again)
			}
		}
	})
}
