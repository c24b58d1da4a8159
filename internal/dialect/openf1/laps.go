package openf1

import (
	"fmt"
	"slices"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// lap is a lap of a driver as far as it is known.
type lap struct {
	number   int64
	start    time.Time
	duration value
	sectors  [3]value
	segments [3][]value // null: not known yet
	i1, i2   value
	trap     value
	pitOut   bool
	changed  bool // in more than the colours of its mini-sectors
}

// say notes a value.
func (l *lap) say(to *value, v value) {
	if !to.equal(&v) {
		*to, l.changed = v, true
	}
}

// maxSegments bounds the mini-sectors of a sector.
const maxSegments = 100

// lapList are the laps of a driver, the newest last.
type lapList struct{ all []*lap }

// lapBook are the laps of a session.
type lapBook struct {
	drivers map[int64]*lapList
	began   bool      // tyres are known: what was said before is of an earlier session
	flag    time.Time // the chequered one; zero: not yet
}

// flagged notes the chequered flag.
func (b *lapBook) flagged(at time.Time) {
	if b.flag.IsZero() {
		b.flag = at
	}
}

// current is the lap that the car is on.
func (l *lapList) current() *lap {
	if len(l.all) == 0 {
		l.all = append(l.all, &lap{number: 1})
	}
	return l.all[len(l.all)-1]
}

// ended is the lap that a value belongs to which is told at its end, maybe when the next has begun; nil: none.
func (l *lapList) ended(now time.Time) *lap {
	at := l.current()
	if at.start.IsZero() || now.Sub(at.start) >= lapSettles {
		return at
	}
	if len(l.all) < 2 {
		return nil
	}
	return l.all[len(l.all)-2]
}

func (d *Derivation) lapsOfApp(_ *feed.Message, v *fastjson.Value) {
	each(v.Get("Lines"), func(_ string, line *fastjson.Value) {
		items(line.Get("Stints"), func(int, *fastjson.Value) { d.laps.began = true })
	})
}

// lapsStarted gives the first lap its start: that of the race.
func (d *Derivation) lapsStarted(at time.Time) {
	for car, l := range d.laps.drivers {
		if len(l.all) == 1 && l.all[0].number == 1 {
			l.all[0].start, l.all[0].changed = at, true
			d.tellLaps(car)
		}
	}
}

func (d *Derivation) lapsOfTiming(m *feed.Message, v *fastjson.Value) {
	if !d.laps.began {
		return
	}
	each(v.Get("Lines"), func(key string, line *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok {
			return
		}
		l := d.laps.drivers[car]
		if l == nil {
			l = &lapList{}
			d.laps.drivers[car] = l
		}
		l.take(line, m.Time, d.race)
		d.tellLaps(car)
	})
}

// take notes what a line of TimingData says of a driver's laps.
func (l *lapList) take(line *fastjson.Value, now time.Time, race bool) {
	if s, ok := seconds(line.Get("LastLapTime", "Value")); ok {
		if at := l.ended(now); at != nil {
			at.say(&at.duration, numberOf(s))
		}
	}
	if sectors := line.Get("Sectors"); sectors != nil && sectors.Type() == fastjson.TypeObject { // a list resets them
		items(sectors, func(n int, e *fastjson.Value) { l.sector(n, e, now) })
	}
	if speeds := line.Get("Speeds"); speeds != nil {
		at := l.current()
		for _, trap := range [...]struct {
			name string
			to   *value
		}{{"ST", &at.trap}, {"I1", &at.i1}, {"I2", &at.i2}} {
			if n, ok := wholeOf(speeds.Get(trap.name, "Value")); ok {
				at.say(trap.to, integerOf(n))
			}
		}
	}
	if n, ok := wholeOf(line.Get("NumberOfLaps")); ok {
		if race {
			n++
		}
		l.begin(n, now, race)
	}
	if line.Exists("PitOut") {
		at := l.current()
		at.pitOut, at.changed = true, at.changed || !at.pitOut
	}
}

// sector notes the time and mini-sectors of a sector, numbered from 0.
func (l *lapList) sector(n int, e *fastjson.Value, now time.Time) {
	if n > 2 {
		return
	}
	at := l.current()
	if n > 0 {
		at = l.ended(now)
	}
	if at == nil {
		return
	}
	if s, ok := seconds(e.Get("Value")); ok {
		at.say(&at.sectors[n], numberOf(s))
	}
	segments := e.Get("Segments")
	if segments == nil || segments.Type() != fastjson.TypeObject {
		return
	}
	at.changed = at.changed || at.segments[n] == nil
	items(segments, func(i int, e *fastjson.Value) {
		status, ok := wholeOf(e.Get("Status"))
		if !ok || i >= maxSegments {
			return
		}
		for len(at.segments[n]) <= i {
			at.segments[n] = append(at.segments[n], value{})
		}
		at.segments[n][i] = integerOf(status)
	})
}

// begin notes that the car is on lap n.
func (l *lapList) begin(n int64, now time.Time, race bool) {
	at := l.current()
	if n > at.number {
		at = &lap{number: n}
		l.all = append(l.all, at)
	}
	if at.start.IsZero() {
		at.start, at.changed = now, true
	}
	if race && at.number == 2 && len(l.all) > 1 {
		l.first(l.all[len(l.all)-2], at)
	}
}

// first fills in the lap from the grid, which has no time of its own.
func (l *lapList) first(one, two *lap) {
	if one.number != 1 || one.start.IsZero() {
		return
	}
	if one.duration.shape == null {
		one.duration, one.changed = numberOf(milli(two.start.Sub(one.start).Seconds())), true
	}
	if s := one.sectors; s[0].shape == null && s[1].shape != null && s[2].shape != null {
		one.sectors[0], one.changed = numberOf(milli(one.duration.f-s[1].f-s[2].f)), true
	}
}

// tellLaps gives the laps of a car that have changed.
func (d *Derivation) tellLaps(car int64) {
	for _, at := range d.laps.drivers[car].all {
		if !at.changed {
			continue
		}
		if s := at.sectors; at.duration.shape == null && s[0].shape != null && s[1].shape != null && s[2].shape != null {
			at.duration = numberOf(milli(s[0].f + s[1].f + s[2].f))
		}
		at.changed = false
		if flag := d.laps.flag; d.race && !flag.IsZero() && at.start.After(flag) {
			continue
		}
		doc := d.keep(lapsCollection, fmt.Sprintf("%d_%d_%d", d.session, at.number, car))
		doc.set("date_start", dateOf(at.start))
		doc.set("driver_number", integerOf(car))
		doc.set("i1_speed", at.i1)
		doc.set("i2_speed", at.i2)
		doc.set("is_pit_out_lap", boolOf(at.pitOut))
		doc.set("lap_duration", at.duration)
		doc.set("lap_number", integerOf(at.number))
		doc.set("st_speed", at.trap)
		for n := range at.sectors {
			doc.set(fmt.Sprintf("duration_sector_%d", n+1), at.sectors[n])
			if at.segments[n] != nil {
				doc.set(fmt.Sprintf("segments_sector_%d", n+1), listOf(slices.Clone(at.segments[n])))
			}
		}
	}
}
