package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Schema says which version the schema of the database has, 0 when there is none, and which this program needs. It
// changes nothing.
func Schema(ctx context.Context, cfg Config) (have, need int, err error) {
	have, err = schema(ctx, cfg)
	return have, newestMigration, failed("look at the schema", err)
}

func schema(ctx context.Context, cfg Config) (have int, err error) {
	pc, err := parseURL(cfg.URL)
	if err != nil {
		return 0, err
	}
	conn, err := pgx.ConnectConfig(ctx, pc.ConnConfig)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	return versionOf(ctx, conn)
}

// asked is a connection or a pool of them.
type asked interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// versionOf is the newest migration of the database, 0 for none.
func versionOf(ctx context.Context, db asked) (v int, err error) {
	var there bool
	if err = db.QueryRow(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	err = db.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&v)
	return v, err
}
