package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/almanac"
	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/ergast"
	"pitwall.live/internal/dialect/openf1"
	"pitwall.live/internal/f1"
)

// syncCmd fetches what was published of a season and stores it.
type syncCmd struct {
	Season            int    `help:"The year. Without: the newest that has begun." placeholder:"YEAR"`
	Event             string `help:"One weekend: its round, or its name (monaco). Without: all of the season." placeholder:"ROUND|NAME"`
	Session           string `help:"One kind of session (practice_1, qualifying, sprint, race), or the feed's key of one. Without: all." placeholder:"KIND|KEY"`
	Archive           string `help:"The official feed's static archive, or one like it: an address that ends where the years begin, or a folder; none leaves it out." default:"${archive}" placeholder:"URL|DIR|none"`
	OpenF1            string `name:"openf1" help:"OpenF1, or a server like it, for sessions that the archive does not have; none leaves it out." default:"${openf1}" placeholder:"URL|none"`
	Jolpica           string `help:"The record in Ergast's form: an address up to /f1; none leaves it out." default:"${jolpica}" placeholder:"URL|none"`
	OpenF1AccountFile string `name:"openf1-account-file" help:"File with the name and the password of an account with OpenF1, on two lines; or PITWALL_OPENF1_USER and PITWALL_OPENF1_PASSWORD, or a token in PITWALL_OPENF1_TOKEN. With one it answers while a session runs too." placeholder:"FILE" type:"path"`
	All               bool   `help:"List also what was stored before, and what was told before not to be there."`
	Data              string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	storeFlags
}

func (syncCmd) Help() string {
	return "Calendars, classifications, lap charts, pit stops and championship tables come from Jolpica, recordings from the static archive; these become logs and tables as those of pitwall import do. " +
		"A session that the archive does not have is read from OpenF1, if that has it, and made anew from the archive as soon as it is there. " +
		"All services are asked slowly, and nothing is asked twice that does not change: ended at any moment, the next run goes on. What is stored already is left as it is.\n\n" +
		"At the end a table says what was stored, from where, and what is missing, and why. Exit code 3 means that something is missing that a later run may find. " +
		"What will never come does not count: a recording or a topic of it that the archive answers with 404 (or 403, which it says of the same), a week after the session or at two requests a day apart, is told once as \"not there\"; --all tells it again. " +
		"Exit code 1 means that nothing could be had; where no service can be reached nothing is changed.\n\n" +
		"Examples:\n  pitwall sync\n  pitwall sync --season 2024 --event monaco\n  pitwall sync --season 2024 --event 8 --session race\n  pitwall sync --season 2023 --archive none\n" +
		"  pitwall sync --season 2025 --archive http://pitwall.example:8080/livetiming/static/ --openf1 http://pitwall.example:8080/openf1/v1 --jolpica http://pitwall.example:8080/ergast/f1"
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

	archive *f1archive.Client // nil: left out, or away
	rows    *openf1.Reader    // likewise
	record  *ergast.Client    // likewise
	away    map[string]error  // the services that can not be reached

	season int
	races  []almanac.Race // the calendar; none where the record does not have it
	event  *almanac.Race  // that is asked for; nil: all, or it is none of the calendar
	lists  []almanac.Page // what is of all seasons
	kind   f1.SessionType // of the session that is asked for by its key, "" while it is not known

	index    []f1archive.Session // what the archive lists
	lost     []wantedSession     // what is asked for and it does not have
	matched  bool                // anything fits what is asked for
	compared bool                // what others have can be compared with what the archive lists

	report syncReport
}

func (c syncCmd) Run(e *env) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	s := &syncing{env: e, cmd: c, folder: filepath.Join(c.Data, "sync"), now: time.Now(), away: map[string]error{}}
	if err := s.clients(); err != nil {
		return err
	}
	if err := s.reach(); err != nil {
		return err
	}
	if s.archive != nil {
		defer s.archive.Close()
	}
	if err := writable(c.Data); err != nil {
		return err
	}
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
	s.report.notes, s.report.all = &s.notes, c.All
	if s.k, err = c.open(e, c.Data); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.k.close()) }()
	return s.all()
}

// check refuses what can not be meant.
func (c syncCmd) check() error {
	_, err := strconv.ParseUint(c.Session, 10, 31)
	switch {
	case c.Archive == leftOut && c.OpenF1 == leftOut && c.Jolpica == leftOut:
		return usage("--archive none --openf1 none --jolpica none: nothing can be fetched from nowhere")
	case c.Season != 0 && (c.Season < 1950 || c.Season > 9999):
		return usage("--season %d: not a year of the championship", c.Season)
	case c.Session != "" && err != nil && !slices.Contains(sessionKinds, f1.SessionType(f1.Slug(c.Session))):
		return usage("--session %s: neither the key of a session nor one of its kinds: %s", c.Session, strings.Trim(fmt.Sprint(sessionKinds), "[]"))
	case c.Store == noStore:
		return usage("--store none: nothing can be stored in none")
	}
	return nil
}

// sessionKinds are those that --session may name.
var sessionKinds = []f1.SessionType{f1.Practice1, f1.Practice2, f1.Practice3, f1.SprintQualifying, f1.Sprint, f1.Qualifying, f1.Race}

// all fetches and stores. The order is part of the promise that a run that was killed and begun anew comes to the same:
// recordings are stored before what the record says of them.
func (s *syncing) all() error {
	for _, step := range []func() error{s.calendar, s.choose, s.recordings, s.others, s.rounds, s.tell} {
		if err := errors.Join(step(), s.ctx.Err()); err != nil {
			return err
		}
	}
	if err := s.report.write(s.out); err != nil {
		return err
	}
	n := s.report.count
	switch {
	case n[isMissing] == 0:
		return nil
	case n[isStored]+n[isUnchanged] == 0:
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
	return s.cmd.Session == "" || f1.Slug(s.cmd.Session) == string(kind) || s.kind != "" && s.kind == kind
}
