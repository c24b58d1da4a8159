package timing

import (
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// mark stores one of the two flags of a value.
func (m *marks) mark(best *Best, key string, v *fastjson.Value) {
	switch key {
	case "OverallFastest":
		setBool(&m.overall, v)
	case "PersonalFastest":
		setBool(&m.personal, v)
	default:
		return
	}
	*best = m.best()
}

func (c *Car) lastLap(v *fastjson.Value, d *lineDelta) bool {
	ok := true
	fields(v, func(key []byte, f *fastjson.Value) {
		if string(key) != "Value" {
			c.LastLap.mark(&c.LastLap.Best, string(key), f)
			return
		}
		t, set := duration(f)
		if set {
			c.LastLap.Time = t
			d.lapTime = toMillis(t.Value)
		}
		ok = set || f.Type() == fastjson.TypeNull
	})
	return ok
}

func (c *Car) bestLap(v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "Value":
			if t, ok := duration(f); ok {
				c.BestLap.Time = t // the lap stays until it is deleted: the same time may come back without it
			}
		case "Lap":
			setSmall(&c.BestLapNumber, f)
		case "_deleted":
			for _, name := range f.GetArray() {
				if string(name.GetStringBytes()) == "Lap" {
					c.BestLapNumber = 0
				}
			}
		default:
			c.BestLap.mark(&c.BestLap.Best, string(key), f)
		}
	})
}

// takenBack is a qualifying part's best time that the feed took back.
type takenBack struct {
	part int // index into PartBest
	time f1.Opt[time.Duration]
	at   time.Time
	kept bool // it holds all the same
}

// beforePart is how long before a part begins the times of the last one may be taken back for everybody.
const beforePart = 10 * time.Second

func (c *Car) partBests(v *fastjson.Value, now time.Time) {
	each(v, func(i int, part *fastjson.Value) {
		if i > 2 {
			return
		}
		fields(part, func(key []byte, f *fastjson.Value) {
			if string(key) != "Value" {
				return
			}
			if t, ok := duration(f); ok {
				if old := c.PartBest[i].Time; old.Known && !t.Known {
					c.taken = takenBack{part: i, time: old, at: now}
				}
				c.PartBest[i].Time = t
			}
		})
	})
}

func (c *Car) speedTraps(v *fastjson.Value, d *lineDelta) {
	second, said := c.SpeedI2.KMH.Known, false
	fields(v, func(key []byte, f *fastjson.Value) {
		var speed *SpeedValue
		var i int
		switch string(key) {
		case "I1":
			speed, i = &c.SpeedI1, speedI1
		case "I2":
			speed, i = &c.SpeedI2, speedI2
		case "FL":
			speed, i = &c.SpeedFL, speedFL
		case "ST":
			speed, i = &c.SpeedST, speedST
		default:
			return
		}
		fields(f, func(key []byte, f *fastjson.Value) {
			if string(key) != "Value" {
				speed.mark(&speed.Best, string(key), f)
				return
			}
			n, ok := small(f)
			said = said || i == speedI1
			speed.KMH.Value, speed.KMH.Known = n, ok
			d.speeds[i] = int16(n)
		})
	})
	// The first speed of a lap takes the second away, and is itself not sent when it is the one on show already.
	if second && !c.SpeedI2.KMH.Known && !said && c.SpeedI1.KMH.Known {
		d.speeds[speedI1] = int16(c.SpeedI1.KMH.Value)
	}
}

// stops stores the count of pit stops, which may come after the pit entry it counts.
func (c *Car) stops(v *fastjson.Value) {
	n, ok := small(v)
	if !ok {
		return
	}
	if c.unseenIn && n > c.PitStops {
		c.stopsBefore = n - 1 // the visit during which the recording began was not counted then
		if c.stopsCounted {
			c.stintBase = c.stopsBefore
		}
	}
	c.PitStops = n
	if i := len(c.visits); i > 0 && c.visits[i-1].out == 0 {
		c.own()
		c.visits[i-1].stop = int32(n)
	}
}

