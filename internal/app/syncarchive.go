package app

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/almanac"
	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
)

// corrected is how long after its end a session of the archive may lack pages that will still come.
const corrected = 48 * time.Hour

// tooMany is after how many failures in a row a service is not asked any more in a run.
const tooMany = 3

// recordings stores the sessions of the archive.
func (s *syncing) recordings() error {
	all := fmt.Sprintf("recordings of %d", s.season)
	if s.archive == nil {
		if err := s.away[fromArchive]; err != nil {
			s.report.lacks(all, "the archive can not be reached: "+err.Error())
		}
		s.compared = s.away[fromArchive] == nil
		return nil
	}
	season, err := s.archive.Season(s.ctx, s.season)
	if errors.Is(err, f1archive.ErrAbsent) {
		return s.noSeason(all)
	}
	if err != nil {
		s.report.lacks(all, err.Error())
		return nil
	}
	s.compared = true
	meant, err := s.choice(season)
	if err != nil {
		return err
	}
	slices.SortStableFunc(meant, func(x, y wantedSession) int { return x.Start().Compare(y.Start()) })
	failed := 0
	for i := range meant {
		one := &meant[i]
		if failed >= tooMany {
			s.report.lacks(one.what, "it was not asked for: the archive fails")
			continue
		}
		had, err := s.recording(one, i, len(meant))
		if err := errors.Join(err, s.ctx.Err()); err != nil {
			return fmt.Errorf("sync: %s: %w", one.what, err)
		}
		if failed++; had {
			failed = 0
		}
	}
	s.shutOut(meant)
	return nil
}

// shutOut takes nothing for gone where the archive has nothing of all that it lists: it says 403 to whom it shuts out too.
func (s *syncing) shutOut(meant []wantedSession) {
	n := 0
	for i := range s.lost {
		if s.lost[i].Path != "" {
			n++
		}
	}
	if n < 2 || n < len(meant) {
		return
	}
	for i := range s.lost {
		s.lost[i].forGood = false
	}
}

// noSeason tells that the archive has no index of the season.
func (s *syncing) noSeason(all string) error {
	s.compared = true
	years, err := s.archive.Years(s.ctx)
	if err == nil && len(years) > 0 && !slices.Contains(years, s.season) && s.season < s.now.Year() {
		return s.report.gone(all, fmt.Sprintf("the archive has none of it (404), its seasons are %d to %d", years[0], years[len(years)-1]))
	}
	s.report.lacks(all, "the archive has no index of it (404)")
	return nil
}

// wantedSession is a session of an index that is asked for.
type wantedSession struct {
	f1archive.Session
	what    string
	why     string // what is wrong with it at the archive
	forGood bool   // and will be
}

// choice are the sessions that are asked for and have a recording.
func (s *syncing) choice(season *f1archive.Season) (meant []wantedSession, err error) {
	for i := range season.Meetings {
		m := &season.Meetings[i]
		s.index = append(s.index, m.Sessions...)
		if !s.wantsMeeting(m) {
			continue
		}
		for _, one := range m.Sessions {
			if !s.wantsSession(m, &one) {
				continue
			}
			s.matched = true
			what := strings.TrimSpace(fmt.Sprintf("%s %d %s", m.Name, s.season, cmp.Or(one.Name, one.Type)))
			if m.Name == "" || cmp.Or(one.Name, one.Type) == "" {
				what = cmp.Or(strings.TrimSuffix(one.Path, "/"), what) // it does not say what it is
			}
			w := wantedSession{Session: one, what: what}
			switch begun := !one.Start().After(s.now); {
			case one.Path != "":
				meant = append(meant, w)
			case begun && one.Key > 0:
				if w.Path, err = s.archive.Find(s.ctx, m, &one); s.ctx.Err() != nil {
					return nil, fmt.Errorf("sync: %s: %w", what, err)
				}
				switch {
				case errors.Is(err, f1archive.ErrAbsent):
					if err := s.lose(&w, "the archive lists no recording of it"); err != nil {
						return nil, err
					}
				case err != nil:
					s.report.lacks(what, err.Error())
				default:
					meant = append(meant, w)
				}
			}
		}
	}
	return meant, nil
}

