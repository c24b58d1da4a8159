package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Write moves a session on.
func (s *Store) Write(ctx context.Context, b *store.Batch) error {
	if err := b.Check(); err != nil {
		return fmt.Errorf("store/sqlite: %w", err)
	}
	err := s.change(ctx, inLog, func(c *change) error { return s.write(c, b) })
	if err != nil {
		return fmt.Errorf("store/sqlite: write %s to %d: %w", b.Session.SessionKey, b.Offset, err)
	}
	return nil
}

// standing is what is stored of a session before a batch.
type standing struct {
	number int64
	id     string
	log    string
	offset uint64
	whole  bool
}

func (c *change) standing(key string) (was standing, stored bool, err error) {
	var offset int64
	err = c.one("SELECT number, id, log, log_offset, whole FROM sessions WHERE session_key = ?", []any{key},
		&was.number, &was.id, &was.log, &offset, &was.whole)
	was.offset = uint64(offset)
	if errors.Is(err, sql.ErrNoRows) {
		return was, false, nil
	}
	return was, err == nil, err
}

func (s *Store) write(c *change, b *store.Batch) error {
	was, stored, err := c.standing(b.Session.SessionKey)
	if err != nil {
		return err
	}
	switch what, err := store.Judge(b, stored, was.log, was.offset); {
	case err != nil || what == store.Old:
		return err
	case what == store.End:
		if was.whole {
			return nil
		}
		return c.end(was.number)
	}
	number, err := s.putSession(c, b, was, stored)
	if err != nil {
		return err
	}
	w := batchWriter{Store: s, change: c, session: number, key: b.Session.SessionKey, offset: int64(b.Offset)}
	if b.Whole && stored {
		if err := w.clear(); err != nil {
			return err
		}
	}
	for i := range b.Changes {
		if err := c.live(); err != nil {
			return err
		}
		if err := w.table(&b.Changes[i]); err != nil {
			return fmt.Errorf("%s: %w", b.Changes[i].Table, err)
		}
	}
	if err := mergeChunks(&w, carSamples, b.Telemetry); err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	if err := mergeChunks(&w, locationSamples, b.Locations); err != nil {
		return fmt.Errorf("locations: %w", err)
	}
	return nil
}

// batchWriter writes the rows of one batch.
type batchWriter struct {
	*Store
	*change
	session int64
	key     string
	offset  int64
	args    []any
}

// clear forgets all rows of the session.
func (w *batchWriter) clear() error {
	for _, l := range w.layouts {
		if err := w.run(l.clear, w.session); err != nil {
			return err
		}
	}
	for _, query := range []string{
		"DELETE FROM telemetry WHERE session = ?",
		"DELETE FROM locations WHERE session = ?",
		"DELETE FROM search_entries WHERE session = ? AND kind NOT IN (0, 2)", // what is found of the session itself
	} {
		if err := w.run(query, w.session); err != nil {
			return err
		}
	}
	return nil
}

// table writes what changed in a table.
func (w *batchWriter) table(c *store.Change) error {
	l := w.layouts[c.Table]
	if l == nil { // sessions: written with the batch
		return nil
	}
	if !l.Sorted {
		if err := w.joins(l, c); err != nil {
			return err
		}
	}
	for _, row := range c.Gone {
		w.args = append(w.args[:0], w.session)
		for _, key := range l.place {
			w.args = append(w.args, value(key.Type, &row[l.Index(key.Name)]))
		}
		if err := w.run(l.gone, w.args...); err != nil {
			return err
		}
	}
	for i, row := range c.Rows {
		w.args = append(w.args[:0], w.session)
		if !l.Sorted {
			w.args = append(w.args, c.At[i])
		}
		for _, j := range l.cells {
			w.args = append(w.args, value(l.Columns[j].Type, &row[j]))
		}
		w.args = append(w.args, w.offset)
		if err := w.run(l.upsert, w.args...); err != nil {
			return err
		}
	}
	if !l.Sorted {
		if err := w.run(l.truncate, w.session, c.Len); err != nil {
			return err
		}
	}
	return w.index(l, c)
}

