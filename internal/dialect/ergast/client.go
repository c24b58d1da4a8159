package ergast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Service is where the real one is.
const Service = "https://api.jolpi.ca/ergast/f1"

// Options of a client. The zero value is a polite client of the real service without a cache.
type Options struct {
	Base      string // up to /f1; "": Service
	Cache     string // folder for replies, "": none are kept
	PerSecond int    // requests, 0: 4
	PerHour   int    // 0: 500
	HTTP      *http.Client
	Log       *slog.Logger
	Now       func() time.Time // nil: the clock
	// Patience bounds how long a request waits in all for the service to take it; 0: ten minutes.
	Patience time.Duration
}

// Client reads from a service. It may be used by many goroutines; the limits hold for all of them together.
type Client struct {
	Options
	limit *limiter
	stats stats
}

type stats struct{ requests, unchanged, cached, throttled, failed, stale atomic.Int64 }

// Stats is what a client has done.
type Stats struct {
	Requests  int64 // sent
	Unchanged int64 // answered with 304
	Cached    int64 // not sent: the kept reply was new enough
	Throttled int64 // answered with 429
	Failed    int64 // answered with another error, with something unreadable or not at all
	Stale     int64 // answered out of the cache because the service did not
}

// Stats is what the client has done so far.
func (c *Client) Stats() Stats {
	s := &c.stats
	return Stats{s.requests.Load(), s.unchanged.Load(), s.cached.Load(), s.throttled.Load(), s.failed.Load(), s.stale.Load()}
}

// ErrRefused is the error of what the service refuses whoever asks again: an address that is none, a filter that is not supported.
var ErrRefused = errors.New("the service refuses it")

// NewClient is a client of the service at the options' base.
func NewClient(o Options) *Client {
	if o.Base == "" {
		o.Base = Service
	}
	o.Base = strings.TrimSuffix(o.Base, "/")
	if o.PerSecond == 0 {
		o.PerSecond = 4
	}
	if o.PerHour == 0 {
		o.PerHour = 500
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 30 * time.Second}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience == 0 {
		o.Patience = 10 * time.Minute
	}
	return &Client{Options: o, limit: &limiter{now: o.Now, windows: []window{{o.PerSecond, time.Second}, {o.PerHour, time.Hour}}}}
}

// Bounds of a reply and of trying again.
const (
	maxReply   = 8 << 20
	maxTries   = 6
	firstPause = 500 * time.Millisecond
	longest    = time.Minute // between tries without a Retry-After
)

// kept is a reply in the cache.
type kept struct {
	URL      string          `json:"url"`
	Tag      string          `json:"etag,omitempty"`
	Modified string          `json:"last_modified,omitempty"`
	Fetched  time.Time       `json:"fetched"`
	MaxAge   int             `json:"max_age"` // seconds
	Body     json.RawMessage `json:"body"`
}

// get gives the body of an address: a kept one that is not older than it may be, else that of the service. settled is for
// how long a kept reply is good whatever the service said.
func (c *Client) get(ctx context.Context, path string, settled time.Duration) (json.RawMessage, error) {
	url := c.Base + path
	have := c.load(url)
	if have != nil && settled >= 0 && c.Now().Sub(have.Fetched) < max(time.Duration(have.MaxAge)*time.Second, settled) {
		c.stats.cached.Add(1)
		return have.Body, nil
	}
	got, err := c.insist(ctx, url, have)
	switch {
	case err == nil:
		return got.Body, c.save(got)
	case have == nil || errors.Is(err, ErrRefused) || ctx.Err() != nil:
		return nil, fmt.Errorf("ergast: %s: %w", url, err)
	}
	c.stats.stale.Add(1)
	c.Log.Warn("ergast: the service does not answer, an older reply is used", "url", url, "fetched", have.Fetched, "error", err)
	return have.Body, nil
}

