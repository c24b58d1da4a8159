package sim

import (
	"math"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/race"
)

// Truth is what really happened, as rows of the derived tables in their order. It is complete once Next
// returned io.EOF. Values are the model's, moments those of the messages that tell of them: no reader can
// know another. So what follows from moments, such as the track status of a lap, is as the feed tells it.
type Truth struct {
	Session     f1.SessionRow
	Drivers     []f1.DriverRow
	Laps        []f1.LapRow
	Stints      []f1.StintRow
	PitStops    []f1.PitStopRow
	Positions   []f1.PositionRow
	RaceControl []f1.RaceControlRow
	TrackStatus []f1.TrackStatusRow
	Weather     []f1.WeatherRow
	Results     []f1.ResultRow
	Radio       []f1.TeamRadioRow
	Deletions   []Deletion
	Passes      []Pass // on the track, between cars on the same lap
	Troubles    []Trouble
	Gains       int // improvements of a position as published while the race ran
	KnockedOut  [][]int
	cars        []carTruth
	parts       []int // qualifying part of each lap, as Laps is before it is sorted
	part        int
}

// Deletion is a lap time taken away.
type Deletion struct {
	DriverNumber, LapNumber int
	LapTime                 time.Duration
	Time                    time.Time
	Reinstated              bool // given back later
}

// Pass is one car getting past another on the track.
type Pass struct {
	Time          time.Time
	Lap           int
	Passer, Other int // car numbers
}

// Trouble is a spin, contact, or a car that comes to rest on the track.
type Trouble struct {
	Time         time.Time
	DriverNumber int
}

// carTruth is what is being written about one car.
type carTruth struct {
	lap   *f1.LapRow // under way
	done  int        // index+1 in Laps of the last completed lap
	stint int        // index+1 in Stints
	stop  int        // index+1 in PitStops
	stops int
	pitIn time.Duration
	onLap int // on which it last entered or left the lane, 0 one that it does not run
	stand time.Duration
	fate  string
	lines []time.Duration // when each lap of a race was completed
	bests []time.Duration // best time of each part, 0 none
}

func (t *Truth) init(s *Sim) {
	t.cars = make([]carTruth, len(s.cars))
	key := s.sessionKey()
	for _, i := range s.byNum {
		e := s.cars[i].e
		t.Drivers = append(t.Drivers, f1.DriverRow{SessionKey: key, DriverNumber: e.Number, TLA: e.Code, FirstName: e.First, LastName: e.Last,
			Team: e.Team, TeamColour: e.Colour, Line: f1.Some(i + 1), Country: e.Country})
	}
	_, name, _ := s.names()
	t.Session = f1.SessionRow{SessionKey: key, Season: f1.Some(s.conf.Season), Round: f1.Some(s.c.Round), Event: s.c.Meeting + " (Simulation)",
		CircuitID: s.c.ID, Type: s.cfg.Session, Name: name, DateStart: f1.Some(s.zero.Truncate(time.Second)),
		DateEnd: f1.Some(s.zero.Add(s.scheduled()).Truncate(time.Second)), UTCOffset: f1.Some(s.c.UTCOffset), Status: "inactive"}
	if s.cfg.Session.IsRace() {
		t.Session.TotalLaps = f1.Some(s.m.Laps())
		for _, c := range s.cars {
			switch {
			case !s.m.Started(c.i):
				t.cars[c.i].fate = "not_started"
			default:
				t.begin(s, c, 1)
				t.cars[c.i].lap.InPitAtStart = s.m.FromLane(c.i)
			}
		}
	}
}

func (s *Sim) sessionKey() string { return itoa(s.key) }

// Truth returns the truth so far.
func (s *Sim) Truth() *Truth { return &s.truth }

func (s *Sim) moment(t time.Duration) time.Time { return s.zero.Add(t).Truncate(time.Millisecond) }

// begin opens a lap.
func (t *Truth) begin(s *Sim, c *car, lap int) {
	t.cars[c.i].lap = &f1.LapRow{SessionKey: s.sessionKey(), DriverNumber: c.e.Number, LapNumber: lap}
}

// row is a car's lap, nil when it has none of that number.
func (t *Truth) row(c *car, lap int) *f1.LapRow {
	if row := t.cars[c.i].lap; row != nil && row.LapNumber == lap {
		return row
	}
	for i := len(t.Laps) - 1; i >= 0; i-- {
		if row := &t.Laps[i]; row.DriverNumber == c.e.Number && row.LapNumber == lap {
			return row
		}
	}
	return nil
}

