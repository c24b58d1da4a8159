package api

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
)

// around is how much of the telemetry before and after a lap is read, for the speed at the line.
const around = 2 * time.Second

// places of columns in their tables.
var (
	lapColumns       = columnsOf(tables.Laps.Describe())
	telemetryColumns = columnsOf(tables.Telemetry.Describe())
)

func columnsOf(d tables.Description) map[string]int {
	all := map[string]int{}
	for i, c := range d.Columns {
		all[c.Name] = i
	}
	return all
}

// readTraces reads when the laps were driven and their samples.
func readTraces(ctx context.Context, names []lapName, from []*source) ([]drawn, error) {
	laps, spans := make([]drawn, len(names)), make([]telemetry.LapSpan, len(names))
	samples := make([][]f1.TelemetryRow, len(names))
	logs := map[*source][]int{} // laps whose samples come from a log: it is read once for all of them
	for i, name := range names {
		var err error
		if laps[i], spans[i], err = findLap(ctx, name, from[i]); err != nil {
			return nil, err
		}
		if !from[i].stored {
			logs[from[i]] = append(logs[from[i]], i)
			continue
		}
		for r, err := range from[i].rows(ctx, samplesOf(&laps[i], &spans[i])) {
			if err != nil {
				return nil, err
			}
			samples[i] = append(samples[i], sampleRow(r.Cells))
		}
	}
	for s, which := range logs {
		if err := readLog(ctx, s, which, laps, spans, samples); err != nil {
			return nil, err
		}
	}
	for i := range laps {
		laps[i].trace = &telemetry.Trace{}
		if err := laps[i].trace.Fill(samples[i], nil, spans[i]); err != nil {
			return nil, noTrace(&laps[i], err)
		}
	}
	return laps, nil
}

// readLog reads the samples of several laps from one log.
func readLog(ctx context.Context, s *source, which []int, laps []drawn, spans []telemetry.LapSpan, samples [][]f1.TelemetryRow) error {
	for r, err := range s.rows(ctx, &store.Query{Session: s.key, Table: "telemetry"}) {
		if err != nil {
			return err
		}
		driver, at := int(r.Cells[telemetryColumns["driver_number"]].N), time.UnixMilli(r.Cells[telemetryColumns["time"]].N)
		for _, i := range which {
			if laps[i].driver == driver && !at.Before(spans[i].Start.Add(-around)) && at.Before(spans[i].Start.Add(spans[i].Time+around)) {
				samples[i] = append(samples[i], sampleRow(r.Cells))
			}
		}
	}
	return nil
}

// findLap finds when a lap was driven.
func findLap(ctx context.Context, name lapName, from *source) (drawn, telemetry.LapSpan, error) {
	l := drawn{session: from.key, driver: name.driver, lap: name.lap}
	q := &store.Query{Session: from.key, Table: "laps", Where: []store.Condition{equals("driver_number", int64(name.driver))}}
	if name.lap > 0 {
		q.Where = append(q.Where, equals("lap_number", int64(name.lap)))
	}
	var span telemetry.LapSpan
	for r, err := range from.rows(ctx, q) {
		if err != nil {
			return l, span, err
		}
		start, length := r.Cells[lapColumns["date_start"]], r.Cells[lapColumns["lap_time_ms"]]
		deleted := r.Cells[lapColumns["deleted"]].N == 1 && name.lap == 0
		took := time.Duration(length.N) * time.Millisecond
		if !start.Known || !length.Known || deleted || span.Time > 0 && took >= span.Time {
			continue
		}
		l.lap, l.start = int(r.Cells[lapColumns["lap_number"]].N), start.N
		span = telemetry.LapSpan{Start: time.UnixMilli(start.N).UTC(), Time: took}
	}
	if span.Time <= 0 {
		which := "lap " + strconv.Itoa(name.lap)
		if name.lap == 0 {
			which = "a lap"
		}
		return l, span, plain(http.StatusNotFound, fmt.Sprintf("%s of car %d of session %s with a start and a time is not known", which, name.driver, from.key))
	}
	return l, span, nil
}

func equals(column string, n int64) store.Condition {
	return store.Condition{Column: column, Values: []tables.Cell{{Known: true, N: n}}}
}

// samplesOf asks for a lap's samples and those around it.
func samplesOf(l *drawn, span *telemetry.LapSpan) *store.Query {
	bound := func(op store.Op, t time.Time) store.Condition {
		return store.Condition{Column: "time", Op: op, Values: []tables.Cell{{Known: true, N: t.UnixMilli()}}}
	}
	return &store.Query{Session: l.session, Table: "telemetry", Where: []store.Condition{
		equals("driver_number", int64(l.driver)), bound(store.AtLeast, span.Start.Add(-around)), bound(store.Below, span.Start.Add(span.Time+around)),
	}}
}

// sampleRow is a row of table telemetry.
func sampleRow(cells tables.Row) f1.TelemetryRow {
	value := func(name string) f1.Opt[int16] {
		c := cells[telemetryColumns[name]]
		return f1.Opt[int16]{Known: c.Known, Value: int16(c.N)} //nolint:gosec // the decoder bounds it
	}
	return f1.TelemetryRow{
		DriverNumber: int(cells[telemetryColumns["driver_number"]].N), Time: time.UnixMilli(cells[telemetryColumns["time"]].N).UTC(),
		Speed: value("speed_kmh"), RPM: value("rpm"), Gear: value("gear"), Throttle: value("throttle_pct"), Brake: value("brake"), DRS: value("drs"),
	}
}

