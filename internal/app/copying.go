package app

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/api"
	"pitwall.live/internal/store"
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

	mu      sync.Mutex
	to      *clickhouse.Store
	trouble string
	version string // another one whenever the copy has other sessions
	held    int    // sessions that the store had then
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
		c.to = to
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
	there, err := c.from.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		return err
	}
	n, err := to.Sync(ctx, c.from, settled, func(session string, rows int) {
		c.env.log.Info("session copied into ClickHouse", "session", session, "rows", rows)
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > 0 || err != nil || c.version == "" || c.held != len(there) {
		c.version, c.held = strconv.FormatInt(time.Now().UnixNano(), 36), len(there)
	}
	return err
}

// ask finds what answers questions now: the copy or, until it has been there once, the store where that can.
func (c *copying) ask(ctx context.Context) (analytics.Engine, string, error) {
	c.mu.Lock()
	to, version := c.to, c.version
	c.mu.Unlock()
	if to != nil {
		return to, "c" + version, nil
	}
	if own, ok := c.from.Store.(analytics.Engine); ok {
		return own, "", nil
	}
	opened, err := clickhouse.Open(ctx, c.cfg)
	if err != nil {
		return nil, "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.to = opened
	return opened, "c" + c.version, nil
}

var _ api.Engines = (*copying)(nil).ask

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
