-- The tables of the contract, in schema api, exact in names and order of columns.

-- +goose Up
CREATE VIEW api.sessions AS
SELECT session_key, season, round, event, circuit_id, type, name, date_start, date_end, utc_offset, status, total_laps
FROM sessions;

CREATE VIEW api.drivers AS
SELECT s.session_key, t.driver_number, t.tla, t.first_name, t.last_name, t.team, t.team_colour, t.line,
    t.country
FROM session_drivers t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.laps AS
SELECT s.session_key, t.driver_number, t.lap AS lap_number, t.date_start, t.lap_time_ms, t.s1 AS s1_ms,
    t.s2 AS s2_ms, t.s3 AS s3_ms, t.speed_i1_kmh, t.speed_i2_kmh, t.speed_fl_kmh, t.speed_st_kmh,
    t.stint_number, t.compound, t.tyre_age_laps, t.fresh_tyre, t.position, t.gap_to_leader_ms, t.interval_ms,
    t.laps_down, t.in_pit_at_start, t.pit_in_time, t.pit_out_time, t.is_personal_best, t.deleted,
    t.deleted_reason, t.track_status, t.is_accurate
FROM lap_times t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.stints AS
SELECT s.session_key, t.driver_number, t.stint_number, t.compound, t.lap_start, t.lap_end, t.tyre_age_at_start,
    t.fresh_tyre
FROM stints t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.pit_stops AS
SELECT s.session_key, t.driver_number, t.stop_number, t.lap_number, t.pit_in_time, t.pit_out_time,
    t.pit_lane_ms, t.stationary_ms, t.compound_from, t.compound_to, t.under
FROM pit_stops t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.positions AS
SELECT s.session_key, t.driver_number, t.time, t.position
FROM positions t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.intervals AS
SELECT s.session_key, t.driver_number, t.time, t.gap_to_leader_ms, t.interval_ms, t.laps_down
FROM intervals t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.race_control AS
SELECT s.session_key, t.message_id, t.time, t.lap_number, t.category, t.flag, t.scope, t.sector,
    t.driver_number, t.message
FROM race_control t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.track_status AS
SELECT s.session_key, t.time, t.status, t.message
FROM track_status t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.weather AS
SELECT s.session_key, t.time, t.air_c, t.track_c, t.humidity_pct, t.pressure_hpa, t.wind_ms, t.wind_deg,
    t.rainfall
FROM weather t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.telemetry AS
SELECT s.session_key, t.driver_number, t.time, t.speed AS speed_kmh, t.rpm, t.gear, t.throttle AS throttle_pct,
    t.brake, t.drs
FROM telemetry t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.locations AS
SELECT s.session_key, t.driver_number, t.time, t.x_m, t.y_m, t.z_m, t.on_track
FROM locations t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.lap_telemetry AS
SELECT s.session_key, t.driver_number, t.lap_number, t.samples, t.speed_max_kmh, t.speed_min_kmh,
    t.speed_mean_kmh, t.rpm_max, t.full_throttle_pct, t.braking_pct, t.drs_open_pct, t.gear_changes
FROM lap_telemetry t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.team_radio AS
SELECT s.session_key, t.time, t.driver_number, t.path
FROM team_radio t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.events AS
SELECT s.session_key, t.event_id, t.time, t.lap_number, t.kind, t.priority, t.driver_number,
    t.other_driver_number, t.position_from, t.position_to, t.value, t.detail, t.status, t.supersedes,
    t.evidence, t.known, t.version, t.driver_numbers, t."offset", t.count_from, t.count_to, t.count_of
FROM events t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.results AS
SELECT s.session_key, t.driver_number, t.position, t.classified, t.status, t.grid, t.points, t.laps_completed,
    t.time_ms, t.gap_ms, t.laps_down
FROM session_results t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.gap_history AS
SELECT s.session_key, t.driver_number, t.lap_number, t.time, t.position, t.gap_to_leader_ms, t.interval_ms,
    t.is_clean, t.in_traffic
FROM gap_history t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.stint_pace AS
SELECT s.session_key, t.driver_number, t.stint_number, t.compound, t.lap_start, t.lap_end, t.tyre_age_laps,
    t.clean_laps, t.median_ms, t.corrected_ms, t.spread_ms, t.wear_s_per_lap, t.wear_spread_s
FROM stint_pace t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.degradation AS
SELECT s.session_key, t.compound, t.wear_s_per_lap, t.wear_spread_s, t.offset_s, t.offset_spread_s, t.laps,
    t.oldest_laps, t.fuel_s_per_lap, t.fuel_spread_s
