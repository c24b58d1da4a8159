package events

import (
	"errors"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// The aid to overtaking: DRS until 2025, overtake mode since 2026.
const (
	OvertakeAvailable = f1.EventKind("overtake_mode.available")
	OvertakeEnabled   = f1.EventKind("overtake_mode.enabled")
	OvertakeDisabled  = f1.EventKind("overtake_mode.disabled")
)

// OvertakeModeParams are the thresholds of the aid to overtaking.
type OvertakeModeParams struct {
	Gap Seconds `json:"gap_s"` // a car this near to the one ahead may use it
}

var defaultOvertakeMode = OvertakeModeParams{Gap: 1}

var overtakemodeDetector = detector{
	name: "overtakemode",
	kinds: []definition{
		{OvertakeAvailable, f1.P3, "The aid is enabled, the session runs on a free track, and the car ends a lap within {overtake_mode.gap_s} s (the value) of the car ahead, after one on which it did not. The feed does not say where the gap is measured for the aid: the line stands for it."},
		{OvertakeEnabled, f1.P2, "Race control enables DRS or overtake mode, for all or in one zone (the value)."},
		{OvertakeDisabled, f1.P2, "Race control disables DRS or overtake mode, for all or in one zone (the value)."},
	},
	on:    NewsControl | NewsLaps | NewsTrack,
	start: func(w *World) func() { return (&overtakemode{w: w, near: map[int]bool{}}).step },
	holds: overtakemodeHolds,
}

// overtakemode follows the aid and who may use it.
type overtakemode struct {
	w       *World
	enabled Fact[bool]
	near    map[int]bool // cars that were near enough at their newest lap end
}

func (o *overtakemode) step() {
	w := o.w
	if w.News&NewsControl != 0 {
		w.announce(overtakeMode)
		for i := range w.Control {
			c := &w.Control[i]
			if e, ok := overtakeMode(&c.Row, &c.Says); ok && !c.Gone && !e.Value.Known {
				o.enabled.say(e.Kind == OvertakeEnabled, w)
			}
		}
	}
	if w.News&NewsTrack != 0 && (w.Track.Is == f1.TrackSC || w.Track.Is == f1.TrackRed || virtual(w.Track.Is)) {
		o.enabled.say(false, w) // race control says so only when it is back
	}
	if w.News&NewsLaps == 0 || !w.Session.IsRace() {
		return
	}
	if w.Message.Snapshot {
		clear(o.near) // laps may have been missed
		return
	}
	for _, c := range w.Touched {
		if c.News&NewsLaps != 0 {
			o.lapEnd(c)
		}
	}
}

// lapEnd looks at a car that has completed a lap.
func (o *overtakemode) lapEnd(c *Car) {
	w := o.w
	gap := c.Interval.Is.Time
	near := o.enabled.Is && w.Racing() && gap.Known && gap.Value > 0 && gap.Value <= w.Params.OvertakeMode.Gap.D() &&
		!c.Interval.Is.Laps.Known && c.Position.Is > 1 && !c.Pit.Is && !c.PitOut.Is && !c.Out() && !w.flagged(c)
	was, known := o.near[c.Number]
	o.near[c.Number] = near
	if !near || was || !known { // who joined late does not know of the lap before
		return
	}
	e := f1.Event{ID: w.ID(OvertakeAvailable, itoa(c.Number), itoa(c.Laps.Is)), Kind: OvertakeAvailable, Lap: f1.Some(c.Laps.Is),
		Car: f1.Some(c.Number), Value: f1.Some(gap.Value.Seconds())}
	cites := []uint64{c.Interval.By, c.Laps.By, c.Position.By, o.enabled.By, w.Status.By, w.Track.By}
	for _, ahead := range w.Order {
		if ahead.Position.Is == c.Position.Is-1 {
			e.Other = f1.Some(ahead.Number)
			cites = append(cites, ahead.Position.By)
		}
	}
	w.Tell(e, cites...)
}

// overtakeMode makes the event of a message about the aid.
func overtakeMode(_ *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	var e f1.Event
	switch m.Kind {
	case racecontrol.DRSEnabled, racecontrol.OvertakeEnabled:
		e.Kind = OvertakeEnabled
	case racecontrol.DRSDisabled, racecontrol.OvertakeDisabled:
		e.Kind = OvertakeDisabled
	default:
		return e, false
	}
	e.Detail = "overtake mode"
	if m.Kind == racecontrol.DRSEnabled || m.Kind == racecontrol.DRSDisabled {
		e.Detail = "DRS"
	}
	if m.Zone.Known {
		e.Value = f1.Some(float64(m.Zone.Value))
	}
	return e, true
}

var errOvertakeMode = errors.New("the cited messages do not show the car near enough with the aid enabled")

func overtakemodeHolds(e *f1.Event, p *Proof) error {
	if e.Kind != OvertakeAvailable {
		return controlHolds(overtakeMode)(e, p)
	}
	s := p.Last()
	enabled := false
	for i := range s.RaceControl {
		m := racecontrol.Parse(&s.RaceControl[i])
		if x, ok := overtakeMode(&s.RaceControl[i], &m); ok && !x.Value.Known {
			enabled = x.Kind == OvertakeEnabled
		}
	}
	c, other := car(s, e.Car), car(s, e.Other)
	lapEnd := p.at(e.Time)
	near := p.Some(func(s *timing.Session) bool {
		gap := car(s, e.Car).Interval.Time
		return gap.Known && gap.Value.Seconds() == e.Value.Value
	})
	if !enabled || !near || !lapEnd || c.Laps != e.Lap.Value || s.Status != f1.StatusStarted ||
		c.Position < 2 || e.Other.Known && other.Position != c.Position-1 {
		return errOvertakeMode
	}
	return nil
}
