package strategy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// Rejoin is where a car would be if it came in at the end of the lap it is on, or where it will be if it is
// in the pit lane: at the end of its out-lap, the others staying out. Low to High is a band for four cases of
// five under green, the only ones there are forecasts of: it has what stops and laps differ by and, on its better side, that cars ahead may come in meanwhile,
// which by the age of their sets some do.
type Rejoin struct {
	Lap            int // the out-lap, at the end of which this holds
	Under          string
	Loss           time.Duration // the stop's, as expected
	Position       int
	Low, High      int // best and worst place of the band
	Ahead, Behind  int // cars in order, 0 none
	GapAhead       f1.Opt[time.Duration]
	GapBehind      f1.Opt[time.Duration]
	Traffic        []int // cars on the road within TrafficWithin ahead, lapped ones included, nearest first
	InPit          bool  // it is in the lane already
	end, low, high time.Duration
}

// TrafficWithin is how near ahead on the road a car is that will hold the out-lap up.
const TrafficWithin = 3 * time.Second

// paceNoise is what a car's next two laps differ by from twice its recent pace, one standard deviation: on
// the lap tables' clean laps it is 0.8 s by the middle and 1.0 s by the eighth of ten.
const paceNoise = 900 * time.Millisecond

// moment is a race as it stood at one time.
type moment struct {
	f      *field
	priors *Priors
	at     time.Duration
	under  string
	loss   PitLoss
	cars   []standing
	mixed  bool // some are on dry and some on wet tyres: who stops next, and what a lap takes, is the weather's
}

// standing is one car at a moment.
type standing struct {
	car     *entry
	lap     int           // completed
	end     time.Duration // of it
	pace    time.Duration // of its next laps without a stop
	paced   int           // laps the pace rests on
	pending time.Duration // what is still to come of a stop under way
	inPit   bool          // in the lane, or the lap after it is not through
	running bool
}

// moment lays out what was known at a time on the line.
func (f *field) moment(at time.Duration, p *Priors, losses []PitLoss) *moment {
	m := &moment{f: f, priors: p, at: at, under: f.underAt(at)}
	for _, l := range losses {
		if l.Under == m.under {
			m.loss = l
		}
	}
	if f.median == 0 {
		return m
	}
	var newest, paces []time.Duration
	for _, c := range f.cars {
		s := standing{car: c, end: noTime}
		for k := len(c.laps) - 1; k > 0; k-- {
			if end := c.laps[k].end; end != noTime && end <= at {
				s.lap, s.end = k, end
				break
			}
		}
		if s.lap == 0 {
			continue
		}
		if s.pace, s.paced = c.recentPace(s.lap); s.pace != 0 {
			paces = append(paces, s.pace)
		}
		if l := &c.laps[s.lap]; !c.pits(s.lap) && l.time != 0 {
			newest = append(newest, l.time)
		}
		m.cars = append(m.cars, s)
	}
	m.mixed = m.crossover()
	slow, free := middle(newest), middle(paces)
	for i := range m.cars {
		s := &m.cars[i]
		switch {
		case m.under != Green && slow != 0, free == 0 && slow != 0:
			s.pace = slow
		case s.pace == 0:
			s.pace = cmp.Or(free, f.median)
		default: // the fewer laps it rests on, the more the field's is to be expected
			s.pace = (time.Duration(s.paced)*s.pace + free) / time.Duration(s.paced+1)
		}
		m.pit(s)
		s.running = at-s.end < s.pace*5/2+s.pending && !(at >= f.now && f.race.Out[s.car.number])
	}
	return m
}

// crossover reports whether cars that have ended a lap lately are on dry tyres and others on wet ones.
func (m *moment) crossover() bool {
	wet, dry := false, false
	for i := range m.cars {
		s := &m.cars[i]
		row := s.car.laps[s.lap].row
		if row == nil || row.Compound == "" || m.at-s.end > 2*m.f.median {
			continue
		}
		wet, dry = wet || isWet(row.Compound), dry || !isWet(row.Compound)
	}
	return wet && dry
}

// recentPace is the middle of a car's last three clean laps on its set, or, where it has none yet, of those before,
// and of how many; 0 when there are none at all.
func (c *entry) recentPace(lap int) (pace time.Duration, laps int) {
	var times, before []time.Duration
	for k := lap; k > 0 && len(times)+len(before) < 3; k-- {
		l := &c.laps[k]
		switch {
		case !l.clean || len(times) > 0 && k <= lap-recent:
		case l.row.StintNumber == c.laps[lap].row.StintNumber:
			times = append(times, l.time)
		case len(times) == 0:
			before = append(before, l.time)
		}
	}
	if len(times) > 0 {
		return middle(times), len(times)
	}
	return middle(before), len(before)
}

