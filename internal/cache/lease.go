package cache

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

// A process that waits for another's load looks again after 2 ms, then after twice as long, up to 50 ms.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// absent is the frame that says for a moment that there is no such value, so that the processes that waited for
// a load of it need not all try.
var absent = []byte{frameLayout, 0xff}

// shared gives a value from Redis, or loads it for all processes under a lease. It asks Redis nothing more once
// that has failed.
func (c *Cache) shared(ctx context.Context, class Class, key Key, load func(context.Context) (Entry, error)) (Entry, error) {
	e, err := c.fetch(ctx, class, key.String())
	switch {
	case err == nil || errors.Is(err, ErrNotFound):
		c.figures.count(class.Name, L2, Hit)
		return e, err
	case errors.Is(err, errMiss):
		c.figures.count(class.Name, L2, Miss)
		return c.underLease(ctx, class, key, load)
	}
	c.figures.count(class.Name, L2, Failed)
	return c.load(ctx, class, key, load)
}

// underLease loads what Redis does not have, or waits until another process has brought it.
func (c *Cache) underLease(ctx context.Context, class Class, key Key, load func(context.Context) (Entry, error)) (Entry, error) {
	name, token := key.String(), rand.Text()
	until := time.Now().Add(c.cfg.LeaseWait)
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		held, err := c.redis.lease(ctx, name, token, c.cfg.LeaseTime)
		if err != nil {
			c.figures.count(class.Name, L2, Failed)
			return c.load(ctx, class, key, load)
		}
		if !held && !time.Now().Before(until) {
			return c.load(ctx, class, key, load)
		}
		if !held {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return Entry{}, context.Cause(ctx)
			}
		}
		// Also with the lease in hand: the one who had it before may have brought the value meanwhile.
		e, err := c.fetch(ctx, class, name)
		switch {
		case err == nil || errors.Is(err, ErrNotFound):
			if held {
				c.release(ctx, class, name, token)
			}
			return e, err
		case !errors.Is(err, errMiss):
			c.figures.count(class.Name, L2, Failed)
			return c.load(ctx, class, key, load)
		case held:
			e, err = c.load(ctx, class, key, load)
			after := context.WithoutCancel(ctx) // also a load that ran out of time gives its lease back
			c.bring(after, class, name, e, err)
			c.release(after, class, name, token)
			return e, err
		}
	}
}

var errMiss = errors.New("not in redis")

// fetch reads a value from Redis: errMiss if there is none or none that can be read, ErrNotFound if it is known
// not to be.
func (c *Cache) fetch(ctx context.Context, class Class, name string) (Entry, error) {
	result, err := c.redis.ask(ctx, func(ctx context.Context, cl rueidis.Client) rueidis.RedisResult {
		return cl.Do(ctx, cl.B().Get().Key(name).Build())
	})
	if err != nil {
		return Entry{}, err
	}
	frame, err := result.AsBytes()
	if rueidis.IsRedisNil(err) {
		return Entry{}, errMiss
	}
	if err == nil && string(frame) == string(absent) {
		return Entry{}, ErrNotFound
	}
	var e Entry
	if err == nil {
		e, err = parseFrame(frame, c.cfg.MaxEntryBytes)
	}
	if err != nil {
		// Foreign bytes under our key are no failure of Redis: the load writes over them.
		c.figures.count(class.Name, L2, Failed)
		c.cfg.Log.Warn("cache: a value in redis can not be read", "key", name, "error", err)
		return Entry{}, errMiss
	}
	return e, nil
}

// bring writes what a load gave. A failure to write costs others a load and is counted.
func (c *Cache) bring(ctx context.Context, class Class, name string, e Entry, loadErr error) {
	frame, ttl := absent, notFoundFor
	switch {
	case errors.Is(loadErr, ErrNotFound):
	case loadErr != nil:
		return
	case len(e.Body) > c.cfg.MaxEntryBytes:
		c.figures.count(class.Name, L2, TooLarge)
		return
	default:
		frame, ttl = appendFrame(nil, e), class.Redis
	}
	_, err := c.redis.ask(ctx, func(ctx context.Context, cl rueidis.Client) rueidis.RedisResult {
		return cl.Do(ctx, cl.B().Set().Key(name).Value(rueidis.BinaryString(frame)).Px(ttl).Build())
	})
	if err != nil {
		c.figures.count(class.Name, L2, Failed)
	}
}

// leaseName keeps to the pattern of keys. Service and entity hold no "/", so that no two keys share a lease.
func leaseName(name string) string {
	last := strings.LastIndexByte(name, ':')
	return leasePrefix + strings.ReplaceAll(name[:last], ":", "/") + name[last:]
}

// lease tries to become the one process that loads. A lease runs out by itself.
func (r *redis) lease(ctx context.Context, name, token string, d time.Duration) (bool, error) {
	result, err := r.ask(ctx, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return c.Do(ctx, c.B().Set().Key(leaseName(name)).Value(token).Nx().Px(d).Build())
	})
	if err != nil {
		return false, err
	}
	return !rueidis.IsRedisNil(result.Error()), nil
}

func (c *Cache) release(ctx context.Context, class Class, name, token string) {
	_, err := c.redis.ask(ctx, func(ctx context.Context, cl rueidis.Client) rueidis.RedisResult {
		return releaseScript.Exec(ctx, cl, []string{leaseName(name)}, []string{token})
	})
	if err != nil && !errors.Is(err, errDown) {
		c.figures.count(class.Name, L2, Failed)
	}
}
