package openf1

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// occasion is a session as this dialect knows it.
type occasion struct {
	key       string
	number    int64 // the key as a number, as OpenF1 has it
	meeting   int64
	slug      string
	held      bool   // its log is at hand
	loaded    bool   // and in memory
	stored    bool   // the store has all that a clock would show of the log
	clock     string // at which it is looked at; "" the process's own
	kind      string // our type of session
	name      string
	event     string
	official  string
	circuit   string
	country   string
	path      string // in the official archive
	start     time.Time
	end       time.Time
	offset    time.Duration
	venue     wire.Venue
	season    int
	simulated bool
	best      bestParts // of qualifying, where the log is read for it
	race      *occasion // that a qualifying session is for; nil: not known
}

// numberOfKey is a session's key as a number: our keys of sessions that the feed has not named are none, and get one
// that is the same every time.
func numberOfKey(key string) int64 {
	if n, err := strconv.ParseInt(key, 10, 64); err == nil {
		return n
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(key))   // never fails
	return int64(h.Sum64() >> 12) // exact in the floating point numbers of other languages
}

// heldOccasion is a session that is in the list of those whose logs are at hand.
func heldOccasion(e *wire.Session) occasion {
	o := occasion{
		key: e.Key, number: numberOfKey(e.Key), slug: string(e.Slug), held: true, kind: string(e.Type), name: string(e.Name), event: string(e.Event),
		official: string(e.Official), circuit: string(e.Circuit), country: string(e.Country), start: momentOf(e.Start), end: momentOf(e.End),
		offset: time.Duration(e.UTCOffsetS) * time.Second, venue: e.Venue, simulated: e.Simulated,
	}
	if !o.start.IsZero() {
		o.season = o.start.Year()
	}
	o.meeting = int64(e.Venue.MeetingKey)
	return o
}

// storedOccasion is a session of which only the rows are kept. The store does not know the weekend's key in the feed:
// season and round stand for it where no log of the weekend says it.
func storedOccasion(s *store.Session) occasion {
	o := occasion{
		key: s.SessionKey, number: numberOfKey(s.SessionKey), slug: s.Slug(), kind: string(s.Type), name: s.Name, event: s.Event, circuit: s.CircuitID,
		start: s.DateStart.Value, end: s.DateEnd.Value, offset: s.UTCOffset.Value, season: s.Season.Value, simulated: s.Simulated,
	}
	if s.Season.Known && s.Round.Known {
		o.meeting = int64(s.Season.Value*100 + s.Round.Value)
	}
	return o
}

func momentOf(t wire.Text) time.Time {
	at, err := time.Parse(time.RFC3339, string(t))
	if err != nil {
		return time.Time{}
	}
	return at
}

// meetingKey is null where it is not known.
func (o *occasion) meetingKey() value {
	if o.meeting == 0 {
		return value{}
	}
	return integerOf(o.meeting)
}

// horizon is the session at whose clock a request looks: what is later does not exist yet. The zero horizon is none.
type horizon struct {
	key, slug string
	simulated bool
	start     time.Time
}

// hides reports whether an occasion is later than the horizon's session, or the same one under another key; what can
// not be told is hidden.
func (h *horizon) hides(o *occasion) bool {
	switch {
	case h.key == "" || h.key == o.key:
		return false
	case h.slug != "" && h.slug == o.slug && h.simulated == o.simulated:
		return true
	}
	return h.start.IsZero() || o.start.IsZero() || !o.start.Before(h.start)
}

// isDelay reports whether a clock is one of those that lag behind the process's own.
func isDelay(clock string) bool {
	return clock == "live" || clock == "default" || strings.HasPrefix(clock, "live-")
}

// horizonOf is the horizon of a viewer's clock, else of the process's own where it is behind what is held.
func (s *Dialect) horizonOf(clock string, list []wire.SessionEntry) (horizon, error) {
	key := ""
	if clock != "" && !isDelay(clock) {
		state, err := s.sessions.Clock(clock)
		if err != nil {
			return horizon{}, fmt.Errorf("clock %s: %w", clock, err)
		}
		key = state.SessionKey
	} else if held, ok := s.sessions.Held("latest"); ok && held.Hidden {
		key = held.Key
	}
	h := horizon{key: key}
	for i := range list {
		if e := &list[i].Session; key != "" && e.Key == key {
			h.slug, h.simulated, h.start = string(e.Slug), e.Simulated, momentOf(e.Start)
		}
	}
	return h, nil
}

