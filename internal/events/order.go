package events

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
)

// Every change of order is one of these. A place gained is not yet a pass: most are stops, accidents and
// the stewards'.
const (
	OvertakeOnTrack = f1.EventKind("overtake.on_track")
	OrderPit        = f1.EventKind("order.changed.pit")
	OrderIncident   = f1.EventKind("order.changed.incident")
	OrderPenalty    = f1.EventKind("order.changed.penalty")
	OrderLapping    = f1.EventKind("order.changed.lapping")
	OrderNeutral    = f1.EventKind("order.changed.neutral")
	OrderTiming     = f1.EventKind("order.changed.timing")
	OrderOther      = f1.EventKind("order.changed.other")
	LeadChange      = f1.EventKind("lead.change")
)

// What details say more than once.
const (
	itWas          = "it was "
	severalPlaces  = "several places at once"
	unseenCrossing = "a crossing of the line was not seen"
)

// OrderParams are the thresholds of changes of order.
type OrderParams struct {
	Tell      Seconds `json:"tell_s"`      // an overtake is told when the gaps of both cars show it, or after this
	Kept      Seconds `json:"kept_s"`      // an overtake is confirmed when it has held so long
	Regain    Seconds `json:"regain_s"`    // the same two swapping back within it are one exchange
	Aftermath Seconds `json:"aftermath_s"` // a car that stops, retires or pits within it after losing a place had not raced for it
	PitEntry  Seconds `json:"pit_entry_s"` // a car this near before its pit entry is on its way in
	Slow      float64 `json:"slow_share"`  // a sector this much longer than the field's is no racing pace
	Fall      Seconds `json:"fall_s"`      // a car that was passed and falls behind faster than a slow one does, looked at so long
	FallFrom  Seconds `json:"fall_from_s"` // ... more than this
	FallShare float64 `json:"fall_share"`  // ... and what it loses of the time since
	NearLead  Seconds `json:"near_lead_s"` // a car so near behind the leader is not lapped: that it is shown so is the feed's mistake
	Glitch    Seconds `json:"glitch_s"`    // a swap undone within it, to which the gaps never agreed, was the feed's mistake
	Block     int     `json:"block"`       // a car that moves so many places at once was lost sight of, when it moves back
	Unseen    Seconds `json:"unseen_s"`    // ... within this
	Still     Seconds `json:"still_s"`     // a car of which nothing is heard for so long after losing a place does not move
	Together  Seconds `json:"together_s"`  // what a car loses so near to a loss by trouble is part of it
	Trouble   Seconds `json:"trouble_s"`   // ... and so long after it, as long as it wins no place
	Field     int     `json:"field"`       // how many sector times of others say what the field takes
	FieldAge  Seconds `json:"field_s"`     // ... if they are not older
	FlagLag   Seconds `json:"flag_lag_s"`  // how long after a car took the flag the feed may still tell what it did before
}

var defaultOrder = OrderParams{Tell: 2, Kept: 10, Regain: 30, Aftermath: 60, PitEntry: 3, Slow: .15, Fall: 25, FallFrom: 1.5, FallShare: .2, NearLead: 60, Glitch: 3, Block: 3, Unseen: 90, Still: 15, Together: 4, Trouble: 30, Field: 7, FieldAge: 120, FlagLag: 10}

