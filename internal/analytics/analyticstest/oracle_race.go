package analyticstest

import (
	"maps"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// The loops of questions about how races went: stops, safety cars, starts.

func pitLane(all []*Session, a args) (out [][]any) {
	type key struct{ circuit, under any }
	type stop struct {
		season any
		lane   float64
	}
	var g group[key, stop]
	for _, s := range all {
		if !raced(s) || !asked(s, a) {
			continue
		}
		for i := range s.PitStops {
			p := &s.PitStops[i]
			if p.PitLane.Known && p.PitLane.Value >= 5*time.Second && p.PitLane.Value <= 3*time.Minute && p.Under != "" && p.Under != "red" {
				g.add(key{known(s.CircuitID), p.Under}, stop{number(s.Season), ms(p.PitLane.Value)})
			}
		}
	}
	for _, k := range g.order {
		seasons := map[any]bool{}
		var lanes []float64
		for _, s := range g.of[k] {
			if s.season != nil {
				seasons[s.season] = true
			}
			lanes = append(lanes, s.lane)
		}
		out = append(out, []any{k.circuit, k.under, float64(len(seasons)), float64(len(lanes)), quantile(lanes, .25), middle(lanes), quantile(lanes, .75)})
	}
	return out
}

func safetyCars(all []*Session, a args) (out [][]any) {
	type count struct{ races, sc, vsc, red, runs, scLaps, laps float64 }
	found := map[any]*count{}
	for _, s := range all {
		if s.Type != f1.Race || !asked(s, a) {
			continue
		}
		leaders := map[int]string{} // digits by lap
		for i := range s.Laps {
			if l := &s.Laps[i]; l.Position.Known && l.Position.Value == 1 {
				leaders[l.LapNumber] += l.TrackStatus
			}
		}
		if len(leaders) == 0 {
			continue
		}
		circuit := known(s.CircuitID)
		if found[circuit] == nil {
			found[circuit] = &count{}
		}
		c := found[circuit]
		c.races++
		var sc, vsc, red, before bool
		for _, n := range slices.Sorted(maps.Keys(leaders)) {
			behind := strings.Contains(leaders[n], "4")
			if behind {
				c.scLaps++
				if !before {
					c.runs++
				}
			}
			before = behind
			c.laps++
			sc, vsc, red = sc || behind, vsc || strings.ContainsAny(leaders[n], "67"), red || strings.Contains(leaders[n], "5")
		}
		c.sc, c.vsc, c.red = c.sc+truth(sc), c.vsc+truth(vsc), c.red+truth(red)
	}
	for circuit, c := range found {
		out = append(out, []any{circuit, c.races, c.sc, c.vsc, c.red, c.runs, 100 * c.scLaps / c.laps})
	}
	return out
}

func starts(all []*Session, a args) (out [][]any) {
	type key struct{ season, tla any }
	var g group[key, float64]
	for _, s := range all {
		if s.Type != f1.Race || !asked(s, a) {
			continue
		}
		for i := range s.Results {
			r := &s.Results[i]
			tla, _ := s.driverOf(r.DriverNumber)
			if a["driver"] != "" && tla != a["driver"] || !r.Grid.Known || r.Grid.Value <= 0 {
				continue
			}
			if !slices.ContainsFunc(s.Drivers, func(d f1.DriverRow) bool { return d.DriverNumber == r.DriverNumber }) {
				continue
			}
			for j := range s.Laps {
				if l := &s.Laps[j]; l.DriverNumber == r.DriverNumber && l.LapNumber == 1 && l.Position.Known {
					g.add(key{number(s.Season), tla}, float64(r.Grid.Value-l.Position.Value))
				}
			}
		}
	}
	for _, k := range g.order {
		gains := g.of[k]
		sum := 0.0
		for _, v := range gains {
			sum += v
		}
		out = append(out, []any{k.season, k.tla, float64(len(gains)), sum / float64(len(gains)), middle(gains), most(gains), least(gains)})
	}
	return out
}
