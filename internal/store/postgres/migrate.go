package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed series/*.sql
var seriesSQL embed.FS

const (
	newestMigration = 5
	seriesMigration = 2             // written in Go: what it runs depends on the extension
	keepMigration   = 4             // likewise: on what the series are kept in
	migrationLock   = 7410219834501 // advisory: two processes that start at once follow one another
)

// The roles that the migration makes where it may. Log-in users are made by the operator and granted one of them.
const (
	roleMigrator = "pitwall_migrator" // owns the schema
	roleWriter   = "pitwall_writer"   // changes rows
	roleReader   = "pitwall_reader"   // selects
)

// Migrated says what a migration did.
type Migrated struct {
	From, To int    // versions of the schema
	Roles    string // what became of the roles
	Series   string // what the series are kept in: hypertables or native partitions; "" when that was decided before
}

// Migrate brings the schema up to date. It goes forward only, and may be called by many processes at once.
func Migrate(ctx context.Context, cfg Config) (Migrated, error) {
	m := migrator{url: cfg.MigrateURL, choose: chooseSeries}
	if m.url == "" {
		m.url = cfg.URL
	}
	err := m.run(ctx, newestMigration)
	return m.out, failed("migrate", err)
}

type migrator struct {
	url    string
	choose func(ctx context.Context, tx *sql.Tx) (name, statements string, err error)
	out    Migrated
}

func (m *migrator) run(ctx context.Context, to int64) (err error) {
	pc, err := parseURL(m.url)
	if err != nil {
		return err
	}
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	conn, err := pgx.ConnectConfig(ctx, pc.ConnConfig)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err = conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return err // the lock ends with the connection
	}
	owner, err := m.roles(ctx, conn)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*pc.ConnConfig, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		if owner == "" {
			return nil
		}
		_, err := c.Exec(ctx, "SET ROLE "+owner)
		return err
	}))
	defer func() { err = errors.Join(err, db.Close()) }()
	if err = m.up(ctx, db, to); err != nil {
		return err
	}
	if m.out.Roles != "" {
		return nil
	}
	m.out.Roles = "granted"
	statements, err := seriesSQL.ReadFile("series/roles.sql")
	if err != nil {
		return err
	}
	if _, err = db.ExecContext(ctx, string(statements)); code(err) == "42501" {
		m.out.Roles = "not granted: " + err.Error()
		return nil
	}
	return err
}

func (m *migrator) up(ctx context.Context, db *sql.DB, to int64) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(
			goose.NewGoMigration(seriesMigration, &goose.GoFunc{RunTx: m.series}, nil),
			goose.NewGoMigration(keepMigration, &goose.GoFunc{RunTx: keepSummed}, nil)))
	if err != nil {
		return err
	}
	from, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	m.out.From, m.out.To = int(from), int(from)
	done, err := p.UpTo(ctx, to)
	if err != nil {
		return err
	}
	if len(done) > 0 {
		m.out.To = int(done[len(done)-1].Source.Version)
	}
	return nil
}

// series makes hypertables or partitions out of the tables of the first migration.
func (m *migrator) series(ctx context.Context, tx *sql.Tx) error {
	name, statements, err := m.choose(ctx, tx)
	if err != nil {
		return err
	}
	m.out.Series = name
	if _, err = tx.ExecContext(ctx, statements); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// chooseSeries looks whether the database has the extension.
func chooseSeries(ctx context.Context, tx *sql.Tx) (name, statements string, err error) {
	var there bool
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')`).Scan(&there)
	if err != nil {
		return "", "", err
	}
	name, file := "native partitions", "series/native.sql"
	if there {
		name, file = "hypertables", "series/timescale.sql"
	}
	text, err := seriesSQL.ReadFile(file)
	return name, string(text), err
}

// keepSummed has the summaries outlive the samples.
func keepSummed(ctx context.Context, tx *sql.Tx) error {
	var native bool
	if err := tx.QueryRowContext(ctx, `SELECT relkind = 'p' FROM pg_class WHERE oid = 'telemetry'::regclass`).Scan(&native); err != nil {
		return err
	}
	file := "series/timescale_keep.sql"
	if native {
		file = "series/native_keep.sql"
	}
	for _, file := range []string{file, "series/lap_summaries.sql"} {
		statements, err := seriesSQL.ReadFile(file)
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, string(statements)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// roles makes the three roles where that is allowed, and returns the role that is to own the schema; "" is the
// user of the connection. Where it is not allowed m.out.Roles says so.
func (m *migrator) roles(ctx context.Context, conn *pgx.Conn) (owner string, err error) {
	var may bool
	var there int
	err = conn.QueryRow(ctx, `SELECT rolcreaterole OR rolsuper, (SELECT count(*) FROM pg_roles WHERE rolname = ANY($1))
		FROM pg_roles WHERE rolname = current_user`, []string{roleMigrator, roleWriter, roleReader}).Scan(&may, &there)
	if err != nil {
		return "", err
	}
	if there < 3 && !may {
		m.out.Roles = "not made: the user may not create roles"
		return "", nil
	}
	for _, role := range []string{roleMigrator, roleWriter, roleReader} {
		// Another database's migration may do the same at this moment.
		_, err = conn.Exec(ctx, "CREATE ROLE "+role+" NOLOGIN")
		if c := code(err); err != nil && c != "42710" && c != "23505" && c != "42501" {
			return "", err
		}
	}
	for _, statement := range []string{
		`DO $$ BEGIN IF NOT pg_has_role(current_user, 'pitwall_migrator', 'MEMBER') THEN
			EXECUTE format('GRANT pitwall_migrator TO %I', current_user); END IF; END $$`,
		`DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO pitwall_migrator', current_database()); END $$`,
		`GRANT USAGE, CREATE ON SCHEMA public TO pitwall_migrator`,
	} {
		if _, err = conn.Exec(ctx, statement); code(err) == "42501" {
			m.out.Roles = "not granted: " + err.Error()
			return "", nil
		} else if err != nil {
			return "", err
		}
	}
	// A schema made by another user stays his.
	var fresh bool
	err = conn.QueryRow(ctx, `SELECT coalesce((SELECT pg_get_userbyid(relowner) = $1 FROM pg_class
		WHERE oid = to_regclass('goose_db_version')), true)`, roleMigrator).Scan(&fresh)
	if err != nil || !fresh {
		return "", err
	}
	return roleMigrator, nil
}
