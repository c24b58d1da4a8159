package history

import (
	"cmp"
	"fmt"
	"maps"
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
	maxShift  = time.Minute            // more is no shift: the crossing of a car that stopped on its first lap
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
// can tell it, for the tables' positions were counted from the same crossings. Three things outside them can:
//
//   - all cars start at one moment, so crossing less lap time of the first lap is the same for all;
//   - the gaps at the flag are official to the thousandth, but for penalties added, which are official too;
//   - the place in the classification, and that nobody takes the flag before the winner.
//
// The first two are used only where most cars agree on them; where they do not, that is a defect of the session.
// Where start and flag both speak of a car and agree it is shifted; where one says so and the other not, the one is
// refuted and the reason is another: a time that jumps during the race, or a penalty told otherwise. A car that was
// lapped has no official gap: there the place confirms or refutes the start, or says nothing.
func checkShifts(s *Session, k *known) {
	start, finish := startOffsets(s), finishOffsets(s, k)
	single := map[int]time.Duration{}
	for _, d := range s.Drivers {
		car := d.DriverNumber
		a, atStart := start[car]
		b, atFinish := finish[car]
		switch {
		case a.Abs() <= shiftFrom && b.Abs() <= shiftFrom:
		case a.Abs() > maxShift:
			s.add(Defect{Driver: car, Kind: StartOff, Detail: fmt.Sprintf("%+.2f s at the start: no shift, the first crossing is wrong", a.Seconds())})
		case atStart && !atFinish:
			single[car] = a
		case atStart && (a-b).Abs() <= agreeIn:
			k.shifts[car] = b
			s.shifted(car, ClockShift, "%+.2f s at the start, %+.2f s at the flag", a.Seconds(), b.Seconds())
		case atStart && a.Abs() > shiftFrom:
			s.add(Defect{Driver: car, Kind: StartOff, Detail: fmt.Sprintf("%+.2f s at the start, %+.2f s at the flag", a.Seconds(), b.Seconds())})
		case atStart || likePenalty(b) != 0:
			k.penalties[car] = -likePenalty(b)
			detail := fmt.Sprintf("%+.2f s at the flag", b.Seconds())
			if p := likePenalty(b); p != 0 {
				detail += fmt.Sprintf(", like a penalty of %g s told otherwise", p.Abs().Seconds())
			}
			s.add(Defect{Driver: car, Kind: FinishOff, Detail: detail})
		default:
			s.shifted(car, ClockShiftSingle, "%+.2f s at the flag", b.Seconds())
		}
	}
	s.judgeSingles(k, single)
}

// judgeSingles asks the places about the shifts that the start alone tells.
func (s *Session) judgeSingles(k *known, single map[int]time.Duration) {
	with := maps.Clone(k.shifts)
	maps.Copy(with, single)
	type verdict struct {
		kind Kind
		why  string
	}
	verdicts := map[int]verdict{}
	for car, a := range single {
		without := maps.Clone(with)
		delete(without, car)
		right, wrong := s.against(k, car, with), s.against(k, car, without)
		switch {
		case s.undone(car, a):
			verdicts[car] = verdict{StartOff, "undone by a step later"}
		case right < wrong:
			verdicts[car] = verdict{ClockShift, fmt.Sprintf("without it out of order at the flag with %d cars, with it %d", wrong, right)}
		case right > wrong:
			verdicts[car] = verdict{StartOff, fmt.Sprintf("without it out of order at the flag with %d cars, with it %d", wrong, right)}
		default:
			verdicts[car] = verdict{ClockShiftSingle, "no other witness"}
		}
	}
	for _, d := range s.Drivers {
		a, ok := single[d.DriverNumber]
		if !ok {
			continue
		}
		v := verdicts[d.DriverNumber]
		if v.kind == ClockShift {
			k.shifts[d.DriverNumber] = a
		}
		s.shifted(d.DriverNumber, v.kind, "%+.2f s at the start, %s", a.Seconds(), v.why)
	}
}

// against is how many cars stand to a car at the flag, with crossings corrected by shifts, otherwise than in the
// classification. All do when it crosses before the winner.
func (s *Session) against(k *known, car int, shifts map[int]time.Duration) int {
	field := s.finishers(k)
	at := slices.IndexFunc(field, func(f finisher) bool { return f.res.car == car && f.place > 0 })
	if at < 0 {
		return 0
	}
	order := ranks(field, func(f finisher) time.Time { return f.end.Add(f.penalty - shifts[f.res.car]) })
	end, n := field[at].end.Add(-shifts[car]), 0
	for _, f := range field {
		switch {
		case f.place == 0 || f.res.car == car:
		case f.place == 1 && end.Before(f.end.Add(-shifts[f.res.car])):
			return len(field)
		case (f.place < field[at].place) != (order[f.res.car] < order[car]):
			n++
		}
	}
	return n
}

// shifted adds a defect of a car's crossings, which as a rule goes back to the first lap.
func (s *Session) shifted(car int, kind Kind, format string, args ...any) {
	rows, pitted := 0, ""
	for i := range s.Laps {
		if l := &s.Laps[i]; l.DriverNumber == car {
			rows++
			if l.LapNumber == 1 && l.PitIn.Known {
				pitted = ", in the pits on the first lap"
			}
		}
	}
	s.add(Defect{Driver: car, Kind: kind, Rows: rows, Detail: fmt.Sprintf(format, args...) + pitted})
}

// likePenalty is an offset that is a whole number of five seconds, rounded to that: of a penalty that was added and
// not told, or told and not added. It is 0 for any other.
func likePenalty(d time.Duration) time.Duration {
	if five := d.Round(5 * time.Second); (d - five).Abs() < 150*time.Millisecond {
		return five
	}
	return 0
}

// startOffsets is by how much the start of each car is off that of most, by its first lap.
func startOffsets(s *Session) map[int]time.Duration {
	at := map[int]time.Time{}
	for i := range s.Laps {
		if l := &s.Laps[i]; l.LapNumber == 1 && l.DateEnd.Known && l.LapTime.Known {
			at[l.DriverNumber] = l.DateEnd.Value.Add(-l.LapTime.Value)
		}
	}
	return s.offsets("the start", at)
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
	return s.offsets("the flag", at)
}

// offsets are the differences to the middle one, none where fewer than three in five are beside it, which is a defect.
func (s *Session) offsets(of string, at map[int]time.Time) map[int]time.Duration {
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
		s.add(Defect{Kind: ClockSpread, Rows: len(at), Detail: fmt.Sprintf("%d of %d cars agree on %s: crossings of different cars can not be compared", beside, len(at), of)})
		return nil
	}
	return out
}

// crossing is when a car completed a lap.
func (s *Session) crossing(car, lap int) f1.Opt[time.Time] {
	l, ok := s.lap(car, lap)
	if !ok {
		return f1.Opt[time.Time]{}
	}
	return l.DateEnd
}

// lap is a lap of a car.
func (s *Session) lap(car, n int) (*f1.LapRow, bool) {
	at, ok := slices.BinarySearchFunc(s.Laps, carLap{car, n}, func(l f1.LapRow, want carLap) int {
		return cmp.Or(cmp.Compare(l.DriverNumber, want.car), cmp.Compare(l.LapNumber, want.lap))
	})
	if !ok {
		return nil, false
	}
	return &s.Laps[at], true
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
