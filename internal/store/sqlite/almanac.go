package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

const newestPage = "SELECT version, status = ? AND body = ? OR known >= ? FROM almanac_pages WHERE kind = ? AND season = ? AND round = ? ORDER BY version DESC LIMIT 1"

// PutPages keeps one more version of each page.
func (s *Store) PutPages(ctx context.Context, pages []almanac.Page) error {
	for i := range pages {
		if err := pages[i].Check(); err != nil {
			return fmt.Errorf("store/sqlite: put pages: %w: %w", store.ErrInvalid, err)
		}
	}
	err := s.change(ctx, onDisk, func(c *change) error {
		for i := range pages {
			if err := putPage(c, &pages[i]); err != nil {
				return fmt.Errorf("%s: %w", pages[i].Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store/sqlite: put pages: %w", err)
	}
	return nil
}

func putPage(c *change, p *almanac.Page) error {
	var last int
	var same bool
	err := c.one(newestPage, []any{string(p.Status), string(p.Body), p.Known.UnixMilli(), string(p.Kind), p.Season, p.Round}, &last, &same)
	if same || err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return c.run(insertInto("almanac_pages", []string{"kind", "season", "round", "version", "known", "status", "source", "body"}),
		string(p.Kind), p.Season, p.Round, last+1, p.Known.UnixMilli(), string(p.Status), store.Text(p.Source), string(p.Body))
}

// Pages gives pages by kind, season, round and version.
func (s *Store) Pages(ctx context.Context, q store.PageQuery) ([]almanac.Page, error) {
	where, args := []string{"1"}, []any(nil)
	if len(q.Kinds) > 0 {
		where = append(where, "kind IN (?"+strings.Repeat(", ?", len(q.Kinds)-1)+")")
		for _, k := range q.Kinds {
			args = append(args, string(k))
		}
	}
	for _, c := range []struct {
		name  string
		value int
	}{{"season", q.Season}, {"round", q.Round}} {
		if c.value != 0 {
			where, args = append(where, c.name+" = ?"), append(args, c.value)
		}
	}
	if !q.Known.IsZero() {
		where, args = append(where, "known <= ?"), append(args, q.Known.UnixMilli())
	}
	query := "SELECT kind, season, round, version, known, status, source, body FROM (SELECT *, row_number() OVER (PARTITION BY kind, season, round ORDER BY version DESC) AS newest FROM almanac_pages WHERE " +
		strings.Join(where, " AND ") + ")"
	if !q.Versions {
		query += " WHERE newest = 1"
	}
	var out []almanac.Page
	rows, err := s.readers.QueryContext(ctx, query+" ORDER BY kind, season, round, version", args...)
	if err == nil {
		err = drain(rows, func(r *sql.Rows) error {
			var p almanac.Page
			var kind, status, body string
			var known int64
			err := r.Scan(&kind, &p.Season, &p.Round, &p.Version, &known, &status, &p.Source, &body)
			p.Kind, p.Status, p.Known, p.Body = almanac.Kind(kind), almanac.Status(status), time.UnixMilli(known).UTC(), []byte(body)
			out = append(out, p)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: pages: %w", told(err))
	}
	return out, nil
}
