-- The tables of the store. Names and first columns of users, drivers, circuits, races, sessions, constructors,
-- config, lap_times and telemetry are those of the design; schema api gives the derived tables under the names
-- of the contract. Texts are ordered by their bytes. What is partitioned by time begins as plain tables here:
-- the next migration turns them into hypertables or partitioned tables.

-- +goose Up
CREATE SCHEMA IF NOT EXISTS api;

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    preferences jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- id is the three-letter code.
CREATE TABLE drivers (
    id text COLLATE "C" PRIMARY KEY, name text, nationality text, number integer
);

CREATE TABLE circuits (
    id text COLLATE "C" PRIMARY KEY, name text, country text, length double precision
);

CREATE TABLE races (
    id text COLLATE "C" PRIMARY KEY, season integer NOT NULL, round integer NOT NULL,
    circuit_id text COLLATE "C" REFERENCES circuits, name text, date timestamptz
);
CREATE INDEX races_season ON races (season, round);

CREATE TABLE constructors (
    id text COLLATE "C" PRIMARY KEY, name text, nationality text, color text
);

-- Every version of every setting; the newest holds.
CREATE TABLE config (
    key text COLLATE "C" NOT NULL, value text NOT NULL, version integer NOT NULL CHECK (version > 0),
    changed_by text NOT NULL, changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, version)
);

-- A session and how far it is written. id is the readable name, race_id the race it belongs to by the scheme of
-- races.id, date the local day. series_from and series_to enclose the times of its rows in the partitioned tables,
-- so that queries touch its partitions only. samples_version rises when its telemetry changes; summed: all of it is
-- in the summaries.
CREATE TABLE sessions (
    id text COLLATE "C" PRIMARY KEY, race_id text COLLATE "C", type text COLLATE "C", date date,
    session_key text COLLATE "C" NOT NULL UNIQUE,
    season bigint, round bigint, event text COLLATE "C", circuit_id text COLLATE "C", name text COLLATE "C",
    date_start timestamptz, date_end timestamptz, utc_offset text COLLATE "C", status text COLLATE "C",
    total_laps bigint,
    simulated boolean NOT NULL DEFAULT false, source text NOT NULL DEFAULT '', log text NOT NULL DEFAULT '',
    log_offset bigint NOT NULL DEFAULT 0, version bigint NOT NULL DEFAULT 0, whole boolean NOT NULL DEFAULT false,
    changed timestamptz NOT NULL DEFAULT now(),
    series_from timestamptz, series_to timestamptz,
    samples_version bigint NOT NULL DEFAULT 0, summed boolean NOT NULL DEFAULT false
);
CREATE INDEX sessions_date ON sessions (coalesce(date_start, '-infinity'), session_key);
CREATE INDEX sessions_season ON sessions (season, round);

-- Numbers the changes of sessions.
CREATE SEQUENCE session_versions;

-- Every version of every classification, with rows and drivers as JSON. A session need not be stored itself.
CREATE TABLE result_versions (
    session_key text COLLATE "C" NOT NULL, version integer NOT NULL, season integer NOT NULL, round integer NOT NULL,
    type text NOT NULL, known timestamptz NOT NULL, status text NOT NULL, source text NOT NULL,
    rows jsonb NOT NULL, drivers jsonb NOT NULL,
    PRIMARY KEY (session_key, version)
);
CREATE INDEX result_versions_season ON result_versions (season, type);

-- What can be found by words. The program folds the words (store.Words), so no dictionary is needed. kind gives
-- the order: 0 session, 1 driver, 2 circuit, 3 event, 4 race_control; place names the entry within its session and
-- kind; without a session it is of the reference data.
CREATE TABLE search_entries (
    session_key text COLLATE "C", kind integer NOT NULL, place bigint NOT NULL, ref text COLLATE "C" NOT NULL,
    title text NOT NULL, detail text NOT NULL, time timestamptz, words text NOT NULL
);
CREATE INDEX search_entries_place ON search_entries (session_key, kind, place);
CREATE INDEX search_entries_ref ON search_entries (kind, ref);
CREATE INDEX search_entries_words ON search_entries USING gin (array_to_tsvector(string_to_array(words, ' ')));

