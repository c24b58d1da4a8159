package racecontrol

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// The steps of an incident on its way through the stewards. A decision ends the way; only that a penalty is
// served or withdrawn follows.
const (
	stepNone = iota
	stepNoted
	stepInvestigated
	stepAfter
	stepDecided
	stepServed
)

func (m *Message) step() int {
	switch m.Kind {
	case IncidentNoted:
		return stepNoted
	case UnderInvestigation:
		return stepInvestigated
	case AfterSession:
		return stepAfter
	case NoFurtherAction, PenaltyGiven:
		return stepDecided
	case PenaltyServed, PenaltyWithdrawn:
		return stepServed
	}
	return stepNone
}

// Incident is a key of the incident a message is about, from its lap, part, turns, place, cars in the order of
// their numbers, and reason; "" for a message about none. Race control words the steps of an incident alike
// more often than not, but leaves the place out of a penalty and adds a reason on the way: Incidents joins
// those too.
func (m *Message) Incident() string {
	if m.step() == stepNone {
		return ""
	}
	var b strings.Builder
	for _, n := range [...]struct {
		name  string
		value int
	}{{"lap", m.Lap.Value}, {"part", m.Location.Part.Value}, {"turn", m.Location.Turn.Value}, {"to", m.Location.ToTurn.Value}} {
		if n.value > 0 {
			b.WriteString(n.name + strconv.Itoa(n.value) + "|")
		}
	}
	b.WriteString(plain(m.Location.Place) + "|")
	for i, car := range sortedCars(m.Cars) {
		if i > 0 {
			b.WriteByte('+')
		}
		b.WriteString(strconv.Itoa(car))
	}
	b.WriteString(plain(m.Team) + "|" + plain(m.Reason))
	return b.String()
}

// Incidents joins the messages of one session to incidents, in the order they are heard: noted, investigated,
// decided, served. The zero Incidents has heard nothing.
type Incidents struct {
	list []incident // in the order of their newest message
}

// incident is what the messages about one incident said together.
type incident struct {
	key       string
	said      Message // the first message, with what later ones added
	step      int
	penalties []ruling
}

// ruling is a penalty of one car.
type ruling struct {
	car      int
	penalty  Penalty
	duration f1.Opt[time.Duration]
	reason   string
	done     bool // served or withdrawn
}

// Clone returns a copy that goes its own way.
func (x *Incidents) Clone() Incidents {
	list := slices.Clone(x.list)
	for i := range list {
		list[i].penalties = slices.Clone(list[i].penalties)
	}
	return Incidents{list}
}

// Hear returns the key of the incident a message is about, the same for all its messages, and whether it is
// the first of them; "" for a message about none. The key is the Incident of the first message, with "#2"
// behind it when an incident of that wording was heard before.
//
// Of several incidents that fit, a penalty means one that is under investigation before one merely noted, and
// then the one heard of last. What is decided is not decided again, but for another of its cars.
func (x *Incidents) Hear(m *Message) (key string, first bool) {
	if m.step() == stepNone {
		return "", false
	}
	best := -1
	for i := len(x.list) - 1; i >= 0; i-- {
		if !x.list[i].goesOnWith(m) {
			continue
		}
		if m.Kind != PenaltyGiven || x.list[i].step > stepNoted {
			best = i
			break
		}
		if best < 0 {
			best = i
		}
	}
	if best < 0 {
		n := incident{key: x.newKey(m.Incident()), said: *m}
		n.add(m)
		x.list = append(x.list, n)
		return n.key, true
	}
	n := x.list[best]
	n.add(m)
	x.list = append(slices.Delete(x.list, best, best+1), n)
	return n.key, false
}

// newKey numbers incidents of one wording.
func (x *Incidents) newKey(wording string) string {
	key := wording
	for n := 2; slices.ContainsFunc(x.list, func(i incident) bool { return i.key == key }); n++ {
		key = wording + "#" + strconv.Itoa(n)
	}
	return key
}

// goesOnWith reports whether a message can be the next one about the incident.
func (n *incident) goesOnWith(m *Message) bool {
	switch step := m.step(); {
	case step == stepServed:
		return n.open(m) >= 0
	case m.Kind == PenaltyGiven:
		decided := n.step == stepDecided && len(n.penalties) == 0 ||
			slices.ContainsFunc(n.penalties, func(r ruling) bool { return m.About(r.car) })
		return !decided && n.said.names(m.Cars) && alike(m.Reason, n.said.Reason) && n.samePlace(m)
	case m.Correction && step == n.step:
		return n.sameCars(m) && n.samePlace(m)
	default:
		return step > n.step && n.sameCars(m) && n.samePlace(m) && alike(m.Reason, n.said.Reason) &&
			!differ(m.LocalTime, n.said.LocalTime)
	}
}

