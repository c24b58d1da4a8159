package telemetry

import (
	"cmp"
	"math"
	"slices"
)

// LTTB appends to dst the indices of at most n samples that draw the same line as all of them: Steinarsson's
// largest triangle three buckets. xs are the samples' places on the axis (time or distance, rising) and
// ys one channel, in any unit; they are of one length. The other channels are read at the same indices.
//
// An unknown value is NaN. Unknown samples part the line into segments, which are down-sampled each by
// itself, by a share of n as large as its share of the samples, never without its two ends. Between two
// segments one unknown sample is kept, so that who draws the result does not bridge the gap. Where time
// itself has a hole the caller says so by an unknown sample.
//
// The first and the last sample are kept, known or not, the indices rise, and with n ≥ len(xs) all are
// kept. With more gaps than n can show, the longest segments that fit are kept and the others count as unknown.
// Below 2, n counts as 2; with n = 2 there is no room for a gap.
func LTTB(dst []int, xs, ys []float64, n int) []int {
	ys = ys[:len(xs)]
	n = max(n, 2)
	if len(xs) <= n {
		for i := range xs {
			dst = append(dst, i)
		}
		return dst
	}
	drawn := ys // what the result draws
	needs, spare := lttbNeeds(drawn)
	switch {
	case needs > n && n == 2:
		return append(dst, 0, len(xs)-1)
	case needs > n:
		drawn = longestSegments(ys, n)
		needs, spare = lttbNeeds(drawn)
	}
	// What is left after the ends is dealt out by length; rounding is carried from segment to segment.
	left, seen, dealt := n-needs, 0, 0
	for from := 0; from < len(ys); {
		to := runEnd(drawn, from)
		if math.IsNaN(drawn[from]) {
			dst = appendGap(dst, ys, from, to)
		} else {
			seen += runSpare(drawn, from, to)
			share := 0
			if spare > 0 {
				share = min(left, spare)*seen/spare - dealt
			}
			dealt += share
			dst = lttbSegment(dst, xs, ys, from, to, runNeeds(drawn, from, to)+share)
		}
		from = to
	}
	return dst
}

// lttbNeeds is how many samples are kept at the least, and how many more could be.
func lttbNeeds(ys []float64) (needs, spare int) {
	for from := 0; from < len(ys); {
		to := runEnd(ys, from)
		needs, spare, from = needs+runNeeds(ys, from, to), spare+runSpare(ys, from, to), to
	}
	return needs, spare
}

// runEnd is the end of the run of known or unknown values that begins at from.
func runEnd(ys []float64, from int) int {
	to := from + 1
	for to < len(ys) && math.IsNaN(ys[to]) == math.IsNaN(ys[from]) {
		to++
	}
	return to
}

// runNeeds is how many samples of a run are kept at the least: the ends of a segment, one of a gap, and the
// first or last of all as well.
func runNeeds(ys []float64, from, to int) int {
	if math.IsNaN(ys[from]) && !(from == 0 && to == len(ys)) {
		return 1
	}
	return min(to-from, 2)
}

// runSpare is how many more there are in a segment.
func runSpare(ys []float64, from, to int) int {
	if math.IsNaN(ys[from]) {
		return 0
	}
	return max(to-from-2, 0)
}

// appendGap keeps one sample of a gap that is unknown in ys itself: the last of all if the gap ends there, and
// both ends of nothing but a gap.
func appendGap(dst []int, ys []float64, from, to int) []int {
	if to == len(ys) {
		if from == 0 && to > 1 {
			dst = append(dst, 0)
		}
		return append(dst, to-1)
	}
	for !math.IsNaN(ys[from]) {
		from++
	}
	return append(dst, from)
}

// longestSegments is ys with only so many of its segments known, the longest that fit, that their ends and one sample
// of every gap are at most n, which is 3 or more. The first and the last sample stay as they are.
func longestSegments(ys []float64, n int) []float64 {
	type segment struct{ from, to int }
	var segments []segment
	for from := 0; from < len(ys); {
		to := runEnd(ys, from)
		if !math.IsNaN(ys[from]) {
			segments = append(segments, segment{from, to})
		}
		from = to
	}
	slices.SortStableFunc(segments, func(a, b segment) int { return cmp.Compare(b.to-b.from, a.to-a.from) })
	drawn := make([]float64, len(ys))
	for i := range drawn {
		drawn[i] = math.NaN()
	}
	needs := 1 // the gap between the first and the last sample
	for _, end := range []int{0, len(ys) - 1} {
		if drawn[end] = ys[end]; !math.IsNaN(ys[end]) {
			needs++
		}
	}
	for _, s := range segments {
		// One inside parts a gap in two, one at an end has a sample there already.
		more := min(s.to-s.from, 2) + 1
		if s.from == 0 || s.to == len(ys) {
			more -= 2
		}
		if needs+more > n {
			continue
		}
		needs += more
		copy(drawn[s.from:s.to], ys[s.from:s.to])
	}
	return drawn
}

// lttbSegment appends n of the samples from to to, all known: 1 ≤ n ≤ to-from, and at least 2 unless there is
// but one.
func lttbSegment(dst []int, xs, ys []float64, from, to, n int) []int {
	dst = append(dst, from)
	last := to - 1
	if last == from {
		return dst
	}
	inner, buckets := to-from-2, n-2
	kept := from
	for b := range buckets {
		// Bucket b is a of the inner samples to z; the next one is z to next, after the last one the end.
		a, z := from+1+b*inner/buckets, from+1+(b+1)*inner/buckets
		next := from + 1 + (b+2)*inner/buckets
		if b == buckets-1 {
			next = to
		}
		meanX, meanY := 0.0, 0.0
		for i := z; i < next; i++ {
			meanX, meanY = meanX+xs[i], meanY+ys[i]
		}
		meanX, meanY = meanX/float64(next-z), meanY/float64(next-z)
		best, widest := a, -1.0
		for i := a; i < z; i++ {
			area := math.Abs((xs[kept]-meanX)*(ys[i]-ys[kept]) - (xs[kept]-xs[i])*(meanY-ys[kept]))
			if area > widest {
				best, widest = i, area
			}
		}
		dst, kept = append(dst, best), best
	}
	return append(dst, last)
}
