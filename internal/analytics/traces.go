package analytics

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
)

// The questions over samples: the engine gives laps and samples, package telemetry makes traces of them.

const (
	// cornerProminence is by how much, in km/h, a corner of a circuit is slower than what is around it: less is a
	// bend that only some lift for.
	cornerProminence = 15
	// longestHole is how long speeds may be missing for the speeds of a lap to be told.
	longestHole = 2 * time.Second
)

var traceQuestions = []Question{
	{
		Name: "corner_speeds", Title: "Speeds in corners",
		Doc: "How slow cars were in each corner of a lap, and where they braked and went on the throttle, in metres along the lap. Corners are numbered as they come: they are " +
			"where the quickest of the circuit's laps is slower by 15 km/h than before and after. All laps of a circuit are scaled to the length of that one. A corner that was " +
			"not slower for a car has no braking.",
		Params:  lapParams,
		Columns: slices.Concat(lapColumns, ints("corner"), floats("corner_m", "apex_m", "slowest_kmh", "brake_m", "throttle_m")),
		run:     cornerSpeeds,
	},
	{
		Name: "straight_speeds", Title: "Speeds on straights",
		Doc: "How fast cars were between two corners of a lap, and where; corners are those of question corner_speeds, 0 is the line. Between two corners of which a car was " +
			"not slower in the one in between there is one straight.",
		Params:  lapParams,
		Columns: slices.Concat(lapColumns, ints("from_corner", "to_corner"), floats("from_m", "to_m", "fastest_kmh", "fastest_m")),
		run:     straightSpeeds,
	},
	{
		Name: "telemetry_overlay", Title: "Telemetry by distance",
		Doc: "The channels of laps at the same distances, one lap after the other. delta_ms is by how much a lap is behind the first one there; it ends with the difference of the " +
			"lap times. The laps are of one circuit and scaled to the length of the first.",
		Params: []Param{
			{Name: "laps", Doc: lapsParam.Doc, Type: tables.String, Example: lapsParam.Example, most: lapsParam.most, required: true},
			{Name: "every_m", Doc: "Metres between two points", Type: tables.Float, Default: "10", Example: "25", low: 1, high: 1000},
		},
		Columns: slices.Concat(lapColumns, floats("distance_m", "time_ms", "delta_ms", "speed_kmh", "rpm", "throttle_pct"), ints("gear", "brake", "drs")),
		run:     overlay,
	},
}

// run answers a question over samples; rows are those of its columns.
type run func(ctx context.Context, e Engine, values map[string]any, yield func([]any) bool) error

// track is what the laps of one circuit have in common.
type track struct {
	length  float64
	corners []float64
}

// onTracks calls a function with the trace of each lap, beside the track as the circuit's first lap has it. Laps
// whose speeds have holes are left out.
func onTracks(ctx context.Context, e Engine, values map[string]any, do func(*lap, *telemetry.Trace, *track) bool) error {
	laps, err := chosen(ctx, e, values)
	if err != nil {
		return err
	}
	tracks := map[string]*track{}
	var trace telemetry.Trace
	err = withSamples(ctx, e, laps, func(l *lap, s *Samples) error {
		t := tracks[l.circuit]
		length := 0.0
		if t != nil {
			length = t.length
		}
		err := trace.Fill(s.Telemetry, s.Locations, telemetry.LapSpan{Start: l.start, Time: l.time, Length: length})
		if errors.Is(err, telemetry.ErrNoTrace) || err == nil && trace.Hole > longestHole {
			return nil
		}
		if err != nil {
			return err
		}
		if t == nil {
			t = &track{length: trace.Length, corners: trace.FindCorners(nil, cornerProminence)}
			tracks[l.circuit] = t
		}
		if !do(l, &trace, t) {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends what nobody reads any more.
var errEnough = errors.New("enough")

func cornerSpeeds(ctx context.Context, e Engine, values map[string]any, yield func([]any) bool) error {
	var corners []telemetry.Corner
	return onTracks(ctx, e, values, func(l *lap, trace *telemetry.Trace, t *track) bool {
		corners = trace.Corners(corners[:0], t.corners)
		for i := range corners {
			c := &corners[i]
			if !yield(append(l.cells(), int64(i+1), c.At, c.Apex, optional(c.Slowest), optional(c.Brake), optional(c.Throttle))) {
				return false
			}
		}
		return true
	})
}

func straightSpeeds(ctx context.Context, e Engine, values map[string]any, yield func([]any) bool) error {
	var corners []telemetry.Corner
	var straights []telemetry.Straight
	return onTracks(ctx, e, values, func(l *lap, trace *telemetry.Trace, t *track) bool {
		corners = trace.Corners(corners[:0], t.corners)
		straights = trace.Straights(straights[:0], corners)
		// The straights lie between the corners with a dip.
		from := 0
		next := func() int {
			for i := from; i < len(corners); i++ {
				if corners[i].Dip {
					return i + 1
				}
			}
			return 0
		}
		for _, s := range straights {
			to := next()
			if !yield(append(l.cells(), int64(from), int64(to), s.From, s.To, optional(s.Fastest), s.At)) {
				return false
			}
			from = to
		}
		return true
	})
}

func overlay(ctx context.Context, e Engine, values map[string]any, yield func([]any) bool) error {
	every, _ := values["every_m"].(float64)
	laps, err := chosen(ctx, e, values)
	if err != nil {
		return err
	}
	for i := range laps {
		if laps[i].circuit != laps[0].circuit {
			return fmt.Errorf("%w: laps: they are of %s and of %s", ErrInvalid, laps[0].circuit, laps[i].circuit)
		}
	}
	var trace telemetry.Trace
	var first, grid telemetry.Grid
	var delta []float64
	err = withSamples(ctx, e, laps, func(l *lap, s *Samples) error {
		err := trace.Fill(s.Telemetry, s.Locations, telemetry.LapSpan{Start: l.start, Time: l.time, Length: first.Length})
		if err != nil {
			return fmt.Errorf("%w: lap %d of car %d in %s: %w", ErrInvalid, l.number, l.driver, l.session, err)
		}
		if err := trace.Resample(&grid, every, 0); err != nil {
			return err
		}
		if first.Length == 0 {
			if err := trace.Resample(&first, every, 0); err != nil {
				return err
			}
		}
		if delta, err = telemetry.Delta(delta[:0], &first, &grid); err != nil {
			return err
		}
		for i := range grid.Distance {
			row := append(l.cells(), grid.Distance[i], 1000*grid.Seconds[i], 1000*delta[i],
				grid.Speed[i], grid.RPM[i], grid.Throttle[i], grid.Gear[i], grid.Brake[i], grid.DRS[i])
			if !yield(row) {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// optional is a number, or NaN, which answers leave unknown.
func optional(o f1.Opt[float64]) float64 {
	if !o.Known {
		return math.NaN()
	}
	return o.Value
}
