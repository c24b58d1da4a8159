package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// maxWord is the longest word that the index takes, in bytes.
const maxWord = 1000

const entryColumns = "session_key, kind, place, ref, title, detail, time, words"

// copyEntries adds entries of a session; "" is the reference data.
func copyEntries(ctx context.Context, tx pgx.Tx, session string, entries []store.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	i := 0
	return copyIn(ctx, tx, "search_entries", entryColumns, func(buf *rowBuffer) (bool, error) {
		if i == len(entries) {
			return false, nil
		}
		e := &entries[i]
		i++
		buf.begin(8)
		if session == "" {
			buf.null()
		} else {
			buf.text(session)
		}
		buf.int32(int32(e.Kind))
		buf.int64(int64(e.Place))
		buf.text(e.ID)
		buf.text(e.Title)
		buf.text(e.Detail)
		if e.Time.Known {
			buf.time(e.Time.Value.UnixMilli())
		} else {
			buf.null()
		}
		buf.text(shortWords(e.Words))
		return true, nil
	})
}

// shortWords leaves out what is no word any more.
func shortWords(text string) string {
	if len(text) <= maxWord {
		return text
	}
	var all []string
	for _, w := range strings.Fields(text) {
		if len(w) <= maxWord {
			all = append(all, w)
		}
	}
	return strings.Join(all, " ")
}

// indexSession replaces what is found of the session itself.
func (w *writing) indexSession(ctx context.Context) error {
	key := w.b.Session.SessionKey
	_, err := w.tx.Exec(ctx, `DELETE FROM search_entries WHERE session_key = $1 AND kind IN ($2, $3)`, key, store.HitSession, store.HitCircuit)
	if err != nil {
		return err
	}
	return copyEntries(ctx, w.tx, key, store.SessionEntries(&w.b.Session, w.id, w.b.Simulated))
}

// indexed are the tables whose rows can be found, with the kind that they are found as and the column that names the
// place of a sorted one.
var indexed = map[string]struct {
	kind  int
	place string
}{
	"drivers":      {store.HitDriver, "driver_number"},
	"events":       {store.HitEvent, ""},
	"race_control": {store.HitRaceControl, "message_id"},
}

// indexRows replaces what is found of the rows of a change.
func (w *writing) indexRows(ctx context.Context, st *stored, c *store.Change) error {
	in, ok := indexed[st.Name]
	if !ok {
		return nil
	}
	key := w.b.Session.SessionKey
	places, end := make([]int64, 0, len(c.Rows)+len(c.Gone)), any(nil)
	for _, rows := range [][]tables.Row{c.Rows, c.Gone} {
		for i, row := range rows {
			if st.Sorted {
				places = append(places, row[st.Index(in.place)].N)
			} else {
				places = append(places, int64(c.At[i]))
			}
		}
	}
	if !st.Sorted {
		end = c.Len
	}
	if !w.fresh() {
		_, err := w.tx.Exec(ctx, `DELETE FROM search_entries WHERE session_key = $1 AND kind = $2 AND (place = ANY($3) OR place >= $4)`,
			key, in.kind, places, end)
		if err != nil {
			return err
		}
	}
	var entries []store.Entry
	for i, row := range c.Rows {
		r := store.Row{Cells: row}
		if !st.Sorted {
			r.N = c.At[i]
		}
		if e, found := store.RowEntry(&st.Description, r); found {
			entries = append(entries, e)
		}
	}
	return copyEntries(ctx, w.tx, key, entries)
}

// indexReference replaces what is found of reference data.
func indexReference(ctx context.Context, tx pgx.Tx, entries []store.Entry) error {
	var batch pgx.Batch
	for i := range entries {
		batch.Queue(`DELETE FROM search_entries WHERE session_key IS NULL AND kind = $1 AND ref = $2`, entries[i].Kind, entries[i].ID)
	}
	if batch.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return err
	}
	return copyEntries(ctx, tx, "", entries)
}

// search finds entries by kind, of drivers and circuits one an id: the reference data's, else the newest session's.
const search = `WITH found AS (
    SELECT e.*, coalesce(e.time, s.date_start) AS at, row_number() OVER (PARTITION BY e.kind,
            CASE WHEN e.kind IN (1, 2) THEN e.ref ELSE e.session_key || ' ' || e.place END
        ORDER BY e.session_key IS NOT NULL, s.date_start DESC NULLS LAST, e.session_key DESC) AS bearer
    FROM search_entries e LEFT JOIN sessions s ON s.session_key = e.session_key
    WHERE array_to_tsvector(string_to_array(e.words, ' ')) @@ $1::text::tsquery
)
SELECT kind, ref, title, detail, time, CASE WHEN kind IN (1, 2) THEN '' ELSE session_key END FROM found WHERE bearer = 1
ORDER BY kind, CASE WHEN kind IN (1, 2) THEN NULL ELSE at END DESC NULLS LAST, ref, session_key LIMIT $2`

// Search finds what has words that begin with all of the words of a text: sessions first, then drivers, circuits,
// events and messages, of each the newest first. A limit of 0 is none.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]store.Hit, error) {
	if limit < 0 {
		return nil, fmt.Errorf("store/postgres: search: %w: limit %d", store.ErrInvalid, limit)
	}
	asked := store.SearchWords(text)
	if len(asked) == 0 {
		return nil, nil
	}
	for i, w := range asked {
		asked[i] = "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(w) + "':*"
	}
	var most any
	if limit > 0 {
		most = limit
	}
	hits, err := collect(ctx, s.pool, search, func(r pgx.CollectableRow, h *store.Hit) error {
		var kind int
		var at *time.Time
		if err := r.Scan(&kind, &h.ID, &h.Title, &h.Detail, &at, &h.Session); err != nil {
			return err
		}
		if kind < 0 || kind >= len(store.HitKinds) {
			return fmt.Errorf("an entry of kind %d, which is unknown", kind)
		}
		h.Kind = store.HitKinds[kind]
		if at != nil {
			h.Time = f1.Some(at.UTC())
		}
		return nil
	}, strings.Join(asked, " & "), most)
	return hits, failed("search", err)
}
