package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// report is what is printed.
type report struct {
	Session   string       `json:"session"`
	From      wire.Text    `json:"from"`
	To        wire.Text    `json:"to"`
	Seconds   float64      `json:"seconds"` // on the wall
	Speed     float64      `json:"speed"`
	Processor float64      `json:"processor"` // seconds of it that the server took while the clock ran
	Messages  int          `json:"messages"`  // published
	Twice     int          `json:"twice"`     // of them the same as one before, time and all
	Gaps      int          `json:"gaps"`      // times of which gaps were told
	Rows      int          `json:"rows"`      // of them rows of intervals
	Clock     spread       `json:"clock"`     // how late they were published
	Groups    []groupTotal `json:"groups"`
}

// spread is of figures in ms.
type spread struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
	N   int     `json:"n"`
}

// groupTotal is what became of the subscribers of one kind.
type groupTotal struct {
	Name     string   `json:"name"`
	Polls    bool     `json:"polls"`
	Viewers  int      `json:"viewers"`
	Messages int      `json:"messages"` // got by all of them; of those who poll, answers
	Bytes    int64    `json:"bytes"`
	Lag      spread   `json:"lag"`
	Took     spread   `json:"took"`    // an answer
	Unknown  int      `json:"unknown"` // frames whose oldest message the witness does not know: published before it came
	Lost     int      `json:"lost"`
	Cut      int      `json:"cut"`     // connections that ended before the end
	Old      int      `json:"old"`     // viewers that at the end did not have the newest message
	Refused  int      `json:"refused"` // requests
	Errors   []string `json:"errors,omitempty"`
}

// kinds are the groups, but for the witness.
func (c *crowd) kinds() []*group {
	everything := []string{"v1/#"}
	var chosen []string
	for _, name := range small {
		chosen = append(chosen, "v1/"+name)
	}
	return []*group{
		{name: "our WebSocket", follow: func(ctx context.Context, v *viewer) error { return c.gateway(ctx, v, nil) }, lag: ofEnvelope, end: endOfEnvelopes},
		{name: "Socket.IO, websocket", follow: c.socketIO, lag: ofEnvelope, end: endOfEnvelopes},
		{name: "official feed, SignalR Core", follow: c.core, lag: ofCall, end: endOfCalls},
		{name: "official feed, legacy SignalR", follow: c.legacy, lag: ofCall, end: endOfCalls},
		{name: "OpenF1 push, MQTT", follow: c.documents(false, chosen...), lag: ofDocument, end: endOfDocuments},
		{name: "OpenF1 push, WebSocket", follow: c.documents(true, chosen...), lag: ofDocument, end: endOfDocuments},
		{name: "OpenF1 push, MQTT, everything", follow: c.documents(false, everything...), lag: ofDocument, end: endOfDocuments},
		{name: "OpenF1 push, WebSocket, everything", follow: c.documents(true, everything...), lag: ofDocument, end: endOfDocuments},
		{name: "OpenF1 REST, intervals", polls: true, follow: c.rows, lag: ofRows, end: func(w *witness, v *viewer) (int, bool) {
			return 0, len(w.rows) > 0 && int64(v.last) == w.rows[len(w.rows)-1]
		}},
		{name: "Ergast, laps", polls: true, follow: c.laps, lag: ofLaps, end: func(w *witness, v *viewer) (int, bool) {
			return 0, w.lapCount > 0 && int(v.last) == w.lapCount
		}},
		{name: "archive, TimingData.jsonStream", polls: true, follow: c.page, lag: ofPage, end: func(w *witness, v *viewer) (int, bool) {
			return 0, newestOf(w, feed.TopicTimingData) == v.last
		}},
	}
}

func endOfEnvelopes(w *witness, v *viewer) (lost int, newest bool) {
	return v.lost, len(w.messages) > 0 && v.last == w.messages[len(w.messages)-1].seq
}

