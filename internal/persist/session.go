package persist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
)

// Limits of one step.
const (
	// batchMessages is how many messages a batch covers at most: some 200,000 samples.
	batchMessages = 4096
	// farBehind is how many messages a session may be behind before it waits for its turn to catch up.
	farBehind = 20_000
	// backlogTries is how often a log of the backlog is tried before the next one has its turn.
	backlogTries = 4
)

// What ends the following of a session, or begins it anew.
var (
	errClosed = errors.New("the log is closed")
	errAgain  = errors.New("begin anew") // the store holds something else than was written
	errKept   = errors.New("another writer keeps the session")
	// errGivenUp: the store answers, and does not take what is of the backlog.
	errGivenUp = errors.New("the store works but does not take it")
)

// session is one session being written. One goroutine runs it.
type session struct {
	w     *Writer
	log   *sessionlog.Log
	about About
	held  uint64 // what the log held when it was first followed; more than any when the store is known to be of it
	once  bool   // of the backlog: it is left when the log is stored
	news  chan struct{}
	stop  context.CancelFunc // ends the goroutine; nil before it runs

	mu    sync.Mutex
	live  bool
	ended bool // the goroutine is gone
	state State

	// Of the goroutine.
	identity identity
	name     string         // that the feed gives the session, "" while it is not known
	stored   *store.Session // what the store said of the session while it was not whole; nil: to be asked
	late     bool           // the name came after the first batch
	distrust bool           // the store refused a batch as wrong: what it has is not what should be there
	turn     bool           // it may catch up
}

func newSession(w *Writer, log *sessionlog.Log, about About) *session {
	return &session{
		w: w, log: log, about: about, held: log.Len(), live: about.Live, news: make(chan struct{}, 1),
		state: State{Session: about.Key, Doing: CatchingUp, Since: w.cfg.Now().UTC()},
	}
}

func (s *session) setLive(live bool) {
	s.mu.Lock()
	s.live = live
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (s *session) isLive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live
}

func (s *session) gone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// run writes the session until its log is closed, ctx ends or, of the backlog, it is stored or can not be. It returns why.
func (s *session) run(ctx context.Context) (why error) {
	defer func() {
		s.endTurn()
		s.mu.Lock()
		s.ended = true
		s.mu.Unlock()
	}()
	var failures failures
	for {
		err := s.follow(ctx)
		s.endTurn()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errClosed) || errors.Is(err, os.ErrClosed):
			return errClosed
		case errors.Is(err, errKept):
			s.setDoing(Ended, "it is stored already, from another recording of it")
			return err
		case err == nil && s.once:
			return nil
		case err == nil || errors.Is(err, errAgain):
			continue
		}
		// A log that can not be read, or a batch that a store calls wrong. What the store has may be what it does not
		// join on to: then all of it has more luck.
		n, wrong := failures.count(s.status().Stored), errors.Is(err, store.ErrInvalid)
		again := wrong && !s.distrust && n < backlogTries
		s.distrust = wrong
		if again && s.once {
			continue
		}
		s.setDoing(Failed, err.Error())
		if s.once && (wrong || errors.Is(err, errGivenUp) || n >= backlogTries) {
			return err
		}
		if err := s.pause(ctx, s.failedWait(n)); err != nil {
			return err
		}
	}
}

// failures counts how often a session could not be stored without getting any further.
type failures struct {
	n    int
	best uint64 // offset that was stored once
}

func (f *failures) count(stored uint64) int {
	if stored > f.best {
		f.best, f.n = stored, 0
	}
	f.n++
	return f.n
}

// failedWait is how long to wait after the nth failure in a row: each time a session is derived anew it costs as much as
// the session is long, and another one may be live.
func (s *session) failedWait(n int) time.Duration {
	first, most := s.w.cfg.RetryMost, 60*s.w.cfg.RetryMost
	if s.once {
		first, most = s.w.cfg.Retry, s.w.cfg.RetryMost
	}
	return min(first<<min(n-1, 16), most)
}

