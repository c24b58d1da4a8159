package tables

import (
	"time"

	"pitwall.live/internal/f1"
)

// The tables of the strategy picture, which package strategy makes.

// GapHistory is the table of the gaps at the end of every lap of a race.
var GapHistory = Table[f1.GapRow]{"gap_history", []column[f1.GapRow]{
	text("session_key", func(r *f1.GapRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.GapRow) int { return r.DriverNumber }).key(),
	integer("lap_number", func(r *f1.GapRow) int { return r.LapNumber }).key(),
	optMoment("time", func(r *f1.GapRow) f1.Opt[time.Time] { return r.Time }),
	optInt("position", func(r *f1.GapRow) f1.Opt[int] { return r.Position }),
	millis("gap_to_leader_ms", func(r *f1.GapRow) f1.Opt[time.Duration] { return r.GapToLeader }),
	millis("interval_ms", func(r *f1.GapRow) f1.Opt[time.Duration] { return r.Interval }),
	boolean("is_clean", func(r *f1.GapRow) bool { return r.Clean }),
	boolean("in_traffic", func(r *f1.GapRow) bool { return r.InTraffic }),
}}

// StintPace is the table of the pace of each stint of a race, freed of fuel, tyre age and traffic.
var StintPace = Table[f1.StintPaceRow]{"stint_pace", []column[f1.StintPaceRow]{
	text("session_key", func(r *f1.StintPaceRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.StintPaceRow) int { return r.DriverNumber }).key(),
	integer("stint_number", func(r *f1.StintPaceRow) int { return r.StintNumber }).key(),
	text("compound", func(r *f1.StintPaceRow) string { return r.Compound }),
	integer("lap_start", func(r *f1.StintPaceRow) int { return r.LapStart }),
	integer("lap_end", func(r *f1.StintPaceRow) int { return r.LapEnd }),
	optInt("tyre_age_laps", func(r *f1.StintPaceRow) f1.Opt[int] { return r.TyreAge }),
	integer("clean_laps", func(r *f1.StintPaceRow) int { return r.CleanLaps }),
	millis("median_ms", func(r *f1.StintPaceRow) f1.Opt[time.Duration] { return r.Median }),
	millis("corrected_ms", func(r *f1.StintPaceRow) f1.Opt[time.Duration] { return r.Corrected }),
	millis("spread_ms", func(r *f1.StintPaceRow) f1.Opt[time.Duration] { return r.Spread }),
	optFloat("wear_s_per_lap", func(r *f1.StintPaceRow) f1.Opt[float64] { return r.Wear }),
	optFloat("wear_spread_s", func(r *f1.StintPaceRow) f1.Opt[float64] { return r.WearSpread }),
}}

// Degradation is the table of how each compound has worn.
var Degradation = Table[f1.DegradationRow]{"degradation", []column[f1.DegradationRow]{
	text("session_key", func(r *f1.DegradationRow) string { return r.SessionKey }).key(),
	text("compound", func(r *f1.DegradationRow) string { return r.Compound }).key(),
	float("wear_s_per_lap", func(r *f1.DegradationRow) float64 { return r.Wear }),
	float("wear_spread_s", func(r *f1.DegradationRow) float64 { return r.WearSpread }),
	float("offset_s", func(r *f1.DegradationRow) float64 { return r.Offset }),
	float("offset_spread_s", func(r *f1.DegradationRow) float64 { return r.OffsetSpread }),
	integer("laps", func(r *f1.DegradationRow) int { return r.Laps }),
	integer("oldest_laps", func(r *f1.DegradationRow) int { return r.Oldest }),
	optFloat("fuel_s_per_lap", func(r *f1.DegradationRow) f1.Opt[float64] { return r.Fuel }),
	optFloat("fuel_spread_s", func(r *f1.DegradationRow) f1.Opt[float64] { return r.FuelSpread }),
}}

// PitLoss is the table of what a stop costs under each condition.
var PitLoss = Table[f1.PitLossRow]{"pit_loss", []column[f1.PitLossRow]{
	text("session_key", func(r *f1.PitLossRow) string { return r.SessionKey }).key(),
	text("under", func(r *f1.PitLossRow) string { return r.Under }).key(),
	length("median_ms", func(r *f1.PitLossRow) time.Duration { return r.Median }),
	length("low_ms", func(r *f1.PitLossRow) time.Duration { return r.Low }),
	length("high_ms", func(r *f1.PitLossRow) time.Duration { return r.High }),
	integer("stops", func(r *f1.PitLossRow) int { return r.Stops }),
	integer("prior_stops", func(r *f1.PitLossRow) int { return r.PriorStops }),
}}

// StopLosses is the table of what each stop cost.
var StopLosses = Table[f1.StopLossRow]{"stop_losses", []column[f1.StopLossRow]{
	text("session_key", func(r *f1.StopLossRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.StopLossRow) int { return r.DriverNumber }).key(),
	integer("lap_number", func(r *f1.StopLossRow) int { return r.LapNumber }).key(),
	text("under", func(r *f1.StopLossRow) string { return r.Under }),
	length("loss_ms", func(r *f1.StopLossRow) time.Duration { return r.Loss }),
	millis("pit_lane_ms", func(r *f1.StopLossRow) f1.Opt[time.Duration] { return r.PitLane }),
}}

