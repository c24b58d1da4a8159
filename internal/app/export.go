package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
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
	rows, partial, err := e.derive(stored(c.Path, c.Data), slices.Contains(names, "telemetry"), slices.Contains(names, "locations"))
	if err != nil {
		return err
	}
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
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		path = filepath.Join(c.Out, name+"."+string(format))
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

// derive reads a whole recording and gives all tables of it. The second error is errPartial when some of
// it could not be read.
func (e *env) derive(path string, cars, places bool) (tables.Rows, error, error) {
	r, err := recording.Open(path)
	if err != nil {
		return tables.Rows{}, nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	update, done := e.progress("reading " + filepath.Base(path))
	defer done()
	d := &deriving{state: timing.New()}
	d.state.AltKey = r.FallbackKey()
	for n := 0; ; n++ {
		var m feed.Message
		err := r.Next(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return tables.Rows{}, nil, err
		}
		d.take(&m, cars, places)
		if n%1024 == 0 {
			update(r.Progress())
			if e.ctx.Err() != nil {
				return tables.Rows{}, nil, e.ctx.Err()
			}
		}
	}
	partial := e.reportProblems(r)
	for _, s := range d.state.Skipped {
		fmt.Fprintf(e.err, "not used: %s at %s: %s\n", s.Topic, s.Time.Format("15:04:05.000"), s.Reason)
	}
	for _, reason := range d.damaged {
		fmt.Fprintln(e.err, "not used:", reason)
	}
	if d.state.SkippedTotal > 0 || len(d.damaged) > 0 {
		partial = errPartial
	}
	return d.rows(), partial, nil
}

// deriving is a session from which tables are made.
type deriving struct {
	state    *timing.Session
	store    telemetry.Store
	decoder  telemetry.Decoder
	inflater feed.Inflater
	samples  []telemetry.CarSample
	places   []telemetry.PositionSample
	damaged  []string
}

func (d *deriving) take(m *feed.Message, cars, places bool) {
	d.state.Apply(m)
	var err error
	var plain []byte
	switch {
	case m.Topic == feed.TopicCarData && cars:
		if plain, err = d.inflater.Inflate(m.Payload); err == nil {
			d.samples, err = d.decoder.Car(d.samples[:0], plain)
			d.store.AddCar(d.samples) // the frames before a damaged one are good
		}
	case m.Topic == feed.TopicPosition && places:
		if plain, err = d.inflater.Inflate(m.Payload); err == nil {
			d.places, err = d.decoder.Position(d.places[:0], plain)
			d.store.AddPosition(d.places)
		}
	}
	if err != nil && len(d.damaged) < 100 {
		d.damaged = append(d.damaged, fmt.Sprintf("%s at %s: %v", m.Topic, m.Time.Format("15:04:05.000"), err))
	}
}

func (d *deriving) rows() tables.Rows {
	s := d.state
	d.store.SessionKey = s.Key()
	return tables.Rows{
		Sessions:    func(yield func(f1.SessionRow) bool) { yield(s.SessionRow()) },
		Drivers:     tables.Of(s.DriverRows),
		Laps:        tables.Of(s.Laps),
		Stints:      tables.Of(s.Stints),
		PitStops:    tables.Of(s.PitStops),
		Positions:   tables.Of(s.Positions),
		Intervals:   tables.Of(s.Intervals),
		RaceControl: tables.Of(s.RaceControlRows),
		TrackStatus: tables.Of(s.TrackStatuses),
		Weather:     tables.Of(s.WeatherRows),
		Telemetry:   d.store.Telemetry(),
		Locations:   d.store.Locations(),
		TeamRadio:   tables.Of(s.TeamRadio),
		Results:     tables.Of(s.Results),
	}
}
