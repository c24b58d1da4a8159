package timing

import (
	"time"

	"pitwall.live/internal/f1"
)

// laneTimeout is how much later than the pit exit a published lane time may come.
const laneTimeout = int64(5 * time.Minute)

// visit is one time in the pit lane.
type visit struct {
	in, out        int64
	lap, outLap    int32
	stop           int32 // the feed's NumberOfPitStops
	session, track string
	unsure         bool // entry or exit was not heard itself: a snapshot told of it
}

// pit follows a car into and out of the pit lane.
func (s *Session) pit(c *Car, d *lineDelta, at int64) {
	t := &c.track
	cur := &t.laps[len(t.laps)-1]
	switch {
	case d.pit:
		if d.first && !(s.IsRace() && s.startedAt != 0) {
			return // it stood there from the beginning, or these are the laps to the grid
		}
		cur.in = at
		if !s.IsRace() && cur.end == 0 && c.countKnown {
			s.ended(c, cur, at) // nothing more may come of this lap
			if cur.number <= c.joinLap {
				cur.forgetPlace() // it may have ended before the recording was joined
			}
		}
		t.visits = append(t.visits, visit{in: at, lap: cur.number, stop: int32(c.PitStops),
			session: string(s.Status), track: string(s.Track.Status)})
		c.enterPit()
	case d.exit:
		cur.out = at
		if !t.unseenIn || d.raise > d.before {
			cur.fromPit = cur.fromPit || cur.in == 0
		}
		if t.unseenIn {
			t.visits = append(t.visits, visit{lap: cur.number - 1})
			c.enterPit()
			c.fittedUnseen()
			t.unseenIn = false
		}
		if n := len(t.visits); n > 0 && t.visits[n-1].out == 0 {
			t.visits[n-1].out, t.visits[n-1].outLap = at, cur.number
		}
	case d.out && s.IsRace() && s.startedAt != 0 && cur.number == 1 && len(t.visits) == 0 && !cur.fromPit:
		// Started from the pit lane, in which the feed did not have it (2025 Australia, cars 30 and 87).
		cur.out, cur.fromPit = at, true
	}
}

// PitStops returns the visits to the pit lane while the session ran, or stood still after it had
// begun. The lap is the one on which the car entered; the number is the feed's own count, which also
// has drive-throughs and red flags.
func (s *Session) PitStops() []f1.PitStopRow {
	var rows []f1.PitStopRow
	for _, c := range s.cars() {
		rows = append(rows, s.PitStopsOf(c)...)
	}
	return rows
}

// PitStopsOf returns the lines of one car in PitStops.
func (s *Session) PitStopsOf(c *Car) (rows []f1.PitStopRow) {
	key := s.Key()
	stints, last := c.stintRows(), c.stopsBefore
	for i := range c.visits {
		v := &c.visits[i]
		if !v.running() {
			continue
		}
		if v.in == 0 && v.stop == 0 && s.IsRace() {
			continue // begun before the recording, and counted then if it was a stop
		}
		last = max(int(v.stop), last+1)
		if v.lap == 0 || v.in == 0 {
			continue // counted in a snapshot only, or begun before: nobody knows when and under what
		}
		row := f1.PitStopRow{SessionKey: key, DriverNumber: c.Number, StopNumber: last, LapNumber: int(v.lap),
			PitIn: fromNanos(v.in), PitOut: fromNanos(v.out), Under: v.under()}
		if v.out != 0 && v.in != 0 && !v.unsure {
			row.PitLane = f1.Some(time.Duration(v.out - v.in).Truncate(time.Millisecond))
		}
		until := v.out + laneTimeout
		if i+1 < len(c.visits) {
			until = min(until, c.visits[i+1].in-1)
		}
		if lane, ok := s.publishedLane(c.Number, v, until); ok {
			row.PitLane = lane.opt()
		}
		row.Stationary = s.standing(c.Number, v, until)
		for j := range stints {
			if int(stints[j].visit) == i {
				row.CompoundTo = known(stints[j].compound)
				if j > 0 {
					row.CompoundFrom = known(stints[j-1].compound)
				}
			} else if stints[j].start <= v.lap {
				row.CompoundFrom = known(stints[j].compound)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// running reports whether the visit began while the session ran: started, or interrupted after that.
func (v *visit) running() bool {
	// An unknown status is that of a recording that began in the middle.
	return v.session == string(f1.StatusStarted) || v.session == string(f1.StatusAborted) || v.session == ""
}

// under is what held on the track when the car came in.
func (v *visit) under() string {
	switch {
	case v.session == string(f1.StatusAborted), v.track == string(f1.TrackRed):
		return "red"
	case v.track == string(f1.TrackSC):
		return "sc"
	case v.track == string(f1.TrackVSC), v.track == string(f1.TrackVSCEnding):
		return "vsc"
	case v.track == "":
		return "" // nobody has said
	}
	return "green"
}

// publishedLane is the time in the lane for a visit, published before until: in PitLaneTimeCollection, or
// where that is empty beside the stationary time.
func (s *Session) publishedLane(car int, v *visit, until int64) (millis, bool) {
	if v.out == 0 {
		return 0, false
	}
	for i := range s.lanes {
		l := &s.lanes[i]
		if int(l.car) == car && v.published(l.at, l.lap, until) {
			return l.lane, true
		}
	}
	for i := range s.history.stops {
		st := &s.history.stops[i]
		if int(st.car) == car && st.lane != 0 && v.published(st.at, st.lap, until) {
			return st.lane, true
		}
	}
	return 0, false
}

// standing is the stationary time of a visit, published before until.
func (s *Session) standing(car int, v *visit, until int64) f1.Opt[time.Duration] {
	if v.out == 0 {
		return f1.Opt[time.Duration]{}
	}
	for i := range s.history.stops {
		st := &s.history.stops[i]
		if int(st.car) == car && st.stationary != 0 && v.published(st.at, st.lap, until) {
			return st.stationary.opt()
		}
	}
	return f1.Opt[time.Duration]{}
}

// published reports whether a time that came at a moment, for a lap or 0, is that of this visit. Not
// every visit gets one, so that the order alone does not tell.
func (v *visit) published(at int64, lap int16, until int64) bool {
	return at >= v.in && at <= until && (lap == 0 || int32(lap) == v.lap || int32(lap) == v.outLap)
}
