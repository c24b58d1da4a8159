package app

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
)

type exportCmd struct {
	Path   string `arg:"" help:"Recording (a file or a folder), or the key of a session in the data folder." type:"path"`
	Data   string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	Table  string `help:"Which table, or all of them into the folder --out." required:"" placeholder:"NAME|all"`
	Format string `help:"csv, jsonl or parquet." enum:"csv,jsonl,parquet" default:"csv"`
	Out    string `help:"File to write (with --table all: folder); - is standard output." default:"-" placeholder:"FILE"`

	Session string `help:"Only this session of a recording that holds several." placeholder:"KEY"`
}

func (exportCmd) Help() string {
	return "Tables: " + strings.Join(tables.Names(), ", ") + ".\n\nTimes are UTC with milliseconds, unknown is empty (CSV) or null. Exit code 3 means that some lines of the recording could not be read; the rest was used.\n\nExamples:\n  pitwall export 2018-04-29_Race --table laps\n  pitwall export 2018-04-29_Race --table all --format parquet --out tables/"
}

func (c exportCmd) Run(e *env) error {
	format, err := tables.ParseFormat(c.Format)
	if err != nil {
		return usage("%w", err)
	}
	names := []string{c.Table}
	if c.Table == "all" {
		names = tables.Names()
		if c.Out == "-" {
			return usage("--table all writes one file a table: give a folder with --out")
		}
	} else if !slices.Contains(tables.Names(), c.Table) {
		return usage("no table %q; there are %s", c.Table, strings.Join(tables.Names(), ", "))
	}
	d := &deriving{cars: slices.Contains(names, "telemetry"), places: slices.Contains(names, "locations"), events: slices.Contains(names, "events")}
	path := stored(c.Path, c.Data)
	if d.params, err = keptParams(path); err != nil {
		return err
	}
	partial, err := e.derive(path, d)
	if err != nil {
		return err
	}
	if c.Session != "" {
		keys := d.keys()
		d.sessions = slices.DeleteFunc(d.sessions, func(s *derived) bool { return s.state.Key() != c.Session })
		if len(d.sessions) == 0 {
			return usage("--session %s: the recording holds %s", c.Session, strings.Join(keys, ", "))
		}
	}
	rows := d.rows()
	for _, name := range names {
		if err := c.write(e, rows, name, format); err != nil {
			return err
		}
	}
	return partial
}

