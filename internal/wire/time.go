package wire

import (
	"encoding/json"
	"time"
)

// TimeFormat is how every time leaves the program: UTC, ISO 8601, milliseconds.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// Time formats t, or gives "" for the zero time.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(TimeFormat)
}

// OptTime formats a time that may be unknown.
func OptTime(t time.Time) Text { return Text(Time(t)) }

// Text is a string that may be unknown: "" in Go, null in JSON.
type Text string

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}
