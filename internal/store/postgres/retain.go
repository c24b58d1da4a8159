package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/store"
)

var _ store.Retainer = (*Store)(nil)

// Retain gives up telemetry and locations of all but the last seasons: whole partitions are dropped. Everything else of
// the sessions stays, the summaries of their laps too. With hypertables the policy of the database is set to as many years.
func (s *Store) Retain(ctx context.Context, seasons int, now time.Time) (out store.Retained, err error) {
	if out.Cutoff, err = store.Cutoff(seasons, now); err != nil {
		return out, fmt.Errorf("store/postgres: retain: %w", err)
	}
	err = s.transaction(ctx, func(tx pgx.Tx) error {
		if !s.native {
			if _, err := tx.Exec(ctx, `SELECT keep_series(make_interval(years => $1))`, seasons); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, `SELECT drop_series_before($1)`, out.Cutoff)
		if err != nil {
			return err
		}
		if out.Dropped, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || len(out.Dropped) == 0 {
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE sessions SET version = nextval('session_versions'), changed = now()
			WHERE series_from < $1 AND coalesce(date_start, series_from) < $1`, out.Cutoff)
		out.Sessions = int(tag.RowsAffected())
		return err
	})
	s.partitions.Clear()
	return out, failed("retain", err)
}

// Refresh takes the telemetry of ended sessions into the summaries and returns how many sessions. It is done by itself
// after a session ends; with hypertables the database does it.
func (s *Store) Refresh(ctx context.Context) (sessions int, err error) {
	if !s.native {
		return 0, nil
	}
	err = s.transaction(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT refresh_summaries()`).Scan(&sessions)
	})
	return sessions, failed("refresh summaries", err)
}

// askRefresh has the summaries refreshed soon.
func (s *Store) askRefresh() {
	select {
	case s.refresh <- struct{}{}:
	default: // it is asked for already
	}
}

// keepSummaries refreshes the summaries whenever that is asked for, until the store is closed.
func (s *Store) keepSummaries(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.refresh:
		}
		if n, err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("summaries of telemetry are not refreshed: queries make them anew meanwhile", "error", err)
		} else if err == nil {
			s.log.Debug("summaries of telemetry refreshed", "sessions", n)
		}
	}
}
