// Package f1live speaks the official live timing's own protocol, SignalR Core with JSON messages over a
// WebSocket. It follows the hub without an account and turns what it sends into feed messages, payloads
// untouched. What the hub calls, in which order and how it fails is described where it is handled.
//
// Ordering promise: messages are given out in the order in which they came, a subscription's snapshot as
// one batch with SessionInfo first.
package f1live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"pitwall.live/internal/feed"
)

// DefaultURL is the official hub.
const DefaultURL = "https://livetiming.formula1.com/signalrcore"

// Topics is everything that is known to be asked for, in the order in which a snapshot is given out:
// which session it is first, then what holds for all cars, then the cars. Without an account the hub
// leaves some out.
func Topics() []string {
	return []string{
		feed.TopicSessionInfo, feed.TopicArchiveStatus, feed.TopicDriverList, feed.TopicHeartbeat,
		feed.TopicSessionStatus, feed.TopicSessionData, feed.TopicExtrapolatedClock, feed.TopicLapCount,
		feed.TopicTrackStatus, feed.TopicWeatherData, feed.TopicWeatherDataSeries, feed.TopicRaceControlMessages,
		feed.TopicTlaRcm, feed.TopicTimingAppData, feed.TopicTyreStintSeries, feed.TopicCurrentTyres,
		feed.TopicTimingData, feed.TopicTimingDataF1, feed.TopicTimingStats, feed.TopicTopThree,
		feed.TopicDriverTracker, feed.TopicDriverRaceInfo, feed.TopicLapSeries, feed.TopicOvertakeSeries,
		feed.TopicPitLaneTimeCollection, feed.TopicPitStop, feed.TopicPitStopSeries,
		feed.TopicChampionshipPrediction, feed.TopicTeamRadio, feed.TopicAudioStreams,
		feed.TopicContentStreams, feed.TopicCarData, feed.TopicPosition,
	}
}

// Config of a client.
type Config struct {
	// URL of the hub, http(s) or ws(s); "" is DefaultURL.
	URL    string
	Topics []string
	// PingEvery is how often the client says that it is there; the hub drops one it has not heard for 30 s.
	PingEvery time.Duration
	// ServerSilence is how long the hub, which pings every 15 s, may say nothing at all.
	ServerSilence time.Duration
	// DataSilence is how long no feed message may come once one has, although the hub still pings: a hub
	// whose own source is frozen. Before a session nothing comes for hours, and that is well.
	DataSilence time.Duration
	// Due reports whether a session is on or near, so that data are to be expected. It is called from goroutines of the
	// client. nil: nobody knows, and it is taken as true.
	Due func() bool
	// AskAgain is how often topics that were not given are asked for.
	AskAgain time.Duration
	// StepTimeout bounds each step of connecting.
	StepTimeout time.Duration
	// Renew is how long a connection is used: the hub cuts it after some two hours, and what it sends until
	// there is another is lost. Overlap is how long the old one and the new one are then read together.
	Renew   time.Duration
	Overlap time.Duration
	// Token is an account's token, for the topics that are given only with one; "" is nobody. TokenFile names a
	// file that holds it instead, read anew for every connection.
	Token     string
	TokenFile string
	// MaxRecord is the largest message that is taken, in bytes; a larger one is skipped.
	MaxRecord int
	// Now dates a snapshot that says no time at all.
	Now func() time.Time
	Log *slog.Logger
}

// Default follows the protocol's own defaults.
func Default() Config {
	return Config{
		URL: DefaultURL, Topics: Topics(), PingEvery: 15 * time.Second, ServerSilence: 30 * time.Second,
		DataSilence: 45 * time.Second, AskAgain: 5 * time.Minute, StepTimeout: 15 * time.Second,
		Renew: 110 * time.Minute, Overlap: 5 * time.Second, MaxRecord: 8 << 20, Now: time.Now, Log: slog.Default(),
	}
}

// Client follows a hub. One Run at a time.
type Client struct {
	cfg   Config
	hub   *url.URL
	token token

	mu      sync.Mutex
	missing map[string]bool
}

// New makes a client.
func New(cfg Config) (*Client, error) {
	if cfg.URL == "" {
		cfg.URL = DefaultURL
	}
	hub, err := hubURL(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("livetiming: %w", err)
	}
	c := &Client{cfg: cfg, hub: hub}
	c.token.cfg = &c.cfg
	return c, nil
}

// hubURL reads the address of a hub. The official host's hub has a path of its own.
func hubURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "http", "https":
	case "ws":
		u.Scheme = "http"
	case "wss":
		u.Scheme = "https"
	default:
		return nil, fmt.Errorf("address %q: want http, https, ws or wss", text)
	}
	if u.Host == "" {
		return nil, fmt.Errorf("address %q has no host", text)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if official, err := url.Parse(DefaultURL); err == nil && u.Host == official.Host && u.Path == "" {
		u.Path = official.Path
	}
	u.Fragment = ""
	return u, nil
}

