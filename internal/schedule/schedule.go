// Package schedule knows when the sessions of a season are: a [Calendar] of them, made from the almanac or by its owner
// from the index of an archive, says which session is on and which is next, whether one is near enough for sources to be
// watched closely, which of them a session of the feed is, and what of that session does not fit the calendar.
// internal/app fills it and asks.
//
// Promises: data in and data out, no clock of its own; what does not fit is said and never mended: when a session starts
// the feed's own status says.
package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
)

// How far around a session it counts as near: the feed's hub opens an hour before, and what has not come two hours after
// the end will not come.
const (
	Lead = time.Hour
	Tail = 2 * time.Hour
)

// Tolerance is by how much the start of a session may miss the calendar's.
const Tolerance = 5 * time.Minute

// far is by how much a session of the same kind may be moved and still be the same one.
const far = 36 * time.Hour

// Session is a session of a calendar.
type Session struct {
	Key     string // the feed's, "" unknown
	Event   string // "Belgian Grand Prix"
	Name    string // "Practice 2"
	Circuit string // the almanac's id, "" unknown
	Type    f1.SessionType
	// Start and End are when it is planned, UTC; where only the day is known, DayOnly, its bounds.
	Start, End time.Time
	DayOnly    bool
	// Offset is the local time's from UTC, as the calendar itself has it; unknown where it has none.
	Offset f1.Opt[time.Duration]
}

// Calendar is the sessions of one or more seasons.
type Calendar struct {
	Source   string // almanac or archive
	Sessions []Session
}

// New sorts the sessions by their start and leaves out those that have none.
func New(source string, sessions []Session) *Calendar {
	c := &Calendar{Source: source}
	for i := range sessions {
		if !sessions[i].Start.IsZero() {
			c.Sessions = append(c.Sessions, sessions[i])
		}
	}
	slices.SortStableFunc(c.Sessions, func(x, y Session) int { return x.Start.Compare(y.Start) })
	return c
}

// lengths are how long sessions take as a rule. The almanac has their start only.
var lengths = map[f1.SessionType]time.Duration{f1.Race: 2 * time.Hour}

var names = map[f1.SessionType]string{
	f1.Practice1: "Practice 1", f1.Practice2: "Practice 2", f1.Practice3: "Practice 3", f1.Qualifying: "Qualifying",
	f1.SprintQualifying: "Sprint Qualifying", f1.Sprint: "Sprint", f1.Race: "Race",
}

// OfRaces are the sessions of the weekends of a calendar.
func OfRaces(races []almanac.Race) []Session {
	var all []Session
	for i := range races {
		r := &races[i]
		add := func(kind f1.SessionType, start time.Time, date string) {
			s := Session{Event: r.Name, Name: cmp.Or(names[kind], string(kind)), Circuit: r.Circuit, Type: kind, Start: start}
			s.End = start.Add(cmp.Or(lengths[kind], time.Hour))
			if start.IsZero() {
				day, err := time.Parse(time.DateOnly, date)
				if err != nil {
					return
				}
				s.Start, s.End, s.DayOnly = day, day.Add(24*time.Hour), true
			}
			all = append(all, s)
		}
		for j := range r.Slots {
			add(r.Slots[j].Type, r.Slots[j].Start(), r.Slots[j].Date)
		}
		add(f1.Race, r.Start(), r.Date)
	}
	return all
}

// Around are the session that is on at a moment, the newest begun of several, and the next one to begin; nil: none.
func (c *Calendar) Around(at time.Time) (current, next *Session) {
	for i := range c.Sessions {
		s := &c.Sessions[i]
		if s.Start.After(at) {
			return current, s
		}
		if at.Before(s.End) {
			current = s
		}
	}
	return current, nil
}

// Due reports whether a session is on or near. A calendar that has none any more, or none at all, knows of nothing to
// come: then it is due, for nobody can say that it is not.
func (c *Calendar) Due(at time.Time) bool {
	if c == nil {
		return true
	}
	known := false
	for i := range c.Sessions {
		s := &c.Sessions[i]
		if over := s.End.Add(Tail); at.Before(over) {
			if known = true; !at.Before(s.Start.Add(-Lead)) {
				return true
			}
		}
	}
	return !known
}

// Told is what the feed says of a session.
type Told struct {
	Key    string
	Event  string
	Type   f1.SessionType
	Start  time.Time // UTC, zero unknown
	Offset time.Duration
}

// Match finds a session of the feed in the calendar: by its key, else the nearest of its kind; nil: it has none.
func (c *Calendar) Match(t *Told) *Session {
	var best *Session
	for i := range c.Sessions {
		s := &c.Sessions[i]
		if s.Key != "" && s.Key == t.Key {
			return s
		}
		if s.Type != t.Type || t.Start.IsZero() || s.Key != "" && t.Key != "" {
			continue
		}
		if d := s.Start.Sub(t.Start).Abs(); d <= far && (best == nil || d < best.Start.Sub(t.Start).Abs()) {
			best = s
		}
	}
	return best
}

// Check says in words what the feed tells of a session that does not fit the calendar.
func (c *Calendar) Check(t *Told, s *Session) (notes []string) {
	if d := t.Start.Sub(s.Start); !t.Start.IsZero() && !s.DayOnly && d.Abs() > Tolerance {
		notes = append(notes, fmt.Sprintf("the session says that it starts at %s, %s, the %s that it does at %s",
			clock(t.Start), apart(d), c.Source, clock(s.Start)))
	}
	if want, where, known := s.offset(); known && want != t.Offset && !t.Start.IsZero() {
		notes = append(notes, fmt.Sprintf("the session's offset of %s does not fit %s, where it is %s then", offsetText(t.Offset), where, offsetText(want)))
	}
	return notes
}

// offset is that of local time at the circuit when the session starts, and what says so.
func (s *Session) offset() (d time.Duration, where string, known bool) {
	if s.Offset.Known {
		return s.Offset.Value, "the index of the archive", true
	}
	name, known := zones[s.Circuit]
	if !known {
		return 0, "", false
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return 0, "", false
	}
	_, seconds := s.Start.In(zone).Zone()
	return time.Duration(seconds) * time.Second, name, true
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func apart(d time.Duration) string {
	word := "later"
	if d < 0 {
		word = "earlier"
	}
	return fmt.Sprintf("%d min %s", int(d.Abs().Round(time.Minute)/time.Minute), word)
}

func offsetText(d time.Duration) string {
	sign := '+'
	if d < 0 {
		sign = '-'
	}
	m := int(d.Abs() / time.Minute)
	return fmt.Sprintf("%c%02d:%02d", sign, m/60, m%60)
}
