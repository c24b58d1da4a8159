package live

import (
	"time"

	"pitwall.live/internal/feed"
)

// clock says which messages a viewer may see by now. There are three kinds: live (everything), delayed
// (what was received at least so long ago) and replay (what happened up to a position that moves with a
// speed, can pause and can jump).
type clock struct {
	delay  time.Duration // of a clock that is delayed behind live
	replay bool
	lag    time.Duration // of a clock that is delayed behind a replay, in session time
	// A replay clock is at session time at when the wall clock shows since, and moves with speed.
	at     time.Time
	since  time.Time
	until  time.Time // it stops here; zero: at the session's end
	speed  float64
	paused bool
}

// Speeds of a viewer's replay.
const (
	MinSpeed = 0.1
	MaxSpeed = 50
	// OfflineSpeed is beyond what any machine keeps up with: a replay as fast as it goes.
	OfflineSpeed = 1e6
)

// position is the session time of a replay clock at wall time now.
func (c *clock) position(now time.Time) time.Time {
	if c.paused {
		return c.at.Add(-c.lag)
	}
	p := c.at.Add(time.Duration(float64(now.Sub(c.since)) * c.speed))
	if !c.until.IsZero() && p.After(c.until) {
		p = c.until
	}
	return p.Add(-c.lag)
}

// set puts a replay clock at a position; it moves on from there.
func (c *clock) set(at, now time.Time) { c.at, c.since = at.Add(c.lag), now }

// seekable reports whether the clock is its viewers' to steer.
func (c *clock) seekable() bool { return c.replay && c.lag == 0 }

// behind is the clock that is lag behind this one.
func (c clock) behind(lag time.Duration) clock {
	c.lag = lag
	return c
}

// due reports whether m, at whose place the session's own clock shows at, may be seen by now, and if not
// yet, when (zero: not before the clock is changed).
func (c *clock) due(m *feed.Message, at, now time.Time) (bool, time.Time) {
	switch {
	case c.replay:
		if !at.After(c.position(now)) {
			return true, time.Time{}
		}
		leads := at.Add(c.lag) // where the clock that this one is behind of has to be
		if c.paused || !c.until.IsZero() && leads.After(c.until) {
			return false, time.Time{}
		}
		return false, c.since.Add(time.Duration(float64(leads.Sub(c.at)) / c.speed))
	case c.delay > 0:
		when := m.Received.Add(c.delay)
		return !when.After(now), when
	}
	return true, time.Time{}
}
