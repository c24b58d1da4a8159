-- What the functions of TimescaleDB 2.27 look like from outside, for the test that runs timescale.sql without the
-- extension. Names, arguments and results are the extension's; where it takes "any", which only C can, there is
-- anyelement. The bodies check what the extension would refuse as far as its manual says so.
CREATE SCHEMA shim;
CREATE TABLE shim.hypertables (name regclass PRIMARY KEY, compressed boolean NOT NULL DEFAULT false);
CREATE TABLE shim.policies (kind text, name text, value interval, PRIMARY KEY (kind, name));

CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, partitioning_column name = NULL,
    number_partitions integer = NULL, associated_schema_name name = NULL, associated_table_prefix name = NULL,
    chunk_time_interval anyelement = NULL::bigint, create_default_indexes boolean = true, if_not_exists boolean = false,
    partitioning_func regproc = NULL, migrate_data boolean = false, chunk_target_size text = NULL,
    chunk_sizing_func regproc = NULL, time_partitioning_func regproc = NULL)
RETURNS TABLE (hypertable_id int, schema_name name, table_name name, created bool) LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = relation) <> 'r' THEN
        RAISE EXCEPTION 'table "%" is already partitioned', relation;
    END IF;
    IF pg_typeof(chunk_time_interval) <> 'interval'::regtype THEN
        RAISE EXCEPTION 'invalid interval type for timestamptz dimension';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = time_column_name AND attnotnull) THEN
        RAISE EXCEPTION 'column "%" does not exist or may be null', time_column_name;
    END IF;
    IF EXISTS (SELECT FROM pg_index i WHERE i.indrelid = relation AND i.indisunique AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = time_column_name AND a.attnum = ANY (i.indkey))) THEN
        RAISE EXCEPTION 'cannot create a unique index without the column "%" (used in partitioning)', time_column_name;
    END IF;
    IF EXISTS (SELECT FROM pg_constraint WHERE confrelid = relation) THEN
        RAISE EXCEPTION 'foreign keys to hypertables are not supported';
    END IF;
    INSERT INTO shim.hypertables (name) VALUES (relation);
    RETURN QUERY SELECT 1, 'public'::name, relation::text::name, true;
END $$;

-- The newer interface is there too, so that calls must be told apart as with the extension.
CREATE TYPE shim.dimension_info AS (name text);
CREATE FUNCTION create_hypertable(relation regclass, dimension shim.dimension_info, create_default_indexes boolean = true,
    if_not_exists boolean = false, migrate_data boolean = false)
RETURNS TABLE (hypertable_id int, created bool) LANGUAGE sql AS $$ SELECT 1, true $$;

-- Stands for ALTER TABLE … SET (timescaledb.compress, …).
CREATE FUNCTION shim.compress(relation regclass, segmentby text, orderby text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    EXECUTE format('SELECT %s, %s FROM %s LIMIT 0', segmentby, orderby, relation);
    SELECT string_agg(a.attname, ', ') INTO missing FROM pg_index i JOIN pg_attribute a ON a.attrelid = relation AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = relation AND i.indisunique AND a.attname <> ALL (string_to_array(segmentby || ', ' || orderby, ', '));
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'columns % of unique indexes must be used for segmenting or ordering', missing;
    END IF;
    UPDATE shim.hypertables SET compressed = true WHERE name = relation;
    IF NOT FOUND THEN
        RAISE EXCEPTION '"%" is not a hypertable', relation;
    END IF;
END $$;

CREATE FUNCTION add_compression_policy(hypertable regclass, compress_after anyelement = NULL::interval, if_not_exists bool = false,
    schedule_interval interval = NULL, initial_start timestamptz = NULL, timezone text = NULL, compress_created_before interval = NULL)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM shim.hypertables WHERE name = hypertable AND compressed) THEN
        RAISE EXCEPTION 'compression not enabled on hypertable "%"', hypertable;
    END IF;
    INSERT INTO shim.policies VALUES ('compression', hypertable::text, compress_after::text::interval);
    RETURN 1;
END $$;

CREATE FUNCTION add_retention_policy(relation regclass, drop_after anyelement = NULL::interval, if_not_exists bool = false,
    schedule_interval interval = NULL, initial_start timestamptz = NULL, timezone text = NULL, drop_created_before interval = NULL)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM shim.hypertables WHERE name = relation) THEN
        RAISE EXCEPTION '"%" is not a hypertable or a continuous aggregate', relation;
    END IF;
    INSERT INTO shim.policies VALUES ('retention', relation::text, drop_after::text::interval);
    RETURN 1;
END $$;

CREATE FUNCTION remove_retention_policy(relation regclass, if_exists bool = false) RETURNS void LANGUAGE plpgsql STRICT AS $$
BEGIN
    DELETE FROM shim.policies WHERE kind = 'retention' AND name = relation::text;
    IF NOT FOUND AND NOT if_exists THEN
        RAISE EXCEPTION 'retention policy not found for hypertable "%"', relation;
    END IF;
END $$;

CREATE FUNCTION add_continuous_aggregate_policy(continuous_aggregate regclass, start_offset anyelement, end_offset anyelement,
    schedule_interval interval, if_not_exists bool = false, initial_start timestamptz = NULL, timezone text = NULL,
    include_tiered_data bool = NULL, buckets_per_batch integer = NULL, max_batches_per_execution integer = NULL,
    refresh_newest_first bool = NULL)
RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO shim.policies VALUES ('continuous aggregate', continuous_aggregate::text, start_offset::text::interval);
    RETURN 1;
END $$;

CREATE FUNCTION remove_continuous_aggregate_policy(continuous_aggregate regclass, if_not_exists bool = false, if_exists bool = NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM shim.policies WHERE kind = 'continuous aggregate' AND name = continuous_aggregate::text;
    IF NOT FOUND AND NOT coalesce(if_exists, if_not_exists) THEN
        RAISE EXCEPTION 'continuous aggregate policy not found for "%"', continuous_aggregate;
    END IF;
END $$;

CREATE FUNCTION drop_chunks(relation regclass, older_than anyelement = NULL::timestamptz, newer_than timestamptz = NULL,
    "verbose" boolean = false, created_before timestamptz = NULL, created_after timestamptz = NULL)
RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    -- Chunks of seven days: only whole ones go.
    EXECUTE format('DELETE FROM %s WHERE date_bin(''7 days'', time, ''2000-01-03 00:00+00'') + interval ''7 days'' <= $1', relation) USING older_than;
    RETURN NEXT '_timescaledb_internal._hyper_' || relation::oid;
END $$;

CREATE FUNCTION time_bucket(bucket_width interval, ts timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT date_bin(bucket_width, ts, '2000-01-03 00:00+00') $$;
