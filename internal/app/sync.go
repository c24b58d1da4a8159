package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"pitwall.live/internal/almanac"
	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/ergast"
	"pitwall.live/internal/f1"
)

// syncCmd fetches what was published of a season and stores it.
type syncCmd struct {
	Season  int    `help:"The year. Without: the newest that has begun." placeholder:"YEAR"`
	Event   string `help:"One weekend: its round, or its name (monaco). Without: all of the season." placeholder:"ROUND|NAME"`
	Session string `help:"One kind of session (practice_1, qualifying, sprint, race), or the feed's key of one. Without: all." placeholder:"KIND|KEY"`
	Archive string `help:"The official feed's static archive, or one like it: an address that ends where the years begin, or a folder; none leaves it out." default:"${archive}" placeholder:"URL|DIR|none"`
	Jolpica string `help:"The record in Ergast's form: an address up to /f1; none leaves it out." default:"${jolpica}" placeholder:"URL|none"`
	Data    string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	storeFlags
}

func (syncCmd) Help() string {
	return "Calendars, classifications, lap charts, pit stops and championship tables come from Jolpica, recordings from the static archive; these become logs and tables as those of pitwall import do. " +
		"Both services are asked slowly, and nothing is asked twice that does not change: ended at any moment, the next run goes on. What is stored already is left as it is.\n\n" +
		"At the end a table says what was stored and what is missing, and why. Exit code 3 means that something is missing.\n\n" +
		"Examples:\n  pitwall sync\n  pitwall sync --season 2024 --event monaco\n  pitwall sync --season 2024 --event 8 --session race\n  pitwall sync --season 2023 --archive none\n" +
		"  pitwall sync --season 2025 --archive http://pitwall.example:8080/livetiming/static/ --jolpica http://pitwall.example:8080/ergast/f1"
}

// leftOut is what the flags say to leave a service out.
const leftOut = "none"

// syncing is one run.
type syncing struct {
	*env
	cmd    syncCmd
	k      *keeping
	folder string // for what is known between runs, and for logs that are not whole yet
	notes  syncNotes
	now    time.Time

	archive *f1archive.Client // nil: left out
	record  *ergast.Client    // nil: left out

	season int
	races  []almanac.Race // the calendar; none where the record does not have it
	event  *almanac.Race  // that is asked for; nil: all, or it is none of the calendar
	lists  []almanac.Page // what is of all seasons
	report syncReport
}

