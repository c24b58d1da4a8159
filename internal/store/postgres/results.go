package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// resultsLock is taken, with the session's key, while a version of a classification is numbered.
const resultsLock = 74102198

// PutResults keeps one more version of a classification, see [store.Writer].
func (s *Store) PutResults(ctx context.Context, v *store.Results) error {
	return failed("put results of "+v.Session, s.putResults(ctx, v))
}

func (s *Store) putResults(ctx context.Context, v *store.Results) error {
	if err := v.Check(); err != nil {
		return err
	}
	rows, drivers, err := v.Encode()
	if err != nil {
		return err
	}
	key, known := store.Text(v.Session), v.Known.Truncate(time.Millisecond)
	return s.transaction(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1, hashtext($2))`, resultsLock, key); err != nil {
			return err
		}
		// The same as what was known at that moment, or only its source is another: nothing new.
		var same bool
		err := tx.QueryRow(ctx, `SELECT status = $3 AND rows = $4::text::jsonb AND drivers = $5::text::jsonb FROM result_versions
			WHERE session_key = $1 AND known <= $2 ORDER BY known DESC, version DESC LIMIT 1`,
			key, known, string(v.Status), rows, drivers).Scan(&same)
		if same || err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO result_versions (session_key, version, season, round, type, known, status, source, rows, drivers)
			SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9::text::jsonb
			FROM result_versions WHERE session_key = $1`,
			key, v.Season, v.Round, string(v.Type), known, string(v.Status), store.Text(v.Source), rows, drivers)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE sessions SET version = nextval('session_versions'), changed = now() WHERE session_key = $1`, key)
		return err
	})
}

const resultColumns = "session_key, season, round, type, version, known, status, source"

func scanResults(r pgx.CollectableRow, v *store.Results, more ...any) error {
	var kind, status string
	err := r.Scan(append([]any{&v.Session, &v.Season, &v.Round, &kind, &v.Version, &v.Known, &status, &v.Source}, more...)...)
	v.Type, v.Status, v.Known = f1.SessionType(kind), store.ResultStatus(status), v.Known.UTC()
	return err
}

func scanFullResults(r pgx.CollectableRow, v *store.Results) error {
	var rows, drivers []byte
	if err := scanResults(r, v, &rows, &drivers); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal(rows, &v.Rows), json.Unmarshal(drivers, &v.Drivers))
}

// resultsKey is the key of a session for which there are results; the session itself need not be stored.
const resultsKey = "coalesce((SELECT session_key FROM sessions WHERE session_key = $1 OR id = $1 ORDER BY session_key <> $1 LIMIT 1), $1)"

// Results is the classification as it was known at a moment, see [store.Reader].
func (s *Store) Results(ctx context.Context, session string, known time.Time) (store.Results, error) {
	var until *time.Time
	if !known.IsZero() {
		until = &known
	}
	found, err := collect(ctx, s.pool, `SELECT `+resultColumns+`, rows, drivers FROM result_versions WHERE session_key = `+resultsKey+`
		AND ($2::timestamptz IS NULL OR known <= $2) ORDER BY known DESC, version DESC LIMIT 1`, scanFullResults, store.Text(session), until)
	if err == nil && len(found) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Results{}, failed("results of "+session, err)
	}
	return found[0], nil
}

// Versions lists the versions of a classification without their rows, see [store.Reader].
func (s *Store) Versions(ctx context.Context, session string) ([]store.Results, error) {
	found, err := collect(ctx, s.pool, `SELECT `+resultColumns+` FROM result_versions WHERE session_key = `+resultsKey+` ORDER BY version`,
		func(r pgx.CollectableRow, v *store.Results) error { return scanResults(r, v) }, store.Text(session))
	return found, failed("versions of the results of "+session, err)
}

// EveryResults gives the versions of a classification with their rows, see [store.Reader].
func (s *Store) EveryResults(ctx context.Context, session string) ([]store.Results, error) {
	found, err := collect(ctx, s.pool, `SELECT `+resultColumns+`, rows, drivers FROM result_versions
		WHERE $1 = '' OR session_key = `+resultsKey+` ORDER BY session_key COLLATE "C", version`, scanFullResults, store.Text(session))
	return found, failed("results of "+session+" in all versions", err)
}

// seasonResults gives each classification in its newest version, in order of the sessions' dates.
const seasonResults = `SELECT ` + resultColumns + `, rows, drivers FROM (
    SELECT v.*, row_number() OVER (PARTITION BY v.session_key ORDER BY v.known DESC, v.version DESC) AS newest,
        min(v.known) OVER (PARTITION BY v.session_key) AS first_known
    FROM result_versions v WHERE v.season = $1 AND v.type IN ('race', 'sprint')
) r WHERE newest = 1
ORDER BY coalesce((SELECT s.date_start FROM sessions s WHERE s.session_key = r.session_key),
    (SELECT min(races.date) FROM races WHERE races.season = r.season AND races.round = r.round), first_known), round, type DESC, session_key`

// SeasonResults gives the newest classification of every race and sprint of a season, see [store.Reader].
func (s *Store) SeasonResults(ctx context.Context, season int, simulated bool) ([]store.Results, error) {
	found, err := collect(ctx, s.pool, seasonResults, scanFullResults, season)
	if err != nil {
		return nil, failed("results of a season", err)
	}
	sessions, err := s.Sessions(ctx, store.SessionQuery{Season: season})
	if err != nil {
		return nil, err
	}
	races, err := s.races(ctx, season)
	if err != nil {
		return nil, failed("races of a season", err)
	}
	return store.Counted(found, sessions, races, simulated), nil
}
