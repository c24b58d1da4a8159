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

// Records of lap time.
const (
	FastestOverall  = f1.EventKind("fastest_lap.overall")
	FastestPersonal = f1.EventKind("fastest_lap.personal")
)

// FastestLapParams are the thresholds of records of lap time.
type FastestLapParams struct {
	Longest Seconds `json:"longest_s"`  // a longer lap is none that somebody wanted to be fast
	Early   int     `json:"early_laps"` // up to this lap of a race every lap of everybody is a record
}

var defaultFastestLap = FastestLapParams{Longest: 300, Early: 5}

var fastestLapDetector = detector{
	name: "fastestlap",
	kinds: []definition{
		{FastestOverall, f1.P1, "A lap was faster than every lap before it that counts, of any car: in the session, in qualifying in its part. A deleted lap does not count, nor outside races one that ended in the pits; the record of a deleted one is taken back, and given back when the lap is. Laps above {fastestlap.longest_s} s set none, nor does one during which the race was neutralised, unless it beats one that the car ran at racing pace. It is of less weight in practice, and of little when it is the first time of all, on the first {fastestlap.early_laps} laps of a race and on a lap out of the pits or into them."},
		{FastestPersonal, f1.P3, "A lap was faster than every lap before it of the same car that counts, in the session or in the part of qualifying."},
	},
	on: NewsLapTime | NewsSector | NewsControl | NewsBest,
	start: func(w *World) func() {
		return (&records{w: w, newest: map[*Car]*ranked{}, own: map[*Car]*[4]*ranked{}}).step
	},
	holds: fastestHolds,
}

// sinceDeleted is said of a lap that became the best when a faster one was deleted.
const sinceDeleted = "since a faster lap was deleted"

// ranked is a lap in the table of laps that set or did not set records.
type ranked struct {
	car      *Car
	lap      int // 0: a best from before the recording began, or lost in it
	part     int
	time     time.Duration
	at       time.Time
	by       uint64
	deleted  bool
	pit      bool   // outside races: it ended in the pit lane, which timing does not count as a best
	slow     bool   // it was not run at racing pace
	lane     bool   // it began or ended in the pit lane
	ruledBy  uint64 // message about its deletion or return, 0 none
	reason   string
	personal string // IDs of what was told of it
	overall  string
}

// records keeps the table of laps in the order in which their times came.
type records struct {
	w      *World
	all    []*ranked
	newest map[*Car]*ranked     // of each car
	own    map[*Car]*[4]*ranked // the best of each car that counts, by part; nil when it must be looked for anew
	field  [4]*ranked
	wait   []*Car // the newest lap may have begun in the garage; the sector that tells is to come
}

func (r *records) step() {
	w := r.w
	if w.News&NewsControl != 0 {
		r.rule()
	}
	if w.News&NewsLapTime != 0 {
		for _, c := range w.Touched {
			if c.News&NewsLapTime != 0 && c.LapTime.Is.Number > 0 {
				r.add(c)
			}
		}
	}
	if w.News&NewsSector != 0 && len(r.wait) > 0 {
		waiting := r.wait
		r.wait = nil
		for _, c := range waiting {
			r.add(c)
		}
	}
	if w.News&NewsBest != 0 && w.Message.Snapshot {
		r.found()
	}
}

// found takes the bests of a snapshot that are better than all laps heard: they were set unheard.
func (r *records) found() {
	w := r.w
	seed := func(c *Car, t f1.Opt[time.Duration], part int, by uint64) {
		if best := r.bestBefore(part, c); t.Known && (best == nil || t.Value < best.time) {
			r.all = append(r.all, &ranked{car: c, part: part, time: t.Value, at: w.Message.Time, by: by})
			r.recount()
		}
	}
	for _, c := range w.Touched {
		if c.News&NewsBest == 0 {
			continue
		}
		if !w.Session.Info.Type.IsQualifying() {
			seed(c, c.Best.Is, 0, c.Best.By)
			continue
		}
		for i := range c.PartBest {
			seed(c, c.PartBest[i].Is, i+1, c.PartBest[i].By)
		}
	}
}

