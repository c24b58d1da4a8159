// Package ingest runs the sources: it stamps their messages, checks them, finds out which session they
// belong to, appends them to that session's log and only then says that they are there. It does not know
// any source's protocol and does not decode messages beyond the session's key.
//
// Ordering promise: the messages of one session are announced in the order of their offsets, each once,
// after they were handed to the operating system. A lone message is never held back to fill a batch.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Source is something that gives feed messages.
type Source interface {
	// Name is how people call the source: "livetiming", "recording:PATH".
	Name() string
	// Run gives messages to out, in the source's order and as they come, until ctx ends, the source has
	// no more (nil) or it fails; then it is run again after a while, except after a Permanent error. A
	// failed payload or a frame without sense is no failure: it is given out as it is, without a topic if
	// it has none, and ingest keeps it aside. The payloads belong to ingest from then on, the slice does
	// not. out returns how many of the messages were not known already; its error ends Run.
	Run(ctx context.Context, out Out) error
}

// Out takes messages from a source; an alias, so that sources need not know this package.
type Out = func(messages []feed.Message) (fresh int, err error)

// missing may be implemented by a source that asked for topics and did not get them.
type missing interface{ MissingTopics() []string }

// Permanent marks an error of Run after which trying again is of no use.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Config of ingest.
type Config struct {
	// DataDir is where logs are kept: DataDir/sessions/KEY/log.jsonl.
	DataDir string
	// Open opens the log of a session; nil opens it below DataDir. A log that Open returned is closed by
	// Ingest.Close.
	Open func(key string) (*sessionlog.Log, error)
	// FallbackKey names a session that does not name itself; nil is StableKey.
	FallbackKey func(source string, first *feed.Message) string
	// HoldMessages, HoldBytes and HoldFor bound what is held back until a session is known by its key.
	HoldMessages int
	HoldBytes    int
	HoldFor      time.Duration
	// Silence is how long nothing at all, no heartbeat either, may come from a connected source before
	// its status says so.
	Silence time.Duration
	// Patience is how long a message that one source of a session gave is waited for from the others, before it
	// counts as one they have missed.
	Patience time.Duration
	// Again is how long to wait before a source that failed is run again, by how often it has failed in a row, the
	// last for all further times; give or take a fifth.
	Again []time.Duration
	// Circuit says when a source that fails again and again is left alone, by the kind of its failures.
	Circuit map[FailureKind]Trip
	// Due reports whether a session is on or near; while none is, a source that fails is asked less often. It is called
	// from the sources' goroutines. nil: nobody knows, and it is taken as true.
	Due   func() bool
	Hooks Hooks
	Log   *slog.Logger
}

// Hooks tell what happens, from the goroutine in which it happens: they hold up the source.
type Hooks struct {
	// Opened comes when a first source enters a session, again when all had left it, before the first
	// message. The log may hold earlier ones. An error ends ingest.
	Opened func(source, key string, log *sessionlog.Log) error
	// Published comes after messages were appended to the session's log. Their payloads may be kept, the
	// slice not.
	Published func(key string, messages []feed.Message)
	// Left comes when the last source of a session has no more for it: it ended, or went on to another.
	Left func(source, key string)
	// Status comes when a source connects, fails, falls silent, speaks again or ends.
	Status func(Status)
}

// Default configuration.
func Default() Config {
	return Config{
		HoldMessages: 4096, HoldBytes: 8 << 20, HoldFor: 5 * time.Second,
		Silence: 45 * time.Second, Patience: 30 * time.Second, Log: slog.Default(),
		Again:   []time.Duration{0, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute},
		Circuit: trips(),
	}
}

// Ingest holds the logs that are being written.
type Ingest struct {
	cfg     Config
	copying bool // a recording is made, no session followed

	mu       sync.Mutex
	sessions map[string]*session
	lanes    []*lane
}

// New makes an Ingest. Close it when no source runs any more.
func New(cfg Config) *Ingest {
	if cfg.Open == nil {
		cfg.Open = func(key string) (*sessionlog.Log, error) {
			return sessionlog.Open(sessionlog.Path(cfg.DataDir, key), key)
		}
	}
	if cfg.FallbackKey == nil {
		cfg.FallbackKey = func(_ string, first *feed.Message) string { return StableKey(first) }
	}
	if len(cfg.Again) == 0 {
		cfg.Again = Default().Again
	}
	if cfg.Circuit == nil {
		cfg.Circuit = trips()
	}
	return &Ingest{cfg: cfg, sessions: map[string]*session{}}
}

// Run runs the sources, the most preferred first, side by side until all have ended, ctx ends (nil) or a log can not be kept.
// Sources that follow the same session share its log, which keeps each message once.
func (in *Ingest) Run(ctx context.Context, sources ...Source) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range sources {
		l := newLane(in, s)
		in.mu.Lock()
		in.lanes = append(in.lanes, l)
		in.mu.Unlock()
		group.Go(func() error { return l.run(ctx) })
	}
	return group.Wait()
}

