package f1

import "time"

// The rows of the tables of the strategy picture (package strategy makes them). Gaps are in race time at the
// line; a negative part of an undercut is what the first to stop gained.

// GapRow is one car's gaps at the end of one lap, against the cars that completed the same lap.
type GapRow struct {
	SessionKey   string
	DriverNumber int
	LapNumber    int
	Time         Opt[time.Time] // of the crossing, by the lap times
	Position     Opt[int]       // at the end of the lap
	GapToLeader  Opt[time.Duration]
	Interval     Opt[time.Duration]
	Clean        bool // the lap tells of pace
	InTraffic    bool // begun and ended in the wake of a car ahead
}

// StintPaceRow is the pace of one stint.
type StintPaceRow struct {
	SessionKey   string
	DriverNumber int
	StintNumber  int
	Compound     string
	LapStart     int
	LapEnd       int
	TyreAge      Opt[int] // at the end
	CleanLaps    int
	Median       Opt[time.Duration] // as driven
	Corrected    Opt[time.Duration] // on a new set, with the fuel of the last lap, alone on the road
	Spread       Opt[time.Duration] // robust standard deviation of the corrected laps
	Wear         Opt[float64]       // seconds a lap of age, fuel taken out
	WearSpread   Opt[float64]
}

// DegradationRow is how one compound has worn in a session.
type DegradationRow struct {
	SessionKey   string
	Compound     string
	Wear         float64 // seconds a lap slower for each lap of age
	WearSpread   float64
	Offset       float64 // seconds a new set is slower than a new medium
	OffsetSpread float64
	Laps         int // clean laps
	Oldest       int // laps
	Fuel         Opt[float64]
	FuelSpread   Opt[float64]
}

// PitLossRow is what a stop costs under one condition: learned of the circuit, moved by the session's stops.
type PitLossRow struct {
	SessionKey string
	Under      string
	Median     time.Duration
	Low        time.Duration // one stop in ten costs less
	High       time.Duration // one in ten more
	Stops      int           // of this session
	PriorStops int           // of past seasons
}

// StopLossRow is what one stop cost.
type StopLossRow struct {
	SessionKey   string
	DriverNumber int
	LapNumber    int
	Under        string
	Loss         time.Duration
	PitLane      Opt[time.Duration]
}

// RejoinRow is where a car would have come out, had it come in on its next lap, as known when it completed
// a lap.
type RejoinRow struct {
	SessionKey   string
	DriverNumber int
	LapNumber    int // completed
	OutLap       int
	Under        string
	PitLoss      time.Duration
	Position     int
	PositionLow  int
	PositionHigh int
	Ahead        Opt[int] // car number
	GapAhead     Opt[time.Duration]
	Behind       Opt[int]
	GapBehind    Opt[time.Duration]
	Traffic      string   // car numbers close ahead on the road, nearest first, separated by blanks
	Actual       Opt[int] // place after the out-lap, where it did come in
}

// UndercutRow is a pair of stops.
type UndercutRow struct {
	SessionKey     string
	First          int // car numbers
	FirstLap       int
	Second         int
	SecondLap      int
	Kind           string // undercut, overcut
	Under          string
	GapBefore      time.Duration // of the first to the second, negative when it is ahead
	GapAfter       time.Duration
	Forecast       Opt[time.Duration] // gap after, as expected on the lap before
	ForecastSpread Opt[time.Duration]
	Stop           Opt[time.Duration] // the parts of GapAfter - GapBefore, unknown where not all was under green
	InLap          Opt[time.Duration]
	OutLap         Opt[time.Duration]
	TyrePace       Opt[time.Duration] // what remains
	Traffic        Opt[time.Duration]
	Worked         bool // the car that was behind is ahead
}

// IdealLapRow is a car's best sectors put together.
type IdealLapRow struct {
	SessionKey   string
	DriverNumber int
	Part         int // of qualifying, 0 in other sessions
	Sector1      time.Duration
	Sector2      time.Duration
	Sector3      time.Duration
	Ideal        time.Duration
	Best         Opt[time.Duration]
	Laps         int
}

// ConsistencyRow is how evenly a car was driven.
type ConsistencyRow struct {
	SessionKey   string
	DriverNumber int
	Laps         int
	Spread       time.Duration // robust standard deviation
}
