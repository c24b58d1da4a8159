package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pitwall.live/internal/f1"
)

// User is a row of table users.
type User struct {
	ID          string // a UUID, where the store is PostgreSQL
	Email       f1.Opt[string]
	Preferences json.RawMessage // a JSON object
	CreatedAt   time.Time
}

// Users keeps who may log in. Nothing but a restore writes them yet; a backup carries what is there.
type Users interface {
	// PutUsers adds users; those that are there under the same id are replaced. It is one transaction. ErrInvalid for
	// what the store can not hold, ErrConflict where another user has the address.
	PutUsers(ctx context.Context, users []User) error
	// Users are all users by id.
	Users(ctx context.Context) ([]User, error)
}

// CheckUsers holds users to their own rules.
func CheckUsers(users []User) error {
	for i := range users {
		u := &users[i]
		var preferences map[string]any
		switch {
		case u.ID == "":
			return fmt.Errorf("%w users: user %d has no id", ErrInvalid, i)
		case u.CreatedAt.IsZero():
			return fmt.Errorf("%w users: when was %s made", ErrInvalid, u.ID)
		case json.Unmarshal(u.Preferences, &preferences) != nil || preferences == nil:
			return fmt.Errorf("%w users: the preferences of %s are no JSON object", ErrInvalid, u.ID)
		}
	}
	return nil
}
