package strategy

import (
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// Window is when a car should stop next. It rests on the life of sets alone: Latest is when its own reaches
// the age that one stint in ten of the compound exceeds (here, when an older set has been seen), Earliest is
// the first lap from which new sets of Next last to the flag with no more stops than are needed. Stops 0 is a
// car that need not stop again; then the laps are 0.
type Window struct {
	Earliest, Latest int // laps at the end of which to come in
	Stops            int
	Next             string // compound with the longest life that settles what is owed
}

// Threat is a car behind that would be ahead after both have stopped, if it stopped now and this one a lap
// later: both lose the same in the lane, so that what decides is one lap on new tyres against one on old.
type Threat struct {
	Number int
	Gap    time.Duration // to it now
	Gain   time.Duration // of its lap on new tyres
	Spread time.Duration // one standard deviation of what the two stops and laps differ by
}

// life is how old a set of the compound may get, in laps; 0 unknown.
func (f *field) life(p *Priors, compound string) int {
	return max(int(math.Round(p.tyre(compound, f.race).Life*f.fullRace())), f.oldest(compound))
}

// namesSince is the season from which on SOFT, MEDIUM and HARD are the softest, middle and hardest of a
// weekend; before, seven names said which rubber it was.
const namesSince = 2019

// dryNames are the compounds to choose from.
var dryNames = []string{"SOFT", "MEDIUM", "HARD"}

func (f *field) window(c *entry, m *model, owes f1.Opt[bool]) f1.Opt[Window] {
	lap := c.last()
	total := f.race.Session.TotalLaps
	if lap == 0 || c.laps[lap].row == nil || !total.Known || lap >= total.Value {
		return f1.Opt[Window]{}
	}
	row := c.laps[lap].row
	if row.Compound == "" || isWet(row.Compound) || !row.TyreAge.Known {
		return f1.Opt[Window]{} // the weather decides
	}
	w := Window{Latest: lap + max(1, f.life(m.priors, row.Compound)-row.TyreAge.Value)}
	if w.Latest >= total.Value && !owes.Or(false) {
		return f1.Some(Window{})
	}
	used, longest := c.compounds(), 0
	names := dryNames
	if f.race.Session.Season.Or(namesSince) < namesSince {
		names = slices.DeleteFunc(slices.Clone(m.compounds), func(c string) bool { return c == "" || isWet(c) })
	}
	for _, name := range names {
		if life := f.life(m.priors, name); life > longest && !(owes.Or(false) && slices.Contains(used, name)) {
			w.Next, longest = name, life
		}
	}
	if longest == 0 {
		return f1.Opt[Window]{}
	}
	w.Latest = min(w.Latest, total.Value-1)
	w.Stops = max(1, (total.Value-w.Latest+longest-1)/longest)
	w.Earliest = min(max(lap+1, total.Value-w.Stops*longest), w.Latest)
	return f1.Some(w)
}

// leastAge is how many laps a set must have done before the next one is a gain worth a stop.
const leastAge = 3

// threats finds for each car those behind that are in undercut range.
func (f *field) threats(cars []Car, m *model, at *moment) {
	if at.under != Green || len(m.points) == 0 {
		return
	}
	for i := range cars {
		a := &cars[i]
		front := at.standing(f.by[a.Number])
		if !a.Window.Known || a.Window.Value.Stops == 0 || front == nil || front.inPit || a.Lap < 1 || f.by[a.Number].laps[a.Lap].row.TyreAge.Or(0) < leastAge {
			continue
		}
		for j := range cars {
			b := &cars[j]
			back := at.standing(f.by[b.Number])
			if i == j || !b.Window.Known || b.Window.Value.Stops == 0 || back == nil || back.inPit {
				continue
			}
			if t, ok := f.threat(front, back, b.Window.Value.Next, m, at); ok {
				a.Threats = append(a.Threats, t)
			}
		}
		slices.SortFunc(a.Threats, func(x, y Threat) int { return int(x.Gap - y.Gap) })
	}
}

// threat weighs the car behind against the one in front; false when it is out of range.
func (f *field) threat(front, back *standing, next string, m *model, at *moment) (Threat, bool) {
	ahead := front.car.at(back.lap)
	if ahead == noTime || back.lap > front.lap || ahead > back.end {
		return Threat{}, false
	}
	t := Threat{Number: back.car.number, Gap: back.end - ahead}
	row := front.car.laps[front.lap].row
	old, ok := m.expected(front.car, front.lap+1, row.Compound, float64(row.TyreAge.Or(0)))
	if !ok {
		return t, false
	}
	fresh, ok := m.expected(back.car, front.lap+1, next, 1)
	if !ok { // nobody has driven it here: what past seasons say of it against the front car's
		fresh, ok = m.unseen(back.car, front.lap+1, next)
	}
	t.Gain = seconds(old - fresh)
	t.Spread = time.Duration(math.Sqrt2 * math.Hypot(float64(at.loss.Spread()), m.sigma*float64(time.Second)))
	return t, ok && t.Gap <= t.Gain
}

// unseen is the expected time of a lap on a new set of a compound that nobody has driven in this session.
func (m *model) unseen(c *entry, lap int, compound string) (float64, bool) {
	if m.f.median == 0 {
		return 0, false
	}
	return m.x[m.car[c]] + m.x[m.fuel()]*float64(m.total-lap) + m.priors.tyre(compound, m.f.race).Offset.Median*m.f.median.Seconds(), true
}
