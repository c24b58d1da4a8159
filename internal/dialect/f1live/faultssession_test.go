package f1live

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/feed"
)

// Two of us follow the same hub into one log, and one is cut: each message is there once, nothing is missing from the
// log, and the source that was away says so.
func TestFaultTwoSources(t *testing.T) {
	p := simulatedPlay(t)
	s := newStage(t, p)
	cable := newCable(t, s.url)
	tr := &trial{T: t, stage: s, play: p, key: keyOf(p)}
	tr.house = newHouse(t, t.TempDir(), func(c *Config) { c.ServerSilence = time.Second }, s.url, cable.url)
	s.subscribed(2)
	tr.some()
	cable.tear() // one half hears nothing any more, and comes back by itself
	tr.stage.play(p.third())
	tr.here()
	s.subscribed(3)
	o := tr.done()
	tr.equal(o)
	for deadline := time.After(10 * time.Second); ; {
		status := tr.house.in.Status()
		if len(status[1].Gaps) == 1 && status[1].Connected && len(status[0].Gaps) == 0 {
			break
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			t.Fatalf("the sources say %+v", status)
		}
	}
	all, _ := tr.house.kept(tr.key)
	if slices.ContainsFunc(all, func(m feed.Message) bool { return m.Gap }) {
		t.Error("the log says that something is missing")
	}
}

// We are stopped and started again while the hub goes on: the log goes on too, and says what it has not seen.
func TestFaultRestart(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.house.end()
		tr.each(func(context.Context, *peer) {})
		tr.away()
		tr.house = newHouse(t, tr.house.dir, nil, tr.url)
		tr.subscribed(2)
		o := tr.done()
		tr.all()
		w := undisturbed(t, p)
		if d := difference(t, o.board, unseen(w.board, o.board)); d != "" {
			t.Errorf("another board:\n%s", d)
		}
		if len(o.quality.Gaps) != 1 || len(o.gaps) != 1 {
			t.Errorf("the board shows %v, events %v", o.quality.Gaps, o.gaps)
		}
	})
}

// Before a session the hub still holds the one before: who was there when it was on takes nothing of it in again.
func TestFaultSessionBefore(t *testing.T) {
	p := simulatedPlay(t)
	tr := newTrial(t, p, nil, nil)
	tr.some()
	o := tr.done()
	all, _ := tr.house.kept(tr.key)
	for run := 2; run < 5; run++ {
		tr.house.end()
		tr.each(func(context.Context, *peer) {})
		tr.open()
		tr.house = newHouse(t, tr.house.dir, nil, tr.url)
		tr.subscribed(run)
		log, raw := tr.house.log(tr.key)
		for deadline := time.After(10 * time.Second); ; {
			if s := tr.house.in.Status()[0]; s.Received >= 10 && s.Kept+s.Known == s.Received {
				break
			}
			select {
			case <-time.After(10 * time.Millisecond):
			case <-deadline:
				t.Fatal("no snapshot came")
			}
		}
		if _, hash, err := raw.at(); err != nil || hash != tr.hash() {
			t.Errorf("the raw channel has another tree: %v", err)
		}
		// The first time the newest snapshot is news in so far as it has another time than its deltas.
		if run > 2 && log.Len() != uint64(len(all)) {
			t.Errorf("%d messages are in the log, there were %d", log.Len(), len(all))
		}
		all, _ = tr.house.kept(tr.key)
		again := tr.house.outcome(tr.key)
		if d := difference(t, again.board, unseen(o.board, again.board)); d != "" {
			t.Errorf("another board:\n%s", d)
		}
	}
}

