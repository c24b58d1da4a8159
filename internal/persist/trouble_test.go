package persist_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
)

// unsteady is a real store whose way there fails: before the call, or behind it, when the answer is lost.
type unsteady struct {
	persist.Store
	down  atomic.Bool
	mu    sync.Mutex
	rand  *rand.Rand
	twice bool // deliver every batch twice
	fails float64
}

var errGone = errors.New("connection refused")

func (u *unsteady) trouble() bool {
	if u.down.Load() {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.rand != nil && u.rand.Float64() < u.fails
}

func (u *unsteady) Write(ctx context.Context, b *store.Batch) error {
	if u.trouble() {
		return errGone
	}
	if err := u.Store.Write(ctx, b); err != nil {
		return err
	}
	if u.twice {
		if err := u.Store.Write(ctx, b); err != nil {
			return err
		}
	}
	if u.trouble() {
		return errGone
	}
	return nil
}

func (u *unsteady) Find(ctx context.Context, name string) (store.Session, error) {
	if u.trouble() {
		return store.Session{}, errGone
	}
	return u.Store.Find(ctx, name)
}

func (u *unsteady) PutResults(ctx context.Context, v *store.Results) error {
	if u.trouble() {
		return errGone
	}
	if err := u.Store.PutResults(ctx, v); err != nil {
		return err
	}
	if u.trouble() {
		return errGone
	}
	return nil
}

// A session that comes in live, piece by piece, is stored as if it had been there at once: whatever the pieces, and
// also when batches come twice or answers are lost.
func TestLive(t *testing.T) {
	for name, u := range map[string]*unsteady{
		"steady":       {},
		"twice":        {twice: true},
		"answers lost": {fails: 0.2},
	} {
		for _, path := range [][]string{baku, mexico} {
			t.Run(name, func(t *testing.T) {
				st := openSQLite(t)
				seed := rand.Uint64()
				t.Logf("seed %d", seed)
				random := rand.New(rand.NewPCG(seed, 1))
				way := &unsteady{Store: st, twice: u.twice, fails: u.fails, rand: rand.New(rand.NewPCG(seed, 2))}
				all := messages(t, path)
				log := logOf(t, "k")
				w := persist.New(quick(t, way))
				run(t, w)
				w.Follow(log, persist.About{Key: "k", Live: true, Owner: true})
				for rest := all; len(rest) > 0; {
					n := min(len(rest), 1+random.IntN(3000))
					add(t, log, rest[:n])
					rest = rest[n:]
					untilStored(t, w, log.Len()-uint64(random.IntN(n)))
				}
				w.Leave("k")
				untilDoing(t, w, persist.Ended)
				same(t, stored(t, st, sessionKey(t, st)), derived(t, "k", log))
			})
		}
	}
}

// While the store is gone the writer waits where it is, says so, and loses nothing; a session that ends meanwhile is
// whole afterwards.
func TestStoreGone(t *testing.T) {
	st := openSQLite(t)
	way := &unsteady{Store: st}
	all := messages(t, baku)
	log := logOf(t, "k")
	w := persist.New(quick(t, way))
	run(t, w)
	add(t, log, all[:len(all)/3])
	w.Follow(log, persist.About{Key: "k", Live: true, Owner: true})
	untilStored(t, w, log.Len())
	way.down.Store(true)
	add(t, log, all[len(all)/3:])
	w.Leave("k")
	state := untilDoing(t, w, persist.Waiting)
	if state.Reason == "" || state.Since.IsZero() || state.LagMessages == 0 || state.Lag <= 0 || state.Stored > state.Log {
		t.Errorf("waiting says %+v", state)
	}
	way.down.Store(false)
	untilDoing(t, w, persist.Ended)
	same(t, stored(t, st, sessionKey(t, st)), derived(t, "k", log))
}

// What comes after the end, or after a restart, goes on where the store is; corrections change the rows.
func TestGoesOn(t *testing.T) {
	st := openSQLite(t)
	all := messages(t, mexico)
	log := logOf(t, "k")
	cfg := quick(t, st)
	cfg.Idle = 10 * time.Millisecond // so that what was derived is forgotten in between
	w := persist.New(cfg)
	stop := run(t, w)
	w.Follow(log, persist.About{Key: "k", Live: true, Owner: true})
	for i, n := range []int{9, 15, 18, 20, 21} {
		n = n * len(all) / 21
		add(t, log, all[int(log.Len()):n])
		switch i {
		case 1: // another process
			stop()
			w = persist.New(cfg)
			stop = run(t, w)
			w.Follow(log, persist.About{Key: "k", Live: true, Owner: true})
			untilStored(t, w, log.Len())
			continue
		case 2: // the source goes away and comes again
			w.Leave("k")
			untilDoing(t, w, persist.Ended)
			w.Follow(log, persist.About{Key: "k", Live: true, Owner: true})
			continue
		}
		untilStored(t, w, log.Len())
		w.Leave("k")
		until(t, w, "ended at the end", func(s persist.State) bool { return s.Doing == persist.Ended && s.Stored == log.Len() })
		same(t, stored(t, st, sessionKey(t, st)), derived(t, "k", log))
	}
}

// Two writers of one log, and two of two logs of the same session: the rows are those of one, and when the one that
// writes stops the other takes over.
func TestTwoWriters(t *testing.T) {
	all := messages(t, baku)
	for name, shared := range map[string]bool{"one log": true, "two logs": false} {
		t.Run(name, func(t *testing.T) {
			st := openSQLite(t)
			logA := logOf(t, "5090")
			logB := logA
			if !shared {
				logB = logOf(t, "5090")
			}
			give := func(from, to int) {
				add(t, logA, all[from:to])
				if !shared {
					add(t, logB, all[from:to])
				}
			}
			a, b := persist.New(quick(t, st)), persist.New(quick(t, st))
			stopA := run(t, a)
			run(t, b)
			part := len(all) / 48
			give(0, 6*part)
			a.Follow(logA, persist.About{Key: "5090", Live: true, Owner: true})
			untilStored(t, a, logA.Len())
			b.Follow(logB, persist.About{Key: "5090", Live: true, Owner: true})
			for n := 6 * part; n < 24*part; n += part {
				give(n, n+part)
				until(t, a, "stored by one of them", func(persist.State) bool {
					at, err := st.Find(t.Context(), "5090")
					return err == nil && at.Offset == logA.Len()
				})
			}
			standsBy := func(sa persist.State) bool {
				sb := b.Status()[0]
				return shared || sa.Doing == persist.StandingBy && sa.Reason != "" || sb.Doing == persist.StandingBy && sb.Reason != ""
			}
			// On a busy machine the one that writes may stand still long enough for the other to have taken over; it
			// learns of that when there is more to write.
			n := 24 * part
			for ; n < 40*part && !standsBy(a.Status()[0]); n += part {
				give(n, n+part)
				until(t, a, "stored by one of them", func(persist.State) bool {
					at, err := st.Find(t.Context(), "5090")
					return err == nil && at.Offset == logA.Len()
				})
			}
			until(t, a, "one stands by", standsBy)
			stopA()
			give(n, len(all))
			b.Leave("5090")
			untilDoing(t, b, persist.Ended)
			same(t, stored(t, st, "5090"), derived(t, "5090", logB))
		})
	}
}

// A log that lost its end, when the power went, goes on with other messages than the store has: all is stored anew.
func TestLogLostItsEnd(t *testing.T) {
	st := openSQLite(t)
	all := messages(t, baku)
	log := logOf(t, "5090")
	add(t, log, all[:len(all)/4])
	w := persist.New(quick(t, st))
	stop := run(t, w)
	w.Follow(log, persist.About{Key: "5090", Live: true, Owner: true})
	untilStored(t, w, log.Len())
	stop()
	before, err := st.Find(t.Context(), "5090")
	if err != nil {
		t.Fatal(err)
	}
	// The store says it has more than the log: as if the log had been longer.
	if err := st.Write(t.Context(), &store.Batch{Session: before.SessionRow, Source: before.Source, Log: before.Log, From: log.Len(), Offset: log.Len() + 100}); err != nil {
		t.Fatal(err)
	}
	w = persist.New(quick(t, st))
	run(t, w)
	w.Follow(log, persist.About{Key: "5090", Live: true, Owner: true})
	add(t, log, all[len(all)/4+50:])
	w.Leave("5090")
	untilDoing(t, w, persist.Ended)
	same(t, stored(t, st, "5090"), derived(t, "5090", log))
}

// Logs of earlier sessions are stored in the background, each once.
func TestBacklog(t *testing.T) {
	st := openSQLite(t)
	var logs []persist.Stored
	want := map[string]map[string]print{}
	for key, path := range map[string][]string{"5090": baku, "9873": mexico} {
		log := logOf(t, key)
		add(t, log, messages(t, path))
		logs = append(logs, persist.Stored{Path: log.Path(), About: persist.About{Key: key}})
		want[key] = derived(t, key, log)
	}
	for range 2 {
		w := persist.New(quick(t, st))
		w.StoreLogs(logs)
		stop := run(t, w)
		deadline := time.After(time.Minute)
		for w.Backlog().Done < len(logs) {
			select {
			case <-deadline:
				t.Fatalf("%+v", w.Backlog())
			case <-time.After(time.Millisecond):
			}
		}
		stop()
		if b := w.Backlog(); b.Failed != 0 {
			t.Errorf("%+v", b)
		}
		for key := range want {
			same(t, stored(t, st, key), want[key])
			at, err := st.Find(t.Context(), key)
			if err != nil || !at.Whole {
				t.Errorf("%s: %+v, %v", key, at, err)
			}
		}
	}
}

// picky is a real store that does not take one session: it calls it wrong, or its way there always fails.
type picky struct {
	persist.Store
	key    string
	err    error
	writes atomic.Int64
}

func (p *picky) Write(ctx context.Context, b *store.Batch) error {
	if b.Session.SessionKey == p.key {
		p.writes.Add(1)
		return p.err
	}
	return p.Store.Write(ctx, b)
}

// A log that can not be stored does not keep the next one from its turn, and it is said why.
func TestBacklogGoesOn(t *testing.T) {
	var logs []persist.Stored
	for key, path := range map[string][]string{"5090": baku, "9873": mexico} {
		log := logOf(t, key)
		add(t, log, messages(t, path))
		stored := persist.Stored{Path: log.Path(), About: persist.About{Key: key}}
		if key == "5090" {
			logs = append([]persist.Stored{stored}, logs...)
		} else {
			logs = append(logs, stored)
		}
	}
	for name, wrong := range map[string]error{"wrong": fmt.Errorf("%w batch", store.ErrInvalid), "never taken": errors.New("a constraint is violated")} {
		t.Run(name, func(t *testing.T) {
			way := &picky{Store: openSQLite(t), key: "5090", err: wrong}
			w := persist.New(quick(t, way))
			w.StoreLogs(logs)
			run(t, w)
			deadline, tick := time.After(time.Minute), time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for w.Backlog().Done < len(logs) {
				select {
				case <-deadline:
					t.Fatalf("%+v", w.Backlog())
				case <-tick.C:
				}
			}
			if b := w.Backlog(); b.Failed != 1 || !strings.Contains(b.Reason, wrong.Error()) || !strings.HasPrefix(b.Reason, "5090: ") {
				t.Errorf("%+v", b)
			}
			if at, err := way.Find(t.Context(), "9873"); err != nil || !at.Whole {
				t.Errorf("the next one: %+v, %v", at, err)
			}
			if n := way.writes.Load(); n > 4 {
				t.Errorf("tried %d times", n)
			}
		})
	}
}

// A session that is followed and that the store calls wrong says so, and is derived anew ever more seldom.
func TestFollowedWrong(t *testing.T) {
	way := &picky{Store: openSQLite(t), key: "5090", err: fmt.Errorf("%w batch", store.ErrInvalid)}
	log := logOf(t, "5090")
	add(t, log, messages(t, baku)[:500])
	cfg := quick(t, way)
	cfg.RetryMost = 20 * time.Millisecond
	w := persist.New(cfg)
	run(t, w)
	w.Follow(log, persist.About{Key: "5090", Live: true, Owner: true})
	state := untilDoing(t, w, persist.Failed)
	if !strings.Contains(state.Reason, "invalid batch") || state.Since.IsZero() {
		t.Errorf("%+v", state)
	}
	// The 7th write is behind waits of 20, 40, 80, 160, 320 and 640 ms.
	begun := time.Now()
	until(t, w, "tried again", func(persist.State) bool { return way.writes.Load() >= 7 })
	if took := time.Since(begun); took < 1000*time.Millisecond {
		t.Errorf("tried again after %v", took)
	}
}
