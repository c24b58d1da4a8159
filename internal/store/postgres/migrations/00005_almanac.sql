-- What was published of the sport: lists as JSON, each in all its versions. The body is text, so that it comes back byte
-- for byte.

-- +goose Up
CREATE TABLE almanac_pages (
    kind text COLLATE "C" NOT NULL, season int NOT NULL, round int NOT NULL, version int NOT NULL,
    known timestamptz NOT NULL, status text NOT NULL, source text NOT NULL, body text NOT NULL,
    PRIMARY KEY (kind, season, round, version)
);
