package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

const (
	putEntry = "INSERT INTO search_entries (session, kind, place, ref, title, detail, time, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?) " +
		"ON CONFLICT (session, kind, place) DO UPDATE SET ref = excluded.ref, title = excluded.title, detail = excluded.detail, time = excluded.time, words = excluded.words " +
		"WHERE (ref, title, detail, words) <> (excluded.ref, excluded.title, excluded.detail, excluded.words) OR time IS NOT excluded.time"
	dropEntry   = "DELETE FROM search_entries WHERE session = ? AND kind = ? AND place = ?"
	dropEntries = "DELETE FROM search_entries WHERE session = ? AND kind = ? AND place >= ?"
)

// indexEntries makes a session's own entries the given ones.
func (c *change) indexEntries(session int64, entries []store.Entry) error {
	circuit := false
	for i := range entries {
		circuit = circuit || entries[i].Kind == store.HitCircuit
		if err := c.putEntry(session, &entries[i]); err != nil {
			return err
		}
	}
	if circuit {
		return nil
	}
	return c.run(dropEntries, session, store.HitCircuit, 0)
}

func (c *change) putEntry(session any, e *store.Entry) error {
	at := sql.NullInt64{Int64: e.Time.Value.UnixMilli(), Valid: e.Time.Known}
	return c.run(putEntry, session, e.Kind, e.Place, store.Text(e.ID), store.Text(e.Title), store.Text(e.Detail), at, e.Words)
}

// indexed are the tables whose rows can be found, with the kind that they are found as.
var indexed = map[string]int{"drivers": store.HitDriver, "events": store.HitEvent, "race_control": store.HitRaceControl}

// index keeps what is found of a table as it is after the change.
func (w *batchWriter) index(l *layout, c *store.Change) error {
	kind, ok := indexed[l.Name]
	if !ok {
		return nil
	}
	drop := func(row tables.Row) error {
		return w.run(dropEntry, w.session, kind, row[l.Index(l.place[0].Name)].N)
	}
	for _, row := range c.Gone {
		if err := drop(row); err != nil {
			return err
		}
	}
	for i, row := range c.Rows {
		r := store.Row{Cells: row}
		if !l.Sorted {
			r.N = c.At[i]
		}
		err := error(nil)
		if e, found := store.RowEntry(&l.Description, r); found {
			err = w.putEntry(w.session, &e)
		} else if l.Sorted {
			err = drop(row)
		} else {
			err = w.run(dropEntry, w.session, kind, r.N)
		}
		if err != nil {
			return err
		}
	}
	if l.Sorted {
		return nil
	}
	return w.run(dropEntries, w.session, kind, c.Len)
}

// indexReference replaces what is found of reference data.
func (c *change) indexReference(entries []store.Entry) error {
	for i := range entries {
		e := &entries[i]
		if err := c.run("DELETE FROM search_entries WHERE session IS NULL AND kind = ? AND ref = ?", e.Kind, e.ID); err != nil {
			return err
		}
		if err := c.putEntry(nil, e); err != nil {
			return err
		}
	}
	return nil
}

// indexMissing indexes the sessions and reference data that were stored by a program that could not search.
func (s *Store) indexMissing(ctx context.Context) error {
	missing := map[int64]store.Session{}
	rows, err := s.readers.QueryContext(ctx, "SELECT number, id FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM search_entries e WHERE e.session = s.number AND e.kind = 0)")
	if err != nil {
		return err
	}
	err = drain(rows, func(r *sql.Rows) error {
		var number int64
		var id string
		if err := r.Scan(&number, &id); err != nil {
			return err
		}
		missing[number] = store.Session{ID: id}
		return nil
	})
	if err != nil {
		return err
	}
	for number, session := range missing {
		if session, err = s.Find(ctx, session.ID); err != nil {
			return err
		}
		if err := s.indexSession(ctx, number, &session); err != nil {
			return fmt.Errorf("index %s: %w", session.ID, err)
		}
	}
	var reference bool
	err = s.readers.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM search_entries WHERE session IS NULL AND kind IN (1, 2)) AND EXISTS (SELECT 1 FROM circuits UNION ALL SELECT 1 FROM drivers)").Scan(&reference)
	if err != nil || !reference {
		return err
	}
	r, err := s.Reference(ctx)
	if err != nil {
		return err
	}
	return s.change(ctx, onDisk, func(c *change) error { return c.indexReference(store.ReferenceEntries(&r)) })
}

