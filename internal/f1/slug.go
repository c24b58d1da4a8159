package f1

import (
	"strings"
	"unicode"
)

// Slug is a name as identifiers spell it: lower case, Latin letters without their marks, an underscore for
// everything between words. "São Paulo" becomes "sao_paulo", "Spa-Francorchamps" "spa_francorchamps".
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if unicode.Is(unicode.Mn, r) {
			continue // a mark of the letter before, written by itself
		}
		letters := plain(r)
		if letters == "" {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteString(letters)
	}
	return b.String()
}

// plain is a lower-case letter without its marks, or a digit; "" for anything else.
func plain(r rune) string {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return string(r)
	}
	for _, f := range folds {
		if strings.ContainsRune(f.marked, r) {
			return f.plain
		}
	}
	return ""
}

// folds are the Latin letters of European languages.
var folds = []struct{ plain, marked string }{
	{"a", "àáâãäåāăą"}, {"ae", "æ"}, {"c", "çćĉċč"}, {"d", "ďđð"}, {"e", "èéêëēĕėęě"}, {"g", "ĝğġģ"}, {"h", "ĥħ"},
	{"i", "ìíîïĩīĭįı"}, {"j", "ĵ"}, {"k", "ķ"}, {"l", "ĺļľŀł"}, {"n", "ñńņňŋ"}, {"o", "òóôõöøōŏő"}, {"oe", "œ"},
	{"r", "ŕŗř"}, {"s", "śŝşšș"}, {"ss", "ß"}, {"t", "ţťŧț"}, {"th", "þ"}, {"u", "ùúûüũūŭůűų"}, {"w", "ŵ"},
	{"y", "ýÿŷ"}, {"z", "źżž"},
}
