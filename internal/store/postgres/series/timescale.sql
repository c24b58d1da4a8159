-- With the extension TimescaleDB (2.13 or newer): hypertables, compression, retention and a continuous aggregate.
-- This file holds every statement that needs the extension; how long series are kept is set by keep_series.

SELECT create_hypertable('telemetry', 'time', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false, migrate_data => true);
SELECT create_hypertable('locations', 'time', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false, migrate_data => true);
SELECT create_hypertable('lap_times', 'time', chunk_time_interval => INTERVAL '365 days', create_default_indexes => false, migrate_data => true);
SELECT create_hypertable('intervals', 'time', chunk_time_interval => INTERVAL '90 days', create_default_indexes => false, migrate_data => true);
SELECT create_hypertable('positions', 'time', chunk_time_interval => INTERVAL '90 days', create_default_indexes => false, migrate_data => true);

-- The car number goes with the driver and belongs to keys, so it segments as well at no cost.
ALTER TABLE telemetry SET (timescaledb.compress, timescaledb.compress_segmentby = 'session_id, driver_id, driver_number', timescaledb.compress_orderby = 'time');
ALTER TABLE locations SET (timescaledb.compress, timescaledb.compress_segmentby = 'session_id, driver_id, driver_number', timescaledb.compress_orderby = 'time');
ALTER TABLE lap_times SET (timescaledb.compress, timescaledb.compress_segmentby = 'session_id, driver_id, driver_number', timescaledb.compress_orderby = 'time, lap');
ALTER TABLE intervals SET (timescaledb.compress, timescaledb.compress_segmentby = 'session_id, driver_id', timescaledb.compress_orderby = 'time, n');
ALTER TABLE positions SET (timescaledb.compress, timescaledb.compress_segmentby = 'session_id, driver_id', timescaledb.compress_orderby = 'time, n');

-- A session is corrected for some days after it was held, and hardly ever later.
SELECT add_compression_policy('telemetry', compress_after => INTERVAL '14 days', if_not_exists => true);
SELECT add_compression_policy('locations', compress_after => INTERVAL '14 days', if_not_exists => true);
SELECT add_compression_policy('lap_times', compress_after => INTERVAL '400 days', if_not_exists => true);
SELECT add_compression_policy('intervals', compress_after => INTERVAL '100 days', if_not_exists => true);
SELECT add_compression_policy('positions', compress_after => INTERVAL '100 days', if_not_exists => true);

-- Summaries of telemetry in steps of ten seconds, which outlive the samples. What is not in them yet is added when
-- they are asked for (real time). They are brought up to date over all times: seasons are imported late.
CREATE MATERIALIZED VIEW telemetry_10s WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT time_bucket(INTERVAL '10 seconds', time) AS bucket, session_id, driver_id, driver_number,
    count(*) AS samples,
    count(speed) AS speeds, sum(speed) AS speed_sum, max(speed) AS speed_max, min(speed) AS speed_min,
    max(rpm) AS rpm_max,
    count(throttle) AS throttles, sum(throttle) AS throttle_sum, count(*) FILTER (WHERE throttle >= 99) AS full_throttle,
    count(brake) AS brakes, count(*) FILTER (WHERE brake > 0) AS braking,
    count(drs) AS drs_known, count(*) FILTER (WHERE drs >= 10) AS drs_open
FROM telemetry
GROUP BY 1, 2, 3, 4
WITH NO DATA;

SELECT add_continuous_aggregate_policy('telemetry_10s', start_offset => NULL::interval, end_offset => INTERVAL '1 hour', schedule_interval => INTERVAL '10 minutes', if_not_exists => true);

-- keep_series sets how long telemetry and locations are kept; NULL is for good.
CREATE FUNCTION keep_series(keep interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM remove_retention_policy('telemetry', if_exists => true);
    PERFORM remove_retention_policy('locations', if_exists => true);
    IF keep IS NOT NULL THEN
        PERFORM add_retention_policy('telemetry', drop_after => keep, if_not_exists => true);
        PERFORM add_retention_policy('locations', drop_after => keep, if_not_exists => true);
    END IF;
END $$;

-- drop_series_before drops the chunks of telemetry and locations that end before a moment, and returns their names.
CREATE FUNCTION drop_series_before(cutoff timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT drop_chunks('telemetry', older_than => cutoff);
    RETURN QUERY SELECT drop_chunks('locations', older_than => cutoff);
END $$;

REVOKE ALL ON FUNCTION keep_series, drop_series_before FROM PUBLIC;
