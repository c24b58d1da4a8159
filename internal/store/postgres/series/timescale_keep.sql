-- With the extension: the continuous aggregate is not refreshed where samples have been given up, which would empty it
-- there.

DROP VIEW api.lap_summaries;

-- sum_series_since has the summaries brought up to date from a moment on only. It is called again and again, so that the
-- moment stays: the extension counts back from now.
CREATE FUNCTION sum_series_since(cutoff timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM remove_continuous_aggregate_policy('telemetry_10s', if_exists => true);
    PERFORM add_continuous_aggregate_policy('telemetry_10s', start_offset => greatest(now() - cutoff, INTERVAL '1 day'),
        end_offset => INTERVAL '1 hour', schedule_interval => INTERVAL '10 minutes', if_not_exists => true);
END $$;

-- drop_series_before drops the chunks of telemetry and locations that end before a moment, and returns their names. What
-- they say of laps is taken down before.
CREATE OR REPLACE FUNCTION drop_series_before(cutoff timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM keep_lap_summaries(cutoff);
    PERFORM sum_series_since(cutoff);
    RETURN QUERY SELECT drop_chunks('telemetry', older_than => cutoff);
    RETURN QUERY SELECT drop_chunks('locations', older_than => cutoff);
END $$;

REVOKE ALL ON FUNCTION sum_series_since FROM PUBLIC;
