package analytics

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Span is a stretch of a car's samples: those of a lap, and one or some on either side of it.
type Span struct {
	Session  string // key
	Driver   int
	From, To time.Time // not before From, before To
}

// Samples are what a car sent in a span, in order of time.
type Samples struct {
	Telemetry []f1.TelemetryRow
	Locations []f1.LocationRow
}

// Sampler is an [Engine] that also has the samples of cars. It gives those of each span, in the order of the spans.
type Sampler interface {
	Samples(ctx context.Context, spans []Span) ([]Samples, error)
}

// Reader is what of a store SamplesOf asks.
type Reader interface {
	Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error]
}

// SamplesOf answers as a [Sampler] does from a store's rows.
func SamplesOf(ctx context.Context, r Reader, spans []Span) ([]Samples, error) {
	out := make([]Samples, len(spans))
	for i := range spans {
		s, found := &spans[i], &out[i]
		q := store.Query{Session: s.Session, Table: "telemetry", Where: []store.Condition{
			{Column: "driver_number", Values: []tables.Cell{{Known: true, N: int64(s.Driver)}}},
			{Column: "time", Op: store.AtLeast, Values: []tables.Cell{{Known: true, N: s.From.UnixMilli()}}},
			{Column: "time", Op: store.Below, Values: []tables.Cell{{Known: true, N: s.To.UnixMilli()}}},
		}}
		for row, err := range r.Rows(ctx, &q) {
			if err != nil {
				return nil, err
			}
			found.Telemetry = append(found.Telemetry, TelemetryRow(row.Cells))
		}
		q.Table = "locations"
		for row, err := range r.Rows(ctx, &q) {
			if err != nil {
				return nil, err
			}
			found.Locations = append(found.Locations, LocationRow(row.Cells))
		}
	}
	return out, nil
}

// TelemetryRow is the row that cells of table telemetry stand for.
func TelemetryRow(cells tables.Row) f1.TelemetryRow {
	channel := func(i int) f1.Opt[int16] { return f1.Opt[int16]{Known: cells[i].Known, Value: int16(cells[i].N)} }
	return f1.TelemetryRow{
		SessionKey: cells[0].S, DriverNumber: int(cells[1].N), Time: time.UnixMilli(cells[2].N).UTC(),
		Speed: channel(3), RPM: channel(4), Gear: channel(5), Throttle: channel(6), Brake: channel(7), DRS: channel(8),
	}
}

// LocationRow is the row that cells of table locations stand for.
func LocationRow(cells tables.Row) f1.LocationRow {
	return f1.LocationRow{
		SessionKey: cells[0].S, DriverNumber: int(cells[1].N), Time: time.UnixMilli(cells[2].N).UTC(),
		X: cells[3].F, Y: cells[4].F, Z: cells[5].F, OnTrack: f1.Opt[bool]{Known: cells[6].Known, Value: cells[6].N == 1},
	}
}

// besides is how far around a lap samples are fetched: some four a second come, and holes of two are bridged.
const besides = 2 * time.Second

// atOnce is how many laps are fetched together.
const atOnce = 32

// withSamples calls a function with each lap and its samples, fetched some laps at a time.
func withSamples(ctx context.Context, e Engine, laps []lap, do func(*lap, *Samples) error) error {
	s, ok := e.(Sampler)
	if !ok {
		return fmt.Errorf("%w: %s has no samples", ErrInvalid, e.Dialect().Name)
	}
	for some := range slices.Chunk(laps, atOnce) {
		spans := make([]Span, len(some))
		for i := range some {
			l := &some[i]
			spans[i] = Span{l.session, int(l.driver), l.start.Add(-besides), l.start.Add(l.time + besides)}
		}
		all, err := s.Samples(ctx, spans)
		if err != nil {
			return err
		}
		for i := range some {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do(&some[i], &all[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
