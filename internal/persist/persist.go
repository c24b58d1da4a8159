// Package persist is the role that writes: it follows the logs of sessions, derives their tables at its own pace and
// moves a store on. The program starts one Writer beside the live loop; the two meet at the log and nowhere else.
//
// Promises: a store that is slow, full or gone holds up neither the live loop nor another session. Nothing is buffered
// beyond one batch a session: the log on disk is the buffer, and the writer waits at its offset in it. The rows at an
// offset depend on the log alone, not on who wrote them, in how many steps or how often he was killed; so a writer that
// comes back goes on where the store is. Where two write the same session, the one that is refused stands by and takes
// over when the other moves no more.
package persist

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"pitwall.live/internal/events"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
)

// Store is what a writer needs of a store.
type Store interface {
	store.Writer
	Find(ctx context.Context, name string) (store.Session, error)
	Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error)
	Results(ctx context.Context, session string, known time.Time) (store.Results, error)
	Versions(ctx context.Context, session string) ([]store.Results, error)
	Reference(ctx context.Context) (store.Reference, error)
	PutReference(ctx context.Context, r *store.Reference) error
}

// Config of a writer.
type Config struct {
	Store Store
	// Every is the least time between two batches of a session that is not behind.
	Every time.Duration
	// TakeOver is how long another writer of the same session may stand still before this one takes its place.
	TakeOver time.Duration
	// Retry and RetryMost are the first and the longest wait for a store that does not work.
	Retry, RetryMost time.Duration
	// Timeout is how long one call of the store may take.
	Timeout time.Duration
	// Idle is how long the derived state of a session that has ended is kept in memory, for what may follow.
	Idle time.Duration
	// CatchUps is how many sessions may catch up at once.
	CatchUps int
	Now      func() time.Time
	Log      *slog.Logger
}

// Default is the configuration of a server.
func Default(s Store) Config {
	return Config{
		Store: s, Every: time.Second, TakeOver: 15 * time.Second, Retry: 250 * time.Millisecond, RetryMost: 10 * time.Second,
		Timeout: 2 * time.Minute, Idle: time.Minute, CatchUps: 1, Now: time.Now, Log: slog.Default(),
	}
}

// About is what a writer must know of a session besides its log.
type About struct {
	Key    string        // names the session while the feed does not
	Params events.Params // thresholds of its events; zero: the defaults
	Live   bool          // its source runs
	// Owner says that this process appends to the log, so that nobody can have a longer one.
	Owner bool
	// Identity names the log where its file does not: of a recording that is played or was imported, whose file is new
	// each time, see [Content]. "" is that of the file.
	Identity string
	// Replaces names the logs in whose place this one is: what the store has of them is written anew.
	Replaces []string
}

// Writer writes sessions. All methods may be called at any time from anywhere.
type Writer struct {
	cfg      Config
	catching *semaphore.Weighted

	mu       sync.Mutex
	ctx      context.Context // of Run; nil before
	wg       sync.WaitGroup
	sessions []*session
	backlog  []Stored
	past     Backlog
	now      *session // of the backlog
}

// New makes a writer. It does nothing before Run.
func New(cfg Config) *Writer {
	return &Writer{cfg: cfg, catching: semaphore.NewWeighted(int64(max(cfg.CatchUps, 1)))}
}

// Follow has the writer keep a session from now on, until its log is closed. It returns at once. A log that is followed
// already only becomes live again, or not.
func (w *Writer) Follow(log *sessionlog.Log, about About) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sessions {
		if s.log == log {
			s.setLive(about.Live)
			return
		}
	}
	s := newSession(w, log, about)
	// A session that goes on in a new log, after a restart of its source, replaces the one whose log was closed.
	w.sessions = slices.DeleteFunc(w.sessions, func(old *session) bool { return old.about.Key == about.Key && old.gone() })
	w.sessions = append(w.sessions, s)
	if w.ctx != nil && w.ctx.Err() == nil {
		w.start(s)
	}
}

// Drop ends the writing of a log that is still open, because another has taken its place. What is stored of it stays.
func (w *Writer) Drop(log *sessionlog.Log) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions = slices.DeleteFunc(w.sessions, func(s *session) bool {
		if s.log != log {
			return false
		}
		if s.stop != nil {
			s.stop()
		}
		return true
	})
}