// occasions are the sessions that a viewer may know at a clock, by their start.
func (s *Dialect) occasions(ctx context.Context, clock string) (all []occasion, latest int, err error) {
	list := s.sessions.List().Sessions
	h, err := s.horizonOf(clock, list)
	if err != nil {
		return nil, 0, err
	}
	stored, err := s.stored(ctx)
	if err != nil {
		return nil, 0, err
	}
	same := map[string]bool{}
	for i := range list {
		if list[i].Stored {
			continue
		}
		o := heldOccasion(&list[i].Session)
		same[o.key], same[o.slug+strconv.FormatBool(o.simulated)] = true, true
		if h.hides(&o) {
			continue
		}
		if o.key == h.key || isDelay(clock) {
			o.clock = clock
		}
		o.stored = s.whole(stored, &o)
		told, err := s.told(&o, &list[i])
		if err != nil {
			return nil, 0, err
		}
		if told {
			all = append(all, o)
		}
	}
	known := weekends(list, stored)
	for i := range stored {
		o := storedOccasion(&stored[i])
		o.completed(known[o.weekend()])
		if same[o.key] || o.slug != "" && same[o.slug+strconv.FormatBool(o.simulated)] || h.hides(&o) {
			continue
		}
		all = append(all, o)
	}
	slices.SortStableFunc(all, func(a, b occasion) int { return a.start.Compare(b.start) })
	raced(all)
	return all, s.latest(all, h), nil
}

// maxDelay is the most that a clock lags behind the process's own.
const maxDelay = 5 * time.Minute

// delayOf is how far a clock lags behind the process's own: live-30. It is at most [maxDelay], and 0 for other clocks.
func delayOf(clock string) time.Duration {
	text, _ := strings.CutPrefix(clock, "live-")
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, maxDelay)
}

// whole reports whether the store has all that the occasion's clock would show of its log.
func (s *Dialect) whole(stored []store.Session, o *occasion) bool {
	at := slices.IndexFunc(stored, func(r store.Session) bool { return r.SessionKey == o.key && r.Simulated == o.simulated })
	return at >= 0 && stored[at].Whole && stored[at].Source == "log" && !stored[at].Changed.After(s.cfg.Now().Add(-delayOf(o.clock)))
}

// told reports whether the occasion's clock has been told of the session at all. The picker's line shows a session as
// the process's own clock has it; where the occasion is looked at by a clock that is behind, what it says is what
// that clock shows.
func (s *Dialect) told(o *occasion, e *wire.SessionEntry) (bool, error) {
	held, _ := s.sessions.Held(o.key)
	o.loaded = held.Loaded
	if o.clock == "" || o.clock == "live" || o.clock == "default" {
		return true, nil
	}
	known := s.cfg.Now().Add(-delayOf(o.clock))
	if isDelay(o.clock) && !held.Live && !held.Hidden && !held.Default && e.End != "" && momentOf(e.End).Before(known) {
		return true, nil // it was over when the clock was there, and its own clock is at the end
	}
	if !held.Loaded { // nobody follows it: its first message says enough
		return !momentOf(e.Start).After(known), nil
	}
	place, err := s.sessions.Place(o.key, noTime, 0, o.clock)
	if err != nil || place.Offset == 0 {
		return false, err
	}
	board, err := s.sessions.Board(o.key, noTime, 0, o.clock)
	if err != nil {
		return false, err
	}
	shown := heldOccasion(&board.Session)
	shown.key, shown.number, shown.clock, shown.loaded, shown.stored = o.key, o.number, o.clock, o.loaded, o.stored
	*o = shown
	return true, nil
}

// latest is the place of the session that is called latest: that of the clock, the one that runs, else the last that
// has begun; -1: none.
func (s *Dialect) latest(all []occasion, h horizon) int {
	key := h.key
	if held, ok := s.sessions.Held("latest"); ok && key == "" && held.Live {
		key = held.Key
	}
	if at := slices.IndexFunc(all, func(o occasion) bool { return o.key == key }); at >= 0 {
		return at
	}
	now := s.cfg.Now().Add(time.Minute)
	for at := len(all) - 1; at >= 0; at-- {
		if !all[at].start.After(now) {
			return at
		}
	}
	return len(all) - 1
}

// listFor is how long a list of stored sessions serves.
const listFor = time.Second

// stored are the sessions in the store.
func (s *Dialect) stored(ctx context.Context) ([]store.Session, error) {
	if s.store == nil {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.listed) > listFor {
		all, err := s.store.Sessions(ctx, store.SessionQuery{})
		if err != nil {
			return nil, fmt.Errorf("openf1: list of stored sessions: %w", err)
		}
		s.list, s.listed = all, now
	}
	return s.list, nil
}

// chosen are the occasions that a query can be about.
func (s *Dialect) chosen(ctx context.Context, q *query) ([]occasion, error) {
	all, latest, err := s.occasions(ctx, q.clock)
	if err != nil {
		return nil, err
	}
	var out []occasion
	for at := range all {
		o := &all[at]
		switch {
		case q.session != "" && q.session != o.key && q.session != o.slug:
		case q.latest[0] && (latest < 0 || o.meeting != all[latest].meeting || o.event != all[latest].event):
		case q.latest[1] && at != latest:
		case !q.may("meeting_key", o.meetingKey()) || !q.may("session_key", integerOf(o.number)):
		default:
			out = append(out, *o)
		}
	}
	return out, nil
}
