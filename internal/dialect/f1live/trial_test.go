package f1live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/wire"
)

// trial is a play that is followed while something goes wrong.
type trial struct {
	*testing.T
	*stage
	house *house
	play  play
	key   string
}

// newTrial begins to follow a play. misbehave, if not nil, sees the stage before anybody connects.
func newTrial(t *testing.T, p play, misbehave func(*stage), change func(*Config)) *trial {
	t.Helper()
	s := newStage(t, p)
	if misbehave != nil {
		misbehave(s)
	}
	tr := &trial{T: t, stage: s, play: p, house: newHouse(t, t.TempDir(), change, s.url)}
	tr.key = keyOf(p)
	s.subscribed(1)
	return tr
}

// keyOf is the key of a play's session.
func keyOf(p play) string {
	if p.name == "recorded" {
		return "9873"
	}
	return "7"
}

// some plays a third, and waits until it has arrived.
func (tr *trial) some() {
	tr.Helper()
	tr.stage.play(tr.play.third())
	tr.here()
}

// here waits until all that was told has arrived.
func (tr *trial) here() {
	tr.Helper()
	tr.house.arrived(tr.key, len(tr.said()))
}

// away plays a third to nobody, and lets clients in again.
func (tr *trial) away() {
	tr.Helper()
	before := len(tr.said())
	tr.stage.play(tr.play.third())
	if len(tr.said()) != before {
		tr.Fatal("somebody is still there")
	}
	tr.open()
}

// done plays the rest, and gives what has come of it.
func (tr *trial) done() outcome {
	tr.Helper()
	tr.stage.play(-1)
	tr.here()
	tr.boardIsHere()
	return tr.house.outcome(tr.key)
}

// boardIsHere waits until the live board has seen the newest message of the raw channel, which goes out before it.
func (tr *trial) boardIsHere() {
	tr.Helper()
	log, _ := tr.house.log(tr.key)
	all, _ := tr.house.kept(tr.key)
	var newest time.Time
	for i := range all {
		if all[i].Time.After(newest) {
			newest = all[i].Time
		}
	}
	for range 500 {
		b, err := tr.house.live.Board(tr.key, time.Time{}, 0, "")
		if err != nil {
			tr.Fatal(err)
		}
		if at, ok := f1.ParseUTC(string(b.Now)); ok && !at.Before(newest.Truncate(time.Millisecond)) {
			return
		}
		select {
		case <-log.Changed():
		case <-time.After(10 * time.Millisecond):
		}
	}
	tr.Fatal("the board stays behind the log")
}

// all checks what holds whatever happened: the log has what was told, once and in order, and the log's tree, that of a
// follower of the raw channel and the hub's are one.
func (tr *trial) all() {
	tr.Helper()
	_, deltas := tr.house.kept(tr.key)
	told := tr.said()
	for i := range min(len(deltas), len(told)) {
		g, w := &deltas[i], &told[i]
		if g.Topic != w.Topic || !bytes.Equal(g.Payload, w.Payload) || !g.Time.Equal(w.Time) {
			tr.Fatalf("message %d in the log is %s %.100s %v, told was %s %.100s %v", i, g.Topic, g.Payload, g.Time, w.Topic, w.Payload, w.Time)
		}
	}
	if len(deltas) != len(told) {
		tr.Fatalf("%d messages are in the log, %d were told", len(deltas), len(told))
	}
	_, raw := tr.house.log(tr.key)
	if _, hash, err := raw.at(); err != nil || hash != tr.hash() {
		tr.Errorf("a follower of the raw channel has another tree than the hub: %v", err)
	}
}

// gaps checks that so many gaps are shown: in the log and so on the board of any clock, as events, and of the source.
func (tr *trial) gaps(o *outcome, n int) {
	tr.Helper()
	if len(o.quality.Gaps) != n || len(o.gaps) != n {
		tr.Errorf("the board shows the gaps %v, events %v; want %d", o.quality.Gaps, o.gaps, n)
	}
	if got := tr.house.in.Status()[0].Gaps; len(got) != n {
		tr.Errorf("the source shows the gaps %v, want %d", got, n)
	}
	for i, g := range o.quality.Gaps {
		if g.From >= g.To || i < len(o.gaps) && o.gaps[i].Value.Value <= 0 {
			tr.Errorf("gap %+v, %+v", g, o.gaps[i])
		}
	}
}

