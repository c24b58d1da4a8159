package events

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Who goes on in qualifying and who does not.
const (
	KnockedOut = f1.EventKind("knocked_out")
	Advanced   = f1.EventKind("advanced")
)

// KnockoutParams are the thresholds of knock-outs.
type KnockoutParams struct {
	Home Seconds `json:"home_s"` // after it nobody's lap is waited for any more
}

var defaultKnockout = KnockoutParams{Home: 180}

var knockoutDetector = detector{
	name: "knockout",
	kinds: []definition{
		{KnockedOut, f1.P1, "A part of qualifying is over, no car is on a lap any more or {knockout.home_s} s have passed, and the car is below the places that go on. It is final when the next part begins or the feed says so: until then a lap may still be deleted, and the event is taken back for a car that goes on after all. \"to\" is its place."},
		{Advanced, f1.P2, "As before, and the car is among those that go on."},
	},
	on:    NewsStatus | NewsSecond | NewsPosition | NewsPart | NewsKnocked | NewsPit | NewsChequered,
	start: func(w *World) func() { return (&knockout{w: w}).step },
	holds: knockoutHolds,
}

// knockout follows the end of a part.
type knockout struct {
	w         *World
	entries   []int
	entriesBy []uint64  // messages that said how many
	part      int       // the part that is over and not final yet, 0 none
	over      time.Time // when its flag fell
	overBy    uint64
	listed    bool // the lists were told
	ids       map[*Car]string
	kinds     map[*Car]f1.EventKind
	places    map[*Car]int
}

func (k *knockout) step() {
	w := k.w
	if !w.Session.Info.Type.IsQualifying() {
		return
	}
	if w.News&NewsPart != 0 {
		if !slices.Equal(w.Session.Entries, k.entries) {
			k.entries, k.entriesBy = w.Session.Entries, append(k.entriesBy, w.Message.Offset)
		}
		if k.part != 0 && w.Part.Is > k.part {
			k.final()
		}
	}
	if w.News&NewsStatus != 0 && w.Status.Is == f1.StatusFinished && !w.Message.Snapshot && w.Part.Is >= 1 && w.Part.Is < len(k.entries) {
		k.part, k.over, k.overBy, k.listed = w.Part.Is, w.Message.Time, w.Message.Offset, false
		k.ids, k.kinds, k.places = map[*Car]string{}, map[*Car]f1.EventKind{}, map[*Car]int{}
	}
	if k.part == 0 {
		return
	}
	if !k.listed && w.News&(NewsSecond|NewsPit|NewsChequered) != 0 && (k.home() || w.Now().Sub(k.over) >= w.Params.Knockout.Home.D()) {
		k.listed = true
		k.list()
	}
	if k.listed && w.News&NewsPosition != 0 {
		k.list()
	}
	if w.News&NewsKnocked != 0 && !w.Message.Snapshot {
		for _, c := range w.Touched {
			if c.News&NewsKnocked != 0 && c.Knocked.Is {
				k.tell(c, KnockedOut, c.Position.Is, f1.Confirmed, c.Knocked.By)
			}
		}
	}
}

// home reports whether no car can end a lap any more.
func (k *knockout) home() bool {
	for _, c := range k.w.Order {
		if !c.Pit.Is && !c.Out() && !c.Chequered.Is {
			return false
		}
	}
	return true
}

// list tells who goes on by the order as it is now.
func (k *knockout) list() {
	w := k.w
	from, cut := k.entries[k.part-1], k.entries[k.part]
	for i, c := range w.Order {
		switch {
		case c.Knocked.Is || i >= from:
		case i >= cut:
			k.tell(c, KnockedOut, c.Position.Is, f1.Provisional)
		default:
			k.tell(c, Advanced, c.Position.Is, f1.Provisional)
		}
	}
}

// tell tells what becomes of a car; what was told before and is otherwise is taken back.
func (k *knockout) tell(c *Car, kind f1.EventKind, place int, status f1.EventStatus, cites ...uint64) {
	w := k.w
	id := w.ID(kind, strconv.Itoa(c.Number), "Q"+strconv.Itoa(k.part))
	e := f1.Event{ID: id, Kind: kind, Car: f1.Some(c.Number), Detail: "Q" + strconv.Itoa(k.part), Status: status}
	if place > 0 {
		e.To = f1.Some(place)
	}
	cites = append(cites, c.Position.By, k.overBy, w.Part.By)
	cites = append(cites, k.entriesBy...)
	if old := k.ids[c]; old != "" && old != id {
		w.Retract(old, "it is place "+strconv.Itoa(place), cites...)
		e.Supersedes = old
	}
	if old, told := w.Told(id); told && old.Status != f1.Retracted {
		e.Time = old.Time
		if old.Status == f1.Confirmed && status == f1.Provisional {
			return
		}
	}
	k.ids[c], k.kinds[c], k.places[c] = id, kind, place
	w.Tell(e, cites...)
}

// final confirms the lists: the next part has begun.
func (k *knockout) final() {
	w := k.w
	if !k.listed {
		k.part = 0
		return
	}
	for _, c := range w.Order {
		switch {
		case c.Knocked.Is && k.kinds[c] == Advanced:
			k.tell(c, KnockedOut, k.places[c], f1.Confirmed, c.Knocked.By, w.Part.By)
		case k.ids[c] != "":
			w.Confirm(k.ids[c], w.Part.By, c.Knocked.By)
		}
	}
	k.part = 0
}

var errKnockout = errors.New("the cited messages do not show who goes on")

// knockoutHolds checks the place against the number of cars that go on, and that the part is over; of a final one
// also that the next part has begun or the feed says it.
func knockoutHolds(e *f1.Event, p *Proof) error {
	if len(e.Detail) < 2 {
		return errKnockout
	}
	part := int(e.Detail[1] - '0')
	placed := p.Some(func(s *timing.Session) bool {
		if part < 1 || part >= len(s.Entries) || s.Status != f1.StatusFinished && s.Part <= part {
			return false
		}
		place := car(s, e.Car).Position
		return place == e.To.Value && (place > s.Entries[part]) == (e.Kind == KnockedOut)
	})
	said := p.Some(func(s *timing.Session) bool { return car(s, e.Car).KnockedOut })
	if !p.Some(func(s *timing.Session) bool { return !e.To.Known || car(s, e.Car).Position == e.To.Value }) {
		return errKnockout
	}
	final := p.Last().Part > part || said
	if !placed && !(said && e.Kind == KnockedOut) || e.Status == f1.Confirmed && !final {
		return errKnockout
	}
	if e.Status == f1.Retracted {
		now := car(p.Last(), e.Car)
		if (now.Position > p.Last().Entries[part] || now.KnockedOut) == (e.Kind == KnockedOut) {
			return errKnockout
		}
	}
	return nil
}
