package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// PutReference adds to the reference data, see [store.References].
func (s *Store) PutReference(ctx context.Context, r *store.Reference) error {
	if err := r.Check(); err != nil {
		return fmt.Errorf("store/postgres: %w", err)
	}
	var batch pgx.Batch
	for _, c := range r.Circuits {
		batch.Queue(`INSERT INTO circuits (id, name, country, length) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE
			SET name = excluded.name, country = excluded.country, length = excluded.length`,
			c.ID, store.Text(c.Name), store.Text(c.Country), pointer(c.Length))
	}
	for _, d := range r.Drivers {
		batch.Queue(`INSERT INTO drivers (id, name, nationality, number) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE
			SET name = excluded.name, nationality = excluded.nationality, number = excluded.number`,
			d.ID, store.Text(d.Name), store.Text(d.Nationality), pointer(d.Number))
	}
	for _, c := range r.Constructors {
		batch.Queue(`INSERT INTO constructors (id, name, nationality, color) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE
			SET name = excluded.name, nationality = excluded.nationality, color = excluded.color`,
			c.ID, store.Text(c.Name), store.Text(c.Nationality), store.Text(c.Colour))
	}
	for _, c := range r.Races {
		var date *time.Time
		if !c.Date.IsZero() {
			date = &c.Date
		}
		batch.Queue(`INSERT INTO races (id, season, round, circuit_id, name, date) VALUES ($1, $2, $3, nullif($4, ''), $5, $6) ON CONFLICT (id) DO UPDATE
			SET season = excluded.season, round = excluded.round, circuit_id = excluded.circuit_id, name = excluded.name, date = excluded.date`,
			c.ID, c.Season, c.Round, c.CircuitID, store.Text(c.Name), date)
	}
	if len(r.Races) > 0 {
		batch.Queue(`UPDATE sessions s SET race_id = (SELECT min(r.id) FROM races r WHERE r.season = s.season AND r.round = s.round)
			WHERE s.race_id IS DISTINCT FROM (SELECT min(r.id) FROM races r WHERE r.season = s.season AND r.round = s.round)`)
	}
	if batch.Len() == 0 {
		return nil
	}
	err := s.transaction(ctx, func(tx pgx.Tx) error {
		if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
			return err
		}
		return indexReference(ctx, tx, store.ReferenceEntries(r))
	})
	if code(err) == "23503" {
		return fmt.Errorf("store/postgres: put reference data: %w: a race is at a circuit that is not there", store.ErrInvalid)
	}
	return failed("put reference data", err)
}

func pointer[T any](o f1.Opt[T]) *T {
	if !o.Known {
		return nil
	}
	return &o.Value
}

// Reference is all reference data, see [store.References].
func (s *Store) Reference(ctx context.Context) (store.Reference, error) {
	var r store.Reference
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) (err error) {
		if r.Circuits, err = collect(ctx, tx, `SELECT id, name, country, length FROM circuits ORDER BY id`, func(row pgx.CollectableRow, c *store.Circuit) error {
			var length *float64
			err := row.Scan(&c.ID, &c.Name, &c.Country, &length)
			c.Length = opt(length)
			return err
		}); err != nil {
			return err
		}
		if r.Drivers, err = collect(ctx, tx, `SELECT id, name, nationality, number FROM drivers ORDER BY id`, func(row pgx.CollectableRow, d *store.Driver) error {
			var number *int
			err := row.Scan(&d.ID, &d.Name, &d.Nationality, &number)
			d.Number = opt(number)
			return err
		}); err != nil {
			return err
		}
		if r.Constructors, err = collect(ctx, tx, `SELECT id, name, nationality, color FROM constructors ORDER BY id`, func(row pgx.CollectableRow, c *store.Constructor) error {
			return row.Scan(&c.ID, &c.Name, &c.Nationality, &c.Colour)
		}); err != nil {
			return err
		}
		r.Races, err = collect(ctx, tx, selectRaces+` ORDER BY season, round, id`, scanRace)
		return err
	})
	return r, failed("read reference data", err)
}

const selectRaces = `SELECT id, season, round, coalesce(circuit_id, ''), name, date FROM races`

// scanRace reads a row of selectRaces.
func scanRace(row pgx.CollectableRow, c *store.Race) error {
	var date *time.Time
	err := row.Scan(&c.ID, &c.Season, &c.Round, &c.CircuitID, &c.Name, &date)
	if date != nil {
		c.Date = date.UTC()
	}
	return err
}

// races are those of a season.
func (s *Store) races(ctx context.Context, season int) ([]store.Race, error) {
	return collect(ctx, s.pool, selectRaces+` WHERE season = $1 ORDER BY round, id`, scanRace, season)
}

// collect reads all rows of a statement.
func collect[T any](ctx context.Context, from queryer, statement string, scan func(pgx.CollectableRow, *T) error, args ...any) ([]T, error) {
	rows, err := from.Query(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v T, err error) {
		return v, scan(row, &v)
	})
	if len(all) == 0 {
		return nil, err
	}
	return all, err
}

const settingColumns = "key, value, version, changed_by, changed_at"

func scanSetting(row pgx.CollectableRow, v *store.Setting) error {
	err := row.Scan(&v.Key, &v.Value, &v.Version, &v.ChangedBy, &v.ChangedAt)
	v.ChangedAt = v.ChangedAt.UTC()
	return err
}

// Setting is a setting's newest value, see [store.References].
func (s *Store) Setting(ctx context.Context, key string) (store.Setting, error) {
	found, err := collect(ctx, s.pool, `SELECT `+settingColumns+` FROM config WHERE key = $1 ORDER BY version DESC LIMIT 1`, scanSetting, store.Text(key))
	if err == nil && len(found) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Setting{}, failed("setting "+key, err)
	}
	return found[0], nil
}

// Settings are all settings with their newest values, see [store.References].
func (s *Store) Settings(ctx context.Context) ([]store.Setting, error) {
	all, err := collect(ctx, s.pool, `SELECT DISTINCT ON (key COLLATE "C") `+settingColumns+` FROM config ORDER BY key COLLATE "C", version DESC`, scanSetting)
	return all, failed("settings", err)
}

// SettingVersions are all versions of a setting, see [store.References].
func (s *Store) SettingVersions(ctx context.Context, key string) ([]store.Setting, error) {
	all, err := collect(ctx, s.pool, `SELECT `+settingColumns+` FROM config WHERE key = $1 ORDER BY version`, scanSetting, store.Text(key))
	return all, failed("versions of setting "+key, err)
}

// Set changes a setting, see [store.References].
func (s *Store) Set(ctx context.Context, v store.Setting) error {
	if err := v.Check(); err != nil {
		return fmt.Errorf("store/postgres: %w", err)
	}
	tag, err := s.pool.Exec(ctx, `INSERT INTO config (key, value, version, changed_by, changed_at) SELECT $1, $2, $3, $4, $5
		WHERE coalesce((SELECT max(version) FROM config WHERE key = $1), 0) = $3::integer - 1`,
		store.Text(v.Key), store.Text(v.Value), v.Version, store.Text(v.ChangedBy), v.ChangedAt.Truncate(time.Millisecond))
	if code(err) == "23505" || err == nil && tag.RowsAffected() == 0 {
		return fmt.Errorf("store/postgres: set %s: version %d: %w", v.Key, v.Version, store.ErrConflict)
	}
	return failed("set "+v.Key, err)
}

func opt[T any](v *T) f1.Opt[T] {
	if v == nil {
		return f1.Opt[T]{}
	}
	return f1.Some(*v)
}
