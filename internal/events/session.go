package events

import (
	"errors"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// The session as a whole.
const (
	SessionScheduled = f1.EventKind("session.scheduled")
	SessionStarted   = f1.EventKind("session.started")
	SessionSuspended = f1.EventKind("session.suspended")
	SessionResumed   = f1.EventKind("session.resumed")
	SessionEnded     = f1.EventKind("session.ended")
	SessionFinalised = f1.EventKind("session.finalised")
)

var sessionDetector = detector{
	name: "session",
	kinds: []definition{
		{SessionScheduled, f1.P3, "The feed names a session that has not begun and whose start is still to come; the detail is the start. Another start amends it."},
		{SessionStarted, f1.P0, "The session status becomes started for the first time."},
		{SessionSuspended, f1.P0, "The session status becomes aborted, or the track status red, while the session runs."},
		{SessionResumed, f1.P0, "The session status becomes started after the session was suspended."},
		{SessionEnded, f1.P0, "The session status becomes finished; in qualifying that of the last part; or finalised without. It is confirmed when the session is finalised, and taken back when it goes on."},
		{SessionFinalised, f1.P2, "The session status becomes finalised, or ends without."},
	},
	on:    NewsInfo | NewsStatus | NewsTrack,
	start: func(w *World) func() { return (&session{w: w}).step },
	holds: sessionHolds,
}

// session follows the status of the session.
type session struct {
	w         *World
	begun     bool   // it has been started, seen or not
	suspended uint64 // message that suspended it, 0: it is not
	ended     string // ID of its end, "" before
	finalised bool
}

func (s *session) step() {
	w := s.w
	if w.News&NewsInfo != 0 {
		s.scheduled()
	}
	if w.News&NewsStatus != 0 {
		s.status()
	}
	if w.News&NewsTrack != 0 && w.Track.Is == f1.TrackRed && w.Status.Is == f1.StatusStarted && s.suspended == 0 {
		s.suspended = w.Track.By
		if !w.Message.Snapshot {
			s.tell(SessionSuspended, "", w.Track.By, w.Status.By)
		}
	}
}

// scheduled tells when the session is to start, as long as it has not.
func (s *session) scheduled() {
	w := s.w
	start := w.Session.Info.Start
	if s.begun || start.IsZero() || !w.Message.Time.Before(start) || w.begun() {
		return
	}
	e := f1.Event{ID: w.ID(SessionScheduled), Kind: SessionScheduled, Detail: start.UTC().Format(time.RFC3339)}
	if old, told := w.Told(e.ID); told {
		e.Time, e.Evidence = old.Time, slices.Clone(old.Evidence)
	}
	w.Tell(e, w.Message.Offset)
}

// status takes in another status. What a snapshot says first is no event: nobody knows since when it is so.
func (s *session) status() {
	w := s.w
	first := w.firstStatus()
	word := ""
	if w.Message.Snapshot {
		word = "seen on joining again"
	}
	tell := func(kind f1.EventKind, cites ...uint64) string {
		if first {
			return ""
		}
		return s.tell(kind, word, append(cites, w.Status.By, w.Status.WasBy)...)
	}
	switch w.Status.Is {
	case f1.StatusStarted:
		switch {
		case s.ended != "":
			w.Retract(s.ended, "it goes on", w.Status.By)
			s.ended = ""
		case s.suspended != 0:
			tell(SessionResumed, s.suspended)
		case !s.begun:
			tell(SessionStarted)
		}
		s.begun, s.suspended = true, 0
	case f1.StatusAborted:
		if s.suspended == 0 {
			s.suspended = w.Status.By
			tell(SessionSuspended)
		}
		s.begun = true
	case f1.StatusFinished:
		s.begun, s.suspended = true, 0
		if w.lastPart() {
			s.end(tell(SessionEnded, w.Part.By))
		}
	case f1.StatusFinalised, f1.StatusEnds:
		s.close(tell)
	}
}

// stateSent is how long after its first message a recording still says what is rather than what happens.
const stateSent = 10 * time.Second

// firstStatus reports whether the newest session status is the first one heard, and as a state and not as a change.
func (w *World) firstStatus() bool {
	return w.Status.WasBy == 0 && (w.Message.Snapshot || w.Message.Time.Sub(w.began) < stateSent)
}

// close ends what has not been ended and tells that the session is final, once.
func (s *session) close(tell func(f1.EventKind, ...uint64) string) {
	w := s.w
	if s.finalised {
		return
	}
	s.finalised = true
	if s.ended == "" {
		s.end(tell(SessionEnded))
	}
	w.Confirm(s.ended, w.Status.By)
	tell(SessionFinalised)
}

func (s *session) end(id string) { s.ended = id }

// qualifyingParts is how many parts qualifying has had since 2006.
const qualifyingParts = 3

// tell tells a kind that happened with the newest message; its ID is made of the time.
func (s *session) tell(kind f1.EventKind, word string, cites ...uint64) string {
	w := s.w
	e := f1.Event{ID: w.ID(kind, w.Message.Time.UTC().Format(time.RFC3339Nano)), Kind: kind, Lap: w.lapNow(), Detail: word}
	if kind == SessionEnded {
		e.Status = f1.Provisional
	}
	w.Tell(e, cites...)
	return e.ID
}

var errSession = errors.New("the cited messages do not show the session status")

// sessionHolds checks the status before and after.
func sessionHolds(e *f1.Event, p *Proof) error {
	if e.Kind == SessionScheduled {
		s := p.Last()
		if s.Info.Start.UTC().Format(time.RFC3339) != e.Detail || !p.Steps[len(p.Steps)-1].Message.Time.Before(s.Info.Start) || !p.at(e.Time) {
			return errSession
		}
		return nil
	}
	at := -1 // the step of the event
	for i, step := range p.Steps {
		if step.Message.Time.Equal(e.Time) && (i == 0 || changedStatus(p, i)) {
			at = i
		}
	}
	if at < 0 {
		return errSession
	}
	is, track := p.Steps[at].Session.Status, p.Steps[at].Session.Track.Status
	before := func(ok func(f1.SessionStatus, f1.TrackStatus) bool) bool {
		for _, step := range p.Steps[:at] {
			if ok(step.Session.Status, step.Session.Track.Status) {
				return true
			}
		}
		return false
	}
	closed := is == f1.StatusFinalised || is == f1.StatusEnds
	good := false
	switch e.Kind {
	case SessionStarted:
		good = is == f1.StatusStarted && !before(func(s f1.SessionStatus, _ f1.TrackStatus) bool { return s == f1.StatusAborted })
	case SessionResumed:
		good = is == f1.StatusStarted && before(func(s f1.SessionStatus, t f1.TrackStatus) bool { return s == f1.StatusAborted || t == f1.TrackRed })
	case SessionSuspended:
		good = is == f1.StatusAborted || is == f1.StatusStarted && track == f1.TrackRed
	case SessionEnded:
		good = is == f1.StatusFinished || closed
		switch last := p.Last().Status; e.Status {
		case f1.Retracted:
			good = good && last == f1.StatusStarted
		case f1.Confirmed:
			good = good && (last == f1.StatusFinalised || last == f1.StatusEnds)
		}
	case SessionFinalised:
		good = closed
	}
	if !good {
		return errSession
	}
	return nil
}

// changedStatus reports whether the i-th cited message changed the session or track status.
func changedStatus(p *Proof, i int) bool {
	a, b := p.Steps[i-1].Session, p.Steps[i].Session
	return a.Status != b.Status || a.Track.Status != b.Track.Status
}
