package timing

import (
	"time"

	"pitwall.live/internal/f1"
)

// Putting laps together. The feed never sends a lap: it sends a lap count, three sector times, a lap
// time and speeds, each when it has it, in any order and up to seconds late, blanks them at the next
// lap, and leaves out what did not change. Two rules decide where a value belongs.
//
// A lap is open from the message that raises NumberOfLaps to the next one. In a race NumberOfLaps
// counts laps completed, so the open lap is one more; elsewhere it counts laps begun (it rises at pit
// exit too), so the open lap is the number itself.
//
// A value that comes with the raise, or less than late after it, completes the lap before if that lap
// still lacks it, or if it is one of those taken at the line (lap time, sector 3, speed at the line);
// otherwise it belongs to the open lap.
//
// A message may come twice, and a snapshot in between: what was said already is no news.

// late is how long after a lap's end its values may still arrive, in nanoseconds. FastF1 waits 5 s,
// OpenF1 10 s; real recordings need more than 5.
const late = int64(10e9)

// again is how long after a value the same one is the same: shorter than any lap.
const again = int64(30e9)

// pitExitEarly is how long before the message that begins a lap its pit exit may be announced.
const pitExitEarly = int64(5e9)

// lap is one lap being put together. Times are unix nanoseconds, 0 unknown.
type lap struct {
	number     int32
	part       int8 // qualifying part in which it ended
	fromPit    bool // began in the pit lane
	unsure     bool // joined while it was driven, and it may have begun in the pit lane or passed it
	unseen     bool // joined in the pits after it: nothing of it was heard, unless something still comes
	closed     bool // the next lap has begun
	best       bool // the feed had its time as the car's best then
	position   int16
	down       int16 // laps down at its end, -1 unknown
	time       millis
	sectors    [3]millis
	speeds     [4]int16 // I1, I2, FL, ST; 0 unknown
	gap, inter gapMillis
	start, end int64
	sector1    int64 // when sector 1 came
	in, out    int64 // pit lane entered, left
}

// track is what a car's laps, pit visits and stints are made of.
type track struct {
	laps       []lap // the last one is open
	shared     bool  // laps and visits are shared with a clone: copy before writing
	absent     bool  // stood still or was out when the race began
	count      int   // the highest NumberOfLaps so far
	past       bool  // the lap count went back; wait until it is caught up
	raised     int64 // when the open lap began by count
	missed     lap   // the open lap as it was before the car began another uncounted; number 0 none
	visits     []visit
	fitted     []fitted
	replaced   fitted // what the newest snapshot's list took the place of, index -1 nothing; see lostVisit
	replacedAt int32  // its place in fitted
	countKnown bool   // NumberOfLaps has been said
	joining
	heard [8]heard
}

// heard is the newest value of one kind (lap time, three sectors, four speeds) and when it came first.
type heard struct {
	value int32
	at    int64
}

// lineDelta is what one message says of one car, as far as laps are concerned.
type lineDelta struct {
	raise     int  // laps now, when the message says so; -1 otherwise
	before    int  // laps before it
	first     bool // the count was not known before
	snapshot  bool // the message repeats a state: it does not say when
	lapTime   millis
	best      bool // lapTime is the car's best
	sectors   [3]millis
	blank     [3]bool
	speeds    [4]int16
	pit, exit bool // InPit became true, became false
	out       bool // PitOut became true
	stops     int  // by how many a snapshot raised the count of stops
}

// own makes the car's laps writable after a clone.
func (t *track) own() {
	if t.shared {
		t.laps = append(make([]lap, 0, len(t.laps)+8), t.laps...)
		t.visits = append([]visit(nil), t.visits...)
		t.fitted = append([]fitted(nil), t.fitted...)
		t.shared = false
	}
}

// openLap is the number of the lap being run when the feed's count is n.
func openLap(race bool, n int) int32 {
	if race {
		return int32(n) + 1
	}
	return int32(max(n, 1))
}