// insist asks until the service answers, as often and as late as it wants to be asked.
func (c *Client) insist(ctx context.Context, url string, have *kept) (*kept, error) {
	end := c.Now().Add(c.Patience)
	for try := 0; ; try++ {
		if err := errors.Join(ctx.Err(), c.limit.wait(ctx)); err != nil {
			return nil, err
		}
		got, again, err := c.once(ctx, url, have)
		if err == nil || errors.Is(err, ErrRefused) || ctx.Err() != nil {
			return got, err
		}
		if again <= 0 {
			again = min(firstPause<<try, longest)
			again += rand.N(again / 2) // so that many clients do not come back together
		}
		if try+1 == maxTries || c.Now().Add(again).After(end) {
			return nil, fmt.Errorf("given up after %d tries: %w", try+1, err)
		}
		if err := pause(ctx, again); err != nil {
			return nil, err
		}
	}
}

// once asks once. again is when the service wants to be asked again, 0 unsaid.
func (c *Client) once(ctx context.Context, url string, have *kept) (got *kept, again time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "pitwall")
	if have != nil && have.Tag != "" {
		req.Header.Set("If-None-Match", have.Tag)
	}
	if have != nil && have.Modified != "" {
		req.Header.Set("If-Modified-Since", have.Modified)
	}
	c.stats.requests.Add(1)
	resp, err := c.HTTP.Do(req)
	if err != nil {
		c.stats.failed.Add(1)
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err == nil && len(body) > maxReply {
		err = fmt.Errorf("a reply of more than %d bytes", maxReply)
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && have != nil:
		c.stats.unchanged.Add(1)
		same := *have
		same.Fetched, same.MaxAge = c.Now().UTC(), ageOf(resp.Header)
		return &same, 0, nil
	case resp.StatusCode == http.StatusTooManyRequests:
		c.stats.throttled.Add(1)
		return nil, c.retryAfter(resp.Header), errors.New("429: throttled")
	case resp.StatusCode >= 500:
		c.stats.failed.Add(1)
		return nil, c.retryAfter(resp.Header), fmt.Errorf("the service has trouble: %s", resp.Status)
	case resp.StatusCode != http.StatusOK:
		c.stats.failed.Add(1)
		return nil, 0, fmt.Errorf("%w: %s: %.200s", ErrRefused, resp.Status, body)
	case err != nil:
		c.stats.failed.Add(1)
		return nil, 0, err
	case !json.Valid(body):
		c.stats.failed.Add(1)
		return nil, 0, fmt.Errorf("no JSON: %.60q", body)
	}
	return &kept{URL: url, Tag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), Fetched: c.Now().UTC(), MaxAge: ageOf(resp.Header), Body: body}, 0, nil
}

// retryAfter reads when to come back, as seconds or as a date; 0 unsaid.
func (c *Client) retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return max(time.Duration(n)*time.Second, time.Millisecond)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(c.Now()), time.Millisecond)
	}
	return 0
}

// ageOf is for how many seconds a reply may be kept.
func ageOf(h http.Header) int {
	for part := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(part), "max-age="); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}

// file is where a reply is kept, "" nowhere.
func (c *Client) file(url string) string {
	if c.Cache == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(url))
	return filepath.Join(c.Cache, hex.EncodeToString(sum[:16])+".json")
}

// load gives a kept reply, nil none. One that can not be read is as good as none.
func (c *Client) load(url string) *kept {
	name := c.file(url)
	if name == "" {
		return nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	var k kept
	if json.Unmarshal(b, &k) != nil || k.URL != url || !json.Valid(k.Body) {
		c.Log.Warn("ergast: a kept reply is damaged and is read again", "file", name)
		return nil
	}
	return &k
}

// save keeps a reply; a reader never sees half of one.
func (c *Client) save(k *kept) (err error) {
	name := c.file(k.URL)
	if name == "" {
		return nil
	}
	b, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("ergast: keep a reply: %w", err)
	}
	if err := os.MkdirAll(c.Cache, 0o755); err != nil {
		return fmt.Errorf("ergast: keep a reply: %w", err)
	}
	f, err := os.CreateTemp(c.Cache, "reply-*.tmp")
	if err != nil {
		return fmt.Errorf("ergast: keep a reply: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("ergast: keep a reply: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
