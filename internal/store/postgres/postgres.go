// Package postgres keeps sessions in PostgreSQL (15 or newer), the store of production. Reference data, lap_times and
// telemetry have the names of the design; schema api gives the derived tables under the contract's names. What has a
// time of its own in great numbers lies in hypertables where the database has the extension TimescaleDB when the schema
// is made, else in native partitions; every query is the same for both.
//
// A batch is one transaction under the lock of its session's row, so writers of one session follow one another and
// a crash of either side leaves all of a batch or nothing. Package app opens the store; writers and the API use it
// through the interfaces of package store.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"pitwall.live/internal/store"
)

// Config says which database and within what limits.
type Config struct {
	// URL is postgres://user:password@host:port/database with the usual parameters: sslmode=verify-full and
	// sslrootcert for TLS, role=pitwall_writer or pitwall_reader to give up other rights.
	URL string
	// MigrateURL is the URL with the rights to make tables; "": the same. It is used by [Migrate] only.
	MigrateURL   string
	Migrate      bool          // bring the schema up to date when opening
	Conns        int           // at most so many connections
	ReadTimeout  time.Duration // of one statement that reads
	WriteTimeout time.Duration // of one statement of a batch: a whole session is deleted and written in few
	Log          *slog.Logger  // hears of what is done beside the calls; nil: slog's default
}

// Default is the configuration without a URL.
func Default() Config {
	return Config{Conns: 10, ReadTimeout: 30 * time.Second, WriteTimeout: 5 * time.Minute, Migrate: true}
}

// Validate says what is wrong with the configuration, without secrets.
func (c *Config) Validate() error {
	if c.Conns < 2 || c.ReadTimeout <= 0 || c.WriteTimeout <= 0 {
		return errors.New("store/postgres: it needs at least two connections and time-outs above zero")
	}
	_, err := parseURL(c.URL)
	return err
}

// connectTimeout is how long a server may take to answer a new connection, at most: one that accepts and says nothing
// must not hold up its caller. A shorter one is the URL's, connect_timeout.
const connectTimeout = 5 * time.Second

// parseURL reads a URL. The error of the driver may hold the password and is not passed on.
func parseURL(url string) (*pgxpool.Config, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errors.New("store/postgres: the address is no postgres:// URL")
	}
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("store/postgres: the URL of the database can not be read: check its escapes, port and parameters")
	}
	if c.ConnConfig.ConnectTimeout == 0 || c.ConnConfig.ConnectTimeout > connectTimeout {
		c.ConnConfig.ConnectTimeout = connectTimeout
	}
	return c, nil
}

// Store is sessions kept in PostgreSQL.
type Store struct {
	cfg    Config
	pool   *pgxpool.Pool
	tables storage
	native bool // partitions of PostgreSQL, else hypertables
	log    *slog.Logger

	partitions sync.Map // names of partitions known to be there

	refresh chan struct{} // a session has ended: summaries are to be refreshed
	quit    context.CancelFunc
	done    sync.WaitGroup
}

var _ store.Store = (*Store)(nil)

// Open connects to the database, brings its schema up to date if the configuration says so, and checks it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Migrate {
		if _, err := Migrate(ctx, cfg); err != nil {
			return nil, err
		}
	}
	pc, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	pc.MaxConns = int32(min(cfg.Conns, 1000))
	pc.MaxConnLifetime, pc.MaxConnIdleTime = time.Hour, 5*time.Minute
	params := pc.ConnConfig.RuntimeParams
	params["timezone"] = "UTC"
	params["application_name"] = "pitwall"
	params["statement_timeout"] = strconv.FormatInt(cfg.ReadTimeout.Milliseconds(), 10)
	params["idle_in_transaction_session_timeout"] = strconv.FormatInt(cfg.WriteTimeout.Milliseconds(), 10)
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, failed("open", err)
	}
	s := &Store{cfg: cfg, pool: pool, tables: newStorage(), log: cfg.Log, refresh: make(chan struct{}, 1)}
	if s.log == nil {
		s.log = slog.Default()
	}
	if err = s.look(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	background, quit := context.WithCancel(context.Background())
	s.quit = quit
	if s.native {
		s.done.Go(func() { s.keepSummaries(background) })
	}
	return s, nil
}

