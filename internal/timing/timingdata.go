package timing

import (
	"fmt"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// touch is a car of the message being applied, with what it was before.
type touch struct {
	car           *Car
	position      int
	line          int
	gap, interval Gap
	out           bool // stopped or retired
	more          bool // the message says more of it than gaps
	delta         lineDelta
}

// timingDataF1 is a copy of TimingData with fewer updates; it is used only where TimingData is absent.
func (s *Session) timingDataF1(v *fastjson.Value, m *feed.Message, ch *Change) error {
	if s.timingDataSeen {
		return nil
	}
	return s.tower(v, m, ch)
}

func (s *Session) timingData(v *fastjson.Value, m *feed.Message, ch *Change) error {
	s.timingDataSeen = true
	return s.tower(v, m, ch)
}

// tower applies the lines of the timing tower. All lines of a message are applied before anything is
// concluded from them: a swap of places comes as two lines of one message.
func (s *Session) tower(v *fastjson.Value, m *feed.Message, ch *Change) error {
	var lines *fastjson.Value
	var err error
	ch.GapsOnly = !m.Snapshot
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "Lines":
			lines = f
		case "SessionPart", "NoEntries", "CutOffTime":
			ch.GapsOnly = false
			s.qualifying(string(key), f, m, ch)
		}
	})
	if lines == nil {
		return nil
	}
	if m.Snapshot {
		s.forgetAbsent(lines, ch)
	}
	touched := s.scratch.touched[:0]
	s.lines(lines, ch, func(c *Car, line *fastjson.Value) {
		touched = append(touched, touch{car: c, position: c.Position, line: c.Line, gap: c.GapToLeader, interval: c.Interval, out: c.Stopped || c.Retired})
		t := &touched[len(touched)-1]
		t.delta.raise, t.delta.before, t.delta.first = -1, c.Laps, !c.countKnown
		if m.Snapshot {
			s.lineAnew(t, line, &err)
			return
		}
		s.line(t, line, &err)
	})
	s.scratch.touched = touched
	ch.Parts |= PartCars
	s.concluded(touched, m, ch)
	clear(touched)
	return err
}

// concluded draws the conclusions of a message once all its lines are applied.
func (s *Session) concluded(touched []touch, m *feed.Message, ch *Change) {
	race, at := s.IsRace(), nanos(m.Time)
	gaps, order := m.Snapshot, m.Snapshot
	for i := range touched {
		t := &touched[i]
		ch.GapsOnly = ch.GapsOnly && !t.more
		if t.car.Line != t.line || t.car.Position != t.position {
			order = true
		}
		if t.car.GapToLeader != t.gap || t.car.Interval != t.interval || t.out != (t.car.Stopped || t.car.Retired) {
			gaps = true
		}
		if !race {
			t.car.LeaderGap = t.car.GapToLeader.Time
		}
	}
	if race && (gaps || order) {
		s.leaderGaps(order, ch)
	}
	for i := range touched {
		t := &touched[i]
		c := t.car
		if c.Position != t.position && c.Position > 0 {
			s.addPosition(positionMark{at: at, car: int16(c.Number), position: int16(c.Position)})
		}
		if race && (c.GapToLeader != t.gap || c.Interval != t.interval) {
			s.addInterval(intervalMark{at: at, car: int16(c.Number),
				gap: toGap(c.LeaderGap), interval: toGap(c.Interval.Time), down: c.lapsDown()})
		}
		t.delta.best = t.delta.lapTime != 0 && toMillis(c.BestLap.Time.Value) == t.delta.lapTime
		if t.delta.news() {
			s.follow(c, &t.delta, at)
		}
		if t.delta.raise > t.delta.before && !t.delta.snapshot {
			s.crossed(c, &t.delta, at)
		}
	}
}

// crossed notes where a car stood when it completed a lap, and whether that was its last.
func (s *Session) crossed(c *Car, d *lineDelta, at int64) {
	if n := len(c.laps); n > 1 {
		// Outside races a lap into the pits is counted when the car leaves them, minutes after its end. Of a lap
		// that was being run when the recording was joined it is not known whether it was one.
		switch l := &c.laps[n-2]; {
		case s.IsRace():
			c.stands(l)
			l.down = c.lapsDown()
		case l.number <= c.joinLap && d.lapTime == 0 && d.sectors[2] == 0 && (l.end == at || at-l.end > late):
			if l.end == at {
				l.forgetPlace()
			}
		case l.in == 0 || l.end == at:
			c.stands(l)
		}
	}
	if s.IsRace() {
		if s.Lap.Total > 0 && d.raise >= s.Lap.Total && s.finishedAt == 0 {
			s.finishedAt = at
		}
		if s.finishedAt != 0 && at >= s.finishedAt && c.StatusBits == 0 {
			c.Chequered = true
		}
	}
}

// stands notes where the car is at the end of a lap.
func (c *Car) stands(l *lap) {
	l.position, l.gap, l.inter = int16(c.Position), toGap(c.LeaderGap), toGap(c.Interval.Time)
}

// forgetPlace leaves open where the car was at the end of the lap.
func (l *lap) forgetPlace() { l.position, l.gap, l.inter = 0, noGap, noGap }

// lapsDown is how many laps the car is behind the leader, -1 when the feed does not say.
func (c *Car) lapsDown() int16 {
	switch {
	case c.GapToLeader.Laps.Known:
		return int16(c.GapToLeader.Laps.Value)
	case c.GapToLeader.Leads, c.GapToLeader.Time.Known:
		return 0
	}
	return -1
}

// news reports whether the message says anything about laps or the pit lane.
func (d *lineDelta) news() bool {
	return d.raise >= 0 || d.lapTime != 0 || d.sectors != [3]millis{} || d.speeds != [4]int16{} || d.pit || d.exit || d.out || d.stops > 0
}

