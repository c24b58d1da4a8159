package events

import (
	"errors"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// CarStopped is a car that stands on the track.
const CarStopped = f1.EventKind("car.stopped")

// StoppedParams are the thresholds of stopped cars.
type StoppedParams struct {
	Kept  Seconds `json:"kept_s"`  // a stop is confirmed when it has held so long
	Joint Seconds `json:"joint_s"` // race control's word and the timing's within it are one stop
	Red   Seconds `json:"red_s"`   // so long after a suspension a stop may be its cause; later everybody stops
}

var defaultStopped = StoppedParams{Kept: 15, Joint: 120, Red: 90}

var stoppedDetector = detector{
	name: "stopped",
	kinds: []definition{
		{CarStopped, f1.P1, "Timing marks the car as stopped, not in the pits, before its flag, and not later than {stopped.red_s} s after the session was suspended; or race control says that it stopped, with the place. It is confirmed by race control or when it has held {stopped.kept_s} s, and taken back when the car goes on before."},
	},
	on:    NewsStopped | NewsControl | NewsSecond | NewsStatus,
	start: func(w *World) func() { return (&stopped{w: w}).step },
	holds: stoppedHolds,
}

// stopped follows cars that stop.
type stopped struct {
	w     *World
	stops []*stop // young enough for the other source
	since time.Time
}

// stop is one stop of a car.
type stop struct {
	car     int
	id      string
	at      time.Time
	control int // race control's index, -1: it has not said so
	timing  bool
	open    bool // provisional
}

func (x *stopped) step() {
	w := x.w
	if w.News&NewsStatus != 0 && w.Status.Is == f1.StatusAborted {
		x.since = w.Status.Since
	}
	if w.News&NewsControl != 0 {
		for i := range w.Control {
			x.hear(&w.Control[i])
		}
	}
	if w.News&NewsStopped != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if c.News&NewsStopped != 0 {
				x.marked(c)
			}
		}
	}
	if len(x.stops) > 0 && w.News&NewsSecond != 0 {
		x.wait()
	}
}

// find is the young stop of a car, nil when there is none.
func (x *stopped) find(car int, at time.Time) *stop {
	for _, s := range x.stops {
		if s.car == car && at.Sub(s.at).Abs() <= x.w.Params.Stopped.Joint.D() {
			return s
		}
	}
	return nil
}

// marked takes in timing's mark of a car.
func (x *stopped) marked(c *Car) {
	w := x.w
	s := x.find(c.Number, w.Message.Time)
	if !c.Stopped.Is {
		// A car that is towed in was stopped all the same; one that race control saw is.
		if s != nil && s.open && !c.Pit.Is {
			w.Retract(s.id, goesOn, c.Stopped.By)
			x.drop(s)
		}
		return
	}
	late := w.Status.Is == f1.StatusAborted && w.Message.Time.Sub(x.since) > w.Params.Stopped.Red.D()
	if c.Pit.Is || w.flagged(c) || late || !w.begun() {
		return
	}
	if s != nil {
		s.timing = true
		w.Amend(s.id, func(*f1.Event) {}, c.Stopped.By)
		return
	}
	s = &stop{car: c.Number, at: w.Message.Time, control: -1, timing: true, open: true}
	s.id = w.ID(CarStopped, itoa(c.Number), s.at.UTC().Format(time.RFC3339Nano))
	x.stops = append(x.stops, s)
	w.Tell(f1.Event{ID: s.id, Kind: CarStopped, Status: f1.Provisional, Car: f1.Some(c.Number), Lap: w.carLap(c)},
		c.Stopped.By, c.Stopped.WasBy, c.Pit.By, c.Laps.By, w.Status.By)
}

// carLap is the lap a car is on: outside races NumberOfLaps is already that.
func (w *World) carLap(c *Car) f1.Opt[int] {
	if w.Session.IsRace() {
		return w.raceLap(c)
	}
	return f1.Some(c.Laps.Is)
}

