package events

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// What the start made of the grid.
const (
	StartGain = f1.EventKind("start.gain")
	StartLoss = f1.EventKind("start.loss")
)

// StartParams are the thresholds of the start.
type StartParams struct {
	Places  int     `json:"places"`    // so many gained or lost are told
	Settled Seconds `json:"settled_s"` // what the first lap made of the order is settled so long after a car ended it
}

var defaultStart = StartParams{Places: 1, Settled: 30}

var startDetector = detector{
	name: "start",
	kinds: []definition{
		{StartGain, f1.P2, "A car ends the first lap of the race {start.places} places or more before its grid slot, by the order in which the cars cross the line; those ahead on the grid that did not start count for nothing. It is confirmed {start.settled_s} s after the last car has. A race that is stopped before all have ended the lap has no such thing. Laps behind the safety car before the start are not of the race."},
		{StartLoss, f1.P2, "A car ends the first lap of the race {start.places} places or more behind its grid slot, by the order in which the cars cross the line."},
	},
	on:    NewsStatus | NewsTrack | NewsLaps | NewsSecond | NewsMini,
	start: func(w *World) func() { return (&starts{w: w}).step },
	holds: startHolds,
}

// starts watches the first lap.
type starts struct {
	w       *World
	lights  uint64 // the message that started the race, 0 as long as nobody saw it
	lane    []*Car // in the pit lane then
	crossed []firstEnd
	minis   map[*Car]int // mini-sectors passed since the lights
	done    bool
}

// firstEnd is a car at the end of its first lap.
type firstEnd struct {
	car *Car
	by  uint64
	id  string
}

func (d *starts) step() {
	w := d.w
	if d.done || !w.Session.IsRace() {
		return
	}
	switch {
	case w.News&NewsStatus != 0 && w.Status.Is == f1.StatusStarted && d.lights == 0:
		d.begin()
	case d.lights == 0:
		return
	case w.Started == 0:
		return // laps behind the safety car
	case w.News&(NewsStatus|NewsTrack) != 0 && (w.Status.Is == f1.StatusAborted || w.Track.Is == f1.TrackRed):
		d.stopped()
		return
	}
	if w.News&NewsMini != 0 {
		for _, c := range w.Touched {
			if c.News&NewsMini != 0 {
				d.minis[c]++
			}
		}
	}
	if w.News&NewsLaps != 0 {
		d.ends()
	}
	if w.News&NewsSecond != 0 && len(d.crossed) > 0 {
		d.settle()
	}
}

// begin notes who stands in the pit lane. A race of which nobody saw the start has no grid to compare with.
func (d *starts) begin() {
	w := d.w
	if w.Message.Snapshot {
		d.done = true
		return
	}
	d.lights, d.minis = w.Message.Offset, map[*Car]int{}
	for _, c := range w.Cars {
		if c.Pit.Is && !c.Out() {
			d.lane = append(d.lane, c)
		}
		if c.Laps.Is > 0 {
			d.done = true
		}
	}
	if len(d.lane) > len(w.Cars)/2 {
		d.lane = nil // a start from the lane behind the safety car, or the feed is late: nobody is apart from the others
	}
}

// ends takes the cars that complete their first lap.
func (d *starts) ends() {
	w := d.w
	at := len(d.crossed)
	for _, c := range w.Touched {
		if c.News&NewsLaps != 0 && c.Laps.Is >= w.Started && !slices.ContainsFunc(d.crossed, func(e firstEnd) bool { return e.car == c }) {
			if c.Laps.Is > w.Started || w.Message.Snapshot {
				d.done = true // somebody ended his first lap unseen: the order is not known
				return
			}
			d.crossed = append(d.crossed, firstEnd{car: c, by: w.Message.Offset})
		}
	}
	slices.SortStableFunc(d.crossed[at:], func(a, b firstEnd) int { return a.car.Position.Is - b.car.Position.Is })
	for k := at; k < len(d.crossed); k++ {
		d.tell(k)
	}
}

// tell says what the car that ended its first lap as number k gained or lost.
func (d *starts) tell(k int) {
	w, e := d.w, &d.crossed[k]
	c, place := e.car, k+1
	absent, still := d.absent(c)
	gained := c.Grid.Is - absent - place
	if c.Grid.Is == 0 || max(gained, -gained) < w.Params.Start.Places {
		return
	}
	kind, detail := StartGain, ""
	if gained < 0 {
		kind = StartLoss
	}
	if absent > 0 {
		detail = fmt.Sprintf("%d ahead on the grid did not start", absent)
	}
	if w.Started > 1 {
		detail = join(detail, "after laps behind the safety car")
	}
	cites := append(still, c.Grid.By, d.lights, w.StartedBy, w.Status.By, w.Info)
	for _, before := range d.crossed[:k+1] {
		cites = append(cites, before.by, before.car.Position.By)
	}
	if slices.Contains(d.lane, c) {
		detail = join(detail, "from the pit lane")
		cites = append(cites, c.Pit.By, c.Pit.WasBy)
	}
	if c.Pit.Is {
		detail = join(detail, "into the pits")
		cites = append(cites, c.Pit.By)
	}
	e.id = w.ID(kind, strconv.Itoa(c.Number))
	w.Tell(f1.Event{ID: e.id, Kind: kind, Status: f1.Provisional, Car: f1.Some(c.Number), Lap: f1.Some(w.Started),
		From: f1.Some(c.Grid.Is), To: f1.Some(place),
		Value: f1.Some(float64(max(gained, -gained))), Detail: detail}, cites...)
}

