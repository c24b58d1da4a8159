package timing

import (
	"slices"
	"strings"
	"time"

	"github.com/valyala/fastjson"
)

// A recording may begin in the middle of a session, with a snapshot or without. A snapshot tells what is, but
// not since when, and of the lap being driven no more than what is on show. What follows from it for certain
// is taken; the rest stays unknown.

// joining is what a car had done when the recording began.
type joining struct {
	joinLap      int32     // lap then being run, or next to be run by a car in the pits; 0 seen from its first lap
	joinCount    int32     // laps completed then, as a snapshot had it; -1 nobody said
	joinPart     int8      // part of qualifying then
	joinedOut    int64     // when it began, for a car just out of the pits
	unseenIn     bool      // in the pits: the entry was not seen
	pitSaid      bool      // whether it is in the pits has been said
	outSaid      int64     // when it was said to be out of them, as the first word on that
	stintsOpen   bool      // nobody has said yet how many stints there were before
	bestBefore   [4]millis // best lap, and that of each qualifying part; 0 none
	stintsBest   millis    // fastest lap of the list of stints, 0 none
	stintsTold   bool      // a snapshot told stintsBest
	joinEntries  int       // entries of that list
	lastBefore   millis    // lap time on show, 0 none
	stopsBefore  int       // stops, as far as the feed counted them
	stopsCounted bool      // stintBase is the feed's count of stops
	stintBase    int       // stints before the first that was seen
	stintStart   int32     // lap on which that one began, 0 unknown
}

// join begins a car's laps at its first known count. A recording may begin in the middle of a session:
// what came before the first count belongs to the lap that ends, or in a snapshot is, with it.
func (s *Session) join(c *Car, d *lineDelta, at int64) {
	race, t := s.IsRace(), &c.track
	d.before = max(d.raise-1, 0)
	if d.snapshot {
		d.before = d.raise
		t.unseenIn = c.InPit && d.raise > 0
	}
	if n := len(t.laps); n > 0 {
		old := t.laps[n-1].number
		t.laps[n-1].number = openLap(race, d.before)
		for i := range t.visits {
			if v := &t.visits[i]; v.lap == old {
				v.lap = t.laps[n-1].number
				if v.outLap == old {
					v.outLap = v.lap
				}
			}
		}
	}
	if d.before == 0 {
		t.stintBase, t.stopsCounted = 0, race // entries of the list without a lap are no stints
		return
	}
	t.joinLap, t.joinCount = openLap(race, d.before), -1
	if t.unseenIn {
		t.joinLap++
	}
	l := t.open(openLap(race, d.before), 0)
	l.start, l.unsure = 0, true
	if d.snapshot {
		s.joinSnapshot(c, l, d, at)
		return
	}
	t.stintsOpen = true
}

// joinExit finds the exit from a stay during which a recording without a snapshot began: the car is said not to
// be in the pits, where nobody had said that it was.
func (s *Session) joinExit(c *Car, d *lineDelta, at int64) {
	t := &c.track
	if t.joinCount >= 0 || t.outSaid == 0 {
		return
	}
	if at-t.outSaid < pitExitEarly {
		d.exit, t.unseenIn = true, true
		if l := &t.laps[len(t.laps)-1]; !s.IsRace() && d.raise > d.before {
			l.unseen = true
		}
	}
	t.outSaid = 0
}

// joinSnapshot reads from the snapshot with which a recording begins what it says of the lap being driven
// and of the time before.
func (s *Session) joinSnapshot(c *Car, l *lap, d *lineDelta, at int64) {
	race, t := s.IsRace(), &c.track
	t.joinCount = int32(d.before)
	t.bestBefore[0], t.joinPart = toMillis(c.BestLap.Time.Value), int8(s.Part)
	for p := range c.PartBest {
		t.bestBefore[p+1] = toMillis(c.PartBest[p].Time.Value)
	}
	t.lastBefore, t.stopsBefore = toMillis(c.LastLap.Time.Value), c.PitStops
	if t.unseenIn {
		t.stopsBefore = max(c.PitStops-1, 0) // the visit may have been counted already; see stops
	}
	if race {
		// Outside races not every visit is counted; the feed's list of stints tells more there.
		t.stintBase, t.stopsCounted = t.stopsBefore, true
		if c.PitStops == 0 && !t.unseenIn {
			t.stintStart = 1
		}
		c.listBehind()
	}
	if t.unseenIn {
		l.unseen = !race
		return
	}
	// What is on show is of the lap being driven, unless the car is at the line: then of the lap before, or the
	// count is about to rise.
	line, first := c.atLine(), c.Sectors[0].Segments
	inLane := !line && len(first) > 0 && first[0]&bitInPit != 0
	outLap := c.PitOut || c.StatusBits&bitOutLap != 0
	l.fromPit = inLane || outLap && !line && !race // in a race the exit may be after the line or before it
	// The bit may go before the count comes, too; but the first sector of a lap out of the pits has no time.
	untimed := !c.Sectors[0].Time.Known && (c.Sectors[1].Time.Known || line)
	l.unsure = race || !l.fromPit && (c.StatusBits == 0 || outLap || untimed)
	if c.PitOut && !race {
		t.joinedOut = at
	}
	if old := c.Sectors[0].Time.Known && l.fromPit; old || c.PitOut {
		// The values of the lap into the pits stay on show until the first sector of the lap out of them.
		d.sectors, d.speeds = [3]millis{}, [4]int16{}
	}
}