// open returns the lap being run, begun if need be.
func (t *track) open(number int32, at int64) *lap {
	if n := len(t.laps); n > 0 && t.laps[n-1].number >= number {
		return &t.laps[n-1]
	}
	t.laps = append(t.laps, lap{number: number, start: at, gap: noGap, inter: noGap, down: -1})
	return &t.laps[len(t.laps)-1]
}

// follow takes one message's news of a car into its laps.
func (s *Session) follow(c *Car, d *lineDelta, at int64) {
	race := s.IsRace()
	t := &c.track
	t.own()
	if !d.first && !d.snapshot {
		d.before = t.count
	}
	if t.repeats(d, at) {
		return
	}
	t.saidBefore(d, at)
	if d.snapshot && !d.first && len(t.laps) > 0 {
		s.resume(c, d, at)
		return
	}
	if d.raise >= 0 && d.first {
		s.join(c, d, at)
	}
	s.joinExit(c, d, at)
	if d.out && t.joinCount > 0 && len(t.laps) == 1 {
		t.joinedOut = at
	}
	if d.raise >= 0 {
		t.count = d.raise
	}
	rises := d.raise > d.before
	cur := t.open(openLap(race, d.before), 0)
	switch {
	case !rises:
	case !race && d.before == 0:
		cur.start = at // the first lap begins; none ends
		s.beginLap(c, cur, d, at)
	default:
		if (!cur.closed && cur.end == 0 || race) && !cur.unseen {
			cur.end = at
		}
		cur.closed = true
		if cur.part == 0 {
			cur.part = int8(s.Part)
		}
		if jump := d.raise - d.before; jump > 1 && jump <= maxJump && !d.first && !d.snapshot {
			t.caughtUp(openLap(race, d.raise)-1, cur)
		}
		t.missed = lap{}
		s.beginLap(c, t.open(openLap(race, d.raise), at), d, at)
		t.raised = at
	}
	s.place(c, d, at, rises)
	s.pit(c, d, at)
}

// repeats reports whether a message tells the past again: the count steps back, and until it is where it
// was nothing is news, the message that brings it back included.
//
// A lone count of the lap before, seconds after the newer one, is that message come a second time.
func (t *track) repeats(d *lineDelta, at int64) bool {
	if d.raise >= 0 && !d.snapshot {
		if d.raise < d.before {
			if !t.past && at-t.raised < late {
				return true
			}
			t.past = true
		} else if t.past {
			t.past = false
			return d.raise == d.before
		}
	}
	return t.past
}

// saidBefore takes out of a message the values that came already: a message may come twice, from two
// sources or from a hub that sends it again. A car passes the same place once a lap, so that a value
// equal to the newest of its kind and less than again after it is the same one.
func (t *track) saidBefore(d *lineDelta, at int64) {
	once := func(i int, v int32) bool {
		h := &t.heard[i]
		if v == 0 || v == h.value && at-h.at < again {
			return false
		}
		*h = heard{v, at}
		return true
	}
	if !once(0, int32(d.lapTime)) {
		d.lapTime = 0
	}
	for i := range d.sectors {
		if !once(1+i, int32(d.sectors[i])) {
			d.sectors[i] = 0
		}
	}
	for i := range d.speeds {
		if !once(4+i, int32(d.speeds[i])) {
			d.speeds[i] = 0
		}
	}
}

