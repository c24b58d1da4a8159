package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// PutResults keeps one more version of a classification.
func (s *Store) PutResults(ctx context.Context, v *store.Results) error {
	if err := s.putResults(ctx, v); err != nil {
		return fmt.Errorf("store/sqlite: put results of %s: %w", v.Session, err)
	}
	return nil
}

func (s *Store) putResults(ctx context.Context, v *store.Results) error {
	if err := v.Check(); err != nil {
		return err
	}
	rows, drivers, err := v.Encode()
	if err != nil {
		return err
	}
	return s.change(ctx, onDisk, func(c *change) error {
		// The same as what was known at that moment, or only its source is another: nothing new.
		var same bool
		err := c.one("SELECT status = ? AND rows = ? AND drivers = ? FROM result_versions WHERE session_key = ? AND known <= ? ORDER BY known DESC, version DESC LIMIT 1",
			[]any{string(v.Status), rows, drivers, v.Session, v.Known.UnixMilli()}, &same)
		if same || err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var last int
		if err := c.one("SELECT coalesce(max(version), 0) FROM result_versions WHERE session_key = ?", []any{v.Session}, &last); err != nil {
			return err
		}
		err = c.run(insertInto("result_versions", []string{"session_key", "version", "season", "round", "type", "known", "status", "source", "rows", "drivers"}),
			v.Session, last+1, v.Season, v.Round, string(v.Type), v.Known.UnixMilli(), string(v.Status), store.Text(v.Source), rows, drivers)
		if err != nil {
			return err
		}
		version, err := c.nextVersion()
		if err != nil {
			return err
		}
		return c.run("UPDATE sessions SET version = ?, changed = ? WHERE session_key = ?", version, time.Now().UnixMilli(), v.Session)
	})
}

const resultColumns = "session_key, season, round, type, version, known, status, source"

func scanResults(scan func(...any) error, full bool) (store.Results, error) {
	var v store.Results
	var known int64
	var kind, status, rows, drivers string
	into := []any{&v.Session, &v.Season, &v.Round, &kind, &v.Version, &known, &status, &v.Source}
	if full {
		into = append(into, &rows, &drivers)
	}
	if err := scan(into...); err != nil {
		return store.Results{}, err
	}
	v.Type, v.Status, v.Known = f1.SessionType(kind), store.ResultStatus(status), time.UnixMilli(known).UTC()
	if !full {
		return v, nil
	}
	return v, errors.Join(json.Unmarshal([]byte(rows), &v.Rows), json.Unmarshal([]byte(drivers), &v.Drivers))
}

// resultsKey is the key that a session's classifications are kept by. It need not be stored itself.
func (s *Store) resultsKey(ctx context.Context, session string) (string, error) {
	_, key, err := s.resolve(ctx, session)
	if errors.Is(err, store.ErrNotFound) {
		return session, nil
	}
	return key, err
}

// Results is the classification as it was known at a moment; zero: now. ErrNotFound when nothing was known.
func (s *Store) Results(ctx context.Context, session string, known time.Time) (store.Results, error) {
	v, err := s.results(ctx, session, known)
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Results{}, fmt.Errorf("store/sqlite: results of %s: %w", session, told(err))
	}
	return v, nil
}

func (s *Store) results(ctx context.Context, session string, known time.Time) (store.Results, error) {
	key, err := s.resultsKey(ctx, session)
	if err != nil {
		return store.Results{}, err
	}
	query, args := "SELECT "+resultColumns+", rows, drivers FROM result_versions WHERE session_key = ?", []any{key}
	if !known.IsZero() {
		query += " AND known <= ?"
		args = append(args, known.UnixMilli())
	}
	return scanResults(s.readers.QueryRowContext(ctx, query+" ORDER BY known DESC, version DESC LIMIT 1", args...).Scan, true)
}

// Versions lists the versions of a classification without their rows, oldest first.
func (s *Store) Versions(ctx context.Context, session string) ([]store.Results, error) {
	key, err := s.resultsKey(ctx, session)
	var out []store.Results
	if err == nil {
		out, err = s.manyResults(ctx, false, "SELECT "+resultColumns+" FROM result_versions WHERE session_key = ? ORDER BY version", key)
	}
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: versions of the results of %s: %w", session, told(err))
	}
	return out, nil
}

// EveryResults gives the versions of a classification with their rows, oldest first; "" is of all sessions.
func (s *Store) EveryResults(ctx context.Context, session string) ([]store.Results, error) {
	key, err := "", error(nil)
	if session != "" {
		key, err = s.resultsKey(ctx, session)
	}
	var out []store.Results
	if err == nil {
		out, err = s.manyResults(ctx, true, "SELECT "+resultColumns+", rows, drivers FROM result_versions WHERE ?1 = '' OR session_key = ?1 ORDER BY session_key, version", key)
	}
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: results of %q in all versions: %w", session, told(err))
	}
	return out, nil
}

// seasonResults gives each classification in its newest version, in order of the sessions' dates.
const seasonResults = "SELECT " + resultColumns + `, rows, drivers FROM (
    SELECT v.*, row_number() OVER (PARTITION BY v.session_key ORDER BY v.known DESC, v.version DESC) AS newest,
        min(v.known) OVER (PARTITION BY v.session_key) AS first_known
    FROM result_versions v WHERE v.season = ? AND v.type IN ('race', 'sprint')
) r WHERE newest = 1
ORDER BY coalesce((SELECT s.date_start FROM sessions s WHERE s.session_key = r.session_key),
    (SELECT min(races.date) FROM races WHERE races.season = r.season AND races.round = r.round), first_known), round, type DESC, session_key`

// SeasonResults gives the newest classification of every race and sprint of a season, by date, each once.
func (s *Store) SeasonResults(ctx context.Context, season int, simulated bool) ([]store.Results, error) {
	out, err := s.manyResults(ctx, true, seasonResults, season)
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: results of season %d: %w", season, told(err))
	}
	sessions, err := s.Sessions(ctx, store.SessionQuery{Season: season})
	if err != nil {
		return nil, err
	}
	races, err := s.races(ctx, season)
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: races of season %d: %w", season, told(err))
	}
	return store.Counted(out, sessions, races, simulated), nil
}

func (s *Store) manyResults(ctx context.Context, full bool, query string, arg any) (out []store.Results, err error) {
	rows, err := s.readers.QueryContext(ctx, query, arg)
	if err != nil {
		return nil, err
	}
	err = drain(rows, func(r *sql.Rows) error {
		v, err := scanResults(r.Scan, full)
		out = append(out, v)
		return err
	})
	return out, err
}