var orderDetector = detector{
	name: "order",
	kinds: []definition{
		{OvertakeOnTrack, f1.P1, "The first car is ahead of the second, which was ahead before; the session runs under a green or yellow track, neither is in the pits, on its lap out of them, stopped or slow, and neither has taken the flag. It is told when the gaps of both show it, or after {order.tell_s} s when the one that lost has moved on, and confirmed after {order.kept_s} s."},
		{OrderPit, f1.P3, "Two cars changed places and one of them was in the pits, on its way in or on its lap out."},
		{OrderIncident, f1.P2, "Two cars changed places and the one that lost was stopped, out, slower in a sector than the field by {order.slow_share}, fell away from the other by {order.fall_share} of the time, or was not heard of for {order.still_s} s; or it lost the place within {order.together_s} s of such a loss, or within {order.trouble_s} s after one."},
		{OrderPenalty, f1.P2, "Two cars changed places after one of them had taken the flag: the stewards' or the timekeepers' work, no pass."},
		{OrderLapping, f1.P3, "Two cars that are not on the same lap changed places."},
		{OrderNeutral, f1.P3, "Two cars changed places while the track was not free for racing."},
		{OrderTiming, f1.P3, "Two cars changed places in the feed and not on the track: it took the change back within {order.glitch_s} s, or a car that it had lost sight of fell {order.block} places or more at once and came back within {order.unseen_s} s."},
		{OrderOther, f1.P3, "Two cars changed places and nothing in the feed says why: a car gained {order.block} places or more at once on the track, and kept them."},
		{LeadChange, f1.P0, "Another car is first. What kind of change it was stands in the detail."},
	},
	on:    NewsGap | NewsTrack | NewsPosition | NewsSecond | NewsPit | NewsStopped | NewsRetired | NewsSector | NewsStatus,
	start: func(w *World) func() { return (&order{w: w}).step },
	holds: orderHolds,
}

// swap is one pair of cars that changed places.
type swap struct {
	gained, lost *Car
	at           time.Time
	offset       uint64
	from, to     int // the places of the one that gained, counted down the order
	kind         f1.EventKind
	why          string
	id           string // "": not told yet
	leads        bool   // it changed the lead
	start        string // "start" on the first lap, "restart" on the first one after the track was neutralised
	block        *Car   // the one of the two that moved several places in the message
	agreed       bool   // the gaps of both have shown it, too
	denied       bool   // they have shown the old order
	judged       bool   // the pace of the one that lost is known
	kept         bool   // it has held long enough
	part         bool   // it is an incident because another swap of the car is
	cites        []uint64
	due          time.Time // when its age alone makes a difference next
}

// order finds changes of order and watches what becomes of the cars.
type order struct {
	w       *World
	open    []*swap // young enough for what comes to tell what they were
	field   [3][]timed
	trouble map[*Car]*swap // the newest swap by which a car lost a place by trouble
	started Fact[string]   // the newest start or restart: its word
	since   int            // the leader's lap then
}

// timed is one car's time in a sector.
type timed struct {
	car  *Car
	took time.Duration
	at   time.Time
	by   uint64
}

// fieldMemory is how many sector times of the field are remembered; half of them within a lap is plenty.
const fieldMemory = 20

func (o *order) step() {
	w := o.w
	if !w.Session.IsRace() {
		return
	}
	if w.News&(NewsStatus|NewsTrack) != 0 {
		o.restarts()
	}
	if w.News&NewsSector != 0 && !w.Message.Snapshot { // whose sectors are of any age
		o.sectors()
	}
	if w.News&NewsPosition != 0 && !w.Message.Snapshot && w.begun() { // what changed before a snapshot was not seen
		o.swaps()
	}
	o.open = slices.DeleteFunc(o.open, func(s *swap) bool { return !o.follow(s) })
}

// restarts notes when the field begins to race, for the first time or again.
func (o *order) restarts() {
	w := o.w
	switch {
	case w.News&NewsStatus != 0 && w.Status.Is == f1.StatusStarted && w.Status.Was != f1.StatusAborted:
		o.started.say("start", w)
	case w.News&NewsStatus != 0 && w.Status.Is == f1.StatusStarted,
		w.News&NewsTrack != 0 && w.Racing() && (w.Track.Was == f1.TrackSC || w.Track.Was == f1.TrackRed || w.Track.Was == f1.TrackVSC || w.Track.Was == f1.TrackVSCEnding):
		o.started = Fact[string]{Is: "restart", By: w.Message.Offset, WasBy: max(w.Track.WasBy, w.Status.WasBy)}
	default:
		return
	}
	o.since = w.Lap.Is
}