// follow finds out where the store is and moves it on until there is nothing more to do for a while.
func (s *session) follow(ctx context.Context) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	d, err := s.join(ctx)
	if err != nil {
		return err
	}
	for {
		changed := s.log.Changed()
		switch behind := s.log.Len(); {
		case d.offset < behind:
			if err := s.move(ctx, d, behind); err != nil {
				return err
			}
		case !s.isLive() && s.status().Doing != Ended:
			if err := s.end(ctx, d); err != nil {
				return err
			}
		default:
			if idle, err := s.rest(ctx, changed); err != nil || idle {
				return err
			}
		}
	}
}

// begin waits for the first message of the log, or for one more when all of it is stored.
func (s *session) begin(ctx context.Context) error {
	for {
		changed := s.log.Changed()
		if n := s.log.Len(); n > 0 && (s.status().Doing != Ended || n > s.status().Stored) {
			break
		}
		if s.once {
			return errClosed // an empty log
		}
		if err := s.wait(ctx, changed, nil); err != nil {
			return err
		}
	}
	if s.identity.log != "" {
		return nil
	}
	name := s.about.Identity
	if name == "" {
		first, err := s.log.Read(1, 1)
		if err != nil {
			return err
		}
		if len(first) == 0 {
			return errors.New("persist: the log holds no message that can be read")
		}
		name = logName(s.log.Header(), &first[0])
	}
	s.identity = newIdentity(name, s.about.Params)
	return nil
}

// wait waits until the log grows, the source comes or goes, the timer ends or ctx does. A closed log is an error.
func (s *session) wait(ctx context.Context, changed <-chan struct{}, timer <-chan time.Time) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer:
	case <-s.news:
	case <-changed:
		if closed(s.log) {
			return errClosed
		}
	}
	return nil
}

// closed reports whether a log will not grow any more: its change is there at once, and again.
func closed(log *sessionlog.Log) bool {
	_, err := log.Read(1, 1)
	return errors.Is(err, os.ErrClosed)
}

// rest waits for something to do. It reports idle when nothing has followed the end for a while.
func (s *session) rest(ctx context.Context, changed <-chan struct{}) (idle bool, err error) {
	s.endTurn()
	ended := s.status().Doing == Ended
	if ended && s.once {
		return true, nil
	}
	var over <-chan time.Time
	if ended {
		timer := time.NewTimer(s.w.cfg.Idle)
		defer timer.Stop()
		over = timer.C
	}
	n, live := s.log.Len(), s.isLive()
	if err := s.wait(ctx, changed, over); err != nil {
		return false, err
	}
	return ended && s.log.Len() == n && s.isLive() == live, nil
}

// move takes the store one step on, towards the end of the log.
func (s *session) move(ctx context.Context, d *deriver, end uint64) error {
	to := min(end, d.offset+batchMessages)
	if to < end || s.status().Doing == CatchingUp {
		s.setDoing(CatchingUp, "")
	}
	if end-d.offset > farBehind {
		if err := s.takeTurn(ctx); err != nil {
			return err
		}
	}
	begun := s.w.cfg.Now()
	key := d.key
	b, err := d.advance(s.log.Each, to, false)
	if err != nil {
		return err
	}
	if key != "" && d.key != key {
		return s.renamed(ctx, d, key)
	}
	if err := s.write(ctx, d, b); err != nil {
		return err
	}
	if to < end {
		return nil
	}
	s.endTurn()
	s.setDoing(Working, "")
	return s.pause(ctx, s.w.cfg.Every-s.w.cfg.Now().Sub(begun))
}

// pause waits, unless the source comes or goes.
func (s *session) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	return s.wait(ctx, nil, timer.C)
}

// end stores what the log holds as the whole session.
func (s *session) end(ctx context.Context, d *deriver) error {
	b, err := d.advance(s.log.Each, d.offset, true)
	if err != nil {
		return err
	}
	d.verdicts.end(d.session.State, s.log.TimeAt(d.offset))
	if err := s.write(ctx, d, b); err != nil {
		return err
	}
	// Another writer may have been quicker, with a batch that was not the last: then ours was old.
	at, err := s.find(ctx, d.key)
	if err != nil {
		return err
	}
	if at.Log != d.identity || at.Offset != d.offset || !at.Whole {
		return errAgain
	}
	err = s.try(ctx, func(ctx context.Context) error { return TakePlace(ctx, s.w.cfg.Store, d.key) })
	if err != nil {
		return err
	}
	s.stored = nil // from now on an import may tell the round
	if at, err = s.find(ctx, d.key); err != nil {
		return err
	}
	err = s.try(ctx, func(ctx context.Context) error { return fillReference(ctx, s.w.cfg.Store, d.session.State, at.Round) })
	if err != nil {
		return err
	}
	s.setDoing(Ended, "")
	return nil
}

