-- What the samples of each lap come to. Sessions stored before have it when they are derived again.

-- +goose Up
CREATE TABLE lap_telemetry (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    "driver_number" INTEGER NOT NULL,
    "lap_number" INTEGER NOT NULL,
    "samples" INTEGER,
    "speed_max_kmh" INTEGER,
    "speed_min_kmh" INTEGER,
    "speed_mean_kmh" REAL,
    "rpm_max" INTEGER,
    "full_throttle_pct" REAL,
    "braking_pct" REAL,
    "drs_open_pct" REAL,
    "gear_changes" INTEGER,
    log_offset INTEGER NOT NULL,
    PRIMARY KEY (session, "driver_number", "lap_number")
) STRICT, WITHOUT ROWID;