// Rejoin is the table of where each car would have come out, lap by lap.
var Rejoin = Table[f1.RejoinRow]{"rejoin", []column[f1.RejoinRow]{
	text("session_key", func(r *f1.RejoinRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.RejoinRow) int { return r.DriverNumber }).key(),
	integer("lap_number", func(r *f1.RejoinRow) int { return r.LapNumber }).key(),
	integer("out_lap", func(r *f1.RejoinRow) int { return r.OutLap }),
	text("under", func(r *f1.RejoinRow) string { return r.Under }),
	length("pit_loss_ms", func(r *f1.RejoinRow) time.Duration { return r.PitLoss }),
	integer("position", func(r *f1.RejoinRow) int { return r.Position }),
	integer("position_low", func(r *f1.RejoinRow) int { return r.PositionLow }),
	integer("position_high", func(r *f1.RejoinRow) int { return r.PositionHigh }),
	optInt("ahead_driver_number", func(r *f1.RejoinRow) f1.Opt[int] { return r.Ahead }),
	millis("gap_ahead_ms", func(r *f1.RejoinRow) f1.Opt[time.Duration] { return r.GapAhead }),
	optInt("behind_driver_number", func(r *f1.RejoinRow) f1.Opt[int] { return r.Behind }),
	millis("gap_behind_ms", func(r *f1.RejoinRow) f1.Opt[time.Duration] { return r.GapBehind }),
	text("traffic", func(r *f1.RejoinRow) string { return r.Traffic }),
	optInt("actual_position", func(r *f1.RejoinRow) f1.Opt[int] { return r.Actual }),
}}

// Undercuts is the table of the ledger of under- and overcuts.
var Undercuts = Table[f1.UndercutRow]{"undercuts", []column[f1.UndercutRow]{
	text("session_key", func(r *f1.UndercutRow) string { return r.SessionKey }).key(),
	integer("first_driver_number", func(r *f1.UndercutRow) int { return r.First }).key(),
	integer("first_lap_number", func(r *f1.UndercutRow) int { return r.FirstLap }).key(),
	integer("second_driver_number", func(r *f1.UndercutRow) int { return r.Second }).key(),
	integer("second_lap_number", func(r *f1.UndercutRow) int { return r.SecondLap }).key(),
	text("kind", func(r *f1.UndercutRow) string { return r.Kind }),
	text("under", func(r *f1.UndercutRow) string { return r.Under }),
	length("gap_before_ms", func(r *f1.UndercutRow) time.Duration { return r.GapBefore }),
	length("gap_after_ms", func(r *f1.UndercutRow) time.Duration { return r.GapAfter }),
	millis("forecast_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.Forecast }),
	millis("forecast_spread_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.ForecastSpread }),
	millis("stop_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.Stop }),
	millis("in_lap_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.InLap }),
	millis("out_lap_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.OutLap }),
	millis("tyre_pace_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.TyrePace }),
	millis("traffic_ms", func(r *f1.UndercutRow) f1.Opt[time.Duration] { return r.Traffic }),
	boolean("worked", func(r *f1.UndercutRow) bool { return r.Worked }),
}}

// IdealLaps is the table of the best sectors of each car put together, by part in qualifying.
var IdealLaps = Table[f1.IdealLapRow]{"ideal_laps", []column[f1.IdealLapRow]{
	text("session_key", func(r *f1.IdealLapRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.IdealLapRow) int { return r.DriverNumber }).key(),
	integer("part", func(r *f1.IdealLapRow) int { return r.Part }).key(),
	length("s1_ms", func(r *f1.IdealLapRow) time.Duration { return r.Sector1 }),
	length("s2_ms", func(r *f1.IdealLapRow) time.Duration { return r.Sector2 }),
	length("s3_ms", func(r *f1.IdealLapRow) time.Duration { return r.Sector3 }),
	length("ideal_ms", func(r *f1.IdealLapRow) time.Duration { return r.Ideal }),
	millis("best_ms", func(r *f1.IdealLapRow) f1.Opt[time.Duration] { return r.Best }),
	integer("laps", func(r *f1.IdealLapRow) int { return r.Laps }),
}}

// Consistency is the table of how evenly each car was driven.
var Consistency = Table[f1.ConsistencyRow]{"consistency", []column[f1.ConsistencyRow]{
	text("session_key", func(r *f1.ConsistencyRow) string { return r.SessionKey }).key(),
	integer("driver_number", func(r *f1.ConsistencyRow) int { return r.DriverNumber }).key(),
	integer("laps", func(r *f1.ConsistencyRow) int { return r.Laps }),
	length("spread_ms", func(r *f1.ConsistencyRow) time.Duration { return r.Spread }),
}}

// length is a duration that is always known.
func length[R any](name string, get func(*R) time.Duration) column[R] {
	return millis(name, func(r *R) f1.Opt[time.Duration] { return f1.Some(get(r)) })
}