// lineAnew applies a snapshot's line: it replaces what was known, and only what differs is news.
func (s *Session) lineAnew(t *touch, v *fastjson.Value, err *error) {
	c, d := t.car, &t.delta
	old := *c
	c.forgetLine()
	s.line(t, v, err)
	d.snapshot, d.stops = true, c.PitStops-old.PitStops
	if d.first && c.InPit && s.IsRace() && s.startedAt != 0 {
		c.unseenIn = true // on the first lap, too, of which there is no count yet
	}
	if b := c.taken; b.kept && !c.PartBest[b.part].Time.Known {
		c.PartBest[b.part].Time = b.time
	}
	if old.LastLap.Time == c.LastLap.Time || d.first {
		d.lapTime = 0
	}
	for i := range d.sectors {
		// On joining, the sectors on show are those of the lap being run unless it has just begun.
		if old.Sectors[i].Time == c.Sectors[i].Time || d.first && c.atLine() {
			d.sectors[i] = 0
		}
	}
	for i, v := range [4]SpeedValue{old.SpeedI1, old.SpeedI2, old.SpeedFL, old.SpeedST} {
		// On joining, the speeds are those of the lap being run if the one at the line has been taken away.
		if d.first && (c.SpeedFL.KMH.Known || c.atLine() || c.InPit) || v.KMH.Known && int16(v.KMH.Value) == d.speeds[i] {
			d.speeds[i] = 0
		}
	}
	d.pit, d.exit, d.out = !d.first && !old.InPit && c.InPit, !d.first && old.InPit && !c.InPit, false
}

// forgetLine clears what TimingData says of a car.
func (c *Car) forgetLine() {
	c.Line, c.Position, c.Shown = 0, 0, false
	c.InPit, c.PitOut, c.Stopped, c.Retired, c.KnockedOut, c.NoTimeYet = false, false, false, false, false, false
	c.StatusBits, c.Chequered = 0, false
	c.GapToLeader, c.Interval, c.Catching, c.partGaps = Gap{}, Gap{}, false, [3][2]Gap{}
	c.Laps, c.PitStops, c.LeaderGap = 0, 0, f1.Opt[time.Duration]{}
	c.LastLap, c.BestLap, c.BestLapNumber, c.PartBest = LapValue{}, LapValue{}, 0, [3]LapValue{}
	c.Sectors = [3]Sector{}
	c.SpeedI1, c.SpeedI2, c.SpeedFL, c.SpeedST = SpeedValue{}, SpeedValue{}, SpeedValue{}, SpeedValue{}
}

// forgetAbsent clears the lines of cars that a snapshot does not hold.
func (s *Session) forgetAbsent(lines *fastjson.Value, ch *Change) {
	here := Change{}
	fields(lines, func(key []byte, _ *fastjson.Value) {
		if n, ok := atoi(key); ok && n >= 0 && n <= maxCarNumber {
			here.touch(n)
		}
	})
	for n, c := range s.Cars {
		if !here.Has(n) {
			c.forgetLine()
			ch.touch(n)
		}
	}
}

// qualifying applies what the root of TimingData says about the parts of qualifying.
func (s *Session) qualifying(key string, v *fastjson.Value, m *feed.Message, ch *Change) {
	switch key {
	case "SessionPart":
		if n, ok := small(v); ok && n <= 3 {
			s.setPart(n, nanos(m.Time), ch)
		}
	case "NoEntries":
		each(v, func(i int, f *fastjson.Value) {
			if n, ok := small(f); ok && i <= 2 {
				s.Entries = grow(append([]int(nil), s.Entries...), i)
				s.Entries[i] = n
			}
		})
		ch.Parts |= PartQualifying
	case "CutOffTime":
		if d, ok := duration(v); ok {
			s.CutOffTime = d
			ch.Parts |= PartQualifying
		}
	}
}

// setPart begins a part of qualifying. The tower then shows its gaps.
func (s *Session) setPart(n int, at int64, ch *Change) {
	ch.Parts |= PartQualifying
	if n == s.Part {
		return
	}
	s.Part = n
	s.finishedAt = 0
	s.parts = append(s.parts, partMark{at: at, part: n})
	for _, c := range s.Cars {
		// Seconds before Q3 the feed of 2019 and 2021 empties the Q2 times of all who go on: that is no deletion.
		if b := c.taken; b.part == n-2 && b.time.Known && s.Now.Sub(b.at) < beforePart && !c.PartBest[b.part].Time.Known {
			c.PartBest[b.part].Time, c.taken.kept = b.time, true
		}
		s.showPartGaps(c)
		c.LeaderGap = c.GapToLeader.Time
		ch.touch(c.Number)
	}
}
