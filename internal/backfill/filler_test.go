package backfill

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

var errAway = errors.New("not in the archive")

// answer is what the archive says when it is asked.
type answer struct {
	r     Recording
	whole bool
	err   error
}

// around plays the program around a Filler: an archive that answers by a script, the last answer again and again, and
// whoever has the log.
type around struct {
	t       *testing.T
	answers []answer
	log     *sessionlog.Log // followed; nil: the log lies in the folder
	began   time.Time
	asked   []time.Duration
	said    bytes.Buffer
	filler  *Filler
	swaps   int
}

func newAround(t *testing.T, answers ...answer) *around {
	a := &around{t: t, answers: answers, began: time.Now()}
	cfg := Default()
	cfg.Log = slog.New(slog.NewTextHandler(&a.said, nil))
	cfg.Ask = func(_ context.Context, path string) (Recording, bool, error) {
		if !strings.HasPrefix(path, "2026/") {
			t.Errorf("asked for %q", path)
		}
		n := min(len(a.asked), len(a.answers)-1)
		a.asked = append(a.asked, time.Since(a.began).Round(time.Minute))
		return a.answers[n].r, a.answers[n].whole, a.answers[n].err
	}
	cfg.Swap = a.swap
	a.filler = New(cfg)
	return a
}

func (a *around) swap(_ context.Context, s Session, m *Mended) error {
	a.swaps++
	old := a.log
	if old == nil {
		var err error
		if old, err = sessionlog.Open(s.Path, ""); err != nil {
			return err
		}
	}
	fresh, err := m.Replace(old, "old")
	if err != nil {
		return err
	}
	if a.log == nil {
		return errors.Join(fresh.Close(), old.Close())
	}
	a.log = fresh
	a.filler.Watch(s, fresh)
	return old.Close()
}

// run lets a Filler work for so long, from the moment it was made on.
func (a *around) run(d time.Duration) {
	ctx, cancel := context.WithTimeout(a.t.Context(), d)
	defer cancel()
	if err := a.filler.Run(ctx); err != nil {
		a.t.Error(err)
	}
}

func (a *around) state() State {
	a.t.Helper()
	all := a.filler.States()
	if len(all) != 1 {
		a.t.Fatalf("states are %+v", all)
	}
	return all[0]
}

// small is a session of which few messages are told: it has ended, and has a gap.
func small() (all, had []feed.Message) {
	at := time.Date(2026, 7, 5, 14, 0, 0, 0, time.UTC)
	say := func(topic, payload string) {
		all = append(all, feed.Message{Topic: topic, Payload: []byte(payload), Time: at, Received: at})
		at = at.Add(time.Second)
	}
	say(feed.TopicSessionInfo, `{"Key":7,"Path":"2026/2026-07-05_Test/2026-07-05_Race/"}`)
	for i := range 60 {
		say(feed.TopicHeartbeat, `{"Utc":"`+at.Format(time.RFC3339)+`"}`)
		say(feed.TopicTrackStatus, `{"Status":"`+string(rune('1'+i%7))+`"}`)
	}
	say(feed.TopicSessionStatus, `{"Status":"Ends"}`)
	had = append(had, all[:40]...)
	for _, i := range []int{59, 60} { // the snapshot
		m := all[i]
		m.Snapshot, m.Gap = true, true
		had = append(had, m)
	}
	return all, append(had, all[61:]...)
}

// A followed session is asked for ten minutes after its end, and then ever more seldom until the archive has all of it. The
// log is mended once, and that it takes time is told once.
func TestFillerWaits(t *testing.T) {
	all, had := small()
	path := kept(t, had)
	synctest.Test(t, func(t *testing.T) {
		a := newAround(t, answer{err: errAway}, answer{err: errAway}, answer{archived(all, feed.TopicHeartbeat), false, nil}, answer{archived(all), true, nil})
		var err error
		if a.log, err = sessionlog.Open(path, "7"); err != nil {
			t.Fatal(err)
		}
		a.filler.Watch(Session{"7", path}, a.log)
		a.run(9 * time.Minute)
		if s := a.state(); s.Doing != Waiting || s.Gaps != 1 || len(a.asked) != 0 {
			t.Errorf("before it is asked it is %+v", s)
		}
		a.run(72 * time.Hour)
		if want := []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 100 * time.Minute}; !slices.Equal(a.asked, want) {
			t.Errorf("it was asked after %v, want %v", a.asked, want)
		}
		if s := a.state(); s.Doing != Done || s.Gaps != 0 || s.Filled != 1 || s.Messages != 21 || !s.Next.IsZero() {
			t.Errorf("in the end it is %+v", s)
		}
		if n := strings.Count(a.said.String(), "archive is asked again"); n != 1 || a.swaps != 1 {
			t.Errorf("told %d times, mended %d times:\n%s", n, a.swaps, &a.said)
		}
		if err := a.log.Close(); err != nil {
			t.Error(err)
		}
	})
	one(t, path, all)
}

