package strategy

import (
	"math"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// field is a race laid out by car and lap on one time line.
type field struct {
	race   *Race
	zero   time.Time     // of the time line
	now    time.Duration // on it
	cars   []*entry      // by number
	by     map[int]*entry
	pace   []time.Duration // median time of the laps of each number that were not slowed; 0 unknown
	lines  []crossing      // every crossing in order of time
	median time.Duration   // of all clean laps, 0 none
}

// entry is one car. laps[k] is lap k; laps[0] is what stood before the first.
type entry struct {
	number int
	laps   []lap
	stops  []stop
}

// lap is one lap of one car. Times are on the field's line; unknown ones are noTime.
type lap struct {
	row       *f1.LapRow // nil where the lap is missing
	end       time.Duration
	time      time.Duration // from the end of the lap before to its own, 0 unknown
	clean     bool          // tells of pace: no pit lane, no neutralisation, not the first, no accident
	following bool          // it began and ended within FollowWithin of a car ahead, on whatever lap
	flag      byte          // worst of the track: '1' green, '6' VSC, '4' safety car, '5' red, 0 unknown
}

// stop is one visit to the pit lane that changed neither session nor grid: in-lap, out-lap and lane.
type stop struct {
	row     *f1.PitStopRow
	in, out int           // laps on which it entered and came out
	lane    time.Duration // 0 unknown
	drive   time.Duration // from the line to the lane on the in-lap, 0 unknown
}

type crossing struct {
	at  time.Duration
	car *entry
	lap int
}

const noTime = time.Duration(math.MinInt64)

// FollowWithin is the distance to the car ahead below which a lap is driven in its wake: what the sport calls
// dirty air begins at about a second and a half.
const FollowWithin = 1500 * time.Millisecond

// slowest is the most that a clean lap may be slower than its car's middle one: an excursion is no pace.
const slowest = 1.05

func newField(r *Race) *field {
	f := &field{race: r, by: map[int]*entry{}}
	for i := range r.Laps {
		if at := r.Laps[i].DateEnd; at.Known && (f.zero.IsZero() || at.Value.Before(f.zero)) {
			f.zero = at.Value
		}
	}
	for i := range r.Laps {
		f.add(&r.Laps[i])
	}
	slices.SortFunc(f.cars, func(a, b *entry) int { return a.number - b.number })
	for _, c := range f.cars {
		c.settle()
	}
	for i := range r.Stops {
		f.addStop(&r.Stops[i])
	}
	for _, c := range f.cars {
		for k := range c.laps {
			if c.laps[k].end != noTime {
				f.lines = append(f.lines, crossing{c.laps[k].end, c, k})
				f.now = max(f.now, c.laps[k].end)
			}
		}
	}
	slices.SortFunc(f.lines, func(a, b crossing) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.car.number - b.car.number
	})
	if !r.Now.IsZero() && r.Now.Sub(f.zero) > f.now {
		f.now = r.Now.Sub(f.zero)
	}
	f.following()
	f.clean()
	return f
}

func (f *field) add(row *f1.LapRow) {
	if row.LapNumber < 1 || row.LapNumber > 200 {
		return
	}
	c := f.by[row.DriverNumber]
	if c == nil {
		c = &entry{number: row.DriverNumber, laps: []lap{{end: noTime}}}
		f.by[row.DriverNumber], f.cars = c, append(f.cars, c)
	}
	for len(c.laps) <= row.LapNumber {
		c.laps = append(c.laps, lap{end: noTime})
	}
	l := &c.laps[row.LapNumber]
	l.row, l.flag = row, worst(row.TrackStatus)
	l.time = row.LapTime.Or(0)
	if row.DateEnd.Known {
		l.end = row.DateEnd.Value.Sub(f.zero)
	}
	if row.LapNumber == 1 && row.DateStart.Known {
		c.laps[0].end = row.DateStart.Value.Sub(f.zero)
	}
}

// worst is the state of the track that slowed a lap most, of the feed's digits seen during it.
func worst(digits string) byte {
	switch {
	case digits == "":
		return 0
	case strings.Contains(digits, "5"):
		return '5'
	case strings.Contains(digits, "4"):
		return '4'
	case strings.ContainsAny(digits, "67"):
		return '6'
	}
	return '1'
}

