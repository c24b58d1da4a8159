package wire

import "time"

// TimeFormat is how every time leaves the program: UTC, ISO 8601, milliseconds.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// Time formats t, or gives "" for the zero time.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(TimeFormat)
}
