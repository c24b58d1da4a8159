package timing

import (
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// What detectors of events ask after a message. Each answer is a look at the newest entries of a car and no
// table; the tables say the same.

// Joined reports whether the car was not seen from its first lap on: it may have driven laps that nobody has heard of.
func (c *Car) Joined() bool { return c.joinLap != 0 }

// Counted reports whether the car's count of laps has been said.
func (c *Car) Counted() bool { return c.countKnown }

// Timed is what is known of a lap's time.
type Timed struct {
	Time   f1.Opt[time.Duration] // unknown for a lap that the feed has not timed, and for one that began in the garage
	Part   int                   // of qualifying in which it was driven, 0 elsewhere
	Pitted bool                  // it ended in the pit lane
	Out    bool                  // it began in the pit lane
}

// TimedLap gives the time of a lap as the feed has it.
func (s *Session) TimedLap(c *Car, number int) (timed Timed) {
	for k := len(c.laps) - 1; k >= 0; k-- {
		l := &c.laps[k]
		if int(l.number) != number {
			continue
		}
		timed.Part, timed.Out = int(l.part), l.fromPit
		if l.time == 0 {
			return timed
		}
		t, _ := c.timed(s.IsRace(), k)
		timed.Time = t.opt()
		// The time may come minutes after the lap's end, when the car has long been in the pits.
		timed.Pitted = l.in != 0 && (l.start == 0 || l.in < l.start+int64(t)*int64(time.Millisecond))
		return timed
	}
	return timed
}

// FromPit reports whether a lap began in the pit lane, or may have done so before the recording was joined.
func (c *Car) FromPit(number int) bool {
	for k := len(c.laps) - 1; k >= 0; k-- {
		if int(c.laps[k].number) == number {
			return c.laps[k].fromPit || c.laps[k].unsure
		}
	}
	return false
}

// Visit is one time of a car in the pit lane.
type Visit struct {
	Lap    int // on which it entered
	Number int // of the visits while the session ran, as PitStops has it
	In     time.Time
	Out    time.Time // zero while it is there
	Under  string    // green, sc, vsc, red when it came in; "" nobody has said
	Runs   bool      // it came in while the session ran, or stood still after it had begun
	Sure   bool      // both ends were heard, no snapshot told of one
}

// NewestVisit returns the car's newest time in the pit lane.
func (s *Session) NewestVisit(c *Car) (Visit, bool) {
	n := len(c.visits)
	if n == 0 {
		return Visit{}, false
	}
	number := c.stopsBefore
	for i := range c.visits {
		v := &c.visits[i]
		if v.running() && (v.in != 0 || v.stop != 0 || !s.IsRace()) {
			number = max(int(v.stop), number+1)
		}
	}
	v := &c.visits[n-1]
	return Visit{Lap: int(v.lap), Number: number, In: fromNanos(v.in).Value, Out: fromNanos(v.out).Value, Under: v.under(),
		Runs: v.running() && v.in != 0 && v.lap != 0, Sure: !v.unsure}, true
}

// PublishedStops counts the lane and standing times that the feed has published.
func (s *Session) PublishedStops() int { return len(s.lanes) + len(s.history.stops) }

// Set is a set of tyres on a car between two times in the pit lane.
type Set struct {
	Number   int // of the stint, from 1; 0 unknown
	Lap      int // first lap on it, 0 unknown
	Compound string
	New      f1.Opt[bool]
	Age      f1.Opt[int] // laps on the set when it was fitted
	Entry    int         // of the feed's list of stints, from 0; -1 while none tells of it
	Kept     bool        // the feed says that the tyres were not changed
	In       time.Time   // when the car came in for it; zero for the first one seen
}

// Sets returns the sets of tyres that the car has had, the newest last. A compound that the feed does not
// know is empty.
func (c *Car) Sets() []Set {
	rows := c.stintRows()
	sets := make([]Set, len(rows))
	for i := range rows {
		r := &rows[i]
		sets[i] = Set{Number: r.number, Lap: int(r.start), Compound: known(r.compound), New: r.fresh, Kept: r.kept, Entry: int(r.index)}
		if k := int(r.visit); k >= 0 && k < len(c.visits) {
			sets[i].In = fromNanos(c.visits[k].in).Value
		}
		if r.startAge >= 0 {
			sets[i].Age = f1.Some(int(r.startAge))
		}
	}
	return sets
}

// Ruling is what a message of race control says of one lap: that it is deleted, or given back.
type Ruling struct {
	Message    int // index of the message
	Car        int
	LapTime    f1.Opt[time.Duration] // of the lap, as the text has it
	TextLap    int                   // number of the lap, as the text has it; 0 none
	Clock      f1.Opt[time.Duration] // local time of day of the offence
	Reinstated bool
	Reason     string
	Lap        int // number of the lap meant, by time and clock; 0 unknown
}

// Rules reports whether a message deletes a lap of a car or gives one back.
func Rules(m *racecontrol.Message) bool {
	_, ok := deletionOf(m)
	return ok
}

// RulingOf reads a message about one lap; false when it is about something else.
func RulingOf(row *f1.RaceControlRow) (Ruling, bool) {
	m := racecontrol.Parse(row)
	d, ok := deletionOf(&m)
	d.message = int32(row.MessageID)
	return d.ruling(), ok
}

func (d *deletion) ruling() Ruling {
	r := Ruling{Message: int(d.message), Car: int(d.car), LapTime: d.lapTime.opt(), TextLap: int(d.lap), Reinstated: d.reinstated, Reason: d.reason}
	if d.clock >= 0 {
		r.Clock = f1.Some(time.Duration(d.clock) * time.Second)
	}
	return r
}

// Rulings returns what race control says of laps now, in the order in which it was heard: messages that
// were corrected or withdrawn are not in it.
func (s *Session) Rulings() []Ruling {
	all := make([]Ruling, len(s.deletions))
	for i := range s.deletions {
		d := &s.deletions[i]
		all[i] = d.ruling()
		if c := s.Cars[int(d.car)]; c != nil && s.timingDataSeen {
			if k := s.deletedLap(c, d); k >= 0 {
				all[i].Lap = int(c.laps[k].number)
			}
		}
	}
	return all
}

// PartAt is the part of qualifying that was the current one at a moment, 0 before the first and elsewhere.
func (s *Session) PartAt(at time.Time) int {
	part := 0
	for _, p := range s.parts {
		if p.at <= nanos(at) {
			part = p.part
		}
	}
	return part
}
