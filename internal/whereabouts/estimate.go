package whereabouts

import (
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// pace is how much longer than the reference a car takes: over the last stretch, and over the one before;
// 0 unknown.
type pace struct{ last, before float64 }

func (p *pace) add(took, expected float64) {
	if expected > 0 {
		p.before, p.last = p.last, took/expected
	}
}

// The pace of the stretch being driven. Laps out of the pits and back, behind a safety car or after the flag
// are several times slower than the reference, and change from one stretch to the next.
const (
	newest     = .7  // weight of the last stretch
	quickest   = .8  // of the reference: below, a message came late
	slowestCar = 6.  // times the reference: beyond, the car has halted
	freshPace  = 1.2 // of a car seen once, out of the pits
	freshDoubt = .5
)

// What is not known of a pace, as a share of the stretch driven since the last point.
const (
	steadyDoubt = .04 // of a quick and steady lap
	slowDoubt   = .35 // per pace above the reference
	swingDoubt  = .5  // per change of pace between the last two stretches
	plainDoubt  = 1.6 // times all these where points are a whole sector apart
	onceDoubt   = .2  // of a pace seen over one stretch only
)

// expect is how much longer than the reference the stretch being driven is thought to take, and how much of
// that is doubtful.
func (p pace) expect() (ratio, doubt float64) {
	swing := onceDoubt
	switch {
	case p.last == 0:
		return freshPace, freshDoubt
	case p.before == 0:
		ratio = p.last
	default:
		ratio = newest*p.last + (1-newest)*p.before
		swing = swingDoubt * min(1, math.Abs(p.last-p.before))
	}
	ratio = max(quickest, min(slowestCar, ratio))
	return ratio, steadyDoubt + slowDoubt*min(1, math.Abs(ratio-1)) + swing
}

// The feed tells of a point some tenths of a second after the car has passed it: 0.08 s in the median of 2025
// Mexico City qualifying, 0.2 s in the simulator.
const (
	told      = .12 // s
	toldDoubt = .25 // s
)

// A car that is not seen at the next point when it should be is still short of it.
const (
	crawl   = 1.05 // it is taken to need so many times what has gone since
	overdue = 1.5  // times the time it should need
	lost    = 3.   // times: it may be anywhere on the stretch by then
)

// How far the course is doubtful: as far as the model cars are apart, times a figure with which nine in ten
// places of simulated sessions on every second circuit were held.
const (
	spreadShare = .9
	modelDoubt  = 15. // m, added to the spread
	blindDoubt  = .09 // of the length, without a course
)

// At says where every car is at a moment, by car number. It is meant for the session's own clock: a moment
// not before the last message.
func (e *Estimator) At(now time.Time) []Place {
	all := make([]Place, 0, len(e.cars))
	for n, k := range e.cars {
		all = append(all, e.place(n, k, now))
	}
	slices.SortFunc(all, func(a, b Place) int { return a.Car - b.Car })
	return all
}

func (e *Estimator) place(number int, k *car, now time.Time) Place {
	p := Place{Car: number}
	switch {
	case k.inPit:
		p.State = InPit
		return p
	case !k.halt.IsZero():
		p.State, now = Stopped, k.halt
	case k.seen:
		p.State = Running
	}
	if !k.seen {
		return p
	}
	p.Seen = f1.Some(k.at)
	s := e.stretch(k.point)
	ratio, doubt := k.pace.expect()
	if e.layout.plain {
		doubt *= plainDoubt
	}
	expected := ratio * s.seconds
	gone := max(0, now.Sub(k.at).Seconds()+told)
	late := gone / expected
	if p.State == Running && late > overdue {
		p.State = Overdue
	}
	share := e.course.within(s, gone/max(expected, gone*crawl), ratio)
	band := e.band(s, share, min(gone, expected)*doubt, expected)
	switch w := min(1, (late-1)/(lost-1)); {
	case p.State == Stopped:
		// It stands somewhere on its way to where it would have been when the feed noticed.
		band += (share - s.begin) / 2
		share = (s.begin + share) / 2
	case late > 1:
		share += w * ((s.begin+s.end)/2 - share)
		band += w * (s.end - s.begin) / 2
	}
	if e.layout.plain && late > 1 && p.State != Stopped {
		// The time of a slow sector is often not told: the car may have passed the next point unseen.
		band += (s.end - s.begin) * (late - 1)
	} else {
		// It has passed one end of the stretch and not the other.
		band = min(band, (s.end-s.begin)/2+e.course.doubt(share))
	}
	if band >= .5 {
		return p // anywhere
	}
	share -= math.Floor(share)
	p.Share, p.Band = f1.Some(share), band
	if c := e.course; c != nil {
		p.Metres, p.BandMetres = f1.Some(share*c.length), f1.Some(band*c.length)
	}
	return p
}

// band is how far the car may be from a share of the length: as far as the course is a model, the message of
// the point came sooner or later, and the pace is another by so many seconds.
func (e *Estimator) band(s stretch, share, seconds, expected float64) float64 {
	speed := (s.end - s.begin) / expected
	model := e.course.doubt(share)
	return math.Sqrt(model*model + speed*speed*(toldDoubt*toldDoubt+seconds*seconds))
}

// stretch is the way from one point to the next.
type stretch struct {
	from, to   float64 // shares of the lap time
	begin, end float64 // shares of the length
	seconds    float64 // of the reference
}

// stretch is the way from a point to the next.
func (e *Estimator) stretch(point int) stretch {
	next := (point + 1) % len(e.ref.steps)
	s := stretch{seconds: e.ref.steps[next]}
	if next > 0 {
		s.from = e.ref.at(point)
	}
	s.to = min(1, s.from+s.seconds/e.ref.lap)
	s.begin, s.end = e.course.along(s.from), e.course.along(s.to)
	return s
}

// evenPace is the pace from which on a car is taken to be evenly slow all along a stretch. A quick one is as
// quick as the model: late on the brakes, slow in the corner.
const evenPace = 1.5

// within is the share of the length of a car that has driven a part of the time of a stretch.
func (c *Course) within(s stretch, part, ratio float64) float64 {
	even := max(0, min(1, (ratio-1)/(evenPace-1)))
	return (1-even)*c.along(s.from+part*(s.to-s.from)) + even*(s.begin+part*(s.end-s.begin))
}
