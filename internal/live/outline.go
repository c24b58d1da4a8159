package live

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// outline is what the replay bar shows of the whole session: laps, track status, qualifying parts.
type outline struct {
	mu     sync.RWMutex
	laps   []lapStart // rising
	track  []period
	parts  []period
	status []period
}

type lapStart struct {
	lap  int
	time time.Time
	open bool // whether the session had started was not known
}

type period struct {
	name     string
	from, to time.Time
}

// follow notes what the state shows now.
func (o *outline) follow(s *timing.Session) {
	if s.Now.IsZero() {
		return // a snapshot that says no time: what it shows began before
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	// The feed says lap 1 from the beginning; it is run from the start on. A recording need not say the status.
	n := len(o.laps)
	switch {
	case s.Lap.Current <= 0:
	case n > 0 && o.laps[n-1].open && o.laps[n-1].lap == 1 && s.Lap.Current == 1 && s.Status != "":
		o.laps = o.laps[:n-1]
		if s.Status != f1.StatusInactive {
			o.laps = append(o.laps, lapStart{lap: 1, time: s.Now})
		}
	case s.Status != f1.StatusInactive && (n == 0 || o.laps[n-1].lap < s.Lap.Current):
		o.laps = append(o.laps, lapStart{lap: s.Lap.Current, time: s.Now, open: s.Status == ""})
	}
	o.track = extend(o.track, string(s.Track.Status), s.Now)
	o.status = extend(o.status, string(s.Status), s.Now)
	if s.Part > 0 {
		o.parts = extend(o.parts, "part_"+strconv.Itoa(s.Part), s.Now)
	}
}

func extend(all []period, name string, now time.Time) []period {
	if n := len(all); n > 0 {
		all[n-1].to = now
		if all[n-1].name == name {
			return all
		}
	}
	if name == "" {
		return all
	}
	return append(all, period{name, now, now})
}

// lapStart is when the leader began the lap.
func (o *outline) lapStart(lap int) (time.Time, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, l := range o.laps {
		if l.lap >= lap { // a lap that no message named begins with the next
			return l.time, true
		}
	}
	return time.Time{}, false
}

// lapAt is the lap being run at t, 0 before the first.
func (o *outline) lapAt(t time.Time) int {
	o.mu.RLock()
	defer o.mu.RUnlock()
	lap := 0
	for _, l := range o.laps {
		if l.time.After(t) {
			break
		}
		lap = l.lap
	}
	return lap
}

func (o *outline) timeline() wire.Timeline {
	o.mu.RLock()
	defer o.mu.RUnlock()
	t := wire.Timeline{Laps: make([]wire.TimelineLap, len(o.laps)), Periods: []wire.TimelinePeriod{}}
	for i, l := range o.laps {
		t.Laps[i] = wire.TimelineLap{Lap: l.lap, Time: wire.Time(l.time)}
	}
	for _, all := range [][]period{o.track, o.parts, o.status} {
		for _, p := range all {
			t.Periods = append(t.Periods, wire.TimelinePeriod{Status: p.name, From: wire.Time(p.from), To: wire.Time(p.to)})
		}
	}
	return t
}

// cut takes out what was not known yet at now. Times of one format compare as text.
func cut(t wire.Timeline, now string) wire.Timeline {
	t.Start, t.End = min(t.Start, wire.Text(now)), min(t.End, wire.Text(now))
	t.Laps = slices.DeleteFunc(t.Laps, func(l wire.TimelineLap) bool { return l.Time > now })
	t.Periods = slices.DeleteFunc(t.Periods, func(p wire.TimelinePeriod) bool { return p.From > now })
	for i := range t.Periods {
		t.Periods[i].To = min(t.Periods[i].To, now)
	}
	return t
}
