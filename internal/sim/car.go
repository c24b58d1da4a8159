package sim

import (
	"strconv"
	"time"

	"pitwall.live/internal/race"
)

// value is a published time or speed with its flags of ownership.
type value struct {
	text        string
	overall, pb bool
}

// line is what the feed has said about a car in TimingData.
type line struct {
	sectors       [3]value
	previous      [3]string
	sectorStopped [3]bool
	speeds        [4]value
	last          value
	best          string
	bestLap       int
	parts         [3]string
	diff, ahead   [3]string // Stats of each qualifying part; index 0 is also used by practice
	gap, interval string
	catching      bool
	place         int
	laps, stops   int
	inPit, pitOut bool
	stopped, out  bool
	shown         bool
	knocked       bool
	cutoff        bool
	status        int
	segs          []int
}

// lapTime is a counted lap of a car.
type lapTime struct {
	lap  int
	time time.Duration
	gone bool
}

// car is one car: what is, and what the feed has said.
type car struct {
	i   int
	e   *race.Entry
	num string
	pub line

	inPit, pitOut, stopped, out, shown, knocked, cutoff, outLap, flag bool
	moved                                                             int // bits 4096 or 8192 while they last
	movedUntil                                                        time.Duration
	flagAt                                                            time.Duration // when it took the flag
	s3                                                                time.Duration
	s3Flags, speedFL                                                  int
	times                                                             []lapTime
	best                                                              time.Duration // as the feed has it: of the session, of the part in qualifying
	bestSector                                                        [3]time.Duration
	bestSpeed                                                         [4]int
	bestMini                                                          []time.Duration
	afterPit                                                          bool // the lap under way began in the pits

	stints   []stint
	dirty    bool // stint laps to tell at the next tick
	appLine  int
	drvLine  int
	stats    statLine
	motion   motion
	lastRoll [4]int // speeds of the lap under way
	info     raceInfo
	tyre     toldTyre
	gained   int // places gained, as OvertakeSeries counts
}

func newCar(i int, e *race.Entry, c *race.Circuit) *car {
	return &car{i: i, e: e, num: strconv.Itoa(e.Number), bestMini: make([]time.Duration, c.MiniCount()),
		pub: line{segs: make([]int, c.MiniCount())}}
}

// bits of a line's Status.
const (
	bitStopped = 4
	bitRetired = 8
	bitInPit   = 16
	bitPitOut  = 32
	bitShown   = 64
	bitKnocked = 128
	bitCutoff  = 256
	bitOutLap  = 512
	bitFlag    = 1024
	bitGained  = 4096
	bitLost    = 8192
)

func (c *car) status() int {
	st := c.moved
	for _, b := range [...]struct {
		on  bool
		bit int
	}{{c.stopped, bitStopped}, {c.out, bitRetired}, {c.inPit, bitInPit}, {c.pitOut, bitPitOut}, {c.shown, bitShown},
		{c.knocked, bitKnocked}, {c.cutoff, bitCutoff}, {c.outLap, bitOutLap}, {c.flag, bitFlag}} {
		if b.on {
			st |= b.bit
		}
	}
	return st
}

var speedNames = [4]string{"I1", "I2", "FL", "ST"}

const (
	spI1 = iota
	spI2
	spFL
	spST
)

// flags of a value in an action.
const (
	flagPB      = 1
	flagOverall = 2
)

func (b *builder) setValue(key, text string, flags int, v *value) {
	b.in(key)
	b.setStr("Value", text, &v.text)
	b.setBool("OverallFastest", flags&flagOverall != 0, &v.overall)
	b.setBool("PersonalFastest", flags&flagPB != 0, &v.pb)
	b.out()
}

// begin starts a message that has lines by car.
func (s *Sim) begin() {
	s.root.reset()
	s.touched = s.touched[:0]
	s.b = &s.root
}

// onLine enters a car's line of the message; a car may be entered more than once. offLine leaves it.
func (s *Sim) onLine(c *car) {
	s.b = &s.lineB[c.i]
	for _, i := range s.touched {
		if i == c.i {
			return
		}
	}
	s.touched = append(s.touched, c.i)
	s.b.reset()
}

func (s *Sim) offLine() { s.b = &s.root }

// payload closes the message; it is nil when nothing was written.
func (s *Sim) payload() []byte {
	s.b = &s.root
	s.b.in("Lines")
	for _, i := range s.touched {
		if l := &s.lineB[i]; !l.empty() {
			s.b.key(s.cars[i].num)
			s.b.buf = append(s.b.buf, l.done()...)
		}
	}
	s.b.out()
	if s.b.empty() {
		return nil
	}
	return s.b.done()
}

// setFlags writes the car's booleans and its Status as far as they changed.
func (s *Sim) setFlags(c *car) {
	b := s.b
	switch { // whichever message is the first to say it
	case c.inPit && !c.pub.inPit:
		s.truth.saidPitIn(s, c)
	case !c.inPit && c.pub.inPit:
		s.truth.saidPitOut(s, c)
	}
	b.setBool("Retired", c.out, &c.pub.out)
	b.setBool("InPit", c.inPit, &c.pub.inPit)
	b.setBool("PitOut", c.pitOut, &c.pub.pitOut)
	b.setBool("Stopped", c.stopped, &c.pub.stopped)
	b.setBool("ShowPosition", c.shown, &c.pub.shown)
	if s.cfg.Session.IsQualifying() {
		b.setBool("KnockedOut", c.knocked, &c.pub.knocked)
		b.setBool("Cutoff", c.cutoff, &c.pub.cutoff)
	}
	b.setNum("Status", c.status(), &c.pub.status)
}
