package openf1

import (
	"fmt"
	"slices"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// lapSettles is how long after a lap began what is said may still be of the lap before.
const lapSettles = 10 * time.Second

// stint is one set of tyres of a driver.
type stint struct {
	number, start, end int64
	compound           string
	age                value
	changed            bool
}

// stintList are the stints of a driver.
type stintList struct {
	all    []*stint // by number
	lapped time.Time
}

func (l *stintList) find(number int64) *stint {
	for _, s := range l.all {
		if s.number == number {
			return s
		}
	}
	return nil
}

func (l *stintList) last() *stint {
	if len(l.all) == 0 {
		return nil
	}
	return l.all[len(l.all)-1]
}

// begin adds a stint. Tyres are changed in the pit lane, whose line may be passed before the change is told: a lap that
// the last stint got just before is the new one's.
func (l *stintList) begin(number int64, now time.Time) *stint {
	s := &stint{number: number, start: 1, changed: true}
	if last := l.last(); last != nil {
		if !l.lapped.IsZero() && now.Sub(l.lapped) < lapSettles {
			last.end--
			last.changed = true
		}
		s.start = last.end + 1
	}
	s.end = s.start
	l.all = append(l.all, s)
	slices.SortFunc(l.all, func(a, b *stint) int { return int(a.number - b.number) })
	return s
}

func (d *Derivation) stintList(car int64) *stintList {
	l := d.stints[car]
	if l == nil {
		l = &stintList{}
		d.stints[car] = l
	}
	return l
}

func (d *Derivation) stintsOfApp(m *feed.Message, v *fastjson.Value) {
	each(v.Get("Lines"), func(key string, line *fastjson.Value) {
		car, ok := carNumber(key)
		told := line.Get("Stints")
		if !ok || told == nil {
			return
		}
		l := d.stintList(car)
		items(told, func(at int, e *fastjson.Value) {
			if e.Type() != fastjson.TypeObject || at > 0 && told.Type() == fastjson.TypeArray && !m.Snapshot {
				return // see the package's decision on lists of stints
			}
			s := l.find(int64(at) + 1)
			if s == nil {
				s = l.begin(int64(at)+1, m.Time)
			}
			if compound := plain(e.Get("Compound")); compound != "" && compound != s.compound {
				s.compound, s.changed = compound, true
			}
			if laps, ok := wholeOf(e.Get("TotalLaps")); ok && s.age.shape == null {
				s.age, s.changed = integerOf(laps), true
			}
		})
	})
	d.tellStints(v)
}

func (d *Derivation) stintsOfTiming(m *feed.Message, v *fastjson.Value) {
	each(v.Get("Lines"), func(key string, line *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok {
			return
		}
		l := d.stintList(car)
		if len(l.all) == 0 {
			l.begin(1, m.Time).changed = false // not told before it has tyres or laps
		}
		if laps, ok := wholeOf(line.Get("NumberOfLaps")); ok {
			s := l.last()
			s.end, s.changed, l.lapped = laps, true, m.Time
		}
	})
	d.tellStints(v)
}

// tellStints gives the stints that a message changed, of the cars it is about.
func (d *Derivation) tellStints(v *fastjson.Value) {
	each(v.Get("Lines"), func(key string, _ *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok || d.stints[car] == nil {
			return
		}
		for _, s := range d.stints[car].all {
			if !s.changed {
				continue
			}
			s.changed = false
			doc := d.keep(stintsCollection, fmt.Sprintf("%d_%d_%d", d.session, s.number, car))
			doc.set("compound", textOf(s.compound))
			doc.set("driver_number", integerOf(car))
			doc.set("lap_end", integerOf(s.end))
			doc.set("lap_start", integerOf(s.start))
			doc.set("stint_number", integerOf(s.number))
			doc.set("tyre_age_at_start", s.age)
		}
	})
}
