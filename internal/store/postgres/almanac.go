package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// putPage keeps a version of a page whose body or status is new, known later than the newest. Two writers of one page follow one another by its lock.
const putPage = `INSERT INTO almanac_pages (kind, season, round, version, known, status, source, body)
	SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7 FROM almanac_pages WHERE kind = $1 AND season = $2 AND round = $3
	HAVING coalesce((SELECT (p.status <> $5 OR p.body <> $7) AND p.known < $4 FROM almanac_pages p WHERE p.kind = $1 AND p.season = $2 AND p.round = $3
		ORDER BY p.version DESC LIMIT 1), true)`

// PutPages keeps one more version of each page, see [store.Almanac].
func (s *Store) PutPages(ctx context.Context, pages []almanac.Page) error {
	var batch pgx.Batch
	batch.Queue(`SELECT pg_advisory_xact_lock($1)`, int64(almanacLock))
	for i := range pages {
		p := &pages[i]
		if err := p.Check(); err != nil {
			return fmt.Errorf("store/postgres: put pages: %w: %w", store.ErrInvalid, err)
		}
		batch.Queue(putPage, string(p.Kind), p.Season, p.Round, p.Known.Truncate(time.Millisecond), string(p.Status), store.Text(p.Source), string(p.Body))
	}
	err := s.transaction(ctx, func(tx pgx.Tx) error { return tx.SendBatch(ctx, &batch).Close() })
	return failed("put pages", err)
}

const almanacLock = 7410219834502 // advisory: versions are numbered by one at a time

// Pages gives pages by kind, season, round and version, see [store.Almanac].
func (s *Store) Pages(ctx context.Context, q store.PageQuery) ([]almanac.Page, error) {
	kinds := make([]string, len(q.Kinds))
	for i, k := range q.Kinds {
		kinds[i] = string(k)
	}
	var until *time.Time
	if !q.Known.IsZero() {
		until = &q.Known
	}
	found, err := collect(ctx, s.pool, `SELECT kind, season, round, version, known, status, source, body FROM (
			SELECT *, row_number() OVER (PARTITION BY kind, season, round ORDER BY version DESC) AS newest FROM almanac_pages
			WHERE (cardinality($1::text[]) = 0 OR kind = ANY($1)) AND ($2 = 0 OR season = $2) AND ($3 = 0 OR round = $3) AND ($4::timestamptz IS NULL OR known <= $4)
		) p WHERE newest = 1 OR $5 ORDER BY kind, season, round, version`,
		func(r pgx.CollectableRow, p *almanac.Page) error {
			var kind, status, body string
			err := r.Scan(&kind, &p.Season, &p.Round, &p.Version, &p.Known, &status, &p.Source, &body)
			p.Kind, p.Status, p.Known, p.Body = almanac.Kind(kind), almanac.Status(status), p.Known.UTC(), []byte(body)
			return err
		}, kinds, q.Season, q.Round, until, q.Versions)
	return found, failed("pages", err)
}
