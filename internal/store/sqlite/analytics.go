package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"

	"pitwall.live/internal/analytics"
)

// askTimeout bounds one question.
const askTimeout = time.Minute

// Dialect is how SQLite spells what differs between engines. Tables lie by the number of their session here, and only
// sessions that have ended are asked about: what is known of one that goes on is told by who knows the viewer's clock.
func (s *Store) Dialect() analytics.Dialect {
	return analytics.Dialect{
		Name:     "sqlite",
		Session:  "session",
		First:    "CROSS", // sessions are few, and laps of some lie together
		Argument: func(name, _ string) string { return ":" + name },
		Quantile: func(x string, p float64) string { return fmt.Sprintf("quantile(%s, %g)", x, p) },
		Millis:   func(x string) string { return x },
		Table: func(name string) string {
			if name == "sessions" {
				return "(SELECT number AS session, session_key, season, round, event, circuit_id, type, name, date_start, date_end, status, total_laps, simulated FROM sessions WHERE whole = 1)"
			}
			return storageName(name)
		},
	}
}

// Query runs one SELECT on a connection that can not write and gives its rows: nil, int64, float64 or string a
// cell, in memory that the next row overwrites. It ends with ctx, and after a minute. An error is the last thing
// given.
func (s *Store) Query(ctx context.Context, text string, args map[string]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		ctx, cancel := context.WithTimeout(ctx, askTimeout)
		defer cancel()
		more := true
		err := s.ask(ctx, text, args, func(row []any) bool {
			more = yield(row, nil)
			return more
		})
		if err != nil && more {
			if ended := ctx.Err(); ended != nil {
				err = ended // SQLite says only that it was interrupted
			}
			yield(nil, fmt.Errorf("store/sqlite: %w", told(err)))
		}
	}
}

// Samples gives the samples of cars in spans, from their chunks.
func (s *Store) Samples(ctx context.Context, spans []analytics.Span) ([]analytics.Samples, error) {
	return analytics.SamplesOf(ctx, s, spans)
}

func (s *Store) ask(ctx context.Context, text string, args map[string]any, yield func([]any) bool) (err error) {
	if err := oneSelect(text); err != nil {
		return err
	}
	named := make([]any, 0, len(args))
	for name, v := range args {
		switch v.(type) {
		case nil, int64, float64, string:
			named = append(named, sql.Named(name, v))
		default:
			return fmt.Errorf("argument %s is a %T", name, v)
		}
	}
	rows, err := s.readers.QueryContext(ctx, text, named...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if !yield(row) {
			return nil
		}
	}
	return rows.Err()
}

// oneSelect refuses what is not one SELECT. The connection can not write; it could be told otherwise by a PRAGMA.
func oneSelect(text string) error {
	words := strings.Fields(text)
	if len(words) == 0 || !slices.Contains([]string{"SELECT", "WITH"}, strings.ToUpper(words[0])) || strings.Contains(text, ";") {
		return errors.New("only one SELECT is run")
	}
	return nil
}

// connector opens connections of a driver of ours, so that its functions are there and nobody else's driver is
// changed.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

// Connect implements driver.Connector.
func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return c.driver }

// openReaders opens the connections that questions are asked on: SQLite has no quantiles of its own.
func openReaders(path string, wait time.Duration) (*sql.DB, error) {
	d := &sqlite.Driver{}
	err := d.RegisterFunction("quantile", &sqlite.FunctionImpl{
		NArgs: 2, Deterministic: true,
		MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &quantile{sorted: true}, nil },
	})
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(&connector{d, dsn(path, wait, true)}), nil
}

// quantile is the aggregate quantile(x, p): the value below which the share p of the known ones lies, interpolated
// between the two next to it. Without known values it is unknown.
type quantile struct {
	values []float64
	p      float64
	sorted bool
}

// Step implements sqlite.AggregateFunction.
func (q *quantile) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	p, ok := args[1].(float64)
	if !ok || !(p >= 0 && p <= 1) {
		return fmt.Errorf("quantile: the share is %v, not a fraction from 0.0 to 1.0", args[1])
	}
	q.p = p
	switch x := args[0].(type) {
	case nil:
	case int64:
		q.values = append(q.values, float64(x))
	case float64:
		q.values = append(q.values, x)
	default:
		return fmt.Errorf("quantile: %T is no number", x)
	}
	q.sorted = false
	return nil
}

// WindowInverse implements sqlite.AggregateFunction: taking a value out again.
func (q *quantile) WindowInverse(_ *sqlite.FunctionContext, args []driver.Value) error {
	var x float64
	switch v := args[0].(type) {
	case nil:
		return nil
	case int64:
		x = float64(v)
	case float64:
		x = v
	}
	if i := slices.Index(q.values, x); i >= 0 {
		q.values = slices.Delete(q.values, i, i+1)
	}
	return nil
}

// WindowValue implements sqlite.AggregateFunction.
func (q *quantile) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if len(q.values) == 0 {
		return nil, nil
	}
	if !q.sorted {
		slices.Sort(q.values)
		q.sorted = true
	}
	at := q.p * float64(len(q.values)-1)
	i := int(at)
	if i+1 >= len(q.values) {
		return q.values[len(q.values)-1], nil
	}
	return q.values[i] + (at-float64(i))*(q.values[i+1]-q.values[i]), nil
}

// Final implements sqlite.AggregateFunction.
func (q *quantile) Final(*sqlite.FunctionContext) {}
