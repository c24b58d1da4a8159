package events

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Cars in a row, each close to the one ahead.
const (
	TrainFormed = f1.EventKind("train.formed")
	TrainBroken = f1.EventKind("train.broken")
)

// TrainParams are the thresholds of trains.
type TrainParams struct {
	Close     Seconds `json:"close_s"`   // an interval up to it is close
	Intervals int     `json:"intervals"` // so many in a row make a train
	Laps      int     `json:"laps"`      // ... at the end of so many laps in a row
}

var defaultTrain = TrainParams{Close: 1, Intervals: 3, Laps: 2}

var trainDetector = detector{
	name: "train",
	kinds: []definition{
		{TrainFormed, f1.P2, "{train.intervals} cars in a row or more were each at most {train.close_s} s behind the one ahead, at the end of {train.laps} laps in a row, racing and on the same lap. The cars are listed in their order; the event is amended when they change."},
		{TrainBroken, f1.P3, "Of a train fewer than {train.intervals} cars in a row are left that are close to the one ahead, or it has become one with another, or the race is neutralised or over. It is taken back when they are a train again a lap later."},
	},
	on:    NewsStatus | NewsTrack | NewsLaps | NewsSecond,
	start: func(w *World) func() { return (&trains{w: w}).step },
	holds: trainHolds,
}

// trainWait is how long after a crossing the next car of a train has crossed the line, and the feed has told.
const trainWait = 5 * time.Second

// trains puts the cars that cross the line close together in rows.
type trains struct {
	w    *World
	rows []*row // of which the end has not crossed, or not long ago
	past []*row // of the laps before, long enough for a train
	open []*train
	ends []lapCite // the newest lap end of each car, by Index
}

// row is cars that ended a lap each close to the one ahead.
type row struct {
	lap   int
	cars  []*Car
	cites []uint64
	at    time.Time // when the last one crossed
}

// train is a row that has lasted.
type train struct {
	id    string
	end   string // ID of the end told, "" as long as it lasts
	row   *row
	began time.Time
}

func (d *trains) step() {
	w := d.w
	if !w.Session.IsRace() {
		return
	}
	if w.News&(NewsStatus|NewsTrack) != 0 && !w.Racing() {
		d.neutralised()
		return
	}
	if w.News&NewsLaps != 0 {
		w.lapEnds(d.lapEnd)
	}
	if w.News&NewsSecond != 0 && (len(d.rows) > 0 || len(d.open) > 0) {
		d.lapsOver()
	}
}

// neutralised ends all trains.
func (d *trains) neutralised() {
	w := d.w
	why := "neutralised, " + neutralWord(w)
	if w.Status.Is == f1.StatusFinished || w.Status.Is == f1.StatusFinalised || w.Status.Is == f1.StatusEnds {
		why = "flag"
	}
	for _, t := range d.open {
		d.broken(t, why)
		w.Confirm(t.end, w.Message.Offset)
	}
	d.rows, d.past, d.open = nil, nil, nil
}

// lapEnd takes a car that ended a lap close to the one ahead.
func (d *trains) lapEnd(a, b *Car) {
	w := d.w
	for len(d.ends) < len(w.Cars) {
		d.ends = append(d.ends, lapCite{})
	}
	cites := append(w.closeCites(d.ends[b.Index].cites, a, b), w.Message.Offset) // rows have copies of the older ones
	d.ends[b.Index] = lapCite{b.Laps.Is, w.Message.Time, cites}
	if !w.chasing(a, b) || !b.within(w.Params.Train.Close) {
		return
	}
	at := slices.IndexFunc(d.rows, func(r *row) bool { return r.lap == b.Laps.Is && r.cars[len(r.cars)-1] == a })
	if at < 0 {
		at = len(d.rows)
		d.rows = append(d.rows, &row{lap: b.Laps.Is, cars: []*Car{a}})
	}
	r := d.rows[at]
	r.cars, r.cites, r.at = append(r.cars, b), append(r.cites, cites...), w.Message.Time
	// Two that cross side by side may be told in the wrong order: then those behind are in a row of their own already.
	if k := slices.IndexFunc(d.rows, func(o *row) bool { return o != r && o.lap == r.lap && o.cars[0] == b }); k >= 0 {
		r.cars, r.cites = append(r.cars, d.rows[k].cars[1:]...), append(r.cites, d.rows[k].cites...)
		d.rows = slices.Delete(d.rows, k, k+1)
	}
}