// said is a message about the end of a lap: with the number that counts it, with values taken at the line.
// The number ends it, but outside races in the pit lane, where it waits until the car leaves: the last of the
// values.
func (t *Truth) said(s *Sim, c *car, lap int, number, values bool) {
	row, next := t.row(c, lap), t.row(c, lap+1)
	inLane := !s.cfg.Session.IsRace() && values && (next == nil || !next.DateStart.Known)
	if row != nil && (number && !row.DateEnd.Known || !number && inLane) {
		t.ended(s, c, row)
	}
	if number && next != nil {
		next.DateStart = f1.Some(s.moment(s.now))
	}
}

// ended is the end of a lap as told. Outside races the car stands then where timing shows it.
func (t *Truth) ended(s *Sim, c *car, row *f1.LapRow) {
	row.DateEnd = f1.Some(s.moment(s.now))
	if s.cfg.Session.IsRace() {
		return
	}
	row.Position = f1.Some(c.pub.place)
	row.GapToLeader, row.Interval = f1.Opt[time.Duration]{}, f1.Opt[time.Duration]{}
	k := 0
	if s.cfg.Session.IsQualifying() {
		k = max(0, s.session.part-1)
	}
	if g, ok := f1.ParseGap(c.pub.diff[k]); ok {
		row.GapToLeader = g.Time
	}
	if g, ok := f1.ParseGap(c.pub.ahead[k]); ok {
		row.Interval = g.Time
	}
}

func (t *Truth) sector(c *car, e *race.Event) {
	row := t.cars[c.i].lap
	if row == nil || e.Value == 0 {
		return
	}
	v := f1.Some(e.Value)
	switch e.N {
	case 0:
		row.Sector1 = v
	case 1:
		row.Sector2 = v
	default:
		row.Sector3 = v
	}
}

func (t *Truth) speed(c *car, which, kmh int) {
	row := t.cars[c.i].lap
	if row == nil {
		return
	}
	v := f1.Some(kmh)
	switch which {
	case spI1:
		row.SpeedI1 = v
	case spI2:
		row.SpeedI2 = v
	case spFL:
		row.SpeedFL = v
	default:
		row.SpeedST = v
	}
}

// lap closes the lap under way and, on the track, opens the next one.
func (t *Truth) lap(s *Sim, c *car, e *race.Event) {
	k := &t.cars[c.i]
	row := k.lap
	if row == nil {
		return
	}
	if e.Value > 0 && (s.cfg.Session.IsRace() || !row.InPitAtStart) { // else the time contains the stay in the garage
		row.LapTime = f1.Some(e.Value)
	}
	if s.cfg.Session.IsRace() {
		k.lines = append(k.lines, s.now)
		place := s.m.Cars()[c.i].Place
		row.Position = f1.Some(place)
		order := s.m.Order()
		if place == 1 {
			row.GapToLeader, row.LapsDown = f1.Some(time.Duration(0)), f1.Some(0)
		} else {
			if d, laps, ok := s.m.Gap(c.i, order[0]); ok {
				row.LapsDown = f1.Some(laps)
				if lines := t.cars[order[0]].lines; laps > 0 && e.Lap <= len(lines) {
					d = s.now - lines[e.Lap-1]
				}
				row.GapToLeader = f1.Some(d)
			}
			if d, laps, ok := s.m.Gap(c.i, order[place-2]); ok && laps == 0 {
				row.Interval = f1.Some(d)
			}
		}
	}
	t.close(c)
	switch {
	case s.cfg.Session.IsRace():
		if s.session.status == f1.StatusFinished && c.flag || s.m.Cars()[c.i].Lap > s.m.Laps() {
			return
		}
		t.begin(s, c, e.Lap+1)
		if e.N == 1 {
			t.cars[c.i].lap.InPitAtStart = true
		}
	case e.N == 0:
		t.begin(s, c, e.Lap+1)
	}
}

// close writes the lap under way.
func (t *Truth) close(c *car) {
	k := &t.cars[c.i]
	row := k.lap
	if row == nil {
		return
	}
	k.lap = nil
	if k.stint > 0 {
		st := &t.Stints[k.stint-1]
		row.StintNumber, row.Compound = f1.Some(st.StintNumber), st.Compound
		row.FreshTyre = st.FreshTyre
		st.LapEnd = f1.Some(row.LapNumber)
		row.TyreAge = f1.Some(st.TyreAgeAtStart.Value + row.LapNumber - st.LapStart.Value + 1)
	}
	t.Laps = append(t.Laps, *row)
	t.parts = append(t.parts, t.part)
	k.done = len(t.Laps)
}

