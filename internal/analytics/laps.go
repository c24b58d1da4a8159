package analytics

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/tables"
)

// Bounds of questions over samples.
const (
	maxLaps     = 1000 // laps that one answer is made of
	maxSelected = 20   // laps named one by one
)

// lap is a lap whose samples a question is about.
type lap struct {
	season         any
	circuit        string
	session        string
	tla, team      any
	driver, number int64
	start          time.Time
	time           time.Duration
	compound       any
}

// lapColumns are what answers tell of a lap.
var lapColumns = append(append(ints("season"), texts("circuit_id", "session_key", "tla", "team")...),
	append(ints("driver_number", "lap_number", "lap_time_ms"), texts("compound")...)...)

// cells are the lap's cells of lapColumns.
func (l *lap) cells() []any {
	return []any{l.season, l.circuit, l.session, l.tla, l.team, l.driver, l.number, l.time.Milliseconds(), l.compound}
}

// lapParams choose laps.
var lapParams = with(
	Param{Name: "type", Doc: "Type of session; any when absent", Type: tables.String, Example: "qualifying"},
	driver, session,
	lapsParam,
)

var lapsParam = Param{
	Name: "laps", Type: tables.String, Example: "9839/NOR:fastest,9839/1:12", most: 1000,
	Doc: "These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the lap a number or fastest. " +
		"Without it the best lap of every driver in every session that the other arguments leave",
}

// bestLaps are the laps with samples: of each driver in each session the best one has place 1.
const bestLaps = `
WITH lap AS (
  SELECT s.season AS season, s.circuit_id AS circuit_id, s.session_key AS session_key, s.type AS type, d.tla AS tla, d.team AS team,
    l.driver_number AS driver_number, l.lap_number AS lap_number, {{millis "l.date_start"}} AS start_ms, l.lap_time_ms AS lap_time_ms, l.compound AS compound,
    row_number() OVER (PARTITION BY l.{{key}}, l.driver_number ORDER BY l.deleted, l.lap_time_ms, l.lap_number) AS place
  FROM {{table "sessions"}} AS s
  {{first}} JOIN {{table "lap_telemetry"}} AS t ON t.{{key}} = s.{{key}}
  {{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = t.{{key}} AND l.driver_number = t.driver_number AND l.lap_number = t.lap_number
  LEFT JOIN {{table "drivers"}} AS d ON d.{{key}} = l.{{key}} AND d.driver_number = l.driver_number
  WHERE l.lap_time_ms IS NOT NULL AND l.date_start IS NOT NULL AND s.circuit_id IS NOT NULL AND {{where "s"}}
    AND ({{text "session_key"}} = '' OR s.session_key = {{text "session_key"}})
)
SELECT season, circuit_id, session_key, tla, team, driver_number, lap_number, start_ms, lap_time_ms, compound
FROM lap WHERE `

const anyBest = `place = 1 AND ({{text "type"}} = '' OR type = {{text "type"}}) AND ({{text "driver"}} = '' OR tla = {{text "driver"}})
ORDER BY circuit_id, lap_time_ms, session_key, driver_number LIMIT 1001`

// chosen finds the laps that the arguments name: in the order in which they are named, else by circuit, the quickest
// first.
func chosen(ctx context.Context, e Engine, values map[string]any) ([]lap, error) {
	named, _ := values["laps"].(string)
	if named == "" {
		laps, err := fetch(ctx, e, bestLaps+anyBest, values)
		if err == nil && len(laps) > maxLaps {
			err = fmt.Errorf("%w: more than %d laps; ask for a circuit, a season or a driver", ErrInvalid, maxLaps)
		}
		return laps, err
	}
	parts := strings.Split(named, ",")
	if len(parts) > maxSelected {
		return nil, fmt.Errorf("%w: laps: %d laps; there may be %d", ErrInvalid, len(parts), maxSelected)
	}
	var all []lap
	for _, part := range parts {
		key, rest, _ := strings.Cut(part, "/")
		who, which, ok := strings.Cut(rest, ":")
		number, err := strconv.ParseInt(which, 10, 16)
		if which == "fastest" {
			number, err = 0, nil
		}
		if key == "" || who == "" || !ok || err != nil || number < 0 {
			return nil, fmt.Errorf("%w: laps: %q is none like 9839/NOR:12 or 9839/4:fastest", ErrInvalid, part)
		}
		car, err := strconv.ParseInt(who, 10, 16)
		if err != nil {
			car = -1
		}
		found, err := fetch(ctx, e, bestLaps+`(tla = {{text "driver"}} OR driver_number = {{int "car"}})
  AND (lap_number = {{int "lap"}} OR {{int "lap"}} = 0 AND place = 1) ORDER BY driver_number`,
			map[string]any{"session_key": key, "driver": who, "car": car, "lap": number, "season_from": int64(0), "season_to": int64(0), "circuit_id": "", "simulated": int64(-1)})
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%w: laps: no samples of a timed lap %s", ErrInvalid, part)
		}
		all = append(all, found[0])
	}
	return all, nil
}

func fetch(ctx context.Context, e Engine, text string, values map[string]any) (laps []lap, err error) {
	text, err = expand(text, e.Dialect())
	if err != nil {
		return nil, err
	}
	for row, err := range e.Query(ctx, text, values) {
		if err != nil {
			return nil, err
		}
		l := lap{season: row[0], tla: row[3], team: row[4], compound: row[9]}
		var ok [6]bool
		var start, timed int64
		l.circuit, ok[0] = row[1].(string)
		l.session, ok[1] = row[2].(string)
		l.driver, ok[2] = row[5].(int64)
		l.number, ok[3] = row[6].(int64)
		start, ok[4] = row[7].(int64)
		timed, ok[5] = row[8].(int64)
		if ok != [6]bool{true, true, true, true, true, true} {
			return nil, fmt.Errorf("the engine gave a lap of %v", row)
		}
		l.start, l.time = time.UnixMilli(start).UTC(), time.Duration(timed)*time.Millisecond
		laps = append(laps, l)
	}
	return laps, nil
}
