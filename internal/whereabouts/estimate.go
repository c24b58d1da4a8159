package whereabouts

import (
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// pace is how much longer than the reference a car takes: over the last stretch, and over the one before.
type pace struct {
	last, before float64 // 0 unknown
}

func (p *pace) add(took, expected float64) {
	if expected <= 0 {
		return
	}
	p.before, p.last = p.last, took/expected
}

var (
	wLast   = .7
	maxPace = 6.
	delay   = .12
	bProf   = 50.
	bTime   = .25
	bQuick  = .04
	bSlow   = .35
	bLin    = .5
	scale   = 1.
)

// expect is by how much the next stretch is thought to take longer than the reference, and how unsure that
// is as a share of it.
func (p pace) expect() (ratio, unsure float64) {
	switch {
	case p.last == 0:
		return 1.2, .5
	case p.before == 0:
		ratio = p.last
	default:
		ratio = wLast*p.last + (1-wLast)*p.before
	}
	ratio = max(.8, min(maxPace, ratio))
	unsure = bQuick + bSlow*min(1, math.Abs(ratio-1))
	if p.before > 0 {
		unsure += bLin * min(1, math.Abs(p.last-p.before))
	} else {
		unsure += .2
	}
	return ratio, unsure
}

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
	if k.inPit {
		p.State = InPit
		return p
	}
	if !k.seen || e.ref.steps == nil {
		if k.stopped {
			p.State = Stopped
		}
		return p
	}
	p.Seen = f1.Some(k.at)
	n := len(e.ref.steps)
	next := (k.point + 1) % n
	from := 0.
	if next > 0 {
		from = e.ref.at(k.point)
	}
	step := e.ref.steps[next] / e.ref.lap
	ratio, unsure := k.pace.expect()
	expected := ratio * e.ref.steps[next]
	gone := max(0, now.Sub(k.at).Seconds()+delay)
	a, b := e.course.along(from), e.course.along(from+step)
	if b < a {
		b = 1
	}
	over := gone / expected
	u := gone / max(expected, gone*1.05)
	p.State = Running
	if over > 1.5 {
		p.State = Overdue
	}
	// A quick car is as quick as the model along the stretch; a slow one is evenly slow.
	even := min(1, max(0, (ratio-1)/.5))
	share := (1-even)*e.course.along(from+u*step) + even*(a+u*(b-a))
	length := 1000.
	prof := .05
	if e.course != nil {
		length = e.course.length
		prof = bProf / length
	}
	v := (b - a) / max(expected, .5) // share per second
	move := v * min(gone, expected) * unsure
	band := scale * math.Sqrt(prof*prof+v*v*bTime*bTime+move*move)
	if over > 1 {
		w := min(1, (over-1)/2)
		share += w * ((a+b)/2 - share)
		band += w * (b - a) / 2
	}
	band = min(band, (b-a)/2+prof+.0)
	if k.stopped {
		p.State = Stopped
	}
	share -= math.Floor(share)
	p.Share, p.Band = f1.Some(share), band
	if e.course != nil {
		p.Metres, p.BandMetres = f1.Some(share*length), f1.Some(band*length)
	}
	return p
}