// write keeps a batch, and the classifications that became known with it.
func (s *session) write(ctx context.Context, d *deriver, b *store.Batch) error {
	if err := s.keepRound(ctx, b); err != nil {
		return err
	}
	if err := s.try(ctx, func(ctx context.Context) error { return s.w.cfg.Store.Write(ctx, b) }); err != nil {
		if errors.Is(err, store.ErrBehind) || errors.Is(err, store.ErrOtherLog) {
			return errAgain
		}
		return err
	}
	s.setStored(b.Offset)
	if len(d.verdicts.found) == 0 {
		return nil
	}
	err := s.try(ctx, func(ctx context.Context) error {
		return putResults(ctx, s.w.cfg.Store, d.key, d.verdicts.found)
	})
	if err == nil {
		d.verdicts.found = nil
	}
	return err
}

// keepRound gives a batch the round that is stored where the feed does not say it.
func (s *session) keepRound(ctx context.Context, b *store.Batch) error {
	if b.Session.Round.Known {
		return nil
	}
	if s.stored == nil || s.stored.SessionKey != b.Session.SessionKey {
		at, err := s.find(ctx, b.Session.SessionKey)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		at.SessionKey = b.Session.SessionKey
		s.stored = &at
	}
	b.Session.Round = roundOf(&b.Session, s.stored)
	return nil
}

// renamed removes what was written before the feed named the session; it is written anew under its name.
func (s *session) renamed(ctx context.Context, d *deriver, old string) error {
	s.name, s.late = d.key, true
	at, err := s.find(ctx, old)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errAgain
	case err != nil:
		return err
	}
	if at.Log == s.identity.String() {
		err := s.try(ctx, func(ctx context.Context) error { return s.w.cfg.Store.Remove(ctx, old) })
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("persist: the session is named %s no more: %w", old, err)
		}
	}
	return errAgain
}

// find asks the store for the session.
func (s *session) find(ctx context.Context, key string) (at store.Session, err error) {
	err = s.try(ctx, func(ctx context.Context) (err error) {
		at, err = s.w.cfg.Store.Find(ctx, key)
		return err
	})
	return at, err
}

// answers are errors with which a store that works answers.
var answers = []error{store.ErrNotFound, store.ErrBehind, store.ErrOtherLog, store.ErrInvalid, store.ErrConflict}

func isAnswer(err error) bool {
	for _, a := range answers {
		if errors.Is(err, a) {
			return true
		}
	}
	return false
}

// try calls the store until it answers. Of the backlog it gives up where the store does answer other questions.
func (s *session) try(ctx context.Context, call func(context.Context) error) error {
	wait, was := s.w.cfg.Retry, s.status()
	for n := 1; ; n++ {
		limited, cancel := context.WithTimeout(ctx, s.w.cfg.Timeout)
		err := call(limited)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil || isAnswer(err) {
			if s.status().Doing == Waiting {
				s.setDoing(was.Doing, was.Reason)
			}
			return err
		}
		s.setDoing(Waiting, err.Error())
		if s.once && n >= backlogTries && s.answers(ctx) {
			return fmt.Errorf("%w: %w", errGivenUp, err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		wait = min(2*wait, s.w.cfg.RetryMost)
	}
}

// answers reports whether the store works.
func (s *session) answers(ctx context.Context) bool {
	limited, cancel := context.WithTimeout(ctx, s.w.cfg.Timeout)
	defer cancel()
	_, err := s.w.cfg.Store.Find(limited, s.about.Key)
	return err == nil || isAnswer(err)
}

// takeTurn waits until this session may catch up.
func (s *session) takeTurn(ctx context.Context) error {
	if s.turn {
		return nil
	}
	if err := s.w.catching.Acquire(ctx, 1); err != nil {
		return err
	}
	s.turn = true
	return nil
}

func (s *session) endTurn() {
	if s.turn {
		s.w.catching.Release(1)
		s.turn = false
	}
}
