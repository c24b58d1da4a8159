package wire

import (
	"encoding/json"
	"time"
)

// Event is one version of something that happened. On "events:{key}" a snapshot is an [Events], every later
// message (type "event") one Event, which replaces the one with its event_id; a retracted one was told and does
// not hold.
type Event struct {
	ID         string   `json:"event_id"`
	Version    int      `json:"version"`
	Kind       string   `json:"kind"`     // overtake.on_track, sc.deployed, ...
	Title      string   `json:"title"`    // the kind for people
	Text       string   `json:"text"`     // what happened to whom in one sentence, with units; the status is not in it
	Priority   string   `json:"priority"` // P0 (interrupts) to P3 (for the record)
	Status     string   `json:"status"`   // provisional confirmed retracted
	Time       string   `json:"time"`     // when it happened, by the session's clock
	Known      string   `json:"known"`    // when this version could first be told
	Offset     uint64   `json:"offset"`   // log position of the message that made it known
	Lap        *int     `json:"lap_number"`
	Driver     *int     `json:"driver_number"`
	Other      *int     `json:"other_driver_number"`
	Drivers    []int    `json:"driver_numbers,omitempty"` // all of them where there are more than two
	From       *int     `json:"position_from"`            // place of the driver before
	To         *int     `json:"position_to"`              // and after
	CountFrom  *int     `json:"count_from"`               // a count that is no place, before
	CountTo    *int     `json:"count_to"`                 // and after
	CountOf    Text     `json:"count_of" nullable:"true"` // what it counts: stop stint lap strike laps_down championship_place
	Value      *float64 `json:"value"`                    // what it counts is the kind's: seconds of a lap time, of a penalty, km/h, laps
	Detail     Text     `json:"detail" nullable:"true"`
	Supersedes Text     `json:"supersedes" nullable:"true"` // event_id of the event that it replaces
	Evidence   []uint64 `json:"evidence"`                   // offsets of the raw messages that justify it
}

// Events is a list of events, each in its newest version, in the order in which they became known.
type Events struct {
	Events []Event `json:"events"`
	Total  int     `json:"total"` // how many there are; a snapshot on a channel leaves out older ones of low priority
	Next   Text    `json:"next_cursor" nullable:"true"`
}

// EventWish says which events are wanted; zero values ask for all.
type EventWish struct {
	Kind     string // a kind, or the beginning of some: "order."
	Priority string // P1: of P0 and P1
	Driver   int
	Cursor   string
	Limit    int
}

// Why is what justifies an event: the rule it follows and the messages it cites, as they came.
type Why struct {
	Event    Event   `json:"event"`
	Rule     string  `json:"rule"`
	Holds    bool    `json:"holds"`                   // the rule, evaluated from the cited messages alone
	Problem  Text    `json:"problem" nullable:"true"` // why it does not
	Versions []Event `json:"versions"`                // the older ones first
	Messages []Cited `json:"messages"`                // by offset
}

// Cited is a raw message of the official feed.
type Cited struct {
	Offset  uint64          `json:"offset"`
	Time    Text            `json:"time" nullable:"true"`
	Topic   string          `json:"topic"`
	Payload json.RawMessage `json:"payload"`
}

// Held is what the role that holds sessions says of one without reading its log.
type Held struct {
	Key     string
	Source  string // sim, recording, livetiming, openf1, stored
	Live    bool   // the source runs
	Default bool   // the session shown first
	Hidden  bool   // the process's own clock is behind what is held: a replay
	Loaded  bool   // its log is in memory; else it is read when somebody asks for what is in it
}

// Place is a moment of a session as a position in its log.
type Place struct {
	Key    string
	Log    uint64    // names the log that Offset is in: one that took its place, such as one with gaps filled, has another name
	Offset uint64    // of the newest message known there
	Time   time.Time // what the session's clock shows; zero: not known yet
	Start  time.Time // of what is held
	Newest bool      // nothing that is held is newer
	Live   bool      // the source runs
}
