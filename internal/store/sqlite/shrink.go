package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// shrinkStep is how many pages are given back in one go, 8 MB: writers have their turn after each.
	shrinkStep = 2048
	// shrinkFrom is the least room in bytes that is worth the work.
	shrinkFrom = 1 << 20
	// rewriteMost is the largest file, in bytes of what is in use, that is rewritten as a whole: at some 100 MB a second
	// nobody can write meanwhile, of this some ten seconds.
	rewriteMost = 1 << 30
	// liveFor is how long after its last batch a session that has not ended counts as live.
	liveFor = 10 * time.Minute
)

// room is how a file is filled.
type room struct {
	page, pages, free int64
	incremental       bool // pages can be given back one by one
}

func (r *room) unused() int64 { return r.free * r.page }

func roomOf(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (r room, err error) {
	var vacuum int
	for _, c := range []struct {
		pragma string
		into   any
	}{{"page_size", &r.page}, {"page_count", &r.pages}, {"freelist_count", &r.free}, {"auto_vacuum", &vacuum}} {
		if err := db.QueryRowContext(ctx, "PRAGMA "+c.pragma).Scan(c.into); err != nil {
			return r, fmt.Errorf("%s: %w", c.pragma, err)
		}
	}
	r.incremental = vacuum == 2
	return r, nil
}

// goesOn says whether a session goes on.
func (s *Store) goesOn(ctx context.Context, now time.Time) (yes bool, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sessions WHERE whole = 0 AND changed > ?)", now.Add(-liveFor).UnixMilli()).Scan(&yes)
	return yes, err
}

// errLive ends what must not be done while a session is live.
var errLive = errors.New("a session is live")

// shrink gives room that nothing uses back to the disk, as far as it comes until a session is live, and says how many
// bytes. A file of before this was thought of is rewritten once, which makes it one whose pages can be given back.
func (s *Store) shrink(ctx context.Context, now time.Time) (freed int64, err error) {
	before, err := roomOf(ctx, s.readers)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for more := true; more && err == nil; {
		err = s.alone(ctx, func() error {
			if live, err := s.goesOn(ctx, now.Add(time.Since(began))); err != nil || live {
				return errors.Join(err, errLive)
			}
			r, err := roomOf(ctx, s.writer.conn)
			if err != nil {
				return err
			}
			if more = r.unused() >= shrinkFrom; !more {
				return nil
			}
			if r.incremental {
				return s.giveBack(ctx)
			}
			more = false
			return s.rewrite(ctx, &r)
		})
	}
	if errors.Is(err, errLive) {
		err = nil
	}
	if err == nil {
		err = s.alone(ctx, func() error { return s.empty(ctx, "PRAGMA wal_checkpoint(TRUNCATE)") })
	}
	after, err2 := roomOf(ctx, s.readers)
	return max(0, (before.pages-after.pages)*before.page), told(errors.Join(err, err2))
}

// alone runs do while nobody else changes the database by this store.
func (s *Store) alone(ctx context.Context, do func() error) error {
	select {
	case s.writer.token <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.writer.token }()
	return do()
}

// giveBack gives some pages back.
func (s *Store) giveBack(ctx context.Context) error {
	if err := s.empty(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", shrinkStep)); err != nil {
		return err
	}
	return s.empty(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
}

// rewrite writes the whole file anew, where that is worth it, does not take long, and the disk has the room for it: the
// new file, which is made beside the old one, its way through the log, and as much again for who writes meanwhile.
func (s *Store) rewrite(ctx context.Context, r *room) error {
	used := (r.pages - r.free) * r.page
	folder := filepath.Dir(s.path)
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return err
	}
	if free := int64(disk.Bavail) * int64(disk.Bsize); r.free*8 < r.pages || used > rewriteMost || free < 3*used { //nolint:unconvert // the types differ by platform
		return nil
	}
	return s.onFile(ctx, folder, func() error {
		if err := s.empty(ctx, "PRAGMA auto_vacuum = INCREMENTAL"); err != nil {
			return err
		}
		return s.empty(ctx, "VACUUM")
	})
}

// borrowed guards SQLite's folder of temporary files, which is one for all connections of the process.
var borrowed sync.Mutex

// onFile runs do while the writer's temporary data are files in a folder and not memory: a VACUUM's are the whole new
// database. Nobody else makes temporary files meanwhile, since every other connection keeps them in memory.
func (s *Store) onFile(ctx context.Context, folder string, do func() error) (err error) {
	borrowed.Lock()
	defer borrowed.Unlock()
	defer func() {
		back := context.WithoutCancel(ctx)
		err = errors.Join(err, s.empty(back, "PRAGMA temp_store = MEMORY"), s.empty(back, "PRAGMA temp_store_directory = ''"))
	}()
	// Without the folder SQLite would choose one, which may be in memory, or without the room that was looked for.
	for _, pragma := range []string{"temp_store = FILE", "temp_store_directory = '" + strings.ReplaceAll(folder, "'", "''") + "'"} {
		if err := s.empty(ctx, "PRAGMA "+pragma); err != nil {
			return err
		}
	}
	var where string
	if err := s.writer.conn.QueryRowContext(ctx, "PRAGMA temp_store_directory").Scan(&where); err != nil || where != folder {
		return fmt.Errorf("temporary files are in %q, not in %s: %w", where, folder, cmp.Or(err, errors.ErrUnsupported))
	}
	return do()
}

// empty runs a statement to its end whose rows say nothing.
func (s *Store) empty(ctx context.Context, statement string) error {
	rows, err := s.writer.conn.QueryContext(ctx, statement)
	if err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	if err := drain(rows, func(*sql.Rows) error { return nil }); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// size is what the file and its log take on disk.
func (s *Store) size() (n int64, err error) {
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(s.path + suffix)
		if err != nil && !(suffix != "" && errors.Is(err, os.ErrNotExist)) {
			return 0, err
		}
		if err == nil {
			n += info.Size()
		}
	}
	return n, nil
}
