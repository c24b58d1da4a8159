package telemetry

import (
	"math"
	"slices"

	"pitwall.live/internal/f1"
)

const (
	// dipDepth is by how much, in km/h, a car is faster before and after a dip: less is a ripple.
	dipDepth = 5
	// cornerReach is how far from a given place, in m, a corner's slowest sample is looked for. Corners closer
	// than twice as much share what lies between.
	cornerReach = 150
	// openThrottle is the throttle in % from which a car is on the throttle. Below is the balance that drivers
	// hold through a corner.
	openThrottle = 20
)

// Corner is what a car did in one corner of a lap. Distances are m along the lap, speeds km/h.
type Corner struct {
	At      float64         // where the corner was asked for
	Apex    float64         // where the car was slowest; At when Slowest is no dip
	Slowest f1.Opt[float64] // the speed there
	// Dip says that the car was faster before and after, by 5 km/h. Where it was not, as in a bend taken without lifting,
	// the speed is that at the place asked for and there is no braking.
	Dip bool
	// Brake is where the last braking before the apex began and Throttle where the throttle was opened to
	// leave it, at 20 %. Both lie between two samples, some 250 ms apart. Brake is half way between them; a
	// car that did not brake, or was on the brakes since the corner before, has none.
	Brake, Throttle f1.Opt[float64]
}

// Straight is the fastest that a car was between two corners, or between a corner and the line. Distances
// are m along the lap.
type Straight struct {
	From, To float64 // the apexes on both sides, 0 or the lap's length
	Fastest  f1.Opt[float64]
	At       float64 // where; From when Fastest is unknown
}

// FindCorners appends to dst the distances at which the car was slowest before it became faster again by at
// least prominence, in km/h, having been as much faster since the corner before, or since the lap began. Of
// several equally slow samples it is the first.
func (t *Trace) FindCorners(dst []float64, prominence float64) []float64 {
	t.findLows(prominence)
	for _, i := range t.lows {
		dst = append(dst, t.Distance[i])
	}
	return dst
}

// findLows fills lows with the samples that FindCorners is about.
func (t *Trace) findLows(prominence float64) {
	t.lows = t.lows[:0]
	highest, lowest := math.Inf(-1), math.Inf(1)
	at, falling := 0, false
	for i, v := range t.Speed {
		switch {
		case math.IsNaN(v):
		case falling:
			if v < lowest {
				lowest, at = v, i
			} else if v-lowest >= prominence && v > lowest {
				t.lows = append(t.lows, at)
				highest, falling = v, false
			}
		case v > highest:
			highest = v
		case highest-v >= prominence && v < highest:
			lowest, at, falling = v, i, true
		}
	}
}

// Corners appends to dst what the car did at each of the corners at the given distances, which rise: the
// circuit's own or those of [Trace.FindCorners].
func (t *Trace) Corners(dst []Corner, at []float64) []Corner {
	old := len(dst)
	t.findLows(dipDepth)
	samples := t.apexes[:0]
	for i, place := range at {
		from, to := max(place-cornerReach, 0), min(place+cornerReach, t.Length)
		if i > 0 {
			from = max(from, (at[i-1]+place)/2)
		}
		if i+1 < len(at) {
			to = min(to, (place+at[i+1])/2)
		}
		c := Corner{At: place, Apex: place}
		apex := t.dip(from, to)
		if apex >= 0 {
			c.Apex, c.Slowest, c.Dip = t.Distance[apex], f1.Some(t.Speed[apex]), true
		} else if v := t.speedAt(place); !math.IsNaN(v) {
			c.Slowest = f1.Some(v)
		}
		dst, samples = append(dst, c), append(samples, apex)
	}
	t.apexes = samples
	for i, apex := range samples {
		if apex < 0 {
			continue
		}
		before, after := 0, len(t.Speed)-1
		for _, s := range samples[:i] {
			before = max(before, s)
		}
		if j := slices.IndexFunc(samples[i+1:], func(s int) bool { return s >= 0 }); j >= 0 {
			after = samples[i+1+j]
		}
		c := &dst[old+i]
		c.Brake, c.Throttle = t.brakePoint(before, apex), t.throttlePoint(before, apex, after)
	}
	return dst
}

// dip is the slowest of the lows between two distances; -1 without one.
func (t *Trace) dip(from, to float64) int {
	best := -1
	for _, i := range t.lows {
		if d := t.Distance[i]; d >= from && d <= to && (best < 0 || t.Speed[i] < t.Speed[best]) {
			best = i
		}
	}
	return best
}

// speedAt is the speed at a distance, between two samples that both have one.
func (t *Trace) speedAt(distance float64) float64 {
	i, found := slices.BinarySearch(t.Distance, distance)
	switch {
	case found:
		return t.Speed[i]
	case i == 0 || i == len(t.Distance):
		return math.NaN()
	}
	return mix(t.Speed[i-1], t.Speed[i], t.shareAt(i, distance))
}

// brakePoint is where the last braking that began after sample before and not after sample apex did.
func (t *Trace) brakePoint(before, apex int) f1.Opt[float64] {
	for i := apex; i > before; i-- {
		if on, was := t.Brake[i], t.Brake[i-1]; on > 0 && !(was > 0) {
			if math.IsNaN(was) {
				return f1.Opt[float64]{}
			}
			return f1.Some((t.Distance[i-1] + t.Distance[i]) / 2)
		}
	}
	return f1.Opt[float64]{}
}

// throttlePoint is where the throttle was opened nearest to sample apex: after it where it is closed there,
// else before it.
func (t *Trace) throttlePoint(before, apex, after int) f1.Opt[float64] {
	open := func(i int) bool { return t.Throttle[i] >= openThrottle }
	i := apex
	if open(i) {
		for i > before && open(i-1) {
			i--
		}
	} else {
		for i <= after && !open(i) {
			i++
		}
	}
	if i <= before || i > after || math.IsNaN(t.Throttle[i-1]) {
		return f1.Opt[float64]{}
	}
	share := (openThrottle - t.Throttle[i-1]) / (t.Throttle[i] - t.Throttle[i-1])
	return f1.Some(mix(t.Distance[i-1], t.Distance[i], share))
}

// Straights appends to dst the straights between the corners that have a dip, and those from and to the
// line, whose other halves belong to the laps before and after.
func (t *Trace) Straights(dst []Straight, corners []Corner) []Straight {
	from := 0.0
	add := func(to float64) {
		s := Straight{From: from, To: to, At: from}
		first, _ := slices.BinarySearch(t.Distance, from)
		for i := first; i < len(t.Distance) && t.Distance[i] <= to; i++ {
			if v := t.Speed[i]; v > s.Fastest.Value || !s.Fastest.Known && !math.IsNaN(v) {
				s.Fastest, s.At = f1.Some(v), t.Distance[i]
			}
		}
		dst, from = append(dst, s), to
	}
	for _, c := range corners {
		if c.Dip {
			add(c.Apex)
		}
	}
	add(t.Length)
	return dst
}