// lapsOver looks at the rows whose end has crossed the line, and at trains of which no row is left.
func (d *trains) lapsOver() {
	w, p := d.w, &d.w.Params.Train
	kept := d.rows[:0]
	for _, r := range d.rows {
		switch {
		case w.Now().Sub(r.at) < trainWait:
			kept = append(kept, r)
		case len(r.cars) > p.Intervals:
			d.lasted(r)
		}
	}
	clear(d.rows[len(kept):])
	d.rows = kept
	d.open = slices.DeleteFunc(d.open, func(t *train) bool {
		switch {
		case t.end == "" && d.ended(t, t.row.lap+1):
			d.broken(t, "")
		case t.end != "" && d.ended(t, t.row.lap+2):
			w.Confirm(t.end, w.Message.Offset)
			return true
		}
		return false
	})
	d.past = slices.DeleteFunc(d.past, func(r *row) bool { return w.Now().Sub(r.at) > 10*time.Minute })
}

// ended reports whether all cars of a train that still race have ended a lap, and not just now.
func (d *trains) ended(t *train, lap int) bool {
	w := d.w
	return !slices.ContainsFunc(t.row.cars, func(c *Car) bool {
		return !c.Out() && !w.flagged(c) && (c.Laps.Is < lap || c.Laps.Is == lap && w.Now().Sub(c.Laps.Since) < 2*trainWait)
	})
}

// lasted makes a row the train it goes on with, or a new one when enough of its cars were one in the laps before.
func (d *trains) lasted(r *row) {
	w, p := d.w, &d.w.Params.Train
	var goesOn *train
	for _, t := range d.open {
		last := t.row
		if last.lap != r.lap-1 && (t.end == "" || last.lap != r.lap-2) || common(last.cars, r.cars) < p.Intervals {
			continue
		}
		if goesOn != nil { // two trains have become one
			d.broken(t, fmt.Sprintf("one with the train of car %d", r.cars[0].Number), r.cites...)
			continue
		}
		goesOn = t
		if t.end != "" {
			w.Retract(t.end, "a train again", r.cites...)
			t.end = ""
		}
		if t.row = r; !slices.Equal(last.cars, r.cars) {
			d.tell(t, last)
		}
	}
	if goesOn != nil {
		return
	}
	d.past = append(d.past, r)
	seen := []*row{r}
	for lap := r.lap - 1; len(seen) < p.Laps; lap-- {
		k := slices.IndexFunc(d.past, func(o *row) bool { return o.lap == lap && common(o.cars, r.cars) > p.Intervals })
		if k < 0 {
			return
		}
		seen = append(seen, d.past[k])
	}
	first := seen[len(seen)-1]
	t := &train{row: r, began: first.at}
	t.id = w.ID(TrainFormed, strconv.Itoa(r.cars[0].Number), strconv.Itoa(r.lap))
	d.open = append(d.open, t)
	d.tell(t, seen[1:]...)
}

// common counts the cars that are in both rows.
func common(a, b []*Car) (n int) {
	for _, c := range a {
		if slices.Contains(b, c) {
			n++
		}
	}
	return n
}

// tell tells a train as its newest row is, with the rows before that make it one.
func (d *trains) tell(t *train, before ...*row) {
	w, r := d.w, t.row
	e := f1.Event{ID: t.id, Kind: TrainFormed, Time: t.began, Lap: f1.Some(r.lap), Car: f1.Some(r.cars[0].Number), Value: f1.Some(float64(len(r.cars)))}
	cites := slices.Concat([]uint64{w.Info, w.Status.By, w.Track.By}, r.cites)
	for _, c := range r.cars {
		e.Cars = append(e.Cars, c.Number)
	}
	for _, b := range before {
		cites = append(cites, b.cites...)
	}
	w.Tell(e, cites...)
}

// broken tells the end of a train.
func (d *trains) broken(t *train, why string, more ...uint64) {
	w, r := d.w, t.row
	if t.end != "" {
		return
	}
	t.end = w.ID(TrainBroken, strconv.Itoa(r.cars[0].Number), strconv.Itoa(r.lap))
	e := f1.Event{ID: t.end, Kind: TrainBroken, Status: f1.Provisional, Lap: f1.Some(r.lap + 1), Car: f1.Some(r.cars[0].Number), Detail: why}
	cites := slices.Concat([]uint64{w.Info, w.Status.By, w.Track.By, w.Message.Offset}, r.cites, more)
	for _, c := range r.cars {
		e.Cars = append(e.Cars, c.Number)
		if end := &d.ends[c.Index]; end.lap == r.lap+1 {
			cites = append(cites, end.cites...)
		}
	}
	w.Tell(e, cites...)
}

