package rules

import "pitwall.live/internal/f1"

// Distance is how far a race went. The zero Distance is the scheduled one.
type Distance struct {
	Laps      int         // completed by the leader when the race ended or was stopped for good
	Scheduled int         // laps; 0: the race went over its whole distance
	Stopped   bool        // suspended and not resumed
	Green     f1.Opt[int] // laps the leader completed without safety car and VSC; unknown: enough of them
}

// Distance is how far a race of the season went of which the classification is known: the laps of its
// winner and the scheduled ones. It knows the races that were stopped for good.
func (b Book) Distance(round, laps, scheduled int) Distance {
	for _, s := range b.Stoppages {
		if s.Round == round {
			return Distance{Laps: s.Laps, Scheduled: scheduled, Stopped: true}
		}
	}
	return Distance{Laps: laps, Scheduled: scheduled}
}

// RacePoints is what a place of a race is worth, without the fastest lap. Places count from 1; there is
// nothing for any other number.
func (b Book) RacePoints(place int, d Distance) float64 { return b.Race.points(place, d) }

// SprintPoints is what a place of a sprint is worth.
func (b Book) SprintPoints(place int, d Distance) float64 { return b.Sprint.points(place, d) }

// FastestLapPoint is what the fastest lap of a race is worth to the driver classified at a place, 0 where
// he is too far down, not classified or the season has no such point.
func (b Book) FastestLapPoint(place int, d Distance) float64 {
	if place < 1 || place > b.FastestLapWithin {
		return 0
	}
	return b.FastestLap.points(1, d)
}

func (s Scale) points(place int, d Distance) float64 {
	t := s.table(d)
	if place < 1 || place > len(t) {
		return 0
	}
	return t[place-1]
}

// table is the list of points for a distance.
func (s Scale) table(d Distance) []float64 {
	short := d.Laps < d.Scheduled && (d.Stopped || !s.Short.OnlyStopped)
	if !short {
		return s.Full
	}
	if d.Laps < s.Short.MinLaps || d.Green.Known && d.Green.Value < s.Short.GreenLaps {
		return nil
	}
	for _, step := range s.Short.Steps {
		if 100*d.Laps < step.Below*d.Scheduled {
			return step.Points
		}
	}
	return s.Full
}

// Result is one driver's line of a classification.
type Result struct {
	Driver string      // who he is all season: not his car number, which substitutes take over
	Team   string      // for whom the points count
	Place  f1.Opt[int] // from 1; unknown: not classified, did not start or disqualified. Equal in a dead heat
}

// Classification is the result of a race or a sprint, or what it would be if it ended as it stands.
type Classification struct {
	Round      int
	Sprint     bool
	Distance   Distance
	FastestLap string // the driver who holds it, "" unknown or none
	Results    []Result
}

// Points is what each line of a classification is worth, in its order. Those who share a place share what
// their places are worth (7.1).
func (b Book) Points(c Classification) []float64 {
	scale := b.Race
	if c.Sprint {
		scale = b.Sprint
	}
	sharing := map[int]int{}
	for _, r := range c.Results {
		if r.Place.Known {
			sharing[r.Place.Value]++
		}
	}
	points := make([]float64, len(c.Results))
	for i, r := range c.Results {
		if !r.Place.Known {
			continue
		}
		n := sharing[r.Place.Value]
		for k := range n {
			points[i] += scale.points(r.Place.Value+k, c.Distance) / float64(n)
		}
		if !c.Sprint && c.FastestLap != "" && r.Driver == c.FastestLap {
			points[i] += b.FastestLapPoint(r.Place.Value, c.Distance)
		}
	}
	return points
}

// MinLaps is how many laps a car must have covered to be classified, given those of the winner (62.2).
func (b Book) MinLaps(winner int) int { return winner * b.Classified / 100 }