func (t *Truth) tyres(c *car, compound race.Compound, age int) {
	k := &t.cars[c.i]
	n := 1
	if k.stint > 0 {
		n = t.Stints[k.stint-1].StintNumber + 1
	}
	lap := 1
	if k.lap != nil {
		lap = k.lap.LapNumber
	} else if k.done > 0 {
		lap = t.Laps[k.done-1].LapNumber + 1
	}
	key := t.Session.SessionKey
	t.Stints = append(t.Stints, f1.StintRow{SessionKey: key, DriverNumber: c.e.Number, StintNumber: n, Compound: compound.String(),
		LapStart: f1.Some(lap), TyreAgeAtStart: f1.Some(age), FreshTyre: f1.Some(age == 0)})
	k.stint = len(t.Stints)
	if k.stop > 0 && !t.PitStops[k.stop-1].PitOut.Known {
		t.PitStops[k.stop-1].CompoundTo = compound.String()
	}
}

func (t *Truth) pitIn(s *Sim, c *car, e *race.Event, counts bool) {
	k := &t.cars[c.i]
	k.pitIn, k.stand, k.onLap = s.now, 0, 0
	if k.lap != nil {
		k.onLap = k.lap.LapNumber
	}
	if !s.cfg.Session.IsRace() && !s.c.BoxPastLine {
		t.close(c) // the line is not crossed in the lane there
	}
	if !s.cfg.Session.IsRace() || !c.flag {
		k.stops++
	}
	if !counts {
		k.stop = 0
		return
	}
	row := f1.PitStopRow{SessionKey: s.sessionKey(), DriverNumber: c.e.Number, StopNumber: k.stops, LapNumber: e.Lap}
	if k.stint > 0 {
		row.CompoundFrom = t.Stints[k.stint-1].Compound
	}
	t.PitStops = append(t.PitStops, row)
	k.stop = len(t.PitStops)
}

// saidPitIn is the message of an entry.
func (t *Truth) saidPitIn(s *Sim, c *car) {
	at, k := f1.Some(s.moment(s.now)), &t.cars[c.i]
	if row := t.row(c, k.onLap); row != nil {
		row.PitIn = at
		if !s.cfg.Session.IsRace() && !row.DateEnd.Known {
			t.ended(s, c, row)
		}
	}
	if k.stop == 0 {
		return
	}
	stop := &t.PitStops[k.stop-1]
	stop.PitIn, stop.Under = at, "green"
	switch track := t.TrackStatus[len(t.TrackStatus)-1].Status; {
	case t.Session.Status == f1.StatusAborted, track == f1.TrackRed:
		stop.Under = "red"
	case track == f1.TrackSC:
		stop.Under = "sc"
	case track == f1.TrackVSC, track == f1.TrackVSCEnding:
		stop.Under = "vsc"
	}
}

func (t *Truth) box(c *car, stand time.Duration) { t.cars[c.i].stand = stand }

// pitOut closes the visit and returns how long it was and how long the car stood.
func (t *Truth) pitOut(s *Sim, c *car, e *race.Event) (lane, stand time.Duration) {
	k := &t.cars[c.i]
	if !s.cfg.Session.IsRace() {
		t.begin(s, c, e.Lap)
		k.lap.InPitAtStart = true
	}
	k.onLap = 0
	if k.lap != nil {
		k.onLap = k.lap.LapNumber
	}
	if k.pitIn == 0 {
		return 0, 0
	}
	lane, stand = s.now-k.pitIn, k.stand
	if k.stop > 0 {
		row := &t.PitStops[k.stop-1]
		row.PitLane = f1.Some(lane)
		if stand > 0 && s.cfg.Session.IsRace() { // elsewhere nobody measures it
			row.Stationary = f1.Some(stand.Round(tenth))
		}
	}
	return lane, stand
}

// saidPitOut is the message of an exit.
func (t *Truth) saidPitOut(s *Sim, c *car) {
	at, k := f1.Some(s.moment(s.now)), &t.cars[c.i]
	if row := t.row(c, k.onLap); row != nil {
		row.PitOut = at
	}
	if k.stop > 0 {
		t.PitStops[k.stop-1].PitOut = at
	}
}

// laneTime is the published time of a visit in the lane.
func (t *Truth) laneTime(stop int, lane time.Duration) {
	if stop > 0 {
		t.PitStops[stop-1].PitLane = f1.Some(lane.Round(tenth))
	}
}

