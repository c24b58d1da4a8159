package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// The schema grows by steps that only go forward. A step that was released is never changed. Where a table of
// package tables gains a column, the test of the schema fails and prints the statement for the next step.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

func migrations(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
}

// migrateUp brings the schema up to date and returns its version.
func migrateUp(ctx context.Context, db *sql.DB) (int, error) {
	steps, err := migrations(db)
	if err != nil {
		return 0, err
	}
	have, want, err := steps.GetVersions(ctx)
	if err != nil {
		return 0, err
	}
	if have > want {
		return 0, fmt.Errorf("%w: it has schema %d, this program knows %d", ErrNewer, have, want)
	}
	if have < want {
		if _, err := steps.Up(ctx); err != nil {
			return 0, fmt.Errorf("bring the schema from %d to %d: %w", have, want, err)
		}
	}
	return int(want), nil
}
