package sim

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/klauspost/compress/flate"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// modes of motion.
const (
	inGarage = iota
	onGrid
	onTrack
	inLane
	halted
	offTrack
)

// motion is where a car is: between two shares of the lap time that it passes at two moments.
type motion struct {
	mode     int
	from, to time.Duration
	a, b     float32
	ratio    float32 // nominal time over actual time: 1 at full speed
	standing bool    // begins from rest
	boxAt    time.Duration
	stand    time.Duration
}

// moveOn sends a car through its next mini-sector.
func (s *Sim) moveOn(c *car, e *race.Event) {
	if e.N == 1 || c.motion.mode == inLane {
		return
	}
	n := s.c.MiniCount()
	mini := (e.Seg + 1) % n
	start, share := s.c.Track().Mini(mini)
	m := motion{mode: onTrack, from: e.At, to: e.Next, a: start, b: start + share}
	if e.Seg < 0 {
		m.a, m.standing = c.motion.a, true
	}
	m.setRatio(s)
	c.motion = m
}

func (m *motion) setRatio(s *Sim) {
	if d := (m.to - m.from).Seconds(); d > 0 {
		m.ratio = float32(float64(m.b-m.a) * s.c.Pole.Seconds() / d)
	}
}

func (m *motion) grid(c *car, s *Sim) {
	*m = motion{mode: onGrid, a: -float32(8*c.i+12) / float32(s.c.Length)}
}

func (s *Sim) laneOn(c *car) {
	share, _ := c.motion.where(s, s.now)
	_, first := s.c.Track().Mini(0)
	c.motion = motion{mode: inLane, from: s.now, a: share, b: 1 + .7*first}
}

func (s *Sim) moveOut(c *car, e *race.Event) {
	_, first := s.c.Track().Mini(0)
	c.motion = motion{mode: onTrack, from: e.At, to: e.Next, a: .7 * first, b: first}
	c.motion.setRatio(s)
}

func (s *Sim) haltMotion(c *car, e *race.Event) {
	share, _ := c.motion.where(s, s.now)
	c.motion = motion{mode: halted, a: share}
}

func (s *Sim) parkMotion(c *car) { c.motion = motion{mode: inGarage} }

// where returns the share of the lap time a car has reached, and its speed in km/h.
func (m *motion) where(s *Sim, t time.Duration) (share, speed float32) {
	switch m.mode {
	case onGrid, halted:
		return m.a, 0
	case inLane:
		return m.inLane(s, t)
	case onTrack:
	default:
		return 0, 0
	}
	u := float32(0)
	if m.to > m.from {
		u = float32(t-m.from) / float32(m.to-m.from)
	}
	u = max(0, min(1, u))
	r := m.ratio
	if m.standing {
		r *= 2 * u
		u *= u
	}
	share = m.a + (m.b-m.a)*u
	_, v := s.c.Track().At(share)
	return share, min(v*min(r, 1.03), 372)
}

// inLane moves a car along the lane at the limit, with a halt at its box.
func (m *motion) inLane(s *Sim, t time.Duration) (share, speed float32) {
	at := t - m.from
	speed = 79
	if m.boxAt > 0 && t >= m.boxAt {
		if t < m.boxAt+m.stand {
			at, speed = m.boxAt-m.from, 0
		} else {
			at -= m.stand
		}
	}
	u := float32(at) / float32(s.c.PitLane)
	if u >= 1 {
		u, speed = 1, 0
	}
	return m.a + (m.b-m.a)*u, speed
}

// telemetry collects samples until a message is full.
type telemetry struct {
	car, pos           []byte
	carN, posN         int
	carMsgs            int
	deflate            *flate.Writer
	packed             bytes.Buffer
	text               []byte
	zeroed             bool
	nextCar, nextPlace time.Duration
}

const (
	carEvery   = 269 * time.Millisecond
	placeEvery = 261 * time.Millisecond
)

// sample takes the samples that are due. It runs from shortly before the session to a while after it.
func (s *Sim) sample(*action) {
	t := &s.tele
	if t.deflate == nil {
		w, err := flate.NewWriter(&t.packed, 1)
		if err != nil {
			s.err = fmt.Errorf("sim: telemetry: %w", err)
			return
		}
		t.deflate = w
		t.nextCar, t.nextPlace = s.now, s.now+37*time.Millisecond
	}
	if s.now >= t.nextCar {
		t.nextCar += carEvery
		if !s.without[feed.TopicCarData] {
			s.sampleCars()
		}
	}
	if s.now >= t.nextPlace {
		t.nextPlace += placeEvery
		if !s.without[feed.TopicPosition] {
			s.samplePlaces()
		}
	}
	if !s.session.over {
		s.at(min(t.nextCar, t.nextPlace), action{do: (*Sim).sample})
	}
}

func (s *Sim) stamp(dst []byte) []byte {
	dst = append(dst, '"')
	dst = s.zero.Add(s.now).AppendFormat(dst, "2006-01-02T15:04:05.0000000Z")
	return append(dst, '"')
}

