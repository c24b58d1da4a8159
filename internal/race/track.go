package race

import "math"

// samples is the number of stations of a track, evenly spaced along the lap.
const samples = 600

// Track is a circuit's centre line with the speed profile of a fast lap: a point-mass lap limited by
// lateral grip, engine and brakes, with the grip chosen so that it takes the circuit's Pole time.
type Track struct {
	X, Y, Z [samples]float32 // metres
	Speed   [samples]float32 // km/h
	when    [samples + 1]float32
	share   []float32 // by mini-sector: share of the lap time
	start   []float32 // by mini-sector: share of the lap time before it
	pass    []float32 // by mini-sector: how good a place to pass, 0-1
	top     float32
}

func newTrack(c *Circuit, outline [][2]float64) *Track {
	t := &Track{}
	if len(outline) < 8 { // no outline: a circle of the right length
		r := float64(c.Length) / 2 / math.Pi
		for i := range 36 {
			a := float64(i) / 36 * 2 * math.Pi
			outline = append(outline, [2]float64{r * math.Sin(a), r - r*math.Cos(a)})
		}
	}
	t.resample(outline, float64(c.Length))
	want := c.Pole.Seconds()
	lo, hi := 4.0, 220.0 // lateral acceleration, m/s2
	for range 40 {
		mid := (lo + hi) / 2
		if t.profile(float64(c.Length), mid) > want {
			lo = mid
		} else {
			hi = mid
		}
	}
	t.profile(float64(c.Length), hi)
	t.minis(c)
	return t
}

// resample draws a closed Catmull-Rom curve through the outline and places the stations at even distances
// on it; the scale makes the length exact. The curve is the centripetal one: the points are anything from
// ten to four hundred metres apart, and the uniform one loops where a short side meets a long one.
func (t *Track) resample(p [][2]float64, length float64) {
	const fine = 24
	n := len(p)
	line := make([][2]float64, 0, n*fine)
	for i := range p {
		a, b, c, d := p[(i+n-1)%n], p[i], p[(i+1)%n], p[(i+2)%n]
		t1 := knot(a, b)
		t2 := t1 + knot(b, c)
		t3 := t2 + knot(c, d)
		for k := range fine {
			u := t1 + (t2-t1)*float64(k)/fine
			var q [2]float64
			for j := range 2 {
				between := func(x, y, from, to float64) float64 { return (x*(to-u) + y*(u-from)) / (to - from) }
				ab, bc, cd := between(a[j], b[j], 0, t1), between(b[j], c[j], t1, t2), between(c[j], d[j], t2, t3)
				q[j] = between(between(ab, bc, 0, t2), between(bc, cd, t1, t3), t1, t2)
			}
			line = append(line, q)
		}
	}
	total := 0.0
	dist := make([]float64, len(line)+1)
	for i := range line {
		q := line[(i+1)%len(line)]
		total += math.Hypot(q[0]-line[i][0], q[1]-line[i][1])
		dist[i+1] = total
	}
	scale := length / total
	at := 0
	for i := range samples {
		d := total * float64(i) / samples
		for dist[at+1] < d {
			at++
		}
		q, r := line[at], line[(at+1)%len(line)]
		u := 0.0
		if w := dist[at+1] - dist[at]; w > 0 {
			u = (d - dist[at]) / w
		}
		t.X[i] = float32((q[0] + (r[0]-q[0])*u) * scale)
		t.Y[i] = float32((q[1] + (r[1]-q[1])*u) * scale)
		t.Z[i] = float32(6 * math.Sin(2*math.Pi*float64(i)/samples))
	}
}

// knot is how far apart two points are on the curve's own scale.
func knot(a, b [2]float64) float64 { return math.Sqrt(math.Max(.1, math.Hypot(b[0]-a[0], b[1]-a[1]))) }

