package origin_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"pitwall.live/internal/origin"
)

func TestAllows(t *testing.T) {
	r := origin.New([]string{"https://pages.example", "null"})
	for value, want := range map[string]bool{
		"":                           true, // a program
		"http://pitwall.test:8080":   true,
		"https://pitwall.test:8080":  true, // behind what ends TLS
		"http://pitwall.test":        false,
		"http://pitwall.test:8081":   false,
		"https://pages.example":      true,
		"http://pages.example":       false,
		"https://pages.example:8443": false,
		"https://pages.example.evil": false,
		"http://evil.example":        false,
		"null":                       true, // as it was configured
		"pitwall.test:8080":          false,
		"://":                        false,
	} {
		q := httptest.NewRequest(http.MethodGet, "http://pitwall.test:8080/connection/websocket", nil)
		if value != "" {
			q.Header.Set("Origin", value)
		}
		if got := r.Allows(q); got != want {
			t.Errorf("%q: %t, want %t", value, got, want)
		}
		if own := (origin.Rule{}).Allows(q); own != want && !r.Configured(value) {
			t.Errorf("%q without further origins: %t", value, own)
		}
	}
}