// underAt is what held on the track at a time: the last thing told of the newest lap that had ended.
func (f *field) underAt(at time.Duration) string {
	status := f.race.Track
	if at < f.now || status == "" {
		i, _ := slices.BinarySearchFunc(f.lines, at+1, func(x crossing, at time.Duration) int { return int(x.at - at) })
		digits := ""
		for i--; i >= 0 && digits == ""; i-- {
			if row := f.lines[i].car.laps[f.lines[i].lap].row; row != nil {
				digits = row.TrackStatus
			}
		}
		if digits == "" {
			return Green
		}
		status = map[byte]f1.TrackStatus{'4': f1.TrackSC, '5': f1.TrackRed, '6': f1.TrackVSC, '7': f1.TrackVSCEnding}[digits[len(digits)-1]]
	}
	switch status {
	case f1.TrackRed:
		return "red" // nobody comes out
	case f1.TrackSC:
		return SC
	case f1.TrackVSC, f1.TrackVSCEnding:
		return VSC
	}
	return Green
}

// pit finds out what is still to come of a stop under way.
func (m *moment) pit(s *standing) {
	if st := s.car.stopOn(s.lap + 1); st != nil && st.row.PitIn.Known && st.row.PitIn.Value.Sub(m.f.zero) <= m.at {
		s.inPit, s.pending = true, m.loss.Median
		return
	}
	if st := s.car.stopOn(s.lap); st != nil {
		s.inPit = true
		if before := s.car.at(s.lap - 1); before != noTime {
			s.pending = max(0, m.loss.Median-(s.end-before-s.pace))
		}
	}
}

func (m *moment) standing(c *entry) *standing {
	for i := range m.cars {
		if m.cars[i].car == c {
			return &m.cars[i]
		}
	}
	return nil
}

func (m *moment) running(c *entry) bool {
	s := m.standing(c)
	return s != nil && s.running
}

// ends is when a car will have completed a lap, or did, seen from another one: as far from it as on the last
// lap that both have completed, but for what one is quicker. Gaps outlive the coming and going of a safety car,
// lap times do not. Only where both have been driving free since, or one of them has stopped, does its own
// newest crossing tell more.
func (m *moment) ends(s, from *standing, lap int) time.Duration {
	if at := s.car.at(lap); lap <= s.lap && at != noTime {
		return at
	}
	at := s.end + time.Duration(lap-s.lap)*s.pace
	common := min(s.lap, from.lap)
	mine, his := from.car.at(common), s.car.at(common)
	if mine != noTime && his != noTime && !s.car.tells(common, s.lap) && !from.car.stopped(common, from.lap) {
		at = from.end + time.Duration(lap-from.lap)*from.pace + his - mine + time.Duration(lap-common)*(s.pace-from.pace)
	}
	return max(at+s.pending, m.at+time.Duration(lap-s.lap-1)*s.pace)
}

// tells reports whether the laps after from up to to were free or had a stop.
func (c *entry) tells(from, to int) bool {
	free := to > from
	for k := from + 1; k <= to; k++ {
		free = free && c.laps[k].flag == '1'
	}
	return free || c.stopped(from, to)
}

// stopped reports whether the car was in the lane on the laps after from up to to.
func (c *entry) stopped(from, to int) bool {
	for k := from + 1; k <= to; k++ {
		if c.pits(k) {
			return true
		}
	}
	return false
}

// rejoin is where the car would come out; unknown when it can not stop any more, while some are on dry and some on
// wet tyres, and behind a safety car, real or virtual: there it is decided by who else comes in on the same lap. Of
// 162 stops behind safety cars in seven seasons 91 were in a band five places wide.
func (m *moment) rejoin(c *entry) f1.Opt[Rejoin] {
	s := m.standing(c)
	if s == nil || !s.running || m.loss.Median == 0 || m.under != Green || m.mixed || s.lap < 2 { // the grid tells nothing of gaps
		return f1.Opt[Rejoin]{}
	}
	out := Rejoin{Lap: s.lap + 2, Under: m.under, Loss: m.loss.Median, InPit: s.inPit}
	if s.inPit && c.stopOn(s.lap) != nil {
		out.Lap--
	}
	if total := m.f.race.Session.TotalLaps; total.Known && out.Lap > total.Value {
		return f1.Opt[Rejoin]{}
	}
	out.end = s.end + time.Duration(out.Lap-s.lap)*s.pace + s.pending
	if !s.inPit {
		out.end += m.loss.Median
	}
	out.end = max(out.end, m.at)
	wide := func(d time.Duration) time.Duration {
		return time.Duration(math.Hypot(float64(d), tenth*float64(paceNoise)))
	}
	out.low, out.high = out.end-wide(m.loss.Median-m.loss.Low), out.end+wide(m.loss.High-m.loss.Median)
	m.among(s, &out)
	return f1.Some(out)
}

