package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
)

// Bounds of a comparison of laps.
const (
	maxLaps   = 12
	maxPoints = 5000

	maxLapName = 130 // characters
)

// channels are the columns of telemetry that a lap has. Whether a value may lie between two samples follows from
// the channel: a gear may not.
var channels = []string{"speed_kmh", "rpm", "gear", "throttle_pct", "brake", "drs"}

// lapName is a lap as a query names it: 44:12, azerbaijan_2018_race/44:12, 44:fastest.
type lapName struct {
	session string // "" is that of the path
	driver  int
	lap     int // 0: the fastest
}

// lapForm is how a lap is named: session, car, lap. A session's name is bounded by that of the whole.
var lapForm = regexp.MustCompile(`^(?:([^,]{1,100})/)?([0-9]{1,3}):([1-9][0-9]{0,2}|fastest)$`)

func parseLap(text string) (l lapName, ok bool) {
	parts := lapForm.FindStringSubmatch(text)
	if parts == nil {
		return l, false
	}
	l.session = parts[1]
	l.driver, _ = strconv.Atoi(parts[2]) // digits, as the form has them
	l.lap, _ = strconv.Atoi(parts[3])    // and none for the fastest
	return l, true
}

// lapsQuery is a question for laps side by side.
type lapsQuery struct {
	when
	laps     []lapName // the reference is among them
	shown    int       // how many of them are answered
	channels []string
	by       string // distance, time, sample
	every    float64
	points   int
	against  int // place of the reference among laps; -1 none
}

func (a *api) telemetryRoutes() {
	lapsParam := queryList("laps", "Laps: driver_number:lap_number or driver_number:fastest, of another session with its name and / before", huma.TypeString, maxLaps, []string{"44:2", "1:2"})
	lapsParam.Required, lapsParam.Schema.Items.Pattern = true, lapForm.String()
	wanted := queryList("channels", "Which channels; all when absent", huma.TypeString, len(channels), []string{"speed_kmh", "throttle_pct"})
	words := make([]any, len(channels))
	for i, c := range channels {
		words[i] = c
	}
	ofWords(wanted, words)
	reference := queryText("delta_to", "The lap that the others are compared with, by distance", "44:2", maxLapName)
	reference.Schema.Pattern = lapForm.String()
	content := otherFormats()
	content["application/json"] = &huma.MediaType{Schema: a.lapsSchema()}
	a.register(operation{
		id: "compare-laps", path: "/api/v1/sessions/{session}/telemetry/laps", tag: "Telemetry", summary: "Telemetry of laps side by side",
		doc: "By distance all laps lie on one grid of metres, scaled to one length, so that they can be compared point by point, and delta_to says how far each was behind at " +
			"every point. By time each lap has at most as many points as wanted, chosen so that the first channel keeps its shape (LTTB). By sample they are as they came. " +
			"Distance is speed integrated over time.",
		params: slices.Concat([]*huma.Param{sessionParam()}, momentParams(), []*huma.Param{
			lapsParam, wanted, queryChoice("by", "The axis", "distance", "time", "sample"),
			queryNumber("every", "Metres between two points by distance; 10 when absent", 1, 1000, 10),
			queryNumber("points", "Points of a lap by time; 500 when absent", 10, maxPoints, 500),
			reference,
		}),
		content: content, errors: []int{http.StatusNotFound, http.StatusNotAcceptable, http.StatusConflict, http.StatusTooManyRequests, http.StatusGatewayTimeout},
		run: a.compareLaps,
	})
}

func readLaps(f *form) (*lapsQuery, error) {
	q := &lapsQuery{
		when: f.moment(), by: f.choice("by", "distance", "time", "sample"), against: -1,
		every: float64(f.number("every", 1, 1000, 10)), points: f.number("points", 10, maxPoints, 500), channels: f.list("channels", len(channels)),
	}
	names := f.list("laps", maxLaps)
	if len(names) == 0 {
		f.wrong("laps", "name a lap: laps=44:12", nil)
	}
	q.shown = len(names)
	if to := f.text("delta_to", maxLapName); to != "" {
		if q.by != "distance" {
			f.wrong("delta_to", "laps can be compared by distance only", to)
		}
		if q.against = slices.Index(names, to); q.against < 0 {
			q.against, names = len(names), append(names, to)
		}
	}
	for i, name := range names {
		l, ok := parseLap(name)
		if !ok {
			where := "laps"
			if i == q.shown {
				where = "delta_to"
			}
			f.wrong(where, "it is no lap like 44:12, 44:fastest or azerbaijan_2018_race/44:12", name)
		}
		q.laps = append(q.laps, l)
	}
	for i, c := range q.channels {
		if !slices.Contains(channels, c) {
			f.wrong("channels", unknownName("channel", c, channels), c)
		}
		if slices.Contains(q.channels[:i], c) {
			f.wrong("channels", "a channel is given twice", c)
		}
	}
	if len(q.channels) == 0 {
		q.channels = channels
	}
	return q, f.problem()
}

