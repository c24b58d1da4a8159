package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// Schema says which version the schema of a database file has, 0 when it has none, and which this program needs. It
// changes nothing and makes no file: of one that is not there the error wraps fs.ErrNotExist.
func Schema(ctx context.Context, path string) (have, need int, err error) {
	if have, need, err = schemaOf(ctx, path); err != nil {
		return 0, 0, fmt.Errorf("store/sqlite: schema of %s: %w", path, told(err))
	}
	return have, need, nil
}

func schemaOf(ctx context.Context, path string) (have, need int, err error) {
	if _, err := os.Stat(path); err != nil {
		return 0, 0, err
	}
	db, err := sql.Open("sqlite", dsn(path, 0, true))
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	steps, err := migrations(db)
	if err != nil {
		return 0, 0, err
	}
	for _, step := range steps.ListSources() {
		need = max(need, int(step.Version))
	}
	var made int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&made)
	if err != nil || made == 0 {
		return 0, need, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&have)
	return have, need, err
}
