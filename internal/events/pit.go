package events

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Times in the pit lane. In a race each is one of the last three, once the car is out again.
const (
	PitEntry        = f1.EventKind("pit.entry")
	PitExit         = f1.EventKind("pit.exit")
	PitStop         = f1.EventKind("pit.stop")
	PitDriveThrough = f1.EventKind("pit.drive_through")
	PitRedFlag      = f1.EventKind("pit.red_flag")
)

// PitParams are the thresholds of times in the pit lane.
type PitParams struct {
	Wait    Seconds `json:"wait_s"`      // how long after the exit the feed's word on the tyres is waited for before the lane time decides alone
	Final   Seconds `json:"final_s"`     // after it what was told is confirmed
	Transit Seconds `json:"transit_s"`   // a shorter time in the lane may be a drive-through, as long as no stop was seen
	Doubt   float64 `json:"doubt_share"` // a time in the lane so much below the shortest stop is none, whatever the feed says of tyres
	Longest Seconds `json:"longest_s"`   // a longer one is no usual stop: repairs, a wing, a stall
}

var defaultPit = PitParams{Wait: 15, Final: 120, Transit: 20, Doubt: .12, Longest: 60}

var pitDetector = detector{
	name:   "pit",
	counts: "stop",
	kinds: []definition{
		{PitEntry, f1.P2, "A car enters the pit lane while the session runs, or stands still after it had begun."},
		{PitExit, f1.P3, "A car leaves the pit lane. The value is its time in the lane in seconds: as published, else between the two messages."},
		{PitStop, f1.P1, "In a race a car has been in the pit lane, was not sent there by a red flag, and the feed says that it has other tyres; or its tyres were kept and it was there longer than a drive-through takes. While the feed says nothing for {pit.wait_s} s the time in the lane decides, provisionally. The value is that time in seconds, \"to\" the number of the stop. Above {pit.longest_s} s it is of less weight."},
		{PitDriveThrough, f1.P1, "In a race a car has kept its tyres and was in the pit lane for less than the shortest stop of the session, or as long as there was none less than {pit.transit_s} s. What is shorter than that stop by {pit.doubt_share} is one, provisionally, whatever the feed says of the tyres. Behind a safety car that leads through the lane, of the least weight."},
		{PitRedFlag, f1.P3, "In a race a car was in the pit lane while the session was suspended."},
	},
	on:    NewsPit | NewsStint | NewsSecond | NewsStatus | NewsTrack | NewsStationary,
	start: func(w *World) func() { return (&pits{w: w}).step },
	holds: pitHolds,
}

// pits follows cars through the pit lane.
type pits struct {
	w         *World
	open      []*stay  // in a race: the newest of each car
	suspended []uint64 // messages that show that the session stands still, or stood so last
	since     time.Time
	until     time.Time     // zero while it does
	shortest  time.Duration // shortest stop for another compound, 0 none
}

// stay is one time in the pit lane.
type stay struct {
	car    *Car
	number int
	in     time.Time
	out    time.Time
	lap    int
	lane   time.Duration
	id     string
	kind   f1.EventKind
	cites  []uint64
	red    bool
	train  bool // behind the safety car
	final  bool // confirmed as far as time does; the feed may still say otherwise of its tyres
}

func (p *pits) step() {
	w := p.w
	if w.News&(NewsStatus|NewsTrack) != 0 {
		p.suspend()
	}
	if w.News&NewsPit != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if c.News&NewsPit != 0 {
				p.moves(c)
			}
		}
	}
	if len(p.open) > 0 && w.News&(NewsStint|NewsSecond|NewsStationary) != 0 {
		p.follow()
	}
}

// suspend notes when the session stands still.
func (p *pits) suspend() {
	w := p.w
	if still := w.Status.Is == f1.StatusAborted || w.Track.Is == f1.TrackRed; !still {
		if p.until.IsZero() && !p.since.IsZero() {
			p.until = w.Message.Time
		}
		return
	}
	if p.since.IsZero() || !p.until.IsZero() {
		p.since, p.until, p.suspended = w.Message.Time, time.Time{}, nil
	}
	p.suspended = append(p.suspended, w.Message.Offset)
}

