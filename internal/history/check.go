package history

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// checks are run on every session, in this order: the places are judged with the shifts found before.
var checks = []func(*Session, *known){
	checkCells,
	checkSpeeds,
	checkCompounds,
	checkLaps,
	checkEntries,
	checkDistance,
	checkClock,
	checkShifts,
	checkPositions,
	checkPlaces,
}

// known is what the checks hold a session against.
type known struct {
	race      Race
	hasRace   bool
	results   []result
	laps      f1.Opt[int] // official number of laps
	scheduled f1.Opt[int]
	shifts    map[int]time.Duration // by car, once found
	penalties map[int]time.Duration // by car, that the flag tells and the result does not
}

func (k *known) result(car int) (*result, bool) {
	for i := range k.results {
		if k.results[i].car == car {
			return &k.results[i], true
		}
	}
	return nil, false
}

// check finds the defects of a session.
func (im *Import) check(s *Session) {
	k := known{results: im.Reference.results[sessionAt{s.Season.Value, s.Round.Value, s.Type}], shifts: map[int]time.Duration{},
		penalties: map[int]time.Duration{}}
	if k.race, k.hasRace = im.Reference.Race(s.Season.Value, s.Round.Value); k.hasRace {
		k.laps, k.scheduled = k.race.Laps, k.race.Scheduled
		if s.Type == f1.Sprint {
			k.laps, k.scheduled = k.race.SprintLaps, f1.Opt[int]{}
		}
	}
	for _, check := range checks {
		check(s, &k)
	}
}

// checkCells finds what is not known of laps, and sectors that do not make the lap.
func checkCells(s *Session, _ *known) {
	sectors := s.Source.Format != FastF1Transformed
	s.cars(func(car int, laps []f1.LapRow) {
		for i := range laps {
			l := &laps[i]
			at := func(kind Kind, format string, args ...any) {
				s.add(Defect{Driver: car, Lap: l.LapNumber, Kind: kind, Detail: fmt.Sprintf(format, args...)})
			}
			if !l.LapTime.Known {
				at(LapTimeMissing, "%s", where(laps, i))
			}
			if !l.Position.Known && s.Source.Format != OpenF1Derived {
				at(PositionMissing, "%s", where(laps, i))
			}
			if l.TrackStatus == "" && s.Source.Format != OpenF1Derived {
				at(TrackStatusMissing, "%s", where(laps, i))
			}
			if !sectors {
				continue
			}
			var missing []string
			sum := time.Duration(0)
			for n, sector := range []f1.Opt[time.Duration]{l.Sector1, l.Sector2, l.Sector3} {
				sum += sector.Value
				if !sector.Known {
					missing = append(missing, fmt.Sprint(n+1))
				}
			}
			if len(missing) > 0 {
				at(SectorMissing, "sector %s, %s", strings.Join(missing, ", "), where(laps, i))
			} else if l.LapTime.Known && (sum-l.LapTime.Value).Abs() > 3*time.Millisecond {
				at(SectorsNotLap, "%+.3f s", (sum - l.LapTime.Value).Seconds())
			}
		}
	})
}

// where says in which circumstances a lap was driven, the most telling one.
func where(laps []f1.LapRow, i int) string {
	l := &laps[i]
	switch {
	case l.LapNumber == 1:
		return "first lap"
	case strings.Contains(l.TrackStatus, "5"):
		return "red flag"
	case i == len(laps)-1:
		return "last lap of the car"
	case l.PitIn.Known:
		return "in-lap"
	case l.InPitAtStart:
		return "out-lap"
	case strings.ContainsAny(l.TrackStatus, "467"):
		return "safety car"
	}
	return "elsewhere"
}

// checkSpeeds finds what share of the speeds is missing, by trap.
func checkSpeeds(s *Session, _ *known) {
	traps := []struct {
		name  string
		speed func(*f1.LapRow) f1.Opt[int]
	}{
		{"I1", func(l *f1.LapRow) f1.Opt[int] { return l.SpeedI1 }},
		{"I2", func(l *f1.LapRow) f1.Opt[int] { return l.SpeedI2 }},
		{"FL", func(l *f1.LapRow) f1.Opt[int] { return l.SpeedFL }},
		{"ST", func(l *f1.LapRow) f1.Opt[int] { return l.SpeedST }},
	}
	for _, trap := range traps {
		if s.Source.Format == FastF1Transformed || s.Source.Format == OpenF1Derived && trap.name == "FL" {
			continue // has no such column
		}
		missing := 0
		for i := range s.Laps {
			if !trap.speed(&s.Laps[i]).Known {
				missing++
			}
		}
		if missing > 0 {
			s.add(Defect{Kind: SpeedMissing, Rows: missing,
				Detail: fmt.Sprintf("%s: %d of %d laps, %.1f %%", trap.name, missing, len(s.Laps), 100*float64(missing)/float64(len(s.Laps)))})
		}
	}
}

