// Package rules is the sport's rule book as data, season by season, and the code that applies it: points,
// cut lines, the names of sessions, the duty to change tyres, limits of time, the championship and what is
// still possible in it. seasons.go is the book; the other files read it.
//
// It holds what the sporting regulations say, not what happened: of the calendar it knows how many rounds a
// season has and which of them have a sprint, and it knows no results and no feed. Who calls it hands in the classifications of the season and how many races are left. Rulings that
// changed a championship (points taken from a team, a team that began anew) are part of the season's book.
//
// Articles are those of the FIA Formula One Sporting Regulations, numbered as in 2025 unless a year is
// given; in 2026 the same rules stand in section B of the regulations.
//
// It is made for the events and strategy rooms. Books are shared and read only; all else is the caller's own.
package rules

import (
	"time"

	"pitwall.live/internal/f1"
)

// Book is the rules of one season. Its tables are shared: read only.
type Book struct {
	Season  int
	Rounds  int   // how many the season has; of one that is not over yet as it was planned
	Sprints []int // the rounds with a sprint, rising

	Race             Scale // what places of a race are worth (6.4, 6.5)
	Sprint           Scale // what places of a sprint are worth (6.4, 6.6); zero: no sprints
	FastestLap       Scale // one entry: what the fastest lap of a race is worth; zero: nothing
	FastestLapWithin int   // the last place that may take the point for it
	CutOff           int   // percent of the fastest lap of the first part that a car must reach (39.4 b)
	Classified       int   // percent of the winner's laps that a car must cover (62.2)

	RaceClock   Clock // 5.4 c, d
	SprintClock Clock // 5.3 a

	Tyres   Duty            // in every race (30.5 m)
	TyresAt map[string]Duty // where the duty is another, by the feed's circuit name as a slug

	SprintNames   map[string]f1.SessionType // what sessions are called that have "sprint" in their name
	Weekend       []f1.SessionType          // the sessions of a weekend, in order
	SprintWeekend []f1.SessionType          // of a weekend with a sprint; nil: there were none

	Rulings   []Ruling   // decisions that changed the championship
	Stoppages []Stoppage // races whose distance the classification does not tell
}

// Scale is what places are worth, the first first: Full over the scheduled distance, and what Short makes of
// it when the race was shorter.
type Scale struct {
	Full  []float64
	Short Shortened
}

// Shortened says what a race is worth that did not go over its scheduled distance.
type Shortened struct {
	// OnlyStopped: the rule is for races that were suspended and could not be resumed. One that ran out of
	// time, as in Japan in 2022, then counts in full.
	OnlyStopped bool
	MinLaps     int    // laps the leader must have completed for any points
	GreenLaps   int    // laps the leader must have completed without safety car and VSC for any points
	Steps       []Step // by share of the distance, the smallest first; above the last one points are full
}

// Step is a table of points for races below a share of the scheduled distance.
type Step struct {
	Below  int       // percent of the scheduled laps
	Points []float64 // empty: no points
}

// Clock is how long a race may last.
type Clock struct {
	Running time.Duration // without suspensions; the race ends with the lap after the one in which it is over
	Window  time.Duration // with suspensions, from the start signal
}

// Ruling is a decision that changed the championship of teams beyond the results.
type Ruling struct {
	Round  int      // standings hold it from this round on
	Teams  []string // slugs of the names the team goes by
	Points float64  // taken away
	Void   bool     // all that the team had before the round does not count
	Reason string
}

// Stoppage is a race whose points were decided by another distance than that of its classification.
type Stoppage struct {
	Round  int
	Laps   int // completed by the leader
	Reason string
}

// First and Last are the seasons the book knows.
const (
	First = 2018
	Last  = 2026
)

// Of returns the rules of a season. For a season before the first or after the last one known it returns
// the nearest and reports false: those rules are a guess.
func Of(season int) (Book, bool) {
	known := season >= First && season <= Last
	return books[min(max(season, First), Last)-First], known
}
