package recording

import (
	"errors"
	"time"
)

var errTime = errors.New("not a time such as 2024-05-18T13:59:11.388Z")

// ParseTime reads a time as the feed and its recorders write it: yyyy-mm-ddThh:mm:ss (or a blank for
// the T), any number of fractional digits (those past nanoseconds are dropped), then Z, an offset such
// as +00:00, or nothing, which means UTC. Year 0001, the feed's "no time", is refused.
func ParseTime(b []byte) (time.Time, error) {
	year, ok1 := number(b, 0, 4)
	month, ok2 := number(b, 5, 2)
	day, ok3 := number(b, 8, 2)
	hour, ok4 := number(b, 11, 2)
	minute, ok5 := number(b, 14, 2)
	sec, ok6 := number(b, 17, 2)
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) ||
		b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, errTime
	}
	if year < 1950 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || sec > 59 || day > daysIn(year, month) {
		return time.Time{}, errTime
	}
	nanos, rest := fraction(b[19:])
	zone, ok := zoneOffset(rest)
	if !ok {
		return time.Time{}, errTime
	}
	unix := int64(daysSince1970(year, month, day))*86400 + int64(hour*3600+minute*60+sec-zone)
	return time.Unix(unix, int64(nanos)).UTC(), nil
}

// number reads n decimal digits of b from i.
func number(b []byte, i, n int) (v int, ok bool) {
	if len(b) < i+n {
		return 0, false
	}
	for _, c := range b[i : i+n] {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}

// fraction reads an optional ".123…" as nanoseconds.
func fraction(b []byte) (nanos int, rest []byte) {
	if len(b) == 0 || b[0] != '.' {
		return 0, b
	}
	i, unit := 1, 100_000_000
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		nanos += int(b[i]-'0') * unit
		unit /= 10
	}
	return nanos, b[i:]
}

// zoneOffset reads "", "Z", "+hh:mm" or "+hhmm" as seconds east of UTC.
func zoneOffset(b []byte) (sec int, ok bool) {
	switch {
	case len(b) == 0, len(b) == 1 && (b[0] == 'Z' || b[0] == 'z'):
		return 0, true
	case len(b) < 5 || b[0] != '+' && b[0] != '-':
		return 0, false
	}
	h, ok1 := number(b, 1, 2)
	at := 3
	if b[3] == ':' {
		at = 4
	}
	m, ok2 := number(b, at, 2)
	if !ok1 || !ok2 || len(b) != at+2 || h > 23 || m > 59 {
		return 0, false
	}
	sec = h*3600 + m*60
	if b[0] == '-' {
		sec = -sec
	}
	return sec, true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysSince1970 counts days in the proleptic Gregorian calendar with years that begin in March, so
// that the leap day comes last.
func daysSince1970(y, m, d int) int {
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468
}

// parseOffset reads the archive's hh:mm:ss.mmm, which is exactly 12 bytes.
func parseOffset(b []byte) (time.Duration, bool) {
	h, ok1 := number(b, 0, 2)
	m, ok2 := number(b, 3, 2)
	s, ok3 := number(b, 6, 2)
	ms, ok4 := number(b, 9, 3)
	if !(ok1 && ok2 && ok3 && ok4) || b[2] != ':' || b[5] != ':' || b[8] != '.' || m > 59 || s > 59 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(ms)*time.Millisecond, true
}

// parseClock reads a signed hh:mm:ss, the form of SessionInfo's GmtOffset.
func parseClock(s string) (time.Duration, bool) {
	sign := time.Duration(1)
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	d, ok := parseOffset([]byte(s + ".000"))
	return sign * d, ok && len(s) == 8
}
