package events

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// BubbleChange is another car on the last place that goes on.
const BubbleChange = f1.EventKind("bubble.change")

// BubbleParams are the thresholds of changes of the last place that goes on.
type BubbleParams struct {
	Debounce Seconds `json:"debounce_s"` // a car must hold the place so long
	Kept     Seconds `json:"kept_s"`     // when the other car has it back within it, nothing had changed
}

var defaultBubble = BubbleParams{Debounce: 2, Kept: 20}

var bubbleDetector = detector{
	name: "bubble",
	kinds: []definition{
		{BubbleChange, f1.P2, "In a part of qualifying that knocks cars out another car holds the last place that goes on, for {bubble.debounce_s} s it and the car below having a time of this part. It is taken back when the car before it, \"other\", has the place again within {bubble.kept_s} s, a lap having been deleted or the feed having erred."},
	},
	on:    NewsPosition | NewsPart | NewsSecond | NewsStatus,
	start: func(w *World) func() { return (&bubble{w: w}).step },
	holds: bubbleHolds,
}

// bubble follows the last place that goes on.
type bubble struct {
	w         *World
	entries   []int
	entriesBy []uint64 // messages that said how many
	on        *Car     // told, or the first one seen
	onBy      uint64   // message that gave it the place
	next      *Car     // holds the place, not long enough yet
	since     time.Time
	by        []uint64
	id        string // of the newest change, while it may be taken back
	before    *Car
	at        time.Time
}

func (b *bubble) step() {
	w := b.w
	if !w.Session.Info.Type.IsQualifying() {
		return
	}
	if w.News&NewsPart != 0 {
		if !slices.Equal(w.Session.Entries, b.entries) {
			b.entries, b.entriesBy = w.Session.Entries, append(b.entriesBy, w.Message.Offset)
		}
		if b.on != nil && w.Part.By == w.Message.Offset {
			b.settle()
			b.on, b.next = nil, nil
		}
	}
	if w.News&NewsPosition != 0 {
		b.look()
	}
	if b.next != nil && w.Now().Sub(b.since) >= w.Params.Bubble.Debounce.D() {
		b.change()
	}
	if b.id != "" && w.Now().Sub(b.at) >= w.Params.Bubble.Kept.D() {
		b.settle()
	}
}

// settle makes the newest change final.
func (b *bubble) settle() {
	b.w.Confirm(b.id)
	b.id, b.before = "", nil
}

// look finds the car on the place.
func (b *bubble) look() {
	w := b.w
	part := w.Part.Is
	if part < 1 || part >= len(w.Session.Entries) || !w.begun() {
		return
	}
	cut := w.Session.Entries[part]
	if cut < 1 || cut >= len(w.Order) {
		return
	}
	c, below := w.Order[cut-1], w.Order[cut]
	if !c.PartBest[part-1].Is.Known || !below.PartBest[part-1].Is.Known || w.Message.Snapshot || c.Position.Is != cut {
		b.next = nil
		return
	}
	switch {
	case b.on == nil:
		b.on, b.onBy = c, c.Position.By
	case c == b.on:
		b.next = nil
	case c != b.next:
		b.next, b.since = c, w.Message.Time
		b.by = []uint64{c.Position.By, b.on.Position.By, b.onBy, c.PartBest[part-1].By, w.Part.By}
		b.by = append(b.by, b.entriesBy...)
	}
}

// change tells that another car holds the place, or takes the last change back.
func (b *bubble) change() {
	w := b.w
	if b.id != "" && b.next == b.before {
		w.Retract(b.id, "taken back", b.by...)
		b.on, b.onBy, b.next, b.id, b.before = b.before, b.by[0], nil, "", nil
		return
	}
	b.settle()
	cut := w.Session.Entries[w.Part.Is]
	b.id = w.ID(BubbleChange, strconv.Itoa(w.Part.Is), strconv.Itoa(b.next.Number), strconv.Itoa(b.on.Number), b.since.Format(time.RFC3339Nano))
	b.at = b.since
	w.Tell(f1.Event{ID: b.id, Kind: BubbleChange, Time: b.since, Car: f1.Some(b.next.Number), Other: f1.Some(b.on.Number), To: f1.Some(cut),
		Detail: "Q" + strconv.Itoa(w.Part.Is), Status: f1.Provisional}, b.by...)
	b.before, b.on, b.onBy, b.next = b.on, b.next, b.by[0], nil
}

var errBubble = errors.New("the cited messages do not show the change on the last place that goes on")

// bubbleHolds checks that the place is the last that goes on, that the car has it and the other has not.
func bubbleHolds(e *f1.Event, p *Proof) error {
	part := 0
	if len(e.Detail) > 1 {
		part = int(e.Detail[1] - '0')
	}
	cut := func(s *timing.Session) int {
		if part < 1 || part >= len(s.Entries) {
			return 0
		}
		return s.Entries[part]
	}
	has := p.Some(func(s *timing.Session) bool {
		return cut(s) == e.To.Value && car(s, e.Car).Position == e.To.Value && car(s, e.Other).Position != e.To.Value
	})
	had := p.Some(func(s *timing.Session) bool { return car(s, e.Other).Position == e.To.Value })
	if !has || !had || e.Status == f1.Retracted && car(p.Last(), e.Other).Position != e.To.Value {
		return errBubble
	}
	return nil
}
