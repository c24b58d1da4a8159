package racecontrol

import (
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// slots are the values a form can have, by their names in the forms.
var slots = map[string]slot{
	"<cars>":         (*parser).carList,
	"<numbers>":      (*parser).numberList,
	"<incident>":     (*parser).incident,
	"<why>":          (*parser).why,
	"<penalty>":      (*parser).penalty,
	"<disqualified>": (*parser).disqualified,
	"<pitstart>":     (*parser).pitLaneStart,
	"<session>":      (*parser).session,
	"<turns>":        (*parser).turns,
	"<where>":        (*parser).where,
	"<laptime>":      (*parser).lapTime,
	"<clock>":        (*parser).clock,
	"<time>":         (*parser).announced,
	"<minutes>":      (*parser).minutes,
	"<word>":         (*parser).word,
	"<active>":       (*parser).active,

	"<sector>":  marshalSector,
	"<zone>":    number(func(m *Message, n int) { m.Zone = f1.Some(n) }, 1, 9),
	"<degrees>": number(func(m *Message, n int) { m.Degrees = f1.Some(n) }, 0, 60),
	"<number>":  number(func(*Message, int) {}, 0, 999),
	"<percent>": func(p *parser, i int) (int, bool) {
		i, ok := number(func(m *Message, n int) { m.Percent = f1.Some(n) }, 0, 100)(p, i)
		if p.is(i, "%") {
			i++
		}
		return i, ok
	},

	"<track>":   scope(Track),
	"<pitlane>": scope(PitLane),
	"<driver>":  scope(Driver),
}

var marshalSector = number(func(m *Message, n int) { m.Sector, m.Scope = f1.Some(n), Sector }, 1, 99)

// number is a slot of a whole number between two bounds.
func number(set func(*Message, int), low, high int) slot {
	return func(p *parser, i int) (int, bool) {
		n, ok := p.number(i)
		if !ok || n < low || n > high {
			return i, false
		}
		set(&p.m, n)
		return i + 1, true
	}
}

// scope is a slot that reads nothing: the form says for whom it is.
func scope(s Scope) slot {
	return func(p *parser, i int) (int, bool) {
		p.m.Scope = s
		return i, true
	}
}

// number reads the i-th word as 1 to 3 digits.
func (p *parser) number(i int) (int, bool) {
	if i >= len(p.tokens) || len(p.tokens[i].word) > 3 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(p.tokens[i].word) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// maxCar bounds racing numbers.
const maxCar = 255

// car reads "44" or "44 (HAM)", with the word CAR before it or not.
func (p *parser) car(i int) (int, bool) {
	if p.is(i, "CAR") {
		i++
	}
	n, ok := p.number(i)
	if !ok || n < 1 || n > maxCar {
		return i, false
	}
	p.cars = append(p.cars, n)
	i++
	if i < len(p.tokens) && isCode(p.tokens[i].word) {
		i++
	}
	return i, true
}

// isCode reports whether a word is a driver's code in brackets. "(PIT)" is none.
func isCode(w string) bool {
	return len(w) == 5 && w[0] == '(' && w[4] == ')' && !foldEqual(w, "(PIT)") &&
		strings.IndexFunc(w[1:4], func(r rune) bool { return r < 'A' || r > 'z' || r > 'Z' && r < 'a' }) < 0
}

// carList reads "CAR 4 (NOR)" or "CARS 24 (ZHO), 1 (VER) AND 4 (NOR)".
func (p *parser) carList(i int) (int, bool) {
	if !p.is(i, "CAR", "CARS") {
		return i, false
	}
	return p.list(i+1, ",", "AND", "&")
}

// numberList reads the cars after a colon: "4, 44", "4 (NOR) - 14 - 31".
func (p *parser) numberList(i int) (int, bool) {
	return p.list(i, ",", "AND", "&", "-")
}

// list reads cars with separators between them. A separator that no car follows ends the list before it.
func (p *parser) list(i int, separators ...string) (int, bool) {
	i, ok := p.car(i)
	for ok {
		j := i
		for p.is(j, separators...) && j < i+2 {
			j++
		}
		if j == i {
			return i, true
		}
		next, more := p.car(j)
		if !more {
			return i, true
		}
		i = next
	}
	return i, false
}

// incident reads who and where of an incident, up to what becomes of it:
//
//	LAP 1 TURN 2 INCIDENT INVOLVING CARS 55 (SAI) AND 14 (ALO)
//	PIT LANE INCIDENT FROM Q1 INVOLVING CAR 1 (VER)
//	INCIDENT BETWEEN SEVERAL CARS IN TURNS 16 TO 19
//	CAR 4 (NOR) INCIDENT
func (p *parser) incident(i int) (int, bool) {
	if j, ok := p.carList(i); ok {
		if p.is(j, "INCIDENT") {
			j++
		}
		return p.at(j), true
	}
	i, ok := p.place(i)
	if !ok {
		return i, false
	}
	i++ // INCIDENT
	if p.is(i, "FROM") && p.part(i+1) {
		i += 2
	}
	switch {
	case p.is(i, "BETWEEN") && p.is(i+1, "SEVERAL") && p.is(i+2, "CARS"):
		i += 3
	case p.is(i, "INVOLVING", "BETWEEN"):
		if i, ok = p.who(i + 1); !ok {
			return i, false
		}
	}
	return p.at(i), true
}

// maxPlace bounds the words that may say where an incident was.
const maxPlace = 8

// place reads the words before INCIDENT, which it leaves: a lap, turns, a part of qualifying; others are the
// place as said.
func (p *parser) place(i int) (int, bool) {
	end := i
	for ; !p.is(end, "INCIDENT", "INCIDENTS"); end++ {
		if end-i == maxPlace || end >= len(p.tokens) {
			return i, false
		}
	}
	first, last := -1, -1
	for i < end {
		switch n, ok := p.number(i + 1); {
		case p.is(i, "LAP") && ok && n > 0:
			p.m.Lap = f1.Some(n)
			i += 2
		case p.is(i, "FIRST") && p.is(i+1, "LAP"):
			p.m.Lap = f1.Some(1)
			i += 2
		case p.part(i):
			i++
		default:
			if j, ok := p.turns(i); ok && j <= end {
				i = j
				continue
			}
			if first < 0 {
				first = i
			}
			i++
			last = i
		}
	}
	if first >= 0 {
		p.m.Location.Place = p.between(first, last)
	}
	return i, true
}

// part reads a part of qualifying: Q1, SQ3.
func (p *parser) part(i int) bool {
	if i >= len(p.tokens) {
		return false
	}
	w := strings.TrimPrefix(strings.ToUpper(p.tokens[i].word), "S")
	if len(w) != 2 || w[0] != 'Q' || w[1] < '1' || w[1] > '3' {
		return false
	}
	p.m.Location.Part = f1.Some(int(w[1] - '0'))
	return true
}

// who reads the cars of an incident, or the name of a team, of at most four words.
func (p *parser) who(i int) (int, bool) {
	if j, ok := p.carList(i); ok {
		return j, true
	}
	j := i
	for ; j < len(p.tokens) && j < i+4 && !p.is(j, "-", "NOTED", "REVIEWED", "UNDER", "WILL", "NO", "IS"); j++ {
		if _, digits := p.number(j); digits || p.is(j, "CAR", "CARS") {
			return i, false
		}
	}
	p.m.Team = p.between(i, j)
	return j, j > i
}

// at reads where an incident was when that is said behind the cars.
func (p *parser) at(i int) int {
	if p.is(i, "AT", "IN") {
		if j, ok := p.turns(i + 1); ok {
			return j
		}
	}
	return i
}

// turns reads "TURN 4", "TURNS 2 AND 3", "TURNS 16 TO 19".
func (p *parser) turns(i int) (int, bool) {
	from, ok := p.number(i + 1)
	if !p.is(i, "TURN", "TURNS") || !ok || from < 1 {
		return i, false
	}
	p.m.Location.Turn = f1.Some(from)
	if to, ok := p.number(i + 3); ok && to > 0 && p.is(i+2, "AND", "TO", "&", "-") {
		p.m.Location.ToTurn = f1.Some(to)
		return i + 4, true
	}
	return i + 2, true
}

// where reads where something is: "AT TURN 4", "BEFORE TURN 6", "IN TRACK SECTOR 3".
func (p *parser) where(i int) (int, bool) {
	if !p.is(i, "AT", "BEFORE", "AFTER", "BETWEEN", "NEAR", "IN") {
		return i, false
	}
	if p.is(i+1, "TRACK") && p.is(i+2, "SECTOR") {
		return marshalSector(p, i+3)
	}
	if !p.is(i, "AT", "IN") {
		p.m.Location.Place = p.tokens[i].word
	}
	return p.turns(i + 1)
}

// why reads the end of a message: nothing, a reason behind a dash, and of the offence the lap, the local time
// of day and whether the lap went through the pit lane.
func (p *parser) why(i int) (int, bool) {
	j := len(p.tokens)
	if p.is(i, "-", ":") {
		i++
	} else if i < j && p.tokens[i].word[0] != '(' {
		return i, false
	}
tail:
	for j > i {
		n, ok := p.number(j - 1)
		switch {
		case p.is(j-1, "(PIT)"):
			p.m.Pit = true
			j--
		case !p.m.LocalTime.Known && p.clockAt(j-1):
			j--
		case !p.m.Lap.Known && ok && n > 0 && j-2 >= i && p.is(j-2, "LAP"):
			p.m.Lap = f1.Some(n)
			j -= 2
		default:
			break tail
		}
	}
	p.m.NextLap = j-2 >= i && p.is(j-2, "(NEXT") && p.is(j-1, "LAP)")
	for p.is(i, "-") && i < j {
		i++
	}
	if i < j {
		p.m.Reason = p.between(i, j)
	}
	for k := i; k+1 < j && !p.m.Location.Turn.Known; k++ {
		if n, ok := p.number(k + 1); ok && n > 0 && p.is(k, "TURN") {
			p.m.Location.Turn = f1.Some(n)
		}
	}
	return len(p.tokens), true
}

// clockAt reads a local time of day with seconds, in brackets or not.
func (p *parser) clockAt(i int) bool {
	if i >= len(p.tokens) {
		return false
	}
	w := p.tokens[i].word
	if len(w) == 10 && w[0] == '(' && w[9] == ')' {
		w = w[1:9]
	}
	d, ok := f1.ParseOffset(w)
	if !ok || len(w) != 8 || d >= 24*time.Hour {
		return false
	}
	p.m.LocalTime = f1.Some(d)
	return true
}

func (p *parser) clock(i int) (int, bool) { return i + 1, p.clockAt(i) }

// announced reads a time of day to the minute: "15:42".
func (p *parser) announced(i int) (int, bool) {
	if i >= len(p.tokens) {
		return i, false
	}
	w := strings.TrimSuffix(p.tokens[i].word, ".")
	d, ok := f1.ParseLapTime(w) // minutes and seconds by its look
	if !ok || len(w) < 4 || len(w) > 5 || w[len(w)-3] != ':' || d*60 >= 24*time.Hour {
		return i, false
	}
	p.m.At = f1.Some(d * 60)
	return i + 1, true
}

// lapTime reads "1:39.582".
func (p *parser) lapTime(i int) (int, bool) {
	if i >= len(p.tokens) || strings.IndexByte(p.tokens[i].word, '.') < 0 {
		return i, false
	}
	d, ok := f1.ParseLapTime(p.tokens[i].word)
	if !ok {
		return i, false
	}
	p.m.LapTime = f1.Some(d)
	return i + 1, true
}

// minutes reads "15 MINUTES".
func (p *parser) minutes(i int) (int, bool) {
	n, ok := p.number(i)
	if !ok || !p.is(i+1, "MIN", "MINS", "MINUTE", "MINUTES") {
		return i, false
	}
	p.m.Duration = f1.Some(time.Duration(n) * time.Minute)
	return i + 2, true
}

// word reads any one word that is no mark.
func (p *parser) word(i int) (int, bool) {
	return i + 1, i < len(p.tokens) && !p.is(i, "-", ",", ":", "%")
}

// active reads whether something is in force.
func (p *parser) active(i int) (int, bool) {
	on := p.is(i, "ACTIVE", "ENABLED", "ON", "ALLOWED", "PERMITTED")
	p.m.Active = f1.Some(on)
	return i + 1, on || p.is(i, "INACTIVE", "DISABLED", "OFF", "OUT", "CANCELLED")
}

// session reads the name of a session or of a part of it. What other series run is noted, too.
func (p *parser) session(i int) (int, bool) {
	start := i
	for p.is(i, "THE", "THIS", "F1") {
		i++
	}
	first := i
	for i < len(p.tokens) {
		_, ok := p.number(i)
		switch {
		case p.is(i, "RACE", "SPRINT", "SHOOTOUT", "QUALIFYING", "SESSION", "PRACTICE", "FREE", "FIRST", "SECOND", "THIRD",
			"Q1", "Q2", "Q3", "SQ1", "SQ2", "SQ3", "FP1", "FP2", "FP3", "GRAND", "PRIX"):
		case ok && i > first && p.is(i-1, "PRACTICE"):
		case p.is(i, "F2", "F3", "ACADEMY", "PORSCHE", "SUPERCUP", "FEATURE"):
			p.other = true
		default:
			if i == first {
				return start, false
			}
			p.m.Session = p.between(first, i)
			return i, true
		}
		i++
	}
	p.m.Session = p.between(first, i)
	return i, i > first
}
