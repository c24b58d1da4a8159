package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// writer is the one connection that changes the database, with its statements. Whoever holds the token uses it.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	token chan struct{}
	stmts map[string]*sql.Stmt
}

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{db: db, conn: conn, token: make(chan struct{}, 1), stmts: map[string]*sql.Stmt{}}, nil
}

func (w *writer) close() error {
	w.token <- struct{}{} // never given back: nobody writes from now on
	var errs []error
	for _, stmt := range w.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// change is a transaction. Its statements are not cut short by a context, since each would start a goroutine to
// watch it; long work asks live() in between.
type change struct {
	w    *writer
	live func() error
}

// durability says when a change is acknowledged.
type durability string

const (
	inLog  durability = "NORMAL" // with the operating system: a log can give it again
	onDisk durability = "FULL"
)

// change runs do in a transaction: all of what it does is kept, or nothing when it fails.
func (s *Store) change(ctx context.Context, d durability, do func(*change) error) (err error) {
	select {
	case s.writer.token <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.writer.token }()
	c := &change{w: s.writer, live: ctx.Err}
	if err := c.run("PRAGMA synchronous = " + string(d)); err != nil {
		return told(err)
	}
	if err := c.run("BEGIN IMMEDIATE"); err != nil {
		return told(err)
	}
	if err = do(c); err == nil {
		err = c.live()
	}
	if err == nil {
		err = c.run("COMMIT")
	}
	if err != nil {
		// SQLite has rolled back by itself after some errors, and then says that there is nothing to roll back.
		if undo := c.run("ROLLBACK"); undo != nil && !rolledBack(undo) {
			err = errors.Join(err, undo)
		}
		return told(err)
	}
	return nil
}

// stmt prepares a statement once.
func (c *change) stmt(query string) (*sql.Stmt, error) {
	if stmt := c.w.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := c.w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	c.w.stmts[query] = stmt
	return stmt, nil
}

func (c *change) run(query string, args ...any) error {
	stmt, err := c.stmt(query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(context.Background(), args...)
	return err
}

// one scans the one row of a query. sql.ErrNoRows when there is none.
func (c *change) one(query string, args []any, into ...any) error {
	stmt, err := c.stmt(query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(context.Background(), args...).Scan(into...)
}

// each hands every row of a query to do, which scans it.
func (c *change) each(query string, args []any, do func(*sql.Rows) error) (err error) {
	stmt, err := c.stmt(query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	return drain(rows, do)
}

// drain hands every row to do and closes rows.
func drain(rows *sql.Rows, do func(*sql.Rows) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
