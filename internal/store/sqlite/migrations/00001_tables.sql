-- Reference data, users and settings as DESIGN spells them, sessions with their derived tables, samples in
-- chunks, classifications in versions. Times are milliseconds since 1970, truth is 0 or 1, unknown is NULL.

-- +goose Up
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT UNIQUE,
    preferences TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE drivers (
    id TEXT NOT NULL PRIMARY KEY, -- the code
    name TEXT NOT NULL,
    nationality TEXT NOT NULL,
    number INTEGER
) STRICT;

CREATE TABLE circuits (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    length REAL -- metres
) STRICT;

CREATE TABLE races (
    id TEXT NOT NULL PRIMARY KEY,
    season INTEGER NOT NULL,
    round INTEGER NOT NULL,
    circuit_id TEXT REFERENCES circuits (id),
    name TEXT NOT NULL,
    date INTEGER
) STRICT;
CREATE INDEX races_by_round ON races (season, round);

CREATE TABLE constructors (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    nationality TEXT NOT NULL,
    color TEXT NOT NULL
) STRICT;

CREATE TABLE config (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- Every version of every setting, the newest too.
CREATE TABLE config_history (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (key, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so that no row finds another session
    id TEXT NOT NULL UNIQUE,
    session_key TEXT NOT NULL UNIQUE,
    race_id TEXT REFERENCES races (id) ON DELETE SET NULL,
    season INTEGER,
    round INTEGER,
    event TEXT,
    circuit_id TEXT,
    type TEXT,
    name TEXT,
    date_start INTEGER,
    date_end INTEGER,
    utc_offset TEXT,
    status TEXT,
    total_laps INTEGER,
    date INTEGER GENERATED ALWAYS AS (date_start) VIRTUAL,
    simulated INTEGER NOT NULL,
    source TEXT NOT NULL,
    log TEXT NOT NULL,
    log_offset INTEGER NOT NULL,
    version INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_date ON sessions (date_start, session_key);
CREATE INDEX sessions_by_round ON sessions (season, round);

-- One counter for the versions of all sessions: a version is never given twice, even to a session that was
-- forgotten and stored again.
CREATE TABLE versions (
    last INTEGER NOT NULL
) STRICT;
INSERT INTO versions (last) VALUES (0);

-- Samples of one car, at most 256 in a chunk, by stretches of time; where a stretch has more, in several parts.
CREATE TABLE telemetry (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    driver_number INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    part INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    data BLOB NOT NULL,
    log_offset INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX telemetry_by_bucket ON telemetry (session, driver_number, bucket, part);

CREATE TABLE locations (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    driver_number INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    part INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    data BLOB NOT NULL,
    log_offset INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX locations_by_bucket ON locations (session, driver_number, bucket, part);

CREATE TABLE result_versions (
    session_key TEXT NOT NULL, -- of a session that need not be stored
    version INTEGER NOT NULL,
    season INTEGER NOT NULL,
    round INTEGER NOT NULL,
    type TEXT NOT NULL,
    known INTEGER NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    rows TEXT NOT NULL, -- JSON
    drivers TEXT NOT NULL,
    PRIMARY KEY (session_key, version)
) STRICT;
CREATE INDEX result_versions_by_season ON result_versions (season, type);

CREATE TABLE session_drivers (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "driver_number" INTEGER NOT NULL,
    "tla" TEXT,
    "first_name" TEXT,
    "last_name" TEXT,
    "team" TEXT,
    "team_colour" TEXT,
    "line" INTEGER,
    "country" TEXT,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "driver_number")
) STRICT, WITHOUT ROWID;

CREATE TABLE laps (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "driver_number" INTEGER NOT NULL,
    "lap_number" INTEGER NOT NULL,
    "date_start" INTEGER,
    "lap_time_ms" INTEGER,
    "s1_ms" INTEGER,
    "s2_ms" INTEGER,
    "s3_ms" INTEGER,
    "speed_i1_kmh" INTEGER,
    "speed_i2_kmh" INTEGER,
    "speed_fl_kmh" INTEGER,
    "speed_st_kmh" INTEGER,
    "stint_number" INTEGER,
    "compound" TEXT,
    "tyre_age_laps" INTEGER,
    "fresh_tyre" INTEGER,
    "position" INTEGER,
    "gap_to_leader_ms" INTEGER,
    "interval_ms" INTEGER,
    "laps_down" INTEGER,
    "in_pit_at_start" INTEGER,
    "pit_in_time" INTEGER,
    "pit_out_time" INTEGER,
    "is_personal_best" INTEGER,
    "deleted" INTEGER,
    "deleted_reason" TEXT,
    "track_status" TEXT,
    "is_accurate" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "driver_number", "lap_number")
) STRICT, WITHOUT ROWID;

CREATE TABLE stints (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "driver_number" INTEGER NOT NULL,
    "stint_number" INTEGER NOT NULL,
    "compound" TEXT,
    "lap_start" INTEGER,
    "lap_end" INTEGER,
    "tyre_age_at_start" INTEGER,
    "fresh_tyre" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "driver_number", "stint_number")
) STRICT, WITHOUT ROWID;

CREATE TABLE pit_stops (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "driver_number" INTEGER NOT NULL,
    "stop_number" INTEGER NOT NULL,
    "lap_number" INTEGER,
    "pit_in_time" INTEGER,
    "pit_out_time" INTEGER,
    "pit_lane_ms" INTEGER,
    "stationary_ms" INTEGER,
    "compound_from" TEXT,
    "compound_to" TEXT,
    "under" TEXT,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "driver_number", "stop_number")
) STRICT, WITHOUT ROWID;

CREATE TABLE positions (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "time" INTEGER,
    "position" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE intervals (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "time" INTEGER,
    "gap_to_leader_ms" INTEGER,
    "interval_ms" INTEGER,
    "laps_down" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE race_control (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "message_id" INTEGER NOT NULL,
    "time" INTEGER,
    "lap_number" INTEGER,
    "category" TEXT,
    "flag" TEXT,
    "scope" TEXT,
    "sector" INTEGER,
    "driver_number" INTEGER,
    "message" TEXT,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "message_id")
) STRICT, WITHOUT ROWID;

CREATE TABLE track_status (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "time" INTEGER NOT NULL,
    "status" TEXT,
    "message" TEXT,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "time")
) STRICT, WITHOUT ROWID;

CREATE TABLE weather (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "time" INTEGER NOT NULL,
    "air_c" REAL,
    "track_c" REAL,
    "humidity_pct" REAL,
    "pressure_hpa" REAL,
    "wind_ms" REAL,
    "wind_deg" INTEGER,
    "rainfall" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "time")
) STRICT, WITHOUT ROWID;

