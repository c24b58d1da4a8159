package telemetry

import (
	"time"

	"pitwall.live/internal/f1"
)

// maxGap is the longest silence that is interpolated over: eight samples at the usual rate.
const maxGap = 2 * time.Second

// maxGridPoints bounds one grid: more than two hours at 50 points a second.
const maxGridPoints = 400_000

// GridPoint is a car at one moment of an even grid. Speed, engine, throttle and place are interpolated
// between the samples around it; gear, brake and DRS are those of the sample before. Nothing is
// interpolated over a silence of more than 2 s.
type GridPoint struct {
	Time     time.Time
	Speed    f1.Opt[float64] // km/h
	RPM      f1.Opt[float64]
	Throttle f1.Opt[float64] // %
	Gear     f1.Opt[int16]
	Brake    f1.Opt[int16] // 0 or 100
	DRS      f1.Opt[int16]
	X, Y, Z  f1.Opt[float64] // m
	// Distance is how far the car has come since the first point, in metres, by integrating its speed.
	// It is unknown from the first silence on.
	Distance f1.Opt[float64]
}

// Grid resamples one car onto the moments from, from+step and so on until before to. It returns nil
// when there is no such moment or there are unreasonably many.
func (s *Store) Grid(car int, from, to time.Time, step time.Duration) []GridPoint {
	if step <= 0 || !to.After(from) || to.Sub(from)/step >= maxGridPoints {
		return nil
	}
	out := make([]GridPoint, 0, to.Sub(from)/step+1)
	for at := from; at.Before(to); at = at.Add(step) {
		out = append(out, GridPoint{Time: at})
	}
	s.gridChannels(out, car)
	s.gridPlaces(out, car)
	s.gridDistance(out, car)
	return out
}

// around finds the records on both sides of at, moving i forward to the last record not after at. It
// reports false where there are none or they are too far apart.
func around[T timed](all []T, i *int, at int64) (a, b T, frac float64, ok bool) {
	for *i+1 < len(all) && all[*i+1].time() <= at {
		*i++
	}
	if len(all) == 0 || all[*i].time() > at {
		return a, b, 0, false
	}
	a = all[*i]
	if a.time() == at {
		return a, a, 0, true
	}
	if *i+1 == len(all) {
		return a, b, 0, false
	}
	b = all[*i+1]
	gap := b.time() - a.time()
	return a, b, float64(at-a.time()) / float64(gap), gap <= int64(maxGap)
}

func (s *Store) gridChannels(out []GridPoint, car int) {
	all, i := s.cars[car].sorted(), 0
	for j := range out {
		p := &out[j]
		a, b, frac, ok := around(all, &i, p.Time.UnixNano())
		if !ok {
			continue
		}
		p.Speed = between(a.speed, b.speed, frac)
		p.RPM = between(a.rpm, b.rpm, frac)
		p.Throttle = between(int16(a.throttle), int16(b.throttle), frac)
		p.Gear, p.Brake, p.DRS = unpack(int16(a.gear)), unpack(int16(a.brake)), unpack(int16(a.drs8))
	}
}

func (s *Store) gridPlaces(out []GridPoint, car int) {
	all, i := s.places[car].sorted(), 0
	mix := func(a, b int32, frac float64) f1.Opt[float64] {
		return f1.Some((float64(a) + float64(b-a)*frac) / 10)
	}
	for j := range out {
		p := &out[j]
		if a, b, frac, ok := around(all, &i, p.Time.UnixNano()); ok {
			p.X, p.Y, p.Z = mix(a.x, b.x, frac), mix(a.y, b.y, frac), mix(a.z, b.z, frac)
		}
	}
}

// gridDistance integrates the speed from point to point. Between two points it runs over every sample,
// so that a coarse grid measures as well as a fine one.
func (s *Store) gridDistance(out []GridPoint, car int) {
	if len(out) == 0 || !out[0].Speed.Known {
		return
	}
	all := s.cars[car].sorted()
	i := searchTime(all, out[0].Time.UnixNano()+1)
	at, speed, distance := out[0].Time.UnixNano(), out[0].Speed.Value, 0.0
	advance := func(to int64, v float64) bool {
		gap := to - at
		distance += (speed + v) / 2 / 3.6 * time.Duration(gap).Seconds()
		at, speed = to, v
		return gap <= int64(maxGap)
	}
	out[0].Distance = f1.Some(0.0)
	for j := 1; j < len(out); j++ {
		p := &out[j]
		next := p.Time.UnixNano()
		for ; i < len(all) && all[i].at <= next; i++ {
			if all[i].speed < 0 {
				continue
			}
			if !advance(all[i].at, float64(all[i].speed)) {
				return
			}
		}
		if !p.Speed.Known || !advance(next, p.Speed.Value) {
			return
		}
		p.Distance = f1.Some(distance)
	}
}

func between(a, b int16, frac float64) f1.Opt[float64] {
	if a < 0 || b < 0 {
		return f1.Opt[float64]{}
	}
	return f1.Some(float64(a) + float64(b-a)*frac)
}