// joinedOnExit reports whether a recording began between the exit from the pits and the count of the lap that
// begins with it, told at a moment: the lap that it ends was over before. Or the exit was told with the count.
func (t *track) joinedOnExit(exit bool, at int64) bool {
	into := &t.laps[0]
	if t.joinCount <= 0 || into.start != 0 || into.in != 0 || into.out != 0 || into.end != at {
		return false
	}
	return exit || t.joinedOut != 0 && at-t.joinedOut < pitExitEarly
}

// atLine reports whether what is on show is that of a whole lap: the last sector is timed, or its last
// mini-sector passed. The first sector of the next lap takes it away.
func (c *Car) atLine() bool {
	last := c.Sectors[2].Segments
	return c.Sectors[2].Time.Known || len(last) > 0 && last[len(last)-1] != 0
}

// joinStints takes a list that was there when the recording began: its last entry is what the car runs
// on, those before it belong to laps that were not seen.
func (c *Car) joinStints(list *fastjson.Value) {
	each(list, func(i int, v *fastjson.Value) {
		if i < maxStints && v.Type() == fastjson.TypeObject {
			c.Stints = grow(c.Stints, i)
			c.Stints[i].apply(v)
		}
	})
	c.stintsTold = true
	for i := range c.Stints {
		if t := toMillis(c.Stints[i].LapTime.Value); t != 0 && (c.stintsBest == 0 || t < c.stintsBest) {
			c.stintsBest = t
		}
	}
	c.joinEntries = len(c.Stints)
	if n := len(c.Stints); n > 0 {
		if !c.stopsCounted {
			c.stintBase = n - 1
		}
		c.describe(n-1, &c.Stints[n-1], true)
		c.listBehind()
	}
}

// listBehind forgets what the list of stints said of the set that is on, where it has fewer entries than the
// stops make stints: the one for this set is still to come.
func (c *Car) listBehind() {
	if c.stopsCounted && !c.InPit && len(c.fitted) == 1 && len(c.Stints) <= c.stintBase {
		c.fitted[0] = fitted{visit: -1, index: -1, startAge: -1}
	}
}

// fittedUnseen gives the stint that begins with the exit from a stay during which the recording began what the
// list already says of it: an entry that has come since, and has not run a lap, is of the new set.
func (c *Car) fittedUnseen() {
	first, last := &c.fitted[0], &c.fitted[len(c.fitted)-1]
	i := int(first.index)
	if len(c.fitted) != 2 || i < max(c.joinEntries, 1) || i != len(c.Stints)-1 || c.Stints[i].TotalLaps != c.Stints[i].StartLaps {
		return
	}
	visit := last.visit
	*last, *first = *first, fitted{visit: -1, index: int32(i - 1)}
	last.visit = visit
	c.describe(i-1, &c.Stints[i-1], false)
	if !c.stopsCounted {
		c.stintBase = max(i-1, 0)
	}
}

// tickLate is how long after the end of a lap the feed may say that the set is a lap older.
const tickLate = int64(60e9)

// ranSince concludes from a set that has just become older on which lap it was fitted, where that was before
// the recording began. The list as it was then does not tell: it may have been late, or not known the set. In
// a race not even this does, for laps of a set go uncounted (2025 Miami sprint, car 22).
func (s *Session) ranSince(c *Car, i int, at int64) {
	t := &c.track
	st := &c.Stints[i]
	if s.IsRace() || !st.startKnown || len(t.laps) == 0 || len(t.fitted) == 0 || t.fitted[0].index != int32(i) || i != len(c.Stints)-1 {
		return
	}
	start := t.laps[len(t.laps)-1].number - int32(st.TotalLaps-st.StartLaps)
	switch {
	case len(t.visits) == 0 && !c.InPit && !t.unseenIn && t.raised != 0 && at-t.raised < tickLate:
	case len(t.visits) == 1 && c.InPit:
		start++ // the lap into the pits has ended, the next has not begun
	default:
		return
	}
	if start <= t.joinLap {
		t.own()
		t.stintStart = max(start, 1)
	}
}

