package events

import (
	"errors"

	"pitwall.live/internal/f1"
)

// The parts of qualifying.
const (
	PartStarted = f1.EventKind("part.started")
	PartEnded   = f1.EventKind("part.ended")
)

var partDetector = detector{
	name: "part",
	kinds: []definition{
		{PartStarted, f1.P0, "The status of a qualifying session becomes started and the part (the value) has not run before: not when it resumes."},
		{PartEnded, f1.P0, "The status of a qualifying session becomes finished: the part (the value) is over. It is confirmed when the status goes on to another, and taken back when the same part goes on."},
	},
	on:    NewsStatus | NewsPart,
	start: func(w *World) func() { return (&part{w: w}).step },
	holds: partHolds,
}

// part follows the parts of qualifying. Their numbers are the feed's; where it has none they are counted.
type part struct {
	w       *World
	started int // newest part that was started
	ended   string
	endedBy uint64
}

func (x *part) step() {
	w := x.w
	if !w.Session.Info.Type.IsQualifying() && w.Part.Is == 0 || w.News&NewsStatus == 0 {
		return
	}
	first := w.Message.Snapshot || w.firstStatus()
	switch w.Status.Is {
	case f1.StatusStarted:
		number := w.Part.Is
		goesOn := w.Status.Was == f1.StatusFinished && number == x.started
		if number == 0 {
			number = x.started
			if x.started == 0 || x.ended != "" && !goesOn {
				number++
			}
		}
		if goesOn {
			w.Retract(x.ended, "it goes on", w.Status.By)
		} else {
			w.Confirm(x.ended, w.Status.By)
		}
		x.ended = ""
		if number > x.started && !first {
			w.Tell(f1.Event{ID: w.ID(PartStarted, itoa(number)), Kind: PartStarted, Value: f1.Some(float64(number))},
				w.Status.By, w.Status.WasBy, w.Part.By, w.Info, x.endedBy)
		}
		x.started = max(x.started, number)
	case f1.StatusFinished:
		number := w.Part.Is
		if number == 0 {
			number = x.started
		}
		if number == 0 || first {
			return
		}
		x.ended, x.endedBy = w.ID(PartEnded, itoa(number)), w.Status.By
		w.Tell(f1.Event{ID: x.ended, Kind: PartEnded, Status: f1.Provisional, Value: f1.Some(float64(number))},
			w.Status.By, w.Status.WasBy, w.Part.By, w.Info)
	case f1.StatusInactive, f1.StatusFinalised, f1.StatusEnds:
		w.Confirm(x.ended, w.Status.By)
	}
}

var errPart = errors.New("the cited messages do not show the part of qualifying")

// partHolds checks the status at the event's time, and the part where the feed numbers it.
func partHolds(e *f1.Event, p *Proof) error {
	want := f1.StatusStarted
	if e.Kind == PartEnded {
		want = f1.StatusFinished
	}
	for i, step := range p.Steps {
		s := step.Session
		if !step.Message.Time.Equal(e.Time) || s.Status != want || s.Part != 0 && float64(s.Part) != e.Value.Value {
			continue
		}
		if i > 0 && p.Steps[i-1].Session.Status == want {
			continue
		}
		if last := p.Last().Status; e.Status == f1.Retracted && last != f1.StatusStarted || e.Kind == PartEnded && e.Status == f1.Confirmed && last == f1.StatusFinished {
			return errPart
		}
		return nil
	}
	return errPart
}
