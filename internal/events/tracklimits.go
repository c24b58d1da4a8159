package events

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// TrackLimitsStrike is one offence of a car against the track limits.
const TrackLimitsStrike = f1.EventKind("track_limits.strike")

var trackLimitsDetector = detector{
	name:   "tracklimits",
	counts: "strike",
	kinds: []definition{
		{TrackLimitsStrike, f1.P2, "A lap of a car is deleted for track limits. An offence counts once, though it may cost two laps; a lap given back or a corrected message takes its strike away, and the later ones count one less. \"to\" is the number of the strike in the session."},
	},
	on:    NewsControl,
	start: func(w *World) func() { return (&strikes{w: w, shown: map[string]strike{}}).step },
	holds: strikeHolds,
}

// strike is one offence.
type strike struct {
	id     string
	car    int
	n      int
	lap    int
	reason string
	by     uint64
	at     time.Time
}

// strikes counts offences.
type strikes struct {
	w     *World
	shown map[string]strike // what was told, by ID
	was   []string          // IDs in the order in which they were told
}

const trackLimits = "TRACK LIMITS"

func (s *strikes) step() {
	w := s.w
	if !w.ruled() {
		return
	}
	current := s.count()
	here := make(map[string]bool, len(current))
	for _, k := range current {
		here[k.id] = true
		_, known := s.shown[k.id]
		if !known {
			s.was = append(s.was, k.id)
		}
		if !known && w.Message.Snapshot {
			s.shown[k.id] = k // it counts, but is no news
			continue
		}
		old := s.shown[k.id]
		s.shown[k.id] = k
		if e, told := w.Told(k.id); !known || told && (e.Status == f1.Retracted || old.n != k.n) {
			e := f1.Event{ID: k.id, Kind: TrackLimitsStrike, Car: f1.Some(k.car), To: f1.Some(k.n), Detail: k.reason, Time: k.at}
			if k.lap > 0 {
				e.Lap = f1.Some(k.lap)
			}
			if !w.Session.IsRace() {
				e.Priority = f1.P3
			}
			s.cite(&e, current)
			w.Tell(e)
		}
	}
	for _, id := range s.was {
		if !here[id] {
			w.Retract(id, "it does not count", w.Message.Offset)
		}
	}
}

// cite adds the messages of the car's strikes up to this one, and what has changed their number.
func (s *strikes) cite(e *f1.Event, current []strike) {
	for _, k := range current {
		if k.car == e.Car.Value && k.n <= e.To.Value {
			e.Evidence = append(e.Evidence, k.by)
		}
	}
	if old, told := s.w.Told(e.ID); told {
		e.Evidence = append(append(e.Evidence, old.Evidence...), s.w.Message.Offset)
	}
}

// count lists the offences that count now, in the order in which they were heard.
func (s *strikes) count() []strike {
	w := s.w
	rulings := w.Session.Rulings()
	var all []strike
	number := map[int]int{}
	for i := range rulings {
		v := &rulings[i]
		if v.Reinstated || !strings.HasPrefix(v.Reason, trackLimits) || returned(rulings[i+1:], v) {
			continue
		}
		twice := false
		for j := range rulings[:i] {
			o := &rulings[j]
			twice = twice || sameOffence(o, v) && !returned(rulings[j+1:], o)
		}
		if twice {
			continue
		}
		number[v.Car]++
		about := clockOf(v)
		if about == "" {
			about = lapOf(v)
		}
		row := s.row(v.Message)
		all = append(all, strike{id: w.ID(TrackLimitsStrike, strconv.Itoa(v.Car), about), car: v.Car, n: number[v.Car], lap: lapNumber(w, v),
			reason: v.Reason, by: w.ControlBy(v.Message), at: row})
	}
	return all
}

// lapNumber is the number of the lap of a ruling, 0 unknown. In a race the text counts as timing does.
func lapNumber(w *World, v *timing.Ruling) int {
	if v.Lap == 0 && w.Session.IsRace() {
		return v.TextLap
	}
	return v.Lap
}

func (s *strikes) row(message int) time.Time {
	for _, r := range s.w.Session.RaceControl {
		if r.MessageID == message {
			return r.Time
		}
	}
	return time.Time{}
}

// sameOffence reports whether two rulings punish one offence: its time of day is the same, or where none is told, the lap.
func sameOffence(a, b *timing.Ruling) bool {
	if a.Car != b.Car || a.Reinstated || b.Reinstated {
		return false
	}
	if a.Clock.Known || b.Clock.Known {
		return a.Clock == b.Clock
	}
	return sameLap(a, b)
}

// returned reports whether a later ruling gives the lap back.
func returned(later []timing.Ruling, v *timing.Ruling) bool {
	for i := range later {
		if o := &later[i]; o.Reinstated && o.Car == v.Car && sameLap(o, v) {
			return true
		}
	}
	return false
}

var errStrike = errors.New("the cited messages do not show so many offences")

// strikeHolds counts the offences of the car in the cited messages.
func strikeHolds(e *f1.Event, p *Proof) error {
	count := func(s *timing.Session) (n int, named bool) {
		rulings := s.Rulings()
		for i := range rulings {
			v := &rulings[i]
			if v.Car != e.Car.Value || v.Reinstated || !strings.HasPrefix(v.Reason, trackLimits) {
				continue
			}
			twice := false
			for j := range rulings[:i] {
				twice = twice || sameOffence(&rulings[j], v)
			}
			if !twice && !returned(rulings[i+1:], v) {
				n++
				named = named || strings.HasPrefix(e.Detail, v.Reason)
			}
		}
		return n, named
	}
	n, named := count(p.Last())
	if e.Status == f1.Retracted {
		if !p.Some(func(s *timing.Session) bool { k, _ := count(s); return k >= e.To.Value }) || n >= e.To.Value+1 {
			return errStrike
		}
		return nil
	}
	if n != e.To.Value || !named {
		return errStrike
	}
	return nil
}
