package postgres

import (
	"slices"
	"strings"

	"pitwall.live/internal/tables"
)

// Where the storage has other names than the derived tables, because the design spells them so.
var (
	renamedTables  = map[string]string{"laps": "lap_times", "drivers": "session_drivers", "results": "session_results"}
	renamedColumns = map[string]map[string]string{
		"laps":      {"lap_number": "lap", "s1_ms": "s1", "s2_ms": "s2", "s3_ms": "s3"},
		"telemetry": {"speed_kmh": "speed", "throttle_pct": "throttle"},
	}
)

// series are the tables partitioned by time, with the columns that the design puts first.
var series = map[string][]string{
	"laps":      {"time", "session_id", "driver_id", "lap", "s1", "s2", "s3", "compound"},
	"telemetry": {"time", "session_id", "driver_id", "speed", "throttle", "brake", "gear"},
	"locations": {"time", "session_id", "driver_id"},
	"intervals": {"time", "session_id", "driver_id"},
	"positions": {"time", "session_id", "driver_id"},
}

// Columns of the storage that no derived table has.
const (
	colSession  = "session_id"
	colDriver   = "driver_id"
	colTime     = "time"
	colTimeFrom = "time_from"
	colPlace    = "n"
)

// storedColumn is one column of the storage.
type storedColumn struct {
	Name string
	Type string // of SQL
	From int    // the column of the derived table that it holds, -1: none
	Kind tables.Type
	Key  bool
}

// stored is the storage of one derived table.
type stored struct {
	tables.Description
	Table   string
	Columns []storedColumn
	Series  bool
	at      []int // for each column of the derived table, which column holds it; -1: session_key, which the session has
	list    string
	read    string // the columns of the derived table but session_key, in its order; behind them the row's number, if it has one
	number  int    // the derived column driver_number, -1: none
}

// storage of all derived tables but sessions, by their names.
type storage map[string]*stored

func newStorage() storage {
	all := storage{}
	for _, d := range tables.All() {
		if d.Name != "sessions" {
			all[d.Name] = newStored(d)
		}
	}
	return all
}

func newStored(d tables.Description) *stored {
	s := &stored{Description: d, Table: d.Name, number: d.Index("driver_number")}
	if name, ok := renamedTables[d.Name]; ok {
		s.Table = name
	}
	first, isSeries := series[d.Name]
	s.Series = isSeries
	cols := []storedColumn{{Name: colSession, Type: "text", From: -1, Key: true}}
	if isSeries {
		cols = append(cols, storedColumn{Name: colDriver, Type: "text", From: -1})
	}
	for i, c := range d.Columns {
		if c.Name == "session_key" {
			continue
		}
		name := c.Name
		if to, ok := renamedColumns[d.Name][name]; ok {
			name = to
		}
		cols = append(cols, storedColumn{Name: name, Type: sqlType(d.Name, c), From: i, Kind: c.Type, Key: d.Sorted && c.Key})
	}
	if d.Name == "laps" {
		cols = append(cols, storedColumn{Name: colTime, Type: "timestamp with time zone", From: -1},
			storedColumn{Name: colTimeFrom, Type: "text", From: -1})
	}
	if !d.Sorted {
		cols = append(cols, storedColumn{Name: colPlace, Type: "integer", From: -1, Key: true})
	}
	rank := func(c storedColumn) int {
		if i := slices.Index(first, c.Name); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(cols, func(a, b storedColumn) int { return rank(a) - rank(b) })
	s.Columns = cols
	s.at = make([]int, len(d.Columns))
	for i := range s.at {
		s.at[i] = slices.IndexFunc(cols, func(c storedColumn) bool { return c.From == i })
	}
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = quote(c.Name)
	}
	s.list = strings.Join(names, ", ")
	var read []string
	for _, i := range s.at {
		if i >= 0 {
			read = append(read, names[i])
		}
	}
	if !d.Sorted {
		read = append(read, colPlace)
	}
	s.read = strings.Join(read, ", ")
	return s
}

// storedSessionColumns are the columns of table sessions but session_key.
var storedSessionColumns = func() string {
	var names []string
	for _, c := range tables.Sessions.Describe().Columns {
		if c.Name != "session_key" {
			names = append(names, quote(c.Name))
		}
	}
	return strings.Join(names, ", ")
}()

// sqlType is the type in which a column is kept.
func sqlType(table string, c tables.Column) string {
	samples := table == "telemetry" || table == "locations"
	switch c.Type {
	case tables.String:
		return "text"
	case tables.Float:
		return "double precision"
	case tables.Bool:
		return "boolean"
	case tables.Time:
		return "timestamp with time zone"
	}
	switch {
	case samples && c.Name == "driver_number":
		return "integer"
	case samples:
		return "smallint"
	}
	return "bigint"
}

// column is the storage's name of a derived column.
func (s *stored) column(i int) string { return s.Columns[s.at[i]].Name }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
