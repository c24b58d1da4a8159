package f1

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseLapTime(t *testing.T) {
	f := func(in string, want time.Duration, ok bool) {
		t.Helper()
		if got, gotOK := ParseLapTime(in); got != want || gotOK != ok {
			t.Errorf("ParseLapTime(%q) = %v, %v; want %v, %v", in, got, gotOK, want, ok)
		}
	}
	const ms = time.Millisecond
	f("1:29.039", 89039*ms, true)
	f("83.888", 83888*ms, true)
	f("43:45.541", (43*60+45)*time.Second+541*ms, true)
	f("1:02:03.456", 3723456*ms, true)
	f("29", 29*time.Second, true)
	f("29.1", 29100*ms, true)
	f("0.000000001", 1, true)
	f("", 0, false)
	f(".5", 0, false)
	f("5.", 0, false)
	f("1:5.000", 0, false)
	f("1:65.000", 0, false)
	f("1:2:3:4", 0, false)
	f("-1.2", 0, false)
	f("1.2x", 0, false)
	f("9999999999999999", 0, false)
	f("999999:00.0", 0, false)
}

func TestParseGap(t *testing.T) {
	f := func(in string, want Gap, ok bool) {
		t.Helper()
		if got, gotOK := ParseGap(in); got != want || gotOK != ok {
			t.Errorf("ParseGap(%q) = %+v, %v; want %+v, %v", in, got, gotOK, want, ok)
		}
	}
	laps := func(n int) Gap { return Gap{Laps: Some(n)} }
	f("", Gap{}, true)
	f("+1.234", Gap{Time: Some(1234 * time.Millisecond)}, true)
	f("1.234", Gap{Time: Some(1234 * time.Millisecond)}, true)
	f("+1:09.473", Gap{Time: Some(69473 * time.Millisecond)}, true)
	f("+101.234", Gap{Time: Some(101234 * time.Millisecond)}, true)
	f("LAP 60", Gap{Leads: true}, true)
	f("1L", laps(1), true)
	f("1 L", laps(1), true)
	f("31L", laps(31), true)
	f("+1 LAP", laps(1), true)
	f("+2 LAPS", laps(2), true)
	f("L", Gap{}, false)
	f("LAP", Gap{}, false)
	f("LAP x", Gap{}, false)
	f("+", Gap{}, false)
	f("++1", Gap{}, false)
	f("-1.0", Gap{}, false)
	f("1234L", Gap{}, false)
}

func TestParseUTC(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		got, ok := ParseUTC(in)
		if s := got.Format(time.RFC3339Nano); ok != (want != "") || ok && s != want {
			t.Errorf("ParseUTC(%q) = %s, %v; want %q", in, s, ok, want)
		}
	}
	f("2024-05-18T13:59:13.5465874Z", "2024-05-18T13:59:13.5465874Z")
	f("2024-05-18T13:59:13", "2024-05-18T13:59:13Z")
	f("2024-05-18T13:59:13.1234567891Z", "2024-05-18T13:59:13.123456789Z")
	f("2024-07-05T11:50:44.449+00:00", "2024-07-05T11:50:44.449Z")
	f("2024-07-05T11:50:44.449-05:00", "2024-07-05T16:50:44.449Z")
	f("0001-01-01T00:00:00", "")
	f("2024-13-01T00:00:00", "")
	f("2024-01-01T00:00:00.", "")
	f("2024-01-01T00:00", "")
	f("", "")
}

func TestParseOffset(t *testing.T) {
	f := func(in string, want time.Duration, ok bool) {
		t.Helper()
		if got, gotOK := ParseOffset(in); got != want || gotOK != ok {
			t.Errorf("ParseOffset(%q) = %v, %v; want %v, %v", in, got, gotOK, want, ok)
		}
	}
	f("04:00:00", 4*time.Hour, true)
	f("-05:00:00", -5*time.Hour, true)
	f("05:30:00", 5*time.Hour+30*time.Minute, true)
	f("00:17:59", 17*time.Minute+59*time.Second, true)
	f("", 0, false)
	f("15:00", 0, false)
}

// Every time that timing can print is read back to the millisecond.
func TestLapTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, 3599_999).Draw(t, "ms")) * time.Millisecond
		sec := want / time.Second
		for _, s := range []string{
			fmt.Sprintf("%d.%03d", sec, want%time.Second/time.Millisecond),
			fmt.Sprintf("%d:%02d.%03d", sec/60, sec%60, want%time.Second/time.Millisecond),
		} {
			if got, ok := ParseLapTime(s); !ok || got != want {
				t.Fatalf("%q: %v, %v; want %v", s, got, ok, want)
			}
			if g, ok := ParseGap("+" + s); !ok || g.Time.Or(-1) != want {
				t.Fatalf("gap %q: %+v, %v", s, g, ok)
			}
		}
	})
}

func FuzzParseLapTime(f *testing.F) {
	for _, s := range []string{"1:29.039", "83.888", "43:45.541", "1:02:03.456", "", ":", "1:", "1.:2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := ParseLapTime(s); d < 0 || d > 2*maxLapTime || !ok && d != 0 {
			t.Fatalf("%q: %v, %v", s, d, ok)
		}
	})
}

func FuzzParseGap(f *testing.F) {
	for _, s := range []string{"+1.234", "LAP 60", "1L", "1 L", "31L", "+1 LAP", "+1:09.473", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, ok := ParseGap(s)
		if !ok && g != (Gap{}) || g.Time.Known && g.Laps.Known || g.Time.Value < 0 || g.Laps.Value < 0 {
			t.Fatalf("%q: %+v, %v", s, g, ok)
		}
	})
}

func FuzzParseUTC(f *testing.F) {
	for _, s := range []string{"2024-05-18T13:59:13.5465874Z", "2024-07-05T11:50:44.449+00:00", "0001-01-01T00:00:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := ParseUTC(s); ok && (at.Year() < 1899 || at.Location() != time.UTC) {
			t.Fatalf("%q: %v", s, at)
		}
	})
}
