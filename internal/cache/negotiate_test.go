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

func TestIfNoneMatch(t *testing.T) {
	plain := NewEntry("text/plain", []byte("short"))
	long := NewEntry("text/plain", []byte(strings.Repeat("monaco ", 500)))
	if long.variants == nil || plain.variants != nil {
		t.Fatal("the long one has variants, the short one has none")
	}
	f := func(e Entry, want bool, lines ...string) {
		t.Helper()
		for i := range lines {
			lines[i] = strings.NewReplacer("TAG", e.ETag, "GZ", e.ETag[:len(e.ETag)-1]+`-gzip"`).Replace(lines[i])
		}
		if _, got := matchingTag(lines, e, e.ETag); got != want {
			t.Errorf("%q: %v, want %v", lines, got, want)
		}
	}
	f(plain, true, "TAG")
	f(plain, true, "W/TAG")
	f(plain, true, `"other", W/"more" , TAG`)
	f(plain, true, `"with,comma",TAG`)
	f(plain, true, `"other"`, "TAG")
	f(plain, true, "*")
	f(plain, true, " * ")
	f(plain, true, `,,TAG`)
	f(plain, true, `"",TAG`)
	f(plain, false, "")
	f(plain, false, `"other"`)
	f(plain, false, "*, TAG")
	f(plain, false, "*", `"other"`)
	f(plain, false, `w/TAG`)
	f(plain, false, `unquoted, TAG`)
	f(plain, false, `"unclosed`)
	f(plain, false, `"a blank", TAG`) // no sign of a tag: what follows is not read
	f(plain, false, `"a" TAG`)
	f(plain, false, "GZ") // it has no such form
	f(long, true, "GZ")
	f(long, true, "W/GZ")
	f(plain, false, strings.Repeat(`"x",`, maxList)+"TAG")
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

func FuzzIfNoneMatch(f *testing.F) {
	e := NewEntry("text/plain", []byte("short"))
	f.Add(`"a", W/"b"`)
	f.Add("*")
	f.Add(e.ETag)
	f.Fuzz(func(t *testing.T, line string) {
		tag, ok := matchingTag([]string{line}, e, e.ETag)
		if ok && tag != e.ETag {
			t.Errorf("%q matched %s", line, tag)
		}
		if ok && strings.Trim(line, " \t") != "*" && !strings.Contains(line, e.ETag) {
			t.Errorf("%q matched, but does not name %s", line, e.ETag)
		}
		// A list that is well formed up to here matches once the tag is put in front.
		if _, ok := matchingTag([]string{e.ETag + ", " + line}, e, e.ETag); !ok {
			t.Errorf("%q: the tag in front of it does not match", line)
		}
	})
}
