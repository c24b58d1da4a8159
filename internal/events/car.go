package events

import (
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// TimedLap is a lap of a car with its time.
type TimedLap struct {
	Number int
	Time   time.Duration
}

// Car is what detectors know of a car, each value with where it was said.
type Car struct {
	*timing.Car
	News  News   // what the newest message changed
	Index int    // in World.Cars: for what a detector keeps of each
	by    uint64 // the newest message that had news of it
	whole bool   // it has been compared as a whole: what a change does not tell of is as it was

	Gap        Fact[f1.Gap] // these two, of which most messages are, lie beside each other and the news
	Interval   Fact[f1.Gap]
	Position   Fact[int]
	Pit        Fact[bool] // in the pit lane
	PitOut     Fact[bool] // on the lap out of the pits
	Stopped    Fact[bool]
	Retired    Fact[bool]
	Knocked    Fact[bool]
	Chequered  Fact[bool]
	Laps       Fact[int] // NumberOfLaps
	LapTime    Fact[TimedLap]
	Best       Fact[f1.Opt[time.Duration]]
	PartBest   [3]Fact[f1.Opt[time.Duration]]
	Sector     [3]Fact[f1.Opt[time.Duration]]
	Speed      [4]Fact[f1.Opt[int]] // I1, I2, FL, ST
	Stints     Fact[int]            // how many the list has
	Compound   Fact[string]         // of the newest stint
	StintFresh Fact[f1.Opt[bool]]
	Entries    []Entry   // the feed's list of stints
	Mini       Fact[int] // mini-sectors of the lap passed, counted over all sectors
	Grid       Fact[int] // grid slot
	SeenBy     uint64    // the newest message that showed it moving: a timing point, a gap in time
	outLap     int       // NumberOfLaps when it last left the pits
	rank       int       // place in World.Order from 0, -1 none
	rankWas    int       // and in World.OrderWas
}

// Entry is one of the feed's list of stints, without the laps run, and the messages that have said anything new
// of it.
type Entry struct {
	Compound string
	New      f1.Opt[bool]
	Kept     bool // the feed says that the tyres were not changed
	Start    int  // laps on the set when fitted
	By       []uint64
}

// seeGaps compares the car's gaps with what was known.
func (c *Car) seeGaps(w *World) (n News) {
	if c.Gap.say(c.Car.GapToLeader, w) {
		n |= NewsGap
	}
	if c.Interval.say(c.Car.Interval, w) {
		n |= NewsInterval
	}
	return n
}

// see compares all but the gaps of the car with what was known.
func (c *Car) see(w *World) (n News) {
	t := c.Car
	say := func(changed bool, bit News) {
		if changed {
			n |= bit
		}
	}
	say(c.Position.say(t.Position, w), NewsPosition)
	if c.Pit.say(t.InPit, w) {
		n |= NewsPit
		c.outLap = t.Laps
	}
	say(c.PitOut.say(t.PitOut, w), NewsPitOut)
	say(c.Stopped.say(t.Stopped, w), NewsStopped)
	say(c.Retired.say(t.Retired, w), NewsRetired)
	say(c.Knocked.say(t.KnockedOut, w), NewsKnocked)
	say(c.Chequered.say(t.Chequered, w), NewsChequered)
	say(c.Laps.say(t.Laps, w), NewsLaps)
	number, lapTime := t.NewestTimed()
	if is := &c.LapTime.Is; number != is.Number && lapTime == is.Time && is.Number > 0 {
		if old := w.Session.TimedLap(t, is.Number); !old.Time.Known {
			is.Number = number // the lap has got another number, no other time
		}
	}
	say(c.LapTime.say(TimedLap{number, lapTime}, w), NewsLapTime)
	say(c.Best.say(t.BestLap.Time, w), NewsBest)
	for i := range c.PartBest {
		say(c.PartBest[i].say(t.PartBest[i].Time, w), NewsBest)
	}
	mini := 0
	for i := range c.Sector {
		say(c.Sector[i].say(t.Sectors[i].Time, w), NewsSector)
		for k := len(t.Sectors[i].Segments) - 1; k >= 0; k-- {
			if t.Sectors[i].Segments[k] != 0 {
				mini = minisBefore(t, i) + k + 1
				break
			}
		}
	}
	say(c.Mini.say(mini, w), NewsMini)
	for i, v := range [4]f1.Opt[int]{t.SpeedI1.KMH, t.SpeedI2.KMH, t.SpeedFL.KMH, t.SpeedST.KMH} {
		say(c.Speed[i].say(v, w), NewsSpeed)
	}
	c.Grid.say(t.Grid, w)
	say(c.Stints.say(len(t.Stints), w), NewsStint)
	if k := len(t.Stints); k > 0 {
		say(c.Compound.say(t.Stints[k-1].Compound, w), NewsStint)
		say(c.StintFresh.say(t.Stints[k-1].New, w), NewsStint)
	}
	if w.Message.Topic == feed.TopicTimingAppData {
		say(c.seeEntries(w), NewsStint)
	}
	return n
}

// seeEntries compares the list of stints with what was known.
func (c *Car) seeEntries(w *World) (news bool) {
	c.Entries = c.Entries[:min(len(c.Entries), len(c.Car.Stints))]
	for i := range c.Car.Stints {
		st := &c.Car.Stints[i]
		if i == len(c.Entries) {
			c.Entries = append(c.Entries, Entry{Start: -1})
		}
		e := &c.Entries[i]
		if e.Compound == st.Compound && e.New == st.New && e.Kept == st.TyresNotChanged && e.Start == st.StartLaps {
			continue
		}
		e.Compound, e.New, e.Kept, e.Start = st.Compound, st.New, st.TyresNotChanged, st.StartLaps
		e.By, news = append(e.By, w.Message.Offset), true
	}
	return news
}

// SaidOf are the messages that said what the feed has of a set of tyres. Where its own entry now says otherwise, what
// was said under the entries beside it is among them: the feed moves sets from one to the other.
func (c *Car) SaidOf(set *timing.Set) (by []uint64) {
	if set.Entry < 0 || set.Entry >= len(c.Entries) {
		return nil
	}
	own := &c.Entries[set.Entry]
	if own.Compound == set.Compound && own.New == set.New && (!set.Age.Known || set.Age.Value == own.Start) {
		return own.By
	}
	for i := max(set.Entry-1, 0); i <= set.Entry+1 && i < len(c.Entries); i++ {
		by = append(by, c.Entries[i].By...)
	}
	return by
}

// minisBefore counts the mini-sectors of the sectors before sector i.
func minisBefore(c *timing.Car, i int) int {
	n := 0
	for k := range i {
		n += len(c.Sectors[k].Segments)
	}
	return n
}

// OnOutLap reports whether the car has left the pits and not completed a lap since. The feed's PitOut says so only
// until the first timing point. The laps to the grid are none.
func (c *Car) OnOutLap() bool {
	return !c.Pit.Is && c.Laps.Is > 0 && (c.PitOut.Is || c.Pit.WasBy != 0 && c.Pit.Was && c.Laps.Is == c.outLap)
}

// Out reports whether the car takes no part any more, for now or for good.
func (c *Car) Out() bool { return c.Stopped.Is || c.Retired.Is || c.Knocked.Is }
