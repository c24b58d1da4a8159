package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

const putUser = "INSERT INTO users (id, email, preferences, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET " +
	"email = excluded.email, preferences = excluded.preferences, created_at = excluded.created_at"

// PutUsers adds users, see [store.Users].
func (s *Store) PutUsers(ctx context.Context, users []store.User) error {
	err := store.CheckUsers(users)
	if err == nil && len(users) > 0 {
		err = s.change(ctx, onDisk, func(c *change) error { return putUsers(c, users) })
	}
	if err != nil {
		return fmt.Errorf("store/sqlite: put users: %w", err)
	}
	return nil
}

func putUsers(c *change, users []store.User) error {
	for i := range users {
		u := &users[i]
		email := known(u.Email)
		if u.Email.Known {
			email = store.Text(u.Email.Value)
		}
		var taken bool
		err := c.one("SELECT EXISTS (SELECT 1 FROM users WHERE email = ? AND id <> ?)", []any{email, u.ID}, &taken)
		if err == nil && taken {
			err = fmt.Errorf("%w: another user has the address of %s", store.ErrConflict, u.ID)
		}
		if err == nil {
			err = c.run(putUser, store.Text(u.ID), email, store.Text(string(u.Preferences)), u.CreatedAt.UnixMilli())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Users are all users by id.
func (s *Store) Users(ctx context.Context) (out []store.User, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT id, email, preferences, created_at FROM users ORDER BY id")
	if err == nil {
		err = drain(rows, func(r *sql.Rows) error {
			var u store.User
			var email sql.Null[string]
			var preferences string
			var at int64
			err := r.Scan(&u.ID, &email, &preferences, &at)
			u.Email = f1.Opt[string]{Known: email.Valid, Value: email.V}
			u.Preferences, u.CreatedAt = json.RawMessage(preferences), time.UnixMilli(at).UTC()
			out = append(out, u)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: users: %w", told(err))
	}
	return out, nil
}
