package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pitwall.live/internal/store"
)

var settingColumns = []string{"key", "value", "version", "changed_by", "changed_at"}

// Setting is a setting's newest value.
func (s *Store) Setting(ctx context.Context, key string) (store.Setting, error) {
	found, err := scanSetting(s.readers.QueryRowContext(ctx, "SELECT key, value, version, changed_by, changed_at FROM config WHERE key = ?", key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Setting{}, fmt.Errorf("store/sqlite: setting %q: %w", key, told(err))
	}
	return found, nil
}

func scanSetting(scan func(...any) error) (store.Setting, error) {
	var s store.Setting
	var at int64
	err := scan(&s.Key, &s.Value, &s.Version, &s.ChangedBy, &at)
	s.ChangedAt = time.UnixMilli(at).UTC()
	return s, err
}

// Settings are all settings with their newest values, by key.
func (s *Store) Settings(ctx context.Context) ([]store.Setting, error) {
	all, err := s.settings(ctx, "FROM config ORDER BY key")
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: settings: %w", err)
	}
	return all, nil
}

// SettingVersions are all versions of a setting, oldest first.
func (s *Store) SettingVersions(ctx context.Context, key string) ([]store.Setting, error) {
	all, err := s.settings(ctx, "FROM config_history WHERE key = ? ORDER BY version", key)
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: versions of setting %q: %w", key, err)
	}
	return all, nil
}

func (s *Store) settings(ctx context.Context, from string, args ...any) (out []store.Setting, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT key, value, version, changed_by, changed_at "+from, args...)
	if err == nil {
		err = drain(rows, func(r *sql.Rows) error {
			v, err := scanSetting(r.Scan)
			out = append(out, v)
			return err
		})
	}
	return out, told(err)
}

// Set changes a setting whose version is still the one before.
func (s *Store) Set(ctx context.Context, v store.Setting) error {
	err := v.Check()
	if err == nil {
		err = s.change(ctx, onDisk, func(c *change) error { return set(c, v) })
	}
	if err != nil {
		return fmt.Errorf("store/sqlite: set %q: %w", v.Key, err)
	}
	return nil
}

func set(c *change, v store.Setting) error {
	var version int
	err := c.one("SELECT version FROM config WHERE key = ?", []any{v.Key}, &version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if version != v.Version-1 {
		return fmt.Errorf("%w: it has version %d", store.ErrConflict, version)
	}
	args := []any{v.Key, store.Text(v.Value), v.Version, store.Text(v.ChangedBy), v.ChangedAt.UnixMilli()}
	if err := c.run(insertInto("config_history", settingColumns), args...); err != nil {
		return err
	}
	if version == 0 {
		return c.run(insertInto("config", settingColumns), args...)
	}
	return c.run(update("config", settingColumns)+" WHERE key = ?", append(args, v.Key)...)
}
