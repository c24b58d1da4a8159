package events

import (
	"fmt"
	"time"

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
	before  *timing.Session // the state before it, nil for the first
}

// said reports whether the message itself brought a sector time of the car.
func (m *Moment) said(number, sector int) bool {
	now := car(m.Session, f1.Some(number)).Sectors[sector].Time
	return now.Known && (m.before == nil || car(m.before, f1.Some(number)).Sectors[sector].Time != now)
}

// Prove evaluates an event's definition from the cited messages alone; nil when it holds. messages are
// those of e.Evidence, in its order; params those with which the event was found.
func Prove(e *f1.Event, params Params, messages []feed.Message) error {
	det := detectorOf[e.Kind]
	if det == nil {
		return fmt.Errorf("events: %s is not a kind", e.Kind)
	}
	if len(messages) != len(e.Evidence) || len(messages) == 0 {
		return fmt.Errorf("events: %s cites %d messages, %d are there", e.Kind, len(e.Evidence), len(messages))
	}
	p := &Proof{Params: params}
	var before *timing.Session
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
		after := s.Clone()
		p.Steps = append(p.Steps, Moment{m, after, before})
		before = after
	}
	return det.holds(e, p)
}

// neutralised reports whether the cited messages have the race neutralised at any time between two moments.
func (p *Proof) neutralised(from, to time.Time) bool {
	for i, m := range p.Steps {
		if !neutral(m.Session.Track.Status) || m.Message.Time.After(to) {
			continue
		}
		for _, l := range p.Steps[i:] {
			if !neutral(l.Session.Track.Status) {
				if l.Message.Time.After(from) {
					return true
				}
				break
			}
		}
		if neutral(p.Last().Track.Status) {
			return true
		}
	}
	return false
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