// open is the penalty that a message says is served or withdrawn, -1 when there is none.
func (n *incident) open(m *Message) int {
	return slices.IndexFunc(n.penalties, func(r ruling) bool {
		return !r.done && m.About(r.car) && (m.Penalty == "" || m.Penalty == r.penalty) &&
			!differ(m.Duration, r.duration) && alike(m.Reason, r.reason)
	})
}

// sameCars compares who is named. An incident of nobody is known by its place alone.
func (n *incident) sameCars(m *Message) bool {
	if len(m.Cars) == 0 && m.Team == "" && (m.Location != n.said.Location || m.Location == Location{}) {
		return false
	}
	return slices.Equal(sortedCars(m.Cars), sortedCars(n.said.Cars)) && alike(m.Team, n.said.Team)
}

// samePlace reports whether nothing said of place and lap differs.
func (n *incident) samePlace(m *Message) bool {
	a, b := &m.Location, &n.said.Location
	return !differ(a.Turn, b.Turn) && !differ(a.Part, b.Part) && !differ(m.Lap, n.said.Lap) && alike(a.Place, b.Place)
}

// add takes a message in.
func (n *incident) add(m *Message) {
	n.step = max(n.step, m.step())
	s := &n.said
	if s.Reason == "" || m.Correction && m.Reason != "" {
		s.Reason = m.Reason
	}
	if !s.LocalTime.Known || m.Correction && m.LocalTime.Known {
		s.LocalTime = m.LocalTime
	}
	if !s.Location.Turn.Known {
		s.Location.Turn = m.Location.Turn
	}
	switch m.step() {
	case stepDecided:
		for _, car := range m.Cars {
			if m.Kind == PenaltyGiven {
				n.penalties = append(n.penalties, ruling{car: car, penalty: m.Penalty, duration: m.Duration, reason: m.Reason})
			}
		}
	case stepServed:
		if k := n.open(m); k >= 0 {
			n.penalties[k].done = true
		}
	}
}

// Supersedes reports whether m takes the place of an earlier message that still stands: it corrects it, gives
// back the lap it deleted or deletes one given back, or announces another time for what it announced.
func (m *Message) Supersedes(earlier *Message) bool {
	switch {
	case m.Kind == LapDeleted && (earlier.Kind == LapReinstated || m.Correction && earlier.Kind == LapDeleted),
		m.Kind == LapReinstated && (earlier.Kind == LapDeleted || m.Correction && earlier.Kind == LapReinstated):
		return m.sameLap(earlier)
	case m.Kind != earlier.Kind:
		return false
	case m.Kind == WillStart:
		return plain(m.Session) == plain(earlier.Session)
	case m.Kind == WillResume, m.Kind == FormationLap, m.Kind == StartTimetable:
		return true
	case !m.Correction:
		return false
	case m.Kind == FirstToFlag:
		return true
	}
	return slices.Equal(sortedCars(m.Cars), sortedCars(earlier.Cars)) && !differ(m.Sector, earlier.Sector) &&
		!differ(m.Location.Turn, earlier.Location.Turn) && alike(m.Session, earlier.Session)
}

// sameLap reports whether both are about one lap of one car: something they say of it is the same, nothing
// differs.
func (m *Message) sameLap(e *Message) bool {
	return len(m.Cars) == 1 && slices.Equal(m.Cars, e.Cars) &&
		!differ(m.LapTime, e.LapTime) && !differ(m.Lap, e.Lap) &&
		(agree(m.LapTime, e.LapTime) || agree(m.Lap, e.Lap) || agree(m.LocalTime, e.LocalTime))
}

// names reports whether the message is about all the cars, and there is one.
func (m *Message) names(cars []int) bool {
	for _, c := range cars {
		if !m.About(c) {
			return false
		}
	}
	return len(cars) > 0
}

func sortedCars(cars []int) []int {
	cars = slices.Clone(cars)
	slices.Sort(cars)
	return cars
}

// plain is a text for comparison: upper case, one blank between words, one sort of dash.
func plain(s string) string {
	return strings.Join(strings.Fields(dashes.Replace(strings.ToUpper(s))), " ")
}

var dashes = strings.NewReplacer("–", " - ", "—", " - ", "-", " - ")

// alike reports whether one text is missing or both begin alike, word by word: IMPEDING, IMPEDING ANOTHER
// DRIVER.
func alike(a, b string) bool {
	a, b = plain(a), plain(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == "" || a == b || strings.HasPrefix(b, a+" ")
}

// differ reports whether both are known and not the same.
func differ[T comparable](a, b f1.Opt[T]) bool { return a.Known && b.Known && a.Value != b.Value }

// agree reports whether both are known and the same.
func agree[T comparable](a, b f1.Opt[T]) bool { return a.Known && a == b }