// Status of every source, in the order they were given.
func (in *Ingest) Status() []Status {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := make([]Status, len(in.lanes))
	for i, l := range in.lanes {
		out[i] = l.Status()
	}
	return out
}

// Preferred is the key of the session to show first: that of the first source, in the order they were
// given, that works. One that is only being tried again comes after all whose circuit is closed: it may be
// gone in a moment. It is "" if none does.
func (in *Ingest) Preferred() string {
	trial := ""
	for _, s := range in.Status() {
		switch {
		case !s.Working():
		case s.Circuit.State == CircuitClosed:
			return s.Session
		case trial == "":
			trial = s.Session
		}
	}
	return trial
}

// Log is the log of a session that was opened here, nil if there is none.
func (in *Ingest) Log(key string) *sessionlog.Log {
	in.mu.Lock()
	defer in.mu.Unlock()
	if s := in.sessions[key]; s != nil {
		return s.log
	}
	return nil
}

// Swap puts another log in the place of a session's, which change makes of the old one, while nothing is appended to it: its
// sources go on in the new one. On an error of change nothing is different. held is false when no session of that key is
// open here; change is not called then. The old log is the caller's, who closes it when nobody reads it any more.
func (in *Ingest) Swap(key string, change func(old *sessionlog.Log) (*sessionlog.Log, error)) (old, fresh *sessionlog.Log, held bool, err error) {
	in.mu.Lock()
	s := in.sessions[key]
	in.mu.Unlock()
	if s == nil {
		return nil, nil, false, nil
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	old = s.log
	if fresh, err = change(old); err != nil {
		return nil, nil, true, fmt.Errorf("ingest: session %s: %w", key, err)
	}
	in.mu.Lock()
	s.log = fresh
	lanes := s.lanes
	in.mu.Unlock()
	for _, l := range lanes {
		l.status.relocated(old, fresh)
	}
	if !s.entered {
		err = fresh.Rest()
	}
	return old, fresh, true, err
}

// Close closes all logs.
func (in *Ingest) Close() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	var errs []error
	for key, s := range in.sessions {
		errs = append(errs, s.close())
		delete(in.sessions, key)
	}
	return errors.Join(errs...)
}

// enter opens a session for a lane.
func (in *Ingest) enter(l *lane, key string) (*session, error) {
	s, err := in.hold(l, key)
	if err != nil {
		return nil, fmt.Errorf("ingest: session %s: %w", key, err)
	}
	// The lock makes a second source wait until the first has been announced.
	s.gate.Lock()
	defer s.gate.Unlock()
	if !s.entered && in.cfg.Hooks.Opened != nil {
		if err := in.cfg.Hooks.Opened(l.source.Name(), key, s.log); err != nil {
			return nil, fmt.Errorf("ingest: session %s: %w", key, err)
		}
	}
	s.entered = true
	return s, nil
}

func (in *Ingest) hold(l *lane, key string) (*session, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.sessions[key]
	if s == nil {
		log, err := in.cfg.Open(key)
		if err != nil {
			return nil, err
		}
		s = newSession(key, log, &in.cfg)
		in.sessions[key] = s
		in.logRepair(key, log)
	}
	s.lanes = append(slices.Clip(s.lanes), l) // those before may be in use
	return s, nil
}

// Followed reports whether a source is in the session now.
func (in *Ingest) Followed(key string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.sessions[key]
	return s != nil && len(s.lanes) > 0
}

// logOf is the log that a session has now.
func (in *Ingest) logOf(s *session) *sessionlog.Log {
	in.mu.Lock()
	defer in.mu.Unlock()
	return s.log
}

// lanesOf are the lanes that write to a session.
func (in *Ingest) lanesOf(s *session) []*lane {
	in.mu.Lock()
	defer in.mu.Unlock()
	return s.lanes
}

func (in *Ingest) logRepair(key string, log *sessionlog.Log) {
	if r := log.Repair(); r.TornBytes > 0 || r.CorruptTotal > 0 {
		in.cfg.Log.Warn("session log was damaged", "session", key, "torn_bytes", r.TornBytes, "kept_in", r.TornFile,
			"corrupt_places", r.CorruptTotal, "corrupt", r.Corrupt[:min(len(r.Corrupt), 5)])
	}
}

// leave gives a session up for a lane; the last one to leave lets the log rest.
func (in *Ingest) leave(l *lane, s *session) {
	s.gate.Lock()
	defer s.gate.Unlock()
	in.mu.Lock()
	s.lanes = slices.DeleteFunc(slices.Clone(s.lanes), func(other *lane) bool { return other == l })
	rest := len(s.lanes) == 0
	in.mu.Unlock()
	if !rest {
		return
	}
	s.entered = false
	if in.cfg.Hooks.Left != nil {
		in.cfg.Hooks.Left(l.source.Name(), s.key)
	}
	if err := s.log.Rest(); err != nil {
		in.cfg.Log.Error("session may not survive a power cut", "session", s.key, "error", err)
	}
}
