// Package f1 holds the words of the sport as types: sessions, drivers, laps, stints, pit stops, track
// status, and the parsers of times and gaps as they are written in timing. It knows no protocol, no
// store and no clock; everything else in the project may import it.
//
// Conventions: durations are time.Duration inside and integer milliseconds outside, speeds are km/h,
// lengths metres, times UTC. A value that is not known is an [Opt] without a value, never zero.
package f1

import "encoding/json"

// Opt is a value that may be unknown. The zero Opt is unknown; it encodes to JSON null.
type Opt[T any] struct {
	Value T
	Known bool
}

// Some returns a known value.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Known: true} }

// Or returns the value, or d when it is unknown.
func (o Opt[T]) Or(d T) T {
	if o.Known {
		return o.Value
	}
	return d
}

// MarshalJSON encodes the value, or null when it is unknown.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.Known {
		return []byte("null"), nil
	}
	return json.Marshal(o.Value)
}

// UnmarshalJSON is the inverse of MarshalJSON.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Opt[T]{}
		return nil
	}
	o.Known = true
	return json.Unmarshal(b, &o.Value)
}

// SessionType is the kind of one outing of a race weekend.
type SessionType string

// The session types of the outward contract.
const (
	Practice1        SessionType = "practice_1"
	Practice2        SessionType = "practice_2"
	Practice3        SessionType = "practice_3"
	Qualifying       SessionType = "qualifying"
	SprintQualifying SessionType = "sprint_qualifying"
	Sprint           SessionType = "sprint"
	Race             SessionType = "race"
)

// IsRace reports whether cars race each other for order: a race or a sprint.
func (t SessionType) IsRace() bool { return t == Race || t == Sprint }

// IsQualifying reports whether the session has parts that knock cars out.
func (t SessionType) IsQualifying() bool { return t == Qualifying || t == SprintQualifying }

// TrackStatus is the session-wide state of the track.
type TrackStatus string

// The states the official feed distinguishes (its codes 1, 2, 4, 5, 6, 7). A code without a word here
// is kept as "code_N" so that nothing vanishes.
const (
	TrackClear     TrackStatus = "clear"
	TrackYellow    TrackStatus = "yellow"
	TrackSC        TrackStatus = "sc"
	TrackRed       TrackStatus = "red"
	TrackVSC       TrackStatus = "vsc"
	TrackVSCEnding TrackStatus = "vsc_ending"
)

// SessionStatus is where a session stands. Values are the feed's, in lower case.
type SessionStatus string

// The states seen in the feed.
const (
	StatusInactive  SessionStatus = "inactive"
	StatusStarted   SessionStatus = "started"
	StatusAborted   SessionStatus = "aborted"
	StatusFinished  SessionStatus = "finished"
	StatusFinalised SessionStatus = "finalised"
	StatusEnds      SessionStatus = "ends"
)

// SimulatedName begins the official name of every session of our simulator, so that it says what it is in every
// dialect, also those that have no other word for it.
const SimulatedName = "SIMULATION, NOT A REAL SESSION"
