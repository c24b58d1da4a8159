package cache

import (
	"strings"
	"testing"
)

func TestAcceptEncoding(t *testing.T) {
	f := func(header string, want Coding) {
		t.Helper()
		if got := chooseCoding(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	f("", Identity)
	f("identity", Identity)
	f("gzip", Gzip)
	f("gzip, deflate, br", Gzip)
	f("gzip, deflate, br, zstd", Zstd)
	f("zstd;q=0.5, gzip;q=0.9", Gzip)
	f("gzip;q=0.5, zstd;q=0.5", Zstd)
	f("GZIP", Gzip)
	f("x-gzip", Gzip)
	f("gzip;q=0", Identity)
	f("gzip;q=0, *", Zstd)
	f("zstd;q=0, *;q=0.1", Gzip)
	f("*", Zstd)
	f("*;q=0", Identity)
	f("identity;q=1, gzip;q=0.5", Identity)
	f("identity;q=0.5, gzip;q=1", Gzip)
	f("identity;q=0, gzip", Gzip)
	f("br, deflate", Identity)
	f(" gzip ; q=1.000 ,, ", Gzip)
	f("gzip;q=1.001", Identity)
	f("gzip;q=2", Identity)
	f("gzip;q=0.1234", Identity)
	f("gzip;q=nonsense, zstd;q=0.001", Zstd)
	f("gzip;level=9;q=0", Identity)
	f("gzip;Q=0", Identity)
	f(";q=1, gzip", Gzip)
	f(strings.Repeat("br,", maxList)+"gzip", Identity) // beyond what is read of a list
}

func FuzzAcceptEncoding(f *testing.F) {
	f.Add("gzip;q=0.5, zstd")
	f.Add("*;q=0, identity;q=0")
	f.Fuzz(func(t *testing.T, header string) {
		c := chooseCoding(header)
		if c == Identity {
			return
		}
		// What is chosen was named, or everything was.
		lower := strings.ToLower(header)
		if !strings.Contains(lower, c.String()) && !strings.Contains(header, "*") {
			t.Errorf("%q: chose %s", header, c)
		}
		// Refusing the coding in front of all wins over "*" and loses against nothing but its own mention.
		if !strings.Contains(lower, c.String()) && chooseCoding(c.String()+";q=0,"+header) == c {
			t.Errorf("%q: %s although it was refused", header, c)
		}
	})
}
