package events

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// TyreChanged is another set of tyres on a car.
const TyreChanged = f1.EventKind("tyre.changed")

var tyreDetector = detector{
	name:   "tyre",
	counts: "stint",
	kinds: []definition{
		{TyreChanged, f1.P2, "A car has left the pits on another set of tyres, of a compound that the feed knows. Nothing is told while it does not, and what is told is amended when the feed corrects itself. There is at most one change for each time in the pit lane. \"to\" is the number of the stint, the value the laps that the set had run before."},
	},
	on:    NewsStint | NewsPit,
	start: func(w *World) func() { return (&tyres{w: w, seen: map[*Car][]seenSet{}}).step },
	holds: tyreHolds,
}

// seenSet is what was seen of one set of a car.
type seenSet struct {
	in    time.Time
	at    time.Time // when the car was first seen to have left the pits on it
	found bool      // a snapshot told of it
	cites []uint64  // messages that have said something of it
}

// tyres follows the sets of all cars.
type tyres struct {
	w    *World
	seen map[*Car][]seenSet
}

func (t *tyres) step() {
	for _, c := range t.w.Touched {
		if c.News&(NewsStint|NewsPit) != 0 {
			t.look(c)
		}
	}
}

// look compares the sets of a car with what was told.
func (t *tyres) look(c *Car) {
	w := t.w
	sets := c.Sets()
	var before *seenSet
	for i := range sets {
		set, said := &sets[i], t.note(c, &sets[i], i)
		if i > 0 && !set.In.IsZero() && !said.found {
			id := w.ID(TyreChanged, strconv.Itoa(c.Number), set.In.Format(time.RFC3339Nano))
			switch {
			case set.Compound == "" || set.Entry < 0: // what the feed has said of a set it does not forget
			case changed(set, &sets[i-1]):
				cites := slices.Concat(said.cites, before.cites)
				w.Tell(t.event(c, id, set, &sets[i-1], said.at), cites...)
			default:
				w.Retract(id, "the feed says otherwise", said.cites...)
			}
		}
		before = said
	}
}

// event is the change to a set from the one before.
func (t *tyres) event(c *Car, id string, set, before *timing.Set, at time.Time) f1.Event {
	e := f1.Event{ID: id, Kind: TyreChanged, Time: at, Car: f1.Some(c.Number), Detail: tyreWord(before, set)}
	if set.Number > 0 {
		e.To = f1.Some(set.Number)
	}
	if set.Lap > 0 {
		e.Lap = f1.Some(set.Lap)
	}
	if set.Age.Known {
		e.Value = f1.Some(float64(set.Age.Value))
	}
	if !t.w.Session.IsRace() {
		e.Priority = f1.P3
	}
	if old, told := t.w.Told(id); told {
		e.Evidence = slices.Clone(old.Evidence)
	}
	return e
}

// note remembers when the car was seen on a set, and what has been said of it since.
func (t *tyres) note(c *Car, set *timing.Set, i int) *seenSet {
	w, list := t.w, t.seen[c]
	at := slices.IndexFunc(list, func(s seenSet) bool { return s.in.Equal(set.In) })
	if at < 0 {
		at = len(list)
		list = append(list, seenSet{in: set.In, at: w.Message.Time, found: w.Message.Snapshot || i > 0 && len(list) == 0,
			cites: []uint64{c.Pit.By, c.Pit.WasBy}})
		t.seen[c] = list
	}
	s := &list[at]
	for _, by := range c.SaidOf(set) {
		if !slices.Contains(s.cites, by) {
			s.cites = append(s.cites, by)
		}
	}
	return s
}

var errTyre = errors.New("the cited messages do not show the change of tyres")

// tyreHolds checks that the feed said the compound fitted and the one before, and that the car came in and went out.
func tyreHolds(e *f1.Event, p *Proof) error {
	words, fresh, _ := strings.Cut(e.Detail, ", ")
	before, after, both := strings.Cut(words, " to ")
	if !both {
		before, after = "", words
	}
	fresh, _, _ = strings.Cut(fresh, ";")
	after, _, _ = strings.Cut(after, ";")
	is := func(st *timing.Stint, compound, fresh string, age f1.Opt[float64]) bool {
		return st.Compound == compound && (!age.Known || float64(st.StartLaps) == age.Value) &&
			(fresh == "" || st.New.Known && st.New.Value == (fresh == "new"))
	}
	was := map[int]bool{} // entries that had the compound before
	at := -1              // newest entry that had what was fitted
	for _, m := range p.Steps {
		list := car(m.Session, e.Car).Stints
		for i := range list {
			was[i] = was[i] || is(&list[i], before, "", f1.Opt[float64]{})
		}
		for i := range list {
			others := before == ""
			for k, had := range was {
				others = others || had && (k != i || before != after)
			}
			if others && is(&list[i], after, fresh, e.Value) {
				at = max(at, i)
			}
		}
	}
	pitted := p.Then(func(s *timing.Session) bool { return car(s, e.Car).InPit }, func(s *timing.Session) bool { return !car(s, e.Car).InPit })
	if at < 0 || !pitted {
		return errTyre
	}
	now := car(p.Last(), e.Car).Stints
	if e.Status == f1.Retracted && at < len(now) && is(&now[at], after, fresh, e.Value) && !now[at].TyresNotChanged {
		return errTyre
	}
	return nil
}