// add takes in the newest lap of a car.
func (r *records) add(c *Car) {
	w := r.w
	n := c.LapTime.Is.Number
	timed := w.Session.TimedLap(w.latest(c), n)
	t, part := timed.Time, timed.Part
	if !w.Session.Info.Type.IsQualifying() {
		part = 0
	}
	if !t.Known {
		if !w.Session.IsRace() && !slices.Contains(r.wait, c) && len(r.wait) < len(w.Cars) && c.LapTime.By == w.Message.Offset {
			r.wait = append(r.wait, c)
		}
		return
	}
	if old := r.newest[c]; old != nil && old.lap == n && old.part == part {
		if old.time == t.Value {
			return
		}
		r.corrected(old, t.Value) // said anew
	}
	l := &ranked{car: c, lap: n, part: part, time: t.Value, at: c.LapTime.Since, by: c.LapTime.By}
	r.newest[c] = l
	r.all = append(r.all, l)
	r.ruled(l, w.Session.Rulings())
	l.pit, l.lane = !w.Session.IsRace() && timed.Pitted, timed.Pitted || timed.Out
	own := r.bestBefore(part, c)
	l.slow = w.Session.IsRace() && (own == nil || l.time >= own.time) && w.Neutralised(l.at.Add(-l.time))
	if !c.LapTime.Found && r.counts(l) {
		r.judge(l)
	}
	r.rank(l)
}

// counts reports whether a lap can set a record.
func (r *records) counts(l *ranked) bool {
	return !l.deleted && !l.pit && !l.slow && l.time <= r.w.Params.FastestLap.Longest.D()
}

// rank takes a lap into the bests.
func (r *records) rank(l *ranked) {
	if !r.counts(l) {
		return
	}
	own := r.own[l.car]
	if own == nil {
		own = &[4]*ranked{}
		r.own[l.car] = own
	}
	if own[l.part] == nil || l.time < own[l.part].time {
		own[l.part] = l
	}
	if r.field[l.part] == nil || l.time < r.field[l.part].time {
		r.field[l.part] = l
	}
}

// recount makes the bests anew.
func (r *records) recount() {
	clear(r.own)
	r.field = [4]*ranked{}
	for _, l := range r.all {
		r.rank(l)
	}
}

// bestBefore is the best of the laps before the newest one, of one car or with nil of all.
func (r *records) bestBefore(part int, of *Car) *ranked {
	if of == nil {
		return r.field[part]
	}
	if own := r.own[of]; own != nil {
		return own[part]
	}
	return nil
}

// corrected takes a lap out of the table whose time the feed has said anew.
func (r *records) corrected(l *ranked, now time.Duration) {
	why := "the time is " + lapTimeWord(now)
	r.w.Retract(l.personal, why, l.car.LapTime.By)
	r.w.Retract(l.overall, why, l.car.LapTime.By)
	r.all = slices.DeleteFunc(r.all, func(o *ranked) bool { return o == l })
	r.recount()
}

// best is the fastest lap that counts, of one car or with nil of all, of those before a lap or with nil of all.
func (r *records) best(part int, of *Car, before *ranked) *ranked {
	var best *ranked
	for _, l := range r.all {
		if l == before {
			break
		}
		if l.part == part && (of == nil || l.car == of) && r.counts(l) && (best == nil || l.time < best.time) {
			best = l
		}
	}
	return best
}

// judge tells the newest lap as the records that it set. Where laps were not heard the feed must agree; its word
// alone never makes a record.
func (r *records) judge(l *ranked) {
	c := l.car
	if before := r.bestBefore(l.part, c); before == nil || l.time < before.time {
		if !r.w.Unheard(c) || r.bestOf(c, l.part).Value == l.time {
			l.personal = r.tell(FastestPersonal, l, before)
		}
	}
	if before := r.bestBefore(l.part, nil); before == nil || l.time < before.time {
		if !r.anyUnsure() || r.w.latest(c).LastLap.Best == timing.OverallBest {
			l.overall = r.tell(FastestOverall, l, before)
		}
	}
}

// anyUnsure reports whether laps of a car were not heard.
func (r *records) anyUnsure() bool {
	for _, c := range r.w.Cars {
		if r.w.Unheard(c) {
			return true
		}
	}
	return false
}

// bestOf is what the feed calls the car's best.
func (r *records) bestOf(c *Car, part int) f1.Opt[time.Duration] {
	if part > 0 && c.PartBest[part-1].Is.Known {
		return c.PartBest[part-1].Is
	}
	return c.Best.Is
}