// resume takes what a snapshot has that was not heard: messages were lost before it. It tells what, but
// not when, and shows one lap only. So a lap that ended in between has no end; its lap time is known if it
// was the last to end, its sectors if they are still on show. They are when all three are: the first of
// the next lap takes the others away.
func (s *Session) resume(c *Car, d *lineDelta, at int64) {
	race, t := s.IsRace(), &c.track
	whole := c.Sectors[2].Time.Known
	ended := -1 // index of the lap that ended last
	if before := t.count; d.raise > before {
		if cur := &t.laps[len(t.laps)-1]; race || before > 0 {
			cur.closed = true
			if cur.part == 0 {
				cur.part = int8(s.Part)
			}
			for n := cur.number + 1; n < openLap(race, d.raise); n++ {
				t.laps = append(t.laps, lap{number: n, closed: true, part: int8(s.Part), gap: noGap, inter: noGap, down: -1})
			}
			ended = len(t.laps) - 1
		}
		t.open(openLap(race, d.raise), 0)
		t.count, t.raised, t.missed, t.past = d.raise, 0, lap{}, false
		if !race && (c.InPit || d.raise > before+1) {
			ended = -1 // of the lap that ended or of the one into the pits, before a stay there or after: nobody knows
		}
	} else {
		ended = len(t.laps) - 2
		if !race && c.InPit {
			ended = len(t.laps) - 1 // the number rises at the exit only
		}
		l := &t.laps[len(t.laps)-1]
		for i, v := range d.speeds {
			if l.speeds[i] == 0 && i != speedFL {
				l.speeds[i] = v
			}
		}
	}
	on := len(t.laps) - 1
	if whole {
		on = ended
	}
	if on >= 0 {
		for i, v := range d.sectors {
			if l := &t.laps[on]; l.sectors[i] == 0 {
				l.sectors[i] = v
			}
		}
	}
	if ended >= 0 && t.laps[ended].time == 0 {
		t.laps[ended].time = d.lapTime
	}
	if d.stops > 0 && !d.pit && !d.exit && !c.InPit {
		t.visits = append(t.visits, visit{out: at, outLap: t.laps[len(t.laps)-1].number, stop: int32(c.PitStops), unsure: true})
		c.lostVisit()
	}
	s.pit(c, d, at)
	if n := len(t.visits); n > 0 && (d.pit || d.exit) {
		t.visits[n-1].unsure = true
	}
}

// maxJump is the most laps that one message may add: crossings of the line go unseen one or two at a
// time, a larger step is a damaged count.
const maxJump = 3

// missedLine sets the open lap aside when its first sector comes again: the car has crossed the line
// unseen, at the moment from which the sector is timed. The count, when it comes, tells whether that was
// a lap.
func (t *track) missedLine(l *lap, crossed int64) {
	t.missed = *l
	t.missed.end = crossed
	*l = lap{number: l.number, start: crossed, fromPit: l.fromPit, gap: noGap, inter: noGap, down: -1}
	if t.missed.out != 0 && t.missed.in != 0 && t.missed.out > t.missed.in {
		// The line is passed in the pit lane: the exit is the next lap's.
		l.out, l.fromPit, t.missed.out = t.missed.out, true, 0
		return
	}
	l.in, l.out = t.missed.in, t.missed.out
}

// caughtUp gives the values of the open lap the number that the count has reached, and the laps missed
// before it rows of their own: the first with what had been set aside.
func (t *track) caughtUp(number int32, open *lap) {
	last := *open
	first := lap{number: last.number, start: last.start, gap: noGap, inter: noGap, down: -1}
	if t.missed.number == last.number {
		first = t.missed
	}
	first.closed, first.part = true, last.part
	*open = first
	for n := first.number + 1; n < number; n++ {
		t.laps = append(t.laps, lap{number: n, closed: true, part: last.part, gap: noGap, inter: noGap, down: -1})
	}
	last.number = number
	t.laps = append(t.laps, last)
	if v := len(t.visits); v > 0 && last.out != 0 && t.visits[v-1].out == last.out {
		t.visits[v-1].outLap = number
	}
}

// beginLap fills what is known of a lap when it begins: whether it began in the pit lane, and the pit
// exit when that was announced just before.
func (s *Session) beginLap(c *Car, next *lap, d *lineDelta, at int64) {
	t := &c.track
	next.fromPit = c.InPit || d.out && !s.IsRace()
	if !s.IsRace() && len(t.laps) == 2 && t.joinedOnExit(d.out, at) {
		into := &t.laps[0]
		into.unseen, into.fromPit, into.end, next.fromPit = true, false, 0, true
	}
	if n := len(t.laps); n > 1 {
		prev := &t.laps[n-2]
		if prev.out != 0 && at-prev.out < pitExitEarly && prev.out > prev.in {
			next.out, next.fromPit = prev.out, true
			prev.out = 0
			if v := len(t.visits); v > 0 {
				t.visits[v-1].outLap = next.number
			}
		}
	}
}

