package analytics

import (
	"slices"

	"pitwall.live/internal/tables"
)

// simulated is an argument of every question that finds its sessions itself: real sessions and simulated ones are never
// told of together. A lap that is named is what it is.
var simulated = Param{Name: "simulated", Doc: "1: of the simulator's sessions alone; 0: of the real ones", Type: tables.Int, Default: "0", Example: "0"}

// What most questions can be narrowed by.
var (
	seasons = []Param{
		{Name: "season_from", Doc: "First season; any when absent", Type: tables.Int, Example: "2021"},
		{Name: "season_to", Doc: "Last season; any when absent", Type: tables.Int, Example: "2023"},
		{Name: "circuit_id", Doc: "Only this circuit", Type: tables.String, Example: "monza"},
		simulated,
	}
	driver  = Param{Name: "driver", Doc: "Only the driver with this code", Type: tables.String, Example: "HAM"}
	session = Param{Name: "session_key", Doc: "Only this session", Type: tables.String, Example: "9839"}
)

func with(more ...Param) []Param { return append(slices.Clone(seasons), more...) }

func texts(names ...string) []tables.Column  { return columns(tables.String, names) }
func ints(names ...string) []tables.Column   { return columns(tables.Int, names) }
func floats(names ...string) []tables.Column { return columns(tables.Float, names) }

func columns(t tables.Type, names []string) []tables.Column {
	all := make([]tables.Column, len(names))
	for i, n := range names {
		all[i] = tables.Column{Name: n, Type: t}
	}
	return all
}

