package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"pitwall.live/internal/store/clickhouse"
	"pitwall.live/internal/wire"
)

// copyFlags say where sessions are copied to for questions over seasons.
type copyFlags struct {
	ClickHouse string `name:"clickhouse" help:"ClickHouse that stored sessions are copied to, and that is asked about seasons: http://USER@HOST:8123/NAME. Without: the store is asked." placeholder:"URL"`
}

// copying keeps the sessions of a store in ClickHouse too.
type copying struct {
	env  *env
	from *keeping
	cfg  clickhouse.Config
	// engine is what answered when the server started; nil: nothing did, and the store is asked.
	engine *clickhouse.Store

	mu      sync.Mutex
	to      *clickhouse.Store
	trouble string
}

// copyEvery is how often the copy is compared with the store, copyWait how long a server that starts waits for it.
const (
	copyEvery = time.Minute
	copyWait  = 5 * time.Second
)

// openCopy makes the copier of a server; nil when there is none. A ClickHouse that does not answer is tried again later.
func (f copyFlags) openCopy(e *env, k *keeping) (*copying, error) {
	if f.ClickHouse == "" {
		return nil, nil
	}
	if k == nil {
		return nil, usage("--clickhouse is a copy of the store, and there is none")
	}
	c := &copying{env: e, from: k, cfg: clickhouse.Config{URL: f.ClickHouse}}
	ctx, cancel := context.WithTimeout(e.ctx, copyWait)
	defer cancel()
	to, err := clickhouse.Open(ctx, c.cfg)
	c.tell(err)
	if err == nil {
		c.engine, c.to = to, to
	}
	return c, nil
}

// run copies until ctx ends.
func (c *copying) run(ctx context.Context) error {
	for {
		err := c.once(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // called off
		}
		c.tell(err)
		if !pause(ctx, copyEvery) {
			return nil
		}
	}
}

// once brings the copy up to the store.
func (c *copying) once(ctx context.Context) error {
	to := c.store()
	if to == nil {
		var err error
		if to, err = clickhouse.Open(ctx, c.cfg); err != nil {
			return err
		}
		c.mu.Lock()
		c.to = to
		c.mu.Unlock()
	}
	_, err := to.Sync(ctx, c.from, settled, func(session string, rows int) {
		c.env.log.Info("session copied into ClickHouse", "session", session, "rows", rows)
	})
	return err
}

func (c *copying) store() *clickhouse.Store {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.to
}

// tell notes whether it works, and logs when that changes.
func (c *copying) tell(err error) {
	c.mu.Lock()
	was := c.trouble
	c.trouble = ""
	if err != nil {
		c.trouble = err.Error()
	}
	c.mu.Unlock()
	switch {
	case err != nil && was == "":
		c.env.log.Warn("ClickHouse does not take the sessions; it is tried again, nothing is lost", "error", err)
	case err == nil && was != "":
		c.env.log.Info("ClickHouse takes the sessions again")
	}
}

// states says how the copy is.
func (c *copying) states() []wire.StoreState {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return []wire.StoreState{{Store: "clickhouse", Working: c.trouble == "", Trouble: c.trouble, Sessions: []wire.WriterState{}}}
}

func (c *copying) close() error {
	if c == nil {
		return nil
	}
	if to := c.store(); to != nil {
		return errors.Join(to.Close())
	}
	return nil
}
