package whereabouts

import (
	"maps"
	"slices"

	"pitwall.live/internal/timing"
)

// reference is how long a quick lap of this session takes from point to point, in seconds.
type reference struct {
	steps []float64 // by the point at the end of the stretch
	lap   float64   // their sum
	laps  float64   // how many laps they are the mean of
}

// A lap counts as quick when it is at most so much slower than the reference; one that is so much quicker
// begins it anew.
const (
	quick       = 1.03
	muchQuicker = .97
	memory      = 8. // laps over which the mean runs
)

// learn takes in a lap driven without a gap.
func (r *reference) learn(steps []float64) {
	lap := 0.
	for _, s := range steps {
		lap += s
	}
	switch {
	case r.laps == 0, lap < r.lap*muchQuicker:
		r.steps, r.lap, r.laps = append([]float64(nil), steps...), lap, 1
		return
	case lap > r.lap*quick:
		return
	}
	r.laps = min(r.laps+1, memory)
	r.lap = 0
	for i, s := range steps {
		r.steps[i] += (s - r.steps[i]) / r.laps
		r.lap += r.steps[i]
	}
}

// between is the seconds from one point to the next time another is passed, 0 while not known.
func (r *reference) between(from, to int) float64 {
	n := len(r.steps)
	if n == 0 {
		return 0
	}
	sum := 0.
	for i := (from + 1) % n; ; i = (i + 1) % n {
		sum += r.steps[i]
		if i == to {
			return sum
		}
	}
}

// at is the share of the lap time at which a point is passed: 1 at the line.
func (r *reference) at(point int) float64 {
	sum := 0.
	for _, s := range r.steps[:point+1] {
		sum += s
	}
	return sum / r.lap
}

// blindLap is the seconds of a lap of which nothing is known at all.
const blindLap = 90.

// guess is the reference until a lap has been seen from line to line: the sectors of the quickest best lap
// that the feed tells, or those of the course, each split evenly.
func (e *Estimator) guess(s *timing.Session) reference {
	sectors, lap := [3]float64{blindLap / 3, blindLap / 3, blindLap / 3}, 0.
	if e.course != nil {
		for i, share := range e.course.sectors {
			sectors[i] = share * e.course.lap.Seconds()
		}
	}
	for _, n := range slices.Sorted(maps.Keys(s.Cars)) {
		best, ok := s.Cars[n].BestLapSectors()
		if t := s.Cars[n].BestLap.Time.Value.Seconds(); ok && (lap == 0 || t < lap) {
			lap = t
			for i := range best {
				sectors[i] = best[i].Seconds()
			}
		}
	}
	var r reference
	for i, n := range e.layout.minis {
		if e.layout.plain {
			n = 1
		}
		for range n {
			r.steps = append(r.steps, sectors[i]/float64(n))
		}
		r.lap += sectors[i]
	}
	return r
}
