package tables

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"pitwall.live/internal/f1"
)

// Rows gives the rows of every table of a session; a nil field is an empty table. Sequences are asked
// for rows only when their table is written.
type Rows struct {
	Sessions    iter.Seq[f1.SessionRow]
	Drivers     iter.Seq[f1.DriverRow]
	Laps        iter.Seq[f1.LapRow]
	Stints      iter.Seq[f1.StintRow]
	PitStops    iter.Seq[f1.PitStopRow]
	Positions   iter.Seq[f1.PositionRow]
	Intervals   iter.Seq[f1.IntervalRow]
	RaceControl iter.Seq[f1.RaceControlRow]
	TrackStatus iter.Seq[f1.TrackStatusRow]
	Weather     iter.Seq[f1.WeatherRow]
	Telemetry   iter.Seq[f1.TelemetryRow]
	Locations   iter.Seq[f1.LocationRow]
	TeamRadio   iter.Seq[f1.TeamRadioRow]
	Events      iter.Seq[f1.EventRow]
	Results     iter.Seq[f1.ResultRow]

	GapHistory  iter.Seq[f1.GapRow]
	StintPace   iter.Seq[f1.StintPaceRow]
	Degradation iter.Seq[f1.DegradationRow]
	PitLoss     iter.Seq[f1.PitLossRow]
	StopLosses  iter.Seq[f1.StopLossRow]
	Rejoin      iter.Seq[f1.RejoinRow]
	Undercuts   iter.Seq[f1.UndercutRow]
	IdealLaps   iter.Seq[f1.IdealLapRow]
	Consistency iter.Seq[f1.ConsistencyRow]

	LapTelemetry iter.Seq[f1.LapTelemetryRow]
}

// ErrUnknown is the error of a name that is no table's.
var ErrUnknown = errors.New("no such table")

// entry is what the list of tables knows of each without its row type.
type entry struct {
	Description
	cells func(Rows) iter.Seq[Row]
}

func list[R any](t Table[R], rows func(Rows) iter.Seq[R]) entry {
	return entry{t.Describe(), func(all Rows) iter.Seq[Row] { return t.Cells(rows(all)) }}
}

// entries are the tables in the contract's order.
var entries = []entry{
	list(Sessions, func(r Rows) iter.Seq[f1.SessionRow] { return r.Sessions }),
	list(Drivers, func(r Rows) iter.Seq[f1.DriverRow] { return r.Drivers }),
	list(Laps, func(r Rows) iter.Seq[f1.LapRow] { return r.Laps }),
	list(Stints, func(r Rows) iter.Seq[f1.StintRow] { return r.Stints }),
	list(PitStops, func(r Rows) iter.Seq[f1.PitStopRow] { return r.PitStops }),
	list(Positions, func(r Rows) iter.Seq[f1.PositionRow] { return r.Positions }),
	list(Intervals, func(r Rows) iter.Seq[f1.IntervalRow] { return r.Intervals }),
	list(RaceControl, func(r Rows) iter.Seq[f1.RaceControlRow] { return r.RaceControl }),
	list(TrackStatus, func(r Rows) iter.Seq[f1.TrackStatusRow] { return r.TrackStatus }),
	list(Weather, func(r Rows) iter.Seq[f1.WeatherRow] { return r.Weather }),
	list(Telemetry, func(r Rows) iter.Seq[f1.TelemetryRow] { return r.Telemetry }),
	list(Locations, func(r Rows) iter.Seq[f1.LocationRow] { return r.Locations }),
	list(TeamRadio, func(r Rows) iter.Seq[f1.TeamRadioRow] { return r.TeamRadio }),
	list(Events, func(r Rows) iter.Seq[f1.EventRow] { return r.Events }),
	list(Results, func(r Rows) iter.Seq[f1.ResultRow] { return r.Results }),
	list(GapHistory, func(r Rows) iter.Seq[f1.GapRow] { return r.GapHistory }),
	list(StintPace, func(r Rows) iter.Seq[f1.StintPaceRow] { return r.StintPace }),
	list(Degradation, func(r Rows) iter.Seq[f1.DegradationRow] { return r.Degradation }),
	list(PitLoss, func(r Rows) iter.Seq[f1.PitLossRow] { return r.PitLoss }),
	list(StopLosses, func(r Rows) iter.Seq[f1.StopLossRow] { return r.StopLosses }),
	list(Rejoin, func(r Rows) iter.Seq[f1.RejoinRow] { return r.Rejoin }),
	list(Undercuts, func(r Rows) iter.Seq[f1.UndercutRow] { return r.Undercuts }),
	list(IdealLaps, func(r Rows) iter.Seq[f1.IdealLapRow] { return r.IdealLaps }),
	list(Consistency, func(r Rows) iter.Seq[f1.ConsistencyRow] { return r.Consistency }),
	list(LapTelemetry, func(r Rows) iter.Seq[f1.LapTelemetryRow] { return r.LapTelemetry }),
}

// Names returns the tables' names, in the contract's order.
func Names() []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.Name
	}
	return out
}

// All describes every table, in the contract's order.
func All() []Description {
	out := make([]Description, len(entries))
	for i, e := range entries {
		out[i] = e.Description
	}
	return out
}

// Find describes the named table.
func Find(table string) (Description, error) {
	for i := range entries {
		if entries[i].Name == table {
			return entries[i].Description, nil
		}
	}
	return Description{}, fmt.Errorf("tables: %w: %q", ErrUnknown, table)
}

// Cells gives the rows of the named table as cells; nothing for a name that is no table's. The row handed out
// is the same memory each time.
func (r Rows) Cells(table string) iter.Seq[Row] {
	for _, e := range entries {
		if e.Name == table {
			return e.cells(r)
		}
	}
	return func(func(Row) bool) {}
}

// Write encodes the named table to w and returns its number of rows.
func (r Rows) Write(w io.Writer, table string, f Format) (int, error) {
	d, err := Find(table)
	if err != nil {
		return 0, err
	}
	return d.Write(w, f, r.Cells(table))
}