var (
	calmMu sync.Mutex
	calm   = map[string]outcome{}
)

// undisturbed is what the play comes to when nothing goes wrong.
func undisturbed(t *testing.T, p play) outcome {
	t.Helper()
	calmMu.Lock()
	defer calmMu.Unlock()
	if o, ok := calm[p.name]; ok {
		return o
	}
	tr := newTrial(t, p, nil, nil)
	tr.some()
	tr.some()
	o := tr.done()
	tr.all()
	tr.gaps(&o, 0)
	tr.house.end()
	if len(o.laps) < 20 || len(o.control) < 2 {
		t.Fatalf("%d laps, %d messages of race control: the play proves nothing", len(o.laps), len(o.control))
	}
	calm[p.name] = o
	return o
}

// equal checks that all is as it is when nothing goes wrong.
func (tr *trial) equal(o outcome) {
	tr.Helper()
	tr.all()
	w := undisturbed(tr.T, tr.play)
	if d := difference(tr.T, o.board, w.board); d != "" {
		tr.Errorf("another board:\n%s", d)
	}
	if len(o.laps) != len(w.laps) {
		tr.Errorf("%d laps, want %d", len(o.laps), len(w.laps))
	}
	for k, l := range o.laps {
		if l != w.laps[k] {
			tr.Errorf("lap %s is %+v, want %+v", k, l, w.laps[k])
		}
	}
	if !slices.Equal(o.stints, w.stints) || !slices.Equal(o.stops, w.stops) {
		tr.Errorf("other stints or stops: %+v %+v", o.stints, o.stops)
	}
	if !slices.Equal(o.control, w.control) {
		tr.Errorf("other messages of race control: %+v", o.control)
	}
	tr.gaps(&o, 0)
}

// lost checks that the state is the undisturbed one although messages were lost, that no value stands on a wrong lap,
// and that the gaps are shown.
func (tr *trial) lost(o outcome, gaps int) {
	tr.Helper()
	tr.all()
	w := undisturbed(tr.T, tr.play)
	if d := difference(tr.T, o.board, unseen(w.board, o.board)); d != "" {
		tr.Errorf("another board:\n%s", d)
	}
	for k, g := range o.laps {
		w, ok := w.laps[k]
		if !ok {
			tr.Errorf("there is no lap %s", k)
		}
		for i, v := range []f1.Opt[time.Duration]{g.LapTime, g.Sector1, g.Sector2, g.Sector3} {
			if x := []f1.Opt[time.Duration]{w.LapTime, w.Sector1, w.Sector2, w.Sector3}[i]; v.Known && v != x {
				tr.Errorf("lap %s: value %d is %v, want %v", k, i, v, x)
			}
		}
	}
	if !slices.Equal(o.control, w.control) {
		tr.Errorf("other messages of race control: %d, want %d", len(o.control), len(w.control))
	}
	tr.gaps(&o, gaps)
}

// difference is the first lines in which two boards differ, "" if they are equal.
func difference(t *testing.T, got, want wire.Board) string {
	t.Helper()
	text := func(b wire.Board) []string {
		j, err := json.MarshalIndent(b, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(j), "\n")
	}
	a, b := text(got), text(want)
	var out []string
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] && len(out) < 20 {
			out = append(out, strings.Join(a[max(0, i-4):i], "|"), "  got "+a[i], "  want "+b[i])
		}
	}
	if len(a) != len(b) {
		out = append(out, fmt.Sprintf("%d lines, want %d", len(a), len(b)))
	}
	return strings.Join(out, "\n")
}

// unseen is a board without what no snapshot says and got has therefore not seen: the sectors of a best lap that was
// driven meanwhile, and when the weather was reported.
func unseen(want, got wire.Board) wire.Board {
	if w, g := want.Weather, got.Weather; w != nil && g != nil { // a report that came with the snapshot has its time
		copied := *w
		copied.Time = g.Time
		want.Weather = &copied
	}
	cars := make(map[string]wire.Car, len(want.Cars))
	for n, c := range want.Cars {
		if g, ok := got.Cars[n]; ok && len(g.BestLapMS) == 0 {
			c.BestLapMS = g.BestLapMS
		}
		cars[n] = c
	}
	want.Cars = cars
	return want
}
