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
	Streams      []Stream        // audio and content streams, as announced
	TextMirror   TextMirror      // newest TlaRcm
	Tracker      []TopThree      // DriverTracker: the same lines for the whole field
	WeatherLog   []f1.WeatherRow // WeatherDataSeries, by the feed's index
	CarData      Frame           // newest message of CarData.z, as it came
	Position     Frame           // newest message of Position.z
	Flag         time.Time       // when the chequered flag fell (of the part in qualifying); zero before

	// AltKey stands for Info.Key in rows as long as the feed has not said one: a recording without
	// SessionInfo gets a stable key from whoever opens it.
	AltKey string

	Now          time.Time // highest message time seen: the session's own clock
	Applied      uint64    // messages applied
	Topics       map[string]*Topic
	Lost         []Lost // stretches of which messages may be missing, oldest first
	Skipped      []Skip // messages that could not be used, the first 100; SkippedTotal counts all
	SkippedTotal int

	nowBy uint64 // offset of the message that Now is of
	found bool   // the message before was of a new connection's snapshot

	history          // what the tables are made of; see history.go
	scratch *decoder // scratch of Apply, no state: not cloned, not hashed
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
	CountryKey   int
	Circuit      string // short name
	CircuitKey   int
	Round        int // 0 unknown
	Type         f1.SessionType
	Name         string
	Start, End   time.Time
	UTCOffset    time.Duration
	Path         string
	Simulated    bool   // our simulator's own mark: this never happened
	Archive      string // ArchiveStatus: "Generating" or "Complete"; no reliable sign of an end
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
type Gap = f1.Gap

// Best says what a value is now: ownership of the best, not an event. The feed takes it back when
// someone goes faster or a lap is deleted.
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

	Stats     Stats      // TimingStats
	RaceInfo  RaceInfo   // DriverRaceInfo
	Tyre      Tyre       // CurrentTyres
	Series    []Stint    // TyreStintSeries: the same stints from the newer topic
	LapChart  []int      // LapSeries: grid slot, then the place at the end of each lap; 0 unknown
	Overtakes []Overtake // OvertakeSeries

	partGaps [3][2]Gap // qualifying: to the fastest and to the car ahead, by part
	taken    takenBack // newest best time of a part that was taken back
	track              // laps, pit visits and stints being put together; see laps.go
}

// Ranked is a best value with its rank among all cars; rank 0 is unknown.
type Ranked struct {
	Time f1.Opt[time.Duration]
	Rank int
}

// Stats are a car's bests of the session.
type Stats struct {
	BestLap       Ranked
	BestLapNumber int // 0 unknown
	BestSectors   [3]Ranked
	BestSpeeds    [4]RankedSpeed // I1, I2, FL, ST
}

// RankedSpeed is a best speed with its rank among all cars.
type RankedSpeed struct {
	KMH  f1.Opt[int]
	Rank int
}

// RaceInfo is the feed's own short line of a car in a race.
type RaceInfo struct {
	Known         bool
	Position      int
	Gap, Interval Gap
	PitStops      int
	Catching      int // 1 no, 2 closing
	OvertakeState int // 0 lost a place, 1 neutral, 2 gained one
	Out           bool
}

// Tyre is what a car runs on according to CurrentTyres.
type Tyre struct {
	Compound string
	New      f1.Opt[bool]
}

// Overtake is one entry of OvertakeSeries; the meaning of Count is the feed's.
type Overtake struct {
	Time  time.Time
	Count int
}

// Frame is a message of a compressed topic, kept as it came: hundreds of samples an update that nobody may
// ever look at are not decoded here. Payload is never written to.
type Frame struct {
	Time    time.Time
	Payload []byte
}

// Stream is one announced audio or content stream.
type Stream struct {
	Topic, Type, Name, Language, URI, Path string
	Time                                   time.Time
}

// TextMirror is a race control text as TlaRcm mirrors it; the time is local to the track.
type TextMirror struct{ Local, Text string }

// LapValue is a lap time with what it was.
type LapValue struct {
	Time f1.Opt[time.Duration]
	Best Best
	marks
}

// marks are the feed's two flags behind a Best: a value may lose one and keep the other.
type marks struct{ personal, overall bool }

func (m marks) best() Best {
	switch {
	case m.overall:
		return OverallBest
	case m.personal:
		return PersonalBest
	}
	return NoBest
}

// SpeedValue is a speed in km/h with what it was.
type SpeedValue struct {
	KMH  f1.Opt[int]
	Best Best
	marks
}

// Sector is one of the three timing sectors.
type Sector struct {
	Time     f1.Opt[time.Duration] // of the current lap; unknown until the car has passed it
	Previous f1.Opt[time.Duration]
	Best     Best
	Stopped  bool
	marks
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

	startKnown bool // StartLaps has been said
}

// TopThree is one line of the feed's own top three.
type TopThree struct {
	Position, Number int
	LapTime          f1.Opt[time.Duration]
	DiffToAhead      string
	DiffToLeader     string
	State            int // bits as in Car.StatusBits
	Best             Best
	marks
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
	By       uint64 // offset of the newest message
}

// Lost is a stretch of which messages may be missing: the source was lost and found again, with a snapshot of
// what still held. It ends with the first message after that.
type Lost struct {
	From, To time.Time
	// Last, Found and Next are the offsets of the newest message before, the first of the snapshot, and the first after
	// the snapshot; Next is 0 as long as there is none.
	Last, Found, Next uint64
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
	Parts    Part
	Cars     [4]uint64 // bit set of car numbers 0-255
	GapsOnly bool      // of these nothing but GapToLeader, Interval, Catching and LeaderGap: most messages of a race
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
