package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"pitwall.live/internal/tables"
)

// limits of a query: a store must not be asked for more than it can answer.
const (
	maxConditions = 16
	maxValues     = 200
)

// Check holds a query to the table it asks, and returns the table and the cells of the cursor: those of the
// key of a sorted table without session_key, else the number of the row. Without a cursor they are nil.
func (q *Query) Check() (d tables.Description, after []tables.Cell, err error) {
	if d, err = tables.Find(q.Table); err != nil {
		return d, nil, fmt.Errorf("%w query: no table %q", ErrInvalid, q.Table)
	}
	if q.Session == "" || q.Limit < 0 || len(q.Where) > maxConditions {
		return d, nil, fmt.Errorf("%w query of %s: it needs a session, a limit that is not negative and at most %d conditions", ErrInvalid, q.Table, maxConditions)
	}
	for _, c := range q.Where {
		i := d.Index(c.Column)
		switch {
		case i < 0:
			return d, nil, fmt.Errorf("%w query: %s has no column %q", ErrInvalid, q.Table, c.Column)
		case len(c.Values) == 0 || len(c.Values) > maxValues || c.Op != In && len(c.Values) != 1:
			return d, nil, fmt.Errorf("%w query: %s.%s is compared with %d values", ErrInvalid, q.Table, c.Column, len(c.Values))
		case c.Op == Prefix && d.Columns[i].Type != tables.String:
			return d, nil, fmt.Errorf("%w query: %s.%s is no text", ErrInvalid, q.Table, c.Column)
		case c.Op > Prefix:
			return d, nil, fmt.Errorf("%w query: operator %d", ErrInvalid, c.Op)
		case slices.ContainsFunc(c.Values, func(v tables.Cell) bool { return !v.Known }):
			return d, nil, fmt.Errorf("%w query: %s.%s is compared with an unknown", ErrInvalid, q.Table, c.Column)
		}
	}
	if q.After != "" {
		if after, err = parseCursor(&d, q.After); err != nil {
			return d, nil, err
		}
	}
	return d, after, nil
}

// Order are the columns that give a sorted table its order within a session: its key without session_key. A
// table that is not sorted is in order of its rows' numbers.
func Order(d *tables.Description) []tables.Column {
	if !d.Sorted {
		return nil
	}
	var key []tables.Column
	for _, c := range d.Columns {
		if c.Key && c.Name != "session_key" {
			key = append(key, c)
		}
	}
	return key
}

// CursorOf names the place behind a row for [Query.After]. Its text means nothing to callers.
func CursorOf(d *tables.Description, r Row) string {
	var place []any
	if !d.Sorted {
		place = []any{r.N}
	}
	for _, c := range Order(d) {
		v := r.Cells[d.Index(c.Name)]
		if c.Type == tables.String {
			place = append(place, v.S)
		} else {
			place = append(place, v.N)
		}
	}
	b, err := json.Marshal(place)
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(d *tables.Description, text string) ([]tables.Cell, error) {
	wrong := fmt.Errorf("%w query of %s: cursor %.80q is none of ours", ErrInvalid, d.Name, text)
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, wrong
	}
	var place []json.RawMessage
	if json.Unmarshal(b, &place) != nil {
		return nil, wrong
	}
	order := Order(d)
	if !d.Sorted {
		order = []tables.Column{{Name: "n", Type: tables.Int}}
	}
	if len(place) != len(order) {
		return nil, wrong
	}
	cells := make([]tables.Cell, len(order))
	for i, c := range order {
		cells[i].Known = true
		if c.Type == tables.String {
			err = json.Unmarshal(place[i], &cells[i].S)
		} else {
			err = json.Unmarshal(place[i], &cells[i].N)
		}
		if err != nil {
			return nil, wrong
		}
	}
	return cells, nil
}