func (c exportCmd) write(e *env, rows tables.Rows, name string, format tables.Format) (err error) {
	if c.Out == "-" {
		_, err := rows.Write(e.out, name, format)
		return err
	}
	path := c.Out
	if c.Table == "all" {
		path = filepath.Join(c.Out, name+"."+string(format))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := rows.Write(f, name, format)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	fmt.Fprintf(e.err, "%s: %d rows\n", path, n)
	return nil
}

// derive reads a whole recording into d. It returns errPartial first when some of it could not be read.
func (e *env) derive(path string, d *deriving) (partial, err error) {
	r, err := recording.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	update, done := e.progress("reading " + filepath.Base(path))
	defer done()
	n := 0
	err = d.read(r, func(*feed.Message) error {
		if n++; n%1024 == 0 {
			update(r.Progress())
			return e.ctx.Err()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	partial = e.reportProblems(r)
	for _, s := range d.sessions {
		for _, k := range s.state.Skipped {
			fmt.Fprintf(e.err, "not used: %s at %s: %s\n", k.Topic, k.Time.Format("15:04:05.000"), k.Reason)
		}
		if s.state.SkippedTotal > 0 {
			partial = errPartial
		}
	}
	for _, reason := range d.damaged {
		fmt.Fprintln(e.err, "not used:", reason)
	}
	if len(d.damaged) > 0 {
		partial = errPartial
	}
	return partial, nil
}

// deriving makes tables of the sessions of a recording, which is one as a rule.
type deriving struct {
	cars, places bool // the tables telemetry and locations are wanted
	events       bool // and the table events
	params       events.Params
	sessions     []*derived
	now          *derived // the session whose messages come
	decoder      telemetry.Decoder
	inflater     feed.Inflater
	carSamples   []telemetry.CarSample
	carPlaces    []telemetry.PositionSample
	damaged      []string
}

// derived is one session.
type derived struct {
	state     *timing.Session
	store     telemetry.Store
	detection *events.Detection
	messages  uint64
}

// read takes a whole recording; taken is called after each message.
func (d *deriving) read(r *recording.Reader, taken func(*feed.Message) error) error {
	messages := newSessionReader(r)
	for {
		var m feed.Message
		begins, err := messages.next(&m)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if begins || d.now == nil {
			d.enter(messages.key)
		}
		d.take(&m)
		if err := taken(&m); err != nil {
			return err
		}
	}
}

// enter goes on with the session of the key.
func (d *deriving) enter(key string) {
	for _, s := range d.sessions {
		if s.state.Key() == key {
			d.now = s
			return
		}
	}
	d.now = &derived{state: timing.New(), detection: events.Start(cmp.Or(d.params, events.Defaults()))}
	d.now.state.AltKey = key
	d.sessions = append(d.sessions, d.now)
}

func (d *deriving) keys() []string {
	keys := make([]string, len(d.sessions))
	for i, s := range d.sessions {
		keys[i] = s.state.Key()
	}
	return keys
}

// damagedShown bounds what is remembered of samples that could not be read.
const damagedShown = 100

func (d *deriving) take(m *feed.Message) {
	if d.now.messages++; m.Offset == 0 { // a log of ours says it, everything else is counted
		m.Offset = d.now.messages
	}
	if change := d.now.state.Apply(m); d.events {
		d.now.detection.Step(d.now.state, m, change)
	}
	var err error
	var plain []byte
	switch {
	case m.Topic == feed.TopicCarData && d.cars:
		if plain, err = d.inflater.Inflate(m.Payload); err == nil {
			d.carSamples, err = d.decoder.Car(d.carSamples[:0], plain)
			d.now.store.AddCar(d.carSamples) // the frames before a damaged one are good
		}
	case m.Topic == feed.TopicPosition && d.places:
		if plain, err = d.inflater.Inflate(m.Payload); err == nil {
			d.carPlaces, err = d.decoder.Position(d.carPlaces[:0], plain)
			d.now.store.AddPosition(d.carPlaces)
		}
	}
	if err != nil && len(d.damaged) < damagedShown {
		d.damaged = append(d.damaged, fmt.Sprintf("%s at %s: %v", m.Topic, m.Time.Format("15:04:05.000"), err))
	}
}

// rows gives every table, one session after the other.
func (d *deriving) rows() tables.Rows {
	for _, s := range d.sessions {
		s.store.SessionKey = s.state.Key()
	}
	return tables.Rows{
		Sessions:    each(d, func(s *derived) []f1.SessionRow { return []f1.SessionRow{s.state.SessionRow()} }),
		Drivers:     each(d, func(s *derived) []f1.DriverRow { return s.state.DriverRows() }),
		Laps:        each(d, func(s *derived) []f1.LapRow { return s.state.Laps() }),
		Stints:      each(d, func(s *derived) []f1.StintRow { return s.state.Stints() }),
		PitStops:    each(d, func(s *derived) []f1.PitStopRow { return s.state.PitStops() }),
		Positions:   each(d, func(s *derived) []f1.PositionRow { return s.state.Positions() }),
		Intervals:   each(d, func(s *derived) []f1.IntervalRow { return s.state.Intervals() }),
		RaceControl: each(d, func(s *derived) []f1.RaceControlRow { return s.state.RaceControlRows() }),
		TrackStatus: each(d, func(s *derived) []f1.TrackStatusRow { return s.state.TrackStatuses() }),
		Weather:     each(d, func(s *derived) []f1.WeatherRow { return s.state.WeatherRows() }),
		Telemetry:   chain(d, func(s *derived) iter.Seq[f1.TelemetryRow] { return s.store.Telemetry() }),
		Locations:   chain(d, func(s *derived) iter.Seq[f1.LocationRow] { return s.store.Locations() }),
		TeamRadio:   each(d, func(s *derived) []f1.TeamRadioRow { return s.state.TeamRadio() }),
		Events:      each(d, func(s *derived) []f1.EventRow { return events.Rows(events.Newest(s.detection.Journal())) }),
		Results:     each(d, func(s *derived) []f1.ResultRow { return s.state.Results() }),

		GapHistory:  each(d, func(s *derived) []f1.GapRow { return strategy.RaceOf(s.state).Gaps() }),
		StintPace:   each(d, func(s *derived) []f1.StintPaceRow { return s.picture().StintRows() }),
		Degradation: each(d, func(s *derived) []f1.DegradationRow { return s.picture().DegradationRows() }),
		PitLoss:     each(d, func(s *derived) []f1.PitLossRow { return s.picture().PitLossRows() }),
		StopLosses:  each(d, func(s *derived) []f1.StopLossRow { return s.picture().StopLossRows() }),
		Rejoin:      each(d, func(s *derived) []f1.RejoinRow { return strategy.RaceOf(s.state).RejoinRows(strategy.Config{}) }),
		Undercuts:   each(d, func(s *derived) []f1.UndercutRow { return s.picture().UndercutRows() }),
		IdealLaps:   each(d, func(s *derived) []f1.IdealLapRow { return s.picture().IdealRows() }),
		Consistency: each(d, func(s *derived) []f1.ConsistencyRow { return s.picture().ConsistencyRows() }),
	}
}

// picture is the session's strategy picture at its end.
func (s *derived) picture() *strategy.Picture {
	p := strategy.Of(s.state, strategy.Config{})
	return &p
}

func each[R any](d *deriving, rows func(*derived) []R) iter.Seq[R] {
	return chain(d, func(s *derived) iter.Seq[R] { return slices.Values(rows(s)) })
}

func chain[R any](d *deriving, rows func(*derived) iter.Seq[R]) iter.Seq[R] {
	return func(yield func(R) bool) {
		for _, s := range d.sessions {
			for row := range rows(s) {
				if !yield(row) {
					return
				}
			}
		}
	}
}
