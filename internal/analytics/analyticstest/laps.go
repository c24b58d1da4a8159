package analyticstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/telemetry"
)

// sampled are the sessions with samples of laps, those with the most of them first.
func sampled(all []*Session) []*Session {
	var out []*Session
	for _, s := range all {
		if len(s.LapTelemetry) > 0 {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *Session) int { return len(b.LapTelemetry) - len(a.LapTelemetry) })
	return out
}

// best is the quickest lap of a car, or of any (0), that samples are known of.
func (s *Session) best(car int) *f1.LapRow {
	var best *f1.LapRow
	for i := range s.Laps {
		l := &s.Laps[i]
		if !l.LapTime.Known || !l.DateStart.Known || car != 0 && l.DriverNumber != car || car == 0 && l.Deleted {
			continue
		}
		if !slices.ContainsFunc(s.LapTelemetry, func(t f1.LapTelemetryRow) bool { return t.DriverNumber == l.DriverNumber && t.LapNumber == l.LapNumber }) {
			continue
		}
		if best == nil || best.Deleted && !l.Deleted || best.Deleted == l.Deleted && l.LapTime.Value.Round(time.Millisecond) < best.LapTime.Value.Round(time.Millisecond) {
			best = l
		}
	}
	return best
}

// lapWishes are arguments of the questions over samples.
func lapWishes(all []*Session) []args {
	var out []args
	for _, s := range sampled(all) {
		quickest := s.best(0)
		other := s.best(s.Drivers[len(s.Drivers)/2].DriverNumber)
		tla, _ := s.driverOf(quickest.DriverNumber)
		out = append(out, args{"session_key": s.SessionKey, "laps": name(s, quickest)})
		if other != nil && tla != nil {
			out = append(out, args{"every_m": "25", "laps": fmt.Sprintf("%s/%s:fastest,%s,%s", s.SessionKey, tla, name(s, other), name(s, quickest))})
		}
	}
	return out
}

func name(s *Session, l *f1.LapRow) string {
	return fmt.Sprintf("%s/%d:%d", s.SessionKey, l.DriverNumber, l.LapNumber)
}

// traceOf is the trace of a lap from the session's own rows.
func traceOf(t *testing.T, s *Session, l *f1.LapRow, length float64) *telemetry.Trace {
	t.Helper()
	start := l.DateStart.Value.Truncate(time.Millisecond) // as the tables have it
	var cars []f1.TelemetryRow
	for _, r := range s.Telemetry {
		if r.Time = r.Time.Truncate(time.Millisecond); r.DriverNumber == l.DriverNumber && r.Time.Sub(start).Abs() < l.LapTime.Value+time.Minute {
			cars = append(cars, r)
		}
	}
	var places []f1.LocationRow
	for _, r := range s.Locations {
		// A car on its way for minutes before the lap does not change the lap.
		if r.Time = r.Time.Truncate(time.Millisecond); r.DriverNumber == l.DriverNumber && r.Time.After(start.Add(-2*time.Second-time.Millisecond)) &&
			r.Time.Before(start.Add(l.LapTime.Value+2*time.Second)) {
			places = append(places, r)
		}
	}
	var trace telemetry.Trace
	if err := trace.Fill(cars, places, telemetry.LapSpan{Start: start, Time: l.LapTime.Value.Round(time.Millisecond), Length: length}); err != nil {
		t.Fatal(err)
	}
	return &trace
}

// RunLaps asks the questions over samples and compares the answers with what package telemetry says of the sessions' own
// rows.
func RunLaps(t *testing.T, e analytics.Engine, all []*Session) {
	t.Run("corner_speeds", func(t *testing.T) { corners(t, e, all) })
	t.Run("straight_speeds", func(t *testing.T) { straights(t, e, all) })
	t.Run("telemetry_overlay", func(t *testing.T) { overlays(t, e, all) })
	t.Run("refused", func(t *testing.T) { refused(t, e, all) })
}

func question(t *testing.T, name string) *analytics.Question {
	t.Helper()
	q, err := analytics.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return &q
}

// column gives cells by the name of their column.
func column(q *analytics.Question, row []any, name string) any {
	for i := range q.Columns {
		if q.Columns[i].Name == name {
			return row[i]
		}
	}
	panic("no column " + name)
}

func orNil(o f1.Opt[float64]) any {
	if !o.Known {
		return nil
	}
	return o.Value
}

func corners(t *testing.T, e analytics.Engine, all []*Session) {
	q := question(t, "corner_speeds")
	for _, s := range sampled(all) {
		l := s.best(0)
		trace := traceOf(t, s, l, 0)
		if trace.Hole > 2*time.Second {
			continue
		}
		want := trace.Corners(nil, trace.FindCorners(nil, 15))
		got := Ask(t, e, q, args{"laps": name(s, l)})
		if len(got) != len(want) || len(want) < 3 {
			t.Fatalf("%s: %d corners, want %d", name(s, l), len(got), len(want))
		}
		for i, c := range want {
			for named, v := range map[string]any{"corner": float64(i + 1), "corner_m": c.At, "apex_m": c.Apex, "slowest_kmh": orNil(c.Slowest), "brake_m": orNil(c.Brake),
				"throttle_m": orNil(c.Throttle), "session_key": s.SessionKey, "lap_number": float64(l.LapNumber), "lap_time_ms": ms(l.LapTime.Value)} {
				if found := column(q, got[i], named); !Same(found, v) {
					t.Fatalf("%s: corner %d: %s is %v, want %v", name(s, l), i+1, named, found, v)
				}
			}
		}
		whole := Ask(t, e, q, args{"session_key": s.SessionKey, "simulated": simulatedArg(s)})
		cars := map[any]int{}
		for _, row := range whole {
			cars[column(q, row, "driver_number")]++
			if car := s.best(int(column(q, row, "driver_number").(float64))); column(q, row, "lap_time_ms") != ms(car.LapTime.Value) {
				t.Fatalf("%s: lap %v, the best is %s", s.SessionKey, row, name(s, car))
			}
		}
		if len(cars) < len(s.Drivers)/2 {
			t.Errorf("%s: corners of %d cars", s.SessionKey, len(cars))
		}
		for car, n := range cars {
			if n != len(cars) && n != cars[column(q, whole[0], "driver_number")] {
				t.Errorf("%s: car %v has %d corners", s.SessionKey, car, n)
			}
		}
	}
}

