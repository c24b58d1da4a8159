-- What is said of laps outlives the samples it was made of.

DROP VIEW IF EXISTS api.lap_summaries;

-- Summaries of laps that the program made none of (lap_telemetry), taken down before their samples are given up.
CREATE TABLE lap_summaries_kept (
    session_id text COLLATE "C" NOT NULL REFERENCES sessions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    driver_number bigint NOT NULL, lap_number bigint NOT NULL,
    samples bigint, speed_max_kmh bigint, speed_min_kmh bigint, speed_mean_kmh double precision, rpm_max bigint,
    full_throttle_pct double precision, braking_pct double precision, drs_open_pct double precision,
    PRIMARY KEY (session_id, driver_number, lap_number)
);

-- The laps of which neither is there: whole steps of ten seconds out of the summaries, what is before and behind them out
-- of the samples, so that the lap is exact.
CREATE VIEW lap_summaries_made AS
SELECT l.id AS session_id, l.session_key, l.driver_number, l.lap_number, p.samples,
    p.speed_max AS speed_max_kmh, p.speed_min AS speed_min_kmh,
    floor(p.speed_sum::double precision / nullif(p.speeds, 0) * 100 + 0.5) / 100 AS speed_mean_kmh, p.rpm_max,
    floor(100 * p.full_throttle::double precision / nullif(p.throttles, 0) * 100 + 0.5) / 100 AS full_throttle_pct,
    floor(100 * p.braking::double precision / nullif(p.brakes, 0) * 100 + 0.5) / 100 AS braking_pct,
    floor(100 * p.drs_open::double precision / nullif(p.drs_known, 0) * 100 + 0.5) / 100 AS drs_open_pct
FROM (
    SELECT s.session_key, s.id, t.driver_number, t.lap AS lap_number, t.date_start AS low,
        t.date_start + t.lap_time_ms * interval '1 millisecond' AS high
    FROM lap_times t JOIN sessions s ON s.id = t.session_id AND t.time BETWEEN s.series_from AND s.series_to
    WHERE NOT EXISTS (SELECT FROM lap_telemetry k
            WHERE k.session_id = t.session_id AND k.driver_number = t.driver_number AND k.lap_number = t.lap)
        AND NOT EXISTS (SELECT FROM lap_summaries_kept k
            WHERE k.session_id = t.session_id AND k.driver_number = t.driver_number AND k.lap_number = t.lap)
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

-- The telemetry of each timed lap in one row, one way or another. The columns are those of lap_telemetry without the gear
-- changes.
CREATE VIEW api.lap_summaries AS
SELECT s.session_key, t.driver_number, t.lap_number, t.samples, t.speed_max_kmh, t.speed_min_kmh, t.speed_mean_kmh,
    t.rpm_max, t.full_throttle_pct, t.braking_pct, t.drs_open_pct
FROM lap_telemetry t JOIN sessions s ON s.id = t.session_id
UNION ALL
SELECT s.session_key, t.driver_number, t.lap_number, t.samples, t.speed_max_kmh, t.speed_min_kmh, t.speed_mean_kmh,
    t.rpm_max, t.full_throttle_pct, t.braking_pct, t.drs_open_pct
FROM lap_summaries_kept t JOIN sessions s ON s.id = t.session_id
WHERE NOT EXISTS (SELECT FROM lap_telemetry k
    WHERE k.session_id = t.session_id AND k.driver_number = t.driver_number AND k.lap_number = t.lap_number)
UNION ALL
SELECT session_key, driver_number, lap_number, samples, speed_max_kmh, speed_min_kmh, speed_mean_kmh, rpm_max,
    full_throttle_pct, braking_pct, drs_open_pct
FROM lap_summaries_made;

-- keep_lap_summaries takes down the summaries of laps whose samples lie before a moment.
CREATE FUNCTION keep_lap_summaries(cutoff timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    INSERT INTO lap_summaries_kept
    SELECT session_id, driver_number, lap_number, samples, speed_max_kmh, speed_min_kmh, speed_mean_kmh, rpm_max,
        full_throttle_pct, braking_pct, drs_open_pct
    FROM lap_summaries_made WHERE session_id IN (SELECT id FROM sessions WHERE series_from < cutoff)
    ON CONFLICT DO NOTHING;
$$;

REVOKE ALL ON FUNCTION keep_lap_summaries FROM PUBLIC;
