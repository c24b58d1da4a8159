// Package timing holds the state of one session, typed, and the tables that follow from it. Its heart is
// [Session.Apply]: pure and deterministic, so that a replay equals the live run, a seek equals linear
// play, and two replicas agree. It knows nothing of events, stores, networks or clocks.
package timing

import (
	"time"

	"pitwall.live/internal/f1"
)

// Session is everything known of one session after the messages applied so far. It is owned by one
// goroutine; Clone gives an independent copy.
type Session struct {
	Info         Info
	Status       f1.SessionStatus
	StatusSince  time.Time
	Track        Track
	Clock        Clock
	Lap          LapCount
	Part         int   // qualifying part 1-3 being run or just run; 0 before the first and in other sessions
	Entries      []int // cars taking part in each qualifying part, from NoEntries: 20 15 10; empty elsewhere
	CutOffTime   f1.Opt[time.Duration]
	Weather      f1.Opt[f1.WeatherRow] // newest report
	Cars         map[int]*Car          // by car number
	RaceControl  []f1.RaceControlRow   // by feed index; a corrected index is replaced
	Radio        []f1.TeamRadioRow
	TopThree     []TopThree
	Championship Championship

	Now          time.Time // highest message time seen: the session's own clock
	Applied      uint64    // messages applied
	Topics       map[string]*Topic
	Skipped      []Skip // messages that could not be used, the first 100; SkippedTotal counts all
	SkippedTotal int

	history // what the tables are made of; unexported, see tables.go
}

// Info is what SessionInfo says, UTC.
type Info struct {
	Key          string // the feed's session key, "" while unknown
	MeetingKey   int
	Meeting      string // "Azerbaijan Grand Prix"
	OfficialName string
	Location     string
	Country      string
	CountryCode  string
	Circuit      string // short name
	CircuitKey   int
	Round        int // 0 unknown
	Type         f1.SessionType
	Name         string
	Start, End   time.Time
	UTCOffset    time.Duration
	Path         string
}

// Track is the state of the track.
type Track struct {
	Status  f1.TrackStatus // "" unknown
	Message string
	Since   time.Time
	Sectors map[int]string // marshal sectors with a flag that still holds: "yellow", "double_yellow"
}

// Clock is the feed's extrapolated session clock.
type Clock struct {
	Known     bool
	At        time.Time // when Remaining held
	Remaining time.Duration
	Running   bool
}

// RemainingAt extrapolates the clock to t, never below zero.
func (c Clock) RemainingAt(t time.Time) time.Duration {
	r := c.Remaining
	if c.Running {
		r -= t.Sub(c.At)
	}
	return max(r, 0)
}

// LapCount is the race lap being run by the leader; zero values are unknown.
type LapCount struct{ Current, Total int }

// Gap is a distance in time or in laps as the feed shows it.
type Gap struct {
	Time  f1.Opt[time.Duration]
	Laps  f1.Opt[int] // laps down; unknown or 0 when the gap is a time
	Leads bool        // the feed shows "LAP n": this car leads
}

// Best says what a value was when it was set and still is: bits of the feed's shared bit set.
type Best uint8

// Levels of Best.
const (
	NoBest Best = iota
	PersonalBest
	OverallBest
)

// Car is one car's line of the tower.
type Car struct {
	Number                                        int
	TLA, First, Last, FullName, Broadcast         string
	Team, Colour, Country, Reference, HeadshotURL string

	Line     int // display order, 0 unknown
	Position int // 0 unknown
	Shown    bool
	Grid     int // grid slot, 0 unknown

	InPit, PitOut, Stopped, Retired, KnockedOut, NoTimeYet bool // "currently holds"; NoTimeYet is the feed's Cutoff
	StatusBits                                             int
	Chequered                                              bool // took the chequered flag (status bit 1024, or derived where bits are absent)

	GapToLeader Gap // race: GapToLeader; practice and qualifying: TimeDiffToFastest of the current part
	Interval    Gap // to the car ahead
	Catching    bool
	// LeaderGap is the gap to the leader in seconds for every car, lapped ones included: the sum of the
	// intervals of the cars ahead where GapToLeader is in laps.
	LeaderGap f1.Opt[time.Duration]

	Laps                               int // feed's NumberOfLaps: completed in a race, started elsewhere
	PitStops                           int
	LastLap                            LapValue
	BestLap                            LapValue
	BestLapNumber                      int
	PartBest                           [3]LapValue // qualifying: best of Q1, Q2, Q3
	Sectors                            [3]Sector
	SpeedI1, SpeedI2, SpeedFL, SpeedST SpeedValue

	Stints []Stint // as TimingAppData has them now; the last is the current one

	Car      f1.Opt[f1.TelemetryRow] // newest sample of CarData
	Location f1.Opt[f1.LocationRow]  // newest sample of Position
}

// LapValue is a lap time with what it was.
type LapValue struct {
	Time f1.Opt[time.Duration]
	Best Best
}

// SpeedValue is a speed in km/h with what it was.
type SpeedValue struct {
	KMH  f1.Opt[int]
	Best Best
}

// Sector is one of the three timing sectors.
type Sector struct {
	Time     f1.Opt[time.Duration] // of the current lap; unknown until the car has passed it
	Previous f1.Opt[time.Duration]
	Best     Best
	Stopped  bool
	Segments []int // mini-sector codes as the feed has them (0, 2048 + bits); empty before 2020
}

// Stint is one entry of TimingAppData's list. Number counts from 1.
type Stint struct {
	Compound        string // "" or "UNKNOWN" before the feed knows
	New             f1.Opt[bool]
	TyresNotChanged bool
	TotalLaps       int // age of the set
	StartLaps       int // age when fitted
	LapTime         f1.Opt[time.Duration]
	LapNumber       int
}

// TopThree is one line of the feed's own top three.
type TopThree struct {
	Position, Number int
	LapTime          f1.Opt[time.Duration]
	DiffToAhead      string
	DiffToLeader     string
}

// Championship is the feed's prediction of the tables if the order holds.
type Championship struct {
	Drivers []ChampionshipLine
	Teams   []ChampionshipLine
}

// ChampionshipLine is one line of it. Position 0 is unknown.
type ChampionshipLine struct {
	Key                                string // car number or team name
	CurrentPosition, PredictedPosition int
	CurrentPoints, PredictedPoints     float64
}

// Topic counts what has arrived on one topic.
type Topic struct {
	Messages uint64
	Last     time.Time
}

// Skip is a message that could not be used, with the reason.
type Skip struct {
	Offset uint64
	Topic  string
	Time   time.Time
	Reason string
}

// Change says what one Apply touched, so that callers encode only that.
type Change struct {
	Parts Part
	Cars  [4]uint64 // bit set of car numbers 0-255
}

// Part is a bit set of the parts of the state.
type Part uint32

// The parts.
const (
	PartInfo Part = 1 << iota
	PartStatus
	PartTrack
	PartClock
	PartLap
	PartQualifying
	PartWeather
	PartCars
	PartRaceControl
	PartRadio
	PartTopThree
	PartChampionship
	PartTelemetry
	PartLocations
	PartRollOver // a SessionInfo with another key: the state was cleared
)