// hear takes in race control's word about a stop.
func (x *stopped) hear(c *Control) {
	w := x.w
	if c.Change || c.Gone {
		for _, s := range x.stops {
			if s.control == c.Was.MessageID && !s.timing {
				w.Retract(s.id, c.corrected(), c.By)
				x.drop(s)
				break
			}
		}
	}
	if c.Gone || c.Says.Kind != racecontrol.Stopped || len(c.Says.Cars) != 1 {
		return
	}
	car, place := c.Says.Cars[0], placeWord(&c.Says)
	if s := x.find(car, c.Row.Time); s != nil {
		s.control, s.open = c.Row.MessageID, false
		w.Amend(s.id, func(e *f1.Event) { e.Detail, e.Status = place, f1.Confirmed }, c.By, c.WasBy)
		return
	}
	s := &stop{car: car, at: c.Row.Time, control: c.Row.MessageID}
	s.id = w.ID(CarStopped, itoa(car), s.at.UTC().Format(time.RFC3339Nano))
	if _, told := w.Told(s.id); told && !c.Change {
		return // sent again
	}
	x.stops = append(x.stops, s)
	lap := c.Row.LapNumber // the leader's
	if known := w.Car(car); known != nil && !w.Message.Snapshot {
		lap = w.carLap(known)
	}
	w.Tell(f1.Event{ID: s.id, Kind: CarStopped, Time: s.at, Lap: lap, Car: f1.Some(car), Detail: place}, c.By, c.WasBy)
}

// wait confirms what has held and forgets what is old.
func (x *stopped) wait() {
	w, p := x.w, &x.w.Params.Stopped
	kept := x.stops[:0]
	for _, s := range x.stops {
		age := w.Now().Sub(s.at)
		if s.open && age >= p.Kept.D() {
			w.Confirm(s.id)
			s.open = false
		}
		if age <= p.Joint.D() {
			kept = append(kept, s)
		}
	}
	x.stops = kept
}

func (x *stopped) drop(s *stop) {
	for i, o := range x.stops {
		if o == s {
			x.stops = append(x.stops[:i], x.stops[i+1:]...)
			return
		}
	}
}

// Amend tells a new version of an event, with what change makes of it.
func (w *World) Amend(id string, change func(*f1.Event), cites ...uint64) {
	e, told := w.Told(id)
	if !told || e.Status == f1.Retracted {
		return
	}
	change(&e)
	w.Tell(e, cites...)
}

// goesOn is why a stop was none.
const goesOn = "it goes on"

var errStopped = errors.New("the cited messages do not show that the car stopped")

// stoppedHolds checks timing's mark at the event's time, or race control's word.
func stoppedHolds(e *f1.Event, p *Proof) error {
	said := func(s *timing.Session) (word string, at time.Time, ok bool) {
		for i := range s.RaceControl {
			if m := racecontrol.Parse(&s.RaceControl[i]); m.Kind == racecontrol.Stopped && m.About(e.Car.Value) {
				word, at, ok = placeWord(&m), s.RaceControl[i].Time, true
			}
		}
		return word, at, ok
	}
	word, _, byControl := said(p.Last())
	begun := false // at the event's time
	marked := false
	for _, step := range p.Steps {
		_, at, ok := said(step.Session)
		marked = marked || step.Message.Time.Equal(e.Time) && car(step.Session, e.Car).Stopped
		begun = begun || marked || ok && at.Equal(e.Time)
	}
	still := car(p.Last(), e.Car).Stopped
	switch {
	case !begun, e.Status == f1.Retracted && marked && still, e.Status == f1.Retracted && !marked && byControl,
		e.Status == f1.Retracted && marked && e.Detail != goesOn,
		e.Status == f1.Confirmed && !byControl && !still,
		e.Status != f1.Retracted && e.Detail != word,
		marked && p.Some(func(s *timing.Session) bool { return car(s, e.Car).Stopped && car(s, e.Car).InPit }):
		return errStopped
	}
	return nil
}
