package tables

import (
	"strconv"
	"time"

	"pitwall.live/internal/f1"
)

// Sessions is the table of sessions.
var Sessions = Table[f1.SessionRow]{"sessions", []column[f1.SessionRow]{
	text("session_key", func(r *f1.SessionRow) string { return r.SessionKey }).key(),
	optInt("season", func(r *f1.SessionRow) f1.Opt[int] { return r.Season }),
	optInt("round", func(r *f1.SessionRow) f1.Opt[int] { return r.Round }),
	text("event", func(r *f1.SessionRow) string { return r.Event }),
	text("circuit_id", func(r *f1.SessionRow) string { return r.CircuitID }),
	text("type", func(r *f1.SessionRow) f1.SessionType { return r.Type }),
	text("name", func(r *f1.SessionRow) string { return r.Name }),
	optMoment("date_start", func(r *f1.SessionRow) f1.Opt[time.Time] { return r.DateStart }),
	optMoment("date_end", func(r *f1.SessionRow) f1.Opt[time.Time] { return r.DateEnd }),
	offset("utc_offset", func(r *f1.SessionRow) f1.Opt[time.Duration] { return r.UTCOffset }),
	text("status", func(r *f1.SessionRow) f1.SessionStatus { return r.Status }),
	optInt("total_laps", func(r *f1.SessionRow) f1.Opt[int] { return r.TotalLaps }),
}}

// Drivers is the table of drivers.
var Drivers = Table[f1.DriverRow]{"drivers", []column[f1.DriverRow]{
	text("session_key", func(r *f1.DriverRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.DriverRow) int { return r.DriverNumber }).key(),
	text("tla", func(r *f1.DriverRow) string { return r.TLA }),
	text("first_name", func(r *f1.DriverRow) string { return r.FirstName }),
	text("last_name", func(r *f1.DriverRow) string { return r.LastName }),
	text("team", func(r *f1.DriverRow) string { return r.Team }),
	text("team_colour", func(r *f1.DriverRow) string { return r.TeamColour }),
	optInt("line", func(r *f1.DriverRow) f1.Opt[int] { return r.Line }),
	text("country", func(r *f1.DriverRow) string { return r.Country }),
}}

// Laps is the table of laps.
var Laps = Table[f1.LapRow]{"laps", []column[f1.LapRow]{
	text("session_key", func(r *f1.LapRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.LapRow) int { return r.DriverNumber }).key(),
	integer("lap_number", func(r *f1.LapRow) int { return r.LapNumber }).key(),
	optMoment("date_start", func(r *f1.LapRow) f1.Opt[time.Time] { return r.DateStart }),
	millis("lap_time_ms", func(r *f1.LapRow) f1.Opt[time.Duration] { return r.LapTime }),
	millis("s1_ms", func(r *f1.LapRow) f1.Opt[time.Duration] { return r.Sector1 }),
	millis("s2_ms", func(r *f1.LapRow) f1.Opt[time.Duration] { return r.Sector2 }),
	millis("s3_ms", func(r *f1.LapRow) f1.Opt[time.Duration] { return r.Sector3 }),
	optInt("speed_i1_kmh", func(r *f1.LapRow) f1.Opt[int] { return r.SpeedI1 }),
	optInt("speed_i2_kmh", func(r *f1.LapRow) f1.Opt[int] { return r.SpeedI2 }),
	optInt("speed_fl_kmh", func(r *f1.LapRow) f1.Opt[int] { return r.SpeedFL }),
	optInt("speed_st_kmh", func(r *f1.LapRow) f1.Opt[int] { return r.SpeedST }),
	optInt("stint_number", func(r *f1.LapRow) f1.Opt[int] { return r.StintNumber }),
	text("compound", func(r *f1.LapRow) string { return r.Compound }),
	optInt("tyre_age_laps", func(r *f1.LapRow) f1.Opt[int] { return r.TyreAge }),
	optBool("fresh_tyre", func(r *f1.LapRow) f1.Opt[bool] { return r.FreshTyre }),
	optInt("position", func(r *f1.LapRow) f1.Opt[int] { return r.Position }),
	millis("gap_to_leader_ms", func(r *f1.LapRow) f1.Opt[time.Duration] { return r.GapToLeader }),
	millis("interval_ms", func(r *f1.LapRow) f1.Opt[time.Duration] { return r.Interval }),
	optInt("laps_down", func(r *f1.LapRow) f1.Opt[int] { return r.LapsDown }),
	boolean("in_pit_at_start", func(r *f1.LapRow) bool { return r.InPitAtStart }),
	optMoment("pit_in_time", func(r *f1.LapRow) f1.Opt[time.Time] { return r.PitIn }),
	optMoment("pit_out_time", func(r *f1.LapRow) f1.Opt[time.Time] { return r.PitOut }),
	boolean("is_personal_best", func(r *f1.LapRow) bool { return r.PersonalBest }),
	boolean("deleted", func(r *f1.LapRow) bool { return r.Deleted }),
	text("deleted_reason", func(r *f1.LapRow) string { return r.DeletedReason }),
	text("track_status", func(r *f1.LapRow) string { return r.TrackStatus }),
	boolean("is_accurate", func(r *f1.LapRow) bool { return r.Accurate }),
}}