// An archive that never has the session is asked for two days and not again, after a restart neither. The gap stays, and
// that is told once.
func TestFillerGivesUp(t *testing.T) {
	_, had := small()
	path := kept(t, had)
	synctest.Test(t, func(t *testing.T) {
		a := newAround(t, answer{err: errAway})
		var err error
		if a.log, err = sessionlog.Open(path, "7"); err != nil {
			t.Fatal(err)
		}
		a.filler.Watch(Session{"7", path}, a.log)
		a.run(200 * time.Hour)
		if n := len(a.asked); n < 8 || n > 12 || a.asked[n-1] > 48*time.Hour+10*time.Minute || a.asked[n-1] < 24*time.Hour {
			t.Errorf("it was asked after %v", a.asked)
		}
		if s := a.state(); s.Doing != GivenUp || s.Gaps != 1 || s.Outcome != errAway.Error() {
			t.Errorf("in the end it is %+v", s)
		}
		if n := strings.Count(a.said.String(), "gaps of a session stay"); n != 1 {
			t.Errorf("told %d times:\n%s", n, &a.said)
		}
		b := newAround(t, answer{err: errAway})
		b.filler.Watch(Session{"7", path}, a.log)
		b.run(72 * time.Hour)
		if s := b.state(); s.Doing != GivenUp || len(b.asked) != 0 || b.said.Len() > 0 {
			t.Errorf("after a restart it is %+v, asked %v", s, b.asked)
		}
		// Another gap is another matter.
		if _, err := a.log.Append([]feed.Message{{Topic: feed.TopicTrackStatus, Payload: []byte(`{"Status":"1"}`), Snapshot: true, Gap: true}, {Topic: feed.TopicHeartbeat, Payload: []byte(`{"Utc":"x"}`)}}); err != nil {
			t.Fatal(err)
		}
		b.run(time.Hour)
		if len(b.asked) == 0 {
			t.Error("a further gap was not asked for")
		}
		if err := a.log.Close(); err != nil {
			t.Error(err)
		}
	})
	if l := look(t, path); len(l.Gaps) != 2 {
		t.Errorf("the log has the gaps %+v", l.Gaps)
	}
}

// What is there in part is taken, the gap stays and is asked for until the archive has the rest.
func TestFillerInPart(t *testing.T) {
	all, had := small()
	for _, earlier := range []bool{false, true} {
		path := kept(t, had)
		a := newAround(t, answer{archived(all, feed.TopicTrackStatus), true, nil}, answer{archived(all, feed.TopicTrackStatus), true, nil}, answer{archived(all), true, nil})
		a.filler.cfg.First, a.filler.cfg.Waits, a.filler.cfg.Every = 0, []time.Duration{time.Millisecond}, time.Millisecond
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		swap := a.filler.cfg.Swap
		a.filler.cfg.Swap = func(ctx context.Context, s Session, m *Mended) error {
			err := swap(ctx, s, m)
			if a.swaps == 2 {
				cancel()
			}
			return err
		}
		if earlier {
			a.filler.Earlier(Session{"7", path})
		} else {
			var err error
			if a.log, err = sessionlog.Open(path, "7"); err != nil {
				t.Fatal(err)
			}
			a.filler.Watch(Session{"7", path}, a.log)
		}
		if err := a.filler.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if a.log != nil {
			if err := a.log.Close(); err != nil {
				t.Error(err)
			}
		}
		if len(a.asked) != 3 || a.swaps != 2 {
			t.Errorf("asked %d times, mended %d times, %s", len(a.asked), a.swaps, &a.said)
		}
		one(t, path, all)
	}
}

// A session that goes on is left alone, as is one without gaps, one that names no place in the archive, and one long past.
func TestFillerLeavesAlone(t *testing.T) {
	all, had := small()
	running := kept(t, had[:len(had)-1])
	unnamed := kept(t, had[1:])
	whole := kept(t, all)
	synctest.Test(t, func(t *testing.T) {
		a := newAround(t, answer{archived(all), true, nil})
		var logs []*sessionlog.Log
		for _, path := range []string{running, unnamed, whole} {
			log, err := sessionlog.Open(path, "7")
			if err != nil {
				t.Fatal(err)
			}
			logs = append(logs, log)
			a.filler.Watch(Session{filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(path)))), path}, log)
		}
		a.run(5 * time.Hour)
		if len(a.asked) != 0 || len(a.filler.States()) != 2 {
			t.Errorf("asked %v; %+v", a.asked, a.filler.States())
		}
		a.filler.Leave(running) // its source has gone: it is over
		a.log = logs[0]
		a.run(30 * time.Minute)
		if len(a.asked) != 1 || a.swaps != 1 {
			t.Errorf("asked %v of a session that was left", a.asked)
		}
		for _, log := range append(logs, a.log) {
			if err := log.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	a := newAround(t, answer{})
	if !a.filler.Recent(whole) || a.filler.Recent(whole+"x") {
		t.Error("what was just written is not recent, or what is not there is")
	}
	a.filler.cfg.Now = func() time.Time { return time.Now().Add(60 * time.Hour) }
	if a.filler.Recent(whole) {
		t.Error("what was written days ago is recent")
	}
}
