package race

import (
	"math"
	"time"
)

// sky is the weather: a slow course of air and sun, and one shower at most.
type sky struct {
	wet               float64 // water on the track, 0-1
	rain              float64 // falling now
	from, to          time.Duration
	force             float64
	air, humid, press float64
	wind, dir         float64
	last              time.Duration
	announced         bool
}

// Weather is a report of the weather station.
type Weather struct {
	Air, Track, Humidity, Pressure, Wind float64 // °C, °C, %, hPa, m/s
	Direction                            int     // degrees, where it comes from
	Rain                                 bool
}

func (m *Model) newSky() {
	r := m.rngSky
	s := &m.sky
	s.air, s.humid, s.press = 17+14*r.Float64(), 35+30*r.Float64(), 1008+12*r.Float64()-8
	s.wind, s.dir = 4*r.Float64(), 360*r.Float64()
	s.from, s.to = math.MaxInt64, math.MaxInt64
	x := r.Float64()
	length := time.Duration(float64(m.laps)*m.base*1.07) * time.Second
	if !m.cfg.Session.IsRace() {
		length = m.cfg.Length
	}
	at, lasts, force := r.Float64(), r.Float64(), r.Float64()
	if m.cfg.Rain == RainNever || m.cfg.Rain == RainByChance && x >= m.c.Rain*.8 {
		return
	}
	s.from = time.Duration(float64(length) * (at*1.1 - .25))
	s.to = s.from + time.Duration(float64(length)*(.15+.45*lasts))
	s.force = .35 + .65*force
	s.humid = 70 + 20*r.Float64()
	if s.from < 0 {
		s.wet, s.rain = .35+.4*force, s.force
	}
}

// weather moves the sky on by a minute and reports it.
func (m *Model) weather() {
	s, r := &m.sky, m.rngSky
	dt := (m.now - s.last).Minutes()
	s.last = m.now
	s.rain = 0
	if m.now >= s.from && m.now < s.to {
		s.rain = s.force * (.7 + .3*math.Sin(m.now.Minutes()/3))
	}
	if s.rain > 0 {
		s.wet += (math.Min(1, s.rain) - s.wet) * .22 * dt
	} else {
		s.wet -= dt * (.018 + .012*s.wet)
	}
	s.wet = math.Max(0, math.Min(1, s.wet))
	s.air += .08 * r.NormFloat64()
	s.humid = math.Max(10, math.Min(98, s.humid+.5*r.NormFloat64()))
	s.wind = math.Max(0, s.wind+.4*r.NormFloat64())
	s.dir = math.Mod(s.dir+360+25*r.NormFloat64(), 360)
	if s.rain > 0 && !s.announced {
		s.announced = true
		m.emit(Event{Kind: EvNote, Car: -1, Other: -1, Reason: LowGrip})
		m.setDRS(false)
	}
	m.emit(Event{Kind: EvWeather, Car: -1, Other: -1})
	if m.status != Ends {
		m.plan(m.now+time.Minute, doWeather, -1, 0, 0)
	}
}

// Weather returns the current report.
func (m *Model) Weather() Weather {
	s := &m.sky
	return Weather{Air: s.air, Track: s.air + 14*(1-s.wet) - 2*s.wet, Humidity: s.humid, Pressure: s.press, Wind: s.wind, Direction: int(s.dir), Rain: s.rain > 0}
}

// Wetness returns how wet the track is, 0 dry to 1 flooded.
func (m *Model) Wetness() float64 { return m.sky.wet }