// Stints is the table of stints.
var Stints = Table[f1.StintRow]{"stints", []column[f1.StintRow]{
	text("session_key", func(r *f1.StintRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.StintRow) int { return r.DriverNumber }).key(),
	integer("stint_number", func(r *f1.StintRow) int { return r.StintNumber }).key(),
	text("compound", func(r *f1.StintRow) string { return r.Compound }),
	optInt("lap_start", func(r *f1.StintRow) f1.Opt[int] { return r.LapStart }),
	optInt("lap_end", func(r *f1.StintRow) f1.Opt[int] { return r.LapEnd }),
	optInt("tyre_age_at_start", func(r *f1.StintRow) f1.Opt[int] { return r.TyreAgeAtStart }),
	optBool("fresh_tyre", func(r *f1.StintRow) f1.Opt[bool] { return r.FreshTyre }),
}}

// PitStops is the table of visits to the pit lane.
var PitStops = Table[f1.PitStopRow]{"pit_stops", []column[f1.PitStopRow]{
	text("session_key", func(r *f1.PitStopRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.PitStopRow) int { return r.DriverNumber }).key(),
	integer("stop_number", func(r *f1.PitStopRow) int { return r.StopNumber }).key(),
	integer("lap_number", func(r *f1.PitStopRow) int { return r.LapNumber }),
	optMoment("pit_in_time", func(r *f1.PitStopRow) f1.Opt[time.Time] { return r.PitIn }),
	optMoment("pit_out_time", func(r *f1.PitStopRow) f1.Opt[time.Time] { return r.PitOut }),
	millis("pit_lane_ms", func(r *f1.PitStopRow) f1.Opt[time.Duration] { return r.PitLane }),
	millis("stationary_ms", func(r *f1.PitStopRow) f1.Opt[time.Duration] { return r.Stationary }),
	text("compound_from", func(r *f1.PitStopRow) string { return r.CompoundFrom }),
	text("compound_to", func(r *f1.PitStopRow) string { return r.CompoundTo }),
	text("under", func(r *f1.PitStopRow) string { return r.Under }),
}}

// Positions is the table of changes of place.
var Positions = Table[f1.PositionRow]{"positions", []column[f1.PositionRow]{
	text("session_key", func(r *f1.PositionRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.PositionRow) int { return r.DriverNumber }).key(),
	moment("time", func(r *f1.PositionRow) time.Time { return r.Time }).key(),
	integer("position", func(r *f1.PositionRow) int { return r.Position }),
}}

// Intervals is the table of changes of gap.
var Intervals = Table[f1.IntervalRow]{"intervals", []column[f1.IntervalRow]{
	text("session_key", func(r *f1.IntervalRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.IntervalRow) int { return r.DriverNumber }).key(),
	moment("time", func(r *f1.IntervalRow) time.Time { return r.Time }).key(),
	millis("gap_to_leader_ms", func(r *f1.IntervalRow) f1.Opt[time.Duration] { return r.GapToLeader }),
	millis("interval_ms", func(r *f1.IntervalRow) f1.Opt[time.Duration] { return r.Interval }),
	optInt("laps_down", func(r *f1.IntervalRow) f1.Opt[int] { return r.LapsDown }),
}}

// RaceControl is the table of race control's messages.
var RaceControl = Table[f1.RaceControlRow]{"race_control", []column[f1.RaceControlRow]{
	text("session_key", func(r *f1.RaceControlRow) string { return r.SessionKey }).key(),
	integer("message_id", func(r *f1.RaceControlRow) int { return r.MessageID }).key(),
	moment("time", func(r *f1.RaceControlRow) time.Time { return r.Time }),
	optInt("lap_number", func(r *f1.RaceControlRow) f1.Opt[int] { return r.LapNumber }),
	text("category", func(r *f1.RaceControlRow) string { return r.Category }),
	text("flag", func(r *f1.RaceControlRow) string { return r.Flag }),
	text("scope", func(r *f1.RaceControlRow) string { return r.Scope }),
	optInt("sector", func(r *f1.RaceControlRow) f1.Opt[int] { return r.Sector }),
	optInt("driver_number", func(r *f1.RaceControlRow) f1.Opt[int] { return r.DriverNumber }),
	text("message", func(r *f1.RaceControlRow) string { return r.Message }),
}}