// begun reports whether the session has been started at all.
func (w *World) begun() bool {
	switch w.Status.Is {
	case f1.StatusStarted, f1.StatusFinished, f1.StatusFinalised, f1.StatusEnds, f1.StatusAborted:
		return true
	}
	return false
}

// sectors remembers the field's newest times in each sector.
func (o *order) sectors() {
	for _, c := range o.w.Touched {
		for i := range c.Sector {
			f := &c.Sector[i]
			if c.News&NewsSector == 0 || f.By != o.w.Message.Offset || !f.Is.Known {
				continue
			}
			list := o.field[i]
			if len(list) == fieldMemory {
				list = append(list[:0], list[1:]...)
			}
			o.field[i] = append(list, timed{c, f.Is.Value, f.Since, f.By})
		}
	}
}

// swaps finds the pairs that changed places with the newest message.
func (o *order) swaps() {
	w := o.w
	for i, ahead := range w.Order {
		for _, behind := range w.Order[i+1:] {
			if b := behind.rankWas; b >= 0 && b < ahead.rankWas {
				o.begin(ahead, behind)
			}
		}
	}
}

// begin tells a swap as what it looks like now.
func (o *order) begin(gained, lost *Car) {
	w := o.w
	s := &swap{gained: gained, lost: lost, at: w.Message.Time, offset: w.Message.Offset,
		from: before(gained), to: gained.Position.Is, leads: gained.rank == 0 && lost.rankWas == 0, cites: make([]uint64, 0, 16)}
	switch {
	case gained.Laps.Is+1 == max(w.Started, 1): // the first racing lap, which may come after laps behind the safety car
		s.start = "start"
		s.cites = append(s.cites, w.StartedBy, gained.Laps.By)
	case o.started.Is == "restart" && w.Lap.Is <= o.since+1:
		s.start = "restart"
		s.cites = append(s.cites, o.started.By, o.started.WasBy)
	}
	for _, c := range []*Car{gained, lost} {
		if moved := c.rank - c.rankWas; max(moved, -moved) >= w.Params.Order.Block {
			s.block = c
		}
	}
	for _, c := range []*Car{gained, lost} {
		s.cites = append(s.cites, c.Position.By, c.Position.WasBy)
	}
	s.cites = append(s.cites, w.Message.Offset, w.Status.By, w.Track.By)
	kind, why, cites := o.reason(s)
	for _, old := range o.open {
		apart := s.at.Sub(old.at)
		switch {
		case old.gained != lost || old.lost != gained || kind != OvertakeOnTrack && kind != OrderNeutral && kind != OrderIncident:
		case !old.agreed && (apart <= w.Params.Order.Glitch.D() || (old.denied || old.block != nil) && apart <= w.Params.Order.Regain.D()), old.block != nil && old.block == s.block && apart <= w.Params.Order.Unseen.D():
			kind, why, cites = OrderTiming, "taken back", append(cites, old.cites...)
			o.becomes(old, OrderTiming, "taken back", s.cites...)
		case kind == OvertakeOnTrack && apart <= w.Params.Order.Regain.D():
			why, cites = "regain", append(cites, old.cites...)
		}
	}
	s.kind, s.why, s.cites = kind, why, append(s.cites, cites...)
	if kind != OvertakeOnTrack {
		o.tell(s)
	}
	o.open = append(o.open, s)
}

// before is the place of a car before the newest message.
func before(c *Car) int {
	if c.News&NewsPosition != 0 {
		return c.Position.Was
	}
	return c.Position.Is
}

