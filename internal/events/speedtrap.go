package events

import (
	"errors"
	"strconv"
	"strings"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// SpeedRecord is the highest speed at a trap so far.
const SpeedRecord = f1.EventKind("speedtrap.record")

// SpeedTrapParams are the thresholds of records of speed.
type SpeedTrapParams struct {
	Field   int     `json:"field"`       // a trap has records only once so many cars have passed it
	Highest int     `json:"highest_kmh"` // a higher speed is a fault of the trap
	Again   Seconds `json:"again_s"`     // a speed said anew within it corrects the one before
}

var defaultSpeedTrap = SpeedTrapParams{Field: 10, Highest: 390, Again: 10}

var speedTrapDetector = detector{
	name: "speedtrap",
	kinds: []definition{
		{SpeedRecord, f1.P3, "A speed in km/h at one of the four traps is the highest of the session so far, at least {speedtrap.field} cars having passed it before; \"other\" held the record. A speed above {speedtrap.highest_kmh} km/h is none, one that is corrected within {speedtrap.again_s} s is taken back. At the trap on the longest straight it is of more weight."},
	},
	on:    NewsSpeed,
	start: func(w *World) func() { return (&speedRecords{w: w}).step },
	holds: speedHolds,
}

// speedTraps are the feed's names of the traps, in the order of Car.Speed.
var speedTraps = [4]string{"I1", "I2", "FL", "ST"}

// speedBest is the highest speed at a trap.
type speedBest struct {
	kmh  int
	car  *Car
	by   uint64
	told string
}

// speedRecords keeps the highest speed of each trap.
type speedRecords struct {
	w            *World
	best, before [4]speedBest
	passed       [4]map[*Car]bool
}

func (r *speedRecords) step() {
	w := r.w
	if w.Session.IsRace() && !w.begun() && w.Status.By != 0 {
		return
	}
	for _, c := range w.Touched {
		if c.News&NewsSpeed == 0 {
			continue
		}
		for i := range c.Speed {
			if f := &c.Speed[i]; f.By == w.Message.Offset && f.Is.Known && f.Is.Value <= w.Params.SpeedTrap.Highest {
				r.passes(c, i)
			}
		}
	}
}

// passes takes in a speed.
func (r *speedRecords) passes(c *Car, i int) {
	w, p, f, best := r.w, &r.w.Params.SpeedTrap, &c.Speed[i], &r.best[i]
	if f.Was.Known && f.Is.Value < f.Was.Value && f.Since.Sub(f.Until) <= p.Again.D() && best.car == c && best.kmh == f.Was.Value {
		w.Retract(best.told, "the speed is "+strconv.Itoa(f.Is.Value), f.By)
		*best = r.before[i]
	}
	if r.passed[i] == nil {
		r.passed[i] = map[*Car]bool{}
	}
	enough := len(r.passed[i]) >= p.Field
	if !enough {
		r.passed[i][c] = true
	}
	if f.Is.Value <= best.kmh {
		return
	}
	before := *best
	r.before[i], *best = before, speedBest{kmh: f.Is.Value, car: c, by: f.By}
	if !enough || w.Message.Snapshot || r.w.Unheard(c) && !r.agrees(c, i) {
		return
	}
	best.told = w.ID(SpeedRecord, strconv.Itoa(c.Number), speedTraps[i], strconv.Itoa(f.Is.Value))
	e := f1.Event{ID: best.told, Kind: SpeedRecord, Car: f1.Some(c.Number), Lap: f1.Some(lapRun(w, c, i == 2)),
		Value: f1.Some(float64(f.Is.Value)), Detail: speedTraps[i] + "; before " + strconv.Itoa(before.kmh)}
	if before.car != c {
		e.Other = f1.Some(before.car.Number)
	}
	if speedTraps[i] == "ST" {
		e.Priority = f1.P2
	}
	w.Tell(e, f.By, before.by)
}

// agrees reports whether the feed has the newest speed of a car at a trap as the highest, where laps were not heard: by
// its mark, which is one of the part of qualifying, and by its table of the session.
func (r *speedRecords) agrees(c *Car, i int) bool {
	speeds := [4]timing.Best{c.SpeedI1.Best, c.SpeedI2.Best, c.SpeedFL.Best, c.SpeedST.Best}
	if speeds[i] != timing.OverallBest {
		return false
	}
	known := false
	for _, o := range r.w.Cars {
		best := r.w.latest(o).Stats.BestSpeeds[i].KMH
		known = known || best.Known
		if best.Known && best.Value >= c.Speed[i].Is.Value && o != c {
			return false
		}
	}
	return known // without that table nobody knows: the mark also goes to the second of two equal speeds
}

var errSpeed = errors.New("the cited messages do not show the record of speed")

// speedHolds checks that both speeds were said and the new one is higher.
func speedHolds(e *f1.Event, p *Proof) error {
	trap, rest, _ := strings.Cut(e.Detail, "; before ")
	word, _, _ := strings.Cut(rest, ";")
	before, err := strconv.Atoi(word)
	shows := func(n f1.Opt[int], kmh int) func(*timing.Session) bool {
		return func(s *timing.Session) bool {
			c := car(s, n)
			v := map[string]f1.Opt[int]{"I1": c.SpeedI1.KMH, "I2": c.SpeedI2.KMH, "FL": c.SpeedFL.KMH, "ST": c.SpeedST.KMH}[trap]
			return v.Known && v.Value == kmh
		}
	}
	holder := e.Car
	if e.Other.Known {
		holder = e.Other
	}
	if err != nil || float64(before) >= e.Value.Value || !p.Some(shows(e.Car, int(e.Value.Value))) || !p.Some(shows(holder, before)) {
		return errSpeed
	}
	if e.Status == f1.Retracted && shows(e.Car, int(e.Value.Value))(p.Last()) {
		return errSpeed
	}
	return nil
}
