package openf1

import (
	"fmt"
	"math"
	"strings"

	"pitwall.live/internal/tables"
)

// translation makes documents of a collection from the rows of one of our tables.
type translation struct {
	table string
	// row fills in a document; false: the row is none of this collection.
	row func(r *reader, doc *document) bool
}

// translations are the collections that are made of our tables, or are when no log of the session is at hand.
var translations = map[string]translation{
	carData:         {"telemetry", carDataRow},
	locationOf:      {"locations", locationRow},
	driversOf:       {"drivers", driverRow},
	lapsOf:          {"laps", lapRow},
	stintsOf:        {"stints", stintRow},
	pitOf:           {"pit_stops", pitRow},
	positionOf:      {"positions", positionRow},
	intervalsOf:     {"intervals", intervalRow},
	raceControlOf:   {"race_control", controlRow},
	weatherOf:       {"weather", weatherRow},
	teamRadioOf:     {"team_radio", radioRow},
	overtakesOf:     {"events", overtakeRow},
	sessionResultOf: {"results", resultRow},
}

// reader reads the cells of a row by the names of their columns.
type reader struct {
	occasion *occasion
	columns  map[string]int
	types    []tables.Type
	row      tables.Row
}

func newReader(o *occasion, table string) (*reader, error) {
	d, err := tables.Find(table)
	if err != nil {
		return nil, err
	}
	r := &reader{occasion: o, columns: map[string]int{}}
	for i, c := range d.Columns {
		r.columns[c.Name] = i
		r.types = append(r.types, c.Type)
	}
	return r, nil
}

// cell is a cell in the shape that its column has.
func (r *reader) cell(column string) value {
	at := r.columns[column]
	c := &r.row[at]
	if !c.Known {
		return value{}
	}
	switch r.types[at] {
	case tables.Int:
		return integerOf(c.N)
	case tables.Float:
		return numberOf(c.F)
	case tables.Bool:
		return boolOf(c.N != 0)
	case tables.Time:
		return value{shape: isDate, n: c.N * 1000}
	}
	return textOf(c.S)
}

// seconds is a column of milliseconds in seconds.
func (r *reader) seconds(column string) value {
	v := r.cell(column)
	if v.shape != isInteger {
		return value{}
	}
	return numberOf(float64(v.n) / 1000)
}

// copies sets fields from columns of the same type.
func (r *reader) copies(doc *document, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		doc.set(pairs[i], r.cell(pairs[i+1]))
	}
}

func carDataRow(r *reader, doc *document) bool {
	r.copies(doc, "date", "time", "driver_number", "driver_number", "rpm", "rpm", "speed", "speed_kmh", "n_gear", "gear", "throttle", "throttle_pct",
		"brake", "brake", "drs", "drs")
	return true
}

func locationRow(r *reader, doc *document) bool {
	r.copies(doc, "date", "time", "driver_number", "driver_number")
	for _, f := range [...][2]string{{"x", "x_m"}, {"y", "y_m"}, {"z", "z_m"}} {
		if v := r.cell(f[1]); v.shape == isNumber {
			doc.set(f[0], integerOf(int64(math.Round(v.f*10)))) // tenths of metres
		}
	}
	return true
}

func driverRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "name_acronym", "tla", "first_name", "first_name", "last_name", "last_name", "team_name", "team",
		"team_colour", "team_colour", "country_code", "country")
	first, last := r.cell("first_name"), r.cell("last_name")
	if first.shape == isText && last.shape == isText {
		family := strings.ToUpper(last.s)
		doc.set("full_name", textOf(first.s+" "+family))
		doc.set("broadcast_name", textOf(string([]rune(first.s)[:1])+" "+family))
	}
	return true
}

func lapRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "lap_number", "lap_number", "date_start", "date_start", "i1_speed", "speed_i1_kmh",
		"i2_speed", "speed_i2_kmh", "st_speed", "speed_st_kmh")
	doc.set("lap_duration", r.seconds("lap_time_ms"))
	doc.set("duration_sector_1", r.seconds("s1_ms"))
	doc.set("duration_sector_2", r.seconds("s2_ms"))
	doc.set("duration_sector_3", r.seconds("s3_ms"))
	out := r.cell("pit_out_time")
	doc.set("is_pit_out_lap", boolOf(out.shape != null))
	return true
}

func stintRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "stint_number", "stint_number", "compound", "compound", "lap_start", "lap_start", "lap_end", "lap_end",
		"tyre_age_at_start", "tyre_age_at_start")
	return true
}

func pitRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "lap_number", "lap_number", "date", "pit_out_time")
	if out := r.cell("pit_out_time"); out.shape == null {
		doc.set("date", r.cell("pit_in_time"))
	}
	lane := r.seconds("pit_lane_ms")
	doc.set("lane_duration", lane)
	doc.set("pit_duration", lane)
	doc.set("stop_duration", r.seconds("stationary_ms"))
	return true
}

func positionRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "date", "time", "position", "position")
	return true
}

func intervalRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "date", "time")
	doc.set("gap_to_leader", r.gap("gap_to_leader_ms"))
	doc.set("interval", r.seconds("interval_ms"))
	return true
}

// gap is a gap to the leader in seconds, or how many laps down.
func (r *reader) gap(column string) value {
	down := r.cell("laps_down")
	switch {
	case down.shape != isInteger || down.n < 1:
		return r.seconds(column)
	case down.n == 1:
		return textOf("+1 LAP")
	}
	return textOf(fmt.Sprintf("+%d LAPS", down.n))
}

func controlRow(r *reader, doc *document) bool {
	r.copies(doc, "date", "time", "driver_number", "driver_number", "lap_number", "lap_number", "category", "category", "flag", "flag", "scope", "scope",
		"sector", "sector", "message", "message")
	return true
}

func weatherRow(r *reader, doc *document) bool {
	r.copies(doc, "date", "time", "air_temperature", "air_c", "track_temperature", "track_c", "humidity", "humidity_pct", "pressure", "pressure_hpa",
		"wind_direction", "wind_deg", "wind_speed", "wind_ms")
	if rain := r.cell("rainfall"); rain.shape == isBool {
		doc.set("rainfall", integerOf(rain.n))
	}
	return true
}

// archive is where OpenF1 finds the recordings of radio messages.
const archive = "https://livetiming.formula1.com/static/"

func radioRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "date", "time")
	path := r.cell("path")
	if path.shape == isText && !strings.Contains(path.s, "://") {
		if r.occasion.path == "" {
			path = value{} // nobody knows where it lies
		} else {
			path.s = archive + r.occasion.path + path.s
		}
	}
	doc.set("recording_url", path)
	return true
}

// overtakes are what OpenF1 counts as such of our events: passes, and places changed in the pits or by a penalty.
var overtakes = map[string]bool{"overtake.on_track": true, "order.changed.pit": true, "order.changed.penalty": true}

func overtakeRow(r *reader, doc *document) bool {
	event, status, other, to := r.cell("kind"), r.cell("status"), r.cell("other_driver_number"), r.cell("position_to")
	if !overtakes[event.s] || status.s == "retracted" || other.shape == null || to.shape == null {
		return false
	}
	r.copies(doc, "date", "time", "overtaking_driver_number", "driver_number", "overtaken_driver_number", "other_driver_number", "position", "position_to")
	return true
}
