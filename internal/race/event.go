package race

import "time"

// Kind says what happened.
type Kind uint8

// The kinds of events. The comment names the fields used besides At and Car.
const (
	EvNone       Kind = iota
	EvStatus          // N: Status
	EvPart            // N: qualifying part about to be run, Value: its length
	EvClock           // Value: remaining, N: 1 running
	EvPoint           // a mini-sector was completed. Lap, Seg, Value: time in it, Next: when the next one ends
	EvSector          // N: sector 0-2, Value: its time (0 not timed), Lap
	EvLap             // Lap, Value: lap time (0 not timed), N: 1 crossed the line in the pit lane
	EvPitIn           // Lap being run, N: 1 to the garage or out of the race
	EvBox             // Value: stationary time, Other: -1; the wheels stand
	EvPitOut          // Lap begun or being run, Next: when the mini-sector ends
	EvTyres           // N: Compound, Lap: age when fitted
	EvOrder           // the order changed; ask Model.Order
	EvPass            // Car passed Other on the track
	EvLost            // Car loses Value by a spin, off the track or in contact
	EvTrack           // N: track code 1 2 4 5 6 7
	EvFlag            // N: marshal sector, Flag
	EvSafetyCar       // N: Control
	EvStopped         // Car stands on the track
	EvRetired         // Car is out
	EvIncident        // Car, Other (-1 alone), N: turn, Reason, Lap, Verdict
	EvDeleted         // Lap, Value: lap time, N: turn, Reason; Next: when the limits were exceeded
	EvReinstated      // a deleted lap time is given back; fields as EvDeleted
	EvPenalty         // Car, Value: seconds or 0 for a drive-through, Reason
	EvServed          // Car, Value, Reason
	EvBlackWhite      // Car, Reason
	EvBlue            // Car is shown blue flags
	EvChequered       // the session's flag
	EvCarFlag         // Car took the flag
	EvKnockedOut      // Car
	EvWeather         // ask Model.Weather
	EvDRS             // N: 1 enabled
	EvLapped          // Car may unlap itself behind the safety car
	EvNote            // Reason
	EvResumeAt        // a suspended session goes on at Next
	EvParked          // Car is in parc fermé or its garage for good
	EvEnd             // nothing follows
)

// Event is one thing that happened in a session.
type Event struct {
	At     time.Duration // since the session's zero: lights out, or the first green light
	Next   time.Duration
	Value  time.Duration
	Kind   Kind
	Flag   Flag
	Reason Reason
	Car    int // index in the field, -1 none
	Other  int
	Lap    int
	Seg    int
	N      int
}

// Status is where the session stands.
type Status int

// The states.
const (
	Inactive Status = iota
	Started
	Aborted
	Finished
	Finalised
	Ends
)

// Flag is a flag of a marshal sector.
type Flag uint8

// The flags.
const (
	FlagClear Flag = iota
	FlagYellow
	FlagDouble
)

// Control is what race control does with the whole track.
type Control int

// The controls.
const (
	SCDeployed Control = iota
	SCInThisLap
	VSCDeployed
	VSCEnding
	TrackClear
	RedFlag
	Resume // green light after a red flag
	PitExitOpen
)

// Verdict is a step of the stewards' handling of an incident.
type Verdict int

// The steps.
const (
	Noted Verdict = iota
	UnderInvestigation
	NoFurther
	AfterSession
)

// Reason is why something was deleted, noted or punished.
type Reason uint8

// The reasons.
const (
	NoReason Reason = iota
	TrackLimits
	CausingCollision
	Speeding
	UnsafeRelease
	GainingAdvantage
	ForcingOff
	SCInfringement
	SlipperyTrack
	LowGrip
	NotResumed    // the session, or the part, is over under the red flag
	StandingStart // the race goes on from the grid
)
