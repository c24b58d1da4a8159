package openf1

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// DefaultURL is the service's own address.
const DefaultURL = "https://api.openf1.org/v1"

// ReadConfig is how a service that speaks this dialect is followed.
type ReadConfig struct {
	// URL below which the collections lie; "" is DefaultURL. One that does not end in /v1 is taken as the root.
	URL string
	// Session is the key of the session to follow, "latest" for whichever is.
	Session string
	// Token is an access token, User and Password an account that gets one. AccountFile names a file that holds name
	// and password on two lines instead, read anew for every token. All empty is nobody.
	Token, User, Password, AccountFile string
	// MQTT is the address of the push: mqtt://, mqtts://, ws:// or wss://. "" is the service's own when the URL is, else
	// none. Without an account nothing is pushed by the service.
	MQTT string
	// Authorities are those that the service's certificates may come from; nil: those that this machine trusts.
	Authorities *x509.CertPool
	// PerSecond and PerMinute bound the requests, 0 is no bound.
	PerSecond float64
	PerMinute int
	// Every is the time between two rounds of requests while a session runs, Pushed that while rows are pushed, Idle that
	// between looks for a new session when none runs.
	Every, Pushed, Idle time.Duration
	// Whole is after how long everything is asked for again: what was empty may have been filled.
	Whole time.Duration
	// Reorder is how long pushed rows wait for those that were sent before them.
	Reorder time.Duration
	// Samples asks for what the cars send as well, two more requests a round.
	Samples bool
	// Timeout bounds one request.
	Timeout   time.Duration
	Transport http.RoundTripper // nil: one of its own
	Now       func() time.Time
	Log       *slog.Logger
}

// DefaultRead stays below the service's limits.
func DefaultRead() ReadConfig {
	return ReadConfig{
		Session: "latest", PerSecond: 2.5, PerMinute: 28, Every: 5 * time.Second, Pushed: time.Minute, Idle: time.Minute, Whole: time.Hour,
		Reorder: 2 * time.Second, Samples: true, Timeout: 30 * time.Second, Now: time.Now, Log: slog.Default(),
	}
}

// Reader follows a service as a source of feed messages. One Run at a time; what was told in one is not told again in
// the next.
type Reader struct {
	cfg     ReadConfig
	base    *url.URL
	http    *http.Client
	account account
	pacer   pacer
	parser  fastjson.Parser
	turner  *turner

	aside  []feed.Message // what could not be read
	whole  time.Time      // when everything was asked for last
	rounds int
	found  time.Time // when the session was looked for last
	other  bool      // a row of another session has been pushed
	push   *pushed
}

// pushSchemes are the ways in which push can be followed.
var pushSchemes = []string{"mqtt", "mqtts", "tcp", "ws", "wss"}

// NewReader makes a reader.
func NewReader(cfg ReadConfig) (*Reader, error) {
	if cfg.URL == "" {
		cfg.URL = DefaultURL
	}
	base, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("openf1: %w", err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, fmt.Errorf("openf1: address %q: want http or https and a host", cfg.URL)
	}
	base.RawQuery, base.Fragment = "", ""
	base.Path = strings.TrimRight(base.Path, "/")
	if !strings.HasSuffix(base.Path, "/v1") {
		base.Path += "/v1"
	}
	if cfg.MQTT == "" && cfg.URL == DefaultURL {
		cfg.MQTT = DefaultMQTT
	}
	if u, err := url.Parse(cfg.MQTT); cfg.MQTT != "" && (err != nil || u.Host == "" || !slices.Contains(pushSchemes, u.Scheme)) {
		return nil, fmt.Errorf("openf1: push address %q: want mqtt, mqtts, ws or wss and a host", cfg.MQTT)
	}
	r := &Reader{cfg: cfg, base: base, turner: newTurner()}
	if cfg.Transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.TLSClientConfig = r.tls()
		cfg.Transport = own
	}
	r.http = &http.Client{Transport: cfg.Transport}
	r.account.cfg, r.account.send = &r.cfg, r.http.Do
	r.account.url = strings.TrimSuffix(base.String(), "/v1") + "/token"
	r.pacer.most = cfg.PerMinute
	if cfg.PerSecond > 0 {
		r.pacer.apart = time.Duration(float64(time.Second) / cfg.PerSecond)
	}
	return r, nil
}

// tls is how the service's certificates are looked at.
func (r *Reader) tls() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: r.cfg.Authorities}
}

// Name is the source as the command line spells it.
func (r *Reader) Name() string {
	if r.cfg.URL == DefaultURL {
		return "openf1"
	}
	return "openf1:" + r.cfg.URL
}

// Run follows the service's session and gives messages to out until ctx ends (its error) or the service fails. What
// arrived is given out before a failure is told.
func (r *Reader) Run(ctx context.Context, out func([]feed.Message) (int, error)) error {
	stop := r.startPush(ctx)
	defer stop()
	for {
		err := r.round(ctx)
		if giving := r.give(out); giving != nil {
			return giving
		}
		if err != nil {
			return err
		}
		if err := r.rest(ctx, out); err != nil {
			return err
		}
	}
}

// keep takes a row into the session that is followed.
func (r *Reader) keep(doc *document, asked, pushed time.Time) {
	switch doc.collection.name {
	case sessionsOf, meetingsOf:
		return // they come by a way of their own
	}
	if key, ok := doc.number("session_key"); ok && key != r.turner.key() {
		// The list of sessions may name it minutes later: until then its rows can not be told of any.
		r.other = r.other || r.cfg.Session == "latest" && time.Since(r.found) > r.cfg.Every
		return
	}
	r.turner.take(doc, asked, pushed)
}

