// Package racecontrol reads the language of race control: one message in, its typed meaning out, a [Message].
// It holds the forms of that language (forms.go), the parser of them, and which message goes on about the
// incident of, or takes the place of, an earlier one. It holds no state of a session and judges nothing: what
// it does not know stays [Unknown] with its text, so that callers can show and count it.
//
// The timing room asks it for deleted laps, detectors of events for everything else.
package racecontrol

import (
	"time"

	"pitwall.live/internal/f1"
)

// Message is what one message of race control means. A field that the message says nothing about is unknown,
// empty or false. Which fields a kind has is said at the kind.
type Message struct {
	Kind Kind
	Text string // as said, all of it, untouched

	// Correction is true when the message says of itself that it corrects or amends an earlier one
	// ("CORRECTION:", "UPDATE:"). Which one: see Supersedes.
	Correction bool
	Stewards   bool // spoken for the stewards ("FIA STEWARDS:")

	Cars []int  // racing numbers in the order said, 1 to 255
	Team string // who is named instead of cars, as said

	Scope     Scope
	Sector    f1.Opt[int] // marshal sector, from 1; neither a timing sector nor a mini-sector
	Zone      f1.Opt[int] // DRS or straight-mode zone, from 1
	Location  Location
	Lap       f1.Opt[int]           // lap the text names, from 1; in qualifying it counts differently than timing does
	LapTime   f1.Opt[time.Duration] // time of the lap that was deleted or given back
	LocalTime f1.Opt[time.Duration] // local time of day, to the second: of the offence, of a blue flag
	At        f1.Opt[time.Duration] // local time of day, to the minute, that is announced: a start, a restart
	Pit       bool                  // the deleted lap went through the pit lane
	NextLap   bool                  // the lap was deleted for what happened on the lap before it

	Session string // session or part named, as said, without "THE", "THIS" and "F1": "RACE", "Q2", "SPRINT"
	Penalty Penalty
	// Duration is the time of a penalty, by how much a start is delayed, or until a session resumes.
	Duration f1.Opt[time.Duration]
	Active   f1.Opt[bool] // whether what the message is about is now in force, where the kind leaves it open
	Places   f1.Opt[int]  // grid places lost, from 1
	Percent  f1.Opt[int]  // risk of rain, 0 to 100
	Degrees  f1.Opt[int]  // temperature of the air, °C
	Reason   string       // as said, trimmed, without lap, time of day and "(PIT)": "TRACK LIMITS AT TURN 4"
}

// Location is where on the circuit, or in which part of a session, something happened.
type Location struct {
	Turn   f1.Opt[int] // from 1
	ToTurn f1.Opt[int] // the last turn, when the text names a range or two of them
	Part   f1.Opt[int] // part of qualifying, 1 to 3
	Place  string      // what else the text says, as said: "PIT LANE", "PIT EXIT", "START", "BEFORE"
}

// Scope is who a flag or another message is for.
type Scope string

// Scopes of messages. The empty scope is not said.
const (
	Track   Scope = "track"
	Sector  Scope = "sector" // a marshal sector
	Driver  Scope = "driver"
	PitLane Scope = "pit_lane"
)

// Penalty is what the stewards decide against a car.
type Penalty string

// Penalties. The empty penalty is none.
const (
	TimePenalty  Penalty = "time"          // Duration; served at a stop or added to the result
	DriveThrough Penalty = "drive_through" // through the pit lane without stopping
	StopAndGo    Penalty = "stop_and_go"   // Duration where it is said
	GridDrop     Penalty = "grid_drop"     // Places where they are said
	PitLaneStart Penalty = "pit_lane_start"
	Reprimand    Penalty = "reprimand"
	Warning      Penalty = "warning"
	Fine         Penalty = "fine"
	Disqualified Penalty = "disqualified"
)

// Kind is what a message is about.
type Kind string

// Unknown is a message that no form of the language fits. Its text is kept.
const Unknown Kind = "unknown"

// Flags. Scope says for whom; Sector or Cars which.
const (
	Yellow         Kind = "yellow"
	DoubleYellow   Kind = "double_yellow"
	Clear          Kind = "clear" // of a sector, the pit lane or the whole track
	Red            Kind = "red"
	Chequered      Kind = "chequered"
	Blue           Kind = "blue" // LocalTime it was waved
	BlackAndWhite  Kind = "black_and_white"
	Black          Kind = "black"
	BlackAndOrange Kind = "black_and_orange"
	FirstToFlag    Kind = "first_to_flag" // Cars: who took the chequered flag first
)

// The safety car, real and virtual.
const (
	SafetyCarDeployed    Kind = "safety_car_deployed"
	SafetyCarInThisLap   Kind = "safety_car_in_this_lap"
	SafetyCarPitLane     Kind = "safety_car_pit_lane" // it, or all cars, go through the pit lane
	SafetyCarStraight    Kind = "safety_car_straight" // it, or all cars, use the start/finish straight
	SafetyCarLights      Kind = "safety_car_lights"   // Active
	VSCDeployed          Kind = "vsc_deployed"
	VSCEnding            Kind = "vsc_ending"
	LappedMayOvertake    Kind = "lapped_may_overtake" // Cars where they are listed
	LappedMayNotOvertake Kind = "lapped_may_not_overtake"
	CarOrder             Kind = "car_order" // order behind the safety car or for a resumption
)