// absent counts the cars ahead of c on the grid that have not moved since the lights: they were stopped or out
// before, or passed no mini-sector. One may be a mark that a car gets where it stands.
func (d *starts) absent(c *Car) (n int, cites []uint64) {
	w := d.w
	for _, o := range w.Order {
		gone := o.Out() && o.Stopped.By < w.StartedBy && o.Retired.By < w.StartedBy || o.Laps.Is+1 < w.Started
		if o.Grid.Is > 0 && o.Grid.Is < c.Grid.Is && o.Laps.Is < w.Started && (gone || o.Mini.By > 0 && d.minis[o] <= 1) {
			n++
			cites = append(cites, o.Grid.By, o.Stopped.By, o.Retired.By, o.Mini.By, o.Laps.By)
		}
	}
	return n, cites
}

// settle confirms what was told when a stop of the race would no longer undo it.
func (d *starts) settle() {
	w := d.w
	if w.Now().Sub(d.crossed[len(d.crossed)-1].car.Laps.Since) < w.Params.Start.Settled.D() {
		return
	}
	for _, e := range d.crossed {
		w.Confirm(e.id, w.Message.Offset)
	}
	d.done = true
}

// stopped takes back what was told of a first lap that was stopped: the cars line up again as they stood. A stop
// after all have ended it comes too late for that.
func (d *starts) stopped() {
	w := d.w
	under := slices.ContainsFunc(w.Order, func(c *Car) bool { return c.Laps.Is < w.Started && !c.Out() })
	for _, e := range d.crossed {
		if under {
			w.Retract(e.id, "the race was stopped on the first lap", w.Status.By, w.Track.By)
		} else {
			w.Confirm(e.id, w.Message.Offset)
		}
	}
	d.done = true
}

var errStart = errors.New("the cited messages do not show the start")

// startHolds counts the cars that had ended their first lap when this one did.
func startHolds(e *f1.Event, p *Proof) error {
	me := car(p.Last(), e.Car)
	if me.Grid == 0 || me.Grid != e.From.Value {
		return fmt.Errorf("%w: grid slot %d", errStart, me.Grid)
	}
	first := e.Lap.Value
	before, started := map[int]bool{}, false
	for _, m := range p.Steps {
		s := m.Session
		started = started || s.Status == f1.StatusStarted
		c := car(s, e.Car)
		for n, other := range s.Cars {
			if other.Laps >= first && (c.Laps < first || other.Position < c.Position && !before[n] && n != c.Number) {
				before[n] = true // with the same message the place decides
			}
		}
		if c.Laps >= first {
			break
		}
	}
	switch place := len(before) + 1; {
	case !started || me.Laps != first || first > 1 && !p.Some(startSaid):
		return errStart
	case place != e.To.Value:
		return fmt.Errorf("%w: it crossed the line as number %d", errStart, place)
	}
	gained := int(e.Value.Value)
	if e.Kind == StartLoss {
		gained = -gained
	}
	absent := 0
	for _, o := range p.Last().Cars {
		if o.Grid > 0 && o.Grid < me.Grid && o.Laps < first {
			absent++
		}
	}
	if still := me.Grid - e.To.Value - gained; e.Value.Value <= 0 || still < 0 || still > absent {
		return fmt.Errorf("%w: %d to %d, %d ahead on the grid without a lap", errStart, me.Grid, e.To.Value, absent)
	}
	if e.Status == f1.Retracted && p.Last().Track.Status != f1.TrackRed && p.Last().Status != f1.StatusAborted {
		return fmt.Errorf("%w: it was not stopped", errStart)
	}
	return nil
}

// startSaid reports whether race control has said how the race starts.
func startSaid(s *timing.Session) bool {
	return slices.ContainsFunc(s.RaceControl, func(r f1.RaceControlRow) bool {
		kind := racecontrol.Parse(&r).Kind
		return kind == racecontrol.StandingStart || kind == racecontrol.RollingStart || kind == racecontrol.SafetyCarInThisLap
	})
}