// place puts the values of a message into the laps they belong to.
func (s *Session) place(c *Car, d *lineDelta, at int64, rises bool) {
	t := &c.track
	n := len(t.laps)
	cur := &t.laps[n-1]
	var prev *lap
	if n > 1 && (rises || at-t.raised < late) {
		prev = &t.laps[n-2]
	}
	if d.lapTime != 0 {
		l := cur
		if prev != nil {
			l = prev // said anew, too: the lap just begun has none
		}
		l.time, l.best = d.lapTime, d.best
		s.ended(c, l, at)
	}
	for i, v := range d.sectors {
		if v == 0 {
			continue
		}
		l := cur
		if prev != nil && (prev.sectors[i] == 0 || i == 2) {
			l = prev
		}
		if i == 0 && l == cur && l.sectors[0] != 0 && l.sectors[1] != 0 && !rises && at-l.sector1 > late {
			t.missedLine(l, at-int64(v)*int64(time.Millisecond))
		}
		l.sectors[i] = v
		if i == 0 {
			l.sector1 = at
			c.stillShown(l, d)
			// Values of the sectors to come are of an earlier lap, sent again (2019 Italian Qualifying, car 23).
			for j := 1; j < 3; j++ {
				if d.blank[j] {
					l.sectors[j] = 0
				}
			}
		}
		if i == 2 {
			s.ended(c, l, at)
		}
	}
	for i, v := range d.speeds {
		if v == 0 {
			continue
		}
		l := cur
		if prev != nil && (i == speedFL || prev.speeds[i] == 0 && i != speedST) {
			l = prev
		}
		l.speeds[i] = v
		if i == speedI1 {
			c.stillShown(l, d)
		}
	}
}

// stillShown gives a lap the speeds that are as they were on the lap before, now that its first sector is
// over. The speed at that sector's end comes with it and is not blanked before, nor is the trap's where the
// trap stands before it: what is equal is not sent.
func (c *Car) stillShown(l *lap, d *lineDelta) {
	for i, shown := range [...]f1.Opt[int]{speedI1: c.SpeedI1.KMH, speedST: c.SpeedST.KMH} {
		if shown.Known && d.speeds[i] == 0 && l.speeds[i] == 0 && !d.snapshot {
			l.speeds[i] = int16(shown.Value)
		}
	}
}

// ended notes that a lap's last value has come, which outside races may be minutes before the next
// lap begins: the car's place at its end is that of now.
func (s *Session) ended(c *Car, l *lap, at int64) {
	if l.end == 0 || !l.closed && at > l.end {
		l.end = at
		if !s.IsRace() {
			c.stands(l)
		}
	}
	if l.part == 0 {
		l.part = int8(s.Part)
	}
}

// The order of the speed traps in arrays.
const (
	speedI1 = iota
	speedI2
	speedFL
	speedST
)

// NewestTimed returns number and time of the newest lap whose time has been said and can be, zeros when none has been.
func (c *Car) NewestTimed() (lap int, t time.Duration) {
	for i := len(c.laps) - 1; i >= 0; i-- {
		if l := &c.laps[i]; l.time != 0 && !l.tooShort() {
			return int(l.number), time.Duration(l.time) * time.Millisecond
		}
	}
	return 0, 0
}

// BestLapSectors gives the sector times of the lap that set BestLap; false while one of them is unknown.
func (c *Car) BestLapSectors() (sectors [3]time.Duration, ok bool) {
	if !c.BestLap.Time.Known {
		return sectors, false
	}
	best := toMillis(c.BestLap.Time.Value)
	for i := len(c.laps) - 1; i >= 0; i-- {
		l := &c.laps[i]
		if l.time != best {
			continue
		}
		for j, s := range l.sectors {
			if s == 0 {
				return sectors, false
			}
			sectors[j] = time.Duration(s) * time.Millisecond
		}
		return sectors, true
	}
	return sectors, false
}
