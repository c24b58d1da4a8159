package strategy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// uninformed are wide priors: what the races are fitted with from which priors are learned. They only keep
// coefficients that a race does not tell in the range of the possible. New mediums are the base of offsets.
var uninformed = Priors{
	Fuel:      Share{Median: 7e-6, Spread: 7e-6},
	Following: Share{Median: .003, Spread: .01},
	Tyres: map[string]Tyre{
		"SOFT":         {Wear: Share{Median: .0008, Spread: .002}, Offset: Share{Median: -.005, Spread: .01}},
		"MEDIUM":       {Wear: Share{Median: .0006, Spread: .002}, Offset: Share{Spread: 1e-5}},
		"HARD":         {Wear: Share{Median: .0004, Spread: .002}, Offset: Share{Median: .005, Spread: .01}},
		"INTERMEDIATE": {Wear: Share{Spread: .005}, Offset: Share{Median: .1, Spread: .2}},
		"WET":          {Wear: Share{Spread: .005}, Offset: Share{Median: .15, Spread: .3}},
		"":             {Wear: Share{Median: .0006, Spread: .002}, Offset: Share{Spread: .02}},
	},
}

// fewestLearned is how many clean laps on a compound a race must have to tell of it.
const fewestLearned = 40

// learnPace takes what the fits of all races agree on, weighing each by how well it tells.
func (p *Priors) learnPace(fields []*field) {
	var fuel, following []sample
	wear, offset := map[string][]sample{}, map[string][]sample{}
	for _, f := range fields {
		m := f.fit(&uninformed)
		lap := f.median.Seconds()
		if len(m.points) < 8*fewestLearned || lap == 0 {
			continue
		}
		take := func(to []sample, i int, unit, prior float64) []sample {
			if m.sd[i]/unit > prior/2 {
				return to // says little more than the wide prior
			}
			return append(to, sample{loss: m.x[i] / unit, weight: 1})
		}
		fuel = take(fuel, m.fuel(), lap*lap, uninformed.Fuel.Spread)
		following = take(following, m.fuel()+1, lap, uninformed.Following.Spread)
		for i, c := range m.compounds {
			if of, ok := uninformed.Tyres[c]; ok && c != "" && m.laps[i] >= fewestLearned {
				wear[c] = take(wear[c], m.offset(i)+1, lap, of.Wear.Spread)
				if slices.Contains(m.compounds, "MEDIUM") {
					offset[c] = take(offset[c], m.offset(i), lap, of.Offset.Spread)
				}
			}
		}
	}
	p.Fuel, p.Following = share(fuel), share(following)
	p.Tyres = map[string]Tyre{}
	var dryWear []sample
	lives := lives(fields)
	for c, of := range uninformed.Tyres {
		t := Tyre{Wear: share(wear[c]), Offset: share(offset[c]), Life: round(lives[c], 3)}
		if c == "MEDIUM" {
			t.Offset = of.Offset
		}
		if t.Offset.Races < fewest && c != "MEDIUM" {
			t.Offset = of.Offset
		}
		if t.Wear.Races < fewest {
			t.Wear = of.Wear
		}
		if c != "" {
			p.Tyres[c] = t
		}
		if !isWet(c) {
			dryWear = append(dryWear, wear[c]...)
		}
	}
	p.Tyres[""] = Tyre{Wear: share(dryWear), Offset: uninformed.Tyres[""].Offset, Life: round(lives[""], 3)}
}

// share is the middle of the races' figures with their robust deviation.
func share(of []sample) Share {
	m := quantile(of, .5)
	return Share{Median: round(m, 9), Spread: round(robust(deviations(of, m)), 9), Races: len(of)}
}

func round(v float64, digits int) float64 {
	p := math.Pow(10, float64(digits))
	return math.Round(v*p) / p
}

// longest is the share of the stints of a compound that are shorter than its life.
const longest = .9

// lives are the ages of sets, in shares of a full race, that one stint in ten exceeds; of stints that ended
// with a stop, and of those that went to the flag. "" is of all dry sets.
func lives(fields []*field) map[string]float64 {
	ages := map[string][]sample{}
	for _, f := range fields {
		full := f.fullRace()
		if full == 0 {
			continue
		}
		for _, c := range f.cars {
			for k := 1; k < len(c.laps); k++ {
				row := c.laps[k].row
				if row == nil || !row.TyreAge.Known || row.Compound == "" {
					continue
				}
				if k+1 == len(c.laps) || c.laps[k+1].row == nil || c.laps[k+1].row.StintNumber != row.StintNumber {
					s := sample{loss: float64(row.TyreAge.Value) / full, weight: 1}
					ages[row.Compound] = append(ages[row.Compound], s)
					if !isWet(row.Compound) {
						ages[""] = append(ages[""], s)
					}
				}
			}
		}
	}
	out := map[string]float64{}
	for c, of := range ages {
		slices.SortFunc(of, func(a, b sample) int { return cmp.Compare(a.loss, b.loss) })
		out[c] = quantile(of, longest)
	}
	return out
}

// sprintShare is a sprint's distance as a share of a race's: about 100 km of 305.
const sprintShare = 100. / 305

// fullRace is how many laps a whole race has here, 0 unknown.
func (f *field) fullRace() float64 {
	laps := float64(max(f.race.Session.TotalLaps.Or(0), f.leaderLap()))
	if f.race.Session.Type == f1.Sprint {
		laps /= sprintShare
	}
	return laps
}

// learnAnswers counts, at every stop under green, which of the cars that were ahead and within reach came in
// before the out-lap was over.
func (p *Priors) learnAnswers(fields []*field) {
	var came, all [6]float64
	for _, f := range fields {
		full, losses := f.fullRace(), f.losses()
		for _, l := range losses {
			c := f.by[l.Number]
			at := c.at(l.Lap - 1)
			if l.Under != Green || at == noTime {
				continue
			}
			m := f.moment(at, p, p.inSession(f.race.Session.CircuitID, losses, at))
			out := m.rejoin(c)
			for i := range m.cars {
				o := &m.cars[i]
				row := o.car.laps[o.lap].row
				if !out.Known || o.car == c || !o.running || o.inPit || row == nil || !row.TyreAge.Known {
					continue
				}
				end, life := m.ends(o, m.standing(c), out.Value.Lap), p.tyre(row.Compound, f.race).Life*full
				if end >= out.Value.end || end+m.loss.Median < out.Value.end || life <= 0 {
					continue
				}
				quarter := min(int(4*float64(row.TyreAge.Value)/life), len(all)-1)
				all[quarter]++
				if o.car.cameIn(f.zero.Add(at), f.zero.Add(out.Value.end)) {
					came[quarter]++
				}
			}
		}
	}
	p.Answers = make([]float64, len(all))
	for i := range all {
		p.Answers[i] = round(came[i]/max(1, all[i]), 3)
	}
}

func (c *entry) cameIn(after, before time.Time) bool {
	for i := range c.stops {
		if in := c.stops[i].row.PitIn; in.Known && in.Value.After(after) && in.Value.Before(before) {
			return true
		}
	}
	return false
}