// look finds out what the schema is.
func (s *Store) look(ctx context.Context) error {
	version, err := s.version(ctx)
	if err != nil {
		return failed("open", err)
	}
	if version < newestMigration {
		return fmt.Errorf("store/postgres: the schema is at version %d and this program needs %d: run pitwall migrate", version, newestMigration)
	}
	err = s.pool.QueryRow(ctx, `SELECT relkind = 'p' FROM pg_class WHERE oid = 'telemetry'::regclass`).Scan(&s.native)
	return failed("open", err)
}

// version is the newest migration of the database, 0 for none.
func (s *Store) version(ctx context.Context) (v int, err error) {
	return versionOf(ctx, s.pool)
}

// Close ends the connections after what is running.
func (s *Store) Close() error {
	s.quit()
	s.done.Wait()
	s.pool.Close()
	return nil
}

// Check says how the database is.
func (s *Store) Check(ctx context.Context) (store.Health, error) {
	h := store.Health{Details: map[string]string{"series": "hypertables"}}
	var version string
	err := s.pool.QueryRow(ctx, `SELECT current_setting('server_version'), pg_database_size(current_database()),
		(SELECT count(*) FROM sessions)`).Scan(&version, &h.Bytes, &h.Sessions)
	if err != nil {
		return h, failed("check", err)
	}
	version, _, _ = strings.Cut(version, " ")
	h.Engine = "PostgreSQL " + version
	if h.Schema, err = s.version(ctx); err != nil {
		return h, failed("check", err)
	}
	var extension *string
	err = s.pool.QueryRow(ctx, `SELECT max(extversion) FROM pg_extension WHERE extname = 'timescaledb'`).Scan(&extension)
	if err != nil {
		return h, failed("check", err)
	}
	if extension != nil {
		h.Details["timescaledb"] = *extension
	}
	if !s.native {
		return h, nil
	}
	h.Details["series"] = "native partitions"
	if extension != nil {
		h.Details["series"] += " (made before the extension TimescaleDB was there)"
	}
	var partitions, stray, waiting int
	err = s.pool.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.relkind = 'p'),
		(SELECT count(*) FROM telemetry_early) + (SELECT count(*) FROM telemetry_late) +
		(SELECT count(*) FROM locations_early) + (SELECT count(*) FROM locations_late),
		(SELECT count(*) FROM sessions WHERE whole AND NOT summed)`).Scan(&partitions, &stray, &waiting)
	if err != nil {
		return h, failed("check", err)
	}
	h.Details["partitions"] = strconv.Itoa(partitions)
	h.Details["samples_outside_1950_2100"] = strconv.Itoa(stray)
	h.Details["sessions_not_summed"] = strconv.Itoa(waiting)
	return h, nil
}

// failed says where an error happened, and tells a lost connection from a refused statement. nil stays nil.
func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	var server *pgconn.PgError
	var network net.Error
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &server) && (strings.HasPrefix(server.Code, "57P") || strings.HasPrefix(server.Code, "08")):
		return fmt.Errorf("store/postgres: %s: the database is going down or away: %w", what, err)
	case errors.As(err, &server) && server.Code == "57014":
		return fmt.Errorf("store/postgres: %s: it took too long: %w", what, err)
	case errors.As(err, &server) && (server.Code == "22P05" || server.Code == "22003" || server.Code == "22008"):
		return fmt.Errorf("store/postgres: %s: %w: %w", what, store.ErrInvalid, err)
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		pgconn.SafeToRetry(err):
		return fmt.Errorf("store/postgres: %s: the database can not be reached: %w", what, err)
	}
	return fmt.Errorf("store/postgres: %s: %w", what, err)
}

// code is the SQLSTATE of an error of the server, "" for others.
func code(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code
	}
	return ""
}

// transaction runs do in one transaction with the time-out of writers.
func (s *Store) transaction(ctx context.Context, do func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `SELECT set_config('statement_timeout', $1, true)`, strconv.FormatInt(s.cfg.WriteTimeout.Milliseconds(), 10))
		if err != nil {
			return err
		}
		return do(tx)
	})
}
