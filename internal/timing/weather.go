package timing

import (
	"slices"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

func (s *Session) weather(v *fastjson.Value, m *feed.Message, ch *Change) error {
	row := s.Weather.Value
	if m.Snapshot {
		row = f1.WeatherRow{}
	}
	readWeather(&row, v)
	last := s.Weather.Value
	ch.Parts |= PartWeather
	row.Time = last.Time
	if row == last && (m.Snapshot || m.Time.Sub(last.Time) < reportsApart) {
		return nil // the same report again
	}
	row.Time = m.Time
	s.Weather = f1.Some(row)
	s.weatherAt = append(s.weatherAt, row)
	return nil
}

// reportsApart is less than the minute between two reports of the station.
const reportsApart = 30 * time.Second

func readWeather(row *f1.WeatherRow, v *fastjson.Value) {
	fields(v, func(key []byte, f *fastjson.Value) {
		x, ok := real(f)
		val := f1.Opt[float64]{Value: x, Known: ok}
		if !ok {
			val.Value = 0
		}
		switch string(key) {
		case "AirTemp":
			row.Air = val
		case "TrackTemp":
			row.Track = val
		case "Humidity":
			row.Humidity = val
		case "Pressure":
			row.Pressure = val
		case "WindSpeed":
			row.WindSpeed = val
		case "WindDirection":
			row.WindDir = f1.Opt[int]{}
			if ok && x >= -360 && x <= 360 {
				row.WindDir = f1.Some(int(x))
			}
		case "Rainfall":
			b, ok := boolean(f)
			row.Rainfall = f1.Opt[bool]{Value: b, Known: ok}
		}
	})
}

// weatherSeries is the station's log by index; the table is made of WeatherData.
func (s *Session) weatherSeries(v *fastjson.Value, m *feed.Message, ch *Change) error {
	series := v.Get("Series")
	if series == nil {
		return nil
	}
	s.WeatherLog = append([]f1.WeatherRow(nil), s.WeatherLog...) // a clone may share the old list
	each(series, func(i int, e *fastjson.Value) {
		s.WeatherLog = grow(s.WeatherLog, i)
		row := &s.WeatherLog[i]
		if t, ok := moment(e.Get("Timestamp")); ok {
			row.Time = t
		}
		if w := e.Get("Weather"); w != nil {
			readWeather(row, w)
		}
	})
	ch.Parts |= PartWeather
	return nil
}

func (s *Session) teamRadio(v *fastjson.Value, m *feed.Message, ch *Change) error {
	captures := v.Get("Captures")
	if captures == nil {
		return nil
	}
	each(captures, func(i int, e *fastjson.Value) {
		row := f1.TeamRadioRow{Time: m.Time}
		if t, ok := moment(e.Get("Utc")); ok {
			row.Time = t
		}
		if f := e.Get("RacingNumber"); f != nil {
			row.DriverNumber, _ = small(f)
		}
		if f := e.Get("Path"); f != nil {
			row.Path = text(f)
		}
		if row.Path != "" && !slices.ContainsFunc(s.Radio, func(r f1.TeamRadioRow) bool { return r.Path == row.Path }) {
			s.Radio = append(s.Radio, row)
		}
	})
	ch.Parts |= PartRadio
	return nil
}
