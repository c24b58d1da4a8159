package sim

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

var (
	racePoints   = [...]int{25, 18, 15, 12, 10, 8, 6, 4, 2, 1}
	sprintPoints = [...]int{8, 7, 6, 5, 4, 3, 2, 1}
)

// championship is an invented table before the race and what ChampionshipPrediction has made of it.
type championship struct {
	points  []int // before the race, by car
	teams   []string
	told    map[string][4]int // what has been said of a driver or team: places and points, now and then
	planned bool
}

func (s *Sim) openChampionship(*action) {
	s.send(feed.TopicChampionshipPrediction, []byte(`{"Drivers":{},"Teams":{}}`), 0)
	s.newChampionship()
	s.sayChampionship(nil)
}

// newChampionship lets the field drive the season's earlier rounds by its pace alone.
func (s *Sim) newChampionship() {
	ch := &s.champion
	ch.points, ch.told = make([]int, len(s.cars)), map[string][4]int{}
	r := rand.New(rand.NewPCG(s.cfg.Seed, 105))
	order := slices.Clone(s.byNum)
	pace := make([]float64, len(s.cars))
	for range s.c.Round - 1 {
		for i, c := range s.cars {
			pace[i] = c.e.Pace + .004*r.NormFloat64()
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(pace[a], pace[b]) })
		for k, p := range racePoints[:min(len(racePoints), len(order))] {
			ch.points[order[k]] += p
		}
	}
	for _, i := range s.byNum {
		if t := s.cars[i].e.Team; !slices.Contains(ch.teams, t) {
			ch.teams = append(ch.teams, t)
		}
	}
}

// championshipLater renews the forecast when places that score have changed.
func (s *Sim) championshipLater() {
	if s.champion.planned || s.champion.points == nil {
		return
	}
	s.champion.planned = true
	s.echo(500*time.Millisecond, 3*time.Second, action{do: (*Sim).sayChampionship})
}

// sayChampionship publishes the table if the race ended as it stands, as far as it changed.
func (s *Sim) sayChampionship(*action) {
	ch := &s.champion
	ch.planned = false
	award := racePoints[:]
	if s.cfg.Session == f1.Sprint {
		award = sprintPoints[:]
	}
	then := slices.Clone(ch.points)
	for _, c := range s.cars {
		if k := c.pub.place - 1; k >= 0 && k < len(award) && !c.pub.out {
			then[c.i] += award[k]
		}
	}
	b := &s.root
	s.b = b
	b.reset()
	b.in("Drivers")
	at, later := ranks(ch.points), ranks(then)
	for _, i := range s.byNum {
		s.championLine(s.cars[i].num, "RacingNumber", [4]int{at[i], later[i], ch.points[i], then[i]})
	}
	b.out()
	now, next := make([]int, len(ch.teams)), make([]int, len(ch.teams))
	for i, c := range s.cars {
		t := slices.Index(ch.teams, c.e.Team)
		now[t] += ch.points[i]
		next[t] += then[i]
	}
	at, later = ranks(now), ranks(next)
	b.in("Teams")
	for t, name := range ch.teams {
		s.championLine(name, "TeamName", [4]int{at[t], later[t], now[t], next[t]})
	}
	b.out()
	if !b.empty() {
		s.send(feed.TopicChampionshipPrediction, b.done(), 0)
	}
}

// championLine writes what changed in one line; points have a decimal.
func (s *Sim) championLine(key, name string, v [4]int) {
	b, told := s.b, s.champion.told
	was, known := told[key]
	told[key] = v
	b.in(key)
	if !known {
		b.str(name, key)
	}
	for k, field := range [...]string{"CurrentPosition", "PredictedPosition"} {
		if !known || was[k] != v[k] {
			b.num(field, v[k])
		}
	}
	for k, field := range [...]string{"CurrentPoints", "PredictedPoints"} {
		if !known || was[2+k] != v[2+k] {
			b.raw(field, fmt.Sprintf("%d.0", v[2+k]))
		}
	}
	b.out()
}

// ranks returns the place of each sum of points, from 1; equal ones keep their order.
func ranks(points []int) []int {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return points[b] - points[a] })
	out := make([]int, len(points))
	for k, i := range order {
		out[i] = k + 1
	}
	return out
}
