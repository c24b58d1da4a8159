package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

var selectSession = "SELECT " + strings.Join(slices.Concat(ownColumns, sessionColumns()), ", ") + " FROM sessions s"

// scanSession reads a row of selectSession.
func scanSession(scan func(...any) error) (store.Session, error) {
	var s store.Session
	var offset, changed int64
	d := tables.Sessions.Describe()
	row := make(tables.Row, len(d.Columns))
	into := []any{&s.ID, &s.Simulated, &s.Source, &s.Log, &offset, &s.Version, &s.Whole, &changed}
	for i, c := range d.Columns {
		into = append(into, &cellScanner{cell: &row[i], kind: c.Type})
	}
	if err := scan(into...); err != nil {
		return store.Session{}, err
	}
	s.Offset = uint64(offset)
	s.Changed = time.UnixMilli(changed).UTC()
	s.SessionRow = store.SessionOf(row)
	return s, nil
}

// Find is one session, by its key, else by its id.
func (s *Store) Find(ctx context.Context, name string) (store.Session, error) {
	row := s.readers.QueryRowContext(ctx, selectSession+" WHERE session_key = ?1 OR id = ?1 ORDER BY session_key <> ?1 LIMIT 1", name)
	found, err := scanSession(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	if err != nil {
		return found, fmt.Errorf("store/sqlite: find %q: %w", name, told(err))
	}
	return found, nil
}

// Sessions lists sessions, newest first, those without a date last.
func (s *Store) Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error) {
	out, err := s.sessions(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: list sessions: %w", told(err))
	}
	return out, nil
}

func (s *Store) sessions(ctx context.Context, q store.SessionQuery) (out []store.Session, err error) {
	if q.Limit < 0 {
		return nil, fmt.Errorf("%w: limit %d", store.ErrInvalid, q.Limit)
	}
	where := []string{"1"}
	var args []any
	add := func(what string, arg ...any) {
		where = append(where, what)
		args = append(args, arg...)
	}
	if q.Season != 0 {
		add("season = ?", q.Season)
	}
	if q.Round != 0 {
		add("round = ?", q.Round)
	}
	if q.Type != "" {
		add("type = ?", string(q.Type))
	}
	if q.Circuit != "" {
		add("circuit_id = ?", q.Circuit)
	}
	if q.Driver != "" {
		add("number IN (SELECT session FROM session_drivers WHERE tla = ?)", q.Driver)
	}
	if q.After != "" {
		var key string
		var date int64
		err := s.readers.QueryRowContext(ctx, "SELECT coalesce(date_start, -9223372036854775808), session_key FROM sessions WHERE id = ?", q.After).Scan(&date, &key)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("%w: no session %q to go on behind", store.ErrInvalid, q.After)
		}
		if err != nil {
			return nil, err
		}
		add("(coalesce(date_start, -9223372036854775808), session_key) < (?, ?)", date, key)
	}
	query := selectSession + " WHERE " + strings.Join(where, " AND ") + " ORDER BY date_start DESC, session_key DESC"
	if q.Limit > 0 {
		query += " LIMIT ?"
		args = append(args, q.Limit)
	}
	rows, err := s.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	err = drain(rows, func(r *sql.Rows) error {
		found, err := scanSession(r.Scan)
		out = append(out, found)
		return err
	})
	return out, err
}