// start runs a session; the caller holds the lock.
func (w *Writer) start(s *session) {
	ctx, stop := context.WithCancel(w.ctx)
	s.stop = stop
	w.wg.Go(func() {
		defer stop()
		if err := s.run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			w.cfg.Log.Debug("session is not written any more", "session", s.about.Key, "why", err)
		}
	})
}

// Leave says that the source of a session has no more for it: what the log holds is stored as the whole session.
func (w *Writer) Leave(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sessions {
		if s.about.Key == key {
			s.setLive(false)
		}
	}
}

// Run writes until ctx ends, and returns when nothing is being written any more. It is called once.
func (w *Writer) Run(ctx context.Context) error {
	w.mu.Lock()
	if w.ctx != nil {
		w.mu.Unlock()
		return errors.New("persist: the writer runs already")
	}
	w.ctx = ctx
	for _, s := range w.sessions {
		w.start(s)
	}
	w.mu.Unlock()
	w.wg.Go(func() { w.storeBacklog(ctx) })
	<-ctx.Done()
	w.wg.Wait()
	return nil
}

// follows reports whether a session is followed by itself.
func (w *Writer) follows(key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.sessions, func(s *session) bool { return s.about.Key == key && !s.gone() })
}

// Status says how every followed session stands, by key.
func (w *Writer) Status() []State {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]State, len(w.sessions))
	for i, s := range w.sessions {
		out[i] = s.status()
	}
	slices.SortFunc(out, func(a, b State) int { return cmp.Compare(a.Session, b.Session) })
	return out
}

// Doing is what a writer does with a session.
type Doing string

// What a writer may be doing.
const (
	Working    Doing = "working"
	CatchingUp Doing = "catching_up"
	Waiting    Doing = "waiting"     // for the store
	StandingBy Doing = "standing_by" // another writer keeps the session
	Failed     Doing = "failed"      // the log can not be read or the store calls it wrong; a followed one is tried again, ever more seldom
	Ended      Doing = "ended"       // the whole session is stored
)

// State is how a session stands.
type State struct {
	Session     string
	Stored      uint64        // offset that is known to be stored
	Log         uint64        // offset of the newest message
	LagMessages uint64        // Log - Stored
	Lag         time.Duration // the same in time of the session
	Doing       Doing
	Reason      string    // of waiting, failed and standing by
	Since       time.Time // of Doing
}

// setDoing notes what the session's goroutine does, and logs what an operator wants to know.
func (s *session) setDoing(doing Doing, reason string) {
	s.mu.Lock()
	was := s.state
	if was.Doing != doing {
		s.state.Since = s.w.cfg.Now().UTC()
	}
	s.state.Doing, s.state.Reason = doing, reason
	s.mu.Unlock()
	if was.Doing == doing {
		return
	}
	log := s.w.cfg.Log
	switch {
	case doing == Waiting:
		log.Warn("the store does not take the session; it is tried again, nothing is lost", "session", s.about.Key, "stored", was.Stored, "error", reason)
	case doing == Failed:
		log.Warn("the session can not be stored", "session", s.about.Key, "stored", was.Stored, "error", reason)
	case doing == StandingBy:
		log.Info("another writer keeps the session; this one stands by", "session", s.about.Key, "reason", reason)
	case was.Doing == Waiting:
		log.Info("the store takes the session again", "session", s.about.Key, "waited", s.w.cfg.Now().Sub(was.Since).Round(time.Millisecond))
	case doing == Ended:
		log.Info("session stored", "session", s.about.Key, "messages", was.Stored)
	default:
		log.Debug("session is written", "session", s.about.Key, "doing", string(doing), "stored", was.Stored)
	}
}

// setStored notes what is stored.
func (s *session) setStored(offset uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Stored = offset
}

// status is the session's state now.
func (s *session) status() State {
	s.mu.Lock()
	st := s.state
	s.mu.Unlock()
	st.Log = s.log.Len()
	if st.Log > st.Stored && st.Doing != Ended {
		st.LagMessages = st.Log - st.Stored
		if from, to := s.log.TimeAt(max(st.Stored, 1)), s.log.End(); !from.IsZero() && to.After(from) {
			st.Lag = to.Sub(from)
		}
	}
	return st
}
