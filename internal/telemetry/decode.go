package telemetry

import (
	"fmt"
	"time"

	"pitwall.live/internal/f1"
)

// Car appends the samples of one inflated CarData.z payload to dst: the frames in order, each with one
// sample a car. On an error the complete frames before it have been appended.
func (d *Decoder) Car(dst []CarSample, plain []byte) ([]CarSample, error) {
	s := scanner{b: plain}
	err := frames(&s, d, "Entries", func() error {
		var err error
		dst, err = d.carFrame(&s, dst)
		return err
	})
	if err != nil {
		return dst, fmt.Errorf("telemetry: car data: %w", err)
	}
	return dst, nil
}

// Position appends the samples of one inflated Position.z payload to dst, like Car.
func (d *Decoder) Position(dst []PositionSample, plain []byte) ([]PositionSample, error) {
	s := scanner{b: plain}
	err := frames(&s, d, "Position", func() error {
		var err error
		dst, err = d.positionFrame(&s, dst)
		return err
	})
	if err != nil {
		return dst, fmt.Errorf("telemetry: positions: %w", err)
	}
	return dst, nil
}

// frames calls each for every element of the list at key of the root object.
func frames(s *scanner, d *Decoder, key string, each func() error) error {
	if !s.take('{') {
		return s.fail("object missing")
	}
	for first := true; ; first = false {
		k, ok, err := s.member(first)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if string(k) != key {
			d.Quality.UnknownKeys++
			if err := s.skip(0); err != nil {
				return err
			}
			continue
		}
		if !s.take('[') {
			return s.fail("list of frames missing")
		}
		for first := true; ; first = false {
			ok, err := s.more(first, ']')
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			if err := each(); err != nil {
				return err
			}
		}
	}
	if s.peek() != 0 || s.i < len(s.b) {
		return s.fail("text after the frames")
	}
	return nil
}

// carFrame reads {"Utc":...,"Cars":{...}}.
func (d *Decoder) carFrame(s *scanner, dst []CarSample) ([]CarSample, error) {
	start := len(dst)
	at, err := d.frame(s, "Utc", "Cars", func(number int) error {
		dst = append(dst, CarSample{Number: number})
		return d.channels(s, &dst[len(dst)-1])
	})
	if err != nil || at.IsZero() {
		return dst[:start], err
	}
	for i := start; i < len(dst); i++ {
		dst[i].Time = at
	}
	d.Quality.Samples += uint64(len(dst) - start)
	return dst, nil
}

// frame reads the object of one moment: its time and, by car number, the members of one object, for
// each of which car is called. The time is zero when it cannot be read.
func (d *Decoder) frame(s *scanner, timeKey, carsKey string, car func(number int) error) (at time.Time, err error) {
	if !s.take('{') {
		return at, s.fail("frame is no object")
	}
	d.Quality.Frames++
	for first := true; ; first = false {
		key, ok, err := s.member(first)
		if err != nil {
			return at, err
		}
		if !ok {
			break
		}
		switch {
		case string(key) == timeKey && s.peek() == '"':
			text, err := s.text()
			if err != nil {
				return at, err
			}
			at, _ = f1.ParseUTC(string(text)) // a bad one is counted below
		case string(key) == carsKey && s.peek() == '{':
			err = d.cars(s, car)
		default:
			d.Quality.UnknownKeys++
			err = s.skip(0)
		}
		if err != nil {
			return at, err
		}
	}
	if at.IsZero() {
		d.Quality.BadTimes++
	}
	return at, nil
}

func (d *Decoder) cars(s *scanner, car func(number int) error) error {
	s.i++ // the brace the caller saw
	for first := true; ; first = false {
		key, ok, err := s.member(first)
		if err != nil || !ok {
			return err
		}
		if number, ok := carNumber(key); ok && s.peek() == '{' {
			err = car(number)
		} else {
			d.Quality.BadCars++
			err = s.skip(0)
		}
		if err != nil {
			return err
		}
	}
}

// channels reads {"Channels":{"0":rpm,"2":speed,...}}.
func (d *Decoder) channels(s *scanner, to *CarSample) error {
	s.i++
	for first := true; ; first = false {
		key, ok, err := s.member(first)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if string(key) != "Channels" || s.peek() != '{' {
			d.Quality.UnknownKeys++
			if err := s.skip(0); err != nil {
				return err
			}
			continue
		}
		if err := d.values(s, to); err != nil {
			return err
		}
	}
	if to.RPM.Known && to.RPM.Value == 0 && to.Speed.Value > aliveSpeed {
		to.RPM = f1.Opt[int16]{}
		d.Quality.OutOfRange++
	}
	return nil
}

func (d *Decoder) values(s *scanner, to *CarSample) error {
	silent := 0
	var values [len(channelKeys)]int
	if n, ok := s.regularChannels(&values); ok {
		for i := range n {
			silent += d.set(to, channelKeys[i].number, values[i])
		}
		d.silence(silent)
		return nil
	}
	s.i++
	for first := true; ; first = false {
		key, ok, err := s.member(first)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		channel, known := carNumber(key)
		v, isNumber, err := s.integer()
		switch {
		case err != nil:
			return err
		case !known:
			d.Quality.UnknownKeys++
		case !isNumber:
			d.Quality.NotNumbers++
		default:
			silent += d.set(to, channel, v)
		}
	}
	d.silence(silent)
	return nil
}