// reason says what a swap is by what is known now.
func (o *order) reason(s *swap) (kind f1.EventKind, why string, cites []uint64) {
	w, a, b := o.w, s.gained, s.lost
	pit := func(c *Car) bool { return c.Pit.Is || c.OnOutLap() }
	switch {
	case o.afterFlag(a, b):
		return OrderPenalty, "after the flag", append(w.flagCites(a), w.flagCites(b)...)
	case pit(a) || pit(b):
		return OrderPit, "", []uint64{a.Pit.By, b.Pit.By, a.Pit.WasBy, b.Pit.WasBy, a.PitOut.By, b.PitOut.By}
	case b.Stopped.Is || b.Retired.Is:
		return OrderIncident, "stopped", []uint64{b.Stopped.By, b.Retired.By}
	case o.inTrouble(s):
		return OrderIncident, "still in trouble", o.trouble[b].cites
	case a.Gap.Is.Laps.Known != b.Gap.Is.Laps.Known:
		return OrderLapping, "", []uint64{a.Gap.By, b.Gap.By}
	case !mayPassAt(w.Status.Is, w.Track.Is): // after the leader's flag the others still race
		return OrderNeutral, neutralWord(w), nil
	}
	return OvertakeOnTrack, s.start, o.racingCites(s)
}

// inTrouble reports whether the car that lost had lost a place by trouble shortly before, and won none since.
func (o *order) inTrouble(s *swap) bool {
	before := o.trouble[s.lost]
	return before != nil && s.at.Sub(before.at) <= o.w.Params.Order.Trouble.D() && s.lost.rankWas >= before.gained.rank
}

func neutralWord(w *World) string {
	if w.Status.Is != f1.StatusStarted {
		return string(w.Status.Is)
	}
	return string(w.Track.Is)
}

// racingCites are the messages that show both cars racing.
func (o *order) racingCites(s *swap) []uint64 {
	a, b := s.gained, s.lost
	return []uint64{a.Pit.By, b.Pit.By, a.PitOut.By, b.PitOut.By, a.Stopped.By, b.Stopped.By, a.Retired.By, b.Retired.By}
}

// afterFlag reports whether a swap came after the flag of the cars: the one that lost had taken it first, or
// the other so long ago that what they did on the road had been told.
func (o *order) afterFlag(gained, lost *Car) bool {
	if lost.Chequered.Is && (!gained.Chequered.Is || lost.Chequered.Since.Before(gained.Chequered.Since)) {
		return true
	}
	if gained.Chequered.Is {
		return o.w.Message.Time.Sub(gained.Chequered.Since) > o.w.Params.Order.FlagLag.D()
	}
	return o.w.Status.Is == f1.StatusFinalised || o.w.Status.Is == f1.StatusEnds
}

func (w *World) flagCites(c *Car) []uint64 {
	return []uint64{w.Status.By, w.Flag.By, w.Total.By, c.Chequered.By, c.Laps.By}
}

// becomes makes a swap one of another kind.
func (o *order) becomes(s *swap, kind f1.EventKind, why string, cites ...uint64) {
	if s.kind == kind {
		return
	}
	s.kind, s.why, s.cites = kind, why, append(s.cites, cites...)
	o.tell(s)
	if kind == OrderIncident {
		o.troubled(s)
	}
}

// troubled notes that a car lost a place by trouble, and makes what it lost about then part of it. What shows the
// trouble is what the first of these swaps cites.
func (o *order) troubled(s *swap) {
	if s.part {
		return
	}
	c := s.lost
	if o.trouble == nil {
		o.trouble = map[*Car]*swap{}
	}
	o.trouble[c] = s
	for _, other := range o.open {
		if other.lost == c && other.kind == OvertakeOnTrack && other.at.Sub(s.at).Abs() <= o.w.Params.Order.Together.D() {
			other.part = true
			o.becomes(other, OrderIncident, "with what it lost to car "+strconv.Itoa(s.gained.Number), s.cites...)
		}
	}
}

// leap reports whether a swap is one of several by which a car gained places at once on the track: more than a pass
// is.
func (o *order) leap(s *swap) bool {
	if s.block != s.gained || s.start != "" {
		return false
	}
	n := 0
	for _, other := range o.open {
		if other.gained == s.gained && other.offset == s.offset && (other.kind == OvertakeOnTrack || other.kind == OrderOther) {
			n++
		}
	}
	return n >= o.w.Params.Order.Block
}

