-- Without the extension: the steps of ten seconds become an ordinary table. It is written session by session and keeps
-- what it has when the samples are given up.

DROP VIEW api.lap_summaries;
DROP VIEW telemetry_10s;
ALTER MATERIALIZED VIEW telemetry_10s_kept RENAME TO telemetry_10s_before;
ALTER INDEX telemetry_10s_kept_key RENAME TO telemetry_10s_before_key;

CREATE TABLE telemetry_10s_kept AS
SELECT b.* FROM telemetry_10s_before b JOIN sessions s ON s.id = b.session_id WHERE s.summed;

DROP MATERIALIZED VIEW telemetry_10s_before;
ALTER TABLE telemetry_10s_kept ADD PRIMARY KEY (session_id, driver_number, bucket),
    ADD FOREIGN KEY (session_id) REFERENCES sessions (id) ON UPDATE CASCADE ON DELETE CASCADE;

CREATE VIEW telemetry_10s AS
SELECT k.* FROM telemetry_10s_kept k JOIN sessions s ON s.id = k.session_id WHERE s.summed
UNION ALL
SELECT date_bin('10 seconds', t.time, '2000-01-01 00:00+00'), t.session_id, t.driver_id, t.driver_number,
    count(*),
    count(speed), sum(speed), max(speed), min(speed),
    max(rpm),
    count(throttle), sum(throttle), count(*) FILTER (WHERE throttle >= 99),
    count(brake), count(*) FILTER (WHERE brake > 0),
    count(drs), count(*) FILTER (WHERE drs >= 10)
FROM telemetry t JOIN sessions s ON s.id = t.session_id
WHERE NOT s.summed AND t.time BETWEEN s.series_from AND s.series_to
GROUP BY 1, 2, 3, 4;

-- refresh_summaries takes ended sessions into what is kept and returns how many; with a moment also those that lie before
-- it and have not ended. Of a session without samples it keeps what there is. Writers of the session wait.
DROP FUNCTION refresh_summaries();
CREATE FUNCTION refresh_summaries(before timestamptz DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    w record;
    done bigint := 0;
BEGIN
    FOR w IN SELECT id, series_from, series_to FROM sessions
        WHERE NOT summed AND (whole OR series_from < before) ORDER BY session_key FOR UPDATE
    LOOP
        IF EXISTS (SELECT FROM telemetry WHERE session_id = w.id AND time BETWEEN w.series_from AND w.series_to) THEN
            DELETE FROM telemetry_10s_kept WHERE session_id = w.id;
            INSERT INTO telemetry_10s_kept
            SELECT date_bin('10 seconds', time, '2000-01-01 00:00+00') AS bucket, session_id, driver_id, driver_number,
                count(*) AS samples,
                count(speed) AS speeds, sum(speed) AS speed_sum, max(speed) AS speed_max, min(speed) AS speed_min,
                max(rpm) AS rpm_max,
                count(throttle) AS throttles, sum(throttle) AS throttle_sum, count(*) FILTER (WHERE throttle >= 99) AS full_throttle,
                count(brake) AS brakes, count(*) FILTER (WHERE brake > 0) AS braking,
                count(drs) AS drs_known, count(*) FILTER (WHERE drs >= 10) AS drs_open
            FROM telemetry WHERE session_id = w.id AND time BETWEEN w.series_from AND w.series_to
            GROUP BY 1, 2, 3, 4;
        END IF;
        UPDATE sessions SET summed = true WHERE id = w.id;
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

-- drop_series_before drops the months of telemetry and locations that end before a moment, and returns their names. What
-- they say of laps is taken down before.
CREATE OR REPLACE FUNCTION drop_series_before(cutoff timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '10s' AS $$
DECLARE
    part text;
BEGIN
    PERFORM refresh_summaries(cutoff);
    PERFORM keep_lap_summaries(cutoff);
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('telemetry'::regclass, 'locations'::regclass) AND c.relname ~ '_\d{4}_\d\d$'
            AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= cutoff
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        RETURN NEXT part;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION refresh_summaries FROM PUBLIC;