// wantsMeeting reports whether a weekend of the archive is meant: by the calendar, where there is one, else by what the
// archive calls it.
func (s *syncing) wantsMeeting(m *f1archive.Meeting) bool {
	if s.cmd.Event == "" {
		return true
	}
	if s.event == nil {
		round, err := strconv.Atoi(s.cmd.Event)
		return err == nil && m.Number == round || err != nil && (sameEvent(m.Name, s.cmd.Event) || sameEvent(m.Location, s.cmd.Event))
	}
	return isRace(m, s.event)
}

// isRace reports whether a weekend is that of a race of the calendar.
func isRace(m *f1archive.Meeting, r *almanac.Race) bool {
	if sameEvent(m.Name, r.Name) {
		return true
	}
	race, err := time.Parse(time.DateOnly, r.Date)
	if err != nil {
		return false
	}
	for i := range m.Sessions {
		if at := m.Sessions[i].Start(); !at.IsZero() && race.Sub(at) < 96*time.Hour && at.Sub(race) < 48*time.Hour {
			return true
		}
	}
	return false
}

// wantsSession reports whether a session of a weekend is meant. Where one is meant by its key this says what it is, for what
// the record has of it.
func (s *syncing) wantsSession(m *f1archive.Meeting, one *f1archive.Session) bool {
	name := f1.Slug(one.Name)
	if name == "sprint_shootout" {
		name = string(f1.SprintQualifying)
	}
	if one.Key <= 0 || s.cmd.Session != strconv.Itoa(one.Key) {
		return s.wantsKind(f1.SessionType(name))
	}
	s.kind = f1.SessionType(name)
	for i := range s.races {
		if s.event == nil && isRace(m, &s.races[i]) {
			s.event = &s.races[i]
		}
	}
	return true
}

// lose notes that the archive does not have a session.
func (s *syncing) lose(one *wantedSession, why string) (err error) {
	one.why = why
	one.forGood, err = s.notes.absent(cmp.Or(one.Path, one.what), one.End(), s.now)
	s.lost = append(s.lost, *one)
	return err
}

// recording brings the pages of a session here and stores it. What can not be had is in the report or is lost, and had is false
// when the archive fails; the error is of what keeps the others from it too. It is the session after done others of all.
func (s *syncing) recording(one *wantedSession, done, all int) (had bool, err error) {
	update, drawn := s.progress(fmt.Sprintf("%d of %d, pages of %s", done+1, all, one.what))
	p, err := s.archive.Session(s.ctx, one.Path, func(f1archive.Page) { update(int64(done), int64(all)) })
	drawn() // reading and deriving draw bars of their own
	if err == nil {
		err = p.Failed() // without some of its pages it would stay so in the log
	}
	switch {
	case errors.Is(err, f1archive.ErrAbsent) || err == nil && p.Here() == 0:
		return true, s.lose(one, "the archive has no page of it (404)")
	case err != nil:
		s.report.lacks(one.what, err.Error())
		return false, nil
	}
	lacking := p.Missing()
	if over := one.End(); len(lacking) > 0 && !p.Settled && (over.IsZero() || s.now.Sub(over) < corrected) {
		s.report.lacks(one.what, fmt.Sprintf("not all of it is in the archive yet: no %s; asked again from %s", strings.Join(lacking, ", "), p.Next.UTC().Format(time.RFC3339)))
		return true, nil
	}
	if err := s.notes.here(one.Path); err != nil {
		return true, err
	}
	pages, err := identify(p)
	if err != nil {
		return true, err
	}
	there, err := s.has(s.notes.Recordings[one.Path], pages)
	if err != nil {
		return true, err
	}
	if there {
		s.report.same(one.what, fromArchive, "session "+strings.Join(s.notes.Recordings[one.Path].Keys, ", "))
		return true, s.lacking(one, lacking)
	}
	return true, s.keepPages(one, p.Folder, pages, lacking)
}

