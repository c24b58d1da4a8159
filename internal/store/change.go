package store

import (
	"errors"
	"fmt"

	"pitwall.live/internal/tables"
)

// check holds a change to its table: rows of its width and of this session, named by a key that is known or by
// places that a table of Len rows has. That no place stays empty only the store can say.
func (c *Change) check(d *tables.Description, session string) error {
	for _, rows := range [][]tables.Row{c.Rows, c.Gone} {
		for _, row := range rows {
			if err := checkRow(d, row, session); err != nil {
				return err
			}
		}
	}
	if d.Sorted {
		return nil
	}
	if len(c.At) != len(c.Rows) {
		return fmt.Errorf("%d rows at %d places", len(c.Rows), len(c.At))
	}
	if len(c.Gone) > 0 {
		return errors.New("rows are gone by their keys, and the table has none")
	}
	seen := make(map[int]struct{}, len(c.At))
	for _, n := range c.At {
		if _, twice := seen[n]; twice || n < 0 || n >= c.Len {
			return fmt.Errorf("a row at place %d of %d, or two", n, c.Len)
		}
		seen[n] = struct{}{}
	}
	return nil
}

func checkRow(d *tables.Description, row tables.Row, session string) error {
	if len(row) != len(d.Columns) {
		return fmt.Errorf("a row of %d cells, the table has %d", len(row), len(d.Columns))
	}
	for i, column := range d.Columns {
		switch {
		case column.Name == "session_key" && row[i].S != session:
			return fmt.Errorf("a row of session %q", row[i].S)
		case column.Key && d.Sorted && !row[i].Known:
			return fmt.Errorf("a row without %s", column.Name)
		}
	}
	return nil
}