// line applies one car's line.
func (s *Session) line(t *touch, v *fastjson.Value, err *error) {
	c, d := t.car, &t.delta
	fields(v, func(key []byte, f *fastjson.Value) {
		ok, gap := true, false
		switch string(key) {
		case "Line":
			setSmall(&c.Line, f)
		case "Position":
			setSmall(&c.Position, f)
		case "ShowPosition":
			setBool(&c.Shown, f)
		case "Retired":
			setBool(&c.Retired, f)
		case "InPit":
			if setBool(&c.InPit, f) {
				d.pit, d.exit = c.InPit, !c.InPit
			} else if !c.pitSaid && !c.InPit {
				c.outSaid = nanos(s.Now)
			}
			c.pitSaid = true
		case "PitOut":
			d.out = setBool(&c.PitOut, f) && c.PitOut
		case "Stopped":
			setBool(&c.Stopped, f)
		case "KnockedOut":
			setBool(&c.KnockedOut, f)
		case "Cutoff":
			setBool(&c.NoTimeYet, f)
		case "Status":
			if n, ok := integer(f); ok {
				c.StatusBits = n
				c.Chequered = n&bitChequered != 0
			}
		case "GapToLeader":
			s.raceHint = true
			ok, gap = setGap(&c.GapToLeader, f), true
		case "IntervalToPositionAhead":
			s.raceHint = true
			ok, gap = c.interval(f), true
		case "TimeDiffToFastest":
			ok, gap = setGap(&c.GapToLeader, f), true
		case "TimeDiffToPositionAhead", "TimeDifftoPositionAhead":
			ok, gap = setGap(&c.Interval, f), true
		case "Stats":
			ok = s.partStats(c, f)
		case "Sectors":
			c.sectors(f, d)
		case "Speeds":
			c.speedTraps(f, d)
		case "BestLapTime":
			c.bestLap(f)
		case "BestLapTimes":
			c.partBests(f, s.Now)
		case "LastLapTime":
			ok = c.lastLap(f, d)
		case "NumberOfLaps":
			if n, known := small(f); known {
				d.raise = n
				c.Laps, c.countKnown = n, true
			}
		case "NumberOfPitStops":
			c.stops(f)
			c.stopsTill(c.PitStops, s.IsRace())
		}
		t.more = t.more || !gap
		if !ok && *err == nil {
			*err = fmt.Errorf("car %d: %s: %.40q is not understood", c.Number, key, f.MarshalTo(nil))
		}
	})
}

// bits of a line's Status, and of a segment's.
const (
	bitInPit     = 16
	bitOutLap    = 512 // from the exit of the pit lane to the line
	bitChequered = 1024
)

// setGap stores a gap; null says nothing. It reports false for a text that is no gap.
func setGap(dst *Gap, v *fastjson.Value) bool {
	if v.Type() != fastjson.TypeString {
		return v.Type() == fastjson.TypeNull
	}
	g, ok := f1.ParseGap(string(v.GetStringBytes()))
	if ok {
		*dst = g
	}
	return ok
}

func (c *Car) interval(v *fastjson.Value) bool {
	if v.Type() == fastjson.TypeString {
		return setGap(&c.Interval, v)
	}
	ok := true
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "Value":
			ok = setGap(&c.Interval, f)
		case "Catching":
			setBool(&c.Catching, f)
		}
	})
	return ok
}

// partStats are the gaps of qualifying, one pair a part; those of the current part are the tower's.
func (s *Session) partStats(c *Car, v *fastjson.Value) bool {
	ok := true
	each(v, func(i int, part *fastjson.Value) {
		if i > 2 {
			return
		}
		fields(part, func(key []byte, f *fastjson.Value) {
			switch string(key) {
			case "TimeDiffToFastest":
				ok = setGap(&c.partGaps[i][0], f) && ok
			case "TimeDifftoPositionAhead", "TimeDiffToPositionAhead":
				ok = setGap(&c.partGaps[i][1], f) && ok
			}
		})
	})
	s.showPartGaps(c)
	return ok
}

// showPartGaps puts the gaps of the current part into the tower.
func (s *Session) showPartGaps(c *Car) {
	if p := s.Part; p >= 1 && p <= 3 {
		c.GapToLeader, c.Interval = c.partGaps[p-1][0], c.partGaps[p-1][1]
	}
}

func (c *Car) sectors(v *fastjson.Value, d *lineDelta) {
	each(v, func(i int, f *fastjson.Value) {
		if i > 2 {
			return
		}
		sec := &c.Sectors[i]
		fields(f, func(key []byte, f *fastjson.Value) {
			switch string(key) {
			case "Value":
				if v, ok := duration(f); ok {
					sec.Time = v
					d.sectors[i], d.blank[i] = toMillis(v.Value), !v.Known
				}
			case "PreviousValue":
				if v, ok := duration(f); ok {
					sec.Previous = v
				}
			case "Stopped":
				setBool(&sec.Stopped, f)
			case "OverallFastest":
				sec.mark(&sec.Best, "OverallFastest", f)
			case "PersonalFastest":
				sec.mark(&sec.Best, "PersonalFastest", f)
			case "Segments":
				each(f, func(j int, seg *fastjson.Value) {
					code := seg.Get("Status")
					if code == nil || j >= maxSegments {
						return
					}
					if n, ok := integer(code); ok {
						sec.Segments = grow(sec.Segments, j)
						sec.Segments[j] = n
					}
				})
			}
		})
	})
}

// maxSegments bounds the mini-sectors of a sector; the feed has 5 to 10.
const maxSegments = 64
