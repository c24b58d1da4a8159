package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Official is the address of the feed's own archive.
const Official = "https://livetiming.formula1.com/static/"

// ReadConfig of a [Client].
type ReadConfig struct {
	// URL is the archive: an address that ends where the years begin, or a folder of the same layout.
	URL string
	// Mirrors are asked, in order, for what the archive does not have or can not give.
	Mirrors []string
	// Dir is where pages are kept, below a folder named for the archive's host. A folder is read where it is.
	Dir string
	// Every is the least time between two requests, of which one runs at a time.
	Every time.Duration
	// Tries is how often a page is asked for in one go, and Backoff the wait after the first failure; it doubles.
	Tries   int
	Backoff time.Duration
	// Later are the waits before a page that is not there is asked for again; the last one repeats.
	Later []time.Duration
	// Recheck is how long a page that was asked for is taken as it is, and Settled how old a page has to be to be taken for
	// ever: pages are corrected within days.
	Recheck, Settled time.Duration
	// Stalled is how long an answer may bring nothing.
	Stalled time.Duration
	// HTTP is what asks; nil is a client with timeouts.
	HTTP *http.Client
	Now  func() time.Time
	Log  *slog.Logger
}

// DefaultRead is polite to the official archive.
func DefaultRead() ReadConfig {
	return ReadConfig{
		URL: Official, Every: 500 * time.Millisecond, Tries: 4, Backoff: 2 * time.Second, Stalled: 30 * time.Second,
		Later:   []time.Duration{2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 24 * time.Hour},
		Recheck: time.Hour, Settled: 7 * 24 * time.Hour, Now: time.Now, Log: slog.Default(),
	}
}

// Errors to be tested with errors.Is.
var (
	// ErrAbsent is of what the archive does not have, or not yet.
	ErrAbsent error = absentError("not in the archive")
	// ErrPlace is of a path that is none.
	ErrPlace = errors.New("not a session's path: expected year/meeting/session/")
)

// absentError tells whoever runs the archive as a source what kind of failure it is.
type absentError string

func (e absentError) Error() string { return string(e) }

// Failure is the kind of failure that ingest counts it as.
func (e absentError) Failure() string { return "absent" }

// Client reads an archive. All who read the same archive share one: it keeps the rate and the pages. Its methods may be
// called from anywhere.
type Client struct {
	cfg   ReadConfig
	bases []*url.URL // the archive and its mirrors; none: a folder is read

	turn   chan struct{} // held while a request runs
	mu     sync.Mutex    // guards the rest
	next   time.Time     // before then nothing is asked
	folder map[string]*sync.Mutex
}

// NewClient makes a client; nothing is asked yet.
func NewClient(cfg ReadConfig) (*Client, error) {
	c := &Client{cfg: cfg, turn: make(chan struct{}, 1), folder: map[string]*sync.Mutex{}}
	if cfg.HTTP == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.ResponseHeaderTimeout = 30 * time.Second
		c.cfg.HTTP = &http.Client{Transport: t}
	}
	if !strings.Contains(cfg.URL, "://") {
		if cfg.URL == "" {
			return nil, errors.New("archive: no address")
		}
		return c, nil
	}
	if cfg.Dir == "" {
		return nil, errors.New("archive: no folder to keep pages in")
	}
	for _, base := range append([]string{cfg.URL}, cfg.Mirrors...) {
		u, err := url.Parse(strings.TrimSuffix(base, "/") + "/")
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("archive: %q is not an address like %s", base, Official)
		}
		c.bases = append(c.bases, u)
	}
	return c, nil
}

// Close gives idle connections back.
func (c *Client) Close() { c.cfg.HTTP.CloseIdleConnections() }

// Local reports whether a folder is read.
func (c *Client) Local() bool { return len(c.bases) == 0 }

// sessionPath finds a session's path at the end of an address or of a folder's name.
var sessionPath = regexp.MustCompile(`(?:^|/)(\d{4}/[^/]+/[^/]+)/?$`)

// Split cuts an address into that of the archive and the path of a session, "" if it names none. An address that is empty is
// that of the official archive.
func Split(address string) (base, path string) {
	if address == "" {
		return Official, ""
	}
	if m := sessionPath.FindStringSubmatchIndex(address); m != nil {
		if p, ok := parsePlace(address[m[2]:m[3]]); ok {
			return address[:m[2]], p.String()
		}
	}
	return address, ""
}

// root is the folder in which the pages of the archive lie.
func (c *Client) root() string {
	if c.Local() {
		return c.cfg.URL
	}
	host := strings.Map(func(r rune) rune {
		if r == ':' || r == '[' || r == ']' {
			return '_'
		}
		return r
	}, c.bases[0].Host)
	return filepath.Join(c.cfg.Dir, host, filepath.FromSlash(fileNames(c.bases[0].Path)))
}

// fileNames makes a path of an address one of folders that stays below where it is put.
func fileNames(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		if !plainName(p) {
			parts[i] = "_" + fileName(p)
		}
	}
	return strings.Join(parts, "/")
}

// lock keeps two readers of this client from the same folder.
func (c *Client) lock(folder string) (unlock func()) {
	c.mu.Lock()
	m := c.folder[folder]
	if m == nil {
		m = &sync.Mutex{}
		c.folder[folder] = m
	}
	c.mu.Unlock()
	m.Lock()
	return m.Unlock
}

// take waits for this request's turn; done ends it.
func (c *Client) take(ctx context.Context) (done func(), err error) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for {
		c.mu.Lock()
		now := time.Now()
		wait := c.next.Sub(now)
		if wait <= 0 {
			c.next = now.Add(c.cfg.Every)
		}
		c.mu.Unlock()
		if wait <= 0 {
			return func() { <-c.turn }, nil
		}
		if err := pause(ctx, wait); err != nil {
			<-c.turn
			return nil, err
		}
	}
}

// hold asks nothing for a while: the archive said so.
func (c *Client) hold(wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := time.Now().Add(wait); until.After(c.next) {
		c.next = until
	}
}

// backoff is the wait after a number of failures, spread so that many readers do not come back at once.
func (c *Client) backoff(failures int) time.Duration {
	d := c.cfg.Backoff << min(failures, 6)
	return d - d/5 + time.Duration(rand.Int64N(int64(d)*2/5+1)) //nolint:gosec // not a secret
}

// retryAfter is what a header asks for, at most an hour; zero: nothing.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	var d time.Duration
	if n, err := strconv.Atoi(text); err == nil {
		d = time.Duration(min(n, 3600)) * time.Second
	} else if t, err := http.ParseTime(text); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), time.Hour)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
