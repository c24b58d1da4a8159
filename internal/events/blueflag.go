package events

import (
	"errors"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// BlueFlag is shown to a car that is about to be lapped.
const BlueFlag = f1.EventKind("blue_flag")

// BlueFlagParams bound the flood.
type BlueFlagParams struct {
	Together Seconds `json:"together_s"` // what a car is shown within it is one event
}

var defaultBlueFlag = BlueFlagParams{Together: 60}

var blueflagDetector = detector{
	name: "blueflag",
	kinds: []definition{
		{BlueFlag, f1.P3, "Race control shows the car blue flags: one event for all within {blue_flag.together_s} s of the first, their number is the value."},
	},
	on:    NewsControl,
	start: func(w *World) func() { return (&blueflag{w: w}).step },
	holds: blueflagHolds,
}

// blueflag counts the blue flags of each car.
type blueflag struct {
	w     *World
	waves []wave
}

// wave is the flags that a car was shown together.
type wave struct {
	car   int
	first time.Time
	id    string
	shown []shownFlag
}

type shownFlag struct {
	row int // race control's index
	at  time.Time
}

func (b *blueflag) step() {
	for i := range b.w.Control {
		c := &b.w.Control[i]
		if (c.Change || c.Gone) && c.Said.Kind == racecontrol.Blue && len(c.Said.Cars) == 1 {
			b.takeBack(c)
		}
		if !c.Gone && c.Says.Kind == racecontrol.Blue && len(c.Says.Cars) == 1 {
			b.show(c)
		}
	}
}

// show adds a flag to those that the car was shown just before, or begins a new event.
func (b *blueflag) show(c *Control) {
	w, car, at := b.w, c.Says.Cars[0], c.Row.Time
	for i := len(b.waves) - 1; i >= 0; i-- {
		v := &b.waves[i]
		if apart := at.Sub(v.first); v.car != car || apart < 0 || apart > w.Params.BlueFlag.Together.D() {
			continue
		}
		for _, s := range v.shown {
			if s.at.Equal(at) {
				return // sent again
			}
		}
		v.shown = append(v.shown, shownFlag{c.Row.MessageID, at})
		b.tell(v, c)
		return
	}
	b.waves = append(b.waves, wave{car: car, first: at, id: w.ID(BlueFlag, itoa(car), at.UTC().Format(time.RFC3339)),
		shown: []shownFlag{{c.Row.MessageID, at}}})
	w.Tell(f1.Event{ID: b.waves[len(b.waves)-1].id, Kind: BlueFlag, Time: at, Lap: c.Row.LapNumber, Car: f1.Some(car), Value: f1.Some(1.)}, c.By, c.WasBy)
}

// tell amends the number of flags; none is left when race control took the last one back.
func (b *blueflag) tell(v *wave, c *Control) {
	w := b.w
	if len(v.shown) == 0 {
		w.Retract(v.id, c.corrected(), c.By)
		return
	}
	e, told := w.Told(v.id)
	if !told {
		return
	}
	e.Value = f1.Some(float64(len(v.shown)))
	e.Evidence = append([]uint64(nil), e.Evidence...)
	w.Tell(e, c.By, c.WasBy)
}

func (b *blueflag) takeBack(c *Control) {
	for i := range b.waves {
		v := &b.waves[i]
		for k, s := range v.shown {
			if s.row == c.Was.MessageID && v.car == c.Said.Cars[0] {
				v.shown = append(v.shown[:k], v.shown[k+1:]...)
				b.tell(v, c)
				return
			}
		}
	}
}

var errBlueFlag = errors.New("the cited messages do not show that many blue flags of the car")

// blueflagHolds counts the flags that the newest cited state shows the car from the event's time on.
func blueflagHolds(e *f1.Event, p *Proof) error {
	count := func(rows []f1.RaceControlRow) int {
		seen := map[time.Time]bool{}
		for i := range rows {
			m := racecontrol.Parse(&rows[i])
			if m.Kind == racecontrol.Blue && len(m.Cars) == 1 && f1.Some(m.Cars[0]) == e.Car && !rows[i].Time.Before(e.Time) {
				seen[rows[i].Time.UTC()] = true
			}
		}
		return len(seen)
	}
	n := count(p.Last().RaceControl)
	first := p.Some(func(s *timing.Session) bool {
		return slices.ContainsFunc(s.RaceControl, func(r f1.RaceControlRow) bool {
			m := racecontrol.Parse(&r)
			return r.Time.Equal(e.Time) && m.Kind == racecontrol.Blue && m.About(e.Car.Value)
		})
	})
	if e.Status == f1.Retracted {
		if n == 0 && first && count(p.Steps[0].Session.RaceControl) > 0 {
			return nil
		}
		return errBlueFlag
	}
	whole := p.snapshots() // a list of all messages also has those that came later
	if !first || e.Value.Value < 1 || float64(n) < e.Value.Value || !whole && float64(n) > e.Value.Value {
		return errBlueFlag
	}
	return nil
}
