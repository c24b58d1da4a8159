package backfill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/sessionlog"
)

// Config of a [Filler].
type Config struct {
	// Ask brings what the archive has of the session at a path here. whole says that nothing of it is outstanding any more.
	// The error may go away when it is asked again.
	Ask func(ctx context.Context, path string) (r Recording, whole bool, err error)
	// Swap puts a mended log in the place of that of a session, see [Mended.Replace], for all who read it.
	Swap func(ctx context.Context, s Session, m *Mended) error
	// First is how long after its end a session is asked for, and Waits the times between two asks; the last one repeats.
	First time.Duration
	Waits []time.Duration
	// Within is how long after its end a session is asked for the last time.
	Within time.Duration
	// Every is how often sessions that are followed are looked at.
	Every time.Duration
	Now   func() time.Time
	Log   *slog.Logger
}

// Default asks the archive some ten times within two days. Pages appear within minutes, and are corrected within days.
func Default() Config {
	return Config{
		First: 10 * time.Minute, Within: 48 * time.Hour, Every: 30 * time.Second, Now: time.Now, Log: slog.Default(),
		Waits: []time.Duration{10 * time.Minute, 20 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour},
	}
}

// Session is one whose log may have gaps.
type Session struct {
	Key  string
	Path string // of its log
}

// State is how a session with gaps stands.
type State struct {
	Session  string
	Gaps     int    // that the log still has
	Filled   int    // that are filled
	Messages int    // that were taken from the archive
	Doing    string // waiting, asking, filled, given_up
	Outcome  string // of the last time it was asked, "" before
	Next     time.Time
}

// What is done about a session.
const (
	Waiting = "waiting" // for its end, or to ask again at Next
	Asking  = "asking"
	Done    = "filled"
	GivenUp = "given_up" // the gaps that it has stay
)

// Filler fills gaps in the background. Its methods may be called from anywhere.
type Filler struct {
	cfg Config

	mu       sync.Mutex
	sessions []*watched // in the order in which they came
}

// watched is a session that is looked after. Run's goroutine owns what is not guarded by the Filler's lock.
type watched struct {
	Session
	log     *sessionlog.Log // guarded; nil: it is read from the file
	left    bool            // guarded: its source has no more for it
	earlier bool            // it lay in the data folder

	look   Look
	of     *sessionlog.Log // that look has read
	end    time.Time       // when it was over; zero: it is not
	tries  int
	told   bool // that it is asked again
	filled bool // at least once
	next   time.Time
	state  State // guarded
}

// New makes a Filler, which does nothing before Run.
func New(cfg Config) *Filler { return &Filler{cfg: cfg} }

// Watch looks after a session that is followed: its log is asked for once it is over. It may be called again with another log.
func (f *Filler) Watch(s Session, log *sessionlog.Log) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.find(s.Path)
	if one == nil {
		one = &watched{Session: s, state: State{Session: s.Key, Doing: Waiting}}
		f.sessions = append(f.sessions, one)
	}
	one.log, one.left, one.earlier = log, false, false
}

// Leave says that the source of a session has no more for it: it is over, whatever the feed said of it.
func (f *Filler) Leave(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one := f.find(path); one != nil {
		one.left = true
	}
}

// Earlier looks after a session whose log lies in the data folder and is followed by nobody.
func (f *Filler) Earlier(s Session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.find(s.Path) == nil {
		f.sessions = append(f.sessions, &watched{Session: s, earlier: true, left: true, state: State{Session: s.Key, Doing: Waiting}})
	}
}

func (f *Filler) find(path string) *watched {
	for _, one := range f.sessions {
		if one.Path == path {
			return one
		}
	}
	return nil
}

// States of the sessions that have or had gaps, by key.
func (f *Filler) States() []State {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []State
	for _, one := range f.sessions {
		if one.state.Gaps > 0 || one.state.Messages > 0 || one.state.Filled > 0 {
			out = append(out, one.state)
		}
	}
	slices.SortFunc(out, func(x, y State) int { return cmp.Compare(x.Session, y.Session) })
	return out
}