// questions are all there are. Laps that tell of pace are those with is_accurate: timed in full, no visit to the
// pits, a clear track.
var questions = []Question{
	{
		Name: "pace_by_stint", Title: "Pace by stint",
		Doc:    "Median and best lap time of every stint of races and sprints, of the laps that tell of pace.",
		Params: with(driver, session),
		Columns: slices.Concat(ints("season"), texts("circuit_id", "event", "session_key", "tla", "team"), ints("driver_number", "stint_number"),
			texts("compound"), ints("laps", "tyre_age_from", "tyre_age_to"), floats("median_ms"), ints("best_ms")),
		sql: `
WITH stint AS (
  SELECT l.{{key}} AS session, l.driver_number AS driver_number, l.stint_number AS stint_number, l.compound AS compound,
    count(*) AS laps, min(l.tyre_age_laps) AS age_from, max(l.tyre_age_laps) AS age_to, {{median "l.lap_time_ms"}} AS median_ms, min(l.lap_time_ms) AS best_ms
  FROM {{table "sessions"}} AS s
  {{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = s.{{key}}
  WHERE l.is_accurate = 1 AND l.lap_time_ms IS NOT NULL AND s.type IN ('race', 'sprint') AND {{where "s"}} AND ({{text "session_key"}} = '' OR s.session_key = {{text "session_key"}})
  GROUP BY l.{{key}}, l.driver_number, l.stint_number, l.compound
)
SELECT s.season, s.circuit_id, s.event, s.session_key, d.tla, d.team, t.driver_number, t.stint_number, t.compound, t.laps, t.age_from, t.age_to, t.median_ms, t.best_ms
FROM stint AS t
JOIN {{table "sessions"}} AS s ON s.{{key}} = t.session
LEFT JOIN {{table "drivers"}} AS d ON d.{{key}} = t.session AND d.driver_number = t.driver_number
WHERE ({{text "driver"}} = '' OR d.tla = {{text "driver"}})
ORDER BY s.season NULLS LAST, s.session_key, t.driver_number, t.stint_number NULLS LAST, t.compound NULLS LAST`,
	},
	{
		Name: "pace_by_compound", Title: "Pace by compound",
		Doc:     "How far laps on each compound were from the median lap of their race: negative is quicker. Laps that tell of pace.",
		Params:  with(),
		Columns: slices.Concat(ints("season"), texts("circuit_id", "compound"), ints("races", "laps"), floats("to_field_ms", "tyre_age_laps")),
		sql: `
WITH typical AS (
  SELECT l.{{key}} AS session, {{median "l.lap_time_ms"}} AS median_ms
  FROM {{table "sessions"}} AS s
  {{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = s.{{key}}
  WHERE l.is_accurate = 1 AND l.lap_time_ms IS NOT NULL AND s.type IN ('race', 'sprint') AND {{where "s"}}
  GROUP BY l.{{key}}
)
SELECT s.season, s.circuit_id, l.compound, count(DISTINCT l.{{key}}), count(*), {{median "(l.lap_time_ms - t.median_ms)"}}, {{median "l.tyre_age_laps"}}
FROM typical AS t
JOIN {{table "sessions"}} AS s ON s.{{key}} = t.session
JOIN {{table "laps"}} AS l ON l.{{key}} = t.session
WHERE l.is_accurate = 1 AND l.lap_time_ms IS NOT NULL AND l.compound IS NOT NULL
GROUP BY s.season, s.circuit_id, l.compound
ORDER BY s.season NULLS LAST, s.circuit_id NULLS LAST, l.compound`,
	},
	{
		Name: "degradation", Title: "Wear of the tyres",
		Doc: "By how many milliseconds a lap is slower for each lap of the tyres' age: the slope within stints on one compound of at least five laps that tell of pace, " +
			"after fuel_ms for each lap of the race is taken out.",
		Params:  with(Param{Name: "fuel_ms", Doc: "What a lap's fuel costs", Type: tables.Float, Default: "60", Example: "55"}),
		Columns: slices.Concat(texts("circuit_id", "compound"), ints("seasons", "laps", "oldest_laps"), floats("ms_per_lap")),
		sql: `
WITH stint AS (
  SELECT l.{{key}} AS session, l.compound AS compound, count(*) AS laps, max(l.tyre_age_laps) AS oldest,
    sum(l.tyre_age_laps) AS a, sum(l.lap_time_ms + {{number "fuel_ms"}} * l.lap_number) AS t,
    sum(l.tyre_age_laps * l.tyre_age_laps) AS aa, sum(l.tyre_age_laps * (l.lap_time_ms + {{number "fuel_ms"}} * l.lap_number)) AS at
  FROM {{table "sessions"}} AS s
  {{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = s.{{key}}
  WHERE l.is_accurate = 1 AND l.lap_time_ms IS NOT NULL AND l.tyre_age_laps IS NOT NULL AND l.compound IS NOT NULL AND s.type IN ('race', 'sprint') AND {{where "s"}}
  GROUP BY l.{{key}}, l.driver_number, l.stint_number, l.compound
)
SELECT s.circuit_id, t.compound, count(DISTINCT s.season), sum(t.laps), max(t.oldest), sum(t.at - 1.0 * t.a * t.t / t.laps) / nullif(sum(t.aa - 1.0 * t.a * t.a / t.laps), 0)
FROM stint AS t JOIN {{table "sessions"}} AS s ON s.{{key}} = t.session
WHERE t.laps >= 5
GROUP BY s.circuit_id, t.compound ORDER BY s.circuit_id NULLS LAST, t.compound`,
	},
	{
		Name: "sector_dominance", Title: "Who owns which sector",
		Doc:    "In how many sessions a driver had the best first, second and third sector, and how far behind the best he was in the median.",
		Params: with(Param{Name: "type", Doc: "Type of session; any when absent", Type: tables.String, Example: "qualifying"}),
		Columns: slices.Concat(ints("season"), texts("tla", "team"), ints("sessions", "s1_bests", "s2_bests", "s3_bests"),
			floats("s1_behind_ms", "s2_behind_ms", "s3_behind_ms")),
		sql: `
WITH own AS (
  SELECT {{key}}, driver_number, min(s1_ms) AS s1, min(s2_ms) AS s2, min(s3_ms) AS s3
  FROM {{table "laps"}} WHERE deleted = 0 GROUP BY {{key}}, driver_number
), field AS (
  SELECT {{key}}, min(s1) AS s1, min(s2) AS s2, min(s3) AS s3 FROM own GROUP BY {{key}}
)
SELECT s.season, d.tla, d.team, count(*) AS sessions,
  sum(CASE WHEN o.s1 = f.s1 THEN 1 ELSE 0 END) AS first_bests, sum(CASE WHEN o.s2 = f.s2 THEN 1 ELSE 0 END) AS second_bests,
  sum(CASE WHEN o.s3 = f.s3 THEN 1 ELSE 0 END) AS third_bests,
  {{median "(o.s1 - f.s1)"}}, {{median "(o.s2 - f.s2)"}}, {{median "(o.s3 - f.s3)"}}
FROM own AS o
JOIN field AS f ON f.{{key}} = o.{{key}}
JOIN {{table "sessions"}} AS s ON s.{{key}} = o.{{key}}
JOIN {{table "drivers"}} AS d ON d.{{key}} = o.{{key}} AND d.driver_number = o.driver_number
WHERE f.s1 IS NOT NULL AND ({{text "type"}} = '' OR s.type = {{text "type"}}) AND {{where "s"}}
GROUP BY s.season, d.tla, d.team
ORDER BY s.season NULLS LAST, first_bests + second_bests + third_bests DESC, d.tla NULLS LAST, d.team NULLS LAST`,
	},
	{
		Name: "teammates", Title: "Teammates head to head",
		Doc: "For each pair of a team and season: how often each finished a race or sprint ahead of the other with both classified, how often each was quicker in qualifying, " +
			"and by how much the second was slower over the laps that tell of pace, in the median of the sessions.",
		Params: with(Param{Name: "team", Doc: "Only this team", Type: tables.String, Example: "Ferrari"}),
		Columns: slices.Concat(ints("season"), texts("team", "tla", "other_tla"), ints("races_ahead", "races_behind", "qualifying_ahead", "qualifying_behind"),
			floats("slower_ms")),
		sql: `
WITH pace AS (
  SELECT {{key}}, driver_number, {{median "lap_time_ms"}} AS median_ms
  FROM {{table "laps"}} WHERE is_accurate = 1 AND lap_time_ms IS NOT NULL GROUP BY {{key}}, driver_number
), line AS (
  SELECT r.{{key}} AS session, s.season AS season, s.type AS type, d.team AS team, d.tla AS tla, r.position AS position, r.classified AS classified, p.median_ms AS median_ms
  FROM {{table "results"}} AS r
  JOIN {{table "sessions"}} AS s ON s.{{key}} = r.{{key}}
  JOIN {{table "drivers"}} AS d ON d.{{key}} = r.{{key}} AND d.driver_number = r.driver_number
  LEFT JOIN pace AS p ON p.{{key}} = r.{{key}} AND p.driver_number = r.driver_number
  WHERE d.team IS NOT NULL AND d.tla IS NOT NULL AND {{where "s"}} AND ({{text "team"}} = '' OR d.team = {{text "team"}})
)
SELECT a.season, a.team, a.tla, b.tla,
  sum(CASE WHEN a.type IN ('race', 'sprint') AND a.classified = 1 AND b.classified = 1 AND a.position < b.position THEN 1 ELSE 0 END) AS ahead,
  sum(CASE WHEN a.type IN ('race', 'sprint') AND a.classified = 1 AND b.classified = 1 AND a.position > b.position THEN 1 ELSE 0 END) AS behind,
  sum(CASE WHEN a.type IN ('qualifying', 'sprint_qualifying') AND a.position < b.position THEN 1 ELSE 0 END),
  sum(CASE WHEN a.type IN ('qualifying', 'sprint_qualifying') AND a.position > b.position THEN 1 ELSE 0 END),
  {{median "CASE WHEN a.type IN ('race', 'sprint') THEN b.median_ms - a.median_ms END"}}
FROM line AS a JOIN line AS b ON b.session = a.session AND b.team = a.team
WHERE a.tla < b.tla
GROUP BY a.season, a.team, a.tla, b.tla
ORDER BY a.season NULLS LAST, a.team, a.tla, b.tla`,
	},
	{
		Name: "circuit_records", Title: "Best lap of each year",
		Doc:    "The best lap of a circuit in each season that was not deleted, and whether no other season's was better.",
		Params: with(Param{Name: "type", Doc: "Type of session", Type: tables.String, Default: "race", Example: "qualifying"}),
		Columns: slices.Concat(texts("circuit_id"), ints("season"), texts("session_key", "tla", "team"), ints("driver_number", "lap_number", "lap_time_ms"),
			texts("compound"), columns(tables.Bool, []string{"is_record"})),
		sql: `
WITH own AS (
  SELECT l.{{key}} AS session, l.driver_number AS driver_number, min(l.lap_time_ms) AS lap_time_ms
  FROM {{table "sessions"}} AS s
  {{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = s.{{key}}
  WHERE l.deleted = 0 AND l.lap_time_ms IS NOT NULL AND s.type = {{text "type"}} AND {{where "s"}}
  GROUP BY l.{{key}}, l.driver_number
), best AS (
  SELECT s.circuit_id AS circuit_id, s.season AS season, s.session_key AS session_key, o.session AS session, o.driver_number AS driver_number, o.lap_time_ms AS lap_time_ms,
    row_number() OVER (PARTITION BY s.circuit_id, s.season ORDER BY o.lap_time_ms, s.session_key, o.driver_number) AS place,
    min(o.lap_time_ms) OVER (PARTITION BY s.circuit_id) AS record_ms
  FROM own AS o JOIN {{table "sessions"}} AS s ON s.{{key}} = o.session
), lap AS (
  SELECT b.session AS session, b.driver_number AS driver_number, min(l.lap_number) AS lap_number
  FROM best AS b
  JOIN {{table "laps"}} AS l ON l.{{key}} = b.session AND l.driver_number = b.driver_number AND l.lap_time_ms = b.lap_time_ms
  WHERE b.place = 1 AND l.deleted = 0 GROUP BY b.session, b.driver_number
)
SELECT b.circuit_id, b.season, b.session_key, d.tla, d.team, b.driver_number, n.lap_number, b.lap_time_ms, l.compound, CASE WHEN b.lap_time_ms = b.record_ms THEN 1 ELSE 0 END
FROM best AS b
JOIN lap AS n ON n.session = b.session AND n.driver_number = b.driver_number
JOIN {{table "laps"}} AS l ON l.{{key}} = b.session AND l.driver_number = b.driver_number AND l.lap_number = n.lap_number
LEFT JOIN {{table "drivers"}} AS d ON d.{{key}} = b.session AND d.driver_number = b.driver_number
WHERE b.place = 1 ORDER BY b.circuit_id NULLS LAST, b.season NULLS LAST`,
	},
	{
		Name: "pit_lane", Title: "Time in the pit lane",
		Doc:     "What visits to the pit lane of a circuit took from entry to exit, by what the track was under. Visits above three minutes are repairs or red flags and left out.",
		Params:  with(),
		Columns: slices.Concat(texts("circuit_id", "under"), ints("seasons", "stops"), floats("low_ms", "median_ms", "high_ms")),
		sql: `
SELECT s.circuit_id, p.under, count(DISTINCT s.season), count(*), {{quantile "p.pit_lane_ms" 0.25}}, {{median "p.pit_lane_ms"}}, {{quantile "p.pit_lane_ms" 0.75}}
FROM {{table "pit_stops"}} AS p JOIN {{table "sessions"}} AS s ON s.{{key}} = p.{{key}}
WHERE s.type IN ('race', 'sprint') AND p.pit_lane_ms BETWEEN 5000 AND 180000 AND p.under IS NOT NULL AND p.under <> 'red' AND {{where "s"}}
GROUP BY s.circuit_id, p.under ORDER BY s.circuit_id NULLS LAST, p.under`,
	},
	{
		Name: "safety_cars", Title: "Safety cars",
		Doc: "How many races at a circuit had a safety car, a virtual one or a red flag, how many safety cars there were (runs of laps with one) and which share of the laps " +
			"was driven behind one.",
		Params:  with(),
		Columns: slices.Concat(texts("circuit_id"), ints("races", "races_sc", "races_vsc", "races_red", "safety_cars"), floats("sc_laps_pct")),
		sql: `
WITH lap AS (
  SELECT s.circuit_id AS circuit_id, l.{{key}} AS session, l.lap_number AS lap_number,
    max(CASE WHEN l.track_status LIKE '%4%' THEN 1 ELSE 0 END) AS sc, max(CASE WHEN l.track_status LIKE '%6%' OR l.track_status LIKE '%7%' THEN 1 ELSE 0 END) AS vsc,
    max(CASE WHEN l.track_status LIKE '%5%' THEN 1 ELSE 0 END) AS red
  FROM {{table "sessions"}} AS s {{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = s.{{key}}
  WHERE s.type = 'race' AND l.position = 1 AND {{where "s"}}
  GROUP BY s.circuit_id, l.{{key}}, l.lap_number
), run AS (
  SELECT circuit_id, session, lap_number, sc, vsc, red,
    sum(sc) OVER (PARTITION BY session ORDER BY lap_number ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before
  FROM lap
), race AS (
  SELECT circuit_id, session, count(*) AS laps, sum(sc) AS sc_laps, max(sc) AS had_sc, max(vsc) AS had_vsc, max(red) AS had_red,
    sum(CASE WHEN sc = 1 AND coalesce(before, 0) = 0 THEN 1 ELSE 0 END) AS runs
  FROM run GROUP BY circuit_id, session
)
SELECT circuit_id, count(*), sum(had_sc), sum(had_vsc), sum(had_red), sum(runs), 100.0 * sum(sc_laps) / sum(laps)
FROM race GROUP BY circuit_id ORDER BY circuit_id NULLS LAST`,
	},
	{
		Name: "starts", Title: "Starts",
		Doc:     "Places won from the grid to the end of the first lap, in races whose grid is known; negative is lost.",
		Params:  with(driver),
		Columns: slices.Concat(ints("season"), texts("tla"), ints("races"), floats("mean_gain", "median_gain"), ints("best_gain", "worst_gain")),
		sql: `
SELECT s.season, d.tla, count(*) AS races, avg(r.grid - l.position) AS gain, {{median "(r.grid - l.position)"}}, max(r.grid - l.position), min(r.grid - l.position)
FROM {{table "results"}} AS r
JOIN {{table "laps"}} AS l ON l.{{key}} = r.{{key}} AND l.driver_number = r.driver_number
JOIN {{table "sessions"}} AS s ON s.{{key}} = r.{{key}}
JOIN {{table "drivers"}} AS d ON d.{{key}} = r.{{key}} AND d.driver_number = r.driver_number
WHERE l.lap_number = 1 AND l.position IS NOT NULL AND r.grid > 0 AND s.type = 'race' AND {{where "s"}} AND ({{text "driver"}} = '' OR d.tla = {{text "driver"}})
GROUP BY s.season, d.tla ORDER BY s.season NULLS LAST, gain DESC, d.tla NULLS LAST`,
	},
	{
		Name: "telemetry_by_driver", Title: "How cars were driven",
		Doc:    "Top speed, and shares of the lap at full throttle, on the brakes and with the flap open, in the median of the laps that tell of pace.",
		Params: with(driver, session),
		Columns: slices.Concat(ints("season"), texts("circuit_id", "session_key", "tla", "team"), ints("laps", "speed_max_kmh"),
			floats("speed_max_median_kmh", "speed_min_median_kmh", "full_throttle_pct", "braking_pct", "drs_open_pct", "gear_changes")),
		sql: `
SELECT s.season, s.circuit_id, s.session_key, d.tla, d.team, count(*), max(t.speed_max_kmh), {{median "t.speed_max_kmh"}}, {{median "t.speed_min_kmh"}},
  {{median "t.full_throttle_pct"}}, {{median "t.braking_pct"}}, {{median "t.drs_open_pct"}}, {{median "t.gear_changes"}}
FROM {{table "sessions"}} AS s
{{first}} JOIN {{table "lap_telemetry"}} AS t ON t.{{key}} = s.{{key}}
{{first}} JOIN {{table "laps"}} AS l ON l.{{key}} = t.{{key}} AND l.driver_number = t.driver_number AND l.lap_number = t.lap_number
LEFT JOIN {{table "drivers"}} AS d ON d.{{key}} = t.{{key}} AND d.driver_number = t.driver_number
WHERE l.is_accurate = 1 AND {{where "s"}} AND ({{text "driver"}} = '' OR d.tla = {{text "driver"}}) AND ({{text "session_key"}} = '' OR s.session_key = {{text "session_key"}})
GROUP BY s.season, s.circuit_id, s.session_key, d.tla, d.team
ORDER BY s.season NULLS LAST, s.session_key, d.tla NULLS LAST, d.team NULLS LAST`,
	},
}