// among finds a car's place, neighbours and traffic at the end of its out-lap.
func (m *moment) among(s *standing, out *Rejoin) {
	type other struct {
		number int
		apart  time.Duration
	}
	var traffic []other
	var answers []float64 // chances that cars ahead come in, too
	out.Position, out.Low, out.High = 1, 1, 1
	for i := range m.cars {
		o := &m.cars[i]
		if o.car == s.car || !o.running {
			continue
		}
		at := m.ends(o, s, out.Lap)
		if at < out.end {
			out.Position++
			if gap := out.end - at; out.Ahead == 0 || gap < out.GapAhead.Value {
				out.Ahead, out.GapAhead = o.car.number, f1.Some(gap)
			}
		} else if gap := at - out.end; out.Behind == 0 || gap < out.GapBehind.Value {
			out.Behind, out.GapBehind = o.car.number, f1.Some(gap)
		}
		if at < out.low {
			out.Low++
			if !o.inPit && at+m.loss.Median > out.low {
				answers = append(answers, m.answers(o))
			}
		}
		if at < out.high {
			out.High++
		}
		road := (out.end - at) % o.pace
		if road < 0 {
			road += o.pace
		}
		if road <= TrafficWithin {
			traffic = append(traffic, other{o.car.number, road})
		}
	}
	out.Low -= often(answers)
	slices.SortFunc(traffic, func(a, b other) int { return int(a.apart - b.apart) })
	for _, o := range traffic {
		out.Traffic = append(out.Traffic, o.number)
	}
}

// answers is the chance that a car comes in before another's out-lap is over, by the age of its set.
func (m *moment) answers(s *standing) float64 {
	row := s.car.laps[s.lap].row
	if row == nil || !row.TyreAge.Known || len(m.priors.Answers) == 0 {
		return 0
	}
	life := m.priors.tyre(row.Compound, m.f.race).Life * m.f.fullRace()
	if life <= 0 {
		return 0
	}
	quarter := int(4 * float64(row.TyreAge.Value) / life)
	return m.priors.Answers[min(quarter, len(m.priors.Answers)-1)]
}

// often is the number of independent things that happen which is exceeded three times in ten, given the
// chance of each. It is not one in ten as for the stop itself: both would have to happen for the band to miss,
// and places are whole numbers, so that the band would hold too much.
func often(chances []float64) int {
	exactly := []float64{1} // chance of each number of them
	for _, q := range chances {
		exactly = append(exactly, 0)
		for n := len(exactly) - 1; n >= 0; n-- {
			exactly[n] *= 1 - q
			if n > 0 {
				exactly[n] += q * exactly[n-1]
			}
		}
	}
	sum := 0.0
	for n, p := range exactly {
		if sum += p; sum >= .7 {
			return n
		}
	}
	return len(chances)
}

// RejoinAt is what Rejoin said of a car when it completed a lap, from what was known then.
type RejoinAt struct {
	Number int
	At     int         // lap completed
	Actual f1.Opt[int] // place at the end of the out-lap, where it did come in on the next lap and what the forecast rests on still held
	Rejoin
}

// Rejoins are the forecasts of every car at the end of every lap, in order of car and lap.
func (r *Race) Rejoins(c Config) []RejoinAt {
	if !r.Session.Type.IsRace() {
		return nil
	}
	f, priors := newField(r), c.priors()
	losses := f.losses()
	var out []RejoinAt
	for _, car := range f.cars {
		for k := 2; k <= car.last(); k++ {
			if car.at(k) == noTime || car.stopOn(k) != nil {
				continue
			}
			m := f.moment(car.at(k), priors, priors.inSession(r.Session.CircuitID, losses, car.at(k)))
			if j := m.rejoin(car); j.Known && !j.Value.InPit {
				out = append(out, RejoinAt{Number: car.number, At: k, Rejoin: j.Value, Actual: car.cameOut(k+1, j.Value.Under)})
			}
		}
	}
	return out
}

// cameOut is the place after the out-lap of a stop on the lap, which the tables know by order of crossing. It is
// unknown where the forecast was of another stop: a safety car had come or gone by the end of the out-lap, or the
// stop was for dry or wet tyres.
func (c *entry) cameOut(lap int, under string) f1.Opt[int] {
	st := c.stopOn(lap)
	if st == nil || st.out >= len(c.laps) || c.laps[st.out].row == nil || st.row.Under != under || c.crossover(st) ||
		under == Green && c.laps[st.out].flag != '1' {
		return f1.Opt[int]{}
	}
	return c.laps[lap+1].row.Position
}