FROM degradation t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.pit_loss AS
SELECT s.session_key, t.under, t.median_ms, t.low_ms, t.high_ms, t.stops, t.prior_stops
FROM pit_loss t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.stop_losses AS
SELECT s.session_key, t.driver_number, t.lap_number, t.under, t.loss_ms, t.pit_lane_ms
FROM stop_losses t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.rejoin AS
SELECT s.session_key, t.driver_number, t.lap_number, t.out_lap, t.under, t.pit_loss_ms, t.position,
    t.position_low, t.position_high, t.ahead_driver_number, t.gap_ahead_ms, t.behind_driver_number,
    t.gap_behind_ms, t.traffic, t.actual_position
FROM rejoin t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.undercuts AS
SELECT s.session_key, t.first_driver_number, t.first_lap_number, t.second_driver_number, t.second_lap_number,
    t.kind, t.under, t.gap_before_ms, t.gap_after_ms, t.forecast_ms, t.forecast_spread_ms, t.stop_ms,
    t.in_lap_ms, t.out_lap_ms, t.tyre_pace_ms, t.traffic_ms, t.worked
FROM undercuts t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.ideal_laps AS
SELECT s.session_key, t.driver_number, t.part, t.s1_ms, t.s2_ms, t.s3_ms, t.ideal_ms, t.best_ms, t.laps
FROM ideal_laps t JOIN sessions s ON s.id = t.session_id;

CREATE VIEW api.consistency AS
SELECT s.session_key, t.driver_number, t.laps, t.spread_ms
FROM consistency t JOIN sessions s ON s.id = t.session_id;

-- The telemetry of each timed lap in one row out of what the database itself sums up: whole steps of ten seconds out of
-- the summaries, what is before and behind them out of the samples, so that the lap is exact. The columns are those of
-- lap_telemetry, which the program makes, without the gear changes.
CREATE VIEW api.lap_summaries AS
SELECT l.session_key, l.driver_number, l.lap_number, p.samples,
    p.speed_max AS speed_max_kmh, p.speed_min AS speed_min_kmh,
    floor(p.speed_sum::double precision / nullif(p.speeds, 0) * 100 + 0.5) / 100 AS speed_mean_kmh, p.rpm_max,
    floor(100 * p.full_throttle::double precision / nullif(p.throttles, 0) * 100 + 0.5) / 100 AS full_throttle_pct,
    floor(100 * p.braking::double precision / nullif(p.brakes, 0) * 100 + 0.5) / 100 AS braking_pct,
    floor(100 * p.drs_open::double precision / nullif(p.drs_known, 0) * 100 + 0.5) / 100 AS drs_open_pct
FROM (
    SELECT s.session_key, s.id, t.driver_number, t.lap AS lap_number, t.date_start AS low,
        t.date_start + t.lap_time_ms * interval '1 millisecond' AS high
    FROM lap_times t JOIN sessions s ON s.id = t.session_id AND t.time BETWEEN s.series_from AND s.series_to
) l
CROSS JOIN LATERAL (
    SELECT sum(x.samples)::bigint AS samples, sum(x.speeds)::bigint AS speeds, sum(x.speed_sum)::bigint AS speed_sum,
        max(x.speed_max) AS speed_max, min(x.speed_min) AS speed_min, max(x.rpm_max) AS rpm_max,
        sum(x.throttles)::bigint AS throttles, sum(x.full_throttle)::bigint AS full_throttle,
        sum(x.brakes)::bigint AS brakes, sum(x.braking)::bigint AS braking,
        sum(x.drs_known)::bigint AS drs_known, sum(x.drs_open)::bigint AS drs_open
    FROM (
        SELECT samples, speeds, speed_sum, speed_max, speed_min, rpm_max, throttles, full_throttle, brakes, braking,
            drs_known, drs_open
        FROM telemetry_10s b
        WHERE b.session_id = l.id AND b.driver_number = l.driver_number
            AND b.bucket >= l.low AND b.bucket <= l.high - interval '10 seconds'
        UNION ALL
        SELECT count(*), count(speed), sum(speed), max(speed), min(speed), max(rpm), count(throttle),
            count(*) FILTER (WHERE throttle >= 99), count(brake), count(*) FILTER (WHERE brake > 0), count(drs),
            count(*) FILTER (WHERE drs >= 10)
        FROM telemetry t
        WHERE t.session_id = l.id AND t.driver_number = l.driver_number AND t.time >= l.low AND t.time < l.high
            AND (date_bin('10 seconds', t.time, '2000-01-01 00:00+00') < l.low
                OR date_bin('10 seconds', t.time, '2000-01-01 00:00+00') > l.high - interval '10 seconds')
    ) x
) p
WHERE p.samples > 0;
