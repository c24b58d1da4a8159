// Package almanac is the sport's record as it is published after the fact: seasons, circuits, drivers, constructors,
// calendars, classifications, qualifyings, lap charts, pit stops and championship tables since 1950, under the ids
// that all tools of the sport share ("max_verstappen", "red_bull", "monza"). The Ergast dialect reads it from the
// service and serves it; stores keep it as pages, each in all its versions.
//
// A [Page] is one list of one kind: all circuits, the calendar of a season, the classification of a race. A [Book]
// is the newest pages together, ready to be asked. Championship tables that were not published are counted
// (standings.go). Everything here is data in and data out; a Book that is in use is read only.
package almanac

import (
	"time"

	"pitwall.live/internal/f1"
)

// Season is a year of the championship.
type Season struct {
	Year int    `json:"year"`
	URL  string `json:"url,omitempty"`
}

// Circuit is a race track.
type Circuit struct {
	ID       string          `json:"id"` // "monza"
	Name     string          `json:"name"`
	Locality string          `json:"locality,omitempty"`
	Country  string          `json:"country,omitempty"`
	URL      string          `json:"url,omitempty"`
	Lat      f1.Opt[float64] `json:"lat,omitzero"` // degrees north
	Long     f1.Opt[float64] `json:"long,omitzero"`
}

// Driver is a person.
type Driver struct {
	ID          string      `json:"id"` // "max_verstappen"
	Number      f1.Opt[int] `json:"number,omitzero"`
	Code        string      `json:"code,omitempty"` // "VER", "" unknown or before there were any
	GivenName   string      `json:"given_name"`
	FamilyName  string      `json:"family_name"`
	DateOfBirth string      `json:"date_of_birth,omitempty"` // "1997-09-30"
	Nationality string      `json:"nationality,omitempty"`   // "Dutch"
	URL         string      `json:"url,omitempty"`
}

// Constructor is a team as the championship counts it.
type Constructor struct {
	ID          string `json:"id"` // "red_bull"
	Name        string `json:"name"`
	Nationality string `json:"nationality,omitempty"`
	URL         string `json:"url,omitempty"`
}

// Race is a weekend of a calendar.
type Race struct {
	Season  int    `json:"season"`
	Round   int    `json:"round"`
	Name    string `json:"name"`
	Circuit string `json:"circuit"` // id
	URL     string `json:"url,omitempty"`
	Date    string `json:"date"`           // of the race, "2023-03-05"
	Time    string `json:"time,omitempty"` // of day in UTC, "15:00:00"; "" unknown
	Slots   []Slot `json:"slots,omitempty"`
}

// Slot is when a session before the race is held.
type Slot struct {
	Type f1.SessionType `json:"type"`
	Date string         `json:"date"`
	Time string         `json:"time,omitempty"` // in UTC, "" unknown
}

// Start is when the race begins, zero when the calendar has only its day.
func (r *Race) Start() time.Time { return moment(r.Date, r.Time) }

// Start is when the session begins, zero when only its day is known.
func (s *Slot) Start() time.Time { return moment(s.Date, s.Time) }

func moment(date, clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", date+" "+clock)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Entry is a driver of a season with a team he was entered by.
type Entry struct {
	Season      int    `json:"season"`
	Driver      string `json:"driver"` // ids
	Constructor string `json:"constructor"`
}

// Result is a car's line of the classification of a race or sprint.
type Result struct {
	Number       string                `json:"number,omitempty"` // on the car, "" unknown
	Driver       string                `json:"driver"`           // ids
	Constructor  string                `json:"constructor"`
	Position     f1.Opt[int]           `json:"position,omitzero"` // in the list, of cars that are not classified too
	PositionText string                `json:"position_text,omitempty"`
	Points       f1.Opt[float64]       `json:"points,omitzero"`
	Grid         f1.Opt[int]           `json:"grid,omitzero"` // 0: from the pit lane
	Laps         f1.Opt[int]           `json:"laps,omitzero"`
	Status       string                `json:"status,omitempty"`  // in the record's words: Finished, Lapped, Retired ...
	Time         f1.Opt[time.Duration] `json:"time_ns,omitzero"`  // of the whole race
	Fastest      *FastestLap           `json:"fastest,omitempty"` // nil: unknown
}

// Classified reports whether the car has a place, and not only a line.
func (r *Result) Classified() bool {
	return r.PositionText != "" && r.PositionText[0] >= '0' && r.PositionText[0] <= '9'
}

// FastestLap is a car's best lap of a race.
type FastestLap struct {
	Rank  f1.Opt[int]           `json:"rank,omitzero"` // among the cars
	Lap   f1.Opt[int]           `json:"lap,omitzero"`
	Time  f1.Opt[time.Duration] `json:"time_ns,omitzero"`
	Speed f1.Opt[float64]       `json:"speed,omitzero"` // mean, km/h
}

// Qualified is a car's line of a qualifying.
type Qualified struct {
	Number      string      `json:"number,omitempty"`
	Driver      string      `json:"driver"`
	Constructor string      `json:"constructor"`
	Position    f1.Opt[int] `json:"position,omitzero"`
	Parts       [3]*Part    `json:"parts"` // nil: did not take part in it
}

// Best is the best place in any part, or that of the qualifying where there are none.
func (q *Qualified) Best() int {
	best := q.Position.Or(last)
	for _, p := range q.Parts {
		if p != nil && p.Position.Known {
			best = min(best, p.Position.Value)
		}
	}
	return best
}

// Part is what a car did in a part of qualifying. Old formats with one or two sessions fill the first ones.
type Part struct {
	Time     f1.Opt[time.Duration] `json:"time_ns,omitzero"`  // unknown: set no time
	Position f1.Opt[int]           `json:"position,omitzero"` // in the part
}

// Lap is a car's passage of the line in a race.
type Lap struct {
	Driver   string                `json:"driver"`
	Number   int                   `json:"number"` // from 1
	Position f1.Opt[int]           `json:"position,omitzero"`
	Time     f1.Opt[time.Duration] `json:"time_ns,omitzero"`
}

// PitStop is a visit to the pits in a race.
type PitStop struct {
	Driver   string                `json:"driver"`
	Lap      int                   `json:"lap"`
	Stop     int                   `json:"stop"`           // the driver's, from 1
	Time     string                `json:"time,omitempty"` // of day where the race is, "15:14:17"
	Duration f1.Opt[time.Duration] `json:"duration_ns,omitzero"`
}

// Standing is a line of a championship table.
type Standing struct {
	ID           string          `json:"id"` // of the driver or constructor
	Position     f1.Opt[int]     `json:"position,omitzero"`
	PositionText string          `json:"position_text"` // the number, "-" without a place, D or E when excluded
	Points       f1.Opt[float64] `json:"points,omitzero"`
	Wins         f1.Opt[int]     `json:"wins,omitzero"`
	Constructors []string        `json:"constructors,omitempty"` // of a driver, in order of the first race for each
}