var errTrain = errors.New("the cited messages do not show the train")

// trainHolds puts the rows together anew.
func trainHolds(e *f1.Event, p *Proof) error {
	need := p.Params.Train.Intervals
	rows := p.rows()
	if e.Kind == TrainFormed {
		k := slices.IndexFunc(rows[e.Lap.Value], func(r []int) bool { return slices.Equal(r, e.Cars) })
		if k < 0 || len(e.Cars) <= need {
			return errTrain
		}
		if e.Version > 1 { // it goes on: most of it was one a lap ago, or two
			if longRow(rows[e.Lap.Value-1], e.Cars, need, need) || longRow(rows[e.Lap.Value-2], e.Cars, need, need) {
				return nil
			}
			return fmt.Errorf("%w going on", errTrain)
		}
		for lap := e.Lap.Value - 1; lap > e.Lap.Value-p.Params.Train.Laps; lap-- {
			if !longRow(rows[lap], e.Cars, need, need+1) {
				return fmt.Errorf("%w on lap %d", errTrain, lap)
			}
		}
		return nil
	}
	s := p.Last()
	neutral := strings.HasPrefix(e.Detail, "neutralised") && !racingState(s)
	flag := e.Detail == "flag" && (s.Status == f1.StatusFinished || s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds)
	one := strings.HasPrefix(e.Detail, "one with")
	gap := !strings.HasPrefix(e.Detail, "neutralised") && e.Detail != "flag" && one == longRow(rows[e.Lap.Value], e.Cars, need, need)
	switch {
	case !slices.ContainsFunc(rows[e.Lap.Value-1], func(r []int) bool { return slices.Equal(r, e.Cars) }):
		return errTrain
	case !neutral && !flag && !gap:
		return fmt.Errorf("%w breaking", errTrain)
	case e.Status == f1.Retracted && !longRow(rows[e.Lap.Value+1], e.Cars, need, need):
		return fmt.Errorf("%w again", errTrain)
	}
	return nil
}

// longRow reports whether one of the rows is long enough for a train and has so many of the cars.
func longRow(rows [][]int, cars []int, need, same int) bool {
	return slices.ContainsFunc(rows, func(r []int) bool {
		n := 0
		for _, c := range r {
			if slices.Contains(cars, c) {
				n++
			}
		}
		return len(r) > need && n >= same
	})
}

// rows are the cars that ended each lap close to the one ahead, as the cited messages show them.
func (p *Proof) rows() map[int][][]int {
	type end struct{ lap, a, b int }
	seen, ahead := map[end]bool{}, map[int]map[int]int{} // by lap and car: the one it is close to
	type place struct{ is, since int }
	places := map[int]place{}
	for i, m := range p.Steps {
		at := map[int]*timing.Car{}
		for n, c := range m.Session.Cars {
			if places[n].is != c.Position {
				places[n] = place{c.Position, i}
			}
			// Of two at one place the one that was said last is there: what nobody cites of the other is old.
			if o := at[c.Position]; o == nil || places[o.Number].since < places[n].since {
				at[c.Position] = c
			}
		}
		for _, b := range m.Session.Cars {
			a := at[b.Position-1]
			if a == nil || b.Laps == 0 || a.Laps != b.Laps || b.Position < 2 || seen[end{b.Laps, a.Number, b.Number}] || !p.endsLap(i, a.Number, b.Number) {
				continue
			}
			seen[end{b.Laps, a.Number, b.Number}] = true
			if follows(m.Session, a, b) && b.Interval.Time.Value <= p.Params.Train.Close.D() {
				if ahead[b.Laps] == nil {
					ahead[b.Laps] = map[int]int{}
				}
				ahead[b.Laps][b.Number] = a.Number
			}
		}
	}
	rows := map[int][][]int{}
	for lap, of := range ahead {
		behind := map[int]int{}
		for b, a := range of {
			behind[a] = b
		}
		for a := range behind {
			if _, close := of[a]; close {
				continue // not the first one
			}
			r := []int{a}
			for b, ok := behind[a]; ok && len(r) <= len(of)+1; b, ok = behind[b] {
				r = append(r, b)
			}
			rows[lap] = append(rows[lap], r)
		}
	}
	return rows
}