// tell tells one record of a lap, or gives back one taken back, and returns its ID.
func (r *records) tell(kind f1.EventKind, l, before *ranked, cites ...uint64) string {
	w := r.w
	id := w.ID(kind, strconv.Itoa(l.car.Number), strconv.Itoa(l.part), strconv.Itoa(l.lap), strconv.FormatInt(l.time.Milliseconds(), 10))
	e := f1.Event{ID: id, Kind: kind, Time: l.at, Car: f1.Some(l.car.Number), Value: f1.Some(inSeconds(l.time))}
	if l.lap > 0 {
		e.Lap = f1.Some(l.lap)
	}
	if kind == FastestOverall {
		e.Priority = r.weight(l, before)
	}
	since := len(cites) > 0
	if l.part > 0 {
		e.Detail = "Q" + strconv.Itoa(l.part)
	}
	if before != nil && before.lap > 0 && before.personal == "" && r.w.Unheard(l.car) {
		before = nil // the best since the recording began, but not of the session
	}
	if before != nil {
		e.Detail = join(e.Detail, "before "+lapTimeWord(before.time))
		if before.car != l.car {
			e.Other = f1.Some(before.car.Number)
		}
		cites = append(cites, before.by)
	}
	if since {
		e.Detail = join(e.Detail, sinceDeleted)
	}
	w.Tell(e, append(cites, l.by, w.Info, w.Neutral.By, w.Neutral.WasBy)...)
	return id
}

// weight is the priority of a record of the field.
func (r *records) weight(l, before *ranked) f1.Priority {
	s := r.w.Session
	switch {
	case before == nil && !r.w.Unheard(l.car), l.lane, s.IsRace() && l.lap <= r.w.Params.FastestLap.Early:
		return f1.P3
	case !s.IsRace() && !s.Info.Type.IsQualifying():
		return f1.P2
	}
	return f1.P1
}

// ruled sets what race control says of a lap, and reports whether that is news.
func (r *records) ruled(l *ranked, rulings []timing.Ruling) bool {
	was := l.deleted
	l.deleted = false
	for i := range rulings {
		v := &rulings[i]
		if v.Car != l.car.Number || v.Lap != l.lap && (v.Lap != 0 || l.lap != 0) {
			continue
		}
		if l.lap == 0 && (!v.LapTime.Known || v.LapTime.Value != l.time) {
			continue // a best of before: by its time only
		}
		l.deleted, l.ruledBy, l.reason = !v.Reinstated, r.w.ControlBy(v.Message), v.Reason
	}
	if was && !l.deleted && !slices.ContainsFunc(rulings, func(v timing.Ruling) bool { return v.Reinstated && r.w.ControlBy(v.Message) == l.ruledBy }) {
		l.ruledBy = r.w.Message.Offset // the message that deleted it was corrected
	}
	return was != l.deleted
}

// rule applies what race control says now to the table.
func (r *records) rule() {
	w := r.w
	if !w.ruled() {
		return
	}
	rulings := w.Session.Rulings()
	for _, l := range r.all {
		if !r.ruled(l, rulings) {
			continue
		}
		if l.deleted {
			r.takeBack(l)
		} else {
			r.giveBack(l)
		}
	}
	r.recount()
}

// takeBack retracts the records of a deleted lap. The lap that is the best without it is told, unless it was told
// as such when it was set.
func (r *records) takeBack(l *ranked) {
	w := r.w
	why := join("deleted", l.reason)
	w.Retract(l.personal, why, l.ruledBy)
	w.Retract(l.overall, why, l.ruledBy)
	if now := r.best(l.part, l.car, nil); l.personal != "" && now != nil && now.lap > 0 && !w.stands(now.personal) && !r.w.Unheard(l.car) {
		now.personal = r.tell(FastestPersonal, now, r.best(l.part, l.car, now), l.ruledBy, l.by)
	}
	if now := r.best(l.part, nil, nil); l.overall != "" && now != nil && now.lap > 0 && !w.stands(now.overall) && !r.anyUnsure() {
		now.overall = r.tell(FastestOverall, now, r.best(l.part, nil, now), l.ruledBy, l.by)
	}
}

// giveBack tells the records of a lap again that counts again, and retracts those of slower laps after it.
func (r *records) giveBack(l *ranked) {
	w := r.w
	after := false
	for _, o := range r.all {
		if after && o.part == l.part && o.time >= l.time {
			why := lapTimeWord(l.time) + " counts again"
			if o.car == l.car {
				w.Retract(o.personal, why, l.ruledBy)
			}
			w.Retract(o.overall, why, l.ruledBy)
		}
		after = after || o == l
	}
	if before := r.best(l.part, l.car, l); l.personal != "" && (before == nil || l.time < before.time) {
		r.restore(l.personal, l.ruledBy)
	}
	if before := r.best(l.part, nil, l); l.overall != "" && (before == nil || l.time < before.time) {
		r.restore(l.overall, l.ruledBy)
	}
}

