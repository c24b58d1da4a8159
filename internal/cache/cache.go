// Package cache keeps answers that many ask for: ready bytes with their content type and their
// compressed forms, so that a hot endpoint only writes. The API asks it before the stores; features and
// predictions are kept by those who compute them. It holds nothing that can not be made again.
//
// # Layers
//
// The table in class.go says for each kind of value which layers keep it and for how long: L1 the memory of
// this process (1 s to 5 s, bounded in bytes), L2 Redis (30 s to 5 min, shared by processes), L3 browsers and a
// CDN, told by headers (5 min to 1 h). [Cache.Get] asks L1, then L2, then the caller's load function. However
// many ask at once, a process runs one load a key; where the class lives in Redis, all processes together do, by
// a short lease. Errors are not kept, except [ErrNotFound] for a second.
//
// # Versions
//
// Nothing is ever deleted. A subject (a session) has a version, every key of the subject carries it, and
// [Cache.Bump] raises it: the next question has a new key, finds nothing under it and loads. What lies under old
// versions dies by its time. The rule for writers is: write first, then bump, once for each batch that was
// stored or applied, not for each message. The rule for readers is: take the key by [Cache.Key], then load. A
// load that began before a write is kept under the version from before it, which nobody asks for any more.
//
// With Redis the version is a counter there and every rise is published, so that all processes see it within a
// round trip. A process that has lost the subscription asks Redis each time. Within a process a version never
// falls, also when Redis has lost its data. Redis may evict values but must keep the counters, which have no
// time to live: use one of its volatile-* policies.
//
// # Without Redis
//
// Without an address there is L1 only. When Redis fails, the cache goes on with L1 and loads: no question waits
// longer for it than the deadline of the Config, and after the first failure none waits at all until Redis
// answers the background's ping. Versions raised meanwhile are told to Redis when it is back.
package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"
)

// ErrNotFound is returned, alone or wrapped, by a load function when there is no such value.
var ErrNotFound = errors.New("cache: not found")

// ErrClosed is returned by Get after Close.
var ErrClosed = errors.New("cache: closed")

// notFoundFor is how long the absence of a value is kept, in memory and in Redis each: long enough for a burst,
// too short to be noticed by somebody who has just made it.
const notFoundFor = time.Second

// Config sets a cache's bounds.
type Config struct {
	MemoryBytes   uint64        // of L1, variants included
	MaxEntryBytes int           // a larger value is served but not kept
	LoadTimeout   time.Duration // of one load, however long those who wait for it would wait

	RedisURL      string        // redis://, rediss:// or unix://; empty is no L2
	RedisDeadline time.Duration // the longest that a question waits for Redis
	LeaseTime     time.Duration // after which the load of a process that died may be begun by another
	LeaseWait     time.Duration // after which a process that waits for another's load does it itself

	Registerer prometheus.Registerer // nil registers nothing; the figures are counted anyway
	Log        *slog.Logger
}

// Default is enough for one process on a small machine; it has no Redis.
func Default() Config {
	return Config{
		MemoryBytes: 128 << 20, MaxEntryBytes: 8 << 20, LoadTimeout: 30 * time.Second,
		RedisDeadline: 50 * time.Millisecond, LeaseTime: 3 * time.Second, LeaseWait: 5 * time.Second,
		Log: slog.Default(),
	}
}

// Validate says what can not work.
func (c Config) Validate() error {
	switch {
	case c.MemoryBytes == 0:
		return errors.New("cache: memory of 0 bytes")
	case c.MaxEntryBytes <= 0 || c.MaxEntryBytes > 256<<20:
		return fmt.Errorf("cache: largest entry of %d bytes, not of 1 to 256 MiB", c.MaxEntryBytes)
	case c.LoadTimeout <= 0 || c.RedisDeadline <= 0 || c.LeaseTime < time.Millisecond || c.LeaseWait <= 0:
		return errors.New("cache: a time of zero or less")
	case c.Log == nil:
		return errors.New("cache: no log")
	}
	if c.RedisURL != "" {
		_, err := redisOption(c.RedisURL)
		return err
	}
	return nil
}

