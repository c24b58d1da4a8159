package openf1

import (
	"regexp"
	"strings"
	"time"
)

var (
	clockText  = regexp.MustCompile(`(?:^|[ T,])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp][Mm]))?`)
	offsetText = regexp.MustCompile(`([+-])(\d{2}):?(\d{2})?$`)
	zoneText   = regexp.MustCompile(`(?i) ?(Z|UTC|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|CET|CEST|BST)$`)
	lostPlus   = regexp.MustCompile(` (\d{2}:\d{2})$`)
	weekday    = regexp.MustCompile(`(?i)\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?`)
)

// zones are the hours of the zones that are known by a name.
var zones = map[string]int{
	"Z": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "BST": 1,
}

// days are the ways in which a day is written; month before day where only numbers are.
var days = []string{
	"2006-1-2", "2006/1/2", "1/2/2006", "1-2-2006", "2 January 2006", "2 Jan 2006", "January 2 2006", "Jan 2 2006", "2-Jan-2006", "Jan-2-2006",
}

// parseDate reads a moment in one of the many ways in which people write one; without a zone it is UTC. It reports
// whether only a day was named.
func parseDate(typed string) (at time.Time, day, ok bool) {
	if len(typed) > 64 {
		return time.Time{}, false, false
	}
	if found := lostPlus.FindStringIndex(typed); found != nil { // a zone's plus that was read as a blank
		if at, day, ok := readDate(typed[:found[0]] + "+" + typed[found[0]+1:]); ok && !day {
			return at, day, ok
		}
	}
	return readDate(typed)
}

func readDate(typed string) (at time.Time, day, ok bool) {
	rest := strings.TrimSpace(typed)
	var behind time.Duration
	var of time.Duration
	timed := false
	if m := zoneText.FindStringSubmatchIndex(rest); m != nil {
		behind = time.Duration(zones[strings.ToUpper(rest[m[2]:m[3]])]) * time.Hour
		rest = strings.TrimSpace(rest[:m[0]])
	} else if m := offsetText.FindStringSubmatchIndex(rest); m != nil && clockText.MatchString(rest[:m[0]]) {
		behind = hours(rest[m[4]:m[5]], "15")
		if m[6] >= 0 {
			behind += hours(rest[m[6]:m[7]], "04")
		}
		if rest[m[2]:m[3]] == "-" {
			behind = -behind
		}
		rest = strings.TrimSpace(rest[:m[0]])
	}
	if m := clockText.FindStringSubmatchIndex(rest); m != nil {
		if of, ok = clockOf(rest, m); !ok {
			return time.Time{}, false, false
		}
		timed = true
		rest = rest[:m[0]] + " " + rest[m[1]:]
	}
	rest = strings.Join(strings.Fields(strings.ReplaceAll(weekday.ReplaceAllString(rest, " "), ",", " ")), " ")
	for _, layout := range days {
		if at, err := time.Parse(layout, rest); err == nil {
			return at.Add(of - behind), !timed, true
		}
	}
	return time.Time{}, false, false
}

// hours reads two digits; what is out of range is 0.
func hours(two, layout string) time.Duration {
	t, err := time.Parse(layout, two)
	if err != nil {
		return 0
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// clockOf reads the time of day that clockText has found.
func clockOf(s string, m []int) (time.Duration, bool) {
	part := func(n int) string {
		if m[2*n] < 0 {
			return ""
		}
		return s[m[2*n]:m[2*n+1]]
	}
	text, layout := part(1)+":"+part(2), "15:04"
	if part(3) != "" {
		text, layout = text+":"+part(3), "15:04:05"
	}
	if part(4) != "" {
		text += "." + part(4)
	}
	if half := part(5); half != "" {
		text, layout = text+strings.ToUpper(half), strings.Replace(layout, "15", "3", 1)+"PM"
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		return 0, false
	}
	return t.Sub(t.Truncate(24 * time.Hour)), true
}
