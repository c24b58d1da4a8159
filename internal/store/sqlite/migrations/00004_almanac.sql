-- What was published of the sport: lists as JSON, each in all its versions.

-- +goose Up
CREATE TABLE almanac_pages (
    kind TEXT NOT NULL,
    season INTEGER NOT NULL, -- 0: of none
    round INTEGER NOT NULL,
    version INTEGER NOT NULL,
    known INTEGER NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, season, round, version)
) STRICT;
