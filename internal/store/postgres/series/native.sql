-- Without the extension TimescaleDB: the series are partitioned by range of time, telemetry and locations by
-- month, the others by year. Partitions are made before they are written to. There is no default partition: what lies
-- outside 1950 to 2100 has two partitions of its own, which the health of the store counts.

-- ensure_partition makes the partition of a series that holds a moment, and returns its name. Two at once are fine.
-- It attaches a table of its own, which does not disturb readers and writers of the others.
CREATE FUNCTION ensure_partition(parent text, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    unit text := CASE WHEN parent IN ('telemetry', 'locations') THEN 'month' ELSE 'year' END;
    low timestamptz := date_trunc(unit, moment);
    part text := parent || to_char(low, CASE unit WHEN 'month' THEN '_YYYY_MM' ELSE '_YYYY' END);
BEGIN
    IF parent NOT IN ('lap_times', 'telemetry', 'locations', 'intervals', 'positions') THEN
        RAISE EXCEPTION 'no series: %', parent;
    END IF;
    IF moment < '1950-01-01' THEN
        RETURN parent || '_early';
    ELSIF moment >= '2100-01-01' THEN
        RETURN parent || '_late';
    END IF;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN part;
    END IF;
    PERFORM pg_advisory_xact_lock(7410219834502);
    -- Asked of the table itself: what to_regclass remembers may be from before the lock.
    IF NOT EXISTS (SELECT FROM pg_class WHERE relname = part AND relnamespace = 'public'::regnamespace) THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, low,
            low + ('1 ' || unit)::interval);
    END IF;
    RETURN part;
END $$;

-- Rows that are there already move into the partitions.
DO $$
DECLARE
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['lap_times', 'telemetry', 'locations', 'intervals', 'positions'] LOOP
        EXECUTE format('ALTER TABLE %I RENAME TO %I', parent, parent || '_plain');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY RANGE (time)', parent, parent || '_plain');
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (MINVALUE) TO (%L)',
            parent || '_early', parent, '1950-01-01 00:00+00');
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (MAXVALUE)',
            parent || '_late', parent, '2100-01-01 00:00+00');
        EXECUTE format('SELECT ensure_partition(%L, moment) FROM (SELECT DISTINCT date_trunc(''month'', time, ''UTC'') AS moment FROM %I) m',
            parent, parent || '_plain');
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', parent, parent || '_plain');
        EXECUTE format('DROP TABLE %I', parent || '_plain');
    END LOOP;
END $$;

-- drop_series_before drops the months of telemetry and locations that end before a moment, and returns their names.
CREATE FUNCTION drop_series_before(cutoff timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '10s' AS $$
DECLARE
    part text;
BEGIN
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

-- Summaries of telemetry in steps of ten seconds. Those of ended sessions are kept, the others are made when asked for.
CREATE MATERIALIZED VIEW telemetry_10s_kept AS
SELECT date_bin('10 seconds', time, '2000-01-01 00:00+00') AS bucket, session_id, driver_id, driver_number,
    count(*) AS samples,
    count(speed) AS speeds, sum(speed) AS speed_sum, max(speed) AS speed_max, min(speed) AS speed_min,
    max(rpm) AS rpm_max,
    count(throttle) AS throttles, sum(throttle) AS throttle_sum, count(*) FILTER (WHERE throttle >= 99) AS full_throttle,
    count(brake) AS brakes, count(*) FILTER (WHERE brake > 0) AS braking,
    count(drs) AS drs_known, count(*) FILTER (WHERE drs >= 10) AS drs_open
FROM telemetry
GROUP BY 1, 2, 3, 4;

CREATE UNIQUE INDEX telemetry_10s_kept_key ON telemetry_10s_kept (session_id, driver_number, bucket);

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

-- refresh_summaries takes ended sessions into what is kept and returns how many. A session whose telemetry changes
-- meanwhile is left for the next time.
CREATE FUNCTION refresh_summaries() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    ids text[];
    versions bigint[];
    done bigint;
BEGIN
    SELECT array_agg(id), array_agg(samples_version) INTO ids, versions FROM sessions WHERE whole AND NOT summed;
    IF ids IS NULL THEN
        RETURN 0;
    END IF;
    REFRESH MATERIALIZED VIEW CONCURRENTLY telemetry_10s_kept;
    UPDATE sessions s SET summed = true FROM unnest(ids, versions) AS w(id, version)
        WHERE s.id = w.id AND s.samples_version = w.version;
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END $$;

REVOKE ALL ON FUNCTION ensure_partition, drop_series_before, refresh_summaries FROM PUBLIC;