func straights(t *testing.T, e analytics.Engine, all []*Session) {
	q := question(t, "straight_speeds")
	for _, s := range sampled(all) {
		l := s.best(0)
		trace := traceOf(t, s, l, 0)
		if trace.Hole > 2*time.Second {
			continue
		}
		want := trace.Straights(nil, trace.Corners(nil, trace.FindCorners(nil, 15)))
		got := Ask(t, e, q, args{"laps": name(s, l)})
		if len(got) != len(want) {
			t.Fatalf("%s: %d straights, want %d", name(s, l), len(got), len(want))
		}
		before := 0.0
		for i, c := range want {
			for named, v := range map[string]any{"from_m": c.From, "to_m": c.To, "fastest_kmh": orNil(c.Fastest), "fastest_m": c.At, "from_corner": before} {
				if found := column(q, got[i], named); !Same(found, v) {
					t.Fatalf("%s: straight %d: %s is %v, want %v", name(s, l), i+1, named, found, v)
				}
			}
			before = column(q, got[i], "to_corner").(float64)
		}
		if before != 0 {
			t.Errorf("%s: the last straight ends at corner %v", name(s, l), before)
		}
	}
}

func overlays(t *testing.T, e analytics.Engine, all []*Session) {
	q := question(t, "telemetry_overlay")
	for _, s := range sampled(all) {
		first := s.best(0)
		for _, d := range s.Drivers {
			second := s.best(d.DriverNumber)
			if second == nil || second == first {
				continue
			}
			a := traceOf(t, s, first, 0)
			b := traceOf(t, s, second, a.Length)
			var x, y telemetry.Grid
			if err := errors.Join(a.Resample(&x, 20, 0), b.Resample(&y, 20, 0)); err != nil {
				t.Fatal(err)
			}
			delta, err := telemetry.Delta(nil, &x, &y)
			if err != nil {
				t.Fatal(err)
			}
			got := Ask(t, e, q, args{"laps": name(s, first) + "," + name(s, second), "every_m": "20"})
			if len(got) != 2*len(delta) {
				t.Fatalf("%s: %d points, want %d", name(s, second), len(got), 2*len(delta))
			}
			for i, row := range got {
				g, of, behind := &x, i, 0.0
				if i >= len(delta) {
					g, of = &y, i-len(delta)
					behind = delta[of]
				}
				for named, v := range map[string]float64{"distance_m": g.Distance[of], "time_ms": 1000 * g.Seconds[of], "delta_ms": 1000 * behind, "speed_kmh": g.Speed[of],
					"rpm": g.RPM[of], "throttle_pct": g.Throttle[of], "gear": g.Gear[of], "brake": g.Brake[of], "drs": g.DRS[of]} {
					found := column(q, row, named)
					if math.IsNaN(v) && found != nil || !math.IsNaN(v) && !Same(found, v) {
						t.Fatalf("%s: at %v m %s is %v, want %v", name(s, second), g.Distance[of], named, found, v)
					}
				}
			}
			break
		}
	}
}

// refused: what can not be answered says why.
func refused(t *testing.T, e analytics.Engine, all []*Session) {
	some := sampled(all)
	here, there := some[0], some[slices.IndexFunc(some, func(s *Session) bool { return s.CircuitID != some[0].CircuitID })]
	for laps, why := range map[string]string{
		"":                                       "missing",
		"nonsense":                               "none like",
		here.SessionKey + "/1:x":                 "none like",
		here.SessionKey + "/1:-1":                "none like",
		here.SessionKey + "/1:999":               "no samples",
		"nowhere/1:1":                            "no samples",
		here.SessionKey + "/' OR 1=1 --:fastest": "no samples",
		strings.Repeat("a/1:1,", 30):             "there may be",
		strings.Repeat("a", 1001):                "short text",
		name(here, here.best(0)) + "," + name(there, there.best(0)): "they are of",
	} {
		q := question(t, "telemetry_overlay")
		rows, err := q.Ask(context.Background(), e, args{"laps": laps})
		if err == nil {
			for _, failed := range rows {
				err = failed
			}
		}
		if !errors.Is(err, analytics.ErrInvalid) || !strings.Contains(err.Error(), why) {
			t.Errorf("%.60q: %v, want %q", laps, err, why)
		}
	}
}

// Selector names a lap as argument laps does.
func Selector(session, driver, lap any) string { return fmt.Sprintf("%v/%v:%v", session, driver, lap) }

// simulatedArg is argument simulated for the session.
func simulatedArg(s *Session) string {
	if s.Simulated {
		return "1"
	}
	return "0"
}