// stintsTill notes that a car is on the stint that entry i of the feed's list describes: it has grown older.
func (c *Car) stintsTill(i int, race bool) {
	if c.stintsOpen && !race && len(c.visits) == 0 && !c.InPit && !c.unseenIn {
		c.stintBase, c.stintsOpen = i, false
	}
}

// stopsTill notes the feed's count of stops for a car of which nobody knows how many it had made.
func (c *Car) stopsTill(n int, race bool) {
	if !c.stintsOpen || !race {
		return
	}
	for i := range c.visits {
		if c.visits[i].out != 0 {
			n--
		}
	}
	if c.InPit {
		n--
	}
	c.stintBase, c.stintsOpen = max(n, 0), false
}

// bestSure tells of the session (index 0) and of each part of qualifying whether the best lap before the
// recording began is known. The feed's own best is not that one: it leaves out laps that ended in the pits.
func (c *Car) bestSure() (sure [4]bool) {
	for p := range sure {
		sure[p] = c.joinLap == 0 || c.bestBefore[p] != 0 && !c.stintsTold || p > int(c.joinPart) && c.joinPart > 0
	}
	return sure
}

// beats reports whether a lap, of time t, is better than all before the recording began. The list of stints has
// the fastest of each; where it has none, none of them counted, if the feed calls this lap the best.
func (c *Car) beats(l *lap, t millis) bool {
	return c.stintsTold && (c.stintsBest == 0 && l.best || t < c.stintsBest) && (c.lastBefore == 0 || t < c.lastBefore)
}

// trackHistory takes from a snapshot the track status of the time before a recording began.
func (s *Session) trackHistory(series *fastjson.Value, now time.Time) {
	if len(s.track) > 0 && s.track[0].at < nanos(now) {
		return // heard itself
	}
	s.trackBefore = nil
	each(series, func(_ int, e *fastjson.Value) {
		f := e.Get("TrackStatus")
		if f == nil {
			return
		}
		if at, ok := moment(e.Get("Utc")); ok && at.Before(now) && len(s.trackBefore) < maxIndex {
			s.trackBefore = append(s.trackBefore, trackMark{at: nanos(at), code: trackCode(text(f))})
		}
	})
}

// trackCode is the code of a track status spelt as a word.
func trackCode(word string) byte {
	switch word {
	case "AllClear":
		return '1'
	case "Yellow":
		return '2'
	case "SCDeployed":
		return '4'
	case "Red":
		return '5'
	case "VSCDeployed":
		return '6'
	case "VSCEnding":
		return '7'
	}
	return 0
}

// trackMarks are the changes of the track's state, those from before the recording began included.
func (s *Session) trackMarks() []trackMark {
	if len(s.trackBefore) == 0 {
		return s.track
	}
	return append(slices.Clone(s.trackBefore), s.track...)
}

// aboutStart is how far from the truth a lap's end less its time may be, as its start.
const aboutStart = int64(5e9)

// trackJoined is the track status during a lap of which the start is not known, "" when that may have been
// before a change; and that of the time before it, as far as it matters.
func (s *Session) trackJoined(marks []trackMark, end int64, t millis, joined bool) (during, before string) {
	if end == 0 || len(marks) == 0 {
		return "", ""
	}
	since := marks[0].at
	start := end - int64(t)*int64(time.Millisecond)
	switch {
	case t == 0:
		if len(s.trackBefore) == 0 && joined {
			return "", ""
		}
		if all := trackDigits(marks, since, end); len(all) == 1 {
			return all, all
		}
		return "", ""
	case start-aboutStart < since:
		return "", ""
	}
	during = trackDigits(marks, start-aboutStart, end)
	if during != trackDigits(marks, start+aboutStart, end) {
		return "", ""
	}
	if before = trackDigits(marks, max(since, start-slowest), start); strings.Contains(before, "4") {
		before = "4" // the lap before may have been all behind the safety car
	}
	return during, before
}

// slowest is longer than any lap behind a safety car.
const slowest = int64(5 * time.Minute)