func (s *Store) indexSession(ctx context.Context, number int64, session *store.Session) error {
	return s.change(ctx, inLog, func(c *change) error {
		for table := range indexed {
			d := s.layouts[table].Description
			for row, err := range s.Rows(ctx, &store.Query{Session: session.SessionKey, Table: table}) {
				if err != nil {
					return err
				}
				if e, ok := store.RowEntry(&d, row); ok {
					if err := c.putEntry(number, &e); err != nil {
						return err
					}
				}
			}
		}
		return c.indexEntries(number, store.SessionEntries(&session.SessionRow, session.ID, session.Simulated))
	})
}

// search finds entries by kind, of drivers and circuits one an id: the reference data's, else the newest session's.
// Events and messages, which are many, are cut to the limit before anything else is asked of them.
const search = `WITH named AS (
    SELECT e.kind, e.ref, e.title, e.detail, e.time, CASE WHEN e.kind = 0 THEN s.session_key ELSE '' END AS session_key,
        row_number() OVER (PARTITION BY e.kind, CASE WHEN e.kind IN (1, 2) THEN e.ref ELSE e.number END
            ORDER BY e.session IS NOT NULL, s.date_start DESC NULLS LAST, e.session DESC) AS bearer
    FROM search_words w JOIN search_entries e ON e.number = w.rowid LEFT JOIN sessions s ON s.number = e.session
    WHERE search_words MATCH ?1 AND e.kind <= 2
), told AS (
    SELECT e.kind, e.ref, e.title, e.detail, e.time, s.session_key
    FROM search_words w JOIN search_entries e ON e.number = w.rowid JOIN sessions s ON s.number = e.session
    WHERE search_words MATCH ?1 AND e.kind > 2
    ORDER BY e.kind, e.time DESC NULLS LAST, e.ref, s.session_key LIMIT ?2
)
SELECT kind, ref, title, detail, time, session_key FROM named WHERE bearer = 1
UNION ALL SELECT kind, ref, title, detail, time, session_key FROM told
ORDER BY kind, 5 DESC NULLS LAST, ref, session_key LIMIT ?2`

// Search finds what has words that begin with all of the words of a text: sessions first, then drivers, circuits,
// events and messages, of each the newest first. A limit of 0 is none.
func (s *Store) Search(ctx context.Context, text string, limit int) (out []store.Hit, err error) {
	if limit < 0 {
		return nil, fmt.Errorf("store/sqlite: search: %w: limit %d", store.ErrInvalid, limit)
	}
	words := store.SearchWords(text)
	if len(words) == 0 {
		return nil, nil
	}
	for i, w := range words {
		words[i] = `"` + strings.ReplaceAll(w, `"`, `""`) + `"*`
	}
	if limit == 0 {
		limit = -1
	}
	rows, err := s.readers.QueryContext(ctx, search, strings.Join(words, " AND "), limit)
	if err == nil {
		err = drain(rows, func(r *sql.Rows) error {
			var h store.Hit
			var kind int
			var at sql.Null[int64]
			if err := r.Scan(&kind, &h.ID, &h.Title, &h.Detail, &at, &h.Session); err != nil {
				return err
			}
			if kind < 0 || kind >= len(store.HitKinds) {
				return errors.New("an entry of an unknown kind")
			}
			h.Kind = store.HitKinds[kind]
			if at.Valid {
				h.Time = f1.Some(time.UnixMilli(at.V).UTC())
			}
			out = append(out, h)
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store/sqlite: search: %w", told(err))
	}
	return out, nil
}