// endOfCalls counts the calls between the first and the last: the witness has as many messages between them.
func endOfCalls(w *witness, v *viewer) (lost int, newest bool) {
	from, known := w.calls[v.first]
	to, also := w.calls[v.last]
	if !known || !also {
		return 0, false
	}
	return to - from + 1 - v.messages, to == len(w.messages)-1
}

// endOfDocuments counts the intervals of later messages than the first: as many are rows.
func endOfDocuments(w *witness, v *viewer) (lost int, newest bool) {
	for _, at := range w.rows {
		if at > int64(v.first) {
			lost++
		}
	}
	lost -= v.counted
	return lost, len(w.rows) > 0 && int64(v.last) == w.rows[len(w.rows)-1]
}

// newestOf is the hash of the newest payload of a topic.
func newestOf(w *witness, topic string) uint64 {
	for i := len(w.messages) - 1; i >= 0; i-- {
		if w.messages[i].topic == topic {
			return w.messages[i].payload
		}
	}
	return 0
}

func (c *crowd) report(before, after wire.ClockState, took time.Duration) *report {
	w := c.witness
	w.finish()
	r := &report{
		Session: c.key, From: before.At, To: after.At, Seconds: took.Seconds(), Speed: before.Speed, Messages: len(w.messages),
		Twice: len(w.messages) - len(w.calls), Gaps: len(w.gapTimes), Rows: len(slices.Compact(w.rows)), Clock: spreadOf(w.late(before.Speed)),
	}
	for _, g := range c.groups[1:] {
		r.Groups = append(r.Groups, g.total(w))
	}
	if v := c.groups[0].viewers[0]; v.err != nil || v.lost != 0 {
		r.Groups[0].Errors = append(r.Groups[0].Errors, fmt.Sprintf("the witness lost %d messages: %v", v.lost, v.err))
		r.Groups[0].Cut++
	}
	return r
}

func (g *group) total(w *witness) groupTotal {
	t := groupTotal{Name: g.name, Polls: g.polls, Viewers: len(g.viewers)}
	var lags, took []float64
	for _, v := range g.viewers {
		t.Messages += v.messages
		t.Bytes += v.bytes
		t.Refused += v.refused
		took = append(took, v.took...)
		for _, r := range v.reads {
			if lag, known := g.lag(w, r); known {
				lags = append(lags, lag)
			} else {
				t.Unknown++
			}
		}
		if v.err != nil {
			t.Cut++
			if text := v.err.Error(); !slices.Contains(t.Errors, text) && len(t.Errors) < 5 {
				t.Errors = append(t.Errors, text)
			}
		}
		lost, newest := g.end(w, v)
		t.Lost += max(lost, 0)
		if lost < 0 {
			t.Errors = append(t.Errors, fmt.Sprintf("a viewer got %d messages more than were published", -lost))
		}
		if !newest {
			t.Old++
		}
	}
	t.Lost += g.missing()
	t.Lag, t.Took = spreadOf(lags), spreadOf(took)
	return t
}

// missing are the documents that one viewer of a group got after its first, and another did not.
func (g *group) missing() (n int) {
	all := map[int64]bool{}
	for _, v := range g.viewers {
		for _, id := range v.ids {
			all[id] = true
		}
	}
	sorted := make([]int64, 0, len(all))
	for id := range all {
		sorted = append(sorted, id)
	}
	slices.Sort(sorted)
	for _, v := range g.viewers {
		if len(v.ids) > 0 {
			from, _ := slices.BinarySearch(sorted, slices.Min(v.ids)) // samples and rows come in their own orders
			n += len(sorted) - from - len(v.ids)
		}
	}
	return n
}

func spreadOf(all []float64) spread {
	if len(all) == 0 {
		return spread{}
	}
	slices.Sort(all)
	return spread{all[len(all)/2], all[len(all)*99/100], all[len(all)-1], len(all)}
}