CREATE TABLE session_drivers (
    session_id text COLLATE "C" NOT NULL, driver_number bigint NOT NULL, tla text COLLATE "C",
    first_name text COLLATE "C", last_name text COLLATE "C", team text COLLATE "C",
    team_colour text COLLATE "C", line bigint, country text COLLATE "C",
    PRIMARY KEY (session_id, driver_number)
);

CREATE TABLE lap_times (
    time timestamptz NOT NULL, session_id text COLLATE "C" NOT NULL, driver_id text COLLATE "C" NOT NULL,
    lap bigint NOT NULL, s1 bigint, s2 bigint, s3 bigint, compound text COLLATE "C",
    driver_number bigint NOT NULL, date_start timestamptz, lap_time_ms bigint, speed_i1_kmh bigint,
    speed_i2_kmh bigint, speed_fl_kmh bigint, speed_st_kmh bigint, stint_number bigint, tyre_age_laps bigint,
    fresh_tyre boolean, position bigint, gap_to_leader_ms bigint, interval_ms bigint, laps_down bigint,
    in_pit_at_start boolean, pit_in_time timestamptz, pit_out_time timestamptz, is_personal_best boolean,
    deleted boolean, deleted_reason text COLLATE "C", track_status text COLLATE "C", is_accurate boolean,
    time_from text COLLATE "C" NOT NULL,
    PRIMARY KEY (session_id, driver_number, lap, time)
);

CREATE TABLE stints (
    session_id text COLLATE "C" NOT NULL, driver_number bigint NOT NULL, stint_number bigint NOT NULL,
    compound text COLLATE "C", lap_start bigint, lap_end bigint, tyre_age_at_start bigint, fresh_tyre boolean,
    PRIMARY KEY (session_id, driver_number, stint_number)
);

CREATE TABLE pit_stops (
    session_id text COLLATE "C" NOT NULL, driver_number bigint NOT NULL, stop_number bigint NOT NULL,
    lap_number bigint, pit_in_time timestamptz, pit_out_time timestamptz, pit_lane_ms bigint,
    stationary_ms bigint, compound_from text COLLATE "C", compound_to text COLLATE "C", under text COLLATE "C",
    PRIMARY KEY (session_id, driver_number, stop_number)
);

CREATE TABLE positions (
    time timestamptz NOT NULL, session_id text COLLATE "C" NOT NULL, driver_id text COLLATE "C" NOT NULL,
    driver_number bigint, position bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n, time)
);

CREATE TABLE intervals (
    time timestamptz NOT NULL, session_id text COLLATE "C" NOT NULL, driver_id text COLLATE "C" NOT NULL,
    driver_number bigint, gap_to_leader_ms bigint, interval_ms bigint, laps_down bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n, time)
);

CREATE TABLE race_control (
    session_id text COLLATE "C" NOT NULL, message_id bigint NOT NULL, time timestamptz, lap_number bigint,
    category text COLLATE "C", flag text COLLATE "C", scope text COLLATE "C", sector bigint,
    driver_number bigint, message text COLLATE "C",
    PRIMARY KEY (session_id, message_id)
);

CREATE TABLE track_status (
    session_id text COLLATE "C" NOT NULL, time timestamptz NOT NULL, status text COLLATE "C",
    message text COLLATE "C",
    PRIMARY KEY (session_id, time)
);

CREATE TABLE weather (
    session_id text COLLATE "C" NOT NULL, time timestamptz NOT NULL, air_c double precision,
    track_c double precision, humidity_pct double precision, pressure_hpa double precision,
    wind_ms double precision, wind_deg bigint, rainfall boolean,
    PRIMARY KEY (session_id, time)
);

CREATE TABLE telemetry (
    time timestamptz NOT NULL, session_id text COLLATE "C" NOT NULL, driver_id text COLLATE "C" NOT NULL,
    speed smallint, throttle smallint, brake smallint, gear smallint, driver_number integer NOT NULL,
    rpm smallint, drs smallint,
    PRIMARY KEY (session_id, driver_number, time)
);

CREATE TABLE locations (
    time timestamptz NOT NULL, session_id text COLLATE "C" NOT NULL, driver_id text COLLATE "C" NOT NULL,
    driver_number integer NOT NULL, x_m double precision, y_m double precision, z_m double precision,
    on_track boolean,
    PRIMARY KEY (session_id, driver_number, time)
);

