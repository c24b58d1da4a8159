package app

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/openf1"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
)

// complete is how long after its end OpenF1 is taken to have all of a session.
const complete = 2 * time.Hour

// others reads from OpenF1 the sessions that the archive does not have, and reports those that nobody has.
func (s *syncing) others() error {
	if !s.compared {
		return nil // what the archive has is not known: the next run asks it
	}
	listed, trouble := s.list()
	wanted := append(s.lost, s.unlisted(listed)...)
	if len(wanted) == 0 && trouble != "" {
		s.report.left(fmt.Sprintf("what only OpenF1 has of %d", s.season), fromOpenF1, trouble)
	}
	if len(wanted) == 0 && !s.matched && (s.cmd.Event != "" || s.cmd.Session != "") && len(s.index) > 0 {
		what := strings.Join(strings.Fields(fmt.Sprintf("recordings of %d %s %s", s.season, s.cmd.Event, s.cmd.Session)), " ")
		if s.season < s.now.Year() {
			return s.report.gone(what, "none is listed")
		}
		s.report.lacks(what, "none is listed")
	}
	failed := 0
	for i := range wanted {
		one := &wanted[i]
		at := slices.IndexFunc(listed, func(l openf1.Listed) bool { return sameSession(&one.Session, &l) })
		if at >= 0 {
			one.Key = int(listed[at].Key)
		}
		there, err := s.stands(one)
		switch {
		case err != nil:
			return fmt.Errorf("sync: %s: %w", one.what, err)
		case there:
		case trouble != "":
			s.report.lacks(one.what, one.why, trouble)
		case at < 0 && s.cmd.OpenF1 == leftOut:
			err = s.nowhere(one)
		case at < 0:
			err = s.nowhere(one, "OpenF1 does not list it")
		case listed[at].Cancelled:
			err = s.report.gone(one.what, "it was cancelled")
		case s.now.Sub(listed[at].End) < complete:
			s.report.lacks(one.what, one.why, "it is not over for long enough to be read from OpenF1")
		default:
			failed++
			if trouble, err = s.read(one); trouble == "" {
				failed = 0
			}
			if !strings.HasPrefix(trouble, locked) && failed < tooMany {
				trouble = ""
			}
		}
		if err := errors.Join(err, s.ctx.Err()); err != nil {
			return fmt.Errorf("sync: %s: %w", one.what, err)
		}
	}
	return nil
}

// locked begins what is said when OpenF1 answers nobody: it is so by schedule, and passes.
const locked = "OpenF1 answers only accounts while a session runs"

// troubled says in a line why OpenF1 could not be read.
func troubled(err error) string {
	var closed *openf1.LockedError
	if errors.As(err, &closed) {
		return locked + "; the next run asks again"
	}
	return err.Error()
}

// list gives what OpenF1 lists of the season; trouble is why it could not.
func (s *syncing) list() (all []openf1.Listed, trouble string) {
	if err := s.away[fromOpenF1]; err != nil {
		return nil, "OpenF1 can not be reached: " + err.Error()
	}
	if s.rows == nil {
		return nil, ""
	}
	all, err := s.rows.Season(s.ctx, s.season)
	if err != nil {
		return nil, troubled(err)
	}
	return all, ""
}

// sameSession compares a session of the archive with one of OpenF1: both have the feed's keys, but the archive not always.
func sameSession(x *f1archive.Session, y *openf1.Listed) bool {
	return x.Key == int(y.Key) || x.Key <= 0 && !x.Start().IsZero() && x.Start().Equal(y.Start)
}

