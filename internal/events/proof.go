package events

import (
	"fmt"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// Proof is what the messages that an event cites say by themselves: the states of a session that got only
// them, one after each.
type Proof struct {
	Steps  []Moment
	Params Params // with which the events were found
}

// Moment is the state after one cited message.
type Moment struct {
	Message *feed.Message
	Session *timing.Session
}

// Prove evaluates an event's definition from the cited messages alone; nil when it holds. messages are
// those of e.Evidence, in its order. The parameters are the defaults.
func Prove(e *f1.Event, messages []feed.Message) error { return ProveWith(Defaults(), e, messages) }

// ProveWith is Prove for a session with parameters of its own.
func ProveWith(params Params, e *f1.Event, messages []feed.Message) error {
	det := detectorOf[e.Kind]
	if det == nil {
		return fmt.Errorf("events: %s is not a kind", e.Kind)
	}
	if len(messages) != len(e.Evidence) || len(messages) == 0 {
		return fmt.Errorf("events: %s cites %d messages, %d are there", e.Kind, len(e.Evidence), len(messages))
	}
	p := &Proof{Params: params}
	s := timing.New()
	s.AltKey = e.SessionKey
	for i := range messages {
		m := &messages[i]
		if m.Offset != e.Evidence[i] {
			return fmt.Errorf("events: message %d is not the one cited (%d)", m.Offset, e.Evidence[i])
		}
		if m.Offset > e.Offset {
			return fmt.Errorf("events: message %d is newer than what it justifies", m.Offset)
		}
		s.Apply(m)
		p.Steps = append(p.Steps, Moment{m, s.Clone()})
	}
	return det.holds(e, p)
}

// Last is the state after all cited messages.
func (p *Proof) Last() *timing.Session { return p.Steps[len(p.Steps)-1].Session }

// Some reports whether a state satisfies f.
func (p *Proof) Some(f func(*timing.Session) bool) bool {
	for _, m := range p.Steps {
		if f(m.Session) {
			return true
		}
	}
	return false
}

// Then reports whether a state satisfies first and a later one next.
func (p *Proof) Then(first, next func(*timing.Session) bool) bool {
	for i, m := range p.Steps {
		if first(m.Session) {
			for _, l := range p.Steps[i+1:] {
				if next(l.Session) {
					return true
				}
			}
			return false
		}
	}
	return false
}

// car is a car of a state, one of which nothing is known when the state has none.
func car(s *timing.Session, number f1.Opt[int]) *timing.Car {
	if c := s.Cars[number.Value]; c != nil && number.Known {
		return c
	}
	return &timing.Car{}
}