// moves tells an entry or an exit.
func (p *pits) moves(c *Car) {
	w := p.w
	v, ok := w.Session.NewestVisit(c.Car)
	if !ok || !v.Runs {
		return
	}
	race := w.Session.IsRace()
	base := f1.Event{Car: f1.Some(c.Number), Lap: f1.Some(v.Lap)}
	if !race {
		base.Priority = f1.P3
	}
	cites := []uint64{c.Pit.By, c.Pit.WasBy, w.Status.By, c.Laps.By}
	key := []string{strconv.Itoa(c.Number), strconv.Itoa(v.Lap), v.In.Format(time.RFC3339Nano)}
	switch {
	case c.Pit.Is && v.In.Equal(w.Message.Time):
		e := base
		e.ID, e.Kind, e.Detail = w.ID(PitEntry, key...), PitEntry, v.Under
		w.Tell(e, append(cites, w.Track.By)...)
	case !c.Pit.Is && v.Out.Equal(w.Message.Time) && v.Sure:
		e := base
		lane := p.lane(c, &v)
		if lane != v.Out.Sub(v.In).Truncate(time.Millisecond) {
			cites = append(cites, w.StopsBy)
		}
		e.ID, e.Kind, e.Value = w.ID(PitExit, key...), PitExit, f1.Some(inSeconds(lane))
		w.Tell(e, cites...)
		if race {
			s := &stay{car: c, number: v.Number, in: v.In, out: v.Out, lap: v.Lap, lane: lane, cites: cites, train: v.Under == "sc"}
			s.red = v.Under == "red" || !p.since.IsZero() && (p.until.IsZero() || p.until.After(v.In))
			if s.red {
				s.cites = append(s.cites, p.suspended...)
			}
			p.open = append(slices.DeleteFunc(p.open, func(o *stay) bool { return o.car == c }), s)
			p.judge(s)
		}
	}
}

// lane is the time in the lane: published, else between the messages.
func (p *pits) lane(c *Car, v *timing.Visit) time.Duration {
	if row := p.row(c, v.In); row.PitLane.Known {
		return row.PitLane.Value
	}
	return v.Out.Sub(v.In).Truncate(time.Millisecond)
}

// row is timing's line of a stay, where the feed publishes times of them.
func (p *pits) row(c *Car, in time.Time) f1.PitStopRow {
	if p.w.Session.PublishedStops() == 0 {
		return f1.PitStopRow{}
	}
	for _, r := range p.w.Session.PitStopsOf(p.w.latest(c)) {
		if r.PitIn.Known && r.PitIn.Value.Equal(in) {
			return r
		}
	}
	return f1.PitStopRow{}
}

// follow looks at the newest stay of each car, of which more may be said.
func (p *pits) follow() {
	w := p.w
	for _, s := range p.open {
		if s.final && w.News&(NewsStint|NewsStationary) == 0 {
			continue
		}
		age := w.Now().Sub(s.out)
		if w.News&NewsStationary != 0 {
			if v, ok := w.Session.NewestVisit(w.latest(s.car)); ok && v.In.Equal(s.in) {
				if lane := p.lane(s.car, &v); lane != s.lane {
					s.lane, s.cites = lane, append(s.cites, w.Message.Offset)
				}
			}
		}
		said := w.News&NewsStint != 0 && s.car.News&NewsStint != 0 && slices.Contains(w.Touched, s.car)
		if said || w.News&NewsStationary != 0 || s.kind == "" && age >= w.Params.Pit.Wait.D() {
			p.judge(s)
		}
		if !s.final && age >= w.Params.Pit.Final.D() {
			s.final = true
			w.Confirm(s.id)
		}
	}
}

// judge says what a stay was by what is known now.
func (p *pits) judge(s *stay) {
	w, params := p.w, &p.w.Params.Pit
	if s.red {
		p.tell(s, PitRedFlag, f1.Confirmed, "")
		return
	}
	short := params.Transit.D()
	if p.shortest > 0 {
		short = p.shortest
	}
	set, before := s.fitted(w.latest(s.car).Sets())
	if set == nil {
		switch {
		case w.Now().Sub(s.out) < params.Wait.D() || s.kind != "":
		case s.lane < short:
			p.tell(s, PitDriveThrough, f1.Provisional, tyresUnknown)
		default:
			p.tell(s, PitStop, f1.Provisional, tyresUnknown)
		}
		return
	}
	s.cites = slices.Concat(s.cites, s.car.SaidOf(set), s.car.SaidOf(before))
	switch {
	case changed(set, before) && float64(s.lane) < float64(p.shortest)*(1-params.Doubt):
		p.tell(s, PitDriveThrough, f1.Provisional, tooShort)
	case changed(set, before):
		detail := tyreWord(before, set)
		if row := p.row(s.car, s.in); row.Stationary.Known {
			detail += "; stationary " + strconv.FormatFloat(inSeconds(row.Stationary.Value), 'f', -1, 64) + " s"
		}
		if other := before.Compound != "" && set.Compound != before.Compound; other && s.lane > params.Transit.D()/2 && (p.shortest == 0 || s.lane < p.shortest) {
			p.shortest = s.lane
		}
		p.tell(s, PitStop, f1.Confirmed, detail)
	case s.lane < short:
		p.tell(s, PitDriveThrough, f1.Confirmed, "")
	default:
		p.tell(s, PitStop, f1.Confirmed, tyresKept)
	}
}