func (s *Sim) sampleCars() {
	t := &s.tele
	b := t.car
	if t.carN == 0 {
		b = append(b[:0], `{"Entries":[`...)
	} else {
		b = append(b, ',')
	}
	b = append(b, `{"Utc":`...)
	b = s.stamp(b)
	b = append(b, `,"Cars":{`...)
	for k, i := range s.byNum {
		if k > 0 {
			b = append(b, ',')
		}
		b = s.channels(b, s.cars[i])
	}
	t.car = append(b, `}}`...)
	t.carN++
	full := 4
	if t.carMsgs%4 == 3 {
		full = 3
	}
	if t.carN >= full {
		t.carMsgs++
		t.carN = 0
		s.sendPacked(feed.TopicCarData, append(t.car, `]}`...))
	}
}

// channels writes one car's channels: rpm, speed, gear, throttle, brake, DRS.
func (s *Sim) channels(b []byte, c *car) []byte {
	m := &c.motion
	share, v := m.where(s, s.now)
	speed := int(v)
	rpm, gear, throttle, brake, drs := 0, 0, 104, 104, 8
	switch m.mode {
	case onTrack, inLane:
		_, ahead := s.c.Track().At(share + .004)
		_, here := s.c.Track().At(share)
		gear = max(1, min(8, 1+speed/42))
		rpm = min(12400, 9200+(speed%42)*70+int(s.rngTele.Int32N(120)))
		throttle, brake = 100, 0
		switch d := ahead - here; {
		case m.mode == inLane && speed == 0:
			rpm, gear, throttle, brake = 4200, 1, 0, 100
		case m.mode == inLane:
			throttle, gear = 22, 2
		case d < -4:
			throttle, brake = 0, 100
		case d < -.5:
			throttle = 38
		case m.ratio < .9:
			throttle = 55
		}
		if speed > 290 && m.ratio > .97 && s.session.track == 1 {
			drs = 12
		}
	case onGrid:
		rpm, gear, throttle, brake = 4100, 0, 0, 100
	default:
		s.traps["no signal (104)"]++
	}
	b = append(b, '"')
	b = append(b, c.num...)
	b = append(b, `":{"Channels":{"0":`...)
	b = strconv.AppendInt(b, int64(rpm), 10)
	b = append(b, `,"2":`...)
	b = strconv.AppendInt(b, int64(speed), 10)
	b = append(b, `,"3":`...)
	b = strconv.AppendInt(b, int64(gear), 10)
	b = append(b, `,"4":`...)
	b = strconv.AppendInt(b, int64(throttle), 10)
	b = append(b, `,"5":`...)
	b = strconv.AppendInt(b, int64(brake), 10)
	if s.conf.Season < 2026 {
		b = append(b, `,"45":`...)
		b = strconv.AppendInt(b, int64(drs), 10)
	}
	return append(b, `}}`...)
}

func (s *Sim) samplePlaces() {
	t := &s.tele
	b := t.pos
	if t.posN == 0 {
		b = append(b[:0], `{"Position":[`...)
	} else {
		b = append(b, ',')
	}
	b = append(b, `{"Timestamp":`...)
	b = s.stamp(b)
	b = append(b, `,"Entries":{`...)
	for k, i := range s.byNum {
		if k > 0 {
			b = append(b, ',')
		}
		b = s.place(b, s.cars[i])
	}
	t.pos = append(b, `}}`...)
	t.posN++
	if t.posN >= 4 || t.posN == 3 && s.rngTele.Float64() < .17 {
		t.posN = 0
		s.sendPacked(feed.TopicPosition, append(t.pos, `]}`...))
		t.zeroed = true
	}
}

// place writes one car's position in tenths of a metre. The first message is all zeros, as real ones are.
func (s *Sim) place(b []byte, c *car) []byte {
	b = append(b, '"')
	b = append(b, c.num...)
	if !s.tele.zeroed && !s.cfg.Plain || c.motion.mode == offTrack || c.out && c.motion.mode == halted {
		if !s.tele.zeroed && s.tele.posN == 0 {
			s.traps["zero position"]++
		}
		return append(b, `":{"Status":"OffTrack","X":0,"Y":0,"Z":0}`...)
	}
	share, _ := c.motion.where(s, s.now)
	station, _ := s.c.Track().At(share)
	side := float32(0)
	switch c.motion.mode {
	case inLane:
		side = 14
	case inGarage:
		station, side = float32(4+c.i/2), 24
	}
	x, y, z := s.c.Track().Point(station)
	if side > 0 {
		x2, y2, _ := s.c.Track().Point(station + 1)
		d := max(.1, hypot(x2-x, y2-y))
		x, y = x+side*(y2-y)/d, y-side*(x2-x)/d
	}
	b = append(b, `":{"Status":"OnTrack","X":`...)
	b = strconv.AppendInt(b, int64(x*10), 10)
	b = append(b, `,"Y":`...)
	b = strconv.AppendInt(b, int64(y*10), 10)
	b = append(b, `,"Z":`...)
	b = strconv.AppendInt(b, int64(z*10), 10)
	return append(b, '}')
}

// sendPacked deflates a payload and sends it as a JSON string of base64.
func (s *Sim) sendPacked(topic string, payload []byte) {
	t := &s.tele
	t.packed.Reset()
	t.deflate.Reset(&t.packed)
	_, err := t.deflate.Write(payload)
	if err = errors.Join(err, t.deflate.Close()); err != nil {
		s.err = fmt.Errorf("sim: telemetry: %w", err)
		return
	}
	t.text = append(t.text[:0], '"')
	t.text = base64.StdEncoding.AppendEncode(t.text, t.packed.Bytes())
	t.text = append(t.text, '"')
	s.send(topic, t.text, 0)
}
