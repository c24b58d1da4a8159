package whereabouts_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/whereabouts"
)

// real opens a recording of the reference data, or skips the test when those are absent.
func real(t testing.TB, path string) func(*feed.Message) error {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("real data not present: %v", err)
	}
	r, err := recording.Open(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r.Next
}

func simulated(t testing.TB, cfg sim.Config) func(*feed.Message) error {
	t.Helper()
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s.Next
}

// fix is a real place of a car.
type fix struct {
	at   time.Time
	x, y float64
}

// drive is a session read once: the messages without places, and the places apart.
type drive struct {
	messages []feed.Message
	fixes    map[int][]fix
}

func take(t testing.TB, next func(*feed.Message) error) *drive {
	t.Helper()
	d := &drive{fixes: map[int][]fix{}}
	var inflater feed.Inflater
	var decoder telemetry.Decoder
	for {
		var m feed.Message
		err := next(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch m.Topic {
		case feed.TopicPosition:
			plain, err := inflater.Inflate(m.Payload)
			if err != nil {
				t.Fatal(err)
			}
			places, err := decoder.Position(nil, plain)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range places {
				if p.Located {
					d.fixes[p.Number] = append(d.fixes[p.Number], fix{p.Time, float64(p.X) / 10, float64(p.Y) / 10})
				}
			}
		case feed.TopicCarData:
		default:
			m.Payload = slices.Clone(m.Payload)
			d.messages = append(d.messages, m)
		}
	}
	for _, f := range d.fixes {
		slices.SortStableFunc(f, func(a, b fix) int { return a.at.Compare(b.at) })
	}
	return d
}

// where is the real place of a car at a moment, and its speed in m/s.
func (d *drive) where(car int, at time.Time) (x, y, v float64, ok bool) {
	f := d.fixes[car]
	i, _ := slices.BinarySearchFunc(f, at, func(f fix, at time.Time) int { return f.at.Compare(at) })
	if i == 0 || i >= len(f) {
		return 0, 0, 0, false
	}
	a, b := f[i-1], f[i]
	span := b.at.Sub(a.at).Seconds()
	if span > 1.5 || span <= 0 {
		return 0, 0, 0, false
	}
	u := at.Sub(a.at).Seconds() / span
	return a.x + u*(b.x-a.x), a.y + u*(b.y-a.y), math.Hypot(b.x-a.x, b.y-a.y) / span, true
}

// lap is one lap as the timing tells it: when the message of its end came.
type lap struct {
	car  int
	end  time.Time
	time time.Duration
}

func (d *drive) laps() []lap {
	s := timing.New()
	var all []lap
	last := map[int]f1.Opt[time.Duration]{}
	for i := range d.messages {
		m := &d.messages[i]
		ch := s.Apply(m)
		for n, c := range s.Cars {
			if ch.Has(n) && c.LastLap.Time != last[n] && c.LastLap.Time.Known {
				last[n] = c.LastLap.Time
				all = append(all, lap{n, m.Time, c.LastLap.Time.Value})
			}
		}
	}
	return all
}

// ring is the line that places are measured along: a quick lap's own places, closed.
type ring struct {
	x, y, cum []float64
	scale     float64
	zero      float64 // metres along it at which the timing line lies
}

func (d *drive) ring(t testing.TB, length float64) *ring {
	t.Helper()
	laps := d.laps()
	if len(laps) == 0 {
		t.Fatal("no lap was timed")
	}
	slices.SortFunc(laps, func(a, b lap) int { return int(a.time - b.time) })
	var r *ring
	for _, l := range laps[:min(20, len(laps))] {
		if r = d.driven(l); r != nil {
			break
		}
	}
	if r == nil {
		t.Fatal("no quick lap has places all around")
	}
	r.scale = length / r.cum[len(r.x)]
	r.zero = d.line(r, laps, length)
	return r
}

// line is where along the ring the timing line lies. The message of a lap's end comes a moment after it, in
// which a quick car is further on than a slow one: the line is where a car without speed would be.
func (d *drive) line(r *ring, laps []lap, length float64) float64 {
	var at, speed []float64
	first := math.NaN()
	for _, l := range laps {
		x, y, v, ok := d.where(l.car, l.end)
		s, off := r.project(x, y)
		if !ok || off > aside || v < 5 || l.time > 2*laps[0].time {
			continue
		}
		if math.IsNaN(first) {
			first = s
		}
		if s = wrap(s-first, length); math.Abs(s) < 150 {
			at, speed = append(at, s), append(speed, v)
		}
	}
	rest := 0.
	for range 3 { // anew without those that lie far off
		var n, sv, ss, svv, svs float64
		slope, base := 0., rest
		for i := range at {
			n, sv, ss = n+1, sv+speed[i], ss+at[i]
			svv, svs = svv+speed[i]*speed[i], svs+speed[i]*at[i]
		}
		if d := n*svv - sv*sv; n > 10 && d > 0 {
			slope = (n*svs - sv*ss) / d
			base = (ss - slope*sv) / n
		}
		rest = base
		var keptAt, keptSpeed []float64
		for i := range at {
			if math.Abs(at[i]-base-slope*speed[i]) < 25 {
				keptAt, keptSpeed = append(keptAt, at[i]), append(keptSpeed, speed[i])
			}
		}
		at, speed = keptAt, keptSpeed
	}
	return first + rest
}

// aside is how many metres beside the line driven a car is no longer on the track, but in the pit lane.
const aside = 9

func (d *drive) driven(l lap) *ring {
	r := &ring{}
	var gap float64
	for _, f := range d.fixes[l.car] {
		if f.at.Before(l.end.Add(-l.time-time.Second)) || f.at.After(l.end.Add(time.Second)) {
			continue
		}
		if n := len(r.x); n > 0 {
			step := math.Hypot(f.x-r.x[n-1], f.y-r.y[n-1])
			if step < 2 {
				continue
			}
			gap = max(gap, step)
		}
		r.x, r.y = append(r.x, f.x), append(r.y, f.y)
	}
	n := len(r.x)
	if n < 100 || gap > 150 {
		return nil
	}
	best, cut := 1e9, 0
	for i := n / 2; i < n; i++ {
		if g := math.Hypot(r.x[i]-r.x[0], r.y[i]-r.y[0]); g < best {
			best, cut = g, i
		}
	}
	if best > 100 {
		return nil
	}
	r.x, r.y = r.x[:cut], r.y[:cut]
	r.cum = make([]float64, cut+1)
	for i := range r.x {
		j := (i + 1) % cut
		r.cum[i+1] = r.cum[i] + math.Hypot(r.x[j]-r.x[i], r.y[j]-r.y[i])
	}
	r.scale = 1
	return r
}

// project is how far along the line a place is, and how far beside it.
func (r *ring) project(x, y float64) (along, off float64) {
	off = 1e18
	for i := range r.x {
		j := (i + 1) % len(r.x)
		dx, dy := r.x[j]-r.x[i], r.y[j]-r.y[i]
		u := max(0, min(1, ((x-r.x[i])*dx+(y-r.y[i])*dy)/(dx*dx+dy*dy)))
		if o := (r.x[i]+u*dx-x)*(r.x[i]+u*dx-x) + (r.y[i]+u*dy-y)*(r.y[i]+u*dy-y); o < off {
			off, along = o, (r.cum[i]+u*math.Hypot(dx, dy))*r.scale
		}
	}
	return along, math.Sqrt(off)
}

func wrap(d, length float64) float64 { return d - length*math.Round(d/length) }

// miss is one comparison: how far the estimate is off, in metres, and how far it might be.
type miss struct {
	car       int
	off, band float64
}

// verdict is how well the places of a session were estimated.
type verdict struct {
	misses []miss
	on     map[int]int // by car: moments, a second apart, at which it drove on the track
}

// judge plays a session without its places to an estimator and compares.
func (d *drive) judge(course *whereabouts.Course, r *ring, length float64) *verdict {
	s, e := timing.New(), whereabouts.New(course)
	v := &verdict{on: map[int]int{}}
	var next time.Time
	for i := range d.messages {
		m := &d.messages[i]
		e.Follow(s, m, s.Apply(m))
		if s.Now.Before(next) || s.Status != f1.StatusStarted && s.Status != f1.StatusFinished {
			continue
		}
		next = s.Now.Add(time.Second)
		for _, p := range e.At(s.Now) {
			x, y, speed, ok := d.where(p.Car, s.Now)
			truth, off := r.project(x, y)
			if !ok || speed < 3 || off > aside {
				continue
			}
			v.on[p.Car]++
			if p.Share.Known {
				v.misses = append(v.misses, miss{p.Car, math.Abs(wrap(p.Share.Value*length-(truth-r.zero), length)), p.Band * length})
			}
		}
	}
	return v
}

func (v *verdict) add(o *verdict) {
	v.misses = append(v.misses, o.misses...)
	for car, n := range o.on {
		v.on[car] += n
	}
}

// of is the verdict on some of the cars.
func (v *verdict) of(want func(car int) bool) *verdict {
	o := &verdict{on: maps.Clone(v.on)}
	maps.DeleteFunc(o.on, func(car, _ int) bool { return !want(car) })
	o.misses = slices.DeleteFunc(slices.Clone(v.misses), func(m miss) bool { return !want(m.car) })
	return o
}

// figures are the median error in metres and how many in a hundred places lie within their band.
func (v *verdict) figures() (median, held float64) {
	if len(v.misses) == 0 {
		return math.NaN(), math.NaN()
	}
	off := make([]float64, 0, len(v.misses))
	for _, m := range v.misses {
		off = append(off, m.off)
		if m.off <= m.band {
			held++
		}
	}
	slices.Sort(off)
	return off[len(off)/2], 100 * held / float64(len(off))
}

// bounds holds a verdict to what is promised, and prints it; scripts/bench reads these lines.
func (v *verdict) bounds(t *testing.T, name string, most float64) {
	t.Helper()
	median, held := v.figures()
	on := 0
	for _, n := range v.on {
		on += n
	}
	t.Logf("places: %s: median error %.1f m, band holds %.1f %%, %d places, %.1f %% of the moments", name, median, held, len(v.misses), 100*float64(len(v.misses))/float64(on))
	if !(median <= most) || !(held >= 85 && held <= 95) || len(v.misses) < 1000 {
		t.Errorf("%s: median error %.1f m, want at most %.0f; the band holds %.1f %%, want 85 to 95", name, median, most, held)
	}
}

func course(t testing.TB, id string, before float64) (*whereabouts.Course, float64) {
	t.Helper()
	c, err := race.FindCircuit(id)
	if err != nil {
		t.Fatal(err)
	}
	o := whereabouts.Outline{Length: float64(c.Length), Lap: c.Pole, Sectors: c.Sectors, Before: before}
	tr := c.Track()
	for i := range tr.X {
		o.X, o.Y = append(o.X, float64(tr.X[i])), append(o.Y, float64(tr.Y[i]))
	}
	k, err := whereabouts.NewCourse(o)
	if err != nil {
		t.Fatal(err)
	}
	return k, o.Length
}

// withoutMinis is a message of the tower as feeds before 2020 sent it.
func withoutMinis(t testing.TB, payload []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(payload, &v); err != nil {
		t.Fatal(err)
	}
	var strip func(v any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			delete(v, "Segments")
			for _, x := range v {
				strip(x)
			}
		case []any:
			for _, x := range v {
				strip(x)
			}
		}
	}
	strip(v)
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