// TrackStatus is the table of changes of the track's state.
var TrackStatus = Table[f1.TrackStatusRow]{"track_status", []column[f1.TrackStatusRow]{
	text("session_key", func(r *f1.TrackStatusRow) string { return r.SessionKey }).key(),
	moment("time", func(r *f1.TrackStatusRow) time.Time { return r.Time }).key(),
	text("status", func(r *f1.TrackStatusRow) f1.TrackStatus { return r.Status }),
	text("message", func(r *f1.TrackStatusRow) string { return r.Message }),
}}

// Weather is the table of weather reports.
var Weather = Table[f1.WeatherRow]{"weather", []column[f1.WeatherRow]{
	text("session_key", func(r *f1.WeatherRow) string { return r.SessionKey }).key(),
	moment("time", func(r *f1.WeatherRow) time.Time { return r.Time }).key(),
	optFloat("air_c", func(r *f1.WeatherRow) f1.Opt[float64] { return r.Air }),
	optFloat("track_c", func(r *f1.WeatherRow) f1.Opt[float64] { return r.Track }),
	optFloat("humidity_pct", func(r *f1.WeatherRow) f1.Opt[float64] { return r.Humidity }),
	optFloat("pressure_hpa", func(r *f1.WeatherRow) f1.Opt[float64] { return r.Pressure }),
	optFloat("wind_ms", func(r *f1.WeatherRow) f1.Opt[float64] { return r.WindSpeed }),
	optInt("wind_deg", func(r *f1.WeatherRow) f1.Opt[int] { return r.WindDir }),
	optBool("rainfall", func(r *f1.WeatherRow) f1.Opt[bool] { return r.Rainfall }),
}}

// Telemetry is the table of samples of car channels.
var Telemetry = Table[f1.TelemetryRow]{"telemetry", []column[f1.TelemetryRow]{
	text("session_key", func(r *f1.TelemetryRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.TelemetryRow) int { return r.DriverNumber }).key(),
	moment("time", func(r *f1.TelemetryRow) time.Time { return r.Time }).key(),
	optInt("speed_kmh", func(r *f1.TelemetryRow) f1.Opt[int16] { return r.Speed }),
	optInt("rpm", func(r *f1.TelemetryRow) f1.Opt[int16] { return r.RPM }),
	optInt("gear", func(r *f1.TelemetryRow) f1.Opt[int16] { return r.Gear }),
	optInt("throttle_pct", func(r *f1.TelemetryRow) f1.Opt[int16] { return r.Throttle }),
	optInt("brake", func(r *f1.TelemetryRow) f1.Opt[int16] { return r.Brake }),
	optInt("drs", func(r *f1.TelemetryRow) f1.Opt[int16] { return r.DRS }),
}}

// Locations is the table of samples of places.
var Locations = Table[f1.LocationRow]{"locations", []column[f1.LocationRow]{
	text("session_key", func(r *f1.LocationRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.LocationRow) int { return r.DriverNumber }).key(),
	moment("time", func(r *f1.LocationRow) time.Time { return r.Time }).key(),
	float("x_m", func(r *f1.LocationRow) float64 { return r.X }),
	float("y_m", func(r *f1.LocationRow) float64 { return r.Y }),
	float("z_m", func(r *f1.LocationRow) float64 { return r.Z }),
	optBool("on_track", func(r *f1.LocationRow) f1.Opt[bool] { return r.OnTrack }),
}}

// LapTelemetry is the table of what the samples of each lap come to.
var LapTelemetry = Table[f1.LapTelemetryRow]{"lap_telemetry", []column[f1.LapTelemetryRow]{
	text("session_key", func(r *f1.LapTelemetryRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.LapTelemetryRow) int { return r.DriverNumber }).key(),
	integer("lap_number", func(r *f1.LapTelemetryRow) int { return r.LapNumber }).key(),
	integer("samples", func(r *f1.LapTelemetryRow) int { return r.Samples }),
	optInt("speed_max_kmh", func(r *f1.LapTelemetryRow) f1.Opt[int] { return r.SpeedMax }),
	optInt("speed_min_kmh", func(r *f1.LapTelemetryRow) f1.Opt[int] { return r.SpeedMin }),
	optFloat("speed_mean_kmh", func(r *f1.LapTelemetryRow) f1.Opt[float64] { return r.SpeedMean }),
	optInt("rpm_max", func(r *f1.LapTelemetryRow) f1.Opt[int] { return r.RPMMax }),
	optFloat("full_throttle_pct", func(r *f1.LapTelemetryRow) f1.Opt[float64] { return r.FullThrottle }),
	optFloat("braking_pct", func(r *f1.LapTelemetryRow) f1.Opt[float64] { return r.Braking }),
	optFloat("drs_open_pct", func(r *f1.LapTelemetryRow) f1.Opt[float64] { return r.DRSOpen }),
	optInt("gear_changes", func(r *f1.LapTelemetryRow) f1.Opt[int] { return r.GearChanges }),
}}