// restore tells an event again that was taken back.
func (r *records) restore(id string, by uint64) {
	e, told := r.w.Told(id)
	if !told || e.Status != f1.Retracted {
		return
	}
	detail := e.Detail
	if at := strings.LastIndex(detail, "deleted; "); at >= 0 {
		detail = strings.TrimSuffix(detail[:at], "; ")
	}
	e.Status, e.Detail, e.Evidence = f1.Confirmed, join(detail, "given back"), slices.Clone(e.Evidence)
	r.w.Tell(e, by)
}

// stands reports whether an event was told and not taken back.
func (w *World) stands(id string) bool {
	e, told := w.Told(id)
	return told && e.Status != f1.Retracted
}

// lapTimeWord writes a lap time as timing does.
func lapTimeWord(t time.Duration) string {
	var text [16]byte
	n := t.Milliseconds()
	word := text[:0]
	if n >= 60_000 {
		word = append(strconv.AppendInt(word, n/60_000, 10), ':')
		word = append(word, '0'+byte(n%60_000/10_000))
		n %= 10_000
	}
	word = append(strconv.AppendInt(word, n/1000, 10), '.')
	return string(append(word, '0'+byte(n%1000/100), '0'+byte(n%100/10), '0'+byte(n%10)))
}

var errFastest = errors.New("the cited messages do not show the record")

// fastestHolds checks that the lap's time was said, that the one it beat was said and is slower, and, when it was
// taken back, the deletion, the return of a faster lap or the corrected time.
func fastestHolds(e *f1.Event, p *Proof) error {
	said := p.Some(func(s *timing.Session) bool { return isSeconds(car(s, e.Car).LastLap.Time, e.Value.Value) })
	if !said {
		return errFastest
	}
	// Of laps that nobody heard the feed's mark speaks.
	beaten := strings.Contains(e.Detail, "before ") || p.Some(func(s *timing.Session) bool {
		c := car(s, e.Car)
		return isSeconds(c.LastLap.Time, e.Value.Value) && (c.LastLap.Best == timing.OverallBest || e.Kind == FastestPersonal && c.LastLap.Best != timing.NoBest)
	})
	if e.Kind == FastestOverall && e.Priority < f1.P3 && (!beaten || p.Last().IsRace() && e.Lap.Value <= p.Params.FastestLap.Early) {
		return errFastest
	}
	if lap := time.Duration(e.Value.Value * float64(time.Second)); p.Last().IsRace() && !beaten && p.neutralised(e.Time.Add(-lap), e.Time) {
		return errFastest
	}
	if _, rest, beats := strings.Cut(e.Detail, "before "); beats {
		word, _, _ := strings.Cut(rest, ";")
		before, ok := f1.ParseLapTime(word)
		holder := e.Car
		if e.Other.Known {
			holder = e.Other
		}
		if !ok || before.Seconds() <= e.Value.Value || !p.Some(func(s *timing.Session) bool { return hasTime(car(s, holder), before) }) {
			return errFastest
		}
	}
	deleted, returned := false, false
	for i := range p.Last().RaceControl {
		v, ok := timing.RulingOf(&p.Last().RaceControl[i])
		if !ok {
			continue
		}
		own := v.Car == e.Car.Value && isSeconds(v.LapTime, e.Value.Value)
		if !v.LapTime.Known { // "LAP DELETED": of this lap, unless it says why an older one is told
			own = v.Car == e.Car.Value && (e.Status == f1.Retracted || !strings.Contains(e.Detail, sinceDeleted))
		}
		deleted = deleted && !(own && v.Reinstated) || own && !v.Reinstated
		returned = returned || v.Reinstated && v.LapTime.Known && v.LapTime.Value.Seconds() <= e.Value.Value
	}
	switch now := car(p.Last(), e.Car).LastLap.Time; {
	case e.Status != f1.Retracted && deleted,
		e.Status == f1.Retracted && !deleted && !returned && (!now.Known || isSeconds(now, e.Value.Value)):
		return errFastest
	}
	return nil
}

// hasTime reports whether the car shows a time as its last lap or as one of its bests.
func hasTime(c *timing.Car, t time.Duration) bool {
	is := func(v f1.Opt[time.Duration]) bool { return v.Known && v.Value == t }
	return is(c.LastLap.Time) || is(c.BestLap.Time) || is(c.PartBest[0].Time) || is(c.PartBest[1].Time) || is(c.PartBest[2].Time)
}
