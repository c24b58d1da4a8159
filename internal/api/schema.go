package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/tables"
)

// The description of rows for OpenAPI is made from that of the tables, so that clients that are generated from
// it have every column with its type.

// about says what each table holds.
var about = map[string]string{
	"drivers": "Who drives", "laps": "Laps with sectors, speeds, tyres and places", "stints": "Stints: sets of tyres and their laps",
	"pit_stops": "Visits to the pit lane", "positions": "Changes of place", "intervals": "Changes of the gaps",
	"race_control": "Messages of race control", "track_status": "Changes of the track's state", "weather": "Weather reports",
	"telemetry": "Samples of the car channels, some four a second", "locations": "Samples of the cars' places, some four a second",
	"team_radio": "Published radio messages", "results": "The classification", "events": "What has happened",
	"gap_history": "Gaps at the end of every lap", "stint_pace": "Pace of each stint, freed of fuel, tyre age and traffic",
	"degradation": "How each compound has worn", "pit_loss": "What a stop costs under each condition", "stop_losses": "What each stop cost",
	"rejoin": "Where each car would have come out, lap by lap", "undercuts": "The ledger of under- and overcuts",
	"lap_telemetry": "Each lap's samples in a few figures", "ideal_laps": "The best sectors of each car put together", "consistency": "How evenly each car was driven",
}

const rowsDoc = "JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, " +
	"or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that " +
	"were known then; a session whose log is gone answers 409 to that."

// strategyTables are the tables of the strategy picture.
var strategyTables = []string{"gap_history", "stint_pace", "degradation", "pit_loss", "stop_losses", "rejoin", "undercuts", "ideal_laps", "consistency"}

func tagOf(table string) string {
	for _, s := range strategyTables {
		if s == table {
			return "Strategy"
		}
	}
	if samples(table) {
		return "Telemetry"
	}
	return "Sessions"
}

func dashed(table string) string { return strings.ReplaceAll(table, "_", "-") }

// schemaName is a table's name as generated clients have it: PitStops.
func schemaName(table string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(table, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// columnSchema is the type of a column. Every column but the key may be unknown.
func columnSchema(c tables.Column) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Nullable: true, Description: docOf(c)}
	switch c.Type {
	case tables.Int:
		s.Type, s.Format = huma.TypeInteger, "int64"
	case tables.Float:
		s.Type, s.Format = huma.TypeNumber, "double"
	case tables.Bool:
		s.Type = huma.TypeBoolean
	case tables.Time:
		s.Format = "date-time"
	}
	if c.Key && (c.Type != tables.String || c.Name == "session_key" || c.Name == "event_id") {
		s.Nullable = false
	}
	s.Examples = []any{exampleOf(c)}
	return s
}

// units are what the ends of names say.
var units = []struct{ end, doc string }{
	{"_ms", "Milliseconds"}, {"_kmh", "km/h"}, {"_pct", "Percent"}, {"_c", "Degrees Celsius"}, {"_hpa", "hPa"}, {"_m", "Metres"},
	{"_deg", "Degrees from north, where it comes from"}, {"_laps", "Laps"}, {"_s", "Seconds"}, {"_s_per_lap", "Seconds a lap"},
}

func docOf(c tables.Column) string {
	if c.Name == "wind_ms" {
		return "Metres a second"
	}
	for _, u := range units {
		if strings.HasSuffix(c.Name, u.end) {
			return u.doc
		}
	}
	if c.Type == tables.Time {
		return "UTC, to the millisecond"
	}
	return ""
}

// examples are values of columns whose names are those of one thing wherever they stand.
var examples = map[string]any{
	"session_key": "9574", "driver_number": 44, "lap_number": 12, "compound": "MEDIUM", "category": "Flag", "flag": "YELLOW", "under": "green",
	"tla": "HAM", "team": "Mercedes", "stint_number": 2, "stop_number": 1, "position": 1, "status": "clear", "kind": "undercut", "event_id": "e12",
	"scope": "Track", "tyre_age_laps": 7, "track_status": "1", "message_id": 3, "lap_time_ms": 92_608,
}

func exampleOf(c tables.Column) any {
	if v, ok := examples[c.Name]; ok && (c.Type == tables.String) == isText(v) {
		return v
	}
	switch c.Type {
	case tables.Int:
		return 1
	case tables.Float:
		return 1.5
	case tables.Bool:
		return true
	case tables.Time:
		return "2018-04-29T12:30:00.000Z"
	}
	return "x"
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

// rowSchema adds a table's row to the named schemas and gives the reference to it. No column is required: fields
// may leave any out.
func (a *api) rowSchema(d *tables.Description) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false, Description: about[d.Name]}
	for _, c := range d.Columns {
		s.Properties[c.Name] = columnSchema(c)
	}
	return a.named(schemaName(d.Name)+"Row", s)
}

// named adds a schema under a name and gives the reference to it.
func (a *api) named(name string, s *huma.Schema) *huma.Schema {
	a.huma.OpenAPI().Components.Schemas.Map()[name] = s
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// rowsContent are the media types that a table is answered in.
func (a *api) rowsContent(d *tables.Description) map[string]*huma.MediaType {
	row := a.rowSchema(d)
	page := a.named(schemaName(d.Name)+"Page", &huma.Schema{
		Type: huma.TypeObject, Required: []string{"data", "next_cursor"}, AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			"data":        {Type: huma.TypeArray, Items: row},
			"next_cursor": {Type: huma.TypeString, Nullable: true, Description: "cursor of the next page, null on the last one"},
		},
	})
	content := otherFormats()
	content["application/json"] = &huma.MediaType{Schema: page}
	return content
}

// otherFormats are the media types beside JSON.
func otherFormats() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{
		"text/csv":                       {Schema: &huma.Schema{Type: huma.TypeString, Description: "A header and one line a row"}},
		"application/x-ndjson":           {Schema: &huma.Schema{Type: huma.TypeString, Description: "One object a line"}},
		"application/vnd.apache.parquet": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}
}

// exactNulls brings null in the schemas made from structs in line with what is sent. Members that are pointers to
// structs may be null, which a reference can not say; lists are empty, never null.
func (a *api) exactNulls() {
	schemas := a.huma.OpenAPI().Components.Schemas
	for name, s := range schemas.Map() {
		t := schemas.TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue // one of those that are made here
		}
		for i := range t.NumField() {
			field := t.Field(i)
			member, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			p := s.Properties[member]
			switch {
			case p == nil:
			case field.Type.Kind() == reflect.Slice:
				p.Nullable = false
			case p.Ref != "" && field.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omitempty"):
				s.Properties[member] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
			}
		}
	}
}
