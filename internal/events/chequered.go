package events

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// The chequered flag.
const (
	ChequeredLeader = f1.EventKind("chequered.leader")
	ChequeredCar    = f1.EventKind("chequered.car")
)

// ChequeredParams are the thresholds of the chequered flag.
type ChequeredParams struct {
	Again Seconds `json:"again_s"` // a car whose flag the feed takes back within it had not taken it
}

var defaultChequered = ChequeredParams{Again: 60}

var chequeredDetector = detector{
	name: "chequered",
	kinds: []definition{
		{ChequeredLeader, f1.P0, "The first car takes the chequered flag of the session or of the part of qualifying: as the car's status or race control has it. Where they differ race control is right, and the newest message of it. Where the feed follows no cars it is told when the flag is shown, without a car. Outside races, where it is not the winner, it is of little weight."},
		{ChequeredCar, f1.P3, "A car takes the chequered flag, \"to\" being its place then. It is taken back when the feed takes it back within {chequered.again_s} s."},
	},
	on:    NewsChequered | NewsControl | NewsPart | NewsStatus,
	start: func(w *World) func() { return (&chequered{w: w, at: map[*Car]time.Time{}}).step },
	holds: chequeredHolds,
}

// chequered follows the flag of a session, or of a part.
type chequered struct {
	w    *World
	part int
	id   string // of the event about the first car
	said bool   // race control has named the first car
	at   map[*Car]time.Time
}

func (f *chequered) step() {
	w := f.w
	if w.News&NewsPart != 0 && w.Part.Is != f.part {
		f.part, f.id, f.said = w.Part.Is, "", false
		clear(f.at)
	}
	if w.News&NewsControl != 0 {
		for i := range w.Control {
			f.hear(&w.Control[i])
		}
	}
	if w.News&NewsChequered != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if c.News&NewsChequered != 0 {
				f.car(c)
			}
		}
	}
}

// hear takes in a message about the flag.
func (f *chequered) hear(c *Control) {
	w := f.w
	m, was := &c.Says, &c.Said
	flag := func(m *racecontrol.Message) bool {
		return m.Kind == racecontrol.Chequered && len(m.Cars) == 0
	}
	switch {
	case m.Kind == racecontrol.FirstToFlag && len(m.Cars) == 1 && !w.Message.Snapshot:
		f.first(m.Cars[0], c.Row.Time, true, c.By)
	case c.Change && was.Kind == racecontrol.FirstToFlag && m.Kind != racecontrol.FirstToFlag,
		c.Change && flag(was) && !flag(m):
		w.Retract(f.id, "the message was corrected", c.By)
		f.id = ""
	case flag(m) && len(w.Order) == 0 && f.id == "" && !w.Message.Snapshot:
		f.id = w.ID(ChequeredLeader, strconv.Itoa(f.part), "")
		w.Tell(f1.Event{ID: f.id, Kind: ChequeredLeader, Time: c.Row.Time}, c.By)
	}
}

// first tells the first car, or corrects which it was.
func (f *chequered) first(number int, at time.Time, control bool, cites ...uint64) {
	w := f.w
	if f.said && !control {
		return
	}
	f.said = f.said || control
	id := w.ID(ChequeredLeader, strconv.Itoa(f.part), strconv.Itoa(number))
	e := f1.Event{ID: id, Kind: ChequeredLeader, Time: at, Car: f1.Some(number)}
	if f.part > 0 && w.Session.Info.Type.IsQualifying() {
		e.Detail = "Q" + strconv.Itoa(f.part)
	}
	if !w.Session.IsRace() {
		e.Priority = f1.P3
		if !control {
			e.Status = f1.Provisional
		}
	}
	if c := w.Car(number); c != nil && w.Session.IsRace() && w.latest(c).StatusBits == 0 {
		e.Lap = f1.Some(c.Laps.Is)
		cites = append(cites, c.Laps.By)
	}
	if f.id != "" && f.id != id {
		w.Retract(f.id, "it was car "+strconv.Itoa(number), cites...)
		e.Supersedes = f.id
	}
	if old, told := w.Told(id); told {
		e.Time = old.Time
		if e.Supersedes == "" {
			e.Supersedes = old.Supersedes
		}
		e.Evidence = slices.Clone(old.Evidence)
	}
	f.id = id
	w.Tell(e, cites...)
}

// car takes in a car's status.
func (f *chequered) car(c *Car) {
	w := f.w
	id := w.ID(ChequeredCar, strconv.Itoa(c.Number), strconv.Itoa(f.part))
	if !c.Chequered.Is {
		if at, told := f.at[c]; told && w.Message.Time.Sub(at) <= w.Params.Chequered.Again.D() && w.Status.Is != f1.StatusInactive {
			w.Retract(id, "the feed took it back", c.Chequered.By)
		}
		delete(f.at, c)
		return
	}
	others := func(o *Car) bool { return o != c && o.Chequered.Is }
	if f.id == "" && !slices.ContainsFunc(w.Order, others) {
		f.first(c.Number, w.Message.Time, false, c.Chequered.By)
	}
	f.at[c] = w.Message.Time
	e := f1.Event{ID: id, Kind: ChequeredCar, Car: f1.Some(c.Number)}
	cites := []uint64{c.Chequered.By}
	if c.Position.Is > 0 {
		e.To = f1.Some(c.Position.Is)
		cites = append(cites, c.Position.By)
	}
	if w.Session.IsRace() && c.Car.StatusBits == 0 { // by its laps; the status may come before the last of them is counted
		e.Lap = f1.Some(c.Laps.Is)
		cites = append(cites, c.Laps.By, w.Total.By, w.Info, w.Flag.By, w.Status.By)
	}
	w.Tell(e, cites...)
}

var errChequered = errors.New("the cited messages do not show the chequered flag")

// chequeredHolds checks the car's status, or its laps where the feed has none, or the message of race control.
func chequeredHolds(e *f1.Event, p *Proof) error {
	took := func(s *timing.Session) bool {
		c := car(s, e.Car)
		return c.Chequered || c.StatusBits == 0 && e.Lap.Known && c.Laps >= e.Lap.Value
	}
	if e.Kind == ChequeredCar {
		placed := !e.To.Known || p.Some(func(s *timing.Session) bool { return car(s, e.Car).Position == e.To.Value })
		if !p.Some(took) || !placed || e.Status == f1.Retracted && took(p.Last()) {
			return errChequered
		}
		return nil
	}
	named, newest := false, 0
	for i := range p.Last().RaceControl {
		if m := racecontrol.Parse(&p.Last().RaceControl[i]); m.Kind == racecontrol.FirstToFlag && len(m.Cars) == 1 {
			named, newest = named || m.Cars[0] == e.Car.Value, m.Cars[0]
		}
	}
	flag := p.Some(func(s *timing.Session) bool {
		return slices.ContainsFunc(s.RaceControl, func(r f1.RaceControlRow) bool {
			m := racecontrol.Parse(&r)
			return m.Kind == racecontrol.Chequered || m.Kind == racecontrol.FirstToFlag && e.Car.Known && m.About(e.Car.Value)
		})
	})
	if !(flag && (!e.Car.Known || named || e.Status == f1.Retracted)) && !(e.Car.Known && p.Some(took)) ||
		e.Status == f1.Confirmed && newest != 0 && newest != e.Car.Value || e.Status == f1.Retracted && newest == e.Car.Value && newest != 0 {
		return errChequered
	}
	return nil
}
