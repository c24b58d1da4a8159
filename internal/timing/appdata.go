package timing

import (
	"slices"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// fitted is one derived stint: a set of tyres between two visits to the pit lane. The feed's list of
// stints is not that: it opens entries early, late, at one time for several, without a visit, and
// rewrites old ones. So the visits make the stints (at most one more a visit), and the list says what
// was fitted.
type fitted struct {
	visit    int32 // index of the visit that began it, -1 for the first
	index    int32 // entry of the feed's list that describes it, -1 while none does
	compound string
	fresh    f1.Opt[bool]
	startAge int32 // laps on the set when fitted, -1 unknown
	kept     bool  // the feed says that the tyres were not changed
	further  bool  // described by a further entry for the same set
	rewrote  bool  // described by an entry that described the stint before too
}

// firstStint makes sure that the car has the stint it began with.
func (t *track) firstStint() {
	if len(t.fitted) == 0 {
		t.fitted = append(t.fitted, fitted{visit: -1, index: -1, startAge: -1})
	}
}

// enterPit opens a stint for the visit just begun. What was fitted is not known yet.
func (c *Car) enterPit() {
	t := &c.track
	t.firstStint()
	if n := len(c.Stints); len(t.fitted) == 1 && t.fitted[0].index < 0 && (n == 0 || !c.Stints[n-1].startKnown) {
		t.fitted[0].index = maxStints // fitted before the recording began: no entry to come tells of it
	}
	t.fitted = append(t.fitted, fitted{visit: int32(len(t.visits) - 1), index: -1, startAge: -1})
}

// describe links entry i of the feed's list to a derived stint and copies what it says. anew tells
// that the entry is new or was rewritten for another set.
func (t *track) describe(i int, st *Stint, anew bool) {
	if !st.startKnown {
		return // opened before the recording began: what set it is has not been said
	}
	t.own()
	t.firstStint()
	at := -1
	for k := len(t.fitted) - 1; k >= 0; k-- {
		if t.fitted[k].index == int32(i) {
			at = k
			break
		}
	}
	if anew {
		if pending := t.pending(); pending > at {
			at = pending
		} else if at < 0 {
			// An entry without a visit: tyres changed on the grid, or a counter that jumped early.
			at = len(t.fitted) - 1
			t.giveBack(at, int32(i))
		}
	}
	if at < 0 {
		return
	}
	f := &t.fitted[at]
	if f.index >= 0 && anew {
		t.replaced, t.replacedAt = *f, int32(at)
	}
	f.rewrote = f.index < 0 && at > 0 && t.fitted[at-1].index == int32(i)
	if f.index == int32(i) && known(f.compound) != "" && known(st.Compound) == "" {
		return // the first, ignorant form of the entry, sent again
	}
	// A further entry without a visit keeps what was fitted at the one before: that is no word on the visit.
	f.further = st.TyresNotChanged && f.compound == st.Compound && (f.further && f.index == int32(i) || f.index >= 0 && f.index < int32(i))
	if !f.further {
		f.kept = st.TyresNotChanged
	}
	f.index = int32(i)
	f.compound, f.fresh, f.startAge = st.Compound, st.New, -1
	if st.startKnown {
		f.startAge = int32(st.StartLaps)
	}
}

// lostVisit opens a stint for a visit of which only a snapshot's count tells. The snapshot's list of stints
// came before that: what it said of the new set was then taken for the old one's, and moves.
func (c *Car) lostVisit() {
	t := &c.track
	c.enterPit()
	last := len(t.fitted) - 1
	if t.replaced.index < 0 || int(t.replacedAt) != last-1 || t.replaced.visit != t.fitted[last-1].visit {
		return
	}
	visit := t.fitted[last].visit
	t.fitted[last], t.fitted[last-1] = t.fitted[last-1], t.replaced
	t.fitted[last].visit = visit
}

// giveBack returns to the stint before what was taken for the description of stint at: an entry was not
// rewritten for the new set but corrected, for now entry i comes for that one.
func (t *track) giveBack(at int, i int32) {
	f := &t.fitted[at]
	if f.rewrote && f.index < i {
		before := &t.fitted[at-1]
		before.compound, before.fresh, before.startAge, before.kept = f.compound, f.fresh, f.startAge, f.kept
	}
}

// pending is the oldest stint begun by a visit that no entry describes yet, -1 when there is none.
func (t *track) pending() int {
	for k := range t.fitted {
		if t.fitted[k].index < 0 {
			return k
		}
	}
	return -1
}

func (s *Session) timingAppData(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if m.Snapshot {
		for _, c := range s.Cars {
			c.Grid, c.replaced.index = 0, -1
			ch.touch(c.Number)
		}
	}
	ch.Parts |= PartCars
	if lines := v.Get("Lines"); lines != nil {
		s.lines(lines, ch, func(c *Car, line *fastjson.Value) {
			fields(line, func(key []byte, f *fastjson.Value) {
				switch string(key) {
				case "GridPos":
					setSmall(&c.Grid, f)
				case "Line":
					s.lineWithoutTimingData(c, f, m)
				case "Stints":
					if m.Snapshot && len(c.fitted) == 0 {
						c.joinStints(f)
						return
					}
					if m.Snapshot {
						c.stintsAnew(f)
						return
					}
					each(f, func(i int, st *fastjson.Value) {
						if i < maxStints {
							s.stint(c, i, st, nanos(m.Time))
						}
					})
				}
			})
		})
	}
	return nil
}

// lineWithoutTimingData takes the order of the tower from TimingAppData where TimingData is missing.
func (s *Session) lineWithoutTimingData(c *Car, v *fastjson.Value, m *feed.Message) {
	n, ok := small(v)
	if !ok || n == 0 || n == c.Line || s.timingDataSeen {
		return
	}
	s.appLines = true
	c.Line = n
	s.scratch.order = nil
	s.addPosition(positionMark{at: nanos(m.Time), car: int16(c.Number), position: int16(n)})
}

// maxStints bounds a car's stints; a practice session has at most about 15.
const maxStints = 128

// stint applies what a patch says of one entry of the feed's list of stints.
func (s *Session) stint(c *Car, i int, v *fastjson.Value, at int64) {
	if v.Type() != fastjson.TypeObject {
		return
	}
	var st Stint
	if i < len(c.Stints) {
		st = c.Stints[i]
	}
	st.apply(v)
	if i > 0 && i == len(c.Stints) && c.joinLap > 0 && len(c.visits) == 0 && !c.InPit && !c.stopsCounted {
		c.stintBase = i // joined between the exit and the entry for the set fitted
	}
	older := i < len(c.Stints) && st.TotalLaps > c.Stints[i].TotalLaps
	c.entry(i, &st)
	c.replaced.index = -1
	if older && c.joinLap > 0 {
		c.stintsTill(i, s.IsRace())
		s.ranSince(c, i, at)
	}
}

// stintsAnew takes the list of a snapshot: entries that are as they were are no news.
func (c *Car) stintsAnew(list *fastjson.Value) {
	n := 0
	each(list, func(i int, v *fastjson.Value) {
		if i < maxStints && v.Type() == fastjson.TypeObject {
			var st Stint
			st.apply(v)
			c.entry(i, &st)
			n = max(n, i+1)
		}
	})
	c.Stints = c.Stints[:min(n, len(c.Stints))]
}

// entry puts an entry into the list, and what is new of it into the derived stints.
func (c *Car) entry(i int, st *Stint) {
	anew := i >= len(c.Stints)
	if i > len(c.Stints) && len(c.Stints) == 0 && len(c.visits) == 0 && !c.stopsCounted {
		c.stintBase = i // the recording began after them
	}
	c.Stints = grow(c.Stints, i)
	old := c.Stints[i]
	if !anew && *st == old {
		return
	}
	c.Stints[i] = *st
	if !anew {
		rewritten := old.Compound != "" && old.Compound != unknownCompound && st.Compound != old.Compound ||
			st.TotalLaps < old.TotalLaps
		anew = rewritten && i == len(c.Stints)-1
	}
	c.describe(i, st, anew)
}

// unknownCompound is what the feed says until it knows better.
const unknownCompound = "UNKNOWN"

func (st *Stint) apply(v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "Compound":
			if f.Type() == fastjson.TypeString {
				st.Compound = compound(f.GetStringBytes())
			}
		case "New":
			if b, ok := boolean(f); ok {
				st.New = f1.Some(b)
			}
		case "TyresNotChanged":
			setBool(&st.TyresNotChanged, f)
		case "TotalLaps":
			setSmall(&st.TotalLaps, f)
		case "StartLaps":
			if n, ok := small(f); ok {
				st.StartLaps, st.startKnown = n, true
			}
		case "LapTime":
			if t, ok := duration(f); ok {
				st.LapTime = t
			}
		case "LapNumber":
			setSmall(&st.LapNumber, f)
		}
	})
}

// compounds saves an allocation for each of the names that come all the time.
var compounds = []string{"SOFT", "MEDIUM", "HARD", "INTERMEDIATE", "WET", unknownCompound, "HYPERSOFT", "ULTRASOFT",
	"SUPERSOFT", "SUPERHARD", "TEST", "TEST_UNKNOWN"}

func compound(b []byte) string {
	if i := slices.IndexFunc(compounds, func(c string) bool { return c == string(b) }); i >= 0 {
		return compounds[i]
	}
	return string(b)
}
