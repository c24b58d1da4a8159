package analyticstest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// What plain loops over the rows of sessions come to: one function a question, in the order of its columns. Unknown
// is nil. Nothing here is fast or shared with the questions' SQL.

func byCarAndTime(carA, carB int, a, b time.Time) int {
	return cmp.Or(cmp.Compare(carA, carB), a.Compare(b))
}

// args are the arguments of a question, as they stand in a URL.
type args = map[string]string

// asked says whether a session is one of those asked about.
func asked(s *Session, a args) bool {
	if s.Simulated != (a["simulated"] == "1") {
		return false
	}
	season := number(s.Season)
	if from := a["season_from"]; from != "" && (season == nil || season.(float64) < atof(from)) {
		return false
	}
	if to := a["season_to"]; to != "" && (season == nil || season.(float64) > atof(to)) {
		return false
	}
	if c := a["circuit_id"]; c != "" && s.CircuitID != c {
		return false
	}
	if key := a["session_key"]; key != "" && s.SessionKey != key {
		return false
	}
	return true
}

func raced(s *Session) bool { return s.Type == f1.Race || s.Type == f1.Sprint }

// driverOf is who drove a car: unknown where the session does not tell.
func (s *Session) driverOf(car int) (tla, team any) {
	for i := range s.Drivers {
		if d := &s.Drivers[i]; d.DriverNumber == car {
			return known(d.TLA), known(d.Team)
		}
	}
	return nil, nil
}

// clean are the laps that tell of pace.
func (s *Session) clean() []*f1.LapRow {
	var out []*f1.LapRow
	for i := range s.Laps {
		if l := &s.Laps[i]; l.Accurate && l.LapTime.Known {
			out = append(out, l)
		}
	}
	return out
}

// groups gathers values by what they have in common, written as a text.
type group[K comparable, V any] struct {
	order []K
	of    map[K][]V
}

func (g *group[K, V]) add(k K, v V) {
	if g.of == nil {
		g.of = map[K][]V{}
	}
	if _, ok := g.of[k]; !ok {
		g.order = append(g.order, k)
	}
	g.of[k] = append(g.of[k], v)
}

func paceByStint(all []*Session, a args) (out [][]any) {
	for _, s := range all {
		if !raced(s) || !asked(s, a) {
			continue
		}
		type stint struct {
			car      int
			number   any
			compound any
		}
		var g group[stint, *f1.LapRow]
		for _, l := range s.clean() {
			if tla, _ := s.driverOf(l.DriverNumber); a["driver"] != "" && tla != a["driver"] {
				continue
			}
			g.add(stint{l.DriverNumber, number(l.StintNumber), known(l.Compound)}, l)
		}
		for _, k := range g.order {
			var times, ages []float64
			for _, l := range g.of[k] {
				times = append(times, ms(l.LapTime.Value))
				if l.TyreAge.Known {
					ages = append(ages, float64(l.TyreAge.Value))
				}
			}
			tla, team := s.driverOf(k.car)
			out = append(out, []any{number(s.Season), known(s.CircuitID), known(s.Event), s.SessionKey, tla, team, float64(k.car), k.number, k.compound,
				float64(len(times)), least(ages), most(ages), middle(times), least(times)})
		}
	}
	return out
}

func paceByCompound(all []*Session, a args) (out [][]any) {
	type key struct{ season, circuit, compound any }
	type lap struct {
		session string
		behind  float64
		age     any
	}
	var g group[key, lap]
	for _, s := range all {
		if !raced(s) || !asked(s, a) {
			continue
		}
		var times []float64
		for _, l := range s.clean() {
			times = append(times, ms(l.LapTime.Value))
		}
		typical, _ := middle(times).(float64)
		for _, l := range s.clean() {
			if l.Compound != "" {
				g.add(key{number(s.Season), known(s.CircuitID), l.Compound}, lap{s.SessionKey, ms(l.LapTime.Value) - typical, number(l.TyreAge)})
			}
		}
	}
	for _, k := range g.order {
		sessions := map[string]bool{}
		var behind, ages []float64
		for _, l := range g.of[k] {
			sessions[l.session] = true
			behind = append(behind, l.behind)
			if l.age != nil {
				ages = append(ages, l.age.(float64))
			}
		}
		out = append(out, []any{k.season, k.circuit, k.compound, float64(len(sessions)), float64(len(behind)), middle(behind), middle(ages)})
	}
	return out
}