// Name is the source as the command line spells it.
func (c *Client) Name() string {
	if c.cfg.URL == DefaultURL {
		return "livetiming"
	}
	return "livetiming:" + c.cfg.URL
}

// MissingTopics are those that were asked for and that the hub has neither given nor sent since.
func (c *Client) MissingTopics() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.missing))
}

// RefusedError says that the hub does not let us in. It asks not to be tried again for a minute.
type RefusedError struct {
	Step   string
	Reason string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("livetiming: %s: refused: %s", e.Step, e.Reason)
}

// RetryAfter is how long to leave the hub alone.
func (e *RefusedError) RetryAfter() time.Duration { return time.Minute }

// Failure is the kind of failure that ingest counts it as.
func (e *RefusedError) Failure() string { return "refused" }

// StatusError says that the hub answers a request with a status that is none of the protocol.
type StatusError struct {
	Step   string
	Status int    // of HTTP
	Reason string // the status in words, and what it means where that is known
}

func (e *StatusError) Error() string { return fmt.Sprintf("livetiming: %s: %s", e.Step, e.Reason) }

// Failure is the kind of failure that ingest counts it as.
func (e *StatusError) Failure() string {
	switch {
	case e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusGone:
		return "absent"
	case e.Status >= http.StatusInternalServerError || e.Status == http.StatusTooManyRequests:
		return "server"
	}
	return "connection"
}

// ClosedError says that the hub ended the connection in good order.
type ClosedError struct {
	Reason string
	// Welcome is true if the hub said that we may come back at once.
	Welcome bool
}

func (e *ClosedError) Error() string {
	if e.Reason == "" {
		return "livetiming: the hub closed the connection"
	}
	return "livetiming: the hub closed the connection: " + e.Reason
}

// RetryAfter is how long to leave the hub alone.
func (e *ClosedError) RetryAfter() time.Duration {
	if e.Welcome {
		return 0
	}
	return 10 * time.Second
}

// refusal tells an error text that is about who we are from others.
func refusal(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{"unauthori", "not authori", "forbidden", "authentication", "access token", "401", "403"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// Run connects, subscribes and gives messages to out until ctx ends (its error) or the connection does.
// There is no resuming: whoever runs it again gets a new snapshot, which holds from then on.
func (c *Client) Run(ctx context.Context, out func([]feed.Message) (int, error)) error {
	j := &joint{out: out}
	for {
		err := c.keep(ctx, j)
		var refused *RefusedError
		// A hub that lets nobody in as this account may let in anybody.
		if !errors.As(err, &refused) || !c.token.reject(j.account) {
			return err
		}
	}
}

// connect opens a socket to the hub, as the account if its token is taken, else as nobody. Drop closes it.
func (c *Client) connect(ctx context.Context) (conn *websocket.Conn, account string, drop func(), err error) {
	account = c.token.now()
	conn, drop, err = c.connectAs(ctx, account)
	var refused *RefusedError
	if errors.As(err, &refused) && c.token.reject(account) {
		account = ""
		conn, drop, err = c.connectAs(ctx, account)
	}
	return conn, account, drop, err
}

// connectAs opens a socket with the account's token, "" is nobody. Each attempt has cookies of its own.
func (c *Client) connectAs(ctx context.Context, account string) (*websocket.Conn, func(), error) {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: c.cfg.StepTimeout, ForceAttemptHTTP2: true}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, nil, fmt.Errorf("livetiming: %w", err)
	}
	client := &http.Client{Transport: transport, Jar: jar}
	at, err := c.negotiate(ctx, client, account)
	if err == nil {
		var conn *websocket.Conn
		if conn, err = c.dial(ctx, client, at); err == nil {
			return conn, func() {
				// However it ended, the socket is gone afterwards; the hub needs no closing handshake.
				conn.CloseNow() //nolint:errcheck,gosec // it was closed or broken before
				transport.CloseIdleConnections()
			}, nil
		}
	}
	transport.CloseIdleConnections()
	return nil, nil, err
}

func (c *Client) dial(ctx context.Context, client *http.Client, at *endpoint) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.StepTimeout)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, at.socket.String(), &websocket.DialOptions{HTTPClient: client, HTTPHeader: at.header()}) //nolint:bodyclose // the library replaces the body by one that needs no closing
	if err != nil {
		if resp != nil && (resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden) {
			return nil, &RefusedError{"connect", resp.Status}
		}
		if resp != nil && resp.StatusCode >= http.StatusBadRequest {
			return nil, &StatusError{"connect", resp.StatusCode, resp.Status}
		}
		return nil, fmt.Errorf("livetiming: connect: %w", err)
	}
	conn.SetReadLimit(-1) // the splitter limits messages, and skips those that are too long
	return conn, nil
}

var (
	errNoAnswer     = errors.New("livetiming: the hub does not answer")
	errServerSilent = errors.New("livetiming: the hub has fallen silent")
	errDataSilent   = errors.New("livetiming: the hub pings but sends no data any more")
)
