package cache

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"
)

// Names of ours in Redis, beside the values' own keys. They follow the same pattern.
const (
	versionPrefix = "cache:version:"
	versionSuffix = ":v1" // of this layout
	leasePrefix   = "cache:lease:"
	changes       = "cache:versions" // the channel of changes
)

// maxVersion is the largest number that Redis's Lua counts exactly.
const maxVersion = 1<<53 - 1

const (
	dialTimeout = time.Second            // of the background only; no question waits for a dial
	retryAfter  = 200 * time.Millisecond // between two tries to reach Redis
)

var errDown = errors.New("redis does not answer")

// raiseScript raises a counter by one, but at least to the number given: Redis may have lost what processes
// still know. It tells everybody in the same step.
var raiseScript = rueidis.NewLuaScript(`
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
local number = math.max(now + 1, tonumber(ARGV[1]))
local text = string.format('%.0f', number)
redis.call('SET', KEYS[1], text)
redis.call('PUBLISH', ARGV[3], ARGV[2] .. ' ' .. text)
return text`)

// releaseScript gives a lease back unless it ran out and is somebody else's now.
var releaseScript = rueidis.NewLuaScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

// redis is the connection to L2 and what is known of its health.
type redis struct {
	cache  *Cache
	client atomic.Pointer[rueidis.Client]
	up     atomic.Bool
	wake   chan struct{} // keepUp has something to mend
	ready  chan struct{} // closed when there is a client
}

func newRedis(c *Cache) *redis {
	return &redis{cache: c, wake: make(chan struct{}, 1), ready: make(chan struct{})}
}

// redisOption reads an address. It never repeats the address, which may hold a password.
func redisOption(address string) (rueidis.ClientOption, error) {
	option, err := rueidis.ParseURL(address)
	if err != nil {
		if inner := (*url.Error)(nil); errors.As(err, &inner) {
			err = inner.Err
		}
		return option, fmt.Errorf("cache: address of redis: %w", err)
	}
	option.Dialer.Timeout = dialTimeout
	option.ConnWriteTimeout = dialTimeout // a connection that is silent for so long is dropped
	option.DisableRetry = true            // a failed question is loaded; it does not wait for a second try
	option.DisableCache = true            // L1 is ours
	option.AlwaysPipelining = true        // the only way of the client that heeds the end of a context
	return option, nil
}

// keepUp reaches Redis, tells it what was raised without it, and does so again whenever a question failed.
func (r *redis) keepUp(ctx context.Context) {
	for ctx.Err() == nil {
		if r.reach(ctx) == nil && r.tellUntold(ctx) {
			select {
			case <-r.wake:
			case <-ctx.Done():
			}
			continue
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

func (r *redis) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	client := r.client.Load()
	if client == nil {
		option, err := redisOption(r.cache.cfg.RedisURL)
		if err != nil {
			return err
		}
		made, err := rueidis.NewClient(option)
		if err != nil {
			return err
		}
		client = &made
		r.client.Store(client)
		close(r.ready)
	}
	if err := (*client).Do(ctx, (*client).B().Ping().Build()).Error(); err != nil {
		return err
	}
	if !r.up.Swap(true) {
		r.cache.cfg.Log.Info("cache: redis answers")
	}
	return nil
}

// tellUntold brings Redis up to the versions that were raised without it; false if some are left.
func (r *redis) tellUntold(ctx context.Context) bool {
	for subject, number := range r.cache.versions.untold() {
		stored, err := r.raise(ctx, subject, number)
		if err != nil {
			return false
		}
		r.cache.versions.learn(subject, stored, r.cache.versions.now())
	}
	return true
}

// follow hears of versions raised by others for as long as the connection stands, again and again.
func (r *redis) follow(ctx context.Context) {
	select {
	case <-r.ready:
	case <-ctx.Done():
		return
	}
	client := *r.client.Load()
	heard := rueidis.WithOnSubscriptionHook(ctx, func(s rueidis.PubSubSubscription) {
		r.cache.versions.turn(s.Kind == "subscribe")
	})
	for ctx.Err() == nil {
		err := client.Receive(heard, client.B().Subscribe().Channel(changes).Build(), func(m rueidis.PubSubMessage) {
			r.cache.told(m.Message)
		})
		r.cache.versions.turn(false)
		if ctx.Err() == nil {
			r.failed(err)
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

// close ends the connections. All who use them have stopped.
func (r *redis) close() {
	if client := r.client.Load(); client != nil {
		(*client).Close()
	}
}

// failed lets questions pass by Redis until the background has reached it again.
func (r *redis) failed(err error) {
	if r.up.Swap(false) {
		r.cache.cfg.Log.Warn("cache: goes on without redis", "error", err)
	}
	r.mend()
}

// mend wakes the background.
func (r *redis) mend() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// ask runs one command and waits no longer than the deadline, whatever the client waits for: its dial, for one,
// may take longer. A failure that is not the caller's own end takes Redis out of the way.
func (r *redis) ask(ctx context.Context, command func(context.Context, rueidis.Client) rueidis.RedisResult) (rueidis.RedisResult, error) {
	if !r.up.Load() {
		return rueidis.RedisResult{}, errDown
	}
	if !r.cache.begin() {
		return rueidis.RedisResult{}, ErrClosed
	}
	bounded, cancel := context.WithTimeout(ctx, r.cache.cfg.RedisDeadline)
	answer := make(chan rueidis.RedisResult, 1)
	go func() {
		defer r.cache.work.Done()
		defer cancel()
		answer <- command(bounded, *r.client.Load())
	}()
	var result rueidis.RedisResult
	select {
	case result = <-answer:
	case <-bounded.Done():
		// The context ends by its time, by the caller's end, or by cancel after the answer was put down.
		select {
		case result = <-answer:
		default:
			return r.lost(ctx, bounded.Err())
		}
	}
	if err := result.Error(); err != nil && !rueidis.IsRedisNil(err) {
		return r.lost(ctx, err)
	}
	return result, nil
}

func (r *redis) lost(ctx context.Context, err error) (rueidis.RedisResult, error) {
	_, answered := rueidis.IsRedisErr(err) // a refusal: no memory, a replica, another type under the key
	if ctx.Err() == nil && !answered {
		r.failed(err)
	}
	return rueidis.RedisResult{}, err
}

// version reads a counter; one that is not there is zero.
func (r *redis) version(ctx context.Context, subject string) (uint64, error) {
	result, err := r.ask(ctx, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return c.Do(ctx, c.B().Get().Key(versionPrefix+subject+versionSuffix).Build())
	})
	if err != nil || rueidis.IsRedisNil(result.Error()) {
		return 0, err
	}
	return readVersion(result)
}

// raise raises a counter at least to a number and gives what it is then.
func (r *redis) raise(ctx context.Context, subject string, least uint64) (uint64, error) {
	result, err := r.ask(ctx, func(ctx context.Context, c rueidis.Client) rueidis.RedisResult {
		return raiseScript.Exec(ctx, c, []string{versionPrefix + subject + versionSuffix},
			[]string{strconv.FormatUint(least, 10), subject, changes})
	})
	if err != nil {
		return 0, err
	}
	return readVersion(result)
}

func readVersion(result rueidis.RedisResult) (uint64, error) {
	text, err := result.ToString()
	if err != nil {
		return 0, fmt.Errorf("cache: version in redis: %w", err)
	}
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || number > maxVersion {
		return 0, fmt.Errorf("cache: version in redis is %s, not a number", quoted(text))
	}
	return number, nil
}
