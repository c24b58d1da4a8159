// Package openf1 speaks OpenF1's dialect: its REST collections with their query language, its error bodies, its token
// endpoint, and its pushed documents. The composition root mounts it.
//
// Where a session's log is at hand, the documents of drivers, laps, stints, position, race_control, weather and the
// championship are derived from the log's messages by the rules that OpenF1 documents ([Derivation]), up to the message
// that the viewer's clock has passed and not one further. The other collections, and all of a session that is only
// stored, are our own tables in OpenF1's spelling. Foreign names and spellings stay in this package.
package openf1

import "slices"

// Names of the collections.
const (
	carData             = "car_data"
	championshipDrivers = "championship_drivers"
	championshipTeams   = "championship_teams"
	driversOf           = "drivers"
	intervalsOf         = "intervals"
	lapsOf              = "laps"
	locationOf          = "location"
	meetingsOf          = "meetings"
	overtakesOf         = "overtakes"
	pitOf               = "pit"
	positionOf          = "position"
	raceControlOf       = "race_control"
	sessionsOf          = "sessions"
	sessionResultOf     = "session_result"
	startingGridOf      = "starting_grid"
	stintsOf            = "stints"
	teamRadioOf         = "team_radio"
	weatherOf           = "weather"
)

// kind is the type of a field: it says how a filter's text is read, and which columns of our tables fit.
type kind uint8

const (
	integer  kind = iota
	number        // seconds, degrees, points
	text          // never read as anything else: a driver called MAY is not a month
	boolean       // true, false
	date          // UTC to the microsecond
	mixed         // numbers and texts in one field: "+1 LAP"
	integers      // a list
	numbers       // one number or, of the parts of qualifying, a list
)

// field is one member of a collection's documents.
type field struct {
	name string
	kind kind
}

// collection is what OpenF1 calls a table.
type collection struct {
	name   string
	fields []field // in order of their names, as answers have them
}

// index is the place of a field in the collection's documents, -1 when it has none of that name.
func (c *collection) index(name string) int {
	return slices.IndexFunc(c.fields, func(f field) bool { return f.name == name })
}

func of(name string, fields ...field) *collection {
	fields = append(fields, field{"meeting_key", integer})
	if name != meetingsOf {
		fields = append(fields, field{"session_key", integer})
	}
	slices.SortFunc(fields, func(a, b field) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return &collection{name, fields}
}

var standings = []field{{"points_current", number}, {"points_start", number}, {"position_current", integer}, {"position_start", integer}}

// place is what sessions and meetings say alike of where and when they are.
var place = []field{
	{"circuit_key", integer}, {"circuit_short_name", text}, {"country_code", text}, {"country_key", integer}, {"country_name", text},
	{"date_end", date}, {"date_start", date}, {"gmt_offset", text}, {"is_cancelled", boolean}, {"location", text}, {"year", integer},
}

// collections are all there are.
var collections = []*collection{
	of(carData, field{"brake", integer}, field{"date", date}, field{"driver_number", integer}, field{"drs", integer}, field{"n_gear", integer},
		field{"rpm", integer}, field{"speed", integer}, field{"throttle", integer}),
	of(championshipDrivers, append([]field{{"driver_number", integer}}, standings...)...),
	of(championshipTeams, append([]field{{"team_name", text}}, standings...)...),
	of(driversOf, field{"broadcast_name", text}, field{"country_code", text}, field{"driver_number", integer}, field{"first_name", text},
		field{"full_name", text}, field{"headshot_url", text}, field{"last_name", text}, field{"name_acronym", text}, field{"team_colour", text},
		field{"team_name", text}),
	of(intervalsOf, field{"date", date}, field{"driver_number", integer}, field{"gap_to_leader", mixed}, field{"interval", mixed}),
	of(lapsOf, field{"date_start", date}, field{"driver_number", integer}, field{"duration_sector_1", number}, field{"duration_sector_2", number},
		field{"duration_sector_3", number}, field{"i1_speed", integer}, field{"i2_speed", integer}, field{"is_pit_out_lap", boolean},
		field{"lap_duration", number}, field{"lap_number", integer}, field{"segments_sector_1", integers}, field{"segments_sector_2", integers},
		field{"segments_sector_3", integers}, field{"st_speed", integer}),
	of(locationOf, field{"date", date}, field{"driver_number", integer}, field{"x", integer}, field{"y", integer}, field{"z", integer}),
	of(meetingsOf, append([]field{{"circuit_image", text}, {"circuit_info_url", text}, {"circuit_type", text}, {"country_flag", text},
		{"meeting_name", text}, {"meeting_official_name", text}}, place...)...),
	of(overtakesOf, field{"date", date}, field{"overtaken_driver_number", integer}, field{"overtaking_driver_number", integer}, field{"position", integer}),
	of(pitOf, field{"date", date}, field{"driver_number", integer}, field{"lane_duration", number}, field{"lap_number", integer},
		field{"pit_duration", number}, field{"stop_duration", number}),
	of(positionOf, field{"date", date}, field{"driver_number", integer}, field{"position", integer}),
	of(raceControlOf, field{"category", text}, field{"date", date}, field{"driver_number", integer}, field{"flag", text}, field{"lap_number", integer},
		field{"message", text}, field{"qualifying_phase", integer}, field{"scope", text}, field{"sector", integer}),
	of(sessionsOf, append([]field{{"session_name", text}, {"session_type", text}}, place...)...),
	of(sessionResultOf, field{"dnf", boolean}, field{"dns", boolean}, field{"driver_number", integer}, field{"dsq", boolean}, field{"duration", numbers},
		field{"gap_to_leader", mixed}, field{"number_of_laps", integer}, field{"points", number}, field{"position", integer}),
	of(startingGridOf, field{"driver_number", integer}, field{"lap_duration", number}, field{"position", integer}),
	of(stintsOf, field{"compound", text}, field{"driver_number", integer}, field{"lap_end", integer}, field{"lap_start", integer},
		field{"stint_number", integer}, field{"tyre_age_at_start", integer}),
	of(teamRadioOf, field{"date", date}, field{"driver_number", integer}, field{"recording_url", text}),
	of(weatherOf, field{"air_temperature", number}, field{"date", date}, field{"humidity", number}, field{"pressure", number}, field{"rainfall", integer},
		field{"track_temperature", number}, field{"wind_direction", integer}, field{"wind_speed", number}),
}

// find is the collection of a name, nil when there is none.
func find(name string) *collection {
	for _, c := range collections {
		if c.name == name {
			return c
		}
	}
	return nil
}
