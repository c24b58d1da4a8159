package history

// Kind is a kind of defect.
type Kind string

// The kinds of defects. Those marked "explained" are differences between what was on the track and the official
// result that are in order.
const (
	RowUnreadable   Kind = "row_unreadable"   // kept out
	FieldUnreadable Kind = "field_unreadable" // taken as unknown
	SessionSplit    Kind = "session_split"    // rows of one session are not together in the file: the later ones are kept out
	Misnamed        Kind = "file_misnamed"    // the rows are of another season or kind of session than the name says

	LapTimeMissing     Kind = "lap_time_missing"
	SectorMissing      Kind = "sector_missing"
	SectorsNotLap      Kind = "sectors_not_lap" // they sum to more than 3 ms beside the lap time
	SpeedMissing       Kind = "speed_missing"   // one a session and trap, with its share
	CompoundMissing    Kind = "compound_missing"
	PositionMissing    Kind = "position_missing"
	TrackStatusMissing Kind = "track_status_missing"
	CompoundInStint    Kind = "compound_in_stint" // changes without a new stint

	LapMissing     Kind = "lap_missing"     // between laps that are there, or from the first
	LapDuplicate   Kind = "lap_duplicate"   // the later row is kept out
	LapBeyond      Kind = "lap_beyond"      // after the official number of laps
	LapUnfinished  Kind = "lap_unfinished"  // the last of a car that stopped: never completed (explained)
	LapsCompleted  Kind = "laps_completed"  // more or fewer than the result says
	DriverMissing  Kind = "driver_missing"  // has completed laps by the result, has none here
	DriverNoLap    Kind = "driver_no_lap"   // is in the result without a completed lap, has none here (explained)
	DriverUnknown  Kind = "driver_unknown"  // has laps here, is not in the result
	ShortSession   Kind = "short_session"   // the official distance is under three quarters of the scheduled one
	NeverRaced     Kind = "never_raced"     // no lap is timed but behind the safety car or under a red flag
	LapsIncomplete Kind = "laps_incomplete" // more than one in ten of the laps of the result is not here

	ClockBack        Kind = "clock_back"         // a crossing before the one of the lap before
	ClockStep        Kind = "clock_step"         // the crossings are further apart than the lap time, or less, by over 0.3 s
	ClockShift       Kind = "clock_shift"        // a car's crossings are all early or late by the same time; a second witness agrees
	ClockShiftSingle Kind = "clock_shift_single" // as told by one witness where no second one speaks
	StartOff         Kind = "start_off"          // the first lap began at another moment than that of the others, another witness refutes a shift
	FinishOff        Kind = "finish_off"         // the gap at the flag is not the official one, the start agrees
	ClockSpread      Kind = "clock_spread"       // most cars do not agree on the start or the gaps at the flag
	PositionOrder    Kind = "position_order"     // the position at the end of a lap is not the order of crossing

	SampleBack Kind = "sample_back" // a sample of telemetry before the one before it
	LapLength  Kind = "lap_length"  // the samples of a lap end over a second before or after it
	LapUnknown Kind = "lap_unknown" // samples of a lap whose start is not known: kept out

	PlaceDiffers      Kind = "place_differs"
	PlaceByPenalty    Kind = "place_by_penalty"     // explained by times added
	PlaceByExclusion  Kind = "place_by_exclusion"   // explained by disqualifications
	PlaceByClockShift Kind = "place_by_clock_shift" // explained by a shift found above
	ResultsUnknown    Kind = "results_unknown"      // nothing to hold the session against
)

// Explained tells whether a kind is a difference that is in order.
func (k Kind) Explained() bool {
	return k == LapUnfinished || k == DriverNoLap || k == PlaceByPenalty || k == PlaceByExclusion || k == ShortSession
}

// Defect is one thing found wrong in a table.
type Defect struct {
	Source  Source `json:"source"`
	Session string `json:"session,omitempty"` // ID, "" where it is of the file
	Driver  int    `json:"driver_number,omitempty"`
	Lap     int    `json:"lap,omitempty"`
	Line    int    `json:"line,omitempty"` // of the file, from 1
	Kind    Kind   `json:"kind"`
	Rows    int    `json:"rows"` // how many rows it is about, at least 1
	Detail  string `json:"detail,omitempty"`
}
