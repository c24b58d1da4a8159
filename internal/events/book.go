package events

import (
	"slices"

	"pitwall.live/internal/f1"
)

// book is what has been told: every version of every event in the order in which it became known. It only
// ever grows; what holds at a moment is the newest version of each event up to it.
type book struct {
	versions []f1.Event
	newest   map[string]int // index of each event's newest version
}

// usual is how many versions most sessions have room in: a race tells some three thousand, of half as many events.
const usual = 4096

func newBook() *book { return &book{newest: make(map[string]int, usual/2)} }

// ID makes the id of an event from what it is about, so that every replay and every replica gives it the
// same one. about tells apart events of one kind about the same cars: a lap number, a time.
func (w *World) ID(kind f1.EventKind, about ...string) string {
	h := uint64(14695981039346656037) // FNV-1a, of which the library's form allocates
	write := func(s string) {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
		h *= 1099511628211 // a zero byte between the parts
	}
	write(w.Session.Key())
	write(string(kind))
	for _, a := range about {
		write(a)
	}
	var id [16]byte
	for i := range id {
		id[i] = "0123456789abcdef"[h>>(60-4*i)&15]
	}
	return string(id[:])
}

// Tell issues an event, or a new version of it when one with its ID was told before and anything but the
// evidence differs. Fields left empty are filled: time and lap of the newest message, priority of the kind, confirmed.
// cites are the offsets of the messages that justify it; 0, which stands for "nobody said", is passed over.
func (w *World) Tell(e f1.Event, cites ...uint64) {
	def := definitions[e.Kind]
	if def == nil {
		panic("events: kind " + string(e.Kind) + " is not in the table") // a mistake in a detector, found by its first script
	}
	e.SessionKey, e.Offset = w.Session.Key(), w.Message.Offset
	if e.Time.IsZero() {
		e.Time = w.Message.Time
	}
	e.Known = w.Message.Time
	if e.Known.Before(e.Time) {
		e.Known = e.Time
	}
	if e.Priority == 0 {
		e.Priority = def.priority
	}
	if e.Status == "" {
		e.Status = f1.Confirmed
	}
	if at, known := w.newest[e.ID]; known {
		last := &w.versions[at]
		if same(last, &e) {
			return
		}
		e.Version = last.Version + 1
	} else {
		e.Version = 1
	}
	e.Evidence = evidence(e.Evidence, cites)
	w.newest[e.ID] = len(w.versions)
	if n := len(w.versions); n == cap(w.versions) {
		w.versions = slices.Grow(w.versions, max(n, usual)) // grown by quarters a long list is copied too often
	}
	w.versions = append(w.versions, e)
}

// evidence puts the messages cited before and now in order, in a list of its own: the older version keeps its one.
func evidence(before, now []uint64) []uint64 {
	all := slices.Concat(before, now)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 0 && all[0] == 0 {
		all = all[1:]
	}
	return all
}

// same reports whether nothing that is told differs.
func same(a, b *f1.Event) bool {
	return a.Status == b.Status && a.Time.Equal(b.Time) && a.Lap == b.Lap && a.Car == b.Car && a.Other == b.Other &&
		a.From == b.From && a.To == b.To && a.Value == b.Value && a.Detail == b.Detail && a.Supersedes == b.Supersedes &&
		a.Priority == b.Priority && slices.Equal(a.Cars, b.Cars)
}

// Told returns the newest version of an event.
func (w *World) Told(id string) (f1.Event, bool) {
	at, known := w.newest[id]
	if !known {
		return f1.Event{}, false
	}
	return w.versions[at], true
}

// Retract takes an event back, with the messages that show why and a word about it. One that was never told, or
// was taken back before, stays as it is.
func (w *World) Retract(id, why string, cites ...uint64) {
	e, known := w.Told(id)
	if !known || e.Status == f1.Retracted {
		return
	}
	e.Status = f1.Retracted
	if why != "" {
		e.Detail = join(e.Detail, why)
	}
	w.Tell(e, cites...)
}

// Confirm makes a provisional event a confirmed one.
func (w *World) Confirm(id string, cites ...uint64) {
	e, known := w.Told(id)
	if !known || e.Status != f1.Provisional {
		return
	}
	e.Status = f1.Confirmed
	w.Tell(e, cites...)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
