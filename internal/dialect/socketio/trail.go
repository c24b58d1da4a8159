package socketio

import (
	"slices"

	"pitwall.live/internal/bus"
)

// trail is what was sent to a client, in order, as runs of one channel: from the last message that the client names
// follows how far it is in every other channel, too. A client of one channel costs one run.
type trail struct {
	runs []run
	base map[string]bus.Position // by channel: the end of its newest run that was dropped
}

// run is messages of one channel that were sent with none of another between them.
type run struct {
	place
	to uint64
}

// maxRuns bounds a trail; who has not seen what was sent so long ago starts anew.
const maxRuns = 1024

// sent notes a frame.
func (t *trail) sent(p place) {
	if n := len(t.runs); n > 0 {
		r := &t.runs[n-1]
		if r.channel == p.channel && !p.snapshot && r.at.Epoch == p.at.Epoch && r.to+1 == p.at.Offset && !r.snapshot {
			r.to = p.at.Offset
			return
		}
	}
	if len(t.runs) >= maxRuns {
		if t.base == nil {
			t.base = map[string]bus.Position{}
		}
		half := len(t.runs) / 2
		for _, r := range t.runs[:half] {
			t.base[r.channel] = r.end()
		}
		t.runs = append(t.runs[:0], t.runs[half:]...)
	}
	t.runs = append(t.runs, run{place: p, to: p.at.Offset})
}

func (r run) end() bus.Position { return bus.Position{Offset: r.to, Epoch: r.at.Epoch} }

// back cuts off what was sent after the message that the client saw last; ok is false when the trail does not hold
// that message. Fresh are the channels whose snapshot was cut off: the client has yet to see one.
func (t *trail) back(last place) (fresh map[string]bool, ok bool) {
	fresh = map[string]bool{}
	for i := len(t.runs) - 1; i >= 0; i-- {
		r := &t.runs[i]
		if r.channel == last.channel && r.snapshot == last.snapshot && last.at.Offset >= r.at.Offset && last.at.Offset <= r.to {
			r.to = last.at.Offset
			t.runs = t.runs[:i+1]
			return fresh, true
		}
		if r.snapshot {
			fresh[r.channel] = true
		}
	}
	return nil, false
}

// last is where in the channel the client is; false when it has nothing of it.
func (t *trail) last(channel string) (bus.Position, bool) {
	for i := len(t.runs) - 1; i >= 0; i-- {
		if t.runs[i].channel == channel {
			return t.runs[i].end(), true
		}
	}
	at, ok := t.base[channel]
	return at, ok
}

// forget makes the channel a new one, because the client subscribes to it anew.
func (t *trail) forget(channel string) {
	delete(t.base, channel)
	t.runs = slices.DeleteFunc(t.runs, func(r run) bool { return r.channel == channel })
}
