package events

import (
	"errors"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// AgreeParams say how race control and the track status, which tell the same in two topics, are taken together.
type AgreeParams struct {
	Within Seconds `json:"within_s"` // the second source comes within it as a rule
	Alone  Seconds `json:"alone_s"`  // ... and when it has not come within this, the one source is enough
}

var defaultAgree = AgreeParams{Within: 5, Alone: 30}

// The words for an event that only one of the two sources has.
const (
	controlAlone = "race control alone"
	trackAlone   = "track status alone"
)

// twin is something that both race control and the track status tell.
type twin struct {
	kind  f1.EventKind
	says  func(m *racecontrol.Message) bool
	track func(was, is f1.TrackStatus) bool
}

// pending is an event that one source has told.
type pending struct {
	kind    f1.EventKind
	id      string
	at      time.Time
	control bool // race control has told it, the track status is awaited
}

// agreement tells what both sources tell: at the first of them, confirmed at the second.
type agreement struct {
	w     *World
	twins []twin
	open  []pending
	byRow map[int]string // event told of each race control index
}

func newAgreement(w *World, twins []twin) agreement {
	return agreement{w: w, twins: twins, byRow: map[int]string{}}
}

// changed takes in a change of the track status that happened now. tell may stop an event or add what it cites.
func (a *agreement) changed(tell func(t *twin) (cites []uint64, ok bool)) {
	w := a.w
	for i := range a.twins {
		t := &a.twins[i]
		if t.track == nil || !t.track(w.Track.Was, w.Track.Is) {
			continue
		}
		cites, ok := tell(t)
		if !ok {
			continue
		}
		a.says(t, false, f1.Event{Kind: t.kind, Time: w.Message.Time, Lap: w.lapNow()}, append(cites, w.Track.By, w.Track.WasBy)...)
	}
}

// heard takes in a message of race control about a twin.
func (a *agreement) heard(t *twin, c *Control, supersedes string, cites ...uint64) {
	e := f1.Event{Kind: t.kind, Time: c.Row.Time, Lap: c.Row.LapNumber, Supersedes: supersedes}
	a.byRow[c.Row.MessageID] = a.says(t, true, e, append(cites, c.By, c.WasBy)...)
}

// takeBack retracts what was told of a message that race control corrected, and returns its ID.
func (a *agreement) takeBack(c *Control) string {
	if !c.Change && !c.Gone {
		return ""
	}
	id := a.byRow[c.Was.MessageID]
	if id == "" {
		return ""
	}
	delete(a.byRow, c.Was.MessageID)
	a.w.Retract(id, c.corrected(), c.By)
	for i := range a.open {
		if a.open[i].id == id {
			a.open = append(a.open[:i], a.open[i+1:]...)
			break
		}
	}
	return id
}

// says tells an event of a source or confirms that of the other, and returns its ID.
func (a *agreement) says(t *twin, control bool, e f1.Event, cites ...uint64) string {
	w := a.w
	alone := w.Params.Agree.Alone.D()
	for i := range a.open {
		p := &a.open[i]
		if apart := e.Time.Sub(p.at); p.kind == t.kind && p.control != control && apart.Abs() <= alone {
			id := p.id
			a.open = append(a.open[:i], a.open[i+1:]...)
			w.Confirm(id, cites...)
			return id
		}
	}
	e.ID = w.ID(e.Kind, e.Time.UTC().Format(time.RFC3339Nano))
	if _, told := w.Told(e.ID); told {
		return e.ID // sent again
	}
	if w.Message.Snapshot || w.Message.Time.Sub(e.Time) > alone {
		e.Detail = controlAlone
		w.Tell(e, cites...)
		return e.ID
	}
	e.Status = f1.Provisional
	w.Tell(e, cites...)
	a.open = append(a.open, pending{kind: t.kind, id: e.ID, at: e.Time, control: control})
	return e.ID
}

// wait confirms what only one source has told for long enough.
func (a *agreement) wait() {
	w := a.w
	kept := a.open[:0]
	for _, p := range a.open {
		if w.Now().Sub(p.at) <= w.Params.Agree.Alone.D() {
			kept = append(kept, p)
			continue
		}
		w.alone(p.id, p.control)
	}
	a.open = kept
}

// alone confirms a provisional event that has one source only, and says which.
func (w *World) alone(id string, control bool) {
	e, told := w.Told(id)
	if !told || e.Status != f1.Provisional {
		return
	}
	e.Status = f1.Confirmed
	word := trackAlone
	if control {
		word = controlAlone
	}
	e.Detail = join(e.Detail, word)
	w.Tell(e)
}

// lapNow is the lap of the leader in a race that has begun.
func (w *World) lapNow() f1.Opt[int] {
	if w.Lap.Is > 0 && w.Session.IsRace() {
		return f1.Some(w.Lap.Is)
	}
	return f1.Opt[int]{}
}

var errAgree = errors.New("the cited messages do not hold what race control and the track status are said to have told")

// holds checks an event of both sources, or of the one that its detail names.
func (t *twin) holds(e *f1.Event, p *Proof) error {
	byControl, last := t.said(e, p)
	byTrack := t.changedAt(e, p)
	switch {
	case !byControl && !byTrack,
		e.Status == f1.Retracted && last,
		e.Status == f1.Confirmed && !(byControl && byTrack) && !begins(e.Detail, controlAlone) && !begins(e.Detail, trackAlone),
		begins(e.Detail, controlAlone) && e.Detail != "" && !byControl,
		e.Detail == trackAlone && !byTrack:
		return errAgree
	}
	return nil
}

// said reports whether race control says it near the event's time in a state, and in the last one.
func (t *twin) said(e *f1.Event, p *Proof) (some, last bool) {
	if t.says == nil {
		return false, false
	}
	for i, step := range p.Steps {
		for k := range step.Session.RaceControl {
			row := &step.Session.RaceControl[k]
			if m := racecontrol.Parse(row); t.says(&m) && row.Time.Sub(e.Time).Abs() <= p.Params.Agree.Alone.D() {
				some = true
				last = last || i == len(p.Steps)-1
			}
		}
	}
	return some, last
}

// changedAt reports whether the track status changes as the twin says near the event's time.
func (t *twin) changedAt(e *f1.Event, p *Proof) bool {
	was := f1.TrackStatus("")
	for _, step := range p.Steps {
		is := step.Session.Track.Status
		if t.track != nil && is != was && t.track(was, is) && step.Message.Time.Sub(e.Time).Abs() <= p.Params.Agree.Alone.D() {
			return true
		}
		was = is
	}
	return false
}
