package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Source is the store of record.
type Source interface {
	Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error)
	Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error]
}

// Sync brings every session here to the state it has in the source, and forgets those that the source does not
// have any more. Sessions that still grow are left until they have not changed for settle. It returns how many
// were loaded; done is called after each.
func (s *Store) Sync(ctx context.Context, from Source, settle time.Duration, done func(session string, rows int)) (int, error) {
	there, err := from.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		return 0, err
	}
	here, err := s.loaded(ctx)
	if err != nil {
		return 0, fmt.Errorf("store/clickhouse: sessions that are loaded: %w", err)
	}
	n := 0
	for i := range there {
		about := &there[i]
		state, ok := here[about.SessionKey]
		delete(here, about.SessionKey)
		if ok && state == stateOf(about) || !about.Whole && time.Since(about.Changed) < settle {
			continue
		}
		rows, err := s.Load(ctx, from, about)
		if err != nil {
			return n, err
		}
		n++
		if done != nil {
			done(about.SessionKey, rows)
		}
	}
	for key := range here {
		if err := s.forget(ctx, key); err != nil {
			return n, fmt.Errorf("store/clickhouse: forget %s: %w", key, err)
		}
	}
	return n, nil
}

// state is what tells one state of a session in the store of record from another. A store that was restored counts
// versions anew: the moment of the change tells its fifth from that of the store before.
type state struct{ version, changed int64 }

func stateOf(about *store.Session) state { return state{about.Version, about.Changed.UnixMilli()} }

// loaded are the states of the sessions that are here.
func (s *Store) loaded(ctx context.Context) (map[string]state, error) {
	states := map[string]state{}
	for row, err := range s.Query(ctx, "SELECT session_key, argMax(version, (load, at)), argMax(changed, (load, at)) FROM loaded GROUP BY session_key", nil) {
		if err != nil {
			return nil, err
		}
		key, _ := row[0].(string)
		version, _ := row[1].(int64)
		changed, _ := row[2].(int64)
		states[key] = state{version, changed}
	}
	return states, nil
}

// Load copies a session and makes the copy the one that is read. Of two that load the same session at once the
// later one wins; both are whole.
func (s *Store) Load(ctx context.Context, from Source, about *store.Session) (rows int, err error) {
	load := time.Now().UnixNano()
	for _, d := range tables.All() {
		n, err := s.insert(ctx, from, &d, about.SessionKey, load)
		if err != nil {
			return rows, fmt.Errorf("store/clickhouse: load %s of %s: %w", d.Name, about.SessionKey, err)
		}
		rows += n
	}
	of := stateOf(about)
	args := map[string]any{"key": about.SessionKey, "version": of.version, "changed": of.changed, "load": load, "simulated": int64(0)}
	if about.Simulated {
		args["simulated"] = int64(1)
	}
	if err := s.exec(ctx, "INSERT INTO loaded (session_key, version, changed, load, simulated) SELECT {key:String}, {version:Int64}, {changed:Int64}, {load:UInt64}, {simulated:UInt8}", args, nil); err != nil {
		return rows, fmt.Errorf("store/clickhouse: load %s: %w", about.SessionKey, err)
	}
	return rows, s.tidy(ctx, about.SessionKey)
}

// tidy removes the rows of loads that are not read any more: earlier ones, those that were cut, and this one when
// another was quicker. A load that is still coming is later than the newest one and stays.
func (s *Store) tidy(ctx context.Context, key string) error {
	args := map[string]any{"key": key}
	for row, err := range s.Query(ctx, "SELECT max(load) FROM loaded WHERE session_key = {key:String}", args) {
		if err != nil {
			return fmt.Errorf("store/clickhouse: newest load of %s: %w", key, err)
		}
		args["load"] = row[0]
	}
	// Deleting is costly, also where there is nothing: it is looked for first.
	const earlier = " WHERE session_key = {key:String} AND load < {load:UInt64}"
	var counts, old []string
	for _, name := range tables.Names() {
		counts = append(counts, "SELECT '"+name+"' AS name, count() AS n FROM "+name+earlier)
	}
	for row, err := range s.Query(ctx, "SELECT name FROM ("+strings.Join(counts, " UNION ALL ")+") WHERE n > 0", args) {
		if err != nil {
			return fmt.Errorf("store/clickhouse: earlier rows of %s: %w", key, err)
		}
		name, _ := row[0].(string)
		old = append(old, name)
	}
	for _, name := range old {
		if err := s.exec(ctx, "DELETE FROM "+name+earlier, args, nil); err != nil {
			return fmt.Errorf("store/clickhouse: earlier rows of %s in %s: %w", key, name, err)
		}
	}
	return nil
}

// insert streams the rows of one table as Parquet.
func (s *Store) insert(ctx context.Context, from Source, d *tables.Description, key string, load int64) (n int, err error) {
	next, stop := iter.Pull2(from.Rows(ctx, &store.Query{Session: key, Table: d.Name}))
	defer stop()
	first, err, more := next()
	if err != nil || !more {
		return 0, err
	}
	var failed error // while reading; the writer of Parquet only knows that the rows ended
	rows := func(yield func(tables.Row) bool) {
		for r := first; more; r, failed, more = next() {
			if failed != nil || !yield(r.Cells) {
				return
			}
		}
	}
	r, w := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		var err error
		n, err = d.Write(w, tables.Parquet, rows)
		w.CloseWithError(errors.Join(err, failed)) // never fails
	}()
	err = s.exec(ctx, insertOf(d), map[string]any{"load": load}, r)
	err = errors.Join(err, r.Close())
	<-written
	return n, err
}

// insertOf is the statement that takes a Parquet file of the table: its columns, and the number of the load.
func insertOf(d *tables.Description) string {
	var names, shape []string
	for i := range d.Columns {
		c := &d.Columns[i]
		names = append(names, quoted(c.Name))
		shape = append(shape, c.Name+" "+strings.ReplaceAll(typeOf(c), "'", `\'`))
	}
	list := strings.Join(names, ", ")
	return fmt.Sprintf("INSERT INTO %s (%s, load) SELECT %s, {load:UInt64} FROM input('%s') FORMAT Parquet", d.Name, list, list, strings.Join(shape, ", "))
}

// forget removes a session, first from sight.
func (s *Store) forget(ctx context.Context, key string) error {
	for _, table := range append([]string{"loaded"}, tables.Names()...) {
		if err := s.exec(ctx, "DELETE FROM "+table+" WHERE session_key = {key:String}", map[string]any{"key": key}, nil); err != nil {
			return err
		}
	}
	return nil
}
