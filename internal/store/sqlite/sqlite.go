// Package sqlite is the embedded store: everything kept of sessions in one SQLite file, without cgo. It is the
// default of a single process (DATA/pitwall.db); package app opens it, storetest holds it to what all stores
// answer.
//
// One connection writes, many read, and readers see the state between two batches (write-ahead log). What is
// acknowledged survives the end of the process, kill -9 included. When the machine loses power, the file stays
// sound; the batches of the last moments may be missing, and the writer gives them again from the session's log.
// What no log holds (settings, classifications, reference data, removals) is on the disk before it is acknowledged.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "modernc.org/sqlite" // the driver

	"pitwall.live/internal/store"
)

// defaultWait is how long a change waits for another process that writes.
const defaultWait = 5 * time.Second

// Store is an open database. Make one with [Open].
type Store struct {
	path    string
	schema  int
	layouts map[string]*layout
	readers *sql.DB
	writer  *writer
}

var _ store.Store = (*Store)(nil)

// Options narrow what Open does. The zero Options are right for a service.
type Options struct {
	// SkipCheck leaves out the look through the whole file, about a second a gigabyte.
	SkipCheck bool
	// Wait is how long a change waits for another process that writes; 0: 5 seconds.
	Wait time.Duration
}

// Open opens the database, makes it when there is none, and brings its schema up to date. It looks through the
// file first: one that is damaged is not opened but for [Options.SkipCheck]. Errors wrap ErrCorrupt, ErrLocked,
// ErrFull or ErrNewer where they apply, and say what to do.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: open %s: %w", path, told(err))
	}
	return s, nil
}

func open(ctx context.Context, path string, o Options) (s *Store, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	free, err := alone(ctx, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, free()) }()
	db, err := sql.Open("sqlite", dsn(path, o.Wait, false))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	db.SetMaxOpenConns(1)
	if !o.SkipCheck {
		if err := quickCheck(ctx, db); err != nil {
			return nil, err
		}
	}
	s = &Store{path: path, layouts: layouts()}
	if s.schema, err = migrateUp(ctx, db); err != nil {
		return nil, err
	}
	if s.writer, err = newWriter(ctx, db); err != nil {
		return nil, err
	}
	if s.readers, err = openReaders(path, o.Wait); err != nil {
		return nil, err
	}
	most := max(8, 4*runtime.GOMAXPROCS(0))
	s.readers.SetMaxOpenConns(most)
	s.readers.SetMaxIdleConns(most)
	if err := s.indexMissing(ctx); err != nil {
		return nil, errors.Join(err, s.readers.Close())
	}
	return s, nil
}

// dsn names the file and how each connection is set up. Readers can not write, whatever they are asked.
func dsn(path string, wait time.Duration, read bool) string {
	if wait == 0 {
		wait = defaultWait
	}
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()),
		"foreign_keys(1)",
		"synchronous(NORMAL)",
		"temp_store(MEMORY)",
		"cache_size(-8000)",
	}}
	if read {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Add("_pragma", "auto_vacuum(INCREMENTAL)") // of a new file; see shrink for those of before
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "journal_size_limit(67108864)") // a log that one batch made large is cut again
	}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: q.Encode()}).String()
}

// Close waits for the batch that is being written and closes the file.
func (s *Store) Close() error {
	err := errors.Join(s.readers.Close(), s.writer.close())
	if err != nil {
		return fmt.Errorf("store/sqlite: close: %w", err)
	}
	return nil
}