// What is said of a stop's tyres when it is not which.
const (
	tyresUnknown = "tyres not known"
	tyresKept    = "tyres kept"
	tooShort     = "too short for a stop, though the feed has other tyres"
)

// fitted is the set of tyres that the car has had since the stay, as far as the feed knows it, and the one before.
func (s *stay) fitted(sets []timing.Set) (set, before *timing.Set) {
	for i := len(sets) - 1; i > 0; i-- {
		if sets[i].In.Equal(s.in) {
			if sets[i].Compound == "" || sets[i].Entry < 0 {
				return nil, nil
			}
			return &sets[i], &sets[i-1]
		}
	}
	return nil, nil
}

// changed reports whether a set is another than the one before.
func changed(set, before *timing.Set) bool {
	return !set.Kept || before.Compound != "" && set.Compound != before.Compound
}

// tyreWord says what was fitted for what.
func tyreWord(before, set *timing.Set) string {
	word := set.Compound
	if before.Compound != "" {
		word = before.Compound + " to " + set.Compound
	}
	if set.New.Known {
		if set.New.Value {
			return word + ", new"
		}
		return word + ", used"
	}
	return word
}

// tell tells a stay as a kind; one told as another is taken back for it.
func (p *pits) tell(s *stay, kind f1.EventKind, status f1.EventStatus, detail string) {
	w := p.w
	old := ""
	if s.kind != "" && s.kind != kind {
		old = s.id
		w.Retract(old, "it was "+string(kind), s.cites...)
	}
	if s.kind != kind {
		s.kind, s.id = kind, w.ID(kind, strconv.Itoa(s.car.Number), strconv.Itoa(s.lap), s.in.Format(time.RFC3339Nano))
	}
	e := f1.Event{ID: s.id, Kind: kind, Time: s.out, Car: f1.Some(s.car.Number), Lap: f1.Some(s.lap), To: f1.Some(s.number),
		Value: f1.Some(inSeconds(s.lane)), Status: status, Detail: detail, Supersedes: old, Evidence: slices.Clone(s.cites)}
	if last, told := w.Told(s.id); told {
		e.Supersedes = last.Supersedes
		if last.Status == f1.Confirmed && status == f1.Provisional {
			return
		}
	}
	switch {
	case kind == PitDriveThrough && s.train:
		e.Priority = f1.P3
	case kind == PitStop && s.lane > w.Params.Pit.Longest.D():
		e.Priority = f1.P2
	}
	w.Tell(e)
}

var errPit = errors.New("the cited messages do not show the time in the pit lane")

// pitHolds checks entry, exit and the time between, and what the kind says of tyres and of the session.
func pitHolds(e *f1.Event, p *Proof) error {
	var in, out time.Time
	outside, lap, red, other, kept, known := false, false, false, false, false, false
	for _, m := range p.Steps {
		c := car(m.Session, e.Car)
		switch {
		case c.InPit && in.IsZero():
			in = m.Message.Time
			lap = c.Laps == 0 || c.Laps == e.Lap.Value || c.Laps == e.Lap.Value-1
		case !c.InPit && !in.IsZero() && out.IsZero():
			out = m.Message.Time
		case !c.InPit && in.IsZero():
			outside = true
		}
		red = red || m.Session.Status == f1.StatusAborted || m.Session.Track.Status == f1.TrackRed
		for _, st := range c.Stints {
			known = known || st.Compound != "" && st.Compound != "UNKNOWN"
			other, kept = other || !st.TyresNotChanged, kept || st.TyresNotChanged
		}
	}
	if in.IsZero() || !lap && !outside {
		return errPit
	}
	if e.Kind == PitEntry {
		return nil
	}
	published := slices.ContainsFunc(p.Steps, func(m Moment) bool { return m.Session.PublishedStops() > 0 })
	if out.IsZero() || !published && math.Abs(out.Sub(in).Seconds()-e.Value.Value) > .001 {
		return errPit
	}
	confirmed := e.Status == f1.Confirmed && e.Detail != tyresUnknown && !strings.HasPrefix(e.Detail, tooShort)
	switch {
	case e.Kind == PitRedFlag && !red,
		e.Kind == PitDriveThrough && confirmed && !(known && kept),
		e.Kind == PitStop && confirmed && e.Detail != tyresKept && !(known && other):
		return errPit
	}
	return nil
}
