package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"pitwall.live/internal/almanac"
	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/schedule"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// scheduleFlags say where the calendar comes from when the store has none.
type scheduleFlags struct {
	Archive string `help:"Static archive (an address that ends where the years begin, or a folder) whose index of the season says which sessions are to come, where the store has no calendar. Without: the store's only. Gaps of sessions that were followed are filled from it too, without it from the official one; none asks nobody." placeholder:"URL|DIR|none"`
}

// scheduling knows the sessions to come, for the sources, which are watched closely only near one, and for the viewers,
// who are told what does not fit.
type scheduling struct {
	pages   func(context.Context, store.PageQuery) ([]almanac.Page, error) // of the store; nil: there is none
	archive *f1archive.Client                                              // nil: none is asked
	sources func() bool                                                    // whether any source is connected; nil: none is followed
	live    func() []followed                                              // the sessions that are followed
	note    func(key string, notes []string)                               // tells the viewers of a session
	now     func() time.Time
	log     *slog.Logger

	mu       sync.Mutex
	calendar *schedule.Calendar // nil until there is one
	trouble  string
	began    time.Time          // when it was first looked
	came     map[time.Time]bool // starts of the calendar's sessions of which something has come
	told     map[time.Time]bool // of those that it was logged of that nothing has come
	running  bool               // a session that is followed has begun and not ended
	there    time.Time          // when a source was last connected
}

// followed is a session of the feed that is followed, and how it stands.
type followed struct {
	schedule.Told
	name   string // what viewers call it
	status f1.SessionStatus
}

// begun reports whether anything of the session itself has come.
func (f *followed) begun() bool { return f.status != "" && f.status != f1.StatusInactive }

func (f *followed) ended() bool {
	return f.status == f1.StatusFinished || f.status == f1.StatusFinalised || f.status == f1.StatusEnds
}

// How often the calendar is read anew, how soon after it could not be, and how often it is looked at.
const (
	readCalendar  = time.Hour
	retryCalendar = 5 * time.Minute
	lookCalendar  = 30 * time.Second
)

func newScheduling(log *slog.Logger) *scheduling {
	return &scheduling{now: time.Now, log: log, came: map[time.Time]bool{}, told: map[time.Time]bool{}}
}

// due reports whether a session is on or near by the calendar or by the feed, or nobody knows.
func (s *scheduling) due() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running || s.calendar.Due(s.now())
}

// run keeps the calendar up to date and looks at it until ctx ends.
func (s *scheduling) run(ctx context.Context) error {
	var next time.Time
	if s.archive != nil {
		defer s.archive.Close()
	}
	for {
		if now := s.now(); !now.Before(next) {
			next = now.Add(readCalendar)
			if err := s.read(ctx); err != nil && ctx.Err() == nil {
				next = now.Add(retryCalendar)
			}
		}
		s.look()
		if !pause(ctx, lookCalendar) {
			return nil
		}
	}
}