// description is the table of laps side by side.
func (q *lapsQuery) description() tables.Description {
	d := tables.Description{Name: "telemetry_laps", Columns: []tables.Column{
		{Name: "session_key", Key: true}, {Name: "driver_number", Type: tables.Int, Key: true}, {Name: "lap_number", Type: tables.Int, Key: true},
		{Name: "distance_m", Type: tables.Float}, {Name: "seconds_s", Type: tables.Float},
	}}
	for _, c := range q.channels {
		d.Columns = append(d.Columns, tables.Column{Name: c, Type: tables.Float})
	}
	if q.against >= 0 {
		d.Columns = append(d.Columns, tables.Column{Name: "delta_s", Type: tables.Float})
	}
	return d
}

// cells are the rows of that table, one lap after the other.
func (q *lapsQuery) cells(laps []drawn) iter.Seq[tables.Row] {
	return func(yield func(tables.Row) bool) {
		for i := range laps {
			l := &laps[i]
			for n := range l.distance {
				row := tables.Row{{Known: true, S: l.session}, {Known: true, N: int64(l.driver)}, {Known: true, N: int64(l.lap)}, floatCell(l.distance[n], 100), floatCell(l.seconds[n], 1000)}
				for _, c := range l.columns {
					row = append(row, floatCell(c[n], 10))
				}
				if l.delta != nil {
					row = append(row, floatCell(l.delta[n], 1000))
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}

// floatCell is a value to a part of its unit.
func floatCell(v, part float64) tables.Cell {
	return tables.Cell{Known: !math.IsNaN(v), F: math.Round(v*part) / part}
}

// appendLaps appends the answer as JSON: a column an array.
func appendLaps(b []byte, q *lapsQuery, laps []drawn) []byte {
	b = append(b, `{"by":"`+q.by+`","laps":[`...)
	for i := range laps {
		l := &laps[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"session_key":`...)
		b = append(b, jsonText(l.session)...)
		b = append(b, `,"driver_number":`...)
		b = strconv.AppendInt(b, int64(l.driver), 10)
		b = append(b, `,"lap_number":`...)
		b = strconv.AppendInt(b, int64(l.lap), 10)
		b = append(b, `,"date_start":"`+time.UnixMilli(l.start).UTC().Format("2006-01-02T15:04:05.000Z")+`","lap_time_ms":`...)
		b = strconv.AppendInt(b, l.trace.LapTime.Milliseconds(), 10)
		b = append(b, `,"length_m":`...)
		b = appendFloat(b, l.trace.Measured, 10)
		b = append(b, `,"hole_ms":`...)
		b = strconv.AppendInt(b, l.trace.Hole.Milliseconds(), 10)
		b = appendColumn(b, "distance_m", l.distance, 100)
		b = appendColumn(b, "seconds_s", l.seconds, 1000)
		for k, c := range q.channels {
			b = appendColumn(b, c, l.columns[k], 10)
		}
		if l.delta != nil {
			b = appendColumn(b, "delta_s", l.delta, 1000)
		}
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

func jsonText(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a text always encodes
	}
	return b
}

func appendColumn(b []byte, name string, values []float64, part float64) []byte {
	b = append(append(append(b, `,"`...), name...), `":[`...)
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFloat(b, v, part)
	}
	return append(b, ']')
}

func appendFloat(b []byte, v, part float64) []byte {
	if math.IsNaN(v) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, math.Round(v*part)/part, 'f', -1, 64)
}

// lapsSchema describes that JSON.
func (a *api) lapsSchema() *huma.Schema {
	numbers := func(doc string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeArray, Description: doc, Items: &huma.Schema{Type: huma.TypeNumber, Format: "double", Nullable: true}}
	}
	whole := func(doc string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeInteger, Format: "int64", Description: doc}
	}
	lap := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{
		"session_key": {Type: huma.TypeString}, "driver_number": whole(""), "lap_number": whole(""),
		"date_start": {Type: huma.TypeString, Format: "date-time"}, "lap_time_ms": whole(""),
		"length_m":   {Type: huma.TypeNumber, Format: "double", Description: "As measured by speed; by distance all laps are scaled to one length"},
		"hole_ms":    whole("The longest time without a speed: above some seconds do not trust the distances"),
		"distance_m": numbers("Metres along the lap"), "seconds_s": numbers("Seconds since the lap's start"),
		"delta_s": numbers("Seconds behind the lap of delta_to, below 0 ahead of it"),
	}, Required: []string{"session_key", "driver_number", "lap_number", "date_start", "lap_time_ms", "length_m", "hole_ms", "distance_m", "seconds_s"}}
	for _, c := range channels {
		lap.Properties[c] = numbers("One value a point")
	}
	return a.named("ComparedLaps", &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"by", "laps"},
		Properties: map[string]*huma.Schema{
			"by":   {Type: huma.TypeString, Enum: []any{"distance", "time", "sample"}},
			"laps": {Type: huma.TypeArray, Items: a.named("ComparedLap", lap)},
		},
	})
}
