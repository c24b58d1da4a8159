package f1

import "time"

// EventKind is what an event tells: "overtake.on_track", "sc.deployed". Package events lists all of them
// with their definitions.
type EventKind string

// Priority is how much an event matters to somebody who watches. P0 interrupts, P3 is for the record.
type Priority uint8

// The priorities.
const (
	P0 Priority = iota // red flag, safety car, a new leader, the chequered flag
	P1                 // overtakes, stops of the leaders, penalties, retirements
	P2                 // battles, records, investigations
	P3                 // completed laps, personal bests
)

func (p Priority) String() string { return "P" + string('0'+byte(p)) }

// EventStatus is how sure an event is.
type EventStatus string

// The states of an event.
const (
	Provisional EventStatus = "provisional" // may still turn out otherwise
	Confirmed   EventStatus = "confirmed"
	Retracted   EventStatus = "retracted" // it was told and does not hold: a deleted lap's record, a corrected message
)

// Event is something that happened in a session, as it was known at one moment. A later version of the
// same event has the same ID and a higher Version; a retraction is its last one.
type Event struct {
	SessionKey string
	ID         string // the same for the same session and subject on every replay and replica
	Version    int    // from 1
	Kind       EventKind
	Priority   Priority
	Status     EventStatus
	Time       time.Time // when it happened, by the session's clock
	Known      time.Time // when it could first be told in this version: the time of the newest message cited
	Offset     uint64    // position in the session's log of the message that made this version known
	Lap        Opt[int]  // race lap of the subject; outside races the car's own lap
	Car        Opt[int]  // car number of the subject
	Other      Opt[int]  // car number of the second subject: the one overtaken, fought, undercut
	Cars       []int     // all subjects where there are more than two: a train, a collision
	From, To   Opt[int]  // the subject's place before and after, or another count before and after: EventRow tells them apart
	Value      Opt[float64]
	Detail     string   // the rest in few words: "start", "SOFT to HARD", the reason of a penalty
	Supersedes string   // ID of the event that this one replaces
	Evidence   []uint64 // offsets of the messages that justify it, rising
}

// EventRow is an event as it leaves the program: its From and To are places or something else, never either.
type EventRow struct {
	Event
	PositionFrom, PositionTo Opt[int] // the subject's place before and after
	CountFrom, CountTo       Opt[int] // another count before and after
	CountOf                  string   // what it counts: stop, stint, lap, strike, laps_down, championship_place; "" without one
}
