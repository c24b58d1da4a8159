package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// checkPositions holds the position at the end of a lap against the order in which cars completed it.
func checkPositions(s *Session, _ *known) {
	laps := map[int][]*f1.LapRow{}
	last := s.lastLap()
	for i := range s.Laps {
		if l := &s.Laps[i]; l.DateEnd.Known && l.Position.Known {
			laps[l.LapNumber] = append(laps[l.LapNumber], l)
		}
	}
	for n := 1; n <= last; n++ {
		crossed, told := laps[n], slices.Clone(laps[n])
		slices.SortStableFunc(crossed, func(a, b *f1.LapRow) int { return a.DateEnd.Value.Compare(b.DateEnd.Value) })
		slices.SortStableFunc(told, func(a, b *f1.LapRow) int { return cmp.Compare(a.Position.Value, b.Position.Value) })
		for i, l := range crossed {
			if told[i] == l || told[i].Position == l.Position || told[i].DateEnd == l.DateEnd {
				continue
			}
			s.add(Defect{Driver: l.DriverNumber, Lap: n, Kind: PositionOrder, Detail: fmt.Sprintf("position %d, crossed as number %d", l.Position.Value, i+1)})
		}
	}
}

// finisher is a car that is classified and was running at the end, or would be but for its disqualification.
type finisher struct {
	res     *result
	end     time.Time     // it completed its last lap
	penalty time.Duration // added to its time
	place   int           // official, of the finishers; 0 disqualified
}

// finishers are the cars whose last crossing is known.
func (s *Session) finishers(k *known) []finisher {
	var all []finisher
	for i := range k.results {
		res := &k.results[i]
		if !res.laps.Known || !res.position.Known && res.word != "DSQ" || res.stopped() && res.word != "DSQ" {
			continue
		}
		if end := s.crossing(res.car, res.laps.Value); end.Known {
			all = append(all, finisher{res: res, end: end.Value, penalty: res.penalty + k.penalties[res.car]})
		}
	}
	slices.SortStableFunc(all, func(a, b finisher) int {
		return cmp.Compare(a.res.position.Or(maxPosition), b.res.position.Or(maxPosition))
	})
	for i := range all {
		if all[i].res.position.Known {
			all[i].place = i + 1
		}
	}
	return all
}

// checkPlaces holds the order on the road at the end against the classification, and explains what differs: first
// by disqualifications, then by penalties added, then by shifted crossings.
func checkPlaces(s *Session, k *known) {
	road := s.finishers(k)
	classified := slices.DeleteFunc(slices.Clone(road), func(f finisher) bool { return f.place == 0 })
	orders := []struct {
		kind Kind
		cars map[int]int
	}{
		{"", ranks(road, func(f finisher) time.Time { return f.end })},
		{PlaceByExclusion, ranks(classified, func(f finisher) time.Time { return f.end })},
		{PlaceByPenalty, ranks(classified, func(f finisher) time.Time { return f.end.Add(f.penalty) })},
		{PlaceByClockShift, ranks(classified, func(f finisher) time.Time { return f.end.Add(f.penalty - k.shifts[f.res.car]) })},
	}
	for _, f := range classified {
		kind := PlaceDiffers
		for _, order := range orders {
			if order.cars[f.res.car] == f.place {
				kind = order.kind
				break
			}
		}
		if kind != "" {
			s.add(Defect{Driver: f.res.car, Kind: kind,
				Detail: fmt.Sprintf("number %d on the road, %d by the result of the cars timed to the end", orders[0].cars[f.res.car], f.place)})
		}
	}
}

// ranks are the places by laps and time.
func ranks(cars []finisher, at func(finisher) time.Time) map[int]int {
	sorted := slices.Clone(cars)
	slices.SortStableFunc(sorted, func(a, b finisher) int {
		return cmp.Or(cmp.Compare(b.res.laps.Value, a.res.laps.Value), at(a).Compare(at(b)))
	})
	out := map[int]int{}
	for i, f := range sorted {
		out[f.res.car] = i + 1
	}
	return out
}
