package racecontrol

import (
	"time"

	"pitwall.live/internal/f1"
)

// rulings are the penalties without a number, as they are said.
var rulings = [...]struct {
	penalty Penalty
	words   []string
}{
	{DriveThrough, []string{"DRIVE", "THROUGH", "PENALTY"}},
	{DriveThrough, []string{"DRIVE-THROUGH", "PENALTY"}},
	{DriveThrough, []string{"DRIVE", "THROUGH"}},
	{PitLaneStart, []string{"PIT", "LANE", "START"}},
	{Reprimand, []string{"REPRIMAND"}},
	{Warning, []string{"FORMAL", "WARNING"}},
	{Warning, []string{"WARNING"}},
	{Fine, []string{"FINE"}},
	{Disqualified, []string{"DISQUALIFICATION"}},
}

// penalty reads what the stewards give, without the car: "5 SECOND TIME PENALTY", "DRIVE THROUGH PENALTY",
// "10 SECOND STOP/GO PENALTY", "3 PLACE GRID PENALTY", "REPRIMAND".
func (p *parser) penalty(i int) (int, bool) {
	if n, ok := p.count(i); ok {
		switch {
		case p.is(i+1, "SECOND", "SECONDS"):
			p.m.Duration = f1.Some(time.Duration(n) * time.Second)
			return p.seconds(i + 2)
		case p.is(i+1, "PLACE", "PLACES"):
			p.m.Places = f1.Some(n)
			return p.gridDrop(i + 2)
		}
		return i, false
	}
	if j, ok := p.stopAndGo(i); ok {
		return j, true
	}
	for _, f := range rulings {
		if j, ok := p.said(i, f.words...); ok {
			p.m.Penalty = f.penalty
			return j, true
		}
	}
	if j, ok := p.said(i, "TRACK", "LIMITS", "WARNING"); ok {
		p.m.Penalty, p.m.Reason = Warning, p.between(i, j-1)
		return j, true
	}
	return p.gridDrop(i)
}

// said reads words one by one.
func (p *parser) said(i int, words ...string) (int, bool) {
	for k, w := range words {
		if !p.is(i+k, w) {
			return i, false
		}
	}
	return i + len(words), true
}

// count reads a number in digits or, up to ten, as a word.
func (p *parser) count(i int) (int, bool) {
	if n, ok := p.number(i); ok && n > 0 {
		return n, true
	}
	for n, w := range [...]string{"ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"} {
		if p.is(i, w) {
			return n + 1, true
		}
	}
	return 0, false
}

// seconds reads which penalty the seconds before are of.
func (p *parser) seconds(i int) (int, bool) {
	if j, ok := p.stopAndGo(i); ok {
		return j, true
	}
	if p.is(i, "TIME") {
		i++
	}
	p.m.Penalty = TimePenalty
	return i + 1, p.is(i, "PENALTY")
}

// stopAndGos are the many spellings of it.
var stopAndGos = [...][]string{
	{"STOP/GO"}, {"STOP-GO"}, {"STOP-AND-GO"}, {"STOP", "GO"}, {"STOP", "AND", "GO"}, {"STOP", "&", "GO"},
}

// stopAndGo reads one of them.
func (p *parser) stopAndGo(i int) (int, bool) {
	for _, words := range stopAndGos {
		if j, ok := p.said(i, words...); ok {
			p.m.Penalty = StopAndGo
			if p.is(j, "PENALTY") {
				j++
			}
			return j, true
		}
	}
	return i, false
}

// gridDrop reads "GRID PENALTY".
func (p *parser) gridDrop(i int) (int, bool) {
	if !p.is(i, "GRID") {
		return i, false
	}
	if i++; p.is(i, "POSITION") {
		i++
	}
	p.m.Penalty = GridDrop
	return i + 1, p.is(i, "PENALTY", "DROP")
}

// disqualified reads "DISQUALIFIED" behind the car.
func (p *parser) disqualified(i int) (int, bool) {
	if j, ok := p.said(i, "HAS", "BEEN"); ok {
		i = j
	} else if p.is(i, "IS") {
		i++
	}
	p.m.Penalty = Disqualified
	return i + 1, p.is(i, "DISQUALIFIED")
}

// pitLaneStart reads "WILL START FROM THE PIT LANE" behind the car.
func (p *parser) pitLaneStart(i int) (int, bool) {
	p.m.Penalty = PitLaneStart
	if !p.is(i, "WILL", "MUST") {
		return i, false
	}
	if j, ok := p.said(i+1, "START", "FROM", "THE", "PIT", "LANE"); ok {
		return j, true
	}
	return p.said(i+1, "START", "FROM", "PIT", "LANE")
}
