package events

import (
	"errors"
	"fmt"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// What race control says about starts and restarts to come.
const (
	SessionDelayed   = f1.EventKind("session.delayed")
	SessionAnnounced = f1.EventKind("session.announced")
)

var procedureDetector = detector{
	name: "procedure",
	kinds: []definition{
		{SessionDelayed, f1.P0, "Race control delays or aborts a start, suspends the starting procedure, or will not resume the session."},
		{SessionAnnounced, f1.P1, "Race control announces a start or a restart (the detail has the local time where it is said), or how it will be: behind the safety car, standing, rolling. A later word about the same supersedes it; a correction takes it back."},
	},
	on:    NewsControl | NewsStatus,
	start: func(w *World) func() { return (&procedure{w: w}).step },
	holds: procedureHolds,
}

// procedure follows the announcements.
type procedure struct {
	w      *World
	stands []announcement
}

// announcement is one that no later message has replaced.
type announcement struct {
	says  racecontrol.Message
	id    string
	cites []uint64
}

func (x *procedure) step() {
	w := x.w
	if w.News&NewsStatus != 0 && w.Status.Is == f1.StatusStarted {
		x.stands = nil // what was announced has come
	}
	for i := range w.Control {
		c := &w.Control[i]
		supersedes := ""
		var cites []uint64
		if c.Change || c.Gone {
			if old, had := w.eventOf(announced, &c.Was, &c.Said); had {
				w.Retract(old.ID, c.corrected(), c.By)
				supersedes = old.ID
				x.forget(old.ID)
			}
		}
		if c.Gone {
			continue
		}
		e, ok := w.eventOf(announced, &c.Row, &c.Says)
		if _, told := w.Told(e.ID); !ok || told {
			continue
		}
		for k := len(x.stands) - 1; k >= 0; k-- {
			a := x.stands[k]
			if !c.Says.Supersedes(&a.says) {
				continue
			}
			if c.Says.Correction {
				w.Retract(a.id, "corrected", c.By)
			}
			supersedes, cites = a.id, a.cites
			x.forget(a.id)
			break
		}
		e.Supersedes = supersedes
		w.Tell(e, append(cites, c.By, c.WasBy)...)
		x.stands = append(x.stands, announcement{c.Says, e.ID, []uint64{c.By, c.WasBy}})
	}
}

func (x *procedure) forget(id string) {
	for k := range x.stands {
		if x.stands[k].id == id {
			x.stands = append(x.stands[:k], x.stands[k+1:]...)
			return
		}
	}
}

// announcements are the messages about starts, with the words for them.
var announcements = map[racecontrol.Kind]struct {
	kind f1.EventKind
	word string
}{
	racecontrol.StartDelayed:      {SessionDelayed, "start delayed"},
	racecontrol.StartAborted:      {SessionDelayed, "start aborted"},
	racecontrol.StartSuspended:    {SessionDelayed, "starting procedure suspended"},
	racecontrol.WillNotResume:     {SessionDelayed, "will not resume"},
	racecontrol.ExtraFormation:    {SessionDelayed, "extra formation lap"},
	racecontrol.WillStart:         {SessionAnnounced, "start"},
	racecontrol.WillResume:        {SessionAnnounced, "restart"},
	racecontrol.FormationLap:      {SessionAnnounced, "formation lap"},
	racecontrol.FormationBehindSC: {SessionAnnounced, "formation lap behind the safety car"},
	racecontrol.StandingStart:     {SessionAnnounced, "standing start"},
	racecontrol.RollingStart:      {SessionAnnounced, "rolling start"},
}

// announced makes the event of a message about a start.
func announced(_ *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	word := announcements[m.Kind]
	e := f1.Event{Kind: word.kind, Detail: word.word}
	if m.Session != "" {
		e.Detail = m.Session + " " + e.Detail
	}
	if m.At.Known {
		e.Detail += fmt.Sprintf(" at %02d:%02d local", int(m.At.Value.Hours()), int(m.At.Value.Minutes())%60)
	}
	if m.Duration.Known {
		e.Value = f1.Some(m.Duration.Value.Minutes())
	}
	return e, word.kind != ""
}

var errProcedure = errors.New("the cited messages do not hold the announcement")

// procedureHolds checks the message; one that was taken back is corrected by a later one or is not there any more.
func procedureHolds(e *f1.Event, p *Proof) error {
	s := p.Last()
	at := saidBy(s, e, announced)
	if at < 0 || e.Status != f1.Retracted {
		return controlHolds(announced)(e, p)
	}
	said := racecontrol.Parse(&s.RaceControl[at])
	for i := range s.RaceControl {
		if m := racecontrol.Parse(&s.RaceControl[i]); i != at && m.Correction && m.Supersedes(&said) {
			return nil
		}
	}
	return errProcedure
}