CREATE TABLE lap_telemetry (
    session_id text COLLATE "C" NOT NULL, driver_number bigint NOT NULL, lap_number bigint NOT NULL,
    samples bigint, speed_max_kmh bigint, speed_min_kmh bigint, speed_mean_kmh double precision, rpm_max bigint,
    full_throttle_pct double precision, braking_pct double precision, drs_open_pct double precision,
    gear_changes bigint,
    PRIMARY KEY (session_id, driver_number, lap_number)
);

CREATE TABLE team_radio (
    session_id text COLLATE "C" NOT NULL, time timestamptz, driver_number bigint, path text COLLATE "C",
    n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE events (
    session_id text COLLATE "C" NOT NULL, event_id text COLLATE "C", time timestamptz, lap_number bigint,
    kind text COLLATE "C", priority text COLLATE "C", driver_number bigint, other_driver_number bigint,
    position_from bigint, position_to bigint, value double precision, detail text COLLATE "C",
    status text COLLATE "C", supersedes text COLLATE "C", evidence text COLLATE "C", known timestamptz,
    version bigint, driver_numbers text COLLATE "C", "offset" bigint, count_from bigint, count_to bigint,
    count_of text COLLATE "C", n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE session_results (
    session_id text COLLATE "C" NOT NULL, driver_number bigint, position bigint, classified boolean,
    status text COLLATE "C", grid bigint, points double precision, laps_completed bigint, time_ms bigint,
    gap_ms bigint, laps_down bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE gap_history (
    session_id text COLLATE "C" NOT NULL, driver_number bigint NOT NULL, lap_number bigint NOT NULL,
    time timestamptz, position bigint, gap_to_leader_ms bigint, interval_ms bigint, is_clean boolean,
    in_traffic boolean,
    PRIMARY KEY (session_id, driver_number, lap_number)
);

CREATE TABLE stint_pace (
    session_id text COLLATE "C" NOT NULL, driver_number bigint, stint_number bigint, compound text COLLATE "C",
    lap_start bigint, lap_end bigint, tyre_age_laps bigint, clean_laps bigint, median_ms bigint,
    corrected_ms bigint, spread_ms bigint, wear_s_per_lap double precision, wear_spread_s double precision,
    n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE degradation (
    session_id text COLLATE "C" NOT NULL, compound text COLLATE "C", wear_s_per_lap double precision,
    wear_spread_s double precision, offset_s double precision, offset_spread_s double precision, laps bigint,
    oldest_laps bigint, fuel_s_per_lap double precision, fuel_spread_s double precision, n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE pit_loss (
    session_id text COLLATE "C" NOT NULL, under text COLLATE "C", median_ms bigint, low_ms bigint,
    high_ms bigint, stops bigint, prior_stops bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE stop_losses (
    session_id text COLLATE "C" NOT NULL, driver_number bigint, lap_number bigint, under text COLLATE "C",
    loss_ms bigint, pit_lane_ms bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE rejoin (
    session_id text COLLATE "C" NOT NULL, driver_number bigint, lap_number bigint, out_lap bigint,
    under text COLLATE "C", pit_loss_ms bigint, position bigint, position_low bigint, position_high bigint,
    ahead_driver_number bigint, gap_ahead_ms bigint, behind_driver_number bigint, gap_behind_ms bigint,
    traffic text COLLATE "C", actual_position bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE undercuts (
    session_id text COLLATE "C" NOT NULL, first_driver_number bigint, first_lap_number bigint,
    second_driver_number bigint, second_lap_number bigint, kind text COLLATE "C", under text COLLATE "C",
    gap_before_ms bigint, gap_after_ms bigint, forecast_ms bigint, forecast_spread_ms bigint, stop_ms bigint,
    in_lap_ms bigint, out_lap_ms bigint, tyre_pace_ms bigint, traffic_ms bigint, worked boolean,
    n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE ideal_laps (
    session_id text COLLATE "C" NOT NULL, driver_number bigint, part bigint, s1_ms bigint, s2_ms bigint,
    s3_ms bigint, ideal_ms bigint, best_ms bigint, laps bigint, n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE TABLE consistency (
    session_id text COLLATE "C" NOT NULL, driver_number bigint, laps bigint, spread_ms bigint,
    n integer NOT NULL,
    PRIMARY KEY (session_id, n)
);

CREATE INDEX lap_times_driver ON lap_times (driver_id, time);
CREATE INDEX session_drivers_tla ON session_drivers (tla);
