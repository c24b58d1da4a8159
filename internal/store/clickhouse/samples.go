package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/f1"
)

// The two kinds of rows that selectSamples gives, with the columns of both.
const (
	selectTelemetry = "SELECT 0 AS kind, session_key, driver_number, toUnixTimestamp64Milli(time) AS at, speed_kmh, rpm, gear, throttle_pct, brake, drs, " +
		"CAST(NULL, 'Nullable(Float64)') AS x, CAST(NULL, 'Nullable(Float64)') AS y, CAST(NULL, 'Nullable(Float64)') AS z, CAST(NULL, 'Nullable(Bool)') AS on_track FROM current_telemetry"
	selectLocations = "SELECT 1 AS kind, session_key, driver_number, toUnixTimestamp64Milli(time) AS at, NULL, NULL, NULL, NULL, NULL, NULL, " +
		"x_m, y_m, z_m, on_track FROM current_locations"
)

// Samples gives the samples of cars in spans with one statement.
func (s *Store) Samples(ctx context.Context, spans []analytics.Span) ([]analytics.Samples, error) {
	out := make([]analytics.Samples, len(spans))
	if len(spans) == 0 {
		return out, nil
	}
	either := make([]string, len(spans))
	args := map[string]any{}
	for i := range spans {
		p := &spans[i]
		either[i] = fmt.Sprintf("(session_key = {s%[1]d:String} AND driver_number = {d%[1]d:Int64} AND "+
			"time >= fromUnixTimestamp64Milli({f%[1]d:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({t%[1]d:Int64}, 'UTC'))", i)
		args[fmt.Sprint("s", i)], args[fmt.Sprint("d", i)] = p.Session, int64(p.Driver)
		args[fmt.Sprint("f", i)], args[fmt.Sprint("t", i)] = p.From.UnixMilli(), p.To.UnixMilli()
	}
	where := " WHERE " + strings.Join(either, " OR ")
	text := "SELECT * FROM (" + selectTelemetry + where + " UNION ALL " + selectLocations + where + ") ORDER BY kind, session_key, driver_number, at"
	for row, err := range s.Query(ctx, text, args) {
		if err != nil {
			return nil, err
		}
		session, _ := row[1].(string)
		driver, _ := row[2].(int64)
		at, ok := row[3].(int64)
		if !ok {
			return nil, fmt.Errorf("a sample of %v", row)
		}
		moment := time.UnixMilli(at).UTC()
		for i := range spans {
			p := &spans[i]
			if p.Session != session || int64(p.Driver) != driver || at < p.From.UnixMilli() || at >= p.To.UnixMilli() {
				continue
			}
			if row[0] == int64(0) {
				out[i].Telemetry = append(out[i].Telemetry, f1.TelemetryRow{
					SessionKey: session, DriverNumber: p.Driver, Time: moment, Speed: channel(row[4]), RPM: channel(row[5]), Gear: channel(row[6]),
					Throttle: channel(row[7]), Brake: channel(row[8]), DRS: channel(row[9]),
				})
				continue
			}
			onTrack, known := row[13].(bool)
			out[i].Locations = append(out[i].Locations, f1.LocationRow{
				SessionKey: session, DriverNumber: p.Driver, Time: moment, X: metres(row[10]), Y: metres(row[11]), Z: metres(row[12]),
				OnTrack: f1.Opt[bool]{Known: known, Value: onTrack},
			})
		}
	}
	return out, nil
}

func channel(v any) f1.Opt[int16] {
	n, known := v.(int64)
	return f1.Opt[int16]{Known: known, Value: int16(n)}
}

// metres is a number that JSON may write without a fraction.
func metres(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	f, _ := v.(float64)
	return f
}