func (t *Truth) track(s *Sim, code int) {
	word := map[int]f1.TrackStatus{1: f1.TrackClear, 2: f1.TrackYellow, 4: f1.TrackSC, 5: f1.TrackRed, 6: f1.TrackVSC, 7: f1.TrackVSCEnding}[code]
	t.TrackStatus = append(t.TrackStatus, f1.TrackStatusRow{SessionKey: s.sessionKey(), Time: s.moment(s.now), Status: word, Message: trackNames[code]})
}

// status is a state of the session as told; the first start begins the first lap of a race.
func (t *Truth) status(s *Sim, st f1.SessionStatus) {
	t.Session.Status = st
	if st != f1.StatusStarted || !s.cfg.Session.IsRace() {
		return
	}
	for i := range t.cars {
		if row := t.cars[i].lap; row != nil && row.LapNumber == 1 && !row.DateStart.Known {
			row.DateStart = f1.Some(s.moment(s.now))
		}
	}
}

func (t *Truth) raceControl(row f1.RaceControlRow) {
	row.SessionKey = t.Session.SessionKey
	t.RaceControl = append(t.RaceControl, row)
}

func (t *Truth) weather(s *Sim, w race.Weather) {
	one := func(v float64) f1.Opt[float64] { return f1.Some(math.RoundToEven(v*10) / 10) }
	t.Weather = append(t.Weather, f1.WeatherRow{SessionKey: s.sessionKey(), Time: s.moment(s.now), Air: one(w.Air), Track: one(w.Track),
		Humidity: one(w.Humidity), Pressure: one(w.Pressure), WindSpeed: one(w.Wind), WindDir: f1.Some(w.Direction), Rainfall: f1.Some(w.Rain)})
}

func (t *Truth) deleted(s *Sim, e *race.Event) {
	c := s.cars[e.Car]
	t.Deletions = append(t.Deletions, Deletion{DriverNumber: c.e.Number, LapNumber: e.Lap, LapTime: e.Value, Time: s.moment(s.now)})
	for i := range t.Laps {
		if t.Laps[i].DriverNumber == c.e.Number && t.Laps[i].LapNumber == e.Lap {
			t.Laps[i].Deleted, t.Laps[i].DeletedReason = true, "TRACK LIMITS AT TURN "+itoa(e.N)
		}
	}
}

// reinstated takes the last deletion of a lap back.
func (t *Truth) reinstated(s *Sim, e *race.Event) {
	number := s.cars[e.Car].e.Number
	for i := range t.Deletions {
		if d := &t.Deletions[i]; d.DriverNumber == number && d.LapNumber == e.Lap {
			d.Reinstated = true
		}
	}
	for i := range t.Laps {
		if t.Laps[i].DriverNumber == number && t.Laps[i].LapNumber == e.Lap {
			t.Laps[i].Deleted, t.Laps[i].DeletedReason = false, ""
		}
	}
}

func (t *Truth) passed(s *Sim, e *race.Event) {
	t.Passes = append(t.Passes, Pass{Time: s.moment(s.now), Lap: e.Lap, Passer: s.cars[e.Car].e.Number, Other: s.cars[e.Other].e.Number})
}

func (t *Truth) troubled(s *Sim, car int) {
	t.Troubles = append(t.Troubles, Trouble{Time: s.moment(s.now), DriverNumber: s.cars[car].e.Number})
}

// placed is a published place. Of two within a millisecond the later one holds.
func (t *Truth) placed(s *Sim, c *car) {
	row := f1.PositionRow{SessionKey: s.sessionKey(), DriverNumber: c.e.Number, Time: s.moment(s.now), Position: c.pub.place}
	for i := len(t.Positions) - 1; i >= 0 && t.Positions[i].Time.Equal(row.Time); i-- {
		if t.Positions[i].DriverNumber == row.DriverNumber {
			t.Positions[i] = row
			return
		}
	}
	t.Positions = append(t.Positions, row)
}

// moved is a published change of a place.
func (t *Truth) moved(s *Sim, c *car, up bool) {
	t.placed(s, c)
	if up && s.cfg.Session.IsRace() && s.now > 0 {
		t.Gains++
	}
}

func (t *Truth) stopped(c *car) {
	t.cars[c.i].fate = "stopped"
	t.cars[c.i].lap = nil
}

func (t *Truth) retired(c *car) { t.cars[c.i].fate = "retired" }

func (t *Truth) parked(c *car) {
	if !c.flag {
		t.cars[c.i].fate = "retired"
		t.cars[c.i].lap = nil
	}
}

// personalBests marks the laps that were their car's best when they were set, of the part in qualifying,
// deleted ones apart.
func (t *Truth) personalBests() {
	type who struct{ car, part int }
	best := map[who]time.Duration{}
	for i := range t.Laps {
		l := &t.Laps[i]
		k := who{l.DriverNumber, t.parts[i]}
		if b := best[k]; l.LapTime.Known && !l.Deleted && (b == 0 || l.LapTime.Value < b) {
			best[k], l.PersonalBest = l.LapTime.Value, true
		}
	}
}