// Cache is safe for concurrent use.
type Cache struct {
	cfg      Config
	memory   *otter.Cache[Key, *record]
	flights  singleflight.Group
	redis    *redis // nil without an address
	versions versions
	figures  *figures

	ctx  context.Context // of loads and of the connection's keepers; ends with Close
	stop context.CancelFunc

	mu     sync.Mutex // guards closed against work that begins
	closed bool
	work   sync.WaitGroup
}

// record is an entry in memory, or the knowledge that there is none.
type record struct {
	entry    Entry
	err      error // matches ErrNotFound
	class    string
	keep     time.Duration // from the write until memory drops it
	staleAt  time.Time
	renewing atomic.Bool // a stale record is renewed once
}

// New makes a cache. It does not wait for Redis, which may be down and come later.
func New(cfg Config) (*Cache, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	c := &Cache{cfg: cfg, figures: newFigures(), versions: newVersions()}
	var err error
	c.memory, err = otter.New(&otter.Options[Key, *record]{
		MaximumWeight: cfg.MemoryBytes,
		Weigher: func(k Key, r *record) uint32 {
			return uint32(r.entry.cost() + len(k.ID))
		},
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[Key, *record]) time.Duration { return e.Value.keep }),
		OnAtomicDeletion: func(e otter.DeletionEvent[Key, *record]) {
			if e.Cause == otter.CauseOverflow {
				c.figures.count(e.Value.class, L1, Eviction)
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("cache: memory: %w", err)
	}
	c.figures.size = func() (uint64, int) { return c.memory.WeightedSize(), c.memory.EstimatedSize() }
	c.figures.redis = c.RedisUp
	c.ctx, c.stop = context.WithCancel(context.Background())
	if cfg.Registerer != nil {
		if err := cfg.Registerer.Register(c.figures); err != nil {
			c.memory.StopAllGoroutines()
			c.stop()
			return nil, fmt.Errorf("cache: register figures: %w", err)
		}
	}
	if cfg.RedisURL != "" {
		c.redis = newRedis(c)
		c.work.Go(func() { c.redis.keepUp(c.ctx) })
		c.work.Go(func() { c.redis.follow(c.ctx) })
	}
	return c, nil
}

// Close ends loads and the connection to Redis and waits for them. What is in Redis stays there.
func (c *Cache) Close() {
	c.mu.Lock()
	was := c.closed
	c.closed = true
	c.mu.Unlock()
	if was {
		return
	}
	c.stop()
	c.work.Wait()
	if c.redis != nil {
		c.redis.close()
	}
	c.memory.StopAllGoroutines()
	if c.cfg.Registerer != nil {
		c.cfg.Registerer.Unregister(c.figures)
	}
}

// begin counts a piece of work that Close waits for; after Close there is none.
func (c *Cache) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.work.Add(1)
	return true
}

// RedisUp says whether Redis answers, for the state of readiness, and whether there is one to answer.
func (c *Cache) RedisUp() (up, configured bool) {
	if c.redis == nil {
		return false, false
	}
	return c.redis.up.Load(), true
}

