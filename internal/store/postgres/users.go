package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

const putUser = `INSERT INTO users (id, email, preferences, created_at) VALUES ($1::text::uuid, $2, $3::text::jsonb, $4) ON CONFLICT (id) DO UPDATE
	SET email = excluded.email, preferences = excluded.preferences, created_at = excluded.created_at`

// PutUsers adds users, see [store.Users]. Their ids are UUIDs here, and each has an address.
func (s *Store) PutUsers(ctx context.Context, users []store.User) error {
	if err := store.CheckUsers(users); err != nil {
		return fmt.Errorf("store/postgres: put users: %w", err)
	}
	for i := range users {
		if !users[i].Email.Known {
			return fmt.Errorf("store/postgres: put users: %w: user %s has no address", store.ErrInvalid, users[i].ID)
		}
	}
	if len(users) == 0 {
		return nil
	}
	err := s.transaction(ctx, func(tx pgx.Tx) error {
		for i := range users {
			u := &users[i]
			_, err := tx.Exec(ctx, putUser, store.Text(u.ID), store.Text(u.Email.Value), store.Text(string(u.Preferences)), u.CreatedAt)
			switch code(err) {
			case "":
			case "23505":
				return fmt.Errorf("%w: another user has the address of %s", store.ErrConflict, u.ID)
			case "22P02": // no UUID; that the preferences are JSON is known
				return fmt.Errorf("%w: user %.100q: the id is no UUID", store.ErrInvalid, u.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return failed("put users", err)
}

// Users are all users by id, see [store.Users].
func (s *Store) Users(ctx context.Context) ([]store.User, error) {
	all, err := collect(ctx, s.pool, `SELECT id::text, email, preferences, created_at FROM users ORDER BY id::text COLLATE "C"`,
		func(row pgx.CollectableRow, u *store.User) error {
			var preferences []byte
			u.Email = f1.Opt[string]{Known: true}
			err := row.Scan(&u.ID, &u.Email.Value, &preferences, &u.CreatedAt)
			u.Preferences, u.CreatedAt = preferences, u.CreatedAt.UTC()
			return err
		})
	return all, failed("users", err)
}
