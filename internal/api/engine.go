package api

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/store"
)

// Engines finds what answers questions over seasons, for one request. The version is another one whenever the engine
// has other sessions than before; it is "" where the engine is the store itself.
type Engines func(ctx context.Context) (e analytics.Engine, version string, err error)

// WithEngine has questions over seasons answered by an engine other than the store.
func WithEngine(find Engines) Option { return func(a *api) { a.engines = find } }

// openedLate is a store that is opened when it can be.
type openedLate interface {
	Opened(ctx context.Context) (store.Store, error)
}

// engine is what answers questions: the one that was named, else the store where it can.
func (a *api) engine(ctx context.Context) (analytics.Engine, string, error) {
	if a.engines != nil {
		return a.engines(ctx)
	}
	var from any = a.store
	if late, ok := from.(openedLate); ok {
		st, err := late.Opened(ctx)
		if err != nil {
			return nil, "", err
		}
		from = st
	}
	if e, ok := from.(analytics.Engine); ok {
		return e, "", nil
	}
	return nil, "", plain(http.StatusServiceUnavailable,
		"nothing here answers questions over seasons: a store sqlite:PATH does by itself, with any other one start the server with --clickhouse URL")
}

// veiled is an engine that does not see some sessions.
type veiled struct {
	analytics.Engine
	hidden string // their keys, see keySeparator
}

// hiddenArgument is the name under which a query is given the keys.
const hiddenArgument = "hidden_sessions"

// Dialect implements analytics.Engine. Every question joins table sessions, so that what is not in it counts nowhere.
func (v veiled) Dialect() analytics.Dialect {
	d := v.Engine.Dialect()
	table := d.Table
	d.Table = func(name string) string {
		if name != "sessions" {
			return table(name)
		}
		return fmt.Sprintf("(SELECT * FROM %s WHERE instr(%s, '%s' || session_key || '%s') = 0)",
			table(name), d.Argument(hiddenArgument, "String"), keySeparator, keySeparator)
	}
	return d
}

// Query implements analytics.Engine.
func (v veiled) Query(ctx context.Context, sql string, args map[string]any) iter.Seq2[[]any, error] {
	with := make(map[string]any, len(args)+1)
	for name, value := range args {
		with[name] = value
	}
	with[hiddenArgument] = v.hidden
	return v.Engine.Query(ctx, sql, with)
}

// Samples implements analytics.Sampler: the laps they are asked for were found by Query.
func (v veiled) Samples(ctx context.Context, spans []analytics.Span) ([]analytics.Samples, error) {
	s, ok := v.Engine.(analytics.Sampler)
	if !ok {
		return nil, fmt.Errorf("%w: %s has no samples", analytics.ErrInvalid, v.Engine.Dialect().Name)
	}
	return s.Samples(ctx, spans)
}
