package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// sessionColumns are what scanSession reads: what the store knows of a session, then the columns of table sessions.
var sessionColumns = func() string {
	names := "id, simulated, source, log, log_offset, version, whole, changed"
	d := tables.Sessions.Describe()
	for _, c := range d.Columns {
		names += ", " + quote(c.Name)
	}
	return names
}()

// scanSession reads a session from sessionColumns, and what follows them into more.
func scanSession(r pgx.Row, s *store.Session, more ...any) error {
	d := tables.Sessions.Describe()
	row := make(tables.Row, len(d.Columns))
	var offset int64
	into := []any{&s.ID, &s.Simulated, &s.Source, &s.Log, &offset, &s.Version, &s.Whole, &s.Changed}
	for i, c := range d.Columns {
		into = append(into, &cellScanner{cell: &row[i], kind: c.Type})
	}
	if err := r.Scan(append(into, more...)...); err != nil {
		return err
	}
	s.Offset, s.Changed, s.SessionRow = uint64(offset), s.Changed.UTC(), store.SessionOf(row)
	return nil
}

// cellScanner takes a column of a row into a cell.
type cellScanner struct {
	cell *tables.Cell
	kind tables.Type
}

// Scan is called by the driver with one of the values of package database/sql.
func (c *cellScanner) Scan(v any) error {
	*c.cell = tables.Cell{Known: v != nil}
	switch v := v.(type) {
	case nil:
	case string:
		c.cell.S = v
	case int64:
		c.cell.N = v
	case float64:
		c.cell.F = v
	case time.Time:
		c.cell.N = v.UnixMilli()
	case bool:
		if v {
			c.cell.N = 1
		}
	default:
		return fmt.Errorf("a cell of %T", v)
	}
	return nil
}

// Find is one session, see [store.Reader].
func (s *Store) Find(ctx context.Context, name string) (store.Session, error) {
	var none store.Session
	rows, err := s.pool.Query(ctx, `SELECT `+sessionColumns+`, series_from, series_to FROM sessions
		WHERE session_key = $1 OR id = $1 ORDER BY session_key <> $1 LIMIT 1`, store.Text(name))
	if err != nil {
		return none, failed("find "+name, err)
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (found store.Session, err error) {
		var from, to *time.Time
		err = scanSession(r, &found, &from, &to)
		if from != nil && to != nil {
			found.SeriesFrom, found.SeriesTo = f1.Some(*from), f1.Some(*to)
		}
		return found, err
	})
	if err != nil {
		return none, failed("find "+name, err)
	}
	if len(found) == 0 {
		return none, fmt.Errorf("store/postgres: session %.80q: %w", name, store.ErrNotFound)
	}
	return found[0], nil
}

// Sessions lists sessions, see [store.Reader].
func (s *Store) Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error) {
	if q.Limit < 0 {
		return nil, fmt.Errorf("store/postgres: list sessions: %w: limit %d", store.ErrInvalid, q.Limit)
	}
	var where []string
	var args []any
	add := func(condition string, v any) {
		args = append(args, v)
		where = append(where, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(args))))
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
		add("circuit_id = ?", store.Text(q.Circuit))
	}
	if q.Driver != "" {
		add("EXISTS (SELECT FROM session_drivers d WHERE d.session_id = sessions.id AND d.tla = ?)", store.Text(q.Driver))
	}
	if q.After != "" {
		var there bool
		err := s.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM sessions WHERE id = $1)`, store.Text(q.After)).Scan(&there)
		if err != nil {
			return nil, failed("list sessions", err)
		}
		if !there {
			return nil, fmt.Errorf("store/postgres: list sessions: %w: no session %.80q to go on behind", store.ErrInvalid, q.After)
		}
		add("(coalesce(date_start, '-infinity'), session_key) < (SELECT coalesce(date_start, '-infinity'), session_key FROM sessions WHERE id = ?)", store.Text(q.After))
	}
	query := `SELECT ` + sessionColumns + ` FROM sessions`
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY coalesce(date_start, '-infinity') DESC, session_key DESC"
	if q.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", q.Limit)
	}
	rows, err := s.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, failed("list sessions", err)
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (store.Session, error) {
		var one store.Session
		err := scanSession(r, &one)
		return one, err
	})
	return all, failed("list sessions", err)
}

// Remove forgets a session with all its rows and the versions of its classification, see [store.Writer].
func (s *Store) Remove(ctx context.Context, session string) error {
	err := s.transaction(ctx, func(tx pgx.Tx) error {
		w := writing{s: s, tx: tx}
		key := store.Text(session)
		rows, err := tx.Query(ctx, `SELECT `+sessionColumns+`, series_from, series_to FROM sessions WHERE session_key = $1 OR id = $1
			ORDER BY session_key <> $1 LIMIT 1 FOR UPDATE`, key)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (struct{}, error) {
			return struct{}{}, scanSession(r, &w.old, &w.from, &w.to)
		})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			key, w.id = w.old.SessionKey, w.old.ID
			if err = w.clear(ctx); err != nil {
				return err
			}
		}
		var gone int64
		for _, statement := range []string{
			`DELETE FROM search_entries WHERE session_key = $1`,
			`DELETE FROM result_versions WHERE session_key = $1`,
			`DELETE FROM sessions WHERE session_key = $1`,
		} {
			tag, err := tx.Exec(ctx, statement, key)
			if err != nil {
				return err
			}
			gone += tag.RowsAffected()
		}
		if gone == 0 {
			return store.ErrNotFound
		}
		return nil
	})
	return failed("remove "+session, err)
}
