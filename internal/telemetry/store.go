package telemetry

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// Store keeps the samples of one session, some 350,000 of each kind in a race, in 16 and 24 bytes each.
// One goroutine owns it.
type Store struct {
	SessionKey string // put into the rows handed out

	cars   map[int]*series[carRecord]
	places map[int]*series[placeRecord]
}

// unknown8 and unknown16 stand for an unknown channel in a record.
const (
	unknown8  = -1
	unknown16 = -1
)

// carRecord is a CarSample without its car. Times are nanoseconds since 1970.
type carRecord struct {
	at                          int64
	rpm, speed                  int16
	gear, throttle, brake, drs8 int8
}

type placeRecord struct {
	at      int64
	x, y, z int32
	onTrack int8
}

func (r carRecord) time() int64   { return r.at }
func (r placeRecord) time() int64 { return r.at }

type timed interface{ time() int64 }

// series is the records of one car in order of time.
type series[T timed] struct {
	records []T
	mixed   bool // some came out of order since the last sort
	told    int  // how many of records fresh has given
	untold  []T  // what it has not given yet and a sort has put among the others
}

// add appends r. A record of the moment of the last one repeats it and is left out: frames come twice
// when a subscription is renewed.
func (s *series[T]) add(r T) {
	if n := len(s.records); n > 0 {
		switch last := s.records[n-1].time(); {
		case r.time() == last:
			return
		case r.time() < last:
			s.mixed = true
		}
	}
	s.records = append(s.records, r)
}

// sorted returns the records in order of time, of equal times the first.
func (s *series[T]) sorted() []T {
	if s == nil {
		return nil
	}
	if s.mixed {
		s.untold = append(s.untold, s.records[s.told:]...)
		slices.SortStableFunc(s.records, func(a, b T) int { return cmp.Compare(a.time(), b.time()) })
		s.records = slices.CompactFunc(s.records, func(a, b T) bool { return a.time() == b.time() })
		s.mixed, s.told = false, len(s.records)
	}
	return s.records
}

// fresh gives the records that it has not given before, in the order in which they came.
func (s *series[T]) fresh() []T {
	if s == nil {
		return nil
	}
	out := s.records[s.told:]
	if len(s.untold) > 0 {
		out = append(s.untold, out...)
		s.untold = nil
	}
	s.told = len(s.records)
	return out
}

// AddCar keeps samples of car channels, in any order.
func (s *Store) AddCar(samples []CarSample) {
	if s.cars == nil {
		s.cars = make(map[int]*series[carRecord])
	}
	for i := range samples {
		c := &samples[i]
		of := s.cars[c.Number]
		if of == nil {
			of = new(series[carRecord])
			s.cars[c.Number] = of
		}
		of.add(carRecord{
			at:  c.Time.UnixNano(),
			rpm: pack16(c.RPM), speed: pack16(c.Speed),
			gear: pack8(c.Gear), throttle: pack8(c.Throttle), brake: pack8(c.Brake), drs8: pack8(c.DRS),
		})
	}
}

// AddPosition keeps samples of places, in any order. Samples without a place are not kept.
func (s *Store) AddPosition(samples []PositionSample) {
	if s.places == nil {
		s.places = make(map[int]*series[placeRecord])
	}
	for i := range samples {
		p := &samples[i]
		if !p.Located {
			continue
		}
		of := s.places[p.Number]
		if of == nil {
			of = new(series[placeRecord])
			s.places[p.Number] = of
		}
		r := placeRecord{at: p.Time.UnixNano(), x: p.X, y: p.Y, z: p.Z, onTrack: unknown8}
		if p.OnTrack.Known {
			r.onTrack = 0
			if p.OnTrack.Value {
				r.onTrack = 1
			}
		}
		of.add(r)
	}
}

// numbers are those of the cars with samples of either kind, rising.
func (s *Store) numbers() []int {
	all := slices.AppendSeq(slices.Collect(maps.Keys(s.cars)), maps.Keys(s.places))
	slices.Sort(all)
	return slices.Compact(all)
}

// Telemetry yields all samples of car channels by car number and time: the rows of table telemetry.
func (s *Store) Telemetry() iter.Seq[f1.TelemetryRow] {
	return func(yield func(f1.TelemetryRow) bool) {
		for _, car := range s.numbers() {
			for _, r := range s.cars[car].sorted() {
				if !yield(s.carRow(car, r)) {
					return
				}
			}
		}
	}
}

// Locations yields all samples of places by car number and time: the rows of table locations.
func (s *Store) Locations() iter.Seq[f1.LocationRow] {
	return func(yield func(f1.LocationRow) bool) {
		for _, car := range s.numbers() {
			for _, r := range s.places[car].sorted() {
				if !yield(s.placeRow(car, r)) {
					return
				}
			}
		}
	}
}

// Fresh gives the samples that were added since the last call, by car number, in the order in which they came. One
// that repeats an earlier one out of turn is among them.
func (s *Store) Fresh() (cars []f1.TelemetryRow, places []f1.LocationRow) {
	for _, number := range s.numbers() {
		for _, r := range s.cars[number].fresh() {
			cars = append(cars, s.carRow(number, r))
		}
		for _, r := range s.places[number].fresh() {
			places = append(places, s.placeRow(number, r))
		}
	}
	return cars, places
}

func (s *Store) carRow(car int, r carRecord) f1.TelemetryRow {
	return f1.TelemetryRow{
		SessionKey: s.SessionKey, DriverNumber: car, Time: time.Unix(0, r.at).UTC(),
		Speed: unpack(r.speed), RPM: unpack(r.rpm), Gear: unpack(int16(r.gear)),
		Throttle: unpack(int16(r.throttle)), Brake: unpack(int16(r.brake)), DRS: unpack(int16(r.drs8)),
	}
}

func (s *Store) placeRow(car int, r placeRecord) f1.LocationRow {
	row := f1.LocationRow{
		SessionKey: s.SessionKey, DriverNumber: car, Time: time.Unix(0, r.at).UTC(),
		X: float64(r.x) / 10, Y: float64(r.y) / 10, Z: float64(r.z) / 10,
	}
	if r.onTrack != unknown8 {
		row.OnTrack = f1.Some(r.onTrack == 1)
	}
	return row
}

func pack16(o f1.Opt[int16]) int16 {
	if !o.Known {
		return unknown16
	}
	return o.Value
}

// pack8 keeps the small channels: gear, pedals and DRS all end at 100.
func pack8(o f1.Opt[int16]) int8 {
	if !o.Known || o.Value > 127 {
		return unknown8
	}
	return int8(o.Value)
}

func unpack(v int16) f1.Opt[int16] {
	if v < 0 {
		return f1.Opt[int16]{}
	}
	return f1.Some(v)
}
