package store

import (
	"context"
	"fmt"
	"time"
)

// Retainer is a store that can give up samples, which are nearly all of what sessions take.
type Retainer interface {
	// Retain gives up telemetry and locations of all but the last seasons that now belongs to, 1 being its year alone;
	// everything else of the sessions stays. Sessions whose samples are gone have a new version. ErrInvalid for less than
	// one season. Then it makes its files smaller where they have room that nothing uses, but not while a session is live.
	Retain(ctx context.Context, seasons int, now time.Time) (Retained, error)
}

// Retained says what was given up.
type Retained struct {
	Cutoff   time.Time // samples before it are gone, as far as they filled what the store gives up as a whole
	Dropped  []string  // partitions, chunks of the database, or ids of sessions
	Sessions int       // whose samples are gone
	Freed    int64     // bytes by which the store's files are smaller; 0 where the database sees to that itself
}

// Cutoff is the moment before which samples are given up.
func Cutoff(seasons int, now time.Time) (time.Time, error) {
	if seasons < 1 {
		return time.Time{}, fmt.Errorf("%w: %d seasons to keep", ErrInvalid, seasons)
	}
	return time.Date(now.UTC().Year()-seasons+1, 1, 1, 0, 0, 0, 0, time.UTC), nil
}