CREATE TABLE team_radio (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "time" INTEGER,
    "driver_number" INTEGER,
    "path" TEXT,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "event_id" TEXT,
    "time" INTEGER,
    "lap_number" INTEGER,
    "kind" TEXT,
    "priority" TEXT,
    "driver_number" INTEGER,
    "other_driver_number" INTEGER,
    "position_from" INTEGER,
    "position_to" INTEGER,
    "value" REAL,
    "detail" TEXT,
    "status" TEXT,
    "supersedes" TEXT,
    "evidence" TEXT,
    "known" INTEGER,
    "version" INTEGER,
    "driver_numbers" TEXT,
    "offset" INTEGER,
    "count_from" INTEGER,
    "count_to" INTEGER,
    "count_of" TEXT,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE results (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "position" INTEGER,
    "classified" INTEGER,
    "status" TEXT,
    "grid" INTEGER,
    "points" REAL,
    "laps_completed" INTEGER,
    "time_ms" INTEGER,
    "gap_ms" INTEGER,
    "laps_down" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE gap_history (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "driver_number" INTEGER NOT NULL,
    "lap_number" INTEGER NOT NULL,
    "time" INTEGER,
    "position" INTEGER,
    "gap_to_leader_ms" INTEGER,
    "interval_ms" INTEGER,
    "is_clean" INTEGER,
    "in_traffic" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "driver_number", "lap_number")
) STRICT, WITHOUT ROWID;

CREATE TABLE stint_pace (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "stint_number" INTEGER,
    "compound" TEXT,
    "lap_start" INTEGER,
    "lap_end" INTEGER,
    "tyre_age_laps" INTEGER,
    "clean_laps" INTEGER,
    "median_ms" INTEGER,
    "corrected_ms" INTEGER,
    "spread_ms" INTEGER,
    "wear_s_per_lap" REAL,
    "wear_spread_s" REAL,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE degradation (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "compound" TEXT,
    "wear_s_per_lap" REAL,
    "wear_spread_s" REAL,
    "offset_s" REAL,
    "offset_spread_s" REAL,
    "laps" INTEGER,
    "oldest_laps" INTEGER,
    "fuel_s_per_lap" REAL,
    "fuel_spread_s" REAL,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE pit_loss (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "under" TEXT,
    "median_ms" INTEGER,
    "low_ms" INTEGER,
    "high_ms" INTEGER,
    "stops" INTEGER,
    "prior_stops" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE stop_losses (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "lap_number" INTEGER,
    "under" TEXT,
    "loss_ms" INTEGER,
    "pit_lane_ms" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE rejoin (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "lap_number" INTEGER,
    "out_lap" INTEGER,
    "under" TEXT,
    "pit_loss_ms" INTEGER,
    "position" INTEGER,
    "position_low" INTEGER,
    "position_high" INTEGER,
    "ahead_driver_number" INTEGER,
    "gap_ahead_ms" INTEGER,
    "behind_driver_number" INTEGER,
    "gap_behind_ms" INTEGER,
    "traffic" TEXT,
    "actual_position" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE undercuts (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "first_driver_number" INTEGER,
    "first_lap_number" INTEGER,
    "second_driver_number" INTEGER,
    "second_lap_number" INTEGER,
    "kind" TEXT,
    "under" TEXT,
    "gap_before_ms" INTEGER,
    "gap_after_ms" INTEGER,
    "forecast_ms" INTEGER,
    "forecast_spread_ms" INTEGER,
    "stop_ms" INTEGER,
    "in_lap_ms" INTEGER,
    "out_lap_ms" INTEGER,
    "tyre_pace_ms" INTEGER,
    "traffic_ms" INTEGER,
    "worked" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE ideal_laps (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "part" INTEGER,
    "s1_ms" INTEGER,
    "s2_ms" INTEGER,
    "s3_ms" INTEGER,
    "ideal_ms" INTEGER,
    "best_ms" INTEGER,
    "laps" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE TABLE consistency (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    "driver_number" INTEGER,
    "laps" INTEGER,
    "spread_ms" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "n")
) STRICT, WITHOUT ROWID;

CREATE INDEX session_drivers_by_code ON session_drivers (tla);
