package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// Bounds of the checks of crossing times. Lap times and crossings come from one clock and are right to some
// hundredths of a second; official gaps to the thousandth.
const (
	stepFrom  = 300 * time.Millisecond // crossings and lap times further apart are a step
	shiftFrom = 500 * time.Millisecond // a car further off than this is shifted
	agreeIn   = 300 * time.Millisecond // witnesses of one shift agree to this
	minCars   = 5                      // a common start or finish is told by no fewer
)

// checkClock finds crossings that do not fit the lap times of the same car.
func checkClock(s *Session, _ *known) {
	s.cars(func(car int, laps []f1.LapRow) {
		for i := 1; i < len(laps); i++ {
			by, ok := lapStep(laps, i)
			switch {
			case !ok:
			case laps[i].DateEnd.Value.Before(laps[i-1].DateEnd.Value):
				s.add(Defect{Driver: car, Lap: laps[i].LapNumber, Kind: ClockBack,
					Detail: fmt.Sprintf("%.3f s before the crossing of the lap before", laps[i-1].DateEnd.Value.Sub(laps[i].DateEnd.Value).Seconds())})
			case laps[i].LapTime.Known && by.Abs() > stepFrom:
				s.add(Defect{Driver: car, Lap: laps[i].LapNumber, Kind: ClockStep, Detail: fmt.Sprintf("%+.3f s", by.Seconds())})
			}
		}
	})
}

// lapStep is by how much the crossings at both ends of a lap are further apart than its time, and whether both are
// known.
func lapStep(laps []f1.LapRow, i int) (time.Duration, bool) {
	from, to := &laps[i-1], &laps[i]
	if from.LapNumber+1 != to.LapNumber || !from.DateEnd.Known || !to.DateEnd.Known {
		return 0, false
	}
	return to.DateEnd.Value.Sub(from.DateEnd.Value) - to.LapTime.Value, true
}

// checkShifts finds cars whose crossings are all early or late by one time against the others. No order of crossing
// can tell it, for the tables' positions were counted from the same crossings. Two things outside them can:
//
//   - all cars start at one moment, so crossing less lap time of the first lap is the same for all (the first lap of
//     a car from the pit lane counts from the same moment);
//   - the gaps at the flag are official to the thousandth, but for penalties added, which are official too.
//
// Each is used only where most cars agree on it. Where both speak of a car and agree it is shifted; where one says
// so and the other not, the one is refuted and the reason is another: a time that jumps during the race, or a
// penalty told otherwise. For a car that was lapped there is no official gap; it can not have crossed for the last
// time before the winner has, which confirms a shift but does not refute it.
func checkShifts(s *Session, k *known) {
	start, finish := startOffsets(s), finishOffsets(s, k)
	for _, d := range s.Drivers {
		car := d.DriverNumber
		a, atStart := start[car]
		b, atFinish := finish[car]
		offStart, offFinish := atStart && a.Abs() > shiftFrom, atFinish && b.Abs() > shiftFrom
		found := Defect{Driver: car, Rows: s.lapsOf(car)}
		switch {
		case !offStart && !offFinish:
			continue
		case atStart && atFinish && (a-b).Abs() <= agreeIn:
			found.Kind, found.Detail = ClockShift, fmt.Sprintf("%+.2f s at the start, %+.2f s at the flag", a.Seconds(), b.Seconds())
			k.shifts[car] = b
		case atStart && !atFinish && s.undone(car, a):
			found.Kind, found.Detail = StartOff, fmt.Sprintf("%+.2f s at the start, undone by a step later", a.Seconds())
		case atStart && !atFinish && s.beforeFlag(k, car, finish):
			found.Kind, found.Detail = ClockShift, fmt.Sprintf("%+.2f s at the start, and the last crossing is before the winner's", a.Seconds())
			k.shifts[car] = a
		case atStart && !atFinish:
			found.Kind, found.Detail = ClockShiftSingle, fmt.Sprintf("%+.2f s at the start", a.Seconds())
		case offStart && offFinish:
			found.Kind, found.Detail = StartOff, fmt.Sprintf("%+.2f s at the start, %+.2f s at the flag", a.Seconds(), b.Seconds())
			s.add(Defect{Driver: car, Rows: 1, Kind: FinishOff, Detail: found.Detail})
		case offStart:
			found.Kind, found.Detail = StartOff, fmt.Sprintf("%+.2f s at the start, %+.2f s at the flag", a.Seconds(), b.Seconds())
		case atStart:
			found.Kind, found.Rows, found.Detail = FinishOff, 1, fmt.Sprintf("%+.2f s at the flag, %+.2f s at the start%s", b.Seconds(), a.Seconds(), likePenalty(b))
		case likePenalty(b) != "":
			found.Kind, found.Rows, found.Detail = FinishOff, 1, fmt.Sprintf("%+.2f s at the flag%s", b.Seconds(), likePenalty(b))
		default:
			found.Kind, found.Detail = ClockShiftSingle, fmt.Sprintf("%+.2f s at the flag", b.Seconds())
		}
		s.add(found)
	}
}