// give gives out the messages of what was taken.
func (r *Reader) give(out func([]feed.Message) (int, error)) error {
	all := append(r.turner.turn(), r.aside...)
	r.aside = nil
	if len(all) == 0 {
		return nil
	}
	_, err := out(all)
	return err
}

// once are the collections that are asked for as a whole; the first are needed by those after them.
var once = []string{driversOf, raceControlOf, stintsOf, lapsOf, positionOf, pitOf, weatherOf, intervalsOf, teamRadioOf, championshipDrivers, championshipTeams}

// often are those that are asked for in every round, and with every tenth the rest.
var often = []string{raceControlOf, stintsOf, lapsOf, positionOf, pitOf, intervalsOf}

// rarely is after how many rounds the rest is asked for.
const rarely = 10

// round asks for what may be new.
func (r *Reader) round(ctx context.Context) error {
	if err := r.find(ctx); err != nil || r.turner.session == nil {
		return err
	}
	whole := r.whole.IsZero() || time.Since(r.whole) >= r.cfg.Whole
	if !whole && !r.running() {
		return nil
	}
	names := often
	if whole || r.rounds%rarely == 0 {
		names = once
	}
	r.rounds++
	for _, name := range names {
		if _, err := r.rows(ctx, name, r.filter(name, whole)); err != nil {
			return err
		}
	}
	if whole {
		r.whole = time.Now()
	}
	if r.cfg.Samples && r.running() && !r.push.up() {
		for _, name := range [...]string{carData, locationOf} {
			if _, err := r.rows(ctx, name, r.filter(name, false)); err != nil {
				return err
			}
		}
	}
	return nil
}

// before and after are how long before its start and after its end a session may send something.
const (
	before = time.Hour
	after  = 2 * time.Hour
)

// running reports whether the session may still send something.
func (r *Reader) running() bool {
	s := r.turner.session
	if s == nil || s.get("is_cancelled").n == 1 {
		return false
	}
	start, end, now := s.date("date_start"), s.date("date_end"), r.cfg.Now()
	return (start.IsZero() || now.After(start.Add(-before))) && (end.IsZero() || now.Before(end.Add(after)))
}

// overlap is how far back a request goes behind what is known: rows come late and out of order.
const overlap = time.Minute

// filter narrows a request to the session, and to what may be new in it.
func (r *Reader) filter(name string, whole bool) string {
	filter := "session_key=" + strconv.FormatInt(r.turner.key(), 10)
	from := r.turner.latest[name]
	switch name {
	case positionOf, intervalsOf, raceControlOf, weatherOf, teamRadioOf:
		if whole || from.IsZero() {
			return filter
		}
		from = from.Add(-overlap)
	case carData, locationOf:
		from = r.cfg.Now().Add(-overlap / 2)
		for _, at := range r.turner.sampled {
			if at.After(from) {
				from = at
			}
		}
	default:
		return filter
	}
	return filter + "&date>=" + url.QueryEscape(from.UTC().Format("2006-01-02T15:04:05.000"))
}

// find looks which session is to be followed. Another one than before begins anew.
func (r *Reader) find(ctx context.Context) error {
	if s := r.turner.session; s != nil && !r.other && r.running() && r.rounds%rarely != 0 {
		return nil
	}
	r.other, r.found = false, time.Now()
	s, err := r.one(ctx, sessionsOf, "session_key="+url.QueryEscape(r.cfg.Session))
	if err != nil || s == nil {
		return err
	}
	if old := r.turner.session; old == nil || old.key != s.key {
		r.turner, r.whole, r.rounds = newTurner(), time.Time{}, 0
	}
	r.turner.session = s
	if r.turner.meeting == nil {
		key, _ := s.number("meeting_key")
		m, err := r.one(ctx, meetingsOf, "meeting_key="+strconv.FormatInt(key, 10))
		if err != nil {
			return err
		}
		r.turner.meeting = m
	}
	return nil
}

// one asks for one row; nil: there is none.
func (r *Reader) one(ctx context.Context, name, filter string) (*document, error) {
	body, err := r.get(ctx, name, filter)
	if err != nil || body == nil {
		return nil, err
	}
	v, err := r.parser.ParseBytes(body)
	if err != nil || v.Type() != fastjson.TypeArray {
		r.damaged(name, body, err)
		return nil, nil
	}
	var last *document
	for _, e := range v.GetArray() {
		doc, err := readRow(find(name), e)
		if err != nil {
			r.damaged(name, e.MarshalTo(nil), err)
			continue
		}
		last = doc
	}
	return last, nil
}

// rest waits for the next round, and takes what is pushed meanwhile.
func (r *Reader) rest(ctx context.Context, out func([]feed.Message) (int, error)) error {
	wait := r.cfg.Every
	switch {
	case !r.running():
		wait = r.cfg.Idle
	case r.push.up():
		wait = r.cfg.Pushed
	}
	up, until := r.push.up(), time.Now().Add(wait)
	for !r.other {
		if up && !r.push.up() { // what was pushed is asked for from now on, as often as ever
			up, until = false, time.Now()
		}
		left := time.Until(until)
		if left <= 0 {
			return nil
		}
		taking, cancel := context.WithTimeout(ctx, left)
		batch, err := r.push.take(taking)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		if lost := r.push.dropped(); lost > 0 {
			r.cfg.Log.Warn("openf1: pushed rows were dropped; everything is asked for again", "rows", lost)
			r.whole, until = time.Time{}, time.Now()
		}
		now := time.Now()
		for i := range batch {
			r.pushedRow(&batch[i], now)
		}
		if err := r.give(out); err != nil {
			return err
		}
	}
	return nil
}
