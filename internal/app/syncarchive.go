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

	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
)

// corrected is how long after its end a session of the archive may lack pages that will still come.
const corrected = 48 * time.Hour

// recordings stores the sessions of the archive.
func (s *syncing) recordings() error {
	if s.archive == nil {
		return nil
	}
	season, err := s.archive.Season(s.ctx, s.season)
	if err != nil {
		s.report.lacks(fmt.Sprintf("recordings of %d", s.season), err.Error())
		return nil
	}
	var meant []f1archive.Session
	names := map[string]string{} // by path
	for i := range season.Meetings {
		m := &season.Meetings[i]
		if !s.wantsMeeting(m) {
			continue
		}
		for _, one := range m.Sessions {
			if !s.wantsSession(&one) {
				continue
			}
			what := strings.TrimSpace(fmt.Sprintf("%s %d %s", m.Name, s.season, cmp.Or(one.Name, one.Type)))
			if m.Name == "" || cmp.Or(one.Name, one.Type) == "" {
				what = cmp.Or(strings.TrimSuffix(one.Path, "/"), what) // it does not say what it is
			}
			switch begun := !one.Start().After(s.now); {
			case one.Path != "":
				names[one.Path] = what
				meant = append(meant, one)
			case begun && one.Key > 0:
				if one.Path, err = s.archive.Find(s.ctx, m, &one); s.ctx.Err() != nil {
					return fmt.Errorf("sync: %s: %w", what, err)
				}
				switch {
				case errors.Is(err, f1archive.ErrAbsent):
					s.report.lacks(what, "the archive has no recording of it")
				case err != nil:
					s.report.lacks(what, err.Error())
				default:
					names[one.Path] = what
					meant = append(meant, one)
				}
			}
		}
	}
	if len(meant) == 0 && (s.cmd.Event != "" || s.cmd.Session != "") {
		s.report.lacks(strings.Join(strings.Fields(fmt.Sprintf("recordings of %d %s %s", s.season, s.cmd.Event, s.cmd.Session)), " "), "the archive lists none")
	}
	slices.SortStableFunc(meant, func(x, y f1archive.Session) int { return x.Start().Compare(y.Start()) })
	update, done := s.progress(fmt.Sprintf("recordings of %d", s.season))
	defer done()
	for i := range meant {
		if err := errors.Join(s.recording(names[meant[i].Path], &meant[i]), s.ctx.Err()); err != nil {
			return fmt.Errorf("sync: %s: %w", names[meant[i].Path], err)
		}
		update(int64(i+1), int64(len(meant)))
	}
	return nil
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
	if sameEvent(m.Name, s.event.Name) {
		return true
	}
	race, err := time.Parse(time.DateOnly, s.event.Date)
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

func (s *syncing) wantsSession(one *f1archive.Session) bool {
	name := f1.Slug(one.Name)
	if name == "sprint_shootout" {
		name = string(f1.SprintQualifying)
	}
	return s.wantsKind(f1.SessionType(name)) || s.cmd.Session == strconv.Itoa(one.Key)
}

// recording brings the pages of a session here and stores it. What can not be had is in the report; the error is of what
// keeps the others from it too.
func (s *syncing) recording(what string, one *f1archive.Session) error {
	p, err := s.archive.Session(s.ctx, one.Path, nil)
	if err == nil {
		err = p.Failed() // without some of its pages it would stay so in the log
	}
	if err != nil {
		s.report.lacks(what, err.Error())
		return nil
	}
	lacking := p.Missing()
	switch over := one.End(); {
	case p.Here() == 0:
		s.report.lacks(what, "the archive has no page of it")
		return nil
	case len(lacking) > 0 && !p.Settled && (over.IsZero() || s.now.Sub(over) < corrected):
		s.report.lacks(what, fmt.Sprintf("not all of it is in the archive yet: no %s; asked again from %s", strings.Join(lacking, ", "), p.Next.UTC().Format(time.RFC3339)))
		return nil
	}
	pages, err := identify(p)
	if err != nil {
		return err
	}
	there, err := s.has(s.notes.of[one.Path], pages)
	if err != nil {
		return err
	}
	if there {
		s.lacking(what, lacking)
		s.report.same++
		return nil
	}
	keys, partial, err := s.importPages(p.Folder)
	switch {
	case errors.Is(err, errNoRecording):
		s.report.lacks(what, err.Error())
		return nil
	case errors.Is(err, persist.ErrStored):
		// It was followed, or the archive has corrected it since: nothing is missing.
		s.report.stored(what, "what is kept of it is from elsewhere, or from before the archive corrected it, and stays")
		return nil
	case err != nil:
		return err
	}
	if len(keys) == 0 {
		s.report.lacks(what, "no message of it can be used")
		return nil
	}
	why := "session " + strings.Join(keys, ", ")
	if partial != nil {
		why += "; some lines could not be read"
	}
	s.report.stored(what, why)
	s.lacking(what, lacking)
	return s.notes.put(one.Path, syncedNote{pages, keys})
}

// lacking reports the topics that the archive lists of a session and does not have.
func (s *syncing) lacking(what string, topics []string) {
	if len(topics) > 0 {
		s.report.lacks(what, "the archive lists and does not have "+strings.Join(topics, ", "))
	}
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

// importPages stores the sessions of a folder of pages with their logs, as an import does, and gives their keys.
func (s *syncing) importPages(folder string) (keys []string, partial, err error) {
	params := events.Defaults()
	staged, partial, err := s.stage(folder, s.folder, params)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, staged.clear()) }()
	if len(staged.sessions) == 0 {
		return nil, partial, nil
	}
	kept := importCmd{Data: s.cmd.Data}.keepStaged(s.env, s.k, folder, staged, params, partial)
	if kept != nil && !errors.Is(kept, errPartial) {
		return nil, nil, kept
	}
	for _, l := range staged.sessions {
		keys = append(keys, l.key)
	}
	return keys, kept, nil
}
