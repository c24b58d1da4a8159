package cache

import (
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	good := func(s string, want Key, subject string) {
		t.Helper()
		k, err := ParseKey(s)
		if err != nil || k != want || k.String() != s || k.Subject() != subject {
			t.Errorf("%s: %+v of %s, %v", s, k, k.Subject(), err)
		}
	}
	good("timing:session:monaco_2024_race:v2", Key{"timing", "session", "monaco_2024_race", 2}, "monaco_2024_race")
	good("api:session:9574/laps?driver=44&fields=lap_number:v0", Key{"api", "session", "9574/laps?driver=44&fields=lap_number", 0}, "9574")
	good("timing:session:9574@live-30:v18446744073709551615", Key{"timing", "session", "9574@live-30", 1<<64 - 1}, "9574@live-30")

	bad := func(s string) {
		t.Helper()
		if k, err := ParseKey(s); err == nil {
			t.Errorf("%q passes as %+v", s, k)
		}
	}
	bad("")
	bad("timing:session:monaco")
	bad("timing:session:monaco:2")
	bad("timing:session:monaco:v")
	bad("timing:session:monaco:v02")
	bad("timing:session:monaco:v+2")
	bad("timing:session:monaco:v-2")
	bad("timing:session:monaco:v18446744073709551616")
	bad("timing:session:monaco:v2:v3")
	bad("Timing:session:monaco:v2")
	bad(":session:monaco:v2")
	bad("timing:se ssion:monaco:v2")
	bad("timing:session::v2")
	bad("timing:session:/laps:v2")
	bad("timing:session:mon aco:v2")
	bad("timing:session:monaco\n:v2")
	bad("timing:session:München:v2")
	bad("timing:session:" + strings.Repeat("a", maxID+1) + ":v2")
	bad(strings.Repeat("a", maxWord+1) + ":session:monaco:v2")
}

func FuzzParseKey(f *testing.F) {
	f.Add("timing:session:monaco_2024_race:v2")
	f.Add("api:session:9574/laps?driver=44:v0")
	f.Add("a:b:c:v00")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseKey(s)
		if err != nil {
			return
		}
		if k.String() != s || k.Validate() != nil {
			t.Errorf("%q is read as %+v, which is printed %q", s, k, k)
		}
		if lease := leaseName(s); strings.Count(lease, ":") != 3 {
			t.Errorf("the lease %q leaves the pattern", lease)
		}
	})
}
