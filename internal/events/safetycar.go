package events

import (
	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// The safety car, real and virtual.
const (
	SCDeployed  = f1.EventKind("sc.deployed")
	SCInThisLap = f1.EventKind("sc.in_this_lap")
	SCEnded     = f1.EventKind("sc.ended")
	VSCDeployed = f1.EventKind("vsc.deployed")
	VSCEnding   = f1.EventKind("vsc.ending")
	VSCEnded    = f1.EventKind("vsc.ended")
)

var safetycarDetector = detector{
	name: "safetycar",
	kinds: []definition{
		{SCDeployed, f1.P0, "Race control deploys the safety car and the track status says so. It is told at the first of the two, confirmed at the second, or after {agree.alone_s} s by the one alone."},
		{SCInThisLap, f1.P1, "Race control says that the safety car comes in at the end of the lap."},
		{SCEnded, f1.P0, "The safety car was out and race control clears the track, stops the session, or the track status changes to another."},
		{VSCDeployed, f1.P0, "Race control deploys the virtual safety car and the track status says so, as with the safety car."},
		{VSCEnding, f1.P1, "Race control and the track status say that the virtual safety car is about to end."},
		{VSCEnded, f1.P0, "The virtual safety car was out and race control clears the track, stops the session or sends the safety car, or the track status changes to another."},
	},
	on:    NewsControl | NewsTrack | NewsSecond,
	start: func(w *World) func() { return newSafetycar(w).step },
	holds: safetycarHolds,
}

// virtual reports whether a track status is the virtual safety car.
func virtual(s f1.TrackStatus) bool { return s == f1.TrackVSC || s == f1.TrackVSCEnding }

// clearsTrack reports whether a message clears the track as a whole.
func clearsTrack(m *racecontrol.Message) bool {
	return m.Kind == racecontrol.Clear && m.Scope == racecontrol.Track
}

// safetycarTwins are what both sources tell. The ends come first: a safety car may take over from a virtual one.
var safetycarTwins = []twin{
	{SCEnded, func(m *racecontrol.Message) bool { return clearsTrack(m) || m.Kind == racecontrol.Red },
		func(was, is f1.TrackStatus) bool { return was == f1.TrackSC && is != f1.TrackSC }},
	{VSCEnded, func(m *racecontrol.Message) bool {
		return clearsTrack(m) || m.Kind == racecontrol.Red || m.Kind == racecontrol.SafetyCarDeployed
	}, func(was, is f1.TrackStatus) bool { return virtual(was) && !virtual(is) }},
	{SCDeployed, func(m *racecontrol.Message) bool { return m.Kind == racecontrol.SafetyCarDeployed },
		func(was, is f1.TrackStatus) bool { return is == f1.TrackSC }},
	{VSCDeployed, func(m *racecontrol.Message) bool { return m.Kind == racecontrol.VSCDeployed },
		func(was, is f1.TrackStatus) bool { return is == f1.TrackVSC }},
	{VSCEnding, func(m *racecontrol.Message) bool { return m.Kind == racecontrol.VSCEnding },
		func(was, is f1.TrackStatus) bool { return is == f1.TrackVSCEnding }},
}

// safetycar follows both safety cars.
type safetycar struct {
	w   *World
	ag  agreement
	out map[f1.EventKind]uint64 // message that says that it is out, by the kind that ends it; absent: it is not
}

func newSafetycar(w *World) *safetycar {
	return &safetycar{w: w, ag: newAgreement(w, safetycarTwins), out: map[f1.EventKind]uint64{}}
}

func (s *safetycar) step() {
	w := s.w
	if w.News&NewsTrack != 0 {
		if !w.Message.Snapshot && w.Track.WasBy != 0 {
			s.ag.changed(func(t *twin) ([]uint64, bool) { return s.end(t.kind, false) })
		} else if w.Track.WasBy == 0 && !w.Message.Snapshot && w.Track.Is != f1.TrackSC && !virtual(w.Track.Is) {
			clear(s.out)
		}
		switch {
		case w.Track.Is == f1.TrackSC:
			s.out[SCEnded] = w.Track.By
		case virtual(w.Track.Is):
			s.out[VSCEnded] = w.Track.By
		}
	}
	if w.News&NewsControl != 0 {
		for i := range w.Control {
			s.hear(&w.Control[i])
		}
		w.announce(inThisLap)
	}
	if w.News&NewsSecond != 0 && len(s.ag.open) > 0 {
		s.ag.wait()
	}
}

// hear takes in a message of race control.
func (s *safetycar) hear(c *Control) {
	old := s.ag.takeBack(c)
	if c.Gone {
		return
	}
	for i := range s.ag.twins {
		t := &s.ag.twins[i]
		if !t.says(&c.Says) {
			continue
		}
		if cites, ok := s.end(t.kind, true); ok {
			s.ag.heard(t, c, old, cites...)
		}
	}
	if !s.w.Message.Snapshot && s.w.Message.Time.Sub(c.Row.Time) > s.w.Params.Agree.Alone.D() {
		return // sent again: it does not come out a second time
	}
	switch c.Says.Kind {
	case racecontrol.SafetyCarDeployed:
		s.out[SCEnded] = c.By
	case racecontrol.VSCDeployed:
		s.out[VSCEnded] = c.By
	}
}

// end reports whether a kind may be told now: an end only when there is something to end. What shows it is cited.
func (s *safetycar) end(kind f1.EventKind, control bool) ([]uint64, bool) {
	if kind != SCEnded && kind != VSCEnded {
		return nil, true
	}
	by, out := s.out[kind]
	if !out {
		// The other source may have told it before: then this one confirms it.
		for i := range s.ag.open {
			if p := &s.ag.open[i]; p.kind == kind && p.control != control {
				return nil, true
			}
		}
		return nil, false
	}
	delete(s.out, kind)
	return []uint64{by}, true
}

// inThisLap is the one that only race control tells.
func inThisLap(_ *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	return f1.Event{Kind: SCInThisLap}, m.Kind == racecontrol.SafetyCarInThisLap
}

func safetycarHolds(e *f1.Event, p *Proof) error {
	if e.Kind == SCInThisLap {
		return controlHolds(inThisLap)(e, p)
	}
	for i := range safetycarTwins {
		if t := &safetycarTwins[i]; t.kind == e.Kind {
			if err := t.holds(e, p); err != nil {
				return err
			}
		}
	}
	if e.Kind == SCEnded && !wasOut(p, racecontrol.SafetyCarDeployed, func(s f1.TrackStatus) bool { return s == f1.TrackSC }) ||
		e.Kind == VSCEnded && !wasOut(p, racecontrol.VSCDeployed, virtual) {
		return errAgree
	}
	return nil
}

// wasOut reports whether a cited state shows a safety car out.
func wasOut(p *Proof, deployed racecontrol.Kind, status func(f1.TrackStatus) bool) bool {
	for _, step := range p.Steps {
		if status(step.Session.Track.Status) {
			return true
		}
		for i := range step.Session.RaceControl {
			if racecontrol.Parse(&step.Session.RaceControl[i]).Kind == deployed {
				return true
			}
		}
	}
	return false
}