// silence counts a sample of which so many pedals read "no signal".
func (d *Decoder) silence(pedals int) {
	if pedals == 2 {
		d.Quality.NoSignal++
	} else {
		d.Quality.OutOfRange += uint64(pedals)
	}
}

// set puts the value of a channel into to. It returns 1 when a pedal reads "no signal", else 0.
func (d *Decoder) set(to *CarSample, channel, v int) int {
	var value *f1.Opt[int16]
	limit := maxPedal
	switch channel {
	case 0:
		value, limit = &to.RPM, maxRPM
	case 2:
		value, limit = &to.Speed, maxSpeed
	case 3:
		value, limit = &to.Gear, maxGear
	case 4:
		value = &to.Throttle
	case 5:
		value = &to.Brake
	case 45:
		value, limit = &to.DRS, maxDRS
	default:
		d.Quality.UnknownKeys++
		return 0
	}
	switch {
	case v >= 0 && v <= limit:
		*value = f1.Some(int16(v))
	case v == noSignal && limit == maxPedal:
		return 1
	default:
		d.Quality.OutOfRange++
	}
	return 0
}

// noSignal is what both pedals read when a car sends nothing.
const noSignal = 104

// positionFrame reads {"Timestamp":...,"Entries":{...}}.
func (d *Decoder) positionFrame(s *scanner, dst []PositionSample) ([]PositionSample, error) {
	start := len(dst)
	at, err := d.frame(s, "Timestamp", "Entries", func(number int) error {
		dst = append(dst, PositionSample{Number: number})
		return d.place(s, &dst[len(dst)-1])
	})
	if err != nil || at.IsZero() {
		return dst[:start], err
	}
	frozen := d.repeats(dst[start:])
	for i := start; i < len(dst); i++ {
		dst[i].Time, dst[i].Frozen = at, frozen
	}
	d.Quality.Samples += uint64(len(dst) - start)
	return dst, nil
}

// repeats compares a frame with the one before, counts what it finds, and remembers the frame. A frame
// in which no car has a place, or a single car, proves nothing.
func (d *Decoder) repeats(frame []PositionSample) bool {
	located, same := 0, d.lastOpen && len(frame) == len(d.last)
	for i := range frame {
		f := &frame[i]
		if f.Located {
			located++
		}
		same = same && d.last[i] == place{f.Number, f.X, f.Y, f.Z}
	}
	d.last, d.lastOpen = d.last[:0], true
	for i := range frame {
		f := &frame[i]
		d.last = append(d.last, place{f.Number, f.X, f.Y, f.Z})
	}
	d.Quality.NotLocated += uint64(len(frame) - located)
	if located == 0 && len(frame) > 0 {
		d.Quality.ZeroFrames++
	}
	if same && located > 1 {
		d.Quality.FrozenFrames++
		return true
	}
	return false
}

// place reads {"Status":"OnTrack","X":-650,"Y":2243,"Z":1986}.
func (d *Decoder) place(s *scanner, to *PositionSample) error {
	if s.regularPlace(to) {
		return nil
	}
	s.i++
	known := 0
	for first := true; ; first = false {
		key, ok, err := s.member(first)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		var axis *int32
		switch string(key) {
		case "X":
			axis = &to.X
		case "Y":
			axis = &to.Y
		case "Z":
			axis = &to.Z
		case "Status":
			if err := d.status(s, to); err != nil {
				return err
			}
			continue
		default:
			d.Quality.UnknownKeys++
			if err := s.skip(0); err != nil {
				return err
			}
			continue
		}
		v, ok, err := s.integer()
		switch {
		case err != nil:
			return err
		case !ok:
			d.Quality.NotNumbers++
		case v < -maxPlace || v > maxPlace:
			d.Quality.OutOfRange++
		default:
			*axis = int32(v)
			known++
		}
	}
	to.Located = known == 3 && (to.X != 0 || to.Y != 0 || to.Z != 0)
	if !to.Located {
		to.X, to.Y, to.Z = 0, 0, 0
	}
	return nil
}

// status reads "OnTrack", "OffTrack", or the 0 and 1 of old archives.
func (d *Decoder) status(s *scanner, to *PositionSample) error {
	if s.peek() == '"' {
		start := s.i
		text, err := s.text()
		if err != nil {
			return err
		}
		switch string(text) {
		case "OnTrack":
			to.OnTrack = f1.Some(true)
			return nil
		case "OffTrack":
			to.OnTrack = f1.Some(false)
			return nil
		}
		s.i = start
	}
	switch v, ok, err := s.integer(); {
	case err != nil:
		return err
	case ok && (v == 0 || v == 1):
		to.OnTrack = f1.Some(v == 0)
	default:
		d.Quality.NotNumbers++
	}
	return nil
}