func degradation(all []*Session, a args) (out [][]any) {
	fuel := 60.0
	if a["fuel_ms"] != "" {
		fuel = atof(a["fuel_ms"])
	}
	type key struct{ circuit, compound any }
	type sums struct {
		seasons map[any]bool
		n       int
		oldest  float64
		xy, xx  float64
	}
	found := map[key]*sums{}
	for _, s := range all {
		if !raced(s) || !asked(s, a) {
			continue
		}
		type stint struct {
			car      int
			number   any
			compound string
		}
		var g group[stint, *f1.LapRow]
		for _, l := range s.clean() {
			if l.TyreAge.Known && l.Compound != "" {
				g.add(stint{l.DriverNumber, number(l.StintNumber), l.Compound}, l)
			}
		}
		for _, k := range g.order {
			laps := g.of[k]
			if len(laps) < 5 {
				continue
			}
			age, timed := 0.0, 0.0
			corrected := func(l *f1.LapRow) float64 { return ms(l.LapTime.Value) + fuel*float64(l.LapNumber) }
			for _, l := range laps {
				age += float64(l.TyreAge.Value) / float64(len(laps))
				timed += corrected(l) / float64(len(laps))
			}
			for _, l := range laps {
				at := key{known(s.CircuitID), l.Compound}
				if found[at] == nil {
					found[at] = &sums{seasons: map[any]bool{}}
				}
				sum := found[at]
				if s.Season.Known {
					sum.seasons[s.Season.Value] = true
				}
				sum.n++
				dx, dy := float64(l.TyreAge.Value)-age, corrected(l)-timed
				sum.oldest, sum.xy, sum.xx = max(sum.oldest, float64(l.TyreAge.Value)), sum.xy+dx*dy, sum.xx+dx*dx
			}
		}
	}
	for k, sum := range found {
		var slope any
		if sum.xx > 0 {
			slope = sum.xy / sum.xx
		}
		out = append(out, []any{k.circuit, k.compound, float64(len(sum.seasons)), float64(sum.n), sum.oldest, slope})
	}
	return out
}

func sectorDominance(all []*Session, a args) (out [][]any) {
	type key struct{ season, tla, team any }
	type count struct {
		sessions float64
		bests    [3]float64
		behind   [3][]float64
	}
	found := map[key]*count{}
	for _, s := range all {
		if !asked(s, a) || a["type"] != "" && string(s.Type) != a["type"] {
			continue
		}
		own := map[int]*[3]any{}
		var field [3]any
		for i := range s.Laps {
			l := &s.Laps[i]
			if l.Deleted {
				continue
			}
			if own[l.DriverNumber] == nil {
				own[l.DriverNumber] = &[3]any{}
			}
			for n, sector := range []f1.Opt[time.Duration]{l.Sector1, l.Sector2, l.Sector3} {
				own[l.DriverNumber][n] = lower(own[l.DriverNumber][n], sector)
				field[n] = lower(field[n], sector)
			}
		}
		if field[0] == nil {
			continue
		}
		for car, mine := range own {
			if !slices.ContainsFunc(s.Drivers, func(d f1.DriverRow) bool { return d.DriverNumber == car }) {
				continue
			}
			tla, team := s.driverOf(car)
			k := key{number(s.Season), tla, team}
			if found[k] == nil {
				found[k] = &count{}
			}
			c := found[k]
			c.sessions++
			for n := range 3 {
				if mine[n] == nil {
					continue
				}
				behind := mine[n].(float64) - field[n].(float64)
				c.behind[n] = append(c.behind[n], behind)
				if behind == 0 {
					c.bests[n]++
				}
			}
		}
	}
	for k, c := range found {
		out = append(out, []any{k.season, k.tla, k.team, c.sessions, c.bests[0], c.bests[1], c.bests[2], middle(c.behind[0]), middle(c.behind[1]), middle(c.behind[2])})
	}
	return out
}