// tell tells a swap as the kind that it is; what was told of it as another is taken back.
func (o *order) tell(s *swap) {
	w, kind, old := o.w, s.kind, s.id
	s.id = w.ID(kind, strconv.Itoa(s.gained.Number), strconv.Itoa(s.lost.Number), s.at.Format(time.RFC3339Nano))
	if old != "" {
		w.Retract(old, itWas+string(kind), s.cites...)
	}
	e := f1.Event{
		ID: s.id, Kind: kind, Time: s.at, Car: f1.Some(s.gained.Number), Other: f1.Some(s.lost.Number), Supersedes: old,
		Lap: w.raceLap(s.gained), From: f1.Some(s.from), To: f1.Some(s.to), Detail: s.why,
	}
	if kind == OvertakeOnTrack {
		e.Status = f1.Provisional
	}
	w.Tell(e, s.cites...)
	if s.leads {
		e.ID, e.Kind, e.Status, e.Detail, e.Supersedes = w.ID(LeadChange, strconv.Itoa(s.gained.Number), s.at.Format(time.RFC3339Nano)), LeadChange, f1.Confirmed, string(kind), ""
		w.Tell(e, s.cites...)
	}
}

// raceLap is the lap the car is on, the last one when it has finished.
func (w *World) raceLap(c *Car) f1.Opt[int] {
	if w.Total.Is > 0 {
		return f1.Some(min(c.Laps.Is+1, w.Total.Is))
	}
	return f1.Some(c.Laps.Is + 1)
}

// follow looks at what has become of the cars of a swap; it reports false when it is too old for more.
func (o *order) follow(s *swap) bool {
	w, p := o.w, &o.w.Params.Order
	now := w.Now()
	if !now.Before(s.due) {
		s.due = p.due(s.at, now)
	} else if s.gained.News|s.lost.News == 0 {
		return true
	}
	age := now.Sub(s.at)
	if (s.kind == OvertakeOnTrack || s.kind == OrderNeutral) && w.Message.Offset != s.offset {
		o.turnsOut(s, age)
	}
	if s.kind == OvertakeOnTrack && s.id == "" && age >= p.Still.D() && s.lost.SeenBy <= s.offset {
		o.becomes(s, OrderIncident, fmt.Sprintf("nothing heard of it for %.0f s", age.Seconds()), s.lost.SeenBy, w.Message.Offset)
	}
	if s.kind == OvertakeOnTrack && s.id == "" && !s.agreed && age >= p.Tell.D() && o.leap(s) {
		o.becomes(s, OrderOther, severalPlaces)
	}
	if s.kind == OvertakeOnTrack && s.id == "" && (s.agreed || age >= p.Tell.D() && s.lost.SeenBy > s.offset) {
		if !s.agreed {
			s.cites = append(s.cites, s.lost.SeenBy)
		}
		s.cites = append(s.cites, o.agreeing(s)...)
		o.tell(s)
	}
	if s.kind == OvertakeOnTrack && s.id != "" && !s.kept && age >= p.Kept.D() {
		s.kept = true
		w.Confirm(s.id)
	}
	return age < p.Aftermath.D() || s.block != nil && age < p.Unseen.D()
}