func (c syncCmd) Run(e *env) (err error) {
	if c.Archive == leftOut && c.Jolpica == leftOut {
		return usage("--archive none --jolpica none: nothing can be fetched from nowhere")
	}
	if c.Season != 0 && (c.Season < 1950 || c.Season > 9999) {
		return usage("--season %d: not a year of the championship", c.Season)
	}
	if err := writable(c.Data); err != nil {
		return err
	}
	s := &syncing{env: e, cmd: c, folder: filepath.Join(c.Data, "sync"), now: time.Now()}
	if err := os.MkdirAll(s.folder, 0o755); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	lock, err := lockFolder(s.folder)
	if err != nil {
		return fmt.Errorf("sync: %s: %w", s.folder, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := s.sweep(); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	if err := s.clients(); err != nil {
		return err
	}
	if s.archive != nil {
		defer s.archive.Close()
	}
	if s.k, err = c.open(e, c.Data); err != nil {
		return err
	}
	if s.k == nil {
		return usage("--store none: nothing can be stored in none")
	}
	defer func() { err = errors.Join(err, s.k.close()) }()
	return s.all()
}

// all fetches and stores. The order is part of the promise that a run that was killed and begun anew comes to the same:
// recordings are stored before what the record says of them.
func (s *syncing) all() error {
	for _, step := range []func() error{s.calendar, s.choose, s.recordings, s.rounds, s.tell} {
		if err := errors.Join(step(), s.ctx.Err()); err != nil {
			return err
		}
	}
	if err := s.report.write(s.out); err != nil {
		return err
	}
	switch {
	case s.report.missing == 0:
		return nil
	case s.report.missing == len(s.report.lines) && s.report.same == 0:
		return errors.New("sync: nothing of it could be had")
	}
	return errPartial
}

// sweep removes what runs that were killed have left half-done: the lock says that nobody else is at it.
func (s *syncing) sweep() error {
	for _, pattern := range []string{filepath.Join(s.folder, ".*-*"), filepath.Join(s.cache(), "*.tmp")} {
		debris, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, path := range debris {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return s.notes.read(filepath.Join(s.folder, "recordings.json"))
}

// cache is where replies of the record are kept.
func (s *syncing) cache() string { return filepath.Join(s.folder, "jolpica") }

// clients makes those of the services that are asked.
func (s *syncing) clients() (err error) {
	if s.cmd.Archive != leftOut {
		if s.archive, err = archiveClient(s.cmd.Archive, opening{dataDir: s.cmd.Data, log: s.log}); err != nil {
			return usage("--archive %s: %w", s.cmd.Archive, err)
		}
	}
	if s.cmd.Jolpica == leftOut {
		return nil
	}
	u, err := url.Parse(s.cmd.Jolpica)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return usage("--jolpica %s: not an address like %s", s.cmd.Jolpica, ergast.Service)
	}
	o := ergast.Options{Base: s.cmd.Jolpica, Cache: s.cache(), Log: s.log}
	if u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback() {
		o.PerSecond, o.PerHour = 1e6, 1e6 // this machine's own needs no sparing
	}
	s.record = ergast.NewClient(o)
	return nil
}

// choose finds the weekend that is meant in the calendar.
func (s *syncing) choose() error {
	if s.cmd.Event == "" {
		return nil
	}
	round, err := strconv.Atoi(s.cmd.Event)
	for i := range s.races {
		r := &s.races[i]
		if err == nil && r.Round == round || err != nil && sameEvent(r.Name, s.cmd.Event) {
			s.event = r
			return nil
		}
	}
	if len(s.races) > 0 {
		known := make([]string, len(s.races))
		for i, r := range s.races {
			known[i] = fmt.Sprintf("%d %s", r.Round, strings.TrimSuffix(r.Name, " Grand Prix"))
		}
		return usage("--event %s: the season of %d has no such weekend; there are %s", s.cmd.Event, s.season, strings.Join(known, ", "))
	}
	return nil // perhaps the archive knows it
}

// sameEvent compares names of weekends as people write them.
func sameEvent(x, y string) bool {
	short := func(name string) string { return strings.TrimSuffix(f1.Slug(name), "_grand_prix") }
	return short(x) != "" && short(x) == short(y)
}

// wantsKind reports whether sessions of the kind are meant.
func (s *syncing) wantsKind(kind f1.SessionType) bool {
	return s.cmd.Session == "" || f1.Slug(s.cmd.Session) == string(kind)
}

// syncLine is a line of the report.
type syncLine struct{ what, state, why string }

// syncReport is what a run came to.
type syncReport struct {
	lines   []syncLine
	missing int // lines that tell of something missing
	same    int // of what was there already, which has no line
}

func (r *syncReport) stored(what, why string) {
	r.lines = append(r.lines, syncLine{what, "stored", why})
}
func (r *syncReport) lacks(what string, why ...string) {
	r.lines = append(r.lines, syncLine{what, "missing", strings.Join(why, "; ")})
	r.missing++
}

// write prints the report as a table.
func (r *syncReport) write(w interface{ Write([]byte) (int, error) }) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range r.lines {
		// An error may have several lines; a row has one.
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\n", l.state, l.what, masked(strings.ReplaceAll(l.why, "\n", "; "))); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(t, "%d stored, %d missing, %d unchanged\n", len(r.lines)-r.missing, r.missing, r.same)
	return cmp.Or(err, t.Flush())
}

// syncNotes are, by path in the archive, the recordings that are stored, so that they are not derived again in order to find
// that nothing is new.
type syncNotes struct {
	path string
	of   map[string]syncedNote
}

// syncedNote is a recording that was stored.
type syncedNote struct {
	Pages string   `json:"pages"` // identifies the versions of its pages
	Keys  []string `json:"keys"`  // of its sessions
}

// read reads the notes. Without them everything is looked at once more, no worse.
func (n *syncNotes) read(path string) error {
	n.path, n.of = path, map[string]syncedNote{}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &n.of); err != nil {
		return fmt.Errorf("%s: %w (it may be removed)", path, err)
	}
	return nil
}

func (n *syncNotes) put(path string, note syncedNote) error {
	if was := n.of[path]; was.Pages == note.Pages && slices.Equal(was.Keys, note.Keys) {
		return nil
	}
	n.of[path] = note
	text, err := json.MarshalIndent(n.of, "", "  ")
	if err == nil {
		err = writeWhole(n.path, append(text, '\n'))
	}
	return err
}