func (a *api) compareLaps(w http.ResponseWriter, r *http.Request, f *form) error {
	format, err := accepted(r)
	if err != nil {
		return err
	}
	q, err := readLaps(f)
	if err != nil {
		return err
	}
	from, n, err := a.lapSources(r, q, format)
	if err != nil {
		return err
	}
	return a.whole(w, r, n, func(ctx context.Context) ([]byte, error) {
		if slices.ContainsFunc(from, func(s *source) bool { return !s.stored }) {
			done, err := a.heavy(r)
			if err != nil {
				return nil, err
			}
			defer done()
		}
		drawn, err := a.drawLaps(ctx, q, from)
		if err != nil {
			return nil, err
		}
		if format == jsonPage {
			return appendLaps(nil, q, drawn), nil
		}
		var b bytes.Buffer
		d := q.description()
		_, err = d.Write(&b, format, q.cells(drawn))
		return b.Bytes(), err
	})
}

// lapSources finds where the rows of each lap are. Laps of the path's session all are at its moment, whatever name
// the session goes by; other sessions are as they are now.
func (a *api) lapSources(r *http.Request, q *lapsQuery, format tables.Format) ([]*source, *answer, error) {
	own, err := a.sourceOf(r.Context(), r.PathValue("session"), q.when)
	if err != nil {
		return nil, nil, err
	}
	byKey := map[string]*source{own.key: own}
	n := &answer{
		subject: own.key, name: "telemetry/laps?" + r.URL.RawQuery, version: own.version, number: own.number, age: own.age,
		class: cache.LapTelemetry, contentType: mediaType(format),
	}
	from := make([]*source, len(q.laps))
	for i, l := range q.laps {
		s := own
		if l.session != "" {
			if s, err = a.sourceOf(r.Context(), l.session, when{}); err != nil {
				return nil, nil, err
			}
		}
		if byKey[s.key] == nil {
			byKey[s.key] = s
			n.version += "," + s.key + s.version
			n.age = min(n.age, s.age)
		}
		from[i] = byKey[s.key]
	}
	return from, n, nil
}

// drawn is a lap as it is answered: columns of one length, unknown values NaN.
type drawn struct {
	session           string
	driver, lap       int
	start             int64 // ms since 1970
	trace             *telemetry.Trace
	distance, seconds []float64
	columns           [][]float64 // in the order of the channels wanted
	delta             []float64   // nil: not asked for
}

// drawLaps reads the laps and brings them onto their axis.
func (a *api) drawLaps(ctx context.Context, q *lapsQuery, from []*source) ([]drawn, error) {
	laps, err := readTraces(ctx, q.laps, from)
	if err != nil {
		return nil, err
	}
	switch q.by {
	case "sample":
		for i := range laps {
			laps[i].take(q, laps[i].trace, nil)
		}
		return laps, nil
	case "time":
		for i := range laps {
			t := laps[i].trace
			laps[i].take(q, t, telemetry.LTTB(nil, t.Seconds, *column(t, q.channels[0]), q.points))
		}
		return laps, nil
	}
	return q.onGrid(laps)
}

// sameCircuit is how far the lengths of laps of one circuit may lie apart: a lap by speed is good to some percent.
const sameCircuit = 0.1

// onGrid brings the laps onto one grid of distance and compares them with the reference.
func (q *lapsQuery) onGrid(laps []drawn) ([]drawn, error) {
	length := laps[max(q.against, 0)].trace.Length
	grids := make([]telemetry.Grid, len(laps))
	for i := range laps {
		l := &laps[i]
		if d := l.trace.Measured/length - 1; d > sameCircuit || d < -sameCircuit {
			return nil, invalid("query.laps", fmt.Sprintf("lap %d of car %d is %.0f m long, another one %.0f m: they are not of one circuit", l.lap, l.driver, l.trace.Measured, length), nil)
		}
		if err := l.trace.Resample(&grids[i], q.every, length); err != nil {
			return nil, fmt.Errorf("api: lap %d of car %d of %s: %w", l.lap, l.driver, l.session, err)
		}
		g := &grids[i]
		l.distance, l.seconds = g.Distance, g.Seconds
		for _, c := range q.channels {
			l.columns = append(l.columns, *gridColumn(g, c))
		}
	}
	if q.against >= 0 {
		for i := range laps {
			var err error
			if laps[i].delta, err = telemetry.Delta(nil, &grids[q.against], &grids[i]); err != nil {
				return nil, fmt.Errorf("api: compare laps: %w", err)
			}
		}
	}
	return laps[:q.shown], nil
}

// take answers with the samples of a trace at some indices; nil: all.
func (l *drawn) take(q *lapsQuery, t *telemetry.Trace, at []int) {
	some := func(all []float64) []float64 {
		if at == nil {
			return all
		}
		out := make([]float64, len(at))
		for i, n := range at {
			out[i] = all[n]
		}
		return out
	}
	l.distance, l.seconds = some(t.Distance), some(t.Seconds)
	for _, c := range q.channels {
		l.columns = append(l.columns, some(*column(t, c)))
	}
}

func column(t *telemetry.Trace, channel string) *[]float64 {
	return [...]*[]float64{&t.Speed, &t.RPM, &t.Gear, &t.Throttle, &t.Brake, &t.DRS}[slices.Index(channels, channel)]
}

func gridColumn(g *telemetry.Grid, channel string) *[]float64 {
	return [...]*[]float64{&g.Speed, &g.RPM, &g.Gear, &g.Throttle, &g.Brake, &g.DRS}[slices.Index(channels, channel)]
}

// noTrace tells a lap that can not be drawn.
func noTrace(l *drawn, err error) error {
	if errors.Is(err, telemetry.ErrNoTrace) {
		return plain(http.StatusNotFound, fmt.Sprintf("lap %d of car %d of session %s has not enough telemetry", l.lap, l.driver, l.session))
	}
	return err
}