// settle puts a car's crossings where its lap times put them. A message tells of a crossing some tenths
// late, each time differently, while lap times are exact: a run of laps without a hole is laid on the line as
// a whole, where the middle of its messages has it.
func (c *entry) settle() {
	for from := 1; from < len(c.laps); {
		if c.laps[from].end == noTime {
			from++
			continue
		}
		to := from + 1
		for to < len(c.laps) && c.laps[to].end != noTime && c.laps[to].row.LapTime.Known &&
			(c.laps[to].end-c.laps[to-1].end-c.laps[to].time).Abs() < 5*time.Second {
			to++
		}
		sum, shifts := time.Duration(0), make([]time.Duration, 0, to-from)
		for k := from; k < to; k++ {
			if k > from {
				sum += c.laps[k].time
			}
			shifts = append(shifts, c.laps[k].end-sum)
		}
		slices.Sort(shifts)
		at := shifts[len(shifts)/2]
		for k := from; k < to; k++ {
			if k > from {
				at += c.laps[k].time
			}
			c.laps[k].end = at
		}
		from = to
	}
	for k := 1; k < len(c.laps); k++ {
		if l := &c.laps[k]; l.time == 0 && l.end != noTime && c.laps[k-1].end != noTime {
			l.time = l.end - c.laps[k-1].end
		}
	}
}

func (f *field) addStop(row *f1.PitStopRow) {
	c := f.by[row.DriverNumber]
	if c == nil || row.Under == "red" || row.LapNumber < 1 || row.LapNumber > len(c.laps) { // the lap being run has no row
		return
	}
	s := stop{row: row, in: row.LapNumber, out: row.LapNumber + 1, lane: row.PitLane.Or(0)}
	if s.lane == 0 && row.PitIn.Known && row.PitOut.Known {
		s.lane = row.PitOut.Value.Sub(row.PitIn.Value)
	}
	if begun := c.laps[s.in-1].end; row.PitIn.Known && begun != noTime {
		s.drive = row.PitIn.Value.Sub(f.zero) - begun
	}
	c.stops = append(c.stops, s)
}

// last is the number of the last lap completed with a time on the line, 0 none.
func (c *entry) last() int {
	for k := len(c.laps) - 1; k > 0; k-- {
		if c.laps[k].end != noTime {
			return k
		}
	}
	return 0
}

// at is when the car completed lap k, noTime when that is not known.
func (c *entry) at(k int) time.Duration {
	if k < 0 || k >= len(c.laps) {
		return noTime
	}
	return c.laps[k].end
}

// compounds are those the car has raced on, one a stint.
func (c *entry) compounds() []string {
	var out []string
	stint := -1
	for k := range c.laps {
		row := c.laps[k].row
		if row == nil || row.StintNumber.Or(0) == stint && len(out) > 0 {
			continue
		}
		stint = row.StintNumber.Or(0)
		out = append(out, row.Compound)
	}
	return out
}

// stopOn is the car's stop with the in-lap k, nil when it has none.
func (c *entry) stopOn(k int) *stop {
	for i := range c.stops {
		if c.stops[i].in == k {
			return &c.stops[i]
		}
	}
	return nil
}

func (f *field) leaderLap() int {
	most := 0
	for _, c := range f.cars {
		most = max(most, c.last())
	}
	return most
}

// following marks the laps driven in the wake of another car.
func (f *field) following() {
	near := make(map[*entry][]bool, len(f.cars))
	for _, c := range f.cars {
		near[c] = make([]bool, len(c.laps))
	}
	for i := 1; i < len(f.lines); i++ {
		x := &f.lines[i]
		if x.at-f.lines[i-1].at < FollowWithin {
			near[x.car][x.lap] = true
		}
	}
	for _, c := range f.cars {
		for k := 1; k < len(c.laps); k++ {
			c.laps[k].following = near[c][k] && near[c][k-1]
		}
	}
}

// clean marks the laps that tell of pace and takes the middle of them, by lap and over all.
func (f *field) clean() {
	var times, all []time.Duration
	for _, c := range f.cars {
		times = times[:0]
		for k := 2; k < len(c.laps); k++ {
			l := &c.laps[k]
			before := c.laps[k-1].flag
			l.clean = l.row != nil && l.row.LapTime.Known && (l.flag == '1' || l.flag == 0 && l.row.Accurate) && before != '4' && before != '5' &&
				!l.row.PitIn.Known && !l.row.PitOut.Known && !l.row.InPitAtStart
			if l.clean {
				times = append(times, l.time)
			}
		}
		limit := time.Duration(float64(middle(times)) * slowest)
		for k := range c.laps {
			l := &c.laps[k]
			if l.clean = l.clean && l.time <= limit; l.clean {
				all = append(all, l.time)
			}
		}
	}
	f.median = middle(all)
	f.pace = make([]time.Duration, f.leaderLap()+1)
	for k := range f.pace {
		all = all[:0]
		for _, c := range f.cars {
			if k < len(c.laps) && c.laps[k].clean {
				all = append(all, c.laps[k].time)
			}
		}
		if len(all) >= fewest {
			f.pace[k] = middle(all)
		}
	}
}

// paceOn is the field's pace on a lap, 0 unknown.
func (f *field) paceOn(lap int) time.Duration {
	if lap >= len(f.pace) {
		return 0
	}
	return f.pace[lap]
}

// fewest is how many cars a statement about the field needs.
const fewest = 4

// middle is the median; it sorts what it is given. 0 of nothing.
func middle(v []time.Duration) time.Duration {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}
