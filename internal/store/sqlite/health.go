package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pitwall.live/internal/store"
	"pitwall.live/internal/telemetry"
)

// Check says whether the store works, and what it found.
func (s *Store) Check(ctx context.Context) (store.Health, error) {
	h, err := s.health(ctx)
	if err != nil {
		return h, fmt.Errorf("store/sqlite: check %s: %w", s.path, told(err))
	}
	return h, nil
}

func (s *Store) health(ctx context.Context) (store.Health, error) {
	h := store.Health{Schema: s.schema, Details: map[string]string{"series": "chunks"}}
	var version, journal string
	if err := s.readers.QueryRowContext(ctx, "SELECT sqlite_version(), (SELECT count(*) FROM sessions)").Scan(&version, &h.Sessions); err != nil {
		return h, err
	}
	h.Engine = "SQLite " + version
	if err := s.readers.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return h, err
	}
	h.Details["journal"] = journal
	var err error
	if h.Bytes, err = s.size(); err != nil {
		return h, err
	}
	r, err := roomOf(ctx, s.readers)
	if err != nil {
		return h, err
	}
	h.Free = r.unused()
	// Reading says nothing about whether the file can be written.
	return h, s.change(ctx, inLog, func(c *change) error { return c.run("UPDATE versions SET last = last") })
}

// Verify looks through everything: pages, indexes, references between tables, the search index, every chunk of
// samples. It takes some seconds a gigabyte; an error wraps ErrCorrupt when something is damaged.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.verify(ctx); err != nil {
		return fmt.Errorf("store/sqlite: verify %s: %w", s.path, told(err))
	}
	return nil
}

func (s *Store) verify(ctx context.Context) error {
	if err := check(ctx, s.readers, "integrity_check"); err != nil {
		return err
	}
	rows, err := s.readers.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	lost := 0
	if err := drain(rows, func(*sql.Rows) error { lost++; return nil }); err != nil {
		return err
	}
	if lost > 0 {
		return fmt.Errorf("%w (%d rows refer to what is not there)", ErrCorrupt, lost)
	}
	if err := s.verifyChunks(ctx, "telemetry", func(b []byte) error { _, err := telemetry.DecodeCar(nil, b); return err }); err != nil {
		return err
	}
	if err := s.verifyChunks(ctx, "locations", func(b []byte) error { _, err := telemetry.DecodeLocations(nil, b); return err }); err != nil {
		return err
	}
	return s.change(ctx, inLog, func(c *change) error {
		return c.run("INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)")
	})
}

func (s *Store) verifyChunks(ctx context.Context, table string, decode func([]byte) error) error {
	rows, err := s.readers.QueryContext(ctx, "SELECT session, driver_number, bucket, data FROM "+table)
	if err != nil {
		return err
	}
	return drain(rows, func(r *sql.Rows) error {
		var session, driver, bucket int64
		var chunk sql.RawBytes
		if err := r.Scan(&session, &driver, &bucket, &chunk); err != nil {
			return err
		}
		if err := decode(chunk); err != nil {
			return fmt.Errorf("%w (%s of session %d, car %d, at %d: %w)", ErrCorrupt, table, session, driver, bucket, err)
		}
		return nil
	})
}

// Backup writes a copy of the database as it stands to a new file, while it is in use.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.backup(ctx, path); err != nil {
		return fmt.Errorf("store/sqlite: back up to %s: %w", path, told(err))
	}
	return nil
}

func (s *Store) backup(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", dsn(s.path, 0, false)) // the readers' connections may write nothing, not even elsewhere
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}