// likePenalty says so of an offset that is a whole number of five seconds: of a penalty that was added and not
// told, or told and not added.
func likePenalty(d time.Duration) string {
	if five := math.Round(d.Seconds() / 5); five != 0 && math.Abs(d.Seconds()-5*five) < .15 {
		return fmt.Sprintf(", like a penalty of %g s told otherwise", math.Abs(5*five))
	}
	return ""
}

// startOffsets is by how much the start of each car is off that of most, by its first lap.
func startOffsets(s *Session) map[int]time.Duration {
	at := map[int]time.Time{}
	for i := range s.Laps {
		if l := &s.Laps[i]; l.LapNumber == 1 && l.DateEnd.Known && l.LapTime.Known {
			at[l.DriverNumber] = l.DateEnd.Value.Add(-l.LapTime.Value)
		}
	}
	return offsets(at)
}

// finishOffsets is by how much each car on the lead lap crosses the line for the last time off its official gap.
func finishOffsets(s *Session, k *known) map[int]time.Duration {
	at := map[int]time.Time{}
	for _, res := range k.results {
		leads := res.position.Known && res.position.Value == 1
		if !res.position.Known || !res.laps.Known || res.laps != k.laps || res.stopped() || !leads && !res.gap.Known {
			continue
		}
		if end := s.crossing(res.car, res.laps.Value); end.Known {
			at[res.car] = end.Value.Add(res.penalty - res.gap.Value)
		}
	}
	return offsets(at)
}

// offsets are the differences to the middle one, none where fewer than three in five are beside it.
func offsets(at map[int]time.Time) map[int]time.Duration {
	if len(at) < minCars {
		return nil
	}
	all := make([]time.Time, 0, len(at))
	for _, t := range at {
		all = append(all, t)
	}
	slices.SortFunc(all, time.Time.Compare)
	middle := all[len(all)/2]
	out, beside := map[int]time.Duration{}, 0
	for car, t := range at {
		out[car] = t.Sub(middle)
		if out[car].Abs() <= agreeIn {
			beside++
		}
	}
	if beside*5 < len(at)*3 {
		return nil
	}
	return out
}

// crossing is when a car completed a lap.
func (s *Session) crossing(car, lap int) f1.Opt[time.Time] {
	at, ok := slices.BinarySearchFunc(s.Laps, carLap{car, lap}, func(l f1.LapRow, want carLap) int {
		return cmp.Or(cmp.Compare(l.DriverNumber, want.car), cmp.Compare(l.LapNumber, want.lap))
	})
	if !ok {
		return f1.Opt[time.Time]{}
	}
	return s.Laps[at].DateEnd
}

func (s *Session) lapsOf(car int) int {
	n := 0
	for i := range s.Laps {
		if s.Laps[i].DriverNumber == car {
			n++
		}
	}
	return n
}

// undone reports whether the crossings of a car step back by the offset it had at the start.
func (s *Session) undone(car int, offset time.Duration) bool {
	sum := time.Duration(0)
	s.cars(func(number int, laps []f1.LapRow) {
		for i := 1; number == car && i < len(laps); i++ {
			if by, ok := lapStep(laps, i); ok && laps[i].LapTime.Known && by.Abs() > stepFrom {
				sum += by
			}
		}
	})
	return (sum + offset).Abs() <= agreeIn
}

// beforeFlag reports whether a car that was running at the end crosses the line for the last time before the winner.
func (s *Session) beforeFlag(k *known, car int, finish map[int]time.Duration) bool {
	res, ok := k.result(car)
	if !ok || res.stopped() || !res.position.Known || !res.laps.Known || !res.lapsDown.Known {
		return false
	}
	for _, winner := range k.results {
		if winner.position.Value != 1 || !winner.laps.Known {
			continue
		}
		flag, last := s.crossing(winner.car, winner.laps.Value), s.crossing(car, res.laps.Value)
		return flag.Known && last.Known && last.Value.Before(flag.Value.Add(-finish[winner.car]))
	}
	return false
}