func teammates(all []*Session, a args) (out [][]any) {
	type key struct {
		season           any
		team, tla, other string
	}
	type count struct {
		ahead, behind, quicker, slower float64
		pace                           []float64
	}
	found := map[key]*count{}
	for _, s := range all {
		if !asked(s, a) {
			continue
		}
		pace := map[int][]float64{}
		for _, l := range s.clean() {
			pace[l.DriverNumber] = append(pace[l.DriverNumber], ms(l.LapTime.Value))
		}
		for i := range s.Results {
			for j := range s.Results {
				first, second := &s.Results[i], &s.Results[j]
				tla, team := s.driverOf(first.DriverNumber)
				other, same := s.driverOf(second.DriverNumber)
				if tla == nil || other == nil || team == nil || team != same || tla.(string) >= other.(string) || a["team"] != "" && team != a["team"] {
					continue
				}
				k := key{number(s.Season), team.(string), tla.(string), other.(string)}
				if found[k] == nil {
					found[k] = &count{}
				}
				c := found[k]
				placed := first.Position.Known && second.Position.Known
				switch {
				case raced(s) && placed && first.Classified.Value && second.Classified.Value && first.Position.Value < second.Position.Value:
					c.ahead++
				case raced(s) && placed && first.Classified.Value && second.Classified.Value:
					c.behind++
				case (s.Type == f1.Qualifying || s.Type == f1.SprintQualifying) && placed && first.Position.Value < second.Position.Value:
					c.quicker++
				case (s.Type == f1.Qualifying || s.Type == f1.SprintQualifying) && placed:
					c.slower++
				}
				if mine, theirs := middle(pace[first.DriverNumber]), middle(pace[second.DriverNumber]); raced(s) && mine != nil && theirs != nil {
					c.pace = append(c.pace, theirs.(float64)-mine.(float64))
				}
			}
		}
	}
	for k, c := range found {
		out = append(out, []any{k.season, k.team, k.tla, k.other, c.ahead, c.behind, c.quicker, c.slower, middle(c.pace)})
	}
	return out
}

func circuitRecords(all []*Session, a args) (out [][]any) {
	kind := a["type"]
	if kind == "" {
		kind = string(f1.Race)
	}
	type best struct {
		s *Session
		l *f1.LapRow
	}
	type key struct{ circuit, season any }
	of, record := map[key]best{}, map[any]time.Duration{}
	for _, s := range all {
		if string(s.Type) != kind || !asked(s, a) {
			continue
		}
		for i := range s.Laps {
			l := &s.Laps[i]
			if l.Deleted || !l.LapTime.Known {
				continue
			}
			k := key{known(s.CircuitID), number(s.Season)}
			b, ok := of[k]
			if !ok || cmp.Or(cmp.Compare(l.LapTime.Value, b.l.LapTime.Value), strings.Compare(s.SessionKey, b.s.SessionKey),
				cmp.Compare(l.DriverNumber, b.l.DriverNumber), cmp.Compare(l.LapNumber, b.l.LapNumber)) < 0 {
				of[k] = best{s, l}
			}
			if r, ok := record[k.circuit]; !ok || l.LapTime.Value < r {
				record[k.circuit] = l.LapTime.Value
			}
		}
	}
	for k, b := range of {
		tla, team := b.s.driverOf(b.l.DriverNumber)
		out = append(out, []any{k.circuit, k.season, b.s.SessionKey, tla, team, float64(b.l.DriverNumber), float64(b.l.LapNumber), ms(b.l.LapTime.Value),
			known(b.l.Compound), truth(b.l.LapTime.Value == record[k.circuit])})
	}
	return out
}

func telemetryByDriver(all []*Session, a args) (out [][]any) {
	for _, s := range all {
		if !asked(s, a) {
			continue
		}
		type key struct{ tla, team any }
		var g group[key, *f1.LapTelemetryRow]
		for i := range s.LapTelemetry {
			row := &s.LapTelemetry[i]
			tla, team := s.driverOf(row.DriverNumber)
			if a["driver"] != "" && tla != a["driver"] {
				continue
			}
			if slices.ContainsFunc(s.Laps, func(l f1.LapRow) bool {
				return l.Accurate && l.DriverNumber == row.DriverNumber && l.LapNumber == row.LapNumber
			}) {
				g.add(key{tla, team}, row)
			}
		}
		for _, k := range g.order {
			var c [6][]float64
			for _, r := range g.of[k] {
				for i, v := range []any{number(r.SpeedMax), number(r.SpeedMin), float(r.FullThrottle), float(r.Braking), float(r.DRSOpen), number(r.GearChanges)} {
					if v != nil {
						c[i] = append(c[i], v.(float64))
					}
				}
			}
			out = append(out, []any{number(s.Season), known(s.CircuitID), s.SessionKey, k.tla, k.team, float64(len(g.of[k])), most(c[0]),
				middle(c[0]), middle(c[1]), middle(c[2]), middle(c[3]), middle(c[4]), middle(c[5])})
		}
	}
	return out
}
