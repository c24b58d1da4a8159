package events

import (
	"errors"
	"fmt"
	"math"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// The weather.
const (
	WeatherChange = f1.EventKind("weather.change")
	WeatherWet    = f1.EventKind("weather.declared_wet")
	WeatherRisk   = f1.EventKind("weather.rain_risk")
)

// WeatherParams are the thresholds of the weather.
type WeatherParams struct {
	Reports int     `json:"reports"`   // so many reports in a row make rain, or its end
	Track   float64 `json:"track_c"`   // a change of the track temperature in °C
	Over    Seconds `json:"over_s"`    // ... within this
	Shift   float64 `json:"shift_deg"` // a shift of the wind
	Wind    float64 `json:"wind_ms"`   // ... that blows faster than this
}

var defaultWeather = WeatherParams{Reports: 2, Track: 3, Over: 600, Shift: 60, Wind: 2}

var weatherDetector = detector{
	name: "weather",
	kinds: []definition{
		{WeatherChange, f1.P2, "The station reports rain, or its end, in {weather.reports} reports in a row; the track is {weather.track_c} °C warmer or colder (from, to and the difference as value) than within {weather.over_s} s before; or the wind, above {weather.wind_ms} m/s all the time, has shifted by more than {weather.shift_deg}° and stays so for {weather.reports} reports."},
		{WeatherWet, f1.P1, "Race control declares the session wet, or makes wet tyres compulsory."},
		{WeatherRisk, f1.P3, "Race control says how likely rain is (the value, in %)."},
	},
	on:    NewsControl | NewsWeather,
	start: func(w *World) func() { return (&weather{w: w}).step },
	holds: weatherHolds,
}

// report is one report of the station.
type report struct {
	f1.WeatherRow
	by uint64
}

// weather compares the reports of the station.
type weather struct {
	w      *World
	rain   report   // newest report of the rain that was told or found
	other  []report // reports in a row that say otherwise
	track  []report // within the time in which the temperature is compared
	wind   report   // the direction told last, or found
	shifts []report // reports in a row far from it
	last   time.Time
}

func (x *weather) step() {
	w := x.w
	if w.News&NewsControl != 0 {
		w.announce(weatherMessages)
	}
	now := w.Session.Weather
	if w.News&NewsWeather == 0 || !now.Known || !now.Value.Time.After(x.last) {
		return // the same report again, or the station's log
	}
	x.last = now.Value.Time
	r := report{now.Value, w.Message.Offset}
	x.raining(r)
	x.temperature(r)
	x.blowing(r)
}

// raining debounces the station's word about rain.
func (x *weather) raining(r report) {
	w := x.w
	switch {
	case !r.Rainfall.Known:
		return
	case !x.rain.Rainfall.Known:
		x.rain = r // what was found is no change
		return
	case r.Rainfall == x.rain.Rainfall:
		x.other = x.other[:0]
		x.rain = r
		return
	}
	if x.other = append(x.other, r); len(x.other) < w.Params.Weather.Reports {
		return
	}
	first := x.other[0]
	e := f1.Event{ID: w.ID(WeatherChange, "rain", first.Time.UTC().Format(time.RFC3339Nano)), Kind: WeatherChange, Time: first.Time, Lap: w.lapNow(), Detail: rainWord(r)}
	w.Tell(e, x.rain.by, first.by, r.by)
	x.rain, x.other = r, x.other[:0]
}

func rainWord(r report) string {
	if r.Rainfall.Value {
		return "rain"
	}
	return "dry"
}

// temperature compares the track with the extremes of the time before.
func (x *weather) temperature(r report) {
	w, p := x.w, &x.w.Params.Weather
	if !r.Track.Known {
		return
	}
	old := 0
	for old < len(x.track) && r.Time.Sub(x.track[old].Time) > p.Over.D() {
		old++
	}
	x.track = append(append(x.track[:0], x.track[old:]...), r)
	for _, before := range x.track {
		d := r.Track.Value - before.Track.Value
		if math.Abs(d) < p.Track {
			continue
		}
		e := f1.Event{ID: w.ID(WeatherChange, "track", r.Time.UTC().Format(time.RFC3339Nano)), Kind: WeatherChange, Time: r.Time, Lap: w.lapNow(),
			Value: f1.Some(math.Round(d*10) / 10), Detail: trackWord(before, r)}
		w.Tell(e, before.by, r.by)
		x.track = append(x.track[:0], r) // the next change is counted from here
		return
	}
}

func trackWord(before, now report) string {
	return fmt.Sprintf("track %.1f to %.1f °C", before.Track.Value, now.Track.Value)
}

// blowing debounces the wind's direction, which means nothing in light air.
func (x *weather) blowing(r report) {
	w, p := x.w, &x.w.Params.Weather
	if !r.WindDir.Known || !r.WindSpeed.Known || r.WindSpeed.Value <= p.Wind {
		x.shifts = x.shifts[:0]
		return
	}
	if !x.wind.WindDir.Known {
		x.wind = r
		return
	}
	if turned(x.wind, r) <= p.Shift || len(x.shifts) > 0 && turned(x.shifts[0], r) > p.Shift/2 {
		x.shifts = x.shifts[:0]
		return
	}
	if x.shifts = append(x.shifts, r); len(x.shifts) < p.Reports {
		return
	}
	first := x.shifts[0]
	w.Tell(f1.Event{ID: w.ID(WeatherChange, "wind", first.Time.UTC().Format(time.RFC3339Nano)), Kind: WeatherChange, Time: first.Time, Lap: w.lapNow(),
		Value: f1.Some(turned(x.wind, r)), Detail: windWord(x.wind, r)}, x.wind.by, first.by, r.by)
	x.wind, x.shifts = r, x.shifts[:0]
}

func windWord(before, now report) string {
	return fmt.Sprintf("wind %d° to %d°", before.WindDir.Value, now.WindDir.Value)
}

// turned is the angle between two directions of the wind, 0 to 180.
func turned(a, b report) float64 {
	d := math.Abs(float64(a.WindDir.Value - b.WindDir.Value))
	return math.Min(d, 360-d)
}

// weatherMessages are race control's words about the weather.
func weatherMessages(_ *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	switch m.Kind {
	case racecontrol.WetTrack:
		return f1.Event{Kind: WeatherWet}, true
	case racecontrol.WetTyres:
		return f1.Event{Kind: WeatherWet, Detail: "wet tyres compulsory"}, true
	case racecontrol.RainRisk:
		return f1.Event{Kind: WeatherRisk, Value: f1.Some(float64(m.Percent.Value)), Detail: m.Session}, m.Percent.Known
	}
	return f1.Event{}, false
}

var errWeather = errors.New("the cited reports do not show the change")

// weatherHolds compares the cited reports.
func weatherHolds(e *f1.Event, p *Proof) error {
	if e.Kind != WeatherChange {
		return controlHolds(weatherMessages)(e, p)
	}
	var reports []report
	for _, s := range p.Steps {
		if s.Session.Weather.Known {
			reports = append(reports, report{s.Session.Weather.Value, s.Message.Offset})
		}
	}
	if len(reports) < 2 {
		return errWeather
	}
	first, last := reports[0], reports[len(reports)-1]
	rain := len(reports) > 2 && first.Rainfall != last.Rainfall && e.Detail == rainWord(last) && reports[1].Rainfall == last.Rainfall && reports[1].Time.Equal(e.Time)
	track := e.Detail == trackWord(first, last) && first.Track != last.Track && e.Value.Value == math.Round((last.Track.Value-first.Track.Value)*10)/10 && last.Time.Equal(e.Time)
	wind := len(reports) > 2 && e.Detail == windWord(first, last) && turned(first, last) == e.Value.Value && reports[1].Time.Equal(e.Time)
	if !rain && !track && !wind {
		return errWeather
	}
	return nil
}