func checkCompounds(s *Session, _ *known) {
	s.cars(func(car int, laps []f1.LapRow) {
		compound, stint := "", f1.Opt[int]{}
		for _, l := range laps {
			if l.Compound == "" {
				s.add(Defect{Driver: car, Lap: l.LapNumber, Kind: CompoundMissing})
				continue
			}
			if stint.Known && stint == l.StintNumber && compound != l.Compound {
				s.add(Defect{Driver: car, Lap: l.LapNumber, Kind: CompoundInStint,
					Detail: fmt.Sprintf("stint %d: %s, then %s", stint.Value, compound, l.Compound)})
			}
			compound, stint = l.Compound, l.StintNumber
		}
	})
}

// checkLaps finds laps that are not there, and those the session did not have.
func checkLaps(s *Session, k *known) {
	s.cars(func(car int, laps []f1.LapRow) {
		next := 1
		for _, l := range laps {
			if n := l.LapNumber - next; n > 0 {
				s.add(Defect{Driver: car, Lap: next, Kind: LapMissing, Rows: n, Detail: fmt.Sprintf("laps %d to %d", next, l.LapNumber-1)})
			}
			next = l.LapNumber + 1
			if k.laps.Known && l.LapNumber > k.laps.Value {
				s.add(Defect{Driver: car, Lap: l.LapNumber, Kind: LapBeyond, Detail: fmt.Sprintf("the result counts %d laps", k.laps.Value)})
			}
		}
	})
}

// checkEntries holds cars and their laps against the result.
func checkEntries(s *Session, k *known) {
	if len(k.results) == 0 {
		return
	}
	here := map[int]bool{}
	s.cars(func(car int, laps []f1.LapRow) {
		here[car] = true
		last := &laps[len(laps)-1]
		res, ok := k.result(car)
		switch {
		case !ok:
			s.add(Defect{Driver: car, Kind: DriverUnknown, Rows: len(laps), Detail: fmt.Sprintf("%d laps", len(laps))})
		case !res.laps.Known || last.LapNumber == res.laps.Value:
		case last.LapNumber == res.laps.Value+1 && res.stopped() && !last.LapTime.Known:
			s.add(Defect{Driver: car, Lap: last.LapNumber, Kind: LapUnfinished, Detail: "the last, not completed"})
		default:
			s.add(Defect{Driver: car, Kind: LapsCompleted, Detail: fmt.Sprintf("up to lap %d, by the result %d", last.LapNumber, res.laps.Value)})
		}
	})
	for _, res := range k.results {
		switch {
		case here[res.car]:
		case res.laps.Value > 0:
			s.add(Defect{Driver: res.car, Kind: DriverMissing, Rows: res.laps.Value, Detail: fmt.Sprintf("%s has %d laps by the result", res.driver, res.laps.Value)})
		default:
			s.add(Defect{Driver: res.car, Kind: DriverNoLap, Detail: fmt.Sprintf("%s is %s by the result", res.driver, res.word)})
		}
	}
}

// stopped reports whether the car was not running at the end.
func (res *result) stopped() bool { return res.retired || res.word != "" && res.word != "DSQ" }

// checkDistance tells of sessions that were cut short, never raced, or of which much is missing.
func checkDistance(s *Session, k *known) {
	if k.laps.Known && k.scheduled.Known && 4*k.laps.Value < 3*k.scheduled.Value {
		s.add(Defect{Kind: ShortSession, Detail: fmt.Sprintf("%d of %d laps by the result", k.laps.Value, k.scheduled.Value)})
	}
	raced := slices.ContainsFunc(s.Laps, func(l f1.LapRow) bool { return l.LapTime.Known && !strings.ContainsAny(l.TrackStatus, "45") })
	if !raced {
		s.add(Defect{Kind: NeverRaced, Rows: len(s.Laps), Detail: fmt.Sprintf("%d cars, %d laps", len(s.Drivers), s.lastLap())})
	}
	official := 0
	for _, res := range k.results {
		official += res.laps.Value
	}
	if len(s.Laps)*10 < official*9 {
		s.add(Defect{Kind: LapsIncomplete, Rows: official - len(s.Laps), Detail: fmt.Sprintf("%d laps, by the result %d", len(s.Laps), official)})
	}
}

func (s *Session) lastLap() int {
	last := 0
	for i := range s.Laps {
		last = max(last, s.Laps[i].LapNumber)
	}
	return last
}