// TeamRadio is the table of published radio messages.
var TeamRadio = Table[f1.TeamRadioRow]{"team_radio", []column[f1.TeamRadioRow]{
	text("session_key", func(r *f1.TeamRadioRow) string { return r.SessionKey }).key(),
	moment("time", func(r *f1.TeamRadioRow) time.Time { return r.Time }).key(),
	integer("driver_number", func(r *f1.TeamRadioRow) int { return r.DriverNumber }).key(),
	text("path", func(r *f1.TeamRadioRow) string { return r.Path }),
}}

// Events is the table of what happened, each event in its newest version.
var Events = Table[f1.EventRow]{"events", []column[f1.EventRow]{
	text("session_key", func(r *f1.EventRow) string { return r.SessionKey }).key(),
	text("event_id", func(r *f1.EventRow) string { return r.ID }).key(),
	moment("time", func(r *f1.EventRow) time.Time { return r.Time }),
	optInt("lap_number", func(r *f1.EventRow) f1.Opt[int] { return r.Lap }),
	text("kind", func(r *f1.EventRow) f1.EventKind { return r.Kind }),
	text("priority", func(r *f1.EventRow) string { return r.Priority.String() }),
	optInt("driver_number", func(r *f1.EventRow) f1.Opt[int] { return r.Car }),
	optInt("other_driver_number", func(r *f1.EventRow) f1.Opt[int] { return r.Other }),
	optInt("position_from", func(r *f1.EventRow) f1.Opt[int] { return r.PositionFrom }),
	optInt("position_to", func(r *f1.EventRow) f1.Opt[int] { return r.PositionTo }),
	optFloat("value", func(r *f1.EventRow) f1.Opt[float64] { return r.Value }),
	text("detail", func(r *f1.EventRow) string { return r.Detail }),
	text("status", func(r *f1.EventRow) f1.EventStatus { return r.Status }),
	text("supersedes", func(r *f1.EventRow) string { return r.Supersedes }),
	text("evidence", func(r *f1.EventRow) string { return numbers(r.Evidence) }),
	// Beyond the contract: the rest of what is told, and counts that are no places.
	moment("known", func(r *f1.EventRow) time.Time { return r.Known }),
	integer("version", func(r *f1.EventRow) int { return r.Version }),
	text("driver_numbers", func(r *f1.EventRow) string { return numbers(r.Cars) }),
	integer("offset", func(r *f1.EventRow) int { return int(r.Offset) }),
	optInt("count_from", func(r *f1.EventRow) f1.Opt[int] { return r.CountFrom }),
	optInt("count_to", func(r *f1.EventRow) f1.Opt[int] { return r.CountTo }),
	text("count_of", func(r *f1.EventRow) string { return r.CountOf }),
}}

// numbers writes cars or message offsets with a blank between them.
func numbers[N int | uint64](all []N) string {
	b := make([]byte, 0, 8*len(all))
	for i, n := range all {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(n), 10)
	}
	return string(b)
}

// Results is the table of results.
var Results = Table[f1.ResultRow]{"results", []column[f1.ResultRow]{
	text("session_key", func(r *f1.ResultRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.ResultRow) int { return r.DriverNumber }).key(),
	optInt("position", func(r *f1.ResultRow) f1.Opt[int] { return r.Position }),
	optBool("classified", func(r *f1.ResultRow) f1.Opt[bool] { return r.Classified }),
	text("status", func(r *f1.ResultRow) string { return r.Status }),
	optInt("grid", func(r *f1.ResultRow) f1.Opt[int] { return r.Grid }),
	optFloat("points", func(r *f1.ResultRow) f1.Opt[float64] { return r.Points }),
	optInt("laps_completed", func(r *f1.ResultRow) f1.Opt[int] { return r.LapsCompleted }),
	millis("time_ms", func(r *f1.ResultRow) f1.Opt[time.Duration] { return r.Time }),
	millis("gap_ms", func(r *f1.ResultRow) f1.Opt[time.Duration] { return r.Gap }),
	optInt("laps_down", func(r *f1.ResultRow) f1.Opt[int] { return r.LapsDown }),
}}