// Run looks after the sessions until ctx ends.
func (f *Filler) Run(ctx context.Context) error {
	timer := time.NewTicker(f.cfg.Every)
	defer timer.Stop()
	for ctx.Err() == nil {
		f.mu.Lock()
		all := slices.Clone(f.sessions)
		f.mu.Unlock()
		for _, one := range all {
			if ctx.Err() == nil {
				f.attend(ctx, one)
			}
		}
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	return nil
}

// attend does what is due for one session.
func (f *Filler) attend(ctx context.Context, one *watched) {
	over, err := f.read(one)
	if err != nil {
		f.cfg.Log.Warn("the gaps of a session are not looked for", "session", one.Key, "error", err)
		f.forget(one)
		return
	}
	now := f.cfg.Now()
	switch {
	case !over:
		one.end = time.Time{}
		return
	case len(one.look.Gaps) == 0:
		if one.earlier && !one.filled {
			f.forget(one)
		}
		return
	case one.end.IsZero():
		if !f.begin(one, now) {
			return
		}
	}
	if !one.next.IsZero() && !now.Before(one.next) {
		f.ask(ctx, one)
	}
}

// read reads what a log has more than it had. It reports whether the session is over.
func (f *Filler) read(one *watched) (over bool, err error) {
	f.mu.Lock()
	log, left := one.log, one.left
	f.mu.Unlock()
	if log == nil && one.look.Read > 0 {
		return true, nil
	}
	if log == nil {
		if log, err = sessionlog.OpenRead(one.Path); err != nil {
			return false, err
		}
		defer func() { err = errors.Join(err, log.Close()) }()
	}
	before := len(one.look.Gaps)
	if one.of != log {
		one.look, one.of = Look{}, log
	}
	if err := one.look.Follow(log); err != nil && !errors.Is(err, os.ErrClosed) {
		return false, err
	}
	if len(one.look.Gaps) > before {
		one.end = time.Time{} // what was decided was about fewer
	}
	f.tell(one, func(s *State) { s.Gaps = len(one.look.Gaps) })
	return one.look.Over || left, nil
}

// begin says when a session that is over is asked for. It reports false for one that is not, for it was once decided so.
func (f *Filler) begin(one *watched, now time.Time) bool {
	one.end, one.tries, one.next = now, 0, time.Time{}
	if one.earlier {
		st, err := os.Stat(one.Path)
		if err != nil {
			f.forget(one)
			return false
		}
		one.end = st.ModTime()
	}
	note, err := ReadNote(one.Path)
	if err != nil {
		f.cfg.Log.Warn("what was noted of a session's gaps can not be read; it is asked for again", "session", one.Key, "error", err)
	}
	f.tell(one, func(s *State) { s.count(&note) })
	if note.Marks == len(one.look.Gaps) {
		f.tell(one, func(s *State) { s.Doing, s.Outcome = GivenUp, note.Outcome })
		return false
	}
	one.next = one.end.Add(f.cfg.First)
	f.tell(one, func(s *State) { s.Next = one.next })
	return true
}

// count takes over what a note says.
func (s *State) count(n *Note) {
	s.Messages, s.Filled = 0, 0
	for i := range n.Gaps {
		s.Messages += n.Gaps[i].Messages
		if len(n.Gaps[i].Lacking) == 0 {
			s.Filled++
		}
	}
}

// errUnnamed is of a session of which the feed has not said where the archive will have it.
var errUnnamed = errors.New("the feed does not say where the archive has the session")

// ask asks the archive once, and fills what it has.
func (f *Filler) ask(ctx context.Context, one *watched) {
	f.tell(one, func(s *State) { s.Doing = Asking })
	last := !f.cfg.Now().Add(f.wait(one.tries)).Before(one.end.Add(f.cfg.Within))
	whole, err := f.fill(ctx, one, last)
	if ctx.Err() != nil {
		return
	}
	outcome := "filled"
	if err != nil {
		outcome = plain(err)
	}
	switch {
	case whole:
		one.next = time.Time{}
		f.tell(one, func(s *State) { s.Doing, s.Outcome, s.Next = Done, outcome, time.Time{} })
		return
	case last || errors.Is(err, ErrOther) || errors.Is(err, errUnnamed):
		f.giveUp(one, outcome)
		return
	}
	one.next = f.cfg.Now().Add(f.wait(one.tries))
	if one.tries++; !one.told {
		one.told = true
		f.cfg.Log.Info("the gaps of a session can not be filled yet; the archive is asked again", "session", one.Key, "gaps", len(one.look.Gaps), "why", outcome, "until", one.end.Add(f.cfg.Within).UTC().Format(time.RFC3339))
	}
	f.tell(one, func(s *State) { s.Doing, s.Outcome, s.Next = Waiting, outcome, one.next })
}

func (f *Filler) wait(tries int) time.Duration { return f.cfg.Waits[min(tries, len(f.cfg.Waits)-1)] }

// giveUp asks no more, and notes it, so that it is not asked after the next start.
func (f *Filler) giveUp(one *watched, why string) {
	one.next = time.Time{}
	f.cfg.Log.Warn("gaps of a session stay: the archive does not fill them", "session", one.Key, "gaps", len(one.look.Gaps), "why", why)
	f.tell(one, func(s *State) { s.Doing, s.Outcome, s.Next = GivenUp, why, time.Time{} })
	f.mu.Lock()
	gaps := one.state.Gaps
	f.mu.Unlock()
	if err := Decide(one.Path, gaps, why); err != nil {
		f.cfg.Log.Warn("that a session's gaps stay is not noted", "session", one.Key, "error", err)
	}
}

// Decide notes of the log at path that its gaps, so many, stay, and why.
func Decide(path string, gaps int, why string) error {
	note, err := ReadNote(path)
	if err != nil {
		return err
	}
	glance, err := sessionlog.Peek(path)
	if err != nil {
		return err
	}
	note.Log, note.Marks, note.Outcome, note.Before = glance.Header.Created, gaps, why, nil
	return note.write(path)
}

// fill fills what the archive has. whole says that no gap is left; last, that there is no other time.
func (f *Filler) fill(ctx context.Context, one *watched, last bool) (whole bool, err error) {
	if one.look.Path == "" {
		return false, errUnnamed
	}
	recording, complete, err := f.cfg.Ask(ctx, one.look.Path)
	if err != nil {
		return false, err
	}
	if !complete && !last {
		return false, errors.New("not all of it is in the archive yet")
	}
	gaps, err := Fill(ctx, one.Session, recording, f.cfg.Swap)
	if err != nil {
		err = mendError{err}
		if plain(err) == unmended {
			f.cfg.Log.Warn("the log of a session is not mended; it stays as it is", "session", one.Key, "error", err)
		}
		return false, err
	}
	one.filled = true
	messages, open, lacking := 0, 0, []string(nil)
	for _, g := range gaps {
		messages += g.Messages
		lacking = append(lacking, g.Lacking...)
		if len(g.Lacking) > 0 {
			open++
		}
	}
	slices.Sort(lacking)
	lacking = slices.Compact(lacking)
	f.cfg.Log.Info("gaps of a session are filled from the archive", "session", one.Key, "gaps", len(gaps), "messages", messages, "still_open", open, "lacking", lacking)
	note, err := ReadNote(one.Path)
	if err != nil {
		return open == 0, err
	}
	f.tell(one, func(s *State) { s.count(&note); s.Gaps = open })
	if one.earlier {
		f.readAgain(one)
	}
	if open > 0 {
		return false, fmt.Errorf("the archive lacks %s", strings.Join(lacking, ", "))
	}
	return true, nil
}

// Fill mends the log of a session from a recording and puts it in its place.
func Fill(ctx context.Context, s Session, r Recording, swap func(context.Context, Session, *Mended) error) (gaps []Filled, err error) {
	m, err := Mend(ctx, s.Path, r)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	return m.Gaps, swap(ctx, s, m)
}

// readAgain looks at the log that has taken the place of an earlier one.
func (f *Filler) readAgain(one *watched) { one.look = Look{Path: one.look.Path} }

// plain is what everybody may know of an error: no paths.
func plain(err error) string {
	for _, known := range []error{ErrOther, ErrNothing, ErrBusy, sessionlog.ErrLocked} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	var ours mendError
	if errors.As(err, &ours) {
		return unmended
	}
	return err.Error()
}

const unmended = "the log can not be mended"

// mendError is of a log that could not be mended, or not be put in its place.
type mendError struct{ error }

func (e mendError) Unwrap() error { return e.error }

// tell changes a session's state.
func (f *Filler) tell(one *watched, change func(*State)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&one.state)
}

// forget looks after a session no more: it has no gap, or no log.
func (f *Filler) forget(one *watched) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sessions = slices.DeleteFunc(f.sessions, func(other *watched) bool { return other == one })
}

// Recent reports whether a log was written to so lately that its session may still come into the archive.
func (f *Filler) Recent(path string) bool {
	st, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist) && err == nil && f.cfg.Now().Sub(st.ModTime()) < f.cfg.Within+f.cfg.First
}