// joins says whether a table that is not sorted has no hole after the change: every place behind its rows of
// before is filled.
func (w *batchWriter) joins(l *layout, c *store.Change) error {
	var length int
	if err := w.one(l.length, []any{w.session}, &length); err != nil {
		return err
	}
	fresh := 0
	for _, at := range c.At {
		if at >= length {
			fresh++
		}
	}
	if length+fresh < c.Len {
		return fmt.Errorf("%w: %d rows, of which %d are neither stored nor in the batch", store.ErrInvalid, c.Len, c.Len-length-fresh)
	}
	return nil
}

// value is a cell as it is bound.
func value(t tables.Type, c *tables.Cell) any {
	switch {
	case !c.Known:
		return nil
	case t == tables.String:
		return store.Text(c.S)
	case t == tables.Float:
		return c.F
	}
	return c.N
}

// putSession writes the session itself and gives it the next version.
func (s *Store) putSession(c *change, b *store.Batch, was standing, stored bool) (int64, error) {
	version, err := c.nextVersion()
	if err != nil {
		return 0, err
	}
	number, id := was.number, was.id
	if !stored || b.Rename || !store.KeepsID(id, &b.Session) {
		if id, err = c.freeID(b, number); err != nil {
			return 0, err
		}
	}
	// A log that has ended stays so, whoever sends its whole again.
	whole := b.Ended || was.whole && !b.Replace && was.offset == b.Offset
	row := store.SessionCells(b.Session)
	args := []any{id, b.Simulated, store.Text(b.Source), store.Text(b.Log), int64(b.Offset), version, whole, time.Now().UnixMilli()}
	d := tables.Sessions.Describe()
	for i := range d.Columns {
		args = append(args, value(d.Columns[i].Type, &row[i]))
	}
	if stored {
		err = c.run(updateSession, append(args, number)...)
	} else {
		err = c.one(insertSession, args, &number)
	}
	if err != nil {
		return 0, err
	}
	if err := c.run(linkRaces+" WHERE number = ?", number); err != nil {
		return 0, err
	}
	return number, c.indexEntries(number, store.SessionEntries(&b.Session, id, b.Simulated))
}

// sessionColumns are the columns of table sessions in the order of its description.
func sessionColumns() []string {
	d := tables.Sessions.Describe()
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	return names
}

var (
	ownColumns    = []string{"id", "simulated", "source", "log", "log_offset", "version", "whole", "changed"}
	insertSession = insertInto("sessions", slices.Concat(ownColumns, sessionColumns())) + " RETURNING number"
	updateSession = update("sessions", slices.Concat(ownColumns, sessionColumns())) + " WHERE number = ?"
)

// linkRaces gives sessions the race of their season and round.
const linkRaces = "UPDATE sessions SET race_id = (SELECT min(r.id) FROM races r WHERE r.season = sessions.season AND r.round = sessions.round)"

func (c *change) nextVersion() (version int64, err error) {
	err = c.one("UPDATE versions SET last = last + 1 RETURNING last", nil, &version)
	return version, err
}

// end marks a session as stored to its end.
func (c *change) end(number int64) error {
	version, err := c.nextVersion()
	if err != nil {
		return err
	}
	return c.run("UPDATE sessions SET whole = 1, version = ?, changed = ? WHERE number = ?", version, time.Now().UnixMilli(), number)
}

// freeID is the first candidate that no other session is known by.
func (c *change) freeID(b *store.Batch, number int64) (string, error) {
	for id := range store.CandidateIDs(&b.Session) {
		var taken bool
		if err := c.one("SELECT EXISTS (SELECT 1 FROM sessions WHERE number <> ?1 AND (id = ?2 OR session_key = ?2))", []any{number, id}, &taken); err != nil {
			return "", err
		}
		if !taken {
			return id, nil
		}
	}
	return "", errors.New("no id") // candidates do not end
}

// Remove forgets a session, its rows and its classifications.
func (s *Store) Remove(ctx context.Context, session string) error {
	err := s.change(ctx, onDisk, func(c *change) error {
		key := session
		err := c.one("SELECT session_key FROM sessions WHERE session_key = ?1 OR id = ?1 ORDER BY session_key <> ?1", []any{session}, &key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		gone := int64(0)
		for _, query := range []string{"DELETE FROM result_versions WHERE session_key = ?", "DELETE FROM sessions WHERE session_key = ?"} {
			stmt, err := c.stmt(query)
			if err != nil {
				return err
			}
			done, err := stmt.ExecContext(context.Background(), key)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			gone += n
		}
		if gone == 0 {
			return store.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store/sqlite: remove %s: %w", session, err)
	}
	return nil
}
