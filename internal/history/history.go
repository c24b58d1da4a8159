// Package history reads published tables of past sessions into the rows of the house and says what is wrong with
// them. It knows FastF1 lap tables, lap tables derived from OpenF1, the results and reference tables of f1db, the
// official archive's season index, and folders of telemetry by driver. A file is recognised by its header or
// content, plain or gzip, whatever it is called. Nothing is stored here: the caller does.
//
// The intended call, by app for `pitwall import PATH`:
//
//	im, err := history.Open(paths...)            // finds the files, reads the reference data, lists the sessions
//	for s, err := range im.Sessions() { ... }    // a session at a time, with its defects
//	for t, err := range im.Telemetry() { ... }   // a car's lap at a time
//	for s := range im.Classifications() { ... }  // the official results since 1950, without laps
//	im.Reference                                 // circuits, drivers, constructors, races
//	im.Report().WriteText(out)                   // what was read, what was found
//
// A session told by several tables is yielded once for each, and Preferred is set on the one to be stored: the
// table with the most columns. All of them are held against each other in the report.
//
// Promises: one session is in memory at a time, besides the reference data, the small values by which tables of one
// season are compared, and what the report counts. A row that can not be read is kept out, a cell that can not be
// read is unknown; both are defects that name the line. Values are never repaired: the checks report, the rows stay
// as published. The same files give the same sessions in the same order.
package history

import (
	"fmt"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/f1"
)

// Format is a kind of table that is recognised.
type Format string

// The formats.
const (
	FastF1Full        Format = "fastf1_full"        // with sectors, speeds and deleted laps
	FastF1Transformed Format = "fastf1_transformed" // without
	OpenF1Derived     Format = "openf1_derived"
	F1DB              Format = "f1db"
	SeasonIndex       Format = "season_index"
	TelemetryFolder   Format = "telemetry"
)

// rank orders the tables that tell of one session: the lowest is preferred.
func (f Format) rank() int {
	switch f {
	case FastF1Full:
		return 0
	case FastF1Transformed:
		return 1
	}
	return 2
}

// Source is where rows come from.
type Source struct {
	Format Format `json:"format"`
	File   string `json:"file"` // its name without the folders before it
}

func (s Source) String() string { return string(s.Format) + " " + s.File }

// Session is one session as one table tells it.
type Session struct {
	f1.SessionRow
	// ID is the readable name, "monaco_2024_race": the same from whatever source.
	ID string
	// Date is the day of the session, "2018-04-29", "" unknown. SessionRow.DateStart is known only when the
	// time of day is.
	Date string
	// Zero is the moment that session time 0 was taken to be. The tables tell times since the recording began and
	// not when that was. It is chosen so that the first lap begins when another table saw it, within a minute; else
	// when it was scheduled; else so that the recording begins with the day. Differences between the moments of one
	// session are exact, the moments are off by up to ZeroDoubt.
	Zero      time.Time
	ZeroDoubt time.Duration
	Source    Source
	Preferred bool // no better table of the same session is among the files

	Drivers  []f1.DriverRow
	Laps     []f1.LapRow // by car and lap
	Stints   []f1.StintRow
	PitStops []f1.PitStopRow
	Results  []f1.ResultRow
	Defects  []Defect

	line map[carLap]int    // of the rows in the file
	seen f1.Opt[time.Time] // close to the start of the first lap
}

type carLap struct{ car, lap int }

// SessionID is the readable name of a session, "monaco_2024_race".
func SessionID(event string, season int, kind f1.SessionType) string {
	return RaceID(event, season) + "_" + string(kind)
}

// RaceID is the readable name of a weekend, "monaco_2024".
func RaceID(event string, season int) string {
	return fmt.Sprintf("%s_%d", f1.Slug(strings.TrimSuffix(event, " Grand Prix")), season)
}

// Key is the session key where the official one is not known: a hash of the readable name, so that it does not
// depend on the file or on what else is imported.
func Key(id string) string {
	return fmt.Sprintf("his%012x", xxhash.Sum64String(id)>>16)
}

// add appends a defect of the session.
func (s *Session) add(d Defect) {
	d.Source, d.Session = s.Source, s.ID
	if d.Rows == 0 {
		d.Rows = 1
	}
	if d.Line == 0 && d.Driver != 0 && d.Lap != 0 {
		d.Line = s.line[carLap{d.Driver, d.Lap}]
	}
	if len(s.Defects) >= maxDefects {
		for i := len(s.Defects) - 1; i >= 0; i-- {
			if s.Defects[i].Kind == d.Kind {
				s.Defects[i].Rows += d.Rows
				return
			}
		}
	}
	s.Defects = append(s.Defects, d)
}

// Bounds of what one file may make of memory: sessions of a table, and defects of a session, after which those of a
// kind that is there already only raise its last one's Rows.
const (
	maxSessions = 2000
	maxDefects  = 50_000
)

// cars calls a function with the laps of every car.
func (s *Session) cars(do func(car int, laps []f1.LapRow)) {
	for from := 0; from < len(s.Laps); {
		to := from + 1
		for to < len(s.Laps) && s.Laps[to].DriverNumber == s.Laps[from].DriverNumber {
			to++
		}
		do(s.Laps[from].DriverNumber, s.Laps[from:to])
		from = to
	}
}

// place moves the session's times, decoded as time since epoch, to where the session was held.
func (s *Session) place(zero time.Time) {
	by := zero.Sub(epoch)
	move := func(t *f1.Opt[time.Time]) {
		if t.Known {
			t.Value = t.Value.Add(by)
		}
	}
	for i := range s.Laps {
		l := &s.Laps[i]
		for _, t := range []*f1.Opt[time.Time]{&l.DateStart, &l.DateEnd, &l.PitIn, &l.PitOut} {
			move(t)
		}
	}
	for i := range s.PitStops {
		move(&s.PitStops[i].PitIn)
		move(&s.PitStops[i].PitOut)
	}
	s.Zero = zero
}

// epoch is session time 0 before the session is placed.
var epoch = time.Unix(0, 0).UTC()

// name sets the session key of the session and all its rows.
func (s *Session) name(key string) {
	s.SessionKey = key
	for i := range s.Drivers {
		s.Drivers[i].SessionKey = key
	}
	for i := range s.Laps {
		s.Laps[i].SessionKey = key
	}
	for i := range s.Stints {
		s.Stints[i].SessionKey = key
	}
	for i := range s.PitStops {
		s.PitStops[i].SessionKey = key
	}
	for i := range s.Results {
		s.Results[i].SessionKey = key
	}
}