// A new session begins on the same connection: the old one is left as it is, the new one has all that is of it.
func TestFaultRollOver(t *testing.T) {
	p := simulatedPlay(t)
	tr := newTrial(t, p, nil, nil)
	tr.some()
	tr.some()
	next := []feed.Message{
		{Topic: feed.TopicSessionInfo, Payload: []byte(`{"Key":8,"Type":"Race","Name":"Race","StartDate":"2026-07-12T14:00:00","GmtOffset":"00:00:00","Meeting":{"Name":"Test Grand Prix"}}`)},
		{Topic: feed.TopicHeartbeat, Payload: []byte(`{"Utc":"2026-07-12T13:00:00Z"}`)},
		{Topic: feed.TopicTrackStatus, Payload: []byte(`{"Status":"1","Message":"AllClear"}`)},
		{Topic: feed.TopicTimingData, Payload: []byte(`{"Lines":{"44":{"RacingNumber":"44","Line":1,"Position":"1"}}}`)},
	}
	for i := range next {
		next[i].Time = time.Date(2026, 7, 12, 13, 0, i, 0, time.UTC)
	}
	o := tr.done()
	tr.equal(o)
	told := len(tr.said())
	tr.mu.Lock()
	tr.rest = next
	tr.mu.Unlock()
	tr.stage.play(1)
	tr.subscribed(2) // for a snapshot of the new session
	tr.stage.play(-1)
	tr.house.arrived("8", len(next))
	_, deltas := tr.house.kept("8")
	for i, m := range deltas {
		if string(m.Payload) != string(next[i].Payload) {
			t.Errorf("message %d of the new session is %s", i, m.Payload)
		}
	}
	_, raw := tr.house.log("8")
	if _, hash, err := raw.at(); err != nil || hash != tr.hash() {
		t.Errorf("a follower of the new session's raw channel has another tree: %v", err)
	}
	all, old := tr.house.kept(tr.key)
	if len(old) != told || slices.ContainsFunc(all, func(m feed.Message) bool { return m.Time.Month() == 7 && m.Time.Day() == 12 }) {
		t.Errorf("%d messages of the session before, want %d and none of the new one", len(old), told)
	}
	if o := tr.house.outcome("8"); len(o.quality.Gaps) != 0 || string(o.board.Session.Key) != "8" || len(o.board.Cars) != 1 {
		t.Errorf("the new session is %+v with %d cars and the gaps %v", o.board.Session, len(o.board.Cars), o.quality.Gaps)
	}
}

// A session that never was: its name, no path, no cars, and then only a heartbeat. It is shown as what it is, and the
// hub is left alone.
func TestFaultEmptySession(t *testing.T) {
	p := play{name: "empty", first: 2, all: []feed.Message{
		{Topic: feed.TopicSessionInfo, Payload: []byte(`{"Key":7,"Type":"Race","Name":"Race","StartDate":"2026-07-12T14:00:00","EndDate":"2026-07-12T16:00:00","GmtOffset":"00:00:00","Meeting":{"Name":"Test Grand Prix"}}`)},
		{Topic: feed.TopicSessionStatus, Payload: []byte(`{"Status":"Inactive"}`)},
	}}
	for i := range 30 {
		at := time.Date(2026, 7, 12, 14, i, 0, 0, time.UTC)
		p.all = append(p.all, feed.Message{Topic: feed.TopicHeartbeat, Payload: []byte(fmt.Sprintf(`{"Utc":%q}`, at.Format(time.RFC3339))), Time: at})
	}
	tr := newTrial(t, p, nil, nil)
	o := tr.done()
	tr.all()
	tr.gaps(&o, 0)
	if len(o.board.Cars) != 0 || string(o.board.Status) != "inactive" || !slices.Contains(o.quality.Missing, feed.TopicTimingData) || len(o.laps) != 0 {
		t.Errorf("%d cars, status %s, missing %v", len(o.board.Cars), o.board.Status, o.quality.Missing)
	}
	if s := tr.house.in.Status()[0]; s.Runs != 1 || !s.Working() || s.Error != "" {
		t.Errorf("%+v", s)
	}
}

// The timing is silent for long while other topics come: that is normal, and nothing is torn down.
func TestFaultQuietTopic(t *testing.T) {
	p := simulatedPlay(t)
	p.all = slices.Clone(p.all[:p.first+p.third()])
	last := p.all[len(p.all)-1].Time
	for i := range 60 { // a heartbeat every 15 s for a quarter of an hour
		at := last.Add(time.Duration(15*i) * time.Second)
		p.all = append(p.all, feed.Message{Topic: feed.TopicHeartbeat, Payload: []byte(fmt.Sprintf(`{"Utc":%q}`, at.Format(time.RFC3339))), Time: at})
	}
	tr := newTrial(t, p, nil, func(c *Config) { c.DataSilence = 400 * time.Millisecond })
	tr.stage.play(len(p.all) - p.first - 60)
	for range 60 {
		tr.stage.play(1)
		tr.here()
		select { // more than the limit of silence in all, less each
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	o := tr.done()
	tr.all()
	tr.gaps(&o, 0)
	if s := tr.house.in.Status()[0]; s.Runs != 1 {
		t.Errorf("%d runs: it was torn down", s.Runs)
	}
	if q := o.quality.Topics[feed.TopicTimingData]; !q.Stale {
		t.Errorf("the timing is not late: %+v", q)
	}
}