// due is when the age of a swap makes a difference next.
func (p *OrderParams) due(at, now time.Time) (next time.Time) {
	for _, after := range [...]Seconds{p.Tell, p.Kept, p.Still, p.Aftermath, p.Unseen} {
		if t := at.Add(after.D()); t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next
}

// agreeing are the gaps that show the swap, too.
func (o *order) agreeing(s *swap) []uint64 {
	if !s.agreed {
		return nil
	}
	return []uint64{s.gained.Gap.By, s.lost.Gap.By}
}

// turnsOut amends a swap by what the car that lost a place did next.
func (o *order) turnsOut(s *swap, age time.Duration) {
	w, p, b := o.w, &o.w.Params.Order, s.lost
	apart, compared := s.apart()
	switch {
	case b.Stopped.Is || b.Retired.Is:
		o.becomes(s, OrderIncident, "stopped soon after", b.Stopped.By, b.Retired.By)
	case b.Pit.Is && b.Pit.Since.Sub(s.at) <= p.PitEntry.D() && b.Pit.Since.After(s.at):
		o.becomes(s, OrderPit, "on the way into the pits", b.Pit.By)
	case s.kind == OvertakeOnTrack && b.News&NewsGap != 0 && b.Gap.Is.Laps.Known && !s.gained.Gap.Is.Laps.Known && b.Gap.Was.Time.Known && b.Gap.Was.Time.Value < p.NearLead.D():
		o.becomes(s, OrderLapping, unseenCrossing, b.Gap.By, b.Gap.WasBy, s.gained.Gap.By)
	case s.kind == OvertakeOnTrack && compared && b.News&NewsGap != 0 && fellAway(*p, apart, age):
		o.becomes(s, OrderIncident, fmt.Sprintf("fell %.1f s behind in %.0f s", apart.Seconds(), age.Seconds()), b.Gap.By, s.gained.Gap.By)
	case w.News&NewsSector != 0 && s.kind == OvertakeOnTrack && !s.judged && b.News&NewsSector != 0 && b.sectorNow(w):
		s.judged = true
		if slow, cites := o.slow(b); cites != nil {
			o.becomes(s, OrderIncident, slow, cites...)
		}
	}
}

// sectorNow reports whether the newest message has a sector time of the car.
func (c *Car) sectorNow(w *World) bool {
	for i := range c.Sector {
		if c.Sector[i].By == w.Message.Offset && c.Sector[i].Is.Known {
			return true
		}
	}
	return false
}

// samePoint is how much later than the gap between two cars the gap of the second may come when both are of one
// timing point.
const samePoint = 3 * time.Second

// apart is how far the one that lost is behind the other by gaps of both that were said since the swap. Whether they
// show the swap or the order before it is noted.
func (s *swap) apart() (apart time.Duration, known bool) {
	a, b := &s.gained.Gap, &s.lost.Gap
	if (s.gained.News|s.lost.News)&NewsGap == 0 || a.By <= s.offset || b.By <= s.offset || !a.Is.Time.Known && !a.Is.Leads || !b.Is.Time.Known {
		return 0, false
	}
	apart = b.Is.Time.Value - a.Is.Time.Value
	if b.Since.Sub(a.Since) > max(apart, 0)+samePoint {
		return 0, false // the other's is of a timing point before: the leader has gone on since
	}
	s.agreed, s.denied = s.agreed || apart > 0, s.denied || apart < 0
	return apart, true
}

// fellAway reports whether a car is so far behind the one that passed it that it was slow by more than the
// share that a slow car has, and some seconds more.
func fellAway(p OrderParams, apart, age time.Duration) bool {
	return age <= p.Fall.D() && apart > p.FallFrom.D()+time.Duration(p.FallShare*float64(age))
}

// slow reports whether the newest sector of a car was no racing pace, with the messages that show it: its
// own and the field's before it.
func (o *order) slow(c *Car) (string, []uint64) {
	for i := range c.Sector {
		f := &c.Sector[i]
		if f.By != o.w.Message.Offset || !f.Is.Known {
			continue
		}
		ref, cites := o.usual(i, c)
		if ref > 0 && float64(f.Is.Value) > float64(ref)*(1+o.w.Params.Order.Slow) {
			return fmt.Sprintf("sector %d in %.1f s, the field %.1f s", i+1, f.Is.Value.Seconds(), ref.Seconds()), append(cites, f.By)
		}
	}
	return "", nil
}

// usual is the median of other cars' newest times in a sector, with the messages; 0 when too few are known.
func (o *order) usual(sector int, but *Car) (time.Duration, []uint64) {
	var took []time.Duration
	var cites []uint64
	for k := len(o.field[sector]) - 1; k >= 0 && len(took) < o.w.Params.Order.Field; k-- {
		if t := &o.field[sector][k]; t.car != but && o.w.Now().Sub(t.at) < o.w.Params.Order.FieldAge.D() {
			took, cites = append(took, t.took), append(cites, t.by)
		}
	}
	if len(took) < 3 {
		return 0, nil
	}
	slices.Sort(took)
	return took[len(took)/2], cites
}
