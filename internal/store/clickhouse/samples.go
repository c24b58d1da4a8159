package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/f1"
)

// Samples are asked for with two statements, and answered in binary. What takes time is not the reading, but what the
// engine does with the text of the condition, and numbers as text: so each session is one argument, cars and moments
// stand in the text as numbers, and rows are put in order here.
const (
	selectTelemetry = "SELECT session_key, driver_number, toUnixTimestamp64Milli(time), speed_kmh, rpm, gear, throttle_pct, brake, drs FROM current_telemetry WHERE "
	selectLocations = "SELECT session_key, driver_number, toUnixTimestamp64Milli(time), x_m, y_m, z_m, on_track FROM current_locations WHERE "
)

// car is one in a session.
type car struct {
	session string
	driver  int64
}

// Samples gives the samples of cars in spans.
func (s *Store) Samples(ctx context.Context, spans []analytics.Span) ([]analytics.Samples, error) {
	out := make([]analytics.Samples, len(spans))
	if len(spans) == 0 {
		return out, nil
	}
	where, args := within(spans)
	of := map[car][]int{}
	for i := range spans {
		c := car{spans[i].Session, int64(spans[i].Driver)}
		of[c] = append(of[c], i)
	}
	err := s.binary(ctx, selectTelemetry+where, args, func(b *binaryReader) {
		r := f1.TelemetryRow{SessionKey: b.text()}
		c := car{r.SessionKey, b.int64()}
		r.DriverNumber, r.Time = int(c.driver), time.UnixMilli(b.int64()).UTC()
		for _, channel := range []*f1.Opt[int16]{&r.Speed, &r.RPM, &r.Gear, &r.Throttle, &r.Brake, &r.DRS} {
			*channel = b.channel()
		}
		for _, i := range of[c] {
			if holds(&spans[i], r.Time) {
				out[i].Telemetry = append(out[i].Telemetry, r)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("telemetry of laps: %w", err)
	}
	err = s.binary(ctx, selectLocations+where, args, func(b *binaryReader) {
		r := f1.LocationRow{SessionKey: b.text()}
		c := car{r.SessionKey, b.int64()}
		r.DriverNumber, r.Time = int(c.driver), time.UnixMilli(b.int64()).UTC()
		r.X, r.Y, r.Z, r.OnTrack = b.metres(), b.metres(), b.metres(), b.truth()
		for _, i := range of[c] {
			if holds(&spans[i], r.Time) {
				out[i].Locations = append(out[i].Locations, r)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("locations of laps: %w", err)
	}
	for i := range out {
		slices.SortFunc(out[i].Telemetry, func(a, b f1.TelemetryRow) int { return a.Time.Compare(b.Time) })
		slices.SortFunc(out[i].Locations, func(a, b f1.LocationRow) int { return a.Time.Compare(b.Time) })
	}
	return out, nil
}

// holds says whether a moment is in a span, to the millisecond that samples have.
func holds(p *analytics.Span, at time.Time) bool {
	ms := at.UnixMilli()
	return ms >= p.From.UnixMilli() && ms < p.To.UnixMilli()
}

// within is the condition that a sample is in one of the spans, the spans of a session together.
func within(spans []analytics.Span) (where string, args map[string]any) {
	args = map[string]any{}
	var names []string
	cars := map[string][]string{}
	for i := range spans {
		p := &spans[i]
		if cars[p.Session] == nil {
			name := fmt.Sprint("s", len(names))
			names, args[name] = append(names, p.Session), p.Session
		}
		cars[p.Session] = append(cars[p.Session], fmt.Sprintf("driver_number = %d AND time >= %s AND time < %s", p.Driver, moment(p.From), moment(p.To)))
	}
	either := make([]string, len(names))
	for i, session := range names {
		either[i] = fmt.Sprintf("session_key = {s%d:String} AND (%s)", i, strings.Join(cars[session], " OR "))
	}
	return "(" + strings.Join(either, " OR ") + ")", args
}

// moment is one as a constant that is compared with the times of samples.
func moment(t time.Time) string { return t.UTC().Format("'2006-01-02 15:04:05.000'") }