// unlisted are the sessions that are asked for, are over, and are not even listed by the archive.
func (s *syncing) unlisted(listed []openf1.Listed) (all []wantedSession) {
	why := "the archive does not list it"
	if s.archive == nil {
		why = "the archive is left out"
	}
	for i := range listed {
		l := &listed[i]
		if l.Cancelled || s.now.Sub(l.End) < complete || slices.ContainsFunc(s.index, func(x f1archive.Session) bool { return sameSession(&x, l) }) {
			continue
		}
		moment := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }
		one := f1archive.Session{Key: int(l.Key), Name: l.Name, StartDate: moment(l.Start), EndDate: moment(l.End), GmtOffset: "00:00:00"}
		m := f1archive.Meeting{Name: l.Meeting, Location: l.Location, Sessions: []f1archive.Session{one}}
		if s.wantsMeeting(&m) && s.wantsSession(&m, &one) {
			all = append(all, wantedSession{
				Session: one, why: why, forGood: s.now.Sub(l.End) > longOver,
				what: strings.TrimSpace(fmt.Sprintf("%s %d %s", l.Meeting, s.season, l.Name)),
			})
		}
	}
	return all
}

// stands reports whether a session that the archive does not have is stored with its log, and needs not be read again. If so
// it is in the report.
func (s *syncing) stands(one *wantedSession) (bool, error) {
	key := strconv.Itoa(one.Key)
	from, err := s.keptFrom(key)
	if err != nil || from == "" {
		return false, err
	}
	at, err := s.k.Find(s.ctx, key)
	if errors.Is(err, store.ErrNotFound) || err == nil && (at.Log == "" || !at.Whole) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if read := s.notes.Recordings[fromOpenF1+"/"+key].Read; from == fromOpenF1 && read.Sub(one.End()) < corrected && s.now.Sub(one.End()) >= corrected && s.rows != nil {
		return false, nil // it may have been corrected since
	}
	s.report.same(one.what, from, "session "+key+"; "+one.why)
	return true, nil
}

// nowhere reports a session that nobody has.
func (s *syncing) nowhere(one *wantedSession, more ...string) error {
	why := append([]string{one.why}, more...)
	if one.forGood {
		return s.report.gone(one.what, strings.Join(why, "; "))
	}
	s.report.lacks(one.what, why...)
	return nil
}

// read reads a session from OpenF1 and stores it; trouble is why OpenF1 could not be read.
func (s *syncing) read(one *wantedSession) (trouble string, err error) {
	key := strconv.Itoa(one.Key)
	update, done := s.progress("OpenF1: " + one.what)
	messages, err := s.rows.Whole(s.ctx, int64(one.Key), func(n, all int) { update(int64(n), int64(all)) })
	done()
	if s.ctx.Err() != nil {
		return "", s.ctx.Err()
	}
	if err != nil {
		trouble = troubled(err)
		s.report.lacks(one.what, one.why, trouble)
		return trouble, nil
	}
	if len(messages) == 0 {
		return "", s.nowhere(one, "OpenF1 has no rows of it (404)")
	}
	from := fromOpenF1 + ":" + key
	staged, unread, err := s.stageFrom(&stagedSource{
		name: from, reader: &readMessages{left: messages}, key: func() string { return key }, source: fromOpenF1,
	}, s.folder, events.Defaults())
	if err != nil {
		return "", err
	}
	keys, partial, err := s.place(from, staged, unread)
	switch {
	case errors.Is(err, errHeldLog):
		s.report.lacks(one.what, one.why, err.Error())
		return "", nil
	case errors.Is(err, persist.ErrStored):
		s.report.left(one.what, fromOpenF1, "what is kept of it is from elsewhere and stays")
		return "", nil
	case err != nil:
		return "", err
	case len(keys) == 0:
		s.report.lacks(one.what, one.why, "no row of OpenF1 can be used")
		return "", nil
	}
	why := fmt.Sprintf("session %s, %d messages of its rows; %s", strings.Join(keys, ", "), len(messages), one.why)
	if partial != nil {
		why += "; some rows could not be read"
	}
	s.report.stored(one.what, fromOpenF1, why)
	return "", s.notes.put(fromOpenF1+"/"+key, syncedNote{Keys: keys, Read: s.now.UTC()})
}

// readMessages are messages that are here already.
type readMessages struct{ left []feed.Message }

var _ ingest.Reader = (*readMessages)(nil)

func (r *readMessages) Next(m *feed.Message) error {
	if len(r.left) == 0 {
		return io.EOF
	}
	*m, r.left = r.left[0], r.left[1:]
	return nil
}
