package events

import (
	"errors"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

// Flags, but the chequered and the blue one.
const (
	FlagYellow       = f1.EventKind("flag.yellow")
	FlagDoubleYellow = f1.EventKind("flag.double_yellow")
	FlagClear        = f1.EventKind("flag.clear")
	FlagGreen        = f1.EventKind("flag.green")
	FlagRed          = f1.EventKind("flag.red")
	FlagBlackWhite   = f1.EventKind("flag.black_white")
	FlagBlackOrange  = f1.EventKind("flag.black_orange")
	FlagBlack        = f1.EventKind("flag.black")
)

var flagDetector = detector{
	name: "flag",
	kinds: []definition{
		{FlagYellow, f1.P2, "Race control shows a yellow flag in a marshal sector (the value) or in the pit lane, and the track status is not clear within {agree.within_s} s. With the track status alone, and no sector flagged, it is told after {agree.within_s} s without a sector."},
		{FlagDoubleYellow, f1.P1, "As the yellow flag, waved double."},
		{FlagClear, f1.P3, "Race control clears a marshal sector (the value), the pit lane or the track; the track by both race control and the track status, or by one of them when the other says nothing for {agree.alone_s} s."},
		{FlagGreen, f1.P1, "Race control shows the green light: the pit exit opens."},
		{FlagRed, f1.P0, "Race control shows the red flag and the track status is red. It is told at the first of the two, confirmed at the second, or after {agree.alone_s} s by the one alone."},
		{FlagBlackWhite, f1.P1, "Race control warns the driver with the black and white flag."},
		{FlagBlackOrange, f1.P1, "Race control calls the car in with the black flag with an orange disc."},
		{FlagBlack, f1.P0, "Race control disqualifies the driver with the black flag."},
	},
	on:    NewsControl | NewsTrack | NewsSecond,
	start: func(w *World) func() { return (&flag{w: w, ag: newAgreement(w, flagTwins)}).step },
	holds: flagHolds,
}

// flagTwins are the flags for the whole track.
var flagTwins = []twin{
	{FlagRed, func(m *racecontrol.Message) bool { return m.Kind == racecontrol.Red },
		func(was, is f1.TrackStatus) bool { return is == f1.TrackRed }},
	{FlagClear, clearsTrack,
		func(was, is f1.TrackStatus) bool { return is == f1.TrackClear && was != f1.TrackYellow && was != "" }},
}

// flag follows the flags.
type flag struct {
	w       *World
	ag      agreement
	waits   []waitingFlag // of marshal sectors, told by race control, the track status being clear still
	lone    loneStatus
	cleared time.Time // when race control cleared something last
}

// waitingFlag is a flag that is provisional until the track status agrees.
type waitingFlag struct {
	id string
	at time.Time
}

// loneStatus is a change between clear and yellow that race control has said nothing of yet.
type loneStatus struct {
	kind    f1.EventKind // "" none
	at      time.Time
	by, was uint64
	id      string // told as
}

func (f *flag) step() {
	w := f.w
	if w.News&NewsTrack != 0 && !w.Message.Snapshot && w.Track.WasBy != 0 {
		f.status()
	}
	if w.News&NewsControl != 0 {
		for i := range w.Control {
			f.hear(&w.Control[i])
		}
		w.announce(otherFlags)
	}
	if w.News&NewsSecond != 0 && (len(f.waits) > 0 || len(f.ag.open) > 0 || f.lone.kind != "") {
		f.wait()
	}
}

// status takes in a change of the track status.
func (f *flag) status() {
	w := f.w
	f.ag.changed(func(*twin) ([]uint64, bool) { return nil, true })
	if w.Track.Is != f1.TrackClear {
		for _, x := range f.waits {
			w.Confirm(x.id, w.Track.By)
		}
		f.waits = f.waits[:0]
	}
	recent := func(t time.Time) bool { return w.Message.Time.Sub(t) <= w.Params.Agree.Within.D() }
	switch {
	case w.Track.Is == f1.TrackYellow && len(w.Session.Track.Sectors) == 0:
		f.lone = loneStatus{kind: FlagYellow, at: w.Message.Time, by: w.Track.By, was: w.Track.WasBy}
	case w.Track.Is == f1.TrackClear && w.Track.Was == f1.TrackYellow && !recent(f.cleared):
		f.lone = loneStatus{kind: FlagClear, at: w.Message.Time, by: w.Track.By, was: w.Track.WasBy}
	default:
		f.settleLone()
	}
}

// settleLone ends the wait for race control: what was told by the track status stays.
func (f *flag) settleLone() {
	if f.lone.id != "" {
		f.w.alone(f.lone.id, false)
	}
	f.lone = loneStatus{}
}

// wait looks at what has waited for its second source.
func (f *flag) wait() {
	w, p := f.w, &f.w.Params.Agree
	f.ag.wait()
	kept := f.waits[:0]
	for _, x := range f.waits {
		if w.Now().Sub(x.at) <= p.Alone.D() {
			kept = append(kept, x)
			continue
		}
		w.alone(x.id, true)
	}
	f.waits = kept
	switch l := &f.lone; {
	case l.kind == "":
	case w.Now().Sub(l.at) > p.Alone.D():
		f.settleLone()
	case l.id == "" && w.Now().Sub(l.at) >= p.Within.D():
		l.id = w.ID(l.kind, l.at.UTC().Format(time.RFC3339Nano), "track status")
		w.Tell(f1.Event{ID: l.id, Kind: l.kind, Time: l.at, Lap: w.lapNow(), Status: f1.Provisional}, l.by, l.was)
	}
}

// hear takes in a message of race control about a flag that the track status has a part in.
func (f *flag) hear(c *Control) {
	w := f.w
	old := f.ag.takeBack(c)
	if c.Change || c.Gone {
		if e, ok := w.eventOf(yellowFlags, &c.Was, &c.Said); ok && old == "" {
			w.Retract(e.ID, c.corrected(), c.By)
			old = e.ID
		}
	}
	if c.Gone {
		return
	}
	if c.Says.Kind == racecontrol.Clear && c.Row.Time.After(f.cleared) {
		f.cleared = c.Row.Time
	}
	for i := range f.ag.twins {
		if t := &f.ag.twins[i]; t.says(&c.Says) {
			superseded := f.answered(FlagClear, c)
			if old == "" {
				old = superseded
			}
			f.ag.heard(t, c, old)
		}
	}
	if e, ok := w.eventOf(yellowFlags, &c.Row, &c.Says); ok {
		e.Supersedes = old
		f.waved(e, c)
	}
	if c.Says.Kind == racecontrol.Clear {
		f.answered(FlagClear, c)
	}
}

// waved tells a yellow flag of race control.
func (f *flag) waved(e f1.Event, c *Control) {
	w := f.w
	if _, told := w.Told(e.ID); told {
		return // sent again
	}
	if id := f.answered(FlagYellow, c); id != "" && e.Supersedes == "" {
		e.Supersedes = id
	}
	late := w.Message.Snapshot || w.Message.Time.Sub(c.Row.Time) > w.Params.Agree.Alone.D()
	switch {
	case c.Says.Scope == racecontrol.PitLane: // the track status is not about it
		w.Tell(e, c.By, c.WasBy)
	case late:
		e.Detail = join(e.Detail, controlAlone)
		w.Tell(e, c.By, c.WasBy)
	case w.Track.Is != "" && w.Track.Is != f1.TrackClear:
		w.Tell(e, c.By, c.WasBy, w.Track.By)
	default:
		e.Status = f1.Provisional
		w.Tell(e, c.By, c.WasBy)
		f.waits = append(f.waits, waitingFlag{e.ID, c.Row.Time})
	}
}

// controlSays is why what the track status alone told is taken back.
const controlSays = "race control says where"

// answered ends the wait of a change of the track status that a message of race control explains. What was
// told of it is taken back; its ID is returned.
func (f *flag) answered(kind f1.EventKind, c *Control) string {
	l := f.lone
	if l.kind != kind || c.Row.Time.Sub(l.at).Abs() > f.w.Params.Agree.Alone.D() {
		return ""
	}
	f.lone = loneStatus{}
	if l.id != "" {
		f.w.Retract(l.id, controlSays, c.By)
	}
	return l.id
}

// yellowFlags are the messages that the track status should agree with.
func yellowFlags(row *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	switch m.Kind {
	case racecontrol.Yellow:
		return flagWhere(FlagYellow, m), true
	case racecontrol.DoubleYellow:
		return flagWhere(FlagDoubleYellow, m), true
	}
	return f1.Event{}, false
}

// otherFlags are the messages that no other topic repeats.
func otherFlags(row *f1.RaceControlRow, m *racecontrol.Message) (f1.Event, bool) {
	var e f1.Event
	switch m.Kind {
	case racecontrol.Clear:
		return flagWhere(FlagClear, m), !clearsTrack(m)
	case racecontrol.GreenLight:
		return f1.Event{Kind: FlagGreen}, true
	case racecontrol.BlackAndWhite:
		e.Kind = FlagBlackWhite
	case racecontrol.BlackAndOrange:
		e.Kind = FlagBlackOrange
	case racecontrol.Black:
		e.Kind = FlagBlack
	default:
		return e, false
	}
	e.Detail = m.Reason
	about(&e, m.Cars)
	return e, true
}

// flagWhere is a flag with its marshal sector, or the word for the pit lane.
func flagWhere(kind f1.EventKind, m *racecontrol.Message) f1.Event {
	e := f1.Event{Kind: kind}
	switch {
	case m.Scope == racecontrol.PitLane:
		e.Detail = "pit lane"
	case m.Sector.Known:
		e.Value = f1.Some(float64(m.Sector.Value))
	}
	return e
}

var errFlag = errors.New("the cited messages do not hold the flag")

// flagHolds checks a flag by its message, and where the track status has a part in it, by that too.
func flagHolds(e *f1.Event, p *Proof) error {
	whole := !e.Value.Known && !begins(e.Detail, "pit lane") || e.Detail == ""
	switch {
	case e.Kind == FlagRed:
		return flagTwins[0].holds(e, p)
	case (e.Kind == FlagYellow || e.Kind == FlagClear) && !e.Value.Known && p.loneStatus(e):
		return nil
	case e.Kind == FlagClear && !e.Value.Known && whole:
		return flagTwins[1].holds(e, p)
	case e.Kind != FlagYellow && e.Kind != FlagDoubleYellow:
		return controlHolds(otherFlags)(e, p)
	}
	if err := controlHolds(yellowFlags)(e, p); err != nil {
		return err
	}
	agreed := false
	for _, step := range p.Steps {
		t := step.Session.Track.Status
		agreed = agreed || t != "" && t != f1.TrackClear
	}
	if e.Status == f1.Confirmed && !agreed && e.Value.Known && !begins(e.Detail, controlAlone) {
		return errFlag
	}
	return nil
}

// loneStatus reports whether the track status changed between clear and yellow at the event's time, and race
// control tells no flag that explains it, unless the event was taken back for that.
func (p *Proof) loneStatus(e *f1.Event) bool {
	to := f1.TrackYellow
	if e.Kind == FlagClear {
		to = f1.TrackClear
	}
	was := f1.TrackStatus("")
	if said := e.Detail; said != "" && !begins(said, trackAlone) && said != controlSays {
		return false
	}
	for _, step := range p.Steps {
		is := step.Session.Track.Status
		if was != "" && is != was && is == to && step.Message.Time.Equal(e.Time) {
			return len(p.Last().RaceControl) == 0 || e.Status == f1.Retracted
		}
		was = is
	}
	return false
}
