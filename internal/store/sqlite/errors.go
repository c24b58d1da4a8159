package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// What can be wrong with the file, told with what to do about it.
var (
	ErrCorrupt = errors.New("the database is damaged: put it aside and run `pitwall restore`, or start without it and the sessions are stored again from their logs")
	ErrLocked  = errors.New("the database is locked by another process: stop that, or try again when it is done")
	ErrFull    = errors.New("the disk is full, nothing of this was stored: make room, what is missing is stored again from the logs")
	ErrNewer   = errors.New("the database was written by a newer version of the program: use that version, or restore a backup from before")
)

// told puts the advice in front of an error of SQLite that has one.
func told(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff { // without the extended part
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		return fmt.Errorf("%w (%w)", ErrCorrupt, err)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return fmt.Errorf("%w (%w)", ErrLocked, err)
	case codes.SQLITE_FULL:
		return fmt.Errorf("%w (%w)", ErrFull, err)
	}
	return err
}

// quickCheck looks at every page of the file, not at whether indexes agree with their tables.
func quickCheck(ctx context.Context, db *sql.DB) error { return check(ctx, db, "quick_check") }

func check(ctx context.Context, db *sql.DB, pragma string) (err error) {
	rows, err := db.QueryContext(ctx, "PRAGMA "+pragma+"(10)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("%w (%s: %s)", ErrCorrupt, pragma, strings.Join(found, "; "))
	}
	return nil
}

// rolledBack says whether err is that of a ROLLBACK that came too late.
func rolledBack(err error) bool { return strings.Contains(err.Error(), "no transaction is active") }
