package telemetry

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pitwall.live/internal/feed"
)

// plainLTTB is the algorithm as Steinarsson's thesis has it, for a line without gaps and 2 < n < len(xs):
// buckets listed first, then walked.
func plainLTTB(xs, ys []float64, n int) []int {
	buckets := [][]int{{0}}
	inner := float64(len(xs) - 2)
	for b := range n - 2 {
		var bucket []int
		for i := 1; i < len(xs)-1; i++ {
			position := float64(i - 1)
			if position >= math.Floor(float64(b)*inner/float64(n-2)) && position < math.Floor(float64(b+1)*inner/float64(n-2)) {
				bucket = append(bucket, i)
			}
		}
		buckets = append(buckets, bucket)
	}
	buckets = append(buckets, []int{len(xs) - 1})
	kept := []int{0}
	for b := 1; b < len(buckets)-1; b++ {
		cx, cy := 0.0, 0.0
		for _, i := range buckets[b+1] {
			cx += xs[i]
			cy += ys[i]
		}
		cx /= float64(len(buckets[b+1]))
		cy /= float64(len(buckets[b+1]))
		a := kept[len(kept)-1]
		best, area := -1, -1.0
		for _, i := range buckets[b] {
			// Half the cross product of the two sides from a.
			if s := math.Abs((xs[i]-xs[a])*(cy-ys[a])-(cx-xs[a])*(ys[i]-ys[a])) / 2; s > area {
				best, area = i, s
			}
		}
		kept = append(kept, best)
	}
	return append(kept, len(xs)-1)
}

// Whole numbers, so that both ways to the area are exact but for the means.
func drawLine(t *rapid.T, least int) (xs, ys []float64) {
	x := 0
	for range rapid.IntRange(least, 200).Draw(t, "samples") {
		x += rapid.IntRange(1, 9).Draw(t, "step")
		xs = append(xs, float64(x))
		ys = append(ys, float64(rapid.IntRange(0, 350).Draw(t, "y")))
	}
	return xs, ys
}

func TestLTTBIsSteinarssons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs, ys := drawLine(t, 4)
		// No two triangles alike, or the choice between them is the rounding's.
		for i := range ys {
			ys[i] += math.Sqrt(float64(i+2)) / 7
		}
		n := rapid.IntRange(3, len(xs)-1).Draw(t, "n")
		if got, want := LTTB(nil, xs, ys, n), plainLTTB(xs, ys, n); !slices.Equal(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
	})
}

// checkLTTB holds a result to all that is promised but the choice of samples.
func checkLTTB(t *rapid.T, ys []float64, n int, got []int) {
	if n = max(n, 2); len(got) != min(n, len(got)) || len(ys) >= 1 && (got[0] != 0 || got[len(got)-1] != len(ys)-1) {
		t.Fatalf("%d of %d, n = %d: %v", len(got), len(ys), n, got)
	}
	for i := 1; i < len(got); i++ {
		a, b := got[i-1], got[i]
		if b <= a {
			t.Fatalf("%d after %d", b, a)
		}
		if n > 2 && !math.IsNaN(ys[a]) && !math.IsNaN(ys[b]) && slices.ContainsFunc(ys[a:b], math.IsNaN) {
			t.Fatalf("the gap between %d and %d is bridged: %v of %v", a, b, got, ys)
		}
	}
}

func TestLTTBGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs, ys := drawLine(t, 1)
		density := rapid.IntRange(1, 40).Draw(t, "one gap in")
		for i := range ys {
			if rapid.IntRange(0, density).Draw(t, "gap") == 0 {
				ys[i] = math.NaN()
			}
		}
		n := rapid.IntRange(0, 220).Draw(t, "n")
		got := LTTB([]int{-7}, xs, ys, n)
		if got[0] != -7 {
			t.Fatalf("not appended: %v", got)
		}
		got = got[1:]
		checkLTTB(t, ys, n, got)
		// n is used up where the samples are there: only further samples of gaps are not worth a place.
		needs, spare := lttbNeeds(ys)
		if want := min(n, needs+spare); n >= needs && n >= 2 && len(ys) > n && len(got) != want {
			t.Fatalf("%d samples, want %d", len(got), want)
		}
	})
}

// A spike is never lost, whichever way it goes and wherever it stands in its segment.
func TestLTTBSpike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const size = 300
		ys, xs := make([]float64, size), make([]float64, size)
		for i := range xs {
			xs[i], ys[i] = float64(i), 200
		}
		gap := rapid.IntRange(100, 200).Draw(t, "gap")
		ys[gap] = math.NaN()
		spike := rapid.IntRange(0, size-1).Filter(func(i int) bool { return i != gap }).Draw(t, "spike")
		ys[spike] += float64(rapid.SampledFrom([]int{-150, 1, 150}).Draw(t, "by"))
		n := rapid.IntRange(12, size).Draw(t, "n")
		got := LTTB(nil, xs, ys, n)
		checkLTTB(t, ys, n, got)
		if !slices.Contains(got, spike) {
			t.Fatalf("the spike at %d is not in %v", spike, got)
		}
	})
}

func TestLTTBEdges(t *testing.T) {
	nan := math.NaN()
	f := func(n int, ys []float64, want ...int) {
		t.Helper()
		xs := make([]float64, len(ys))
		for i := range xs {
			xs[i] = float64(i)
		}
		if got := LTTB(nil, xs, ys, n); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	f(5, nil)
	f(0, []float64{1}, 0)
	f(0, []float64{1, 2}, 0, 1)
	f(1, []float64{1, 9, 2}, 0, 2)
	f(9, []float64{1, nan, 2}, 0, 1, 2)
	f(3, []float64{nan, nan, nan, nan}, 0, 3)
	f(3, []float64{1, 2, nan, nan, 3, 4}, 0, 2, 5)                  // room for one sample of either segment
	f(2, []float64{1, 2, nan, nan, 3, 4}, 0, 5)                     // and for no gap
	f(5, []float64{1, 2, nan, nan, 3, 4}, 0, 1, 2, 4, 5)            // one of the gap is enough
	f(4, []float64{nan, 1, 2, 3, nan, 4, nan}, 0, 1, 3, 6)          // the longest segment
	f(4, []float64{7, 7, nan, 1, 2, 3, nan, 4, nan, 8}, 0, 1, 2, 9) // an end's is cheaper than it is short
}

// What a board draws of a lap at 4 samples a second, of the real session.
func BenchmarkLTTB(b *testing.B) {
	_, _, store := decodeAll(b, mexicoQualifying(b, feed.TopicCarData), nil)
	var xs, ys []float64
	for row := range store.Telemetry() {
		if row.DriverNumber != 4 {
			continue
		}
		xs = append(xs, row.Time.Sub(base).Seconds())
		y := math.NaN()
		if row.Speed.Known {
			y = float64(row.Speed.Value)
		}
		ys = append(ys, y)
	}
	var dst []int
	b.ReportAllocs()
	for b.Loop() {
		dst = LTTB(dst[:0], xs, ys, 500)
	}
	b.ReportMetric(float64(len(xs))*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
}
