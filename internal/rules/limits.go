package rules

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// CutLines are the places that still advance from the first and the second part of a qualifying, given the
// cars entered for the weekend, not those that run: 15 and 10 of 20, 16 and 10 of 22, and so on (39.5).
// Where the feed says how many take part in each part (NoEntries), believe it instead.
func (b Book) CutLines(entries int) []int {
	out := 5 + max(entries-19, 0)/2
	return []int{10 + out, 10}
}

// CutOffTime is the slowest lap of the first part with which an eliminated car is still classified: 107 %
// of the fastest one, cut to milliseconds as timing does. It does not hold on a track declared wet (39.4 b).
func (b Book) CutOffTime(fastest time.Duration) time.Duration {
	return (fastest * time.Duration(b.CutOff) / 100).Truncate(time.Millisecond)
}

// Clock is how long a race or a sprint may last. The zero Clock is for sessions without such a limit.
func (b Book) Clock(t f1.SessionType) Clock {
	switch t {
	case f1.Race:
		return b.RaceClock
	case f1.Sprint:
		return b.SprintClock
	}
	return Clock{}
}

// Left is how much longer a race may go on, never below 0: elapsed is the time since its start signal,
// suspended how much of that it stood still. byWindow reports that it is the window with suspensions (three
// hours) that will end it, not the running time (two hours). The race ends with the lap after the one in
// which nothing is left. Both are of no meaning for the zero Clock.
func (c Clock) Left(elapsed, suspended time.Duration) (left time.Duration, byWindow bool) {
	running, window := c.Running-(elapsed-suspended), c.Window-elapsed
	return max(min(running, window), 0), window < running
}

// SessionType is what a session of the season is that goes by a name, as the feed or a calendar writes it.
// The same name changed its meaning: "Sprint Qualifying" was the sprint itself in 2021 and is its
// qualifying since 2024. It reports false for names the season does not have.
func (b Book) SessionType(name string) (f1.SessionType, bool) {
	slug := f1.Slug(name)
	if t, ok := b.SprintNames[slug]; ok {
		return t, true
	}
	for _, t := range b.Weekend {
		if string(t) == slug {
			return t, true
		}
	}
	return "", false
}

// Sessions are the sessions of a weekend in order, nil for a sprint weekend in a season without.
func (b Book) Sessions(sprint bool) []f1.SessionType {
	if sprint {
		return slices.Clone(b.SprintWeekend)
	}
	return slices.Clone(b.Weekend)
}

// SprintSetsGrid reports that the order of the sprint was the grid of the race, as in 2021 and 2022.
func (b Book) SprintSetsGrid() bool {
	return len(b.SprintWeekend) > 0 && !slices.Contains(b.SprintWeekend, f1.SprintQualifying)
}
