package app

import (
	"context"
	"errors"
	"time"

	"pitwall.live/internal/store"
)

// retentionFlags say how long a server keeps samples in its store.
type retentionFlags struct {
	KeepSamples int `help:"Of how many seasons telemetry and locations stay in the store; 1 is this year's. Without: of all." placeholder:"SEASONS"`
}

// errNoRetainer: the store gives nothing up.
var errNoRetainer = errors.New("this store keeps all samples: leave --keep-samples out")

// keepSamples has the store give up older samples while the server runs; 0 is none.
func (f retentionFlags) keepSamples(k *keeping) error {
	switch {
	case f.KeepSamples < 0 || f.KeepSamples > 1000:
		return usage("--keep-samples %d: give a number of seasons, at least 1", f.KeepSamples)
	case f.KeepSamples == 0:
		return nil
	case k == nil:
		return usage("--keep-samples is about a store: there is none (--store none)")
	}
	if _, able := k.Store.(store.Retainer); !able {
		return usageError{errNoRetainer}
	}
	k.seasons = f.KeepSamples
	return nil
}

// retain gives up older samples at once and then daily, until ctx ends. What does not work is tried again sooner.
func (s *server) retain(ctx context.Context) error {
	k, log := s.keeping, s.env.log
	r, able := k.Store.(store.Retainer)
	if !able || k.seasons == 0 {
		return nil
	}
	for {
		wait := retainEvery
		out, err := r.Retain(ctx, k.seasons, time.Now())
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			wait = 6 * retryObjects
			log.Warn("older samples are not removed from the store; it is tried again", "seasons", k.seasons, "error", err)
		case len(out.Dropped) > 0 || out.Freed > 0:
			log.Info("older samples are removed from the store", "before", out.Cutoff.Format(time.DateOnly), "sessions", out.Sessions, "removed", out.Dropped, "freed", megabytes(out.Freed))
		}
		if !pause(ctx, wait) {
			return nil
		}
	}
}
