package ingest

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"time"
)

// CircuitState is a state of a source's circuit breaker.
type CircuitState string

// The states. Closed: the source is run again as its failures in a row say. Open: it has failed too often and is left
// alone. HalfOpen: after the pause it is tried once, and what it gives is taken; a good minute closes the circuit, a
// failure opens it again.
const (
	CircuitClosed   CircuitState = "closed"
	CircuitOpen     CircuitState = "open"
	CircuitHalfOpen CircuitState = "half_open"
)

// FailureKind says what a failure tells of the other side.
type FailureKind string

// The kinds. An error that does not say its own, by a method Failure() string, is one of the connection. Locked is of a
// service that is shut for everybody for a time, as announced: it never opens the circuit.
const (
	FailureConnection FailureKind = "connection"
	FailureServer     FailureKind = "server"  // it answers 5xx, or 429
	FailureAbsent     FailureKind = "absent"  // it answers 404, 405 or 410
	FailureRefused    FailureKind = "refused" // it answers 401 or 403
	FailureLocked     FailureKind = "locked"
)

// Trip is when the circuit opens on failures of one kind.
type Trip struct {
	// After is at how many failures in a row, the newest of this kind, it opens; 0 is never.
	After int
	// Pause is how long it stays open while a session is on or near, or nobody knows; give or take a fifth. Rest is the
	// same while none is.
	Pause, Rest time.Duration
}

// trips are the default. A connection that can not be had now may be had in a minute; who is refused or asks for what
// is not there gets the same answer again.
func trips() map[FailureKind]Trip {
	return map[FailureKind]Trip{
		FailureConnection: {After: 6, Pause: time.Minute, Rest: 5 * time.Minute},
		FailureServer:     {After: 5, Pause: time.Minute, Rest: 10 * time.Minute},
		FailureAbsent:     {After: 3, Pause: 2 * time.Minute, Rest: 15 * time.Minute},
		FailureRefused:    {After: 3, Pause: 2 * time.Minute, Rest: 30 * time.Minute},
		FailureLocked:     {},
	}
}

// Circuit is how a source's circuit breaker stands.
type Circuit struct {
	State CircuitState
	Since time.Time // when State began
	// Failures are those in a row up to now, of whatever kind that can open it; 0 after a good minute.
	Failures int
	// Kind, LastError and LastFailure are of the newest failure, also after the circuit has closed; "" and zero: none.
	Kind        FailureKind
	LastError   string
	LastFailure time.Time
	Opened      uint64                 // how often it opened
	Total       map[FailureKind]uint64 // failures since the start
}

// fail notes a failed run and reports whether the circuit is open now. A run that was good closed it before.
func (c *Circuit) fail(err error, trip Trip, now time.Time) (open bool) {
	if trip.After > 0 {
		c.Failures++
	}
	c.Kind, c.LastError, c.LastFailure = failureKind(err), err.Error(), now
	c.Total = maps.Clone(c.Total) // those who asked for the status have the old one
	if c.Total == nil {
		c.Total = map[FailureKind]uint64{}
	}
	c.Total[c.Kind]++
	if trip.After == 0 || c.State != CircuitHalfOpen && c.Failures < trip.After {
		return false
	}
	c.State, c.Since = CircuitOpen, now
	c.Opened++
	return true
}

// try notes that the source is run.
func (c *Circuit) try(now time.Time) {
	if c.State == CircuitOpen {
		c.State, c.Since = CircuitHalfOpen, now
	}
}

// good notes that a run has been good for long enough, and reports whether that closed the circuit.
func (c *Circuit) good(now time.Time) (closed bool) {
	c.Failures = 0
	if c.State == CircuitClosed {
		return false
	}
	c.State, c.Since = CircuitClosed, now
	return true
}

// failureKind is what an error says of itself.
func failureKind(err error) FailureKind {
	var says interface{ Failure() string }
	if errors.As(err, &says) {
		return FailureKind(says.Failure())
	}
	return FailureConnection
}

// trip is the rule for an error; a kind that has none is as one of the connection.
func (c *Config) trip(err error) Trip {
	if t, known := c.Circuit[failureKind(err)]; known {
		return t
	}
	return c.Circuit[FailureConnection]
}

// due reports whether a session is on or near, as far as anybody knows.
func (c *Config) due() bool { return c.Due == nil || c.Due() }

// jittered is d give or take a fifth, so that many programs do not come back together.
func jittered(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// wish is how long an error asks to be left alone; 0 when it does not.
func wish(err error) time.Duration {
	var says interface{ RetryAfter() time.Duration }
	if errors.As(err, &says) {
		return says.RetryAfter()
	}
	return 0
}

// dueEvery is how often a source that rests looks whether a session has come near.
const dueEvery = 15 * time.Second

// rest waits out an open circuit, and reports false if ctx ended meanwhile. It is over early when a session comes near,
// but not before the source's own wish.
func (l *lane) rest(ctx context.Context, trip Trip, err error) bool {
	cfg := &l.in.cfg
	began, least := time.Now(), wish(err)
	resting := !cfg.due()
	d := trip.Pause
	if resting {
		d = trip.Rest
	}
	until := began.Add(max(jittered(d), least))
	l.status.failed(err, until)
	cfg.Log.Warn("source failed too often and is left alone", "source", l.source.Name(), "error", err, "until", until)
	for {
		left := time.Until(until)
		if left <= 0 {
			return ctx.Err() == nil
		}
		if resting {
			left = min(left, dueEvery)
		}
		if !pause(ctx, left) {
			return false
		}
		if resting && cfg.due() {
			resting = false
			if soon := began.Add(least); soon.Before(until) {
				until = soon
			}
		}
	}
}
