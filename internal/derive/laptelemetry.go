package derive

import (
	"iter"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// fullThrottle is from where on the pedal counts as floored: the feed's values wander by a percent.
const fullThrottle = 99

// LapTelemetry sums up the samples of each timed lap: those from its start on and before its end. Both laps and
// samples come by car number and then by time; a lap without samples has no row. Laps of a car may overlap by
// some milliseconds, for the feed's moments and times do: a sample there belongs to both.
func LapTelemetry(laps []f1.LapRow, samples iter.Seq[f1.TelemetryRow]) iter.Seq[f1.LapTelemetryRow] {
	return func(yield func(f1.LapTelemetryRow) bool) {
		next, stop := iter.Pull(samples)
		defer stop()
		s, more := next()
		var own []f1.TelemetryRow // of the car whose laps come
		for i := range laps {
			lap := &laps[i]
			if i == 0 || lap.DriverNumber != laps[i-1].DriverNumber {
				own = own[:0]
				for ; more && s.DriverNumber <= lap.DriverNumber; s, more = next() {
					if s.DriverNumber == lap.DriverNumber {
						own = append(own, s)
					}
				}
			}
			if row, ok := sumLap(lap, own); ok && !yield(row) {
				return
			}
		}
	}
}

// sumLap sums up a lap from the samples of its car.
func sumLap(lap *f1.LapRow, own []f1.TelemetryRow) (row f1.LapTelemetryRow, ok bool) {
	if !lap.DateStart.Known || !lap.LapTime.Known {
		return row, false
	}
	at := func(t time.Time) int {
		i, _ := slices.BinarySearchFunc(own, t, func(s f1.TelemetryRow, t time.Time) int { return s.Time.Compare(t) })
		return i
	}
	var sum lapSum
	from, to := at(lap.DateStart.Value), at(lap.DateStart.Value.Add(lap.LapTime.Value))
	for i := from; i < to; i++ {
		sum.add(&own[i])
	}
	return sum.row(lap), sum.n > 0
}

// lapSum gathers the samples of one lap. Shares are of the samples that know their channel.
type lapSum struct {
	n                       int
	speed, floored, braking mean
	open                    mean
	fastest, slowest        f1.Opt[int]
	revs                    f1.Opt[int]
	gear                    f1.Opt[int16]
	shifts                  int
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64) { m.sum, m.n = m.sum+v, m.n+1 }

func (m *mean) share(yes bool) {
	if m.n++; yes {
		m.sum += 100
	}
}

func (m *mean) value() f1.Opt[float64] {
	if m.n == 0 {
		return f1.Opt[float64]{}
	}
	return f1.Some(float64(int64(m.sum/float64(m.n)*100+0.5)) / 100) // to the hundredth, as shown everywhere
}

func (l *lapSum) add(s *f1.TelemetryRow) {
	l.n++
	if v := int(s.Speed.Value); s.Speed.Known {
		l.speed.add(float64(v))
		l.fastest = f1.Some(max(l.fastest.Or(v), v))
		l.slowest = f1.Some(min(l.slowest.Or(v), v))
	}
	if s.RPM.Known {
		l.revs = f1.Some(max(l.revs.Value, int(s.RPM.Value)))
	}
	if s.Throttle.Known {
		l.floored.share(s.Throttle.Value >= fullThrottle)
	}
	if s.Brake.Known {
		l.braking.share(s.Brake.Value > 0)
	}
	if s.DRS.Known {
		l.open.share(s.DRS.Value >= 10) // 10, 12 and 14 are open; 8 is allowed
	}
	if s.Gear.Known {
		if l.gear.Known && l.gear.Value != s.Gear.Value {
			l.shifts++
		}
		l.gear = s.Gear
	}
}

func (l *lapSum) row(lap *f1.LapRow) f1.LapTelemetryRow {
	r := f1.LapTelemetryRow{
		SessionKey: lap.SessionKey, DriverNumber: lap.DriverNumber, LapNumber: lap.LapNumber, Samples: l.n,
		SpeedMax: l.fastest, SpeedMin: l.slowest, SpeedMean: l.speed.value(), RPMMax: l.revs,
		FullThrottle: l.floored.value(), Braking: l.braking.value(), DRSOpen: l.open.value(),
	}
	if l.gear.Known {
		r.GearChanges = f1.Some(l.shifts)
	}
	return r
}
