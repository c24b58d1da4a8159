// Package whereabouts estimates where the cars are when nobody says so: without Position.z, which is kept
// from readers without an account, the feed still tells when a car passes the end of a mini-sector (or of a
// sector, before 2020). From the passing last seen, from how long such a stretch takes (learned from the
// session's own laps) and from the pace of the lap being run follows a place along the lap, with a band
// that holds the car nine times in ten.
//
// The place is a share of the lap's length from the timing line. It rests on a model lap of the circuit
// ([Course]); without one the share of the lap time stands in for it. Package live calls it, and only
// for who asked for places. It has no clock: the moment is handed in.
package whereabouts

import (
	"iter"
	"math/bits"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// State is how a place is to be taken.
type State uint8

// The states.
const (
	Unknown State = iota // not seen yet, or not since it left the pits
	Running              // on its way between two points
	Overdue              // should have been seen by now: slow, halted, or the feed is; the place does not run on
	Stopped              // the feed has it stopped or retired
	InPit                // in the pit lane or the garage
)

var stateNames = [...]string{"unknown", "running", "overdue", "stopped", "in_pit"}

// String is the state's word on the wire.
func (s State) String() string { return stateNames[s] }

// Place is where a car is thought to be.
type Place struct {
	Car   int
	State State
	Seen  f1.Opt[time.Time] // when it passed the last point of the lap, by the session's clock
	Share f1.Opt[float64]   // of the lap's length from the timing line, 0 to 1; unknown in the pits and before the car was seen
	Band  float64           // of the lap's length on each side of Share, which holds the car nine times in ten
	// Metres and BandMetres are the same in metres; unknown without a course.
	Metres, BandMetres f1.Opt[float64]
}

// Estimator follows a session. It is owned by one goroutine. Fed with the same messages it says the same.
type Estimator struct {
	course *Course
	layout layout
	ref    reference
	cars   map[int]*car
}

// New returns an estimator that has seen nothing. course may be nil: the circuit is not known.
func New(course *Course) *Estimator {
	return &Estimator{course: course, cars: map[int]*car{}}
}

// Follow takes in what a message has changed. It is called after every [timing.Session.Apply], with what
// that returned; only messages of the timing tower cost anything.
func (e *Estimator) Follow(s *timing.Session, m *feed.Message, ch timing.Change) {
	if ch.Parts&timing.PartRollOver != 0 {
		*e = *New(e.course)
	}
	if ch.Parts&timing.PartCars == 0 || m.Topic != feed.TopicTimingData && m.Topic != feed.TopicTimingDataF1 {
		return
	}
	e.measure(s, ch)
	if e.ref.laps == 0 {
		e.ref = e.guess(s)
	}
	for n := range touched(ch) {
		c := s.Cars[n]
		if c == nil {
			continue
		}
		k := e.cars[n]
		if k == nil {
			k = &car{}
			e.cars[n] = k
		}
		e.see(k, c, m)
	}
}

// touched are the numbers of a change's cars, rising: what is learned must not hang on the order of a map.
func touched(ch timing.Change) iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, set := range ch.Cars {
			for ; set != 0; set &= set - 1 {
				if !yield(w<<6 | bits.TrailingZeros64(set)) {
					return
				}
			}
		}
	}
}

// maxMinis bounds the mini-sectors of a sector to the bits of a word; the feed has 5 to 10.
const maxMinis = 63

// layout is how many points each sector ends with: its mini-sectors, or one where the feed has none.
type layout struct {
	minis [3]int
	plain bool // no mini-sectors: the points are the ends of the sectors
}

// points is the number of points of a lap; the last one is the timing line.
func (l layout) points() int {
	if l.plain {
		return 3
	}
	return l.minis[0] + l.minis[1] + l.minis[2]
}

// measure learns how many mini-sectors there are from the cars of a message. A number that grows makes what
// was learned worthless.
func (e *Estimator) measure(s *timing.Session, ch timing.Change) {
	now := e.layout.minis
	for n := range touched(ch) {
		if c := s.Cars[n]; c != nil {
			for i := range now {
				now[i] = max(now[i], min(len(c.Sectors[i].Segments), maxMinis))
			}
		}
	}
	l := layout{minis: now, plain: now[0] == 0 || now[1] == 0 || now[2] == 0}
	if l == e.layout {
		return
	}
	if l.points() != e.layout.points() || l.plain != e.layout.plain {
		e.ref = reference{}
		clear(e.cars)
	}
	e.layout = l
}
