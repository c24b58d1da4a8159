package events

import (
	"errors"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// The result as the feed has it. What the stewards or a court decide later is no message of a session.
const (
	ResultProvisional = f1.EventKind("result.provisional")
	ResultRevised     = f1.EventKind("result.revised")
	ResultFinal       = f1.EventKind("result.final")
)

// ResultParams are the thresholds of results.
type ResultParams struct {
	Home   Seconds `json:"home_s"`   // so long after the end nobody is waited for
	Steady Seconds `json:"steady_s"` // an order that holds so long is the result
}

var defaultResult = ResultParams{Home: 600, Steady: 30}

var resultDetector = detector{
	name: "result",
	kinds: []definition{
		{ResultProvisional, f1.P0, "The session has ended, every car that runs has taken the flag or is in the pits, or {result.home_s} s have passed, and since the last of them came the order has held for {result.steady_s} s. The cars stand in its order. It is provisional until the feed finalises the session with this order, and taken back when the session goes on."},
		{ResultRevised, f1.P1, "The order is another than the result told before and has held for {result.steady_s} s. It is provisional until the feed finalises the session."},
		{ResultFinal, f1.P1, "The feed finalises the session: the order then."},
	},
	on:    NewsStatus | NewsPosition | NewsChequered | NewsPit | NewsSecond,
	start: func(w *World) func() { return (&result{w: w}).step },
	holds: resultHolds,
}

// result follows the order after the end.
type result struct {
	w       *World
	ended   time.Time // zero: the session has not ended
	steady  time.Time // of the newest change of order
	home    time.Time // when a car took the flag or came in last, before the result is told
	last    string    // ID of the result told last
	order   []int     // as told
	pending bool
}

func (r *result) step() {
	w := r.w
	if w.News&NewsStatus != 0 {
		r.status()
	}
	if r.ended.IsZero() {
		return
	}
	if w.News&NewsPosition != 0 {
		r.steady, r.pending = w.Message.Time, true
	}
	if w.News&(NewsChequered|NewsPit) != 0 && r.last == "" {
		r.home = w.Message.Time
	}
	if w.News&NewsSecond != 0 && r.pending {
		r.judge()
	}
}

// status takes in that the session ended, goes on or is final.
func (r *result) status() {
	w := r.w
	switch w.Status.Is {
	case f1.StatusStarted:
		if r.last != "" {
			w.Retract(r.last, "the session goes on", w.Status.By)
		}
		*r = result{w: w}
	case f1.StatusFinished:
		if !w.firstStatus() && !w.Message.Snapshot && w.lastPart() {
			r.ended, r.steady, r.pending = w.Now(), w.Message.Time, true
		}
	case f1.StatusFinalised:
		if w.firstStatus() || w.Message.Snapshot || !r.whole() {
			return
		}
		if r.ended.IsZero() {
			r.ended = w.Now()
		}
		r.tell(ResultFinal)
		r.pending = false
	}
}

// lastPart reports whether no part of qualifying follows the newest one. A part that nobody told is not the last.
func (w *World) lastPart() bool {
	if !w.Session.Info.Type.IsQualifying() && w.Part.Is == 0 {
		return true
	}
	last := len(w.Session.Entries)
	if last == 0 {
		last = qualifyingParts
	}
	return w.Part.Is >= last
}

// judge tells the order when it stands.
func (r *result) judge() {
	w, p := r.w, &r.w.Params.Result
	waits := r.last == "" && w.Now().Sub(r.ended) < p.Home.D() && (!r.allHome() || w.Now().Sub(r.home) < p.Steady.D())
	if w.Now().Sub(r.steady) < p.Steady.D() || waits || !r.whole() {
		return
	}
	r.pending = false
	kind := ResultRevised
	if r.last == "" {
		kind = ResultProvisional
	}
	r.tell(kind)
}

// allHome reports whether nobody is still out there.
func (r *result) allHome() bool {
	for _, c := range r.w.Order {
		if !c.Chequered.Is && !c.Pit.Is && !c.Out() {
			return false
		}
	}
	return true
}

// whole reports whether every place from the first on has one car: who joined late may not know all.
func (r *result) whole() bool {
	for i, c := range r.w.Order {
		if c.Position.Is != i+1 {
			return false
		}
	}
	return len(r.w.Order) > 0
}

func (r *result) tell(kind f1.EventKind) {
	w := r.w
	order := make([]int, len(w.Order))
	cites := []uint64{w.Status.By, w.Info, w.Message.Offset}
	for i, c := range w.Order {
		order[i] = c.Number
		cites = append(cites, c.Position.By)
	}
	if kind == ResultRevised && slices.Equal(order, r.order) {
		return
	}
	about := []string{string(kind)}
	if kind == ResultFinal && slices.Equal(order, r.order) {
		w.Confirm(r.last, cites...)
	}
	e := f1.Event{Kind: kind, Lap: w.lapNow(), Car: f1.Some(order[0]), Cars: order, Supersedes: r.last}
	if kind == ResultRevised {
		e.Time = r.steady
		about = append(about, r.steady.UTC().Format(time.RFC3339Nano))
	}
	if kind != ResultFinal && !w.closed() {
		e.Status = f1.Provisional
	}
	e.ID = w.ID(kind, about...)
	w.Tell(e, cites...)
	r.last, r.order = e.ID, order
}

var errResult = errors.New("the cited messages do not show the order of the result")

// resultHolds checks the order car by car, and that the session was over.
func resultHolds(e *f1.Event, p *Proof) error {
	s := p.Last()
	for i, n := range e.Cars {
		c := car(s, f1.Some(n))
		if c.Position != i+1 {
			return errResult
		}
	}
	over := p.Some(func(s *timing.Session) bool {
		return s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds || s.Status == f1.StatusFinished && e.Kind != ResultFinal
	})
	goesOn := s.Status == f1.StatusStarted
	final := s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds
	if e.Kind != ResultFinal && (e.Status == f1.Confirmed) != final {
		return errResult
	}
	if len(e.Cars) == 0 || !p.at(e.Time) || !over || goesOn != (e.Status == f1.Retracted) || e.Car != f1.Some(e.Cars[0]) {
		return errResult
	}
	return nil
}
