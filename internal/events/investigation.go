package events

import (
	"strconv"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// What the stewards look at. A penalty is told by its own detector.
const (
	InvestigationNoted    = f1.EventKind("investigation.noted")
	InvestigationUnder    = f1.EventKind("investigation.under")
	InvestigationAfter    = f1.EventKind("investigation.after_session")
	InvestigationNoAction = f1.EventKind("investigation.no_action")
)

var investigationDetector = detector{
	name: "investigation",
	kinds: []definition{
		{InvestigationNoted, f1.P2, "Race control notes an incident. What it says next about the same place, cars and reason supersedes it."},
		{InvestigationUnder, f1.P1, "The stewards investigate an incident; it supersedes that it was noted."},
		{InvestigationAfter, f1.P2, "The stewards will investigate an incident after the session; it supersedes what was said of it before."},
		{InvestigationNoAction, f1.P2, "The stewards take no action over an incident; it supersedes what was said of it before."},
	},
	on:    NewsControl,
	start: func(w *World) func() { return newInvestigation(w).step },
	holds: investigationHolds,
}

// stewards joins the messages about incidents: the event told last of each.
type stewards struct {
	w    *World
	join racecontrol.Incidents
	last map[string]string // event by key of the incident
	// withdrawn hears of a penalty that is taken back, with the key of its incident; nil: nothing of ours.
	withdrawn func(key string, c *Control)
}

func newStewards(w *World) stewards {
	return stewards{w: w, last: map[string]string{}}
}

// next tells what a message says about an incident. It supersedes the event told before of the same incident;
// one that the message corrects is taken back.
func (x *stewards) next(t telling) {
	w := x.w
	for i := range w.Control {
		c := &w.Control[i]
		old, had := f1.Event{}, false
		if c.Change || c.Gone {
			if old, had = w.eventOf(t, &c.Was, &c.Said); had {
				w.Retract(old.ID, c.corrected(), c.By)
			}
		}
		if c.Gone {
			continue
		}
		e, ok := w.eventOf(t, &c.Row, &c.Says)
		if !ok {
			key, _ := x.join.Hear(&c.Says) // a decision told elsewhere ends an incident all the same
			if x.withdrawn != nil && c.Says.Kind == racecontrol.PenaltyWithdrawn {
				x.withdrawn(key, c)
			}
			continue
		}
		if _, told := w.Told(e.ID); told {
			continue // sent again
		}
		cites := []uint64{c.By, c.WasBy}
		if had {
			e.Supersedes = old.ID
		}
		key, _ := x.join.Hear(&c.Says)
		if before, told := w.Told(x.last[key]); told && before.Status != f1.Retracted {
			e.Supersedes = before.ID
			cites = append(cites, before.Evidence...)
			if c.Says.Correction && before.Kind == e.Kind {
				w.Retract(before.ID, "corrected", c.By)
			}
		}
		if key != "" {
			x.last[key] = e.ID
		}
		w.Tell(e, cites...)
	}
}

type investigation struct{ stewards }

func newInvestigation(w *World) *investigation { return &investigation{newStewards(w)} }

func (x *investigation) step() { x.next(investigated) }

// investigated makes the event of a message about an incident: its cars, and place and reason as the detail.
func investigated(_ *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	var e f1.Event
	switch m.Kind {
	case racecontrol.IncidentNoted:
		e.Kind = InvestigationNoted
	case racecontrol.UnderInvestigation:
		e.Kind = InvestigationUnder
	case racecontrol.AfterSession:
		e.Kind = InvestigationAfter
	case racecontrol.NoFurtherAction:
		e.Kind = InvestigationNoAction
	default:
		return e, false
	}
	about(&e, m.Cars)
	e.Detail = placeWord(m)
	if m.Team != "" {
		e.Detail = join(e.Detail, m.Team)
	}
	if m.Reason != "" {
		e.Detail = join(e.Detail, m.Reason)
	}
	return e, true
}

// placeWord says where an incident was, "" when race control does not.
func placeWord(m *racecontrol.Message) string {
	word := ""
	if m.Location.Part.Known {
		word = join(word, "Q"+strconv.Itoa(m.Location.Part.Value))
	}
	if m.Lap.Known {
		word = join(word, "lap "+strconv.Itoa(m.Lap.Value))
	}
	if m.Location.Place != "" {
		word = join(word, m.Location.Place)
	}
	if m.Location.Turn.Known {
		turn := "turn " + strconv.Itoa(m.Location.Turn.Value)
		if m.Location.ToTurn.Known {
			turn += "-" + strconv.Itoa(m.Location.ToTurn.Value)
		}
		word = join(word, turn)
	}
	return word
}

// investigationHolds checks the message, and that what it supersedes is cited before it and about the same incident.
func investigationHolds(e *f1.Event, p *Proof) error { return stewardsHold(investigated)(e, p) }

// stewardsHold checks a message about an incident. One that a later message corrects stays in race control's
// list: then the correction is there as well.
func stewardsHold(t telling) func(e *f1.Event, p *Proof) error {
	return func(e *f1.Event, p *Proof) error {
		s := p.Last()
		at := saidBy(s, e, t)
		if e.Status != f1.Retracted {
			if at < 0 {
				return errControl
			}
			return p.joined(e, at)
		}
		if at < 0 {
			return controlHolds(t)(e, p)
		}
		said := racecontrol.Parse(&s.RaceControl[at])
		for i := range s.RaceControl {
			m := racecontrol.Parse(&s.RaceControl[i])
			if i != at && !s.RaceControl[i].Time.Before(s.RaceControl[at].Time) && (m.Correction || m.Kind == racecontrol.PenaltyWithdrawn) && sameCars(&m, &said) {
				return nil
			}
		}
		return errControl
	}
}

func sameCars(a, b *racecontrol.Message) bool {
	for _, c := range a.Cars {
		if !b.About(c) {
			return false
		}
	}
	return len(a.Cars) > 0 && len(a.Cars) == len(b.Cars)
}

// joined reports whether an event that supersedes another has an earlier message of the same incident, or the
// same message as it was before a correction, among what it cites.
func (p *Proof) joined(e *f1.Event, at int) error {
	if e.Supersedes == "" {
		return nil
	}
	var x racecontrol.Incidents
	first := map[string]bool{}
	seen := map[string]bool{}
	joined := false
	row := p.Last().RaceControl[at]
	for _, step := range p.Steps {
		for i := range step.Session.RaceControl {
			r := step.Session.RaceControl[i]
			m := racecontrol.Parse(&r)
			id := strconv.Itoa(r.MessageID) + r.Message
			if seen[id] {
				continue
			}
			seen[id] = true
			key, _ := x.Hear(&m)
			if r == row {
				joined = joined || key != "" && first[key]
			} else if key != "" {
				first[key] = true
			}
			joined = joined || r.MessageID == row.MessageID && r.Message != row.Message
		}
	}
	if !joined {
		return errControl
	}
	return nil
}
