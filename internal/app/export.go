package app

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/tables"
)

type exportCmd struct {
	Path   string `arg:"" help:"Recording (a file or a folder), or the key of a session in the data folder." type:"path"`
	Data   string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	Table  string `help:"Which table, or all of them into the folder --out." required:"" placeholder:"NAME|all"`
	Format string `help:"csv, jsonl or parquet." enum:"csv,jsonl,parquet" default:"csv"`
	Out    string `help:"File to write (with --table all: folder); - is standard output." default:"-" placeholder:"FILE"`

	Session string `help:"Only this session of a recording that holds several." placeholder:"KEY"`
	From    string `help:"Where a session is read from that is named by its key: its log, the store, or the store when there is no log." enum:"auto,log,store" default:"auto"`
	storeFlags
}

func (exportCmd) Help() string {
	return "Tables: " + strings.Join(tables.Names(), ", ") + ".\n\nTimes are UTC with milliseconds, unknown is empty (CSV) or null. Exit code 3 means that some lines of the recording could not be read; the rest was used.\n\nExamples:\n  pitwall export 2018-04-29_Race --table laps\n  pitwall export 2018-04-29_Race --table all --format parquet --out tables/\n  pitwall export azerbaijan_2018_race --from store --table stints"
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
	if c.fromStore() {
		return c.exportStored(e, names, format)
	}
	d := &deriving{Wish: derive.Wish{Telemetry: slices.Contains(names, "telemetry") || slices.Contains(names, "lap_telemetry"), Locations: slices.Contains(names, "locations"), Events: slices.Contains(names, "events")}}
	path := stored(c.Path, c.Data)
	if d.Params, err = keptParams(path); err != nil {
		return err
	}
	partial, err := e.derive(path, d)
	if err != nil {
		return err
	}
	if c.Session != "" {
		keys := d.keys()
		d.sessions = slices.DeleteFunc(d.sessions, func(s *derive.Session) bool { return s.Key() != c.Session })
		if len(d.sessions) == 0 {
			return usage("--session %s: the recording holds %s", c.Session, strings.Join(keys, ", "))
		}
	}
	for _, name := range names {
		if err := c.write(e, d.write, name, format); err != nil {
			return err
		}
	}
	return partial
}

// encoder writes a table and returns its number of rows.
type encoder func(w io.Writer, table string, f tables.Format) (int, error)

func (c exportCmd) write(e *env, encode encoder, name string, format tables.Format) (err error) {
	if c.Out == "-" {
		_, err := encode(e.out, name, format)
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
	n, err := encode(f, name, format)
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
		for _, k := range s.State.Skipped {
			fmt.Fprintf(e.err, "not used: %s at %s: %s\n", k.Topic, k.Time.Format("15:04:05.000"), k.Reason)
		}
		if s.State.SkippedTotal > 0 {
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
	derive.Wish
	sessions []*derive.Session
	now      *derive.Session // the session whose messages come
	damaged  []string
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
		if s.Key() == key {
			d.now = s
			return
		}
	}
	d.now = derive.New(key, d.Wish)
	d.sessions = append(d.sessions, d.now)
}

func (d *deriving) keys() []string {
	keys := make([]string, len(d.sessions))
	for i, s := range d.sessions {
		keys[i] = s.Key()
	}
	return keys
}

// damagedShown bounds what is remembered of samples that could not be read.
const damagedShown = 100

func (d *deriving) take(m *feed.Message) {
	if err := d.now.Take(m); err != nil && len(d.damaged) < damagedShown {
		d.damaged = append(d.damaged, err.Error())
	}
}

// write encodes a table and returns its number of rows.
func (d *deriving) write(w io.Writer, table string, f tables.Format) (int, error) {
	about, err := tables.Find(table)
	if err != nil {
		return 0, err
	}
	return about.Write(w, f, d.cells(table))
}

// cells gives the rows of a table, one session after the other.
func (d *deriving) cells(table string) iter.Seq[tables.Row] {
	return func(yield func(tables.Row) bool) {
		for _, s := range d.sessions {
			for row := range s.Rows().Cells(table) {
				if !yield(row) {
					return
				}
			}
		}
	}
}
