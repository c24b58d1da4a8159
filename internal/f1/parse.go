package f1

import "time"

// Gap is a distance between two cars as timing shows it: a time, or a number of laps. The zero Gap is
// unknown, which is what an empty cell means.
type Gap struct {
	Time  Opt[time.Duration]
	Laps  Opt[int] // laps down; unknown when the gap is a time
	Leads bool     // the cell shows "LAP n": this car leads, there is no gap
}

// maxLapTime bounds what is accepted as a duration: longer than any session, so that a damaged cell
// cannot overflow sums.
const maxLapTime = 48 * time.Hour

// ParseLapTime reads a lap or sector time: "1:29.039", plain seconds even above a minute ("83.888"),
// a lap that includes a red flag ("43:45.541") or hours ("1:02:03.456"). Fractions may have 0 to 9
// digits. It reports false for anything else, the empty string included.
func ParseLapTime(s string) (time.Duration, bool) {
	var whole, field time.Duration // seconds of the fields before, and of the one being read
	digits, colons, i := 0, 0, 0
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			field = field*10 + time.Duration(c-'0')
			if digits++; digits > 9 {
				return 0, false
			}
			continue
		case c == ':':
			if digits == 0 || colons == 2 {
				return 0, false
			}
			whole = (whole + field) * 60
			field, digits = 0, 0
			colons++
			continue
		case c != '.':
			return 0, false
		}
		break
	}
	if digits == 0 || colons > 0 && (digits != 2 || field >= 60) {
		return 0, false
	}
	d := whole + field
	if d >= maxLapTime/time.Second {
		return 0, false
	}
	d *= time.Second
	if i < len(s) {
		frac, ok := fraction(s[i+1:])
		if !ok {
			return 0, false
		}
		d += frac
	}
	return d, true
}

// fraction reads the digits after a decimal point of seconds, 1 to 9 of them.
func fraction(s string) (time.Duration, bool) {
	if len(s) == 0 || len(s) > 9 {
		return 0, false
	}
	unit, d := time.Second, time.Duration(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		unit /= 10
		d += time.Duration(s[i]-'0') * unit
	}
	return d, true
}

// ParseGap reads a gap in every spelling seen in timing: "+1.234", "+1:09.473", "LAP 60" (the leader,
// in both gap and interval), "1L", "1 L", "31L", "+1 LAP", "+2 LAPS", and "" (unknown). It reports
// false for anything else.
func ParseGap(s string) (Gap, bool) {
	if s == "" {
		return Gap{}, true
	}
	if n, ok := cutPrefix(s, "LAP "); ok {
		_, ok = smallInt(n)
		return Gap{Leads: ok}, ok
	}
	s, _ = cutPrefix(s, "+")
	for _, unit := range [...]string{" LAPS", " LAP", " L", "L"} {
		if len(s) > len(unit) && s[len(s)-len(unit):] == unit {
			n, ok := smallInt(s[:len(s)-len(unit)])
			if !ok {
				return Gap{}, false
			}
			return Gap{Laps: Some(n)}, true
		}
	}
	d, ok := ParseLapTime(s)
	if !ok {
		return Gap{}, false
	}
	return Gap{Time: Some(d)}, true
}

func cutPrefix(s, p string) (string, bool) {
	if len(s) >= len(p) && s[:len(p)] == p {
		return s[len(p):], true
	}
	return s, false
}

// smallInt reads a number of laps: 1 to 3 digits.
func smallInt(s string) (int, bool) {
	if len(s) == 0 || len(s) > 3 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// ParseUTC reads a moment as feeds write it: "2024-05-18T13:59:13.5465874Z" with 0 to 9 fractional
// digits (more are cut), without the Z (still UTC), with a blank for the T, or with an offset. Year 1,
// which feeds send for "no time", is refused.
func ParseUTC(s string) (time.Time, bool) {
	if len(s) < 19 || s[4] != '-' || s[7] != '-' || s[10] != 'T' && s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	year, ok1 := fixedInt(s[0:4])
	month, ok2 := fixedInt(s[5:7])
	day, ok3 := fixedInt(s[8:10])
	hour, ok4 := fixedInt(s[11:13])
	minute, ok5 := fixedInt(s[14:16])
	sec, ok6 := fixedInt(s[17:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || year < 1900 || month < 1 || month > 12 ||
		day < 1 || day > 31 || hour > 23 || minute > 59 || sec > 60 {
		return time.Time{}, false
	}
	rest, nsec := s[19:], 0
	if len(rest) > 0 && rest[0] == '.' {
		i, unit := 1, 100_000_000
		for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
			nsec += int(rest[i]-'0') * unit
			unit /= 10
		}
		if i == 1 {
			return time.Time{}, false
		}
		rest = rest[i:]
	}
	offset, ok := zone(rest)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, sec, nsec, time.UTC).Add(-offset), true
}

// zone reads the end of a moment: nothing, "Z", "+02:00" or "-0500".
func zone(s string) (time.Duration, bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	digits := s[1:]
	if len(digits) == 5 && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	if len(digits) != 4 {
		return 0, false
	}
	n, ok := fixedInt(digits)
	if !ok || n%100 > 59 {
		return 0, false
	}
	d := time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, true
}

func fixedInt(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// ParseOffset reads a signed clock offset or clock value: "04:00:00", "-05:00:00", "00:17:59",
// "01:59:59.123".
func ParseOffset(s string) (time.Duration, bool) {
	rest, neg := cutPrefix(s, "-")
	if len(rest) < 8 || rest[2] != ':' || rest[5] != ':' {
		return 0, false
	}
	d, ok := ParseLapTime(rest)
	if !ok {
		return 0, false
	}
	if neg {
		d = -d
	}
	return d, true
}
