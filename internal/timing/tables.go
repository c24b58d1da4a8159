package timing

import (
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// The tables can be asked for at any moment; they are made of what Apply has put together and cost a
// walk over it. Rows come ordered by car number and then by lap, stint, stop or time; log-like tables
// in the order of their times.

// cars returns the cars by number.
func (s *Session) cars() []*Car {
	cars := make([]*Car, 0, len(s.Cars))
	for _, c := range s.Cars {
		cars = append(cars, c)
	}
	slices.SortFunc(cars, func(a, b *Car) int { return a.Number - b.Number })
	return cars
}

// timed returns lap k's time and sectors, with what can be concluded from the others filled in.
func (c *Car) timed(race bool, k int) (time millis, sectors [3]millis) {
	l := &c.laps[k]
	time, sectors = l.time, l.sectors
	if lost := l.start == 0 && k > 0; !race && (l.fromPit || l.unsure || lost) && !l.madeUp() {
		return 0, sectors // the time contains the stay in the garage
	}
	missing, at, sum := 0, -1, millis(0)
	for i, v := range sectors {
		if v == 0 {
			missing, at = missing+1, i
		}
		sum += v
	}
	switch {
	case l.tooShort():
		return 0, sectors
	case time == 0 && missing == 0 && l.closed:
		time = sum
	case time != 0 && missing == 1 && time > sum:
		sectors[at] = time - sum
	case time == 0 && missing == 1 && l.closed && k > 0 && c.laps[k-1].number == l.number-1:
		// Two values are missing, each perhaps because it is the one of the lap before.
		if t, before := c.timed(race, k-1); t != 0 && before[at] != 0 && t-sum == before[at] {
			time, sectors[at] = t, before[at]
		}
	}
	return time, sectors
}

// madeUp reports whether the lap time is what the three sectors, all timed, make up. A lap that began in
// the pit lane has a time worth its name only then.
func (l *lap) madeUp() bool {
	diff := l.sectors[0] + l.sectors[1] + l.sectors[2] - l.time
	return l.time != 0 && l.sectors[0] != 0 && l.sectors[1] != 0 && l.sectors[2] != 0 && diff >= -rounding && diff <= rounding
}

// tooShort reports whether the lap time said is less than the sectors said make up. No lap is shorter than its parts: one
// of them is of another lap, and the time can not be believed.
func (l *lap) tooShort() bool {
	return l.time != 0 && l.sectors[0]+l.sectors[1]+l.sectors[2] > l.time+rounding
}

// rounding is by how much three sector times may miss the lap time, each of the four rounded by itself.
const rounding = millis(3)

// counts reports whether a lap is a row: a lap being run is not.
func (l *lap) counts() bool { return l.closed && !l.unseen || l.time != 0 || l.end != 0 }

// Laps returns the laps that have ended.
func (s *Session) Laps() []f1.LapRow {
	race, key, verdicts, marks := s.IsRace(), s.Key(), s.verdicts(), s.trackMarks()
	n := 0
	for _, c := range s.Cars {
		n += len(c.laps)
	}
	rows := make([]f1.LapRow, 0, n)
	ends := make(map[int][]int64, len(s.Cars))
	for _, c := range s.Cars {
		ends[c.Number] = c.ends(race)
	}
	var chart map[[2]int]int
	var joined int32
	if race {
		chart, joined = s.lapChart(ends)
	}
	for _, c := range s.cars() {
		stints := c.stintRows()
		before := ""
		best, sure := c.bestBefore, c.bestSure() // by part
		for k := range c.laps {
			l := &c.laps[k]
			if !l.counts() || !c.countKnown {
				continue
			}
			t, sectors := c.timed(race, k)
			start, end := l.start, ends[c.Number][k]
			if k > 0 && start == c.laps[k-1].end {
				start = ends[c.Number][k-1]
			}
			row := f1.LapRow{SessionKey: key, DriverNumber: c.Number, LapNumber: int(l.number),
				DateStart: fromNanos(start), DateEnd: fromNanos(end), LapTime: t.opt(),
				Sector1: sectors[0].opt(), Sector2: sectors[1].opt(), Sector3: sectors[2].opt(),
				SpeedI1: kmh(l.speeds[speedI1]), SpeedI2: kmh(l.speeds[speedI2]),
				SpeedFL: kmh(l.speeds[speedFL]), SpeedST: kmh(l.speeds[speedST]),
				GapToLeader: l.gap.opt(), Interval: l.inter.opt(),
				InPitAtStart: l.fromPit, PitIn: fromNanos(l.in), PitOut: fromNanos(l.out)}
			if s.Info.Type.IsQualifying() {
				row.Part = max(int(l.part), 0)
			}
			if p := chart[[2]int{c.Number, k}]; p > 0 {
				row.Position = f1.Some(p)
			} else if l.position > 0 && (l.number > joined || !race) {
				row.Position = f1.Some(int(l.position))
			}
			if l.down >= 0 {
				row.LapsDown = f1.Some(int(l.down))
			}
			if end != l.end { // what stood when the message came, laps later perhaps
				row.GapToLeader, row.Interval, row.LapsDown = f1.Opt[time.Duration]{}, f1.Opt[time.Duration]{}, f1.Opt[int]{}
			}
			onStint(&row, stints)
			if v := verdicts[[2]int{c.Number, k}]; v.deleted {
				row.Deleted, row.DeletedReason = true, v.reason
			}
			row.TrackStatus = trackDigits(marks, start, end)
			if start == 0 && l.in != 0 && end-l.in > late {
				row.TrackStatus = "" // its end was told long after
			} else if start == 0 {
				row.TrackStatus, before = s.trackJoined(marks, end, t, k == 0 || c.joinLap > 0)
			}
			if p := min(max(int(l.part), 0), 3); t != 0 && !row.Deleted && (best[p] == 0 || t < best[p]) {
				sure[p] = (sure[p] || c.beats(l, t)) && (p > 0 || !s.Info.Type.IsQualifying())
				best[p], row.PersonalBest = t, sure[p]
			}
			row.Accurate = accurate(&row, before) && !l.unsure && (row.TrackStatus != "" || len(marks) == 0 && c.joinLap == 0)
			if before = row.TrackStatus; before == "" && end != 0 {
				before = trackDigits(marks, end, end)
			} else if before == "" && len(marks) > 0 {
				before = "4" // for all that is known
			}
			rows = append(rows, row)
		}
	}
	if race {
		lappedGaps(rows, int(joined))
	}
	return rows
}

// accurate is FastF1's rule: timed in full, without the pit lane, sectors making up the lap, on a track
// clear or under yellow; and not on the lap after one that was all behind the safety car (before, the track
// status of that one), which has timing issues.
func accurate(r *f1.LapRow, before string) bool {
	if !(r.LapTime.Known && r.Sector1.Known && r.Sector2.Known && r.Sector3.Known) ||
		r.InPitAtStart || r.PitIn.Known || r.PitOut.Known || strings.Trim(r.TrackStatus, "12") != "" || before == "4" {
		return false
	}
	diff := r.LapTime.Value - r.Sector1.Value - r.Sector2.Value - r.Sector3.Value
	return diff.Abs() <= 3*time.Millisecond
}

func kmh(v int16) f1.Opt[int] {
	if v == 0 {
		return f1.Opt[int]{}
	}
	return f1.Some(int(v))
}

// trackDigits are the feed's codes that held during a lap, each once, in order.
func trackDigits(marks []trackMark, start, end int64) string {
	if end == 0 || len(marks) == 0 {
		return ""
	}
	first := len(marks)
	for first > 0 && marks[first-1].at > start {
		first--
	}
	if first == 0 {
		return "" // what held at its start was not heard
	}
	var digits [16]byte
	out := digits[:0]
	for i := first - 1; i < len(marks) && (i < first || marks[i].at <= end); i++ {
		if c := marks[i].code; c != 0 && marks[i].at <= end && slices.Index(out, c) < 0 {
			out = append(out, c)
		}
	}
	if len(out) == 1 {
		switch out[0] {
		case '1':
			return "1"
		case '2':
			return "2"
		case '4':
			return "4"
		}
	}
	return string(out)
}

// SessionRow returns the session's own row.
func (s *Session) SessionRow() f1.SessionRow {
	in := &s.Info
	row := f1.SessionRow{SessionKey: s.Key(), Event: in.Meeting, CircuitID: f1.Slug(in.Circuit), Type: in.Type,
		Name: in.Name, Status: s.Status}
	if !in.Start.IsZero() {
		row.DateStart = f1.Some(in.Start)
		row.Season = f1.Some(in.Start.Add(in.UTCOffset).Year())
		row.UTCOffset = f1.Some(in.UTCOffset)
	}
	if !in.End.IsZero() {
		row.DateEnd = f1.Some(in.End)
	}
	if in.Round > 0 {
		row.Round = f1.Some(in.Round)
	}
	if s.Lap.Total > 0 {
		row.TotalLaps = f1.Some(s.Lap.Total)
	}
	return row
}

// DriverRows returns the drivers, by car number.
func (s *Session) DriverRows() []f1.DriverRow {
	rows := make([]f1.DriverRow, 0, len(s.Cars))
	for _, c := range s.cars() {
		row := f1.DriverRow{SessionKey: s.Key(), DriverNumber: c.Number, TLA: c.TLA, FirstName: c.First,
			LastName: c.Last, Team: c.Team, TeamColour: c.Colour, Country: c.Country}
		if c.Line > 0 {
			row.Line = f1.Some(c.Line)
		}
		rows = append(rows, row)
	}
	return rows
}