// read reads the calendar of this season, and of the next where this one has nothing more to come: the store's, else the
// archive's. What was known stays when neither answers.
func (s *scheduling) read(ctx context.Context) error {
	year := s.now().UTC().Year()
	calendar, err := s.ofStore(ctx, year)
	if len(calendar.Sessions) == 0 && s.archive != nil {
		var ierr error
		calendar, ierr = s.ofArchive(ctx, year)
		err = errors.Join(err, ierr)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.trouble
	s.trouble = ""
	if len(calendar.Sessions) > 0 {
		s.calendar = calendar
		return nil
	}
	if err == nil {
		err = errors.New("there is no calendar of this season: pitwall sync brings one, or give --archive")
	}
	if s.trouble = masked(err.Error()); s.trouble != was {
		s.log.Warn("sessions to come are not known", "error", err)
	}
	return err
}

func (s *scheduling) ofStore(ctx context.Context, year int) (*schedule.Calendar, error) {
	var all []schedule.Session
	for _, season := range []int{year, year + 1} {
		if s.pages == nil {
			break
		}
		pages, err := s.pages(ctx, store.PageQuery{Kinds: []almanac.Kind{almanac.Races}, Season: season})
		if err != nil {
			return schedule.New("almanac", nil), fmt.Errorf("calendar of the store: %w", err)
		}
		if len(pages) == 0 {
			continue
		}
		races, err := almanac.Decode[almanac.Race](&pages[0])
		if err != nil {
			return schedule.New("almanac", nil), fmt.Errorf("calendar of the store: %w", err)
		}
		all = append(all, schedule.OfRaces(races)...)
	}
	return schedule.New("almanac", all), nil
}

func (s *scheduling) ofArchive(ctx context.Context, year int) (*schedule.Calendar, error) {
	var all []schedule.Session
	for _, season := range []int{year, year + 1} {
		index, err := s.archive.Season(ctx, season)
		if errors.Is(err, f1archive.ErrAbsent) && season > year {
			break
		}
		if err != nil {
			return schedule.New("archive", all), fmt.Errorf("calendar of the archive: %w", err)
		}
		for i := range index.Meetings {
			m := &index.Meetings[i]
			for j := range m.Sessions {
				all = append(all, scheduledOf(m, &m.Sessions[j]))
			}
		}
	}
	return schedule.New("archive", all), nil
}

// scheduledOf is a line of an archive's index.
func scheduledOf(m *f1archive.Meeting, one *f1archive.Session) schedule.Session {
	s := schedule.Session{Event: cmp.Or(m.Name, m.OfficialName), Name: cmp.Or(one.Name, one.Type), Type: f1.SessionType(f1.Slug(one.Name)), Start: one.Start(), End: one.End()}
	if s.Type == "sprint_shootout" {
		s.Type = f1.SprintQualifying
	}
	if one.Key > 0 {
		s.Key = strconv.Itoa(one.Key)
	}
	if !s.End.After(s.Start) {
		s.End = s.Start.Add(time.Hour)
	}
	if d, ok := f1.ParseOffset(one.GmtOffset); ok {
		s.Offset = f1.Some(d)
	}
	return s
}

// look holds what is followed against the calendar: notes what does not fit, and which sessions have come.
func (s *scheduling) look() {
	var all []followed
	if s.live != nil {
		all = s.live()
	}
	connected := s.sources != nil && s.sources()
	now := s.now()
	s.mu.Lock()
	if s.began.IsZero() {
		s.began = now
	}
	if connected {
		s.there = now
	}
	s.running = false
	notes := make(map[string][]string, len(all))
	for i := range all {
		f := &all[i]
		s.running = s.running || f.begun() && !f.ended()
		notes[f.name] = nil
		if s.calendar == nil {
			continue
		}
		match := s.calendar.Match(&f.Told)
		if match == nil {
			continue
		}
		if f.begun() {
			s.came[match.Start] = true
		}
		notes[f.name] = s.calendar.Check(&f.Told, match)
		if s.empty(match, now) {
			notes[f.name] = append(notes[f.name], "nothing has come of the session up to two hours after its planned end: it was cancelled, it seems")
		}
	}
	for _, e := range s.emptyOnes(now) {
		if !s.told[e.Start] {
			s.told[e.Start] = true
			s.log.Warn("nothing has come of a session; it was cancelled, it seems", "event", e.Event, "session", e.Name, "start", e.Start)
		}
	}
	s.mu.Unlock()
	if s.note != nil {
		for name, lines := range notes {
			s.note(name, lines)
		}
	}
}

// empty reports whether a session of the calendar is long over and nothing of it has come, though it was waited for. The
// caller holds the lock.
func (s *scheduling) empty(one *schedule.Session, now time.Time) bool {
	return !one.DayOnly && !now.Before(one.End.Add(schedule.Tail)) && now.Sub(one.End) < 7*24*time.Hour &&
		s.began.Before(one.End) && s.there.After(one.Start) && !s.came[one.Start]
}

func (s *scheduling) emptyOnes(now time.Time) []*schedule.Session {
	var all []*schedule.Session
	if s.calendar != nil {
		for i := range s.calendar.Sessions {
			if one := &s.calendar.Sessions[i]; s.empty(one, now) {
				all = append(all, one)
			}
		}
	}
	return all
}

// state is what /readyz says; nil where no source is live.
func (s *scheduling) state() *wire.ScheduleState {
	if s == nil {
		return nil
	}
	due := s.due()
	s.mu.Lock()
	defer s.mu.Unlock()
	st := &wire.ScheduleState{Trouble: s.trouble, Due: due, Empty: []wire.ScheduledSession{}}
	if s.calendar == nil {
		return st
	}
	now := s.now()
	say := func(one *schedule.Session) *wire.ScheduledSession {
		if one == nil {
			return nil
		}
		return &wire.ScheduledSession{Event: one.Event, Name: one.Name, Type: wire.Text(one.Type), Start: wire.Time(one.Start), End: wire.Time(one.End),
			DayOnly: one.DayOnly, StartsInMS: one.Start.Sub(now).Milliseconds()}
	}
	st.Source, st.Sessions = s.calendar.Source, len(s.calendar.Sessions)
	current, next := s.calendar.Around(now)
	st.Current, st.Next = say(current), say(next)
	for _, one := range slices.Backward(s.emptyOnes(now)) {
		st.Empty = append(st.Empty, *say(one))
	}
	return st
}

// schedule gives a server with a live source its calendar; the sources were given s before. It gives what is to be run.
func (f *following) schedule(s *scheduling, flags scheduleFlags, dataDir string, k *keeping) ([]func(context.Context) error, error) {
	if !slices.ContainsFunc(f.sources, func(one source) bool { return liveKind(one.kind) }) {
		return nil, nil
	}
	if k != nil {
		s.pages = k.Pages
	}
	if err := s.index(flags, dataDir); err != nil {
		return nil, err
	}
	f.server.schedule = s
	s.live, s.note = f.followed, f.server.live.SetNotes
	s.sources = func() bool {
		return slices.ContainsFunc(f.in.Status(), func(st ingest.Status) bool { return st.Connected && liveKind(f.named(st.Source).kind) })
	}
	return []func(context.Context) error{s.run}, nil
}

// ofRecording gives a recording of a live source the calendar of an archive, where one is named.
func (s *scheduling) ofRecording(flags scheduleFlags, kind string) ([]func(context.Context) error, error) {
	if flags.Archive == "" || !liveKind(kind) {
		return nil, nil
	}
	return []func(context.Context) error{s.run}, s.index(flags, "")
}

// index opens the archive that is asked where the store has no calendar.
func (s *scheduling) index(flags scheduleFlags, dataDir string) (err error) {
	if flags.Archive == "" {
		return nil
	}
	if s.archive, err = archiveClient(flags.Archive, opening{dataDir: dataDir, log: s.log}); err != nil {
		return usage("--archive %s: %w", masked(flags.Archive), err)
	}
	return nil
}

// liveKind reports whether sources of a kind tell of what is going on now.
func liveKind(kind string) bool { return kind == "livetiming" || kind == "openf1" }

// followed are the sessions that live sources tell of.
func (f *following) followed() []followed {
	var all []followed
	list := f.server.live.List().Sessions
	for _, st := range f.in.Status() {
		f.mu.Lock()
		name := f.names[st.Session]
		f.mu.Unlock()
		i := slices.IndexFunc(list, func(e wire.SessionEntry) bool { return e.Session.Key == name && name != "" })
		if i < 0 || !liveKind(f.named(st.Source).kind) {
			continue
		}
		board, err := f.server.live.Board(name, time.Time{}, 0, "")
		if err != nil {
			f.server.env.log.Debug("a session that is followed has no board", "session", name, "error", err)
			continue
		}
		in := &list[i].Session
		one := followed{name: name, status: f1.SessionStatus(board.Status), Told: schedule.Told{Key: in.Key, Event: string(in.Event), Type: f1.SessionType(in.Type), Offset: time.Duration(in.UTCOffsetS) * time.Second}}
		if t, err := time.Parse(time.RFC3339Nano, string(in.Start)); err == nil {
			one.Start = t
		}
		all = append(all, one)
	}
	return all
}