// trackOfLaps notes what held on the track during each lap, and which laps are accurate.
func (t *Truth) trackOfLaps() {
	before := map[int]string{} // the newest lap's, by car
	for i := range t.Laps {
		l := &t.Laps[i]
		held := ""
		for _, r := range t.TrackStatus {
			d := trackDigit(r.Message)
			switch {
			case r.Time.After(l.DateEnd.Value):
			case !r.Time.After(l.DateStart.Value):
				held = d
			case !strings.Contains(held, d):
				held += d
			}
		}
		l.TrackStatus = held
		l.Accurate = before[l.DriverNumber] != "4" && l.LapTime.Known && l.Sector1.Known && l.Sector2.Known && l.Sector3.Known &&
			!l.PitIn.Known && !l.PitOut.Known && !l.InPitAtStart && strings.Trim(held, "12") == "" && l.LapTime.Value == l.Sector1.Value+l.Sector2.Value+l.Sector3.Value
		before[l.DriverNumber] = held
	}
}

func trackDigit(name string) string {
	for code, n := range trackNames {
		if n == name {
			return itoa(code)
		}
	}
	return ""
}

// bestOf is the time that ranks a car outside races: that of the last part it has one in.
func (t *Truth) bestOf(s *Sim, c *car) time.Duration {
	if !s.cfg.Session.IsQualifying() || c.best > 0 {
		return c.best
	}
	best := time.Duration(0)
	for i := len(t.cars[c.i].bests) - 1; i >= 0 && best == 0; i-- {
		best = t.cars[c.i].bests[i]
	}
	return best
}

// finish writes the classification.
func (t *Truth) finish(s *Sim) {
	t.personalBests()
	t.trackOfLaps()
	for i := range t.Drivers {
		t.Drivers[i].Line = f1.Some(slices.Index(s.order, s.byNum[i]) + 1)
	}
	lead, won := s.m.FinishTime(s.m.Order()[0])
	order := s.m.Order()
	if !s.cfg.Session.IsRace() {
		order = s.order // cars without a time have no order of their own
	}
	completed := map[int]int{}
	for j := range t.Laps {
		completed[t.Laps[j].DriverNumber]++
	}
	most := completed[s.cars[order[0]].e.Number]
	for k, i := range order {
		c := s.cars[i]
		row := f1.ResultRow{SessionKey: s.sessionKey(), DriverNumber: c.e.Number, Position: f1.Some(k + 1), Status: "finished"}
		laps := completed[c.e.Number]
		row.LapsCompleted = f1.Some(laps)
		if s.cfg.Session.IsRace() {
			row.Grid = f1.Some(i + 1)
			row.Classified = f1.Some(laps*10 >= s.m.Laps()*9)
			at, home := s.m.FinishTime(i)
			down := most - laps
			row.LapsDown = f1.Some(down)
			switch {
			case !home:
				row.Status = t.cars[i].fate
				if row.Status == "" || row.Status == "stopped" {
					row.Status = "retired"
				}
			case down > 0:
				row.Status = "lapped"
			case won:
				row.Gap = f1.Some(at - lead)
			}
			if home && down == 0 {
				row.Time = f1.Some(at)
			}
		} else {
			if c.out {
				row.Status = "retired"
			}
			if b := t.bestOf(s, c); b > 0 {
				row.Time = f1.Some(b)
				if c.best > 0 && !c.knocked { // the last part has no gaps of those who were out before it
					row.Gap = f1.Some(b - s.cars[order[0]].best)
				}
			}
		}
		t.Results = append(t.Results, row)
	}
	slices.SortStableFunc(t.Laps, func(a, b f1.LapRow) int {
		if a.DriverNumber != b.DriverNumber {
			return a.DriverNumber - b.DriverNumber
		}
		return a.LapNumber - b.LapNumber
	})
	slices.SortStableFunc(t.PitStops, func(a, b f1.PitStopRow) int { return a.DriverNumber - b.DriverNumber })
	t.Stints = slices.DeleteFunc(t.Stints, func(st f1.StintRow) bool { return !st.LapEnd.Known }) // no lap was completed on it
	slices.SortStableFunc(t.Stints, func(a, b f1.StintRow) int {
		if a.DriverNumber != b.DriverNumber {
			return a.DriverNumber - b.DriverNumber
		}
		return a.StintNumber - b.StintNumber
	})
}
