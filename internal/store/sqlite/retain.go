package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pitwall.live/internal/store"
)

var _ store.Retainer = (*Store)(nil)

// old are the sessions before a moment, or of a season before its, that have samples.
const old = `SELECT number, id FROM sessions s WHERE coalesce(date_start < ?1, season < ?2, 0)
	AND (EXISTS (SELECT 1 FROM telemetry t WHERE t.session = s.number) OR EXISTS (SELECT 1 FROM locations l WHERE l.session = s.number))
	ORDER BY number`

// Retain gives up the chunks of sessions before the seasons to keep, each session by itself so that writers have their
// turn in between, and then the room to the disk, unless a session is live: what is left is given back another time.
func (s *Store) Retain(ctx context.Context, seasons int, now time.Time) (out store.Retained, err error) {
	if out.Cutoff, err = store.Cutoff(seasons, now); err != nil {
		return out, fmt.Errorf("store/sqlite: retain: %w", err)
	}
	for more := true; more && err == nil; {
		err = s.change(ctx, onDisk, func(c *change) error {
			var number int64
			var id string
			err := c.one(old+" LIMIT 1", []any{out.Cutoff.UnixMilli(), out.Cutoff.Year()}, &number, &id)
			if more = err == nil; !more {
				return ignoreNone(err)
			}
			version, err := c.nextVersion()
			if err != nil {
				return err
			}
			for _, table := range []string{"telemetry", "locations"} {
				if err := c.run("DELETE FROM "+table+" WHERE session = ?", number); err != nil {
					return err
				}
			}
			if err := c.run("UPDATE sessions SET version = ?, changed = ? WHERE number = ?", version, now.UnixMilli(), number); err != nil {
				return err
			}
			out.Dropped, out.Sessions = append(out.Dropped, id), out.Sessions+1
			return nil
		})
	}
	if err == nil {
		out.Freed, err = s.shrink(ctx, now)
	}
	if err != nil {
		return out, fmt.Errorf("store/sqlite: retain: %w", err)
	}
	return out, nil
}

func ignoreNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