// Get gives the value of a key from the nearest layer that has it, or loads it. The key must be of the class.
//
// The load runs apart from the caller: with the values of ctx but without its end, because others may wait for
// it too. Get itself returns when ctx ends. An error of the load is given to all who waited and kept by nobody;
// one that matches [ErrNotFound] is kept for a second.
func (c *Cache) Get(ctx context.Context, class Class, key Key, load func(context.Context) (Entry, error)) (Entry, error) {
	if r, ok := c.memory.GetIfPresent(key); ok && r.class == class.Name {
		if time.Now().Before(r.staleAt) {
			c.figures.count(class.Name, L1, Hit)
			return r.entry, r.err
		}
		c.figures.count(class.Name, L1, Stale)
		if r.renewing.CompareAndSwap(false, true) {
			// Nobody waits for this flight: its channel has room for the result, and its failure is counted
			// where it happens. The next question after the grace meets it again.
			_ = c.flight(ctx, class, key, load)
		}
		return r.entry, r.err
	}
	if c.figures.byClass[class.Name] == nil {
		return Entry{}, fmt.Errorf("cache: class %s is not in the table", quoted(class.Name))
	}
	if err := class.check(key); err != nil {
		return Entry{}, err
	}
	c.figures.count(class.Name, L1, Miss)
	select {
	case got := <-c.flight(ctx, class, key, load):
		if got.Err != nil {
			return Entry{}, got.Err
		}
		r := got.Val.(*record)
		return r.entry, r.err
	case <-ctx.Done():
		return Entry{}, fmt.Errorf("cache: wait for %s: %w", key, context.Cause(ctx))
	}
}

// flight makes the record of a key, once for all who ask meanwhile. The memory's own loader would do so too,
// but there the first asker's end is everybody's, and nobody else's is heeded.
func (c *Cache) flight(ctx context.Context, class Class, key Key, load func(context.Context) (Entry, error)) <-chan singleflight.Result {
	return c.flights.DoChan(key.String(), func() (any, error) {
		if !c.begin() {
			return nil, ErrClosed
		}
		defer c.work.Done()
		if r, ok := c.memory.GetIfPresent(key); ok && time.Now().Before(r.staleAt) {
			return r, nil // a flight landed between the caller's look and this one
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.cfg.LoadTimeout)
		defer cancel()
		defer context.AfterFunc(c.ctx, cancel)()
		r := &record{class: class.Name}
		var err error
		if class.Redis > 0 && c.redis != nil {
			r.entry, err = c.shared(ctx, class, key, load)
		} else {
			r.entry, err = c.load(ctx, class, key, load)
		}
		return c.keep(r, class, key, err)
	})
}

func (c *Cache) keep(r *record, class Class, key Key, err error) (*record, error) {
	now := time.Now()
	switch {
	case errors.Is(err, ErrNotFound):
		r.entry, r.err, r.keep, r.staleAt = Entry{}, err, notFoundFor, now.Add(notFoundFor)
	case err != nil:
		return nil, err
	default:
		r.keep, r.staleAt = class.Memory+class.Grace, now.Add(class.Memory)
		if len(r.entry.Body) > c.cfg.MaxEntryBytes || uint64(r.entry.cost()) > c.cfg.MemoryBytes {
			c.figures.count(class.Name, L1, TooLarge)
			return r, nil
		}
	}
	c.memory.Set(key, r)
	return r, nil
}

// load calls the caller's function. A panic of it ends the load, not the process: it runs on no request's
// goroutine, so that no server's recovery would catch it.
func (c *Cache) load(ctx context.Context, class Class, key Key, load func(context.Context) (Entry, error)) (e Entry, err error) {
	defer func() {
		if p := recover(); p != nil {
			c.cfg.Log.Error("cache: a load panicked", "key", key.String(), "panic", p, "stack", string(debug.Stack()))
			e, err = Entry{}, fmt.Errorf("cache: load %s: panic: %v", key, p)
		}
		switch {
		case err == nil:
			c.figures.count(class.Name, Origin, Load)
		case errors.Is(err, ErrNotFound):
			c.figures.count(class.Name, Origin, NotFound)
		default:
			c.figures.count(class.Name, Origin, Failed)
		}
	}()
	e, err = load(ctx)
	if err != nil {
		return Entry{}, err
	}
	if e.ContentType == "" {
		return Entry{}, fmt.Errorf("cache: load %s: neither a value nor an error", key)
	}
	return e, nil
}