// The pit lane.
const (
	GreenLight     Kind = "green_light" // the pit exit opens for a session, its part or its restart
	PitExitOpen    Kind = "pit_exit_open"
	PitExitClosed  Kind = "pit_exit_closed"
	PitEntryOpen   Kind = "pit_entry_open"
	PitEntryClosed Kind = "pit_entry_closed"
	PitLaneOpen    Kind = "pit_lane_open"
	PitLaneClosed  Kind = "pit_lane_closed"
)

// The session and its start. Session names it.
const (
	WillStart         Kind = "will_start"  // At, where it is said
	WillResume        Kind = "will_resume" // At, where it is said
	WillNotResume     Kind = "will_not_resume"
	ResumeNotice      Kind = "resume_notice" // how long until, or how long before, a resumption
	SessionStarted    Kind = "session_started"
	SessionResumed    Kind = "session_resumed"
	SessionStopped    Kind = "session_stopped"
	SessionFinished   Kind = "session_finished"
	StartDelayed      Kind = "start_delayed" // Duration where it is said
	StartAborted      Kind = "start_aborted"
	StartSuspended    Kind = "start_suspended" // the procedure
	StandingStart     Kind = "standing_start"
	RollingStart      Kind = "rolling_start"
	StartTimetable    Kind = "start_timetable" // pit lane and formation lap; At is the formation lap
	FormationLap      Kind = "formation_lap"   // At, where it is said
	FormationBehindSC Kind = "formation_behind_sc"
	ExtraFormation    Kind = "extra_formation_lap"
	PracticeStarts    Kind = "practice_starts" // Active: allowed or cancelled
)

// Weather and the surface.
const (
	RainRisk       Kind = "rain_risk" // Percent, for Session
	AirTemperature Kind = "air_temperature"
	LowGrip        Kind = "low_grip"
	NormalGrip     Kind = "normal_grip"
	GripDelta      Kind = "grip_delta" // Active: the delta time for a condition of grip
	Slippery       Kind = "slippery"   // Sector or Location.Turn
	WetTrack       Kind = "wet_track"  // declared wet
	WetTyres       Kind = "wet_tyres"  // compulsory
)

// Aids to overtaking: DRS until 2025, overtake and straight mode since 2026. Zone where it is said.
const (
	DRSEnabled           Kind = "drs_enabled"
	DRSDisabled          Kind = "drs_disabled"
	DRSDetection         Kind = "drs_detection" // Active: by itself or by hand
	OvertakeEnabled      Kind = "overtake_enabled"
	OvertakeDisabled     Kind = "overtake_disabled"
	StraightModeEnabled  Kind = "straight_mode_enabled"
	StraightModeDisabled Kind = "straight_mode_disabled"
	LowPower             Kind = "low_power" // Active
)

// Laps. One car in Cars; LapTime where it is said, then Lap, LocalTime, Reason.
const (
	LapDeleted    Kind = "lap_deleted"
	LapReinstated Kind = "lap_reinstated"
)

// The stewards. Cars or Team, Location, Reason.
const (
	IncidentNoted      Kind = "incident_noted"
	UnderInvestigation Kind = "under_investigation"
	AfterSession       Kind = "investigated_after_session" // Session
	NoFurtherAction    Kind = "no_further_action"
	PenaltyGiven       Kind = "penalty" // Penalty
	PenaltyServed      Kind = "penalty_served"
	PenaltyWithdrawn   Kind = "penalty_withdrawn"
)

// What a car does. Cars, Location.Turn.
const (
	OffTrack      Kind = "off_track" // and continued
	Spun          Kind = "spun"
	Stopped       Kind = "stopped"
	MissedApex    Kind = "missed_apex"
	RunningSlowly Kind = "running_slowly"
	Rejoined      Kind = "rejoined"
	Retired       Kind = "retired"
)

// What is on the track besides the cars. Location.
const (
	RecoveryVehicle Kind = "recovery_vehicle"
	Marshals        Kind = "marshals"
	MedicalCar      Kind = "medical_car"
	Debris          Kind = "debris"
)

// House-keeping, of no weight for the race.
const (
	Notice      Kind = "notice"       // access, awnings, head padding, parc fermé, weigh bridge, tests
	OtherSeries Kind = "other_series" // about a session that is not Formula 1's
)

// TrackLimits reports whether the reason given is track limits.
func (m *Message) TrackLimits() bool {
	const limits = "TRACK LIMITS"
	return len(m.Reason) >= len(limits) && foldEqual(m.Reason[:len(limits)], limits)
}

// About reports whether the message names the car: 4 is not in a message about 44.
func (m *Message) About(car int) bool {
	for _, c := range m.Cars {
		if c == car {
			return true
		}
	}
	return false
}
