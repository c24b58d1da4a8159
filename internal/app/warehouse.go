package app

import (
	"context"
	"strconv"
	"sync"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/api"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/clickhouse"
)

// clickHouseFlags say where questions over seasons are asked.
type clickHouseFlags struct {
	ClickHouse string `name:"clickhouse" help:"ClickHouse that answers questions over seasons: http://USER:PASSWORD@HOST:8123/NAME. What has ended in the store is loaded there every minute. Without: the store answers, where it can." placeholder:"URL"`
}

// loadEvery is how often ClickHouse is brought up to date.
const loadEvery = time.Minute

// warehouse is the ClickHouse of a server. It need not be there when the server starts.
type warehouse struct {
	url string

	mu      sync.Mutex
	opened  *clickhouse.Store
	version string // when it got other sessions last; "": not yet
	held    int    // sessions that the store had then
}

// warehouse is that of a server; nil where none is meant. Only sessions that are stored can be loaded.
func (f clickHouseFlags) warehouse(k *keeping) (*warehouse, error) {
	switch {
	case f.ClickHouse == "":
		return nil, nil
	case k == nil:
		return nil, usage("--clickhouse: it is loaded from a store, and --store is none")
	}
	return &warehouse{url: f.ClickHouse}, nil
}

// open opens ClickHouse, where that was not done yet.
func (w *warehouse) open(ctx context.Context) (*clickhouse.Store, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.opened == nil {
		st, err := clickhouse.Open(ctx, clickhouse.Config{URL: w.url})
		if err != nil {
			return nil, err
		}
		w.opened = st
	}
	return w.opened, nil
}

// engine implements api.Engines.
func (w *warehouse) engine(ctx context.Context) (analytics.Engine, string, error) {
	st, err := w.open(ctx)
	if err != nil {
		return nil, "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return st, w.version, nil
}

var _ api.Engines = (*warehouse)(nil).engine

// load brings ClickHouse to what the store has.
func (w *warehouse) load(ctx context.Context, from clickhouse.Source) (int, error) {
	st, err := w.open(ctx)
	if err != nil {
		return 0, err
	}
	there, err := from.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		return 0, err
	}
	n, err := st.Sync(ctx, from, settled, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	if n > 0 || err != nil || w.version == "" || w.held != len(there) {
		w.version, w.held = strconv.FormatInt(time.Now().UnixNano(), 36), len(there)
	}
	return n, err
}

// run loads until ctx ends. What does not work is tried again.
func (w *warehouse) run(ctx context.Context, s *server) error {
	tick := time.NewTicker(loadEvery)
	defer tick.Stop()
	trouble := ""
	for {
		n, err := w.load(ctx, s.keeping)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && err.Error() != trouble:
			trouble = err.Error()
			s.env.log.Warn("sessions can not be loaded into ClickHouse; it is tried again every minute", "error", err)
		case err == nil:
			if trouble != "" {
				s.env.log.Info("ClickHouse is loaded again")
			}
			trouble = ""
			if n > 0 {
				s.env.log.Info("sessions loaded into ClickHouse", "sessions", n)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// close lets go of the connections.
func (w *warehouse) close() error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.opened == nil {
		return nil
	}
	return w.opened.Close()
}
