-- What the writer and the reader may do, said again after every migration. pitwall_writer changes rows and calls the
-- functions that make and drop partitions; pitwall_reader selects.
GRANT USAGE ON SCHEMA public, api TO pitwall_writer, pitwall_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public, api TO pitwall_writer, pitwall_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pitwall_writer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO pitwall_writer;
REVOKE INSERT, UPDATE, DELETE ON goose_db_version FROM pitwall_writer;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['ensure_partition(text, timestamptz)', 'drop_series_before(timestamptz)', 'refresh_summaries(timestamptz)',
        'keep_series(interval)', 'sum_series_since(timestamptz)', 'keep_lap_summaries(timestamptz)'] LOOP
        IF to_regprocedure(f) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pitwall_writer', f);
        END IF;
    END LOOP;
END $$;