// profile computes the speeds for a lateral grip and returns the lap time in seconds.
func (t *Track) profile(length, grip float64) float64 {
	const topSpeed, span = 96.0, 3 // m/s; stations on each side a corner's radius is measured over
	ds := length / samples
	v := make([]float64, samples)
	t.top = 0
	for i := range v {
		a, c := (i+samples-span)%samples, (i+span)%samples
		x1, y1 := float64(t.X[i]-t.X[a]), float64(t.Y[i]-t.Y[a])
		x2, y2 := float64(t.X[c]-t.X[i]), float64(t.Y[c]-t.Y[i])
		turn := math.Abs(math.Atan2(x1*y2-y1*x2, x1*x2+y1*y2))
		v[i] = math.Max(15, math.Min(topSpeed, math.Sqrt(grip*ds*span/math.Max(turn, 1e-4))))
	}
	for pass := range 2 * samples { // twice around, so that the line is seen by both ends
		i := pass % samples
		j := (i + 1) % samples
		acc := math.Max(.3, 13*(1-math.Pow(v[i]/topSpeed, 2)))
		v[j] = math.Min(v[j], math.Sqrt(v[i]*v[i]+2*acc*ds))
	}
	for pass := range 2 * samples {
		j := samples - 1 - pass%samples
		i := (j + samples - 1) % samples
		v[i] = math.Min(v[i], math.Sqrt(v[j]*v[j]+2*38*ds))
	}
	sum := 0.0
	for i := range v {
		t.when[i] = float32(sum)
		t.Speed[i] = float32(v[i] * 3.6)
		t.top = max(t.top, t.Speed[i])
		sum += 2 * ds / (v[i] + v[(i+1)%samples])
	}
	for i := range v {
		t.when[i] /= float32(sum)
	}
	t.when[samples] = 1
	return sum
}

// minis splits the lap into mini-sectors: even in time inside a sector, but for a fixed unevenness of up
// to 12 % that belongs to the circuit.
func (t *Track) minis(c *Circuit) {
	n := c.MiniCount()
	t.share, t.start, t.pass = make([]float32, n), make([]float32, n), make([]float32, n)
	k, before := 0, float32(0)
	for s, count := range c.Minis {
		raw := make([]float64, count)
		sum := 0.0
		for i := range raw {
			raw[i] = 1 + .12*math.Sin(float64(len(c.ID)*7+c.Length+(k+i)*5))
			sum += raw[i]
		}
		for i := range raw {
			t.share[k] = float32(c.Sectors[s] * raw[i] / sum)
			t.start[k] = before
			before += t.share[k]
			k++
		}
	}
	for range c.DRS + 1 { // the fastest ends of mini-sectors are where the straights end
		best, at := float32(-1), 0
		for i := range t.pass {
			_, v := t.At(t.start[i] + t.share[i]*.9)
			if t.pass[i] == 0 && v > best {
				best, at = v, i
			}
		}
		t.pass[at] = 1
	}
	for i := range t.pass {
		if t.pass[i] == 0 {
			t.pass[i] = .06
		}
	}
}

// At returns the station (0 to samples, fractional) and the speed in km/h at a share of the lap time.
func (t *Track) At(share float32) (station, speed float32) {
	share -= float32(math.Floor(float64(share)))
	lo, hi := 0, samples
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if t.when[mid] <= share {
			lo = mid
		} else {
			hi = mid
		}
	}
	u := float32(0)
	if w := t.when[lo+1] - t.when[lo]; w > 0 {
		u = (share - t.when[lo]) / w
	}
	next := (lo + 1) % samples
	return float32(lo) + u, t.Speed[lo] + (t.Speed[next]-t.Speed[lo])*u
}

// Point returns the place of a station in metres.
func (t *Track) Point(station float32) (x, y, z float32) {
	i := int(station)
	u := station - float32(i)
	i %= samples
	j := (i + 1) % samples
	return t.X[i] + (t.X[j]-t.X[i])*u, t.Y[i] + (t.Y[j]-t.Y[i])*u, t.Z[i] + (t.Z[j]-t.Z[i])*u
}

// Mini returns the share of the lap time before a mini-sector and inside it.
func (t *Track) Mini(i int) (start, share float32) { return t.start[i], t.share[i] }