// keepPages stores a session whose pages are here.
func (s *syncing) keepPages(one *wantedSession, folder, pages string, lacking []string) error {
	before, err := s.keptFrom(strconv.Itoa(one.Key))
	if err != nil {
		return err
	}
	staged, partial, err := s.stage(folder, s.folder, events.Defaults())
	if errors.Is(err, errNoRecording) {
		s.report.lacks(one.what, err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	keys, kept, err := s.place(folder, staged, partial)
	switch {
	case errors.Is(err, errHeldLog):
		s.report.lacks(one.what, err.Error())
		return nil
	case errors.Is(err, persist.ErrStored):
		// It was followed, or the archive has corrected it since: nothing is missing.
		s.report.left(one.what, fromArchive, "what is kept of it is from elsewhere, or from before the archive corrected it, and stays")
		return nil
	case err != nil:
		return err
	case len(keys) == 0:
		s.report.lacks(one.what, "no message of it can be used")
		return nil
	}
	why := "session " + strings.Join(keys, ", ")
	if before == fromOpenF1 {
		why += ", in place of that from OpenF1"
	}
	if kept != nil {
		why += "; some lines could not be read"
	}
	s.report.stored(one.what, fromArchive, why)
	return errors.Join(s.lacking(one, lacking), s.notes.put(one.Path, syncedNote{Pages: pages, Keys: keys}))
}

// lacking reports the topics that the archive lists of a session and does not have.
func (s *syncing) lacking(one *wantedSession, topics []string) error {
	var gone, late []string
	for _, topic := range topics {
		forGood, err := s.notes.absent(one.Path+topic, one.End(), s.now)
		if err != nil {
			return err
		}
		if forGood {
			gone = append(gone, topic)
		} else {
			late = append(late, topic)
		}
	}
	for noted := range s.notes.Absent {
		if topic, of := strings.CutPrefix(noted, one.Path); of && topic != "" && !slices.Contains(topics, topic) {
			if err := s.notes.here(noted); err != nil {
				return err
			}
		}
	}
	if len(late) > 0 {
		s.report.lacks(one.what, "the archive lists and does not have "+strings.Join(late, ", ")+" (404), perhaps not yet")
	}
	if len(gone) > 0 {
		return s.report.gone(one.what, "the archive lists and does not have "+strings.Join(gone, ", ")+" (404)")
	}
	return nil
}

// identify names the versions of a session's pages.
func identify(p *f1archive.Pages) (string, error) {
	sum := xxhash.New()
	for i := range p.Pages {
		one := &p.Pages[i]
		version := one.Sum
		if version == "" && one.Size > 0 { // in a folder
			info, err := os.Stat(filepath.Join(p.Folder, one.Name))
			if err != nil {
				return "", err
			}
			version = info.ModTime().UTC().Format(time.RFC3339Nano)
		}
		if _, err := fmt.Fprintln(sum, one.Name, one.Size, version); err != nil {
			return "", err
		}
	}
	return strconv.FormatUint(sum.Sum64(), 16), nil
}

// has reports whether a recording is stored, by its note, by the store and by the logs.
func (s *syncing) has(note syncedNote, pages string) (bool, error) {
	if note.Pages != pages || len(note.Keys) == 0 {
		return false, nil
	}
	for _, key := range note.Keys {
		at, err := s.k.Find(s.ctx, key)
		if err != nil || at.Log == "" || !at.Whole {
			if errors.Is(err, store.ErrNotFound) {
				err = nil
			}
			return false, err
		}
		if _, err := os.Stat(sessionlog.Path(s.cmd.Data, key)); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
			return false, err
		}
	}
	return true, nil
}

// place stores what was staged with its logs, as an import does, and gives the keys; partial is errPartial when some of it
// could not be used. It clears the staging.
func (s *syncing) place(from string, staged *staging, unread error) (keys []string, partial, err error) {
	defer func() { err = errors.Join(err, staged.clear()) }()
	if len(staged.sessions) == 0 {
		return nil, unread, nil
	}
	kept := importCmd{Data: s.cmd.Data}.keepStaged(s.env, s.k, from, staged, events.Defaults(), unread)
	if kept != nil && !errors.Is(kept, errPartial) {
		return nil, nil, kept
	}
	for _, l := range staged.sessions {
		keys = append(keys, l.key)
	}
	return keys, kept, nil
}

// keptFrom is where the log of a session in the data folder is from, "" for none.
func (s *syncing) keptFrom(key string) (string, error) {
	log := sessionlog.Path(s.cmd.Data, key)
	switch _, err := os.Stat(log); {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	}
	n, err := noteOf(log)
	if n.Content == "" {
		return "followed", err
	}
	return cmp.Or(n.Source, fromArchive), err
}
