package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// fromStore reports whether the session is to be read from the store: as said, or when there is neither a file nor a
// log of that name and a store is there.
func (c exportCmd) fromStore() bool {
	if c.From != "auto" {
		return c.From == "store"
	}
	_, err := os.Stat(stored(c.Path, c.Data))
	return errors.Is(err, fs.ErrNotExist) && c.there(c.Data)
}

// exportStored writes tables of a session of the store, which is named by key or id.
func (c exportCmd) exportStored(e *env, names []string, format tables.Format) (err error) {
	name := filepath.Base(c.Path)
	if !c.there(c.Data) {
		return fmt.Errorf("export %s: there is no store in %s (name another with --store)", name, c.Data)
	}
	k, err := c.open(e, c.Data)
	if err != nil {
		return err
	}
	if k == nil {
		return usage("--from store: --store none is none")
	}
	defer func() { err = errors.Join(err, k.close()) }()
	session, err := k.Find(e.ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("export: %s is neither a recording, nor the key of a session in %s, nor in the store", name, c.Data)
	}
	if err != nil {
		return err
	}
	if c.Session != "" && c.Session != session.SessionKey {
		return usage("--session %s: %s is session %s", c.Session, name, session.SessionKey)
	}
	encode := func(w io.Writer, table string, f tables.Format) (int, error) {
		d, err := tables.Find(table)
		if err != nil {
			return 0, err
		}
		rows, failed := cellsOf(k.Rows(e.ctx, &store.Query{Session: session.SessionKey, Table: table}))
		n, err := d.Write(w, f, rows)
		return n, errors.Join(failed(), err)
	}
	for _, table := range names {
		if err := c.write(e, encode, table, format); err != nil {
			return err
		}
	}
	return nil
}

// cellsOf gives the cells of rows; failed is to be asked at the end.
func cellsOf(rows iter.Seq2[store.Row, error]) (cells iter.Seq[tables.Row], failed func() error) {
	var last error
	return func(yield func(tables.Row) bool) {
		for row, err := range rows {
			if err != nil {
				last = err
				return
			}
			if !yield(row.Cells) {
				return
			}
		}
	}, func() error { return last }
}
