package timing

import (
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// The topics of this file are published since 2024 to 2026 or need an account. They add to the state;
// apart from lane and standing times of pit stops no table rests on them.

// pitLaneTimes notes every entry as it is inserted: the feed deletes them half a minute later.
func (s *Session) pitLaneTimes(v *fastjson.Value, m *feed.Message, ch *Change) error {
	times := v.Get("PitTimes")
	if times == nil {
		return nil
	}
	s.lines(times, ch, func(c *Car, e *fastjson.Value) {
		d, ok := f1.Opt[time.Duration]{}, false
		if f := e.Get("Duration"); f != nil {
			d, ok = duration(f)
		}
		if !ok || !d.Known {
			return
		}
		mark := laneMark{at: nanos(m.Time), car: int16(c.Number), lane: toMillis(d.Value)}
		if f := e.Get("Lap"); f != nil {
			n, _ := small(f)
			mark.lap = int16(n)
		}
		s.lanes = append(s.lanes, mark)
		ch.Parts |= PartCars
	})
	return nil
}

// pitStopSeries lists a car's stops by index.
func (s *Session) pitStopSeries(v *fastjson.Value, m *feed.Message, ch *Change) error {
	times := v.Get("PitTimes")
	if times == nil {
		return nil
	}
	s.lines(times, ch, func(c *Car, list *fastjson.Value) {
		each(list, func(_ int, e *fastjson.Value) {
			at, ok := moment(e.Get("Timestamp"))
			if !ok {
				at = m.Time
			}
			if stop := e.Get("PitStop"); stop != nil {
				s.stopTime(stopMark{at: nanos(at), car: int16(c.Number)}, stop, ch)
			}
		})
	})
	return nil
}

// pitStop is one stop as an event. Fields that are as they were in the last one are missing: the lap,
// when two cars stop on it, even the time.
func (s *Session) pitStop(v *fastjson.Value, m *feed.Message, ch *Change) error {
	mark := s.lastStop
	if f := v.Get("RacingNumber"); f != nil {
		if n, ok := small(f); ok && n <= maxCarNumber {
			mark.car = int16(n)
		}
	}
	if mark.car == 0 {
		return nil
	}
	mark.at = nanos(m.Time)
	s.lastStop = s.stopTime(mark, v, ch)
	return nil
}

// stopTime notes a stop: what v says, and mark where it says nothing.
func (s *Session) stopTime(mark stopMark, v *fastjson.Value, ch *Change) stopMark {
	fields(v, func(key []byte, f *fastjson.Value) {
		switch string(key) {
		case "PitStopTime":
			d, _ := duration(f)
			mark.stationary = toMillis(d.Value)
		case "PitLaneTime":
			d, _ := duration(f)
			mark.lane = toMillis(d.Value)
		case "Lap":
			n, _ := small(f)
			mark.lap = int16(n)
		}
	})
	if mark.stationary != 0 || mark.lane != 0 {
		s.history.stops = append(s.history.stops, mark)
		ch.touch(int(mark.car))
		ch.Parts |= PartCars
	}
	return mark
}

func (s *Session) lapSeries(v *fastjson.Value, m *feed.Message, ch *Change) error {
	s.lines(v, ch, func(c *Car, e *fastjson.Value) {
		list := e.Get("LapPosition")
		if list == nil {
			return
		}
		if m.Snapshot {
			c.LapChart = nil
		}
		each(list, func(i int, f *fastjson.Value) {
			c.LapChart = grow(c.LapChart, i)
			setSmall(&c.LapChart[i], f)
		})
		ch.Parts |= PartCars
	})
	return nil
}

func (s *Session) tyreStintSeries(v *fastjson.Value, m *feed.Message, ch *Change) error {
	stints := v.Get("Stints")
	if stints == nil {
		return nil
	}
	s.lines(stints, ch, func(c *Car, list *fastjson.Value) {
		if m.Snapshot {
			c.Series = nil
		}
		each(list, func(i int, e *fastjson.Value) {
			if i >= maxStints || e.Type() != fastjson.TypeObject {
				return
			}
			c.Series = grow(c.Series, i)
			c.Series[i].apply(e)
		})
		ch.Parts |= PartCars
	})
	return nil
}

func (s *Session) currentTyres(v *fastjson.Value, _ *feed.Message, ch *Change) error {
	tyres := v.Get("Tyres")
	if tyres == nil {
		return nil
	}
	s.lines(tyres, ch, func(c *Car, e *fastjson.Value) {
		fields(e, func(key []byte, f *fastjson.Value) {
			switch string(key) {
			case "Compound":
				if f.Type() == fastjson.TypeString {
					c.Tyre.Compound = compound(f.GetStringBytes())
				}
			case "New":
				if b, ok := boolean(f); ok {
					c.Tyre.New = f1.Some(b)
				}
			}
		})
		ch.Parts |= PartCars
	})
	return nil
}

func (s *Session) driverRaceInfo(v *fastjson.Value, m *feed.Message, ch *Change) error {
	s.raceHint = true
	s.lines(v, ch, func(c *Car, e *fastjson.Value) {
		if m.Snapshot {
			c.RaceInfo = RaceInfo{}
		}
		in := &c.RaceInfo
		in.Known = true
		fields(e, func(key []byte, f *fastjson.Value) {
			switch string(key) {
			case "Position":
				setSmall(&in.Position, f)
			case "Gap":
				setGap(&in.Gap, f)
			case "Interval":
				setGap(&in.Interval, f)
			case "PitStops":
				setSmall(&in.PitStops, f)
			case "Catching":
				setSmall(&in.Catching, f)
			case "OvertakeState":
				setSmall(&in.OvertakeState, f)
			case "IsOut":
				setBool(&in.Out, f)
			}
		})
		ch.Parts |= PartCars
	})
	return nil
}

func (s *Session) overtakeSeries(v *fastjson.Value, m *feed.Message, ch *Change) error {
	overtakes := v.Get("Overtakes")
	if overtakes == nil {
		return nil
	}
	s.lines(overtakes, ch, func(c *Car, list *fastjson.Value) {
		if m.Snapshot {
			c.Overtakes = nil
		}
		each(list, func(i int, e *fastjson.Value) {
			c.Overtakes = grow(c.Overtakes, i)
			o := &c.Overtakes[i]
			if t, ok := moment(e.Get("Timestamp")); ok {
				o.Time = t
			}
			if f := e.Get("count"); f != nil {
				setSmall(&o.Count, f)
			}
		})
		ch.Parts |= PartCars
	})
	return nil
}

// streams are the announced audio and content streams. Each topic has its own list.
func (s *Session) streams(v *fastjson.Value, m *feed.Message, ch *Change) error {
	list := v.Get("Streams")
	if list == nil {
		return nil
	}
	var own []int // places of this topic's streams, by the feed's index
	for i := range s.Streams {
		if s.Streams[i].Topic == m.Topic {
			own = append(own, i)
		}
	}
	each(list, func(i int, e *fastjson.Value) {
		if i > len(own) || i >= maxCarNumber {
			return
		}
		if i == len(own) {
			s.Streams = append(s.Streams, Stream{Topic: m.Topic})
			own = append(own, len(s.Streams)-1)
		}
		st := &s.Streams[own[i]]
		fields(e, func(key []byte, f *fastjson.Value) {
			switch string(key) {
			case "Type":
				setText(&st.Type, f)
			case "Name":
				setText(&st.Name, f)
			case "Language":
				setText(&st.Language, f)
			case "Uri":
				setText(&st.URI, f)
			case "Path":
				setText(&st.Path, f)
			case "Utc":
				if t, ok := moment(f); ok {
					st.Time = t
				}
			}
		})
	})
	ch.Parts |= PartInfo
	return nil
}
