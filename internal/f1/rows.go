package f1

import (
	"strconv"
	"strings"
	"time"
)

// The rows of the derived tables of the outward contract (docs: CONTRACT section 2). One struct a
// table; package tables names their columns and writes them as CSV, JSON lines and Parquet.

// SessionRow describes one session.
type SessionRow struct {
	SessionKey string
	Season     Opt[int]
	Round      Opt[int] // Meeting.Number where the feed has it (2024 on)
	Event      string   // meeting name, "Azerbaijan Grand Prix"
	CircuitID  string   // feed's circuit short name as a slug, "baku"
	Type       SessionType
	Name       string
	DateStart  Opt[time.Time]
	DateEnd    Opt[time.Time]
	UTCOffset  Opt[time.Duration]
	Status     SessionStatus
	TotalLaps  Opt[int]
}

// Slug is the readable name of the session, which works wherever its key does: azerbaijan_2018_race. It is ""
// while event or season are not known.
func (r *SessionRow) Slug() string {
	if r.Event == "" || !r.Season.Known {
		return ""
	}
	return Slug(strings.Replace(r.Event, " Grand Prix", "", 1)) + "_" + strconv.Itoa(r.Season.Value) + "_" + string(r.Type)
}

// DriverRow is one driver of one session. Identity is session and car number: numbers are not people.
type DriverRow struct {
	SessionKey   string
	DriverNumber int
	TLA          string
	FirstName    string
	LastName     string
	Team         string
	TeamColour   string // RRGGBB without '#'
	Line         Opt[int]
	Country      string
}

// LapRow is one lap of one car. LapNumber counts from 1.
type LapRow struct {
	SessionKey    string
	DriverNumber  int
	LapNumber     int
	DateStart     Opt[time.Time] // when the car began the lap: the previous crossing, pit exit or start
	LapTime       Opt[time.Duration]
	Sector1       Opt[time.Duration]
	Sector2       Opt[time.Duration]
	Sector3       Opt[time.Duration]
	SpeedI1       Opt[int] // km/h
	SpeedI2       Opt[int]
	SpeedFL       Opt[int]
	SpeedST       Opt[int]
	StintNumber   Opt[int] // from 1
	Compound      string   // "" unknown
	TyreAge       Opt[int] // laps on the set at the end of this lap
	FreshTyre     Opt[bool]
	Position      Opt[int] // at the end of the lap
	GapToLeader   Opt[time.Duration]
	Interval      Opt[time.Duration]
	LapsDown      Opt[int]
	InPitAtStart  bool // the lap began in the pit lane
	PitIn         Opt[time.Time]
	PitOut        Opt[time.Time]
	PersonalBest  bool // the car's best counted lap of the session (of the part in qualifying) when it was set
	Deleted       bool
	DeletedReason string
	TrackStatus   string         // feed codes seen during the lap, in order, as digits: "1", "12", "4"
	Accurate      bool           // timed in full, no pit, sectors sum to the lap within 3 ms, track clear or yellow, not just after the safety car
	DateEnd       Opt[time.Time] // when it ended (not in the contract's table; used to join)
	Part          int            // qualifying part in which it ended, 0 elsewhere and unknown (not in the contract's table either)
}

// StintRow is one set of tyres on one car between two visits to the pits.
type StintRow struct {
	SessionKey     string
	DriverNumber   int
	StintNumber    int // from 1
	Compound       string
	LapStart       Opt[int]
	LapEnd         Opt[int]
	TyreAgeAtStart Opt[int]
	FreshTyre      Opt[bool]
}

// PitStopRow is one visit to the pit lane during a running session.
type PitStopRow struct {
	SessionKey   string
	DriverNumber int
	StopNumber   int
	LapNumber    int // lap on which the car entered
	PitIn        Opt[time.Time]
	PitOut       Opt[time.Time]
	PitLane      Opt[time.Duration]
	Stationary   Opt[time.Duration] // only where the feed publishes it
	CompoundFrom string
	CompoundTo   string
	Under        string // green, sc, vsc, red
}

// PositionRow is one change of a car's place.
type PositionRow struct {
	SessionKey   string
	DriverNumber int
	Time         time.Time
	Position     int
}

// IntervalRow is one change of a car's gap to the leader or to the car ahead.
type IntervalRow struct {
	SessionKey   string
	DriverNumber int
	Time         time.Time
	GapToLeader  Opt[time.Duration]
	Interval     Opt[time.Duration]
	LapsDown     Opt[int]
}

// RaceControlRow is one message of race control.
type RaceControlRow struct {
	SessionKey   string
	MessageID    int // the feed's index
	Time         time.Time
	LapNumber    Opt[int]
	Category     string
	Flag         string
	Scope        string
	Sector       Opt[int]
	DriverNumber Opt[int]
	Message      string
}

// TrackStatusRow is one change of the track's state.
type TrackStatusRow struct {
	SessionKey string
	Time       time.Time
	Status     TrackStatus
	Message    string
}

// WeatherRow is one report of the weather station.
type WeatherRow struct {
	SessionKey string
	Time       time.Time
	Air        Opt[float64] // °C
	Track      Opt[float64] // °C
	Humidity   Opt[float64] // %
	Pressure   Opt[float64] // hPa
	WindSpeed  Opt[float64] // m/s
	WindDir    Opt[int]     // degrees, where it comes from
	Rainfall   Opt[bool]
}

// TelemetryRow is one sample of a car's channels. Missing channels are unknown: 2026 cars send no DRS.
type TelemetryRow struct {
	SessionKey   string
	DriverNumber int
	Time         time.Time
	Speed        Opt[int16] // km/h
	RPM          Opt[int16]
	Gear         Opt[int16]
	Throttle     Opt[int16] // %
	Brake        Opt[int16] // 0 or 100
	DRS          Opt[int16] // feed's code
}

// LapTelemetryRow sums up the samples of one timed lap. Shares are of the samples, in percent.
type LapTelemetryRow struct {
	SessionKey   string
	DriverNumber int
	LapNumber    int
	Samples      int
	SpeedMax     Opt[int]     // km/h
	SpeedMin     Opt[int]     // km/h
	SpeedMean    Opt[float64] // km/h, of the samples
	RPMMax       Opt[int]
	FullThrottle Opt[float64] // throttle at 99 % and more
	Braking      Opt[float64] // brake on
	DRSOpen      Opt[float64] // flap open; unknown since 2026
	GearChanges  Opt[int]
}

// LocationRow is one sample of a car's place in the circuit's own frame.
type LocationRow struct {
	SessionKey   string
	DriverNumber int
	Time         time.Time
	X, Y, Z      float64 // metres
	OnTrack      Opt[bool]
}

// TeamRadioRow is one published radio message.
type TeamRadioRow struct {
	SessionKey   string
	DriverNumber int
	Time         time.Time
	Path         string
}

// ResultRow is one car's line of the classification as timing has it.
type ResultRow struct {
	SessionKey    string
	DriverNumber  int
	Position      Opt[int]
	Classified    Opt[bool]
	Status        string // finished, lapped, retired, stopped, not_started, running
	Grid          Opt[int]
	Points        Opt[float64]
	LapsCompleted Opt[int]
	Time          Opt[time.Duration]
	Gap           Opt[time.Duration]
	LapsDown      Opt[int]
}
