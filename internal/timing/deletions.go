package timing

import (
	"time"

	"pitwall.live/internal/racecontrol"
)

// deletion is one lap that race control deleted or gave back.
type deletion struct {
	message    int32 // index of the race control message
	car        int16
	lap        int16  // lap the text names, 0 none
	lapTime    millis // time the text names, 0 for "LAP DELETED"
	clock      int32  // local time of day of the offence in seconds, -1 none
	reinstated bool
	reason     string
	at, heard  int64 // the message's own time, and when it came
}

// deletionOf takes what a message of race control says about a lap of one car that was deleted or given back.
func deletionOf(m *racecontrol.Message) (deletion, bool) {
	if m.Kind != racecontrol.LapDeleted && m.Kind != racecontrol.LapReinstated || len(m.Cars) != 1 {
		return deletion{}, false
	}
	d := deletion{car: int16(m.Cars[0]), lap: int16(m.Lap.Value), lapTime: toMillis(m.LapTime.Value), clock: -1,
		reinstated: m.Kind == racecontrol.LapReinstated, reason: m.Reason}
	if m.LocalTime.Known {
		d.clock = int32(m.LocalTime.Value / time.Second)
	}
	return d, true
}

// verdict is what race control's messages make of one lap.
type verdict struct {
	deleted bool
	reason  string
}

// verdicts joins the deletions to laps, in the order they were heard, and returns the state of each lap
// named: car and index into the car's laps.
func (s *Session) verdicts() map[[2]int]verdict {
	out := map[[2]int]verdict{}
	for i := range s.deletions {
		d := &s.deletions[i]
		c := s.Cars[int(d.car)]
		if c == nil {
			continue
		}
		if k := s.deletedLap(c, d); k >= 0 {
			out[[2]int{int(d.car), k}] = verdict{deleted: !d.reinstated, reason: d.reason}
		}
	}
	return out
}

// deletedLap finds the lap a deletion means: the newest lap of the car with that time, or of several with
// it the one that was being run at the local time of the offence; else the lap being run then whatever its
// time, else the lap the text names. The lap number of the text is last because it counts differently in
// qualifying. A lap as fast as the one before has no time of its own in the feed: its sectors tell it.
func (s *Session) deletedLap(c *Car, d *deletion) int {
	off := int64(0)
	if d.clock >= 0 {
		off = s.offence(d)
	}
	during := func(l *lap) bool {
		start := l.start
		if start == 0 && l.end != 0 && l.time != 0 {
			start = l.end - int64(l.time)*int64(time.Millisecond)
		}
		return off != 0 && start != 0 && start <= off && (l.end == 0 || off <= l.end)
	}
	if d.lapTime != 0 {
		found := -1
		for k := len(c.laps) - 1; k >= 0; k-- {
			l := &c.laps[k]
			if t, _ := c.timed(s.IsRace(), k); l.start > d.heard || l.time != d.lapTime && t != d.lapTime {
				continue
			}
			if during(l) {
				return k
			}
			if found < 0 {
				found = k
			}
		}
		if found >= 0 {
			return found
		}
	}
	for k := len(c.laps) - 1; k >= 0; k-- {
		if during(&c.laps[k]) {
			return k
		}
	}
	if d.lapTime == 0 && d.lap > 0 && (c.joinLap == 0 || s.IsRace()) {
		for k := range c.laps {
			if c.laps[k].number == int32(d.lap) {
				return k
			}
		}
	}
	return -1
}

// offence is the moment of an offence: its local time of day on the day of the message.
func (s *Session) offence(d *deletion) int64 {
	if d.at == 0 {
		return 0
	}
	local := time.Unix(0, d.at).UTC().Add(s.Info.UTCOffset)
	day := local.Truncate(24 * time.Hour)
	at := day.Add(time.Duration(d.clock) * time.Second)
	if at.After(local.Add(time.Hour)) {
		at = at.Add(-24 * time.Hour) // offence before midnight, message after
	}
	return at.Add(-s.Info.UTCOffset).UnixNano()
}
