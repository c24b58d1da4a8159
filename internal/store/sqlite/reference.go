package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

const (
	putCircuit = "INSERT INTO circuits (id, name, country, length) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET " +
		"name = excluded.name, country = excluded.country, length = excluded.length"
	putDriver = "INSERT INTO drivers (id, name, nationality, number) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET " +
		"name = excluded.name, nationality = excluded.nationality, number = excluded.number"
	putConstructor = "INSERT INTO constructors (id, name, nationality, color) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET " +
		"name = excluded.name, nationality = excluded.nationality, color = excluded.color"
	putRace = "INSERT INTO races (id, season, round, circuit_id, name, date) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET " +
		"season = excluded.season, round = excluded.round, circuit_id = excluded.circuit_id, name = excluded.name, date = excluded.date"
)

// PutReference adds to the reference data. A race's circuit must be there or come with it.
func (s *Store) PutReference(ctx context.Context, r *store.Reference) error {
	err := r.Check()
	if err == nil {
		err = s.change(ctx, onDisk, func(c *change) error { return putReference(c, r) })
	}
	if err != nil {
		return fmt.Errorf("store/sqlite: put reference data: %w", err)
	}
	return nil
}

func putReference(c *change, r *store.Reference) error {
	for _, x := range r.Circuits {
		if err := c.run(putCircuit, x.ID, store.Text(x.Name), store.Text(x.Country), known(x.Length)); err != nil {
			return err
		}
	}
	for _, x := range r.Drivers {
		if err := c.run(putDriver, x.ID, store.Text(x.Name), store.Text(x.Nationality), known(x.Number)); err != nil {
			return err
		}
	}
	for _, x := range r.Constructors {
		if err := c.run(putConstructor, x.ID, store.Text(x.Name), store.Text(x.Nationality), store.Text(x.Colour)); err != nil {
			return err
		}
	}
	for _, x := range r.Races {
		if x.CircuitID != "" {
			var there bool
			if err := c.one("SELECT EXISTS (SELECT 1 FROM circuits WHERE id = ?)", []any{x.CircuitID}, &there); err != nil {
				return err
			}
			if !there {
				return fmt.Errorf("%w: race %s is at circuit %q, which is not there", store.ErrInvalid, x.ID, x.CircuitID)
			}
		}
		circuit := sql.NullString{String: x.CircuitID, Valid: x.CircuitID != ""}
		date := sql.NullInt64{Int64: x.Date.UnixMilli(), Valid: !x.Date.IsZero()}
		if err := c.run(putRace, x.ID, x.Season, x.Round, circuit, store.Text(x.Name), date); err != nil {
			return err
		}
	}
	if len(r.Races) > 0 {
		if err := c.run(linkRaces); err != nil {
			return err
		}
	}
	return c.indexReference(store.ReferenceEntries(r))
}

// known is a value or NULL.
func known[T any](o f1.Opt[T]) any {
	if !o.Known {
		return nil
	}
	return o.Value
}

// Reference is all reference data.
func (s *Store) Reference(ctx context.Context) (store.Reference, error) {
	r, err := s.reference(ctx)
	if err != nil {
		return store.Reference{}, fmt.Errorf("store/sqlite: reference data: %w", told(err))
	}
	return r, nil
}

func (s *Store) reference(ctx context.Context) (r store.Reference, err error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one state for all lists
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	list := func(query string, do func(*sql.Rows) error) error {
		rows, err := tx.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		return drain(rows, do)
	}
	err = list("SELECT id, name, country, length FROM circuits ORDER BY id", func(rows *sql.Rows) error {
		var c store.Circuit
		var length sql.Null[float64]
		err := rows.Scan(&c.ID, &c.Name, &c.Country, &length)
		c.Length = f1.Opt[float64]{Known: length.Valid, Value: length.V}
		r.Circuits = append(r.Circuits, c)
		return err
	})
	if err != nil {
		return r, err
	}
	err = list("SELECT id, name, nationality, number FROM drivers ORDER BY id", func(rows *sql.Rows) error {
		var d store.Driver
		var number sql.Null[int]
		err := rows.Scan(&d.ID, &d.Name, &d.Nationality, &number)
		d.Number = f1.Opt[int]{Known: number.Valid, Value: number.V}
		r.Drivers = append(r.Drivers, d)
		return err
	})
	if err != nil {
		return r, err
	}
	err = list("SELECT id, name, nationality, color FROM constructors ORDER BY id", func(rows *sql.Rows) error {
		var c store.Constructor
		err := rows.Scan(&c.ID, &c.Name, &c.Nationality, &c.Colour)
		r.Constructors = append(r.Constructors, c)
		return err
	})
	if err != nil {
		return r, err
	}
	return r, list(selectRaces+" ORDER BY season, round, id", func(rows *sql.Rows) error {
		x, err := scanRace(rows)
		r.Races = append(r.Races, x)
		return err
	})
}

const selectRaces = "SELECT id, season, round, coalesce(circuit_id, ''), name, date FROM races"

// scanRace reads a row of selectRaces.
func scanRace(rows *sql.Rows) (x store.Race, err error) {
	var date sql.Null[int64]
	err = rows.Scan(&x.ID, &x.Season, &x.Round, &x.CircuitID, &x.Name, &date)
	if date.Valid {
		x.Date = time.UnixMilli(date.V).UTC()
	}
	return x, err
}

// races are those of a season.
func (s *Store) races(ctx context.Context, season int) (all []store.Race, err error) {
	rows, err := s.readers.QueryContext(ctx, selectRaces+" WHERE season = ? ORDER BY round, id", season)
	if err != nil {
		return nil, err
	}
	err = drain(rows, func(r *sql.Rows) error {
		x, err := scanRace(r)
		all = append(all, x)
		return err
	})
	return all, err
}
